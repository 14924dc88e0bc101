/* The plain values that travel between the floors. A value can be copied; what it points to
 * belongs to whoever made it, for as long as that maker says. */
#ifndef BASE_STORY_H
#define BASE_STORY_H

#include "base/hash.h"
#include "samestory.h"

/* A run of bytes that belongs to somebody else; NULL bytes = absent. */
typedef struct sst_slice {
    const char *bytes;
    size_t size;
} sst_slice;

/* One input record after parsing: strings unescaped, valid UTF-8, living in the parser until
 * its next record. `id` is resolved (field, then url); it is absent when neither was given. */
typedef struct sst_record {
    sst_slice id, text, title, url, source, published, lang, page, cluster;
    sst_slice credit;      /* the original that a page named; never set by the parser */
    int64_t time;        /* `published` understood, or SST_NO_TIME */
    bool text_missing;   /* no text field, or null */
    bool published_odd;  /* `published` was there and no date came out of it */
} sst_record;

/* A story ready to be compared: a pure function of its own record (never of other stories).
 * The arrays belong to the maker. */
typedef struct sst_story {
    sst_hash128 key;          /* XXH3-128 of the body's 64-bit token hashes: equal texts */
    sst_hash128 content;      /* XXH3-128 of title, NUL, text as given: "known" content */
    sst_hash128 title_key;    /* XXH3-128 of the title's token hashes */
    uint64_t credit_key;      /* of the credit line's tokens; 0 without one */
    const uint32_t *tokens;   /* body: 32-bit token hashes, bit 0 = holds a decimal digit */
    const uint32_t *title;    /* the same of the title */
    uint32_t token_count;     /* 0: no body token */
    uint32_t title_count;
    uint32_t shingle_count;   /* distinct 3-shingles of the body */
    bool headline;            /* the title stands in for a missing text */
    uint16_t sketch[SST_SKETCH_SLOTS]; /* all 0 when shingle_count is 0 */
} sst_story;

/* Integer counts behind every printed similarity: distinct 3-shingles of a, of b, of both. */
typedef struct sst_overlap {
    uint32_t shared, a_count, b_count;
} sst_overlap;

/* A verified pair of story numbers, a < b. */
typedef struct sst_pair {
    uint32_t a, b;
    sst_overlap overlap;
} sst_pair;

/* Days since 1970-01-01, rounded down, clamped to 32 bits. */
static inline int32_t sst_day_of(int64_t seconds)
{
    int64_t day = seconds / 86400 - (seconds % 86400 < 0);
    return day > INT32_MAX ? INT32_MAX : day < INT32_MIN ? INT32_MIN : (int32_t)day;
}

#endif
