#include "page/support.h"

#define SLOGAN "We stand with the river"

static sst_furniture *create(void)
{
    sst_furniture *made;
    sst_error error;
    assert_int_equal(sst_furniture_create(&made, &error), SST_OK);
    return made;
}

/* Page `i` of a site: its own lines, the slogan, and the slogan again. */
static void add_page(sst_furniture *furniture, unsigned i)
{
    char text[256];
    int size = snprintf(text, sizeof text,
                        "Story %u\r\nof page %u only\n  • " SLOGAN "\n" SLOGAN "\n", i, i);
    sst_furniture_add(furniture, i, text, (size_t)size);
}

static uint32_t count(const sst_furniture *furniture, const char *passage)
{
    return sst_furniture_count(furniture, passage, strlen(passage));
}

static bool recurs(const sst_furniture *furniture, const char *passage)
{
    return sst_furniture_recurs(furniture, passage, strlen(passage));
}

static void pages_not_lines_are_counted(void **state)
{
    (void)state;
    sst_furniture *site = create();
    for (unsigned i = 0; i < 20; i++) {
        assert_int_equal(recurs(site, SLOGAN), i >= SST_FURNITURE_WARMUP);
        add_page(site, i);
    }
    assert_int_equal(sst_furniture_pages(site), 20);
    assert_int_equal(count(site, SLOGAN), 20);
    assert_int_equal(count(site, "Story 3"), 1);
    assert_false(recurs(site, "Story 3"));
    assert_int_equal(count(site, "never"), 0);
    sst_furniture_free(site);
}

/* A long line is counted by its sentences, so a rule glued to each story is seen. */
static void sentences_of_long_lines(void **state)
{
    (void)state;
    sst_furniture *site = create();
    static const char rule[] = "Comments that insult other readers are removed by the desk.";
    char text[2048];
    for (unsigned i = 0; i < 6; i++) {
        int size = 0;
        for (unsigned k = 0; k < 8; k++)
            size += snprintf(text + size, sizeof text - (size_t)size,
                             "Sentence %u of page %u speaks about nothing at all. ", k, i);
        size += snprintf(text + size, sizeof text - (size_t)size, "%s", rule);
        sst_furniture_add(site, i, text, (size_t)size);
    }
    assert_int_equal(count(site, rule), 6);
    size_t all;
    assert_int_equal(sst_furniture_weigh(site, text, strlen(text), &all), strlen(rule));
    assert_true(all > 8 * 40);
    sst_furniture_free(site);
}

/* A story that half of the pages tell is no furniture; what stands around it is. */
static void one_story_is_none(void **state)
{
    (void)state;
    sst_furniture *site = create();
    char text[128];
    for (unsigned i = 0; i < 20; i++) {
        int size = snprintf(text, sizeof text, "%s\nStory %u", SLOGAN, i % 2 ? 0 : i);
        sst_furniture_add(site, i % 2 ? 0 : i, text, (size_t)size);
    }
    assert_int_equal(count(site, "Story 0"), 11);
    assert_false(recurs(site, "Story 0"));
    assert_true(recurs(site, SLOGAN));
    sst_furniture_free(site);
}

static void order_does_not_matter(void **state)
{
    (void)state;
    sst_furniture *forward = create(), *backward = create();
    for (unsigned i = 0; i < 100; i++) {
        add_page(forward, i);
        add_page(backward, 99 - i);
    }
    for (unsigned i = 0; i < 100; i++) {
        char passage[32];
        snprintf(passage, sizeof passage, "Story %u", i);
        assert_int_equal(count(forward, passage), count(backward, passage));
        assert_int_equal(recurs(forward, passage), recurs(backward, passage));
    }
    assert_true(recurs(backward, SLOGAN));
    sst_furniture_free(forward);
    sst_furniture_free(backward);
}

/* 64 KB a source: after many pages a passage of one page is still not furniture. */
static void estimates_stay_low(void **state)
{
    (void)state;
    sst_furniture *site = create();
    for (unsigned i = 0; i < 20000; i++)
        add_page(site, i);
    unsigned wrong = 0;
    for (unsigned i = 0; i < 20000; i++) {
        char passage[32];
        snprintf(passage, sizeof passage, "Story %u", i);
        assert_true(count(site, passage) >= 1);
        wrong += recurs(site, passage);
    }
    assert_int_equal(wrong, 0);
    assert_true(recurs(site, SLOGAN));
    sst_furniture_free(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_not_lines_are_counted), cmocka_unit_test(sentences_of_long_lines),
        cmocka_unit_test(one_story_is_none), cmocka_unit_test(order_does_not_matter),
        cmocka_unit_test(estimates_stay_low),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
