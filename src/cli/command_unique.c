#include "cli/command_rows.h"
#include "cli/corpus.h"

static sst_status write_unique(sst_corpus *corpus, const cli_settings *settings, sst_sink sink,
                               sst_error *error)
{
    return sst_corpus_write_unique(corpus, settings->relations_dropped, sink, error);
}

static cli_exit run_unique(const cli_run *run)
{
    static const cli_corpus_task task = {
        .write = write_unique, .keeps_input = true, .clusters_only = true};
    return cli_corpus_run(run, &task);
}

const cli_command cli_command_unique = {
    .name = "unique",
    .arguments = "FILE...",
    .min_files = 1,
    .max_files = CLI_ANY,
    .options = CLI_MATCH_OPTIONS | CLI_SET(DROP),
    .run = run_unique,
    .summary = "keep one story of each cluster",
    .description =
        "Writes the input lines of the canonical stories and of the stories that belong to no "
        "cluster, unchanged and in input order. With --drop only members of the listed "
        "relations are left out. Of raw pages, which have no line for each story, the stories are "
        "written as 'filter' writes them.",
    .example = "samestory unique --drop identical,copy -o unique.jsonl news.jsonl",
};
