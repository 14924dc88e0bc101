#include "match/shuffle.h"

#include <string.h>

#include "base/sort.h"

enum {
    BITS_MOST = 11,
    PARTITION_ITEMS = 4096,
    BLOCK_MOST = 1024, /* items: 8 KiB */
    BLOCK_LEAST = 64,
    LINE_ITEMS = 8
};

/* A full block of a partition, in the pool; blocks of one thread and partition form a list. */
typedef struct block_entry {
    uint64_t offset;
    uint32_t next; /* index + 1; 0 ends */
} block_entry;

typedef struct lane {
    sst_shuffle_lane open;
    block_entry *blocks;
    size_t block_count, block_capacity;
    uint32_t *first; /* per partition: index + 1 of its newest block, 0 none */
    uint32_t *full;  /* per partition: how many blocks */
} lane;

struct sst_shuffle {
    size_t partitions;
    unsigned threads;
    uint32_t block;
    lane *lanes;
    sst_pool *pool;
    const char *what;
};

unsigned sst_shuffle_bits(uint64_t expected)
{
    unsigned bits = 0;
    while (bits < BITS_MOST && expected >> bits > PARTITION_ITEMS)
        bits++;
    return bits;
}

static uint32_t block_size(size_t partitions, unsigned threads, uint64_t memory)
{
    uint64_t items = memory / 8 / sizeof(uint64_t) / partitions / threads;
    return items > BLOCK_MOST ? BLOCK_MOST : items < BLOCK_LEAST ? BLOCK_LEAST : (uint32_t)items;
}

static sst_status lane_create(sst_shuffle *shuffle, lane *own, sst_error *error)
{
    size_t partitions = shuffle->partitions;
    own->open.block = shuffle->block;
    own->open.stride = shuffle->block + LINE_ITEMS;
    own->open.items = sst_allocate(sst_size_multiply(partitions, own->open.stride),
                                   sizeof(uint64_t), shuffle->what, error);
    own->open.fill = sst_allocate_zeroed(partitions, sizeof(uint32_t), shuffle->what, error);
    own->first = sst_allocate_zeroed(partitions, sizeof(uint32_t), shuffle->what, error);
    own->full = sst_allocate_zeroed(partitions, sizeof(uint32_t), shuffle->what, error);
    return own->open.items == NULL || own->open.fill == NULL || own->first == NULL ||
                   own->full == NULL
               ? SST_MEMORY
               : SST_OK;
}

sst_status sst_shuffle_create(unsigned bits, unsigned threads, uint64_t memory, const char *tmp,
                              const char *what, sst_shuffle **result, sst_error *error)
{
    *result = NULL;
    sst_shuffle *shuffle = sst_allocate_zeroed(1, sizeof *shuffle, what, error);
    if (shuffle == NULL)
        return SST_MEMORY;
    shuffle->partitions = (size_t)1 << bits;
    shuffle->threads = threads;
    shuffle->what = what;
    shuffle->block = block_size(shuffle->partitions, threads, memory);
    shuffle->lanes = sst_allocate_zeroed(threads, sizeof *shuffle->lanes, what, error);
    sst_status status = shuffle->lanes == NULL ? SST_MEMORY : SST_OK;
    for (unsigned t = 0; status == SST_OK && t < threads; t++)
        status = lane_create(shuffle, &shuffle->lanes[t], error);
    if (status == SST_OK)
        status = sst_pool_create(memory, tmp, what, &shuffle->pool, error);
    if (status != SST_OK) {
        sst_shuffle_free(shuffle);
        return status;
    }
    *result = shuffle;
    return SST_OK;
}

void sst_shuffle_free(sst_shuffle *shuffle)
{
    if (shuffle == NULL)
        return;
    for (unsigned t = 0; shuffle->lanes != NULL && t < shuffle->threads; t++) {
        lane *own = &shuffle->lanes[t];
        free(own->open.items);
        free(own->open.fill);
        free(own->first);
        free(own->full);
        free(own->blocks);
    }
    free(shuffle->lanes);
    sst_pool_free(shuffle->pool);
    free(shuffle);
}

