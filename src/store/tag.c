/* Tags: the few facts that tell whether a story is worth a look. They are kept in chunks, a chunk
 * is one row of table `tags`, written when its last story arrives. A chunk that is not there (the
 * newest one, or one that lost a story) is made from the rows of its stories, so a missing chunk
 * is never wrong, only slower; the next transaction that writes puts it back. */
#include <string.h>

#include "store/parts.h"

enum {
    RECORD = 8, /* day 4, shingles 2, tokens 2 with the highest bit for a headline */
    HEADLINE = 0x8000,
};

static const sst_tag no_story = {.day = SST_UNDATED};

/* ---- Values ---- */

static sst_tag make_tag(int64_t published, uint32_t shingles, uint32_t tokens, bool headline)
{
    return (sst_tag){
        .day = published == SST_NO_TIME ? SST_UNDATED : sst_day_of(published),
        .shingles = shingles > SST_TAG_MOST ? SST_TAG_MOST : (uint16_t)shingles,
        .tokens = tokens > SST_TAG_MOST ? SST_TAG_MOST : (uint16_t)tokens,
        .headline = headline,
    };
}

sst_tag sst_tag_of_row(const sst_row *row)
{
    return row->retired ? no_story
                        : make_tag(row->published, row->shingle_count, row->token_count,
                                   row->headline);
}

