/* 64 bytes of text at a time: which belong to words, which need the code point path, and their
 * lower case. Decided by byte patterns: ASCII; U+0080-017F (C2 to C5); Cyrillic (D0, D1) and
 * Arabic (D8, D9) letters; Devanagari and Bengali (E0 A4-A7) as far as they stand for themselves;
 * general punctuation (E2 80). */
#ifndef TEXT_BLOCKS_H
#define TEXT_BLOCKS_H

#if defined(__SSE4_1__) && !defined(SST_NO_SIMD)
#define SST_BLOCKS 1

#include <smmintrin.h>
#include <stdbool.h>
#include <stdint.h>

#include "text/token.h"
#include "text/unicode.h"

enum {
    SST_BLOCK = 64,
    SST_BLOCK_AHEAD = 5, /* bytes behind a block that are looked at */
};

/* The loops over the vectors and the bytes of a block are meant to leave none behind. */
#if defined(__clang__)
#define SST_UNROLL _Pragma("clang loop unroll(full)")
#else
#define SST_UNROLL _Pragma("GCC unroll 8")
#endif

/* One bit a byte, the lowest for the first. */
typedef struct sst_block {
    uint64_t word;    /* letters, marks, digits whose lower case is written */
    uint64_t special; /* undecided, broken UTF-8 included */
    uint64_t digit;   /* 0-9 */
    bool wide;        /* holds letters of a script in which tokens over 16 bytes are usual */
} sst_block;

/* What a block leaves for the next one: the bits of sequences that reach into it. */
typedef struct sst_block_carry {
    uint64_t word, decided; /* bits 0 and 1 */
    uint8_t distance;       /* to be added to the first byte */
} sst_block_carry;

/* The four vectors of a block, the bytes behind each, and what is made of them. */
typedef struct sst_block_bytes {
    __m128i at[4], next[4];
    __m128i lower[4];
    __m128i distance[4]; /* from a last byte to that of the lower case, where the lead stands */
    uint64_t words2, separators2, words3, separators3; /* first bytes, by length */
} sst_block_bytes;

static inline __m128i sst_block_load(const uint8_t *bytes)
{
    return _mm_loadu_si128((const __m128i *)(const void *)bytes);
}

static inline void sst_block_store(uint8_t *bytes, __m128i vector)
{
    _mm_storeu_si128((__m128i *)(void *)bytes, vector);
}

static inline __m128i sst_block_set(int byte)
{
    return _mm_set1_epi8((char)byte);
}

static inline uint64_t sst_block_mask(const __m128i vectors[4])
{
    uint64_t mask = 0;
    SST_UNROLL for (int i = 0; i < 4; i++)
        mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(vectors[i]) << (16 * i);
    return mask;
}

static inline bool sst_block_any(const __m128i vectors[4])
{
    __m128i any = _mm_or_si128(_mm_or_si128(vectors[0], vectors[1]),
                               _mm_or_si128(vectors[2], vectors[3]));
    return _mm_movemask_epi8(any) != 0;
}

static inline uint64_t sst_block_equal(const __m128i vectors[4], int byte)
{
    __m128i equal[4];
    SST_UNROLL for (int i = 0; i < 4; i++)
        equal[i] = _mm_cmpeq_epi8(vectors[i], sst_block_set(byte));
    return sst_block_mask(equal);
}

/* Bytes `even` and `even` + 1. */
static inline uint64_t sst_block_either(const __m128i vectors[4], int even)
{
    __m128i equal[4];
    SST_UNROLL for (int i = 0; i < 4; i++)
        equal[i] = _mm_cmpeq_epi8(_mm_and_si128(vectors[i], sst_block_set(0xfe)),
                                  sst_block_set(even));
    return sst_block_mask(equal);
}

