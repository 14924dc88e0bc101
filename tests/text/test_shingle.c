#include "text/shingle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "samestory.h"

enum { COUNT = 1000 };

static void fill(uint32_t tokens[COUNT])
{
    for (uint32_t i = 0; i < COUNT; i++)
        tokens[i] = (uint32_t)sst_mix64(i + 1);
}

/* Stored shingle counts and archives depend on these values. */
static void known_answers(void **state)
{
    (void)state;
    const uint32_t tokens[] = {1, 2, 3, 4, 5};
    assert_int_equal(sst_shingle(tokens, 1), 0xe5bd4245b30c816bu);
    assert_int_equal(sst_shingle(tokens, 3), 0x16c8ab0149a9b720u);
    assert_int_equal(sst_shingle(tokens, 4), 0x03173bbb4a937061u);
    assert_int_equal(sst_shingle(tokens, 5), 0xe8c02254124b981du);
}

static void widths_agree(void **state)
{
    (void)state;
    uint32_t tokens[COUNT];
    uint64_t shingles[COUNT];
    fill(tokens);
    for (unsigned width = 1; width <= 9; width++) {
        assert_int_equal(sst_shingles(tokens, COUNT, width, shingles), COUNT - width + 1);
        for (size_t i = 0; i + width <= COUNT; i++)
            assert_int_equal(shingles[i], sst_shingle(tokens + i, width));
    }
    for (size_t i = 0; i + 4 <= COUNT; i++) {
        assert_int_equal(sst_shingle3(tokens + i), sst_shingle(tokens + i, 3));
        assert_int_equal(sst_shingle4(tokens + i), sst_shingle(tokens + i, 4));
    }
}

static void short_texts_have_one(void **state)
{
    (void)state;
    const uint32_t tokens[] = {7, 8, 9};
    uint64_t shingle[3] = {0};
    assert_int_equal(sst_shingles(tokens, 0, 3, shingle), 0);
    assert_int_equal(sst_shingles(tokens, 1, 3, shingle), 1);
    assert_int_equal(shingle[0], sst_shingle(tokens, 1));
    assert_int_equal(sst_shingles(tokens, 2, 3, shingle), 1);
    assert_int_equal(shingle[0], sst_shingle(tokens, 2));
    assert_int_equal(sst_shingles(tokens, 3, 3, shingle), 1);
    assert_int_not_equal(shingle[0], sst_shingle(tokens, 2));
    assert_int_equal(sst_shingles(tokens, 3, 0, shingle), 0);
    for (size_t count = 0; count < 9; count++)
        for (size_t width = 1; width < 9; width++)
            assert_int_equal(sst_shingle_positions(count, width),
                             count >= width ? count - width + 1 : count > 0);
}

/* A token that changes flips about half of the bits, each bit about half of the time: high and
 * low bits serve as bins and slots. */
static void every_bit_is_mixed(void **state)
{
    (void)state;
    uint32_t tokens[COUNT];
    fill(tokens);
    unsigned flips[64] = {0};
    unsigned trials = 0;
    for (size_t i = 0; i + 3 <= COUNT; i++)
        for (unsigned place = 0; place < 3; place++) {
            uint32_t changed[3] = {tokens[i], tokens[i + 1], tokens[i + 2]};
            changed[place] ^= 1u << (i % 32);
            uint64_t difference = sst_shingle3(tokens + i) ^ sst_shingle3(changed);
            for (unsigned bit = 0; bit < 64; bit++)
                flips[bit] += (unsigned)(difference >> bit & 1);
            trials++;
        }
    for (unsigned bit = 0; bit < 64; bit++)
        assert_in_range(flips[bit], trials * 45 / 100, trials * 55 / 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(widths_agree),
        cmocka_unit_test(short_texts_have_one),
        cmocka_unit_test(every_bit_is_mixed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
