#include "store/recent.h"

#include <string.h>

#include "base/sort.h"

/* A slot is a key over the number of its newest entry + 1. Keys are evenly spread, so their
 * high bits choose the slot: questions in the order of keys walk through the table. */
enum { ENTRY_BITS = 64 - SST_KEY_BITS, FIRST_BITS = 12, AHEAD = 8 };

#define ENTRY_MASK ((UINT64_C(1) << ENTRY_BITS) - 1)

void sst_recent_free(sst_recent *recent)
{
    free(recent->entries);
    free(recent->slots);
    free(recent->sorted);
    free(recent->scratch);
    *recent = (sst_recent){0};
}

void sst_recent_reset(sst_recent *recent)
{
    if (recent->keys > 0)
        memset(recent->slots, 0, sizeof *recent->slots << recent->slot_bits);
    recent->count = recent->keys = recent->admitted = 0;
}

static size_t home_of(const sst_recent *recent, uint64_t key)
{
    return (size_t)(key >> (SST_KEY_BITS - recent->slot_bits));
}

/* The slot of a key: where it is, or the free slot where it belongs. */
static uint64_t *slot_of(const sst_recent *recent, uint64_t key)
{
    size_t mask = ((size_t)1 << recent->slot_bits) - 1, at = home_of(recent, key);
    while (recent->slots[at] != 0 && recent->slots[at] >> ENTRY_BITS != key)
        at = (at + 1) & mask;
    return &recent->slots[at];
}

void sst_recent_prefetch(const sst_recent *recent, uint64_t key)
{
    if (recent->slots != NULL)
        __builtin_prefetch(&recent->slots[home_of(recent, key)]);
}

static sst_status grow_table(sst_recent *recent, sst_error *error)
{
    unsigned bits = recent->slots == NULL ? FIRST_BITS : recent->slot_bits + 1;
    uint64_t *slots =
        sst_allocate_zeroed((size_t)1 << bits, sizeof *slots, "the index of new stories", error);
    if (slots == NULL)
        return SST_MEMORY;
    uint64_t *old = recent->slots;
    size_t old_count = old == NULL ? 0 : (size_t)1 << recent->slot_bits;
    recent->slots = slots;
    recent->slot_bits = bits;
    for (size_t i = 0; i < old_count; i++)
        if (old[i] != 0)
            *slot_of(recent, old[i] >> ENTRY_BITS) = old[i];
    free(old);
    return SST_OK;
}

sst_status sst_recent_append(sst_recent *recent, uint32_t number, const uint64_t *keys,
                             size_t count, sst_error *error)
{
    if (count > ENTRY_MASK - recent->count ||
        (recent->count > 0 && number - recent->first > ENTRY_MASK))
        return sst_fail(error, SST_LIMIT, "the batch is too large; lower --batch");
    sst_status status = SST_RESERVE(&recent->entries, &recent->capacity, recent->count + count,
                                    "the index of new stories", error);
    if (status != SST_OK)
        return status;
    if (recent->count == 0)
        recent->first = number;
    recent->last = number;
    for (size_t i = 0; i < count; i++)
        recent->entries[recent->count++] = (sst_recent_entry){keys[i], number, 0};
    return SST_OK;
}

sst_status sst_recent_admit(sst_recent *recent, sst_error *error)
{
    size_t most = recent->keys + (recent->count - recent->admitted);
    sst_status status = SST_OK;
    while (status == SST_OK &&
           (recent->slots == NULL || 2 * most > (size_t)1 << recent->slot_bits))
        status = grow_table(recent, error);
    for (size_t i = recent->admitted; i < recent->count && status == SST_OK; i++) {
        if (i + AHEAD < recent->count)
            sst_recent_prefetch(recent, recent->entries[i + AHEAD].key);
        sst_recent_entry *entry = &recent->entries[i];
        uint64_t *slot = slot_of(recent, entry->key);
        entry->older = (uint32_t)(*slot & ENTRY_MASK);
        recent->keys += entry->older == 0;
        *slot = entry->key << ENTRY_BITS | (i + 1);
        recent->admitted = i + 1;
    }
    return status;
}

uint32_t sst_recent_find(const sst_recent *recent, uint64_t key)
{
    return recent->slots == NULL ? 0 : (uint32_t)(*slot_of(recent, key) & ENTRY_MASK);
}

/* An item of the sort: a key over the distance of its number from the first. */
sst_status sst_recent_sort(sst_recent *recent, sst_error *error)
{
    sst_status status = SST_RESERVE(&recent->sorted, &recent->sorted_capacity, recent->count,
                                    "index entries", error);
    if (status == SST_OK)
        status = SST_RESERVE(&recent->scratch, &recent->scratch_capacity, recent->count,
                             "index entries", error);
    if (status != SST_OK)
        return status;
    for (size_t i = 0; i < recent->count; i++) {
        const sst_recent_entry *entry = &recent->entries[i];
        recent->sorted[i] = entry->key << ENTRY_BITS | (entry->number - recent->first);
    }
    return sst_sort(recent->sorted, recent->scratch, recent->count, 1, error);
}

sst_posting sst_recent_sorted(const sst_recent *recent, size_t i)
{
    uint64_t item = recent->sorted[i];
    return (sst_posting){item >> ENTRY_BITS, recent->first + (uint32_t)(item & ENTRY_MASK)};
}
