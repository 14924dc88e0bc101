#include "match/join.h"

#include <string.h>

#include "base/sort.h"
#include "match/tally.h"

enum {
    TEXTS_PER_TASK = 256,
    LIST_HEAD = 16,  /* numbers of a list that one read brings: its size and 15 members */
    FEW_MEMBERS = 8, /* of a list that tells much even when its shingle is common */
    SEEN_BITS = 12,
    AHEAD = 12,      /* items whose lists or texts are on their way */
    GROUPS_PER_PARTITION = 2048, /* when lists are turned around to the texts */
    MEETINGS_TOGETHER = 256      /* so that what is looked up of them comes together */
};

#define TELLING_ONE ((uint64_t)1 << 32) /* in a sum of a tally; below it the count of all lists */

/* A list of two or more groups is stored as its size, with the flags below, and its members,
 * rising, padded to 8 bytes; its reference is its place in the pool / 8. One over the cap is stored
 * in pieces, each as a list: a later piece carries the leaders and the neighbours of its first own
 * member before those, so that whoever meets a member stands in one piece with it. */
#define TELLING ((uint32_t)1 << 31)
#define CAPPED ((uint32_t)1 << 30)
#define LATER_PIECE ((uint32_t)1 << 29)

enum {
    CARRIED = SST_MATCH_LEADERS + SST_MATCH_NEIGHBOURS,
    PIECE_OWN = SST_MATCH_POSTING_COMPLETE - CARRIED
};

/* A member is told of its list by the low bits of its number, the reference and how many members
 * come before it (none: it need not know). */
enum { PLACE_BITS = 9, REFERENCE_BITS = 32 };

_Static_assert((int)SST_MATCH_POSTING_COMPLETE < 1 << PLACE_BITS, "every place has a number");

static inline uint64_t membership(uint64_t group, uint64_t reference, uint32_t place)
{
    return group << (REFERENCE_BITS + PLACE_BITS) | reference << PLACE_BITS | place;
}

static inline uint64_t group_of(uint64_t item)
{
    return item >> (REFERENCE_BITS + PLACE_BITS);
}

static inline uint32_t reference_of(uint64_t item)
{
    return (uint32_t)(item >> PLACE_BITS);
}

static inline uint32_t place_of(uint64_t item)
{
    return (uint32_t)item & ((1u << PLACE_BITS) - 1);
}

static inline uint32_t size_of(const uint32_t *list)
{
    return list[0] & ~(TELLING | CAPPED | LATER_PIECE);
}

typedef struct join_lane {
    uint64_t *groups;          /* of one list; then as many again to sort */
    size_t group_capacity;
    uint32_t *lists;           /* those of one partition, as stored */
    size_t list_size, list_capacity;
    uint32_t *read;            /* scratch: a spilled list */
    size_t read_capacity;
    uint8_t seen[1 << SEEN_BITS]; /* how often a partner of one group came: 0, 1, more */
    sst_tally tally;
    struct partners *lists_met; /* by one group */
    sst_meeting *meetings;      /* of some groups */
    size_t met_capacity, meeting_count, meeting_capacity;
} join_lane;

typedef struct join_work {
    sst_join *join;
    const sst_match_texts *texts;
    unsigned threads;
    unsigned bits;
    sst_shuffle *postings;   /* key << 32 | text */
    sst_pool *lists;
    sst_shuffle *references; /* memberships */
    unsigned group_shift;    /* partition of a group in `references` */
    join_lane *lanes;
} join_work;

/* ---- 1  Postings ---- */

