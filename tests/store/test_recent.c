/* The newest entries: found by key from new to old, and in order for a segment. */
#include "cmocka_all.h"

#include "base/hash.h"
#include "store/recent.h"

enum { STORIES = 3000, KEYS = 11, FIRST = 70000 };

/* Many keys once, some often. */
static uint64_t key_of(uint32_t number, unsigned i)
{
    uint64_t random = sst_mix64((uint64_t)number << 8 | i);
    uint64_t key = random % 5 == 0 ? sst_mix64(random % 7) : random;
    return key >> (64 - SST_KEY_BITS);
}

static void fill(sst_recent *recent)
{
    uint64_t keys[KEYS];
    for (uint32_t number = FIRST; number < FIRST + STORIES; number++) {
        for (unsigned i = 0; i < KEYS; i++)
            keys[i] = key_of(number, i);
        assert_int_equal(sst_recent_append(recent, number, keys, KEYS, NULL), SST_OK);
    }
}

static void test_order(void **state)
{
    (void)state;
    sst_recent recent = {0};
    for (unsigned round = 0; round < 2; round++) {
        uint64_t sum = 0, expected = 0;
        fill(&recent);
        assert_int_equal(sst_recent_sort(&recent, NULL), SST_OK);
        assert_int_equal(recent.count, STORIES * KEYS);
        for (size_t i = 0; i < recent.count; i++) {
            sst_posting at = sst_recent_sorted(&recent, i);
            sum += sst_mix64(at.key ^ (uint64_t)at.number << 36);
            expected += sst_mix64(recent.entries[i].key ^ (uint64_t)recent.entries[i].number << 36);
            if (i == 0)
                continue;
            sst_posting before = sst_recent_sorted(&recent, i - 1);
            assert_true(before.key < at.key ||
                        (before.key == at.key && before.number <= at.number));
        }
        assert_int_equal(sum, expected);
        sst_recent_reset(&recent);
    }
    sst_recent_free(&recent);
}

static void test_chains(void **state)
{
    (void)state;
    sst_recent recent = {0};
    fill(&recent);
    assert_int_equal(sst_recent_find(&recent, key_of(FIRST, 0)), 0); /* not admitted yet */
    assert_int_equal(sst_recent_admit(&recent, NULL), SST_OK);
    for (unsigned i = 0; i < KEYS; i++) {
        uint64_t key = key_of(FIRST + 5, i);
        size_t found = 0, expected = 0;
        uint32_t last = UINT32_MAX;
        for (uint32_t at = sst_recent_find(&recent, key); at != 0;
             at = recent.entries[at - 1].older, found++) {
            assert_int_equal(recent.entries[at - 1].key, key);
            assert_true(recent.entries[at - 1].number <= last);
            last = recent.entries[at - 1].number;
        }
        for (size_t at = 0; at < recent.count; at++)
            expected += recent.entries[at].key == key;
        assert_int_equal(found, expected);
    }
    sst_recent_free(&recent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_chains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
