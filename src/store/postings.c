#include "store/postings.h"

#include <string.h>

#include "base/hash.h"

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
    /* The largest part is one key larger than the quotient at most. */
    uint64_t part = (UINT64_C(1) << SST_KEY_BITS) / ((uint64_t)pages * SST_PAGE_PARTS) + 1;
    return (sst_page_shape){first, bits_of(last - first, 8), bits_of(part, 1), pages};
}

/* Parts are numbered through the segment: part p of page i is 128 * i + p. */
static uint64_t part_of(sst_page_shape shape, uint64_t key)
{
    return key * shape.pages * SST_PAGE_PARTS >> SST_KEY_BITS;
}

static uint64_t part_lowest(sst_page_shape shape, uint64_t part)
{
    uint64_t parts = (uint64_t)shape.pages * SST_PAGE_PARTS;
    return ((part << SST_KEY_BITS) + parts - 1) / parts;
}

uint32_t sst_page_of(sst_page_shape shape, uint64_t key)
{
    return (uint32_t)(part_of(shape, key) / SST_PAGE_PARTS);
}

uint64_t sst_page_lowest(sst_page_shape shape, uint32_t page)
{
    return part_lowest(shape, (uint64_t)page * SST_PAGE_PARTS);
}

/* Bits on their way into a buffer. */
typedef struct bit_writer {
    sst_buffer *buffer;
    uint64_t bits;
    unsigned count; /* below 8 between two calls */
} bit_writer;

/* `width` is at most 56. */
static void write_bits(bit_writer *writer, uint64_t value, unsigned width)
{
    writer->bits |= value << writer->count;
    writer->count += width;
    while (writer->count >= 8) {
        sst_buffer_byte(writer->buffer, (char)writer->bits);
        writer->bits >>= 8;
        writer->count -= 8;
    }
}

static void end_bits(bit_writer *writer)
{
    if (writer->count > 0)
        sst_buffer_byte(writer->buffer, (char)writer->bits);
    writer->bits = 0;
    writer->count = 0;
}

/* `width` is at most 56; 8 bytes behind the first one must be readable. */
static uint64_t read_bits(const unsigned char *bytes, size_t bit, unsigned width)
{
    return sst_load64(bytes + bit / 8) >> bit % 8 & ((UINT64_C(1) << width) - 1);
}

void sst_page_encode(sst_page_shape shape, uint32_t page, const sst_posting *postings,
                     size_t count, sst_buffer *buffer)
{
    size_t begin = buffer->size;
    uint32_t offsets[SST_PAGE_PARTS];
    sst_buffer_append(buffer, (char[HEADER_SIZE]){0}, HEADER_SIZE);
    bit_writer writer = {.buffer = buffer};
    size_t at = 0;
    for (unsigned part = 0; part < SST_PAGE_PARTS; part++) {
        offsets[part] = (uint32_t)(buffer->size - begin);
        uint64_t number = (uint64_t)page * SST_PAGE_PARTS + part;
        uint64_t lowest = part_lowest(shape, number), end = part_lowest(shape, number + 1);
        for (; at < count && postings[at].key < end; at++) {
            write_bits(&writer, postings[at].key - lowest, shape.key_width);
            write_bits(&writer, postings[at].number - shape.first, shape.width);
        }
        end_bits(&writer);
    }
    sst_buffer_append(buffer, (char[PADDING]){0}, PADDING);
    if (buffer->failed)
        return;
    for (unsigned part = 0; part < SST_PAGE_PARTS; part++)
        for (unsigned byte = 0; byte < 4; byte++)
            buffer->bytes[begin + 4 * part + byte] = (char)(offsets[part] >> 8 * byte);
}

/* The entries of one part. */
typedef struct part_view {
    const unsigned char *bits;
    size_t count, stride; /* bits of an entry */
    uint64_t lowest;
} part_view;

static bool part_open(sst_page_shape shape, uint64_t number, const unsigned char *bytes,
                      size_t size, part_view *view)
{
    unsigned part = number % SST_PAGE_PARTS;
    if (size < HEADER_SIZE + PADDING)
        return false;
    size_t begin = sst_load32(bytes + 4 * part), stride = shape.key_width + shape.width;
    size_t end = part + 1 < SST_PAGE_PARTS ? sst_load32(bytes + 4 * (part + 1)) : size - PADDING;
    if (begin < HEADER_SIZE || begin > end || end > size - PADDING)
        return false;
    *view = (part_view){bytes + begin, 8 * (end - begin) / stride, stride,
                        part_lowest(shape, number)};
    return true;
}

static uint64_t entry_key(const part_view *view, uint32_t key_width, size_t at)
{
    return read_bits(view->bits, at * view->stride, key_width);
}

