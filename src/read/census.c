#include "read/census.h"

#include <stdio.h>
#include <string.h>

enum { NAME_SHOWN = 32, LIST_SHOWN = 240 }; /* bytes */

void sst_census_free(sst_census *census)
{
    sst_buffer_free(&census->names);
    *census = (sst_census){0};
}

static bool known(const sst_census *census, uint64_t hash)
{
    for (unsigned i = 0; i < census->count; i++)
        if (census->hashes[i] == hash)
            return true;
    return false;
}

/* Bytes of `name` that are shown: at most NAME_SHOWN, no half character. */
static size_t shown_size(const char *name, size_t size)
{
    if (size <= NAME_SHOWN)
        return size;
    size = NAME_SHOWN;
    while (size > 0 && ((unsigned char)name[size] & 0xc0) == 0x80)
        size--;
    return size;
}

static void add_name(sst_census *census, const char *name, size_t size)
{
    uint64_t hash = sst_hash64_bytes(name, size);
    if (census->count == SST_CENSUS_NAMES || known(census, hash))
        return;
    census->hashes[census->count++] = hash;
    size_t shown = shown_size(name, size);
    if (census->names.size + shown > LIST_SHOWN)
        return;
    if (census->names.size != 0)
        sst_buffer_text(&census->names, ", ");
    for (size_t i = 0; i < shown; i++) {
        unsigned char byte = (unsigned char)name[i];
        sst_buffer_byte(&census->names, byte < 0x20 || byte == 0x7f ? '?' : (char)byte);
    }
    if (shown < size)
        sst_buffer_text(&census->names, "...");
}

static void add_names(sst_census *census, const sst_buffer *keys)
{
    for (size_t at = 0; at < keys->size;) {
        uint32_t size;
        memcpy(&size, keys->bytes + at, sizeof size);
        add_name(census, keys->bytes + at + sizeof size, size);
        at += sizeof size + size;
    }
}

sst_status sst_census_add(sst_census *census, sst_parser *parser, const char *line, size_t size,
                          sst_error *error)
{
    if (census->records >= SST_CENSUS_RECORDS)
        return SST_OK;
    sst_buffer keys = {0};
    sst_record record;
    sst_parser_collect(parser, &keys);
    sst_status status = sst_parser_run(parser, line, size, &record, error);
    sst_parser_collect(parser, NULL);
    if (status == SST_OK)
        status = sst_buffer_status(&keys, "the names of fields", error);
    if (status == SST_OK) {
        census->records++;
        census->present = (uint16_t)(census->present | sst_parser_present(parser));
        add_names(census, &keys);
    }
    sst_buffer_free(&keys);
    if (status == SST_OK)
        status = sst_buffer_status(&census->names, "the names of fields", error);
    return status == SST_MEMORY ? SST_MEMORY : SST_OK;
}

sst_status sst_census_verdict(const sst_census *census, const sst_parser *parser,
                              sst_wanted required, sst_error *error)
{
    const sst_fields *fields = sst_parser_fields(parser);
    unsigned wanted = (unsigned)fields->mapped | 1u << required;
    if (census->records == 0 || (wanted & ~(unsigned)census->present) == 0)
        return SST_OK;
    unsigned missing = (unsigned)__builtin_ctz(wanted & ~(unsigned)census->present);
    char records[32];
    if (census->records == 1)
        snprintf(records, sizeof records, "the only record");
    else
        snprintf(records, sizeof records, "%s %u records",
                 census->records < SST_CENSUS_RECORDS ? "all" : "the first", census->records);
    return sst_fail(error, SST_INPUT,
                    "field '%s' is missing in %s; seen: %.*s; use --field %s=NAME",
                    fields->paths[missing], records,
                    (int)census->names.size, census->names.size == 0 ? "" : census->names.bytes,
                    sst_wanted_name((sst_wanted)missing));
}
