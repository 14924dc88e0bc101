/* Segments are written and merged here (see store/index.h). */
#include <stdatomic.h>
#include <string.h>

#include "store/index_parts.h"

enum {
    MERGE_LEAST = 3,       /* segments of one merge */
    CREDIT_PER_ENTRY = 12, /* twice what merging takes: it rests half of the time */
};

static bool keep_all(void *context, uint32_t number)
{
    (void)context;
    (void)number;
    return true;
}

const sst_index_filter sst_index_keep_all = {keep_all, NULL};

sst_status sst_segment_save(sst_index *index, const sst_segment *segment, sst_error *error)
{
    sqlite3_stmt *write = sst_sql_get(index->sql, SST_SQL_SEGMENT_WRITE, error);
    if (write == NULL)
        return SST_FORMAT;
    const int64_t values[] = {segment->segment,
                              segment->first,
                              segment->last,
                              (int64_t)segment->entries,
                              segment->shape.pages,
                              segment->target,
                              segment->done};
    for (int i = 0; i < 7; i++)
        sqlite3_bind_int64(write, i + 1, values[i]);
    return sst_sql_run(index->sql, write, error);
}

sst_status sst_page_save(sst_index *index, const sst_segment *segment, uint32_t page,
                         const sst_buffer *bytes, sst_sql_id statement, sst_error *error)
{
    if (bytes->failed)
        return sst_fail_memory(error, bytes->size, "an index page");
    sqlite3_stmt *write = sst_sql_get(index->sql, statement, error);
    if (write == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(write, 1, sst_page_row(segment, page));
    sqlite3_bind_blob64(write, 2, bytes->bytes, bytes->size, SQLITE_STATIC);
    return sst_sql_run(index->sql, write, error);
}

static uint32_t pages_for(uint64_t entries)
{
    uint64_t pages = entries / SST_PAGE_ENTRIES + 1;
    return pages > SST_SEGMENT_PAGES_MAX ? SST_SEGMENT_PAGES_MAX : (uint32_t)pages;
}

/* Encodes and stores the next page of `segment`, and keeps it at hand. */
static sst_status write_page(sst_index *index, sst_segment *segment,
                             const sst_posting *postings, size_t count, sst_buffer *buffer,
                             sst_error *error)
{
    uint32_t page = segment->done;
    sst_buffer_reset(buffer);
    sst_page_encode(segment->shape, page, postings, count, buffer);
    sst_status status = sst_page_save(index, segment, page, buffer, SST_SQL_PAGE_INSERT, error);
    if (status != SST_OK)
        return status;
    segment->done++;
    sst_cached_page *cached;
    return sst_index_cache_page(index, segment, page, buffer->bytes, buffer->size, &cached,
                                error);
}

typedef struct page_entries {
    sst_posting *postings;
    size_t count, capacity;
} page_entries;

/* The entries of the next page of `segment`, from *at on: *at is moved behind them. */
static sst_status take_page(const sst_recent *recent, const sst_segment *segment, size_t *at,
                            page_entries *page, sst_error *error)
{
    uint64_t bound = sst_page_lowest(segment->shape, segment->done + 1);
    sst_status status = SST_OK;
    for (page->count = 0; *at < recent->count && status == SST_OK; ++*at) {
        sst_posting posting = sst_recent_sorted(recent, *at);
        if (posting.key >= bound)
            break;
        status = SST_RESERVE(&page->postings, &page->capacity, page->count + 1, "index entries",
                             error);
        if (status == SST_OK)
            page->postings[page->count++] = posting;
    }
    return status;
}

static sst_status write_sorted(sst_index *index, sst_segment *segment, sst_error *error)
{
    sst_buffer buffer = {0};
    page_entries page = {0};
    sst_status status = SST_OK;
    size_t at = 0;
    while (segment->done < segment->shape.pages && status == SST_OK) {
        status = take_page(&index->recent, segment, &at, &page, error);
        if (status == SST_OK)
            status = write_page(index, segment, page.postings, page.count, &buffer, error);
    }
    sst_buffer_free(&buffer);
    free(page.postings);
    return status;
}

static sst_status write_recent(sst_index *index, uint32_t number, sst_error *error)
{
    const sst_recent *recent = &index->recent;
    sst_segment segment = {
        .segment = number,
        .first = recent->first,
        .last = recent->last,
        .entries = recent->count,
        .shape = sst_page_shape_make(recent->first, recent->last, pages_for(recent->count)),
    };
    sst_status status = sst_index_insert(index, segment, error);
    if (status != SST_OK)
        return status;
    sst_segment *written = sst_index_segment(index, number);
    status = sst_recent_sort(&index->recent, error);
    if (status == SST_OK)
        status = write_sorted(index, written, error);
    return status == SST_OK ? sst_segment_save(index, written, error) : status;
}

/* Pages hold hashes and numbers of stories, no text: a merge that keeps all entries frees their
 * place without writing zeros over it, which would double what it writes. A sweep, which drops what
 * was taken down, writes them. */
static sst_status delete_plainly(sst_index *index, sst_sql_id id, size_t count, int64_t first,
                                 int64_t second, sst_error *error)
{
    sst_status status = sst_sql_script(index->sql, "PRAGMA secure_delete=OFF", error);
    if (status == SST_OK)
        status = sst_sql_run_numbers(index->sql, id, count, first, second, error);
    sst_sql_script(index->sql, "PRAGMA secure_delete=ON", NULL);
    return status;
}

sst_status sst_index_flush(sst_index *index, uint32_t *next_segment, sst_error *error)
{
    sst_status status = SST_OK;
    if (index->recent.count > 0)
        status = write_recent(index, (*next_segment)++, error);
    if (status == SST_OK)
        status = delete_plainly(index, SST_SQL_RECENT_CLEAR, 0, 0, 0, error);
    if (status != SST_OK)
        return status;
    sst_recent_reset(&index->recent);
    index->recent_stories = 0;
    index->unsaved_count = 0;
    sst_index_settle(index);
    return SST_OK;
}

/* ---- Which segments to merge ---- */

static bool is_merging(const sst_segment *segment)
{
    return segment->target != 0 || segment->done < segment->shape.pages;
}

/* An older segment joins a merge when it is at most half as large again as all younger ones that
 * do: so an entry is written again some five times until there are millions of stories, and a
 * question looks into six to eight segments, those of merges under way included. (Merging by size
 * classes of four, or whenever there were eight, took half as much work again and left ten.) */
static bool joins(const sst_segment *older, uint64_t younger)
{
    return !is_merging(older) && (younger == 0 || older->entries <= younger + younger / 2);
}

static bool find_due(const sst_index *index, size_t *begin, size_t *end)
{
    for (*end = index->count; *end > 0; --*end) {
        uint64_t younger = 0;
        *begin = *end;
        while (*begin > 0 && *end - *begin < SST_MERGE_INPUTS &&
               joins(&index->segments[*begin - 1], younger))
            younger += index->segments[--*begin].entries;
        if (*end - *begin >= MERGE_LEAST)
            return true;
    }
    return false;
}

static uint64_t sum_entries(const sst_index *index, size_t begin, size_t end, uint32_t *last)
{
    uint64_t entries = 0;
    *last = 0;
    for (size_t i = begin; i < end; i++) {
        entries += index->segments[i].entries;
        if (index->segments[i].last > *last)
            *last = index->segments[i].last;
    }
    return entries;
}

sst_status sst_merge_begin(sst_index *index, size_t begin, size_t end, uint32_t *next_segment,
                           sst_error *error)
{
    uint32_t last, first = index->segments[begin].first;
    uint64_t entries = sum_entries(index, begin, end, &last);
    sst_segment target = {.segment = (*next_segment)++, .first = first, .last = last};
    target.shape = sst_page_shape_make(first, last, pages_for(entries));
    for (size_t i = begin; i < end; i++) {
        index->segments[i].target = target.segment;
        sst_status status = sst_segment_save(index, &index->segments[i], error);
        if (status != SST_OK)
            return status;
    }
    sst_status status = sst_segment_save(index, &target, error);
    if (status == SST_OK)
        status = sst_index_insert(index, target, error);
    sst_index_settle(index);
    return status;
}

/* ---- A merge at work ---- */

/* One input: its postings from the current key on, decoded a page at a time. */
typedef struct merge_input {
    sst_segment *segment;
    sst_posting *postings;
    size_t at, count, capacity;
    uint32_t page; /* to be decoded next */
} merge_input;

typedef struct merge_work {
    sst_index *index;
    sst_segment *target;
    sst_index_filter filter;
    merge_input inputs[SST_MERGE_INPUTS];
    size_t input_count;
    sst_posting *output, *younger; /* younger: the run that is merged with an older one */
    size_t output_count, output_capacity, younger_capacity;
    sst_buffer buffer;
    sst_error *error;
} merge_work;

/* Reads a page without leaving it in the cache: it will not be asked for again. */
static sst_status input_fill(merge_work *work, merge_input *input)
{
    sst_status status = SST_OK;
    while (input->at == input->count && input->page < input->segment->shape.pages &&
           status == SST_OK) {
        input->at = input->count = 0;
        sst_cached_page *cached;
        status = sst_index_page(work->index, input->segment, input->page, &cached, work->error);
        if (status == SST_OK)
            status = sst_page_decode(input->segment->shape, input->page, sst_page_bytes(cached),
                                     cached->size, &input->postings, &input->count,
                                     &input->capacity, work->error);
        input->page++;
    }
    return status;
}

static sst_status input_open(merge_work *work, merge_input *input, sst_segment *segment,
                             uint64_t lowest)
{
    *input = (merge_input){.segment = segment};
    if (lowest >> SST_KEY_BITS != 0)
        return SST_OK;
    input->page = sst_page_of(segment->shape, lowest);
    sst_status status = input_fill(work, input);
    while (status == SST_OK && input->at < input->count &&
           input->postings[input->at].key < lowest) {
        input->at++;
        status = input_fill(work, input);
    }
    return status;
}

static sst_status work_open(merge_work *work)
{
    sst_index *index = work->index;
    uint64_t lowest = sst_page_lowest(work->target->shape, work->target->done);
    sst_status status = SST_OK;
    for (size_t i = 0; i < index->count && status == SST_OK; i++) {
        if (index->segments[i].target != work->target->segment)
            continue;
        if (work->input_count == SST_MERGE_INPUTS)
            return sst_fail(work->error, SST_FORMAT,
                            "too many inputs of a merge; run 'samestory rebuild'");
        status = input_open(work, &work->inputs[work->input_count++], &index->segments[i],
                            lowest);
    }
    return status;
}

static void work_close(merge_work *work)
{
    for (size_t i = 0; i < work->input_count; i++)
        free(work->inputs[i].postings);
    free(work->output);
    free(work->younger);
    sst_buffer_free(&work->buffer);
}

/* Appends entries of one input to the output. */
static sst_status take_entries(merge_work *work, const sst_posting *postings, size_t count)
{
    sst_status status = SST_RESERVE(&work->output, &work->output_capacity,
                                    work->output_count + count, "index entries", work->error);
    if (status != SST_OK)
        return status;
    for (size_t i = 0; i < count; i++) {
        work->output[work->output_count] = postings[i];
        work->output_count += work->filter.alive == keep_all ||
                              work->filter.alive(work->filter.context, postings[i].number);
    }
    return SST_OK;
}

/* The same for all entries below the bound. */
static sst_status take_run(merge_work *work, merge_input *input, uint64_t bound)
{
    sst_status status = SST_OK;
    while (status == SST_OK && input->at < input->count &&
           input->postings[input->at].key < bound) {
        size_t end = input->at;
        while (end < input->count && input->postings[end].key < bound)
            end++;
        status = take_entries(work, input->postings + input->at, end - input->at);
        input->at = end;
        if (status == SST_OK)
            status = input_fill(work, input);
    }
    return status;
}

/* Merges the sorted runs output[begin, middle) and output[middle, end), the second one from a copy
 * and both from their ends; of equal keys those of the first run come first. Nothing is branched on
 * but the end: keys are hashes, a guess at which is greater would be wrong half of the time. */
static void merge_runs(merge_work *work, size_t begin, size_t middle)
{
    size_t left = middle, right = work->output_count - middle, at = work->output_count;
    sst_posting *output = work->output, *younger = work->younger;
    if (right == 0)
        return;
    memcpy(younger, output + middle, right * sizeof *younger);
    while (left > begin && right > 0) {
        const sst_posting *older = &output[left - 1], *other = &younger[right - 1];
        bool greater = older->key > other->key;
        output[--at] = *(greater ? older : other);
        left -= greater;
        right -= !greater;
    }
    memcpy(output + begin, younger, right * sizeof *younger);
}

/* Merges the next page of the target. Its runs lie in the output from the oldest input to the
 * youngest and are merged from the youngest on: an older one is larger, and is moved once. */
static sst_status merge_page(merge_work *work)
{
    uint64_t bound = sst_page_lowest(work->target->shape, work->target->done + 1);
    size_t begins[SST_MERGE_INPUTS];
    sst_status status = SST_OK;
    work->output_count = 0;
    for (size_t i = 0; i < work->input_count && status == SST_OK; i++) {
        begins[i] = work->output_count;
        status = take_run(work, &work->inputs[i], bound);
    }
    if (status == SST_OK)
        status = SST_RESERVE(&work->younger, &work->younger_capacity, work->output_count,
                             "index entries", work->error);
    if (status != SST_OK)
        return status;
    for (size_t i = work->input_count; i > 1; i--)
        merge_runs(work, begins[i - 2], begins[i - 1]);
    work->target->entries += work->output_count;
    return write_page(work->index, work->target, work->output, work->output_count,
                      &work->buffer, work->error);
}

/* Input pages that lie below the target's bound are not needed any more. */
static sst_status discard_consumed(merge_work *work)
{
    sst_index *index = work->index;
    uint64_t bound = sst_page_lowest(work->target->shape, work->target->done);
    for (size_t i = 0; i < work->input_count; i++) {
        sst_segment *segment = work->inputs[i].segment;
        uint32_t end = bound >> SST_KEY_BITS != 0 ? segment->shape.pages
                                                  : sst_page_of(segment->shape, bound);
        int64_t first = sst_page_row(segment, 0), behind = sst_page_row(segment, end);
        sst_status status =
            work->filter.alive == keep_all
                ? delete_plainly(index, SST_SQL_PAGES_DELETE, 2, first, behind, work->error)
                : sst_sql_run_numbers(index->sql, SST_SQL_PAGES_DELETE, 2, first, behind,
                                      work->error);
        if (status != SST_OK)
            return status;
        sst_segment_forget(index, segment, 0, end);
    }
    return SST_OK;
}

static sst_status drop_inputs(sst_index *index, uint32_t target, sst_error *error)
{
    for (size_t i = index->count; i > 0; i--) {
        if (index->segments[i - 1].target != target)
            continue;
        sst_status status = sst_sql_run_numbers(index->sql, SST_SQL_SEGMENT_DELETE, 1,
                                                index->segments[i - 1].segment, 0, error);
        if (status != SST_OK)
            return status;
        sst_index_drop(index, i - 1);
    }
    return SST_OK;
}

sst_status sst_merge_step(sst_index *index, uint32_t target, uint64_t *credit,
                          sst_index_filter filter, sst_error *error)
{
    merge_work *work = sst_allocate_zeroed(1, sizeof *work, "a merge", error);
    if (work == NULL)
        return SST_MEMORY;
    work->index = index;
    work->target = sst_index_segment(index, target);
    work->filter = filter;
    work->error = error;
    sst_status status = work_open(work);
    while (status == SST_OK && work->target->done < work->target->shape.pages &&
           *credit >= SST_PAGE_ENTRIES) {
        *credit -= SST_PAGE_ENTRIES;
        status = merge_page(work);
    }
    if (status == SST_OK)
        status = discard_consumed(work);
    if (status == SST_OK)
        status = sst_segment_save(index, work->target, error);
    bool complete = work->target->done == work->target->shape.pages;
    work_close(work);
    free(work);
    if (status == SST_OK && complete)
        status = drop_inputs(index, target, error);
    sst_index_settle(index);
    return status;
}

static const sst_segment *smallest_merge(const sst_index *index)
{
    const sst_segment *best = NULL;
    for (size_t i = 0; i < index->count; i++) {
        const sst_segment *segment = &index->segments[i];
        if (segment->done < segment->shape.pages &&
            (best == NULL || segment->shape.pages < best->shape.pages))
            best = segment;
    }
    return best;
}

sst_status sst_index_merge(sst_index *index, uint64_t added, uint32_t *next_segment,
                           sst_error *error)
{
    sst_status status = SST_OK;
    size_t begin, end;
    while (status == SST_OK && find_due(index, &begin, &end))
        status = sst_merge_begin(index, begin, end, next_segment, error);
    index->credit += added * CREDIT_PER_ENTRY;
    const sst_segment *merge = smallest_merge(index);
    while (status == SST_OK && merge != NULL && index->credit >= SST_PAGE_ENTRIES) {
        status = sst_merge_step(index, merge->segment, &index->credit,
                                sst_index_keep_all, error);
        merge = smallest_merge(index);
    }
    if (merge == NULL)
        index->credit = 0;
    return status;
}
