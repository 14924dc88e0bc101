/* Shingles: `width` consecutive tokens as one 64-bit hash (Broder: On the resemblance and
 * containment of documents, 1997), computed from the stored 32-bit token hashes whenever they are
 * needed; nothing is stored. Every bit is usable: high bits choose a sketch bin, low bits a table
 * slot.
 *
 * Definition, the same on every machine: with state s = width * P, each four tokens (missing ones
 * are 0) replace s by fold(pair(t0, t1) ^ A ^ s, pair(t2, t3) ^ B), where pair(x, y) is
 * x + 2^32 y and fold is the xor of both halves of the 128-bit product. The token hashes are
 * uniform already, so one multiplication mixes enough. */
#ifndef TEXT_SHINGLE_H
#define TEXT_SHINGLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"

#define SST_SHINGLE_A 0x2d358dccaa6c78a5u
#define SST_SHINGLE_B 0x8bb84b93962eacc9u
#define SST_SHINGLE_P 0x9e3779b97f4a7c15u

__extension__ typedef unsigned __int128 sst_uint128;

/* The xor of both halves of a 128-bit product. */
static inline uint64_t sst_fold(uint64_t x, uint64_t y)
{
    sst_uint128 product = (sst_uint128)x * y;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t sst_token_pair(const uint32_t *tokens)
{
    return tokens[0] | (uint64_t)tokens[1] << 32;
}

/* The shingle of tokens[0..2], and of tokens[0..3]. */
static inline uint64_t sst_shingle3(const uint32_t *tokens)
{
    return sst_fold(sst_token_pair(tokens) ^ (SST_SHINGLE_A ^ 3 * SST_SHINGLE_P),
                    tokens[2] ^ SST_SHINGLE_B);
}

static inline uint64_t sst_shingle4(const uint32_t *tokens)
{
    return sst_fold(sst_token_pair(tokens) ^ (SST_SHINGLE_A ^ 4 * SST_SHINGLE_P),
                    sst_token_pair(tokens + 2) ^ SST_SHINGLE_B);
}

/* Any width of at least 1; equal to the two above for 3 and 4. */
uint64_t sst_shingle(const uint32_t *tokens, size_t width);

/* How many shingles (repeats counted) `count` tokens have: one for a short text that has any
 * token, as in sst_shingles. */
static inline size_t sst_shingle_positions(size_t count, size_t width)
{
    return count >= width ? count - width + 1 : count != 0;
}

#endif
