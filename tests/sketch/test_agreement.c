#include "sketch/agreement.h"

#include <stdlib.h>

#include "cmocka_all.h"

static void bits_name_equal_slots(void **state)
{
    (void)state;
    uint16_t a[SST_SKETCH_SLOTS], b[SST_SKETCH_SLOTS];
    for (uint64_t seed = 1; seed < 200; seed++) {
        unsigned equal = 0;
        uint64_t words[2];
        for (unsigned j = 0; j < SST_SKETCH_SLOTS; j++) {
            a[j] = (uint16_t)sst_mix64(seed * 1000 + j);
            b[j] = sst_mix64(seed * 3000 + j) % 3 == 0 ? a[j] : (uint16_t)(a[j] ^ (1u << j % 16));
            equal += a[j] == b[j];
        }
        sst_sketch_agreement(a, b, words);
        for (unsigned j = 0; j < SST_SKETCH_SLOTS; j++)
            assert_int_equal(words[j / 64] >> j % 64 & 1, a[j] == b[j]);
        assert_int_equal(sst_sketch_agreeing(a, b), equal);
        assert_int_equal(sst_agreement16(a, b), words[0] & 0xffff);
    }
}

static void floor_is_three_deviations_below(void **state)
{
    (void)state;
    assert_int_equal(sst_sketch_floor(.5), 48); /* 64 - 16.97 */
    assert_int_equal(sst_sketch_floor(.8), 89); /* 102.4 - 13.58 */
    assert_int_equal(sst_sketch_floor(.01), 0);
}

/* A Jaccard is within reach of so many agreeing slots exactly when they reach its floor. */
static void most_is_the_inverse_of_floor(void **state)
{
    (void)state;
    assert_true(sst_sketch_most(0) > .065 && sst_sketch_most(0) < .066); /* 9 / (128 + 9) */
    for (unsigned agreeing = 0; agreeing <= SST_SKETCH_SLOTS; agreeing++) {
        double most = sst_sketch_most(agreeing);
        assert_true(most < 1.000001 && sst_sketch_floor(most - .000001) <= agreeing);
        if (agreeing < SST_SKETCH_SLOTS)
            assert_int_equal(sst_sketch_floor(most + .000001), agreeing + 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_name_equal_slots),
        cmocka_unit_test(floor_is_three_deviations_below),
        cmocka_unit_test(most_is_the_inverse_of_floor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
