#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "cmocka_all.h"

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* How an item is made from its index. */
typedef uint64_t (*shape)(uint64_t i);

static uint64_t shape_random(uint64_t i)
{
    return sst_mix64(i + 1);
}

static uint64_t shape_pairs(uint64_t i)
{
    return (sst_mix64(i) % 3000) << 32 | sst_mix64(i + 77) % 3000;
}

static uint64_t shape_equal(uint64_t i)
{
    (void)i;
    return 42;
}

static uint64_t shape_skewed(uint64_t i)
{
    return i % 10 == 0 ? sst_mix64(i) : UINT64_MAX - sst_mix64(i) % 5;
}

static uint64_t shape_falling(uint64_t i)
{
    return UINT64_MAX - i;
}

static uint64_t shape_narrow(uint64_t i)
{
    return 0xabcdef0000000000u | (sst_mix64(i) & 7);
}

static const shape shapes[] = {shape_random, shape_pairs,   shape_equal,
                               shape_skewed, shape_falling, shape_narrow};
enum { SHAPES = sizeof shapes / sizeof shapes[0], MOST = 100000 };

typedef struct arrays {
    uint64_t *items, *wanted, *scratch;
} arrays;

static int create(void **state)
{
    arrays *a = calloc(1, sizeof *a);
    a->items = malloc(MOST * sizeof(uint64_t));
    a->wanted = malloc(MOST * sizeof(uint64_t));
    a->scratch = malloc(MOST * sizeof(uint64_t));
    *state = a;
    return 0;
}

static int release(void **state)
{
    arrays *a = *state;
    free(a->items);
    free(a->wanted);
    free(a->scratch);
    free(a);
    return 0;
}

static void fill(arrays *a, size_t count, shape made)
{
    for (size_t i = 0; i < count; i++)
        a->items[i] = made(i);
    memcpy(a->wanted, a->items, count * sizeof(uint64_t));
    qsort(a->wanted, count, sizeof(uint64_t), compare);
}

static void blocks_as_qsort(void **state)
{
    arrays *a = *state;
    static const size_t counts[] = {0, 1, 2, 31, 32, 33, 100, 4097, 20000};
    for (size_t s = 0; s < SHAPES; s++)
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            fill(a, counts[c], shapes[s]);
            sst_sort_block(a->items, a->scratch, counts[c]);
            assert_memory_equal(a->items, a->wanted, counts[c] * sizeof(uint64_t));
        }
}

static void large_as_qsort_on_any_threads(void **state)
{
    arrays *a = *state;
    for (size_t s = 0; s < SHAPES; s++)
        for (unsigned threads = 1; threads <= 7; threads += 3) {
            fill(a, MOST, shapes[s]);
            assert_int_equal(sst_sort(a->items, a->scratch, MOST, threads, NULL), SST_OK);
            assert_memory_equal(a->items, a->wanted, MOST * sizeof(uint64_t));
        }
}

static void unique_drops_repeats(void **state)
{
    (void)state;
    uint64_t items[] = {0, 0, 1, 5, 5, 5, UINT64_MAX};
    const uint64_t wanted[] = {0, 1, 5, UINT64_MAX};
    assert_int_equal(sst_sort_unique(items, 7), 4);
    assert_memory_equal(items, wanted, sizeof wanted);
    assert_int_equal(sst_sort_unique(items, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_as_qsort),
        cmocka_unit_test(large_as_qsort_on_any_threads),
        cmocka_unit_test(unique_drops_repeats),
    };
    return cmocka_run_group_tests(tests, create, release);
}
