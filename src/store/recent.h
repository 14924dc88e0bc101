/* The newest stories' index entries in memory, until they are many enough for a segment. */
#ifndef STORE_RECENT_H
#define STORE_RECENT_H

#include "store/postings.h"

/* Zero-initialise; release with sst_recent_free. */
typedef struct sst_recent {
    struct sst_recent_entry *entries; /* in story order */
    size_t count, capacity;
    size_t admitted; /* entries in the table; the others cannot be found yet */
    uint64_t *slots; /* hash table: key and 1 + its newest entry, 0: free */
    unsigned slot_bits; /* there are 2^slot_bits slots; 0 while there is no table */
    size_t keys;        /* slots in use */
    uint32_t first, last; /* story numbers; meaningless while count is 0 */
    uint64_t *sorted, *scratch; /* sst_recent_sort */
    size_t sorted_capacity, scratch_capacity;
} sst_recent;

typedef struct sst_recent_entry {
    uint64_t key;
    uint32_t number;
    uint32_t older; /* 1 + entry of the same key before this one, 0: none */
} sst_recent_entry;

void sst_recent_free(sst_recent *recent);
/* Forgets the entries, keeps the memory. */
void sst_recent_reset(sst_recent *recent);

/* Appends a story's keys. Numbers come ascending. */
sst_status sst_recent_append(sst_recent *recent, uint32_t number, const uint64_t *keys,
                             size_t count, sst_error *error);
/* Makes findable what was appended. */
sst_status sst_recent_admit(sst_recent *recent, sst_error *error);

/* 1 + the newest entry of a key, 0 for none: walk with entries[i - 1].older. */
uint32_t sst_recent_find(const sst_recent *recent, uint64_t key);

/* Asks the processor to fetch where a key would be. */
void sst_recent_prefetch(const sst_recent *recent, uint64_t key);

/* Sorts all entries by (key, number); after it the i-th one in that order. */
sst_status sst_recent_sort(sst_recent *recent, sst_error *error);
sst_posting sst_recent_sorted(const sst_recent *recent, size_t i);

#endif
