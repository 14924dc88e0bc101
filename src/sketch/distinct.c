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

size_t sst_distinct_count(const uint64_t *hashes, size_t count, uint64_t *table)
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
