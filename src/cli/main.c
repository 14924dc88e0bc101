/* The program: finds the command, reads its options, runs it. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/message.h"
#include "cli/signals.h"

static bool standard_input_twice(const cli_run *run)
{
    unsigned count = 0;
    for (size_t i = 0; i < run->file_count; i++)
        count += strcmp(run->files[i], "-") == 0;
    return count > 1;
}

static cli_exit command_run(const cli_command *command, const char **arguments, size_t count)
{
    cli_run run = {.command = command, .settings = cli_settings_default(), .files = arguments};
    if (!cli_options_parse(command->options, command->name, arguments, count, &run.settings,
                           &run.file_count))
        return CLI_USAGE;
    if (run.settings.help)
        return cli_print_help(command);
    if (run.file_count < command->min_files)
        return cli_usage(command->name, "missing argument; expected %s", command->arguments);
    if (standard_input_twice(&run))
        return cli_usage(command->name, "'-' is named twice; standard input is read once");
    if (run.file_count > command->max_files)
        return cli_usage(command->name, "unexpected argument '%s'",
                         run.files[command->max_files]);
    return command->run(&run);
}

/* The customary spellings that are no commands. */
static const char *command_name(const char *argument)
{
    if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0)
        return "help";
    if (strcmp(argument, "--version") == 0 || strcmp(argument, "-V") == 0)
        return "version";
    return argument;
}

static cli_exit program_run(const char **arguments, size_t count)
{
    if (count == 0)
        return cli_usage(NULL, "missing command");
    const cli_command *command = cli_command_find(command_name(arguments[0]));
    if (command == NULL)
        return cli_unknown_command(arguments[0]);
    return command_run(command, arguments + 1, count - 1);
}

/* The number of a standard stream that the caller closed would go to the next file that is opened,
 * and messages or results into that file. What takes its place here can be neither read nor written,
 * nor opened again as /dev/stdout. */
static void fill_standard_streams(void)
{
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
        if (fcntl(stream, F_GETFD) < 0 && open("/", O_PATH | O_DIRECTORY) != stream)
            return;
}

int main(int argc, char **argv)
{
    fill_standard_streams();
    cli_signals_install();
    const size_t count = argc > 0 ? (size_t)argc - 1 : 0;
    return (int)program_run((const char **)(void *)(argv + 1), count);
}
