/* The pages of an index segment.
 *
 * The index answers one question: which stories have this key? A key is 36 bits of a hash
 * (sst_index_key), so keys are spread evenly and a page needs no directory: page i of a segment
 * of P pages holds the keys k with floor(k * P / 2^36) = i. Inside, the page's key range is cut
 * into 128 equal parts, so a search looks among some 48 entries of a page of 28 KB.
 *
 *   offset  size   meaning
 *   0       4*128  little-endian offset of each part in the page; a part ends where the next begins
 *   512     ...    parts: entries by (key, story), all of one size
 *   end-8   8      zero: an entry is read by one load of 64 bits, wherever it begins
 *
 * A part is a little-endian row of bits. An entry is two numbers in it, without gaps:
 *
 *   v bits  key - the part's lowest key; v is the least that holds every key of a part
 *   w bits  story - the segment's first story; w is the least that holds its last, 8 or more
 *
 * v and w follow from the segment's row, so every entry can be found by its place; a part ends
 * with less than 8 bits that are no entry. Every read is checked: a damaged page is SST_FORMAT. */
#ifndef STORE_POSTINGS_H
#define STORE_POSTINGS_H

#include "base/buffer.h"

enum { SST_KEY_BITS = 36, SST_PAGE_PARTS = 128 };

/* One entry of the index. */
typedef struct sst_posting {
    uint64_t key;    /* below 2^SST_KEY_BITS */
    uint32_t number; /* of the story */
} sst_posting;

/* What all pages of a segment share. */
typedef struct sst_page_shape {
    uint32_t first;     /* lowest story number of the segment */
    uint32_t width;     /* bits of a story number in an entry, 8 to 32 */
    uint32_t key_width; /* bits of a key in an entry, below 32 */
    uint32_t pages;     /* of the segment, 1 to 2^20 */
    uint32_t stride;    /* bits of an entry */
    uint64_t parts;     /* of the segment */
    uint64_t stride_inverse, parts_inverse; /* 2^64 / n, rounded up */
} sst_page_shape;

/* The shape of a segment of `pages` pages for the stories first to last. */
sst_page_shape sst_page_shape_make(uint32_t first, uint32_t last, uint32_t pages);

/* Where a key belongs. */
typedef struct sst_key_place {
    uint64_t part;  /* of the segment: page * SST_PAGE_PARTS + part of the page */
    uint64_t share; /* of the part that lies before the key, times 2^SST_KEY_BITS */
} sst_key_place;

static inline sst_key_place sst_place_of(sst_page_shape shape, uint64_t key)
{
    uint64_t product = key * shape.parts;
    return (sst_key_place){product >> SST_KEY_BITS,
                           product & ((UINT64_C(1) << SST_KEY_BITS) - 1)};
}

/* The page that holds `key`, and the lowest key of a page (2^36 for page = pages). */
static inline uint32_t sst_page_of(sst_page_shape shape, uint64_t key)
{
    return (uint32_t)(sst_place_of(shape, key).part / SST_PAGE_PARTS);
}
uint64_t sst_page_lowest(sst_page_shape shape, uint32_t page);

/* Appends page `page` holding `postings`, sorted by (key, number), all inside its range. */
void sst_page_encode(sst_page_shape shape, uint32_t page, const sst_posting *postings,
                     size_t count, sst_buffer *buffer);

/* Most keys are in no page. Whether one may be is told by marks that whoever keeps a page in memory
 * makes of it and keeps beside it: four words for each part, and for each key three bits of one of
 * them (Putze, Sanders, Singler, "Cache-, hash- and space-efficient Bloom filters", JEA 2009). Of the
 * keys that are not there one in ten passes; all pass in a page that is damaged, for the search tells
 * of that. */
enum { SST_PART_MARKS = 4, SST_PAGE_MARKS = SST_PART_MARKS * SST_PAGE_PARTS }; /* words */

void sst_page_mark(const sst_page_shape *shape, const unsigned char *bytes, size_t size,
                   uint64_t marks[SST_PAGE_MARKS]);
bool sst_page_may_have(const sst_page_shape *shape, const uint64_t marks[SST_PAGE_MARKS],
                       sst_key_place place);

/* Looking for a key in its page takes two steps, each of which waits for memory; whoever has many
 * questions takes the first step of all, then the second.
 *
 * First: where is the part, and where in it should the key be? Asks the processor to fetch that
 * place. False when the page is damaged. The aim points into `bytes`. */
typedef struct sst_page_aim {
    const unsigned char *bits; /* of the part */
    uint32_t count, guess;     /* entries; the key's place if they were evenly spread */
    uint32_t inside;           /* the key - the part's lowest key */
} sst_page_aim;
bool sst_page_aim_at(const sst_page_shape *shape, const unsigned char *bytes, size_t size,
                     sst_key_place place, sst_page_aim *aim);

/* Second: the stories of the key; story i is sst_page_story(shape, run, i), ascending. */
typedef struct sst_page_run {
    const unsigned char *part;
    size_t begin; /* entry of the part */
    size_t count; /* 0: the key is not there */
} sst_page_run;
sst_page_run sst_page_find(const sst_page_shape *shape, const sst_page_aim *aim);
uint32_t sst_page_story(const sst_page_shape *shape, sst_page_run run, size_t i);

/* Appends all postings of a page in order to a growing array. */
sst_status sst_page_decode(sst_page_shape shape, uint32_t page, const unsigned char *bytes,
                           size_t size, sst_posting **postings, size_t *count, size_t *capacity,
                           sst_error *error);

#endif
