#include "match/tally.h"

#include "base/hash.h"
#include "cmocka_all.h"

static void sums_of_keys(void **state)
{
    (void)state;
    enum { KEYS = 5000 };
    sst_tally tally = {0};
    for (int round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < 3 * KEYS; i++) {
            uint32_t key = (uint32_t)sst_mix64(i % KEYS) >> 1;
            assert_int_equal(sst_tally_reserve(&tally, 1, NULL), SST_OK);
            sst_tally_add(&tally, key, 10 - i / KEYS);
        }
        assert_int_equal(tally.size, KEYS);
        for (size_t i = 0; i < tally.size; i++) {
            uint32_t slot = tally.used[i];
            assert_int_equal(tally.keys[slot] - 1, (uint32_t)sst_mix64(i) >> 1);
            assert_int_equal(tally.sums[slot], 27);
        }
        sst_tally_reset(&tally);
        assert_int_equal(tally.size, 0);
    }
    sst_tally_free(&tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sums_of_keys)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
