#include "job/gold.h"

#include <string.h>

#include "read/input.h"

enum { GOLD_FIELDS = 6, GOLD_LIMIT = 1 << 28 };

static const char *const label_names[SST_LABEL_COUNT] = {
#define LABEL_NAME(name, text) [SST_LABEL_##name] = text,
    SST_LABEL_MAP(LABEL_NAME)
#undef LABEL_NAME
};

const char *sst_label_name(sst_label label)
{
    return (unsigned)label < SST_LABEL_COUNT ? label_names[label] : "unknown";
}

static bool equals(sst_slice slice, const char *text)
{
    return slice.size == strlen(text) && memcmp(slice.bytes, text, slice.size) == 0;
}

static bool parse_label(sst_slice slice, sst_label *label)
{
    for (unsigned i = 0; i < SST_LABEL_COUNT; i++) {
        if (equals(slice, label_names[i])) {
            *label = (sst_label)i;
            return true;
        }
    }
    return false;
}

/* Cuts a line at tabs; absent fields are empty, a tab in the last one stays. */
static size_t cut_fields(sst_slice line, sst_slice fields[GOLD_FIELDS])
{
    size_t count = 0;
    const char *at = line.bytes, *end = line.bytes + line.size;
    while (count < GOLD_FIELDS) {
        const char *tab = count + 1 < GOLD_FIELDS ? memchr(at, '\t', (size_t)(end - at)) : NULL;
        const char *stop = tab == NULL ? end : tab;
        fields[count++] = (sst_slice){.bytes = at, .size = (size_t)(stop - at)};
        if (tab == NULL)
            break;
        at = tab + 1;
    }
    for (size_t i = count; i < GOLD_FIELDS; i++)
        fields[i] = (sst_slice){.bytes = end, .size = 0};
    return count;
}

static sst_status take_line(sst_gold *gold, const char *path, uint64_t number, sst_slice line,
                            sst_error *error)
{
    sst_slice fields[GOLD_FIELDS];
    sst_gold_pair pair = {.line = number};
    size_t count = cut_fields(line, fields);
    if (number == 1 && equals(fields[0], "set"))
        return SST_OK;
    bool conf = count < 5 || equals(fields[4], "0") || equals(fields[4], "1");
    if (count < 4 || fields[1].size == 0 || fields[2].size == 0 || !conf ||
        !parse_label(fields[3], &pair.label))
        return sst_fail_at(error, SST_INPUT, path, number, 0,
                           "no judged pair; write set, id_a, id_b, label (copy, excerpt, update, "
                           "partial, template, furniture, event, different) and conf (0 or 1) "
                           "with tabs between");
    pair.set = fields[0];
    pair.id_a = fields[1];
    pair.id_b = fields[2];
    pair.sure = count < 5 || equals(fields[4], "1");
    pair.why = fields[5];
    sst_status status = SST_RESERVE(&gold->pairs, &gold->capacity, gold->count + 1,
                                    "judged pairs", error);
    if (status == SST_OK)
        gold->pairs[gold->count++] = pair;
    return status;
}

sst_status sst_gold_read(const char *path, sst_gold *gold, sst_error *error)
{
    sst_status status = sst_input_read_file(path, GOLD_LIMIT, &gold->bytes, error);
    if (status != SST_OK)
        return status;
    const char *at = gold->bytes.bytes, *end = at + gold->bytes.size;
    for (uint64_t number = 1; status == SST_OK && at < end; number++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline == NULL ? end : newline;
        sst_slice line = {.bytes = at, .size = (size_t)(stop - at)};
        if (line.size != 0 && line.bytes[line.size - 1] == '\r')
            line.size--;
        if (line.size != 0)
            status = take_line(gold, path, number, line, error);
        at = newline == NULL ? end : newline + 1;
    }
    return status;
}

void sst_gold_free(sst_gold *gold)
{
    sst_buffer_free(&gold->bytes);
    free(gold->pairs);
    *gold = (sst_gold){0};
}
