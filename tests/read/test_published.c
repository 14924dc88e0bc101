#include "read/published.h"

#include <string.h>
#include <time.h>

#include "cmocka_all.h"

static int64_t parse(const char *text)
{
    return sst_published_parse(text, strlen(text));
}

static void known_answers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2024-02-29T23:59:59Z", 1709251199},
        {"2024-02-29t23:59:59z", 1709251199},
        {"2024-02-29T23:59:59.999999Z", 1709251199},
        {"2024-02-29T23:59:59,5+06:00", 1709251199 - 6 * 3600},
        {"2024-02-29T23:59:59+0600", 1709251199 - 6 * 3600},
        {"2024-02-29T23:59:59-03:30", 1709251199 + 12600},
        {"2024-02-29T23:59:59+06", 1709251199 - 6 * 3600},
        {"2024-02-29 23:59:59 +0600", 1709251199 - 6 * 3600},
        {"2024-02-29 23:59:59 UTC", 1709251199},
        {"2024-02-29 23:59:59", 1709251199},
        {"2024-02-29 23:59", 1709251140},
        {"2024-02-29", 1709164800},
        {"  2024-02-29\n", 1709164800},
        {"2024-2-9", 1707436800},
        {"2024/02/29", 1709164800},
        {"2024/02/29 12:00", 1709208000},
        {"26-FEB-1987 15:01:01.79", 541350061},
        {"26-Feb-1987", 541296000},
        {"Thu, 29 Feb 2024 23:59:59 +0600", 1709251199 - 6 * 3600},
        {"Thu, 29 Feb 2024 23:59:59 GMT", 1709251199},
        {"29 Feb 2024 23:59 EST", 1709251140 + 5 * 3600},
        {"Thursday, 29 February 2024 23:59:59 +0000 (UTC)", 1709251199},
        {"Sun, 06 Nov 94 08:49:37 GMT", 784111777},
        {"2016-12-31T23:59:60Z", 1483228799},
        {"1900-01-01", -2208988800},
        {"0000-01-01", -62167219200},
        {"9999-12-31T23:59:59Z", 253402300799},
        {"1420070400", 1420070400},
        {"1420070400123", 1420070400},
        {"1420070400.5", 1420070400},
        {"99999999999", 99999999999},
        {"100000000000", 100000000},
        {"-1420070400", -1420070400},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (parse(cases[i].text) != cases[i].seconds)
            fail_msg("'%s' is %lld", cases[i].text, (long long)parse(cases[i].text));
}

static void not_understood(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "", " ", "None", "Unknown", "null", "today", "20240229", "2024", "2024-02", "2024-02-30",
        "2023-02-29", "1900-02-29", "2024-00-10", "2024-13-10", "2024-01-00", "2024-01-32",
        "2024-02/29", "2024-02-29T", "2024-02-29T24:00:00Z", "2024-02-29T23:60", "2024-02-29T23:59:61",
        "2024-02-29T23", "2024-02-29 23:59:59.", "2024-02-29 23:59 PM", "2024-02-29 23:59 +25:00",
        "2024-02-29 23:59+6", "2024-02-29x", "02/29/2024", "29/02/2024", "29.02.2024", "29-XYZ-2024",
        "29-02-2024", "31-APR-1987", "Thu, 29 Feb 2024 23:59:59 XYZ", "February 29, 2024",
        "Foo, 29 Feb 2024", "1420070400x", "1420070400.5.5", "12345678901234567890", "--5", "-",
        "Thu,", "Thu", "29 Feb 202", "29 Feb", "2024-02-29 23:59 (", "২০২৪-০২-২৯",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (parse(cases[i]) != SST_NO_TIME)
            fail_msg("'%s' is %lld", cases[i], (long long)parse(cases[i]));
}

/* Every day of four centuries, against the C library. */
static void every_day(void **state)
{
    (void)state;
    for (time_t day = -5000 * 86400L; day < 141097 * 86400L; day += 86400) {
        struct tm parts;
        char text[32];
        gmtime_r(&day, &parts);
        strftime(text, sizeof text, "%Y-%m-%dT00:00:00Z", &parts);
        if (parse(text) != (int64_t)day)
            fail_msg("%s", text);
        strftime(text, sizeof text, "%a, %d %b %Y 00:00:00 GMT", &parts);
        if (parse(text) != (int64_t)day)
            fail_msg("%s", text);
    }
}

/* No byte outside [bytes, bytes + size) is read: the text ends where it ends. */
static void size_is_respected(void **state)
{
    (void)state;
    assert_int_equal(sst_published_parse("2024-02-29T23:59:59Z", 10), 1709164800);
    assert_true(sst_published_parse("2024-02-29T23:59:59Z", 11) == SST_NO_TIME);
    assert_int_equal(sst_published_parse("2024-02-29 23:59:59Z", 11), 1709164800);
}

static void numbers(void **state)
{
    (void)state;
    assert_int_equal(sst_published_number("0", 1), 0);
    assert_int_equal(sst_published_number("-86400", 6), -86400);
    assert_int_equal(sst_published_number("86400.75", 8), 86400);
    assert_int_equal(sst_published_number("1420070400123", 13), 1420070400);
    assert_true(sst_published_number("1e9", 3) == SST_NO_TIME);
}

static void shapes(void **state)
{
    (void)state;
    char shape[SST_SHAPE_SIZE];
    sst_published_shape("12 January, 2024", 16, shape);
    assert_string_equal(shape, "9 a, 9");
    sst_published_shape("১২ জানুয়ারি  2024\x01", strlen("১২ জানুয়ারি  2024\x01"), shape);
    assert_string_equal(shape, "a a 9?");
    sst_published_shape("", 0, shape);
    assert_string_equal(shape, "");
    char dots[200];
    memset(dots, '.', sizeof dots);
    sst_published_shape(dots, sizeof dots, shape);
    assert_int_equal(strlen(shape), SST_SHAPE_SIZE - 1);
}

static void command_line(void **state)
{
    (void)state;
    int64_t seconds;
    sst_error error;
    assert_int_equal(sst_time_parse("2024-02-29", &seconds, &error), SST_OK);
    assert_int_equal(seconds, 1709164800);
    assert_int_equal(sst_time_parse("86400", &seconds, &error), SST_OK);
    assert_int_equal(seconds, 86400);
    assert_int_equal(sst_time_parse("soon", &seconds, &error), SST_ARGUMENT);
    assert_non_null(strstr(error.message, "'soon'"));

    static const struct {
        const char *text;
        int64_t seconds;
    } durations[] = {{"30s", 30}, {"5m", 300}, {"12h", 43200}, {"90d", 7776000},
                     {"2w", 1209600}, {"0d", 0}, {"999999999w", 999999999 * (int64_t)604800}};
    for (size_t i = 0; i < sizeof durations / sizeof *durations; i++) {
        assert_int_equal(sst_duration_parse(durations[i].text, &seconds, &error), SST_OK);
        assert_int_equal(seconds, durations[i].seconds);
    }
    static const char *const wrong[] = {"", "d", "30", "-3d", "3 d", "3D", "3dd", "1234567890d",
                                        "1.5h"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(sst_duration_parse(wrong[i], &seconds, &error), SST_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers), cmocka_unit_test(not_understood),
        cmocka_unit_test(every_day), cmocka_unit_test(size_is_respected),
        cmocka_unit_test(numbers), cmocka_unit_test(shapes), cmocka_unit_test(command_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
