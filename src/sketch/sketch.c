#include "sketch/sketch.h"

#include <string.h>

#include "sketch/lists.h"
#include "sketch/rows.h"
#include "text/shingle.h"

#if defined(__SSE4_1__) && !defined(SST_NO_SIMD)
#define SKETCH_SSE 1
#include <immintrin.h>
#endif

/* Value of slot j for a shingle x: (0, v0(x)) when x falls into bin j in round 0, else (1, v1(x))
 * when it does in round 1, else (3, a_j x + b_j); the slot is the minimum over the set. That is a
 * random function of x for each j, so two slots agree with probability Jaccard. The round number
 * stands in the top two bits. */
enum { SLOT_BITS = 7, BLOCK = 512 };

#define ROUND_VALUE 0x3fffffffu
#define EMPTY UINT32_MAX
#define ROUND_ONE 0x40000000u
#define ROUND_ROWS 0xc0000000u

_Static_assert(1 << SLOT_BITS == SST_SKETCH_SLOTS, "the top bits of a hash choose the slot");

static inline void reset_minima(uint32_t minima[SST_SKETCH_SLOTS])
{
    for (unsigned j = 0; j < SST_SKETCH_SLOTS; j++)
        minima[j] = EMPTY;
}

/* Round 0 of one shingle. */
static inline void add_round_zero(uint32_t minima[SST_SKETCH_SLOTS], uint64_t shingle)
{
    uint32_t value = (uint32_t)shingle & ROUND_VALUE;
    uint32_t *slot = &minima[shingle >> (64 - SLOT_BITS)];
    *slot = value < *slot ? value : *slot;
}

/* The empty slots as bits, the lowest of the first word for slot 0. */
typedef struct empty_slots {
    uint64_t words[SST_SKETCH_SLOTS / 64];
} empty_slots;

#ifdef SKETCH_SSE
static unsigned empty_of_16(const uint32_t *minima)
{
    const __m128i *at = (const __m128i *)(const void *)minima, empty = _mm_set1_epi32((int)EMPTY);
    __m128i equal[4];
    for (int i = 0; i < 4; i++)
        equal[i] = _mm_cmpeq_epi32(_mm_loadu_si128(at + i), empty);
    return (unsigned)_mm_movemask_epi8(_mm_packs_epi16(_mm_packs_epi32(equal[0], equal[1]),
                                                       _mm_packs_epi32(equal[2], equal[3])));
}
#else
static unsigned empty_of_16(const uint32_t *minima)
{
    unsigned bits = 0;
    for (unsigned j = 0; j < 16; j++)
        bits |= (unsigned)(minima[j] == EMPTY) << j;
    return bits;
}
#endif

static empty_slots find_empty(const uint32_t *minima)
{
    empty_slots empty = {{0}};
    for (unsigned j = 0; j < SST_SKETCH_SLOTS; j += 16)
        empty.words[j / 64] |= (uint64_t)empty_of_16(minima + j) << j % 64;
    return empty;
}

static bool any_empty(empty_slots empty)
{
    return (empty.words[0] | empty.words[1]) != 0;
}

