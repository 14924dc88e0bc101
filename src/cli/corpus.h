/* The frame of the commands that read files into a corpus, match it and write lines. */
#ifndef CLI_CORPUS_H
#define CLI_CORPUS_H

#include "cli/job.h"

/* Writes the results of a matched corpus to `sink`. */
typedef sst_status cli_corpus_write(sst_corpus *corpus, const cli_settings *settings,
                                    sst_sink sink, sst_error *error);

/* Reads, matches, writes, commits the output and tells the summary. */
cli_exit cli_corpus_run(const cli_run *run, cli_corpus_write *write);

#endif
