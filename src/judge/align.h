/* Token alignment of two stories: which passages stand in both.
 *
 * Seeds are runs of three equal tokens; every seed is extended as far as the texts agree, the
 * longest matches are taken first and each token is used once (greedy string tiling, Wise 1993).
 * The heaviest sequence of matches that keeps the order in both texts is the chain (Jacobson and
 * Vo 1992); other matches of SST_ALIGN_MOVED tokens or more are kept as moved passages. Short
 * gaps between chained matches are closed by a longest common subsequence, so that single equal
 * words between two changes are found too.
 *
 * Texts that agree nearly everywhere take a shorter way to the same kind of answer (near.h).
 *
 * Never quadratic: a seed is looked up at no more than SST_ALIGN_SEEDS places, extension stops
 * at SST_ALIGN_STEPS steps a token, and gaps are at most SST_ALIGN_GAP tokens on each side. */
#ifndef JUDGE_ALIGN_H
#define JUDGE_ALIGN_H

#include "base/status.h"

enum {
    SST_ALIGN_SEED = 3,   /* tokens of a seed */
    SST_ALIGN_SEEDS = 16, /* places of one seed that are tried */
    SST_ALIGN_STEPS = 16, /* extension steps a token of both texts before seeding stops */
    SST_ALIGN_MOVED = 5,  /* tokens: shorter passages out of order are chance */
    SST_ALIGN_GAP = 24,   /* tokens: a longer gap is own material, not an edit */
};

/* tokens a[a .. a + length) equal b[b .. b + length). */
typedef struct sst_block {
    uint32_t a, b, length;
    bool moved; /* out of order: not part of the chain */
} sst_block;

typedef struct sst_aligner sst_aligner;

/* Scratch for one thread; grows to the largest pair it has seen. */
sst_status sst_aligner_create(sst_aligner **aligner, sst_error *error);
void sst_aligner_free(sst_aligner *aligner);

/* Aligns two token streams. The blocks are sorted by a, disjoint on both sides, maximal, and
 * belong to the aligner until its next run. Swapping the texts gives the mirrored blocks. Fewer
 * than three tokens on a side align to nothing. Fails with SST_MEMORY only, and with SST_LIMIT
 * for texts of 2^31 tokens or more. */
sst_status sst_align(sst_aligner *aligner, const uint32_t *a, size_t a_count, const uint32_t *b,
                     size_t b_count, const sst_block **blocks, size_t *count, sst_error *error);

/* The two ways of sst_align: texts that agree nearly everywhere (no blocks when they do not), and
 * any texts. On near texts both align the same tokens, up to the choice between equal words;
 * `complete` tells that every shared seed stands in a block. */
sst_status sst_align_near(sst_aligner *aligner, const uint32_t *a, size_t a_count,
                          const uint32_t *b, size_t b_count, const sst_block **blocks,
                          size_t *count, bool *complete, sst_error *error);
sst_status sst_align_full(sst_aligner *aligner, const uint32_t *a, size_t a_count,
                          const uint32_t *b, size_t b_count, const sst_block **blocks,
                          size_t *count, sst_error *error);

/* Work of the last run in steps (seed places tried and tokens compared): for tests of cost. */
uint64_t sst_aligner_steps(const sst_aligner *aligner);

#endif
