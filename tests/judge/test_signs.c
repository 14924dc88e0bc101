/* Signs: what counts as a changed figure, a changed name, a lost subject. */
#include "judge/signs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

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
    assert_int_equal(sst_read_signs(reader, &x, &y, blocks, count, &signs, NULL), SST_OK);
    return signs;
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
    assert_int_equal(sst_read_signs(reader, &a, &b, NULL, 0, &signs, NULL), SST_OK);
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
        cmocka_unit_test(test_long_title),
    };
    return cmocka_run_group_tests(tests, create, release);
}
