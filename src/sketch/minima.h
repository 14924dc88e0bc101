/* The minima of the slots while a sketch is made; private to sketch/. */
#ifndef SKETCH_MINIMA_H
#define SKETCH_MINIMA_H

#include "samestory.h"

/* Value of slot j for a shingle x: (0, v0(x)) when x falls into bin j in round 0, else (1, v1(x))
 * when it does in round 1, else (3, a_j x + b_j); the slot is the minimum over the set. That is a
 * random function of x for each j, so two slots agree with probability Jaccard. The round number
 * stands in the top two bits. */
enum { SST_SLOT_BITS = 7 };

#define SST_ROUND_VALUE 0x3fffffffu
#define SST_SLOT_EMPTY UINT32_MAX

_Static_assert(1 << SST_SLOT_BITS == SST_SKETCH_SLOTS, "the top bits of a hash choose the slot");

static inline void sst_minima_reset(uint32_t minima[SST_SKETCH_SLOTS])
{
    for (unsigned j = 0; j < SST_SKETCH_SLOTS; j++)
        minima[j] = SST_SLOT_EMPTY;
}

/* Round 0 of one shingle. */
static inline void sst_minima_add(uint32_t minima[SST_SKETCH_SLOTS], uint64_t shingle)
{
    uint32_t value = (uint32_t)shingle & SST_ROUND_VALUE;
    uint32_t *slot = &minima[shingle >> (64 - SST_SLOT_BITS)];
    *slot = value < *slot ? value : *slot;
}

/* The other rounds of at least one shingle, and the sketch. */
void sst_minima_finish(uint32_t minima[SST_SKETCH_SLOTS], const uint64_t *shingles, size_t count,
                       uint16_t sketch[SST_SKETCH_SLOTS]);

#endif
