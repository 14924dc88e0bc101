/* Alignment: known answers, properties over random edits, and a cost that is never quadratic. */
#include "judge/align.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"

enum { LONGEST = 400, ROUNDS = 600, STEPS_A_TOKEN = 64 };

static sst_aligner *aligner;

static void check_blocks(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count,
                         const sst_block *expected, size_t expected_count)
{
    const sst_block *blocks;
    size_t count;
    assert_int_equal(sst_align(aligner, a, a_count, b, b_count, &blocks, &count, NULL), SST_OK);
    assert_int_equal(count, expected_count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(blocks[i].a, expected[i].a);
        assert_int_equal(blocks[i].b, expected[i].b);
        assert_int_equal(blocks[i].length, expected[i].length);
        assert_int_equal(blocks[i].moved, expected[i].moved);
    }
}

static void test_equal(void **state)
{
    (void)state;
    const uint32_t a[] = {1, 2, 3, 4, 5, 6};
    check_blocks(a, 6, a, 6, (sst_block[]){{0, 0, 6, false}}, 1);
}

static void test_nothing(void **state)
{
    (void)state;
    const uint32_t a[] = {1, 2, 3, 4}, b[] = {5, 6, 7, 8};
    check_blocks(a, 4, b, 4, NULL, 0);
    check_blocks(a, 2, a, 4, NULL, 0);
    check_blocks(a, 0, a, 0, NULL, 0);
}

/* A word replaced, words inserted, words deleted. */
static void test_edits(void **state)
{
    (void)state;
    const uint32_t a[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    const uint32_t replaced[] = {1, 2, 3, 4, 5, 66, 7, 8, 9, 10, 11, 12};
    const uint32_t inserted[] = {1, 2, 3, 4, 5, 6, 77, 78, 7, 8, 9, 10, 11, 12};
    check_blocks(a, 12, replaced, 12, (sst_block[]){{0, 0, 5, false}, {6, 6, 6, false}}, 2);
    check_blocks(a, 12, inserted, 14, (sst_block[]){{0, 0, 6, false}, {6, 8, 6, false}}, 2);
    check_blocks(inserted, 14, a, 12, (sst_block[]){{0, 0, 6, false}, {8, 6, 6, false}}, 2);
}

/* A single equal word between two changes is found by the gap's own alignment. */
static void test_gap(void **state)
{
    (void)state;
    const uint32_t a[] = {1, 2, 3, 40, 5, 60, 7, 8, 9}, b[] = {1, 2, 3, 41, 42, 5, 61, 7, 8, 9};
    check_blocks(a, 9, b, 10,
                 (sst_block[]){{0, 0, 3, false}, {4, 5, 1, false}, {6, 7, 3, false}}, 3);
}

/* The lighter of two exchanged passages has moved; under five tokens it is chance. */
static void test_moved(void **state)
{
    (void)state;
    const uint32_t a[] = {1, 2, 3, 4, 5, 11, 12, 13, 14, 15, 16, 17};
    const uint32_t b[] = {11, 12, 13, 14, 15, 16, 17, 1, 2, 3, 4, 5};
    check_blocks(a, 12, b, 12, (sst_block[]){{0, 7, 5, true}, {5, 0, 7, false}}, 2);
    check_blocks(a + 1, 11, b, 12, (sst_block[]){{4, 0, 7, false}}, 1);
}

/* Random words, then random deletions, replacements and an exchange of two halves. */
static size_t make_edited(uint64_t *seed, const uint32_t *a, size_t count, uint32_t *b)
{
    size_t length = 0, turn = (size_t)(sst_mix64(++*seed) % (count + 1));
    for (size_t i = 0; i < count; i++) {
        uint64_t random = sst_mix64(++*seed);
        uint32_t word = a[(i + turn) % count];
        if (random % 16 == 0)
            continue;
        b[length++] = random % 16 == 1 ? (uint32_t)(random >> 32) : word;
    }
    return length;
}

static void check_disjoint(const sst_block *blocks, size_t count, const uint32_t *a,
                           size_t a_count, const uint32_t *b, size_t b_count)
{
    char used[LONGEST] = {0};
    size_t a_end = 0, chained = 0;
    for (size_t i = 0; i < count; i++) {
        sst_block block = blocks[i];
        assert_true(block.length > 0 && block.a >= a_end);
        a_end = (size_t)block.a + block.length;
        assert_true(a_end <= a_count && (size_t)block.b + block.length <= b_count);
        assert_memory_equal(a + block.a, b + block.b, block.length * sizeof *a);
        assert_null(memchr(used + block.b, 1, block.length));
        memset(used + block.b, 1, block.length);
        if (block.moved)
            continue;
        assert_true(block.b >= chained);
        chained = (size_t)block.b + block.length;
    }
}

static int compare_b(const void *left, const void *right)
{
    const sst_block *a = left, *b = right;
    return a->b < b->b ? -1 : a->b > b->b;
}

static void test_properties(void **state)
{
    (void)state;
    uint64_t seed = 20;
    uint32_t a[LONGEST], b[LONGEST];
    sst_block copy[LONGEST];
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t words = 2 + (uint32_t)(sst_mix64(++seed) % 300); /* few words repeat a lot */
        size_t a_count = (size_t)(sst_mix64(++seed) % (LONGEST - 1)) + 1;
        for (size_t i = 0; i < a_count; i++)
            a[i] = (uint32_t)(sst_mix64(++seed) % words);
        size_t b_count = make_edited(&seed, a, a_count, b);
        const sst_block *blocks;
        size_t count, mirrored;
        assert_int_equal(sst_align(aligner, a, a_count, b, b_count, &blocks, &count, NULL),
                         SST_OK);
        check_disjoint(blocks, count, a, a_count, b, b_count);
        assert_true(count <= LONGEST);
        if (count > 0) {
            memcpy(copy, blocks, count * sizeof *copy);
            qsort(copy, count, sizeof *copy, compare_b);
        }
        assert_int_equal(sst_align(aligner, b, b_count, a, a_count, &blocks, &mirrored, NULL),
                         SST_OK);
        assert_int_equal(mirrored, count);
        for (size_t i = 0; i < count; i++)
            assert_true(blocks[i].a == copy[i].b && blocks[i].b == copy[i].a &&
                        blocks[i].length == copy[i].length && blocks[i].moved == copy[i].moved);
    }
}

