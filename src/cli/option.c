#include "cli/option.h"

#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "cli/value.h"

const cli_option cli_options[CLI_OPTION_COUNT] = {
#define CLI_OPTION_ROW(id, name, letter, placeholder, kind, member, summary)                   \
    {name, placeholder, summary, &cli_kind_##kind, offsetof(cli_settings, member), letter},
    CLI_OPTION_MAP(CLI_OPTION_ROW)
#undef CLI_OPTION_ROW
};

cli_settings cli_settings_default(void)
{
    cli_settings settings = {
        .job = sst_options_default(),
        .archive = sst_archive_options_default(),
        .batch = 4096,
        .report_text = sst_report_options_default().text_bytes,
        .wait = (int64_t)sst_archive_options_default().wait,
        .timeout = 60,
        .relations = cli_same_story_relations(),
        .relations_dropped = cli_same_story_relations(),
    };
    settings.job.memory = 0; /* each machine's own: manual pages move between machines */
    return settings;
}

void cli_option_default(const cli_option *option, char *text, size_t size)
{
    const cli_settings settings = cli_settings_default();
    char value[128];
    option->kind->show((const char *)&settings + option->offset, value, sizeof value);
    if (size > 0)
        text[0] = '\0';
    if (value[0] != '\0')
        snprintf(text, size, " (default %s)", value);
}

static const cli_option *find_letter(cli_option_set allowed, char letter)
{
    for (size_t i = 0; i < CLI_OPTION_COUNT; i++)
        if ((allowed >> i & 1) != 0 && cli_options[i].letter == letter)
            return &cli_options[i];
    return NULL;
}

static const cli_option *find_name(cli_option_set allowed, const char *name, size_t size)
{
    for (size_t i = 0; i < CLI_OPTION_COUNT; i++)
        if ((allowed >> i & 1) != 0 && strlen(cli_options[i].name) == size &&
            memcmp(cli_options[i].name, name, size) == 0)
            return &cli_options[i];
    return NULL;
}

/* An unknown long option: names the nearest one, or the commands' way to it. */
static void say_unknown(cli_option_set allowed, const char *command, const char *name,
                        size_t size)
{
    const char *names[CLI_OPTION_COUNT];
    size_t count = 0;
    char wrong[64];
    snprintf(wrong, sizeof wrong, "%.*s", (int)(size < sizeof wrong ? size : sizeof wrong - 1),
             name);
    for (size_t i = 0; i < CLI_OPTION_COUNT; i++)
        if ((allowed >> i & 1) != 0)
            names[count++] = cli_options[i].name;
    const char *near = cli_nearest(wrong, names, count);
    if (near != NULL)
        cli_usage(command, "unknown option '--%s'; did you mean '--%s'?", wrong, near);
    else if (find_name(~(cli_option_set)0, name, size) != NULL)
        cli_usage(command, "option '--%s' belongs to another command", wrong);
    else
        cli_usage(command, "unknown option '--%s'", wrong);
}

/* The arguments while they are read. */
typedef struct option_parser {
    cli_option_set allowed;
    const char *command;
    const char **arguments;
    size_t count, at, left;
    cli_settings *settings;
} option_parser;

/* Stores `text`, or the next argument when it is NULL and the option wants a value. */
static bool take_value(option_parser *parser, const cli_option *option, const char *text)
{
    if (text == NULL && !option->kind->is_switch) {
        if (parser->at == parser->count) {
            cli_usage(parser->command, "option '--%s' needs a value: %s", option->name,
                      option->kind->expected);
            return false;
        }
        text = parser->arguments[parser->at++];
    }
    if (option->kind->parse(text, (char *)parser->settings + option->offset)) {
        parser->settings->given |= (cli_option_set)1 << (option - cli_options);
        return true;
    }
    cli_usage(parser->command, "invalid value '%.80s' for '--%s'; expected %s", text,
              option->name, option->kind->expected);
    return false;
}

/* "--name", "--name=value" or "--name value". */
static bool parse_long(option_parser *parser, const char *argument)
{
    const char *name = argument + 2;
    const size_t size = strcspn(name, "=");
    const char *value = name[size] == '=' ? name + size + 1 : NULL;
    const cli_option *option = find_name(parser->allowed, name, size);
    if (option == NULL) {
        say_unknown(parser->allowed, parser->command, name, size);
        return false;
    }
    if (value != NULL && option->kind->is_switch) {
        cli_usage(parser->command, "option '--%s' takes no value", option->name);
        return false;
    }
    return take_value(parser, option, value);
}

/* "-q", "-j4", "-j 4", "-qj4". */
static bool parse_letters(option_parser *parser, const char *argument)
{
    for (const char *letter = argument + 1; *letter != '\0'; letter++) {
        const cli_option *option = find_letter(parser->allowed, *letter);
        if (option == NULL) {
            cli_usage(parser->command, "unknown option '-%c'", *letter);
            return false;
        }
        if (!option->kind->is_switch)
            return take_value(parser, option, letter[1] == '\0' ? NULL : letter + 1);
        if (!take_value(parser, option, NULL))
            return false;
    }
    return true;
}

bool cli_options_parse(cli_option_set allowed, const char *command, const char **arguments,
                       size_t count, cli_settings *settings, size_t *left)
{
    option_parser parser = {.allowed = allowed | CLI_OPTIONS_ALWAYS,
                            .command = command,
                            .arguments = arguments,
                            .count = count,
                            .settings = settings};
    bool options_over = false;
    while (parser.at < count) {
        const char *argument = arguments[parser.at++];
        bool good = true;
        if (options_over || argument[0] != '-' || argument[1] == '\0')
            arguments[parser.left++] = argument;
        else if (strcmp(argument, "--") == 0)
            options_over = true;
        else if (argument[1] == '-')
            good = parse_long(&parser, argument);
        else
            good = parse_letters(&parser, argument);
        if (!good)
            return false;
    }
    *left = parser.left;
    return true;
}
