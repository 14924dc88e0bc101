#include "cmocka_all.h"

#include "base/hash.h"
#include "store/postings.h"

/* Keys of a page are those that sst_page_of sends there, without gap or overlap. */
static void test_pages_cut_the_keys(void **state)
{
    (void)state;
    const uint32_t counts[] = {1, 2, 3, 7, 1000, 65537, 1 << 20};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        sst_page_shape shape = sst_page_shape_make(1, 100, counts[c]);
        for (uint32_t page = 0; page < counts[c]; page += 1 + counts[c] / 97) {
            uint64_t lowest = sst_page_lowest(shape, page);
            assert_int_equal(sst_page_of(shape, lowest), page);
            if (page > 0)
                assert_int_equal(sst_page_of(shape, lowest - 1), page - 1);
        }
        assert_int_equal(sst_page_lowest(shape, counts[c]), (uint64_t)1 << SST_KEY_BITS);
    }
}

static void test_width_of_numbers(void **state)
{
    (void)state;
    assert_int_equal(sst_page_shape_make(5, 5, 1).width, 8);
    assert_int_equal(sst_page_shape_make(5, 260, 1).width, 8);
    assert_int_equal(sst_page_shape_make(5, 261, 1).width, 9);
    assert_int_equal(sst_page_shape_make(0, UINT32_MAX, 1).width, 32);
}

typedef struct fixture {
    sst_posting postings[5000];
    size_t count;
} fixture;

static int compare_postings(const void *left, const void *right)
{
    const sst_posting *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* Entries from a seed: many keys once, some often. */
static void fill(fixture *f, size_t count, uint64_t seed)
{
    f->count = count;
    for (size_t i = 0; i < count; i++) {
        uint64_t random = sst_mix64(seed + i);
        uint64_t key = random % 5 == 0 ? sst_mix64(random % 7) : random;
        f->postings[i] = (sst_posting){key >> (64 - SST_KEY_BITS), (uint32_t)(1000 + i)};
    }
    qsort(f->postings, count, sizeof *f->postings, compare_postings);
}

static sst_page_run find(sst_page_shape shape, const unsigned char *bytes, size_t size,
                         uint64_t key)
{
    sst_page_aim aim;
    assert_true(sst_page_aim_at(&shape, bytes, size, sst_place_of(shape, key), &aim));
    return sst_page_find(&shape, &aim);
}

/* Every page is written and read back: by decoding, and by looking for each key. */
static void check_round_trip(const fixture *f, uint32_t pages)
{
    sst_page_shape shape = sst_page_shape_make(1000, 1000 + (uint32_t)f->count, pages);
    size_t at = 0;
    for (uint32_t page = 0; page < pages; page++) {
        size_t end = at;
        while (end < f->count && sst_page_of(shape, f->postings[end].key) == page)
            end++;
        sst_buffer buffer = {0};
        sst_page_encode(shape, page, f->postings + at, end - at, &buffer);
        sst_posting *decoded = NULL;
        size_t count = 0, capacity = 0;
        const unsigned char *bytes = (const unsigned char *)buffer.bytes;
        assert_int_equal(sst_page_decode(shape, page, bytes, buffer.size, &decoded, &count,
                                         &capacity, NULL),
                         SST_OK);
        assert_int_equal(count, end - at);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(decoded[i].key, f->postings[at + i].key);
            assert_int_equal(decoded[i].number, f->postings[at + i].number);
            sst_page_run run = find(shape, bytes, buffer.size, decoded[i].key);
            bool found = false;
            for (size_t k = 0; k < run.count; k++)
                found |= sst_page_story(&shape, run, k) == decoded[i].number;
            assert_true(found);
        }
        free(decoded);
        sst_buffer_free(&buffer);
        at = end;
    }
    assert_int_equal(at, f->count);
}

static void test_round_trip(void **state)
{
    (void)state;
    static fixture f;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        fill(&f, 1000 * seed, seed);
        check_round_trip(&f, 1);
        check_round_trip(&f, 3);
        check_round_trip(&f, 200);
    }
    fill(&f, 0, 1);
    check_round_trip(&f, 2);
}

/* All of `count` entries in one page. */
static sst_page_shape encode_one(fixture *f, size_t count, uint64_t seed, sst_buffer *buffer)
{
    fill(f, count, seed);
    sst_page_shape shape = sst_page_shape_make(1000, 1000 + (uint32_t)count, 1);
    sst_page_encode(shape, 0, f->postings, f->count, buffer);
    return shape;
}

/* Every key of a page passes its marks; of others about one in ten; nobody is kept away from the
 * search of a damaged page, which will tell. */
static void test_marks(void **state)
{
    (void)state;
    static fixture f;
    sst_buffer buffer = {0};
    sst_page_shape shape = encode_one(&f, 5000, 11, &buffer);
    const unsigned char *bytes = (const unsigned char *)buffer.bytes;
    uint64_t marks[SST_PAGE_MARKS];
    sst_page_mark(&shape, bytes, buffer.size, marks);
    for (size_t i = 0; i < f.count; i++)
        assert_true(sst_page_may_have(&shape, marks, sst_place_of(shape, f.postings[i].key)));
    size_t passed = 0;
    for (uint64_t i = 0; i < 10000; i++) {
        uint64_t key = sst_mix64(1000000 + i) >> (64 - SST_KEY_BITS);
        passed += sst_page_may_have(&shape, marks, sst_place_of(shape, key));
    }
    assert_in_range(passed, 100, 1200);
    sst_page_mark(&shape, bytes, 100, marks); /* not even its header */
    for (uint64_t i = 0; i < 100; i++) {
        uint64_t key = sst_mix64(i) >> (64 - SST_KEY_BITS);
        assert_true(sst_page_may_have(&shape, marks, sst_place_of(shape, key)));
    }
    sst_buffer_free(&buffer);
}

static void test_missing_key(void **state)
{
    (void)state;
    sst_page_shape shape = sst_page_shape_make(1, 9, 1);
    sst_posting posting = {.key = 1000, .number = 5};
    sst_buffer buffer = {0};
    sst_page_encode(shape, 0, &posting, 1, &buffer);
    const unsigned char *bytes = (const unsigned char *)buffer.bytes;
    assert_int_equal(find(shape, bytes, buffer.size, 999).count, 0);
    assert_int_equal(find(shape, bytes, buffer.size, 1000).count, 1);
    assert_int_equal(find(shape, bytes, buffer.size, 1001).count, 0);
    sst_buffer_free(&buffer);
}

/* Cut or changed pages are refused or give other stories; they are never read past their end
 * (the sanitizers watch). */
static void test_damage(void **state)
{
    (void)state;
    static fixture f;
    sst_buffer buffer = {0};
    sst_page_shape shape = encode_one(&f, 800, 3, &buffer);
    for (size_t size = 0; size < buffer.size; size += 13) {
        unsigned char *copy = malloc(size + 1);
        memcpy(copy, buffer.bytes, size);
        sst_posting *decoded = NULL;
        size_t count = 0, capacity = 0;
        sst_status status = sst_page_decode(shape, 0, copy, size, &decoded, &count, &capacity, NULL);
        assert_true(status == SST_OK || status == SST_FORMAT);
        if (size < 4 * SST_PAGE_PARTS)
            assert_int_equal(status, SST_FORMAT);
        free(decoded);
        free(copy);
    }
    sst_buffer_free(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages_cut_the_keys), cmocka_unit_test(test_width_of_numbers),
        cmocka_unit_test(test_round_trip),         cmocka_unit_test(test_marks),
        cmocka_unit_test(test_missing_key),        cmocka_unit_test(test_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