static sst_status post_texts(void *context, size_t begin, size_t end, unsigned thread,
                             sst_error *error)
{
    join_work *work = context;
    const sst_join *join = work->join;
    sst_match_worker *worker = &join->run->workers[thread];
    sst_shuffle_lane *lane = sst_shuffle_lane_of(work->postings, thread);
    sst_status status = SST_OK;
    if (thread == 0)
        status = sst_matching_progress(join->run, join->stage, begin, 2 * work->texts->count,
                                       error);
    for (size_t t = begin; status == SST_OK && t < end; t++) {
        const uint32_t *tokens;
        status = sst_matching_tokens(join->run, worker, (uint32_t)t, &tokens, error);
        if (status != SST_OK)
            return status;
        size_t count = join->post(join, (uint32_t)t, tokens, worker->hashes);
        for (size_t i = 0; status == SST_OK && i < count; i++) {
            uint64_t key = sst_day_key(worker->hashes[i], work->bits);
            status = sst_shuffle_put(work->postings, lane, thread, (size_t)(key >> 32),
                                     key << 32 | t, error);
        }
    }
    return status;
}

/* ---- 2  Lists ---- */

/* The distinct groups of a list's texts, rising; returns how many. */
static sst_status groups_of(const join_work *work, join_lane *lane, const uint64_t *items,
                            size_t count, size_t *found, sst_error *error)
{
    sst_status status = SST_RESERVE(&lane->groups, &lane->group_capacity, 3 * count,
                                    "posting lists", error);
    if (status != SST_OK)
        return status;
    const sst_day_text *of = work->join->days == NULL ? NULL : work->join->days->of;
    for (size_t i = 0; i < count; i++)
        lane->groups[i] = of == NULL ? (uint32_t)items[i] : of[(uint32_t)items[i]].group;
    if (of != NULL)
        sst_sort_block(lane->groups, lane->groups + count, count);
    *found = sst_sort_unique(lane->groups, count);
    return SST_OK;
}

static size_t stored_size(size_t members)
{
    return (members + 2) / 2 * 2;
}

/* Keeps groups [begin, end), behind the leaders where they are not the first piece. */
static sst_status keep_piece(join_lane *lane, size_t begin, size_t end, uint32_t flags,
                             sst_error *error)
{
    size_t carried = begin == 0 ? 0 : SST_MATCH_LEADERS, count = carried + end - begin;
    size_t size = stored_size(count);
    sst_status status = SST_RESERVE(&lane->lists, &lane->list_capacity,
                                    lane->list_size + size + LIST_HEAD, "posting lists", error);
    if (status != SST_OK)
        return status;
    uint32_t *list = lane->lists + lane->list_size, *member = list + 1;
    list[size - 1] = 0;
    list[0] = (uint32_t)count | flags;
    for (size_t i = 0; i < carried; i++)
        *member++ = (uint32_t)lane->groups[i];
    for (size_t i = begin; i < end; i++)
        *member++ = (uint32_t)lane->groups[i];
    lane->list_size += size;
    return SST_OK;
}

static sst_status keep_list(join_lane *lane, size_t count, bool common, sst_error *error)
{
    uint32_t flags = common && count > FEW_MEMBERS ? 0 : TELLING;
    if (count <= SST_MATCH_POSTING_COMPLETE)
        return keep_piece(lane, 0, count, flags, error);
    size_t end = SST_MATCH_POSTING_COMPLETE;
    sst_status status = keep_piece(lane, 0, end, flags | CAPPED, error);
    while (status == SST_OK && end < count) {
        size_t begin = end - SST_MATCH_NEIGHBOURS;
        end = count - end < PIECE_OWN ? count : end + PIECE_OWN;
        status = keep_piece(lane, begin, end, flags | CAPPED | LATER_PIECE, error);
    }
    return status;
}

static void note_list(sst_match_worker *worker, size_t size)
{
    bool capped = size > SST_MATCH_POSTING_COMPLETE;
    uint64_t partners = SST_MATCH_LEADERS + SST_MATCH_NEIGHBOURS;
    sst_matching_bucket(worker, size, capped ? size * partners : (uint64_t)size * (size - 1) / 2,
                        capped);
}