sst_status sst_shuffle_reset(sst_shuffle *shuffle, sst_error *error)
{
    for (unsigned t = 0; t < shuffle->threads; t++) {
        lane *own = &shuffle->lanes[t];
        own->block_count = 0;
        memset(own->open.fill, 0, shuffle->partitions * sizeof *own->open.fill);
        memset(own->first, 0, shuffle->partitions * sizeof *own->first);
        memset(own->full, 0, shuffle->partitions * sizeof *own->full);
    }
    return sst_pool_reset(shuffle->pool, error);
}

sst_shuffle_lane *sst_shuffle_lane_of(sst_shuffle *shuffle, unsigned thread)
{
    return &shuffle->lanes[thread].open;
}

sst_status sst_shuffle_flush(sst_shuffle *shuffle, unsigned thread, size_t partition,
                             sst_error *error)
{
    lane *own = &shuffle->lanes[thread];
    sst_status status = SST_RESERVE(&own->blocks, &own->block_capacity, own->block_count + 1,
                                    shuffle->what, error);
    if (status != SST_OK)
        return status;
    block_entry *entry = &own->blocks[own->block_count];
    status = sst_pool_append(shuffle->pool, own->open.items + partition * own->open.stride,
                             shuffle->block * sizeof(uint64_t), &entry->offset, error);
    if (status != SST_OK)
        return status;
    entry->next = own->first[partition];
    own->first[partition] = (uint32_t)++own->block_count;
    own->full[partition]++;
    own->open.fill[partition] = 0;
    return SST_OK;
}

sst_status sst_shuffle_seal(sst_shuffle *shuffle, sst_error *error)
{
    return sst_pool_seal(shuffle->pool, error);
}

uint64_t sst_shuffle_spilled(const sst_shuffle *shuffle)
{
    return sst_pool_spilled(shuffle->pool);
}

size_t sst_shuffle_partitions(const sst_shuffle *shuffle)
{
    return shuffle->partitions;
}

static sst_status partition_reserve(sst_partition *partition, size_t count, sst_error *error)
{
    if (count <= partition->capacity)
        return SST_OK;
    count += count / 4;
    sst_partition_free(partition);
    partition->items = sst_allocate(count + 1, sizeof(uint64_t), "a partition", error);
    partition->scratch = sst_allocate(count + 1, sizeof(uint64_t), "a partition", error);
    if (partition->items == NULL || partition->scratch == NULL)
        return SST_MEMORY;
    partition->capacity = count;
    return SST_OK;
}

void sst_partition_free(sst_partition *partition)
{
    free(partition->items);
    free(partition->scratch);
    free(partition->table);
    *partition = (sst_partition){0};
}

/* The newest block comes last, so that items stand in the order in which they came. */
static sst_status load_lane(const sst_shuffle *shuffle, const lane *own, size_t index,
                            sst_partition *partition, sst_error *error)
{
    size_t bytes = shuffle->block * sizeof(uint64_t);
    uint64_t *to = partition->items + partition->count + (size_t)own->full[index] * shuffle->block;
    for (uint32_t b = own->first[index]; b != 0; b = own->blocks[b - 1].next) {
        const void *from;
        to -= shuffle->block;
        sst_status status =
            sst_pool_read(shuffle->pool, own->blocks[b - 1].offset, bytes, to, &from, error);
        if (status != SST_OK)
            return status;
        if (from != to)
            memcpy(to, from, bytes);
    }
    partition->count += (size_t)own->full[index] * shuffle->block;
    uint32_t fill = own->open.fill[index];
    if (fill == 0)
        return SST_OK;
    memcpy(partition->items + partition->count, own->open.items + index * own->open.stride,
           fill * sizeof(uint64_t));
    partition->count += fill;
    return SST_OK;
}

