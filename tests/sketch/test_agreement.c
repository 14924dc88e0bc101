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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_name_equal_slots),
        cmocka_unit_test(floor_is_three_deviations_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
