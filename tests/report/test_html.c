#include "report/support.h"

#include "report/html.h"

static char *finish(sst_buffer *out)
{
    sst_buffer_byte(out, '\0');
    assert_false(out->failed);
    return out->bytes;
}

static void check_text(const char *text, size_t limit, const char *expected)
{
    sst_buffer out = {0};
    sst_html_text(&out, test_slice(text), limit);
    assert_string_equal(finish(&out), expected);
    sst_buffer_free(&out);
}

static void test_text_is_escaped(void **state)
{
    (void)state;
    check_text("", 0, "");
    check_text("plain বাংলা", 0, "plain বাংলা");
    check_text("<script>\"a\" & 'b'</script>", 0,
               "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;");
    check_text("a\tb\nc\x01\x7f\r", 0, "a\tb\nc\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

static void test_nul_becomes_a_sign(void **state)
{
    (void)state;
    sst_buffer out = {0};
    sst_html_text(&out, (sst_slice){"a\0b", 3}, 0);
    assert_string_equal(finish(&out), "a\xef\xbf\xbd" "b");
    sst_buffer_free(&out);
}

/* No byte of the input but letters survives that could begin or end markup. */
static void test_no_markup_survives(void **state)
{
    (void)state;
    for (int byte = 0; byte < 0x80; byte++) {
        char one = (char)byte;
        sst_buffer out = {0};
        sst_html_text(&out, (sst_slice){&one, 1}, 0);
        finish(&out);
        assert_null(strpbrk(out.bytes, "<>\"'"));
        sst_buffer_free(&out);
    }
}

static void test_text_is_cut_between_characters(void **state)
{
    (void)state;
    check_text("বাংলা", 4, "ব…");
    check_text("বাংলা", 15, "বাংলা");
    check_text("&&&&", 2, "&amp;&amp;…");
}

static void check_link(const char *url, const char *expected)
{
    sst_buffer out = {0};
    sst_html_link(&out, test_slice(url));
    assert_string_equal(finish(&out), expected);
    sst_buffer_free(&out);
}

static void test_only_web_addresses_are_links(void **state)
{
    (void)state;
    check_link("javascript:alert(1)", "");
    check_link("data:text/html,x", "");
    check_link(" https://x.example/", "");
    check_link("https://", "");
    check_link("", "");
    check_link("HTTPS://x.example/?a=1&b=\"", " href=\"HTTPS://x.example/?a=1&amp;b=&quot;\""
                                              " rel=\"noopener noreferrer\"");
}

static void check_language(const char *lang, bool right_to_left, const char *expected)
{
    sst_buffer out = {0};
    sst_html_language(&out, test_slice(lang), right_to_left);
    assert_string_equal(finish(&out), expected);
    sst_buffer_free(&out);
}

static void test_language(void **state)
{
    (void)state;
    check_language("ar", true, " lang=\"ar\" dir=\"rtl\"");
    check_language("zh-Hant-TW", false, " lang=\"zh-Hant-TW\" dir=\"ltr\"");
    check_language("", false, " lang=\"\" dir=\"ltr\"");
    check_language("x\" onload=", false, " lang=\"\" dir=\"ltr\"");
    check_language("-en", false, " lang=\"\" dir=\"ltr\"");
}

static void check_day(int64_t seconds, const char *expected)
{
    sst_buffer out = {0};
    sst_html_day(&out, seconds);
    assert_string_equal(finish(&out), expected);
    sst_buffer_free(&out);
}

static void test_days(void **state)
{
    (void)state;
    check_day(0, "1970-01-01");
    check_day(-1, "1969-12-31");
    check_day(951782400, "2000-02-29");
    check_day(4107542400, "2100-03-01");
    check_day(1709164800, "2024-02-29");
}

/* Against the C library, day by day. */
static void test_days_agree_with_gmtime(void **state)
{
    (void)state;
    for (int64_t number = -200000; number < 200000; number += 37) {
        time_t seconds = (time_t)(number * 86400 + 3661);
        struct tm parts;
        char expected[32];
        assert_non_null(gmtime_r(&seconds, &parts));
        snprintf(expected, sizeof expected, "%04d-%02d-%02d", parts.tm_year + 1900,
                 parts.tm_mon + 1, parts.tm_mday);
        check_day(seconds, expected);
    }
}

static void test_time(void **state)
{
    (void)state;
    sst_buffer out = {0};
    sst_html_time(&out, 86399);
    sst_html_time(&out, SST_NO_TIME);
    assert_string_equal(finish(&out), "<time datetime=\"1970-01-01T23:59Z\">1970-01-01 23:59"
                                      "</time>undated");
    sst_buffer_free(&out);
}

static void test_numbers(void **state)
{
    (void)state;
    sst_buffer out = {0};
    sst_html_number(&out, 999);
    sst_buffer_byte(&out, ' ');
    sst_html_number(&out, 1000);
    sst_buffer_byte(&out, ' ');
    sst_html_number(&out, 12003004);
    sst_buffer_byte(&out, ' ');
    sst_html_count(&out, 1, "story");
    sst_buffer_byte(&out, ' ');
    sst_html_count(&out, 2, "story");
    sst_buffer_byte(&out, ' ');
    sst_html_count(&out, 0, "cluster");
    assert_string_equal(finish(&out), "999 1,000 12,003,004 1 story 2 stories 0 clusters");
    sst_buffer_free(&out);
}

static void check_percent(uint64_t part, uint64_t whole, const char *expected)
{
    sst_buffer out = {0};
    sst_html_percent(&out, part, whole);
    assert_string_equal(finish(&out), expected);
    sst_buffer_free(&out);
}

static void test_percent_keeps_its_ends(void **state)
{
    (void)state;
    check_percent(0, 0, "0\xc2\xa0%");
    check_percent(1, 100000, "1\xc2\xa0%");
    check_percent(99999, 100000, "99\xc2\xa0%");
    check_percent(5, 5, "100\xc2\xa0%");
    check_percent(125, 1000, "13\xc2\xa0%");
}

static void test_url_part(void **state)
{
    (void)state;
    sst_buffer out = {0};
    sst_html_url_part(&out, (sst_slice){"a-_.~9\0&é#", 11});
    assert_string_equal(finish(&out), "a-_.~9%00%26%C3%A9%23");
    sst_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_escaped),
        cmocka_unit_test(test_nul_becomes_a_sign),
        cmocka_unit_test(test_no_markup_survives),
        cmocka_unit_test(test_text_is_cut_between_characters),
        cmocka_unit_test(test_only_web_addresses_are_links),
        cmocka_unit_test(test_language),
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_days_agree_with_gmtime),
        cmocka_unit_test(test_time),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_percent_keeps_its_ends),
        cmocka_unit_test(test_url_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