/* 0xff where first <= byte < first + count. */
static inline __m128i sst_block_range(__m128i bytes, int first, int count)
{
    __m128i moved = _mm_add_epi8(bytes, sst_block_set(0x80 - first));
    return _mm_cmplt_epi8(moved, sst_block_set(count - 0x80));
}

static inline __m128i sst_block_high(__m128i bytes)
{
    return _mm_and_si128(_mm_srli_epi16(bytes, 4), sst_block_set(15));
}

/* The bits that `table` (text/unicode.h, byte patterns) has for last bytes: bit n or n + 4 when
 * the high nibble is 8 + n; none for other bytes. */
static inline __m128i sst_block_nibbles(const uint8_t table[16], __m128i last)
{
    const __m128i high_bits = _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0x11, 0x22, 0x44, (char)0x88,
                                            0, 0, 0, 0);
    __m128i low = _mm_and_si128(last, sst_block_set(15));
    return _mm_and_si128(_mm_shuffle_epi8(sst_block_load(table), low),
                         _mm_shuffle_epi8(high_bits, sst_block_high(last)));
}

/* 0xff but where the lead is `even` and the table's first range holds the last byte, or the lead
 * is `even` + 1 and the second one does. */
static inline __m128i sst_block_absent(const uint8_t table[16], __m128i lead, int even,
                                       __m128i last)
{
    __m128i first = _mm_cmpeq_epi8(lead, sst_block_set(even));
    __m128i second = _mm_cmpeq_epi8(lead, sst_block_set(even + 1));
    __m128i ranges = _mm_or_si128(_mm_and_si128(first, sst_block_set(0x0f)),
                                  _mm_and_si128(second, sst_block_set(0xf0)));
    return _mm_cmpeq_epi8(_mm_and_si128(sst_block_nibbles(table, last), ranges),
                          _mm_setzero_si128());
}

/* Lowers ASCII into `lowered`; the masks of its letters and digits, and of digits alone. */
static inline uint64_t sst_block_ascii(const __m128i at[4], uint8_t *lowered, uint64_t *digits)
{
    const __m128i case_bit = sst_block_set(0x20);
    __m128i word[4], digit[4];
    SST_UNROLL for (int i = 0; i < 4; i++) {
        __m128i letter = sst_block_range(_mm_or_si128(at[i], case_bit), 'a', 26);
        sst_block_store(lowered + 16 * i,
                        _mm_or_si128(at[i], _mm_and_si128(letter, case_bit)));
        digit[i] = sst_block_range(at[i], '0', 10);
        word[i] = _mm_or_si128(letter, digit[i]);
    }
    *digits = sst_block_any(digit) ? sst_block_mask(digit) : 0;
    return sst_block_mask(word);
}

/* ---- Two bytes ---------------------------------------------------------------------------------
 *
 * Distances of what is not a letter do no harm: its lower case is never read. */

static inline void sst_block_add(__m128i *vector, __m128i mask, __m128i value)
{
    *vector = _mm_add_epi8(*vector, _mm_and_si128(mask, value));
}

/* C2: separators; C3: letters. */
static inline void sst_block_latin(sst_block_bytes *bytes)
{
    __m128i absent[4];
    uint64_t c3 = sst_block_equal(bytes->at, 0xc3);
    SST_UNROLL for (int i = 0; i < 4; i++) {
        __m128i at = bytes->at[i], next = bytes->next[i];
        absent[i] = sst_block_absent(sst_latin_nibbles, at, 0xc2, next);
        __m128i capital = _mm_and_si128(_mm_cmpeq_epi8(at, sst_block_set(0xc3)),
                                        sst_block_range(next, 0x80, 0x1f));
        sst_block_add(&bytes->distance[i], capital, sst_block_set(0x20));
    }
    uint64_t found = ~sst_block_mask(absent);
    bytes->words2 |= found & c3;
    bytes->separators2 |= found & ~c3;
}

