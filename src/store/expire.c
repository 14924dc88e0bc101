/* Removal of stories: one id on request, old ones by age. */
#include <stdio.h>
#include <string.h>

#include "store/parts.h"

enum {
    SWEEP_ENTRIES = 1 << 16, /* index entries rewritten at a time: some milliseconds */
    VERSIONS_MAX = 4096,     /* versions of one id that are taken down in one transaction */
};

/* ---- One story ---- */

static sst_status drop_empty_cluster(sst_store *store, uint32_t cluster, int64_t time,
                                     sst_error *error)
{
    char question[96];
    int64_t members, listed;
    snprintf(question, sizeof question, "SELECT count(*) FROM members WHERE cluster=%u",
             cluster);
    sst_status status = sst_sql_number(&store->sql, question, 0, &members, error);
    snprintf(question, sizeof question, "SELECT count(*) FROM clusters WHERE cluster=%u",
             cluster);
    if (status == SST_OK)
        status = sst_sql_number(&store->sql, question, 0, &listed, error);
    if (status != SST_OK || members > 0 || listed == 0)
        return status;
    sst_buffer id = {0};
    status = sst_store_cluster_id(store, cluster, &id, error);
    sqlite3_stmt *insert = sst_sql_get(&store->sql, SST_SQL_HISTORY_INSERT, error);
    if (status == SST_OK && insert != NULL) {
        sqlite3_bind_int64(insert, 1, time);
        sqlite3_bind_text(insert, 2, "expire", -1, SQLITE_STATIC);
        sqlite3_bind_text64(insert, 3, id.bytes, id.size, SQLITE_STATIC, SQLITE_UTF8);
        sqlite3_bind_null(insert, 4);
        sqlite3_bind_text(insert, 5, "its last story went", -1, SQLITE_STATIC);
        status = sst_sql_run(&store->sql, insert, error);
    }
    if (status == SST_OK)
        status =
            sst_sql_run_numbers(&store->sql, SST_SQL_CLUSTER_DELETE, 1, cluster, 0, error);
    sst_buffer_free(&id);
    return status;
}

/* Row, text, membership; the index is the caller's affair. */
static sst_status remove_row(sst_store *store, uint32_t number, uint32_t cluster, bool retired,
                             int64_t time, sst_error *error)
{
    sst_sql *sql = &store->sql;
    sst_status status = sst_sql_run_numbers(sql, SST_SQL_TEXT_DELETE, 1, number, 0, error);
    if (status == SST_OK)
        status = sst_sql_run_numbers(sql, SST_SQL_MEMBER_DELETE, 2, cluster, number, error);
    if (status == SST_OK)
        status = sst_sql_run_numbers(sql, SST_SQL_STORY_DELETE, 1, number, 0, error);
    if (status == SST_OK)
        status = drop_empty_cluster(store, cluster, time, error);
    if (status == SST_OK)
        status = sst_tag_drop(store, number, error);
    sst_card_drop(store, number);
    store->state.live -= !retired;
    return status;
}

/* ---- Taking down ---- */

static sst_status take_down_version(sst_store *store, uint32_t number, int64_t time,
                                    const sst_store_deriver *deriver, sst_error *error)
{
    sst_row row;
    bool found;
    const uint64_t *keys = NULL;
    size_t count = 0;
    sst_buffer packed = {0};
    sst_status status = sst_store_text(store, number, &packed, error);
    if (status == SST_OK)
        status = sst_store_row(store, number, &row, &found, error);
    if (status != SST_OK || !found) {
        sst_buffer_free(&packed);
        return status;
    }
    uint32_t cluster = row.cluster;
    bool retired = row.retired;
    if (!retired && packed.size > 0 && store->settings.texts && deriver != NULL)
        status = deriver->keys_of(deriver->context, &row, (sst_slice){packed.bytes, packed.size},
                                  &keys, &count, error);
    if (status == SST_OK)
        status = sst_index_remove(store->index, number, keys, count, error);
    if (status == SST_OK)
        status = remove_row(store, number, cluster, retired, time, error);
    sst_buffer_free(&packed);
    return status;
}

static sst_status write_tombstone(sst_store *store, sst_slice id, int64_t time,
                                  sst_error *error)
{
    sqlite3_stmt *write = sst_sql_get(&store->sql, SST_SQL_TOMBSTONE_WRITE, error);
    if (write == NULL)
        return SST_FORMAT;
    sst_sql_bind_slice(write, 1, id);
    sqlite3_bind_int64(write, 2, time);
    return sst_sql_run(&store->sql, write, error);
}

