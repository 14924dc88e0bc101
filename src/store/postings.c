#include "store/postings.h"

#include <string.h>

#include "base/hash.h"

__extension__ typedef unsigned __int128 uint128;

enum { HEADER_SIZE = 4 * SST_PAGE_PARTS, PADDING = 8 };

/* Bits that hold a number, at least `least`. */
static uint32_t bits_of(uint64_t number, uint32_t least)
{
    uint32_t bits = least;
    while (number >> bits != 0)
        bits++;
    return bits;
}

sst_page_shape sst_page_shape_make(uint32_t first, uint32_t last, uint32_t pages)
{
    uint64_t parts = (uint64_t)pages * SST_PAGE_PARTS;
    /* The largest part is one key larger than the quotient at most. */
    uint64_t part = (UINT64_C(1) << SST_KEY_BITS) / parts + 1;
    sst_page_shape shape = {
        .first = first,
        .width = bits_of(last - first, 8),
        .key_width = bits_of(part, 1),
        .pages = pages,
        .parts = parts,
        .parts_inverse = UINT64_MAX / parts + 1,
    };
    shape.stride = shape.width + shape.key_width;
    shape.stride_inverse = UINT64_MAX / shape.stride + 1;
    return shape;
}

/* number / divisor by its inverse 2^64 / divisor, rounded up. That is too large by less than
 * divisor / 2^64 of itself, so the quotient is exact while number * divisor < 2^64. */
static uint64_t divide(uint64_t number, uint64_t inverse)
{
    return (uint64_t)((uint128)number * inverse >> 64);
}

/* Parts are numbered through the segment: part p of page i is 128 * i + p. */
static uint64_t part_lowest(const sst_page_shape *shape, uint64_t part)
{
    return ((part << SST_KEY_BITS) + shape->parts - 1) / shape->parts;
}

uint64_t sst_page_lowest(sst_page_shape shape, uint32_t page)
{
    return part_lowest(&shape, (uint64_t)page * SST_PAGE_PARTS);
}

/* Bits on their way into memory. */
typedef struct bit_writer {
    unsigned char *at;
    uint64_t bits;
    unsigned count; /* below 8 between two calls */
} bit_writer;

/* `width` is at most 56; 8 bytes from `at` on may be written. */
static void write_bits(bit_writer *writer, uint64_t value, unsigned width)
{
    writer->bits |= value << writer->count;
    writer->count += width;
    uint64_t bits = writer->bits;
    for (unsigned byte = 0; byte < 8; byte++)
        writer->at[byte] = (unsigned char)(bits >> 8 * byte); /* one store */
    writer->at += writer->count / 8;
    writer->bits = bits >> (writer->count & ~7u);
    writer->count %= 8;
}

static void end_bits(bit_writer *writer)
{
    writer->at += writer->count > 0;
    writer->bits = 0;
    writer->count = 0;
}

/* `width` is at most 56; 8 bytes behind the first one must be readable. */
static uint64_t read_bits(const unsigned char *bytes, size_t bit, unsigned width)
{
    return sst_load64(bytes + bit / 8) >> bit % 8 & ((UINT64_C(1) << width) - 1);
}

/* Parts behind the header; returns where they end. */
static unsigned char *encode_parts(const sst_page_shape *shape, uint32_t page,
                                   const sst_posting *postings, size_t count,
                                   unsigned char *bytes)
{
    bit_writer writer = {.at = bytes + HEADER_SIZE};
    uint64_t number = (uint64_t)page * SST_PAGE_PARTS;
    uint64_t lowest = part_lowest(shape, number);
    size_t at = 0;
    for (unsigned part = 0; part < SST_PAGE_PARTS; part++) {
        uint32_t offset = (uint32_t)(writer.at - bytes);
        for (unsigned byte = 0; byte < 4; byte++)
            bytes[4 * part + byte] = (unsigned char)(offset >> 8 * byte);
        uint64_t end = part_lowest(shape, number + part + 1);
        for (; at < count && postings[at].key < end; at++) {
            write_bits(&writer, postings[at].key - lowest, shape->key_width);
            write_bits(&writer, postings[at].number - shape->first, shape->width);
        }
        end_bits(&writer);
        lowest = end;
    }
    return writer.at;
}

