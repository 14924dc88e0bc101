/* Stories with equal texts. A short body under several titles ("blah blah blah", a photo
 * credit), or one body that a source prints under ever new titles (its comment policy), is no
 * evidence: there, only stories with equal titles are the same. */
#include "job/equal.h"

#include <string.h>

#include "job/sources.h"

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
 * collects its titles within one source, or over many days. A short text that comes back day
 * after day ("Cartoon", "Exchange rates") is new every day, and a headline of one shingle without
 * a text says nothing at all. */
enum sst_text_kind sst_text_kind_of(sst_title_use *uses, size_t count, uint32_t shingles,
                                    bool headline)
{
    if (headline && shingles <= 1)
        return SST_TEXT_NOTHING;
    size_t titles = count_distinct(uses, count, compare_title);
    bool many_days = count_distinct(uses, count, compare_day) >= SST_FURNITURE_DAYS;
    if (titles >= SST_FURNITURE_TITLES &&
        (many_days || most_titles_of_a_source(uses, count) >= SST_FURNITURE_TITLES))
        return SST_TEXT_FURNITURE;
    if (shingles >= SST_SHORT_SHINGLES)
        return SST_TEXT_PLAIN;
    return many_days ? SST_TEXT_FORMULA : titles > 1 ? SST_TEXT_SHORT : SST_TEXT_PLAIN;
}

bool sst_equal_texts_vouch(enum sst_text_kind kind, const sst_title_use *a,
                           const sst_title_use *b)
{
    switch (kind) {
    case SST_TEXT_PLAIN:
        return true;
    case SST_TEXT_SHORT:
    case SST_TEXT_FURNITURE:
        return a->title == b->title;
    case SST_TEXT_FORMULA:
        return a->title == b->title && a->day == b->day;
    case SST_TEXT_NOTHING:
        break;
    }
    return false;
}

static title_use use_of(const sst_entry *entry)
{
    return (title_use){.title = entry->title_key,
                       .source = entry->source,
                       .day = entry->published == SST_NO_TIME ? INT64_MIN
                                                              : sst_day_of(entry->published)};
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
        for (size_t i = 0; i < count; i++)
            uses[i] = use_of(&c->entries[members[i]]);
        const sst_entry *first = &c->entries[members[0]];
        c->text_kind[text] = (uint8_t)sst_text_kind_of(uses, count, first->shingle_count,
                                                       first->headline);
    }
    free(uses);
    return status;
}

/* ---- units: stories that are identical ------------------------------------------------------- */

typedef struct titled {
    title_use use;
    uint32_t place; /* in the list of the text's stories */
} titled;

static int compare_titled(const void *left, const void *right)
{
    const titled *a = left, *b = right;
    if (a->use.title != b->use.title)
        return a->use.title < b->use.title ? -1 : 1;
    if (a->use.day != b->use.day)
        return a->use.day < b->use.day ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

/* Members stand in canonical order: the smallest place is the unit's first story. */
static void name_unit(sst_corpus *c, const uint32_t *members, const titled *list, size_t count)
{
    uint32_t head = list[0].place;
    for (size_t i = 1; i < count; i++)
        if (list[i].place < head)
            head = list[i].place;
    for (size_t i = 0; i < count; i++)
        c->unit_of[members[list[i].place]] = members[head];
}

/* unit_of names the first story of the unit for now. Sorted by title and day, stories that vouch
 * for each other are neighbours. */
static sst_status join_vouched(sst_corpus *c, uint32_t text, titled **list, size_t *capacity,
                               sst_error *error)
{
    const uint32_t *members = c->text_member + c->text_begin[text];
    size_t count = c->text_begin[text + 1] - c->text_begin[text];
    enum sst_text_kind kind = (enum sst_text_kind)c->text_kind[text];
    sst_status status = SST_RESERVE(list, capacity, count, "titles", error);
    if (status != SST_OK)
        return status;
    for (uint32_t i = 0; i < count; i++)
        (*list)[i] = (titled){.use = use_of(&c->entries[members[i]]), .place = i};
    qsort(*list, count, sizeof **list, compare_titled);
    for (size_t first = 0, i = 1; i <= count; i++) {
        if (i < count && sst_equal_texts_vouch(kind, &(*list)[first].use, &(*list)[i].use))
            continue;
        name_unit(c, members, *list + first, i - first);
        first = i;
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
            status = join_vouched(c, text, &list, &capacity, error);
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

/* Stories of one text, in canonical order. A unit credits whom the first of its stories that names
 * another source credits. When that source's own story is in it, that is the original, whatever the
 * dates say. */
static void hear_credits(sst_corpus *c, const uint32_t *members, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const sst_entry *entry = &c->entries[members[i]];
        uint32_t *credits = &c->unit_credits[c->unit_of[members[i]]];
        uint32_t named = sst_sources_credited(c->sources, entry->credit_key);
        if (*credits == SST_NO_SOURCE && named != entry->source)
            *credits = named;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t unit = c->unit_of[members[i]], original = c->unit_credits[unit];
        if (original != SST_NO_SOURCE && c->entries[members[i]].source == original &&
            c->entries[c->unit_head[unit]].source != original)
            c->unit_head[unit] = members[i];
    }
}

static void hear_all_credits(sst_corpus *c)
{
    memset(c->unit_credits, 0xff, c->unit_count * sizeof *c->unit_credits);
    for (uint32_t text = 0; text < c->text_count; text++) {
        size_t count = c->text_begin[text + 1] - c->text_begin[text];
        if (count > 1)
            hear_credits(c, c->text_member + c->text_begin[text], count);
    }
}

uint32_t sst_corpus_credit_of(const sst_corpus *c, uint32_t unit)
{
    if (c->unit_credits[unit] != SST_NO_SOURCE)
        return c->unit_credits[unit];
    const sst_entry *entry = &c->entries[c->unit_head[unit]];
    uint32_t named = sst_sources_credited(c->sources, entry->credit_key);
    return named == entry->source ? SST_NO_SOURCE : named;
}

sst_status sst_corpus_join_equal(sst_corpus *corpus, sst_error *error)
{
    sst_status status = find_kinds(corpus, error);
    if (status != SST_OK)
        return status;
    corpus->unit_of = sst_allocate(corpus->entry_count, sizeof *corpus->unit_of, "units", error);
    corpus->unit_head = sst_allocate(corpus->rank_count, sizeof *corpus->unit_head, "units",
                                     error);
    corpus->unit_credits = sst_allocate(corpus->rank_count, sizeof *corpus->unit_credits,
                                        "units", error);
    if (corpus->unit_of == NULL || corpus->unit_head == NULL || corpus->unit_credits == NULL)
        return SST_MEMORY;
    memset(corpus->unit_of, 0xff, corpus->entry_count * sizeof *corpus->unit_of);
    status = join_units(corpus, error);
    if (status == SST_OK) {
        number_units(corpus);
        hear_all_credits(corpus);
    }
    return status;
}
