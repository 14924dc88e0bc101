/* Many 64-bit items, put in by several threads and taken out partition by partition: what does not
 * fit the memory goes to a temporary file. A partition has no order of its own; whoever loads it
 * sorts it. */
#ifndef MATCH_SHUFFLE_H
#define MATCH_SHUFFLE_H

#include "base/memory.h"
#include "base/pool.h"

typedef struct sst_shuffle sst_shuffle;

/* One load at a time: `items` and `scratch` have room for a partition and one item, `table` is
 * scratch of sst_partition_sort_shared. Zero-initialise. */
typedef struct sst_partition {
    uint64_t *items, *scratch;
    uint32_t *table;
    size_t count, capacity, table_capacity;
} sst_partition;

/* Number of bits that cuts `expected` items into partitions that fit the cache; at most 11. */
unsigned sst_shuffle_bits(uint64_t expected);

/* `bits`: 2^bits partitions. `memory`: bytes for full blocks; the open blocks of all threads take
 * at most an eighth of it more (never less than 64 items each). */
sst_status sst_shuffle_create(unsigned bits, unsigned threads, uint64_t memory, const char *tmp,
                              const char *what, sst_shuffle **shuffle, sst_error *error);
void sst_shuffle_free(sst_shuffle *shuffle);
/* Empties it for reuse. */
sst_status sst_shuffle_reset(sst_shuffle *shuffle, sst_error *error);

/* The open blocks of one thread: block p holds `fill[p]` of `block` items. They fill alike, and a
 * line stands between any two so that their ends do not compete for the same sets of the cache. */
typedef struct sst_shuffle_lane {
    uint64_t *items;
    uint32_t *fill;
    uint32_t block, stride;
} sst_shuffle_lane;

sst_shuffle_lane *sst_shuffle_lane_of(sst_shuffle *shuffle, unsigned thread);
sst_status sst_shuffle_flush(sst_shuffle *shuffle, unsigned thread, size_t partition,
                             sst_error *error);

static inline sst_status sst_shuffle_put(sst_shuffle *shuffle, sst_shuffle_lane *lane,
                                         unsigned thread, size_t partition, uint64_t item,
                                         sst_error *error)
{
    uint32_t at = lane->fill[partition]++;
    lane->items[partition * lane->stride + at] = item;
    return at + 1 < lane->block ? SST_OK : sst_shuffle_flush(shuffle, thread, partition, error);
}

sst_status sst_shuffle_seal(sst_shuffle *shuffle, sst_error *error);
uint64_t sst_shuffle_spilled(const sst_shuffle *shuffle);
size_t sst_shuffle_partitions(const sst_shuffle *shuffle);

/* Copies a partition out. Thread-safe after seal, with a `partition` of the thread's own. */
sst_status sst_shuffle_load(const sst_shuffle *shuffle, size_t index, sst_partition *partition,
                            sst_error *error);
void sst_partition_free(sst_partition *partition);

/* Orders by key (high 32 bits), then value. */
void sst_partition_sort(sst_partition *partition);
/* The same without the items whose key no other item has, which are nearly all of them; a few of
 * those may stay. Made for keys that are spread over all their bits and for values that mostly
 * rise. */
sst_status sst_partition_sort_shared(sst_partition *partition, sst_error *error);

#endif
