/* Agreement of sketches, inline for the loop over candidates. */
#ifndef SKETCH_AGREEMENT_H
#define SKETCH_AGREEMENT_H

#include "sketch/sketch.h"

#if defined(__SSE2__) && !defined(SST_NO_SIMD)
#include <emmintrin.h>

/* Bit j: a[j] == b[j], for 8 slots, and for 16. */
static inline uint64_t sst_agreement8(const uint16_t *a, const uint16_t *b)
{
    const __m128i *x = (const __m128i *)(const void *)a, *y = (const __m128i *)(const void *)b;
    __m128i equal = _mm_cmpeq_epi16(_mm_loadu_si128(x), _mm_loadu_si128(y));
    return (uint64_t)(unsigned)_mm_movemask_epi8(_mm_packs_epi16(equal, _mm_setzero_si128()));
}

static inline uint64_t sst_agreement16(const uint16_t *a, const uint16_t *b)
{
    const __m128i *x = (const __m128i *)(const void *)a, *y = (const __m128i *)(const void *)b;
    __m128i low = _mm_cmpeq_epi16(_mm_loadu_si128(x), _mm_loadu_si128(y));
    __m128i high = _mm_cmpeq_epi16(_mm_loadu_si128(x + 1), _mm_loadu_si128(y + 1));
    return (uint64_t)(unsigned)_mm_movemask_epi8(_mm_packs_epi16(low, high));
}
#else
static inline uint64_t sst_agreement8(const uint16_t *a, const uint16_t *b)
{
    uint64_t bits = 0;
    for (unsigned j = 0; j < 8; j++)
        bits |= (uint64_t)(a[j] == b[j]) << j;
    return bits;
}

static inline uint64_t sst_agreement16(const uint16_t *a, const uint16_t *b)
{
    uint64_t bits = 0;
    for (unsigned j = 0; j < 16; j++)
        bits |= (uint64_t)(a[j] == b[j]) << j;
    return bits;
}
#endif

static inline uint64_t sst_agreement64(const uint16_t *a, const uint16_t *b)
{
    uint64_t bits = 0;
    for (unsigned j = 0; j < 64; j += 16)
        bits |= sst_agreement16(a + j, b + j) << j;
    return bits;
}

#endif
