#include "sketch/sketch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "sketch/rows.h"

enum { MOST = 3000 };

static uint64_t splitmix(uint64_t *state)
{
    return sst_mix64(*state += 0x9e3779b97f4a7c15u);
}

static void fill(uint64_t *shingles, size_t count, uint64_t seed)
{
    for (size_t i = 0; i < count; i++)
        shingles[i] = splitmix(&seed);
}

static void rows_come_from_splitmix_42(void **state)
{
    (void)state;
    uint64_t seed = 42;
    for (unsigned j = 0; j < SST_SKETCH_SLOTS; j++) {
        assert_int_equal(row_multiplier[j], (uint32_t)splitmix(&seed) | 1);
        assert_int_equal(row_addend[j], (uint32_t)splitmix(&seed));
    }
}

/* The value of one slot by the definition, one element at a time. */
static uint16_t slot_by_definition(const uint64_t *shingles, size_t count, unsigned j)
{
    uint32_t minimum = UINT32_MAX;
    uint32_t rounds[3] = {UINT32_MAX, UINT32_MAX, UINT32_MAX};
    for (size_t i = 0; i < count; i++) {
        uint64_t x = shingles[i];
        uint64_t y = (x ^ 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
        y = (y ^ y >> 32) * 0x94d049bb133111ebu;
        uint32_t row = (uint32_t)(x >> 20) * row_multiplier[j] + row_addend[j];
        uint32_t values[3] = {x >> 57 == j ? (uint32_t)x & 0x3fffffff : UINT32_MAX,
                              y >> 57 == j ? 0x40000000 | ((uint32_t)(y >> 8) & 0x3fffffff)
                                           : UINT32_MAX,
                              0xc0000000 | row >> 2};
        for (int r = 0; r < 3; r++)
            rounds[r] = values[r] < rounds[r] ? values[r] : rounds[r];
    }
    for (int r = 2; r >= 0; r--)
        minimum = rounds[r] < minimum ? rounds[r] : minimum;
    minimum *= 0x9e3779b1u;
    return (uint16_t)((minimum ^ minimum >> 15) >> 16);
}

static void all_paths_follow_the_definition(void **state)
{
    (void)state;
    static uint64_t shingles[MOST];
    uint16_t sketch[SST_SKETCH_SLOTS], scalar[SST_SKETCH_SLOTS];
    static const size_t counts[] = {1, 2, 3, 10, 19, 50, 127, 300, 511, 512, 513, 1500, MOST};
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        fill(shingles, counts[c], 7 + c);
        assert_true(sst_sketch(shingles, counts[c], sketch));
        assert_true(sst_sketch_scalar(shingles, counts[c], scalar));
        assert_memory_equal(sketch, scalar, sizeof sketch);
        assert_true(sst_sketch_narrow(shingles, counts[c], scalar));
        assert_memory_equal(sketch, scalar, sizeof sketch);
        for (unsigned j = 0; j < SST_SKETCH_SLOTS; j++)
            assert_int_equal(sketch[j], slot_by_definition(shingles, counts[c], j));
    }
    assert_false(sst_sketch(shingles, 0, sketch));
}

/* Golden: a change here changes every archive. XXH3-64 of the sketch of `count` hashes of
 * SplitMix64 seeded with 1. */
static void golden(void **state)
{
    (void)state;
    static const struct {
        size_t count;
        uint64_t hash;
    } wanted[] = {
        {1, 0x0bdf89bcf31805b0u},
        {2, 0xe7c0f71cb69298e2u},
        {19, 0x6f7bf2689fe64b62u},
        {50, 0x064f2a6091a09988u},
        {300, 0x1c8b2b6702a5c899u},
        {MOST, 0x33b5091ca84fc0ceu},
    };
    static uint64_t shingles[MOST];
    uint16_t sketch[SST_SKETCH_SLOTS];
    for (size_t c = 0; c < sizeof wanted / sizeof wanted[0]; c++) {
        fill(shingles, wanted[c].count, 1);
        assert_true(sst_sketch(shingles, wanted[c].count, sketch));
        uint64_t hash = sst_hash64_bytes(sketch, sizeof sketch);
        if (hash != wanted[c].hash)
            printf("%zu shingles: 0x%016llx\n", wanted[c].count, (unsigned long long)hash);
        assert_int_equal(hash, wanted[c].hash);
    }
}

static void repeats_and_order_do_not_matter(void **state)
{
    (void)state;
    uint64_t shingles[600];
    uint16_t once[SST_SKETCH_SLOTS], twice[SST_SKETCH_SLOTS];
    fill(shingles, 300, 5);
    for (size_t i = 0; i < 300; i++)
        shingles[300 + i] = shingles[299 - i];
    assert_true(sst_sketch(shingles, 300, once));
    assert_true(sst_sketch(shingles, 600, twice));
    assert_memory_equal(once, twice, sizeof once);
    assert_true(sst_sketch_jaccard(once, twice) == 1);
}

