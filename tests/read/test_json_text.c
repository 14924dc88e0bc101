#include "read/json_text.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "cmocka_all.h"

static sst_escape_fault unescape(const char *text, char *out, size_t *size)
{
    return sst_json_unescape(text, strlen(text), out, size);
}

static void known_answers(void **state)
{
    (void)state;
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"", ""},
        {"plain text of more than sixteen bytes", "plain text of more than sixteen bytes"},
        {"a\\\"b\\\\c\\/d\\b\\f\\n\\r\\t", "a\"b\\c/d\b\f\n\r\t"},
        {"\\u0041\\u00e9\\u0995\\u20AC", "Aé\u0995€"},
        {"\\ud83d\\ude00", "\xf0\x9f\x98\x80"},
        {"\\uD800\\uDC00\\uDBFF\\uDFFF", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
        {"x\\u07ff\\u0800\\ud7ff\\ue000\\uffff", "x\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80"
                                                "\xef\xbf\xbf"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[128];
        size_t size;
        assert_int_equal(unescape(cases[i].text, out, &size), SST_ESCAPE_FINE);
        assert_int_equal(size, strlen(cases[i].wanted));
        assert_memory_equal(out, cases[i].wanted, size);
    }
    char out[32];
    size_t size;
    assert_int_equal(unescape("\\u0000", out, &size), SST_ESCAPE_FINE);
    assert_int_equal(size, 1);
    assert_int_equal(out[0], 0);
}

/* The offset is that of the backslash, wherever it stands beside the sixteen-byte steps. */
static void faults(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        sst_escape_fault fault;
    } cases[] = {
        {"\\", SST_ESCAPE_UNKNOWN},       {"\\x", SST_ESCAPE_UNKNOWN},
        {"\\u", SST_ESCAPE_UNKNOWN},      {"\\u12", SST_ESCAPE_UNKNOWN},
        {"\\u12g4", SST_ESCAPE_UNKNOWN},  {"\\u 123", SST_ESCAPE_UNKNOWN},
        {"\\U0041", SST_ESCAPE_UNKNOWN},  {"\\ud800\\u12", SST_ESCAPE_LONE_SURROGATE},
        {"\\ud800", SST_ESCAPE_LONE_SURROGATE},
        {"\\udc00", SST_ESCAPE_LONE_SURROGATE},
        {"\\udfff\\ud800", SST_ESCAPE_LONE_SURROGATE},
        {"\\ud800\\u0041", SST_ESCAPE_LONE_SURROGATE},
        {"\\ud800\\ud800", SST_ESCAPE_LONE_SURROGATE},
        {"\\ud800x\\udc00", SST_ESCAPE_LONE_SURROGATE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t before = 0; before < 40; before++) {
            char text[64], out[64 + SST_UNESCAPE_SLACK];
            size_t size;
            memset(text, 'p', before);
            strcpy(text + before, cases[i].text);
            assert_int_equal(unescape(text, out, &size), cases[i].fault);
            assert_int_equal(size, before);
        }
    }
}

static void every_scalar(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        if (code == 0xd800)
            code = 0xe000;
        char text[16], out[16 + SST_UNESCAPE_SLACK], wanted[4];
        size_t size;
        if (code < 0x10000)
            snprintf(text, sizeof text, "\\u%04x", code);
        else
            snprintf(text, sizeof text, "\\u%04X\\u%04x", 0xd800 + ((code - 0x10000) >> 10),
                     0xdc00 + (code & 0x3ff));
        unsigned length = sst_utf8_encode(code, wanted);
        if (unescape(text, out, &size) != SST_ESCAPE_FINE || size != length ||
            memcmp(out, wanted, length) != 0)
            fail_msg("U+%04X", code);
    }
}

static void numbers(void **state)
{
    (void)state;
    static const char *const integers[] = {"0", "-0", "7", "-12", "12345678901234567890123"};
    static const char *const fractions[] = {"0.5", "-1.25", "1e3", "1E+3", "0e-0", "12.50e07"};
    static const char *const wrong[] = {"",   "-",    "+1",  "01",   "-01", ".5",  "1.",  "1.e3",
                                        "1e", "1e+",  "0x1", "1 ",   " 1",  "1a",  "NaN", "--1",
                                        "1_0", "Infinity", "1,0", "1.2.3"};
    bool integer;
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++)
        assert_true(sst_json_number(integers[i], strlen(integers[i]), &integer) && integer);
    for (size_t i = 0; i < sizeof fractions / sizeof *fractions; i++)
        assert_true(sst_json_number(fractions[i], strlen(fractions[i]), &integer) && !integer);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(sst_json_number(wrong[i], strlen(wrong[i]), &integer));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers), cmocka_unit_test(faults),
        cmocka_unit_test(every_scalar), cmocka_unit_test(numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
