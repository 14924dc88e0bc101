#include "cmocka_all.h"

#include <string.h>

#include "store/lock.h"
#include "store/scratch.h"

static void test_one_holder(void **state)
{
    (void)state;
    scratch s = scratch_create();
    sst_lock first, second;
    sst_error error = {0};
    assert_int_equal(sst_lock_open(&first, s.path, NULL), SST_OK);
    assert_int_equal(sst_lock_open(&second, s.path, NULL), SST_OK);
    assert_int_equal(sst_lock_acquire(&first, 0, NULL, NULL, NULL), SST_OK);
    assert_int_equal(sst_lock_acquire(&second, 0.05, NULL, NULL, &error), SST_BUSY);
    char process[32];
    snprintf(process, sizeof process, "process %ld", (long)getpid());
    assert_non_null(strstr(error.message, process));
    assert_true(sst_lock_held(&first) >= 0.05); /* the second one waited so long */
    sst_lock_release(&first);
    assert_true(first.longest >= 0.05);
    assert_true(sst_lock_held(&first) == 0);
    assert_int_equal(sst_lock_acquire(&second, 0, NULL, NULL, NULL), SST_OK);
    sst_lock_close(&second); /* closing releases */
    assert_int_equal(sst_lock_acquire(&first, 0, NULL, NULL, NULL), SST_OK);
    sst_lock_close(&first);
    scratch_remove(&s);
}

static void test_folder_must_be_writable(void **state)
{
    (void)state;
    sst_lock lock;
    sst_error error = {0};
    assert_int_equal(sst_lock_open(&lock, "/nowhere/at/all", &error), SST_IO);
    assert_non_null(strstr(error.message, "cannot open the lock file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_holder),
        cmocka_unit_test(test_folder_must_be_writable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
