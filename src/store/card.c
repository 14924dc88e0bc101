/* Cards are read from their rows when first asked for and kept in chunks. They are put there under
 * the mutex; a card that is there is found without it. */
#include <string.h>

#include "store/parts.h"

enum { STATE_UNREAD = 0, STATE_THERE = 1, STATE_MISSING = 2 };

/* The chunk table must not move while threads search: it is sized before. */
sst_status sst_cards_prepare(sst_store *store, uint64_t stories, sst_error *error)
{
    size_t needed = (size_t)(stories / SST_CARD_CHUNK) + 1;
    if (needed <= store->chunk_capacity)
        return SST_OK;
    needed += needed / 2;
    _Atomic(sst_card_chunk *) *chunks =
        sst_allocate_zeroed(needed, sizeof *chunks, "the table of stories", error);
    if (chunks == NULL)
        return SST_MEMORY;
    for (size_t i = 0; i < store->chunk_capacity; i++)
        atomic_init(&chunks[i], atomic_load(&store->chunks[i]));
    free(store->chunks);
    store->chunks = chunks;
    store->chunk_capacity = needed;
    return SST_OK;
}

static void free_chunk(sst_store *store, size_t at)
{
    sst_card_chunk *chunk = atomic_load(&store->chunks[at]);
    if (chunk == NULL)
        return;
    sst_slab_give(store->card_slab, chunk);
    atomic_store(&store->chunks[at], NULL);
    atomic_fetch_sub(&store->chunk_count, 1);
}

void sst_cards_forget(sst_store *store)
{
    for (size_t i = 0; i < store->chunk_capacity; i++)
        free_chunk(store, i);
}

void sst_cards_free(sst_store *store)
{
    sst_cards_forget(store);
    free(store->chunks);
    sst_slab_free(store->card_slab);
}

void sst_cards_trim(sst_store *store)
{
    size_t most = store->options.memory / 4 / sizeof(sst_card_chunk) + 1;
    /* The oldest stories are asked for least. */
    for (size_t i = 0; i < store->chunk_capacity && atomic_load(&store->chunk_count) > most; i++)
        free_chunk(store, i);
}

static sst_card_chunk *chunk_at(sst_store *store, uint32_t number)
{
    size_t at = number / SST_CARD_CHUNK;
    return at < store->chunk_capacity
               ? atomic_load_explicit(&store->chunks[at], memory_order_acquire)
               : NULL;
}

void sst_card_drop(sst_store *store, uint32_t number)
{
    sst_card_chunk *chunk = chunk_at(store, number);
    if (chunk != NULL)
        atomic_store(&chunk->state[number % SST_CARD_CHUNK], STATE_UNREAD);
}

static void fill_card(sst_card *card, const sst_row *row)
{
    *card = (sst_card){
        .key = row->key,
        .title_key = row->title_key,
        .published = row->published,
        .first_seen = row->first_seen,
        .id_hash = sst_hash64_bytes(row->id.bytes, row->id.size),
        .number = row->number,
        .cluster = row->cluster,
        .token_count = row->token_count,
        .shingle_count = row->shingle_count,
        .source = row->source_number,
        .headline = row->headline,
        .longer = row->longer,
        .retired = row->retired || row->sketch == NULL,
    };
    if (row->sketch != NULL)
        memcpy(card->sketch, row->sketch, sizeof card->sketch);
}

static sst_card_chunk *make_chunk(sst_store *store, uint32_t number, sst_error *error)
{
    sst_card_chunk *chunk = chunk_at(store, number);
    if (chunk != NULL)
        return chunk;
    chunk = sst_slab_take(store->card_slab, error);
    if (chunk != NULL) {
        memset(chunk, 0, sizeof *chunk);
        atomic_fetch_add(&store->chunk_count, 1);
        atomic_store_explicit(&store->chunks[number / SST_CARD_CHUNK], chunk,
                              memory_order_release);
    }
    return chunk;
}

