#include "cli/command_rows.h"
#include "cli/corpus.h"

static sst_status write_tokens(sst_corpus *corpus, const cli_settings *settings, sst_sink sink,
                               sst_error *error)
{
    return sst_corpus_write_tokens(corpus, settings->shingles, sink, error);
}

static cli_exit run_tokens(const cli_run *run)
{
    static const cli_corpus_task task = {
        .write = write_tokens, .keeps_input = true, .reads_only = true};
    return cli_corpus_run(run, &task);
}

const cli_command cli_command_tokens = {
    .name = "tokens",
    .arguments = "FILE...",
    .min_files = 1,
    .max_files = CLI_ANY,
    .options = CLI_READ_OPTIONS | CLI_SET(SHINGLES),
    .run = run_tokens,
    .summary = "show what is compared: tokens or shingles",
    .description =
        "Writes one line for each story with its normalised tokens, or with --shingles W the "
        "sorted 64-bit hashes of its runs of W tokens: exactly what is compared, so that "
        "another "
        "program can compute the same similarities.",
    .example = "samestory tokens --shingles 3 news.jsonl",
};
