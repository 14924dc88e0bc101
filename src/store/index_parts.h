/* What index.c (directory, cache), index_find.c (questions), index_merge.c (segments) and
 * index_sweep.c (removal) share. */
#ifndef STORE_INDEX_PARTS_H
#define STORE_INDEX_PARTS_H

#include <stdatomic.h>

#include "base/slab.h"
#include "store/index.h"

enum {
    SST_SEGMENT_STORIES = 1024,       /* so many recent stories become a segment */
    SST_SEGMENT_PAGES_MAX = 1 << 20,  /* keys * parts stay within 2^63 */
    SST_MERGE_INPUTS = 64,            /* segments of one merge, at most */
    SST_SEGMENTS_MOST = 64,           /* in all; merging keeps them below 30 */
    SST_PAGE_ENTRIES = 6144,          /* aimed at: 28 KB */
};

/* Behind it its marks, evenly aligned, and behind them its bytes. */
typedef struct sst_cached_page {
    uint32_t size;     /* of the bytes */
    _Atomic bool used; /* since the clock hand passed */
} sst_cached_page;

static inline uint64_t *sst_page_marks(const sst_cached_page *cached)
{
    const uintptr_t even = SST_PART_MARKS * sizeof(uint64_t);
    return (uint64_t *)(((uintptr_t)(cached + 1) + even - 1) / even * even);
}

static inline unsigned char *sst_page_bytes(const sst_cached_page *cached)
{
    return (unsigned char *)(sst_page_marks(cached) + SST_PAGE_MARKS);
}

typedef struct sst_segment {
    uint32_t segment, first, last;
    uint32_t target; /* of the merge that consumes it, 0: none */
    uint32_t done;   /* pages written */
    uint64_t entries;
    sst_page_shape shape;
    uint64_t from, below; /* keys that it answers: [from, below) */
    _Atomic(sst_cached_page *) *cache; /* by page */
} sst_segment;

/* A story added since the last write: its entries stand at recent.entries[at .. at + count). */
typedef struct sst_unsaved {
    uint32_t number;
    size_t at, count;
} sst_unsaved;

struct sst_index {
    sst_sql *sql; /* the store's own */
    sst_lanes *lanes;
    uint64_t budget;
    sst_slab *usual_pages; /* of the cache; larger ones are allocated one by one */
    _Atomic uint64_t cached_bytes;
    sst_segment *segments; /* by (first, segment) */
    size_t count, capacity;
    sst_recent recent;
    uint32_t recent_stories;
    sst_unsaved *unsaved;
    size_t unsaved_count, unsaved_capacity;
    uint64_t credit; /* entries that the merges may still process */
};

static inline int64_t sst_page_row(const sst_segment *segment, uint32_t page)
{
    return (int64_t)((uint64_t)segment->segment << 32 | page);
}

sst_segment *sst_index_segment(sst_index *index, uint32_t number);
sst_status sst_index_insert(sst_index *index, sst_segment segment, sst_error *error);
void sst_index_drop(sst_index *index, size_t at);
void sst_segment_forget(sst_index *index, sst_segment *segment, uint32_t begin, uint32_t end);
/* Settles which keys each segment answers, after one was added, dropped or merged further. */
void sst_index_settle(sst_index *index);

/* During a merge a key is answered by exactly one side. */
static inline bool sst_segment_answers(const sst_segment *segment, uint64_t key)
{
    return key >= segment->from && key < segment->below;
}


/* The page if it is cached, else NULL; its memory is not looked at. */
static inline sst_cached_page *sst_segment_cached(const sst_segment *segment, uint32_t page)
{
    return atomic_load_explicit(&segment->cache[page], memory_order_acquire);
}

static inline void sst_page_touch(sst_cached_page *cached)
{
    if (!atomic_load_explicit(&cached->used, memory_order_relaxed))
        atomic_store_explicit(&cached->used, true, memory_order_relaxed);
}

/* The page from the cache, or read into it; touched. */
sst_status sst_index_page(sst_index *index, sst_segment *segment, uint32_t page,
                          sst_cached_page **out, sst_error *error);
sst_status sst_index_cache_page(sst_index *index, sst_segment *segment, uint32_t page,
                                const char *bytes, size_t size, sst_cached_page **out,
                                sst_error *error);

/* The failure of a page that is not there or damaged. */
sst_status sst_index_missing_page(const sst_index *index, const sst_segment *segment,
                                  uint32_t page, sst_error *error);

/* Writes a directory row; a whole page. */
sst_status sst_segment_save(sst_index *index, const sst_segment *segment, sst_error *error);
sst_status sst_page_save(sst_index *index, const sst_segment *segment, uint32_t page,
                         const sst_buffer *bytes, sst_sql_id statement, sst_error *error);

/* All recent entries as a segment. */
sst_status sst_index_flush(sst_index *index, uint32_t *next_segment, sst_error *error);
/* Begins the merges that are due and does work for `added` new entries. */
sst_status sst_index_merge(sst_index *index, uint64_t added, uint32_t *next_segment,
                           sst_error *error);
/* Begins a merge of segments[begin, end). */
sst_status sst_merge_begin(sst_index *index, size_t begin, size_t end, uint32_t *next_segment,
                           sst_error *error);
extern const sst_index_filter sst_index_keep_all;
/* Works on the merge into `target` until `*credit` entries are used up or it is complete. */
sst_status sst_merge_step(sst_index *index, uint32_t target, uint64_t *credit,
                          sst_index_filter filter, sst_error *error);

#endif