/* One posting list: `items` are equal in their keys and sorted by text. */
static sst_status take_list(join_work *work, unsigned thread, uint64_t key, uint64_t *items,
                            size_t count, sst_error *error)
{
    join_lane *lane = &work->lanes[thread];
    sst_day_counter *days = work->join->days;
    size_t groups;
    count = sst_sort_unique(items, count);
    if (count < 2)
        return SST_OK;
    bool common = days != NULL && sst_day_is_common(days, items, count);
    sst_status status = groups_of(work, lane, items, count, &groups, error);
    if (status == SST_OK && days != NULL &&
        (common || sst_day_is_furniture(days, lane->groups, groups, lane->groups + groups)))
        status = sst_day_keep(days, thread, key, error);
    if (status != SST_OK || groups < 2)
        return status;
    note_list(&work->join->run->workers[thread], groups);
    return keep_list(lane, groups, common, error);
}

/* End of the list that begins at `i`: items of equal keys. `*alone`: all of it is one group and too
 * little to be common, so that nothing comes of it. */
static inline size_t list_end(const sst_partition *part, const sst_day_text *of, size_t i,
                              bool *alone)
{
    const uint64_t *items = part->items;
    uint64_t key = items[i] >> 32;
    size_t next = i + 1;
    if (of == NULL) {
        while (next < part->count && items[next] >> 32 == key)
            next++;
        *alone = next - i == 1;
        return next;
    }
    sst_day_text first = of[(uint32_t)items[i]];
    bool same = first.day != SST_DAY_OTHERWISE;
    for (; next < part->count && items[next] >> 32 == key; next++) {
        sst_day_text other = of[(uint32_t)items[next]];
        same &= other.group == first.group && other.day != SST_DAY_OTHERWISE;
    }
    *alone = next - i == 1 || (same && next - i < SST_MATCH_COMMON_DAYS);
    return next;
}

/* What is looked up of the texts of a list stands anywhere in a large array. */
static inline void prefetch_texts(const sst_partition *part, const sst_day_text *of, size_t begin,
                                  size_t end)
{
    for (size_t i = begin + AHEAD; of != NULL && i < end + AHEAD && i < part->count; i++)
        __builtin_prefetch(&of[(uint32_t)part->items[i]]);
}

/* Stores the lists of a partition and tells each member where. */
static sst_status store_lists(join_work *work, unsigned thread, sst_error *error)
{
    join_lane *lane = &work->lanes[thread];
    if (lane->list_size == 0)
        return SST_OK;
    uint64_t offset;
    memset(lane->lists + lane->list_size, 0, LIST_HEAD * sizeof *lane->lists);
    sst_status status =
        sst_pool_append(work->lists, lane->lists,
                        (lane->list_size + LIST_HEAD) * sizeof *lane->lists, &offset, error);
    sst_shuffle_lane *out = sst_shuffle_lane_of(work->references, thread);
    uint64_t low = ((uint64_t)1 << work->group_shift) - 1;
    for (size_t at = 0; status == SST_OK && at < lane->list_size;) {
        const uint32_t *list = lane->lists + at;
        uint64_t reference = offset / 8 + at / 2;
        if (reference > UINT32_MAX)
            return sst_fail(error, SST_LIMIT,
                            "more than 32 GiB of posting lists; split the input by date");
        uint32_t own = (list[0] & LATER_PIECE) != 0 ? CARRIED : 1;
        for (uint32_t i = own; status == SST_OK && i < size_of(list); i++)
            status = sst_shuffle_put(work->references, out, thread,
                                     list[i + 1] >> work->group_shift,
                                     membership(list[i + 1] & low, reference, i), error);
        at += stored_size(size_of(list));
    }
    lane->list_size = 0;
    return status;
}

static sst_status make_lists(void *context, size_t begin, size_t end, unsigned thread,
                             sst_error *error)
{
    join_work *work = context;
    sst_partition *part = &work->join->run->workers[thread].partition;
    const sst_day_text *of = work->join->days == NULL ? NULL : work->join->days->of;
    sst_status status = SST_OK;
    for (size_t p = begin; status == SST_OK && p < end; p++) {
        status = sst_shuffle_load(work->postings, p, part, error);
        if (status == SST_OK)
            status = sst_partition_sort_shared(part, error);
        bool alone;
        for (size_t i = 0, next; status == SST_OK && i < part->count; i = next) {
            next = list_end(part, of, i, &alone);
            prefetch_texts(part, of, i, next);
            if (!alone)
                status = take_list(work, thread, (uint64_t)p << 32 | part->items[i] >> 32,
                                   part->items + i, next - i, error);
        }
        if (status == SST_OK)
            status = store_lists(work, thread, error);
    }
    return status;
}

