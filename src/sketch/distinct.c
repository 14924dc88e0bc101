#include <string.h>

#include "sketch/lists.h"
#include "sketch/sketch.h"

/* Half full at most, so that a search ends after one or two steps. */
size_t sst_distinct_slots(size_t count)
{
    size_t slots = 16;
    while (slots < 2 * count)
        slots *= 2;
    return slots;
}

static size_t count_by_table(const uint64_t *hashes, size_t count, uint64_t *table)
{
    size_t mask = sst_distinct_slots(count) - 1, distinct = 0;
    bool zero = false; /* 0 marks a free slot; the hash 0 is counted beside the table */
    memset(table, 0, (mask + 1) * sizeof *table);
    for (size_t i = 0; i < count; i++) {
        uint64_t hash = hashes[i];
        size_t slot = (size_t)hash & mask;
        while (table[slot] != 0 && table[slot] != hash)
            slot = (slot + 1) & mask;
        zero |= hash == 0;
        distinct += table[slot] != hash;
        table[slot] = hash;
    }
    return distinct + zero;
}

sst_lists sst_lists_start(size_t count, uint64_t *table)
{
    size_t size = 2 * sst_distinct_slots(count);
    sst_lists lists = {.mask = size - 1, .last = (sst_list_number *)table};
    lists.before = lists.last + size;
    lists.joined = lists.before + count;
    memset(lists.last, 0, size * sizeof *lists.last);
    return lists;
}

static bool stands_before(const sst_lists *lists, const uint64_t *hashes, size_t i)
{
    for (size_t j = lists->before[i]; j != 0; j = lists->before[j - 1])
        if (hashes[j - 1] == hashes[i])
            return true;
    return false;
}

/* Nearly all lists have two members at most, and whether these are equal cannot be foreseen: so
 * first without a branch, which leaves few to be looked at again. */
size_t sst_lists_repeats(sst_lists lists, const uint64_t *hashes)
{
    size_t repeats = 0, left = 0;
    for (size_t k = 0; k < lists.joined_count; k++) {
        sst_list_number i = lists.joined[k], front = lists.before[i];
        bool equal = hashes[front - 1] == hashes[i];
        repeats += equal;
        lists.joined[left] = i;
        left += !equal & (lists.before[front - 1] != 0);
    }
    for (size_t k = 0; k < left; k++)
        repeats += stands_before(&lists, hashes, lists.joined[k]);
    return repeats;
}

size_t sst_distinct_count(const uint64_t *hashes, size_t count, uint64_t *table)
{
    if (count > SST_LISTS_MOST)
        return count_by_table(hashes, count, table);
    sst_lists lists = sst_lists_start(count, table);
    for (size_t i = 0; i < count; i++)
        sst_lists_add(&lists, hashes[i], i);
    return count - sst_lists_repeats(lists, hashes);
}
