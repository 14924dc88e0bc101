#include "cli/value.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void show_nothing(const void *value, char *text, size_t size)
{
    (void)value;
    if (size > 0)
        text[0] = '\0';
}

static bool parse_switch(const char *text, void *value)
{
    (void)text;
    *(bool *)value = true;
    return true;
}

static bool parse_text(const char *text, void *value)
{
    *(const char **)value = text;
    return text[0] != '\0';
}

static void show_text(const void *value, char *text, size_t size)
{
    const char *const *string = value;
    snprintf(text, size, "%s", *string == NULL ? "" : *string);
}

/* A decimal number without sign, whole up to `*end`; false on overflow or without a digit. */
static bool parse_digits(const char *text, uint64_t *number, const char **end)
{
    char *stop = NULL;
    if (!isdigit((unsigned char)text[0]))
        return false;
    errno = 0;
    *number = strtoull(text, &stop, 10);
    *end = stop;
    return errno == 0;
}

static bool parse_count(const char *text, void *value)
{
    uint64_t number = 0;
    const char *end = NULL;
    if (!parse_digits(text, &number, &end) || *end != '\0' || number > 1000000)
        return false;
    *(unsigned *)value = (unsigned)number;
    return true;
}

static void show_count(const void *value, char *text, size_t size)
{
    snprintf(text, size, "%u", *(const unsigned *)value);
}

static bool parse_fraction(const char *text, void *value)
{
    char *end = NULL;
    const double number = strtod(text, &end);
    if (end == text || *end != '\0' || !(number > 0 && number < 1))
        return false;
    *(double *)value = number;
    return true;
}

static void show_fraction(const void *value, char *text, size_t size)
{
    snprintf(text, size, "%g", *(const double *)value);
}

/* A number and an optional unit letter; each letter of `units` multiplies by its factor. */
static bool parse_scaled(const char *text, const char *units, const uint64_t *factors,
                         uint64_t *value)
{
    uint64_t number = 0;
    const char *end = NULL;
    if (!parse_digits(text, &number, &end))
        return false;
    uint64_t factor = 1;
    if (*end != '\0') {
        const char *unit = strchr(units, *end);
        if (unit == NULL || end[1] != '\0')
            return false;
        factor = factors[unit - units];
    }
    return !__builtin_mul_overflow(number, factor, value);
}

static const char size_units[] = "BKMGTkmgt";
static const uint64_t size_factors[] = {
    1,        1u << 10, 1u << 20, 1u << 30,          (uint64_t)1 << 40,
    1u << 10, 1u << 20, 1u << 30, (uint64_t)1 << 40,
};

static bool parse_size(const char *text, void *value)
{
    return parse_scaled(text, size_units, size_factors, value);
}

static void show_size(const void *value, char *text, size_t size)
{
    uint64_t number = *(const uint64_t *)value;
    int unit = 0;
    while (number != 0 && number % 1024 == 0 && unit < 4) {
        number /= 1024;
        unit++;
    }
    snprintf(text, size, "%llu%.*s", (unsigned long long)number, unit > 0, size_units + unit);
}

enum { RECORD_LEAST = 8 }; /* bytes: the library takes a smaller limit for this one */

static bool parse_record_size(const char *text, void *value)
{
    return parse_size(text, value) && *(const uint64_t *)value >= RECORD_LEAST;
}

static const char duration_units[] = "smhdw";
static const uint64_t duration_factors[] = {1, 60, 3600, 86400, 604800};

static bool parse_duration(const char *text, void *value)
{
    return sst_duration_parse(text, value, NULL) == SST_OK;
}

/* Where 0 would mean the opposite of what it says (no limit), or nothing at all. */
static bool parse_span(const char *text, void *value)
{
    return parse_duration(text, value) && *(const int64_t *)value > 0;
}

static void show_duration(const void *value, char *text, size_t size)
{
    uint64_t number = (uint64_t) * (const int64_t *)value;
    int unit = 0;
    for (int larger = 1; larger < 4; larger++)
        if (number != 0 && number % duration_factors[larger] == 0)
            unit = larger;
    show_nothing(value, text, size);
    if (number != 0)
        snprintf(text, size, "%llu%c", (unsigned long long)(number / duration_factors[unit]),
                 duration_units[unit]);
}

static bool parse_time(const char *text, void *value)
{
    return sst_time_parse(text, value, NULL) == SST_OK;
}

static bool parse_format(const char *text, void *value)
{
    if (strcmp(text, "jsonl") != 0 && strcmp(text, "page") != 0)
        return false;
    *(sst_format *)value = text[0] == 'p' ? SST_FORMAT_PAGE : SST_FORMAT_JSONL;
    return true;
}

static void show_format(const void *value, char *text, size_t size)
{
    snprintf(text, size, "%s",
             *(const sst_format *)value == SST_FORMAT_PAGE ? "page" : "jsonl");
}

static bool parse_preset(const char *text, void *value)
{
    for (const char *const *name = sst_preset_names(); *name != NULL; name++) {
        if (strcmp(text, *name) == 0) {
            *(const char **)value = *name;
            return true;
        }
    }
    return false;
}

