/* Lists of candidate pairs, packed: a in the high half, b in the low one, a < b. */
#ifndef MATCH_CANDIDATES_H
#define MATCH_CANDIDATES_H

#include "base/memory.h"
#include "base/parallel.h"

/* Zero-initialise; free(items) releases. */
typedef struct sst_candidates {
    uint64_t *items;
    size_t count, capacity;
    size_t compacted; /* how many were left after repeats were last dropped */
} sst_candidates;

static inline uint64_t sst_candidate(uint32_t a, uint32_t b)
{
    return a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
}

/* Appends; repeats are dropped now and then, so that the list stays near its distinct size. */
sst_status sst_candidates_add(sst_candidates *list, uint64_t candidate, sst_error *error);

/* Joins `count` lists into `all` (emptied before), sorted, each pair once; empties the
 * parts. */
sst_status sst_candidates_merge(sst_candidates *parts, size_t count, unsigned threads,
                                sst_candidates *all, sst_error *error);

/* Removes from sorted `list` what sorted `known` has. */
void sst_candidates_subtract(sst_candidates *list, const sst_candidates *known);

#endif
