/* The public tokenizer: a table of tokens in many languages, and the way back to the text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "samestory.h"
#include "text/text.h"

static int create_tokenizer(void **state)
{
    sst_tokenizer *tokenizer;
    if (sst_tokenizer_create(&tokenizer, NULL) != SST_OK)
        return -1;
    *state = tokenizer;
    return 0;
}

static int free_tokenizer(void **state)
{
    sst_tokenizer_free(*state);
    return 0;
}

/* ---- The golden table ------------------------------------------------------------------------ */

/* Replaces \uXXXX in place. */
static void unescape(char *text)
{
    char *out = text;
    while (*text != '\0') {
        if (text[0] == '\\' && text[1] == 'u') {
            char digits[5] = {0};
            memcpy(digits, text + 2, 4);
            out += sst_utf8_encode((uint32_t)strtoul(digits, NULL, 16), out);
            text += 6;
        } else {
            *out++ = *text++;
        }
    }
    *out = '\0';
}

static void join(const sst_token *tokens, size_t count, char *text)
{
    char *out = text;
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            *out++ = '|';
        memcpy(out, tokens[i].text, tokens[i].size);
        out += tokens[i].size;
    }
    *out = '\0';
}

/* True when a line of the table is as it should be. */
static bool check_line(sst_tokenizer *tokenizer, const char *text, const char *expected)
{
    const sst_token *tokens;
    size_t count;
    char found[4096];
    assert_int_equal(sst_tokenizer_run(tokenizer, text, strlen(text), &tokens, &count, NULL),
                     SST_OK);
    join(tokens, count, found);
    if (strcmp(found, expected) == 0)
        return true;
    print_error("%s\n  found    %s\n  expected %s\n", text, found, expected);
    return false;
}

static void golden_tokens(void **state)
{
    FILE *file = fopen(TEST_SOURCE_DIR "/text/golden/tokens.tsv", "r");
    assert_non_null(file);
    char line[4096];
    size_t lines = 0, wrong = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        if (line[0] == '#')
            continue;
        line[strcspn(line, "\n")] = '\0';
        unescape(line);
        char *text = strchr(line, '\t');
        char *expected = text == NULL ? NULL : strchr(text + 1, '\t');
        assert_non_null(expected);
        *expected++ = '\0';
        wrong += !check_line(*state, text + 1, expected);
        lines++;
    }
    fclose(file);
    assert_in_range(lines, 50, 1000);
    assert_int_equal(wrong, 0);
}

/* ---- Places ---------------------------------------------------------------------------------- */

static void check_span(const sst_token *token, const char *text, const char *span)
{
    assert_int_equal(token->end - token->begin, strlen(span));
    assert_memory_equal(text + token->begin, span, strlen(span));
}

static void spans_map_back(void **state)
{
    const char *text = "Zeit\u00adung, Stra\u00dfe; \u099c\u09af\u09bc\u0964 "
                       "\u6f22\u5b57\u6587\u66f8\u7bb1";
    const sst_token *tokens;
    size_t count;
    assert_int_equal(sst_tokenizer_run(*state, text, strlen(text), &tokens, &count, NULL), SST_OK);
    assert_int_equal(count, 5);
    check_span(&tokens[0], text, "Zeit\u00adung");
    check_span(&tokens[1], text, "Stra\u00dfe");
    check_span(&tokens[2], text, "\u099c\u09af\u09bc");
    check_span(&tokens[3], text, "\u6f22\u5b57\u6587\u66f8");
    check_span(&tokens[4], text, "\u5b57\u6587\u66f8\u7bb1");
}

/* What a token's span says, read alone, is the token: for words that do not touch a gram. */
static void spans_say_the_token(void **state)
{
    const char *text = "A\u030angstr\u00f6m 1\u0663 \u212a\u017f \ufb03x \u0418\u0306 "
                       "\u1100\u1161 e\u0323\u0302.";
    const sst_token *tokens;
    size_t count;
    assert_int_equal(sst_tokenizer_run(*state, text, strlen(text), &tokens, &count, NULL), SST_OK);
    assert_int_equal(count, 7);
    sst_tokenizer *other;
    assert_int_equal(sst_tokenizer_create(&other, NULL), SST_OK);
    for (size_t i = 0; i < count; i++) {
        const sst_token *alone;
        size_t one;
        assert_int_equal(sst_tokenizer_run(other, text + tokens[i].begin,
                                           tokens[i].end - tokens[i].begin, &alone, &one, NULL),
                         SST_OK);
        assert_int_equal(one, 1);
        assert_int_equal(alone->hash, tokens[i].hash);
        assert_int_equal(alone->size, tokens[i].size);
        assert_memory_equal(alone->text, tokens[i].text, alone->size);
    }
    sst_tokenizer_free(other);
}

/* ---- Edges ----------------------------------------------------------------------------------- */

static void empty_text(void **state)
{
    const sst_token *tokens;
    size_t count = 7;
    assert_int_equal(sst_tokenizer_run(*state, "", 0, &tokens, &count, NULL), SST_OK);
    assert_int_equal(count, 0);
}

static void huge_token(void **state)
{
    enum { SIZE = 1 << 20 };
    char *text = malloc(SIZE);
    assert_non_null(text);
    memset(text, 'Q', SIZE);
    const sst_token *tokens;
    size_t count;
    assert_int_equal(sst_tokenizer_run(*state, text, SIZE, &tokens, &count, NULL), SST_OK);
    assert_int_equal(count, 1);
    assert_int_equal(tokens->size, SIZE);
    assert_int_equal(tokens->end, SIZE);
    assert_int_equal(tokens->text[SIZE - 1], 'q');
    sst_text *scratch;
    struct sst_text_run run;
    assert_int_equal(sst_text_create(&scratch, NULL), SST_OK);
    assert_int_equal(sst_text_tokens(scratch, text, SIZE, &run, NULL), SST_OK);
    assert_int_equal(run.count, 1);
    assert_int_equal(run.tokens[0], tokens->hash);
    sst_text_free(scratch);
    free(text);
}

static void broken_text(void **state)
{
    const sst_token *tokens;
    size_t count;
    sst_error error;
    assert_int_equal(sst_tokenizer_run(*state, "ab\xe0\xa6", 4, &tokens, &count, &error),
                     SST_INPUT);
    assert_int_equal(error.offset, 2);
    assert_int_equal(count, 0);
    assert_non_null(strstr(error.message, "; "));
}

/* Archives hold these: hash of the normalised bytes, bit 0 for a digit. */
static void known_answers(void **state)
{
    const char *text = "Dhaka \u0995\u09b2\u0995\u09be\u09a4\u09be 2024";
    const sst_token *tokens;
    size_t count;
    assert_int_equal(sst_tokenizer_run(*state, text, strlen(text), &tokens, &count, NULL), SST_OK);
    assert_int_equal(count, 3);
    assert_int_equal(tokens[0].hash, 0x5d4c846cu);
    assert_int_equal(tokens[1].hash, 0xa007db9eu);
    assert_int_equal(tokens[2].hash, 0x2a856447u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_tokens),      cmocka_unit_test(spans_map_back),
        cmocka_unit_test(spans_say_the_token), cmocka_unit_test(empty_text),
        cmocka_unit_test(huge_token),         cmocka_unit_test(broken_text),
        cmocka_unit_test(known_answers),
    };
    return cmocka_run_group_tests(tests, create_tokenizer, free_tokenizer);
}
