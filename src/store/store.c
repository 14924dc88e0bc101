/* Transactions. What is in memory (counters, index directory, recent entries, cards) belongs to
 * the generation it was read at; a transaction that finds another generation reads again. */
#include <string.h>

#include "store/parts.h"

bool sst_store_broken(const sst_store *store)
{
    return store->sql.broken;
}

uint32_t sst_store_next(const sst_store *store)
{
    return (uint32_t)store->state.next_number;
}

uint64_t sst_store_live(const sst_store *store)
{
    return (uint64_t)store->state.live;
}

struct sst_index *sst_store_index(sst_store *store)
{
    return store->index;
}

static sst_status read_state(sst_store *store, sst_error *error)
{
    sqlite3_stmt *row = sst_sql_get(&store->sql, SST_SQL_STATE_READ, error);
    if (row == NULL)
        return SST_FORMAT;
    bool found = false;
    sst_status status = sst_sql_step(&store->sql, row, &found, error);
    if (status == SST_OK && !found)
        return sst_fail_at(error, SST_FORMAT, store->path, 0, 0,
                           "the archive's counters are missing; restore a backup");
    if (status != SST_OK)
        return status;
    store->state = (sst_store_state){
        .next_number = sqlite3_column_int64(row, 0),
        .next_segment = sqlite3_column_int64(row, 1),
        .generation = sqlite3_column_int64(row, 2),
        .epoch = sqlite3_column_int64(row, 3),
        .live = sqlite3_column_int64(row, 4),
    };
    sqlite3_reset(row);
    if (store->state.next_number < 1 || store->state.next_number > UINT32_MAX)
        return sst_fail_at(error, SST_FORMAT, store->path, 0, 0,
                           "the archive's counters are damaged; restore a backup");
    return SST_OK;
}

