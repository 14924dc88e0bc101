#include "base/buffer.h"

#include <locale.h>
#include <string.h>

#include "cmocka_all.h"

static void assert_content(sst_buffer *buffer, const char *wanted)
{
    assert_int_equal(buffer->size, strlen(wanted));
    assert_memory_equal(buffer->bytes, wanted, buffer->size);
    sst_buffer_reset(buffer);
}

static void appends_grow(void **state)
{
    (void)state;
    sst_buffer buffer = {0};
    for (int i = 0; i < 5000; i++)
        sst_buffer_byte(&buffer, (char)('a' + i % 26));
    assert_int_equal(buffer.size, 5000);
    assert_int_equal(buffer.bytes[4999], 'a' + 4999 % 26);
    assert_true(buffer.capacity >= buffer.size);
    assert_int_equal(sst_buffer_status(&buffer, "x", NULL), SST_OK);
    sst_buffer_reset(&buffer);
    sst_buffer_append(&buffer, NULL, 0);
    assert_int_equal(buffer.size, 0);
    sst_buffer_free(&buffer);
    assert_null(buffer.bytes);
}

/* In every locale of this machine that has another decimal point. */
static void numbers_have_a_point(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "bn_BD.UTF-8",
                                        "ps_AF.UTF-8", "C"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (setlocale(LC_ALL, names[i]) == NULL)
            continue;
        sst_buffer buffer = {0};
        sst_buffer_format(&buffer, "%.3f %g %600.1f", 1.25, .5, 2.5);
        assert_memory_equal(buffer.bytes, "1.250 0.5 ", 10);
        assert_memory_equal(buffer.bytes + buffer.size - 4, " 2.5", 4);
        sst_buffer_free(&buffer);
    }
    setlocale(LC_ALL, "C");
}

static void numbers_and_formats(void **state)
{
    (void)state;
    sst_buffer buffer = {0};
    sst_buffer_unsigned(&buffer, 0);
    sst_buffer_byte(&buffer, ' ');
    sst_buffer_unsigned(&buffer, UINT64_MAX);
    assert_content(&buffer, "0 18446744073709551615");
    sst_buffer_format(&buffer, "%d-%s", -7, "x");
    assert_content(&buffer, "-7-x");
    char longer[1500];
    memset(longer, 'y', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    sst_buffer_format(&buffer, "%s", longer);
    assert_content(&buffer, longer);
    sst_buffer_free(&buffer);
}

static void json_strings(void **state)
{
    (void)state;
    sst_buffer buffer = {0};
    sst_buffer_json_string(&buffer, "a\"b\\c\n\t\x01\x0b/ক", 10 + 3);
    assert_content(&buffer, "\"a\\\"b\\\\c\\n\\t\\u0001\\u000b/ক\"");
    sst_buffer_json_string(&buffer, "", 0);
    assert_content(&buffer, "\"\"");
    sst_buffer_json_string(&buffer, "\0\x1f\x7f", 3);
    assert_content(&buffer, "\"\\u0000\\u001f\x7f\"");
    sst_buffer_free(&buffer);
}

static void ratios(void **state)
{
    (void)state;
    static const struct {
        uint64_t numerator, denominator;
        const char *text;
    } cases[] = {
        {0, 0, "0.000"},       {0, 7, "0.000"},      {7, 7, "1.000"},   {1, 2, "0.500"},
        {1, 3, "0.333"},       {2, 3, "0.667"},      {1, 2000, "0.001"}, {1, 9999, "0.001"},
        {9999, 10000, "0.999"}, {1, 16, "0.063"}, /* .0625: half up */
        {4294967294, 4294967295, "0.999"},
    };
    sst_buffer buffer = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sst_buffer_ratio(&buffer, cases[i].numerator, cases[i].denominator);
        assert_content(&buffer, cases[i].text);
    }
    sst_buffer_free(&buffer);
}

static void failure_is_remembered(void **state)
{
    (void)state;
    sst_buffer buffer = {0};
    sst_error error;
    sst_buffer_text(&buffer, "kept");
    assert_false(sst_buffer_reserve(&buffer, SIZE_MAX / 2));
    sst_buffer_text(&buffer, "lost");
    assert_int_equal(buffer.size, 4);
    assert_int_equal(sst_buffer_status(&buffer, "the list", &error), SST_MEMORY);
    assert_non_null(strstr(error.message, "the list"));
    sst_buffer_reset(&buffer);
    sst_buffer_text(&buffer, "again");
    assert_content(&buffer, "again");
    assert_false(sst_buffer_reserve(&buffer, SIZE_MAX));
    sst_buffer_free(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_grow), cmocka_unit_test(numbers_and_formats),
        cmocka_unit_test(numbers_have_a_point),
        cmocka_unit_test(json_strings), cmocka_unit_test(ratios),
        cmocka_unit_test(failure_is_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
