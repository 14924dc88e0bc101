#include "text/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* The definition in text/token.h, byte by byte. */
static uint64_t word_at(const uint8_t *bytes, size_t size, size_t from)
{
    uint64_t word = 0;
    for (size_t i = 0; i < 8 && from + i < size; i++)
        word |= (uint64_t)bytes[from + i] << (8 * i);
    return word;
}

static uint64_t define_hash(const uint8_t *bytes, size_t size)
{
    uint64_t state = size * SST_TOKEN_P;
    for (size_t at = 0; at < size; at += 32) {
        uint64_t next = sst_fold(word_at(bytes, size, at) ^ SST_TOKEN_A ^ state,
                                 word_at(bytes, size, at + 8) ^ SST_TOKEN_B);
        if (size - at > 16)
            next ^= sst_fold(word_at(bytes, size, at + 16) ^ SST_TOKEN_C ^ state,
                             word_at(bytes, size, at + 24) ^ SST_TOKEN_D);
        state = next;
    }
    return state;
}

static void hash_is_its_definition(void **state)
{
    (void)state;
    uint8_t bytes[256 + SST_TOKEN_PADDING];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)sst_mix64(i);
    for (size_t size = 1; size <= 200; size++) {
        assert_int_equal(sst_token_hash(bytes, size), define_hash(bytes, size));
        if (size <= 16)
            assert_int_equal(sst_token_hash16(bytes, size), define_hash(bytes, size));
    }
}

/* Archives hold these values. */
static void known_answers(void **state)
{
    (void)state;
    const uint8_t words[80] = "dhaka, a story that runs for more than thirty-two bytes";
    assert_int_equal(sst_token_hash(words, 5), 0xbf34cd935d4c846du);
    assert_int_equal(sst_token_hash(words, 20), 0x652225869d8d8899u);
    assert_int_equal(sst_token_hash(words, 40), 0x39a71a61e93f7ac7u);
}

static void digits_are_bit_0(void **state)
{
    (void)state;
    assert_int_equal(sst_token_stored(0x1234567890abcdefu, false), 0x90abcdeeu);
    assert_int_equal(sst_token_stored(0x1234567890abcdeeu, true), 0x90abcdefu);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_is_its_definition),
        cmocka_unit_test(known_answers),
        cmocka_unit_test(digits_are_bit_0),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
