#include "store/postings.h"

#include <string.h>

#include "base/hash.h"

enum { HEADER_SIZE = 4 * SST_PAGE_PARTS, VARINT_MAX = 10 };

sst_page_shape sst_page_shape_make(uint32_t first, uint32_t last, uint32_t pages)
{
    uint32_t span = last - first, width = 1;
    while (width < 4 && span >> (8 * width) != 0)
        width++;
    return (sst_page_shape){first, width, pages};
}

uint32_t sst_page_of(sst_page_shape shape, uint64_t key)
{
    return (uint32_t)(key * shape.pages >> SST_KEY_BITS);
}

uint64_t sst_page_lowest(sst_page_shape shape, uint32_t page)
{
    return (((uint64_t)page << SST_KEY_BITS) + shape.pages - 1) / shape.pages;
}

/* Lowest key of part `part` of a page; of the next page for part = SST_PAGE_PARTS. */
static uint64_t part_lowest(sst_page_shape shape, uint32_t page, unsigned part)
{
    uint64_t lowest = sst_page_lowest(shape, page);
    uint64_t size = sst_page_lowest(shape, page + 1) - lowest;
    return lowest + size * part / SST_PAGE_PARTS;
}

static unsigned part_of(sst_page_shape shape, uint32_t page, uint64_t key)
{
    uint64_t lowest = sst_page_lowest(shape, page);
    uint64_t size = sst_page_lowest(shape, page + 1) - lowest;
    unsigned part = (unsigned)((key - lowest) * SST_PAGE_PARTS / (size == 0 ? 1 : size));
    /* The floor of the bound can lie one below the floor of the quotient. */
    while (part + 1 < SST_PAGE_PARTS && key >= part_lowest(shape, page, part + 1))
        part++;
    return part;
}

static void append_varint(sst_buffer *buffer, uint64_t value)
{
    char bytes[VARINT_MAX];
    size_t size = 0;
    while (value >= 0x80) {
        bytes[size++] = (char)(value | 0x80);
        value >>= 7;
    }
    bytes[size++] = (char)value;
    sst_buffer_append(buffer, bytes, size);
}

static bool read_varint(const unsigned char **at, const unsigned char *end, uint64_t *value)
{
    uint64_t sum = 0;
    for (unsigned shift = 0; shift < 64 && *at < end; shift += 7) {
        unsigned char byte = *(*at)++;
        sum |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *value = sum;
            return true;
        }
    }
    return false;
}

static void append_number(sst_buffer *buffer, uint32_t value, size_t size)
{
    char bytes[4] = {(char)value, (char)(value >> 8), (char)(value >> 16), (char)(value >> 24)};
    sst_buffer_append(buffer, bytes, size);
}

/* One run: the postings [0, count) have one key. */
static void append_run(sst_page_shape shape, uint64_t previous, const sst_posting *postings,
                       size_t count, sst_buffer *buffer)
{
    append_varint(buffer, (postings[0].key - previous) << 1 | (count > 1));
    if (count > 1)
        append_varint(buffer, count);
    for (size_t i = 0; i < count; i++)
        append_number(buffer, postings[i].number - shape.first, shape.width);
}

static size_t run_length(const sst_posting *postings, size_t count)
{
    size_t length = 1;
    while (length < count && postings[length].key == postings[0].key)
        length++;
    return length;
}

void sst_page_encode(sst_page_shape shape, uint32_t page, const sst_posting *postings,
                     size_t count, sst_buffer *buffer)
{
    size_t begin = buffer->size;
    uint32_t offsets[SST_PAGE_PARTS];
    sst_buffer_append(buffer, (char[HEADER_SIZE]){0}, HEADER_SIZE);
    size_t at = 0;
    for (unsigned part = 0; part < SST_PAGE_PARTS; part++) {
        offsets[part] = (uint32_t)(buffer->size - begin);
        uint64_t previous = part_lowest(shape, page, part);
        uint64_t end = part_lowest(shape, page, part + 1);
        while (at < count && postings[at].key < end) {
            size_t length = run_length(postings + at, count - at);
            append_run(shape, previous, postings + at, length, buffer);
            previous = postings[at].key;
            at += length;
        }
    }
    if (buffer->failed)
        return;
    for (unsigned part = 0; part < SST_PAGE_PARTS; part++)
        for (unsigned byte = 0; byte < 4; byte++)
            buffer->bytes[begin + 4 * part + byte] = (char)(offsets[part] >> 8 * byte);
}