/* Taking down again what is down changes nothing: whoever heard no answer may ask again. */
static sst_status find_tombstone(sst_store *store, sst_slice id, sst_error *error)
{
    int64_t time;
    sst_status status = sst_store_tombstone(store, id, &time, error);
    if (status != SST_OK || time != SST_NO_TIME)
        return status;
    return sst_fail_at(error, SST_NOT_FOUND, store->path, 0, 0,
                       "no story has the id '%.*s'; check its spelling",
                       (int)(id.size > 200 ? 200 : id.size), id.bytes);
}

static sst_status take_down_all(sst_store *store, sst_slice id, int64_t time,
                                const sst_store_deriver *deriver, sst_error *error)
{
    uint32_t *numbers = sst_allocate(VERSIONS_MAX, sizeof *numbers, "versions", error);
    size_t count = 0;
    sst_status status = numbers == NULL ? SST_MEMORY
                                        : sst_store_find_id(store, id, numbers, VERSIONS_MAX,
                                                            &count, error);
    if (status == SST_OK && count == 0)
        status = find_tombstone(store, id, error);
    for (size_t i = 0; i < count && status == SST_OK; i++)
        status = take_down_version(store, numbers[i], time, deriver, error);
    free(numbers);
    if (status != SST_OK || count == 0)
        return status;
    store->state.epoch++;
    return write_tombstone(store, id, time, error);
}

/* What was deleted must not stay readable in the WAL. A reader can hold this up; the next
 * take-down, or the end of the program, does it then. */
