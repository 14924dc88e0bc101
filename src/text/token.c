#include "text/token.h"

/* The mask of word `word` in a token of `size` bytes, of which it has the last size % 8. */
#define MASK(size, word)                                                                       \
    ((size) >= 8 * (word) + 8 ? UINT64_MAX                                                     \
     : (size) <= 8 * (word)   ? 0                                                              \
                              : UINT64_MAX >> (8 - (size) % 8) % 8 * 8)
#define BACK(size, seed) ((size) > SST_TOKEN_SHORT ? (seed) : 0)

#define ROW(size)                                                                              \
    {{MASK(size, 0), MASK(size, 1), MASK(size, 2), MASK(size, 3)},                             \
     {SST_TOKEN_A ^ (size) * SST_TOKEN_P, SST_TOKEN_B,                                         \
      BACK(size, SST_TOKEN_C ^ (size) * SST_TOKEN_P), BACK(size, SST_TOKEN_D)}}
#define FOUR_ROWS(size) ROW(size), ROW((size) + 1), ROW((size) + 2), ROW((size) + 3)

const sst_token_row sst_token_rows[SST_TOKEN_WIDE + 1] = {
    FOUR_ROWS(0),  FOUR_ROWS(4),  FOUR_ROWS(8),  FOUR_ROWS(12), FOUR_ROWS(16),
    FOUR_ROWS(20), FOUR_ROWS(24), FOUR_ROWS(28), ROW(32),
};

/* One round over at most 32 bytes; the seeds come from the state, not from the row. */
static uint64_t add_round(const uint8_t *bytes, size_t size, uint64_t state)
{
    const uint64_t *masks = sst_token_rows[size].masks;
    uint64_t hash = sst_fold((sst_load64(bytes) & masks[0]) ^ SST_TOKEN_A ^ state,
                             (sst_load64(bytes + 8) & masks[1]) ^ SST_TOKEN_B);
    if (size <= SST_TOKEN_SHORT)
        return hash;
    return hash ^ sst_fold((sst_load64(bytes + 16) & masks[2]) ^ SST_TOKEN_C ^ state,
                           (sst_load64(bytes + 24) & masks[3]) ^ SST_TOKEN_D);
}

uint64_t sst_token_hash_long(const uint8_t *bytes, size_t size)
{
    uint64_t state = size * SST_TOKEN_P;
    for (; size > SST_TOKEN_WIDE; bytes += SST_TOKEN_WIDE, size -= SST_TOKEN_WIDE)
        state = add_round(bytes, SST_TOKEN_WIDE, state);
    return add_round(bytes, size, state);
}
