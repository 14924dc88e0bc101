#include "cli/command_rows.h"
#include "cli/help.h"
#include "cli/message.h"
#include "cli/output.h"

#include <stdlib.h>

/* A text that is made whole before it is written, so that standard output is checked in one
 * place, cli/output.h. */
typedef struct help_page {
    FILE *file;
    char *text;
    size_t size;
} help_page;

static bool page_begin(help_page *page)
{
    *page = (help_page){0};
    page->file = open_memstream(&page->text, &page->size);
    if (page->file == NULL)
        cli_say("out of memory for the help");
    return page->file != NULL;
}

static cli_exit page_print(help_page *page)
{
    cli_output output;
    sst_error error = {0};
    const bool whole = fclose(page->file) == 0;
    sst_status status = cli_output_open(&output, NULL, NULL, 0, &error);
    if (status == SST_OK && whole) {
        const sst_sink sink = cli_output_sink(&output);
        status = sink.write(sink.context, page->text, page->size, &error);
    }
    if (status == SST_OK)
        status = cli_output_commit(&output, &error);
    else
        cli_output_abandon(&output);
    free(page->text);
    if (!whole)
        cli_say("out of memory for the help");
    return status != SST_OK ? cli_failed(&error) : whole ? CLI_DONE : CLI_FAILED;
}

cli_exit cli_print_help(const cli_command *command)
{
    help_page page;
    if (!page_begin(&page))
        return CLI_FAILED;
    if (command == NULL)
        cli_help_program(page.file);
    else
        cli_help_command(page.file, command);
    return page_print(&page);
}

/* What the build and the shells ask for. */
static cli_exit print_source(const cli_settings *settings, const cli_command *command)
{
    help_page page;
    if (!page_begin(&page))
        return CLI_FAILED;
    if (settings->names)
        for (size_t i = 0; i < cli_command_count; i++)
            fprintf(page.file, "%s\n", cli_commands[i]->name);
    if (settings->scdoc)
        cli_manual(page.file, command);
    const bool known =
        settings->completion == NULL || cli_completion(page.file, settings->completion);
    const cli_exit printed = page_print(&page);
    return known ? printed
                 : cli_usage("help", "no completions for '%s'; expected bash, zsh or fish",
                             settings->completion);
}

static cli_exit run_help(const cli_run *run)
{
    const cli_settings *settings = &run->settings;
    const cli_command *command = NULL;
    if (run->file_count > 0) {
        command = cli_command_find(run->files[0]);
        if (command == NULL)
            return cli_unknown_command(run->files[0]);
    }
    if (settings->names || settings->scdoc || settings->completion != NULL)
        return print_source(settings, command);
    return cli_print_help(command);
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
