#include "store/index.h"

#include <stdatomic.h>
#include <string.h>

#include "store/index_parts.h"

/* Bytes of a page: nine in ten have no more. */
enum { USUAL_PAGE = 29 << 10 };

static size_t size_with_marks(size_t size)
{
    return sizeof(sst_cached_page) + (SST_PAGE_MARKS + SST_PART_MARKS) * sizeof(uint64_t) + size;
}

sst_status sst_index_create(sst_lanes *lanes, uint64_t budget, sst_index **out,
                            sst_error *error)
{
    sst_index *index = *out = sst_allocate_zeroed(1, sizeof *index, "the index", error);
    if (index == NULL)
        return SST_MEMORY;
    index->sql = lanes->own.sql;
    index->lanes = lanes;
    index->budget = budget;
    return sst_slab_create(size_with_marks(USUAL_PAGE), "an index page", &index->usual_pages,
                           error);
}

/* What a cached page of so many bytes takes. */
static size_t memory_of(const sst_index *index, size_t size)
{
    return size <= USUAL_PAGE ? sst_slab_piece(index->usual_pages) : size_with_marks(size);
}

static sst_cached_page *allocate_page(sst_index *index, size_t size, sst_error *error)
{
    sst_cached_page *cached = size <= USUAL_PAGE
                                  ? sst_slab_take(index->usual_pages, error)
                                  : sst_allocate(1, size_with_marks(size), "an index page", error);
    if (cached != NULL)
        cached->size = (uint32_t)size;
    return cached;
}

static void free_page(sst_index *index, sst_cached_page *cached)
{
    if (cached->size <= USUAL_PAGE)
        sst_slab_give(index->usual_pages, cached);
    else
        free(cached);
}

static void segment_forget_page(sst_index *index, sst_segment *segment, uint32_t page)
{
    sst_cached_page *cached = atomic_load_explicit(&segment->cache[page], memory_order_relaxed);
    if (cached == NULL)
        return;
    atomic_store_explicit(&segment->cache[page], NULL, memory_order_relaxed);
    atomic_fetch_sub_explicit(&index->cached_bytes, memory_of(index, cached->size),
                              memory_order_relaxed);
    free_page(index, cached);
}

void sst_segment_forget(sst_index *index, sst_segment *segment, uint32_t begin, uint32_t end)
{
    for (uint32_t page = begin; segment->cache != NULL && page < end; page++)
        segment_forget_page(index, segment, page);
}

static void segment_free(sst_index *index, sst_segment *segment)
{
    sst_segment_forget(index, segment, 0, segment->shape.pages);
    free(segment->cache);
}

static void segments_free(sst_index *index)
{
    for (size_t i = 0; i < index->count; i++)
        segment_free(index, &index->segments[i]);
    index->count = 0;
}

void sst_index_free(sst_index *index)
{
    if (index == NULL)
        return;
    segments_free(index);
    free(index->segments);
    sst_recent_free(&index->recent);
    free(index->unsaved);
    sst_slab_free(index->usual_pages);
    free(index);
}

/* ---- Reading the directory ---- */

sst_status sst_index_insert(sst_index *index, sst_segment segment, sst_error *error)
{
    sst_status status = SST_RESERVE(&index->segments, &index->capacity, index->count + 1,
                                    "the index directory", error);
    if (status != SST_OK)
        return status;
    if (index->count == SST_SEGMENTS_MOST)
        return sst_fail_at(error, SST_FORMAT, index->sql->file, 0, 0,
                           "the index has too many segments; run 'samestory rebuild'");
    segment.cache = sst_allocate_zeroed(segment.shape.pages, sizeof *segment.cache,
                                        "the index directory", error);
    if (segment.cache == NULL)
        return SST_MEMORY;
    size_t at = index->count;
    while (at > 0 && (index->segments[at - 1].first > segment.first ||
                      (index->segments[at - 1].first == segment.first &&
                       index->segments[at - 1].segment > segment.segment)))
        at--;
    memmove(&index->segments[at + 1], &index->segments[at],
            (index->count - at) * sizeof segment);
    index->segments[at] = segment;
    index->count++;
    return SST_OK;
}

