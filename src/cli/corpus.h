/* The frame of the commands that read files into a corpus, match it and write lines. */
#ifndef CLI_CORPUS_H
#define CLI_CORPUS_H

#include "cli/job.h"

/* What a command does with its corpus. */
typedef struct cli_corpus_task {
    /* Writes the results to `sink`. */
    sst_status (*write)(sst_corpus *corpus, const cli_settings *settings, sst_sink sink,
                        sst_error *error);
    bool keeps_input;   /* the results hold input lines or what only they can tell */
    bool reads_only;    /* the results need no pairs */
    bool clusters_only; /* ... or no others than those that make clusters */
} cli_corpus_task;

/* Reads, matches, writes, commits the output and tells the summary. */
cli_exit cli_corpus_run(const cli_run *run, const cli_corpus_task *task);

#endif
