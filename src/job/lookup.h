/* The index questions of a whole batch, asked in the order of the keys: neighbouring keys lie on
 * neighbouring bytes of the index, so most of a batch is answered out of the cache. */
#ifndef JOB_LOOKUP_H
#define JOB_LOOKUP_H

#include "store/index.h"

typedef struct sst_lookup sst_lookup;

sst_status sst_lookup_create(sst_lookup **lookup, sst_error *error);
void sst_lookup_free(sst_lookup *lookup);

/* Forgets the questions of the last batch. */
void sst_lookup_reset(sst_lookup *lookup);
/* Adds questions: which stories below `bound` have these keys? Returns in *first the number of
 * the first of them. */
sst_status sst_lookup_add(sst_lookup *lookup, const uint64_t *keys, size_t count, uint32_t bound,
                          uint32_t *first, sst_error *error);
/* Asks them all. */
sst_status sst_lookup_run(sst_lookup *lookup, sst_index *index, unsigned threads,
                          sst_error *error);
/* Appends the answers to questions [first, first + count) to `hits`, with slots from 0 on.
 * Thread-safe after _run. */
sst_status sst_lookup_answers(const sst_lookup *lookup, uint32_t first, size_t count,
                              sst_hits *hits, sst_error *error);

#endif
