#include "match/candidates.h"

#include <stdlib.h>

#include "base/hash.h"
#include "cmocka_all.h"

static void repeats_do_not_pile_up(void **state)
{
    (void)state;
    enum { DISTINCT = 5000, ADDED = 6000000 };
    sst_candidates parts[2] = {{0}, {0}}, all = {0};
    for (uint32_t i = 0; i < ADDED; i++) {
        uint32_t a = i % DISTINCT;
        assert_int_equal(sst_candidates_add(&parts[i % 2], sst_candidate(a + 7, a), NULL), SST_OK);
    }
    assert_true(parts[0].capacity < ADDED / 3);
    assert_int_equal(sst_candidates_merge(parts, 2, 2, &all, NULL), SST_OK);
    assert_int_equal(all.count, DISTINCT);
    for (uint32_t i = 0; i < DISTINCT; i++)
        assert_int_equal(all.items[i], (uint64_t)i << 32 | (i + 7));
    assert_null(parts[0].items);
    free(all.items);
}

static void subtraction(void **state)
{
    (void)state;
    uint64_t items[] = {1, 3, 5, 7, 9}, gone[] = {0, 3, 4, 9, 12};
    sst_candidates list = {.items = items, .count = 5}, known = {.items = gone, .count = 5};
    sst_candidates_subtract(&list, &known);
    assert_int_equal(list.count, 3);
    assert_int_equal(items[0], 1);
    assert_int_equal(items[1], 5);
    assert_int_equal(items[2], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeats_do_not_pile_up),
        cmocka_unit_test(subtraction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