/* ---- 3  Partners ---- */

static inline sst_status read_list(const join_work *work, join_lane *lane, uint32_t reference,
                            const uint32_t **list, sst_error *error)
{
    uint64_t offset = (uint64_t)reference * 8;
    const void *bytes;
    sst_status status = SST_RESERVE(&lane->read, &lane->read_capacity, LIST_HEAD, "posting lists",
                                    error);
    if (status == SST_OK)
        status = sst_pool_read(work->lists, offset, LIST_HEAD * sizeof **list, lane->read, &bytes,
                               error);
    if (status != SST_OK)
        return status;
    *list = bytes;
    if (bytes != lane->read || size_of(*list) < LIST_HEAD)
        return SST_OK;
    size_t size = (size_t)size_of(*list) + 1;
    status = SST_RESERVE(&lane->read, &lane->read_capacity, size, "posting lists", error);
    if (status == SST_OK)
        status = sst_pool_read(work->lists, offset, size * sizeof **list, lane->read, &bytes,
                               error);
    *list = bytes;
    return status;
}

/* The head of a list and the place up to which it will be read. */
static inline void prefetch_list(const join_work *work, uint64_t item)
{
    uint64_t offset = (uint64_t)reference_of(item) * 8;
    sst_pool_prefetch(work->lists, offset);
    if (place_of(item) >= LIST_HEAD)
        sst_pool_prefetch(work->lists, offset + place_of(item) * sizeof(uint32_t));
}

/* Members of a list that meet one: those before it, or of a capped list the leaders and the
 * neighbours among them. */
typedef struct partners {
    const uint32_t *members;
    size_t head;       /* [0, head) ... */
    size_t first, end; /* ... and [first, end) */
    bool telling, capped;
    bool lost; /* the list was read from the file and is no longer there */
} partners;

static inline partners partners_of(const uint32_t *list, size_t place)
{
    bool capped = (list[0] & CAPPED) != 0;
    partners met = {.members = list + 1, .head = place, .first = place, .end = place,
                    .telling = (list[0] & TELLING) != 0, .capped = capped};
    if (capped && place > SST_MATCH_LEADERS) {
        met.head = SST_MATCH_LEADERS;
        met.first = place < SST_MATCH_LEADERS + SST_MATCH_NEIGHBOURS
                        ? met.head
                        : place - SST_MATCH_NEIGHBOURS;
    }
    return met;
}

static inline uint8_t *seen_slot(join_lane *lane, uint32_t member)
{
    return &lane->seen[member * 0x9e3779b1u >> (32 - SEEN_BITS)];
}

static inline void note_partners(join_lane *lane, const uint32_t *members, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        uint8_t *slot = seen_slot(lane, members[i]);
        *slot = (uint8_t)(*slot + (*slot < 2));
    }
}

/* A partner that came once counts when the list is telling and one of both may meet so. */
static inline void add_partners(join_lane *lane, const partners *met, const uint64_t *lone,
                                bool any, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        uint32_t member = met->members[i];
        if (*seen_slot(lane, member) > 1 || (met->telling && (any || sst_join_lone(lone, member))))
            sst_tally_add(&lane->tally, member, met->telling ? TELLING_ONE | 1 : 1);
    }
}

/* Most partners share one common shingle and nothing else: a look at all lists tells which come
 * again, and only those and what telling lists show is added up. */
