/* The rows of the command table, each at the end of its own file. */
#ifndef CLI_COMMAND_ROWS_H
#define CLI_COMMAND_ROWS_H

#include "cli/command.h"

extern const cli_command cli_command_cluster;
extern const cli_command cli_command_pairs;
extern const cli_command cli_command_unique;
extern const cli_command cli_command_tokens;
extern const cli_command cli_command_compare;
extern const cli_command cli_command_split;
extern const cli_command cli_command_eval;
extern const cli_command cli_command_filter;
extern const cli_command cli_command_serve; /* with libmicrohttpd */
extern const cli_command cli_command_nightly;
extern const cli_command cli_command_expire;
extern const cli_command cli_command_stats;
extern const cli_command cli_command_verify;
extern const cli_command cli_command_show;
extern const cli_command cli_command_rebuild;
extern const cli_command cli_command_report;
extern const cli_command cli_command_params;
extern const cli_command cli_command_help;
extern const cli_command cli_command_version;

#endif
