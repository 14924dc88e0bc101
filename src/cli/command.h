/* A command of the program is one row: dispatch, help, usage errors, shell completions and
 * manual pages all come from it. Only this folder and samestory.h are known here. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "cli/option.h"

/* Exit statuses (a contract with scripts). When several apply: 4, then 3, then 1. */
typedef enum cli_exit {
    CLI_DONE = 0,
    CLI_FOUND = 1,   /* only with --check: same-story pairs, or stories that are not new */
    CLI_USAGE = 2,   /* the command line was not understood; nothing was done */
    CLI_SKIPPED = 3, /* done, but bad records were skipped */
    CLI_FAILED = 4   /* could not finish */
} cli_exit;

/* One call of the program. Everything lives until the program ends. */
typedef struct cli_run {
    const struct cli_command *command;
    cli_settings settings;
    const char *const *files; /* what is left beside the options */
    size_t file_count;
} cli_run;

enum { CLI_ANY = 1000000000 }; /* "FILE..." */

typedef struct cli_command {
    const char *name;
    const char *arguments; /* for the usage line, "FILE..." */
    unsigned min_files, max_files;
    cli_option_set options;
    cli_exit (*run)(const cli_run *run);
    const char *summary;     /* one line, without a full stop */
    const char *description; /* paragraphs, separated by an empty line */
    const char *example;     /* a command line */
} cli_command;

/* All commands in the order of the manual. */
extern const cli_command *const *const cli_commands;
extern const size_t cli_command_count;

/* The row of that name, or NULL. */
const cli_command *cli_command_find(const char *name);
/* Tells that there is no such command, with the nearest one; returns CLI_USAGE. */
cli_exit cli_unknown_command(const char *name);

/* The help of a command, or of the program for NULL, on standard output. */
cli_exit cli_print_help(const cli_command *command);

#endif