static void write_tag(sst_tag tag, unsigned char bytes[RECORD])
{
    uint32_t day = (uint32_t)tag.day;
    unsigned tokens = tag.tokens | (tag.headline ? HEADLINE : 0);
    for (unsigned i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(day >> 8 * i);
    bytes[4] = (unsigned char)tag.shingles;
    bytes[5] = (unsigned char)(tag.shingles >> 8);
    bytes[6] = (unsigned char)tokens;
    bytes[7] = (unsigned char)(tokens >> 8);
}

static sst_tag read_tag(const unsigned char bytes[RECORD])
{
    unsigned shingles = bytes[4] | (unsigned)bytes[5] << 8;
    unsigned tokens = bytes[6] | (unsigned)bytes[7] << 8;
    return (sst_tag){
        .day = (int32_t)sst_load32(bytes),
        .shingles = (uint16_t)shingles,
        .tokens = (uint16_t)(tokens & (HEADLINE - 1)),
        .headline = (tokens & HEADLINE) != 0,
    };
}

/* ---- Chunks in memory ---- */

sst_status sst_tags_prepare(sst_store *store, uint64_t stories, sst_error *error)
{
    size_t needed = (size_t)(stories / SST_TAG_CHUNK) + 1;
    if (needed <= store->tag_capacity)
        return SST_OK;
    needed += needed / 2;
    _Atomic(sst_tag_chunk *) *chunks =
        sst_allocate_zeroed(needed, sizeof *chunks, "the table of stories", error);
    if (chunks == NULL)
        return SST_MEMORY;
    for (size_t i = 0; i < store->tag_capacity; i++)
        atomic_init(&chunks[i], atomic_load(&store->tags[i]));
    free(store->tags);
    store->tags = chunks;
    store->tag_capacity = needed;
    return SST_OK;
}

static sst_tag_chunk *chunk_at(const sst_store *store, size_t at)
{
    return at < store->tag_capacity
               ? atomic_load_explicit(&store->tags[at], memory_order_acquire)
               : NULL;
}

static void forget_chunk(sst_store *store, size_t at)
{
    sst_tag_chunk *chunk = chunk_at(store, at);
    if (chunk == NULL)
        return;
    sst_slab_give(store->tag_slab, chunk);
    atomic_store(&store->tags[at], NULL);
    atomic_fetch_sub(&store->tag_chunks, 1);
}

void sst_tags_forget(sst_store *store, uint32_t from)
{
    for (size_t i = from / SST_TAG_CHUNK; i < store->tag_capacity; i++)
        forget_chunk(store, i);
}

void sst_tags_free(sst_store *store)
{
    sst_tags_forget(store, 0);
    free(store->tags);
    sst_slab_free(store->tag_slab);
}

void sst_tags_trim(sst_store *store)
{
    size_t most = store->options.memory / 8 / sizeof(sst_tag_chunk) + 1;
    for (size_t i = 0; i < store->tag_capacity && atomic_load(&store->tag_chunks) > most; i++)
        forget_chunk(store, i);
}

/* ---- Reading: under the mutex ---- */

static bool read_blob(sqlite3_stmt *row, sst_tag_chunk *chunk)
{
    sst_slice blob = sst_sql_slice(row, 0);
    if (blob.size != (size_t)SST_TAG_CHUNK * RECORD)
        return false;
    for (size_t i = 0; i < SST_TAG_CHUNK; i++)
        chunk->tags[i] = read_tag((const unsigned char *)blob.bytes + i * RECORD);
    return true;
}

static sst_status read_rows(sst_sql *sql, size_t at, sst_tag_chunk *chunk, sst_error *error)
{
    for (size_t i = 0; i < SST_TAG_CHUNK; i++)
        chunk->tags[i] = no_story;
    sqlite3_stmt *row = sst_sql_get(sql, SST_SQL_TAG_ROWS, error);
    if (row == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(row, 1, (int64_t)(at * SST_TAG_CHUNK));
    sqlite3_bind_int64(row, 2, (int64_t)((at + 1) * SST_TAG_CHUNK));
    bool more = true;
    sst_status status;
    while ((status = sst_sql_step(sql, row, &more, error)) == SST_OK && more) {
        bool dated = sqlite3_column_type(row, 1) != SQLITE_NULL;
        chunk->tags[(size_t)sqlite3_column_int64(row, 0) % SST_TAG_CHUNK] =
            make_tag(dated ? sqlite3_column_int64(row, 1) : SST_NO_TIME,
                     (uint32_t)sqlite3_column_int64(row, 2),
                     (uint32_t)sqlite3_column_int64(row, 3),
                     (sqlite3_column_int64(row, 4) & SST_FLAG_HEADLINE) != 0);
    }
    return status;
}

static sst_status fill_chunk(sst_sql *sql, size_t at, sst_tag_chunk *chunk, sst_error *error)
{
    sqlite3_stmt *row = sst_sql_get(sql, SST_SQL_TAG_READ, error);
    if (row == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(row, 1, (int64_t)at);
    bool found = false;
    sst_status status = sst_sql_step(sql, row, &found, error);
    bool good = found && read_blob(row, chunk);
    sqlite3_reset(row);
    if (status != SST_OK || good)
        return status;
    chunk->unsaved = true;
    return read_rows(sql, at, chunk, error);
}

static sst_status load_chunk(sst_store *store, size_t at, sst_tag_chunk **out, sst_error *error)
{
    *out = chunk_at(store, at);
    if (*out != NULL)
        return SST_OK;
    sst_tag_chunk *chunk = sst_slab_take(store->tag_slab, error);
    if (chunk == NULL)
        return SST_MEMORY;
    memset(chunk, 0, sizeof *chunk);
    sst_lane *lane = sst_lane_take(&store->lanes);
    sst_status status = fill_chunk(lane->sql, at, chunk, error);
    sst_lane_give(lane);
    if (status != SST_OK) {
        sst_slab_give(store->tag_slab, chunk);
        return status;
    }
    if (chunk->unsaved)
        atomic_store(&store->tags_unsaved, true);
    atomic_fetch_add(&store->tag_chunks, 1);
    atomic_store_explicit(&store->tags[at], chunk, memory_order_release);
    *out = chunk;
    return SST_OK;
}

sst_status sst_store_tag(sst_store *store, uint32_t number, sst_tag *tag, sst_error *error)
{
    *tag = no_story;
    size_t at = number / SST_TAG_CHUNK;
    if (at >= store->tag_capacity)
        return SST_OK; /* an index entry of a story that never was: verify tells */
    sst_tag_chunk *chunk = chunk_at(store, at);
    sst_status status = SST_OK;
    if (chunk == NULL) {
        pthread_mutex_lock(&store->mutex);
        status = load_chunk(store, at, &chunk, error);
        pthread_mutex_unlock(&store->mutex);
    }
    if (status == SST_OK)
        *tag = chunk->tags[number % SST_TAG_CHUNK];
    return status;
}

void sst_store_tag_prefetch(const sst_store *store, uint32_t number)
{
    const sst_tag_chunk *chunk = chunk_at(store, number / SST_TAG_CHUNK);
    if (chunk != NULL)
        __builtin_prefetch(&chunk->tags[number % SST_TAG_CHUNK]);
}

/* ---- Changes ---- */

void sst_tag_add(sst_store *store, const sst_row *row)
{
    sst_tag_chunk *chunk = chunk_at(store, row->number / SST_TAG_CHUNK);
    if (chunk != NULL)
        chunk->tags[row->number % SST_TAG_CHUNK] = sst_tag_of_row(row);
}

sst_status sst_tag_drop(sst_store *store, uint32_t number, sst_error *error)
{
    size_t at = number / SST_TAG_CHUNK;
    sst_tag_chunk *chunk = chunk_at(store, at);
    if (chunk != NULL) {
        chunk->tags[number % SST_TAG_CHUNK] = no_story;
        chunk->unsaved = true;
        atomic_store(&store->tags_unsaved, true);
    }
    return sst_sql_run_numbers(&store->sql, SST_SQL_TAG_DELETE, 1, (int64_t)at, 0, error);
}

static sst_status save_chunk(sst_store *store, size_t at, sst_tag_chunk *chunk,
                             sst_error *error)
{
    unsigned char bytes[SST_TAG_CHUNK * RECORD];
    sqlite3_stmt *write = sst_sql_get(&store->sql, SST_SQL_TAG_WRITE, error);
    if (write == NULL)
        return SST_FORMAT;
    for (size_t i = 0; i < SST_TAG_CHUNK; i++)
        write_tag(chunk->tags[i], bytes + i * RECORD);
    sqlite3_bind_int64(write, 1, (int64_t)at);
    sqlite3_bind_blob(write, 2, bytes, sizeof bytes, SQLITE_STATIC);
    chunk->unsaved = false;
    return sst_sql_run(&store->sql, write, error);
}

sst_status sst_tags_write(sst_store *store, sst_error *error)
{
    size_t complete = (size_t)store->state.next_number / SST_TAG_CHUNK;
    size_t before = (size_t)store->saved.next_number / SST_TAG_CHUNK;
    sst_status status = sst_tags_prepare(store, (uint64_t)store->state.next_number, error);
    sst_tag_chunk *chunk;
    if (!atomic_exchange(&store->tags_unsaved, false) && before == complete)
        return status; /* most commits: no chunk was completed */
    for (size_t i = before; i < complete && status == SST_OK; i++)
        status = load_chunk(store, i, &chunk, error);
    for (size_t i = 0; i < complete && i < store->tag_capacity && status == SST_OK; i++) {
        chunk = chunk_at(store, i);
        if (chunk != NULL && chunk->unsaved)
            status = save_chunk(store, i, chunk, error);
    }
    return status;
}
