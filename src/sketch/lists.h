/* Lists of hashes with the same low bits, for counting repeats; private to sketch/. Four to eight
 * lists for each hash, and an addition without branches: nearly all hashes are alone in theirs, a
 * repeat follows its equal. */
#ifndef SKETCH_LISTS_H
#define SKETCH_LISTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Hashes are numbered by 16 bits. */
enum { SST_LISTS_MOST = UINT16_MAX - 1 };

/* In the caller's table of words. */
typedef uint16_t __attribute__((may_alias)) sst_list_number;

/* Hashes are numbered from 1; 0 ends a list. */
typedef struct sst_lists {
    size_t mask;
    sst_list_number *last;   /* by the low bits */
    sst_list_number *before; /* by hash, from 0: the one of its list in front of it */
    sst_list_number *joined; /* hashes, from 0, that have one in front */
    size_t joined_count;
} sst_lists;

/* Empty lists for up to `count` hashes, SST_LISTS_MOST at most; `table` as of
 * sst_distinct_count. */
sst_lists sst_lists_start(size_t count, uint64_t *table);

/* Adds hash number `i`, from 0 on; all of them in order. */
static inline void sst_lists_add(sst_lists *lists, uint64_t hash, size_t i)
{
    size_t list = (size_t)hash & lists->mask;
    sst_list_number front = lists->last[list];
    lists->before[i] = front;
    lists->joined[lists->joined_count] = (sst_list_number)i;
    lists->joined_count += front != 0;
    lists->last[list] = (sst_list_number)(i + 1);
}

/* How many of the hashes equal one before them. */
size_t sst_lists_repeats(sst_lists lists, const uint64_t *hashes);

#endif
