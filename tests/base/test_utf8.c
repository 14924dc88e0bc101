#include "base/utf8.h"

#include <string.h>

#include "cmocka_all.h"

static unsigned decode(const char *bytes, size_t size, uint32_t *code)
{
    const unsigned char *at = (const unsigned char *)bytes;
    return sst_utf8_decode(at, at + size, code);
}

static void every_scalar_round_trips(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        if (code == 0xd800)
            code = 0xe000;
        char bytes[4];
        uint32_t back = 0;
        unsigned length = sst_utf8_encode(code, bytes);
        unsigned wanted = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        if (length != wanted || decode(bytes, length, &back) != length || back != code ||
            sst_utf8_valid_prefix(bytes, length) != length)
            fail_msg("U+%04X", code);
        /* Cut off, it is no character. */
        if (length > 1 && decode(bytes, length - 1, &back) != 0)
            fail_msg("U+%04X cut", code);
    }
}

/* The Unicode Standard, table 3-7: what looks like UTF-8 and is not. */
static void ill_formed(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "\x80",             /* continuation alone */
        "\xc0\xaf",         /* overlong */
        "\xc1\xbf",         "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf",
        "\xed\xa0\x80",     /* surrogate */
        "\xed\xbf\xbf",     "\xf4\x90\x80\x80", /* above U+10FFFF */
        "\xf5\x80\x80\x80", "\xff",         "\xc2",
        "\xe2\x82",         "\xf0\x9f\x98", "\xc2\x41",
        "\xe2\x28\xa1",     "\xe2\x82\x28", "\xf0\x28\x8c\xbc",
        "\xf0\x90\x28\xbc", "\xf0\x90\x8c\x28",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t code;
        assert_int_equal(decode(cases[i], strlen(cases[i]), &code), 0);
        assert_int_equal(sst_utf8_valid_prefix(cases[i], strlen(cases[i])), 0);
    }
}

/* The fault is found wherever it stands beside the eight-byte steps. */
static void prefix_ends_at_the_fault(void **state)
{
    (void)state;
    char bytes[64];
    for (size_t at = 0; at < sizeof bytes; at++) {
        memset(bytes, 'a', sizeof bytes);
        bytes[at] = '\xff';
        assert_int_equal(sst_utf8_valid_prefix(bytes, sizeof bytes), at);
        assert_int_equal(sst_utf8_valid_prefix(bytes, at), at);
        if (at + 1 < sizeof bytes) {
            memcpy(bytes + at, "\xc3\xa9", 2);
            assert_int_equal(sst_utf8_valid_prefix(bytes, sizeof bytes), sizeof bytes);
            assert_int_equal(sst_utf8_valid_prefix(bytes, at + 1), at);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scalar_round_trips), cmocka_unit_test(ill_formed),
        cmocka_unit_test(prefix_ends_at_the_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
