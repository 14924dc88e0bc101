/* Sorting of 64-bit items by their whole value: a key in the high bits and what it belongs to in
 * the low ones, so that the order is full and the same on any number of threads.
 *
 * Large arrays are cut into up to 2,048 partitions by their highest bits and each is sorted inside
 * the cache, again from the highest digit that varies (MSD radix sort with insertion at the end:
 * McIlroy, Bostic, McIlroy: Engineering Radix Sort, 1993). Memory latency, not arithmetic,
 * decides: a radix sort over the whole array scatters over far places and does not scale. */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include "base/parallel.h"

/* One thread, for arrays that fit the cache. `scratch` has room for `count` items. */
void sst_sort_block(uint64_t *items, uint64_t *scratch, size_t count);

/* For items that stand near their places: the cost is that of the distances. */
void sst_sort_near(uint64_t *items, size_t count);

/* Any size. `scratch` has room for `count` items and is overwritten. */
sst_status sst_sort(uint64_t *items, uint64_t *scratch, size_t count, unsigned threads,
                    sst_error *error);

/* Drops repeats from a sorted array; returns how many are left. */
size_t sst_sort_unique(uint64_t *items, size_t count);

#endif
