/* The hash of one token, from its normalised bytes.
 *
 * Definition, the same on every machine: with s = size * P, each 32 bytes (zeros behind the end)
 * are four little-endian words w0..w3 and replace s by
 *     fold(w0 ^ A ^ s, w1 ^ B) ^ (more than 16 bytes in this part ? fold(w2 ^ C ^ s, w3 ^ D) : 0)
 * where fold is the xor of both halves of the 128-bit product. An empty token has hash 0. Short
 * tokens, nearly all, cost one multiplication and no branch on the length. */
#ifndef TEXT_TOKEN_H
#define TEXT_TOKEN_H

#include <stdalign.h>
#include <stdbool.h>

#include "base/hash.h"
#include "text/shingle.h"

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
enum { SST_TOKEN_PADDING = 32, SST_TOKEN_SHORT = 16, SST_TOKEN_WIDE = 32 };

/* What the words of a token of some size are taken with: first a mask, then a value to xor. A
 * token of at most 16 bytes has zeros behind, whose product is 0. */
typedef struct sst_token_row {
    alignas(64) uint64_t masks[4];
    uint64_t seeds[4];
} sst_token_row;

extern const sst_token_row sst_token_rows[SST_TOKEN_WIDE + 1]; /* by size */

static inline uint64_t sst_token_word(const uint8_t *bytes, const sst_token_row *row, int word)
{
    return (sst_load64(bytes + 8 * word) & row->masks[word]) ^ row->seeds[word];
}

/* Of at most SST_TOKEN_SHORT bytes. */
static inline uint64_t sst_token_hash16(const uint8_t *bytes, size_t size)
{
    const sst_token_row *row = &sst_token_rows[size];
    return sst_fold(sst_token_word(bytes, row, 0), sst_token_word(bytes, row, 1));
}

/* Of at most SST_TOKEN_WIDE bytes. */
static inline uint64_t sst_token_hash32(const uint8_t *bytes, size_t size)
{
    const sst_token_row *row = &sst_token_rows[size];
    return sst_fold(sst_token_word(bytes, row, 0), sst_token_word(bytes, row, 1)) ^
           sst_fold(sst_token_word(bytes, row, 2), sst_token_word(bytes, row, 3));
}

uint64_t sst_token_hash_long(const uint8_t *bytes, size_t size);

/* Any size of at least 1; SST_TOKEN_PADDING bytes behind it are readable. */
static inline uint64_t sst_token_hash(const uint8_t *bytes, size_t size)
{
    return size <= SST_TOKEN_WIDE ? sst_token_hash32(bytes, size)
                                  : sst_token_hash_long(bytes, size);
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
