/* 64 bytes of text at a time: which belong to words, which need the code point path, and their
 * lower case. Decided by byte patterns: ASCII; U+0080-00FF (C2, C3); Devanagari and Bengali
 * (E0 A4-A7) as far as they stand for themselves; general punctuation (E2 80). */
#ifndef TEXT_BLOCKS_H
#define TEXT_BLOCKS_H

#if defined(__SSE4_1__) && !defined(SST_NO_SIMD)
#define SST_BLOCKS 1

#include <smmintrin.h>
#include <stdbool.h>
#include <stdint.h>

#include "text/unicode.h"

enum {
    SST_BLOCK = 64,
    SST_BLOCK_AHEAD = 2, /* bytes behind a block that are looked at */
};

/* The loops over the four vectors of a block are meant to leave none behind. */
#if defined(__clang__)
#define SST_UNROLL _Pragma("clang loop unroll(full)")
#define SST_UNROLL_ALL _Pragma("clang loop unroll(full)")
#else
#define SST_UNROLL _Pragma("GCC unroll 4")
#define SST_UNROLL_ALL _Pragma("GCC unroll 32")
#endif

/* One bit a byte, the lowest for the first. */
typedef struct sst_block {
    uint64_t word;    /* letters, marks, digits whose lower case is written */
    uint64_t special; /* undecided, broken UTF-8 included */
    bool wide;        /* holds letters of three bytes, so tokens over 16 bytes are usual */
} sst_block;

/* What a block leaves for the next one: the bits of sequences that reach into it. */
typedef struct sst_block_carry {
    uint64_t word, decided; /* bits 0 and 1 */
    uint64_t e_sign;        /* a U+09C7 at bits -3 to -1, moved to bits 0 to 2 */
    bool capital;           /* C3 at bit -1 whose next byte is a capital's */
} sst_block_carry;

/* The four vectors of a block, the bytes behind each, and the ones two behind. */
typedef struct sst_block_bytes {
    __m128i at[4], next[4], after[4];
} sst_block_bytes;

static inline __m128i sst_block_load(const uint8_t *bytes)
{
    return _mm_loadu_si128((const __m128i *)(const void *)bytes);
}

static inline uint64_t sst_block_mask(const __m128i vectors[4])
{
    uint64_t mask = 0;
    SST_UNROLL for (int i = 0; i < 4; i++)
        mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(vectors[i]) << (16 * i);
    return mask;
}

static inline uint64_t sst_block_equal(const __m128i vectors[4], int byte)
{
    __m128i equal[4];
    SST_UNROLL for (int i = 0; i < 4; i++)
        equal[i] = _mm_cmpeq_epi8(vectors[i], _mm_set1_epi8((char)byte));
    return sst_block_mask(equal);
}

/* 0xff where first <= byte < first + count. */
static inline __m128i sst_block_range(__m128i bytes, int first, int count)
{
    __m128i moved = _mm_add_epi8(bytes, _mm_set1_epi8((char)(0x80 - first)));
    return _mm_cmplt_epi8(moved, _mm_set1_epi8((char)(count - 0x80)));
}

/* The bits that `table` (text/unicode.h, byte patterns) has for last bytes: bit n or n + 4 when
 * the high nibble is 8 + n; none for other bytes. */
static inline __m128i sst_block_nibbles(const uint8_t table[16], __m128i last)
{
    const __m128i high_bits = _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0x11, 0x22, 0x44, (char)0x88,
                                            0, 0, 0, 0);
    __m128i low = _mm_and_si128(last, _mm_set1_epi8(15));
    __m128i high = _mm_and_si128(_mm_srli_epi16(last, 4), _mm_set1_epi8(15));
    return _mm_and_si128(_mm_shuffle_epi8(sst_block_load(table), low),
                         _mm_shuffle_epi8(high_bits, high));
}

static inline uint64_t sst_block_any(const __m128i vectors[4])
{
    __m128i zero[4];
    SST_UNROLL for (int i = 0; i < 4; i++)
        zero[i] = _mm_cmpeq_epi8(vectors[i], _mm_setzero_si128());
    return ~sst_block_mask(zero);
}

