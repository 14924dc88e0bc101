#define ZSTD_STATIC_LINKING_ONLY /* ZSTD_c_literalCompressionMode */
#include "store/packed.h"

#include <string.h>
#include <zstd.h>

/* How texts are packed. Of a text of 3 KB most of the gain is in the Huffman code of its letters
 * and most of the time is in looking for repeats, so repeats are looked for at few places.
 * Measured beside zstd's level 1: half the time, 51 to 57 % of the size in place of 46 to 51 %
 * (English), 32 in place of 29 % (Bengali). In ASCII repeats are worth even less: with steps of 32
 * two thirds of the time, 54 in place of 51 %. Whatever a library makes of it, it is a frame that
 * every zstd reads. */
enum { STEP = 8, STEP_ASCII = 32 };

static const struct {
    ZSTD_cParameter parameter;
    int value;
} packing[] = {
    {ZSTD_c_compressionLevel, 1},
    {ZSTD_c_strategy, ZSTD_fast},
    {ZSTD_c_hashLog, 12}, /* a table of 16 KB: it is cleared for each text */
    {ZSTD_c_minMatch, 6},
    {ZSTD_c_targetLength, STEP}, /* of the fast strategy: how fast to step over what is no repeat */
    {ZSTD_c_literalCompressionMode, ZSTD_ps_enable}, /* which such steps would switch off */
};

struct sst_packer {
    ZSTD_CCtx *compressor;
    int step; /* that it is set to */
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
    packer->step = STEP;
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

/* ---- What stands in a frame ---- */

enum { LAYOUT = 0xff, SLICES = 4 };

/* The slices before the text, in their order. */
static void list_slices(sst_record *record, sst_slice *slices[SLICES])
{
    slices[0] = &record->title;
    slices[1] = &record->url;
    slices[2] = &record->lang;
    slices[3] = &record->credit;
}

static void append_size(sst_buffer *plain, size_t size)
{
    for (; size >= 0x80; size >>= 7)
        sst_buffer_byte(plain, (char)(size | 0x80));
    sst_buffer_byte(plain, (char)size);
}

static void lay_out(sst_buffer *plain, const sst_record *record)
{
    sst_record copy = *record;
    sst_slice *slices[SLICES];
    list_slices(&copy, slices);
    sst_buffer_reset(plain);
    sst_buffer_byte(plain, (char)LAYOUT);
    for (size_t i = 0; i < SLICES; i++)
        append_size(plain, slices[i]->size);
    for (size_t i = 0; i < SLICES; i++)
        sst_buffer_append(plain, slices[i]->bytes, slices[i]->size);
    sst_buffer_append(plain, record->text.bytes, record->text.size);
}

static bool take_size(sst_slice *rest, size_t *size)
{
    *size = 0;
    for (unsigned shift = 0; rest->size > 0 && shift < 35; shift += 7) {
        unsigned char byte = (unsigned char)*rest->bytes++;
        rest->size--;
        *size |= (size_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

static bool read_layout(sst_slice rest, sst_record *record)
{
    sst_slice *slices[SLICES];
    size_t sizes[SLICES];
    list_slices(record, slices);
    for (size_t i = 0; i < SLICES; i++)
        if (!take_size(&rest, &sizes[i]))
            return false;
    for (size_t i = 0; i < SLICES; i++) {
        if (sizes[i] > rest.size)
            return false;
        bool absent = sizes[i] == 0 && slices[i] != &record->title;
        *slices[i] = (sst_slice){absent ? NULL : rest.bytes, sizes[i]};
        rest.bytes += sizes[i];
        rest.size -= sizes[i];
    }
    record->text = rest;
    return true;
}

/* Title, NUL, text: formats 1 and 2. */
static bool read_first_layout(sst_slice plain, sst_record *record)
{
    const char *nul = memchr(plain.bytes, '\0', plain.size);
    if (nul == NULL)
        return false;
    size_t size = (size_t)(nul - plain.bytes);
    record->title = (sst_slice){plain.bytes, size};
    record->text = (sst_slice){nul + 1, plain.size - size - 1};
    record->url = record->lang = record->credit = (sst_slice){NULL, 0};
    return true;
}

/* ---- Frames ---- */

/* Most letters of most scripts take two or three bytes: then much repeats. */
static void choose_step(sst_packer *packer)
{
    const sst_buffer *plain = &packer->plain;
    size_t beyond = 0;
    for (size_t i = 0; i < plain->size; i++)
        beyond += (unsigned char)plain->bytes[i] >> 7;
    int step = 8 * beyond > plain->size ? STEP : STEP_ASCII;
    if (step != packer->step)
        ZSTD_CCtx_setParameter(packer->compressor, ZSTD_c_targetLength, step);
    packer->step = step;
}

sst_status sst_pack(sst_packer *packer, const sst_record *record, sst_buffer *packed,
                    sst_error *error)
{
    sst_buffer *plain = &packer->plain;
    lay_out(plain, record);
    size_t bound = ZSTD_compressBound(plain->size);
    if (plain->failed || !sst_buffer_reserve(packed, bound))
        return sst_fail_memory(error, bound, "a text");
    choose_step(packer);
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

sst_status sst_unpack(sst_packer *packer, sst_slice packed, sst_record *record,
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
    if (ZSTD_isError(got) || got == 0)
        return damaged(error);
    bool read = (unsigned char)plain->bytes[0] == LAYOUT
                    ? read_layout((sst_slice){plain->bytes + 1, got - 1}, record)
                    : read_first_layout((sst_slice){plain->bytes, got}, record);
    return read ? SST_OK : damaged(error);
}
