/* The table behind sst_match_days_of, and its making. */
#ifndef MATCH_DAYS_H
#define MATCH_DAYS_H

#include "match/match.h"

/* Keeps key << 8 | count of shingles with a count of at least two. */
typedef struct sst_day_entries {
    uint64_t *entries;
    size_t count, capacity;
    uint64_t *clocks; /* scratch: days or undated texts of one list, then that much again to sort */
    size_t clock_capacity;
} sst_day_entries;

typedef struct sst_day_counter {
    const sst_match_texts *texts;
    sst_day_entries *lanes; /* one per thread */
} sst_day_counter;

/* Counts the days of the texts in the low halves of `items`, distinct, all of one shingle. */
sst_status sst_day_count(sst_day_counter *counter, unsigned thread, uint64_t key,
                         const uint64_t *items, size_t count, sst_error *error);

/* Key of a shingle: 32 + `bits` of its bits, below the three that say whether it is sampled. */
static inline uint64_t sst_day_key(uint64_t shingle, unsigned bits)
{
    return (shingle << 3 >> 3) >> (29 - bits);
}

/* Makes the table of all lanes' entries and empties them. */
sst_status sst_match_days_create(sst_day_entries *lanes, unsigned threads, unsigned bits,
                                 sst_match_days **days, sst_error *error);
size_t sst_match_days_count(const sst_match_days *days);

#endif
