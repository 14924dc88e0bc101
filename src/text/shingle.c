#include "text/shingle.h"

#include "samestory.h"

uint64_t sst_shingle(const uint32_t *tokens, size_t width)
{
    uint64_t state = width * SST_SHINGLE_P;
    for (size_t i = 0; i < width; i += 4) {
        uint32_t four[4] = {0};
        for (size_t j = 0; j < 4 && i + j < width; j++)
            four[j] = tokens[i + j];
        state = sst_fold(sst_token_pair(four) ^ SST_SHINGLE_A ^ state,
                         sst_token_pair(four + 2) ^ SST_SHINGLE_B);
    }
    return state;
}

size_t sst_shingles(const uint32_t *token_hashes, size_t count, unsigned width,
                    uint64_t *shingles)
{
    size_t positions = width == 0 ? 0 : sst_shingle_positions(count, width);
    if (count < width) {
        for (size_t i = 0; i < positions; i++)
            shingles[i] = sst_shingle(token_hashes, count);
    } else if (width == 3) {
        for (size_t i = 0; i < positions; i++)
            shingles[i] = sst_shingle3(token_hashes + i);
    } else if (width == 4) {
        for (size_t i = 0; i < positions; i++)
            shingles[i] = sst_shingle4(token_hashes + i);
    } else {
        for (size_t i = 0; i < positions; i++)
            shingles[i] = sst_shingle(token_hashes + i, width);
    }
    return positions;
}