/* Steps for `x` tokens of period `x_period` against `y` of period `y_period`; 0: all differ. */
static uint64_t steps(size_t x, uint32_t x_period, size_t y, uint32_t y_period)
{
    uint32_t *a = malloc(x * sizeof *a), *b = malloc(y * sizeof *b);
    assert_true(a != NULL && b != NULL);
    for (size_t i = 0; i < x; i++)
        a[i] = x_period == 0 ? (uint32_t)i : (uint32_t)i % x_period;
    for (size_t i = 0; i < y; i++)
        b[i] = y_period == 0 ? (uint32_t)i : (uint32_t)i % y_period;
    const sst_block *blocks;
    size_t count;
    assert_int_equal(sst_align(aligner, a, x, b, y, &blocks, &count, NULL), SST_OK);
    free(a);
    free(b);
    return sst_aligner_steps(aligner);
}

static void test_cost(void **state)
{
    (void)state;
    static const struct {
        size_t x, y;
        uint32_t x_period, y_period;
    } worst[] = {
        {20, 200000, 0, 0},    {20, 200000, 1, 1},    {50000, 50000, 1, 1},
        {50000, 50000, 3, 3},  {50000, 50000, 0, 0},  {50000, 50000, 100, 100},
        {50000, 50000, 97, 101}, {300, 100000, 0, 299}, {50000, 50000, 0, 7},
    };
    for (size_t i = 0; i < sizeof worst / sizeof *worst; i++) {
        uint64_t taken = steps(worst[i].x, worst[i].x_period, worst[i].y, worst[i].y_period);
        assert_true(taken <= STEPS_A_TOKEN * (worst[i].x + worst[i].y) + 4096);
    }
}

static int create(void **state)
{
    (void)state;
    return sst_aligner_create(&aligner, NULL) == SST_OK ? 0 : -1;
}

static int release(void **state)
{
    (void)state;
    sst_aligner_free(aligner);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal),      cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_edits),      cmocka_unit_test(test_gap),
        cmocka_unit_test(test_moved),      cmocka_unit_test(test_properties),
        cmocka_unit_test(test_cost),
    };
    return cmocka_run_group_tests(tests, create, release);
}
