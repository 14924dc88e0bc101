/* One id is one story. Of several records under an id the kept one has the latest date, then the
 * longest text, then the greatest content hash; others with its content were repeated, others
 * with their own are superseded. */
#include "job/corpus.h"

#include <string.h>

#include "base/parallel.h"
#include "base/sort.h"

#define INDEX_BITS 31 /* SST_MAX_STORIES */
#define INDEX_MASK ((UINT64_C(1) << INDEX_BITS) - 1)

static int compare_bytes(const char *a, size_t a_size, const char *b, size_t b_size)
{
    int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
    if (order != 0)
        return order;
    return a_size < b_size ? -1 : a_size > b_size;
}

int sst_entry_compare_ids(const sst_corpus *corpus, const sst_entry *a, const sst_entry *b)
{
    return compare_bytes(sst_entry_id(corpus, a), a->id_size, sst_entry_id(corpus, b),
                         b->id_size);
}

/* Negative when `a` is to be kept rather than `b`. */
static int compare_preference(const sst_entry *a, const sst_entry *b)
{
    if (a->published != b->published)
        return a->published > b->published ? -1 : 1; /* SST_NO_TIME is the smallest */
    if (a->text_size != b->text_size)
        return a->text_size > b->text_size ? -1 : 1;
    if (a->content != b->content)
        return a->content > b->content ? -1 : 1;
    return 0;
}

/* By id, then content, then preference, then input order. */
static int compare_same_hash(const void *left, const void *right, void *context)
{
    const sst_corpus *corpus = context;
    uint64_t i = *(const uint64_t *)left & INDEX_MASK, j = *(const uint64_t *)right & INDEX_MASK;
    const sst_entry *a = &corpus->entries[i], *b = &corpus->entries[j];
    int order = sst_entry_compare_ids(corpus, a, b);
    if (order != 0)
        return order;
    if (a->content != b->content)
        return a->content < b->content ? -1 : 1;
    order = compare_preference(a, b);
    return order != 0 ? order : i < j ? -1 : i > j;
}

static sst_entry *entry_at(sst_corpus *corpus, uint64_t item)
{
    return &corpus->entries[item & INDEX_MASK];
}

/* Drops all but one of the records [begin, end) of one id, sorted as above. */
static void settle_id(sst_corpus *corpus, const uint64_t *items, size_t begin, size_t end)
{
    size_t kept = begin;
    for (size_t i = begin + 1; i < end; i++)
        if (compare_preference(entry_at(corpus, items[i]), entry_at(corpus, items[kept])) < 0)
            kept = i;
    for (size_t i = begin; i < end; i++) {
        sst_entry *entry = entry_at(corpus, items[i]);
        bool again = i > begin && entry_at(corpus, items[i - 1])->content == entry->content;
        if (i == kept)
            continue;
        entry->dropped = true;
        if (again || entry->content == entry_at(corpus, items[kept])->content) {
            corpus->summary.repeated++;
        } else {
            entry->superseded = true;
            corpus->summary.superseded++;
        }
    }
}

/* Entries [begin, end) share 33 bits of their id's hash, and nearly always the id. */
static void settle_hash(sst_corpus *corpus, uint64_t *items, size_t begin, size_t end)
{
    qsort_r(items + begin, end - begin, sizeof *items, compare_same_hash, corpus);
    for (size_t first = begin, i = begin + 1; i <= end; i++) {
        if (i < end && sst_entry_compare_ids(corpus, entry_at(corpus, items[first]),
                                             entry_at(corpus, items[i])) == 0)
            continue;
        if (i - first > 1)
            settle_id(corpus, items, first, i);
        first = i;
    }
}

static void count_kept(sst_corpus *corpus)
{
    sst_summary *summary = &corpus->summary;
    summary->stories = 0;
    for (size_t i = 0; i < corpus->entry_count; i++) {
        const sst_entry *entry = &corpus->entries[i];
        if (entry->dropped)
            continue;
        summary->stories++;
        summary->empty += entry->token_count == 0;
        summary->headlines += entry->headline;
        summary->undated += entry->published == SST_NO_TIME;
    }
}

sst_status sst_corpus_identify(sst_corpus *corpus, sst_error *error)
{
    size_t count = corpus->entry_count;
    uint64_t *items = sst_allocate(count, sizeof *items, "story ids", error);
    uint64_t *scratch = sst_allocate(count, sizeof *scratch, "story ids", error);
    sst_status status = items == NULL || scratch == NULL ? SST_MEMORY : SST_OK;
    for (size_t i = 0; i < count && status == SST_OK; i++) {
        const sst_entry *entry = &corpus->entries[i];
        uint64_t hash = sst_hash64_bytes(sst_entry_id(corpus, entry), entry->id_size);
        items[i] = hash >> INDEX_BITS << INDEX_BITS | i;
    }
    if (status == SST_OK)
        status = sst_sort(items, scratch, count, sst_parallel_threads(corpus->options.threads),
                          error);
    for (size_t first = 0, i = 1; i <= count && status == SST_OK; i++) {
        if (i < count && items[i] >> INDEX_BITS == items[first] >> INDEX_BITS)
            continue;
        if (i - first > 1)
            settle_hash(corpus, items, first, i);
        first = i;
    }
    free(items);
    free(scratch);
    if (status == SST_OK)
        count_kept(corpus);
    return status;
}

const sst_entry *sst_corpus_find(const sst_corpus *corpus, const char *id, size_t size)
{
    for (size_t i = 0; i < corpus->entry_count; i++) {
        const sst_entry *entry = &corpus->entries[i];
        if (!entry->dropped && entry->id_size == size &&
            memcmp(sst_entry_id(corpus, entry), id, size) == 0)
            return entry;
    }
    return NULL;
}
