#include "match/days.h"

#include "base/memory.h"
#include "base/sort.h"

/* Open addressing, at most three quarters full; 0 is a free slot (a count is never 0). */
struct sst_match_days {
    uint64_t *slots;
    size_t mask, count;
    unsigned bits;
};

enum { COUNT_MOST = 255 };

/* Undated texts are kept apart from days by a bit that no day has. */
#define UNDATED_CLOCK ((uint64_t)1 << 32)

static size_t clocks_of(const sst_day_counter *counter, uint32_t text, uint64_t *clocks)
{
    const sst_match_texts *texts = counter->texts;
    uint32_t begin = texts->day_begin[text], end = texts->day_begin[text + 1];
    if (begin == end) {
        clocks[0] = UNDATED_CLOCK | text;
        return 1;
    }
    for (uint32_t d = begin; d < end; d++)
        clocks[d - begin] = (uint32_t)texts->days[d];
    return end - begin;
}

static size_t clock_room(const sst_match_texts *texts, uint32_t text)
{
    size_t days = texts->day_begin[text + 1] - texts->day_begin[text];
    return days == 0 ? 1 : days;
}

static sst_status gather_clocks(const sst_day_counter *counter, sst_day_entries *lane,
                                const uint64_t *items, size_t count, size_t *found,
                                sst_error *error)
{
    size_t room = 0;
    for (size_t i = 0; i < count; i++)
        room += clock_room(counter->texts, (uint32_t)items[i]);
    sst_status status = SST_RESERVE(&lane->clocks, &lane->clock_capacity, 2 * room, "days", error);
    *found = 0;
    for (size_t i = 0; status == SST_OK && i < count; i++)
        *found += clocks_of(counter, (uint32_t)items[i], lane->clocks + *found);
    return status;
}

sst_status sst_day_count(sst_day_counter *counter, unsigned thread, uint64_t key,
                         const uint64_t *items, size_t count, sst_error *error)
{
    sst_day_entries *lane = &counter->lanes[thread];
    size_t found;
    sst_status status = gather_clocks(counter, lane, items, count, &found, error);
    if (status != SST_OK)
        return status;
    sst_sort_block(lane->clocks, lane->clocks + found, found);
    size_t distinct = sst_sort_unique(lane->clocks, found);
    if (distinct < 2)
        return SST_OK;
    status = SST_RESERVE(&lane->entries, &lane->capacity, lane->count + 1, "day counts", error);
    if (status == SST_OK)
        lane->entries[lane->count++] = key << 8 | (distinct < COUNT_MOST ? distinct : COUNT_MOST);
    return status;
}

static size_t slot_of(const sst_match_days *days, uint64_t key)
{
    return (size_t)key & days->mask;
}

static void insert(sst_match_days *days, uint64_t entry)
{
    size_t slot = slot_of(days, entry >> 8);
    while (days->slots[slot] != 0)
        slot = (slot + 1) & days->mask;
    days->slots[slot] = entry;
}

sst_status sst_match_days_create(sst_day_entries *lanes, unsigned threads, unsigned bits,
                                 sst_match_days **result, sst_error *error)
{
    *result = NULL;
    sst_match_days *days = sst_allocate_zeroed(1, sizeof *days, "day counts", error);
    if (days == NULL)
        return SST_MEMORY;
    for (unsigned t = 0; t < threads; t++)
        days->count += lanes[t].count;
    size_t slots = 16;
    while (slots / 4 * 3 < days->count)
        slots *= 2;
    days->bits = bits;
    days->mask = slots - 1;
    days->slots = sst_allocate_zeroed(slots, sizeof *days->slots, "day counts", error);
    if (days->slots == NULL) {
        sst_match_days_free(days);
        return SST_MEMORY;
    }
    for (unsigned t = 0; t < threads; t++) {
        for (size_t i = 0; i < lanes[t].count; i++)
            insert(days, lanes[t].entries[i]);
        free(lanes[t].entries);
        lanes[t].entries = NULL;
        lanes[t].count = lanes[t].capacity = 0;
    }
    *result = days;
    return SST_OK;
}

void sst_match_days_free(sst_match_days *days)
{
    if (days == NULL)
        return;
    free(days->slots);
    free(days);
}

size_t sst_match_days_count(const sst_match_days *days)
{
    return days->count;
}

unsigned sst_match_days_of(const sst_match_days *days, uint64_t shingle4)
{
    if (days == NULL)
        return 1;
    uint64_t key = sst_day_key(shingle4, days->bits);
    for (size_t slot = slot_of(days, key); days->slots[slot] != 0; slot = (slot + 1) & days->mask)
        if (days->slots[slot] >> 8 == key)
            return days->slots[slot] & COUNT_MOST;
    return 1;
}
