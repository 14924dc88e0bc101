/* Clusters, sources, tombstones, and finding a story by its id. */
#include <string.h>

#include "store/parts.h"

/* ---- Clusters ---- */

/* Whether the cluster has a row, which single stories have not; then reset the statement. */
static sst_status find_cluster(sst_store *store, uint32_t cluster, sqlite3_stmt **row,
                               bool *found, sst_error *error)
{
    *row = sst_sql_get(&store->sql, SST_SQL_CLUSTER_READ, error);
    if (*row == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(*row, 1, cluster);
    return sst_sql_step(&store->sql, *row, found, error);
}

sst_status sst_store_cluster_id(sst_store *store, uint32_t cluster, sst_buffer *id,
                                sst_error *error)
{
    sqlite3_stmt *statement;
    bool found = false;
    sst_status status = find_cluster(store, cluster, &statement, &found, error);
    if (status != SST_OK)
        return status;
    if (found) {
        sst_slice name = sst_sql_slice(statement, 0);
        sst_buffer_append(id, name.bytes, name.size);
        sqlite3_reset(statement);
        return sst_buffer_status(id, "a cluster id", error);
    }
    sst_row row; /* a single story: its own id */
    status = sst_store_row(store, cluster, &row, &found, error);
    if (status == SST_OK && found)
        sst_buffer_append(id, row.id.bytes, row.id.size);
    return status == SST_OK ? sst_buffer_status(id, "a cluster id", error) : status;
}

static sst_status insert_member(sst_store *store, uint32_t cluster, uint32_t number,
                                sst_error *error)
{
    return sst_sql_run_numbers(&store->sql, SST_SQL_MEMBER_INSERT, 2, cluster, number, error);
}

/* A single story becomes the founder of a cluster. One that has gone has left its cluster. */
static sst_status found_cluster(sst_store *store, uint32_t cluster, sst_error *error)
{
    sst_row founder;
    bool found;
    sst_status status = sst_store_row(store, cluster, &founder, &found, error);
    if (status != SST_OK || !found)
        return status;
    sqlite3_stmt *insert = sst_sql_get(&store->sql, SST_SQL_CLUSTER_INSERT, error);
    if (insert == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(insert, 1, cluster);
    sst_sql_bind_slice(insert, 2, founder.id);
    sqlite3_bind_int64(insert, 3, founder.first_seen);
    status = sst_sql_run(&store->sql, insert, error);
    return status == SST_OK ? insert_member(store, cluster, cluster, error) : status;
}

sst_status sst_store_join(sst_store *store, uint32_t cluster, uint32_t number, sst_error *error)
{
    sqlite3_stmt *row;
    bool founded = false;
    sst_status status = find_cluster(store, cluster, &row, &founded, error);
    if (status == SST_OK && founded)
        sqlite3_reset(row);
    else if (status == SST_OK)
        status = found_cluster(store, cluster, error);
    return status == SST_OK ? insert_member(store, cluster, number, error) : status;
}

static sst_status single_member(sst_store *store, uint32_t cluster, uint32_t **numbers,
                                size_t *count, size_t *capacity, sst_error *error)
{
    const sst_card *card;
    sst_status status = sst_store_card(store, cluster, &card, error);
    if (status == SST_OK && card != NULL)
        status = SST_RESERVE(numbers, capacity, 1, "members", error);
    if (status == SST_OK && card != NULL)
        (*numbers)[(*count)++] = cluster;
    return status;
}

sst_status sst_store_members(sst_store *store, uint32_t cluster, uint32_t **numbers,
                             size_t *count, sst_error *error)
{
    *numbers = NULL;
    *count = 0;
    size_t capacity = 0;
    sqlite3_stmt *statement = sst_sql_get(&store->sql, SST_SQL_MEMBERS, error);
    if (statement == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(statement, 1, cluster);
    bool more = true;
    sst_status status;
    while ((status = sst_sql_step(&store->sql, statement, &more, error)) == SST_OK && more) {
        status = SST_RESERVE(numbers, &capacity, *count + 1, "members", error);
        if (status != SST_OK)
            break;
        (*numbers)[(*count)++] = (uint32_t)sqlite3_column_int64(statement, 0);
    }
    sqlite3_reset(statement);
    if (status == SST_OK && *count == 0)
        status = single_member(store, cluster, numbers, count, &capacity, error);
    if (status != SST_OK) {
        free(*numbers);
        *numbers = NULL;
        *count = 0;
    }
    return status;
}

static sst_status find_founded(sst_store *store, sst_slice id, uint32_t *cluster, bool *found,
                               sst_error *error)
{
    /* The founder may have expired; then only table clusters knows the id. */
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->sql.db, "SELECT cluster FROM clusters WHERE id=?1", -1,
                                  &statement, NULL);
    if (code == SQLITE_OK)
        sst_sql_bind_slice(statement, 1, id);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    *found = code == SQLITE_ROW;
    if (*found)
        *cluster = (uint32_t)sqlite3_column_int64(statement, 0);
    sst_status status = code == SQLITE_ROW || code == SQLITE_DONE
                            ? SST_OK
                            : sst_sql_fail(&store->sql, code, "cannot find a cluster", error);
    sqlite3_finalize(statement);
    return status;
}

sst_status sst_store_find_cluster(sst_store *store, sst_slice id, uint32_t *cluster,
                                  bool *found, sst_error *error)
{
    enum { VERSIONS = 64 };
    uint32_t numbers[VERSIONS];
    size_t count;
    *found = false;
    sst_status status = sst_store_find_id(store, id, numbers, VERSIONS, &count, error);
    for (size_t i = 0; i < count && status == SST_OK; i++) {
        const sst_card *card;
        status = sst_store_card(store, numbers[i], &card, error);
        if (status == SST_OK && card != NULL && card->cluster == numbers[i]) {
            *found = true;
            *cluster = numbers[i];
            return SST_OK;
        }
    }
    return status == SST_OK ? find_founded(store, id, cluster, found, error) : status;
}

/* ---- Sources ---- */

/* Names that were asked for lately; a place holds the last name that hashed to it. */
struct sst_known_source {
    sst_hash128 name;
    uint32_t source; /* 0: free */
};

enum { KNOWN_SOURCES = 1 << 10 };

void sst_sources_forget(sst_store *store)
{
    free(store->known_sources);
    store->known_sources = NULL;
}

static sst_status find_source(sst_store *store, sst_slice name, uint32_t *source,
                              sst_error *error)
{
    sqlite3_stmt *find = sst_sql_get(&store->sql, SST_SQL_SOURCE_FIND, error);
    if (find == NULL)
        return SST_FORMAT;
    sst_sql_bind_slice(find, 1, name);
    bool found = false;
    sst_status status = sst_sql_step(&store->sql, find, &found, error);
    if (status == SST_OK && found) {
        *source = (uint32_t)sqlite3_column_int64(find, 0);
        sqlite3_reset(find);
    }
    return status;
}

static sst_status add_source(sst_store *store, sst_slice name, uint32_t *source,
                             sst_error *error)
{
    sqlite3_stmt *insert = sst_sql_get(&store->sql, SST_SQL_SOURCE_INSERT, error);
    if (insert == NULL)
        return SST_FORMAT;
    sst_sql_bind_slice(insert, 1, name);
    sst_status status = sst_sql_run(&store->sql, insert, error);
    *source = (uint32_t)sqlite3_last_insert_rowid(store->sql.db);
    return status;
}

sst_status sst_store_source(sst_store *store, sst_slice name, uint32_t *source,
                            sst_error *error)
{
    *source = 0;
    if (name.bytes == NULL || name.size == 0)
        return SST_OK;
    if (store->known_sources == NULL)
        store->known_sources = sst_allocate_zeroed(KNOWN_SOURCES, sizeof *store->known_sources,
                                                   "sources", error);
    if (store->known_sources == NULL)
        return SST_MEMORY;
    sst_hash128 hash = sst_hash128_bytes(name.bytes, name.size);
    struct sst_known_source *known = &store->known_sources[hash.low % KNOWN_SOURCES];
    if (known->source != 0 && sst_hash128_compare(known->name, hash) == 0) {
        *source = known->source;
        return SST_OK;
    }
    sst_status status = find_source(store, name, source, error);
    if (status == SST_OK && *source == 0)
        status = add_source(store, name, source, error);
    if (status == SST_OK)
        *known = (struct sst_known_source){hash, *source};
    return status;
}

/* ---- Ids ---- */

sst_status sst_store_match_id(sst_store *store, sst_slice id, const struct sst_hits *hits,
                              uint32_t *numbers, size_t room, size_t *count, sst_error *error)
{
    sst_status status = SST_OK;
    *count = 0;
    for (size_t i = 0; i < hits->count && *count < room && status == SST_OK; i++) {
        sst_row row;
        bool found;
        status = sst_store_row(store, hits->items[i].number, &row, &found, error);
        if (status == SST_OK && found && row.id.size == id.size &&
            memcmp(row.id.bytes, id.bytes, id.size) == 0)
            numbers[(*count)++] = row.number;
    }
    return status;
}

sst_status sst_store_find_id(sst_store *store, sst_slice id, uint32_t *numbers, size_t room,
                             size_t *count, sst_error *error)
{
    uint64_t key = sst_index_key(SST_KEY_ID, sst_hash64_bytes(id.bytes, id.size));
    sst_hits hits = {0};
    *count = 0;
    sst_status status = sst_index_find(store->index, &key, 1, UINT32_MAX, &hits, error);
    if (status == SST_OK)
        status = sst_store_match_id(store, id, &hits, numbers, room, count, error);
    free(hits.items);
    return status;
}

sst_status sst_store_has_tombstones(sst_store *store, bool *any, sst_error *error)
{
    *any = false;
    sqlite3_stmt *statement = sst_sql_get(&store->sql, SST_SQL_TOMBSTONES, error);
    if (statement == NULL)
        return SST_FORMAT;
    sst_status status = sst_sql_step(&store->sql, statement, any, error);
    sqlite3_reset(statement);
    return status;
}

sst_status sst_store_tombstone(sst_store *store, sst_slice id, int64_t *time, sst_error *error)
{
    *time = SST_NO_TIME;
    sqlite3_stmt *statement = sst_sql_get(&store->sql, SST_SQL_TOMBSTONE_READ, error);
    if (statement == NULL)
        return SST_FORMAT;
    sst_sql_bind_slice(statement, 1, id);
    bool found = false;
    sst_status status = sst_sql_step(&store->sql, statement, &found, error);
    if (status == SST_OK && found) {
        *time = sqlite3_column_int64(statement, 0);
        sqlite3_reset(statement);
    }
    return status;
}

/* ---- Copies of the lists ---- */

/* Row by row from one connection to the other: so the lists are of the snapshot that the stories
 * were read in, whoever writes to the old archive meanwhile. */
static sst_status copy_rows(sst_store *store, sqlite3_stmt *write, sst_store *from,
                            sqlite3_stmt *read, sst_error *error)
{
    bool more = true;
    sst_status status = SST_OK;
    while (status == SST_OK) {
        status = sst_sql_step(&from->sql, read, &more, error);
        if (status != SST_OK || !more)
            break;
        for (int i = 0; i < sqlite3_column_count(read); i++)
            sqlite3_bind_value(write, i + 1, sqlite3_column_value(read, i));
        status = sst_sql_run(&store->sql, write, error);
    }
    return status;
}

typedef struct copied_list {
    const char *read, *write;
} copied_list;

static sst_status copy_list(sst_store *store, sst_store *from, const copied_list *list,
                            sst_error *error)
{
    sqlite3_stmt *read = NULL, *write = NULL;
    sst_status status = SST_OK;
    int code = sqlite3_prepare_v2(from->sql.db, list->read, -1, &read, NULL);
    if (code != SQLITE_OK)
        status = sst_sql_fail(&from->sql, code, "cannot read the old archive", error);
    else if ((code = sqlite3_prepare_v2(store->sql.db, list->write, -1, &write, NULL)) !=
             SQLITE_OK)
        status = sst_sql_fail(&store->sql, code, "cannot write the new archive", error);
    else
        status = copy_rows(store, write, from, read, error);
    sqlite3_finalize(read);
    sqlite3_finalize(write);
    return status;
}

sst_status sst_store_copy_lists(sst_store *store, sst_store *from, sst_error *error)
{
    static const copied_list lists[] = {
        {"SELECT * FROM sources", "INSERT OR REPLACE INTO sources VALUES(?1,?2,?3)"},
        {"SELECT * FROM clusters", "INSERT INTO clusters VALUES(?1,?2,?3)"},
        {"SELECT * FROM members", "INSERT INTO members VALUES(?1,?2)"},
        {"SELECT * FROM history", "INSERT INTO history VALUES(?1,?2,?3,?4,?5,?6)"},
        {"SELECT * FROM tombstones", "INSERT INTO tombstones VALUES(?1,?2)"},
        {"SELECT next_number FROM state", "UPDATE state SET next_number=?1"},
    };
    sst_status status = sst_store_begin(store, error);
    for (size_t i = 0; i < sizeof lists / sizeof *lists && status == SST_OK; i++)
        status = copy_list(store, from, &lists[i], error);
    if (status == SST_OK)
        status = sst_sql_run(&store->sql, sst_sql_get(&store->sql, SST_SQL_COMMIT, error), error);
    if (status == SST_OK)
        store->writing = store->loaded = false;
    else
        sst_store_rollback(store);
    sst_lock_release(&store->lock);
    return status;
}