/* C4, C5: letters. */
static inline void sst_block_extended(sst_block_bytes *bytes)
{
    __m128i absent[4];
    SST_UNROLL for (int i = 0; i < 4; i++) {
        __m128i at = bytes->at[i], next = bytes->next[i];
        __m128i no_capital = sst_block_absent(sst_extended_capitals, at, 0xc4, next);
        absent[i] = _mm_and_si128(no_capital,
                                  sst_block_absent(sst_extended_nibbles, at, 0xc4, next));
        bytes->distance[i] = _mm_add_epi8(bytes->distance[i],
                                          _mm_andnot_si128(no_capital, sst_block_set(1)));
    }
    bytes->words2 |= ~sst_block_mask(absent);
}

/* D0, D1: letters. By the high nibble of the last byte behind D0, the lower case is 10 higher
 * behind the next lead, 20 higher, 20 lower behind the next lead, or the same. */
static inline void sst_block_cyrillic(sst_block_bytes *bytes)
{
    const __m128i last_by = _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0x20, -0x20, 0, 0, 0, 0,
                                          0);
    const __m128i lead_by = _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0);
    __m128i absent[4];
    SST_UNROLL for (int i = 0; i < 4; i++) {
        __m128i at = bytes->at[i], next = bytes->next[i], high = sst_block_high(next);
        absent[i] = sst_block_absent(sst_cyrillic_nibbles, at, 0xd0, next);
        __m128i first = _mm_cmpeq_epi8(at, sst_block_set(0xd0));
        sst_block_add(&bytes->distance[i], first, _mm_shuffle_epi8(last_by, high));
        sst_block_add(&bytes->lower[i], first, _mm_shuffle_epi8(lead_by, high));
    }
    bytes->words2 |= ~sst_block_mask(absent);
}

/* D8, D9: letters and separators. Behind D8, alef with madda or hamza (A2, A3, A5) becomes A7,
 * teh marbuta (A9) becomes D9 87; behind D9, alef maksura (89) becomes 8A. */
static inline void sst_block_arabic(sst_block_bytes *bytes)
{
    const __m128i by_low = _mm_setr_epi8(0, 0, 5, 4, 0, 2, 0, 0, 0, -0x22, 0, 0, 0, 0, 0, 0);
    __m128i no_word[4], no_separator[4];
    SST_UNROLL for (int i = 0; i < 4; i++) {
        __m128i at = bytes->at[i], next = bytes->next[i];
        no_word[i] = sst_block_absent(sst_arabic_nibbles, at, 0xd8, next);
        no_separator[i] = sst_block_absent(sst_arabic_separators, at, 0xd8, next);
        __m128i d8 = _mm_cmpeq_epi8(at, sst_block_set(0xd8));
        __m128i d9 = _mm_cmpeq_epi8(at, sst_block_set(0xd9));
        /* A0-AF to 70-7F, everything else to 80-FF, for which the shuffle gives 0. */
        __m128i index = _mm_adds_epu8(_mm_sub_epi8(next, sst_block_set(0xa0)),
                                      sst_block_set(0x70));
        sst_block_add(&bytes->distance[i], d8, _mm_shuffle_epi8(by_low, index));
        __m128i marbuta = _mm_cmpeq_epi8(next, sst_block_set(0xa9));
        __m128i maksura = _mm_cmpeq_epi8(next, sst_block_set(0x89));
        sst_block_add(&bytes->lower[i], d8, _mm_and_si128(marbuta, sst_block_set(1)));
        sst_block_add(&bytes->distance[i], d9, _mm_and_si128(maksura, sst_block_set(1)));
    }
    bytes->words2 |= ~sst_block_mask(no_word);
    bytes->separators2 |= ~sst_block_mask(no_separator);
}

/* Moves every distance from the lead to the last byte, over the vectors and into the next block,
 * and adds it. */
