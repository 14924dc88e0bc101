#include "page/scan.h"

#include <string.h>

#include "page/classes.h"

#if defined(__SSE2__) && !defined(SST_NO_SIMD)
#define SCAN_SSE 1

typedef __m128i vector;

static vector load16(const char *at)
{
    return _mm_loadu_si128((const vector *)(const void *)at);
}

static vector equal16(vector bytes, int byte)
{
    return _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)byte));
}

/* 0xff where first <= byte < first + count. */
static vector range16(vector bytes, int first, int count)
{
    vector moved = _mm_add_epi8(bytes, _mm_set1_epi8((char)(0x80 - first)));
    return _mm_cmplt_epi8(moved, _mm_set1_epi8((char)(count - 0x80)));
}

#define SAME_8(byte) (byte), (byte), (byte), (byte), (byte), (byte), (byte), (byte)
#define SAME(byte) {SAME_8(byte), SAME_8(byte), SAME_8(byte), SAME_8(byte)}
_Alignas(32) const uint8_t sst_scan_same[SST_SAME_COUNT][32] = {
    [SST_SAME_SPACE] = SAME(' '),
    [SST_SAME_ONE] = SAME(1),
    [SST_SAME_EQUALS] = SAME('='),
    [SST_SAME_BRACKET] = SAME('['),
    [SST_SAME_NEWLINE] = SAME('\n'),
    [SST_SAME_STOP] = SAME('.'),
    [SST_SAME_EXCLAIM] = SAME('!'),
    [SST_SAME_ASK] = SAME('?'),
    [SST_SAME_BEFORE_DIGITS] = SAME(0x80 - '0'),
    [SST_SAME_DIGITS] = SAME(0x80 + 10),
    [SST_SAME_BEFORE_LETTERS] = SAME(0x80 - 'a'),
    [SST_SAME_LETTERS] = SAME(0x80 + 26),
};
#endif

#define W0x4 0, 0, 0, 0
#define W1x4 1, 1, 1, 1
#define W2x4 2, 2, 2, 2
#define W0x16 W0x4, W0x4, W0x4, W0x4
#define W1x16 W1x4, W1x4, W1x4, W1x4

const uint8_t sst_scan_weight[256] = {
    /* 00-2F controls, punctuation */ W0x16, W0x16, W0x16,
    /* 30-3F digits */ W1x4, W1x4, 1, 1, 0, 0, W0x4,
    /* 40-5F, 60-7F letters */ 0, 1, 1, 1, W1x4, W1x4, 1, 1, 1, 1, W1x4, W1x4, 1, 1, 1, 0, W0x4,
    0, 1, 1, 1, W1x4, W1x4, 1, 1, 1, 1, W1x4, W1x4, 1, 1, 1, 0, W0x4,
    /* 80-BF continuation bytes */ W0x16, W0x16, W0x16, W0x16,
    /* C0-C2 not letters, C3-DF */ 0, 0, 0, 1, W1x4, W1x4, W1x4, W1x16,
    /* E0, E1; E2 symbols; E3-ED Han, Kana, Hangul; EE private; EF */
    1, 1, 0, 2, W2x4, W2x4, 2, 2, 0, 1,
    /* F0-FF */ W0x16};

static unsigned char byte_at(const char *at) { return (unsigned char)*at; }

size_t sst_scan_space_wide(const char *at, const char *end)
{
    unsigned char c = byte_at(at);
    if (c == 0xC2 && end - at >= 2 && (byte_at(at + 1) == 0xA0 || byte_at(at + 1) == 0x85))
        return 2;
    if (end - at < 3)
        return 0;
    unsigned char b = byte_at(at + 1), a = byte_at(at + 2);
    if (c == 0xE2 && b == 0x80 && ((a >= 0x80 && a <= 0x8B) || a == 0xA8 || a == 0xA9 || a == 0xAF))
        return 3;
    if ((c == 0xE3 && b == 0x80 && a == 0x80) || (c == 0xEF && b == 0xBB && a == 0xBF))
        return 3;
    return 0;
}

size_t sst_scan_before(const char *begin, const char *end)
{
    size_t size = 1;
    while (size < 4 && end - size > begin && (byte_at(end - size) & 0xC0) == 0x80)
        size++;
    return size;
}

/* Few bytes end a white space that is not ASCII: 80 to 8B, A0, A8, A9, AF and BF. */
size_t sst_scan_space_before(const char *begin, const char *end)
{
    unsigned char last = byte_at(end - 1);
    if (last < 0x80)
        return last == ' ' || (last >= '\t' && last <= '\r');
    if (last > 0x8B && last != 0xA0 && last != 0xA8 && last != 0xA9 && last != 0xAF &&
        last != 0xBF)
        return 0;
    size_t size = sst_scan_before(begin, end);
    return sst_scan_space(end - size, end) == size ? size : 0;
}

