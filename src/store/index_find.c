/* Questions: the stories of many keys at a time (see store/index.h).
 *
 * Every segment is asked for all keys of a round before the next one, and in it each step for all
 * keys of a group before the next step: each step waits for memory (the marks of the page, the place
 * of its part, the part), and together they wait hardly longer than one. Most keys are found nowhere,
 * and end at the marks. Where stories were found is noted, by key; they are read at the end, of long
 * lists both ends. */
#include <string.h>

#include "store/index_parts.h"

enum {
    ROUND = 256, /* keys */
    GROUP = 32,  /* keys in flight */
};

/* Stories of one key that stand together: in a page, or among `fresh` numbers. */
typedef struct found_run {
    const sst_page_shape *shape; /* NULL: fresh[run.begin] and so on */
    sst_page_run run;
    uint32_t next; /* run of the same key + 1, 0: none */
} found_run;

/* The answers to a key of the round, from old to new. */
typedef struct found_key {
    uint32_t first, last; /* run + 1 */
    size_t count;         /* stories */
} found_key;

typedef struct round_find {
    sst_index *index;
    const uint64_t *keys;
    const uint32_t *bounds; /* by key */
    size_t count;
    found_key *found; /* by key */
    found_run *runs;
    size_t run_count, run_capacity;
    uint32_t *fresh;
    size_t fresh_count, fresh_capacity;
    sst_hits *hits;
    sst_error *error;
} round_find;

static size_t less(size_t a, size_t b)
{
    return a < b ? a : b;
}

static sst_status add_run(round_find *find, size_t slot, const sst_page_shape *shape,
                          sst_page_run run)
{
    sst_status status = SST_RESERVE(&find->runs, &find->run_capacity, find->run_count + 1,
                                    "candidates", find->error);
    if (status != SST_OK)
        return status;
    find->runs[find->run_count++] = (found_run){shape, run, 0};
    found_key *key = &find->found[slot];
    if (key->count == 0)
        key->first = (uint32_t)find->run_count;
    else
        find->runs[key->last - 1].next = (uint32_t)find->run_count;
    key->last = (uint32_t)find->run_count;
    key->count += run.count;
    return SST_OK;
}

/* ---- One segment ---- */

typedef struct page_question {
    sst_cached_page *cached; /* NULL: the segment does not answer this key */
    sst_key_place place;
    size_t slot;
} page_question;

/* The pages of keys [begin, begin + count) of the round, their marks on the way. */
static sst_status open_pages(round_find *find, sst_segment *segment, size_t begin,
                             size_t count, page_question *questions)
{
    sst_status status = SST_OK;
    for (size_t i = 0; i < count && status == SST_OK; i++) {
        uint64_t key = find->keys[begin + i];
        questions[i] = (page_question){NULL, sst_place_of(segment->shape, key), begin + i};
        if (!sst_segment_answers(segment, key) || find->bounds[begin + i] <= segment->first)
            continue;
        uint32_t page = (uint32_t)(questions[i].place.part / SST_PAGE_PARTS);
        sst_cached_page *cached = sst_segment_cached(segment, page);
        if (cached == NULL)
            status = sst_index_page(find->index, segment, page, &cached, find->error);
        if (status != SST_OK)
            break;
        questions[i].cached = cached;
        __builtin_prefetch(cached);
        __builtin_prefetch(sst_page_marks(cached) +
                           SST_PART_MARKS * (questions[i].place.part % SST_PAGE_PARTS));
    }
    return status;
}

/* Appends those that their pages may have to `kept`; returns how many there are then. */
static size_t keep_marked(const sst_segment *segment, const page_question *questions, size_t count,
                          page_question *kept, size_t kept_count)
{
    for (size_t i = 0; i < count; i++) {
        const page_question *q = &questions[i];
        if (q->cached == NULL)
            continue;
        sst_page_touch(q->cached);
        if (!sst_page_may_have(&segment->shape, sst_page_marks(q->cached), q->place))
            continue;
        kept[kept_count++] = *q;
        __builtin_prefetch(sst_page_bytes(q->cached) + 4 * (q->place.part % SST_PAGE_PARTS));
    }
    return kept_count;
}

