#include "text/token.h"

const uint8_t sst_token_masks[32] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
};

uint64_t sst_token_hash_long(const uint8_t *bytes, size_t size)
{
    uint64_t state = size * SST_TOKEN_P;
    for (; size > 32; bytes += 32, size -= 32)
        state = sst_token_round(bytes, 32, state);
    return sst_token_round(bytes, size, state);
}
