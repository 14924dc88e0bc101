/* Exact overlaps of texts that are much alike: the distinct 3-shingles of a few dozen texts are
 * numbered as they first come, a text becomes the set of its numbers as bits, and the overlap of
 * two texts is a count of common bits. Each text is read and hashed once, however many pairs it
 * stands in; where it repeats an earlier text it is followed token by token, without hashing. */
#ifndef MATCH_BATCH_H
#define MATCH_BATCH_H

#include "base/status.h"

/* Scratch of one thread. */
typedef struct sst_batch sst_batch;

sst_status sst_batch_create(sst_batch **batch, sst_error *error);
void sst_batch_free(sst_batch *batch);

/* Forgets all texts. */
void sst_batch_reset(sst_batch *batch);
/* Whether it would be better to begin again than to add: more would leave the cache. */
bool sst_batch_is_full(const sst_batch *batch);

#define SST_BATCH_ABSENT UINT32_MAX

/* Adds a text under a number of the caller's. `enter`: its new shingles are numbered, so that
 * texts that come later can share them; without, it overlaps with earlier entered texts only.
 * `member` is its place in the batch. */
sst_status sst_batch_add(sst_batch *batch, uint32_t text, const uint32_t *tokens, size_t count,
                         bool enter, uint32_t *member, sst_error *error);
/* The place of the text's last addition, or SST_BATCH_ABSENT. */
uint32_t sst_batch_find(const sst_batch *batch, uint32_t text);
bool sst_batch_is_entered(const sst_batch *batch, uint32_t member);

/* Distinct shingles that both members have. The one added first was entered. */
uint32_t sst_batch_shared(const sst_batch *batch, uint32_t a, uint32_t b);

#endif
