#include <string.h>

#include "base/memory.h"
#include "match/match.h"
#include "text/shingle.h"

/* Open addressing, at most half full: 8 KiB of keys and 4 KiB of stamps for a story of 500 tokens,
 * which stay in L1 while all candidates of the leader are probed. A stamp is the number of the last
 * probe that counted the slot, so that a repeated shingle counts once and nothing is cleared. */
struct sst_overlap_table {
    uint64_t *keys; /* 0: free; the shingle 0 lives in the last slot, beyond the mask */
    uint32_t *stamps;
    size_t capacity, mask;
    bool zero;      /* the leader has the shingle 0 */
    uint32_t probe;
    uint32_t distinct;
};

sst_status sst_overlap_table_create(sst_overlap_table **table, sst_error *error)
{
    *table = sst_allocate_zeroed(1, sizeof **table, "the overlap table", error);
    return *table == NULL ? SST_MEMORY : SST_OK;
}

void sst_overlap_table_free(sst_overlap_table *table)
{
    if (table == NULL)
        return;
    free(table->keys);
    free(table->stamps);
    free(table);
}

static sst_status reserve(sst_overlap_table *table, size_t slots, sst_error *error)
{
    if (slots <= table->capacity)
        return SST_OK;
    free(table->keys);
    free(table->stamps);
    table->capacity = 0;
    table->keys = sst_allocate(slots, sizeof *table->keys, "the overlap table", error);
    table->stamps = sst_allocate_zeroed(slots + 1, sizeof *table->stamps, "the overlap table",
                                        error);
    table->probe = 0;
    if (table->keys == NULL || table->stamps == NULL)
        return SST_MEMORY;
    table->capacity = slots;
    return SST_OK;
}

static uint64_t shingle_at(const uint32_t *tokens, size_t count, size_t i)
{
    return count < SST_SHINGLE_WIDTH ? sst_shingle(tokens, count) : sst_shingle3(tokens + i);
}

static void insert(sst_overlap_table *table, uint64_t shingle)
{
    if (shingle == 0) {
        table->distinct += !table->zero;
        table->zero = true;
        return;
    }
    size_t slot = (size_t)shingle & table->mask;
    while (table->keys[slot] != 0 && table->keys[slot] != shingle)
        slot = (slot + 1) & table->mask;
    table->distinct += table->keys[slot] == 0;
    table->keys[slot] = shingle;
}

sst_status sst_overlap_lead(sst_overlap_table *table, const uint32_t *tokens, size_t count,
                            sst_error *error)
{
    size_t positions = sst_shingle_positions(count, SST_SHINGLE_WIDTH);
    size_t slots = sst_distinct_slots(positions);
    sst_status status = reserve(table, slots, error);
    if (status != SST_OK)
        return status;
    table->mask = slots - 1;
    table->distinct = 0;
    table->zero = false;
    memset(table->keys, 0, slots * sizeof *table->keys);
    for (size_t i = 0; i < positions; i++)
        insert(table, shingle_at(tokens, count, i));
    return SST_OK;
}

/* Slot of the shingle, or SIZE_MAX when the leader lacks it. */
static inline size_t find(const sst_overlap_table *table, uint64_t shingle)
{
    if (__builtin_expect(shingle == 0, 0))
        return table->zero ? table->capacity : SIZE_MAX;
    size_t slot = (size_t)shingle & table->mask;
    while (table->keys[slot] != shingle) {
        if (table->keys[slot] == 0)
            return SIZE_MAX;
        slot = (slot + 1) & table->mask;
    }
    return slot;
}

static void begin_probe(sst_overlap_table *table)
{
    if (++table->probe != 0)
        return;
    memset(table->stamps, 0, (table->capacity + 1) * sizeof *table->stamps);
    table->probe = 1;
}

uint32_t sst_overlap_shared(sst_overlap_table *table, const uint32_t *tokens, size_t count)
{
    size_t positions = sst_shingle_positions(count, SST_SHINGLE_WIDTH);
    uint32_t shared = 0;
    begin_probe(table);
    for (size_t i = 0; i < positions; i++) {
        size_t slot = find(table, shingle_at(tokens, count, i));
        if (slot == SIZE_MAX)
            continue;
        shared += table->stamps[slot] != table->probe;
        table->stamps[slot] = table->probe;
    }
    return shared;
}

sst_status sst_match_overlap(sst_overlap_table *table, const uint32_t *a, size_t a_count,
                             const uint32_t *b, size_t b_count, sst_overlap *overlap,
                             sst_error *error)
{
    sst_status status = sst_overlap_lead(table, b, b_count, error);
    if (status != SST_OK)
        return status;
    overlap->b_count = table->distinct;
    status = sst_overlap_lead(table, a, a_count, error);
    if (status != SST_OK)
        return status;
    overlap->a_count = table->distinct;
    overlap->shared = sst_overlap_shared(table, b, b_count);
    return SST_OK;
}

bool sst_match_enough(const sst_overlap *overlap)
{
    uint64_t shared = overlap->shared;
    uint64_t smaller = overlap->a_count < overlap->b_count ? overlap->a_count : overlap->b_count;
    uint64_t either = (uint64_t)overlap->a_count + overlap->b_count - shared;
    return shared != 0 && (shared * 100 >= either * SST_MATCH_MIN_JACCARD ||
                           shared * 100 >= smaller * SST_MATCH_MIN_CONTAINMENT);
}

enum { SAMPLED_FROM = 64 }; /* 4-shingles */

size_t sst_match_samples(const uint32_t *tokens, size_t count, uint64_t *samples)
{
    size_t positions = sst_shingle_positions(count, 4);
    if (count < 4) {
        if (count != 0)
            samples[0] = sst_shingle(tokens, count);
        return positions;
    }
    bool all = positions < SAMPLED_FROM;
    size_t kept = 0;
    for (size_t i = 0; i < positions; i++) {
        uint64_t shingle = sst_shingle4(tokens + i);
        samples[kept] = shingle;
        kept += all | sst_match_sampled(shingle);
    }
    return kept;
}
