#include "base/sort.h"

#include <string.h>

#include "base/memory.h"

enum {
    INSERTION_MOST = 32,
    DIGIT_BITS_MOST = 11,
    PARTITION_BITS_MOST = 11,
    PARTITION_ITEMS = 4096, /* 32 KiB: with the scratch in L2 */
    LINE_ITEMS = 8          /* of one cache line: what a partition buffers before it writes */
};

void sst_sort_near(uint64_t *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint64_t item = items[i];
        size_t j = i;
        for (; j > 0 && items[j - 1] > item; j--)
            items[j] = items[j - 1];
        items[j] = item;
    }
}

/* Bits in which not all items agree. */
static uint64_t varying_bits(const uint64_t *items, size_t count)
{
    uint64_t any = 0, all = ~(uint64_t)0;
    for (size_t i = 0; i < count; i++) {
        any |= items[i];
        all &= items[i];
    }
    return any & ~all;
}

/* Bits of a digit that leaves about one item to a value. */
static unsigned digit_bits(size_t count)
{
    unsigned bits = 4;
    while (bits < DIGIT_BITS_MOST && count >> bits > 1)
        bits++;
    return bits;
}

/* Orders by the highest bits that vary; ends[v] is then where the items of digit v end. */
static void scatter_digit(uint64_t *items, uint64_t *scratch, size_t count, unsigned shift,
                          size_t *ends, size_t values)
{
    memset(ends, 0, values * sizeof *ends);
    for (size_t i = 0; i < count; i++)
        ends[items[i] >> shift & (values - 1)]++;
    size_t sum = 0;
    for (size_t value = 0; value < values; value++) {
        size_t size = ends[value];
        ends[value] = sum;
        sum += size;
    }
    for (size_t i = 0; i < count; i++)
        scratch[ends[items[i] >> shift & (values - 1)]++] = items[i];
    memcpy(items, scratch, count * sizeof *items);
}

/* Keys are hashes, so that one digit leaves items near their places and insertion does the rest;
 * what a digit leaves large is cut again by the bits that still vary there. */
void sst_sort_block(uint64_t *items, uint64_t *scratch, size_t count)
{
    if (count <= INSERTION_MOST) {
        sst_sort_near(items, count);
        return;
    }
    uint64_t varying = varying_bits(items, count);
    if (varying == 0)
        return;
    size_t ends[1 << DIGIT_BITS_MOST];
    unsigned width = 64u - (unsigned)__builtin_clzll(varying), bits = digit_bits(count);
    size_t values = (size_t)1 << bits, begin = 0;
    scatter_digit(items, scratch, count, width > bits ? width - bits : 0, ends, values);
    if (width <= bits)
        return;
    for (size_t value = 0; value < values; value++) {
        if (ends[value] - begin > INSERTION_MOST)
            sst_sort_block(items + begin, scratch, ends[value] - begin);
        begin = ends[value];
    }
    sst_sort_near(items, count);
}

/* One large sort: chunks of the input are counted, then scattered, then partitions sorted. */
typedef struct big_sort {
    uint64_t *items, *scratch;
    size_t count, chunk, chunks;
    unsigned shift, partitions;
    size_t *place;  /* [chunk][partition]: counts, then where the chunk writes next */
    size_t *begin;  /* [partition + 1] */
    uint64_t mask;  /* of the partition after the shift */
} big_sort;

static size_t partition_of(const big_sort *sort, uint64_t item)
{
    return (size_t)(item >> sort->shift & sort->mask);
}

static sst_status count_chunk(void *context, size_t begin, size_t end, unsigned thread,
                              sst_error *error)
{
    (void)thread, (void)error;
    big_sort *sort = context;
    size_t *counts = sort->place + begin / sort->chunk * sort->partitions;
    for (size_t i = begin; i < end; i++)
        counts[partition_of(sort, sort->items[i])]++;
    return SST_OK;
}

/* Items of one partition leave in whole cache lines: writing single items to 2,048 places would
 * miss the TLB on nearly every one. */
