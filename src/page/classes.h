/* Classes of 64 bytes at a time as bits, the lowest for the first byte: in vectors of 32 bytes
 * (AVX2) or 16 (SSE2), as the source file that includes this one is compiled, or byte by byte,
 * which is the definition. */
#ifndef PAGE_CLASSES_H
#define PAGE_CLASSES_H

#include <string.h>

#include "page/scan.h"

/* The first two bytes of each stop that is not ASCII (page/scan.h). */
#define SST_PAIRS (sizeof sst_scan_pairs / sizeof *sst_scan_pairs)
static const uint8_t sst_scan_pairs[][2] = {
    {0xD8, 0x9F}, {0xDB, 0x94}, {0xE0, 0xA5}, {0xE1, 0x81}, {0xE1, 0x8D}, {0xE1, 0x9F},
    {0xE2, 0x80}, {0xE3, 0x80}, {0xEF, 0xBC}, {0xEF, 0xBD}};

#if defined(__SSE2__) && !defined(SST_NO_SIMD)

#include <immintrin.h>

#if defined(__AVX2__)
typedef __m256i sst_bytes;
#define SST_BYTES(operation) _mm256_##operation
#define SST_BYTES_ALL(operation) _mm256_##operation##_si256
#else
typedef __m128i sst_bytes;
#define SST_BYTES(operation) _mm_##operation
#define SST_BYTES_ALL(operation) _mm_##operation##_si128
#endif
enum { SST_BYTES_SIZE = sizeof(sst_bytes), SST_BYTES_COUNT = 64 / SST_BYTES_SIZE };

/* Each of these 32 times: loaded where they are used, which is one instruction; gcc would make them
 * anew for each line in three. */
enum { SST_SAME_SPACE, SST_SAME_ONE, SST_SAME_EQUALS, SST_SAME_BRACKET, SST_SAME_NEWLINE,
       SST_SAME_STOP, SST_SAME_EXCLAIM, SST_SAME_ASK,
       SST_SAME_BEFORE_DIGITS, SST_SAME_DIGITS, SST_SAME_BEFORE_LETTERS, SST_SAME_LETTERS,
       SST_SAME_COUNT };
extern const uint8_t sst_scan_same[SST_SAME_COUNT][32];

static inline sst_bytes sst_bytes_known(int number)
{
    return SST_BYTES_ALL(load)((const sst_bytes *)(const void *)sst_scan_same[number]);
}

static inline sst_bytes sst_bytes_same(int byte)
{
    return SST_BYTES(set1_epi8)((char)byte);
}

static inline sst_bytes sst_bytes_equal(sst_bytes bytes, int byte)
{
    return SST_BYTES(cmpeq_epi8)(bytes, sst_bytes_same(byte));
}

static inline sst_bytes sst_bytes_or(sst_bytes a, sst_bytes b)
{
    return SST_BYTES_ALL(or)(a, b);
}

/* All bits where first <= byte < first + count. */
static inline sst_bytes sst_bytes_range(sst_bytes bytes, int first, int count)
{
    sst_bytes moved = SST_BYTES(add_epi8)(bytes, sst_bytes_same(0x80 - first));
    return SST_BYTES(cmpgt_epi8)(sst_bytes_same(count - 0x80), moved);
}

static inline uint64_t sst_bytes_bits(sst_bytes mask, unsigned vector)
{
    return (uint64_t)(unsigned)SST_BYTES(movemask_epi8)(mask) << SST_BYTES_SIZE * vector;
}

/* Sets the bits of the 64 bytes at `at`, of a line only those before the first newline; returns
 * those of newlines. */
