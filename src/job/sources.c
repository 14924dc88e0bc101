#include "job/sources.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/utf8.h"

/* Open addressing from a 64-bit hash to a number; at most half full. */
typedef struct number_table {
    uint64_t *keys;
    uint32_t *values;
    size_t size; /* power of two, or 0 */
    size_t used;
} number_table;

struct sst_sources {
    number_table by_spelling; /* hash of the bytes -> number */
    number_table by_name;     /* key of a normalised name -> number */
    sst_buffer names;         /* first spellings, back to back */
    size_t *name_begin;       /* count + 1 offsets */
    size_t count, capacity;
    sst_text *text;
};

/* ---- the table ---------------------------------------------------------------------------- */

static size_t table_slot(const number_table *table, uint64_t key)
{
    size_t slot = sst_mix64(key) & (table->size - 1);
    while (table->values[slot] != SST_NO_SOURCE && table->keys[slot] != key)
        slot = (slot + 1) & (table->size - 1);
    return slot;
}

static uint32_t table_get(const number_table *table, uint64_t key)
{
    return table->size == 0 ? SST_NO_SOURCE : table->values[table_slot(table, key)];
}

static sst_status table_grow(number_table *table, sst_error *error)
{
    number_table grown = {.size = table->size == 0 ? 64 : table->size * 2, .used = table->used};
    grown.keys = sst_allocate(grown.size, sizeof *grown.keys, "source names", error);
    grown.values = sst_allocate(grown.size, sizeof *grown.values, "source names", error);
    if (grown.keys == NULL || grown.values == NULL) {
        free(grown.keys);
        free(grown.values);
        return SST_MEMORY;
    }
    memset(grown.values, 0xff, grown.size * sizeof *grown.values);
    for (size_t i = 0; i < table->size; i++) {
        if (table->values[i] == SST_NO_SOURCE)
            continue;
        size_t slot = table_slot(&grown, table->keys[i]);
        grown.keys[slot] = table->keys[i];
        grown.values[slot] = table->values[i];
    }
    free(table->keys);
    free(table->values);
    *table = grown;
    return SST_OK;
}

/* The first value given to a key stays. */
static sst_status table_put(number_table *table, uint64_t key, uint32_t value, sst_error *error)
{
    if (2 * (table->used + 1) > table->size) {
        sst_status status = table_grow(table, error);
        if (status != SST_OK)
            return status;
    }
    size_t slot = table_slot(table, key);
    if (table->values[slot] == SST_NO_SOURCE) {
        table->keys[slot] = key;
        table->values[slot] = value;
        table->used++;
    }
    return SST_OK;
}

/* ---- names --------------------------------------------------------------------------------- */

uint64_t sst_name_key(sst_text *text, const char *name, size_t size)
{
    struct sst_text_run run;
    if (size == 0 || sst_text_tokens(text, name, size, &run, NULL) != SST_OK || run.count == 0)
        return 0;
    return sst_text_key(&run).low | 1;
}

static bool is_host(sst_slice name)
{
    return name.size > 3 && memchr(name.bytes, '.', name.size) != NULL &&
           memchr(name.bytes, ' ', name.size) == NULL;
}

/* "www.news.example.co.uk" is "news.example": without www, and without the last label and a
 * second-level label of at most three letters before it. */
static sst_slice host_stem(sst_slice host)
{
    if (host.size > 4 && memcmp(host.bytes, "www.", 4) == 0)
        host = (sst_slice){.bytes = host.bytes + 4, .size = host.size - 4};
    for (int labels = 0; labels < 2; labels++) {
        const char *dot = memrchr(host.bytes, '.', host.size);
        if (dot == NULL || dot == host.bytes)
            break;
        size_t tail = host.size - (size_t)(dot - host.bytes) - 1;
        if (labels == 1 && tail > 3)
            break;
        host.size = (size_t)(dot - host.bytes);
    }
    return host;
}

static uint64_t stem_key(sst_sources *sources, sst_slice name)
{
    sst_slice stem = is_host(name) ? host_stem(name) : name;
    return sst_name_key(sources->text, stem.bytes, stem.size);
}

static sst_status add_source(sst_sources *sources, sst_slice name, sst_error *error)
{
    sst_status status = SST_RESERVE(&sources->name_begin, &sources->capacity,
                                    sources->count + 2, "source names", error);
    if (status != SST_OK)
        return status;
    sst_buffer_append(&sources->names, name.bytes, name.size);
    sources->name_begin[0] = 0;
    sources->name_begin[++sources->count] = sources->names.size;
    return sst_buffer_status(&sources->names, "source names", error);
}

