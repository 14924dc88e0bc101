/* Results on their way out: standard output, or a file that appears only when complete. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "samestory.h"

typedef struct cli_output {
    const char *path; /* as given; "standard output" for none */
    char *target;     /* what is replaced in the end; NULL when written directly */
    char *temporary;  /* beside the target, registered with cli/signals.h */
    char *buffer;
    size_t used;
    int file; /* -1: closed */
} cli_output;

/* Whether two names are one file; where neither exists yet, whether they would be. */
bool cli_same_file(const char *a, const char *b);

/* NULL or "-" is standard output. A regular or new file is written under a temporary name in
 * its folder; a device or pipe directly. SST_ARGUMENT when the output is one of the inputs
 * (names; "-" is skipped). On failure there is nothing to release. */
sst_status cli_output_open(cli_output *output, const char *path, const char *const *inputs,
                           size_t input_count, sst_error *error);

/* Hands bytes on; a closed pipe ends the program by SIGPIPE, without a message. */
sst_sink cli_output_sink(cli_output *output);

/* Writes what is buffered; later failures of the device may still show in _commit. */
sst_status cli_output_flush(cli_output *output, sst_error *error);

/* Flushes, syncs and gives the file its name; releases everything, also on failure, and then
 * the target is as it was before. */
sst_status cli_output_commit(cli_output *output, sst_error *error);

/* Removes the temporary file and releases everything; nothing to do after _commit. */
void cli_output_abandon(cli_output *output);

#endif
