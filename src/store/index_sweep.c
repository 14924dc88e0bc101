/* Removal: single stories page by page, many stories by one merge that leaves them out. */
#include <string.h>

#include "store/index_parts.h"

/* ---- One story ---- */

typedef struct page_edit {
    sst_posting *postings;
    size_t count, capacity;
    sst_buffer buffer;
} page_edit;

static bool drop_posting(page_edit *edit, const uint64_t *key, uint32_t number)
{
    size_t kept = 0;
    for (size_t i = 0; i < edit->count; i++) {
        sst_posting posting = edit->postings[i];
        if (posting.number != number || (key != NULL && posting.key != *key))
            edit->postings[kept++] = posting;
    }
    bool changed = kept < edit->count;
    edit->count = kept;
    return changed;
}

/* Rewrites one page without the story, under `key` or (NULL) under every key. */
static sst_status edit_page(sst_index *index, sst_segment *segment, uint32_t page,
                            const uint64_t *key, uint32_t number, page_edit *edit,
                            sst_error *error)
{
    sst_cached_page *cached;
    edit->count = 0;
    sst_status status = sst_index_page(index, segment, page, &cached, error);
    if (status == SST_OK)
        status = sst_page_decode(segment->shape, page, sst_page_bytes(cached), cached->size,
                                 &edit->postings, &edit->count, &edit->capacity, error);
    size_t before = edit->count;
    if (status != SST_OK || !drop_posting(edit, key, number))
        return status;
    sst_buffer_reset(&edit->buffer);
    sst_page_encode(segment->shape, page, edit->postings, edit->count, &edit->buffer);
    status = sst_page_save(index, segment, page, &edit->buffer, SST_SQL_PAGE_UPDATE, error);
    sst_segment_forget(index, segment, page, page + 1);
    segment->entries -= before - edit->count;
    return status;
}

/* The pages of a segment that are its answers: all of it, or its side of a merge's bound. */
static void answering_pages(sst_index *index, const sst_segment *segment, uint32_t *begin,
                            uint32_t *end)
{
    *begin = 0;
    *end = segment->done;
    const sst_segment *target =
        segment->target == 0 ? NULL : sst_index_segment(index, segment->target);
    if (target == NULL)
        return;
    uint64_t bound = sst_page_lowest(target->shape, target->done);
    *begin = bound >> SST_KEY_BITS != 0 ? *end : sst_page_of(segment->shape, bound);
}

static sst_status remove_keys(sst_index *index, sst_segment *segment, uint32_t number,
                              const uint64_t *keys, size_t count, page_edit *edit,
                              sst_error *error)
{
    sst_status status = SST_OK;
    for (size_t i = 0; i < count && status == SST_OK; i++)
        if (sst_segment_answers(segment, keys[i]))
            status = edit_page(index, segment, sst_page_of(segment->shape, keys[i]), &keys[i],
                               number, edit, error);
    return status;
}

static sst_status remove_everywhere(sst_index *index, sst_segment *segment, uint32_t number,
                                    page_edit *edit, sst_error *error)
{
    uint32_t begin, end;
    answering_pages(index, segment, &begin, &end);
    sst_status status = SST_OK;
    for (uint32_t page = begin; page < end && status == SST_OK; page++)
        status = edit_page(index, segment, page, NULL, number, edit, error);
    return status;
}

sst_status sst_index_remove(sst_index *index, uint32_t number, const uint64_t *keys,
                            size_t count, sst_error *error)
{
    page_edit edit = {0};
    sst_status status = SST_OK;
    for (size_t i = 0; i < index->count && status == SST_OK; i++) {
        sst_segment *segment = &index->segments[i];
        if (number < segment->first || number > segment->last)
            continue;
        uint64_t before = segment->entries;
        status = keys == NULL ? remove_everywhere(index, segment, number, &edit, error)
                              : remove_keys(index, segment, number, keys, count, &edit, error);
        if (status == SST_OK && before != segment->entries)
            status = sst_segment_save(index, segment, error);
    }
    free(edit.postings);
    sst_buffer_free(&edit.buffer);
    if (status == SST_OK)
        status = sst_sql_run_numbers(index->sql, SST_SQL_RECENT_DELETE, 1, number, 0, error);
    /* The chains in memory have no way to lose an entry: read them again. */
    return status == SST_OK ? sst_index_load(index, false, error) : status;
}

