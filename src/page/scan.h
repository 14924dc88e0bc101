/* Cheap classes of bytes and code points for reading pages: enough to measure a line and to
 * find the ends of sentences in any script, without Unicode tables. */
#ifndef PAGE_SCAN_H
#define PAGE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/story.h"

/* What a character counts in letters, by its first byte: ASCII letters and digits 1; by lead
 * byte, 2 in Han, Kana and Hangul (a character there says about what two letters say), 0 in
 * U+2000 to U+2FFF (punctuation, symbols), else 1. */
extern const uint8_t sst_scan_weight[256];

/* The rest of sst_scan_space and sst_scan_stop, for bytes that are not ASCII. */
size_t sst_scan_space_wide(const char *at, const char *end);
size_t sst_scan_stop_wide(const char *at, const char *end);

/* Length in bytes of the white space at `at` (ASCII, U+0085, U+00A0, U+3000, U+2000 to U+200B,
 * U+2028, U+2029, U+202F, U+FEFF); 0 for anything else. `at` is before `end`. */
static inline size_t sst_scan_space(const char *at, const char *end)
{
    unsigned char c = (unsigned char)*at;
    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r');
    return c == 0xC2 || c == 0xE2 || c == 0xE3 || c == 0xEF ? sst_scan_space_wide(at, end) : 0;
}
/* The same before `end`, looking backwards no further than `begin`. */
size_t sst_scan_space_before(const char *begin, const char *end);
/* Bytes that white space may begin with (1), and end with (2). */
extern const uint8_t sst_scan_edges[256];
/* A slice without white space around it. Most have none: told by their first and last byte. */
sst_slice sst_scan_trim_wide(sst_slice text);
static inline sst_slice sst_scan_trim(sst_slice text)
{
    bool clean = text.size > 0 && (sst_scan_edges[(unsigned char)text.bytes[0]] & 1) == 0 &&
                 (sst_scan_edges[(unsigned char)text.bytes[text.size - 1]] & 2) == 0;
    return clean ? text : sst_scan_trim_wide(text);
}

size_t sst_scan_bullet_mark(const char *at, const char *end);
/* Length of a list mark at `at` with the space behind it: "• ", "□ ", "* ", "- ", "12. "; also of
 * a mark that stands alone. 0 for anything else. */
static inline size_t sst_scan_bullet(const char *at, const char *end)
{
    unsigned char c = at < end ? (unsigned char)*at : 'a';
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0xE3;
    return letter || c == 0xE0 ? 0 : sst_scan_bullet_mark(at, end);
}

/* Length of the character that ends before `end`, at least 1; `begin` is before `end`. */
size_t sst_scan_before(const char *begin, const char *end);

/* Length of a character that ends sentences at `at` ('.', '!', '?', danda, ideographic, Arabic,
 * Ethiopic, Khmer, Myanmar stops, the ellipsis); 0 for anything else. */
static inline size_t sst_scan_stop(const char *at, const char *end)
{
    unsigned char c = (unsigned char)*at;
    if (c < 0x80)
        return c == '.' || c == '!' || c == '?';
    /* Letters of Indic scripts share their first byte with the danda. */
    bool never = c < 0xC4 || (c == 0xE0 && end - at > 1 && (unsigned char)at[1] != 0xA5);
    return never ? 0 : sst_scan_stop_wide(at, end);
}
/* True when the stop of `size` bytes at `at` ends a sentence wherever it stands: not '.', '!' or
 * '?', which also stand inside names and numbers. */
bool sst_scan_stop_sure(const char *at, size_t size);
/* Length of a closing quote or bracket before `end`, or 0. */
size_t sst_scan_closer_before(const char *begin, const char *end);

/* End of the last sentence of [begin, end), behind its closing quotes, looking back no further
 * than `reach` bytes; NULL when none is there. A '.', '!' or '?' counts when white space, a
 * closing quote or the end follows. */
const char *sst_scan_last_sentence(const char *begin, const char *end, size_t reach);

/* True for a line that ends with a sentence: a stop, and closing quotes in its last 16 bytes. Most
 * end in a letter of ASCII, which tells at once. */
bool sst_scan_is_sentence_slow(sst_slice line);
static inline bool sst_scan_is_sentence(sst_slice line)
{
    if (line.size == 0)
        return false;
    unsigned char last = (unsigned char)line.bytes[line.size - 1];
    return (last >= 0x80 || sst_scan_weight[last] == 0) && sst_scan_is_sentence_slow(line);
}

/* Up to 64 bytes as bits, the lowest for the first. */
typedef struct sst_scan_word {
    uint64_t letters;  /* ASCII letters and digits, and every byte that is not ASCII */
    uint64_t wide;     /* bytes that are not ASCII */
    uint64_t digits;   /* of ASCII */
    uint64_t signs;    /* any other ASCII above the space */
    uint64_t marks;    /* '<', '=' and '[' */
    uint64_t stops;    /* bytes that may begin a stop (sst_scan_stop) */
    uint64_t unspaced; /* bytes that begin a character of a script without spaces, and such */
    uint64_t counted;  /* bytes that are not ASCII and that sst_scan_weight counts ... */
    uint64_t twice;    /* ... and those that it counts twice */
} sst_scan_word;

enum { SST_SCAN_WORDS = 7 };

/* The bits of the beginning of a line. */
typedef struct sst_scan_bits {
    const char *limit; /* of what may be read */
    size_t count;      /* of words */
    sst_scan_word words[SST_SCAN_WORDS];
} sst_scan_bits;

/* Sets the bits of [at, end), of which nothing from `limit` on may be read. */
void sst_scan_bits_read(sst_scan_bits *bits, const char *at, const char *end, const char *limit);

static inline size_t sst_scan_count(uint64_t bits) { return (size_t)__builtin_popcountll(bits); }

/* Eight bytes as the high bits of their lanes: set for ASCII letters and digits and for every
 * byte that is not ASCII. `*wide` is set to the lanes that are not ASCII. */
static inline uint64_t sst_scan_lanes(const char *at, uint64_t *wide)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    uint64_t bytes = sst_load64(at);
    *wide = bytes & high;
    uint64_t low = bytes & ~high, folded = low | 0x20 * ones;
    uint64_t letter = (folded + (0x80 - 'a') * ones) & ~(folded + (0x7F - 'z') * ones);
    uint64_t digit = (low + (0x80 - '0') * ones) & ~(low + (0x7F - '9') * ones);
    return ((letter | digit) & high) | *wide;
}

/* The first byte of [at, end) that may begin a dash or a colon, or a stop that is not ASCII: '-',
 * ':', E2, E3, EF, and E0 with A5 behind it; `end` when there is none. */
const char *sst_scan_dateline_end(const char *at, const char *end);

/* Letters of a piece, by sst_scan_weight. */
size_t sst_scan_letters(const char *at, const char *end);

/* The line that begins at `at`: sets `*end` behind its last byte (before '\n' or '\r\n') and
 * returns the beginning of the next line, `limit` when there is none. */
static inline const char *sst_scan_line(const char *at, const char *limit, const char **end)
{
    const char *newline = memchr(at, '\n', (size_t)(limit - at));
    const char *behind = newline != NULL ? newline : limit;
    *end = behind > at && behind[-1] == '\r' ? behind - 1 : behind;
    return newline != NULL ? newline + 1 : limit;
}

#endif
