/* The four paths to tokens are one function. */
#include "text/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

enum { PATHS = 4 };

static sst_text *scratch[PATHS];
static sst_tokenizer *tokenizer;

static int create_all(void **state)
{
    (void)state;
    for (int i = 0; i < PATHS; i++)
        if (sst_text_create(&scratch[i], NULL) != SST_OK)
            return -1;
    return sst_tokenizer_create(&tokenizer, NULL) == SST_OK ? 0 : -1;
}

static int free_all(void **state)
{
    (void)state;
    for (int i = 0; i < PATHS; i++)
        sst_text_free(scratch[i]);
    sst_tokenizer_free(tokenizer);
    return 0;
}

static void print_bytes(const char *text, size_t size)
{
    for (size_t i = 0; i < size && i < 200; i++)
        print_error("%02x ", (unsigned char)text[i]);
    print_error("\n");
}

static void check_run(const char *text, size_t size, struct sst_text_run run,
                      struct sst_text_run definition)
{
    bool equal = run.count == definition.count;
    for (size_t i = 0; equal && i < run.count; i++)
        equal = run.wide[i] == definition.wide[i] && run.tokens[i] == definition.tokens[i];
    if (!equal)
        print_bytes(text, size);
    assert_true(equal);
}

/* The text is copied to an allocation of its size, so a read behind it is seen by sanitizers. */
static void check_paths(const char *text, size_t size)
{
    char *copy = malloc(size == 0 ? 1 : size);
    assert_non_null(copy);
    memcpy(copy, text, size);
    struct sst_text_run runs[PATHS];
    for (int path = 0; path < PATHS; path++)
        assert_int_equal(sst_text_tokens_by(scratch[path], (sst_text_path)path, copy, size,
                                            &runs[path], NULL),
                         SST_OK);
    check_run(text, size, runs[SST_TEXT_BLOCKS], runs[SST_TEXT_DEFINITION]);
    check_run(text, size, runs[SST_TEXT_BLOCKS_16], runs[SST_TEXT_DEFINITION]);
    check_run(text, size, runs[SST_TEXT_CODE_POINTS], runs[SST_TEXT_DEFINITION]);
    free(copy);
}

static void check_tokenizer(const char *text, size_t size)
{
    const sst_token *tokens;
    size_t count;
    struct sst_text_run run;
    assert_int_equal(sst_text_tokens(scratch[0], text, size, &run, NULL), SST_OK);
    assert_int_equal(sst_tokenizer_run(tokenizer, text, size, &tokens, &count, NULL), SST_OK);
    assert_int_equal(count, run.count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(tokens[i].hash, run.tokens[i]);
}

/* ---- Every code point in every context ------------------------------------------------------- */

/* What may stand in front of and behind a code point: letters of the scripts that the block path
 * knows, starters that compose, marks, dropped characters, separators, block ends. */
static const char *const contexts[][2] = {
    {"", ""},
    {"a", "b"},
    {"A", "Z9"},
    {"e", "\u0301"},
    {"=", "\u0338x"},
    {" ", "\u0308"},
    {"\u0435", "\u0308"},
    {"i", "\u0307"},
    {"\u00e9", "\u0323"},
    {"\u0995", "\u09be\u09bc"},
    {"\u09c7", "\u09be"},
    {"\u0995\u09c7", "\u09d7"},
    {"\u09a4\u09cd", "\u200d"},
    {"\u09af", "\u09bc"},
    {"\u0939\u0915\u094d", "\u093c\u0939"},
    {"\u0627", "\u0653\u064e"},
    {"\u0e01\u0e02\u0e03\u0e04\u0e38", "\u0e48\u0e33\u0e01"},
    {"\u6f22\u5b57", "\u30fc\u6587"},
    {"\u304b\u304d\u304f\u3051\u3053", "\u3099\u30ab"},
    {"\u1100", "\u1161\u11a8"},
    {"\uac00", "\u11a8"},
    {"x\u00ad", "\u200cy"},
    {"\u0f40\u0f71", "\u0f72\u0f74"},
    {"\u1025", "\u102e"},
    {"2\u2044", "\u00b2"},
};

static void every_code_point(void **state)
{
    (void)state;
    enum { CONTEXTS = sizeof contexts / sizeof *contexts };
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        if (code >= 0xd800 && code <= 0xdfff)
            continue;
        char point[4];
        size_t length = sst_utf8_encode(code, point);
        /* All contexts in one text, apart by a separator; a second one shifts block ends. */
        char text[4096];
        size_t size = code % 67;
        memset(text, '.', size);
        for (size_t i = 0; i < CONTEXTS; i++) {
            size_t front = strlen(contexts[i][0]), back = strlen(contexts[i][1]);
            memcpy(text + size, contexts[i][0], front);
            memcpy(text + size + front, point, length);
            memcpy(text + size + front + length, contexts[i][1], back);
            size += front + length + back;
            text[size++] = '\n';
        }
        check_paths(text, size);
        check_paths(point, length);
    }
}

