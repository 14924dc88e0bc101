/* Gaps between matches: the words found are a longest common subsequence. */
#include "judge/gap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"

enum { ROUNDS = 20000, LONGEST = 40 };

static uint64_t draw(uint64_t *seed, uint64_t limit)
{
    return sst_mix64(++*seed) % limit;
}

/* The table of the textbook. */
static uint32_t longest_common(const uint32_t *x, uint32_t x_size, const uint32_t *y,
                               uint32_t y_size)
{
    static uint32_t best[LONGEST + 1][LONGEST + 1];
    memset(best, 0, sizeof best);
    for (uint32_t i = x_size; i-- > 0;)
        for (uint32_t j = y_size; j-- > 0;) {
            uint32_t skip = best[i + 1][j] > best[i][j + 1] ? best[i + 1][j] : best[i][j + 1];
            best[i][j] = x[i] == y[j] ? best[i + 1][j + 1] + 1 : skip;
        }
    return best[0][0];
}

static void test_longest(void **state)
{
    (void)state;
    uint64_t seed = 3;
    uint32_t x[LONGEST], y[LONGEST];
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t words = 1 + draw(&seed, 30);
        for (int i = 0; i < LONGEST; i++) {
            x[i] = (uint32_t)draw(&seed, words);
            y[i] = (uint32_t)draw(&seed, words);
        }
        sst_gap gap = {(uint32_t)draw(&seed, 10), (uint32_t)draw(&seed, 10),
                       1 + (uint32_t)draw(&seed, SST_ALIGN_GAP),
                       1 + (uint32_t)draw(&seed, SST_ALIGN_GAP)};
        sst_block found[SST_ALIGN_GAP];
        uint32_t count = sst_gap_fill(x, y, &gap, found), a = gap.x, b = gap.y;
        assert_int_equal(count, longest_common(x + gap.x, gap.x_size, y + gap.y, gap.y_size));
        for (uint32_t i = 0; i < count; i++) {
            assert_true(found[i].a >= a && found[i].b >= b && found[i].length == 1);
            assert_int_equal(x[found[i].a], y[found[i].b]);
            a = found[i].a + 1;
            b = found[i].b + 1;
        }
        assert_true(a <= gap.x + gap.x_size && b <= gap.y + gap.y_size);
    }
}

static void test_none(void **state)
{
    (void)state;
    uint32_t x[LONGEST] = {0};
    sst_block found[SST_ALIGN_GAP];
    assert_int_equal(sst_gap_fill(x, x, &(sst_gap){0, 0, 0, 5}, found), 0);
    assert_int_equal(sst_gap_fill(x, x, &(sst_gap){0, 0, 5, 0}, found), 0);
    assert_int_equal(sst_gap_fill(x, x, &(sst_gap){0, 0, SST_ALIGN_GAP + 1, 2}, found), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_longest),
        cmocka_unit_test(test_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
