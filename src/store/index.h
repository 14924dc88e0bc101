/* The index of the archive: which stories have a key? A log-structured merge tree.
 *
 * New entries gather in memory (store/recent.h; the table `recent` holds them for the next
 * start) and are written as an immutable segment of sorted pages (store/postings.h) when there
 * are enough. Neighbouring segments of like size become one, page by page, a little in every write
 * transaction, so no writer waits long. While that goes on both sides serve: below the merge's bound
 * the new segment answers, above it the old ones, whose pages disappear as they are consumed.
 *
 * Tables:
 *   segments  segment   number, never reused
 *             first, last   story numbers inside [first, last]
 *             entries, pages
 *             target    0: whole. On an input of a merge, the segment that is being written
 *             done      pages written so far; = pages on a whole segment
 *   pages     page      segment * 2^32 + number of the page in it
 *             bytes     store/postings.h
 *   recent    number    story whose entries are in no segment yet
 *             keys      5 bytes little-endian each
 *
 * Pages are cached as they are, without a copy in SQLite's cache, up to a budget; a cached page
 * is never stale, because pages change only with the archive's epoch (removal of stories). */
#ifndef STORE_INDEX_H
#define STORE_INDEX_H

#include "store/lane.h"
#include "store/recent.h"

/* What a key is of. A story has one TEXT and one ID key. */
typedef enum sst_key_kind {
    SST_KEY_ID,     /* XXH3-64 of the id */
    SST_KEY_TEXT,   /* the content key of the body */
    SST_KEY_SAMPLE, /* a sampled 4-shingle */
    SST_KEY_SHORT,  /* a 3-shingle of a story with few of them */
    SST_KEY_BAND,   /* SST_KEY_BAND + band: the key of that band */
} sst_key_kind;

/* 36 evenly spread bits. Unequal values collide about once in 300 questions to an archive of
 * two million stories; whoever asks checks the story. */
static inline uint64_t sst_index_key(unsigned kind, uint64_t value)
{
    return sst_mix64(value + (kind + 1) * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - SST_KEY_BITS);
}

/* A list of stories longer than twice this gives its first and last so many. */
enum { SST_HITS_END = 128 };

/* Story `number` has key `slot` of the question. */
typedef struct sst_hit {
    uint32_t slot, number;
} sst_hit;

typedef struct sst_hits {
    sst_hit *items; /* by slot, then ascending number */
    size_t count, capacity;
} sst_hits;

typedef struct sst_index sst_index;

/* `budget`: bytes of cached pages. Questions read by any lane, everything else by the store's own. */
sst_status sst_index_create(sst_lanes *lanes, uint64_t budget, sst_index **index,
                            sst_error *error);
void sst_index_free(sst_index *index);

/* Reads the directory and the recent entries from the transaction that is open; `forget` drops
 * cached pages, too (another process removed stories). */
sst_status sst_index_load(sst_index *index, bool forget, sst_error *error);

/* Stories numbered below `bound` that have one of the keys, appended to `hits`. Thread-safe as
 * long as nothing else is called. */
sst_status sst_index_find(sst_index *index, const uint64_t *keys, size_t count, uint32_t bound,
                          sst_hits *hits, sst_error *error);

/* The same with a bound for each key. */
sst_status sst_index_find_below(sst_index *index, const uint64_t *keys, size_t count,
                                const uint32_t *bounds, sst_hits *hits, sst_error *error);

/* Adds a new story's keys, in memory only; they are found after sst_index_write. */
sst_status sst_index_add(sst_index *index, uint32_t number, const uint64_t *keys, size_t count,
                         sst_error *error);

/* Lets what was added be found, in memory only: for a transaction that is undone in the end. */
sst_status sst_index_admit(sst_index *index, sst_error *error);

/* Makes what was added since the last call durable with the open transaction, writes a segment
 * when there is enough, and merges in proportion. `next_segment` is advanced. */
sst_status sst_index_write(sst_index *index, uint32_t *next_segment, sst_error *error);

/* Whether anything was added since the last write. */
bool sst_index_has_unsaved(const sst_index *index);

/* Frees cached pages beyond the budget. */
void sst_index_trim(sst_index *index);

/* Removes a story's entries under the given keys, or under all keys when `keys` is NULL. */
sst_status sst_index_remove(sst_index *index, uint32_t number, const uint64_t *keys,
                            size_t count, sst_error *error);

/* Rewriting the whole index without the stories that `alive` denies: begin once (recent entries
 * become a segment, all segments one merge, whose number is *target, 0: nothing to do), then step
 * until *more is false; each step is a piece of a transaction of the caller's. Other writers may
 * work between the steps. */
typedef struct sst_index_filter {
    bool (*alive)(void *context, uint32_t number);
    void *context;
} sst_index_filter;
/* The merge that is at work, 0: none. Steps finish it, too; a sweep begins faster without. */
uint32_t sst_index_merging(const sst_index *index);
sst_status sst_index_sweep_begin(sst_index *index, uint32_t *next_segment, uint32_t *target,
                                 sst_error *error);
sst_status sst_index_sweep_step(sst_index *index, uint32_t target, size_t entries,
                                sst_index_filter filter, bool *more, sst_error *error);

/* Calls `take` with every entry, in no order that means anything: for `verify`. */
sst_status sst_index_walk(sst_index *index,
                          sst_status (*take)(void *context, sst_posting posting,
                                             sst_error *error),
                          void *context, sst_error *error);

typedef struct sst_index_counts {
    uint64_t segments, merging, pages, entries, recent_entries, recent_stories, cached_bytes;
} sst_index_counts;
void sst_index_count(const sst_index *index, sst_index_counts *counts);

#endif
