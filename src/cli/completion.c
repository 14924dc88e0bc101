#include "cli/help.h"

#include <string.h>

static bool takes(const cli_command *command, size_t option)
{
    return ((command->options | CLI_OPTIONS_ALWAYS) >> option & 1) != 0;
}

/* "--name" of each option of a command, with `between` before each. */
static void print_options(FILE *out, const cli_command *command, const char *between)
{
    for (size_t i = 0; i < CLI_OPTION_COUNT; i++)
        if (takes(command, i))
            fprintf(out, "%s--%s", between, cli_options[i].name);
}

/* Text inside '...': a quote is written as `quote`, each of `special` behind a backslash. */
static void print_quoted(FILE *out, const char *text, const char *quote, const char *special)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fputs(quote, out);
        else
            fprintf(out, "%s%c", strchr(special, *text) == NULL ? "" : "\\", *text);
    }
}

static void print_bash(FILE *out)
{
    fputs("_samestory()\n{\n    local word=${COMP_WORDS[COMP_CWORD]} words=\n"
          "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words='",
          out);
    for (size_t i = 0; i < cli_command_count; i++)
        fprintf(out, "%s%s", i == 0 ? "" : " ", cli_commands[i]->name);
    fputs("'\n    else\n        case ${COMP_WORDS[1]} in\n", out);
    for (size_t i = 0; i < cli_command_count; i++) {
        fprintf(out, "        %s) words='", cli_commands[i]->name);
        print_options(out, cli_commands[i], " ");
        fputs("' ;;\n", out);
    }
    fputs("        esac\n    fi\n"
          "    case $COMP_CWORD:$word in\n"
          "    1:*|*:-*) mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\") ;;\n"
          "    *) mapfile -t COMPREPLY < <(compgen -f -- \"$word\") ;;\n"
          "    esac\n}\ncomplete -o filenames -F _samestory samestory\n",
          out);
}

/* A quote ends the string of the shell, is written escaped, and begins it again. */
static void print_zsh_text(FILE *out, const char *text)
{
    print_quoted(out, text, "'\\''", ":[]\\");
}

static void print_zsh_option(FILE *out, const cli_option *option)
{
    if (option->letter != 0)
        fprintf(out, " \\\n        '(-%c --%s)'{-%c,--%s}'[", option->letter, option->name,
                option->letter, option->name);
    else
        fprintf(out, " \\\n        '--%s[", option->name);
    print_zsh_text(out, option->summary);
    fputs(option->placeholder == NULL ? "]'" : "]:value:_files'", out);
}

static void print_zsh(FILE *out)
{
    fputs("#compdef samestory\nif (( CURRENT == 2 )); then\n    local -a commands=(\n", out);
    for (size_t i = 0; i < cli_command_count; i++) {
        fprintf(out, "        '%s:", cli_commands[i]->name);
        print_zsh_text(out, cli_commands[i]->summary);
        fputs("'\n", out);
    }
    fputs("    )\n    _describe command commands\n    return\nfi\ncase $words[2] in\n", out);
    for (size_t i = 0; i < cli_command_count; i++) {
        fprintf(out, "%s)\n    _arguments", cli_commands[i]->name);
        for (size_t j = 0; j < CLI_OPTION_COUNT; j++)
            if (takes(cli_commands[i], j))
                print_zsh_option(out, &cli_options[j]);
        fputs(" \\\n        '*:file:_files' ;;\n", out);
    }
    fputs("esac\n", out);
}

static void print_fish_option(FILE *out, const char *command, const cli_option *option)
{
    fprintf(out, "complete -c samestory -n '__fish_seen_subcommand_from %s' -l %s", command,
            option->name);
    if (option->letter != 0)
        fprintf(out, " -s %c", option->letter);
    fprintf(out, "%s -d '", option->placeholder == NULL ? "" : " -r");
    print_quoted(out, option->summary, "\\'", "\\");
    fputs("'\n", out);
}

static void print_fish(FILE *out)
{
    for (size_t i = 0; i < cli_command_count; i++) {
        const cli_command *command = cli_commands[i];
        fprintf(out, "complete -c samestory -n __fish_use_subcommand -f -a %s -d '",
                command->name);
        print_quoted(out, command->summary, "\\'", "\\");
        fputs("'\n", out);
        for (size_t j = 0; j < CLI_OPTION_COUNT; j++)
            if (takes(command, j))
                print_fish_option(out, command->name, &cli_options[j]);
    }
}

bool cli_completion(FILE *out, const char *shell)
{
    if (strcmp(shell, "bash") == 0)
        print_bash(out);
    else if (strcmp(shell, "zsh") == 0)
        print_zsh(out);
    else if (strcmp(shell, "fish") == 0)
        print_fish(out);
    else
        return false;
    return true;
}
