#include "base/hash.h"
#include "cmocka_all.h"
#include "sketch/sketch.h"

static void counts_distinct(void **state)
{
    (void)state;
    static uint64_t hashes[5000], table[16384];
    for (size_t range = 1; range <= 4096; range *= 4) {
        for (size_t i = 0; i < 5000; i++)
            hashes[i] = sst_mix64(i % range);
        assert_true(sst_distinct_slots(5000) <= 16384);
        assert_int_equal(sst_distinct_count(hashes, 5000, table), range);
    }
    assert_int_equal(sst_distinct_count(hashes, 0, table), 0);
}

/* Beyond what 16-bit numbers reach, and just below. */
static void long_texts_count(void **state)
{
    (void)state;
    static uint64_t hashes[70000], table[1 << 18];
    for (size_t i = 0; i < 70000; i++)
        hashes[i] = sst_mix64(i < 60000 ? i : i - 60000);
    assert_true(sst_distinct_slots(70000) <= 1 << 18);
    assert_int_equal(sst_distinct_count(hashes, 70000, table), 60000);
    assert_int_equal(sst_distinct_count(hashes, UINT16_MAX, table), 60000);
    assert_int_equal(sst_distinct_count(hashes, UINT16_MAX - 1, table), 60000);
}

/* A text's own shingles: nearly all stand once; others may share their low bits. */
static void rare_repeats_count(void **state)
{
    (void)state;
    static uint64_t hashes[1000], table[2048];
    for (size_t count = 100; count <= 1000; count += 50) {
        for (size_t i = 0; i < count; i++)
            hashes[i] = sst_mix64(i + 1);
        assert_int_equal(sst_distinct_count(hashes, count, table), count);
        hashes[count - 1] = hashes[count - 2] = hashes[3];
        hashes[7] = hashes[50] = 0;
        hashes[8] = (uint64_t)1 << 63; /* differs from 0 in a bit that no list looks at */
        assert_int_equal(sst_distinct_count(hashes, count, table), count - 3);
    }
}

static void zero_and_neighbours_count(void **state)
{
    (void)state;
    uint64_t table[64];
    /* All of one slot: low bits are equal. */
    const uint64_t hashes[] = {0, 1u << 20, 2u << 20, 0, 3u << 20, 1u << 20, UINT64_MAX};
    assert_int_equal(sst_distinct_count(hashes, 7, table), 5);
    assert_int_equal(sst_distinct_count(hashes, 1, table), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_distinct),
        cmocka_unit_test(long_texts_count),
        cmocka_unit_test(rare_repeats_count),
        cmocka_unit_test(zero_and_neighbours_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