/* Two code points side by side, from the ranges where something can happen. */
static void pairs_of_code_points(void **state)
{
    (void)state;
    static const uint32_t ranges[][2] = {
        {0x0020, 0x007f}, {0x00a0, 0x0180}, {0x0300, 0x0346}, {0x0370, 0x0400}, {0x0900, 0x0a00},
        {0x0620, 0x0660}, {0x0e30, 0x0e50}, {0x1100, 0x1104}, {0x1160, 0x1164}, {0x11a6, 0x11ab},
        {0x2000, 0x2070}, {0x3040, 0x3060}, {0x3096, 0x309e}, {0xac00, 0xac20}, {0xff60, 0xffa0}};
    enum { RANGES = sizeof ranges / sizeof *ranges };
    static uint32_t codes[4096];
    size_t count = 0;
    for (size_t r = 0; r < RANGES; r++)
        for (uint32_t code = ranges[r][0]; code < ranges[r][1]; code++)
            codes[count++] = code;
    static char text[4096 * 10];
    for (size_t i = 0; i < count; i++) {
        size_t size = i % 64;
        memset(text, ' ', size);
        for (size_t j = 0; j < count; j++) {
            size += sst_utf8_encode(codes[i], text + size);
            size += sst_utf8_encode(codes[j], text + size);
            text[size++] = ' ';
        }
        check_paths(text, size);
    }
}

/* ---- Random texts ---------------------------------------------------------------------------- */

static uint64_t seed = 1;

static uint32_t draw(uint32_t below)
{
    seed += 0x9e3779b97f4a7c15u;
    return (uint32_t)(sst_mix64(seed) % below);
}

static uint32_t draw_code(void)
{
    static const uint32_t bases[] = {0x20,   0x41,   0x61,   0xa0,   0xc0,   0x130,  0x2b0,
                                     0x300,  0x3b0,  0x410,  0x430,  0x620,  0x640,  0x900,
                                     0x930,  0x980,  0x9b0,  0x9c0,  0x9d0,  0xe30,  0x1100,
                                     0x1160, 0x11a8, 0x1ea0, 0x2000, 0x2010, 0x3040, 0x30a0,
                                     0x4e00, 0xac00, 0xfb00, 0xfdf0, 0xff10, 0x1d400};
    if (draw(50) == 0) {
        uint32_t code = draw(0x110000);
        return code >= 0xd800 && code <= 0xdfff ? 0x20 : code;
    }
    return bases[draw(sizeof bases / sizeof *bases)] + draw(32);
}

static void random_texts(void **state)
{
    (void)state;
    static char text[20000];
    for (int round = 0; round < 20000; round++) {
        size_t size = 0;
        size_t points = draw(round % 100 == 0 ? 4000 : 60);
        uint32_t spaces = 1 + draw(12);
        for (size_t i = 0; i < points; i++) {
            size += sst_utf8_encode(draw_code(), text + size);
            if (draw(spaces) == 0)
                text[size++] = ' ';
        }
        check_paths(text, size);
        check_tokenizer(text, size);
    }
}

/* ---- Lengths, limits, errors ----------------------------------------------------------------- */

static void lengths_around_blocks(void **state)
{
    (void)state;
    static const char *const letters[] = {"a",      "7",      "\u00c9", "\u0995",
                                          "\u0416", "\u6f22", "\u0947"};
    static char text[3 * 9000];
    for (size_t kind = 0; kind < sizeof letters / sizeof *letters; kind++) {
        size_t length = strlen(letters[kind]);
        for (size_t count = 0; count < 9000; count += count < 200 ? 1 : 977) {
            for (size_t i = 0; i < count; i++)
                memcpy(text + i * length, letters[kind], length);
            check_paths(text, count * length);
            for (size_t i = 0; i < count; i += 2)
                memset(text + i * length, ' ', length);
            check_paths(text, count * length);
        }
    }
}

