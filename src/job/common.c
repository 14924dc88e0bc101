#include "job/common.h"

#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/sort.h"
#include "judge/evidence.h"

/* match/ and judge/ do not see each other; they mean the same here. */
_Static_assert((int)SST_MATCH_COMMON_DAYS == (int)SST_EVIDENCE_COMMON_DAYS, "one clock");
_Static_assert((int)SST_MATCH_SAMPLE_RATE == (int)SST_EVIDENCE_RATE, "one sample");
_Static_assert((int)SST_MATCH_SAMPLE_ALL == (int)SST_EVIDENCE_ALL, "one sample");

enum {
    CHUNK = 256,   /* texts that one task settles, one after the other */
    TEXT_LINES = 8 /* of the next text; the processor follows by itself */
};

/* The common shingles of CHUNK texts. */
typedef struct chunk_list {
    uint64_t *shingles;
    size_t count, capacity;
} chunk_list;

/* Scratch of one thread. */
typedef struct common_scratch {
    uint32_t *tokens;
    uint64_t *samples, *sorted;
    size_t token_capacity, sample_capacity, sorted_capacity;
} common_scratch;

struct sst_commons {
    chunk_list *chunks;
    size_t chunk_count;
    uint32_t *begin; /* by text: place in its chunk's list */
    uint32_t *count;
};

typedef struct finding {
    const sst_match_texts *texts;
    const sst_match_days *days;
    const bool *wanted;
    sst_commons *commons;
    common_scratch *scratch; /* by thread */
} finding;

size_t sst_common_shingles(const sst_match_days *days, const uint32_t *tokens, size_t count,
                           uint64_t *samples, uint64_t *scratch)
{
    size_t kept = sst_match_samples(tokens, count, samples);
    kept = sst_match_keep_common(days, samples, kept);
    sst_sort_block(samples, scratch, kept);
    return sst_sort_unique(samples, kept);
}

static sst_status find_text(const finding *f, common_scratch *s, size_t text, chunk_list *list,
                            sst_error *error)
{
    size_t size = f->texts->token_count[text];
    const void *tokens;
    sst_status status = SST_RESERVE(&s->tokens, &s->token_capacity, size, "tokens", error);
    if (status == SST_OK)
        status = SST_RESERVE(&s->samples, &s->sample_capacity, size, "samples", error);
    if (status == SST_OK)
        status = SST_RESERVE(&s->sorted, &s->sorted_capacity, size, "samples", error);
    if (status == SST_OK)
        status = sst_pool_read(f->texts->tokens, f->texts->token_offset[text],
                               size * sizeof(uint32_t), s->tokens, &tokens, error);
    if (status != SST_OK)
        return status;
    size_t count = sst_common_shingles(f->days, tokens, size, s->samples, s->sorted);
    status = SST_RESERVE(&list->shingles, &list->capacity, list->count + count,
                         "formula shingles", error);
    if (status != SST_OK || count == 0)
        return status;
    memcpy(list->shingles + list->count, s->samples, count * sizeof *s->samples);
    f->commons->begin[text] = (uint32_t)list->count;
    f->commons->count[text] = (uint32_t)count;
    list->count += count;
    return SST_OK;
}

static sst_status find_chunk(void *context, size_t begin, size_t end, unsigned thread,
                             sst_error *error)
{
    finding *f = context;
    sst_status status = SST_OK;
    for (size_t text = begin; text < end && status == SST_OK; text++) {
        for (uint64_t line = 0; text + 1 < end && f->wanted[text + 1] && line < TEXT_LINES; line++)
            sst_pool_prefetch(f->texts->tokens, f->texts->token_offset[text + 1] + 64 * line);
        if (f->wanted[text])
            status = find_text(f, &f->scratch[thread], text, &f->commons->chunks[begin / CHUNK],
                               error);
    }
    return status;
}

static sst_status allocate(sst_commons *c, size_t texts, sst_error *error)
{
    c->chunk_count = texts / CHUNK + 1;
    c->chunks = sst_allocate_zeroed(c->chunk_count, sizeof *c->chunks, "formula text", error);
    c->begin = sst_allocate_zeroed(texts, sizeof *c->begin, "formula text", error);
    c->count = sst_allocate_zeroed(texts, sizeof *c->count, "formula text", error);
    bool complete = c->chunks != NULL && c->begin != NULL && c->count != NULL;
    return complete ? SST_OK : SST_MEMORY;
}

static void free_scratch(common_scratch *scratch, unsigned threads)
{
    for (unsigned i = 0; scratch != NULL && i < threads; i++) {
        free(scratch[i].tokens);
        free(scratch[i].samples);
        free(scratch[i].sorted);
    }
    free(scratch);
}

sst_status sst_commons_create(const sst_match_texts *texts, const sst_match_days *days,
                              const bool *wanted, unsigned threads, sst_commons **commons,
                              sst_error *error)
{
    *commons = sst_allocate_zeroed(1, sizeof **commons, "formula text", error);
    if (*commons == NULL)
        return SST_MEMORY;
    finding f = {.texts = texts, .days = days, .wanted = wanted, .commons = *commons};
    sst_status status = allocate(*commons, texts->count, error);
    if (status == SST_OK && days != NULL) {
        f.scratch = sst_allocate_zeroed(threads, sizeof *f.scratch, "formula text", error);
        status = f.scratch == NULL
                     ? SST_MEMORY
                     : sst_parallel(texts->count, CHUNK, threads, find_chunk, &f, error);
        free_scratch(f.scratch, threads);
    }
    if (status != SST_OK) {
        sst_commons_free(*commons);
        *commons = NULL;
    }
    return status;
}

void sst_commons_free(sst_commons *commons)
{
    if (commons == NULL)
        return;
    for (size_t i = 0; commons->chunks != NULL && i < commons->chunk_count; i++)
        free(commons->chunks[i].shingles);
    free(commons->chunks);
    free(commons->begin);
    free(commons->count);
    free(commons);
}

const uint64_t *sst_commons_of(const sst_commons *commons, uint32_t text, size_t *count)
{
    *count = commons->count[text];
    if (*count == 0)
        return NULL;
    return commons->chunks[text / CHUNK].shingles + commons->begin[text];
}
