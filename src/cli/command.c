#include "cli/command.h"

#include <string.h>

#include "cli/command_rows.h"
#include "cli/message.h"

static const cli_command *const rows[] = {
    &cli_command_cluster, &cli_command_pairs,  &cli_command_unique,  &cli_command_compare,
    &cli_command_split,   &cli_command_tokens, &cli_command_params,  &cli_command_eval,
    &cli_command_filter,
#ifdef CLI_HAS_SERVE
    &cli_command_serve,
#endif
    &cli_command_show,    &cli_command_nightly,
    &cli_command_expire,  &cli_command_stats,   &cli_command_verify,
    &cli_command_rebuild, &cli_command_report,  &cli_command_help,   &cli_command_version,
};

const cli_command *const *const cli_commands = rows;
const size_t cli_command_count = sizeof rows / sizeof *rows;

const cli_command *cli_command_find(const char *name)
{
    for (size_t i = 0; i < cli_command_count; i++)
        if (strcmp(rows[i]->name, name) == 0)
            return rows[i];
    return NULL;
}

cli_exit cli_unknown_command(const char *name)
{
    const char *names[sizeof rows / sizeof *rows];
    for (size_t i = 0; i < cli_command_count; i++)
        names[i] = rows[i]->name;
    const char *nearest = cli_nearest(name, names, cli_command_count);
    if (nearest != NULL)
        return cli_usage(NULL, "unknown command '%.80s'; did you mean '%s'?", name, nearest);
    return cli_usage(NULL, "unknown command '%.80s'", name);
}