void sst_index_drop(sst_index *index, size_t at)
{
    segment_free(index, &index->segments[at]);
    index->count--;
    memmove(&index->segments[at], &index->segments[at + 1],
            (index->count - at) * sizeof *index->segments);
}

sst_segment *sst_index_segment(sst_index *index, uint32_t number)
{
    for (size_t i = 0; i < index->count; i++)
        if (index->segments[i].segment == number)
            return &index->segments[i];
    return NULL;
}

static bool read_segment(sqlite3_stmt *row, sst_segment *segment)
{
    int64_t pages = sqlite3_column_int64(row, 4), done = sqlite3_column_int64(row, 6);
    uint32_t first = (uint32_t)sqlite3_column_int64(row, 1);
    uint32_t last = (uint32_t)sqlite3_column_int64(row, 2);
    if (pages < 1 || pages > SST_SEGMENT_PAGES_MAX || done < 0 || done > pages || last < first)
        return false;
    *segment = (sst_segment){
        .segment = (uint32_t)sqlite3_column_int64(row, 0),
        .first = first,
        .last = last,
        .entries = (uint64_t)sqlite3_column_int64(row, 3),
        .target = (uint32_t)sqlite3_column_int64(row, 5),
        .done = (uint32_t)done,
        .shape = sst_page_shape_make(first, last, (uint32_t)pages),
    };
    return true;
}

/* Moves the cached pages of a segment that was known before; consumed ones are freed with it. */
static void keep_cache(sst_segment *old, size_t old_count, sst_segment *segment)
{
    for (size_t i = 0; i < old_count; i++) {
        if (old[i].segment != segment->segment || old[i].cache == NULL)
            continue;
        _Atomic(sst_cached_page *) *empty = segment->cache;
        segment->cache = old[i].cache;
        old[i].cache = empty;
    }
}

static sst_status load_segments(sst_index *index, sst_error *error)
{
    sqlite3_stmt *row = sst_sql_get(index->sql, SST_SQL_SEGMENTS, error);
    if (row == NULL)
        return SST_FORMAT;
    sst_segment *old = index->segments;
    size_t old_count = index->count;
    index->segments = NULL;
    index->count = index->capacity = 0;

    bool more = true;
    sst_status status = SST_OK;
    while ((status = sst_sql_step(index->sql, row, &more, error)) == SST_OK && more) {
        sst_segment segment;
        if (!read_segment(row, &segment))
            status = sst_fail_at(error, SST_FORMAT, index->sql->file, 0, 0,
                                 "the index directory is damaged; run 'samestory rebuild'");
        else
            status = sst_index_insert(index, segment, error);
        if (status != SST_OK)
            break;
        keep_cache(old, old_count, sst_index_segment(index, segment.segment));
    }
    sqlite3_reset(row);
    for (size_t i = 0; i < old_count; i++)
        segment_free(index, &old[i]);
    free(old);
    return status;
}

enum { KEY_SIZE = (SST_KEY_BITS + 7) / 8 };

static uint64_t read_key(const char *bytes)
{
    uint64_t key = 0;
    for (unsigned i = 0; i < KEY_SIZE; i++)
        key |= (uint64_t)(unsigned char)bytes[i] << 8 * i;
    return key;
}

static sst_status load_recent_story(sst_index *index, uint32_t number, sst_slice blob,
                                    sst_error *error)
{
    uint64_t keys[256];
    for (size_t at = 0; at + KEY_SIZE <= blob.size;) {
        size_t count = 0;
        for (; count < 256 && at + KEY_SIZE <= blob.size; at += KEY_SIZE) {
            keys[count] = read_key(blob.bytes + at);
            if (keys[count++] >> SST_KEY_BITS != 0)
                return sst_fail_at(error, SST_FORMAT, index->sql->file, 0, 0,
                                   "the index entries of story %u are damaged; run "
                                   "'samestory rebuild'",
                                   number);
        }
        sst_status status = sst_recent_append(&index->recent, number, keys, count, error);
        if (status != SST_OK)
            return status;
    }
    return SST_OK;
}

