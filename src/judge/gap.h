/* The words between two matches: a longest common subsequence of two short stretches. */
#ifndef JUDGE_GAP_H
#define JUDGE_GAP_H

#include "judge/align.h"

/* Stretches of both texts between two matches, or next to an outermost one. */
typedef struct sst_gap {
    uint32_t x, y, x_size, y_size;
} sst_gap;

/* Writes a longest common subsequence of a gap as blocks of one token each, in order, and returns
 * how many; at most SST_ALIGN_GAP. Sides of 0, or over SST_ALIGN_GAP, have none. `x` and `y` are
 * the texts, x in a of the blocks. */
uint32_t sst_gap_fill(const uint32_t *x, const uint32_t *y, const sst_gap *gap,
                      sst_block *blocks);

/* The words of an open end that belong to the outermost match: the nearest SST_ALIGN_GAP of each
 * side, before the first match or after the last. */
sst_gap sst_gap_before(uint32_t x_end, uint32_t y_end);
sst_gap sst_gap_after(uint32_t x, uint32_t x_end, uint32_t y, uint32_t y_end);

#endif
