/* Near texts: the short way aligns what the full one aligns, mirrors, and never claims more own
 * text than weighing finds. */
#include "judge/near.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "judge/judge.h"
#include "text/shingle.h"

enum { LONGEST = 700, ROUNDS = 1000 };

static sst_aligner *aligner;
static sst_judge *judge;

static uint64_t draw(uint64_t *seed, uint64_t limit)
{
    return sst_mix64(++*seed) % limit;
}

/* A text of different words, and its reprint: another byline, single words replaced, inserted
 * and deleted, the tail cut. */
static size_t make_reprint(uint64_t *seed, const uint32_t *a, size_t count, uint64_t rarity,
                           uint32_t *b)
{
    size_t length = draw(seed, 12), end = count - draw(seed, count / 3);
    for (size_t i = 0; i < length; i++)
        b[i] = (uint32_t)sst_mix64(++*seed);
    for (size_t i = draw(seed, 6); i < end; i++) {
        uint64_t edit = draw(seed, rarity);
        if (edit < 2)
            b[length++] = (uint32_t)sst_mix64(++*seed);
        if (edit != 0 && edit != 2)
            b[length++] = a[i];
    }
    return length;
}

static size_t make_pair(uint64_t *seed, uint32_t words, uint32_t *a, uint32_t *b, size_t *b_count)
{
    size_t count = 60 + draw(seed, LONGEST / 2 - 60);
    for (size_t i = 0; i < count; i++)
        a[i] = (uint32_t)sst_mix64(draw(seed, words));
    *b_count = make_reprint(seed, a, count, 20 + draw(seed, 100), b);
    return count;
}

static size_t cover(const sst_block *blocks, size_t count)
{
    size_t tokens = 0;
    for (size_t i = 0; i < count; i++)
        tokens += blocks[i].length;
    return tokens;
}

static void test_agrees_with_full(void **state)
{
    (void)state;
    uint64_t seed = 7;
    uint32_t a[LONGEST], b[LONGEST];
    size_t near_rounds = 0, b_count;
    bool complete;
    for (int round = 0; round < ROUNDS; round++) {
        size_t a_count = make_pair(&seed, 1000000, a, b, &b_count), count;
        const sst_block *blocks;
        assert_int_equal(
            sst_align_near(aligner, a, a_count, b, b_count, &blocks, &count, &complete, NULL),
            SST_OK);
        if (count == 0)
            continue;
        near_rounds++;
        size_t near_cover = cover(blocks, count);
        assert_int_equal(
            sst_align_full(aligner, a, a_count, b, b_count, &blocks, &count, NULL), SST_OK);
        assert_int_equal(near_cover, cover(blocks, count));
    }
    assert_true(near_rounds * 10 > ROUNDS * 8);
}

static void check_mirror(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
    sst_block copy[SST_NEAR_BLOCKS];
    const sst_block *blocks;
    size_t count, mirrored, a_end = 0, b_end = 0;
    bool complete, was_complete;
    assert_int_equal(
        sst_align_near(aligner, a, a_count, b, b_count, &blocks, &count, &complete, NULL), SST_OK);
    was_complete = complete;
    assert_true(count <= SST_NEAR_BLOCKS);
    for (size_t i = 0; i < count; i++) {
        copy[i] = blocks[i];
        assert_true(copy[i].a >= a_end && copy[i].b >= b_end && copy[i].length > 0);
        assert_true(i == 0 || copy[i].a > a_end || copy[i].b > b_end); /* joined */
        assert_memory_equal(a + copy[i].a, b + copy[i].b, copy[i].length * sizeof *a);
        a_end = (size_t)copy[i].a + copy[i].length;
        b_end = (size_t)copy[i].b + copy[i].length;
    }
    assert_true(a_end <= a_count && b_end <= b_count);
    assert_int_equal(
        sst_align_near(aligner, b, b_count, a, a_count, &blocks, &mirrored, &complete, NULL),
        SST_OK);
    assert_int_equal(complete, was_complete);
    assert_int_equal(mirrored, count);
    for (size_t i = 0; i < count; i++)
        assert_true(blocks[i].a == copy[i].b && blocks[i].b == copy[i].a &&
                    blocks[i].length == copy[i].length && !blocks[i].moved);
}

/* Few different words repeat a lot: ties everywhere. */
static void test_mirror(void **state)
{
    (void)state;
    uint64_t seed = 8;
    uint32_t a[LONGEST], b[LONGEST];
    size_t b_count;
    for (int round = 0; round < ROUNDS; round++) {
        size_t a_count = make_pair(&seed, 2 + (uint32_t)draw(&seed, 400), a, b, &b_count);
        check_mirror(a, a_count, b, b_count);
    }
}

static size_t align_near(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
    const sst_block *blocks;
    size_t count;
    bool complete;
    assert_int_equal(
        sst_align_near(aligner, a, a_count, b, b_count, &blocks, &count, &complete, NULL), SST_OK);
    return count;
}

/* An exchanged passage, another text: not near. */
static void test_not_near(void **state)
{
    (void)state;
    uint32_t a[200], b[200];
    for (uint32_t i = 0; i < 200; i++)
        a[i] = b[i] = i;
    memmove(b + 100, a + 110, 10 * sizeof *a);
    memmove(b + 110, a + 100, 10 * sizeof *a);
    assert_int_equal(align_near(a, 200, b, 200), 0);
    assert_int_equal(align_near(a, 100, b + 120, 80), 0);
}

