/* Adding up by small numbers, one round at a time: open addressing that stays in L1. */
#ifndef MATCH_TALLY_H
#define MATCH_TALLY_H

#include "base/memory.h"

/* Zero-initialise. */
typedef struct sst_tally {
    uint32_t *keys;   /* key + 1; 0 free */
    uint64_t *sums;
    uint32_t *used;   /* slots in use, in order of first coming */
    size_t size;      /* how many are in use */
    size_t slots;
} sst_tally;

void sst_tally_free(sst_tally *tally);
/* Forgets the sums; costs as much as there were keys. */
void sst_tally_reset(sst_tally *tally);
/* Makes room for `more` new keys. */
sst_status sst_tally_reserve(sst_tally *tally, size_t more, sst_error *error);

/* Adds to the sum of `key` (below UINT32_MAX); room was reserved. */
static inline void sst_tally_add(sst_tally *tally, uint32_t key, uint64_t amount)
{
    size_t mask = tally->slots - 1, slot = (key * 0x9e3779b1u >> 7) & mask;
    while (tally->keys[slot] != 0 && tally->keys[slot] != key + 1)
        slot = (slot + 1) & mask;
    if (tally->keys[slot] == 0) {
        tally->keys[slot] = key + 1;
        tally->sums[slot] = 0;
        tally->used[tally->size++] = (uint32_t)slot;
    }
    tally->sums[slot] += amount;
}

#endif