static inline void sst_block_add_distances(const sst_block_bytes *bytes, uint8_t *lowered,
                                           sst_block_carry *carry)
{
    __m128i previous = _mm_slli_si128(_mm_cvtsi32_si128(carry->distance), 15);
    SST_UNROLL for (int i = 0; i < 4; i++) {
        __m128i moved = _mm_alignr_epi8(bytes->distance[i], previous, 15);
        sst_block_store(lowered + 16 * i, _mm_add_epi8(bytes->lower[i], moved));
        previous = bytes->distance[i];
    }
    carry->distance = (uint8_t)_mm_extract_epi8(previous, 15);
}

/* ---- Three bytes ----------------------------------------------------------------------------- */

/* First bytes of E0 whose code points `table` holds: of the first range where the second byte is
 * `even`, of the second where it is one more. The lead is not looked at. */
static inline uint64_t sst_block_members(const sst_block_bytes *bytes, const __m128i after[4],
                                         const uint8_t table[16], int even)
{
    const __m128i range_by = _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0f,
                                           (char)0xf0);
    __m128i absent[4];
    SST_UNROLL for (int i = 0; i < 4; i++) {
        /* `even` to 7E and 7F, everything else to 80-FF, for which the shuffle gives 0. */
        __m128i index = _mm_adds_epu8(_mm_sub_epi8(bytes->next[i], sst_block_set(even)),
                                      sst_block_set(0x7e));
        __m128i range = _mm_shuffle_epi8(range_by, index);
        absent[i] = _mm_cmpeq_epi8(_mm_and_si128(sst_block_nibbles(table, after[i]), range),
                                   _mm_setzero_si128());
    }
    return ~sst_block_mask(absent);
}

/* U+09C7 with U+09BE behind it: together they are U+09CB. Other signs may be taken for them. */
static inline uint64_t sst_block_o_signs(const uint8_t *text, const __m128i after[4])
{
    __m128i sign[4];
    SST_UNROLL for (int i = 0; i < 4; i++)
        sign[i] = _mm_and_si128(
            _mm_cmpeq_epi8(after[i], sst_block_set(0x87)),
            _mm_cmpeq_epi8(sst_block_load(text + 16 * i + 5), sst_block_set(0xbe)));
    return sst_block_any(sign) ? sst_block_mask(sign) : 0;
}

/* Devanagari and Bengali code points that stand for themselves, and danda. */
static inline void sst_block_indic(const uint8_t *text, const __m128i after[4], uint64_t e0,
                                   sst_block_bytes *bytes)
{
    uint64_t words = e0 & sst_block_members(bytes, after, sst_bengali_nibbles, 0xa6);
    uint64_t left = e0 & ~words;
    if (left != 0) {
        words |= left & sst_block_members(bytes, after, sst_devanagari_nibbles, 0xa4);
        bytes->separators3 |= left & sst_block_either(after, 0xa4) &
                              sst_block_equal(bytes->next, 0xa5);
    }
    bytes->words3 = words & ~sst_block_o_signs(text, after);
}

/* General punctuation that only separates. */
static inline void sst_block_punctuation(const __m128i after[4], uint64_t e2,
                                         sst_block_bytes *bytes)
{
    __m128i absent[4];
    SST_UNROLL for (int i = 0; i < 4; i++)
        absent[i] = _mm_cmpeq_epi8(sst_block_nibbles(sst_punctuation_nibbles, after[i]),
                                   _mm_setzero_si128());
    bytes->separators3 |= e2 & sst_block_equal(bytes->next, 0x80) & ~sst_block_mask(absent);
}

/* ---- The block ------------------------------------------------------------------------------- */