unsigned cli_same_story_relations(void)
{
    unsigned set = 0;
    for (int relation = 0; relation < SST_RELATION_COUNT; relation++)
        if (sst_relation_same_story((sst_relation)relation))
            set |= 1u << relation;
    return set;
}

static bool parse_relations(const char *text, void *value)
{
    unsigned set = 0;
    if (strcmp(text, "all") == 0) {
        *(unsigned *)value = (1u << SST_RELATION_COUNT) - 1 - (1u << SST_RELATION_DISTINCT);
        return true;
    }
    for (const char *name = text;; name++) {
        const size_t size = strcspn(name, ",");
        sst_relation relation;
        if (!sst_relation_parse(name, size, &relation))
            return false;
        set |= 1u << relation;
        name += size;
        if (*name == '\0')
            break;
    }
    *(unsigned *)value = set;
    return true;
}

static bool parse_answers(const char *text, void *value)
{
    unsigned set = 0;
    for (const char *name = text;; name++) {
        const size_t size = strcspn(name, ",");
        sst_answer answer;
        if (!sst_answer_parse(name, size, &answer))
            return false;
        set |= 1u << answer;
        name += size;
        if (*name == '\0')
            break;
    }
    *(unsigned *)value = set;
    return true;
}

static void show_relations(const void *value, char *text, size_t size)
{
    const unsigned set = *(const unsigned *)value;
    size_t used = 0;
    show_nothing(value, text, size);
    for (int relation = 0; relation < SST_RELATION_COUNT && used < size; relation++)
        if (set >> relation & 1)
            used += (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? "," : "",
                                     sst_relation_name((sst_relation)relation));
}

/* The member after the array of a repeatable option counts its values. */
static size_t *repeat_count(void *values, size_t bytes)
{
    return (size_t *)(void *)((char *)values + bytes);
}

_Static_assert(offsetof(cli_settings, field_count) ==
                   offsetof(cli_settings, fields) + sizeof(sst_field[CLI_FIELDS_MAX]),
               "field_count stands behind fields");
_Static_assert(offsetof(cli_settings, id_count) ==
                   offsetof(cli_settings, ids) + sizeof(const char *[CLI_IDS_MAX]),
               "id_count stands behind ids");

static bool parse_field(const char *text, void *value)
{
    static const char *const names[] = {"id",        "text", "title", "url",    "source",
                                        "published", "lang", "page",  "cluster"};
    sst_field *fields = value;
    size_t *count = repeat_count(value, sizeof(sst_field[CLI_FIELDS_MAX]));
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals[1] == '\0' || *count == CLI_FIELDS_MAX)
        return false;
    const size_t size = (size_t)(equals - text);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i]) == size && memcmp(names[i], text, size) == 0) {
            fields[(*count)++] = (sst_field){.name = names[i], .path = equals + 1};
            return true;
        }
    }
    return false;
}

static bool parse_id(const char *text, void *value)
{
    const char **ids = value;
    size_t *count = repeat_count(value, sizeof(const char *[CLI_IDS_MAX]));
    if (*count == CLI_IDS_MAX)
        return false;
    ids[(*count)++] = text;
    return true;
}

const cli_kind cli_kind_SWITCH = {parse_switch, show_nothing, "no value", true};
const cli_kind cli_kind_TEXT = {parse_text, show_text, "a value that is not empty", false};
const cli_kind cli_kind_COUNT = {parse_count, show_count, "a number such as 4", false};
const cli_kind cli_kind_FRACTION = {parse_fraction, show_fraction,
                                    "a number between 0 and 1, both excluded", false};
const cli_kind cli_kind_SIZE = {parse_size, show_size, "a size such as 512M or 2G", false};
const cli_kind cli_kind_RECORD_SIZE = {parse_record_size, show_size,
                                       "a size such as 512K or 64M, at least 8", false};
const cli_kind cli_kind_DURATION = {parse_duration, show_duration,
                                    "a time span such as 30s, 12h or 90d", false};
const cli_kind cli_kind_SPAN = {parse_span, show_duration,
                                "a time span above 0 such as 30s, 12h or 90d", false};
const cli_kind cli_kind_TIME = {parse_time, show_nothing,
                                "a time such as 2026-01-31T06:00:00Z, 2026-01-31 or seconds "
                                "since 1970",
                                false};
const cli_kind cli_kind_FORMAT = {parse_format, show_format, "jsonl or page", false};
const cli_kind cli_kind_PRESET = {parse_preset, show_text, "a preset of the help", false};
const cli_kind cli_kind_RELATIONS = {parse_relations, show_relations,
                                     "relations such as identical,copy or 'all'", false};
const cli_kind cli_kind_ANSWERS = {parse_answers, show_nothing, "verdicts such as new,revised",
                                   false};
const cli_kind cli_kind_FIELD = {parse_field, show_nothing,
                                 "NAME=PATH with a field name of the help, at most 16 times",
                                 false};
const cli_kind cli_kind_ID = {parse_id, show_nothing, "at most two ids", false};
