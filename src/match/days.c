#include "match/days.h"

#include "base/memory.h"
#include "base/sort.h"

enum {
    FILTER_BITS = 16, /* to a key */
    FILTER_SKIPS = 16 /* low bits of a key, which choose its slot */
};

/* Open addressing, at most half full; 0 is a free slot, a key stands there plus one. Nearly every
 * question ends at the filter, which is small. */
struct sst_match_days {
    uint64_t *slots;
    size_t mask, count;
    unsigned bits;
    uint64_t *filter; /* bits by higher bits of a key */
    size_t filter_mask;
};

/* Undated texts are kept apart from days by a bit that no day has. */
#define UNDATED_CLOCK ((uint64_t)1 << 32)

sst_status sst_day_counter_create(const sst_match_texts *texts, const uint32_t *group,
                                  unsigned threads, sst_day_counter *counter, sst_error *error)
{
    *counter = (sst_day_counter){.texts = texts, .threads = threads};
    counter->of = sst_allocate(texts->count, sizeof *counter->of, "formula text", error);
    counter->lanes = sst_allocate_zeroed(threads, sizeof *counter->lanes, "formula text", error);
    if (counter->of == NULL || counter->lanes == NULL)
        return SST_MEMORY;
    for (size_t t = 0; t < texts->count; t++) {
        uint32_t begin = texts->day_begin[t], days = texts->day_begin[t + 1] - begin;
        counter->of[t].group = group[t];
        counter->of[t].day = days == 1 ? texts->days[begin] : SST_DAY_OTHERWISE;
    }
    return SST_OK;
}

void sst_day_counter_free(sst_day_counter *counter)
{
    for (unsigned t = 0; counter->lanes != NULL && t < counter->threads; t++)
        free(counter->lanes[t].keys);
    free(counter->lanes);
    free(counter->of);
}

/* Different clocks seen so far. */
typedef struct clocks {
    uint64_t seen[SST_MATCH_COMMON_DAYS];
    unsigned count;
} clocks;

static void add_clock(clocks *c, uint64_t clock)
{
    for (unsigned i = 0; i < c->count; i++)
        if (c->seen[i] == clock)
            return;
    c->seen[c->count++] = clock;
}

/* As many clocks as the texts can have. */
static size_t most_clocks(const sst_day_counter *counter, const uint64_t *items, size_t count)
{
    size_t most = count;
    for (size_t i = 0; i < count && most < SST_MATCH_COMMON_DAYS; i++) {
        uint32_t text = (uint32_t)items[i];
        const uint32_t *begin = &counter->texts->day_begin[text];
        if (counter->of[text].day == SST_DAY_OTHERWISE && begin[1] > begin[0])
            most += begin[1] - begin[0] - 1;
    }
    return most;
}

static void add_text(const sst_day_counter *counter, uint32_t text, clocks *c)
{
    if (counter->of[text].day != SST_DAY_OTHERWISE) {
        add_clock(c, (uint32_t)counter->of[text].day);
        return;
    }
    const sst_match_texts *texts = counter->texts;
    uint32_t begin = texts->day_begin[text], end = texts->day_begin[text + 1];
    if (begin == end)
        add_clock(c, UNDATED_CLOCK | text);
    for (uint32_t d = begin; d < end && c->count < SST_MATCH_COMMON_DAYS; d++)
        add_clock(c, (uint32_t)texts->days[d]);
}

bool sst_day_is_common(const sst_day_counter *counter, const uint64_t *items, size_t count)
{
    clocks c = {.count = 0};
    if (most_clocks(counter, items, count) < SST_MATCH_COMMON_DAYS)
        return false;
    for (size_t i = 0; i < count && c.count < SST_MATCH_COMMON_DAYS; i++)
        add_text(counter, (uint32_t)items[i], &c);
    return c.count == SST_MATCH_COMMON_DAYS;
}

