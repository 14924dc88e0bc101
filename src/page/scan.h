/* Cheap classes of bytes and code points for reading pages: enough to measure a line and to
 * find the ends of sentences in any script, without Unicode tables. */
#ifndef PAGE_SCAN_H
#define PAGE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/story.h"

/* What a character counts in letters, by its first byte: ASCII letters and digits 1; by lead
 * byte, 2 in Han, Kana and Hangul (a character there says about what two letters say), 0 in
 * U+2000 to U+2FFF (punctuation, symbols), else 1. */
extern const uint8_t sst_scan_weight[256];

/* Length in bytes of the white space at `at` (ASCII, U+00A0, U+3000, U+2000 to U+200B,
 * U+202F, U+FEFF); 0 for anything else. `at` is before `end`. */
size_t sst_scan_space(const char *at, const char *end);
/* The same before `end`, looking backwards no further than `begin`. */
size_t sst_scan_space_before(const char *begin, const char *end);
/* A slice without white space around it. */
sst_slice sst_scan_trim(sst_slice text);

/* Length of a list mark at `at` with the space behind it: "• ", "□ ", "* ", "- ", "12. "; also of
 * a mark that stands alone. 0 for anything else. */
size_t sst_scan_bullet(const char *at, const char *end);

/* Length of the character that ends before `end`, at least 1; `begin` is before `end`. */
size_t sst_scan_before(const char *begin, const char *end);

/* Length of a character that ends sentences at `at` ('.', '!', '?', danda, ideographic, Arabic,
 * Ethiopic, Khmer, Myanmar stops, the ellipsis); 0 for anything else. */
size_t sst_scan_stop(const char *at, const char *end);
/* True when the stop of `size` bytes at `at` ends a sentence wherever it stands: not '.', '!' or
 * '?', which also stand inside names and numbers. */
bool sst_scan_stop_sure(const char *at, size_t size);
/* Length of a closing quote or bracket before `end`, or 0. */
size_t sst_scan_closer_before(const char *begin, const char *end);

/* End of the last sentence of [begin, end), behind its closing quotes, looking back no further
 * than `reach` bytes; NULL when none is there. A '.', '!' or '?' counts when white space, a
 * closing quote or the end follows. */
const char *sst_scan_last_sentence(const char *begin, const char *end, size_t reach);

/* Letters of a piece, by sst_scan_weight. */
size_t sst_scan_letters(const char *at, const char *end);

/* The line that begins at `at`: sets `*end` behind its last byte (before '\n' or '\r\n') and
 * returns the beginning of the next line, `limit` when there is none. */
const char *sst_scan_line(const char *at, const char *limit, const char **end);

#endif
