/* Canonical order, and equal texts under one number.
 *
 * Rank: earliest published (absent last), longest, content key, id. It is a function of the
 * story alone, so everything that follows ranks is independent of the order of input. */
#include "job/corpus.h"

#include <string.h>

#include "base/parallel.h"
#include "base/sort.h"

#define INDEX_BITS 31
#define INDEX_MASK ((UINT64_C(1) << INDEX_BITS) - 1)
#define KEY_BITS (64 - INDEX_BITS)

typedef struct ranking {
    sst_corpus *corpus;
    uint64_t *items, *scratch; /* key in the high bits, entry or rank position in the low */
    unsigned threads;
} ranking;

/* ---- rank ---------------------------------------------------------------------------------- */

static int compare_rank(const void *left, const void *right, void *context)
{
    const sst_corpus *corpus = context;
    const sst_entry *a = &corpus->entries[*(const uint64_t *)left & INDEX_MASK];
    const sst_entry *b = &corpus->entries[*(const uint64_t *)right & INDEX_MASK];
    bool a_dated = a->published != SST_NO_TIME, b_dated = b->published != SST_NO_TIME;
    if (a_dated != b_dated)
        return a_dated ? -1 : 1;
    if (a->published != b->published)
        return a->published < b->published ? -1 : 1;
    if (a->token_count != b->token_count)
        return a->token_count > b->token_count ? -1 : 1;
    int order = sst_hash128_compare(a->key, b->key);
    return order != 0 ? order : sst_entry_compare_ids(corpus, a, b);
}

/* 33 bits that order like the date: exact from 1834 to 2106, clamped outside; absent last. */
static uint64_t date_key(const sst_entry *entry)
{
    const int64_t zero = INT64_C(1) << 32, most = (INT64_C(1) << KEY_BITS) - 1;
    if (entry->published == SST_NO_TIME)
        return (uint64_t)most;
    if (entry->published >= most - 1 - zero)
        return (uint64_t)most - 1;
    return entry->published <= -zero ? 0 : (uint64_t)(entry->published + zero);
}

/* 33 bits that order like length and key: 17 bits of length (clamped), 16 of the key. */
static uint64_t length_key(const sst_entry *entry)
{
    const uint64_t most = (1u << 17) - 1;
    uint64_t length = entry->token_count < most ? entry->token_count : most;
    return (most - length) << 16 | entry->key.high >> 48;
}

typedef sst_status (*run_task)(ranking *r, uint64_t *items, size_t count, sst_error *error);

/* Calls `task` for each run of items with an equal key. */
static sst_status for_runs(ranking *r, uint64_t *items, size_t count, run_task task,
                           sst_error *error)
{
    sst_status status = SST_OK;
    for (size_t first = 0, i = 1; i <= count && status == SST_OK; i++) {
        if (i < count && items[i] >> INDEX_BITS == items[first] >> INDEX_BITS)
            continue;
        if (i - first > 1)
            status = task(r, items + first, i - first, error);
        first = i;
    }
    return status;
}

static sst_status order_exactly(ranking *r, uint64_t *items, size_t count, sst_error *error)
{
    (void)error;
    qsort_r(items, count, sizeof *items, compare_rank, r->corpus);
    return SST_OK;
}

/* Stories of one date: a radix sort by length first keeps the comparisons few. Clamped dates are
 * compared exactly at once. */
static sst_status order_by_length(ranking *r, uint64_t *items, size_t count, sst_error *error)
{
    const sst_entry *first = &r->corpus->entries[items[0] & INDEX_MASK];
    uint64_t key = date_key(first);
    bool clamped = key == 0 || key == (UINT64_C(1) << KEY_BITS) - 2;
    if (count <= 32 || clamped)
        return order_exactly(r, items, count, error);
    for (size_t i = 0; i < count; i++) {
        uint64_t index = items[i] & INDEX_MASK;
        items[i] = length_key(&r->corpus->entries[index]) << INDEX_BITS | index;
    }
    sst_status status = sst_sort(items, r->scratch, count, r->threads, error);
    return status == SST_OK ? for_runs(r, items, count, order_exactly, error) : status;
}

static size_t list_stories(ranking *r)
{
    size_t count = 0;
    for (size_t i = 0; i < r->corpus->entry_count; i++) {
        const sst_entry *entry = &r->corpus->entries[i];
        if (!entry->dropped && entry->token_count != 0)
            r->items[count++] = date_key(entry) << INDEX_BITS | i;
    }
    return count;
}

static sst_status rank_stories(ranking *r, sst_error *error)
{
    size_t count = list_stories(r);
    sst_status status = sst_sort(r->items, r->scratch, count, r->threads, error);
    if (status == SST_OK)
        status = for_runs(r, r->items, count, order_by_length, error);
    if (status != SST_OK)
        return status;
    r->corpus->rank = sst_allocate(count, sizeof *r->corpus->rank, "the canonical order", error);
    if (r->corpus->rank == NULL)
        return SST_MEMORY;
    for (size_t i = 0; i < count; i++)
        r->corpus->rank[i] = (uint32_t)(r->items[i] & INDEX_MASK);
    r->corpus->rank_count = (uint32_t)count;
    return SST_OK;
}

