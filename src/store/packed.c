#define ZSTD_STATIC_LINKING_ONLY /* ZSTD_c_literalCompressionMode */
#include "store/packed.h"

#include <string.h>
#include <zstd.h>

/* How texts are packed. Of a text of 3 KB most of the gain is in the Huffman code of its letters
 * and most of the time is in looking for repeats, so repeats are looked for at few places.
 * Measured beside zstd's level 1: half the time, 51 to 57 % of the size in place of 46 to 51 %
 * (English), 32 in place of 29 % (Bengali). Whatever a library makes of it, it is a frame that
 * every zstd reads. */
static const struct {
    ZSTD_cParameter parameter;
    int value;
} packing[] = {
    {ZSTD_c_compressionLevel, 1},
    {ZSTD_c_strategy, ZSTD_fast},
    {ZSTD_c_hashLog, 12}, /* a table of 16 KB: it is cleared for each text */
    {ZSTD_c_minMatch, 6},
    {ZSTD_c_targetLength, 8}, /* of the fast strategy: how fast to step over what is no repeat */
    {ZSTD_c_literalCompressionMode, ZSTD_ps_enable}, /* which such steps would switch off */
};

struct sst_packer {
    ZSTD_CCtx *compressor;
    ZSTD_DCtx *decompressor;
    sst_buffer plain;
};

sst_status sst_packer_create(sst_packer **out, sst_error *error)
{
    sst_packer *packer = *out = sst_allocate_zeroed(1, sizeof *packer, "the text packer", error);
    if (packer == NULL)
        return SST_MEMORY;
    packer->compressor = ZSTD_createCCtx();
    packer->decompressor = ZSTD_createDCtx();
    if (packer->compressor == NULL || packer->decompressor == NULL) {
        sst_packer_free(packer);
        *out = NULL;
        return sst_fail_memory(error, 1 << 20, "the text packer");
    }
    /* A library that does not know one of them packs otherwise, not wrongly. */
    for (size_t i = 0; i < sizeof packing / sizeof *packing; i++)
        ZSTD_CCtx_setParameter(packer->compressor, packing[i].parameter, packing[i].value);
    return SST_OK;
}

void sst_packer_free(sst_packer *packer)
{
    if (packer == NULL)
        return;
    ZSTD_freeCCtx(packer->compressor);
    ZSTD_freeDCtx(packer->decompressor);
    sst_buffer_free(&packer->plain);
    free(packer);
}

sst_status sst_pack(sst_packer *packer, sst_slice title, sst_slice text, sst_buffer *packed,
                    sst_error *error)
{
    sst_buffer *plain = &packer->plain;
    sst_buffer_reset(plain);
    sst_buffer_append(plain, title.bytes, title.size);
    sst_buffer_byte(plain, '\0');
    sst_buffer_append(plain, text.bytes, text.size);
    size_t bound = ZSTD_compressBound(plain->size);
    if (plain->failed || !sst_buffer_reserve(packed, bound))
        return sst_fail_memory(error, bound, "a text");
    size_t size = ZSTD_compress2(packer->compressor, packed->bytes + packed->size, bound,
                                 plain->bytes, plain->size);
    if (ZSTD_isError(size))
        return sst_fail_memory(error, bound, "a compressed text");
    packed->size += size;
    return SST_OK;
}

static sst_status damaged(sst_error *error)
{
    return sst_fail(error, SST_FORMAT, "a stored text is damaged; run 'samestory verify'");
}

sst_status sst_unpack(sst_packer *packer, sst_slice packed, sst_slice *title, sst_slice *text,
                      sst_error *error)
{
    unsigned long long size = ZSTD_getFrameContentSize(packed.bytes, packed.size);
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > UINT32_MAX)
        return damaged(error);
    sst_buffer *plain = &packer->plain;
    sst_buffer_reset(plain);
    if (!sst_buffer_reserve(plain, (size_t)size + 1))
        return sst_fail_memory(error, (size_t)size, "a text");
    size_t got = ZSTD_decompressDCtx(packer->decompressor, plain->bytes, (size_t)size,
                                     packed.bytes, packed.size);
    const char *nul = ZSTD_isError(got) ? NULL : memchr(plain->bytes, '\0', got);
    if (nul == NULL)
        return damaged(error);
    size_t title_size = (size_t)(nul - plain->bytes);
    *title = (sst_slice){plain->bytes, title_size};
    *text = (sst_slice){nul + 1, got - title_size - 1};
    return SST_OK;
}