static sst_status scatter_chunk(void *context, size_t begin, size_t end, unsigned thread,
                                sst_error *error)
{
    (void)thread;
    big_sort *sort = context;
    size_t *place = sort->place + begin / sort->chunk * sort->partitions;
    uint64_t(*lines)[LINE_ITEMS] = sst_allocate(sort->partitions, sizeof *lines, "sorting", error);
    unsigned char *held = sst_allocate_zeroed(sort->partitions, 1, "sorting", error);
    sst_status status = lines == NULL || held == NULL ? SST_MEMORY : SST_OK;
    for (size_t i = begin; status == SST_OK && i < end; i++) {
        size_t p = partition_of(sort, sort->items[i]);
        lines[p][held[p]++] = sort->items[i];
        if (held[p] == LINE_ITEMS) {
            memcpy(sort->scratch + place[p], lines[p], sizeof lines[p]);
            place[p] += LINE_ITEMS;
            held[p] = 0;
        }
    }
    for (size_t p = 0; status == SST_OK && p < sort->partitions; p++)
        memcpy(sort->scratch + place[p], lines[p], held[p] * sizeof lines[p][0]);
    free(held);
    free(lines);
    return status;
}

static sst_status sort_partitions(void *context, size_t begin, size_t end, unsigned thread,
                                  sst_error *error)
{
    (void)thread, (void)error;
    big_sort *sort = context;
    for (size_t p = begin; p < end; p++) {
        size_t first = sort->begin[p], size = sort->begin[p + 1] - first;
        sst_sort_block(sort->scratch + first, sort->items + first, size);
        memcpy(sort->items + first, sort->scratch + first, size * sizeof *sort->items);
    }
    return SST_OK;
}

static void place_chunks(big_sort *sort)
{
    size_t sum = 0;
    for (size_t p = 0; p < sort->partitions; p++) {
        sort->begin[p] = sum;
        for (size_t c = 0; c < sort->chunks; c++) {
            size_t *place = &sort->place[c * sort->partitions + p];
            size_t size = *place;
            *place = sum;
            sum += size;
        }
    }
    sort->begin[sort->partitions] = sum;
}

static void choose_partitions(big_sort *sort)
{
    unsigned bits = 0;
    while (bits < PARTITION_BITS_MOST && sort->count >> bits > PARTITION_ITEMS)
        bits++;
    uint64_t varying = varying_bits(sort->items, sort->count);
    unsigned width = varying == 0 ? 0 : 64u - (unsigned)__builtin_clzll(varying);
    if (bits > width)
        bits = width;
    sort->partitions = 1u << bits;
    sort->mask = sort->partitions - 1;
    sort->shift = width == bits ? 0 : width - bits;
}

sst_status sst_sort(uint64_t *items, uint64_t *scratch, size_t count, unsigned threads,
                    sst_error *error)
{
    if (count <= 2 * PARTITION_ITEMS) {
        sst_sort_block(items, scratch, count);
        return SST_OK;
    }
    big_sort sort = {.items = items, .scratch = scratch, .count = count};
    choose_partitions(&sort);
    sort.chunk = count / threads + 1;
    sort.chunks = (count + sort.chunk - 1) / sort.chunk;
    sort.place = sst_allocate_zeroed(sst_size_multiply(sort.chunks, sort.partitions),
                                     sizeof *sort.place, "sorting", error);
    sort.begin = sst_allocate(sort.partitions + 1, sizeof *sort.begin, "sorting", error);
    sst_status status = sort.place == NULL || sort.begin == NULL ? SST_MEMORY : SST_OK;
    if (status == SST_OK)
        status = sst_parallel(count, sort.chunk, threads, count_chunk, &sort, error);
    if (status == SST_OK) {
        place_chunks(&sort);
        status = sst_parallel(count, sort.chunk, threads, scatter_chunk, &sort, error);
    }
    if (status == SST_OK)
        status = sst_parallel(sort.partitions, 4, threads, sort_partitions, &sort, error);
    free(sort.begin);
    free(sort.place);
    return status;
}

size_t sst_sort_unique(uint64_t *items, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || items[kept - 1] != items[i])
            items[kept++] = items[i];
    return kept;
}
