#include "job/lookup.h"

#include <string.h>

#include "base/sort.h"

enum {
    CHUNK = 512, /* questions of one task */
    INDEX_BITS = 64 - SST_KEY_BITS,
    QUESTIONS_MOST = 1 << INDEX_BITS,
    AHEAD = 16, /* questions whose memory is on its way */
};

#define NOBODY UINT32_MAX

typedef struct question {
    uint64_t key;
    uint32_t number; /* of the story */
    bool joins;
    uint32_t chunk, group; /* with its answers: a group of a chunk; group NOBODY: there are none */
} question;

/* Questions with equal keys: order[begin, end), by story. */
typedef struct group {
    uint32_t begin, end;
    uint32_t hits, count; /* stories of the index, in the hits of the chunk */
} group;

typedef struct chunk {
    group *groups;
    size_t count, capacity;
    sst_hits hits;
} chunk;

struct sst_lookup {
    question *questions;
    size_t count, capacity;
    uint64_t *order, *scratch; /* key, then number of the question */
    size_t order_capacity, scratch_capacity;
    chunk *chunks;
    size_t chunk_capacity;
    uint32_t base;
    bool all_join; /* every story is among the answers to later ones */
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
    for (size_t i = 0; i < lookup->chunk_capacity; i++) {
        free(lookup->chunks[i].groups);
        free(lookup->chunks[i].hits.items);
    }
    free(lookup->chunks);
    free(lookup->questions);
    free(lookup->order);
    free(lookup->scratch);
    free(lookup);
}

void sst_lookup_reset(sst_lookup *lookup, uint32_t base)
{
    lookup->count = 0;
    lookup->all_join = true;
    lookup->base = base;
}

sst_status sst_lookup_add(sst_lookup *lookup, const uint64_t *keys, size_t count, uint32_t number,
                          bool joins, uint32_t *first, sst_error *error)
{
    if (count > QUESTIONS_MOST - lookup->count)
        return sst_fail(error, SST_LIMIT, "the batch is too large; lower --batch");
    sst_status status = SST_RESERVE(&lookup->questions, &lookup->capacity, lookup->count + count,
                                    "index questions", error);
    if (status != SST_OK)
        return status;
    lookup->all_join &= joins;
    *first = (uint32_t)lookup->count;
    for (size_t i = 0; i < count; i++)
        lookup->questions[lookup->count++] =
            (question){.key = keys[i], .number = number, .joins = joins};
    return SST_OK;
}

/* ---- Asking ---- */

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

static uint64_t key_at(const sst_lookup *lookup, size_t at)
{
    return lookup->order[at] >> INDEX_BITS;
}

static question *question_at(const sst_lookup *lookup, size_t at)
{
    return &lookup->questions[lookup->order[at] & (QUESTIONS_MOST - 1)];
}

/* The groups that begin in order[begin, end) belong to the chunk. */
static sst_status make_groups(sst_lookup *lookup, size_t begin, size_t end, chunk *c,
                              uint64_t keys[CHUNK], sst_error *error)
{
    sst_status status =
        SST_RESERVE(&c->groups, &c->capacity, end - begin, "index questions", error);
    size_t at = begin;
    while (begin > 0 && at < end && key_at(lookup, at) == key_at(lookup, begin - 1))
        at++;
    for (c->count = 0; at < end && status == SST_OK; c->count++) {
        uint64_t key = keys[c->count] = key_at(lookup, at);
        group *g = &c->groups[c->count];
        g->begin = (uint32_t)at;
        for (; at < lookup->count && key_at(lookup, at) == key; at++) {
            question *q = question_at(lookup, at);
            if (at + AHEAD < lookup->count)
                __builtin_prefetch(question_at(lookup, at + AHEAD), 1);
            q->chunk = (uint32_t)(begin / CHUNK);
            q->group = (uint32_t)c->count;
        }
        g->end = (uint32_t)at;
    }
    return status;
}

/* The hits of a chunk come by slot: each group notes where its own begin. Most keys belong to one
 * story only: its question says so itself. */
static void note_answers(const sst_lookup *lookup, chunk *c)
{
    size_t at = 0;
    for (size_t i = 0; i < c->count; i++) {
        size_t begin = at;
        while (at < c->hits.count && c->hits.items[at].slot == i)
            at++;
        c->groups[i].hits = (uint32_t)begin;
        c->groups[i].count = (uint32_t)(at - begin);
        if (at == begin && c->groups[i].end - c->groups[i].begin == 1)
            question_at(lookup, c->groups[i].begin)->group = NOBODY;
    }
}

static sst_status ask_chunk(void *context, size_t begin, size_t end, unsigned thread,
                            sst_error *error)
{
    sst_lookup *lookup = context;
    chunk *c = &lookup->chunks[begin / CHUNK];
    uint64_t keys[CHUNK];
    (void)thread;
    c->hits.count = 0;
    sst_status status = make_groups(lookup, begin, end, c, keys, error);
    if (status == SST_OK)
        status =
            sst_index_find(lookup->index, keys, c->count, lookup->base, &c->hits, error);
    if (status == SST_OK)
        note_answers(lookup, c);
    return status;
}