/* What the byte patterns know, at every place relative to a block, in words and outside. */
static void sequences_across_blocks(void **state)
{
    (void)state;
    static const char *const sequences[] = {
        "\u09c7\u09be", "\u0995", "\u0947", "\u00c9", "\u00e9", "\u00d7", "\u00b7", "\u201c",
        "\u0964", "\u2017", "\u09c7\u200c\u09be",
        "=\u0338", "\u09af\u09bc", "\u00c3\u0303"};
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
        for (size_t at = 0; at < 200; at++)
            for (int filler = 0; filler < 2; filler++) {
                char text[256];
                size_t size = strlen(sequences[i]);
                memset(text, filler ? 'a' : '.', sizeof text);
                memcpy(text + at, sequences[i], size);
                check_paths(text, at + size);
                check_paths(text, sizeof text);
            }
}

static void empty_text(void **state)
{
    (void)state;
    struct sst_text_run run;
    assert_int_equal(sst_text_tokens(scratch[0], "", 0, &run, NULL), SST_OK);
    assert_int_equal(run.count, 0);
    assert_int_equal(sst_text_tokens(scratch[0], " .,-\n", 5, &run, NULL), SST_OK);
    assert_int_equal(run.count, 0);
}

static void broken_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t size, offset;
    } broken[] = {
        {"ab \xff", 4, 3},          {"\x80", 1, 0},
        {"caf\xc3", 4, 3},          {"caf\xc3 au lait", 12, 3},
        {"\xe0\xa6", 2, 0},         {"x \xe0\xa6 y", 6, 2},
        {"\xe0\x80\x80", 3, 0},     {"\xed\xa0\x80", 3, 0},
        {"\xf4\x90\x80\x80", 4, 0}, {"\xe0\xa6\x95\x95", 4, 3},
        {"\xc0\xaf", 2, 0},         {"\u6f22\u5b57\xe6\xbc", 8, 6},
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        for (int path = 0; path < PATHS; path++) {
            struct sst_text_run run;
            sst_error error;
            assert_int_equal(sst_text_tokens_by(scratch[path], (sst_text_path)path,
                                                broken[i].text, broken[i].size, &run, &error),
                             SST_INPUT);
            assert_int_equal(error.offset, broken[i].offset);
            assert_int_equal(run.count, 0);
        }
}

static void marks_without_end(void **state)
{
    (void)state;
    /* 200,000 marks in the worst order: sorted in linear time, the same on every path. */
    enum { MARKS = 200000 };
    static char text[2 * MARKS + 1] = "a";
    for (size_t i = 0; i < MARKS; i++)
        sst_utf8_encode(i % 2 ? 0x0323 : 0x0301, text + 1 + 2 * i);
    check_paths(text, sizeof text);
}

static void digits_are_marked(void **state)
{
    (void)state;
    struct sst_text_run run;
    const char *text = "abc \u09e7\u09e8 x9 \u00b2 \u4e00 twelve "
                       "averylongwordofmorethanthirtytwobytes0 "
                       "averylongwordofmorethanthirtytwobytes";
    static const uint32_t digit[] = {0, 1, 1, 1, 0, 0, 1, 0};
    for (int path = 0; path < PATHS; path++) {
        assert_int_equal(sst_text_tokens_by(scratch[path], (sst_text_path)path, text,
                                            strlen(text), &run, NULL),
                         SST_OK);
        assert_int_equal(run.count, sizeof digit / sizeof *digit);
        for (size_t i = 0; i < run.count; i++)
            assert_int_equal(run.tokens[i] & 1, digit[i]);
    }
}

static void keys_tell_texts_apart(void **state)
{
    (void)state;
    struct sst_text_run run;
    assert_int_equal(sst_text_tokens(scratch[0], "One two", 7, &run, NULL), SST_OK);
    sst_hash128 key = sst_text_key(&run);
    assert_int_equal(sst_text_tokens(scratch[0], "one, TWO.", 9, &run, NULL), SST_OK);
    assert_int_equal(sst_hash128_compare(key, sst_text_key(&run)), 0);
    assert_int_equal(sst_text_tokens(scratch[0], "two one", 7, &run, NULL), SST_OK);
    assert_int_not_equal(sst_hash128_compare(key, sst_text_key(&run)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_text),
        cmocka_unit_test(digits_are_marked),
        cmocka_unit_test(keys_tell_texts_apart),
        cmocka_unit_test(broken_text),
        cmocka_unit_test(lengths_around_blocks),
        cmocka_unit_test(sequences_across_blocks),
        cmocka_unit_test(marks_without_end),
        cmocka_unit_test(pairs_of_code_points),
        cmocka_unit_test(random_texts),
        cmocka_unit_test(every_code_point),
    };
    return cmocka_run_group_tests(tests, create_all, free_all);
}
