/* Buckets that break an engine that looks at every pair. Work is counted, not timed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "match/corpus.h"

enum { WORDS = 240, PLENTY = 1 << 28 };

static uint32_t word_of(uint64_t seed)
{
    return (uint32_t)sst_mix64(seed) & ~1u;
}

/* Text t, word i. */
typedef uint32_t (*story)(size_t t, size_t i);

static void run_on(story made, size_t count, size_t words, unsigned threads,
                   sst_match_result *result)
{
    corpus texts;
    uint32_t tokens[WORDS];
    sst_match_options options = {
        .threshold = .5, .recall = .98, .samples = true, .threads = threads, .memory = PLENTY};
    assert_int_equal(corpus_create(&texts, count, PLENTY, NULL), SST_OK);
    for (size_t t = 0; t < count; t++) {
        for (size_t i = 0; i < words; i++)
            tokens[i] = made(t, i);
        assert_int_equal(corpus_put(&texts, t, tokens, words, (int32_t)(t % 3), NULL), SST_OK);
    }
    assert_int_equal(corpus_finish(&texts, NULL), SST_OK);
    assert_int_equal(sst_match_run(&texts.texts, &options, result, NULL), SST_OK);
    corpus_free(&texts);
}

/* All of one original, each with three words of its own. */
static uint32_t nearly_equal(size_t t, size_t i)
{
    bool own = i == sst_mix64(t * 3) % WORDS || i == sst_mix64(t * 3 + 1) % WORDS ||
               i == sst_mix64(t * 3 + 2) % WORDS;
    return word_of(own ? 1000000 + t * 1000 + i : i);
}

static void near_equal_texts_over_the_cap(void **state)
{
    (void)state;
    enum { TEXTS = 6000 };
    static unsigned char paired[TEXTS];
    const uint64_t partners = SST_MATCH_LEADERS + SST_MATCH_NEIGHBOURS;
    sst_match_result result, again;
    run_on(nearly_equal, TEXTS, WORDS, 1, &result);
    printf("%zu pairs, %zu sketches compared\n", result.pair_count,
           (size_t)result.counts.compared);
    assert_true(result.counts.capped_buckets > 0);
    assert_true(result.counts.largest_bucket > SST_MATCH_BUCKET_COMPLETE);
    /* A band shows a text to so many at most, but for the first, which marks the family. */
    uint64_t most = partners + SST_MATCH_BUCKET_FAMILY;
    assert_true(result.counts.compared < TEXTS * (42 * most + SST_MATCH_BUCKET_COMPLETE));
    assert_true(result.pair_count < 150 * (uint64_t)TEXTS);
    for (size_t i = 0; i < result.pair_count; i++)
        paired[result.pairs[i].a] = paired[result.pairs[i].b] = 1;
    for (size_t t = 0; t < TEXTS; t++)
        assert_int_equal(paired[t], 1);
    run_on(nearly_equal, TEXTS, WORDS, 7, &again);
    assert_int_equal(again.pair_count, result.pair_count);
    assert_memory_equal(again.pairs, result.pairs, result.pair_count * sizeof *result.pairs);
    sst_match_result_free(&result);
    sst_match_result_free(&again);
}

/* A paragraph of 60 words in the middle of own words. */
static uint32_t one_paragraph(size_t t, size_t i)
{
    return word_of(i >= 90 && i < 150 ? i : 1000000 + t * 1000 + i);
}

static void shared_paragraph_alone(void **state)
{
    (void)state;
    enum { TEXTS = 4000 };
    const uint64_t partners = SST_MATCH_LEADERS + SST_MATCH_NEIGHBOURS;
    sst_match_result result;
    run_on(one_paragraph, TEXTS, WORDS, 2, &result);
    assert_true(result.counts.shared_samples < TEXTS * partners * 20);
    assert_true(result.counts.sample_candidates <= TEXTS * partners);
    assert_int_equal(result.counts.largest_bucket, TEXTS);
    /* 58 of 238 shingles: Jaccard .14, containment .24: no pair. */
    assert_int_equal(result.pair_count, 0);
    sst_match_result_free(&result);
}

/* Twelve sentences of 20 words; text t has sentences t .. t + 11. */
static uint32_t chain(size_t t, size_t i)
{
    return word_of((t + i / 20) * 1000 + i % 20);
}

static void chain_pairs_its_neighbours_only(void **state)
{
    (void)state;
    enum { TEXTS = 3000 };
    sst_match_result result;
    run_on(chain, TEXTS, WORDS, 2, &result);
    /* With d sentences apart 1 - d/12 is shared: d up to 8 is enough for a pair (.31), and all
     * with Jaccard >= .5 (d <= 3) must be there. */
    size_t near = 0;
    for (size_t i = 0; i < result.pair_count; i++) {
        uint32_t apart = result.pairs[i].b - result.pairs[i].a;
        assert_true(apart <= 9);
        near += apart <= 3;
    }
    assert_true(near >= 3 * TEXTS - 6);
    assert_true(result.counts.compared < 42 * (uint64_t)TEXTS * 12);
    sst_match_result_free(&result);
}

enum { REPRINTS = 400, EXCERPTS = 30, FILLERS = 200 };

/* Reprints of one story with one own word each, then excerpts: 80 of its words among own ones. */
static uint32_t reprints_and_excerpts(size_t t, size_t i)
{
    if (t < REPRINTS)
        return word_of(i == sst_mix64(t) % WORDS ? 1000000 + t : i);
    if (t < REPRINTS + EXCERPTS && i >= 80 && i < 160)
        return word_of(i);
    return word_of(2000000 + t * 1000 + i);
}

static void excerpts_of_many_reprints(void **state)
{
    (void)state;
    sst_match_result result;
    run_on(reprints_and_excerpts, REPRINTS + EXCERPTS + FILLERS, WORDS, 2, &result);
    size_t across = 0, reprints = 0, fillers = 0;
    for (size_t i = 0; i < result.pair_count; i++) {
        const sst_pair *pair = &result.pairs[i];
        reprints += pair->b < REPRINTS;
        across += pair->a < REPRINTS && pair->b >= REPRINTS;
        fillers += pair->b >= REPRINTS + EXCERPTS;
    }
    assert_int_equal(reprints, REPRINTS * (REPRINTS - 1) / 2);
    assert_true(across >= REPRINTS * EXCERPTS * 99 / 100);
    assert_int_equal(fillers, 0);
    sst_match_result_free(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_equal_texts_over_the_cap),
        cmocka_unit_test(shared_paragraph_alone),
        cmocka_unit_test(chain_pairs_its_neighbours_only),
        cmocka_unit_test(excerpts_of_many_reprints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
