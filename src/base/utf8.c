#include "base/utf8.h"

#include <string.h>

static bool continues(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

unsigned sst_utf8_decode(const unsigned char *at, const unsigned char *end, uint32_t *code)
{
    unsigned char lead = at[0];
    size_t left = (size_t)(end - at);
    if (lead < 0x80) {
        *code = lead;
        return 1;
    }
    if (lead >= 0xc2 && lead <= 0xdf) {
        if (left < 2 || !continues(at[1]))
            return 0;
        *code = (uint32_t)(lead & 0x1f) << 6 | (at[1] & 0x3fu);
        return 2;
    }
    if ((lead & 0xf0) == 0xe0) {
        if (left < 3 || !continues(at[1]) || !continues(at[2]))
            return 0;
        *code = (uint32_t)(lead & 0x0f) << 12 | (uint32_t)(at[1] & 0x3f) << 6 | (at[2] & 0x3fu);
        return *code < 0x800 || (*code >= 0xd800 && *code <= 0xdfff) ? 0 : 3;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        if (left < 4 || !continues(at[1]) || !continues(at[2]) || !continues(at[3]))
            return 0;
        *code = (uint32_t)(lead & 0x07) << 18 | (uint32_t)(at[1] & 0x3f) << 12 |
                (uint32_t)(at[2] & 0x3f) << 6 | (at[3] & 0x3fu);
        return *code < 0x10000 || *code > 0x10ffff ? 0 : 4;
    }
    return 0;
}

unsigned sst_utf8_encode(uint32_t code, char bytes[4])
{
    if (code < 0x80) {
        bytes[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        bytes[0] = (char)(0xc0 | code >> 6);
        bytes[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        bytes[0] = (char)(0xe0 | code >> 12);
        bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    bytes[0] = (char)(0xf0 | code >> 18);
    bytes[1] = (char)(0x80 | (code >> 12 & 0x3f));
    bytes[2] = (char)(0x80 | (code >> 6 & 0x3f));
    bytes[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

size_t sst_utf8_valid_prefix(const char *bytes, size_t size)
{
    const unsigned char *begin = (const unsigned char *)bytes;
    const unsigned char *end = begin + size;
    const unsigned char *at = begin;
    while (at < end) {
        uint64_t eight;
        if (end - at >= 8 && (memcpy(&eight, at, 8), (eight & 0x8080808080808080u) == 0)) {
            at += 8;
            continue;
        }
        uint32_t code;
        unsigned length = sst_utf8_decode(at, end, &code);
        if (length == 0)
            break;
        at += length;
    }
    return (size_t)(at - begin);
}
