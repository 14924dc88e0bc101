/* Who meets whom in posting lists below, at and far above the cap, in memory and spilled: against a
 * list of all texts per key. */
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "match/corpus.h"
#include "match/join.h"

enum { TEXTS = 1500, KEYS = 8, PLENTY = 1 << 28, NONE = 0 };

/* How many texts post each key: the first ones of a stride of three. */
static const size_t sizes[KEYS] = {1, 2, 256, 257, 258, 500, 501, 1500};

static bool posts(uint32_t text, size_t key)
{
    size_t stride = sizes[key] * 3 <= TEXTS ? 3 : 1;
    return text % stride == 0 && text / stride < sizes[key];
}

static size_t post_keys(const sst_join *join, uint32_t text, const uint32_t *tokens,
                        uint64_t *hashes)
{
    (void)join, (void)tokens;
    size_t count = 0;
    for (size_t key = 0; key < KEYS; key++)
        if (posts(text, key))
            hashes[count++] = sst_mix64(key);
    return count;
}

static uint8_t (*met)[TEXTS]; /* met[a][b]: lists that both are shown in */

static sst_status meet(const sst_join *join, unsigned thread, sst_meeting *meetings, size_t count,
                       sst_error *error)
{
    (void)join, (void)thread, (void)error;
    for (size_t i = 0; i < count; i++) {
        assert_true(meetings[i].b < meetings[i].a);
        met[meetings[i].a][meetings[i].b] += (uint8_t)meetings[i].shared;
    }
    return SST_OK;
}

/* The rule: all earlier ones, or in a list over the cap the leaders and the last few. */
static bool shown(size_t size, size_t later, size_t earlier)
{
    return size <= SST_MATCH_POSTING_COMPLETE || earlier < SST_MATCH_LEADERS ||
           later - earlier <= SST_MATCH_NEIGHBOURS;
}

static void compare_with_rule(void)
{
    for (uint32_t a = 0; a < TEXTS; a++)
        for (uint32_t b = 0; b < a; b++) {
            unsigned expected = 0;
            for (size_t key = 0; key < KEYS; key++) {
                size_t stride = sizes[key] * 3 <= TEXTS ? 3 : 1;
                expected += posts(a, key) && posts(b, key) &&
                            shown(sizes[key], a / stride, b / stride);
            }
            assert_int_equal(met[a][b], expected);
        }
}

static void run_join(uint64_t memory, unsigned threads)
{
    corpus texts;
    assert_int_equal(corpus_create(&texts, TEXTS, PLENTY, NULL), SST_OK);
    for (uint32_t t = 0; t < TEXTS; t++) {
        uint32_t tokens[32];
        for (uint32_t i = 0; i < 32; i++)
            tokens[i] = (uint32_t)sst_mix64(t * 32 + i);
        assert_int_equal(corpus_put(&texts, t, tokens, 32, CORPUS_UNDATED, NULL), SST_OK);
    }
    assert_int_equal(corpus_finish(&texts, NULL), SST_OK);
    sst_match_options options = {.threshold = .5, .recall = .98, .threads = threads,
                                 .memory = memory};
    sst_match_result result = {0};
    sst_match_worker workers[7] = {0};
    for (unsigned t = 0; t < threads; t++) {
        workers[t].tokens = malloc(32 * sizeof *workers[t].tokens);
        workers[t].hashes = malloc(32 * sizeof *workers[t].hashes);
    }
    sst_matching run = {.texts = &texts.texts, .options = &options, .result = &result,
                        .workers = workers, .longest = 32};
    sst_join join = {.run = &run, .stage = "samples", .expected = 4000, .post = post_keys,
                     .meet = meet};
    sst_candidates candidates = {0};
    met = calloc(TEXTS, sizeof *met);
    assert_int_equal(sst_join_run(&join, &candidates, NULL), SST_OK);
    compare_with_rule();
    assert_int_equal(memory == NONE, result.counts.spilled_bytes != 0);
    /* One note for each list over the cap. */
    uint64_t capped = 0;
    for (unsigned t = 0; t < threads; t++) {
        capped += workers[t].capped;
        sst_partition_free(&workers[t].partition);
        free(workers[t].tokens);
        free(workers[t].hashes);
    }
    assert_int_equal(capped, 5);
    free(candidates.items);
    free(met);
    corpus_free(&texts);
}

static void in_memory(void **state)
{
    (void)state;
    run_join(PLENTY, 1);
    run_join(PLENTY, 7);
}

static void spilled(void **state)
{
    (void)state;
    run_join(NONE, 1);
    run_join(NONE, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_memory),
        cmocka_unit_test(spilled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