sst_status sst_day_keep(sst_day_counter *counter, unsigned thread, uint64_t key,
                        sst_error *error)
{
    sst_day_keys *lane = &counter->lanes[thread];
    sst_status status =
        SST_RESERVE(&lane->keys, &lane->capacity, lane->count + 1, "formula text", error);
    if (status == SST_OK)
        lane->keys[lane->count++] = key;
    return status;
}

bool sst_day_is_furniture(const sst_day_counter *counter, const uint64_t *groups, size_t count,
                          uint64_t *scratch)
{
    const uint32_t *source = counter->texts->source;
    if (source == NULL || count < SST_MATCH_FURNITURE_GROUPS)
        return false;
    for (size_t i = 0; i < count; i++)
        scratch[i] = source[(uint32_t)groups[i]];
    sst_sort_block(scratch, scratch + count, count);
    size_t most = 0;
    for (size_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && scratch[next] == scratch[i]; next++) {
        }
        if (scratch[i] != SST_MATCH_NO_SOURCE && next - i > most)
            most = next - i;
    }
    return most >= SST_MATCH_FURNITURE_GROUPS && 2 * most >= count;
}

static void insert(sst_match_days *days, uint64_t key)
{
    size_t slot = (size_t)key & days->mask;
    while (days->slots[slot] != 0)
        slot = (slot + 1) & days->mask;
    days->slots[slot] = key + 1;
    size_t bit = (size_t)(key >> FILTER_SKIPS) & days->filter_mask;
    days->filter[bit / 64] |= (uint64_t)1 << bit % 64;
}

sst_status sst_match_days_create(sst_day_keys *lanes, unsigned threads, unsigned bits,
                                 sst_match_days **result, sst_error *error)
{
    *result = NULL;
    sst_match_days *days = sst_allocate_zeroed(1, sizeof *days, "formula text", error);
    if (days == NULL)
        return SST_MEMORY;
    for (unsigned t = 0; t < threads; t++)
        days->count += lanes[t].count;
    size_t slots = 16, filter = 64;
    while (slots / 2 < days->count)
        slots *= 2;
    while (filter < FILTER_BITS * days->count)
        filter *= 2;
    days->bits = bits;
    days->mask = slots - 1;
    days->slots = sst_allocate_zeroed(slots, sizeof *days->slots, "formula text", error);
    days->filter_mask = filter - 1;
    days->filter = sst_allocate_zeroed(filter / 64, sizeof *days->filter, "formula text", error);
    if (days->slots == NULL || days->filter == NULL) {
        sst_match_days_free(days);
        return SST_MEMORY;
    }
    for (unsigned t = 0; t < threads; t++) {
        for (size_t i = 0; i < lanes[t].count; i++)
            insert(days, lanes[t].keys[i]);
        free(lanes[t].keys);
        lanes[t] = (sst_day_keys){0};
    }
    *result = days;
    return SST_OK;
}

void sst_match_days_free(sst_match_days *days)
{
    if (days == NULL)
        return;
    free(days->slots);
    free(days->filter);
    free(days);
}

size_t sst_match_days_count(const sst_match_days *days)
{
    return days->count;
}

static inline bool may_hold(const sst_match_days *days, uint64_t key)
{
    size_t bit = (size_t)(key >> FILTER_SKIPS) & days->filter_mask;
    return (days->filter[bit / 64] >> bit % 64 & 1) != 0;
}

static bool holds(const sst_match_days *days, uint64_t key)
{
    for (size_t slot = (size_t)key & days->mask; days->slots[slot] != 0;
         slot = (slot + 1) & days->mask)
        if (days->slots[slot] == key + 1)
            return true;
    return false;
}

size_t sst_match_keep_common(const sst_match_days *days, uint64_t *shingles4, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; days != NULL && i < count; i++) {
        uint64_t shingle = shingles4[i], key = sst_day_key(shingle, days->bits);
        if (may_hold(days, key) && holds(days, key))
            shingles4[kept++] = shingle;
    }
    return kept;
}
