/* What the program says on standard error. */
#ifndef CLI_MESSAGE_H
#define CLI_MESSAGE_H

#include "cli/command.h"

/* "samestory: MESSAGE". */
void cli_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A usage error: "samestory COMMAND: MESSAGE", and where the help is. Returns CLI_USAGE.
 * `command` may be NULL. */
cli_exit cli_usage(const char *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The error of a library call, as "samestory: FILE:LINE: problem; remedy". Returns the exit
 * status that belongs to it: CLI_USAGE for SST_ARGUMENT, else CLI_FAILED. */
cli_exit cli_failed(const sst_error *error);

/* What errno number `cause` means, in lower case as all messages are. */
void cli_reason(int cause, char *text, size_t size);

/* Fills `error`: a file that the command reads could not be, for the reason of errno `cause`. */
sst_status cli_fail_reading(const char *path, int cause, sst_error *error);

/* Fills `error` as a usage error of the command itself. */
sst_status cli_refuse(sst_error *error, const char *message);

/* The name among `names` nearest to `wrong` by edits (insert, delete, replace, swap of
 * neighbours), or NULL when none is within a third of its length. A name that begins with
 * `wrong` is the nearest. */
const char *cli_nearest(const char *wrong, const char *const *names, size_t count);

#endif