void sst_page_encode(sst_page_shape shape, uint32_t page, const sst_posting *postings,
                     size_t count, sst_buffer *buffer)
{
    size_t most = HEADER_SIZE + count * shape.stride / 8 + SST_PAGE_PARTS + 2 * PADDING;
    if (!sst_buffer_reserve(buffer, most))
        return;
    unsigned char *bytes = (unsigned char *)buffer->bytes + buffer->size;
    unsigned char *end = encode_parts(&shape, page, postings, count, bytes);
    memset(end, 0, PADDING);
    buffer->size += (size_t)(end - bytes) + PADDING;
}

/* The entries of one part. */
typedef struct part_view {
    const unsigned char *bits;
    uint32_t count;
} part_view;

static bool part_open(const sst_page_shape *shape, unsigned part, const unsigned char *bytes,
                      size_t size, part_view *view)
{
    if (size < HEADER_SIZE + PADDING)
        return false;
    size_t begin = sst_load32(bytes + 4 * part);
    size_t end = part + 1 < SST_PAGE_PARTS ? sst_load32(bytes + 4 * (part + 1)) : size - PADDING;
    if (begin < HEADER_SIZE || begin > end || end > size - PADDING)
        return false;
    *view = (part_view){bytes + begin,
                        (uint32_t)divide(8 * (end - begin), shape->stride_inverse)};
    return true;
}

static uint32_t entry_key(const sst_page_shape *shape, const unsigned char *bits, size_t at)
{
    return (uint32_t)read_bits(bits, at * shape->stride, shape->key_width);
}

