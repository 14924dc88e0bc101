#include "base/hash.h"

#include "cmocka_all.h"

/* Values of XXH3 with seed 0 for the empty input, from its specification: what is stored must
 * be the same in every version. */
static void known_answers(void **state)
{
    (void)state;
    sst_hash128 empty = sst_hash128_bytes("", 0);
    assert_true(empty.high == 0x99aa06d3014798d8u && empty.low == 0x6001c324468d497fu);
    assert_true(sst_hash64_bytes("", 0) == 0x2d06800538d394c2u);
}

static void words_are_little_endian_bytes(void **state)
{
    (void)state;
    const uint64_t words[] = {0x0807060504030201u, 0x100f0e0d0c0b0a09u};
    const unsigned char bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    assert_int_equal(
        sst_hash128_compare(sst_hash128_words(words, 2), sst_hash128_bytes(bytes, 16)), 0);
    assert_int_equal(sst_load32(bytes + 1), 0x05040302);
    assert_true(sst_load64(bytes + 1) == 0x0908070605040302u);
}

/* Pieces of any size hash as their bytes in a row. */
static void joined_pieces_are_one_text(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 7, 16, 100, 239, 240, 241, 256, 257, 1000, 3000};
    static unsigned char pieces[2][3000], row[6001];
    for (size_t i = 0; i < sizeof pieces; i++)
        pieces[i / 3000][i % 3000] = (unsigned char)sst_mix64(i);
    sst_hash_state *hash = sst_hash_state_create();
    assert_non_null(hash);
    for (size_t i = 0; i < 12; i++)
        for (size_t j = 0; j < 12; j++) {
            memcpy(row, pieces[0], sizes[i]);
            row[sizes[i]] = 0;
            memcpy(row + sizes[i] + 1, pieces[1], sizes[j]);
            sst_hash128 joined = sst_hash128_joined(hash, pieces[0], sizes[i], pieces[1],
                                                    sizes[j]);
            assert_int_equal(
                sst_hash128_compare(joined, sst_hash128_bytes(row, sizes[i] + 1 + sizes[j])), 0);
        }
    sst_hash_state_free(hash);
}

static void order_is_high_first(void **state)
{
    (void)state;
    sst_hash128 a = {1, 9}, b = {2, 0}, c = {2, 1};
    assert_true(sst_hash128_compare(a, b) < 0);
    assert_true(sst_hash128_compare(b, a) > 0);
    assert_true(sst_hash128_compare(b, c) < 0);
    assert_int_equal(sst_hash128_compare(c, c), 0);
}

/* Every input bit flips about half of the output bits. */
static void mix_spreads(void **state)
{
    (void)state;
    assert_true(sst_mix64(0) == 0);
    for (int bit = 0; bit < 64; bit++) {
        int flipped = 0;
        for (uint64_t i = 1; i <= 1000; i++)
            flipped += __builtin_popcountll(sst_mix64(i) ^ sst_mix64(i ^ (uint64_t)1 << bit));
        assert_in_range(flipped, 31000, 33000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers), cmocka_unit_test(words_are_little_endian_bytes),
        cmocka_unit_test(joined_pieces_are_one_text), cmocka_unit_test(order_is_high_first),
        cmocka_unit_test(mix_spreads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
