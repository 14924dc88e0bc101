/* Signs: what counts as a changed figure, a changed name, a lost subject. */
#include "judge/signs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "text/text.h"

static sst_text *text;
static sst_aligner *aligner;
static sst_reader *reader;

enum { WORDS = 200 };

typedef struct words {
    uint32_t tokens[WORDS];
    size_t count;
} words;

static words read_words(const char *string)
{
    words w = {.count = 0};
    struct sst_text_run run;
    assert_int_equal(sst_text_tokens(text, string, strlen(string), &run, NULL), SST_OK);
    assert_true(run.count <= WORDS);
    w.count = run.count;
    if (run.count > 0)
        memcpy(w.tokens, run.tokens, run.count * sizeof *run.tokens);
    return w;
}

static sst_signs read_signs(const char *title_a, const char *a, const char *title_b,
                            const char *b)
{
    words ta = read_words(title_a), wa = read_words(a), tb = read_words(title_b),
          wb = read_words(b);
    sst_signs_text x = {wa.tokens, ta.tokens, wa.count, ta.count};
    sst_signs_text y = {wb.tokens, tb.tokens, wb.count, tb.count};
    const sst_block *blocks;
    size_t count;
    sst_signs signs;
    assert_int_equal(sst_align(aligner, wa.tokens, wa.count, wb.tokens, wb.count, &blocks,
                               &count, NULL),
                     SST_OK);
    assert_int_equal(sst_read_signs(reader, &x, &y, blocks, count, true, &signs, NULL), SST_OK);
    return signs;
}

/* What is left out without `all` is 0, the rest is the same. */
static void check_asked(const sst_signs_text *a, const sst_signs_text *b,
                        const sst_block *blocks, size_t count)
{
    sst_signs all, asked;
    assert_int_equal(sst_read_signs(reader, a, b, blocks, count, true, &all, NULL), SST_OK);
    assert_int_equal(sst_read_signs(reader, a, b, blocks, count, false, &asked, NULL), SST_OK);
    assert_int_equal(asked.aligned, all.aligned);
    assert_int_equal(asked.edits, all.edits);
    assert_int_equal(asked.figures_changed, all.figures_changed);
    assert_int_equal(asked.renamed_places, all.renamed_places);
    assert_int_equal(asked.renamed_words, all.renamed_words);
    if (all.figures_changed > 0)
        assert_int_equal(asked.figures_same, all.figures_same);
    assert_int_equal(asked.lost_a > 0 && asked.lost_b > 0, all.lost_a > 0 && all.lost_b > 0);
    if (all.lost_a > 0 && all.lost_b > 0)
        assert_memory_equal(&asked.title_shared, &all.title_shared,
                            sizeof all - offsetof(sst_signs, title_shared));
}

/* Reprints of long texts, with titles out of the text, out of its changed words, and equal ones. */
static void test_asked(void **state)
{
    (void)state;
    enum { SIZE = 200, TITLE = 6 };
    uint32_t a[SIZE], b[SIZE], title_a[TITLE], title_b[TITLE];
    size_t lost = 0, kept = 0;
    for (uint32_t round = 0; round < 2000; round++) {
        for (uint32_t i = 0; i < SIZE; i++) {
            a[i] = b[i] = (uint32_t)sst_mix64(round * SIZE + i);
            if (sst_mix64(round + i * 77) % 16 == 0)
                b[i] = (uint32_t)sst_mix64(~(uint64_t)i);
        }
        for (uint32_t i = 0; i < TITLE; i++) {
            title_a[i] = a[sst_mix64(i + round) % SIZE];
            title_b[i] = round % 3 == 0 ? title_a[i] : b[sst_mix64(i * 3 + round) % SIZE];
        }
        sst_signs_text x = {a, title_a, SIZE, TITLE}, y = {b, title_b, SIZE, TITLE};
        const sst_block *blocks;
        size_t count;
        sst_signs signs;
        assert_int_equal(sst_align(aligner, a, SIZE, b, SIZE, &blocks, &count, NULL), SST_OK);
        check_asked(&x, &y, blocks, count);
        assert_int_equal(sst_read_signs(reader, &x, &y, blocks, count, true, &signs, NULL),
                         SST_OK);
        *(signs.lost_a > 0 && signs.lost_b > 0 ? &lost : &kept) += 1;
    }
    assert_true(lost > 50 && kept > 50);
}

static sst_signs read_bodies(const char *a, const char *b)
{
    return read_signs("", a, "", b);
}

static void test_figures(void **state)
{
    (void)state;
    sst_signs s = read_bodies("the price of gold rose 12 crowns to 340 crowns a gram in town",
                              "the price of gold rose 15 crowns to 355 crowns a gram in town");
    assert_int_equal(s.edits, 2);
    assert_int_equal(s.figure_edits, 2);
    assert_int_equal(s.figures_changed, 2);
    assert_int_equal(s.figures_same, 0);
    assert_int_equal(s.aligned, 12);
    assert_int_equal(s.runs, 3);
}

/* The same figure corrected twice is one change. */
static void test_one_figure(void **state)
{
    (void)state;
    sst_signs s = read_bodies("the flood took 34 lives said the mayor and 34 lives are too many",
                              "the flood took 36 lives said the mayor and 36 lives are too many");
    assert_int_equal(s.figure_edits, 2);
    assert_int_equal(s.figures_changed, 1);
}

