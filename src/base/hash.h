/* Hashes with a defined value on every machine. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* 128 bits of XXH3; `high` orders first. */
typedef struct sst_hash128 {
    uint64_t high, low;
} sst_hash128;

/* XXH3-128 and XXH3-64, seed 0, of bytes. */
sst_hash128 sst_hash128_bytes(const void *bytes, size_t size);
uint64_t sst_hash64_bytes(const void *bytes, size_t size);

/* Scratch for sst_hash128_joined; create gives NULL without memory. */
typedef struct sst_hash_state sst_hash_state;
sst_hash_state *sst_hash_state_create(void);
void sst_hash_state_free(sst_hash_state *state);

/* XXH3-128 of `a`, a zero byte, and `b`, which are not copied together. */
sst_hash128 sst_hash128_joined(sst_hash_state *state, const void *a, size_t a_size,
                               const void *b, size_t b_size);

/* XXH3-128 of `count` 64-bit numbers as little-endian bytes. */
sst_hash128 sst_hash128_words(const uint64_t *words, size_t count);

static inline int sst_hash128_compare(sst_hash128 a, sst_hash128 b)
{
    if (a.high != b.high)
        return a.high < b.high ? -1 : 1;
    return a.low == b.low ? 0 : a.low < b.low ? -1 : 1;
}

/* A bijection of 64 bits in which every input bit reaches every output bit: the finaliser of
 * SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). */
static inline uint64_t sst_mix64(uint64_t x)
{
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9u;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* Unaligned little-endian loads. */
static inline uint32_t sst_load32(const void *bytes)
{
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    return word;
}

static inline uint64_t sst_load64(const void *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

#endif
