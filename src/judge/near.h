/* Alignment of texts that agree nearly everywhere: reprints with another byline, a cut tail, a
 * few changed words.
 *
 * Both texts are walked in step. At a mismatch the walk goes on at the nearest agreement of
 * SST_ALIGN_SEED tokens, at most SST_ALIGN_GAP tokens further in each text; the words between are
 * aligned as gaps. The result stands only if no seed of what is left unaligned of one text is
 * left unaligned in the other: then nothing has moved, and no passage was missed. */
#ifndef JUDGE_NEAR_H
#define JUDGE_NEAR_H

#include "judge/align.h"

enum {
    SST_NEAR_BLOCKS = 256,  /* more blocks than this are not near */
    SST_NEAR_ALIGNED = 25,  /* per cent of the shorter text that must be aligned */
    SST_NEAR_RUN = 8,       /* tokens of a block, on average at least */
    SST_NEAR_FEW = 16,      /* blocks of any length before the average counts */
    SST_NEAR_FAR = 1024,    /* tokens that are searched for an agreement after other text */
    SST_NEAR_LOOKS = 64,    /* seeds that are searched for in such a stretch */
    SST_NEAR_FILTER_BITS = 11, /* of a number of the filter for pairs of neighbours in it */
};

/* Blocks in order, disjoint and joined, x in their a. */
typedef struct sst_near {
    sst_block blocks[SST_NEAR_BLOCKS];
    uint32_t count;
    uint64_t steps; /* tokens compared */
    bool complete;  /* no seed of the rest of one text stands in the rest of the other */
    uint8_t filter[1 << SST_NEAR_FILTER_BITS];
} sst_near;

/* True when the texts are near and `near` holds their alignment. Both texts have
 * SST_ALIGN_SEED tokens at least, x is not the longer one. Linear in the texts' length. */
bool sst_near_align(sst_near *near, const uint32_t *x, uint32_t x_count, const uint32_t *y,
                    uint32_t y_count);

#endif