static uint64_t second_hash(uint64_t shingle)
{
    uint64_t y = (shingle ^ 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
    y ^= y >> 32;
    return y * 0x94d049bb133111ebu;
}

/* Few slots are empty after round 0, so few shingles count in round 1: these are listed first,
 * without a branch. */
static void round_one(const uint64_t *shingles, size_t count, uint32_t *minima)
{
    uint64_t list[BLOCK];
    uint8_t counts[SST_SKETCH_SLOTS];
    for (unsigned j = 0; j < SST_SKETCH_SLOTS; j++)
        counts[j] = minima[j] == EMPTY;
    while (count != 0) {
        size_t size = count < BLOCK ? count : BLOCK, listed = 0;
        for (size_t i = 0; i < size; i++) {
            uint64_t y = second_hash(shingles[i]);
            list[listed] = y;
            listed += counts[y >> (64 - SLOT_BITS)];
        }
        for (size_t i = 0; i < listed; i++) {
            uint32_t value = ROUND_ONE | ((uint32_t)(list[i] >> 8) & ROUND_VALUE);
            uint32_t *slot = &minima[list[i] >> (64 - SLOT_BITS)];
            *slot = value < *slot ? value : *slot;
        }
        shingles += size;
        count -= size;
    }
}

static unsigned list_empty(empty_slots empty, uint8_t *list)
{
    unsigned count = 0;
    for (unsigned word = 0; word < SST_SKETCH_SLOTS / 64; word++)
        for (uint64_t bits = empty.words[word]; bits != 0; bits &= bits - 1)
            list[count++] = (uint8_t)(word * 64 + (unsigned)__builtin_ctzll(bits));
    return count;
}

/* Lowers the minima of the slots `empty` by the rows of some words, `count` a multiple of 8. Behind
 * the last slot, `empty` repeats it. */
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

/* Four slots and four words at a time. */
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

/* Four slots and eight words at a time. */
__attribute__((target("avx2"))) static void lower_rows_avx2(const uint32_t *words, size_t count,
                                                            const uint8_t *empty,
                                                            unsigned empties, uint32_t *minima)
{
    for (unsigned e = 0; e < empties; e += ROWS_AT_ONCE) {
        __m256i multiplier[ROWS_AT_ONCE], addend[ROWS_AT_ONCE], minimum[ROWS_AT_ONCE];
        for (unsigned j = 0; j < ROWS_AT_ONCE; j++) {
            multiplier[j] = _mm256_set1_epi32((int)row_multiplier[empty[e + j]]);
            addend[j] = _mm256_set1_epi32((int)row_addend[empty[e + j]]);
            minimum[j] = _mm256_set1_epi32(-1);
        }
        for (size_t i = 0; i < count; i += 8) {
            __m256i word = _mm256_loadu_si256((const __m256i *)(const void *)(words + i));
            for (unsigned j = 0; j < ROWS_AT_ONCE; j++)
                minimum[j] = _mm256_min_epu32(
                    minimum[j],
                    _mm256_add_epi32(_mm256_mullo_epi32(word, multiplier[j]), addend[j]));
        }
        for (unsigned j = 0; j < ROWS_AT_ONCE; j++)
            lower_slot(_mm_min_epu32(_mm256_castsi256_si128(minimum[j]),
                                     _mm256_extracti128_si256(minimum[j], 1)),
                       &minima[empty[e + j]]);
    }
}
#endif

typedef void (*lower_rows)(const uint32_t *words, size_t count, const uint8_t *empty,
                           unsigned empties, uint32_t *minima);

/* k-mins (Broder 1997) for the slots that both rounds left empty. */
static void fill_empty(const uint64_t *shingles, size_t count, empty_slots empty,
                       uint32_t *minima, lower_rows lower)
{
    uint8_t list[SST_SKETCH_SLOTS + 4];
    unsigned empties = list_empty(empty, list);
    for (unsigned i = 0; i < 4; i++) /* repeats do no harm */
        list[empties + i] = list[empties - 1];
    uint32_t words[BLOCK];
    for (size_t begin = 0; begin < count; begin += BLOCK) {
        size_t size = count - begin < BLOCK ? count - begin : BLOCK;
        for (size_t i = 0; i < size; i++)
            words[i] = (uint32_t)(shingles[begin + i] >> 20);
        for (; size % 8 != 0; size++)
            words[size] = words[0];
        lower(words, size, list, empties, minima);
    }
}

static void finish_with(lower_rows lower, uint32_t *minima, const uint64_t *shingles,
                        size_t count, uint16_t *sketch)
{
    if (any_empty(find_empty(minima))) {
        round_one(shingles, count, minima);
        empty_slots empty = find_empty(minima);
        if (any_empty(empty))
            fill_empty(shingles, count, empty, minima, lower);
    }
    for (unsigned j = 0; j < SST_SKETCH_SLOTS; j++) {
        uint32_t mixed = minima[j] * 0x9e3779b1u;
        sketch[j] = (uint16_t)((mixed ^ mixed >> 15) >> 16);
    }
}

static void round_zero(const uint64_t *shingles, size_t count, uint32_t *minima)
{
    reset_minima(minima);
    for (size_t i = 0; i < count; i++)
        add_round_zero(minima, shingles[i]);
}

#ifdef SKETCH_SSE
static lower_rows widest_rows(void)
{
    return __builtin_cpu_supports("avx2") ? lower_rows_avx2 : lower_rows_sse;
}
#else
#define lower_rows_sse lower_rows_scalar
static lower_rows widest_rows(void)
{
    return lower_rows_scalar;
}
#endif

static bool sketch_with(lower_rows lower, const uint64_t *shingles, size_t count,
                        uint16_t *sketch)
{
    uint32_t minima[SST_SKETCH_SLOTS];
    round_zero(shingles, count, minima);
    if (count != 0)
        finish_with(lower, minima, shingles, count, sketch);
    return count != 0;
}

bool sst_sketch_scalar(const uint64_t *shingles, size_t count, uint16_t sketch[SST_SKETCH_SLOTS])
{
    return sketch_with(lower_rows_scalar, shingles, count, sketch);
}

bool sst_sketch_narrow(const uint64_t *shingles, size_t count, uint16_t sketch[SST_SKETCH_SLOTS])
{
    return sketch_with(lower_rows_sse, shingles, count, sketch);
}

bool sst_sketch(const uint64_t *shingles, size_t count, uint16_t sketch[SST_SKETCH_SLOTS])
{
    return sketch_with(widest_rows(), shingles, count, sketch);
}

/* ---- from tokens ----------------------------------------------------------------------------- */

/* Shingles, lists and round 0 in one pass: each shingle is used in a register. */
static size_t pass_over(const uint32_t *tokens, size_t positions, uint64_t *shingles,
                        uint64_t *table, uint32_t *minima)
{
    sst_lists lists = sst_lists_start(positions, table);
    reset_minima(minima);
    for (size_t i = 0; i < positions; i++) {
        uint64_t shingle = sst_shingle3(tokens + i);
        shingles[i] = shingle;
        sst_lists_add(&lists, shingle, i);
        add_round_zero(minima, shingle);
    }
    return positions - sst_lists_repeats(lists, shingles);
}

size_t sst_sketch_tokens(const uint32_t *tokens, size_t count, uint64_t *shingles,
                         uint64_t *table, uint16_t sketch[SST_SKETCH_SLOTS])
{
    size_t positions = sst_shingle_positions(count, SST_SHINGLE_WIDTH);
    if (count < SST_SHINGLE_WIDTH || positions > SST_LISTS_MOST) {
        sst_shingles(tokens, count, SST_SHINGLE_WIDTH, shingles);
        if (!sst_sketch(shingles, positions, sketch))
            memset(sketch, 0, SST_SKETCH_SLOTS * sizeof *sketch);
        return sst_distinct_count(shingles, positions, table);
    }
    uint32_t minima[SST_SKETCH_SLOTS];
    size_t distinct = pass_over(tokens, positions, shingles, table, minima);
    finish_with(widest_rows(), minima, shingles, positions, sketch);
    return distinct;
}

double sst_sketch_jaccard(const uint16_t a[SST_SKETCH_SLOTS], const uint16_t b[SST_SKETCH_SLOTS])
{
    const double chance = 1.0 / 65536; /* of two different minima to leave equal 16 bits */
    double agreeing = (double)sst_sketch_agreeing(a, b) / SST_SKETCH_SLOTS;
    double estimate = (agreeing - chance) / (1 - chance);
    return estimate < 0 ? 0 : estimate;
}
