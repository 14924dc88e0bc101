/* How much own text two aligned stories share, without weighing it (evidence.h): bounds from the
 * blocks. Most pairs are reprints, and bounds settle them for a tenth of the work. */
#ifndef JUDGE_OWN_H
#define JUDGE_OWN_H

#include "judge/align.h"
#include "judge/evidence.h"

/* An aligned pair; `complete` as from sst_align_near. Counts are of distinct 3-shingles. */
typedef struct sst_own_pair {
    sst_evidence_text a, b;
    uint32_t a_distinct, b_distinct;
    const sst_block *blocks;
    size_t block_count;
    bool complete;
} sst_own_pair;

enum {
    SST_OWN_DOUBT = 3,  /* a few shingles prove little: as if so many halves more were unshared */
    SST_OWN_LEAST = 16, /* halves of own text under which nothing is told */
};

/* True when `percent` of the own text of the story with less of it are certainly shared, doubt
 * included, and it has SST_OWN_LEAST halves. */
bool sst_own_is_at_least(const sst_own_pair *pair, unsigned percent);

/* Bounds of the share in per cent, the lower one with the doubt: 0 and 100 where formula text,
 * passages outside the blocks or too little text leave it open. */
void sst_own_bounds(const sst_own_pair *pair, unsigned *least, unsigned *most);

#endif
