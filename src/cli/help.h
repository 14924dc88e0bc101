/* Help, manual pages and shell completions, made from the tables of commands and options. All
 * write to `out` and leave its error indicator to the caller. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>

#include "cli/command.h"

/* The list of commands. */
void cli_help_program(FILE *out);
/* One command with its options and their real defaults. */
void cli_help_command(FILE *out, const cli_command *command);

/* What the placeholders SIZE, SPAN and TIME stand for, a paragraph each, for those of `options` that
 * have them. */
void cli_help_values(FILE *out, cli_option_set options);

/* Manual pages as scdoc(5) source: samestory(1) for NULL, else samestory-COMMAND(1). */
void cli_manual(FILE *out, const cli_command *command);

/* Completions for "bash", "zsh" or "fish"; false for another shell. */
bool cli_completion(FILE *out, const char *shell);

#endif