/* Lowers ASCII into `lower`, returns the mask of ASCII letters and digits. */
static inline uint64_t sst_block_ascii(const __m128i at[4], __m128i lower[4])
{
    const __m128i case_bit = _mm_set1_epi8(0x20);
    __m128i word[4];
    SST_UNROLL for (int i = 0; i < 4; i++) {
        __m128i letter = sst_block_range(_mm_or_si128(at[i], case_bit), 'a', 26);
        lower[i] = _mm_or_si128(at[i], _mm_and_si128(letter, case_bit));
        word[i] = _mm_or_si128(letter, sst_block_range(at[i], '0', 10));
    }
    return sst_block_mask(word);
}

/* First bytes of C3 letters and of C2 separators; lowers the letters. */
static inline void sst_block_latin(const sst_block_bytes *bytes, sst_block_carry *carry,
                                   __m128i lower[4], uint64_t *words, uint64_t *separators)
{
    __m128i word[4], separator[4];
    __m128i previous = _mm_slli_si128(_mm_set1_epi8((char)-carry->capital), 15);
    SST_UNROLL for (int i = 0; i < 4; i++) {
        __m128i bits = sst_block_nibbles(sst_latin_nibbles, bytes->next[i]);
        __m128i c2 = _mm_cmpeq_epi8(bytes->at[i], _mm_set1_epi8((char)0xc2));
        __m128i c3 = _mm_cmpeq_epi8(bytes->at[i], _mm_set1_epi8((char)0xc3));
        __m128i low = _mm_and_si128(bits, _mm_set1_epi8(0x0f));
        __m128i high = _mm_and_si128(bits, _mm_set1_epi8((char)0xf0));
        separator[i] = _mm_andnot_si128(_mm_cmpeq_epi8(low, _mm_setzero_si128()), c2);
        word[i] = _mm_andnot_si128(_mm_cmpeq_epi8(high, _mm_setzero_si128()), c3);
        /* The multiplication sign C3 97 is no letter; ß, C3 9F, is special. */
        __m128i capital = _mm_and_si128(word[i], sst_block_range(bytes->next[i], 0x80, 0x1f));
        __m128i last = _mm_alignr_epi8(capital, previous, 15);
        lower[i] = _mm_add_epi8(lower[i], _mm_and_si128(last, _mm_set1_epi8(0x20)));
        previous = capital;
    }
    carry->capital = _mm_movemask_epi8(previous) >> 15 & 1;
    *words = sst_block_mask(word);
    *separators = sst_block_mask(separator);
}

/* First bytes of U+09BE behind U+09C7: together they are U+09CB. */
static inline uint64_t sst_block_o_signs(const sst_block_bytes *bytes, uint64_t e0,
                                         sst_block_carry *carry)
{
    uint64_t e_signs = e0 & sst_block_equal(bytes->next, 0xa7) &
                       sst_block_equal(bytes->after, 0x87);
    uint64_t behind = e_signs << 3 | carry->e_sign;
    carry->e_sign = e_signs >> 61;
    if (behind == 0)
        return 0;
    return behind & e0 & sst_block_equal(bytes->next, 0xa6) & sst_block_equal(bytes->after, 0xbe);
}

/* First bytes of Devanagari and Bengali code points that stand for themselves, and of danda. */
static inline void sst_block_indic(const sst_block_bytes *bytes, uint64_t e0,
                                   sst_block_carry *carry, uint64_t *words, uint64_t *separators)
{
    /* By second byte A0-AF: which half of the nibble bits counts. */
    const __m128i devanagari = _mm_setr_epi8(0, 0, 0, 0, 0x0f, (char)0xf0, 0, 0, 0, 0, 0, 0, 0, 0,
                                             0, 0);
    const __m128i bengali = _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0x0f, (char)0xf0, 0, 0, 0, 0, 0, 0, 0,
                                          0);
    __m128i member[4], danda[4];
    SST_UNROLL for (int i = 0; i < 4; i++) {
        /* A0-AF to 70-7F, everything else to 80-FF, for which the shuffle gives 0. */
        __m128i second = _mm_adds_epu8(_mm_sub_epi8(bytes->next[i], _mm_set1_epi8((char)0xa0)),
                                       _mm_set1_epi8(0x70));
        __m128i first_table = sst_block_nibbles(sst_devanagari_nibbles, bytes->after[i]);
        __m128i second_table = sst_block_nibbles(sst_bengali_nibbles, bytes->after[i]);
        member[i] = _mm_or_si128(
            _mm_and_si128(first_table, _mm_shuffle_epi8(devanagari, second)),
            _mm_and_si128(second_table, _mm_shuffle_epi8(bengali, second)));
        __m128i pair = _mm_and_si128(bytes->after[i], _mm_set1_epi8((char)0xfe));
        danda[i] = _mm_and_si128(_mm_cmpeq_epi8(pair, _mm_set1_epi8((char)0xa4)),
                                 _mm_cmpeq_epi8(bytes->next[i], _mm_set1_epi8((char)0xa5)));
    }
    *words = sst_block_any(member) & e0 & ~sst_block_o_signs(bytes, e0, carry);
    *separators = sst_block_mask(danda) & e0;
}

