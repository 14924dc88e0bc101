/* Stories with equal texts. A short body under several titles ("blah blah blah", a photo
 * credit), or one body that a source prints under ever new titles (its comment policy), is no
 * evidence: there, only stories with equal titles are the same. */
#include "job/equal.h"

#include <string.h>

typedef sst_title_use title_use;

static int compare_source_title(const void *left, const void *right)
{
    const title_use *a = left, *b = right;
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    return a->title < b->title ? -1 : a->title > b->title;
}

static int compare_title(const void *left, const void *right)
{
    const title_use *a = left, *b = right;
    return a->title < b->title ? -1 : a->title > b->title;
}

static int compare_day(const void *left, const void *right)
{
    const title_use *a = left, *b = right;
    return a->day < b->day ? -1 : a->day > b->day;
}

/* Distinct neighbours in sorted order. */
static size_t count_distinct(title_use *uses, size_t count,
                             int (*compare)(const void *, const void *))
{
    size_t distinct = 0;
    qsort(uses, count, sizeof *uses, compare);
    for (size_t i = 0; i < count; i++)
        distinct += i == 0 || compare(&uses[i - 1], &uses[i]) != 0;
    return distinct;
}

/* The most titles that one source gave the text. */
static size_t most_titles_of_a_source(title_use *uses, size_t count)
{
    size_t most = 0, titles = 0;
    qsort(uses, count, sizeof *uses, compare_source_title);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || uses[i].source != uses[i - 1].source)
            titles = 0;
        titles += titles == 0 || uses[i].title != uses[i - 1].title;
        if (titles > most)
            most = titles;
    }
    return most;
}

/* Forty sites may reprint one story under forty headlines within two days; a policy or a form
 * collects its titles within one source, or over many days. */
enum sst_text_kind sst_text_kind_of(sst_title_use *uses, size_t count, uint32_t shingles)
{
    size_t titles = count_distinct(uses, count, compare_title);
    if (titles >= SST_FURNITURE_TITLES &&
        (most_titles_of_a_source(uses, count) >= SST_FURNITURE_TITLES ||
         count_distinct(uses, count, compare_day) >= SST_FURNITURE_TITLES))
        return SST_TEXT_FURNITURE;
    return titles > 1 && shingles < SST_SHORT_SHINGLES ? SST_TEXT_SHORT : SST_TEXT_PLAIN;
}

static sst_status find_kinds(sst_corpus *c, sst_error *error)
{
    title_use *uses = NULL;
    size_t capacity = 0;
    sst_status status = SST_OK;
    c->text_kind = sst_allocate_zeroed(c->text_count, sizeof *c->text_kind, "text kinds", error);
    if (c->text_kind == NULL)
        return SST_MEMORY;
    for (uint32_t text = 0; text < c->text_count && status == SST_OK; text++) {
        size_t count = c->text_begin[text + 1] - c->text_begin[text];
        if (count < 2)
            continue;
        status = SST_RESERVE(&uses, &capacity, count, "titles", error);
        if (status != SST_OK)
            break;
        const uint32_t *members = c->text_member + c->text_begin[text];
        for (size_t i = 0; i < count; i++) {
            const sst_entry *entry = &c->entries[members[i]];
            uses[i] = (title_use){.title = entry->title_key, .source = entry->source,
                                  .day = entry->published == SST_NO_TIME
                                             ? INT64_MIN
                                             : sst_day_of(entry->published)};
        }
        c->text_kind[text] = (uint8_t)sst_text_kind_of(uses, count, c->entries[members[0]].shingle_count);
    }
    free(uses);
    return status;
}

/* ---- units: stories that are identical ------------------------------------------------------- */

typedef struct titled {
    uint64_t title;
    uint32_t place; /* in the list of the text's stories */
} titled;

static int compare_titled(const void *left, const void *right)
{
    const titled *a = left, *b = right;
    if (a->title != b->title)
        return a->title < b->title ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

/* unit_of names the first story of the unit for now. */
static sst_status join_by_title(sst_corpus *c, uint32_t text, titled **list, size_t *capacity,
                                sst_error *error)
{
    const uint32_t *members = c->text_member + c->text_begin[text];
    size_t count = c->text_begin[text + 1] - c->text_begin[text];
    sst_status status = SST_RESERVE(list, capacity, count, "titles", error);
    if (status != SST_OK)
        return status;
    for (uint32_t i = 0; i < count; i++)
        (*list)[i] = (titled){.title = c->entries[members[i]].title_key, .place = i};
    qsort(*list, count, sizeof **list, compare_titled);
    uint32_t head = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || (*list)[i].title != (*list)[i - 1].title)
            head = members[(*list)[i].place];
        c->unit_of[members[(*list)[i].place]] = head;
    }
    return SST_OK;
}

static sst_status join_units(sst_corpus *c, sst_error *error)
{
    titled *list = NULL;
    size_t capacity = 0;
    sst_status status = SST_OK;
    for (uint32_t text = 0; text < c->text_count && status == SST_OK; text++) {
        if (c->text_kind[text] != SST_TEXT_PLAIN) {
            status = join_by_title(c, text, &list, &capacity, error);
            continue;
        }
        for (uint32_t i = c->text_begin[text]; i < c->text_begin[text + 1]; i++)
            c->unit_of[c->text_member[i]] = c->text_member[c->text_begin[text]];
    }
    free(list);
    return status;
}

/* Numbers units in the canonical order of their first stories. */
static void number_units(sst_corpus *c)
{
    for (uint32_t i = 0; i < c->rank_count; i++) {
        uint32_t entry = c->rank[i], head = c->unit_of[entry];
        if (head == entry) {
            c->unit_head[c->unit_count] = entry;
            c->unit_of[entry] = c->unit_count++;
        } else {
            c->unit_of[entry] = c->unit_of[head];
        }
    }
}

sst_status sst_corpus_join_equal(sst_corpus *corpus, sst_error *error)
{
    sst_status status = find_kinds(corpus, error);
    if (status != SST_OK)
        return status;
    corpus->unit_of = sst_allocate(corpus->entry_count, sizeof *corpus->unit_of, "units", error);
    corpus->unit_head = sst_allocate(corpus->rank_count, sizeof *corpus->unit_head, "units",
                                     error);
    if (corpus->unit_of == NULL || corpus->unit_head == NULL)
        return SST_MEMORY;
    memset(corpus->unit_of, 0xff, corpus->entry_count * sizeof *corpus->unit_of);
    status = join_units(corpus, error);
    if (status == SST_OK)
        number_units(corpus);
    return status;
}
