/* Evidence: known sums, extension of sampled counts, and mirrored answers. */
#include "judge/evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"

enum { LONG = 600, ROUNDS = 300 };

static sst_weigher *weigher;

static int compare_hashes(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;
    return *a < *b ? -1 : *a > *b;
}

/* `count` words that differ from every other base's. */
static void fill(uint32_t *tokens, size_t count, uint32_t base)
{
    for (size_t i = 0; i < count; i++)
        tokens[i] = (uint32_t)sst_mix64(base + i);
}

/* The counted shingles of `tokens` that begin in [begin, end): a formula's. */
static size_t list_common(const uint32_t *tokens, size_t count, size_t begin, size_t end,
                          uint64_t *common)
{
    uint64_t shingles[LONG];
    size_t shingle_count = sst_shingles(tokens, count, SST_EVIDENCE_WIDTH, shingles), kept = 0;
    for (size_t i = begin; i < end && i < shingle_count; i++)
        if (sst_evidence_is_counted(shingles[i], shingle_count))
            common[kept++] = shingles[i];
    if (kept > 0)
        qsort(common, kept, sizeof *common, compare_hashes);
    return kept;
}

/* A text; with a key, as what is remembered of a text must not change an answer. */
static sst_evidence_text text(const uint32_t *tokens, size_t count, const uint64_t *common,
                              size_t common_count)
{
    return (sst_evidence_text){tokens, count, common, common_count,
                               sst_hash128_bytes(tokens, count * sizeof *tokens)};
}

static sst_evidence weigh(const sst_evidence_text *a, const sst_evidence_text *b)
{
    sst_evidence forth, back;
    assert_int_equal(sst_weigh(weigher, a, b, &forth, NULL), SST_OK);
    assert_int_equal(sst_weigh(weigher, b, a, &back, NULL), SST_OK);
    uint32_t count = back.a_count;
    back.a_count = back.b_count;
    back.b_count = count;
    assert_memory_equal(&forth, &back, sizeof forth);
    return forth;
}

static void test_no_formula(void **state)
{
    (void)state;
    uint32_t a[20], b[30];
    fill(a, 20, 0);
    fill(b, 30, 1000);
    memcpy(b + 5, a + 2, 10 * sizeof *a); /* ten shared words: seven shingles */
    sst_evidence_text x = text(a, 20, NULL, 0), y = text(b, 30, NULL, 0);
    sst_evidence e = weigh(&x, &y);
    assert_int_equal(e.a_count, 17);
    assert_int_equal(e.b_count, 27);
    assert_int_equal(e.shared, 7);
    assert_int_equal(e.own_halves, 34);
    assert_int_equal(e.own_shared_halves, 14);
    assert_int_equal(e.common_halves, 0);
    assert_int_equal(e.runs, 1);
    assert_int_equal(e.longest_run, 7);
}

/* All shingles of a short story are counted: what is formula is known exactly. */
static void test_short_formula(void **state)
{
    (void)state;
    uint32_t a[40], b[40];
    fill(a, 40, 0);
    fill(b, 40, 1000);
    memcpy(b, a, 20 * sizeof *a);
    uint64_t a_common[LONG], b_common[LONG];
    size_t a_count = list_common(a, 40, 0, 17, a_common);
    size_t b_count = list_common(b, 40, 0, 17, b_common);
    sst_evidence_text x = text(a, 40, a_common, a_count), y = text(b, 40, b_common, b_count);
    sst_evidence e = weigh(&x, &y);
    assert_int_equal(e.shared, 17);
    assert_int_equal(e.common_halves, 34);
    assert_int_equal(e.own_shared_halves, 0);
    assert_int_equal(e.own_halves, 40);
}

/* In a long story a sample tells the status of its neighbours, near enough. */
static void test_long_formula(void **state)
{
    (void)state;
    uint32_t a[LONG], b[LONG];
    fill(a, LONG, 0);
    fill(b, LONG, 10000);
    memcpy(b, a, 300 * sizeof *a); /* half of both: formula ... */
    memcpy(b + 500, a + 500, 100 * sizeof *a); /* ... and a sixth: a passage */
    uint64_t a_common[LONG], b_common[LONG];
    size_t a_count = list_common(a, LONG, 0, 297, a_common);
    size_t b_count = list_common(b, LONG, 0, 297, b_common);
    assert_in_range(a_count, 10, 100);
    sst_evidence_text x = text(a, LONG, a_common, a_count), y = text(b, LONG, b_common, b_count);
    sst_evidence e = weigh(&x, &y);
    assert_int_equal(e.shared, 297 + 97);
    assert_in_range(e.own_shared_halves / 2, 97 - 40, 97 + 40);
    assert_in_range(e.own_halves / 2, 300 - 40, 300 + 40);
    assert_int_equal(e.own_shared_halves + e.common_halves, 2 * e.shared);
}

