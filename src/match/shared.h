/* What sampled 4-shingles and sketches tell about a pair before its texts are read: whether it can
 * be a verified one by a shared passage. The batch job and the filter ask the same. */
#ifndef MATCH_SHARED_H
#define MATCH_SHARED_H

#include <stdbool.h>

#include "match/match.h"

typedef struct sst_shared {
    uint32_t a, b;       /* distinct 3-shingles of the two texts */
    bool a_all, b_all;   /* the text posts all its 4-shingles, no sample of them */
    uint32_t shared;     /* samples, at least 1 */
    uint32_t telling;    /* those of them that are not common */
} sst_shared;

/* A text of so many tokens posts all its 4-shingles (sst_match_samples). */
static inline bool sst_posts_all_samples(uint32_t tokens)
{
    return tokens < SST_MATCH_SAMPLE_ALL + 3;
}

/* Two shared samples, and an eighth of the smaller text as far as samples tell. (Verified pairs
 * have a quarter; the other half of the way is for chance.) Of a text that posts all, a longer one
 * samples a few at most: then a single telling one may do. */
static inline bool sst_shared_at_sight(const sst_shared *p)
{
    uint64_t smaller = p->a < p->b ? p->a : p->b, shared = p->shared;
    if (p->a_all && p->b_all)
        return shared >= 2 && shared * SST_MATCH_SAMPLE_RATE >= smaller;
    if (shared == 1)
        return (p->a_all || p->b_all) && p->telling == 1;
    return shared * SST_MATCH_SAMPLE_RATE * SST_MATCH_SAMPLE_RATE >= smaller;
}

/* Samples and slots of the sketches are two independent counts of what a pair shares. A pair of
 * containment c has 128 J slots in common, J = c m / (m + M - c m) for m and M shingles, and c m
 * 4-shingles or somewhat fewer, or of a longer text one in eight of them. What was seen may be 1.5
 * standard deviations (of a Poisson count) below. c is .25, where verified pairs begin; .4 where
 * every shared sample is common, as formula text is; .3 where a single one is shared, but for
 * stubs. `slots`: of the sketches, those that agree. */
static inline bool sst_shared_is_likely(const sst_shared *p, unsigned slots)
{
    enum {
        SCALE = 256,
        STUB_SHINGLES = 40, /* a smaller text may well share one sample with a longer one */
    };
    uint64_t smaller = p->a < p->b ? p->a : p->b, larger = p->a < p->b ? p->b : p->a;
    unsigned c20 = p->telling == 0 ? 8 : p->shared == 1 && smaller >= STUB_SHINGLES ? 6 : 5;
    uint64_t shared20 = c20 * smaller; /* 20 c m */
    uint64_t either20 = 20 * (smaller + larger) - shared20;
    uint64_t expected = SCALE * SST_SKETCH_SLOTS * shared20 / either20;
    expected += p->a_all && p->b_all ? SCALE * 3 * shared20 / (20 * 4)
                                     : SCALE * 17 * shared20 / (20 * 20 * 8);
    uint64_t seen = SCALE * ((uint64_t)p->shared + slots);
    uint64_t missing = seen < expected ? expected - seen : 0;
    return 4 * missing * missing <= 9 * SCALE * expected;
}

#endif