/* How many entries of [begin, end) and before have a key below `key`, by halving. */
static uint32_t halve(const sst_page_shape *shape, const unsigned char *bits, uint32_t key,
                      uint32_t begin, uint32_t end)
{
    while (begin < end) {
        uint32_t middle = begin + (end - begin) / 2;
        if (entry_key(shape, bits, middle) < key)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

/* How many entries of the part have a key below the one aimed at. Those around the place where it
 * should be are counted without a branch, which would be guessed wrong: keys are hashes. */
static uint32_t count_below(const sst_page_shape *shape, const sst_page_aim *aim)
{
    enum { AROUND = 8 };
    if (aim->count < AROUND)
        return halve(shape, aim->bits, aim->inside, 0, aim->count);
    uint32_t begin = aim->guess < AROUND / 2 ? 0 : aim->guess - AROUND / 2, below = 0;
    if (begin > aim->count - AROUND)
        begin = aim->count - AROUND;
    for (uint32_t i = 0; i < AROUND; i++)
        below += entry_key(shape, aim->bits, begin + i) < aim->inside;
    if (below == 0)
        return halve(shape, aim->bits, aim->inside, 0, begin);
    return below < AROUND
               ? begin + below
               : halve(shape, aim->bits, aim->inside, begin + AROUND, aim->count);
}

/* ---- Marks ---- */

/* Of a key that lies so far inside its part: one of the part's words, three bits in it. */
typedef struct key_mark {
    uint32_t word;
    uint64_t bits;
} key_mark;

static inline key_mark mark_of(uint32_t inside)
{
    uint32_t hash = (uint32_t)(inside * UINT64_C(0x9e3779b97f4a7c15) >> 32);
    return (key_mark){hash >> 30, UINT64_C(1) << (hash >> 24 & 63) |
                                      UINT64_C(1) << (hash >> 18 & 63) |
                                      UINT64_C(1) << (hash >> 12 & 63)};
}

void sst_page_mark(const sst_page_shape *shape, const unsigned char *bytes, size_t size,
                   uint64_t marks[SST_PAGE_MARKS])
{
    memset(marks, 0, sizeof *marks * SST_PAGE_MARKS);
    for (unsigned part = 0; part < SST_PAGE_PARTS; part++, marks += SST_PART_MARKS) {
        part_view view;
        if (!part_open(shape, part, bytes, size, &view)) {
            memset(marks, 0xff, sizeof *marks * SST_PART_MARKS);
            continue;
        }
        for (uint32_t i = 0; i < view.count; i++) {
            key_mark mark = mark_of(entry_key(shape, view.bits, i));
            marks[mark.word] |= mark.bits;
        }
    }
}

static uint32_t place_inside(const sst_page_shape *shape, sst_key_place place)
{
    return (uint32_t)divide(place.share, shape->parts_inverse); /* share * parts < 2^63 */
}

bool sst_page_may_have(const sst_page_shape *shape, const uint64_t marks[SST_PAGE_MARKS],
                       sst_key_place place)
{
    key_mark mark = mark_of(place_inside(shape, place));
    size_t part = place.part % SST_PAGE_PARTS;
    return (mark.bits & ~marks[SST_PART_MARKS * part + mark.word]) == 0;
}

/* ---- Search ---- */

bool sst_page_aim_at(const sst_page_shape *shape, const unsigned char *bytes, size_t size,
                     sst_key_place place, sst_page_aim *aim)
{
    part_view view;
    if (!part_open(shape, place.part % SST_PAGE_PARTS, bytes, size, &view))
        return false;
    uint32_t guess = (uint32_t)((place.share >> 12) * view.count >> (SST_KEY_BITS - 12));
    *aim = (sst_page_aim){view.bits, view.count, guess, place_inside(shape, place)};
    const unsigned char *near = view.bits + (size_t)guess * shape->stride / 8;
    __builtin_prefetch(near - 16);
    __builtin_prefetch(near + 16);
    return true;
}

sst_page_run sst_page_find(const sst_page_shape *shape, const sst_page_aim *aim)
{
    enum { NEAR = 8 }; /* most lists are shorter */
    uint32_t begin = count_below(shape, aim), end = begin;
    while (end < aim->count && end - begin < NEAR &&
           entry_key(shape, aim->bits, end) == aim->inside)
        end++;
    if (end - begin == NEAR)
        end = halve(shape, aim->bits, aim->inside + 1, end, aim->count);
    return (sst_page_run){aim->bits, begin, end - begin};
}

uint32_t sst_page_story(const sst_page_shape *shape, sst_page_run run, size_t i)
{
    return shape->first + (uint32_t)read_bits(run.part,
                                              (run.begin + i) * shape->stride + shape->key_width,
                                              shape->width);
}

static sst_status damaged(sst_error *error)
{
    return sst_fail(error, SST_FORMAT,
                    "a page of the index is damaged; run 'samestory rebuild'");
}

static bool decode_part(const sst_page_shape *shape, const part_view *view, uint64_t lowest,
                        sst_posting *postings)
{
    uint64_t highest = 0;
    for (uint32_t i = 0; i < view->count; i++) {
        size_t bit = (size_t)i * shape->stride;
        uint64_t key = lowest + read_bits(view->bits, bit, shape->key_width);
        uint64_t story = read_bits(view->bits, bit + shape->key_width, shape->width);
        postings[i] = (sst_posting){key, shape->first + (uint32_t)story};
        highest |= key;
    }
    return highest >> SST_KEY_BITS == 0;
}

sst_status sst_page_decode(sst_page_shape shape, uint32_t page, const unsigned char *bytes,
                           size_t size, sst_posting **postings, size_t *count, size_t *capacity,
                           sst_error *error)
{
    sst_status status = SST_RESERVE(postings, capacity, *count + 8 * size / shape.stride,
                                    "index entries", error);
    for (unsigned part = 0; part < SST_PAGE_PARTS && status == SST_OK; part++) {
        part_view view;
        uint64_t number = (uint64_t)page * SST_PAGE_PARTS + part;
        if (!part_open(&shape, part, bytes, size, &view) ||
            !decode_part(&shape, &view, part_lowest(&shape, number), *postings + *count))
            return damaged(error);
        *count += view.count;
    }
    return status;
}