/* ---- Many stories ---- */

uint32_t sst_index_merging(const sst_index *index)
{
    for (size_t i = 0; i < index->count; i++)
        if (index->segments[i].done < index->segments[i].shape.pages)
            return index->segments[i].segment;
    return 0;
}

sst_status sst_index_sweep_begin(sst_index *index, uint32_t *next_segment, uint32_t *target,
                                 sst_error *error)
{
    *target = 0;
    sst_status status = sst_index_flush(index, next_segment, error);
    /* What is being merged joins in whole: first to its end. */
    for (uint32_t merge = sst_index_merging(index); status == SST_OK && merge != 0;
         merge = sst_index_merging(index)) {
        uint64_t credit = UINT64_MAX;
        status = sst_merge_step(index, merge, &credit, sst_index_keep_all, error);
    }
    size_t inputs = index->count < SST_MERGE_INPUTS ? index->count : SST_MERGE_INPUTS;
    if (status != SST_OK || inputs == 0)
        return status;
    *target = *next_segment;
    return sst_merge_begin(index, 0, inputs, next_segment, error);
}

sst_status sst_index_sweep_step(sst_index *index, uint32_t target, size_t entries,
                                sst_index_filter filter, bool *more, sst_error *error)
{
    uint64_t credit = entries + SST_PAGE_ENTRIES;
    const sst_segment *merge = sst_index_segment(index, target);
    *more = false;
    if (merge == NULL || merge->done == merge->shape.pages)
        return SST_OK;
    sst_status status = sst_merge_step(index, target, &credit, filter, error);
    merge = sst_index_segment(index, target);
    *more = merge != NULL && merge->done < merge->shape.pages;
    return status;
}

/* ---- Every entry ---- */

static bool ascending(const sst_posting *postings, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (postings[i - 1].key > postings[i].key ||
            (postings[i - 1].key == postings[i].key &&
             postings[i - 1].number > postings[i].number))
            return false;
    return true;
}

static sst_status walk_segment(sst_index *index, sst_segment *segment,
                               sst_status (*take)(void *, sst_posting, sst_error *),
                               void *context, sst_error *error)
{
    page_edit page = {0};
    uint32_t begin, end;
    answering_pages(index, segment, &begin, &end);
    sst_status status = SST_OK;
    for (uint32_t at = begin; at < end && status == SST_OK; at++) {
        sst_cached_page *cached;
        page.count = 0;
        status = sst_index_page(index, segment, at, &cached, error);
        if (status == SST_OK)
            status = sst_page_decode(segment->shape, at, sst_page_bytes(cached), cached->size,
                                     &page.postings, &page.count, &page.capacity, error);
        if (status == SST_OK && !ascending(page.postings, page.count))
            status = sst_index_missing_page(index, segment, at, error);
        for (size_t i = 0; i < page.count && status == SST_OK; i++)
            if (sst_segment_answers(segment, page.postings[i].key))
                status = take(context, page.postings[i], error);
        sst_index_trim(index);
    }
    free(page.postings);
    return status;
}

sst_status sst_index_walk(sst_index *index,
                          sst_status (*take)(void *context, sst_posting posting,
                                             sst_error *error),
                          void *context, sst_error *error)
{
    sst_status status = SST_OK;
    for (size_t i = 0; i < index->count && status == SST_OK; i++)
        status = walk_segment(index, &index->segments[i], take, context, error);
    const sst_recent *recent = &index->recent;
    for (size_t i = 0; i < recent->count && status == SST_OK; i++)
        status = take(context,
                      (sst_posting){recent->entries[i].key, recent->entries[i].number}, error);
    return status;
}
