/* The index against a plain list: the same answers whatever was flushed, merged or removed. */
#include "cmocka_all.h"

#include <string.h>

#include "base/hash.h"
#include "store/index.h"
#include "store/scratch.h"
#include "store/store.h"

enum { KEYS = 20, STORIES = 30000 };

static uint64_t key_of(uint32_t number, unsigned i)
{
    uint64_t random = sst_mix64((uint64_t)number << 8 | i);
    /* The first key is shared by every 50th story, the others by few or none. */
    return i == 0 ? sst_index_key(SST_KEY_BAND, number % 50)
                  : sst_index_key(SST_KEY_SAMPLE, random % 100000);
}

static void keys_of(uint32_t number, uint64_t keys[KEYS])
{
    for (unsigned i = 0; i < KEYS; i++)
        keys[i] = key_of(number, i);
}

static bool has_key(uint32_t number, uint64_t key)
{
    for (unsigned i = 0; i < KEYS; i++)
        if (key_of(number, i) == key)
            return true;
    return false;
}

static sst_store *open_store(const scratch *s)
{
    sst_store_options options = {.create = true, .wait = 5};
    sst_store *store;
    sst_error error = {0};
    assert_int_equal(sst_store_open(s->path, &options, &store, &error), SST_OK);
    return store;
}

static void add_story(sst_store *store, uint32_t number)
{
    uint64_t keys[KEYS];
    keys_of(number, keys);
    char id[16];
    uint16_t sketch[SST_SKETCH_SLOTS] = {0};
    int size = snprintf(id, sizeof id, "s%u", number);
    sst_row row = {.number = number, .cluster = number, .id = {id, (size_t)size},
                   .published = SST_NO_TIME, .first_seen = number, .sketch = sketch};
    assert_int_equal(sst_index_add(sst_store_index(store), number, keys, KEYS, NULL), SST_OK);
    assert_int_equal(sst_store_append(store, &row, (sst_slice){"x", 1}, NULL), SST_OK);
}

static void add_stories(sst_store *store, uint32_t begin, uint32_t end, uint32_t step)
{
    for (uint32_t at = begin; at < end; at += step) {
        assert_int_equal(sst_store_begin(store, NULL), SST_OK);
        for (uint32_t number = at; number < at + step && number < end; number++)
            add_story(store, number);
        assert_int_equal(sst_store_commit(store, NULL), SST_OK);
    }
}

/* All stories below `bound` and not removed that have the key. */
static void check_key(sst_store *store, uint64_t key, uint32_t bound, bool (*alive)(uint32_t))
{
    sst_hits hits = {0};
    assert_int_equal(sst_index_find(sst_store_index(store), &key, 1, bound, &hits, NULL), SST_OK);
    uint32_t expected[STORIES + 1];
    size_t count = 0;
    for (uint32_t number = 1; number < bound; number++)
        if (alive(number) && has_key(number, key))
            expected[count++] = number;
    size_t at = 0, kept = count > 2 * SST_HITS_END ? 2 * SST_HITS_END : count;
    for (size_t i = 0; i < count; i++) {
        if (count > kept && i >= SST_HITS_END && i < count - SST_HITS_END)
            continue;
        /* A story may have a key twice. */
        assert_true(at < hits.count);
        assert_int_equal(hits.items[at].number, expected[i]);
        while (at < hits.count && hits.items[at].number == expected[i])
            at++;
    }
    assert_int_equal(at, hits.count);
    free(hits.items);
}

static bool all_alive(uint32_t number)
{
    (void)number;
    return true;
}

static void check_some_keys(sst_store *store, uint32_t stories, bool (*alive)(uint32_t))
{
    assert_int_equal(sst_store_begin_read(store, NULL), SST_OK);
    for (uint32_t i = 0; i < 12; i++) {
        uint32_t number = 1 + (uint32_t)(sst_mix64(i) % (stories - 1));
        check_key(store, key_of(number, i % KEYS == 0 ? 1 : i % KEYS), stories, alive);
        check_key(store, key_of(number, 2), number, alive);
    }
    /* A list that is longer than what is kept of it, up to a story in its middle. */
    check_key(store, sst_index_key(SST_KEY_BAND, 7), stories / 2, alive);
    check_key(store, sst_index_key(SST_KEY_BAND, 7), stories, alive);
    check_key(store, sst_index_key(SST_KEY_SHORT, 77), stories, alive);
    sst_store_rollback(store);
}

static void test_answers_survive_merges_and_reopening(void **state)
{
    (void)state;
    scratch s = scratch_create();
    sst_store *store = open_store(&s);
    add_stories(store, 1, 3000, 37);
    check_some_keys(store, 3000, all_alive);
    add_stories(store, 3000, STORIES, 1500);
    check_some_keys(store, STORIES, all_alive);
    sst_index_counts counts;
    sst_index_count(sst_store_index(store), &counts);
    assert_true(counts.segments > 1 && counts.segments < 20);
    sst_store_close(store);
    store = open_store(&s);
    check_some_keys(store, STORIES, all_alive);
    sst_store_close(store);
    scratch_remove(&s);
}