sst_status sst_sources_number(sst_sources *sources, sst_slice name, uint32_t *number,
                              sst_error *error)
{
    *number = SST_NO_SOURCE;
    if (name.bytes == NULL || name.size == 0)
        return SST_OK;
    uint64_t spelling = sst_hash64_bytes(name.bytes, name.size);
    *number = table_get(&sources->by_spelling, spelling);
    if (*number != SST_NO_SOURCE)
        return SST_OK;

    uint64_t stem = stem_key(sources, name);
    uint32_t known = stem == 0 ? SST_NO_SOURCE : table_get(&sources->by_name, stem);
    sst_status status = SST_OK;
    if (known == SST_NO_SOURCE) {
        known = (uint32_t)sources->count;
        status = add_source(sources, name, error);
    }
    if (status == SST_OK)
        status = table_put(&sources->by_spelling, spelling, known, error);
    if (status == SST_OK && stem != 0)
        status = table_put(&sources->by_name, stem, known, error);
    uint64_t full = sst_name_key(sources->text, name.bytes, name.size);
    if (status == SST_OK && full != 0)
        status = table_put(&sources->by_name, full, known, error);
    *number = known;
    return status;
}

sst_slice sst_sources_name(const sst_sources *sources, uint32_t number)
{
    if (number >= sources->count)
        return (sst_slice){0};
    size_t begin = sources->name_begin[number];
    return (sst_slice){.bytes = sources->names.bytes + begin,
                       .size = sources->name_begin[number + 1] - begin};
}

uint32_t sst_sources_credited(const sst_sources *sources, uint64_t credit_key)
{
    return credit_key == 0 ? SST_NO_SOURCE : table_get(&sources->by_name, credit_key);
}

/* ---- the --sources file ---------------------------------------------------------------------- */

static sst_status take_line(sst_sources *sources, const char *file, uint64_t line, char *text,
                            size_t size, sst_error *error)
{
    while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r'))
        size--;
    if (size == 0 || text[0] == '#')
        return SST_OK;
    if (sst_utf8_valid_prefix(text, size) != size)
        return sst_fail_at(error, SST_INPUT, file, line, 0,
                           "names are not UTF-8; convert the file with iconv -f ENCODING -t UTF-8");
    char *tab = memchr(text, '\t', size);
    if (tab == NULL || tab == text || tab + 1 == text + size)
        return sst_fail_at(error, SST_INPUT, file, line, 0,
                           "no TAB between two names; write NAME TAB SOURCE");
    sst_slice name = {.bytes = text, .size = (size_t)(tab - text)};
    sst_slice source = {.bytes = tab + 1, .size = size - name.size - 1};
    uint32_t number;
    sst_status status = sst_sources_number(sources, source, &number, error);
    uint64_t key = sst_name_key(sources->text, name.bytes, name.size);
    if (status == SST_OK && key != 0)
        status = table_put(&sources->by_name, key, number, error);
    return status;
}

static sst_status read_file(sst_sources *sources, const char *path, sst_error *error)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return sst_fail_system(error, errno, path, "cannot open the list of sources",
                               "check --sources");
    char *text = NULL;
    size_t capacity = 0;
    uint64_t line = 0;
    sst_status status = SST_OK;
    for (ssize_t size; status == SST_OK && (size = getline(&text, &capacity, file)) >= 0;)
        status = take_line(sources, path, ++line, text, (size_t)size, error);
    if (status == SST_OK && ferror(file))
        status = sst_fail_system(error, errno, path, "cannot read the list of sources",
                                 "check the disk");
    free(text);
    fclose(file);
    return status;
}

sst_status sst_sources_create(const char *file, sst_sources **sources, sst_error *error)
{
    *sources = sst_allocate_zeroed(1, sizeof **sources, "sources", error);
    if (*sources == NULL)
        return SST_MEMORY;
    sst_status status = sst_text_create(&(*sources)->text, error);
    if (status == SST_OK && file != NULL)
        status = read_file(*sources, file, error);
    if (status != SST_OK) {
        sst_sources_free(*sources);
        *sources = NULL;
    }
    return status;
}

void sst_sources_free(sst_sources *sources)
{
    if (sources == NULL)
        return;
    free(sources->by_spelling.keys);
    free(sources->by_spelling.values);
    free(sources->by_name.keys);
    free(sources->by_name.values);
    sst_buffer_free(&sources->names);
    free(sources->name_begin);
    sst_text_free(sources->text);
    free(sources);
}
