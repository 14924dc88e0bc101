#include "cli/help.h"

#include <string.h>

#include "cli/value.h"

enum { WIDTH = 80, OPTION_COLUMN = 26, COMMAND_COLUMN = 12 };

/* Words of `text` in lines of at most WIDTH columns; the first line begins at `column`, the
 * others at `indent`; an empty line stays one. Texts are ASCII, so bytes are columns. */
static void print_wrapped(FILE *out, const char *text, int column, int indent)
{
    bool line_begins = true;
    while (*text != '\0') {
        const int size = (int)strcspn(text, " \n");
        if (!line_begins && column + 1 + size > WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (!line_begins) {
            column += fprintf(out, " ");
        }
        column += fprintf(out, "%.*s", size, text);
        line_begins = false;
        text += size;
        for (; *text == ' ' || *text == '\n'; text++) {
            if (*text == ' ')
                continue;
            fprintf(out, "\n%*s", text[1] == '\n' ? 0 : indent, "");
            column = indent;
            line_begins = true;
        }
    }
    fputc('\n', out);
}

static void print_option(FILE *out, const cli_option *option)
{
    char text[512], given[160];
    int column =
        option->letter != 0 ? fprintf(out, "  -%c, ", option->letter) : fprintf(out, "      ");
    column += option->placeholder == NULL
                  ? fprintf(out, "--%s", option->name)
                  : fprintf(out, "--%s %s", option->name, option->placeholder);
    if (column >= OPTION_COLUMN)
        fprintf(out, "\n%*s", OPTION_COLUMN, "");
    else
        fprintf(out, "%*s", OPTION_COLUMN - column, "");
    cli_option_default(option, given, sizeof given);
    snprintf(text, sizeof text, "%s%s", option->summary, given);
    print_wrapped(out, text, OPTION_COLUMN, OPTION_COLUMN);
}

static void print_presets(FILE *out)
{
    fputs("\nPresets:", out);
    for (const char *const *name = sst_preset_names(); *name != NULL; name++)
        fprintf(out, " %s", *name);
    fputc('\n', out);
}

void cli_help_values(FILE *out, cli_option_set options)
{
    static const struct {
        const cli_kind *kind;
        const char *placeholder;
    } values[] = {
        {&cli_kind_SIZE, "SIZE"}, {&cli_kind_DURATION, "SPAN"}, {&cli_kind_TIME, "TIME"}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        size_t option = 0;
        while (option < CLI_OPTION_COUNT && ((options >> option & 1) == 0 ||
                                             cli_options[option].kind != values[i].kind))
            option++;
        if (option < CLI_OPTION_COUNT)
            fprintf(out, "\n%s is %s.\n", values[i].placeholder, values[i].kind->expected);
    }
}

void cli_help_command(FILE *out, const cli_command *command)
{
    fprintf(out, "usage: samestory %s [options]%s%s\n\n", command->name,
            command->arguments[0] == '\0' ? "" : " ", command->arguments);
    print_wrapped(out, command->description, 0, 0);
    fputs("\nOptions:\n", out);
    for (size_t i = 0; i < CLI_OPTION_COUNT; i++)
        if (((command->options | CLI_OPTIONS_ALWAYS) >> i & 1) != 0)
            print_option(out, &cli_options[i]);
    cli_help_values(out, command->options);
    if ((command->options & CLI_SET(PRESET)) != 0)
        print_presets(out);
    fprintf(out, "\nExample:\n  %s\n", command->example);
}

void cli_help_program(FILE *out)
{
    fputs("usage: samestory COMMAND [options] [FILE...]\n\n"
          "Finds the same news story told twice: reprints, cut copies, excerpts, updates.\n\n"
          "Commands:\n",
          out);
    for (size_t i = 0; i < cli_command_count; i++)
        fprintf(out, "  %-*s%s\n", COMMAND_COLUMN, cli_commands[i]->name,
                cli_commands[i]->summary);
    fputs(
        "\n'samestory help COMMAND' explains one. Exit status: 0 done; 1 found, with --check;\n"
        "2 usage; 3 done, but bad records were skipped; 4 could not finish.\n",
        out);
}