/* How many stories of a run are below the bound; numbers ascend. */
static size_t count_below(const sst_page_shape *shape, sst_page_run run, uint32_t bound)
{
    size_t begin = 0, end = run.count;
    if (end == 0 || sst_page_story(shape, run, end - 1) < bound)
        return end;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (sst_page_story(shape, run, middle) < bound)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

static sst_status find_group(round_find *find, sst_segment *segment,
                             const page_question *questions, size_t count)
{
    sst_page_aim aims[GROUP];
    for (size_t i = 0; i < count; i++) {
        const page_question *q = &questions[i];
        if (!sst_page_aim_at(&segment->shape, sst_page_bytes(q->cached), q->cached->size, q->place,
                             &aims[i]))
            return sst_index_missing_page(find->index, segment,
                                          (uint32_t)(q->place.part / SST_PAGE_PARTS),
                                          find->error);
    }
    sst_status status = SST_OK;
    for (size_t i = 0; i < count && status == SST_OK; i++) {
        sst_page_run run = sst_page_find(&segment->shape, &aims[i]);
        run.count = count_below(&segment->shape, run, find->bounds[questions[i].slot]);
        if (run.count > 0)
            status = add_run(find, questions[i].slot, &segment->shape, run);
    }
    return status;
}

static sst_status find_in_segment(round_find *find, sst_segment *segment)
{
    page_question questions[GROUP], kept[ROUND];
    size_t kept_count = 0;
    sst_status status = SST_OK;
    for (size_t begin = 0; begin < find->count && status == SST_OK; begin += GROUP) {
        size_t count = less(find->count - begin, GROUP);
        status = open_pages(find, segment, begin, count, questions);
        if (status == SST_OK)
            kept_count = keep_marked(segment, questions, count, kept, kept_count);
    }
    for (size_t begin = 0; begin < kept_count && status == SST_OK; begin += GROUP)
        status = find_group(find, segment, kept + begin, less(kept_count - begin, GROUP));
    return status;
}

/* ---- The newest entries ---- */

/* The chain runs from new to old: turned around, both ends of a long one. What lies between cannot
 * stay in the list. */
static sst_status take_chain(round_find *find, size_t slot, uint32_t newest_entry)
{
    const sst_recent_entry *entries = find->index->recent.entries;
    uint32_t newest[SST_HITS_END], oldest[SST_HITS_END];
    size_t count = 0;
    for (uint32_t at = newest_entry; at != 0; at = entries[at - 1].older) {
        if (entries[at - 1].number >= find->bounds[slot])
            continue;
        if (count < SST_HITS_END)
            newest[count] = entries[at - 1].number;
        oldest[count % SST_HITS_END] = entries[at - 1].number;
        count++;
    }
    sst_status status = SST_RESERVE(&find->fresh, &find->fresh_capacity,
                                    find->fresh_count + 2 * SST_HITS_END, "candidates",
                                    find->error);
    if (status != SST_OK || count == 0)
        return status;
    size_t begin = find->fresh_count, early = count > SST_HITS_END ? count - SST_HITS_END : 0;
    if (early > SST_HITS_END)
        early = SST_HITS_END;
    for (size_t i = 0; i < early; i++)
        find->fresh[find->fresh_count++] = oldest[(count - 1 - i) % SST_HITS_END];
    for (size_t i = count > SST_HITS_END ? SST_HITS_END : count; i > 0; i--)
        find->fresh[find->fresh_count++] = newest[i - 1];
    return add_run(find, slot, NULL,
                   (sst_page_run){.begin = begin, .count = find->fresh_count - begin});
}

static sst_status find_in_recent(round_find *find)
{
    const sst_recent *recent = &find->index->recent;
    enum { AHEAD = 8 };
    sst_status status = SST_OK;
    if (recent->admitted == 0)
        return SST_OK;
    for (size_t i = 0; i < find->count && status == SST_OK; i++) {
        if (i + AHEAD < find->count)
            sst_recent_prefetch(recent, find->keys[i + AHEAD]);
        uint32_t newest = sst_recent_find(recent, find->keys[i]);
        if (newest != 0)
            status = take_chain(find, i, newest);
    }
    return status;
}

/* ---- All ---- */

/* Stories [begin, end) of a run; there is room. */
static void take_stories(round_find *find, uint32_t slot, const found_run *found, size_t begin,
                         size_t end)
{
    sst_hit *to = find->hits->items + find->hits->count;
    for (size_t i = begin; i < end; i++)
        *to++ = (sst_hit){slot, found->shape == NULL
                                    ? find->fresh[found->run.begin + i]
                                    : sst_page_story(found->shape, found->run, i)};
    find->hits->count += end - begin;
}

/* The hits of a key: of a list that is cut only both ends are read. */
static sst_status take_key(round_find *find, const found_key *key, uint32_t slot)
{
    bool cut = key->count > 2 * SST_HITS_END;
    size_t head = cut ? SST_HITS_END : key->count, tail = cut ? key->count - SST_HITS_END : head;
    sst_status status = SST_RESERVE(&find->hits->items, &find->hits->capacity,
                                    find->hits->count + head + key->count - tail, "candidates",
                                    find->error);
    size_t at = 0; /* stories before the run */
    for (uint32_t i = key->first; i != 0 && status == SST_OK; i = find->runs[i - 1].next) {
        const found_run *found = &find->runs[i - 1];
        size_t count = found->run.count;
        take_stories(find, slot, found, 0, head > at ? less(head - at, count) : 0);
        take_stories(find, slot, found, tail > at ? less(tail - at, count) : 0, count);
        at += count;
    }
    return status;
}

/* Slots of the hits are numbered from `first_slot` on. */
static sst_status find_round(round_find *find, size_t first_slot)
{
    sst_status status = SST_OK;
    memset(find->found, 0, find->count * sizeof *find->found);
    find->run_count = find->fresh_count = 0;
    for (size_t at = 0; at < find->index->count && status == SST_OK; at++)
        status = find_in_segment(find, &find->index->segments[at]);
    if (status == SST_OK)
        status = find_in_recent(find);
    for (size_t slot = 0; slot < find->count && status == SST_OK; slot++)
        if (find->found[slot].count > 0)
            status = take_key(find, &find->found[slot], (uint32_t)(first_slot + slot));
    return status;
}

static sst_status find_all(round_find *find, const uint64_t *keys, size_t count,
                           const uint32_t *bounds, bool one_bound)
{
    found_key found[ROUND];
    sst_status status = SST_OK;
    find->found = found;
    for (size_t begin = 0; begin < count && status == SST_OK; begin += ROUND) {
        find->keys = keys + begin;
        find->bounds = one_bound ? bounds : bounds + begin;
        find->count = less(count - begin, ROUND);
        status = find_round(find, begin);
    }
    free(find->runs);
    free(find->fresh);
    return status;
}

sst_status sst_index_find_below(sst_index *index, const uint64_t *keys, size_t count,
                                const uint32_t *bounds, sst_hits *hits, sst_error *error)
{
    round_find find = {.index = index, .hits = hits, .error = error};
    return find_all(&find, keys, count, bounds, false);
}

sst_status sst_index_find(sst_index *index, const uint64_t *keys, size_t count, uint32_t bound,
                          sst_hits *hits, sst_error *error)
{
    uint32_t bounds[ROUND];
    for (size_t i = 0; i < ROUND && i < count; i++)
        bounds[i] = bound;
    round_find find = {.index = index, .hits = hits, .error = error};
    return find_all(&find, keys, count, bounds, true);
}