/* Two sets of `count` elements of which `shared` are common. */
static double one_estimate(size_t count, size_t shared, uint64_t seed, uint16_t *a, uint16_t *b)
{
    static uint64_t x[MOST], y[MOST];
    fill(x, count, seed);
    fill(y, count, seed ^ 0x5555555555555555u);
    memcpy(y, x, shared * sizeof *x);
    sst_sketch(x, count, a);
    sst_sketch(y, count, b);
    return sst_sketch_jaccard(a, b);
}

static void estimate_is_unbiased(void **state)
{
    (void)state;
    enum { TRIALS = 400 };
    static const size_t counts[] = {10, 50, 300, 1000};
    uint16_t a[SST_SKETCH_SLOTS], b[SST_SKETCH_SLOTS];
    for (size_t c = 0; c < 4; c++)
        for (size_t tenth = 2; tenth <= 8; tenth += 3) {
            size_t count = counts[c], shared = count * tenth / 10;
            double jaccard = (double)shared / (double)(2 * count - shared);
            double sum = 0, squares = 0;
            for (uint64_t trial = 0; trial < TRIALS; trial++) {
                double off = one_estimate(count, shared, trial * 977 + 13, a, b) - jaccard;
                sum += off;
                squares += off * off;
            }
            double theory = sqrt(jaccard * (1 - jaccard) / SST_SKETCH_SLOTS);
            assert_true(fabs(sum / TRIALS) < 4.5 * theory / sqrt(TRIALS));
            /* Never worse than classic MinHash (ratios .7 to .96 expected). */
            assert_true(sqrt(squares / TRIALS) < 1.12 * theory);
        }
}

/* How often some band of three rows agrees, against 1 - (1 - s^r)^b. */
static void bands_collide_as_in_theory(void **state)
{
    (void)state;
    enum { TRIALS = 1500 };
    uint16_t a[SST_SKETCH_SLOTS], b[SST_SKETCH_SLOTS];
    sst_bands bands = {42, 3};
    for (size_t shared = 90; shared <= 180; shared += 45) {
        double jaccard = (double)shared / (double)(600 - shared);
        double expected = sst_bands_probability(bands, jaccard);
        unsigned hits = 0;
        for (uint64_t trial = 0; trial < TRIALS; trial++) {
            bool hit = false;
            one_estimate(300, shared, trial * 31 + 3, a, b);
            for (unsigned band = 0; band < bands.bands; band++)
                hit |= sst_band_key(a, 3, band) == sst_band_key(b, 3, band);
            hits += hit;
        }
        double deviation = sqrt(expected * (1 - expected) / TRIALS);
        assert_true(fabs((double)hits / TRIALS - expected) < 5 * deviation + .01);
    }
}

static void disjoint_sets_estimate_nothing(void **state)
{
    (void)state;
    uint16_t a[SST_SKETCH_SLOTS], b[SST_SKETCH_SLOTS];
    for (uint64_t seed = 1; seed < 50; seed++)
        assert_true(one_estimate(200, 0, seed, a, b) < 3.0 / SST_SKETCH_SLOTS);
}

/* Few or many tokens, with repeats, on both sides of what 16-bit numbers reach. */
static void one_pass_gives_what_its_parts_give(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 3, 4, 20, 100, 350, 1000, 5000, 65535, 65536, 65537,
                                    65538, 70000};
    static uint32_t tokens[70000];
    static uint64_t shingles[70000], scratch[70000], table[1 << 18];
    uint64_t seed = 9;
    for (size_t i = 0; i < 70000; i++)
        tokens[i] = (uint32_t)(i % 500 < 40 ? i % 7 : splitmix(&seed));
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        uint16_t expected[SST_SKETCH_SLOTS] = {0}, sketch[SST_SKETCH_SLOTS];
        size_t positions = sst_shingles(tokens, counts[k], SST_SHINGLE_WIDTH, shingles);
        assert_true(sst_distinct_slots(positions) <= sizeof table / sizeof *table);
        sst_sketch_scalar(shingles, positions, expected);
        assert_int_equal(sst_sketch_tokens(tokens, counts[k], scratch, table, sketch),
                         sst_distinct_count(shingles, positions, table));
        assert_memory_equal(sketch, expected, sizeof sketch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_from_splitmix_42),
        cmocka_unit_test(all_paths_follow_the_definition),
        cmocka_unit_test(golden),
        cmocka_unit_test(repeats_and_order_do_not_matter),
        cmocka_unit_test(estimate_is_unbiased),
        cmocka_unit_test(bands_collide_as_in_theory),
        cmocka_unit_test(disjoint_sets_estimate_nothing),
        cmocka_unit_test(one_pass_gives_what_its_parts_give),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