static sst_status write_state(sst_store *store, sst_error *error)
{
    sqlite3_stmt *write = sst_sql_get(&store->sql, SST_SQL_STATE_WRITE, error);
    if (write == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(write, 1, store->state.next_number);
    sqlite3_bind_int64(write, 2, store->state.next_segment);
    sqlite3_bind_int64(write, 3, store->state.generation);
    sqlite3_bind_int64(write, 4, store->state.epoch);
    sqlite3_bind_int64(write, 5, store->state.live);
    return sst_sql_run(&store->sql, write, error);
}

sst_status sst_store_expect(sst_store *store, size_t stories, sst_error *error)
{
    uint64_t all = (uint64_t)store->state.next_number + stories;
    sst_status status = sst_cards_prepare(store, all, error);
    return status == SST_OK ? sst_tags_prepare(store, all, error) : status;
}

/* Counters and caches of the transaction that was just opened. */
static sst_status refresh(sst_store *store, sst_error *error)
{
    sst_status status = read_state(store, error);
    if (status != SST_OK)
        return status;
    bool changed = !store->loaded || store->state.epoch != store->saved.epoch;
    if (changed)
        sst_cards_forget(store);
    if (changed || store->state.generation != store->saved.generation) {
        sst_tags_forget(store, changed ? 0 : (uint32_t)store->saved.next_number);
        status = sst_index_load(store->index, changed, error);
    }
    if (status == SST_OK)
        status = sst_store_expect(store, 0, error);
    store->loaded = status == SST_OK;
    store->saved = store->state;
    return status;
}

static sst_status begin_locked(sst_store *store, sst_error *error)
{
    sst_status status =
        sst_sql_run(&store->sql, sst_sql_get(&store->sql, SST_SQL_BEGIN_WRITE, error), error);
    if (status != SST_OK)
        return status;
    store->writing = true;
    store->changes = sqlite3_total_changes64(store->sql.db);
    status = refresh(store, error);
    if (status != SST_OK)
        sst_store_rollback(store);
    return status;
}

sst_status sst_store_begin(sst_store *store, sst_error *error)
{
    if (store->sql.broken)
        return sst_fail_at(error, SST_READ_ONLY, store->path, 0, 0,
                           "an fsync of the archive failed, so what is on disk is unknown; "
                           "check the disk, then start again");
    if (store->options.read_only)
        return sst_fail_at(error, SST_READ_ONLY, store->path, 0, 0,
                           "the archive was opened for reading; open it for writing");
    sst_status status = sst_lock_acquire(&store->lock, store->options.wait,
                                         store->options.waiting, store->options.context, error);
    if (status == SST_OK)
        status = begin_locked(store, error);
    if (status != SST_OK)
        sst_lock_release(&store->lock);
    return status;
}

sst_status sst_store_begin_read(sst_store *store, sst_error *error)
{
    sst_status status =
        sst_sql_run(&store->sql, sst_sql_get(&store->sql, SST_SQL_BEGIN_READ, error), error);
    if (status != SST_OK)
        return status;
    store->reading = true;
    store->changes = sqlite3_total_changes64(store->sql.db);
    status = refresh(store, error);
    if (status != SST_OK)
        sst_store_rollback(store);
    return status;
}

void sst_store_share(sst_store *store, unsigned threads)
{
    if (threads > 1 && sqlite3_total_changes64(store->sql.db) == store->changes)
        sst_lanes_open(&store->lanes, threads - 1, store->saved.generation);
}

void sst_store_unshare(sst_store *store)
{
    sst_lanes_close(&store->lanes);
}

void sst_store_rollback(sst_store *store)
{
    if (!store->writing && !store->reading)
        return;
    sst_store_unshare(store);
    bool changed = sqlite3_total_changes64(store->sql.db) != store->changes ||
                   sst_index_has_unsaved(store->index);
    sst_sql_reset_all(&store->sql);
    sst_sql_run(&store->sql, sst_sql_get(&store->sql, SST_SQL_ROLLBACK, NULL), NULL);
    if (store->writing && changed) { /* memory is ahead of the file */
        store->loaded = false;
        sst_sources_forget(store);
    }
    store->state = store->saved;
    store->writing = store->reading = false;
    sst_index_trim(store->index);
    sst_cards_trim(store);
    sst_tags_trim(store);
    sst_lock_release(&store->lock);
}

/* Moves the WAL into the file when it has grown: large commits are moved a few at a time, for what
 * the later ones replace needs no moving. A reader may hold a part of it back; then the next commit
 * tries again. A failure here loses nothing: the WAL has it all. */
static void checkpoint(sst_store *store)
{
    int pages = 0, peak = 0;
    if (sqlite3_db_status(store->sql.db, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &peak, 0) != 0)
        return;
    int written = pages - store->wal_pages;
    store->wal_pages = pages;
    if (pages < SST_CHECKPOINT_PAGES || pages < SST_CHECKPOINT_COMMITS * (int64_t)written)
        return;
    int code = sqlite3_wal_checkpoint_v2(store->sql.db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL,
                                         NULL);
    if (code == SQLITE_OK) {
        sqlite3_db_status(store->sql.db, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &peak, 1);
        store->wal_pages = 0;
    } else if (sqlite3_extended_errcode(store->sql.db) == SQLITE_IOERR_FSYNC) {
        store->sql.broken = true;
    }
}

sst_status sst_store_commit(sst_store *store, sst_error *error)
{
    sst_store_unshare(store);
    store->state.generation++;
    uint32_t next_segment = (uint32_t)store->state.next_segment;
    sst_status status = sst_index_write(store->index, &next_segment, error);
    store->state.next_segment = next_segment;
    if (status == SST_OK)
        status = sst_tags_write(store, error);
    if (status == SST_OK)
        status = write_state(store, error);
    sst_sql_reset_all(&store->sql);
    if (status == SST_OK)
        status =
            sst_sql_run(&store->sql, sst_sql_get(&store->sql, SST_SQL_COMMIT, error), error);
    if (status != SST_OK) {
        sst_store_rollback(store);
        return status;
    }
    store->saved = store->state;
    store->writing = false;
    sst_index_trim(store->index);
    sst_cards_trim(store);
    sst_tags_trim(store);
    checkpoint(store);
    sst_lock_release(&store->lock);
    return SST_OK;
}

bool sst_store_due(const sst_store *store)
{
    return sst_lock_held(&store->lock) >= SST_STORE_SLICE;
}

double sst_store_longest_lock(const sst_store *store)
{
    return store->lock.longest;
}
