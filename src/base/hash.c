#include "base/hash.h"

#include <xxhash.h>

/* The same values by the widest vectors of the machine, where the library chooses among them. */
#if defined(__x86_64__) && !defined(SST_NO_SIMD) && __has_include(<xxh_x86dispatch.h>)
#include <xxh_x86dispatch.h>
#endif

sst_hash128 sst_hash128_bytes(const void *bytes, size_t size)
{
    XXH128_hash_t hash = XXH3_128bits(bytes, size);
    return (sst_hash128){.high = hash.high64, .low = hash.low64};
}

sst_hash_state *sst_hash_state_create(void)
{
    return (sst_hash_state *)XXH3_createState();
}

void sst_hash_state_free(sst_hash_state *state)
{
    XXH3_freeState((XXH3_state_t *)state);
}

sst_hash128 sst_hash128_joined(sst_hash_state *state, const void *a, size_t a_size,
                               const void *b, size_t b_size)
{
    XXH3_state_t *joined = (XXH3_state_t *)state;
    XXH3_128bits_reset(joined);
    if (a_size != 0)
        XXH3_128bits_update(joined, a, a_size);
    XXH3_128bits_update(joined, "", 1);
    if (b_size != 0)
        XXH3_128bits_update(joined, b, b_size);
    XXH128_hash_t hash = XXH3_128bits_digest(joined);
    return (sst_hash128){.high = hash.high64, .low = hash.low64};
}

uint64_t sst_hash64_bytes(const void *bytes, size_t size)
{
    return XXH3_64bits(bytes, size);
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
sst_hash128 sst_hash128_words(const uint64_t *words, size_t count)
{
    return sst_hash128_bytes(words, count * sizeof *words);
}
#else
sst_hash128 sst_hash128_words(const uint64_t *words, size_t count)
{
    XXH3_state_t *state = XXH3_createState();
    sst_hash128 result = {0, 0};
    if (state == NULL)
        return result;
    XXH3_128bits_reset(state);
    for (size_t i = 0; i < count; i++) {
        uint64_t word = __builtin_bswap64(words[i]);
        XXH3_128bits_update(state, &word, sizeof word);
    }
    XXH128_hash_t hash = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    return (sst_hash128){.high = hash.high64, .low = hash.low64};
}
#endif
