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
    while (end - at >= 32) {
        __m128i first = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i second = _mm_loadu_si128((const __m128i *)(const void *)(at + 16));
        _mm_storeu_si128((__m128i *)(void *)out, first);
        _mm_storeu_si128((__m128i *)(void *)(out + 16), second);
        __m128i found = _mm_or_si128(_mm_cmpeq_epi8(first, backslash),
                                     _mm_cmpeq_epi8(second, backslash));
        if (_mm_movemask_epi8(found) != 0)
            break;
        at += 32;
        out += 32;
    }
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

/* Value of a hexadecimal digit plus 1; 0 for anything else. */
static const unsigned char hex_values[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

static int hex_value(char digit)
{
    return hex_values[(unsigned char)digit] - 1;
}

/* Four hexadecimal digits, or a negative number. */
static inline int hex_unit(const char *at)
{
    int a = hex_value(at[0]), b = hex_value(at[1]), c = hex_value(at[2]), d = hex_value(at[3]);
    return (a | b | c | d) < 0 ? -1 : a << 12 | b << 8 | c << 4 | d;
}

/* The code point of "\uXXXX" or of a pair of them. `at` is behind the first "\u"; moves it
 * behind what was read. */
static sst_escape_fault read_code(const char **at, const char *end, uint32_t *code)
{
    int unit = end - *at < 4 ? -1 : hex_unit(*at);
    if (unit < 0)
        return SST_ESCAPE_UNKNOWN;
    *at += 4;
    *code = (uint32_t)unit;
    if (unit < 0xd800 || unit > 0xdfff)
        return SST_ESCAPE_FINE;
    if (unit > 0xdbff || end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u')
        return SST_ESCAPE_LONE_SURROGATE;
    int low = hex_unit(*at + 2);
    if (low < 0)
        return SST_ESCAPE_UNKNOWN;
    if (low < 0xdc00 || low > 0xdfff)
        return SST_ESCAPE_LONE_SURROGATE;
    *at += 6;
    *code = 0x10000 + ((uint32_t)(unit - 0xd800) << 10 | (uint32_t)(low - 0xdc00));
    return SST_ESCAPE_FINE;
}

/* The bytes that one-letter escapes stand for; 0 for no escape. */
static const char short_escapes[256] = {
    ['"'] = '"', ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
    ['f'] = '\f', ['n'] = '\n',   ['r'] = '\r', ['t'] = '\t',
};

/* "\uXXXX" of three UTF-8 bytes, the escape of most scripts, without the general case around
 * it; false when it is something else. */
static inline bool unescape_common(const char *at, const char *end, char *out)
{
    if (end - at < 6 || at[1] != 'u')
        return false;
    int unit = hex_unit(at + 2);
    if (unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff))
        return false;
    out[0] = (char)(0xe0 | unit >> 12);
    out[1] = (char)(0x80 | (unit >> 6 & 0x3f));
    out[2] = (char)(0x80 | (unit & 0x3f));
    return true;
}

/* One escape: `*at` stands on the backslash and is moved behind it; the bytes go to `*out`. */
static sst_escape_fault unescape_one(const char **at, const char *end, char **out)
{
    if (end - *at < 2)
        return SST_ESCAPE_UNKNOWN;
    unsigned char letter = (unsigned char)(*at)[1];
    if (letter != 'u') {
        *(*out)++ = short_escapes[letter];
        *at += 2;
        return short_escapes[letter] == 0 ? SST_ESCAPE_UNKNOWN : SST_ESCAPE_FINE;
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
            if (unescape_common(at, end, to)) {
                at += 6;
                to += 3;
                continue;
            }
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