/* Another way of writing is no change; nor is a word for a figure. */
static void test_house_style(void **state)
{
    (void)state;
    sst_signs s = read_bodies("the oath is taken at 10 am on the lawn at 4 pm by all of them",
                              "the oath is taken at 10am on the lawn at 4pm by all of them");
    assert_int_equal(s.figure_edits, 2);
    assert_int_equal(s.figures_changed, 0);
    s = read_bodies("it cost the club 44.5 million this year alone",
                    "it cost the club 44r5 million this year alone");
    assert_int_equal(s.figures_changed, 0);
    s = read_bodies("they sold seven boats and a barge today", "they sold 7 boats and a barge today");
    assert_int_equal(s.figure_edits, 0);
    assert_int_equal(s.edits, 1);
}

static void test_names(void **state)
{
    (void)state;
    sst_signs s = read_signs("Olsen wins race in Borg",
                             "on Sunday Olsen won the long race in Borg and Olsen thanked us all",
                             "Tveit wins race in Moss",
                             "on Sunday Tveit won the long race in Moss and Tveit thanked us all");
    assert_int_equal(s.renamed_places, 3);
    assert_int_equal(s.renamed_words, 2);
    assert_int_equal(s.title_shared, 3);
    assert_int_equal(s.title_union, 7);
    assert_int_equal(s.subject_a, 4); /* olsen, race, in, borg */
    assert_int_equal(s.lost_a, 2);
    assert_int_equal(s.lost_b, 2);
    assert_int_equal(s.title_a, 5);
    assert_int_equal(s.covered_a, 3);
}

static void test_leads(void **state)
{
    (void)state;
    sst_signs s = read_bodies("first some words then the shared passage stands here",
                              "then the shared passage stands here and goes on");
    assert_int_equal(s.lead_a, 3);
    assert_int_equal(s.lead_b, 0);
    assert_int_equal(s.edits, 0);
    assert_int_equal(s.longest_run, 6);
}

/* Words on one side only, in a gap; and long stretches of one story, at the ends and between. */
static void test_insertions(void **state)
{
    (void)state;
    sst_signs s = read_bodies("the ferry sank in the sound on friday and nobody was hurt there",
                              "the old ferry sank in the sound on friday evening and nobody at all "
                              "was hurt there");
    assert_int_equal(s.insertions, 3);
    assert_int_equal(s.edits, 0);
    assert_int_equal(s.stretches, 0);
    s = read_bodies("one two three four five six seven eight",
                    "one two three four k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11 k12 k13 k14 k15 k16 k17 "
                    "k18 k19 k20 k21 k22 k23 k24 k25 five six seven eight m1 m2 m3 m4 m5 m6 m7 m8 "
                    "m9 m10 m11 m12 m13 m14 m15 m16 m17 m18 m19 m20 m21 m22 m23 m24");
    assert_int_equal(s.insertions, 0);
    assert_int_equal(s.stretches, 1);
    s = read_bodies("k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11 k12 k13 k14 k15 k16 k17 k18 k19 k20 k21 k22 "
                    "k23 k24 k25 one two three four",
                    "m1 m2 m3 m4 m5 m6 m7 m8 m9 m10 m11 m12 m13 m14 m15 m16 m17 m18 m19 m20 m21 m22 "
                    "m23 m24 m25 one two three four");
    assert_int_equal(s.stretches, 2);
}

static void test_nothing(void **state)
{
    (void)state;
    sst_signs s = read_signs("", "", "a title", "");
    assert_int_equal(s.aligned, 0);
    assert_int_equal(s.title_b, 2);
    assert_int_equal(s.title_union, 2);
    assert_int_equal(s.covered_b, 0);
}

/* Titles longer than are looked at. */
static void test_long_title(void **state)
{
    (void)state;
    uint32_t title[3 * SST_SIGNS_TITLE];
    for (uint32_t i = 0; i < 3 * SST_SIGNS_TITLE; i++)
        title[i] = i * 977;
    sst_signs_text a = {title, title, 3 * SST_SIGNS_TITLE, 3 * SST_SIGNS_TITLE};
    sst_signs_text b = {title, title + 100, 5, 2 * SST_SIGNS_TITLE};
    sst_signs signs;
    assert_int_equal(sst_read_signs(reader, &a, &b, NULL, 0, true, &signs, NULL), SST_OK);
    assert_int_equal(signs.title_a, SST_SIGNS_TITLE);
    assert_int_equal(signs.title_b, SST_SIGNS_TITLE);
}

static int create(void **state)
{
    (void)state;
    return sst_text_create(&text, NULL) == SST_OK &&
                   sst_aligner_create(&aligner, NULL) == SST_OK &&
                   sst_reader_create(&reader, NULL) == SST_OK
               ? 0
               : -1;
}

static int release(void **state)
{
    (void)state;
    sst_text_free(text);
    sst_aligner_free(aligner);
    sst_reader_free(reader);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures), cmocka_unit_test(test_one_figure),
        cmocka_unit_test(test_house_style), cmocka_unit_test(test_names),
        cmocka_unit_test(test_leads), cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_insertions),
        cmocka_unit_test(test_long_title),
        cmocka_unit_test(test_asked),
    };
    return cmocka_run_group_tests(tests, create, release);
}