typedef struct part_reader {
    const unsigned char *at, *end;
    uint64_t key; /* of the run read last */
    uint32_t width;
} part_reader;

static bool part_open(sst_page_shape shape, uint32_t page, unsigned part,
                      const unsigned char *bytes, size_t size, part_reader *reader)
{
    if (size < HEADER_SIZE)
        return false;
    size_t begin = sst_load32(bytes + 4 * part);
    size_t end = part + 1 < SST_PAGE_PARTS ? sst_load32(bytes + 4 * (part + 1)) : size;
    if (begin < HEADER_SIZE || begin > end || end > size)
        return false;
    *reader = (part_reader){bytes + begin, bytes + end, part_lowest(shape, page, part),
                            shape.width};
    return true;
}

static bool part_next(part_reader *reader, sst_page_run *run)
{
    uint64_t head, count = 1;
    if (!read_varint(&reader->at, reader->end, &head))
        return false;
    if ((head & 1) != 0 && !read_varint(&reader->at, reader->end, &count))
        return false;
    if (count == 0 || count > (uint64_t)(reader->end - reader->at) / reader->width)
        return false;
    reader->key += head >> 1;
    *run = (sst_page_run){reader->at, (size_t)count};
    reader->at += count * reader->width;
    return true;
}

void sst_page_prefetch_head(sst_page_shape shape, uint32_t page, const unsigned char *bytes,
                            uint64_t key)
{
    __builtin_prefetch(bytes + 4 * part_of(shape, page, key));
}

void sst_page_prefetch(sst_page_shape shape, uint32_t page, const unsigned char *bytes,
                       size_t size, uint64_t key)
{
    size_t begin =
        size < HEADER_SIZE ? size : sst_load32(bytes + 4 * part_of(shape, page, key));
    if (begin >= size)
        return;
    __builtin_prefetch(bytes + begin);
    __builtin_prefetch(bytes + (begin + 64 < size ? begin + 64 : begin));
}

bool sst_page_find(sst_page_shape shape, uint32_t page, const unsigned char *bytes, size_t size,
                   uint64_t key, sst_page_run *run)
{
    *run = (sst_page_run){NULL, 0};
    part_reader reader;
    if (!part_open(shape, page, part_of(shape, page, key), bytes, size, &reader))
        return false;
    sst_page_run next;
    while (reader.at < reader.end) {
        if (!part_next(&reader, &next))
            return false;
        if (reader.key < key)
            continue;
        if (reader.key == key)
            *run = next;
        return true;
    }
    return true;
}

uint32_t sst_page_story(sst_page_shape shape, sst_page_run run, size_t i)
{
    const unsigned char *bytes = run.numbers + i * shape.width;
    uint32_t value = 0;
    for (unsigned byte = 0; byte < shape.width; byte++)
        value |= (uint32_t)bytes[byte] << 8 * byte;
    return shape.first + value;
}

static sst_status damaged(sst_error *error)
{
    return sst_fail(error, SST_FORMAT,
                    "a page of the index is damaged; run 'samestory rebuild'");
}

static sst_status decode_part(sst_page_shape shape, part_reader *reader, sst_posting **postings,
                              size_t *count, size_t *capacity, sst_error *error)
{
    while (reader->at < reader->end) {
        sst_page_run run;
        if (!part_next(reader, &run) || reader->key >> SST_KEY_BITS != 0)
            return damaged(error);
        sst_status status =
            SST_RESERVE(postings, capacity, *count + run.count, "index entries", error);
        if (status != SST_OK)
            return status;
        for (size_t i = 0; i < run.count; i++)
            (*postings)[(*count)++] =
                (sst_posting){reader->key, sst_page_story(shape, run, i)};
    }
    return SST_OK;
}

sst_status sst_page_decode(sst_page_shape shape, uint32_t page, const unsigned char *bytes,
                           size_t size, sst_posting **postings, size_t *count, size_t *capacity,
                           sst_error *error)
{
    for (unsigned part = 0; part < SST_PAGE_PARTS; part++) {
        part_reader reader;
        if (!part_open(shape, page, part, bytes, size, &reader))
            return damaged(error);
        sst_status status = decode_part(shape, &reader, postings, count, capacity, error);
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
