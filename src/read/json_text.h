/* The insides of JSON tokens (RFC 8259): escapes of strings and the grammar of numbers. That the
 * bytes are UTF-8 and hold no raw control character was checked before. */
#ifndef READ_JSON_TEXT_H
#define READ_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes behind the last one that sst_json_unescape may write. */
enum { SST_UNESCAPE_SLACK = 16 };

/* What sst_json_unescape found. */
typedef enum sst_escape_fault {
    SST_ESCAPE_FINE,
    SST_ESCAPE_UNKNOWN,        /* "\x", "\u12", a backslash at the end */
    SST_ESCAPE_LONE_SURROGATE, /* half of a pair: no character */
} sst_escape_fault;

/* Undoes the escapes of `bytes` (a string without its quotes) into `out`, which has room for
 * `size` + SST_UNESCAPE_SLACK bytes and does not overlap. *out_size is what came out, at most
 * `size`. At a fault *out_size is the offset of the backslash in `bytes`. */
sst_escape_fault sst_json_unescape(const char *bytes, size_t size, char *out,
                                   size_t *out_size);

/* Whether `bytes` is exactly one JSON number; *integer is true without fraction and exponent. */
bool sst_json_number(const char *bytes, size_t size, bool *integer);

#endif
