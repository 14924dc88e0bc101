/* Texts for tests and benchmarks of the engine: token streams become the input of
 * sst_match_run. */
#ifndef TESTS_MATCH_CORPUS_H
#define TESTS_MATCH_CORPUS_H

#include "match/match.h"

enum { CORPUS_UNDATED = INT32_MIN };

typedef struct corpus {
    sst_match_texts texts;
    sst_pool *tokens, *sketches;
    uint64_t *token_offset, *sketch_offset;
    uint32_t *token_count, *shingle_count, *day_begin;
    int32_t *day, *days;
    uint64_t *scratch;
    size_t scratch_size;
    size_t count;
} corpus;

/* Room for `count` texts; `memory`: bytes of tokens and of sketches that stay in memory. */
sst_status corpus_create(corpus *made, size_t count, uint64_t memory, sst_error *error);
void corpus_free(corpus *made);

/* Makes text `rank` of `count` tokens; `day` may be CORPUS_UNDATED. Any order of ranks. */
sst_status corpus_put(corpus *made, size_t rank, const uint32_t *tokens, size_t count,
                      int32_t day, sst_error *error);
/* Seals the pools and fills `texts`; every rank has been put. */
sst_status corpus_finish(corpus *made, sst_error *error);

#endif
