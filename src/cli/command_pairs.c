#include "cli/command_rows.h"
#include "cli/corpus.h"

static sst_status write_pairs(sst_corpus *corpus, const cli_settings *settings, sst_sink sink,
                              sst_error *error)
{
    return sst_corpus_write_pairs(corpus, settings->relations, sink, error);
}

static cli_exit run_pairs(const cli_run *run)
{
    static const cli_corpus_task task = {.write = write_pairs};
    return cli_corpus_run(run, &task);
}

const cli_command cli_command_pairs = {
    .name = "pairs",
    .arguments = "FILE...",
    .min_files = 1,
    .max_files = CLI_ANY,
    .options = CLI_MATCH_OPTIONS | CLI_SET(RELATIONS) | CLI_SET(CHECK),
    .run = run_pairs,
    .summary = "list every pair of related stories",
    .description =
        "Writes one line for each verified pair, a before b, sorted: the relation, the Jaccard "
        "similarity of the 3-word shingles, and how much of each story is in the other. More "
        "than 256 equal texts are written as a star from the smallest id, with a note.",
    .example = "samestory pairs --relations all news.jsonl",
};
