#include "cli/command_rows.h"
#include "cli/corpus.h"

static sst_status write_clusters(sst_corpus *corpus, const cli_settings *settings,
                                 sst_sink sink, sst_error *error)
{
    return sst_corpus_write_clusters(corpus, settings->all, sink, error);
}

static cli_exit run_cluster(const cli_run *run)
{
    static const cli_corpus_task task = {.write = write_clusters, .clusters_only = true};
    return cli_corpus_run(run, &task);
}

const cli_command cli_command_cluster = {
    .name = "cluster",
    .arguments = "FILE...",
    .min_files = 1,
    .max_files = CLI_ANY,
    .options = CLI_MATCH_OPTIONS | CLI_SET(ALL) | CLI_SET(CHECK),
    .run = run_cluster,
    .summary = "group the stories that are the same story",
    .description =
        "Reads JSON lines (plain, .gz or .zst; '-' is standard input) and writes one line for "
        "each cluster of two or more stories, the largest first. The first member is the "
        "canonical story; every other one says what it is to it: identical, copy, update or "
        "excerpt, with the Jaccard similarity of their 3-word shingles and the share of the "
        "member that is contained.\n\n"
        "Stories that share only a formula with other facts (template), only page furniture, "
        "or only passages (partial) are never joined.",
    .example = "samestory cluster -o clusters.jsonl news-*.jsonl.zst",
};