sst_status sst_lookup_run(sst_lookup *lookup, sst_index *index, sst_beside *beside,
                          sst_error *error)
{
    sst_status status = reserve(lookup, error);
    if (status != SST_OK)
        return status;
    for (size_t i = 0; i < lookup->count; i++)
        lookup->order[i] = lookup->questions[i].key << INDEX_BITS | i;
    status = sst_sort(lookup->order, lookup->scratch, lookup->count, 1, error);
    lookup->index = index;
    return status == SST_OK
               ? sst_beside_run(beside, lookup->count, CHUNK, ask_chunk, lookup, error)
               : status;
}

/* ---- Answers ---- */

/* Stories of the index, and behind them those of the batch: the questions order[begin, end). */
typedef struct answer {
    const sst_hit *stored;
    size_t stored_count, begin, end;
} answer;

static size_t count_joining(const sst_lookup *lookup, const answer *a)
{
    size_t count = a->end - a->begin;
    for (size_t i = a->begin; i < a->end && !lookup->all_join; i++)
        count -= !question_at(lookup, i)->joins;
    return count;
}

/* Appends both ends of the list under `slot`, as sst_index_find does. */
static sst_status append_answer(const sst_lookup *lookup, const answer *a, uint32_t slot,
                                sst_hits *hits, sst_error *error)
{
    size_t count = a->stored_count + count_joining(lookup, a), at = 0;
    size_t last = count < SST_HITS_END ? 0 : count - SST_HITS_END; /* where the far end begins */
    sst_status status = SST_RESERVE(&hits->items, &hits->capacity,
                                    hits->count + 2 * SST_HITS_END, "candidates", error);
    if (status != SST_OK)
        return status;
    for (size_t i = 0; i < a->stored_count; i++, at++)
        if (at < SST_HITS_END || at >= last)
            hits->items[hits->count++] = (sst_hit){slot, a->stored[i].number};
    for (size_t i = a->begin; i < a->end; i++) {
        if (lookup->all_join && at >= SST_HITS_END && at < last) {
            i += last - at; /* over the middle */
            at = last;
        }
        const question *q = question_at(lookup, i);
        if (!q->joins)
            continue;
        if (at < SST_HITS_END || at >= last)
            hits->items[hits->count++] = (sst_hit){slot, q->number};
        at++;
    }
    return SST_OK;
}

/* The first question in order[begin, end) of a story with that number or a higher one. */
static size_t first_not_below(const sst_lookup *lookup, size_t begin, size_t end,
                              uint32_t number)
{
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (question_at(lookup, middle)->number < number)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

/* Group and hits of the answer to a question, each in its turn on its way. */
static inline void fetch_group(const sst_lookup *lookup, const question *q)
{
    if (q->group != NOBODY)
        __builtin_prefetch(&lookup->chunks[q->chunk].groups[q->group]);
}

static inline void fetch_answer(const sst_lookup *lookup, const question *q)
{
    if (q->group == NOBODY)
        return;
    const chunk *c = &lookup->chunks[q->chunk];
    const group *g = &c->groups[q->group];
    __builtin_prefetch(c->hits.items + g->hits);
    __builtin_prefetch(lookup->order + g->begin);
}

sst_status sst_lookup_answers(const sst_lookup *lookup, uint32_t first, size_t count,
                              sst_hits *hits, sst_error *error)
{
    const question *own = lookup->questions + first;
    sst_status status = SST_OK;
    for (size_t slot = 0; slot < count; slot++)
        fetch_group(lookup, &own[slot]);
    for (size_t slot = 0; slot < count; slot++)
        fetch_answer(lookup, &own[slot]);
    for (uint32_t slot = 0; slot < count && status == SST_OK; slot++) {
        const question *q = &own[slot];
        if (q->group == NOBODY)
            continue;
        const chunk *c = &lookup->chunks[q->chunk];
        const group *g = &c->groups[q->group];
        const sst_hit *stored = g->count > 0 ? c->hits.items + g->hits : NULL;
        answer a = {stored, g->count, g->begin,
                    first_not_below(lookup, g->begin, g->end, q->number)};
        status = append_answer(lookup, &a, slot, hits, error);
    }
    return status;
}

static size_t first_of_key(const sst_lookup *lookup, uint64_t key)
{
    size_t begin = 0, end = lookup->count;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (key_at(lookup, middle) < key)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

sst_status sst_lookup_find(const sst_lookup *lookup, const uint64_t *keys, size_t count,
                           uint32_t number, sst_hits *stored, sst_hits *hits, sst_error *error)
{
    stored->count = 0;
    sst_status status =
        sst_index_find(lookup->index, keys, count, lookup->base, stored, error);
    size_t at = 0;
    for (uint32_t slot = 0; slot < count && status == SST_OK; slot++) {
        answer a = {.begin = first_of_key(lookup, keys[slot])};
        if (at < stored->count) /* without hits there is no list to point into */
            a.stored = stored->items + at;
        for (; at < stored->count && stored->items[at].slot == slot; at++)
            a.stored_count++;
        for (a.end = a.begin; a.end < lookup->count && key_at(lookup, a.end) == keys[slot] &&
                              question_at(lookup, a.end)->number < number;)
            a.end++;
        if (a.stored_count > 0 || a.end > a.begin)
            status = append_answer(lookup, &a, slot, hits, error);
    }
    return status;
}
