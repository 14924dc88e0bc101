/* 64 bytes of text at a time: which belong to words, which need the code point path, and their
 * lower case. Decided by byte patterns: ASCII; U+0080-017F (C2 to C5); Cyrillic (D0, D1) and
 * Arabic (D8, D9) letters; Devanagari and Bengali (E0 A4-A7) as far as they stand for themselves;
 * general punctuation (E2 80). */
#ifndef TEXT_BLOCKS_H
#define TEXT_BLOCKS_H

#include "text/vector.h"

#if SST_BLOCKS

#include <stdbool.h>

#include "text/token.h"
#include "text/unicode.h"

enum {
    SST_BLOCK = 64,
    SST_VECTORS = SST_BLOCK / SST_VECTOR_SIZE,
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

/* The vectors of a block, the bytes behind each, and what is made of them. */
typedef struct sst_block_bytes {
    sst_vector at[SST_VECTORS], next[SST_VECTORS];
    sst_vector lower[SST_VECTORS];
    sst_vector distance[SST_VECTORS]; /* at leads: from the last byte to that of the lower case */
    uint64_t words2, separators2, words3, separators3; /* first bytes, by length */
} sst_block_bytes;

static inline uint64_t sst_block_mask(const sst_vector vectors[SST_VECTORS])
{
    uint64_t mask = 0;
    SST_UNROLL for (int i = 0; i < SST_VECTORS; i++)
        mask |= (uint64_t)sst_bits(vectors[i]) << (SST_VECTOR_SIZE * i);
    return mask;
}

static inline bool sst_block_any(const sst_vector vectors[SST_VECTORS])
{
    sst_vector any = vectors[0];
    SST_UNROLL for (int i = 1; i < SST_VECTORS; i++) any = sst_or(any, vectors[i]);
    return sst_bits(any) != 0;
}

static inline uint64_t sst_block_equal(const sst_vector vectors[SST_VECTORS], int byte)
{
    sst_vector equal[SST_VECTORS];
    SST_UNROLL for (int i = 0; i < SST_VECTORS; i++)
        equal[i] = sst_equal(vectors[i], sst_set(byte));
    return sst_block_mask(equal);
}

/* Bytes `even` and `even` + 1. */
static inline uint64_t sst_block_either(const sst_vector vectors[SST_VECTORS], int even)
{
    sst_vector equal[SST_VECTORS];
    SST_UNROLL for (int i = 0; i < SST_VECTORS; i++)
        equal[i] = sst_equal(sst_and(vectors[i], sst_set(0xfe)), sst_set(even));
    return sst_block_mask(equal);
}

/* 0xff where first <= byte < first + count. */
static inline sst_vector sst_block_range(sst_vector bytes, int first, int count)
{
    sst_vector moved = sst_add(bytes, sst_set(0x80 - first));
    return sst_greater(sst_set(count - 0x80), moved);
}

/* The bits that `table` (text/unicode.h, byte patterns) has for last bytes: bit n or n + 4 when
 * the high nibble is 8 + n; none for other bytes. */
static inline sst_vector sst_block_nibbles(const uint8_t table[16], sst_vector last)
{
    static const uint8_t high_bits[16] = {[8] = 0x11, [9] = 0x22, [10] = 0x44, [11] = 0x88};
    sst_vector low = sst_and(last, sst_set(15));
    return sst_and(sst_look_up(sst_table(table), low),
                   sst_look_up(sst_table(high_bits), sst_high_nibbles(last)));
}

/* 0xff but where the lead is `even` and the table's first range holds the last byte, or the lead
 * is `even` + 1 and the second one does. */
static inline sst_vector sst_block_absent(const uint8_t table[16], sst_vector lead, int even,
                                          sst_vector last)
{
    sst_vector first = sst_equal(lead, sst_set(even));
    sst_vector second = sst_equal(lead, sst_set(even + 1));
    sst_vector ranges = sst_or(sst_and(first, sst_set(0x0f)), sst_and(second, sst_set(0xf0)));
    return sst_equal(sst_and(sst_block_nibbles(table, last), ranges), sst_set(0));
}

/* Lowers ASCII into `lowered`; the masks of its letters and digits, and of digits alone. */
static inline uint64_t sst_block_ascii(const sst_vector at[SST_VECTORS], uint8_t *lowered,
                                       uint64_t *digits)
{
    const sst_vector case_bit = sst_set(0x20);
    sst_vector word[SST_VECTORS], digit[SST_VECTORS];
    SST_UNROLL for (int i = 0; i < SST_VECTORS; i++) {
        sst_vector letter = sst_block_range(sst_or(at[i], case_bit), 'a', 26);
        sst_store(lowered + SST_VECTOR_SIZE * i, sst_or(at[i], sst_and(letter, case_bit)));
        digit[i] = sst_block_range(at[i], '0', 10);
        word[i] = sst_or(letter, digit[i]);
    }
    *digits = sst_block_any(digit) ? sst_block_mask(digit) : 0;
    return sst_block_mask(word);
}

/* ---- Two bytes ---------------------------------------------------------------------------------
 *
 * Distances of what is not a letter do no harm: its lower case is never read. */

static inline void sst_block_add(sst_vector *vector, sst_vector mask, sst_vector value)
{
    *vector = sst_add(*vector, sst_and(mask, value));
}

/* C2: separators; C3: letters. */
static inline void sst_block_latin(sst_block_bytes *bytes)
{
    sst_vector absent[SST_VECTORS];
    uint64_t c3 = sst_block_equal(bytes->at, 0xc3);
    SST_UNROLL for (int i = 0; i < SST_VECTORS; i++) {
        sst_vector at = bytes->at[i], next = bytes->next[i];
        absent[i] = sst_block_absent(sst_latin_nibbles, at, 0xc2, next);
        sst_vector capital =
            sst_and(sst_equal(at, sst_set(0xc3)), sst_block_range(next, 0x80, 0x1f));
        sst_block_add(&bytes->distance[i], capital, sst_set(0x20));
    }
    uint64_t found = ~sst_block_mask(absent);
    bytes->words2 |= found & c3;
    bytes->separators2 |= found & ~c3;
}

/* C4, C5: letters. */
static inline void sst_block_extended(sst_block_bytes *bytes)
{
    sst_vector absent[SST_VECTORS];
    SST_UNROLL for (int i = 0; i < SST_VECTORS; i++) {
        sst_vector at = bytes->at[i], next = bytes->next[i];
        sst_vector no_capital = sst_block_absent(sst_extended_capitals, at, 0xc4, next);
        absent[i] = sst_and(no_capital, sst_block_absent(sst_extended_nibbles, at, 0xc4, next));
        bytes->distance[i] = sst_add(bytes->distance[i], sst_andnot(no_capital, sst_set(1)));
    }
    bytes->words2 |= ~sst_block_mask(absent);
}

/* D0, D1: letters. By the high nibble of the last byte behind D0, the lower case is 10 higher
 * behind the next lead, 20 higher, 20 lower behind the next lead, or the same. */
static inline void sst_block_cyrillic(sst_block_bytes *bytes)
{
    static const uint8_t last_by[16] = {[8] = 0x10, [9] = 0x20, [10] = 0x100 - 0x20};
    static const uint8_t lead_by[16] = {[8] = 1, [10] = 1};
    sst_vector absent[SST_VECTORS];
    SST_UNROLL for (int i = 0; i < SST_VECTORS; i++) {
        sst_vector at = bytes->at[i], next = bytes->next[i], high = sst_high_nibbles(next);
        absent[i] = sst_block_absent(sst_cyrillic_nibbles, at, 0xd0, next);
        sst_vector first = sst_equal(at, sst_set(0xd0));
        sst_block_add(&bytes->distance[i], first, sst_look_up(sst_table(last_by), high));
        sst_block_add(&bytes->lower[i], first, sst_look_up(sst_table(lead_by), high));
    }
    bytes->words2 |= ~sst_block_mask(absent);
}

/* D8, D9: letters and separators. Behind D8, alef with madda or hamza (A2, A3, A5) becomes A7,
 * teh marbuta (A9) becomes D9 87; behind D9, alef maksura (89) becomes 8A. */
static inline void sst_block_arabic(sst_block_bytes *bytes)
{
    static const uint8_t by_low[16] = {[2] = 5, [3] = 4, [5] = 2, [9] = 0x100 - 0x22};
    sst_vector no_word[SST_VECTORS], no_separator[SST_VECTORS];
    SST_UNROLL for (int i = 0; i < SST_VECTORS; i++) {
        sst_vector at = bytes->at[i], next = bytes->next[i];
        no_word[i] = sst_block_absent(sst_arabic_nibbles, at, 0xd8, next);
        no_separator[i] = sst_block_absent(sst_arabic_separators, at, 0xd8, next);
        sst_vector d8 = sst_equal(at, sst_set(0xd8));
        sst_vector d9 = sst_equal(at, sst_set(0xd9));
        /* A0-AF to 70-7F, everything else to 80-FF, for which the shuffle gives 0. */
        sst_vector index = sst_add_most(sst_sub(next, sst_set(0xa0)), sst_set(0x70));
        sst_block_add(&bytes->distance[i], d8, sst_look_up(sst_table(by_low), index));
        sst_vector marbuta = sst_equal(next, sst_set(0xa9));
        sst_vector maksura = sst_equal(next, sst_set(0x89));
        sst_block_add(&bytes->lower[i], d8, sst_and(marbuta, sst_set(1)));
        sst_block_add(&bytes->distance[i], d9, sst_and(maksura, sst_set(1)));
    }
    bytes->words2 |= ~sst_block_mask(no_word);
    bytes->separators2 |= ~sst_block_mask(no_separator);
}

/* Moves every distance from the lead to the last byte, over the vectors and into the next block,
 * and adds it. */
static inline void sst_block_add_distances(const sst_block_bytes *bytes, uint8_t *lowered,
                                           sst_block_carry *carry)
{
    sst_vector previous = sst_last_byte(carry->distance);
    SST_UNROLL for (int i = 0; i < SST_VECTORS; i++) {
        sst_vector moved = sst_move_up(bytes->distance[i], previous);
        sst_store(lowered + SST_VECTOR_SIZE * i, sst_add(bytes->lower[i], moved));
        previous = bytes->distance[i];
    }
    carry->distance = sst_get_last_byte(previous);
}

/* ---- Three bytes ----------------------------------------------------------------------------- */

/* First bytes of E0 whose code points `table` holds: of the first range where the second byte is
 * `even`, of the second where it is one more. The lead is not looked at. */
static inline uint64_t sst_block_members(const sst_block_bytes *bytes,
                                         const sst_vector after[SST_VECTORS],
                                         const uint8_t table[16], int even)
{
    static const uint8_t range_by[16] = {[14] = 0x0f, [15] = 0xf0};
    sst_vector absent[SST_VECTORS];
    SST_UNROLL for (int i = 0; i < SST_VECTORS; i++) {
        /* `even` to 7E and 7F, everything else to 80-FF, for which the shuffle gives 0. */
        sst_vector index = sst_add_most(sst_sub(bytes->next[i], sst_set(even)), sst_set(0x7e));
        sst_vector range = sst_look_up(sst_table(range_by), index);
        absent[i] = sst_equal(sst_and(sst_block_nibbles(table, after[i]), range), sst_set(0));
    }
    return ~sst_block_mask(absent);
}

/* U+09C7 with U+09BE behind it: together they are U+09CB. Other signs may be taken for them. */
static inline uint64_t sst_block_o_signs(const uint8_t *text, const sst_vector after[SST_VECTORS])
{
    sst_vector sign[SST_VECTORS];
    SST_UNROLL for (int i = 0; i < SST_VECTORS; i++)
        sign[i] = sst_and(
            sst_equal(after[i], sst_set(0x87)),
            sst_equal(sst_load(text + SST_VECTOR_SIZE * i + 5), sst_set(0xbe)));
    return sst_block_any(sign) ? sst_block_mask(sign) : 0;
}

/* Devanagari and Bengali code points that stand for themselves, and danda. */
static inline void sst_block_indic(const uint8_t *text, const sst_vector after[SST_VECTORS],
                                   uint64_t e0, sst_block_bytes *bytes)
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
static inline void sst_block_punctuation(const sst_vector after[SST_VECTORS], uint64_t e2,
                                         sst_block_bytes *bytes)
{
    sst_vector absent[SST_VECTORS];
    SST_UNROLL for (int i = 0; i < SST_VECTORS; i++)
        absent[i] = sst_equal(sst_block_nibbles(sst_punctuation_nibbles, after[i]), sst_set(0));
    bytes->separators3 |= e2 & sst_block_equal(bytes->next, 0x80) & ~sst_block_mask(absent);
}

/* ---- The block ------------------------------------------------------------------------------- */

/* Leads of two bytes, and E2; returns those of scripts in which words take more than 16 bytes. */
static inline uint64_t sst_block_two_bytes(const sst_vector after[SST_VECTORS], uint8_t *lowered,
                                           uint64_t leads, sst_block_carry *carry,
                                           sst_block_bytes *bytes)
{
    SST_UNROLL for (int i = 0; i < SST_VECTORS; i++) {
        bytes->lower[i] = sst_load(lowered + SST_VECTOR_SIZE * i);
        bytes->distance[i] = sst_set(0);
    }
    uint64_t cyrillic = sst_block_either(bytes->at, 0xd0), arabic = 0;
    if (cyrillic != 0) sst_block_cyrillic(bytes);
    leads &= ~cyrillic;
    if (leads != 0) {
        arabic = sst_block_either(bytes->at, 0xd8);
        uint64_t latin = sst_block_either(bytes->at, 0xc2);
        if (arabic != 0) sst_block_arabic(bytes);
        if (latin != 0) sst_block_latin(bytes);
        leads &= ~(arabic | latin);
    }
    if (leads != 0) {
        uint64_t e2 = sst_block_equal(bytes->at, 0xe2);
        if (e2 != 0) sst_block_punctuation(after, e2, bytes);
        if ((leads & ~e2) != 0 && sst_block_either(bytes->at, 0xc4) != 0)
            sst_block_extended(bytes);
    }
    sst_block_add_distances(bytes, lowered, carry);
    return cyrillic | arabic;
}

/* The part for blocks that hold more than ASCII. */
static __attribute__((noinline)) sst_block
sst_block_beyond_ascii(const uint8_t *text, uint8_t *lowered, sst_block ascii,
                       sst_block_carry *carry)
{
    sst_block_bytes bytes;
    sst_vector after[SST_VECTORS], lead[SST_VECTORS];
    SST_UNROLL for (int i = 0; i < SST_VECTORS; i++) {
        bytes.at[i] = sst_load(text + SST_VECTOR_SIZE * i);
        bytes.next[i] = sst_load(text + SST_VECTOR_SIZE * i + 1);
        after[i] = sst_load(text + SST_VECTOR_SIZE * i + 2);
        lead[i] = sst_greater(bytes.at[i], sst_set(0xbf));
    }
    bytes.words2 = bytes.separators2 = bytes.words3 = bytes.separators3 = 0;
    uint64_t beyond = sst_block_mask(bytes.at), leads = sst_block_mask(lead) & beyond;
    uint64_t e0 = sst_block_equal(bytes.at, 0xe0), wide = 0;
    if (e0 != 0) sst_block_indic(text, after, e0, &bytes);
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
    sst_vector at[SST_VECTORS];
    SST_UNROLL for (int i = 0; i < SST_VECTORS; i++) at[i] = sst_load(text + SST_VECTOR_SIZE * i);
    sst_block block = {.wide = false};
    block.word = sst_block_ascii(at, lowered, &block.digit);
    /* ASCII alone leaves no sequence open, so the carry is empty before and behind it. */
    if (sst_block_any(at)) block = sst_block_beyond_ascii(text, lowered, block, carry);
    return block;
}

#endif

#endif
