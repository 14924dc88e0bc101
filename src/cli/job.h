/* What every command that reads stories needs around its library call: the options with field
 * names, notes and progress, the output and the rejects. */
#ifndef CLI_JOB_H
#define CLI_JOB_H

#include "cli/command.h"
#include "cli/output.h"
#include "cli/watch.h"

/* One library job; stays where it is from _begin to _end (the options point into it). */
typedef struct cli_job {
    const cli_run *run;
    sst_options options;
    cli_watch watch;
    cli_output output, rejects;
} cli_job;

/* Opens the output and the rejects and completes the options. _end follows also on failure. */
sst_status cli_job_begin(cli_job *job, const cli_run *run, sst_error *error);

/* Commits the files when `status` is SST_OK, otherwise removes them; ends the progress bar and
 * tells the error. Returns CLI_DONE, CLI_SKIPPED when there were bad records, or the status of
 * the error. */
cli_exit cli_job_end(cli_job *job, sst_status status, sst_error *error);

#define CLI_READ_OPTIONS                                                                       \
    (CLI_SET(OUTPUT) | CLI_SET(THREADS) | CLI_SET(MEMORY) | CLI_SET(TMP) | CLI_SET(FIELD) |    \
     CLI_SET(PRESET) | CLI_SET(FORMAT) | CLI_SET(MAX_RECORD) | CLI_SET(REJECTS) |              \
     CLI_SET(CUES))
#define CLI_MATCH_OPTIONS                                                                      \
    (CLI_READ_OPTIONS | CLI_SET(THRESHOLD) | CLI_SET(RECALL) | CLI_SET(SOURCES) |              \
     CLI_SET(NO_SAMPLES))

#endif