/* Leads of two bytes, and E2; returns those of scripts in which words take more than 16 bytes. */
static inline uint64_t sst_block_two_bytes(const __m128i after[4], uint8_t *lowered,
                                           uint64_t leads, sst_block_carry *carry,
                                           sst_block_bytes *bytes)
{
    SST_UNROLL for (int i = 0; i < 4; i++) {
        bytes->lower[i] = sst_block_load(lowered + 16 * i);
        bytes->distance[i] = _mm_setzero_si128();
    }
    uint64_t cyrillic = sst_block_either(bytes->at, 0xd0), arabic = 0;
    if (cyrillic != 0)
        sst_block_cyrillic(bytes);
    leads &= ~cyrillic;
    if (leads != 0) {
        arabic = sst_block_either(bytes->at, 0xd8);
        uint64_t latin = sst_block_either(bytes->at, 0xc2);
        if (arabic != 0)
            sst_block_arabic(bytes);
        if (latin != 0)
            sst_block_latin(bytes);
        leads &= ~(arabic | latin);
    }
    if (leads != 0) {
        uint64_t e2 = sst_block_equal(bytes->at, 0xe2);
        if (e2 != 0)
            sst_block_punctuation(after, e2, bytes);
        if ((leads & ~e2) != 0 && sst_block_either(bytes->at, 0xc4) != 0)
            sst_block_extended(bytes);
    }
    sst_block_add_distances(bytes, lowered, carry);
    return cyrillic | arabic;
}

/* The part for blocks that hold more than ASCII. */
static __attribute__((noinline)) sst_block sst_block_beyond_ascii(const uint8_t *text,
                                                                  uint8_t *lowered,
                                                                  sst_block ascii,
                                                                  sst_block_carry *carry)
{
    sst_block_bytes bytes;
    __m128i after[4], lead[4];
    SST_UNROLL for (int i = 0; i < 4; i++) {
        bytes.at[i] = sst_block_load(text + 16 * i);
        bytes.next[i] = sst_block_load(text + 16 * i + 1);
        after[i] = sst_block_load(text + 16 * i + 2);
        lead[i] = _mm_cmpgt_epi8(bytes.at[i], sst_block_set(0xbf));
    }
    bytes.words2 = bytes.separators2 = bytes.words3 = bytes.separators3 = 0;
    uint64_t beyond = sst_block_mask(bytes.at), leads = sst_block_mask(lead) & beyond;
    uint64_t e0 = sst_block_equal(bytes.at, 0xe0), wide = 0;
    if (e0 != 0)
        sst_block_indic(text, after, e0, &bytes);
    if (leads != e0 || carry->distance != 0)
        wide = sst_block_two_bytes(after, lowered, leads & ~e0, carry, &bytes);

    uint64_t words2 = bytes.words2, words3 = bytes.words3;
    uint64_t two = words2 | bytes.separators2, three = words3 | bytes.separators3;
    uint64_t words = words2 | words2 << 1 | words3 | words3 << 1 | words3 << 2 | carry->word;
    uint64_t decided = two | two << 1 | three | three << 1 | three << 2 | carry->decided;
    carry->word = words2 >> 63 | words3 >> 63 | words3 >> 62;
    carry->decided = two >> 63 | three >> 63 | three >> 62;
    return (sst_block){.word = ascii.word | words, .special = beyond & ~decided,
                       .digit = ascii.digit, .wide = words3 != 0 || wide != 0};
}

/* Reads SST_BLOCK + SST_BLOCK_AHEAD bytes of `text`, writes the lower case of SST_BLOCK bytes.
 * `lowered` may be `text`: what is read again after writing are bytes beyond ASCII. */
static SST_ALWAYS_INLINE sst_block sst_block_read(const uint8_t *text, uint8_t *lowered,
                                       sst_block_carry *carry)
{
    __m128i at[4];
    SST_UNROLL for (int i = 0; i < 4; i++)
        at[i] = sst_block_load(text + 16 * i);
    sst_block block = {.wide = false};
    block.word = sst_block_ascii(at, lowered, &block.digit);
    /* ASCII alone leaves no sequence open, so the carry is empty before and behind it. */
    if (sst_block_any(at))
        block = sst_block_beyond_ascii(text, lowered, block, carry);
    return block;
}

#else
#define SST_BLOCKS 0
#endif

#endif