static void check_common_key(sst_store *store, uint64_t key, uint32_t number)
{
    sst_hits hits = {0};
    assert_int_equal(sst_index_find(sst_store_index(store), &key, 1, number + 1, &hits, NULL),
                     SST_OK);
    size_t expected = number < 2 * SST_HITS_END ? number : 2 * SST_HITS_END;
    assert_int_equal(hits.count, expected);
    assert_int_equal(hits.items[0].number, 1);
    assert_int_equal(hits.items[hits.count - 1].number, number);
    if (number > 2 * SST_HITS_END)
        assert_int_equal(hits.items[SST_HITS_END].number, number + 1 - SST_HITS_END);
    free(hits.items);
}

/* A common key gives the first and last stories, the same list from memory and from pages. */
static void test_long_lists_keep_both_ends(void **state)
{
    (void)state;
    enum { STEP = 100, LAST = 5000 };
    scratch s = scratch_create();
    sst_store *store = open_store(&s);
    uint64_t key = sst_index_key(SST_KEY_TEXT, 1);
    for (uint32_t number = 1; number <= LAST; number++) {
        if (number % STEP == 1)
            assert_int_equal(sst_store_begin(store, NULL), SST_OK);
        assert_int_equal(sst_index_add(sst_store_index(store), number, &key, 1, NULL), SST_OK);
        if (number % STEP != 0)
            continue;
        assert_int_equal(sst_store_commit(store, NULL), SST_OK);
        for (uint32_t last = number <= 700 ? 1 : number - 700; last <= number; last += 3)
            check_common_key(store, key, last);
    }
    sst_store_close(store);
    scratch_remove(&s);
}

static bool not_removed(uint32_t number)
{
    return number != 4321;
}

static void test_remove_one(void **state)
{
    (void)state;
    scratch s = scratch_create();
    sst_store *store = open_store(&s);
    add_stories(store, 1, 9000, 700);
    uint64_t keys[KEYS];
    keys_of(4321, keys);
    assert_int_equal(sst_store_begin(store, NULL), SST_OK);
    assert_int_equal(sst_index_remove(sst_store_index(store), 4321, keys, KEYS, NULL), SST_OK);
    assert_int_equal(sst_store_commit(store, NULL), SST_OK);
    assert_int_equal(sst_store_begin_read(store, NULL), SST_OK);
    for (unsigned i = 1; i < KEYS; i++)
        check_key(store, keys[i], 9000, not_removed);
    sst_store_rollback(store);
    sst_store_close(store);
    scratch_remove(&s);
}

static bool is_young(uint32_t number)
{
    return number >= 12000;
}

static void test_expiry_empties_pages(void **state)
{
    (void)state;
    scratch s = scratch_create();
    sst_store *store = open_store(&s);
    add_stories(store, 1, STORIES, 2500);
    uint64_t removed;
    assert_int_equal(sst_store_expire(store, 12000, 50000, &removed, NULL), SST_OK);
    assert_int_equal(removed, 11999);
    sst_index_counts counts;
    sst_index_count(sst_store_index(store), &counts);
    assert_int_equal(counts.entries, (uint64_t)(STORIES - 12000) * KEYS);
    check_some_keys(store, STORIES, is_young);
    sst_store_close(store);
    scratch_remove(&s);
}

/* What a transaction that did not end wrote is gone, in memory, too. */
static void test_rollback(void **state)
{
    (void)state;
    scratch s = scratch_create();
    sst_store *store = open_store(&s);
    add_stories(store, 1, 3000, 500);
    assert_int_equal(sst_store_begin(store, NULL), SST_OK);
    for (uint32_t number = 3000; number < 3100; number++)
        add_story(store, number);
    sst_store_rollback(store);
    check_some_keys(store, 3000, all_alive);
    assert_int_equal(sst_store_next(store), 3000);
    add_stories(store, 3000, 3200, 50);
    check_some_keys(store, 3200, all_alive);
    sst_store_close(store);
    scratch_remove(&s);
}

/* However long the stream, a question looks into few segments. */
static void test_segments_stay_few(void **state)
{
    (void)state;
    enum { SEGMENTS = 300, SIZE = 1024, MOST = 16 };
    scratch s = scratch_create();
    sst_store *store = open_store(&s);
    sst_index *index = sst_store_index(store);
    sst_index_counts counts;
    for (uint32_t number = 1; number <= SEGMENTS * SIZE;) {
        assert_int_equal(sst_store_begin(store, NULL), SST_OK);
        for (uint32_t end = number + SIZE; number < end; number++) {
            uint64_t keys[] = {key_of(number, 1), key_of(number, 2)};
            assert_int_equal(sst_index_add(index, number, keys, 2, NULL), SST_OK);
        }
        assert_int_equal(sst_store_commit(store, NULL), SST_OK);
        sst_index_count(index, &counts);
        assert_true(counts.segments <= MOST);
    }
    sst_store_close(store);
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers_survive_merges_and_reopening),
        cmocka_unit_test(test_long_lists_keep_both_ends),
        cmocka_unit_test(test_remove_one),
        cmocka_unit_test(test_expiry_empties_pages),
        cmocka_unit_test(test_rollback),
        cmocka_unit_test(test_segments_stay_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