const uint8_t sst_scan_edges[256] = {
    ['\t'] = 3, ['\n'] = 3, ['\v'] = 3, ['\f'] = 3, ['\r'] = 3, [' '] = 3,
    [0xC2] = 1, [0xE2] = 1, [0xE3] = 1, [0xEF] = 1, /* and what ends them */
    [0x80] = 2, [0x81] = 2, [0x82] = 2, [0x83] = 2, [0x84] = 2, [0x85] = 2, [0x86] = 2,
    [0x87] = 2, [0x88] = 2, [0x89] = 2, [0x8A] = 2, [0x8B] = 2, [0xA0] = 2, [0xA8] = 2,
    [0xA9] = 2, [0xAF] = 2, [0xBF] = 2};

sst_slice sst_scan_trim_wide(sst_slice text)
{
    const char *at = text.bytes, *end = text.bytes + text.size;
    for (size_t n; at < end && (n = sst_scan_space(at, end)) != 0;)
        at += n;
    for (size_t n; at < end && (n = sst_scan_space_before(at, end)) != 0;)
        end -= n;
    return (sst_slice){at, (size_t)(end - at)};
}

/* U+2022, U+2023, U+25A0 to U+25FF, U+2605, U+2606 and the middle dot. */
static size_t mark_size(const char *at, const char *end)
{
    unsigned char c = byte_at(at);
    if (c == '*' || c == '-' || c == '+')
        return 1;
    if (c == 0xC2 && end - at >= 2 && byte_at(at + 1) == 0xB7)
        return 2;
    if (c != 0xE2 || end - at < 3)
        return 0;
    unsigned char b = byte_at(at + 1), a = byte_at(at + 2);
    bool mark = (b == 0x80 && (a == 0xA2 || a == 0xA3)) || (b == 0x96 && a >= 0xA0) ||
                b == 0x97 || (b == 0x98 && (a == 0x85 || a == 0x86));
    return mark ? 3 : 0;
}

size_t sst_scan_bullet_mark(const char *at, const char *end)
{
    if (at == end)
        return 0;
    const char *begin = at;
    size_t mark = mark_size(at, end), symbol = mark;
    if (mark == 0) {
        while (at < end && at - begin < 2 && *at >= '0' && *at <= '9')
            at++;
        if (at == begin || at == end || *at != '.')
            return 0;
        mark = (size_t)(at - begin) + 1;
    }
    at = begin + mark;
    if (at == end)
        return symbol > 1 || *begin == '*' ? mark : 0;
    size_t space = sst_scan_space(at, end);
    return space > 0 ? mark + space : symbol == 3 ? mark : 0;
}

size_t sst_scan_stop_wide(const char *at, const char *end)
{
    unsigned char c = byte_at(at);
    if (end - at < 2)
        return 0;
    unsigned char b = byte_at(at + 1);
    if (c < 0xE0)
        return (c == 0xD8 && b == 0x9F) || (c == 0xDB && b == 0x94) ? 2 : 0;
    if (end - at < 3 || c > 0xEF)
        return 0;
    unsigned char a = byte_at(at + 2);
    switch (c) {
    case 0xE0: return b == 0xA5 && (a == 0xA4 || a == 0xA5) ? 3 : 0; /* danda, double danda */
    case 0xE1: /* Myanmar section, Ethiopic full stop, Khmer khan */
        return (b == 0x81 && a == 0x8B) || (b == 0x8D && a == 0xA2) || (b == 0x9F && a == 0x94)
                   ? 3 : 0;
    case 0xE2: return b == 0x80 && a == 0xA6 ? 3 : 0;
    case 0xE3: return b == 0x80 && a == 0x82 ? 3 : 0;
    case 0xEF: return (b == 0xBC && (a == 0x81 || a == 0x9F)) || (b == 0xBD && a == 0xA1) ? 3 : 0;
    default: return 0;
    }
}

bool sst_scan_stop_sure(const char *at, size_t size)
{
    return size > 1 && byte_at(at) != 0xE2;
}

static size_t closer_size(const char *at, size_t size)
{
    static const char closers[][4] = {"\"", "'", ")", "]", "*", "’", "”", "»", "›",
                                      "）", "」", "』", "】", "》"};
    for (size_t i = 0; i < sizeof closers / sizeof *closers; i++)
        if (strlen(closers[i]) == size && memcmp(at, closers[i], size) == 0)
            return size;
    return 0;
}

/* Most lines end in a letter or a full stop: those are told apart without the list. */
size_t sst_scan_closer_before(const char *begin, const char *end)
{
    unsigned char last = byte_at(end - 1);
    if (last < 0x80 && last != '"' && last != '\'' && last != ')' && last != ']' && last != '*')
        return 0;
    size_t size = sst_scan_before(begin, end);
    if (size == 3 && byte_at(end - 3) != 0xE2 && byte_at(end - 3) != 0xE3 &&
        byte_at(end - 3) != 0xEF)
        return 0;
    return closer_size(end - size, size);
}

