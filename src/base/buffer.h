/* A growing run of bytes. Zero-initialise; release with sst_buffer_free. The first failed
 * append is remembered: later appends do nothing, and sst_buffer_status tells at the end, so a
 * writer of many small pieces checks once. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include "base/memory.h"

typedef struct sst_buffer {
    char *bytes; /* not terminated; NULL while nothing was reserved */
    size_t size;
    size_t capacity;
    bool failed;
} sst_buffer;

void sst_buffer_free(sst_buffer *buffer);
/* Forgets the content and a failure, keeps the memory. */
void sst_buffer_reset(sst_buffer *buffer);

/* Makes room for `more` bytes behind `size`; false (and failed) without memory. */
bool sst_buffer_reserve(sst_buffer *buffer, size_t more);
void sst_buffer_append(sst_buffer *buffer, const void *bytes, size_t size);
void sst_buffer_byte(sst_buffer *buffer, char byte);
void sst_buffer_text(sst_buffer *buffer, const char *text);
/* As printf in the "C" locale, whatever locale the program has set. */
void sst_buffer_format(sst_buffer *buffer, const char *format, ...) SST_PRINTF(2, 3);
void sst_buffer_unsigned(sst_buffer *buffer, uint64_t number);

/* A JSON string with its quotes (RFC 8259): control characters, '"' and '\' escaped, everything
 * else as it is. `bytes` is valid UTF-8. */
void sst_buffer_json_string(sst_buffer *buffer, const char *bytes, size_t size);

/* numerator / denominator in three decimals, half up, by integers; but only equality prints
 * 1.000 and only a zero numerator 0.000 (0 / 0 is 0.000). */
void sst_buffer_ratio(sst_buffer *buffer, uint64_t numerator, uint64_t denominator);

/* SST_OK, or SST_MEMORY when an append failed. */
sst_status sst_buffer_status(const sst_buffer *buffer, const char *what, sst_error *error);

#endif
