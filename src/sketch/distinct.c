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

/* Sets the bit of every hash in `once`, and in `again` those that were set before; returns how
 * often that was so. */
static size_t mark_bits(const uint64_t *hashes, size_t count, uint64_t *once, uint64_t *again,
                        size_t mask)
{
    size_t repeats = 0;
    for (size_t i = 0; i < count; i++) {
        size_t word = (size_t)(hashes[i] >> 6) & mask;
        uint64_t old = once[word], bit = (uint64_t)1 << (hashes[i] & 63);
        once[word] = old | bit;
        if (__builtin_expect((old & bit) != 0, 0)) {
            again[word] |= bit;
            repeats++;
        }
    }
    return repeats;
}

/* Repeats are few: a hash is distinct whose bit among 16 for each hash no other sets, and the
 * rest is counted by a small table. Neither pass has a branch that is hard to foresee. */
size_t sst_distinct_count(const uint64_t *hashes, size_t count, uint64_t *table)
{
    size_t slots = sst_distinct_slots(count), words = slots / 8, listed = 0;
    uint64_t *once = table, *again = table + words, *list = table + 2 * words;
    if (slots < 256)
        return count_by_table(hashes, count, table);
    memset(table, 0, 2 * words * sizeof *table);
    size_t repeats = mark_bits(hashes, count, once, again, words - 1);
    /* The list takes at most two hashes a repeat; behind it there is room for its table. */
    if (2 * repeats >= words)
        return count_by_table(hashes, count, table);
    for (size_t i = 0; i < count && repeats != 0; i++) {
        list[listed] = hashes[i];
        listed += again[(size_t)(hashes[i] >> 6) & (words - 1)] >> (hashes[i] & 63) & 1;
    }
    return count - listed + count_by_table(list, listed, table + slots / 2);
}
