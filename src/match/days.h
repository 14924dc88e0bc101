/* Shingles seen on many days: the set behind sst_match_keep_common, and its making. */
#ifndef MATCH_DAYS_H
#define MATCH_DAYS_H

#include "match/match.h"

/* Keys of common shingles, found by one thread. */
typedef struct sst_day_keys {
    uint64_t *keys;
    size_t count, capacity;
} sst_day_keys;

/* What is asked of every text of a list, in one place. */
typedef struct sst_day_text {
    uint32_t group;
    int32_t day; /* its only day, or SST_DAY_OTHERWISE */
} sst_day_text;

typedef struct sst_day_counter {
    const sst_match_texts *texts;
    sst_day_text *of;    /* by text */
    sst_day_keys *lanes; /* one per thread */
    unsigned threads;
} sst_day_counter;

enum { SST_DAY_OTHERWISE = INT32_MIN }; /* none or several, or just this day */

/* group[t] stands for text t in the lists. */
sst_status sst_day_counter_create(const sst_match_texts *texts, const uint32_t *group,
                                  unsigned threads, sst_day_counter *counter, sst_error *error);
/* Also after a failure. */
void sst_day_counter_free(sst_day_counter *counter);

/* Whether the texts in the low halves of `items`, distinct, all of one shingle, stand on
 * SST_MATCH_COMMON_DAYS days. */
bool sst_day_is_common(const sst_day_counter *counter, const uint64_t *items, size_t count);
/* Keeps the key of such a shingle. */
sst_status sst_day_keep(sst_day_counter *counter, unsigned thread, uint64_t key,
                        sst_error *error);
/* Whether the groups (leaders, distinct, all of one shingle) show furniture of a source. `scratch`
 * has room for 2 `count`. */
bool sst_day_is_furniture(const sst_day_counter *counter, const uint64_t *groups, size_t count,
                          uint64_t *scratch);

/* Key of a shingle: 32 + `bits` of its bits, below the three that say whether it is sampled. */
static inline uint64_t sst_day_key(uint64_t shingle, unsigned bits)
{
    return (shingle << 3 >> 3) >> (29 - bits);
}

/* Makes the set of all lanes' keys and empties them. */
sst_status sst_match_days_create(sst_day_keys *lanes, unsigned threads, unsigned bits,
                                 sst_match_days **days, sst_error *error);
size_t sst_match_days_count(const sst_match_days *days);

#endif
