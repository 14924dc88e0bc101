/* Rows of table stories. */
#include <string.h>

#include "store/parts.h"

enum { FLAG_LONGER = 2, FLAG_ESTIMATED = 4, HASH_SIZE = 16 };

enum column {
    NUMBER, ID, STATE, CONTENT, KEY, TITLE_KEY, PUBLISHED, FIRST_SEEN, SOURCE, TOKENS, SHINGLES,
    FLAGS, CLUSTER, VERDICT, OF, SHARED, OF_SHINGLES, NEAR, NEAR_RELATION, SKETCH
};

static void write_hash(sst_hash128 hash, unsigned char bytes[HASH_SIZE])
{
    for (unsigned i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)(hash.high >> (56 - 8 * i));
        bytes[8 + i] = (unsigned char)(hash.low >> (56 - 8 * i));
    }
}

static sst_hash128 read_hash(sst_slice blob)
{
    sst_hash128 hash = {0, 0};
    const unsigned char *bytes = (const unsigned char *)blob.bytes;
    for (unsigned i = 0; i < 8 && blob.size == HASH_SIZE; i++) {
        hash.high = hash.high << 8 | bytes[i];
        hash.low = hash.low << 8 | bytes[8 + i];
    }
    return hash;
}

static uint32_t number_at(sqlite3_stmt *statement, int column)
{
    int64_t value = sqlite3_column_int64(statement, column);
    return value < 0 || value > UINT32_MAX ? 0 : (uint32_t)value;
}

void sst_row_read(sqlite3_stmt *at, sst_row *row)
{
    uint32_t flags = number_at(at, FLAGS);
    *row = (sst_row){
        .number = number_at(at, NUMBER),
        .cluster = number_at(at, CLUSTER),
        .id = sst_sql_slice(at, ID),
        .of = sst_sql_slice(at, OF),
        .near = sst_sql_slice(at, NEAR),
        .source_number = number_at(at, SOURCE),
        .content = read_hash(sst_sql_slice(at, CONTENT)),
        .key = read_hash(sst_sql_slice(at, KEY)),
        .title_key = (uint64_t)sqlite3_column_int64(at, TITLE_KEY),
        .published = sqlite3_column_type(at, PUBLISHED) == SQLITE_NULL
                         ? SST_NO_TIME
                         : sqlite3_column_int64(at, PUBLISHED),
        .first_seen = sqlite3_column_int64(at, FIRST_SEEN),
        .token_count = number_at(at, TOKENS),
        .shingle_count = number_at(at, SHINGLES),
        .verdict = (sst_stored_verdict)number_at(at, VERDICT),
        .near_relation = (sst_relation)number_at(at, NEAR_RELATION),
        .shared = number_at(at, SHARED),
        .of_shingles = number_at(at, OF_SHINGLES),
        .headline = (flags & SST_FLAG_HEADLINE) != 0,
        .longer = (flags & FLAG_LONGER) != 0,
        .estimated = (flags & FLAG_ESTIMATED) != 0,
        .retired = number_at(at, STATE) != 0,
    };
    sst_slice sketch = sst_sql_slice(at, SKETCH);
    if (sketch.size == SST_SKETCH_SLOTS * sizeof(uint16_t))
        row->sketch = (const uint16_t *)(const void *)sketch.bytes;
}

