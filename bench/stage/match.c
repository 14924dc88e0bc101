/* Time of the engine's stages on token streams from a seed: words drawn by a Zipf law, 35 % of the
 * texts in clusters of 2 to 20 that differ by 0 to 4 % of their words.
 *
 *     bench_match [STORIES [THREADS [MEMORY-MiB [TOKENS [SEED]]]]] */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "match/corpus.h"

enum { VOCABULARY = 50000, LONGEST = 4096 };

typedef struct settings {
    size_t stories;
    unsigned threads;
    uint64_t memory;
    unsigned tokens;
    uint64_t seed;
} settings;

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static uint64_t next_random(uint64_t *state)
{
    return sst_mix64(*state += 0x9e3779b97f4a7c15u);
}

static double uniform(uint64_t *state)
{
    return (double)(next_random(state) >> 11) / 9007199254740992.0;
}

/* Zipf with exponent 1: the logarithm of the rank is uniform. */
static uint32_t draw_word(uint64_t *state)
{
    uint32_t rank = (uint32_t)pow(VOCABULARY, uniform(state));
    return (uint32_t)sst_mix64(rank) & ~1u;
}

static size_t draw_story(uint32_t *tokens, unsigned mean, uint64_t *state)
{
    size_t count = (size_t)(mean * (0.4 + 1.2 * uniform(state)));
    if (count > LONGEST)
        count = LONGEST;
    for (size_t i = 0; i < count; i++)
        tokens[i] = draw_word(state);
    return count;
}

static void edit_story(const uint32_t *from, uint32_t *to, size_t count, uint64_t *state)
{
    double rate = 0.04 * uniform(state);
    for (size_t i = 0; i < count; i++)
        to[i] = uniform(state) < rate ? draw_word(state) : from[i];
}

/* Clusters stand together; their days do not. */
static sst_status draw_corpus(const settings *set, corpus *made, sst_error *error)
{
    static uint32_t original[LONGEST], copy[LONGEST];
    uint64_t state = set->seed;
    sst_status status = SST_OK;
    size_t rank = 0;
    while (status == SST_OK && rank < set->stories) {
        size_t count = draw_story(original, set->tokens, &state);
        /* 35 of 100 stories are in clusters of 11 in the middle: one draw in 21. */
        size_t size = uniform(&state) < 0.0467 ? 2 + next_random(&state) % 19 : 1;
        for (size_t i = 0; status == SST_OK && i < size && rank < set->stories; i++, rank++) {
            edit_story(original, copy, count, &state);
            int32_t day = (int32_t)(next_random(&state) % 30);
            status = corpus_put(made, rank, i == 0 ? original : copy, count, day, error);
        }
    }
    return status == SST_OK ? corpus_finish(made, error) : status;
}

static void print_result(const settings *set, const sst_match_result *result, double seconds)
{
    const sst_match_counts *counts = &result->counts;
    double scale = 1e6 / (double)set->stories;
    printf("bands %.2f  samples %.2f  verify %.2f  all %.2f us a story\n",
           counts->seconds_bands * scale, counts->seconds_samples * scale,
           counts->seconds_verify * scale, seconds * scale);
    printf("band candidates %llu  sampled %llu  verified %llu  compared %llu  shared %llu\n"
           "capped %llu  largest %llu (kept %llu)  common shingles %llu  spilled %llu bytes\n",
           (unsigned long long)counts->band_candidates,
           (unsigned long long)counts->sample_candidates, (unsigned long long)counts->verified,
           (unsigned long long)counts->compared, (unsigned long long)counts->shared_samples,
           (unsigned long long)counts->capped_buckets, (unsigned long long)counts->largest_bucket,
           (unsigned long long)counts->largest_kept, (unsigned long long)counts->day_shingles,
           (unsigned long long)counts->spilled_bytes);
    printf("pairs %016llx\n", (unsigned long long)sst_hash64_bytes(
                                  result->pairs, result->pair_count * sizeof *result->pairs));
}

static sst_status run(const settings *set, sst_error *error)
{
    corpus made;
    sst_match_result result = {0};
    sst_match_options options = {.threshold = 0.5, .recall = 0.98, .samples = true,
                                 .threads = set->threads, .memory = set->memory};
    sst_status status = corpus_create(&made, set->stories, set->memory, error);
    if (status == SST_OK)
        status = draw_corpus(set, &made, error);
    for (int round = 0; status == SST_OK && round < 3; round++) {
        double start = seconds_now();
        sst_match_result_free(&result);
        status = sst_match_run(&made.texts, &options, &result, error);
        if (status == SST_OK)
            print_result(set, &result, seconds_now() - start);
    }
    sst_match_result_free(&result);
    corpus_free(&made);
    return status;
}

int main(int argc, char **argv)
{
    settings set = {.stories = argc > 1 ? strtoull(argv[1], NULL, 10) : 200000,
                    .threads = argc > 2 ? (unsigned)atoi(argv[2]) : 1,
                    .memory = (argc > 3 ? strtoull(argv[3], NULL, 10) : 4096) << 20,
                    .tokens = argc > 4 ? (unsigned)atoi(argv[4]) : 470,
                    .seed = argc > 5 ? strtoull(argv[5], NULL, 10) : 1};
    sst_error error;
    if (run(&set, &error) != SST_OK) {
        fprintf(stderr, "bench_match: %s\n", error.message);
        return 1;
    }
    return 0;
}
