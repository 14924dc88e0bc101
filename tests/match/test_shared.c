/* What samples and sketches tell of a pair. */
#include "cmocka_all.h"

#include "base/hash.h"
#include "match/shared.h"

/* The definition and the sampling agree. */
static void test_posts_all(void **state)
{
    (void)state;
    for (uint32_t tokens = 4; tokens < 200; tokens++) {
        uint32_t text[200];
        uint64_t samples[200];
        for (uint32_t i = 0; i < tokens; i++)
            text[i] = (uint32_t)sst_mix64(i);
        bool all = sst_match_samples(text, tokens, samples) == tokens - 3;
        assert_int_equal(sst_posts_all_samples(tokens), all);
    }
}

static bool at_sight(uint32_t a, uint32_t b, bool a_all, bool b_all, uint32_t shared,
                     uint32_t telling)
{
    const sst_shared pair = {a, b, a_all, b_all, shared, telling},
                     turned = {b, a, b_all, a_all, shared, telling};
    assert_int_equal(sst_shared_at_sight(&pair), sst_shared_at_sight(&turned));
    return sst_shared_at_sight(&pair);
}

static void test_at_sight(void **state)
{
    (void)state;
    /* An eighth of 16. */
    assert_true(at_sight(16, 100, true, true, 2, 0));
    assert_false(at_sight(17, 100, true, true, 2, 2));
    assert_false(at_sight(5, 100, true, true, 1, 1));
    /* One in eight is a sample. */
    assert_true(at_sight(128, 500, false, false, 2, 0));
    assert_false(at_sight(129, 500, false, false, 2, 2));
    assert_true(at_sight(128, 500, true, false, 2, 0));
    assert_false(at_sight(129, 500, true, false, 2, 0));
    /* A single one has to tell something of a text that posts all. */
    assert_true(at_sight(60, 500, true, false, 1, 1));
    assert_false(at_sight(60, 500, true, false, 1, 0));
    assert_false(at_sight(400, 500, false, false, 1, 1));
}

/* Expected of two texts of 100 shingles that share a quarter: 128 * 25 / 175 slots and 25 * 3 / 4
 * samples, 37.0 together, 1.5 * sqrt(37.0) = 9.1 less at least; of two that share .4: 62, 11.8. */
static void test_likely(void **state)
{
    (void)state;
    sst_shared pair = {100, 100, true, true, 20, 1};
    assert_true(sst_shared_is_likely(&pair, 8));
    assert_false(sst_shared_is_likely(&pair, 7));
    pair.telling = 0;
    assert_true(sst_shared_is_likely(&pair, 31));
    assert_false(sst_shared_is_likely(&pair, 30));
    /* 60 in 300, of which one in eight is sampled: 128 * 15 / 345 + 15 * .85 / 8 = 7.2; 4.0 less.
     * One sample alone asks for 18 shingles: 8.6, 4.4 less; but not of a stub. */
    pair = (sst_shared){60, 300, true, false, 2, 2};
    assert_true(sst_shared_is_likely(&pair, 2));
    assert_false(sst_shared_is_likely(&pair, 1));
    pair.shared = pair.telling = 1;
    assert_true(sst_shared_is_likely(&pair, 4));
    assert_false(sst_shared_is_likely(&pair, 3));
    pair.a = 39; /* 3.7 + 1.0, 3.2 less */
    assert_true(sst_shared_is_likely(&pair, 1));
    assert_false(sst_shared_is_likely(&pair, 0));
}

/* More of what is shared never makes a pair less likely, and sides are equal. */
static void test_order(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 20000; i++) {
        uint64_t random = sst_mix64(i);
        sst_shared pair = {1 + (uint32_t)(random % 400), 1 + (uint32_t)(random >> 10 & 4095),
                           (random >> 22 & 1) != 0,      (random >> 23 & 1) != 0,
                           2 + (uint32_t)(random >> 24 & 63), (uint32_t)(random >> 30 & 3)};
        unsigned slots = (unsigned)(random >> 40) % 128;
        const sst_shared turned = {pair.b, pair.a, pair.b_all, pair.a_all, pair.shared,
                                   pair.telling};
        bool likely = sst_shared_is_likely(&pair, slots), sight = sst_shared_at_sight(&pair);
        assert_int_equal(sst_shared_is_likely(&turned, slots), likely);
        assert_true(!likely || sst_shared_is_likely(&pair, slots + 1));
        pair.shared++;
        assert_true(!likely || sst_shared_is_likely(&pair, slots));
        assert_true(!sight || sst_shared_at_sight(&pair));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_posts_all),
        cmocka_unit_test(test_at_sight),
        cmocka_unit_test(test_likely),
        cmocka_unit_test(test_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