static sst_status tally_partners(const join_work *work, unsigned thread, uint32_t group,
                                 const uint64_t *items, size_t count, size_t left,
                                 uint32_t *capped, sst_error *error)
{
    join_lane *lane = &work->lanes[thread];
    const uint64_t *lone = work->join->lone;
    bool any = lone == NULL || sst_join_lone(lone, group);
    const uint32_t *list;
    size_t meetings = 0;
    sst_status status = SST_RESERVE(&lane->lists_met, &lane->met_capacity, count,
                                    "posting lists", error);
    if (status != SST_OK)
        return status;
    memset(lane->seen, 0, sizeof lane->seen);
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < left)
            prefetch_list(work, items[i + AHEAD]);
        status = read_list(work, lane, reference_of(items[i]), &list, error);
        if (status != SST_OK)
            return status;
        partners *met = &lane->lists_met[i];
        *met = partners_of(list, place_of(items[i]));
        met->lost = list == lane->read;
        note_partners(lane, met->members, 0, met->head);
        note_partners(lane, met->members, met->first, met->end);
        meetings += met->head + met->end - met->first;
        *capped += met->capped;
    }
    work->join->run->workers[thread].shared_samples += meetings;
    if (meetings == 0)
        return SST_OK;
    status = sst_tally_reserve(&lane->tally, meetings, error);
    for (size_t i = 0; status == SST_OK && i < count; i++) {
        partners *met = &lane->lists_met[i];
        if (met->lost) {
            status = read_list(work, lane, reference_of(items[i]), &list, error);
            if (status != SST_OK)
                return status;
            met->members = list + 1;
        }
        add_partners(lane, met, lone, any, 0, met->head);
        add_partners(lane, met, lone, any, met->first, met->end);
    }
    return status;
}

static sst_status meet_all(const join_work *work, unsigned thread, sst_error *error)
{
    join_lane *lane = &work->lanes[thread];
    size_t count = lane->meeting_count;
    lane->meeting_count = 0;
    return count == 0 ? SST_OK
                      : work->join->meet(work->join, thread, lane->meetings, count, error);
}

/* `left` items are in the partition, the first `count` are those of a group. */
static sst_status count_partners(const join_work *work, unsigned thread, uint32_t group,
                                 const uint64_t *items, size_t count, size_t left,
                                 sst_error *error)
{
    join_lane *lane = &work->lanes[thread];
    sst_tally *tally = &lane->tally;
    uint32_t capped = 0;
    sst_status status =
        tally_partners(work, thread, group, items, count, left, &capped, error);
    if (status == SST_OK)
        status = SST_RESERVE(&lane->meetings, &lane->meeting_capacity,
                             lane->meeting_count + tally->size, "shared samples", error);
    for (size_t i = 0; status == SST_OK && i < tally->size; i++) {
        uint32_t slot = tally->used[i];
        lane->meetings[lane->meeting_count++] =
            (sst_meeting){.a = group,
                          .b = tally->keys[slot] - 1,
                          .shared = (uint32_t)tally->sums[slot],
                          .telling = (uint32_t)(tally->sums[slot] >> 32),
                          .capped = capped};
    }
    sst_tally_reset(tally);
    if (status == SST_OK && lane->meeting_count >= MEETINGS_TOGETHER)
        status = meet_all(work, thread, error);
    return status;
}

static sst_status meet_partners(void *context, size_t begin, size_t end, unsigned thread,
                                sst_error *error)
{
    join_work *work = context;
    sst_partition *part = &work->join->run->workers[thread].partition;
    size_t partitions = sst_shuffle_partitions(work->references);
    sst_status status = SST_OK;
    if (thread == 0)
        status = sst_matching_progress(work->join->run, work->join->stage, partitions + begin,
                                       2 * partitions, error);
    for (size_t p = begin; status == SST_OK && p < end; p++) {
        status = sst_shuffle_load(work->references, p, part, error);
        if (status != SST_OK)
            return status;
        sst_partition_sort(part);
        for (size_t i = 0, next; status == SST_OK && i < part->count; i = next) {
            uint64_t own = group_of(part->items[i]);
            for (next = i + 1; next < part->count && group_of(part->items[next]) == own; next++)
                continue;
            status = count_partners(work, thread, (uint32_t)(p << work->group_shift | own),
                                    part->items + i, next - i, part->count - i, error);
        }
        if (status == SST_OK)
            status = meet_all(work, thread, error);
    }
    return status;
}

