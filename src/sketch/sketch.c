#include "sketch/sketch.h"

#include <string.h>

#include "sketch/rows.h"

#if defined(__SSE4_1__) && !defined(SST_NO_SIMD)
#define SKETCH_SSE 1
#include <smmintrin.h>
#endif

/* Value of slot j for a shingle x: (0, v0(x)) when x falls into bin j in round 0, else (1, v1(x))
 * when it does in round 1, else (3, a_j x + b_j); the slot is the minimum over the set. That is a
 * random function of x for each j, so two slots agree with probability Jaccard. The round number
 * stands in the top two bits. */
enum { SLOT_BITS = 7, BLOCK = 512 };

#define ROUND_VALUE 0x3fffffffu
#define ROUND_ONE 0x40000000u
#define ROUND_ROWS 0xc0000000u
#define EMPTY UINT32_MAX

_Static_assert(1 << SLOT_BITS == SST_SKETCH_SLOTS, "the top bits of a hash choose the slot");

static void round_zero(const uint64_t *shingles, size_t count, uint32_t *minima)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t x = shingles[i];
        uint32_t value = (uint32_t)x & ROUND_VALUE;
        uint32_t *slot = &minima[x >> (64 - SLOT_BITS)];
        *slot = value < *slot ? value : *slot;
    }
}

static void round_one(const uint64_t *shingles, size_t count, uint32_t *minima)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t y = (shingles[i] ^ 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
        y ^= y >> 32;
        y *= 0x94d049bb133111ebu;
        uint32_t value = ROUND_ONE | ((uint32_t)(y >> 8) & ROUND_VALUE);
        uint32_t *slot = &minima[y >> (64 - SLOT_BITS)];
        *slot = value < *slot ? value : *slot;
    }
}

static unsigned list_empty(const uint32_t *minima, uint8_t *empty)
{
    unsigned count = 0;
    for (unsigned j = 0; j < SST_SKETCH_SLOTS; j++) {
        empty[count] = (uint8_t)j;
        count += minima[j] == EMPTY;
    }
    return count;
}

/* Lowers the minima of the slots `empty` by the rows of some words, `count` a multiple of 4. */
static void lower_rows_scalar(const uint32_t *words, size_t count, const uint8_t *empty,
                              unsigned empties, uint32_t *minima)
{
    for (unsigned e = 0; e < empties; e++) {
        uint32_t *slot = &minima[empty[e]];
        for (size_t i = 0; i < count; i++) {
            uint32_t row = words[i] * row_multiplier[empty[e]] + row_addend[empty[e]];
            uint32_t value = ROUND_ROWS | row >> 2;
            *slot = value < *slot ? value : *slot;
        }
    }
}

#ifdef SKETCH_SSE
enum { ROWS_AT_ONCE = 4 }; /* each word is loaded once for so many */

static void lower_slot(__m128i minimum, uint32_t *slot)
{
    minimum = _mm_min_epu32(minimum, _mm_shuffle_epi32(minimum, 0x4e));
    minimum = _mm_min_epu32(minimum, _mm_shuffle_epi32(minimum, 0xb1));
    uint32_t value = ROUND_ROWS | (uint32_t)_mm_cvtsi128_si32(minimum) >> 2;
    *slot = value < *slot ? value : *slot;
}

/* Four words at a time. Behind the last slot, `empty` repeats it. */
static void lower_rows_sse(const uint32_t *words, size_t count, const uint8_t *empty,
                           unsigned empties, uint32_t *minima)
{
    for (unsigned e = 0; e < empties; e += ROWS_AT_ONCE) {
        __m128i multiplier[ROWS_AT_ONCE], addend[ROWS_AT_ONCE], minimum[ROWS_AT_ONCE];
        for (unsigned j = 0; j < ROWS_AT_ONCE; j++) {
            multiplier[j] = _mm_set1_epi32((int)row_multiplier[empty[e + j]]);
            addend[j] = _mm_set1_epi32((int)row_addend[empty[e + j]]);
            minimum[j] = _mm_set1_epi32(-1);
        }
        for (size_t i = 0; i < count; i += 4) {
            __m128i word = _mm_loadu_si128((const __m128i *)(const void *)(words + i));
            for (unsigned j = 0; j < ROWS_AT_ONCE; j++)
                minimum[j] = _mm_min_epu32(
                    minimum[j], _mm_add_epi32(_mm_mullo_epi32(word, multiplier[j]), addend[j]));
        }
        for (unsigned j = 0; j < ROWS_AT_ONCE; j++)
            lower_slot(minimum[j], &minima[empty[e + j]]);
    }
}
#endif

typedef void (*lower_rows)(const uint32_t *words, size_t count, const uint8_t *empty,
                           unsigned empties, uint32_t *minima);

/* k-mins (Broder 1997) for the slots that both rounds left empty. */
static void fill_empty(const uint64_t *shingles, size_t count, uint32_t *minima, lower_rows lower)
{
    uint8_t empty[SST_SKETCH_SLOTS + 4];
    unsigned empties = list_empty(minima, empty);
    for (unsigned i = 0; i < 4; i++) /* repeats do no harm */
        empty[empties + i] = empty[empties - 1];
    uint32_t words[BLOCK];
    for (size_t begin = 0; begin < count; begin += BLOCK) {
        size_t size = count - begin < BLOCK ? count - begin : BLOCK;
        for (size_t i = 0; i < size; i++)
            words[i] = (uint32_t)(shingles[begin + i] >> 20);
        for (; size % 4 != 0; size++)
            words[size] = words[0];
        lower(words, size, empty, empties, minima);
    }
}

static bool has_empty(const uint32_t *minima)
{
    for (unsigned j = 0; j < SST_SKETCH_SLOTS; j++)
        if (minima[j] == EMPTY)
            return true;
    return false;
}

static bool sketch_with(const uint64_t *shingles, size_t count, lower_rows lower, uint16_t *sketch)
{
    if (count == 0)
        return false;
    uint32_t minima[SST_SKETCH_SLOTS];
    memset(minima, 0xff, sizeof minima);
    round_zero(shingles, count, minima);
    if (has_empty(minima)) {
        round_one(shingles, count, minima);
        if (has_empty(minima))
            fill_empty(shingles, count, minima, lower);
    }
    for (unsigned j = 0; j < SST_SKETCH_SLOTS; j++) {
        uint32_t mixed = minima[j] * 0x9e3779b1u;
        sketch[j] = (uint16_t)((mixed ^ mixed >> 15) >> 16);
    }
    return true;
}

bool sst_sketch_scalar(const uint64_t *shingles, size_t count, uint16_t sketch[SST_SKETCH_SLOTS])
{
    return sketch_with(shingles, count, lower_rows_scalar, sketch);
}

bool sst_sketch(const uint64_t *shingles, size_t count, uint16_t sketch[SST_SKETCH_SLOTS])
{
#ifdef SKETCH_SSE
    return sketch_with(shingles, count, lower_rows_sse, sketch);
#else
    return sketch_with(shingles, count, lower_rows_scalar, sketch);
#endif
}

double sst_sketch_jaccard(const uint16_t a[SST_SKETCH_SLOTS], const uint16_t b[SST_SKETCH_SLOTS])
{
    const double chance = 1.0 / 65536; /* of two different minima to leave equal 16 bits */
    double agreeing = (double)sst_sketch_agreeing(a, b) / SST_SKETCH_SLOTS;
    double estimate = (agreeing - chance) / (1 - chance);
    return estimate < 0 ? 0 : estimate;
}
