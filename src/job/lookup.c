#include "job/lookup.h"

#include <string.h>

#include "base/parallel.h"
#include "base/sort.h"

enum {
    CHUNK = 2048, /* questions of one task */
    NUMBER_BITS = 64 - SST_KEY_BITS,
    QUESTIONS_MOST = 1 << NUMBER_BITS,
};

typedef struct question {
    uint64_t key;
    uint32_t bound;
    uint32_t begin, count; /* of its answers, in the hits of its chunk */
    uint32_t chunk;
} question;

struct sst_lookup {
    question *questions;
    size_t count, capacity;
    uint64_t *order, *scratch; /* key, then number of the question */
    size_t order_capacity, scratch_capacity;
    sst_hits *chunks;
    size_t chunk_capacity;
    sst_index *index;
};

sst_status sst_lookup_create(sst_lookup **lookup, sst_error *error)
{
    *lookup = sst_allocate_zeroed(1, sizeof **lookup, "index questions", error);
    return *lookup == NULL ? SST_MEMORY : SST_OK;
}

void sst_lookup_free(sst_lookup *lookup)
{
    if (lookup == NULL)
        return;
    for (size_t i = 0; i < lookup->chunk_capacity; i++)
        free(lookup->chunks[i].items);
    free(lookup->chunks);
    free(lookup->questions);
    free(lookup->order);
    free(lookup->scratch);
    free(lookup);
}

void sst_lookup_reset(sst_lookup *lookup)
{
    lookup->count = 0;
}

sst_status sst_lookup_add(sst_lookup *lookup, const uint64_t *keys, size_t count, uint32_t bound,
                          uint32_t *first, sst_error *error)
{
    if (count > QUESTIONS_MOST - lookup->count)
        return sst_fail(error, SST_LIMIT, "the batch is too large; lower --batch");
    sst_status status = SST_RESERVE(&lookup->questions, &lookup->capacity, lookup->count + count,
                                    "index questions", error);
    if (status != SST_OK)
        return status;
    *first = (uint32_t)lookup->count;
    for (size_t i = 0; i < count; i++)
        lookup->questions[lookup->count++] = (question){.key = keys[i], .bound = bound};
    return SST_OK;
}

static sst_status reserve(sst_lookup *lookup, sst_error *error)
{
    size_t chunks = lookup->count / CHUNK + 1, before = lookup->chunk_capacity;
    sst_status status = SST_RESERVE(&lookup->order, &lookup->order_capacity, lookup->count,
                                    "index questions", error);
    if (status == SST_OK)
        status = SST_RESERVE(&lookup->scratch, &lookup->scratch_capacity, lookup->count,
                             "index questions", error);
    if (status == SST_OK)
        status = SST_RESERVE(&lookup->chunks, &lookup->chunk_capacity, chunks,
                             "index questions", error);
    if (lookup->chunk_capacity > before)
        memset(lookup->chunks + before, 0,
               (lookup->chunk_capacity - before) * sizeof *lookup->chunks);
    return status;
}

static question *question_at(const sst_lookup *lookup, size_t at)
{
    return &lookup->questions[lookup->order[at] & (QUESTIONS_MOST - 1)];
}

/* The hits of a chunk come by slot: each question notes where its own begin. */
static void note_answers(sst_lookup *lookup, size_t begin, size_t end, const sst_hits *hits)
{
    uint32_t at = 0;
    for (size_t i = begin; i < end; i++) {
        question *q = question_at(lookup, i);
        q->chunk = (uint32_t)(begin / CHUNK);
        q->begin = at;
        while (at < hits->count && hits->items[at].slot == i - begin)
            at++;
        q->count = at - q->begin;
    }
}

static sst_status ask_chunk(void *context, size_t begin, size_t end, unsigned thread,
                            sst_error *error)
{
    sst_lookup *lookup = context;
    sst_hits *hits = &lookup->chunks[begin / CHUNK];
    uint64_t keys[CHUNK];
    uint32_t bounds[CHUNK];
    (void)thread;
    for (size_t i = begin; i < end; i++) {
        keys[i - begin] = lookup->order[i] >> NUMBER_BITS;
        bounds[i - begin] = question_at(lookup, i)->bound;
    }
    hits->count = 0;
    sst_status status =
        sst_index_find_below(lookup->index, keys, end - begin, bounds, hits, error);
    if (status == SST_OK)
        note_answers(lookup, begin, end, hits);
    return status;
}

sst_status sst_lookup_run(sst_lookup *lookup, sst_index *index, unsigned threads,
                          sst_error *error)
{
    sst_status status = reserve(lookup, error);
    if (status != SST_OK)
        return status;
    for (size_t i = 0; i < lookup->count; i++)
        lookup->order[i] = lookup->questions[i].key << NUMBER_BITS | i;
    status = sst_sort(lookup->order, lookup->scratch, lookup->count, threads, error);
    lookup->index = index;
    return status == SST_OK
               ? sst_parallel(lookup->count, CHUNK, threads, ask_chunk, lookup, error)
               : status;
}

sst_status sst_lookup_answers(const sst_lookup *lookup, uint32_t first, size_t count,
                              sst_hits *hits, sst_error *error)
{
    sst_status status = SST_OK;
    for (uint32_t slot = 0; slot < count && status == SST_OK; slot++) {
        const question *q = &lookup->questions[first + slot];
        const sst_hits *chunk = &lookup->chunks[q->chunk];
        status = SST_RESERVE(&hits->items, &hits->capacity, hits->count + q->count,
                             "candidates", error);
        for (uint32_t i = 0; i < q->count && status == SST_OK; i++)
            hits->items[hits->count++] = (sst_hit){slot, chunk->items[q->begin + i].number};
    }
    return status;
}
