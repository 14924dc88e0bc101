#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"
#include "sketch/sketch.h"

/* Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, 3.4.2: b = 20, r = 5. */
static void formula_as_in_the_book(void **state)
{
    (void)state;
    static const double wanted[][2] = {{.2, .006}, {.3, .047}, {.4, .186}, {.5, .470},
                                       {.6, .802}, {.7, .975}, {.8, .9996}};
    sst_bands bands = {.bands = 20, .rows = 5};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        assert_true(fabs(sst_bands_probability(bands, wanted[i][0]) - wanted[i][1]) < .0006);
}

static void more_bands_find_more(void **state)
{
    (void)state;
    for (double s = .1; s < 1; s += .2) {
        double few = sst_bands_probability((sst_bands){10, 3}, s);
        assert_true(sst_bands_probability((sst_bands){20, 3}, s) > few);
        assert_true(sst_bands_probability((sst_bands){10, 4}, s) < few);
    }
}

static void table_of_choices(void **state)
{
    (void)state;
    /* At recall .98 for thresholds .30, .35 ... .95: a change changes what is found. */
    static const sst_bands wanted[] = {{64, 2}, {64, 2}, {64, 2}, {42, 3}, {42, 3},
                                       {42, 3}, {32, 4}, {32, 4}, {25, 5}, {21, 6},
                                       {18, 7}, {16, 8}, {11, 11}, {8, 16}};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        double threshold = .30 + .05 * (double)i;
        sst_bands bands = {0, 0};
        assert_int_equal(sst_bands_choose(threshold, .98, &bands, NULL), SST_OK);
        printf("threshold %.2f: %u bands of %u rows, recall %.4f\n", threshold, bands.bands,
               bands.rows, sst_bands_probability(bands, threshold));
        assert_true(sst_bands_probability(bands, threshold) >= .98);
        sst_bands next = {SST_SKETCH_SLOTS / (bands.rows + 1), bands.rows + 1};
        assert_true(sst_bands_probability(next, threshold) < .98);
        assert_int_equal(bands.bands, wanted[i].bands);
        assert_int_equal(bands.rows, wanted[i].rows);
    }
}

static void bad_arguments_say_so(void **state)
{
    (void)state;
    sst_bands bands;
    sst_error error;
    assert_int_equal(sst_bands_choose(0, .98, &bands, &error), SST_ARGUMENT);
    assert_int_equal(sst_bands_choose(1, .98, &bands, &error), SST_ARGUMENT);
    assert_int_equal(sst_bands_choose(NAN, .98, &bands, &error), SST_ARGUMENT);
    assert_int_equal(sst_bands_choose(.5, 1, &bands, &error), SST_ARGUMENT);
    assert_int_equal(sst_bands_choose(.001, .98, &bands, &error), SST_ARGUMENT);
    assert_non_null(strstr(error.message, "128 slots cannot reach recall 0.98"));
}

static void keys_follow_their_slots(void **state)
{
    (void)state;
    uint16_t sketch[SST_SKETCH_SLOTS];
    uint32_t keys[SST_SKETCH_SLOTS], changed[SST_SKETCH_SLOTS];
    for (unsigned rows = 1; rows <= SST_SKETCH_SLOTS; rows = rows * 2 + 1) {
        sst_bands bands = {SST_SKETCH_SLOTS / rows, rows};
        for (unsigned j = 0; j < SST_SKETCH_SLOTS; j++)
            sketch[j] = (uint16_t)sst_mix64(j);
        sst_band_keys(sketch, bands, keys);
        for (unsigned j = 0; j < bands.bands * rows; j++) {
            sketch[j] ^= 1;
            sst_band_keys(sketch, bands, changed);
            for (unsigned band = 0; band < bands.bands; band++)
                assert_int_equal(keys[band] == changed[band], band != j / rows);
            sketch[j] ^= 1;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formula_as_in_the_book), cmocka_unit_test(more_bands_find_more),
        cmocka_unit_test(table_of_choices),       cmocka_unit_test(bad_arguments_say_so),
        cmocka_unit_test(keys_follow_their_slots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
