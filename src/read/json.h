/* The tokens of one JSON object, in order: the C face of simdjson (Langdale, Lemire: Parsing
 * gigabytes of JSON per second, VLDB Journal 28, 2019), which finds them with SIMD and checks
 * UTF-8, quotes, commas, colons and brackets. What it does not check, the receiver must: the
 * insides of keys, strings and other scalars, and the depth. */
#ifndef READ_JSON_H
#define READ_JSON_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sst_json sst_json;

/* NULL without memory. */
sst_json *sst_json_create(void);
void sst_json_free(sst_json *json);

/* Told for every token; false stops the walk. Pointers go into the line. */
typedef struct sst_json_events {
    /* The bytes behind the opening quote; the closing quote follows within the line. */
    bool (*key)(void *context, const char *bytes);
    /* `token` begins with '{' or '['. Opened and closed are in balance, as nested calls. */
    bool (*open)(void *context, const char *token);
    bool (*close)(void *context);
    /* Everything else, white space behind it cut off: a string with its quotes, something that
     * should be a number or literal, or a stray ',', ':', ']' or '}'. Never empty. */
    bool (*scalar)(void *context, const char *token, size_t size);
} sst_json_events;

typedef enum sst_json_fault {
    SST_JSON_FINE,
    SST_JSON_MEMORY,
    SST_JSON_TOO_LARGE,  /* 4 GiB and more */
    SST_JSON_UTF8,       /* broken UTF-8 somewhere */
    SST_JSON_STRING,     /* a quote not closed, or a raw control character inside a string */
    SST_JSON_NOT_OBJECT, /* no '{' at the start */
    SST_JSON_NOT_CLOSED, /* no '}' at the end */
    SST_JSON_SYNTAX,     /* a comma, colon, key or bracket is missing or too many */
    SST_JSON_TRAILING,   /* something follows the object */
    SST_JSON_STOPPED,    /* an event returned false */
} sst_json_fault;

/* Walks the one object of `line`. 64 bytes behind `size` must be readable. `*offset` is where a
 * fault was noticed, SIZE_MAX when only the whole line is known to be wrong. Memory grows with
 * the longest line seen, about 5 bytes a byte, and is kept. */
sst_json_fault sst_json_walk(sst_json *json, const char *line, size_t size,
                             const sst_json_events *events, void *context, size_t *offset);

#ifdef __cplusplus
}
#endif

#endif
