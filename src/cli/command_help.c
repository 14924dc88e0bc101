#include "cli/command_rows.h"
#include "cli/help.h"
#include "cli/message.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "cli/signals.h"

/* Standard output was written through stdio: the last write shows whether it worked. */
static cli_exit finish(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return CLI_DONE;
    if (errno == EPIPE)
        cli_signals_die(SIGPIPE);
    cli_say("cannot write 'standard output': %s; free some space and run again",
            strerror(errno));
    return CLI_FAILED;
}

cli_exit cli_print_help(const cli_command *command)
{
    if (command == NULL)
        cli_help_program(stdout);
    else
        cli_help_command(stdout, command);
    return finish();
}

static cli_exit run_help(const cli_run *run)
{
    const cli_command *command = NULL;
    if (run->settings.names) {
        for (size_t i = 0; i < cli_command_count; i++)
            puts(cli_commands[i]->name);
        return finish();
    }
    if (run->settings.completion != NULL) {
        if (!cli_completion(stdout, run->settings.completion))
            return cli_usage("help", "no completions for '%s'; expected bash, zsh or fish",
                             run->settings.completion);
        return finish();
    }
    if (run->file_count > 0) {
        command = cli_command_find(run->files[0]);
        if (command == NULL)
            return cli_unknown_command(run->files[0]);
    }
    if (!run->settings.scdoc)
        return cli_print_help(command);
    cli_manual(stdout, command);
    return finish();
}

const cli_command cli_command_help = {
    .name = "help",
    .arguments = "[COMMAND]",
    .max_files = 1,
    .options = CLI_SET(NAMES) | CLI_SET(SCDOC) | CLI_SET(COMPLETION),
    .run = run_help,
    .summary = "explain the program or one command",
    .description =
        "Without a command, lists the commands. The manual pages and the shell completions are "
        "made from the same tables: --scdoc prints the source of a page, --completion the "
        "script of a shell.",
    .example = "samestory help cluster",
};
