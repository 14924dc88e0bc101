/* UTF-8 as in RFC 3629 and the Unicode Standard, table 3-7: no overlong forms, no surrogates,
 * nothing above U+10FFFF. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes one code point at `at`, which is before `end`. Returns its length in bytes (1 to 4),
 * or 0 when the bytes are no valid UTF-8. */
unsigned sst_utf8_decode(const unsigned char *at, const unsigned char *end, uint32_t *code);

/* Writes 1 to 4 bytes; `code` is a scalar value. Returns how many. */
unsigned sst_utf8_encode(uint32_t code, char bytes[4]);

/* Offset of the first byte that is not valid UTF-8, or `size`. */
size_t sst_utf8_valid_prefix(const char *bytes, size_t size);

#endif
