/* How far two texts agree. */
#ifndef JUDGE_RUN_H
#define JUDGE_RUN_H

#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__) && !defined(SST_NO_SIMD)
#include <emmintrin.h>
#endif

/* Tokens from which both agree, at most `limit`. Most runs end within the first eight. */
static inline size_t sst_run_length(const uint32_t *x, const uint32_t *y, size_t limit)
{
    size_t length = 0;
#if defined(__SSE2__) && !defined(SST_NO_SIMD)
    for (; length + 8 <= limit; length += 8) {
        const __m128i *a = (const __m128i *)(const void *)(x + length);
        const __m128i *b = (const __m128i *)(const void *)(y + length);
        __m128i low = _mm_cmpeq_epi32(_mm_loadu_si128(a), _mm_loadu_si128(b));
        __m128i high = _mm_cmpeq_epi32(_mm_loadu_si128(a + 1), _mm_loadu_si128(b + 1));
        unsigned same = (unsigned)_mm_movemask_epi8(_mm_packs_epi32(low, high));
        if (same != 0xffff)
            return length + (size_t)__builtin_ctz(~same) / 2;
    }
#endif
    while (length < limit && x[length] == y[length])
        length++;
    return length;
}

#endif
