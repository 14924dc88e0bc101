#include "match/corpus.h"

#include "base/memory.h"

sst_status corpus_create(corpus *made, size_t capacity, uint64_t memory, sst_error *error)
{
    *made = (corpus){.capacity = capacity};
    made->token_offset = sst_allocate(capacity, sizeof *made->token_offset, "a test", error);
    made->sketch_offset = sst_allocate(capacity, sizeof *made->sketch_offset, "a test", error);
    made->token_count = sst_allocate(capacity, sizeof *made->token_count, "a test", error);
    made->shingle_count = sst_allocate(capacity, sizeof *made->shingle_count, "a test", error);
    made->day_begin = sst_allocate_zeroed(capacity + 1, sizeof *made->day_begin, "a test", error);
    made->days = sst_allocate(capacity, sizeof *made->days, "a test", error);
    if (made->token_offset == NULL || made->sketch_offset == NULL || made->token_count == NULL ||
        made->shingle_count == NULL || made->day_begin == NULL || made->days == NULL)
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
    free(made->days);
    free(made->scratch);
}

sst_status corpus_add(corpus *made, const uint32_t *tokens, size_t count, int32_t day,
                      sst_error *error)
{
    uint16_t sketch[SST_SKETCH_SLOTS] = {0};
    size_t t = made->count, slots = sst_distinct_slots(count);
    sst_status status = SST_RESERVE(&made->scratch, &made->scratch_size, count + slots, "a test",
                                    error);
    if (status != SST_OK)
        return status;
    size_t shingles = sst_shingles(tokens, count, SST_SHINGLE_WIDTH, made->scratch);
    sst_sketch(made->scratch, shingles, sketch);
    made->token_count[t] = (uint32_t)count;
    made->shingle_count[t] =
        (uint32_t)sst_distinct_count(made->scratch, shingles, made->scratch + count);
    made->day_begin[t + 1] = made->day_begin[t];
    if (day != CORPUS_UNDATED)
        made->days[made->day_begin[t + 1]++] = day;
    status = sst_pool_append(made->tokens, tokens, count * sizeof *tokens, &made->token_offset[t],
                             error);
    if (status == SST_OK)
        status = sst_pool_append(made->sketches, sketch, sizeof sketch, &made->sketch_offset[t],
                                 error);
    made->count += status == SST_OK;
    return status;
}

sst_status corpus_finish(corpus *made, sst_error *error)
{
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