/* ---- The join ---- */

static unsigned bits_of_groups(size_t count, unsigned *shift)
{
    unsigned bits = 0, width = 0;
    while (bits < 11 && count >> bits > GROUPS_PER_PARTITION)
        bits++;
    while (width < 32 && count >> width != 0)
        width++;
    *shift = width > bits ? width - bits : 0;
    return bits;
}

static sst_status allocate(join_work *work, sst_error *error)
{
    const sst_match_options *options = work->join->run->options;
    uint64_t memory = options->memory;
    work->bits = sst_shuffle_bits(work->join->expected);
    unsigned group_bits = bits_of_groups(work->texts->count, &work->group_shift);
    work->lanes = sst_allocate_zeroed(work->threads, sizeof *work->lanes, "posting lists", error);
    work->join->candidates = sst_allocate_zeroed(work->threads, sizeof *work->join->candidates,
                                                 "candidate pairs", error);
    if (work->lanes == NULL || work->join->candidates == NULL)
        return SST_MEMORY;
    sst_status status = sst_shuffle_create(work->bits, work->threads, memory / 8 * 5, options->tmp,
                                           "postings", &work->postings, error);
    if (status == SST_OK)
        status = sst_pool_create(memory / 8, options->tmp, "posting lists", &work->lists, error);
    if (status == SST_OK)
        status = sst_shuffle_create(group_bits, work->threads, memory / 8, options->tmp,
                                    "posting lists", &work->references, error);
    return status;
}

static void count_spilled(join_work *work)
{
    sst_match_counts *counts = &work->join->run->result->counts;
    if (work->postings != NULL)
        counts->spilled_bytes += sst_shuffle_spilled(work->postings);
    if (work->references != NULL)
        counts->spilled_bytes += sst_shuffle_spilled(work->references);
    if (work->lists != NULL)
        counts->spilled_bytes += sst_pool_spilled(work->lists);
}

static void release(join_work *work)
{
    for (unsigned t = 0; t < work->threads; t++) {
        if (work->join->candidates != NULL)
            free(work->join->candidates[t].items);
        if (work->lanes == NULL)
            continue;
        join_lane *lane = &work->lanes[t];
        free(lane->groups);
        free(lane->lists);
        free(lane->read);
        sst_tally_free(&lane->tally);
        free(lane->lists_met);
        free(lane->meetings);
    }
    free(work->join->candidates);
    work->join->candidates = NULL;
    free(work->lanes);
    sst_shuffle_free(work->postings);
    sst_shuffle_free(work->references);
    sst_pool_free(work->lists);
}

static sst_status find_meetings(join_work *work, sst_error *error)
{
    sst_status status = sst_parallel(work->texts->count, TEXTS_PER_TASK, work->threads,
                                     post_texts, work, error);
    if (status == SST_OK)
        status = sst_shuffle_seal(work->postings, error);
    if (status == SST_OK)
        status = sst_parallel(sst_shuffle_partitions(work->postings), 1, work->threads,
                              make_lists, work, error);
    if (status == SST_OK)
        status = sst_pool_seal(work->lists, error);
    if (status == SST_OK)
        status = sst_shuffle_seal(work->references, error);
    if (status == SST_OK)
        status = sst_parallel(sst_shuffle_partitions(work->references), 1, work->threads,
                              meet_partners, work, error);
    return status;
}

sst_status sst_join_run(sst_join *join, sst_candidates *all, sst_error *error)
{
    join_work work = {.join = join, .texts = join->run->texts,
                      .threads = join->run->options->threads};
    sst_status status = allocate(&work, error);
    if (status == SST_OK)
        status = find_meetings(&work, error);
    count_spilled(&work);
    if (status == SST_OK)
        status = sst_candidates_merge(join->candidates, work.threads, work.threads, all, error);
    release(&work);
    return status;
}
