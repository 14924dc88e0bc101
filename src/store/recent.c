#include "store/recent.h"

#include <string.h>

#include "base/hash.h"

void sst_recent_free(sst_recent *recent)
{
    free(recent->entries);
    free(recent->heads);
    *recent = (sst_recent){0};
}

void sst_recent_reset(sst_recent *recent)
{
    if (recent->heads != NULL)
        memset(recent->heads, 0, (recent->head_mask + 1) * sizeof *recent->heads);
    recent->count = recent->keys = 0;
}

void sst_recent_prefetch(const sst_recent *recent, uint64_t key)
{
    if (recent->heads != NULL)
        __builtin_prefetch(&recent->heads[sst_mix64(key) & recent->head_mask]);
}

/* The slot of a key: where it is, or the free slot where it belongs. */
static size_t slot_of(const sst_recent *recent, uint64_t key)
{
    size_t slot = sst_mix64(key) & recent->head_mask;
    while (recent->heads[slot] != 0 && recent->entries[recent->heads[slot] - 1].key != key)
        slot = (slot + 1) & recent->head_mask;
    return slot;
}

static sst_status grow_table(sst_recent *recent, sst_error *error)
{
    size_t slots = recent->head_mask == 0 ? 1 << 12 : 2 * (recent->head_mask + 1);
    uint32_t *heads = sst_allocate_zeroed(slots, sizeof *heads, "the index of new stories", error);
    if (heads == NULL)
        return SST_MEMORY;
    uint32_t *old = recent->heads;
    size_t old_slots = old == NULL ? 0 : recent->head_mask + 1;
    recent->heads = heads;
    recent->head_mask = slots - 1;
    for (size_t i = 0; i < old_slots; i++)
        if (old[i] != 0)
            heads[slot_of(recent, recent->entries[old[i] - 1].key)] = old[i];
    free(old);
    return SST_OK;
}

sst_status sst_recent_add(sst_recent *recent, uint32_t number, const uint64_t *keys,
                          size_t count, sst_error *error)
{
    sst_status status = SST_RESERVE(&recent->entries, &recent->capacity, recent->count + count,
                                    "the index of new stories", error);
    while (status == SST_OK && 2 * (recent->keys + count) > recent->head_mask)
        status = grow_table(recent, error);
    if (status != SST_OK)
        return status;
    if (recent->count == 0)
        recent->first = number;
    recent->last = number;
    for (size_t i = 0; i < count; i++) {
        size_t slot = slot_of(recent, keys[i]);
        uint32_t older = recent->heads[slot];
        recent->keys += older == 0;
        recent->entries[recent->count++] = (sst_recent_entry){keys[i], number, older};
        recent->heads[slot] = (uint32_t)recent->count;
    }
    return SST_OK;
}

uint32_t sst_recent_find(const sst_recent *recent, uint64_t key)
{
    return recent->heads == NULL ? 0 : recent->heads[slot_of(recent, key)];
}

sst_posting *sst_recent_sorted(const sst_recent *recent, sst_error *error)
{
    sst_posting *postings = sst_allocate(recent->count, sizeof *postings, "index entries", error);
    sst_posting *scratch = sst_allocate(recent->count, sizeof *scratch, "index entries", error);
    if (postings != NULL && scratch != NULL) {
        for (size_t i = 0; i < recent->count; i++)
            postings[i] = (sst_posting){recent->entries[i].key, recent->entries[i].number};
        sst_postings_sort(postings, scratch, recent->count);
    } else {
        free(postings);
        postings = NULL;
    }
    free(scratch);
    return postings;
}
