/* Questions: the stories of many keys at a time (see store/index.h).
 *
 * Every segment is asked for all keys of a round before the next one, and in it each step for all
 * keys of a group before the next step: each step waits for memory (the marks of the page, the place
 * of its part, the part), and together they wait hardly longer than one. Most keys are found nowhere,
 * and end at the marks. What is found is put in the order of the keys at the end. */
#include <string.h>

#include "store/index_parts.h"

enum {
    ROUND = 256, /* keys */
    GROUP = 32,  /* keys in flight */
};

typedef struct round_find {
    sst_index *index;
    const uint64_t *keys;
    const uint32_t *bounds; /* by key */
    size_t count;
    sst_hits *hits;
    sst_error *error;
} round_find;

/* ---- One segment ---- */

typedef struct page_question {
    sst_cached_page *cached; /* NULL: the segment does not answer this key */
    sst_key_place place;
    size_t slot;
} page_question;

/* The pages of keys [begin, begin + count) of the round, their marks on the way. */
static sst_status open_pages(const round_find *find, sst_segment *segment, size_t begin,
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

static sst_status reserve_hits(const round_find *find, size_t more)
{
    sst_hits *hits = find->hits;
    return SST_RESERVE(&hits->items, &hits->capacity, hits->count + more, "candidates",
                       find->error);
}

static void add_hit(const round_find *find, size_t slot, uint32_t number)
{
    find->hits->items[find->hits->count++] = (sst_hit){(uint32_t)slot, number};
}

/* Both ends of a long run: what lies between cannot stay in the list. */
static sst_status take_run(const round_find *find, size_t slot, const sst_page_shape *shape,
                           sst_page_run run)
{
    size_t count = count_below(shape, run, find->bounds[slot]);
    sst_status status = reserve_hits(find, 2 * SST_HITS_END);
    for (size_t i = 0; i < count && status == SST_OK; i++) {
        if (i == SST_HITS_END && count > 2 * SST_HITS_END)
            i = count - SST_HITS_END;
        add_hit(find, slot, sst_page_story(shape, run, i));
    }
    return status;
}

static sst_status find_group(const round_find *find, sst_segment *segment,
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
        if (run.count > 0)
            status = take_run(find, questions[i].slot, &segment->shape, run);
    }
    return status;
}

static sst_status find_in_segment(const round_find *find, sst_segment *segment)
{
    page_question questions[GROUP], kept[ROUND];
    size_t kept_count = 0;
    sst_status status = SST_OK;
    for (size_t begin = 0; begin < find->count && status == SST_OK; begin += GROUP) {
        size_t left = find->count - begin, count = left < GROUP ? left : GROUP;
        status = open_pages(find, segment, begin, count, questions);
        if (status == SST_OK)
            kept_count = keep_marked(segment, questions, count, kept, kept_count);
    }
    for (size_t begin = 0; begin < kept_count && status == SST_OK; begin += GROUP) {
        size_t left = kept_count - begin;
        status = find_group(find, segment, kept + begin, left < GROUP ? left : GROUP);
    }
    return status;
}

/* ---- The newest entries ---- */

/* The chain runs from new to old: collected below, then handed on the other way round, both ends
 * of a long one. */
static sst_status take_chain(const round_find *find, size_t slot, uint32_t newest_entry)
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
    sst_status status = reserve_hits(find, 2 * SST_HITS_END);
    size_t early = count > SST_HITS_END ? count - SST_HITS_END : 0;
    if (early > SST_HITS_END)
        early = SST_HITS_END;
    for (size_t i = 0; i < early && status == SST_OK; i++)
        add_hit(find, slot, oldest[(count - 1 - i) % SST_HITS_END]);
    for (size_t i = count > SST_HITS_END ? SST_HITS_END : count; i > 0 && status == SST_OK; i--)
        add_hit(find, slot, newest[i - 1]);
    return status;
}

static sst_status find_in_recent(const round_find *find)
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

/* Puts hits [begin, ...), which came segment by segment from old to new, in the order of their
 * slots, numbered from `first_slot` on, and cuts long lists. */
static sst_status order_hits(const round_find *find, size_t begin, size_t first_slot)
{
    sst_hits *hits = find->hits;
    size_t count = hits->count - begin, total[ROUND] = {0}, seen[ROUND] = {0}, place[ROUND];
    sst_status status = reserve_hits(find, count);
    if (status != SST_OK)
        return status;
    for (size_t i = begin; i < hits->count; i++)
        total[hits->items[i].slot]++;
    size_t kept = 0;
    for (size_t slot = 0; slot < find->count; slot++) {
        place[slot] = kept;
        kept += total[slot] < 2 * SST_HITS_END ? total[slot] : 2 * SST_HITS_END;
    }
    sst_hit *from = hits->items + begin, *to = from + count;
    for (size_t i = 0; i < count; i++) {
        uint32_t slot = from[i].slot;
        size_t at = seen[slot]++;
        if (at < SST_HITS_END || at + SST_HITS_END >= total[slot])
            to[place[slot]++] = (sst_hit){slot + (uint32_t)first_slot, from[i].number};
    }
    memmove(from, to, kept * sizeof *from);
    hits->count = begin + kept;
    return SST_OK;
}

static sst_status find_round(const round_find *find, size_t first_slot)
{
    size_t begin = find->hits->count;
    sst_status status = SST_OK;
    for (size_t at = 0; at < find->index->count && status == SST_OK; at++)
        status = find_in_segment(find, &find->index->segments[at]);
    if (status == SST_OK)
        status = find_in_recent(find);
    return status == SST_OK && find->hits->count > begin ? order_hits(find, begin, first_slot)
                                                         : status;
}

sst_status sst_index_find_below(sst_index *index, const uint64_t *keys, size_t count,
                                const uint32_t *bounds, sst_hits *hits, sst_error *error)
{
    sst_status status = SST_OK;
    for (size_t begin = 0; begin < count && status == SST_OK; begin += ROUND) {
        size_t left = count - begin;
        round_find find = {index, keys + begin, bounds + begin, left < ROUND ? left : ROUND, hits,
                           error};
        status = find_round(&find, begin);
    }
    return status;
}

sst_status sst_index_find(sst_index *index, const uint64_t *keys, size_t count, uint32_t bound,
                          sst_hits *hits, sst_error *error)
{
    uint32_t bounds[ROUND];
    sst_status status = SST_OK;
    for (size_t i = 0; i < ROUND && i < count; i++)
        bounds[i] = bound;
    for (size_t begin = 0; begin < count && status == SST_OK; begin += ROUND) {
        size_t left = count - begin;
        round_find find = {index, keys + begin, bounds, left < ROUND ? left : ROUND, hits, error};
        status = find_round(&find, begin);
    }
    return status;
}
