#include "match/corpus.h"

#include "base/memory.h"

sst_status corpus_create(corpus *made, size_t count, uint64_t memory, sst_error *error)
{
    *made = (corpus){.count = count};
    made->token_offset = sst_allocate(count, sizeof *made->token_offset, "a test", error);
    made->sketch_offset = sst_allocate(count, sizeof *made->sketch_offset, "a test", error);
    made->token_count = sst_allocate(count, sizeof *made->token_count, "a test", error);
    made->shingle_count = sst_allocate(count, sizeof *made->shingle_count, "a test", error);
    made->day_begin = sst_allocate_zeroed(count + 1, sizeof *made->day_begin, "a test", error);
    made->day = sst_allocate(count, sizeof *made->day, "a test", error);
    made->days = sst_allocate(count, sizeof *made->days, "a test", error);
    if (made->token_offset == NULL || made->sketch_offset == NULL || made->token_count == NULL ||
        made->shingle_count == NULL || made->day_begin == NULL || made->day == NULL ||
        made->days == NULL)
        return SST_MEMORY;
    sst_status status = sst_pool_create(memory, NULL, "tokens", &made->tokens, error);
    if (status == SST_OK)
        status = sst_pool_create(memory, NULL, "sketches", &made->sketches, error);
    return status;
}

void corpus_free(corpus *made)
{
    sst_pool_free(made->tokens);
    sst_pool_free(made->sketches);
    free(made->token_offset);
    free(made->sketch_offset);
    free(made->token_count);
    free(made->shingle_count);
    free(made->day_begin);
    free(made->day);
    free(made->days);
    free(made->scratch);
}

sst_status corpus_put(corpus *made, size_t rank, const uint32_t *tokens, size_t count,
                      int32_t day, sst_error *error)
{
    uint16_t sketch[SST_SKETCH_SLOTS] = {0};
    size_t slots = sst_distinct_slots(count);
    sst_status status = SST_RESERVE(&made->scratch, &made->scratch_size, count + slots, "a test",
                                    error);
    if (status != SST_OK)
        return status;
    size_t shingles = sst_shingles(tokens, count, SST_SHINGLE_WIDTH, made->scratch);
    sst_sketch(made->scratch, shingles, sketch);
    made->token_count[rank] = (uint32_t)count;
    made->shingle_count[rank] =
        (uint32_t)sst_distinct_count(made->scratch, shingles, made->scratch + count);
    made->day[rank] = day;
    status = sst_pool_append(made->tokens, tokens, count * sizeof *tokens,
                             &made->token_offset[rank], error);
    if (status == SST_OK)
        status = sst_pool_append(made->sketches, sketch, sizeof sketch,
                                 &made->sketch_offset[rank], error);
    return status;
}

sst_status corpus_finish(corpus *made, sst_error *error)
{
    made->day_begin[0] = 0;
    for (size_t t = 0; t < made->count; t++) {
        made->day_begin[t + 1] = made->day_begin[t];
        if (made->day[t] != CORPUS_UNDATED)
            made->days[made->day_begin[t + 1]++] = made->day[t];
    }
    made->texts = (sst_match_texts){
        .count = made->count,
        .tokens = made->tokens,
        .token_offset = made->token_offset,
        .token_count = made->token_count,
        .shingle_count = made->shingle_count,
        .sketches = made->sketches,
        .sketch_offset = made->sketch_offset,
        .day_begin = made->day_begin,
        .days = made->days,
    };
    sst_status status = sst_pool_seal(made->tokens, error);
    return status == SST_OK ? sst_pool_seal(made->sketches, error) : status;
}
