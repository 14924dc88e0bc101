#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "match/match.h"
#include "text/shingle.h"

enum { MOST = 700 };

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static size_t sorted_set(const uint32_t *tokens, size_t count, uint64_t *set)
{
    size_t shingles = sst_shingles(tokens, count, 3, set), kept = 0;
    qsort(set, shingles, sizeof *set, compare);
    for (size_t i = 0; i < shingles; i++)
        if (kept == 0 || set[kept - 1] != set[i])
            set[kept++] = set[i];
    return kept;
}

static sst_overlap overlap_by_sets(const uint32_t *a, size_t a_count, const uint32_t *b,
                                   size_t b_count)
{
    static uint64_t x[MOST], y[MOST];
    sst_overlap overlap = {0, (uint32_t)sorted_set(a, a_count, x),
                           (uint32_t)sorted_set(b, b_count, y)};
    for (uint32_t i = 0; i < overlap.a_count; i++)
        overlap.shared += bsearch(&x[i], y, overlap.b_count, sizeof *y, compare) != NULL;
    return overlap;
}

/* Few words make many repeats; copied runs make the paths of runs. */
static size_t draw(uint32_t *tokens, const uint32_t *from, size_t from_count, uint64_t seed)
{
    size_t count = (size_t)(sst_mix64(seed) % MOST);
    if (seed % 7 == 0)
        count %= 5;
    uint32_t words = 1 + (uint32_t)(sst_mix64(seed + 1) % (seed % 3 == 0 ? 6 : 3000));
    for (size_t i = 0; i < count; i++) {
        uint64_t random = sst_mix64(seed * 1000 + i);
        tokens[i] = (uint32_t)sst_mix64(random % words);
        if (from_count > 40 && random % 50 != 0 && seed % 2 == 0)
            tokens[i] = from[(i + seed % 30) % from_count];
    }
    return count;
}

static void overlaps_as_sets(void **state)
{
    (void)state;
    uint32_t a[MOST], b[MOST];
    sst_overlap_table *table;
    assert_int_equal(sst_overlap_table_create(&table, NULL), SST_OK);
    for (uint64_t seed = 1; seed < 3000; seed++) {
        size_t a_count = draw(a, NULL, 0, seed), b_count = draw(b, a, a_count, seed + 5);
        sst_overlap wanted = overlap_by_sets(a, a_count, b, b_count), got;
        assert_int_equal(sst_match_overlap(table, a, a_count, b, b_count, &got, NULL), SST_OK);
        assert_memory_equal(&wanted, &got, sizeof got);
        /* The leader stays for the next. */
        assert_int_equal(sst_overlap_shared(table, b, b_count), wanted.shared);
        assert_int_equal(sst_overlap_shared(table, a, a_count), wanted.a_count);
    }
    sst_overlap_table_free(table);
}

static void texts_below_the_width(void **state)
{
    (void)state;
    const uint32_t ab[] = {8, 10}, a[] = {8}, abc[] = {8, 10, 12};
    sst_overlap got;
    sst_overlap_table *table;
    assert_int_equal(sst_overlap_table_create(&table, NULL), SST_OK);
    assert_int_equal(sst_match_overlap(table, ab, 2, ab, 2, &got, NULL), SST_OK);
    assert_int_equal(got.shared, 1);
    assert_int_equal(sst_match_overlap(table, ab, 2, a, 1, &got, NULL), SST_OK);
    assert_int_equal(got.shared, 0);
    assert_int_equal(sst_match_overlap(table, abc, 3, ab, 2, &got, NULL), SST_OK);
    assert_int_equal(got.shared, 0);
    assert_int_equal(sst_match_overlap(table, abc, 0, ab, 2, &got, NULL), SST_OK);
    assert_int_equal(got.a_count, 0);
    assert_int_equal(got.b_count, 1);
    sst_overlap_table_free(table);
}

static void enough_at_the_borders(void **state)
{
    (void)state;
    assert_true(sst_match_enough(&(sst_overlap){25, 100, 1000}));
    assert_false(sst_match_enough(&(sst_overlap){24, 100, 1000}));
    assert_true(sst_match_enough(&(sst_overlap){1, 1, 5}));
    assert_false(sst_match_enough(&(sst_overlap){0, 0, 0}));
}

static void samples_of_long_and_short(void **state)
{
    (void)state;
    uint32_t tokens[MOST];
    uint64_t samples[MOST], shingles[MOST];
    for (size_t i = 0; i < MOST; i++)
        tokens[i] = (uint32_t)sst_mix64(i + 9);
    for (size_t count = 0; count < SST_MATCH_SAMPLE_ALL + 3; count++) {
        assert_int_equal(sst_match_samples(tokens, count, samples),
                         sst_shingles(tokens, count, 4, shingles));
        assert_memory_equal(samples, shingles, count < 4 ? (count != 0) * 8 : (count - 3) * 8);
    }
    size_t kept = sst_match_samples(tokens, MOST, samples), wanted = 0;
    for (size_t i = 0; i + 3 < MOST; i++) {
        uint64_t shingle = sst_shingle4(tokens + i);
        if (sst_match_sampled(shingle))
            assert_int_equal(samples[wanted++], shingle);
    }
    assert_int_equal(kept, wanted);
    assert_in_range(kept, MOST / 8 - 40, MOST / 8 + 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overlaps_as_sets),
        cmocka_unit_test(texts_below_the_width),
        cmocka_unit_test(enough_at_the_borders),
        cmocka_unit_test(samples_of_long_and_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