/* First bytes of general punctuation that only separates. */
static inline uint64_t sst_block_punctuation(const sst_block_bytes *bytes, uint64_t e2)
{
    __m128i member[4];
    SST_UNROLL for (int i = 0; i < 4; i++)
        member[i] = sst_block_nibbles(sst_punctuation_nibbles, bytes->after[i]);
    return e2 & sst_block_equal(bytes->next, 0x80) & sst_block_any(member);
}

/* The part for blocks that hold more than ASCII. */
static inline sst_block sst_block_beyond_ascii(const uint8_t *text, const __m128i at[4],
                                               uint64_t beyond, uint64_t word,
                                               sst_block_carry *carry, __m128i lower[4])
{
    sst_block_bytes bytes;
    SST_UNROLL for (int i = 0; i < 4; i++) {
        bytes.at[i] = at[i];
        bytes.next[i] = sst_block_load(text + 16 * i + 1);
        bytes.after[i] = sst_block_load(text + 16 * i + 2);
    }
    uint64_t words2 = 0, words3 = 0, separators2 = 0, separators3 = 0;
    uint64_t c2 = sst_block_equal(at, 0xc2) | sst_block_equal(at, 0xc3);
    uint64_t e0 = sst_block_equal(at, 0xe0);
    uint64_t e2 = sst_block_equal(at, 0xe2);
    if (c2 != 0 || carry->capital)
        sst_block_latin(&bytes, carry, lower, &words2, &separators2);
    if (e0 != 0)
        sst_block_indic(&bytes, e0, carry, &words3, &separators3);
    else
        carry->e_sign = 0;
    if (e2 != 0)
        separators3 |= sst_block_punctuation(&bytes, e2);

    uint64_t two = words2 | separators2, three = words3 | separators3;
    word |= words2 | words2 << 1 | words3 | words3 << 1 | words3 << 2 | carry->word;
    uint64_t decided = two | two << 1 | three | three << 1 | three << 2 | carry->decided;
    carry->word = words2 >> 63 | words3 >> 63 | words3 >> 62;
    carry->decided = two >> 63 | three >> 63 | three >> 62;
    return (sst_block){.word = word, .special = beyond & ~decided, .wide = words3 != 0};
}

/* Reads SST_BLOCK + SST_BLOCK_AHEAD bytes of `text`, writes the lower case of SST_BLOCK bytes. */
static inline sst_block sst_block_read(const uint8_t *text, uint8_t *lowered,
                                       sst_block_carry *carry)
{
    __m128i at[4], lower[4];
    SST_UNROLL for (int i = 0; i < 4; i++)
        at[i] = sst_block_load(text + 16 * i);
    sst_block block = {.word = sst_block_ascii(at, lower), .special = 0};
    uint64_t beyond = sst_block_mask(at);
    /* ASCII alone leaves no sequence open, so the carry is empty before and behind it. */
    if (beyond != 0)
        block = sst_block_beyond_ascii(text, at, beyond, block.word, carry, lower);
    else
        carry->e_sign = 0;
    SST_UNROLL for (int i = 0; i < 4; i++)
        _mm_storeu_si128((__m128i *)(void *)(lowered + 16 * i), lower[i]);
    return block;
}

#else
#define SST_BLOCKS 0
#endif

#endif
