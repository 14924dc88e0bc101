#include "match/match.h"

#include <time.h>

#include "match/days.h"
#include "match/matching.h"

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

sst_status sst_matching_progress(const sst_matching *run, const char *stage, size_t done,
                                 size_t all, sst_error *error)
{
    const sst_match_options *options = run->options;
    if (options->progress == NULL)
        return SST_OK;
    return options->progress(options->context, stage,
                             all == 0 ? 1 : (double)done / (double)all, error);
}

sst_status sst_matching_tokens(const sst_matching *run, sst_match_worker *worker, uint32_t text,
                               const uint32_t **tokens, sst_error *error)
{
    const sst_match_texts *texts = run->texts;
    const void *bytes;
    sst_status status = sst_pool_read(texts->tokens, texts->token_offset[text],
                                      texts->token_count[text] * sizeof **tokens, worker->tokens,
                                      &bytes, error);
    *tokens = bytes;
    return status;
}

void sst_matching_bucket(sst_match_worker *worker, uint64_t size, uint64_t kept, bool capped)
{
    worker->capped += capped;
    if (size < worker->largest || (size == worker->largest && kept <= worker->largest_kept))
        return;
    worker->largest = size;
    worker->largest_kept = kept;
}

/* ---- Workers ---- */

static sst_status create_workers(sst_matching *run, sst_error *error)
{
    for (size_t t = 0; t < run->texts->count; t++)
        if (run->texts->token_count[t] > run->longest)
            run->longest = run->texts->token_count[t];
    run->workers = sst_allocate_zeroed(run->options->threads, sizeof *run->workers, "scratch",
                                       error);
    sst_status status = run->workers == NULL ? SST_MEMORY : SST_OK;
    for (unsigned t = 0; status == SST_OK && t < run->options->threads; t++) {
        sst_match_worker *worker = &run->workers[t];
        worker->tokens = sst_allocate(run->longest, sizeof *worker->tokens, "scratch", error);
        worker->hashes = sst_allocate(run->longest, sizeof *worker->hashes, "scratch", error);
        status = worker->tokens == NULL || worker->hashes == NULL
                     ? SST_MEMORY
                     : sst_batch_create(&worker->batch, error);
    }
    return status;
}

static void free_workers(sst_matching *run)
{
    for (unsigned t = 0; run->workers != NULL && t < run->options->threads; t++) {
        sst_match_worker *worker = &run->workers[t];
        sst_partition_free(&worker->partition);
        sst_batch_free(worker->batch);
        free(worker->tokens);
        free(worker->hashes);
        free(worker->rows);
        free(worker->row_scratch);
    }
    free(run->workers);
}

static void collect_counts(sst_matching *run)
{
    sst_match_counts *counts = &run->result->counts;
    sst_match_worker largest = {.largest = 0};
    for (unsigned t = 0; run->workers != NULL && t < run->options->threads; t++) {
        const sst_match_worker *worker = &run->workers[t];
        counts->compared += worker->compared;
        counts->shared_samples += worker->shared_samples;
        counts->capped_buckets += worker->capped;
        sst_matching_bucket(&largest, worker->largest, worker->largest_kept, false);
    }
    counts->largest_bucket = largest.largest;
    counts->largest_kept = largest.largest_kept;
}

/* ---- The run ---- */

/* Makes `known` everything that was or is now compared. */
static sst_status add_known(sst_matching *run, sst_candidates *fresh, sst_error *error)
{
    sst_candidates parts[2] = {run->known, *fresh};
    run->known = (sst_candidates){0};
    *fresh = (sst_candidates){0};
    sst_status status = sst_candidates_merge(parts, 2, run->options->threads, &run->known, error);
    free(parts[0].items);
    free(parts[1].items);
    return status;
}

static sst_status first_channel(sst_matching *run, sst_error *error)
{
    sst_match_counts *counts = &run->result->counts;
    sst_candidates whole = {0};
    double start = seconds_now();
    sst_status status = sst_match_bands(run, &run->known, error);
    counts->band_candidates = run->known.count;
    if (status == SST_OK)
        status = sst_match_short(run, &whole, error);
    counts->short_candidates = whole.count;
    if (status == SST_OK && whole.count != 0)
        status = add_known(run, &whole, error);
    free(whole.items);
    double middle = seconds_now();
    if (status == SST_OK)
        status = sst_match_verify(run, &run->known, error);
    counts->seconds_bands += middle - start;
    counts->seconds_verify += seconds_now() - middle;
    return status;
}

static sst_status second_channel(sst_matching *run, sst_error *error)
{
    sst_match_counts *counts = &run->result->counts;
    sst_candidates candidates = {0};
    double start = seconds_now();
    uint32_t *group = sst_allocate(run->texts->count, sizeof *group, "groups", error);
    sst_status status = SST_MEMORY;
    if (group != NULL) {
        sst_match_groups(run, group);
        status = sst_match_sampled_pairs(run, group, &candidates, error);
    }
    free(group);
    if (status == SST_OK) {
        sst_candidates_subtract(&candidates, &run->known);
        counts->sample_candidates = candidates.count;
        counts->day_shingles = sst_match_days_count(run->result->days);
    }
    double middle = seconds_now();
    if (status == SST_OK)
        status = sst_match_verify(run, &candidates, error);
    counts->seconds_samples += middle - start;
    counts->seconds_verify += seconds_now() - middle;
    free(candidates.items);
    return status;
}

sst_status sst_match_run(const sst_match_texts *texts, const sst_match_options *options,
                         sst_match_result *result, sst_error *error)
{
    *result = (sst_match_result){0};
    if (texts->count > INT32_MAX - 1)
        return sst_fail(error, SST_LIMIT,
                        "%zu different texts are more than 2^31 - 2; split the input by date",
                        texts->count);
    sst_matching run = {.texts = texts, .options = options, .result = result};
    sst_status status = create_workers(&run, error);
    if (status == SST_OK)
        status = first_channel(&run, error);
    if (status == SST_OK && options->samples)
        status = second_channel(&run, error);
    collect_counts(&run);
    free_workers(&run);
    free(run.known.items);
    return status;
}

void sst_match_result_free(sst_match_result *result)
{
    free(result->pairs);
    sst_match_days_free(result->days);
    *result = (sst_match_result){0};
}