static void test_mirror(void **state)
{
    (void)state;
    uint64_t seed = 4, a_common[LONG], b_common[LONG];
    uint32_t a[LONG], b[LONG];
    for (int round = 0; round < ROUNDS; round++) {
        size_t a_size = sst_mix64(++seed) % LONG, b_size = sst_mix64(++seed) % LONG;
        for (size_t i = 0; i < LONG; i++) {
            a[i] = (uint32_t)(sst_mix64(++seed) % 5);
            b[i] = (uint32_t)(sst_mix64(++seed) % 5);
        }
        size_t from = sst_mix64(++seed) % LONG;
        size_t a_count = list_common(a, a_size, from, from + 50, a_common);
        size_t b_count = list_common(b, b_size, from, from + 50, b_common);
        sst_evidence_text x = text(a, a_size, a_common, a_count);
        sst_evidence_text y = text(b, b_size, b_common, b_count);
        sst_evidence e = weigh(&x, &y);
        assert_true(e.own_shared_halves <= e.own_halves);
        assert_true(e.shared <= e.a_count && e.shared <= e.b_count);
    }
}

/* The first text stays entered for the next pair, but only while it is the same. */
static void test_one_against_many(void **state)
{
    (void)state;
    uint32_t a[60], b[60], c[60];
    fill(a, 60, 0);
    fill(b, 60, 1000);
    fill(c, 60, 2000);
    memcpy(b, a, 20 * sizeof *a);
    memcpy(c + 20, a + 20, 30 * sizeof *a);
    uint64_t common[LONG];
    size_t count = list_common(a, 60, 0, 17, common);
    sst_evidence_text x = text(a, 60, common, count), plain = text(a, 60, NULL, 0);
    sst_evidence_text other = text(b, 60, common, count), third = text(c, 60, NULL, 0);
    const sst_evidence_text *first[] = {&x, &x, &plain, &x, &other, &x};
    const sst_evidence_text *second[] = {&other, &third, &other, &other, &third, &third};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
        sst_evidence kept, fresh;
        sst_weigher *another;
        assert_int_equal(sst_weigher_create(&another, NULL), SST_OK);
        assert_int_equal(sst_weigh(another, first[i], second[i], &fresh, NULL), SST_OK);
        assert_int_equal(sst_weigh(weigher, first[i], second[i], &kept, NULL), SST_OK);
        assert_memory_equal(&kept, &fresh, sizeof kept);
        sst_weigher_free(another);
    }
}

/* Texts of a few words that meet in any order: what one weigher remembers of them, with which
 * common shingles, changes no answer. */
static void test_remembered(void **state)
{
    enum { TEXTS = 40, COMMONS = 2 };
    static uint32_t tokens[TEXTS][LONG];
    static uint64_t common[TEXTS][COMMONS][LONG];
    size_t sizes[TEXTS], counts[TEXTS][COMMONS];
    uint64_t seed = 7;
    (void)state;
    for (size_t i = 0; i < TEXTS; i++) {
        sizes[i] = sst_mix64(++seed) % LONG;
        uint32_t words = i % 4 == 0 ? 4 : 400;
        for (size_t k = 0; k < LONG; k++) /* half of it is in order: passages that are shared */
            tokens[i][k] = (uint32_t)sst_mix64(k / 50 % 2 == 0 ? k % words
                                                               : sst_mix64(++seed) % words);
        for (size_t k = 0; k < COMMONS; k++)
            counts[i][k] = list_common(tokens[i], sizes[i], 100 * k, 100 * k + 60, common[i][k]);
    }
    for (int round = 0; round < ROUNDS * 10; round++) {
        size_t i = sst_mix64(++seed) % TEXTS, k = sst_mix64(++seed) % TEXTS;
        size_t c = sst_mix64(++seed) % COMMONS, d = sst_mix64(++seed) % COMMONS;
        sst_evidence_text x = text(tokens[i], sizes[i], common[i][c], counts[i][c]);
        sst_evidence_text y = text(tokens[k], sizes[k], common[k][d], counts[k][d]);
        sst_evidence kept = weigh(&x, &y), fresh;
        x.key = y.key = (sst_hash128){0, 0};
        sst_weigher *another;
        assert_int_equal(sst_weigher_create(&another, NULL), SST_OK);
        assert_int_equal(sst_weigh(another, &x, &y, &fresh, NULL), SST_OK);
        assert_memory_equal(&kept, &fresh, sizeof kept);
        sst_weigher_free(another);
    }
}

static void test_tiny(void **state)
{
    (void)state;
    const uint32_t a[] = {1, 2};
    sst_evidence_text none = text(a, 0, NULL, 0), two = text(a, 2, NULL, 0);
    assert_int_equal(weigh(&none, &none).shared, 0);
    assert_int_equal(weigh(&none, &two).own_halves, 0);
    assert_int_equal(weigh(&two, &two).own_shared_halves, 2);
}

static int create(void **state)
{
    (void)state;
    return sst_weigher_create(&weigher, NULL) == SST_OK ? 0 : -1;
}

static int release(void **state)
{
    (void)state;
    sst_weigher_free(weigher);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_formula),   cmocka_unit_test(test_short_formula),
        cmocka_unit_test(test_long_formula), cmocka_unit_test(test_mirror),
        cmocka_unit_test(test_one_against_many), cmocka_unit_test(test_remembered),
        cmocka_unit_test(test_tiny),
    };
    return cmocka_run_group_tests(tests, create, release);
}
