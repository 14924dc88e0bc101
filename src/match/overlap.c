#include <string.h>

#include "base/memory.h"
#include "match/match.h"
#include "text/shingle.h"

/* Open addressing, at most half full: 8 KiB of keys for a story of 500 tokens, which stay in L1
 * while all candidates of the leader are probed. Copies share long runs: after a hit the next
 * shingle is looked for at the leader's next position, which needs one comparison of tokens and no
 * hash. A stamp is the number of the last probe that counted a slot, so that a repeated shingle
 * counts once and nothing is cleared. */
enum { FILTER_SLOTS = 8 }; /* slots to a filter word of 64 bits */

struct sst_overlap_table {
    uint64_t *keys;      /* by slot; 0: free. The shingle 0 has the slot behind the others */
    uint32_t *positions; /* by slot: where the leader first has the shingle */
    uint32_t *stamps;    /* by slot */
    uint32_t *slots;     /* by position of the leader */
    uint32_t *tokens;    /* the leader's */
    uint64_t *filter;    /* bits by the high hash bits, 8 to a slot: most shingles
                            that the leader lacks end here, well predicted */
    size_t slot_capacity, token_capacity, mask, count;
    unsigned filter_shift;
    bool zero;           /* the leader has the shingle 0 */
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
    free(table->positions);
    free(table->stamps);
    free(table->slots);
    free(table->tokens);
    free(table->filter);
    free(table);
}

static void *renew(void *old, size_t count, size_t size, sst_error *error)
{
    free(old);
    return sst_allocate_zeroed(count, size, "the overlap table", error);
}

static sst_status reserve(sst_overlap_table *table, size_t slots, size_t tokens, sst_error *error)
{
    if (slots > table->slot_capacity) {
        table->slot_capacity = 0;
        table->probe = 0;
        table->keys = renew(table->keys, slots + 1, sizeof *table->keys, error);
        table->positions = renew(table->positions, slots + 1, sizeof *table->positions, error);
        table->stamps = renew(table->stamps, slots + 1, sizeof *table->stamps, error);
        table->filter = renew(table->filter, slots / FILTER_SLOTS, sizeof *table->filter, error);
        if (table->keys == NULL || table->positions == NULL || table->stamps == NULL ||
            table->filter == NULL)
            return SST_MEMORY;
        table->slot_capacity = slots;
    }
    if (tokens > table->token_capacity) {
        table->token_capacity = 0;
        table->slots = renew(table->slots, tokens, sizeof *table->slots, error);
        table->tokens = renew(table->tokens, tokens, sizeof *table->tokens, error);
        if (table->slots == NULL || table->tokens == NULL)
            return SST_MEMORY;
        table->token_capacity = tokens;
    }
    return SST_OK;
}

static uint64_t shingle_at(const uint32_t *tokens, size_t count, size_t i)
{
    return count < SST_SHINGLE_WIDTH ? sst_shingle(tokens, count) : sst_shingle3(tokens + i);
}

static void insert(sst_overlap_table *table, uint64_t shingle, size_t position)
{
    size_t slot = (size_t)shingle & table->mask;
    bool fresh;
    if (__builtin_expect(shingle == 0, 0)) {
        slot = table->mask + 1;
        fresh = !table->zero;
        table->zero = true;
    } else {
        while (table->keys[slot] != 0 && table->keys[slot] != shingle)
            slot = (slot + 1) & table->mask;
        fresh = table->keys[slot] == 0;
        table->keys[slot] = shingle;
    }
    if (fresh)
        table->positions[slot] = (uint32_t)position;
    table->distinct += fresh;
    table->slots[position] = (uint32_t)slot;
    uint64_t bit = shingle >> table->filter_shift;
    table->filter[bit / 64] |= (uint64_t)1 << bit % 64;
}

sst_status sst_overlap_lead(sst_overlap_table *table, const uint32_t *tokens, size_t count,
                            sst_error *error)
{
    size_t positions = sst_shingle_positions(count, SST_SHINGLE_WIDTH);
    size_t slots = sst_distinct_slots(positions);
    sst_status status = reserve(table, slots, count, error);
    if (status != SST_OK)
        return status;
    table->mask = slots - 1;
    table->count = count;
    table->distinct = 0;
    table->zero = false;
    table->filter_shift = 64 - 3 - (unsigned)__builtin_ctzll(slots);
    memset(table->filter, 0, slots / FILTER_SLOTS * sizeof *table->filter);
    memset(table->keys, 0, (slots + 1) * sizeof *table->keys);
    if (count != 0)
        memcpy(table->tokens, tokens, count * sizeof *tokens);
    for (size_t i = 0; i < positions; i++)
        insert(table, shingle_at(tokens, count, i), i);
    return SST_OK;
}

/* Slot of the shingle, or SIZE_MAX when the leader lacks it. */
static inline size_t find(const sst_overlap_table *table, uint64_t shingle)
{
    uint64_t bit = shingle >> table->filter_shift;
    if ((table->filter[bit / 64] >> bit % 64 & 1) == 0)
        return SIZE_MAX;
    if (__builtin_expect(shingle == 0, 0))
        return table->zero ? table->mask + 1 : SIZE_MAX;
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
    memset(table->stamps, 0, (table->slot_capacity + 1) * sizeof *table->stamps);
    table->probe = 1;
}

static inline uint32_t count_slot(sst_overlap_table *table, size_t slot)
{
    uint32_t fresh = table->stamps[slot] != table->probe;
    table->stamps[slot] = table->probe;
    return fresh;
}

uint32_t sst_overlap_shared(sst_overlap_table *table, const uint32_t *tokens, size_t count)
{
    size_t positions = sst_shingle_positions(count, SST_SHINGLE_WIDTH);
    size_t lead = table->count;
    uint32_t shared = 0;
    begin_probe(table);
    for (size_t i = 0; i < positions;) {
        size_t slot = find(table, shingle_at(tokens, count, i));
        i++;
        if (slot == SIZE_MAX)
            continue;
        shared += count_slot(table, slot);
        /* Two tokens of the next shingle are known to be equal; the third decides. */
        size_t p = (size_t)table->positions[slot] + 1;
        for (; i < positions && p + 2 < lead && tokens[i + 2] == table->tokens[p + 2]; i++, p++)
            shared += count_slot(table, table->slots[p]);
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

size_t sst_match_samples(const uint32_t *tokens, size_t count, uint64_t *samples)
{
    size_t positions = sst_shingle_positions(count, 4);
    if (count < 4) {
        if (count != 0)
            samples[0] = sst_shingle(tokens, count);
        return positions;
    }
    if (positions < SST_MATCH_SAMPLE_ALL)
        return sst_shingles(tokens, count, 4, samples);
    size_t kept = 0;
    for (size_t i = 0; i < positions; i++) {
        uint64_t shingle = sst_shingle4(tokens + i);
        samples[kept] = shingle;
        kept += sst_match_sampled(shingle);
    }
    return kept;
}
