/* Which of a few tokens are equal to one: a bit for each. */
#ifndef JUDGE_EQUAL_MASK_H
#define JUDGE_EQUAL_MASK_H

#include <stdint.h>

#if defined(__SSE2__) && !defined(SST_NO_SIMD)
#include <emmintrin.h>
#endif

/* Bit i is set where tokens[i] == token; `count` is at most 32. */
static inline uint32_t sst_equal_mask(const uint32_t *tokens, uint32_t count, uint32_t token)
{
    uint32_t mask = 0, i = 0;
#if defined(__SSE2__) && !defined(SST_NO_SIMD)
    const __m128i wanted = _mm_set1_epi32((int)token);
    for (; i + 4 <= count; i += 4) {
        __m128i four = _mm_loadu_si128((const __m128i *)(const void *)(tokens + i));
        int equal = _mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(four, wanted)));
        mask |= (uint32_t)equal << i;
    }
#endif
    for (; i < count; i++)
        mask |= (uint32_t)(tokens[i] == token) << i;
    return mask;
}

#endif
