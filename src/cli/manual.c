#include "cli/help.h"

/* Text for scdoc(5): '_', '*' and '\' would start markup, and so would some marks at the
 * beginning of a line. */
static void print_escaped(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '_' || *text == '*' || *text == '\\' || *text == '#')
            fputc('\\', out);
        fputc(*text, out);
    }
}

static void print_option(FILE *out, const cli_option *option)
{
    char given[160];
    fputs("*", out);
    if (option->letter != 0)
        fprintf(out, "-%c*, *", option->letter);
    fprintf(out, "--%s*", option->name);
    if (option->placeholder != NULL)
        fprintf(out, " _%s_", option->placeholder);
    fputs("\n\t", out);
    print_escaped(out, option->summary);
    cli_option_default(option, given, sizeof given);
    print_escaped(out, given);
    fputs("\n\n", out);
}

static void print_exit_statuses(FILE *out)
{
    fputs("# EXIT STATUS\n\n"
          "*0*\n\tDone.\n\n"
          "*1*\n\tOnly with --check: same-story pairs were found.\n\n"
          "*2*\n\tThe command line was not understood; nothing was done.\n\n"
          "*3*\n\tDone, but bad records were skipped; each is named on standard error.\n\n"
          "*4*\n\tCould not finish. When several apply: 4, then 3, then 1.\n\n"
          "After SIGINT, SIGTERM or a closed pipe temporary files are removed and the program\n"
          "ends by that signal, without a message.\n\n",
          out);
}

static void print_command_page(FILE *out, const cli_command *command)
{
    fprintf(out, "samestory-%s(1)\n\n# NAME\n\nsamestory-%s - %s\n\n", command->name,
            command->name, command->summary);
    fprintf(out, "# SYNOPSIS\n\n*samestory %s* [options] ", command->name);
    print_escaped(out, command->arguments);
    fputs("\n\n# DESCRIPTION\n\n", out);
    print_escaped(out, command->description);
    fputs("\n\n# OPTIONS\n\n", out);
    for (size_t i = 0; i < CLI_OPTION_COUNT; i++)
        if (((command->options | CLI_OPTIONS_ALWAYS) >> i & 1) != 0)
            print_option(out, &cli_options[i]);
    cli_help_values(out, command->options);
    fputc('\n', out);
    print_exit_statuses(out);
    fputs("# EXAMPLE\n\n\t", out);
    print_escaped(out, command->example);
    fputs("\n\n# SEE ALSO\n\n*samestory*(1)\n", out);
}

static void print_program_page(FILE *out)
{
    fputs("samestory(1)\n\n# NAME\n\nsamestory - find the same news story told twice\n\n"
          "# SYNOPSIS\n\n*samestory* _COMMAND_ [options] [FILE...]\n\n# DESCRIPTION\n\n"
          "Finds reprints, cut copies, excerpts and updates among news stories in any script.\n"
          "Results go to standard output, everything else to standard error.\n\n"
          "# COMMANDS\n\n",
          out);
    for (size_t i = 0; i < cli_command_count; i++)
        fprintf(out, "*%s*\n\t%s; see *samestory-%s*(1).\n\n", cli_commands[i]->name,
                cli_commands[i]->summary, cli_commands[i]->name);
    print_exit_statuses(out);
    fputs(
        "# FILES\n\nA story is a JSON object on a line with the fields _id_, _text_, _title_, "
        "_url_,\n_source_, _published_ and _lang_; other fields pass through. Files may be "
        "compressed\nwith gzip or zstd; '-' is standard input.\n",
        out);
}

void cli_manual(FILE *out, const cli_command *command)
{
    if (command == NULL)
        print_program_page(out);
    else
        print_command_page(out, command);
}
