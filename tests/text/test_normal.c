/* Normalisation against utf8proc, which knows NFKC_Casefold but not our folding, and the folding
 * against a list. */
#include "text/normal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <utf8proc.h>

#include "base/hash.h"
#include "base/utf8.h"

static int free_normal(void **state)
{
    sst_normal_free(*state);
    free(*state);
    return 0;
}

static int create_normal(void **state)
{
    *state = calloc(1, sizeof(sst_normal));
    return *state == NULL ? -1 : 0;
}

static void run(sst_normal *normal, const char *text, size_t size)
{
    assert_int_equal(sst_normal_run(normal, (const uint8_t *)text, 0, size, NULL), SST_OK);
}

/* ---- What folding touches, so that utf8proc cannot be compared ------------------------------- */

static bool is_folded(int32_t code)
{
    static const int32_t folded[] = {0x0131, 0x0640, 0x0671, 0x0672, 0x0673, 0x0629, 0x06c3,
                                     0x06c1, 0x0649, 0x06cc, 0x06a9, 0x06aa, 0x093c, 0x0901,
                                     0x0653, 0x0654, 0x0655, 0x09bc, 0x0a3c, 0x0b3c};
    for (size_t i = 0; i < sizeof folded / sizeof *folded; i++)
        if (code == folded[i])
            return true;
    bool arabic = (code >= 0x0600 && code <= 0x06ff) || (code >= 0x08c0 && code <= 0x08ff);
    utf8proc_category_t category = utf8proc_category(code);
    return (arabic && category == UTF8PROC_CATEGORY_MN) ||
           (category == UTF8PROC_CATEGORY_ND && code > '9') || (code >= 0x02bb && code <= 0x02bf);
}

/* Default ignorables without a character yet: Unicode removes them, utf8proc 2.8 keeps them. */
static bool is_reserved_ignorable(int32_t code)
{
    return utf8proc_category(code) == UTF8PROC_CATEGORY_CN &&
           (code == 0x2065 || (code >= 0xfff0 && code <= 0xfff8) ||
            (code >= 0xe0000 && code <= 0xe0fff));
}

/* Of casefolded and decomposed text. */
static bool folding_touches(const int32_t *codes, size_t count)
{
    bool i = false, dot = false, ie = false, diaeresis = false;
    for (size_t k = 0; k < count; k++) {
        if (is_folded(codes[k]) || is_reserved_ignorable(codes[k]))
            return true;
        i |= codes[k] == 'i';
        dot |= codes[k] == 0x0307;
        ie |= codes[k] == 0x0435;
        diaeresis |= codes[k] == 0x0308;
    }
    return (i && dot) || (ie && diaeresis);
}

/* Compares when it can; false when folding is in the way. */
static bool check_utf8proc(sst_normal *normal, const char *text, size_t size)
{
    const utf8proc_option_t fold = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                   UTF8PROC_IGNORE;
    static int32_t codes[4096];
    utf8proc_ssize_t count =
        utf8proc_decompose((const uint8_t *)text, (utf8proc_ssize_t)size, codes, 4096,
                           fold | UTF8PROC_DECOMPOSE);
    assert_in_range(count, 0, 4096);
    if (folding_touches(codes, (size_t)count) || strstr(text, "\u00b4") != NULL ||
        strstr(text, "\u09cd\u200d") != NULL)
        return false;
    uint8_t *expected;
    utf8proc_ssize_t length = utf8proc_map((const uint8_t *)text, (utf8proc_ssize_t)size,
                                           &expected, fold | UTF8PROC_COMPOSE);
    assert_true(length >= 0);
    run(normal, text, size);
    bool equal = normal->size == (size_t)length &&
                 memcmp(normal->bytes, expected, normal->size) == 0;
    if (!equal)
        print_error("text %s: %.*s, utf8proc %s\n", text, (int)normal->size,
                    (const char *)normal->bytes, (const char *)expected);
    free(expected);
    assert_true(equal);
    return true;
}

static void check_idempotence(sst_normal *normal, const char *text, size_t size)
{
    static char once[65536];
    run(normal, text, size);
    size_t length = normal->size;
    assert_in_range(length, 0, sizeof once);
    memcpy(once, normal->bytes, length);
    run(normal, once, length);
    assert_int_equal(normal->size, length);
    assert_memory_equal(normal->bytes, once, length);
}

static void every_code_point(void **state)
{
    size_t compared = 0;
    for (uint32_t code = 1; code <= 0x10ffff; code++) {
        if (code >= 0xd800 && code <= 0xdfff)
            continue;
        char text[5] = {0};
        size_t size = sst_utf8_encode(code, text);
        compared += check_utf8proc(*state, text, size);
        check_idempotence(*state, text, size);
    }
    /* Folding must stay the exception (about 3,800 code points are reserved ignorables). */
    assert_in_range(compared, 0x110000 - 0x800 - 5000, 0x110000);
}

static uint64_t seed = 3;

static uint32_t draw(uint32_t below)
{
    seed += 0x9e3779b97f4a7c15u;
    return (uint32_t)(sst_mix64(seed) % below);
}