sst_status sst_shuffle_load(const sst_shuffle *shuffle, size_t index, sst_partition *partition,
                            sst_error *error)
{
    size_t total = 0;
    for (unsigned t = 0; t < shuffle->threads; t++)
        total += (size_t)shuffle->lanes[t].full[index] * shuffle->block +
                 shuffle->lanes[t].open.fill[index];
    sst_status status = partition_reserve(partition, total, error);
    partition->count = 0;
    for (unsigned t = 0; status == SST_OK && t < shuffle->threads; t++)
        status = load_lane(shuffle, &shuffle->lanes[t], index, partition, error);
    return status;
}

void sst_partition_sort(sst_partition *partition)
{
    sst_sort_block(partition->items, partition->scratch, partition->count);
}

/* ---- Shared keys ---- */

enum {
    SLOTS_PER_ITEM = 1,
    LARGE = 32 /* items of a slot that insertion would not put in order cheaply */
};

static sst_status table_clear(sst_partition *partition, unsigned *bits, sst_error *error)
{
    *bits = 4;
    while ((size_t)1 << *bits < SLOTS_PER_ITEM * partition->count)
        ++*bits;
    size_t slots = (size_t)1 << *bits;
    if (slots > partition->table_capacity) {
        free(partition->table);
        partition->table_capacity = 0;
        partition->table = sst_allocate(slots, sizeof *partition->table, "a partition", error);
        if (partition->table == NULL)
            return SST_MEMORY;
        partition->table_capacity = slots;
    }
    memset(partition->table, 0, slots * sizeof *partition->table);
    return SST_OK;
}

/* Turns the counts of slots into where their items begin; an item that is alone in its slot goes
 * to the place behind all others. Returns how many are not; *largest is the largest count. */
static size_t place_slots(const sst_partition *partition, size_t slots, uint32_t *largest)
{
    uint32_t sum = 0, most = 0, behind = (uint32_t)partition->count;
    for (size_t s = 0; s < slots; s++) {
        uint32_t size = partition->table[s], shared = size > 1 ? UINT32_MAX : 0;
        partition->table[s] = (sum & shared) | (behind & ~shared);
        most = size > most ? size : most;
        sum += size & shared;
    }
    *largest = most;
    return sum;
}

/* Puts the slots in order that insertion is too slow for; `items` is free. */
static void sort_large(const sst_partition *partition, size_t kept, unsigned shift)
{
    const uint64_t *sorted = partition->scratch;
    for (size_t i = 0, next; i < kept; i = next) {
        next = partition->table[sorted[i] >> shift];
        if (next - i > LARGE)
            sst_sort_block(partition->scratch + i, partition->items, next - i);
    }
}

/* Slots are the high bits of a key, so that items that are put together by slots are nearly in
 * order. */
sst_status sst_partition_sort_shared(sst_partition *partition, sst_error *error)
{
    unsigned bits;
    uint32_t largest;
    if (partition->count > UINT32_MAX - 1)
        return sst_fail(error, SST_LIMIT, "more than 2^32 - 2 postings; split the input by date");
    sst_status status = table_clear(partition, &bits, error);
    if (status != SST_OK)
        return status;
    const uint64_t *items = partition->items;
    uint64_t *sorted = partition->scratch;
    uint32_t *table = partition->table;
    unsigned shift = 64 - bits;
    for (size_t i = 0; i < partition->count; i++)
        table[items[i] >> shift]++;
    size_t kept = place_slots(partition, (size_t)1 << bits, &largest);
    for (size_t i = 0; i < partition->count; i++)
        sorted[table[items[i] >> shift]++] = items[i];
    if (largest > LARGE)
        sort_large(partition, kept, shift);
    sst_sort_near(sorted, kept);
    partition->scratch = partition->items;
    partition->items = sorted;
    partition->count = kept;
    return SST_OK;
}