void sst_store_keep_card(sst_store *store, const sst_card *card)
{
    if (card->number / SST_CARD_CHUNK >= store->chunk_capacity)
        return;
    sst_card_chunk *chunk = make_chunk(store, card->number, NULL);
    size_t at = card->number % SST_CARD_CHUNK;
    if (chunk == NULL)
        return;
    chunk->cards[at] = *card;
    atomic_store_explicit(&chunk->state[at], STATE_THERE, memory_order_release);
}

/* Another thread may read the same card: then one of the two is thrown away. */
static sst_status keep_card(sst_store *store, uint32_t number, const sst_card *card,
                            sst_card_chunk **out, sst_error *error)
{
    pthread_mutex_lock(&store->mutex);
    sst_card_chunk *chunk = *out = make_chunk(store, number, error);
    size_t at = number % SST_CARD_CHUNK;
    if (chunk != NULL &&
        atomic_load_explicit(&chunk->state[at], memory_order_relaxed) == STATE_UNREAD) {
        if (card != NULL)
            chunk->cards[at] = *card;
        atomic_store_explicit(&chunk->state[at], card != NULL ? STATE_THERE : STATE_MISSING,
                              memory_order_release);
    }
    pthread_mutex_unlock(&store->mutex);
    return chunk == NULL ? SST_MEMORY : SST_OK;
}

static sst_status read_card(sst_sql *sql, uint32_t number, sst_card *card, bool *found,
                            sst_error *error)
{
    sqlite3_stmt *statement = sst_sql_get(sql, SST_SQL_STORY_READ, error);
    if (statement == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(statement, 1, number);
    sst_status status = sst_sql_step(sql, statement, found, error);
    if (status != SST_OK || !*found)
        return status;
    sst_row row;
    sst_row_read(statement, &row);
    fill_card(card, &row);
    sqlite3_reset(statement);
    return SST_OK;
}

static sst_status fetch_card(sst_store *store, uint32_t number, sst_card_chunk **chunk,
                             sst_error *error)
{
    sst_card card;
    bool found = false;
    sst_lane *lane = sst_lane_take(&store->lanes);
    sst_status status = read_card(lane->sql, number, &card, &found, error);
    sst_lane_give(lane);
    return status == SST_OK ? keep_card(store, number, found ? &card : NULL, chunk, error)
                            : status;
}

sst_status sst_store_card(sst_store *store, uint32_t number, const sst_card **card,
                          sst_error *error)
{
    *card = NULL;
    if (number / SST_CARD_CHUNK >= store->chunk_capacity)
        return SST_OK; /* an index entry of a story that never was: verify tells */
    sst_card_chunk *chunk = chunk_at(store, number);
    size_t at = number % SST_CARD_CHUNK;
    sst_status status = SST_OK;
    if (chunk == NULL ||
        atomic_load_explicit(&chunk->state[at], memory_order_acquire) == STATE_UNREAD)
        status = fetch_card(store, number, &chunk, error);
    if (status == SST_OK &&
        atomic_load_explicit(&chunk->state[at], memory_order_acquire) == STATE_THERE)
        *card = &chunk->cards[at];
    return status;
}

/* Appends the one value of a row of that number. */
static sst_status read_value(sst_store *store, sst_sql_id id, uint32_t number, const char *what,
                             sst_buffer *bytes, sst_error *error)
{
    sst_lane *lane = sst_lane_take(&store->lanes);
    sqlite3_stmt *statement = sst_sql_get(lane->sql, id, error);
    sst_status status = statement == NULL ? SST_FORMAT : SST_OK;
    bool found = false;
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, number);
        status = sst_sql_step(lane->sql, statement, &found, error);
    }
    if (status == SST_OK && found) {
        sst_slice value = sst_sql_slice(statement, 0);
        sst_buffer_append(bytes, value.bytes, value.size);
        sqlite3_reset(statement);
        status = sst_buffer_status(bytes, what, error);
    }
    sst_lane_give(lane);
    return status;
}

sst_status sst_store_text(sst_store *store, uint32_t number, sst_buffer *bytes,
                          sst_error *error)
{
    return read_value(store, SST_SQL_TEXT_READ, number, "a text", bytes, error);
}

sst_status sst_store_id(sst_store *store, uint32_t number, sst_buffer *id, sst_error *error)
{
    return read_value(store, SST_SQL_STORY_ID, number, "an id", id, error);
}
