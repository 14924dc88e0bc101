/* What tonight learnt goes into the archive: prepared stories and counted overlaps, in short
 * transactions. Both are repeatable: when a night is cut short, the next one does the rest. */
#include "base/sort.h"
#include "job/clock.h"
#include "job/nightly.h"

static void append_word(sst_buffer *bytes, uint64_t word, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        sst_buffer_byte(bytes, (char)(word >> 8 * i & 0xff));
}

/* As job/night_load.c reads it. */
static sst_status keep_story(sst_nightly *night, size_t at, sst_buffer *bytes, uint32_t **tokens,
                             size_t *capacity, sst_error *error)
{
    const sst_entry *entry = &night->corpus->entries[at];
    size_t count = (size_t)entry->title_count + entry->token_count;
    const void *stored;
    sst_status status = SST_RESERVE(tokens, capacity, count, "tokens", error);
    if (status == SST_OK)
        status = sst_pool_read(night->corpus->tokens, entry->tokens_at, count * sizeof **tokens,
                               *tokens, &stored, error);
    if (status != SST_OK)
        return status;
    sst_buffer_reset(bytes);
    append_word(bytes, entry->credit_key, 8);
    append_word(bytes, entry->title_count, 4);
    sst_buffer_append(bytes, stored, count * sizeof **tokens);
    status = sst_buffer_status(bytes, "a story", error);
    return status == SST_OK ? sst_night_story_write(night->archive->store,
                                                    night->entries[at].number,
                                                    (sst_slice){bytes->bytes, bytes->size},
                                                    error)
                            : status;
}

/* One transaction's worth of stories from *at on. */
static sst_status keep_some_stories(sst_nightly *night, size_t *at, sst_error *error)
{
    sst_buffer bytes = {0};
    uint32_t *tokens = NULL;
    size_t capacity = 0;
    sst_status status = sst_store_begin(night->archive->store, error);
    if (status != SST_OK)
        return status;
    for (bool due = false; *at < night->corpus->entry_count && !due && status == SST_OK;
         (*at)++) {
        if (night->entries[*at].prepared)
            continue;
        status = keep_story(night, *at, &bytes, &tokens, &capacity, error);
        due = sst_store_due(night->archive->store);
    }
    free(tokens);
    sst_buffer_free(&bytes);
    return sst_night_end(night, status, error);
}

static sst_status keep_stories(sst_nightly *night, sst_error *error)
{
    size_t at = 0;
    sst_status status = SST_OK;
    while (status == SST_OK) {
        while (at < night->corpus->entry_count && night->entries[at].prepared)
            at++;
        if (at == night->corpus->entry_count)
            break;
        status = keep_some_stories(night, &at, error);
    }
    return status;
}

/* ---- Overlaps ---- */

/* Sorted by the higher number, under which a pair is kept, then the lower one. */
static uint64_t turn(uint64_t key)
{
    return key << 32 | key >> 32;
}

/* The overlaps of one story, keys turned. */
static size_t list_pairs(const sst_nightly *night, const uint64_t *turned, size_t count,
                         sst_buffer *bytes)
{
    size_t i = 0;
    sst_buffer_reset(bytes);
    for (; i < count && turned[i] >> 32 == turned[0] >> 32; i++) {
        append_word(bytes, turned[i] & UINT32_MAX, 4);
        append_word(bytes, (uint64_t)sst_counted_get(&night->counted, turn(turned[i])), 4);
    }
    return i;
}

static sst_status keep_some_pairs(sst_nightly *night, size_t *at, sst_error *error)
{
    const sst_counted *counted = &night->counted;
    sst_buffer bytes = {0};
    sst_status status = sst_store_begin(night->archive->store, error);
    if (status != SST_OK)
        return status;
    for (bool due = false; *at < counted->fresh_count && !due && status == SST_OK;) {
        uint32_t number = (uint32_t)(counted->fresh[*at] >> 32);
        *at += list_pairs(night, counted->fresh + *at, counted->fresh_count - *at, &bytes);
        status = sst_buffer_status(&bytes, "overlaps", error);
        if (status == SST_OK)
            status = sst_night_pairs_add(night->archive->store, number,
                                         (sst_slice){bytes.bytes, bytes.size}, error);
        due = sst_store_due(night->archive->store);
    }
    sst_buffer_free(&bytes);
    return sst_night_end(night, status, error);
}

static sst_status keep_pairs(sst_nightly *night, sst_error *error)
{
    sst_counted *counted = &night->counted;
    uint64_t *scratch =
        sst_allocate(counted->fresh_count, sizeof *scratch, "overlaps", error);
    if (scratch == NULL)
        return SST_MEMORY;
    for (size_t i = 0; i < counted->fresh_count; i++)
        counted->fresh[i] = turn(counted->fresh[i]);
    sst_status status = sst_sort(counted->fresh, scratch, counted->fresh_count, 1, error);
    free(scratch);
    for (size_t at = 0; at < counted->fresh_count && status == SST_OK;)
        status = keep_some_pairs(night, &at, error);
    return status;
}

sst_status sst_night_keep(sst_nightly *night, sst_error *error)
{
    double start = sst_clock_seconds();
    sst_status status = keep_stories(night, error);
    if (status == SST_OK)
        status = keep_pairs(night, error);
    night->summary->seconds_keep += sst_clock_seconds() - start;
    return status;
}
