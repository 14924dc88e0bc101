/* Exact comparison of candidates: the shingles of a leader go into a small table once, the tokens
 * of each of its candidates probe it. */
#include "match/matching.h"

#include <string.h>

enum { CANDIDATES_PER_TASK = 512 };

typedef struct verification {
    sst_matching *run;
    const sst_candidates *candidates;
    uint32_t *shared; /* by candidate */
} verification;

static sst_status load_leader(verification *work, sst_match_worker *worker, uint32_t text,
                              sst_error *error)
{
    const uint32_t *tokens;
    sst_status status = sst_matching_tokens(work->run, worker, text, &tokens, error);
    return status != SST_OK ? status
                            : sst_overlap_lead(worker->overlap, tokens,
                                               work->run->texts->token_count[text], error);
}

/* Whether an earlier run counted the pair. */
static bool recall_overlap(verification *work, size_t i, uint32_t a, uint32_t b)
{
    const sst_match_memory *counted = work->run->options->counted;
    int64_t shared = counted == NULL ? SST_MATCH_UNCOUNTED
                                     : counted->recall(counted->context, a, b);
    if (shared == SST_MATCH_UNCOUNTED)
        return false;
    work->shared[i] = (uint32_t)shared;
    return true;
}

static sst_status keep_overlaps(const verification *work, sst_error *error)
{
    const sst_match_memory *counted = work->run->options->counted;
    sst_status status = SST_OK;
    for (size_t i = 0; counted != NULL && i < work->candidates->count && status == SST_OK; i++)
        status = counted->keep(counted->context, (uint32_t)(work->candidates->items[i] >> 32),
                               (uint32_t)work->candidates->items[i], work->shared[i], error);
    return status;
}

static sst_status compare_candidates(void *context, size_t begin, size_t end, unsigned thread,
                                     sst_error *error)
{
    verification *work = context;
    const sst_match_texts *texts = work->run->texts;
    sst_match_worker *worker = &work->run->workers[thread];
    const uint64_t *items = work->candidates->items;
    sst_status status = SST_OK;
    if (thread == 0)
        status = sst_matching_progress(work->run, "verify", begin, work->candidates->count, error);
    uint32_t leader = UINT32_MAX;
    for (size_t i = begin; status == SST_OK && i < end; i++) {
        uint32_t a = (uint32_t)(items[i] >> 32), b = (uint32_t)items[i];
        const uint32_t *tokens;
        if (recall_overlap(work, i, a, b))
            continue;
        if (i + 2 < end)
            sst_pool_prefetch(texts->tokens, texts->token_offset[(uint32_t)items[i + 2]]);
        if (a != leader)
            status = load_leader(work, worker, leader = a, error);
        if (status == SST_OK)
            status = sst_matching_tokens(work->run, worker, b, &tokens, error);
        if (status == SST_OK)
            work->shared[i] = sst_overlap_shared(worker->overlap, tokens, texts->token_count[b]);
    }
    return status;
}

static sst_pair pair_of(const verification *work, size_t i)
{
    const uint32_t *counts = work->run->texts->shingle_count;
    uint32_t a = (uint32_t)(work->candidates->items[i] >> 32);
    uint32_t b = (uint32_t)work->candidates->items[i];
    return (sst_pair){a, b, {work->shared[i], counts[a], counts[b]}};
}

static bool comes_before(sst_pair x, sst_pair y)
{
    return x.a != y.a ? x.a < y.a : x.b < y.b;
}

/* Merges the kept candidates, which are sorted, into the sorted pairs, from the back. */
static sst_status add_pairs(const verification *work, size_t kept, sst_error *error)
{
    sst_match_result *result = work->run->result;
    size_t old = result->pair_count, all = old + kept;
    sst_pair *pairs = realloc(result->pairs, sst_size_multiply(all + 1, sizeof *pairs));
    if (pairs == NULL)
        return sst_fail_memory(error, sst_size_multiply(all + 1, sizeof *pairs), "pairs");
    result->pairs = pairs;
    result->pair_count = all;
    for (size_t i = work->candidates->count; i-- > 0;) {
        sst_pair pair = pair_of(work, i);
        if (!sst_match_enough(&pair.overlap))
            continue;
        while (old > 0 && comes_before(pair, pairs[old - 1]))
            pairs[--all] = pairs[--old];
        pairs[--all] = pair;
    }
    return SST_OK;
}

sst_status sst_match_verify(sst_matching *run, const sst_candidates *candidates, sst_error *error)
{
    verification work = {.run = run, .candidates = candidates};
    work.shared = sst_allocate(candidates->count, sizeof *work.shared, "overlaps", error);
    if (work.shared == NULL)
        return SST_MEMORY;
    sst_status status = sst_parallel(candidates->count, CANDIDATES_PER_TASK,
                                     run->options->threads, compare_candidates, &work, error);
    if (status == SST_OK)
        status = keep_overlaps(&work, error);
    size_t kept = 0;
    for (size_t i = 0; status == SST_OK && i < candidates->count; i++) {
        sst_pair pair = pair_of(&work, i);
        kept += sst_match_enough(&pair.overlap);
    }
    if (status == SST_OK)
        status = add_pairs(&work, kept, error);
    run->result->counts.verified = run->result->pair_count;
    free(work.shared);
    return status;
}