/* From blocks in which marks, compositions and compatibility forms are frequent. */
static uint32_t draw_code(void)
{
    static const uint32_t bases[] = {0x41,   0x61,   0xa0,   0xc0,   0x1e0,  0x300,  0x320,
                                     0x340,  0x390,  0x400,  0x430,  0x5b0,  0x620,  0x640,
                                     0x915,  0x930,  0x9a0,  0x9bc,  0x9c7,  0xb40,  0xbc0,
                                     0xdc8,  0xe30,  0xf40,  0xf70,  0x1025, 0x1100, 0x1160,
                                     0x11a8, 0x1e90, 0x1f00, 0x1f80, 0x2000, 0x2100, 0x304b,
                                     0x3090, 0x30f0, 0xac00, 0xf900, 0xfb00, 0xff60, 0x1d15e};
    if (draw(20) != 0)
        return bases[draw(sizeof bases / sizeof *bases)] + draw(32);
    uint32_t code = 1 + draw(0x10ffff);
    return code >= 0xd800 && code <= 0xdfff ? 'x' : code;
}

static size_t draw_text(char *text)
{
    size_t size = 0;
    for (uint32_t points = 1 + draw(12); points > 0; points--)
        size += sst_utf8_encode(draw_code(), text + size);
    text[size] = '\0';
    return size;
}

static void random_texts(void **state)
{
    size_t compared = 0;
    for (int round = 0; round < 300000; round++) {
        char text[64];
        size_t size = draw_text(text);
        compared += check_utf8proc(*state, text, size);
        check_idempotence(*state, text, size);
    }
    assert_in_range(compared, 100000, 300000);
}

static void folding(void **state)
{
    static const char *const folds[][2] = {
        {"\u09a4\u09cd\u200d", "\u09ce"},             /* khanda ta, old spelling */
        {"\u09af\u09bc \u09df", "\u09df \u09df"},     /* nukta letters */
        {"\u09a1\u09bc \u09dc", "\u09dc \u09dc"},
        {"\u09a2\u09bc \u09dd", "\u09dd \u09dd"},
        {"\u09ac\u09bc", "\u09b0"},
        {"\u09c7\u09be \u09c7\u09d7", "\u09cb \u09cc"},
        {"\u0b21\u0b3c \u0b5c", "\u0b5c \u0b5c"},
        {"\u0a16\u0a3c \u0a59", "\u0a59 \u0a59"},
        {"\u0958 \u0915\u093c \u0915", "\u0915 \u0915 \u0915"},
        {"\u0939\u093e\u0901", "\u0939\u093e\u0902"},
        {"\u0643\u0640\u062a\u064e\u0628\u0651", "\u0643\u062a\u0628"},
        {"\u0623\u0625\u0622\u0671\u0627\u0653", "\u0627\u0627\u0627\u0627\u0627"},
        {"\u0629\u0649\u06cc\u06a9\u06c1", "\u0647\u064a\u064a\u0643\u0647"},
        {"\u0624\u0626", "\u0624\u0626"},
        {"\u06c0 \u0647\u0654", "\u0647 \u0647"},
        {"\u0401\u0451\u0435\u0308", "\u0435\u0435\u0435"},
        {"\u0439\u0419", "\u0439\u0439"},
        {"\u0130Ii\u0131", "iiii"},
        {"\u02bc\u00b4", "''"},
        {"\u0967\u09e8\u0663\u06f4\u0e55\uff16\u2077\U0001d7d8", "12345670"},
        {"Stra\u00dfe", "strasse"},
        {"\u212b \u00c5 A\u030a", "\u00e5 \u00e5 \u00e5"},
        {"a\u0323\u0302 \u1ead a\u0302\u0323", "\u1ead \u1ead \u1ead"},
        {"\u1112\u1161\u11ab", "\ud55c"},
        {"\ufb01\u00ad\ufeff\u200b", "fi"},
        {"\u03a3\u03c2", "\u03c3\u03c3"},
        {"=\u0338", "\u2260"},
    };
    sst_normal *normal = *state;
    for (size_t i = 0; i < sizeof folds / sizeof *folds; i++) {
        run(normal, folds[i][0], strlen(folds[i][0]));
        if (normal->size != strlen(folds[i][1]))
            print_error("line %zu: %.*s\n", i, (int)normal->size, (const char *)normal->bytes);
        assert_int_equal(normal->size, strlen(folds[i][1]));
        assert_memory_equal(normal->bytes, folds[i][1], normal->size);
    }
}

static void places(void **state)
{
    sst_normal *normal = *state;
    run(normal, "x\u00dfa\u0301\u00ad.", 9);
    /* x | ß ß | á with its mark | . : the soft hyphen is gone. */
    static const uint32_t expected[][3] = {
        {'x', 0, 1}, {'s', 1, 3}, {'s', 1, 3}, {0xe1, 3, 6}, {'.', 8, 9}};
    assert_int_equal(normal->count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(normal->points[i].code, expected[i][0]);
        assert_int_equal(normal->points[i].begin, expected[i][1]);
        assert_int_equal(normal->points[i].end, expected[i][2]);
    }
    assert_int_equal(normal->points[5].at, normal->size);
}

static void unicode_version(void **state)
{
    (void)state;
    assert_string_equal(sst_unicode_version(), "15.0.0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unicode_version),
        cmocka_unit_test_setup_teardown(folding, create_normal, free_normal),
        cmocka_unit_test_setup_teardown(places, create_normal, free_normal),
        cmocka_unit_test_setup_teardown(random_texts, create_normal, free_normal),
        cmocka_unit_test_setup_teardown(every_code_point, create_normal, free_normal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