static void empty_wal(sst_store *store)
{
    if (sst_lock_acquire(&store->lock, store->options.wait, NULL, NULL, NULL) != SST_OK)
        return;
    sqlite3_wal_checkpoint_v2(store->sql.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sst_lock_release(&store->lock);
}

sst_status sst_store_take_down(sst_store *store, sst_slice id, int64_t time,
                               const sst_store_deriver *deriver, sst_error *error)
{
    sst_status status = sst_store_begin(store, error);
    if (status != SST_OK)
        return status;
    status = take_down_all(store, id, time, deriver, error);
    if (status == SST_OK)
        status = sst_store_commit(store, error);
    else
        sst_store_rollback(store);
    if (status == SST_OK)
        empty_wal(store);
    return status;
}

/* ---- Rewriting the index ---- */

/* Numbers of the stories that stay; all later ones do, too. */
typedef struct live_set {
    uint64_t *bits;
    uint32_t size;
} live_set;

static bool is_alive(void *context, uint32_t number)
{
    const live_set *live = context;
    return number >= live->size || (live->bits[number / 64] >> number % 64 & 1) != 0;
}

/* Whether a story can have the number; 0 is none. */
static bool was_given(const sst_store *store, int64_t number)
{
    return number > 0 && number < sst_store_next(store);
}

static sst_status list_live(sst_store *store, live_set *live, sst_error *error)
{
    live->size = sst_store_next(store);
    live->bits = sst_allocate_zeroed(live->size / 64 + 1, sizeof *live->bits, "live stories",
                                     error);
    sqlite3_stmt *list =
        live->bits == NULL ? NULL : sst_sql_get(&store->sql, SST_SQL_LIVE_NUMBERS, error);
    if (list == NULL)
        return live->bits == NULL ? SST_MEMORY : SST_FORMAT;
    bool more = true;
    sst_status status;
    while ((status = sst_sql_step(&store->sql, list, &more, error)) == SST_OK && more) {
        int64_t number = sqlite3_column_int64(list, 0);
        if (was_given(store, number))
            live->bits[number / 64] |= UINT64_C(1) << number % 64;
    }
    return status;
}

/* In a snapshot, so that nobody waits: what goes later is taken out of the index when it goes. */
static sst_status collect_live(sst_store *store, live_set *live, sst_error *error)
{
    sst_status status = sst_store_begin_read(store, error);
    if (status != SST_OK)
        return status;
    status = list_live(store, live, error);
    sst_store_rollback(store);
    return status;
}

/* Works on the merge `*target`, or for 0 begins one of all segments, in a transaction. */
static sst_status sweep_some(sst_store *store, live_set *live, uint32_t *target, bool *more,
                             sst_error *error)
{
    uint32_t next_segment = (uint32_t)store->state.next_segment;
    sst_status status = SST_OK;
    *more = true;
    if (*target == 0) {
        status = sst_index_sweep_begin(store->index, &next_segment, target, error);
        store->state.next_segment = next_segment;
        *more = *target != 0;
    }
    if (status == SST_OK && *more)
        do
            status = sst_index_sweep_step(store->index, *target, SWEEP_ENTRIES,
                                          (sst_index_filter){is_alive, live}, more, error);
        while (status == SST_OK && *more && !sst_store_due(store));
    return status;
}

/* Steps until the merge is complete; `*target` is set when one is begun. */
static sst_status sweep_all(sst_store *store, live_set *live, uint32_t *target,
                            sst_error *error)
{
    bool more = true;
    sst_status status = SST_OK;
    while (status == SST_OK && more) {
        status = sst_store_begin(store, error);
        if (status != SST_OK)
            break;
        status = sweep_some(store, live, target, &more, error);
        if (status == SST_OK)
            status = sst_store_commit(store, error);
        else
            sst_store_rollback(store);
    }
    return status;
}

static sst_status sweep(sst_store *store, sst_error *error)
{
    live_set live = {NULL, 0};
    sst_status status = collect_live(store, &live, error);
    uint32_t target = sst_index_merging(store->index);
    if (status == SST_OK && target != 0) /* what joins in whole, in steps */
        status = sweep_all(store, &live, &target, error);
    target = 0;
    if (status == SST_OK)
        status = sweep_all(store, &live, &target, error);
    free(live.bits);
    return status;
}

sst_status sst_store_merge(sst_store *store, sst_error *error)
{
    sst_index_counts counts;
    sst_status status = sst_store_begin_read(store, error);
    if (status != SST_OK)
        return status;
    sst_index_count(store->index, &counts);
    sst_store_rollback(store);
    return counts.segments < SST_STORE_SEGMENTS ? SST_OK : sweep(store, error);
}

/* ---- Expiry ---- */

typedef struct old_list {
    uint32_t *numbers;
    size_t count, capacity;
} old_list;

static sst_status list_rows(sst_store *store, int64_t before, old_list *old, sst_error *error)
{
    sqlite3_stmt *list = sst_sql_get(&store->sql, SST_SQL_EXPIRED, error);
    if (list == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(list, 1, before);
    bool more = true;
    sst_status status;
    while ((status = sst_sql_step(&store->sql, list, &more, error)) == SST_OK && more) {
        int64_t number = sqlite3_column_int64(list, 0);
        if (!was_given(store, number))
            continue;
        status = SST_RESERVE(&old->numbers, &old->capacity, old->count + 1, "old stories",
                             error);
        if (status != SST_OK)
            break;
        old->numbers[old->count++] = (uint32_t)number;
    }
    sqlite3_reset(list);
    return status;
}

/* In a snapshot: the whole table is read, and nobody waits. */
static sst_status list_old(sst_store *store, int64_t before, old_list *old, sst_error *error)
{
    sst_status status = sst_store_begin_read(store, error);
    if (status != SST_OK)
        return status;
    status = list_rows(store, before, old, error);
    sst_store_rollback(store);
    return status;
}

static sst_status remove_old(sst_store *store, uint32_t number, int64_t now, uint64_t *removed,
                             sst_error *error)
{
    sst_row row;
    bool found;
    sst_status status = sst_store_row(store, number, &row, &found, error);
    if (status != SST_OK || !found) /* taken down meanwhile */
        return status;
    status = remove_row(store, number, row.cluster, row.retired, now, error);
    *removed += status == SST_OK;
    return status;
}

/* One transaction's worth; *at moves on. */
static sst_status expire_some(sst_store *store, const old_list *old, size_t *at, int64_t now,
                              uint64_t *removed, sst_error *error)
{
    sst_status status = sst_store_begin(store, error);
    if (status != SST_OK)
        return status;
    do
        status = remove_old(store, old->numbers[(*at)++], now, removed, error);
    while (*at < old->count && status == SST_OK && !sst_store_due(store));
    store->state.epoch++;
    if (status == SST_OK)
        return sst_store_commit(store, error);
    sst_store_rollback(store);
    return status;
}

sst_status sst_store_expire(sst_store *store, int64_t before, int64_t now, uint64_t *removed,
                            sst_error *error)
{
    old_list old = {NULL, 0, 0};
    sst_status status = list_old(store, before, &old, error);
    *removed = 0;
    for (size_t at = 0; at < old.count && status == SST_OK;)
        status = expire_some(store, &old, &at, now, removed, error);
    free(old.numbers);
    return status == SST_OK && *removed > 0 ? sweep(store, error) : status;
}
