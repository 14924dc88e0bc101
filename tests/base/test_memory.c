#include "base/memory.h"

#include <string.h>

#include "cmocka_all.h"

static void multiplication_saturates(void **state)
{
    (void)state;
    assert_true(sst_size_multiply(3, 4) == 12);
    assert_true(sst_size_multiply(0, SIZE_MAX) == 0);
    assert_true(sst_size_multiply(SIZE_MAX, 0) == 0);
    assert_true(sst_size_multiply(SIZE_MAX / 2, 2) == SIZE_MAX - 1);
    assert_true(sst_size_multiply(SIZE_MAX / 2 + 1, 2) == SIZE_MAX);
}

static void allocation(void **state)
{
    (void)state;
    sst_error error;
    void *nothing = sst_allocate(0, 8, "nothing", &error);
    assert_non_null(nothing);
    free(nothing);
    unsigned char *zeroed = sst_allocate_zeroed(100, 3, "zeroes", &error);
    for (int i = 0; i < 300; i++)
        assert_int_equal(zeroed[i], 0);
    free(zeroed);
    assert_null(sst_allocate(SIZE_MAX / 2, 3, "the sky", &error));
    assert_int_equal(error.status, SST_MEMORY);
    assert_non_null(strstr(error.message, "the sky"));
    assert_null(sst_allocate_zeroed(SIZE_MAX, 1, "the sky", NULL));
}

static void arrays_grow_and_keep(void **state)
{
    (void)state;
    uint32_t *items = NULL;
    size_t capacity = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        assert_int_equal(SST_RESERVE(&items, &capacity, i + 1u, "items", NULL), SST_OK);
        items[i] = i;
    }
    assert_true(capacity >= 1000);
    for (uint32_t i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);

    size_t before = capacity;
    sst_error error;
    assert_int_equal(SST_RESERVE(&items, &capacity, SIZE_MAX / 4 + 2, "items", &error),
                     SST_MEMORY);
    assert_int_equal(capacity, before);
    assert_int_equal(items[999], 999);
    free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(multiplication_saturates), cmocka_unit_test(allocation),
        cmocka_unit_test(arrays_grow_and_keep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
