/* The hash of one token, from its normalised bytes.
 *
 * Definition, the same on every machine: with s = size * P, each 32 bytes (zeros behind the end)
 * are four little-endian words w0..w3 and replace s by
 *     fold(w0 ^ A ^ s, w1 ^ B) ^ (more than 16 bytes in this part ? fold(w2 ^ C ^ s, w3 ^ D) : 0)
 * where fold is the xor of both halves of the 128-bit product. An empty token has hash 0. Short
 * tokens, nearly all, cost one multiplication and no branch on the length. */
#ifndef TEXT_TOKEN_H
#define TEXT_TOKEN_H

#include <stdbool.h>

#include "base/hash.h"
#include "text/shingle.h"

#if defined(__SSE4_1__) && !defined(SST_NO_SIMD)
#define SST_TOKEN_SSE 1
#include <smmintrin.h>
#else
#define SST_TOKEN_SSE 0
#endif

#if defined(__GNUC__) || defined(__clang__)
#define SST_ALWAYS_INLINE inline __attribute__((always_inline))
#else
#define SST_ALWAYS_INLINE inline
#endif

#define SST_TOKEN_A 0xa0761d6478bd642fu
#define SST_TOKEN_B 0xe7037ed1a0b428dbu
#define SST_TOKEN_C 0x8ebc6af09c88c6e3u
#define SST_TOKEN_D 0x589965cc75374cc3u
#define SST_TOKEN_P 0x9e3779b97f4a7c15u

/* How many bytes behind a token must be readable (their values do not matter). */
enum { SST_TOKEN_PADDING = 32 };

typedef struct sst_token_words {
    uint64_t low, high;
} sst_token_words;

extern const uint8_t sst_token_masks[32]; /* 16 times 0xff, then zeros */

/* The first `size` of 16 bytes, the others zero. */
static inline sst_token_words sst_token_load(const uint8_t *bytes, size_t size)
{
    const uint8_t *mask = sst_token_masks + 16 - size;
#if SST_TOKEN_SSE
    __m128i words = _mm_and_si128(_mm_loadu_si128((const __m128i *)(const void *)bytes),
                                  _mm_loadu_si128((const __m128i *)(const void *)mask));
    return (sst_token_words){(uint64_t)_mm_cvtsi128_si64(words),
                             (uint64_t)_mm_extract_epi64(words, 1)};
#else
    return (sst_token_words){sst_load64(bytes) & sst_load64(mask),
                             sst_load64(bytes + 8) & sst_load64(mask + 8)};
#endif
}

/* Of at most 16 bytes. */
static inline uint64_t sst_token_hash16(const uint8_t *bytes, size_t size)
{
    sst_token_words words = sst_token_load(bytes, size);
    return sst_fold(words.low ^ SST_TOKEN_A ^ size * SST_TOKEN_P, words.high ^ SST_TOKEN_B);
}

/* One round over at most 32 bytes, without a branch. */
static inline uint64_t sst_token_round(const uint8_t *bytes, size_t size, uint64_t state)
{
    sst_token_words front = sst_token_load(bytes, size < 16 ? size : 16);
    sst_token_words back = sst_token_load(bytes + 16, size > 16 ? size - 16 : 0);
    uint64_t hash = sst_fold(front.low ^ SST_TOKEN_A ^ state, front.high ^ SST_TOKEN_B);
    uint64_t more = sst_fold(back.low ^ SST_TOKEN_C ^ state, back.high ^ SST_TOKEN_D);
    return hash ^ (more & -(uint64_t)(size > 16));
}

uint64_t sst_token_hash_long(const uint8_t *bytes, size_t size);

/* Any size of at least 1; SST_TOKEN_PADDING bytes behind it are readable. */
static inline uint64_t sst_token_hash(const uint8_t *bytes, size_t size)
{
    if (size > 32)
        return sst_token_hash_long(bytes, size);
    return sst_token_round(bytes, size, size * SST_TOKEN_P);
}

/* Of normalised bytes, in which every decimal digit is 0-9. */
static inline bool sst_token_has_digit(const uint8_t *bytes, size_t size)
{
    bool digit = false;
    for (size_t i = 0; i < size; i++)
        digit |= bytes[i] >= '0' && bytes[i] <= '9';
    return digit;
}

/* What is stored of a token. */
static inline uint32_t sst_token_stored(uint64_t hash, bool digit)
{
    return ((uint32_t)hash & ~1u) | digit;
}

#endif
