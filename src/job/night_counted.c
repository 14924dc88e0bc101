/* Overlaps of pairs of stories, by number: what one night counted the next ones recall. */
#include <string.h>

#include "job/nightly.h"

enum { FIRST_SLOTS = 1 << 12 };

void sst_counted_free(sst_counted *counted)
{
    free(counted->keys);
    free(counted->shared);
    free(counted->fresh);
    *counted = (sst_counted){0};
}

static size_t slot_of(const sst_counted *counted, uint64_t key)
{
    size_t slot = sst_mix64(key) & counted->mask;
    while (counted->keys[slot] != 0 && counted->keys[slot] != key)
        slot = (slot + 1) & counted->mask;
    return slot;
}

static sst_status grow(sst_counted *counted, sst_error *error)
{
    size_t slots = counted->keys == NULL ? FIRST_SLOTS : 2 * (counted->mask + 1);
    sst_counted wider = *counted;
    wider.mask = slots - 1;
    wider.keys = sst_allocate_zeroed(slots, sizeof *wider.keys, "overlaps", error);
    wider.shared = sst_allocate(slots, sizeof *wider.shared, "overlaps", error);
    if (wider.keys == NULL || wider.shared == NULL) {
        free(wider.keys);
        free(wider.shared);
        return SST_MEMORY;
    }
    for (size_t i = 0; counted->keys != NULL && i <= counted->mask; i++) {
        if (counted->keys[i] == 0)
            continue;
        size_t slot = slot_of(&wider, counted->keys[i]);
        wider.keys[slot] = counted->keys[i];
        wider.shared[slot] = counted->shared[i];
    }
    free(counted->keys);
    free(counted->shared);
    *counted = wider;
    return SST_OK;
}

sst_status sst_counted_put(sst_counted *counted, uint64_t key, uint32_t shared,
                           sst_error *error)
{
    sst_status status = SST_OK;
    if (counted->keys == NULL || 2 * counted->count > counted->mask)
        status = grow(counted, error);
    if (status != SST_OK)
        return status;
    size_t slot = slot_of(counted, key);
    counted->count += counted->keys[slot] == 0;
    counted->keys[slot] = key;
    counted->shared[slot] = shared;
    return SST_OK;
}

int64_t sst_counted_get(const sst_counted *counted, uint64_t key)
{
    if (counted->keys == NULL)
        return SST_MATCH_UNCOUNTED;
    size_t slot = slot_of(counted, key);
    return counted->keys[slot] == key ? (int64_t)counted->shared[slot] : SST_MATCH_UNCOUNTED;
}

/* ---- For the match engine: texts are named by their first story ---- */

static uint64_t key_of(const sst_nightly *night, uint32_t a, uint32_t b)
{
    const sst_corpus *c = night->corpus;
    uint64_t x = night->entries[c->text_member[c->text_begin[a]]].number;
    uint64_t y = night->entries[c->text_member[c->text_begin[b]]].number;
    return x < y ? x << 32 | y : y << 32 | x;
}

static int64_t recall(void *context, uint32_t a, uint32_t b)
{
    const sst_nightly *night = context;
    return sst_counted_get(&night->counted, key_of(night, a, b));
}

static sst_status keep(void *context, uint32_t a, uint32_t b, uint32_t shared,
                       sst_error *error)
{
    sst_nightly *night = context;
    sst_counted *counted = &night->counted;
    uint64_t key = key_of(night, a, b);
    if (sst_counted_get(counted, key) != SST_MATCH_UNCOUNTED) {
        counted->recalled++;
        return SST_OK;
    }
    sst_status status = SST_RESERVE(&counted->fresh, &counted->fresh_capacity,
                                    counted->fresh_count + 1, "overlaps", error);
    if (status == SST_OK)
        status = sst_counted_put(counted, key, shared, error);
    if (status == SST_OK)
        counted->fresh[counted->fresh_count++] = key;
    return status;
}

void sst_night_remember(sst_nightly *night)
{
    night->memory = (sst_match_memory){.recall = recall, .keep = keep, .context = night};
    night->corpus->counted = &night->memory;
}
