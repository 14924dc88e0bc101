/* The definition of normalisation and of tokens, one code point at a time, with the way back to
 * the original bytes. The fast path (text.h) gives the same tokens. */
#ifndef TEXT_NORMAL_H
#define TEXT_NORMAL_H

#include "base/memory.h"
#include "base/status.h"

/* One code point of normalised text. */
typedef struct sst_point {
    uint32_t code;
    uint32_t property;   /* sst_property of it */
    uint32_t at;         /* where it stands in sst_normal.bytes */
    uint32_t begin, end; /* the original bytes it was made from: [begin, end) */
} sst_point;

/* A normalised text. Zero-initialise, reuse for any number of texts, release with
 * sst_normal_free. */
typedef struct sst_normal {
    sst_point *points; /* `count` of them and one behind, whose `at` is `size` */
    size_t count;
    size_t point_capacity;
    uint8_t *bytes; /* UTF-8, SST_TOKEN_PADDING readable bytes behind */
    size_t size;
    size_t byte_capacity;
} sst_normal;

void sst_normal_free(sst_normal *normal);

/* Normalises the bytes [begin, end) of `text`; `begin` and `end` of the points count from `text`.
 * SST_INPUT with the offset of the first byte that is not UTF-8, SST_LIMIT when the result is over
 * 4 GiB, SST_MEMORY. */
sst_status sst_normal_run(sst_normal *normal, const uint8_t *text, size_t begin, size_t end,
                          sst_error *error);

/* Walks over the tokens. Start with {.normal = &normal}; true while there is one: the points
 * [first, last). */
typedef struct sst_cutter {
    const sst_normal *normal;
    size_t first, last;
    size_t run_end; /* of the run of an unspaced script whose grams are being given */
} sst_cutter;

bool sst_cutter_next(sst_cutter *cutter);

/* The error for a text that is not UTF-8 at `offset`. */
sst_status sst_text_fail_utf8(sst_error *error, size_t offset);

#endif
