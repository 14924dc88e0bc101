#include <string.h>

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

/* In the caller's table of words. */
typedef uint16_t __attribute__((may_alias)) number;

/* Lists of hashes with the same low bits. Hashes are numbered from 1 there; 0 ends. */
typedef struct lists {
    number *last;   /* by the low bits */
    number *before; /* by hash: the one of its list in front of it */
    number *joined; /* hashes, from 0, that have one in front */
} lists;

static size_t make_lists(const uint64_t *hashes, size_t count, size_t mask, const lists *made)
{
    number *last = made->last, *before = made->before, *joined = made->joined;
    size_t joined_count = 0;
    memset(last, 0, (mask + 1) * sizeof *last);
    for (size_t i = 0; i < count; i++) {
        size_t list = hashes[i] & mask;
        number front = last[list];
        before[i] = front;
        joined[joined_count] = (number)i;
        joined_count += front != 0;
        last[list] = (number)(i + 1);
    }
    return joined_count;
}

static bool stands_before(const uint64_t *hashes, const number *before, size_t i)
{
    for (size_t j = before[i]; j != 0; j = before[j - 1])
        if (hashes[j - 1] == hashes[i])
            return true;
    return false;
}

/* Four to eight lists for each hash, and a pass without branches: nearly all hashes are alone in
 * theirs, a repeat follows its equal. */
size_t sst_distinct_count(const uint64_t *hashes, size_t count, uint64_t *table)
{
    if (count >= UINT16_MAX)
        return count_by_table(hashes, count, table);
    size_t slots = sst_distinct_slots(count), distinct = count;
    lists made = {.last = (number *)table};
    made.before = made.last + 2 * slots;
    made.joined = made.before + count;
    size_t joined = make_lists(hashes, count, 2 * slots - 1, &made);
    for (size_t i = 0; i < joined; i++)
        distinct -= stands_before(hashes, made.before, made.joined[i]);
    return distinct;
}