/* How many entries of [begin, end) and before have a key below `key`, by halving. */
static size_t halve(const part_view *view, uint32_t key_width, uint64_t key, size_t begin,
                    size_t end)
{
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (entry_key(view, key_width, middle) < key)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

/* Where a key would stand if its part's entries were evenly spread. They nearly are. */
static size_t guess_place(sst_page_shape shape, uint64_t key, size_t count)
{
    const uint64_t mask = (UINT64_C(1) << SST_KEY_BITS) - 1;
    uint64_t share = key * shape.pages * SST_PAGE_PARTS & mask;
    return (size_t)((share >> 12) * count >> (SST_KEY_BITS - 12));
}

/* How many entries of the part have a key below `key`, which is relative to the part: a few
 * steps from where it should be, else by halving. */
static size_t count_below(const part_view *view, uint32_t key_width, uint64_t key, size_t guess)
{
    enum { STEPS = 8 };
    size_t at = guess;
    for (unsigned step = 0; step < STEPS; step++) {
        if (at < view->count && entry_key(view, key_width, at) < key)
            at++;
        else if (at > 0 && entry_key(view, key_width, at - 1) >= key)
            at--;
        else
            return at;
    }
    return at > guess ? halve(view, key_width, key, at, view->count)
                      : halve(view, key_width, key, 0, at);
}

void sst_page_prefetch_head(sst_page_shape shape, const unsigned char *bytes, uint64_t key)
{
    __builtin_prefetch(bytes + 4 * (part_of(shape, key) % SST_PAGE_PARTS));
}

void sst_page_prefetch(sst_page_shape shape, const unsigned char *bytes, size_t size,
                       uint64_t key)
{
    unsigned part = part_of(shape, key) % SST_PAGE_PARTS;
    if (size < HEADER_SIZE)
        return;
    size_t begin = sst_load32(bytes + 4 * part);
    size_t end = part + 1 < SST_PAGE_PARTS ? sst_load32(bytes + 4 * (part + 1)) : size;
    if (begin > end || end > size)
        return;
    const unsigned char *guess = bytes + begin + guess_place(shape, key, end - begin);
    __builtin_prefetch(guess - (guess - bytes > 16 ? 16 : 0));
    __builtin_prefetch(guess + 16);
}

bool sst_page_find(sst_page_shape shape, const unsigned char *bytes, size_t size, uint64_t key,
                   sst_page_run *run)
{
    enum { NEAR = 8 }; /* most lists are shorter */
    *run = (sst_page_run){NULL, 0, 0};
    part_view view;
    if (!part_open(shape, part_of(shape, key), bytes, size, &view))
        return false;
    uint64_t inside = key - view.lowest;
    size_t begin = count_below(&view, shape.key_width, inside,
                               guess_place(shape, key, view.count));
    size_t end = begin;
    while (end < view.count && end - begin < NEAR &&
           read_bits(view.bits, end * view.stride, shape.key_width) == inside)
        end++;
    if (end - begin == NEAR)
        end = halve(&view, shape.key_width, inside + 1, end, view.count);
    *run = (sst_page_run){view.bits, begin, end > begin ? end - begin : 0};
    return true;
}

uint32_t sst_page_story(sst_page_shape shape, sst_page_run run, size_t i)
{
    size_t stride = shape.key_width + shape.width;
    return shape.first + (uint32_t)read_bits(run.part, (run.begin + i) * stride + shape.key_width,
                                             shape.width);
}

static sst_status damaged(sst_error *error)
{
    return sst_fail(error, SST_FORMAT,
                    "a page of the index is damaged; run 'samestory rebuild'");
}

static sst_status decode_part(sst_page_shape shape, const part_view *view,
                              sst_posting **postings, size_t *count, size_t *capacity,
                              sst_error *error)
{
    sst_status status =
        SST_RESERVE(postings, capacity, *count + view->count, "index entries", error);
    for (size_t i = 0; i < view->count && status == SST_OK; i++) {
        sst_page_run run = {view->bits, i, 1};
        uint64_t key =
            view->lowest + read_bits(view->bits, i * view->stride, shape.key_width);
        if (key >> SST_KEY_BITS != 0)
            return damaged(error);
        (*postings)[(*count)++] = (sst_posting){key, sst_page_story(shape, run, 0)};
    }
    return status;
}

sst_status sst_page_decode(sst_page_shape shape, uint32_t page, const unsigned char *bytes,
                           size_t size, sst_posting **postings, size_t *count, size_t *capacity,
                           sst_error *error)
{
    for (unsigned part = 0; part < SST_PAGE_PARTS; part++) {
        part_view view;
        if (!part_open(shape, (uint64_t)page * SST_PAGE_PARTS + part, bytes, size, &view))
            return damaged(error);
        sst_status status = decode_part(shape, &view, postings, count, capacity, error);
        if (status != SST_OK)
            return status;
    }
    return SST_OK;
}

enum { RADIX_BITS = 10, RADIX = 1 << RADIX_BITS };

static void radix_pass(const sst_posting *from, sst_posting *to, size_t count, unsigned shift)
{
    size_t starts[RADIX] = {0}, sum = 0;
    for (size_t i = 0; i < count; i++)
        starts[from[i].key >> shift & (RADIX - 1)]++;
    for (size_t digit = 0; digit < RADIX; digit++) {
        size_t size = starts[digit];
        starts[digit] = sum;
        sum += size;
    }
    for (size_t i = 0; i < count; i++)
        to[starts[from[i].key >> shift & (RADIX - 1)]++] = from[i];
}

void sst_postings_sort(sst_posting *postings, sst_posting *scratch, size_t count)
{
    /* An even number of passes ends where it began. */
    for (unsigned shift = 0; shift < SST_KEY_BITS; shift += 2 * RADIX_BITS) {
        radix_pass(postings, scratch, count, shift);
        radix_pass(scratch, postings, count, shift + RADIX_BITS);
    }
}