static sst_status source_name(sst_store *store, sst_row *row, sst_error *error)
{
    if (row->source_number == 0)
        return SST_OK;
    sqlite3_stmt *statement = sst_sql_get(&store->sql, SST_SQL_SOURCE_NAME, error);
    if (statement == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(statement, 1, row->source_number);
    bool found = false;
    sst_status status = sst_sql_step(&store->sql, statement, &found, error);
    if (status == SST_OK && found)
        row->source = sst_sql_slice(statement, 0);
    return status;
}

static sst_status read_row(sst_store *store, sst_sql_id id, uint32_t number, sst_row *row,
                           bool *found, sst_error *error)
{
    *found = false;
    sqlite3_stmt *statement = sst_sql_get(&store->sql, id, error);
    if (statement == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(statement, 1, number);
    sst_status status = sst_sql_step(&store->sql, statement, found, error);
    if (status != SST_OK || !*found)
        return status;
    sst_row_read(statement, row);
    return source_name(store, row, error);
}

sst_status sst_store_row(sst_store *store, uint32_t number, sst_row *row, bool *found,
                         sst_error *error)
{
    return read_row(store, SST_SQL_STORY_READ, number, row, found, error);
}

sst_status sst_store_row_next(sst_store *store, uint32_t number, sst_row *row, bool *found,
                              sst_error *error)
{
    sst_status status = read_row(store, SST_SQL_STORY_NEXT, number, row, found, error);
    /* Whoever goes on behind this number shall come to an end. */
    if (status == SST_OK && *found && (row->number < number || row->number == UINT32_MAX))
        status = sst_fail_at(error, SST_FORMAT, store->path, 0, 0,
                             "the number of a story is damaged; restore a backup");
    return status;
}

static void bind_number_or_null(sqlite3_stmt *insert, int at, int64_t value, bool present)
{
    if (present)
        sqlite3_bind_int64(insert, at + 1, value);
    else
        sqlite3_bind_null(insert, at + 1);
}

static void bind_row(sqlite3_stmt *insert, const sst_row *row,
                     const unsigned char hashes[2 * HASH_SIZE])
{
    int64_t flags = (row->headline ? SST_FLAG_HEADLINE : 0) | (row->longer ? FLAG_LONGER : 0) |
                    (row->estimated ? FLAG_ESTIMATED : 0);
    bool of = row->of.bytes != NULL, near = row->near.bytes != NULL;
    sqlite3_bind_int64(insert, NUMBER + 1, row->number);
    sst_sql_bind_slice(insert, ID + 1, row->id);
    sqlite3_bind_int64(insert, STATE + 1, row->retired);
    sqlite3_bind_blob(insert, CONTENT + 1, hashes, HASH_SIZE, SQLITE_STATIC);
    sqlite3_bind_blob(insert, KEY + 1, hashes + HASH_SIZE, HASH_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(insert, TITLE_KEY + 1, (int64_t)row->title_key);
    bind_number_or_null(insert, PUBLISHED, row->published, row->published != SST_NO_TIME);
    sqlite3_bind_int64(insert, FIRST_SEEN + 1, row->first_seen);
    bind_number_or_null(insert, SOURCE, row->source_number, row->source_number != 0);
    sqlite3_bind_int64(insert, TOKENS + 1, row->token_count);
    sqlite3_bind_int64(insert, SHINGLES + 1, row->shingle_count);
    sqlite3_bind_int64(insert, FLAGS + 1, flags);
    sqlite3_bind_int64(insert, CLUSTER + 1, row->cluster);
    sqlite3_bind_int64(insert, VERDICT + 1, row->verdict);
    sst_sql_bind_slice(insert, OF + 1, row->of);
    bind_number_or_null(insert, SHARED, row->shared, of);
    bind_number_or_null(insert, OF_SHINGLES, row->of_shingles, of);
    sst_sql_bind_slice(insert, NEAR + 1, row->near);
    bind_number_or_null(insert, NEAR_RELATION, row->near_relation, near);
    if (row->sketch != NULL)
        sqlite3_bind_blob(insert, SKETCH + 1, row->sketch, SST_SKETCH_SLOTS * 2, SQLITE_STATIC);
    else
        sqlite3_bind_null(insert, SKETCH + 1);
}

static sst_status insert_text(sst_store *store, uint32_t number, sst_slice text,
                              sst_error *error)
{
    sqlite3_stmt *insert = sst_sql_get(&store->sql, SST_SQL_TEXT_INSERT, error);
    if (insert == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(insert, 1, number);
    sqlite3_bind_blob64(insert, 2, text.bytes, text.size, SQLITE_STATIC);
    return sst_sql_run(&store->sql, insert, error);
}

sst_status sst_store_append(sst_store *store, const sst_row *row, sst_slice text,
                            sst_error *error)
{
    if (store->state.next_number >= UINT32_MAX)
        return sst_fail_at(error, SST_LIMIT, store->path, 0, 0,
                           "the archive has given all its 2^32 story numbers; run "
                           "'samestory rebuild'");
    sqlite3_stmt *insert = sst_sql_get(&store->sql, SST_SQL_STORY_INSERT, error);
    if (insert == NULL)
        return SST_FORMAT;
    unsigned char hashes[2 * HASH_SIZE];
    write_hash(row->content, hashes);
    write_hash(row->key, hashes + HASH_SIZE);
    bind_row(insert, row, hashes);
    sst_status status = sst_sql_run(&store->sql, insert, error);
    if (status == SST_OK && text.size > 0)
        status = insert_text(store, row->number, text, error);
    if (status != SST_OK)
        return status;
    store->state.next_number = (int64_t)row->number + 1;
    store->state.live += !row->retired;
    sst_tag_add(store, row);
    return SST_OK;
}

sst_status sst_store_retire(sst_store *store, uint32_t number, sst_error *error)
{
    sst_status status =
        sst_sql_run_numbers(&store->sql, SST_SQL_STORY_RETIRE, 1, number, 0, error);
    if (status == SST_OK)
        status = sst_sql_run_numbers(&store->sql, SST_SQL_TEXT_DELETE, 1, number, 0, error);
    if (status == SST_OK)
        status = sst_tag_drop(store, number, error);
    sst_card_drop(store, number);
    store->state.epoch++;
    store->state.live--;
    return status;
}