static inline uint64_t sst_classes_read(sst_scan_word *word, const char *at, bool line)
{
    sst_bytes bytes[SST_BYTES_COUNT];
    uint64_t newlines = 0, letters = 0, wide = 0, digits = 0, visible = 0, marks = 0, stops = 0;
    for (unsigned i = 0; i < SST_BYTES_COUNT; i++) {
        sst_bytes here = SST_BYTES_ALL(loadu)((const sst_bytes *)(const void *)at + i);
        sst_bytes space = sst_bytes_known(SST_SAME_SPACE);
        sst_bytes digit = SST_BYTES(cmpgt_epi8)(
            sst_bytes_known(SST_SAME_DIGITS),
            SST_BYTES(add_epi8)(here, sst_bytes_known(SST_SAME_BEFORE_DIGITS)));
        sst_bytes letter = SST_BYTES(cmpgt_epi8)(
            sst_bytes_known(SST_SAME_LETTERS),
            SST_BYTES(add_epi8)(sst_bytes_or(here, space),
                                sst_bytes_known(SST_SAME_BEFORE_LETTERS)));
        sst_bytes equals = sst_bytes_or(here, sst_bytes_known(SST_SAME_ONE)); /* '<' too */
        sst_bytes mark = sst_bytes_or(
            SST_BYTES(cmpeq_epi8)(equals, sst_bytes_known(SST_SAME_EQUALS)),
            SST_BYTES(cmpeq_epi8)(here, sst_bytes_known(SST_SAME_BRACKET)));
        sst_bytes stop = sst_bytes_or(
            SST_BYTES(cmpeq_epi8)(here, sst_bytes_known(SST_SAME_STOP)),
            sst_bytes_or(SST_BYTES(cmpeq_epi8)(here, sst_bytes_known(SST_SAME_EXCLAIM)),
                         SST_BYTES(cmpeq_epi8)(here, sst_bytes_known(SST_SAME_ASK))));
        stops |= sst_bytes_bits(stop, i);
        newlines |= sst_bytes_bits(
            SST_BYTES(cmpeq_epi8)(here, sst_bytes_known(SST_SAME_NEWLINE)), i);
        letters |= sst_bytes_bits(sst_bytes_or(letter, digit), i);
        digits |= sst_bytes_bits(digit, i);
        visible |= sst_bytes_bits(SST_BYTES(cmpgt_epi8)(here, space), i);
        marks |= sst_bytes_bits(mark, i);
        wide |= sst_bytes_bits(here, i);
        bytes[i] = here;
    }
    uint64_t keep = newlines == 0 || !line ? ~(uint64_t)0 : (newlines & -newlines) - 1;
    wide &= keep;
    *word = (sst_scan_word){.letters = (letters & keep) | wide,
                            .wide = wide,
                            .digits = digits & keep,
                            .signs = visible & ~letters & keep,
                            .marks = marks & keep,
                            .stops = stops & keep};
    if (wide == 0)
        return newlines;
    uint64_t unspaced = 0, counted = 0, twice = 0;
    uint64_t leads[SST_PAIRS] = {0}, behind[SST_PAIRS] = {0};
    for (unsigned i = 0; i < SST_BYTES_COUNT; i++) {
        for (unsigned pair = 0; pair < SST_PAIRS; pair++) {
            leads[pair] |= sst_bytes_bits(sst_bytes_equal(bytes[i], sst_scan_pairs[pair][0]), i);
            behind[pair] |= sst_bytes_bits(sst_bytes_equal(bytes[i], sst_scan_pairs[pair][1]), i);
        }
        sst_bytes none = sst_bytes_or(sst_bytes_equal(bytes[i], 0xE2),
                                      sst_bytes_equal(bytes[i], 0xEE));
        unspaced |= sst_bytes_bits(sst_bytes_range(bytes[i], 0xE3, 0x100 - 0xE3), i);
        counted |= sst_bytes_bits(
            SST_BYTES_ALL(andnot)(none, sst_bytes_range(bytes[i], 0xC3, 0xF0 - 0xC3)), i);
        twice |= sst_bytes_bits(sst_bytes_range(bytes[i], 0xE3, 0xEE - 0xE3), i);
    }
    for (unsigned pair = 0; pair < SST_PAIRS; pair++)
        stops |= leads[pair] & (behind[pair] >> 1 | (uint64_t)1 << 63);
    word->stops = stops & keep;
    word->unspaced = unspaced & keep;
    word->counted = counted & keep;
    word->twice = twice & keep;
    return newlines;
}

#else

static inline uint64_t sst_classes_read(sst_scan_word *word, const char *at, bool line)
{
    uint64_t newlines = 0;
    *word = (sst_scan_word){0};
    for (unsigned i = 0; i < 64; i++) {
        unsigned char c = (unsigned char)at[i];
        uint64_t bit = (uint64_t)1 << i;
        newlines |= c == '\n' ? bit : 0;
        if (line && newlines != 0)
            continue;
        bool letter = c >= 0x80 || sst_scan_weight[c] > 0;
        word->letters |= letter ? bit : 0;
        word->wide |= c >= 0x80 ? bit : 0;
        word->digits |= c >= '0' && c <= '9' ? bit : 0;
        word->signs |= c > 0x20 && !letter ? bit : 0;
        word->marks |= c == '<' || c == '=' || c == '[' ? bit : 0;
        word->stops |= c == '.' || c == '!' || c == '?' ? bit : 0;
        for (unsigned pair = 0; pair < SST_PAIRS; pair++)
            if (c == sst_scan_pairs[pair][0] &&
                (i == 63 || (unsigned char)at[i + 1] == sst_scan_pairs[pair][1]))
                word->stops |= bit;
        word->unspaced |= c >= 0xE3 ? bit : 0;
        word->counted |= c >= 0x80 && sst_scan_weight[c] > 0 ? bit : 0;
        word->twice |= sst_scan_weight[c] > 1 ? bit : 0;
    }
    return newlines;
}

#endif

/* The same of `size` bytes, at most 63, as if zeros followed. */
static inline uint64_t sst_classes_read_end(sst_scan_word *word, const char *at, size_t size,
                                            bool line)
{
    char bytes[64] = {0};
    memcpy(bytes, at, size);
    return sst_classes_read(word, bytes, line);
}

#endif
