/* The index questions of a whole batch, asked in the order of the keys: neighbouring keys lie on
 * neighbouring bytes of the index, so most of a batch is answered out of the cache, and a key that
 * many stories have is looked for once. The stories of the batch itself are no part of the index
 * yet; they answer each other here. */
#ifndef JOB_LOOKUP_H
#define JOB_LOOKUP_H

#include "base/parallel.h"
#include "store/index.h"

typedef struct sst_lookup sst_lookup;

sst_status sst_lookup_create(sst_lookup **lookup, sst_error *error);
void sst_lookup_free(sst_lookup *lookup);

/* Forgets the questions of the last batch. Stories below `base` are in the index. */
void sst_lookup_reset(sst_lookup *lookup, uint32_t base);
/* Adds the keys of a story: which stories with lower numbers have them? Numbers come ascending.
 * `joins`: the story itself is among the answers to later ones. Returns in *first the number of
 * the first question. */
sst_status sst_lookup_add(sst_lookup *lookup, const uint64_t *keys, size_t count, uint32_t number,
                          bool joins, uint32_t *first, sst_error *error);
/* Asks them all, with the threads of `beside` taking part. */
sst_status sst_lookup_run(sst_lookup *lookup, sst_index *index, sst_beside *beside,
                          sst_error *error);

/* ---- Thread-safe after _run ---- */

/* Appends the answers to questions [first, first + count) to `hits`, with slots from 0 on. */
sst_status sst_lookup_answers(const sst_lookup *lookup, uint32_t first, size_t count,
                              sst_hits *hits, sst_error *error);
/* The same for other keys of a story with that number; `stored` is scratch. */
sst_status sst_lookup_find(const sst_lookup *lookup, const uint64_t *keys, size_t count,
                           uint32_t number, sst_hits *stored, sst_hits *hits, sst_error *error);

#endif
