#include "match/shuffle.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/parallel.h"
#include "cmocka_all.h"

enum { COUNT = 60000, BITS = 5 };

static uint64_t item_of(size_t i)
{
    /* A third of the keys stand alone. */
    uint64_t key = i % 3 == 0 ? sst_mix64(i) >> 32 : sst_mix64(i / 5 + 1000000) >> 32;
    return key << 32 | i;
}

/* Low bits of a key, so that the high ones differ inside of a partition. */
static size_t partition_of(uint64_t item)
{
    return (size_t)(item >> 32) % (1u << BITS);
}

static sst_status put_items(void *context, size_t begin, size_t end, unsigned thread,
                            sst_error *error)
{
    sst_shuffle *shuffle = context;
    sst_shuffle_lane *lane = sst_shuffle_lane_of(shuffle, thread);
    sst_status status = SST_OK;
    for (size_t i = begin; i < end && status == SST_OK; i++)
        status = sst_shuffle_put(shuffle, lane, thread, partition_of(item_of(i)), item_of(i),
                                 error);
    return status;
}

static void items_come_out_once(uint64_t memory, unsigned threads)
{
    sst_shuffle *shuffle;
    sst_partition part = {0};
    assert_int_equal(sst_shuffle_create(BITS, threads, memory, NULL, "items", &shuffle, NULL),
                     SST_OK);
    for (int round = 0; round < 2; round++) {
        size_t seen = 0;
        assert_int_equal(sst_parallel(COUNT, 700, threads, put_items, shuffle, NULL), SST_OK);
        assert_int_equal(sst_shuffle_seal(shuffle, NULL), SST_OK);
        assert_int_equal(sst_shuffle_spilled(shuffle) != 0, memory < COUNT);
        for (size_t p = 0; p < sst_shuffle_partitions(shuffle); p++) {
            assert_int_equal(sst_shuffle_load(shuffle, p, &part, NULL), SST_OK);
            sst_partition_sort(&part);
            for (size_t i = 0; i < part.count; i++) {
                assert_int_equal(partition_of(part.items[i]), p);
                assert_int_equal(part.items[i], item_of((uint32_t)part.items[i]));
                assert_true(i == 0 || part.items[i - 1] < part.items[i]);
            }
            seen += part.count;
        }
        assert_int_equal(seen, COUNT);
        assert_int_equal(sst_shuffle_reset(shuffle, NULL), SST_OK);
    }
    sst_partition_free(&part);
    sst_shuffle_free(shuffle);
}

static void in_memory_and_spilled(void **state)
{
    (void)state;
    items_come_out_once(1 << 30, 1);
    items_come_out_once(1 << 30, 3);
    items_come_out_once(0, 1);
    items_come_out_once(0, 3);
}

static void shared_keys_stay(void **state)
{
    (void)state;
    static unsigned char kept[COUNT];
    sst_shuffle *shuffle;
    sst_partition part = {0};
    size_t total = 0;
    assert_int_equal(sst_shuffle_create(BITS, 1, 1 << 30, NULL, "items", &shuffle, NULL), SST_OK);
    assert_int_equal(sst_parallel(COUNT, COUNT, 1, put_items, shuffle, NULL), SST_OK);
    for (size_t p = 0; p < sst_shuffle_partitions(shuffle); p++) {
        assert_int_equal(sst_shuffle_load(shuffle, p, &part, NULL), SST_OK);
        assert_int_equal(sst_partition_sort_shared(&part, NULL), SST_OK);
        for (size_t i = 0; i < part.count; i++) {
            kept[(uint32_t)part.items[i]] = 1;
            assert_true(i == 0 || part.items[i - 1] < part.items[i]);
        }
        total += part.count;
    }
    for (size_t i = 0; i < COUNT; i++)
        if (i % 3 != 0)
            assert_int_equal(kept[i], 1);
    /* Two thirds are shared; of the others most must go. */
    assert_true(total < COUNT * 2 / 3 + COUNT / 3 / 2);
    sst_partition_free(&part);
    sst_shuffle_free(shuffle);
}

/* A key of thousands and keys that differ in low bits only, values falling. */
static void large_slots_are_sorted(void **state)
{
    (void)state;
    enum { MANY = 5000 };
    sst_shuffle *shuffle;
    sst_partition part = {0};
    assert_int_equal(sst_shuffle_create(0, 1, 1 << 30, NULL, "items", &shuffle, NULL), SST_OK);
    sst_shuffle_lane *lane = sst_shuffle_lane_of(shuffle, 0);
    for (uint64_t i = 0; i < MANY; i++) {
        uint64_t key = i % 3 == 0 ? 77 : 0xabcdef00 + i % 200;
        assert_int_equal(sst_shuffle_put(shuffle, lane, 0, 0, key << 32 | (MANY - i), NULL),
                         SST_OK);
    }
    assert_int_equal(sst_shuffle_load(shuffle, 0, &part, NULL), SST_OK);
    assert_int_equal(sst_partition_sort_shared(&part, NULL), SST_OK);
    assert_int_equal(part.count, MANY);
    for (size_t i = 1; i < part.count; i++)
        assert_true(part.items[i - 1] < part.items[i]);
    sst_partition_free(&part);
    sst_shuffle_free(shuffle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_memory_and_spilled),
        cmocka_unit_test(shared_keys_stay),
        cmocka_unit_test(large_slots_are_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
