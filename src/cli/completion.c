#include "cli/help.h"

#include <string.h>

/* "--name" of each option of a command, with `between` before each. */
static void print_options(FILE *out, const cli_command *command, const char *between)
{
    for (size_t i = 0; i < CLI_OPTION_COUNT; i++)
        if (((command->options | CLI_OPTIONS_ALWAYS) >> i & 1) != 0)
            fprintf(out, "%s--%s", between, cli_options[i].name);
}

/* Text inside '...': a quote ends the string, is written escaped, and begins it again. */
static void print_quoted(FILE *out, const char *text, const char *escaped)
{
    for (; *text != '\0'; text++) {
        if (strchr("':[]", *text) == NULL)
            fputc(*text, out);
        else
            fprintf(out, "%s", *text == '\'' ? escaped : *text == ':' ? "\\:" : " ");
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

static void print_zsh(FILE *out)
{
    fputs("#compdef samestory\nif (( CURRENT == 2 )); then\n    local -a commands=(\n", out);
    for (size_t i = 0; i < cli_command_count; i++) {
        fprintf(out, "        '%s:", cli_commands[i]->name);
        print_quoted(out, cli_commands[i]->summary, "'\\''");
        fputs("'\n", out);
    }
    fputs("    )\n    _describe command commands\n    return\nfi\ncase $words[2] in\n", out);
    for (size_t i = 0; i < cli_command_count; i++) {
        fprintf(out, "%s)\n    _arguments", cli_commands[i]->name);
        for (size_t j = 0; j < CLI_OPTION_COUNT; j++) {
            if (((cli_commands[i]->options | CLI_OPTIONS_ALWAYS) >> j & 1) == 0)
                continue;
            fprintf(out, " \\\n        '--%s[", cli_options[j].name);
            print_quoted(out, cli_options[j].summary, "'\\''");
            fputs(cli_options[j].placeholder == NULL ? "]'" : "]:value:_files'", out);
        }
        fputs(" \\\n        '*:file:_files' ;;\n", out);
    }
    fputs("esac\n", out);
}

static void print_fish(FILE *out)
{
    for (size_t i = 0; i < cli_command_count; i++) {
        const cli_command *command = cli_commands[i];
        fprintf(out, "complete -c samestory -n __fish_use_subcommand -f -a %s -d '",
                command->name);
        print_quoted(out, command->summary, "\\'");
        fputs("'\n", out);
        for (size_t j = 0; j < CLI_OPTION_COUNT; j++) {
            if (((command->options | CLI_OPTIONS_ALWAYS) >> j & 1) == 0)
                continue;
            fprintf(out,
                    "complete -c samestory -n '__fish_seen_subcommand_from %s' -l %s%s -d '",
                    command->name, cli_options[j].name,
                    cli_options[j].placeholder == NULL ? "" : " -r");
            print_quoted(out, cli_options[j].summary, "\\'");
            fputs("'\n", out);
        }
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
