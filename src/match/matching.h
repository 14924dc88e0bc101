/* One run of the batch engine: what its phases share. */
#ifndef MATCH_MATCHING_H
#define MATCH_MATCHING_H

#include "match/batch.h"
#include "match/candidates.h"
#include "match/match.h"
#include "match/shuffle.h"

/* Scratch of one thread; all of it grows and is reused. */
typedef struct sst_match_worker {
    sst_partition partition;
    uint32_t *tokens; /* room for the longest text, for tokens that were spilled */
    uint64_t *hashes; /* room for the longest text's shingles */
    sst_batch *batch; /* of texts that are compared */
    const uint16_t **rows; /* of one bucket */
    uint16_t *row_scratch;
    size_t row_capacity, row_scratch_capacity;
    uint64_t compared, shared_samples, capped, largest, largest_kept;
} sst_match_worker;

typedef struct sst_matching {
    const sst_match_texts *texts;
    const sst_match_options *options;
    sst_match_result *result;
    sst_match_worker *workers; /* one per thread */
    size_t longest;            /* tokens of the longest text */
    sst_candidates known;      /* sorted: every pair that was compared so far */
} sst_matching;

/* Tells the caller how far a stage is; call from thread 0 only. */
sst_status sst_matching_progress(const sst_matching *run, const char *stage, size_t done,
                                 size_t all, sst_error *error);

/* The tokens of a text, in the pool or in the worker's scratch. */
sst_status sst_matching_tokens(const sst_matching *run, sst_match_worker *worker, uint32_t text,
                               const uint32_t **tokens, sst_error *error);

/* Notes a bucket of `size` texts of which `kept` pairs were looked at. */
void sst_matching_bucket(sst_match_worker *worker, uint64_t size, uint64_t kept, bool capped);

static inline bool sst_matching_same_kind(const sst_match_texts *texts, uint32_t a, uint32_t b)
{
    return texts->headline == NULL || texts->headline[a] == texts->headline[b];
}

/* ---- The phases ---- */

/* First channel: pairs of Jaccard >= threshold with probability >= recall, by bands. */
sst_status sst_match_bands(sst_matching *run, sst_candidates *candidates, sst_error *error);

/* Texts under 20 shingles among themselves, by their whole sets. */
sst_status sst_match_short(sst_matching *run, sst_candidates *candidates, sst_error *error);

/* Second channel: pairs that share sampled 4-shingles, and the day counts of those. `group` is from
 * sst_match_groups. */
sst_status sst_match_sampled_pairs(sst_matching *run, const uint32_t *group,
                                   sst_candidates *candidates, sst_error *error);

/* Compares the candidates exactly and appends those that are enough to the result's pairs, which
 * are sorted again afterwards. */
sst_status sst_match_verify(sst_matching *run, const sst_candidates *candidates,
                            sst_error *error);

/* Groups of near-equal texts: in rank order, a text that no earlier leader took leads, and takes
 * every later free text to which its verified Jaccard is at least .8 (a star, never a chain).
 * group[t] = its leader. */
void sst_match_groups(const sst_matching *run, uint32_t *group);

#endif