static sst_status load_recent(sst_index *index, sst_error *error)
{
    sst_recent_reset(&index->recent);
    index->recent_stories = 0;
    index->unsaved_count = 0;
    sqlite3_stmt *row = sst_sql_get(index->sql, SST_SQL_RECENT_READ, error);
    if (row == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(row, 1, 0);
    bool more = true;
    sst_status status = SST_OK;
    while ((status = sst_sql_step(index->sql, row, &more, error)) == SST_OK && more) {
        status = load_recent_story(index, (uint32_t)sqlite3_column_int64(row, 0),
                                   sst_sql_slice(row, 1), error);
        if (status != SST_OK)
            break;
        index->recent_stories++;
    }
    sqlite3_reset(row);
    return status == SST_OK ? sst_recent_admit(&index->recent, error) : status;
}

sst_status sst_index_load(sst_index *index, bool forget, sst_error *error)
{
    if (forget)
        segments_free(index);
    index->credit = 0;
    sst_status status = load_segments(index, error);
    sst_index_settle(index);
    return status == SST_OK ? load_recent(index, error) : status;
}

/* ---- Pages ---- */

sst_status sst_index_missing_page(const sst_index *index, const sst_segment *segment,
                                  uint32_t page, sst_error *error)
{
    return sst_fail_at(error, SST_FORMAT, index->sql->file, 0, 0,
                       "page %u of index segment %u is missing or damaged; run "
                       "'samestory rebuild'",
                       page, segment->segment);
}

/* The row of a page into the cache. */
static sst_status fetch_page(sst_index *index, sst_sql *sql, sst_segment *segment, uint32_t page,
                             sst_cached_page **out, sst_error *error)
{
    sqlite3_stmt *row = sst_sql_get(sql, SST_SQL_PAGE_READ, error);
    if (row == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(row, 1, sst_page_row(segment, page));
    bool found = false;
    sst_status status = sst_sql_step(sql, row, &found, error);
    if (status != SST_OK)
        return status;
    sst_slice blob = found ? sst_sql_slice(row, 0) : (sst_slice){NULL, 0};
    if (blob.bytes == NULL)
        status = sst_index_missing_page(index, segment, page, error);
    else
        status = sst_index_cache_page(index, segment, page, blob.bytes, blob.size, out, error);
    sqlite3_reset(row);
    return status;
}

sst_status sst_index_cache_page(sst_index *index, sst_segment *segment, uint32_t page,
                                const char *bytes, size_t size, sst_cached_page **out,
                                sst_error *error)
{
    sst_cached_page *cached = allocate_page(index, size, error);
    if (cached == NULL)
        return SST_MEMORY;
    atomic_init(&cached->used, true);
    memcpy(sst_page_bytes(cached), bytes, size);
    sst_page_mark(&segment->shape, sst_page_bytes(cached), size, sst_page_marks(cached));
    *out = NULL;
    if (atomic_compare_exchange_strong(&segment->cache[page], out, cached)) {
        atomic_fetch_add_explicit(&index->cached_bytes, memory_of(index, size),
                                  memory_order_relaxed);
        *out = cached;
    } else {
        free_page(index, cached); /* another thread was faster */
    }
    return SST_OK;
}

sst_status sst_index_page(sst_index *index, sst_segment *segment, uint32_t page,
                          sst_cached_page **out, sst_error *error)
{
    *out = sst_segment_cached(segment, page);
    if (*out != NULL) {
        sst_page_touch(*out);
        return SST_OK;
    }
    sst_lane *lane = sst_lane_take(index->lanes);
    sst_status status = fetch_page(index, lane->sql, segment, page, out, error);
    sst_lane_give(lane);
    return status;
}

void sst_index_settle(sst_index *index)
{
    for (size_t i = 0; i < index->count; i++) {
        sst_segment *segment = &index->segments[i];
        const sst_segment *target =
            segment->target == 0 ? NULL : sst_index_segment(index, segment->target);
        segment->from = target == NULL ? 0 : sst_page_lowest(target->shape, target->done);
        segment->below = sst_page_lowest(segment->shape, segment->done);
    }
}

/* ---- New entries ---- */

sst_status sst_index_add(sst_index *index, uint32_t number, const uint64_t *keys, size_t count,
                         sst_error *error)
{
    sst_status status = SST_RESERVE(&index->unsaved, &index->unsaved_capacity,
                                    index->unsaved_count + 1, "new stories", error);
    size_t at = index->recent.count;
    if (status == SST_OK)
        status = sst_recent_append(&index->recent, number, keys, count, error);
    if (status != SST_OK)
        return status;
    index->unsaved[index->unsaved_count++] = (sst_unsaved){number, at, count};
    index->recent_stories++;
    return SST_OK;
}

sst_status sst_index_admit(sst_index *index, sst_error *error)
{
    return sst_recent_admit(&index->recent, error);
}

static sst_status save_recent(sst_index *index, sst_unsaved story, sst_buffer *blob,
                              sst_error *error)
{
    sqlite3_stmt *insert = sst_sql_get(index->sql, SST_SQL_RECENT_INSERT, error);
    if (insert == NULL)
        return SST_FORMAT;
    sst_buffer_reset(blob);
    for (size_t i = 0; i < story.count; i++) {
        uint64_t key = index->recent.entries[story.at + i].key;
        char bytes[KEY_SIZE];
        for (unsigned byte = 0; byte < KEY_SIZE; byte++)
            bytes[byte] = (char)(key >> 8 * byte);
        sst_buffer_append(blob, bytes, sizeof bytes);
    }
    if (blob->failed)
        return sst_fail_memory(error, blob->size, "new stories");
    sqlite3_bind_int64(insert, 1, story.number);
    sqlite3_bind_blob64(insert, 2, blob->bytes, blob->size, SQLITE_STATIC);
    return sst_sql_run(index->sql, insert, error);
}

static sst_status save_all_recent(sst_index *index, sst_error *error)
{
    sst_buffer blob = {0};
    sst_status status = sst_recent_admit(&index->recent, error);
    for (size_t i = 0; i < index->unsaved_count && status == SST_OK; i++)
        status = save_recent(index, index->unsaved[i], &blob, error);
    sst_buffer_free(&blob);
    return status;
}

sst_status sst_index_write(sst_index *index, uint32_t *next_segment, sst_error *error)
{
    uint64_t added = 0;
    for (size_t i = 0; i < index->unsaved_count; i++)
        added += index->unsaved[i].count;
    sst_status status = index->recent_stories >= SST_SEGMENT_STORIES
                            ? sst_index_flush(index, next_segment, error)
                            : save_all_recent(index, error);
    index->unsaved_count = 0;
    if (status == SST_OK)
        status = sst_index_merge(index, added, next_segment, error);
    sst_index_settle(index);
    return status;
}

bool sst_index_has_unsaved(const sst_index *index)
{
    return index->unsaved_count > 0;
}

void sst_index_trim(sst_index *index)
{
    /* Clock: a page that was used since the hand last passed gets a second round. */
    for (unsigned round = 0; round < 2; round++)
        for (size_t i = 0; i < index->count; i++) {
            sst_segment *segment = &index->segments[i];
            for (uint32_t page = 0; page < segment->shape.pages; page++) {
                if (atomic_load(&index->cached_bytes) <= index->budget)
                    return;
                sst_cached_page *cached = atomic_load(&segment->cache[page]);
                if (cached != NULL && !atomic_exchange(&cached->used, false))
                    segment_forget_page(index, segment, page);
            }
        }
}

void sst_index_count(const sst_index *index, sst_index_counts *counts)
{
    *counts = (sst_index_counts){.segments = index->count,
                                 .recent_entries = index->recent.count,
                                 .recent_stories = index->recent_stories,
                                 .cached_bytes = atomic_load(&index->cached_bytes)};
    for (size_t i = 0; i < index->count; i++) {
        counts->merging += index->segments[i].target != 0;
        counts->pages += index->segments[i].shape.pages;
        counts->entries += index->segments[i].entries;
    }
}