/* ---- equal texts --------------------------------------------------------------------------- */

static const sst_entry *ranked(const ranking *r, uint64_t item)
{
    return &r->corpus->entries[r->corpus->rank[item & INDEX_MASK]];
}

static bool same_text(const sst_entry *a, const sst_entry *b)
{
    return sst_hash128_compare(a->key, b->key) == 0 && a->headline == b->headline;
}

static int compare_text(const void *left, const void *right, void *context)
{
    const ranking *r = context;
    const sst_entry *a = ranked(r, *(const uint64_t *)left);
    const sst_entry *b = ranked(r, *(const uint64_t *)right);
    int order = sst_hash128_compare(a->key, b->key);
    if (order != 0)
        return order;
    if (a->headline != b->headline)
        return a->headline ? 1 : -1;
    uint64_t i = *(const uint64_t *)left, j = *(const uint64_t *)right;
    return i < j ? -1 : i > j;
}

static bool all_same_text(const ranking *r, const uint64_t *items, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (!same_text(ranked(r, items[0]), ranked(r, items[i])))
            return false;
    return true;
}

/* text_of, by rank position for now, names the first position with the same text. */
static sst_status join_equal(ranking *r, uint64_t *items, size_t count, sst_error *error)
{
    (void)error;
    if (!all_same_text(r, items, count))
        qsort_r(items, count, sizeof *items, compare_text, r);
    uint64_t head = items[0];
    for (size_t i = 1; i < count; i++) {
        if (same_text(ranked(r, head), ranked(r, items[i])))
            r->scratch[items[i] & INDEX_MASK] = head & INDEX_MASK;
        else
            head = items[i];
    }
    return SST_OK;
}

static sst_status find_equal(ranking *r, sst_error *error)
{
    size_t count = r->corpus->rank_count;
    uint64_t *head = sst_allocate(count, sizeof *head, "equal texts", error);
    if (head == NULL)
        return SST_MEMORY;
    for (size_t i = 0; i < count; i++) {
        r->items[i] = ranked(r, i)->key.high >> INDEX_BITS << INDEX_BITS | i;
        head[i] = i;
    }
    sst_status status = sst_sort(r->items, r->scratch, count, r->threads, error);
    free(r->scratch);
    r->scratch = head;
    return status == SST_OK ? for_runs(r, r->items, count, join_equal, error) : status;
}

/* Numbers texts in the order of their first story and lists their stories. */
static sst_status number_texts(ranking *r, sst_error *error)
{
    sst_corpus *c = r->corpus;
    const uint64_t *head = r->scratch;
    c->text_of = sst_allocate(c->entry_count, sizeof *c->text_of, "text numbers", error);
    c->text_begin = sst_allocate_zeroed((size_t)c->rank_count + 2, sizeof *c->text_begin,
                                        "text members", error);
    c->text_member = sst_allocate(c->rank_count, sizeof *c->text_member, "text members", error);
    if (c->text_of == NULL || c->text_begin == NULL || c->text_member == NULL)
        return SST_MEMORY;
    memset(c->text_of, 0xff, c->entry_count * sizeof *c->text_of);
    for (uint32_t i = 0; i < c->rank_count; i++) {
        uint32_t text = head[i] == i ? c->text_count++ : c->text_of[c->rank[head[i]]];
        c->text_of[c->rank[i]] = text;
        c->text_begin[text + 2]++;
    }
    for (uint32_t i = 0; i < c->text_count; i++)
        c->text_begin[i + 2] += c->text_begin[i + 1];
    for (uint32_t i = 0; i < c->rank_count; i++)
        c->text_member[c->text_begin[c->text_of[c->rank[i]] + 1]++] = c->rank[i];
    c->summary.distinct_texts = c->text_count;
    return SST_OK;
}

sst_status sst_corpus_rank(sst_corpus *corpus, sst_error *error)
{
    ranking r = {.corpus = corpus, .threads = sst_parallel_threads(corpus->options.threads)};
    r.items = sst_allocate(corpus->entry_count, sizeof *r.items, "the canonical order", error);
    r.scratch = sst_allocate(corpus->entry_count, sizeof *r.scratch, "the canonical order",
                             error);
    sst_status status = r.items == NULL || r.scratch == NULL ? SST_MEMORY : SST_OK;
    if (status == SST_OK)
        status = rank_stories(&r, error);
    if (status == SST_OK)
        status = find_equal(&r, error);
    if (status == SST_OK)
        status = number_texts(&r, error);
    free(r.items);
    free(r.scratch);
    return status;
}