static const char *skip_closers(const char *at, const char *end)
{
    for (size_t n = 0; at < end; at += n) {
        n = byte_at(at) < 0x80 ? 1 : byte_at(at) == 0xC2 ? 2 : 3;
        if ((size_t)(end - at) < n || closer_size(at, n) == 0)
            break;
    }
    return at;
}

bool sst_scan_is_sentence_slow(sst_slice line)
{
    const char *end = line.bytes + line.size, *at = end;
    const char *low = line.size > 16 ? end - 16 : line.bytes;
    for (size_t n; at > low && (n = sst_scan_closer_before(line.bytes, at)) > 0;)
        at -= n;
    return at > low && sst_scan_stop(at - sst_scan_before(line.bytes, at), end) > 0;
}

const char *sst_scan_last_sentence(const char *begin, const char *end, size_t reach)
{
    const char *low = (size_t)(end - begin) > reach ? end - reach : begin;
    for (const char *at = end; at > low;) {
        at -= sst_scan_before(begin, at);
        size_t stop = sst_scan_stop(at, end);
        if (stop == 0)
            continue;
        const char *behind = skip_closers(at + stop, end);
        if (sst_scan_stop_sure(at, stop) || behind == end || behind > at + stop ||
            sst_scan_space(behind, end) > 0)
            return behind;
    }
    return NULL;
}

#ifdef SCAN_SSE
/* sst_scan_weight of 16 bytes. A mask is -1. */
static vector weights16(vector bytes)
{
    vector letter = range16(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 26);
    vector weight = _mm_or_si128(letter, range16(bytes, '0', 10));
    if (_mm_movemask_epi8(bytes) != 0) {
        weight = _mm_add_epi8(weight, range16(bytes, 0xC3, 0xF0 - 0xC3));
        weight = _mm_add_epi8(weight, range16(bytes, 0xE3, 0xEE - 0xE3));
        vector none = _mm_or_si128(equal16(bytes, 0xE2), equal16(bytes, 0xEE));
        weight = _mm_andnot_si128(none, weight);
    }
    return _mm_sub_epi8(_mm_setzero_si128(), weight);
}

/* Letters of the whole blocks of 16 bytes; moves *at behind them. */
static size_t letters_of_blocks(const char **at, const char *end)
{
    vector sum = _mm_setzero_si128();
    for (; end - *at >= 16; *at += 16)
        sum = _mm_add_epi64(sum, _mm_sad_epu8(weights16(load16(*at)), _mm_setzero_si128()));
    return (size_t)_mm_cvtsi128_si64(sum) +
           (size_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(sum, sum));
}

#else

static size_t letters_of_blocks(const char **at, const char *end)
{
    size_t letters = 0;
    for (uint64_t wide; end - *at >= 8; *at += 8) {
        uint64_t lanes = sst_scan_lanes(*at, &wide);
        if (wide == 0)
            letters += (size_t)__builtin_popcountll(lanes);
        else
            for (int i = 0; i < 8; i++)
                letters += sst_scan_weight[byte_at(*at + i)];
    }
    return letters;
}

#endif

void sst_scan_bits_read(sst_scan_bits *bits, const char *at, const char *end, const char *limit)
{
    size_t count = 0;
    for (size_t left; count < SST_SCAN_WORDS && at < end; at += 64, count++) {
        left = (size_t)(end - at);
        if (left < 64)
            sst_classes_read_end(&bits->words[count], at, left, false);
        else
            sst_classes_read(&bits->words[count], at, false);
    }
    bits->count = count;
    bits->limit = limit;
}

static bool may_end_dateline(const char *at, const char *end)
{
    unsigned char c = byte_at(at);
    return c == '-' || c == ':' || c == 0xE2 || c == 0xE3 || c == 0xEF ||
           (c == 0xE0 && end - at > 1 && byte_at(at + 1) == 0xA5);
}

#ifdef SCAN_SSE
/* The same of 16 bytes, the lowest bit for the first; reads one byte more. */
static unsigned dateline_ends16(const char *at)
{
    vector bytes = load16(at);
    vector ascii = _mm_or_si128(equal16(bytes, '-'), equal16(bytes, ':'));
    if (_mm_movemask_epi8(bytes) == 0)
        return (unsigned)_mm_movemask_epi8(ascii);
    vector indic = _mm_and_si128(equal16(bytes, 0xE0), equal16(load16(at + 1), 0xA5));
    vector others = _mm_or_si128(range16(bytes, 0xE2, 2), equal16(bytes, 0xEF));
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(ascii, indic), others));
}
#endif

const char *sst_scan_dateline_end(const char *at, const char *end)
{
#ifdef SCAN_SSE
    for (; end - at > 16; at += 16) {
        unsigned ends = dateline_ends16(at);
        if (ends != 0)
            return at + __builtin_ctz(ends);
    }
#endif
    while (at < end && !may_end_dateline(at, end))
        at++;
    return at;
}

size_t sst_scan_letters(const char *at, const char *end)
{
    size_t letters = letters_of_blocks(&at, end);
    for (; at < end; at++)
        letters += sst_scan_weight[byte_at(at)];
    return letters;
}
