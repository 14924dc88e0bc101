#include "read/json_text.h"

#include <string.h>

#include "base/utf8.h"

#if defined(__SSE2__) && !defined(SST_NO_SIMD)
#include <emmintrin.h>
#endif

/* Copies up to the next backslash or `end`; may write SST_UNESCAPE_SLACK bytes more. Returns
 * how many bytes were copied. */
static size_t copy_plain(const char *at, const char *end, char *out)
{
    const char *begin = at;
#if defined(__SSE2__) && !defined(SST_NO_SIMD)
    const __m128i backslash = _mm_set1_epi8('\\');
    while (end - at >= 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
        _mm_storeu_si128((__m128i *)(void *)out, block);
        unsigned mask = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block, backslash));
        if (mask != 0)
            return (size_t)(at - begin) + (size_t)__builtin_ctz(mask);
        at += 16;
        out += 16;
    }
#endif
    while (at < end && *at != '\\')
        *out++ = *at++;
    return (size_t)(at - begin);
}

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    digit = (char)(digit | 0x20);
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Four hexadecimal digits, or -1. */
static int hex_unit(const char *at, const char *end)
{
    if (end - at < 4)
        return -1;
    int a = hex_value(at[0]), b = hex_value(at[1]), c = hex_value(at[2]), d = hex_value(at[3]);
    return (a | b | c | d) < 0 ? -1 : a << 12 | b << 8 | c << 4 | d;
}

/* The code point of "\uXXXX" or of a pair of them. `at` is behind the first "\u"; moves it
 * behind what was read. */
static sst_escape_fault read_code(const char **at, const char *end, uint32_t *code)
{
    int unit = hex_unit(*at, end);
    if (unit < 0)
        return SST_ESCAPE_UNKNOWN;
    *at += 4;
    *code = (uint32_t)unit;
    if (unit < 0xd800 || unit > 0xdfff)
        return SST_ESCAPE_FINE;
    if (unit > 0xdbff || end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u')
        return SST_ESCAPE_LONE_SURROGATE;
    int low = hex_unit(*at + 2, end);
    if (low < 0)
        return SST_ESCAPE_UNKNOWN;
    if (low < 0xdc00 || low > 0xdfff)
        return SST_ESCAPE_LONE_SURROGATE;
    *at += 6;
    *code = 0x10000 + ((uint32_t)(unit - 0xd800) << 10 | (uint32_t)(low - 0xdc00));
    return SST_ESCAPE_FINE;
}

/* The byte that a one-letter escape stands for, or 0. */
static char short_escape(char letter)
{
    switch (letter) {
    case '"':
    case '\\':
    case '/':
        return letter;
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return 0;
    }
}

/* One escape: `*at` stands on the backslash and is moved behind it; the bytes go to `*out`. */
static sst_escape_fault unescape_one(const char **at, const char *end, char **out)
{
    if (end - *at < 2)
        return SST_ESCAPE_UNKNOWN;
    char letter = (*at)[1];
    if (letter != 'u') {
        char byte = short_escape(letter);
        *at += 2;
        *(*out)++ = byte;
        return byte == 0 ? SST_ESCAPE_UNKNOWN : SST_ESCAPE_FINE;
    }
    uint32_t code;
    const char *behind = *at + 2;
    sst_escape_fault fault = read_code(&behind, end, &code);
    if (fault != SST_ESCAPE_FINE)
        return fault;
    *at = behind;
    *out += sst_utf8_encode(code, *out);
    return SST_ESCAPE_FINE;
}

sst_escape_fault sst_json_unescape(const char *bytes, size_t size, char *out, size_t *out_size)
{
    const char *at = bytes, *end = bytes + size;
    char *to = out;
    for (;;) {
        size_t plain = copy_plain(at, end, to);
        at += plain;
        to += plain;
        /* Languages escaped throughout are runs of escapes: no copy between them. */
        while (at < end && *at == '\\') {
            const char *backslash = at;
            sst_escape_fault fault = unescape_one(&at, end, &to);
            if (fault != SST_ESCAPE_FINE) {
                *out_size = (size_t)(backslash - bytes);
                return fault;
            }
        }
        if (at == end)
            break;
    }
    *out_size = (size_t)(to - out);
    return SST_ESCAPE_FINE;
}

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

bool sst_json_number(const char *bytes, size_t size, bool *integer)
{
    const char *at = bytes, *end = bytes + size;
    if (at < end && *at == '-')
        at++;
    const char *digits = at;
    at = skip_digits(at, end);
    if (at == digits || (*digits == '0' && at - digits > 1))
        return false;
    *integer = at == end;
    if (at < end && *at == '.') {
        digits = ++at;
        at = skip_digits(at, end);
        if (at == digits)
            return false;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        digits = at;
        at = skip_digits(at, end);
        if (at == digits)
            return false;
    }
    return at == end;
}