/* A long passage of its own in one text, in both, at the start; but not when what follows it
 * stands twice, or when a short agreement comes first. */
static void test_own_passage(void **state)
{
    (void)state;
    uint32_t a[200], b[260];
    for (uint32_t i = 0; i < 200; i++)
        a[i] = i;
    for (uint32_t i = 0; i < 240; i++)
        b[i] = i < 100 ? i : i < 140 ? 1000 + i : i - 40;
    assert_int_equal(align_near(a, 200, b, 240), 2);
    assert_int_equal(align_near(a, 200, b + 100, 140), 1);
    for (uint32_t i = 90; i < 130; i++)
        a[i] = 2000 + i;
    assert_int_equal(align_near(a, 200, b, 240), 2);
    memcpy(b + 240, b + 170, 20 * sizeof *b);
    assert_int_equal(align_near(a, 200, b, 260), 0);
    memcpy(b + 130, a + 125, 3 * sizeof *b);
    assert_int_equal(align_near(a, 200, b, 240), 0);
}

/* ---- own text without weighing -------------------------------------------------------- */

static int compare_hashes(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;
    return *a < *b ? -1 : *a > *b;
}

static size_t read_distinct(const uint32_t *tokens, size_t count, size_t width, uint64_t *hashes)
{
    size_t places = sst_shingle_positions(count, width), kept = 0;
    for (size_t i = 0; i < places; i++)
        hashes[i] = sst_shingle(tokens + i, width);
    qsort(hashes, places, sizeof *hashes, compare_hashes);
    for (size_t i = 0; i < places; i++)
        if (i == 0 || hashes[i] != hashes[i - 1])
            hashes[kept++] = hashes[i];
    return kept;
}

static sst_overlap measure(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
    uint64_t x[LONGEST], y[LONGEST];
    size_t x_count = read_distinct(a, a_count, 3, x), y_count = read_distinct(b, b_count, 3, y);
    sst_overlap overlap = {.a_count = (uint32_t)x_count, .b_count = (uint32_t)y_count};
    for (size_t i = 0; i < x_count; i++)
        overlap.shared +=
            bsearch(&x[i], y, y_count, sizeof *y, compare_hashes) != NULL;
    return overlap;
}

/* The counted shingles of a story that stand in the formula text f. */
static size_t read_common(const uint32_t *tokens, size_t count, const uint32_t *f, size_t f_count,
                          uint64_t *common)
{
    uint64_t known[LONGEST];
    size_t known_count = read_distinct(f, f_count, SST_EVIDENCE_WIDTH, known), kept = 0;
    size_t distinct = read_distinct(tokens, count, SST_EVIDENCE_WIDTH, common);
    for (size_t i = 0; i < distinct; i++)
        if (sst_evidence_is_counted(common[i], distinct) && known_count > 0 &&
            bsearch(&common[i], known, known_count, sizeof *known, compare_hashes) != NULL)
            common[kept++] = common[i];
    return kept;
}

static void test_claims_no_more_than_weighed(void **state)
{
    (void)state;
    uint64_t seed = 9, common_a[LONGEST], common_b[LONGEST];
    uint32_t a[LONGEST], b[LONGEST];
    size_t unweighed = 0, b_count;
    for (int round = 0; round < ROUNDS; round++) {
        size_t a_count = make_pair(&seed, 100000, a, b, &b_count);
        size_t formula = draw(&seed, a_count), from = draw(&seed, a_count - formula);
        int64_t days = (int64_t)draw(&seed, 6);
        sst_judge_side x = {.tokens = a, .token_count = a_count, .day = 700,
                            .common = common_a};
        sst_judge_side y = {.tokens = b, .token_count = b_count, .day = 700 + days,
                            .common = common_b};
        x.common_count = read_common(a, a_count, a + from, formula, common_a);
        y.common_count = read_common(b, b_count, a + from, formula, common_b);
        sst_overlap overlap = measure(a, a_count, b, b_count);
        sst_verdict verdict, explained;
        const sst_block *blocks;
        size_t count;
        assert_int_equal(sst_judge_pair(judge, &x, &y, &overlap, &verdict, NULL), SST_OK);
        assert_int_equal(
            sst_judge_explain(judge, &x, &y, &overlap, &explained, &blocks, &count, NULL), SST_OK);
        assert_int_equal(verdict.rule, explained.rule);
        assert_true(explained.weighed && explained.aligned);
        if (verdict.weighed || !verdict.aligned)
            continue;
        unweighed++;
        assert_true(explained.own * 100 >= (days < 2 ? 28 : days < 4 ? 50 : 80));
    }
    assert_true(unweighed > ROUNDS / 4);
}

static int create(void **state)
{
    (void)state;
    return sst_aligner_create(&aligner, NULL) == SST_OK &&
                   sst_judge_create(&judge, NULL) == SST_OK
               ? 0
               : -1;
}

static int release(void **state)
{
    (void)state;
    sst_aligner_free(aligner);
    sst_judge_free(judge);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_full),
        cmocka_unit_test(test_mirror),
        cmocka_unit_test(test_not_near),
        cmocka_unit_test(test_own_passage),
        cmocka_unit_test(test_claims_no_more_than_weighed),
    };
    return cmocka_run_group_tests(tests, create, release);
}
