/* Which of a text's counted 4-shingles are formula text: seen on many days (judge/evidence.h).
 * Found once for every text that stands in a pair. */
#ifndef JOB_COMMON_H
#define JOB_COMMON_H

#include "match/match.h"

/* The common shingles of one text, sorted, without repeats, written over `samples`, which has
 * room for `count` hashes as `scratch` has. Returns how many. */
size_t sst_common_shingles(const sst_match_days *days, const uint32_t *tokens, size_t count,
                           uint64_t *samples, uint64_t *scratch);

typedef struct sst_commons sst_commons;

/* `wanted[text]` tells which texts are asked for. */
sst_status sst_commons_create(const sst_match_texts *texts, const sst_match_days *days,
                              const bool *wanted, unsigned threads, sst_commons **commons,
                              sst_error *error);
void sst_commons_free(sst_commons *commons);

/* The common shingles of a text, sorted, without repeats. Thread-safe. */
const uint64_t *sst_commons_of(const sst_commons *commons, uint32_t text, size_t *count);

#endif
