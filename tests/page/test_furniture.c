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
    sst_furniture_add(furniture, text, (size_t)size);
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
        sst_furniture_add(site, text, (size_t)size);
    }
    assert_int_equal(count(site, rule), 6);
    size_t all;
    assert_int_equal(sst_furniture_weigh(site, text, strlen(text), &all), strlen(rule));
    assert_true(all > 8 * 40);
    sst_furniture_free(site);
}

static void order_and_halves_do_not_matter(void **state)
{
    (void)state;
    sst_furniture *forward = create(), *backward = create(), *half = create();
    for (unsigned i = 0; i < 100; i++) {
        add_page(forward, i);
        add_page(i % 2 ? backward : half, 99 - i);
    }
    sst_furniture_merge(backward, half);
    sst_buffer a = {0}, b = {0};
    sst_furniture_write(forward, &a);
    sst_furniture_write(backward, &b);
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.bytes, b.bytes, a.size);
    sst_buffer_free(&a);
    sst_buffer_free(&b);
    sst_furniture_free(forward);
    sst_furniture_free(backward);
    sst_furniture_free(half);
}

/* 32 KB a source: after many pages a passage of one page is still not furniture. */
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

static void round_trip_and_damage(void **state)
{
    (void)state;
    sst_furniture *site = create(), *back;
    sst_error error;
    for (unsigned i = 0; i < 300; i++)
        add_page(site, i);
    sst_buffer bytes = {0};
    sst_furniture_write(site, &bytes);
    assert_int_equal(sst_furniture_read(bytes.bytes, bytes.size, &back, &error), SST_OK);
    assert_int_equal(sst_furniture_pages(back), 300);
    assert_int_equal(count(back, SLOGAN), 300);
    sst_buffer again = {0};
    sst_furniture_write(back, &again);
    assert_int_equal(again.size, bytes.size);
    assert_memory_equal(again.bytes, bytes.bytes, bytes.size);
    sst_furniture_free(back);
    assert_int_equal(sst_furniture_read(bytes.bytes, bytes.size - 1, &back, &error), SST_FORMAT);
    assert_null(back);
    assert_int_equal(sst_furniture_read("SSTF", 4, &back, &error), SST_FORMAT);
    assert_int_equal(sst_furniture_read("SSTF\2\0", 6, &back, &error), SST_FORMAT);
    assert_int_equal(sst_furniture_read("SSTF\1\0", 6, &back, &error), SST_OK);
    assert_int_equal(sst_furniture_pages(back), 0);
    sst_furniture_free(back);
    /* a counter beyond the last, then one that counts what no page can have added */
    assert_int_equal(sst_furniture_read("SSTF\1\1\x80\x40\1", 9, &back, &error), SST_FORMAT);
    assert_int_equal(sst_furniture_read("SSTF\1\0\0\1", 8, &back, &error), SST_FORMAT);
    sst_buffer_free(&bytes);
    sst_buffer_free(&again);
    sst_furniture_free(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_not_lines_are_counted), cmocka_unit_test(sentences_of_long_lines),
        cmocka_unit_test(order_and_halves_do_not_matter), cmocka_unit_test(estimates_stay_low),
        cmocka_unit_test(round_trip_and_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
