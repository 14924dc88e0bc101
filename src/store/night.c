#include "store/night.h"

#include <stdio.h>
#include <string.h>

#include "store/parts.h"

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS night_stories(number INTEGER PRIMARY KEY, bytes BLOB);"
    "CREATE TABLE IF NOT EXISTS night_pairs(number INTEGER PRIMARY KEY, bytes BLOB);"
    "CREATE TABLE IF NOT EXISTS night_clusters(cluster INTEGER PRIMARY KEY, canonical TEXT);"
    "CREATE TABLE IF NOT EXISTS night_plan(sequence INTEGER PRIMARY KEY, kind INTEGER,"
    " number INTEGER, cluster INTEGER, time INTEGER, what TEXT, id TEXT, other TEXT, why TEXT);"
    "CREATE TABLE IF NOT EXISTS nights(night INTEGER PRIMARY KEY, time INTEGER,"
    " history INTEGER, generation INTEGER, next INTEGER, stories INTEGER, summary TEXT,"
    " effort TEXT);"
    "CREATE TRIGGER IF NOT EXISTS night_story_goes AFTER DELETE ON stories BEGIN"
    " DELETE FROM night_stories WHERE number=old.number;"
    " DELETE FROM night_pairs WHERE number=old.number; END;"
    "CREATE TRIGGER IF NOT EXISTS night_story_replaced AFTER UPDATE OF state ON stories"
    " WHEN new.state<>0 BEGIN"
    " DELETE FROM night_stories WHERE number=old.number;"
    " DELETE FROM night_pairs WHERE number=old.number; END;"
    "CREATE TRIGGER IF NOT EXISTS night_cluster_goes AFTER DELETE ON clusters BEGIN"
    " DELETE FROM night_clusters WHERE cluster=old.cluster; END;";

enum {
    SEAL = 0,          /* sequence of the row that seals a plan; steps follow */
    ABSORB_MOST = 200, /* stories that move at a time */
};

/* ---- Tables ---- */

sst_status sst_night_exists(sst_store *store, bool *exists, sst_error *error)
{
    int64_t count;
    sst_status status = sst_sql_number(
        &store->sql, "SELECT count(*) FROM sqlite_schema WHERE name='night_cluster_goes'", 0,
        &count, error);
    *exists = status == SST_OK && count > 0;
    return status;
}

sst_status sst_night_create(sst_store *store, sst_error *error)
{
    return sst_sql_script(&store->sql, schema, error);
}

/* ---- Blobs ---- */

/* Appends the first column of the statement's first row. */
static sst_status read_bytes(sst_store *store, sst_sql_id id, uint32_t number,
                             sst_buffer *bytes, sst_error *error)
{
    sqlite3_stmt *statement = sst_sql_get(&store->sql, id, error);
    if (statement == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(statement, 1, number);
    bool found = false;
    sst_status status = sst_sql_step(&store->sql, statement, &found, error);
    if (status != SST_OK || !found)
        return status;
    sst_slice slice = sst_sql_slice(statement, 0);
    sst_buffer_append(bytes, slice.bytes, slice.size);
    sqlite3_reset(statement);
    return sst_buffer_status(bytes, "what the last night kept", error);
}

sst_status sst_night_story(sst_store *store, uint32_t number, sst_buffer *bytes,
                           sst_error *error)
{
    return read_bytes(store, SST_SQL_NIGHT_STORY, number, bytes, error);
}

sst_status sst_night_pairs(sst_store *store, uint32_t number, sst_buffer *bytes,
                           sst_error *error)
{
    return read_bytes(store, SST_SQL_NIGHT_PAIRS, number, bytes, error);
}

sst_status sst_night_canonical(sst_store *store, uint32_t cluster, sst_buffer *id,
                               sst_error *error)
{
    return read_bytes(store, SST_SQL_NIGHT_CANONICAL, cluster, id, error);
}

static sst_status write_bytes(sst_store *store, sst_sql_id id, uint32_t number,
                              sst_slice bytes, sst_error *error)
{
    sqlite3_stmt *write = sst_sql_get(&store->sql, id, error);
    if (write == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(write, 1, number);
    sqlite3_bind_blob64(write, 2, bytes.bytes, bytes.size, SQLITE_STATIC);
    return sst_sql_run(&store->sql, write, error);
}

sst_status sst_night_story_write(sst_store *store, uint32_t number, sst_slice bytes,
                                 sst_error *error)
{
    return write_bytes(store, SST_SQL_NIGHT_STORY_WRITE, number, bytes, error);
}

sst_status sst_night_pairs_add(sst_store *store, uint32_t number, sst_slice bytes,
                               sst_error *error)
{
    sst_buffer all = {0};
    sst_status status = sst_night_pairs(store, number, &all, error);
    sst_buffer_append(&all, bytes.bytes, bytes.size);
    if (status == SST_OK)
        status = sst_buffer_status(&all, "overlaps", error);
    if (status == SST_OK)
        status = write_bytes(store, SST_SQL_NIGHT_PAIRS_WRITE, number,
                             (sst_slice){all.bytes, all.size}, error);
    sst_buffer_free(&all);
    return status;
}

/* ---- The plan ---- */

sst_status sst_night_plan_add(sst_store *store, const sst_night_step *step, sst_error *error)
{
    sqlite3_stmt *insert = sst_sql_get(&store->sql, SST_SQL_NIGHT_STEP_INSERT, error);
    if (insert == NULL)
        return SST_FORMAT;
    sqlite3_bind_null(insert, 1);
    sqlite3_bind_int64(insert, 2, step->kind);
    sqlite3_bind_int64(insert, 3, step->number);
    sqlite3_bind_int64(insert, 4, step->cluster);
    sqlite3_bind_int64(insert, 5, step->time);
    sst_sql_bind_slice(insert, 6, step->what);
    sst_sql_bind_slice(insert, 7, step->id);
    sst_sql_bind_slice(insert, 8, step->other);
    sst_sql_bind_slice(insert, 9, step->why);
    return sst_sql_run(&store->sql, insert, error);
}

sst_status sst_night_plan_seal(sst_store *store, uint64_t moves, sst_error *error)
{
    sqlite3_stmt *insert = sst_sql_get(&store->sql, SST_SQL_NIGHT_STEP_INSERT, error);
    if (insert == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(insert, 1, SEAL);
    sqlite3_bind_int64(insert, 3, (int64_t)moves);
    return sst_sql_run(&store->sql, insert, error);
}

sst_status sst_night_plan_sealed(sst_store *store, bool *sealed, uint64_t *moves,
                                 sst_error *error)
{
    int64_t number;
    sst_status status = sst_sql_number(
        &store->sql, "SELECT number FROM night_plan WHERE sequence=0", -1, &number, error);
    *sealed = status == SST_OK && number >= 0;
    *moves = *sealed ? (uint64_t)number : 0;
    return status;
}

sst_status sst_night_plan_any(sst_store *store, bool *any, sst_error *error)
{
    int64_t count;
    sst_status status = sst_sql_number(
        &store->sql, "SELECT count(*) FROM (SELECT 1 FROM night_plan WHERE sequence>0 LIMIT 1)",
        0, &count, error);
    *any = status == SST_OK && count > 0;
    return status;
}

sst_status sst_night_plan_clear(sst_store *store, sst_error *error)
{
    return sst_sql_script(&store->sql, "DELETE FROM night_plan", error);
}

/* A cluster may have gone with its last story since the plan was made. */
static sst_status cluster_exists(sst_store *store, uint32_t cluster, bool *exists,
                                 sst_error *error)
{
    sst_row founder;
    sst_status status = sst_store_row(store, cluster, &founder, exists, error);
    if (status != SST_OK || *exists)
        return status;
    sqlite3_stmt *read = sst_sql_get(&store->sql, SST_SQL_CLUSTER_READ, error);
    if (read == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(read, 1, cluster);
    return sst_sql_step(&store->sql, read, exists, error);
}

/* A story changes its cluster; one that went meanwhile has none. */
static sst_status move(sst_store *store, uint32_t number, uint32_t cluster, sst_error *error)
{
    sst_row row;
    bool found, known;
    sst_status status = cluster_exists(store, cluster, &known, error);
    if (status == SST_OK)
        status = sst_store_row(store, number, &row, &found, error);
    if (status != SST_OK || !known || !found || row.cluster == cluster)
        return status;
    status = sst_sql_run_numbers(&store->sql, SST_SQL_MEMBER_DELETE, 2, row.cluster, number,
                                 error);
    if (status == SST_OK)
        status = sst_sql_run_numbers(&store->sql, SST_SQL_STORY_REGROUP, 2, number, cluster,
                                     error);
    sst_card_drop(store, number);
    return status == SST_OK && number != cluster ? sst_store_join(store, cluster, number, error)
                                                 : status;
}

/* *done false: ABSORB_MOST stories moved, more may be left. */
static sst_status absorb(sst_store *store, uint32_t from, uint32_t cluster, bool *done,
                         sst_error *error)
{
    uint32_t *numbers;
    size_t count, moved = 0;
    sst_status status = sst_store_members(store, from, &numbers, &count, error);
    for (size_t i = 0; i < count && moved < ABSORB_MOST && status == SST_OK; i++) {
        sst_row row;
        bool found;
        status = sst_store_row(store, numbers[i], &row, &found, error);
        if (status != SST_OK || !found || row.cluster != from)
            continue;
        status = move(store, numbers[i], cluster, error);
        moved++;
    }
    *done = moved < ABSORB_MOST;
    free(numbers);
    return status;
}

/* Lists of clusters name those with two stories or more, and those that outlived their
 * founder. */
static sst_status settle(sst_store *store, uint32_t cluster, sst_error *error)
{
    char question[128];
    int64_t others;
    snprintf(question, sizeof question,
             "SELECT count(*) FROM members WHERE cluster=%u AND number<>%u", cluster, cluster);
    sst_status status = sst_sql_number(&store->sql, question, 0, &others, error);
    if (status != SST_OK || others > 0)
        return status;
    status = sst_sql_run_numbers(&store->sql, SST_SQL_MEMBER_DELETE, 2, cluster, cluster, error);
    return status == SST_OK ? sst_sql_run_numbers(&store->sql, SST_SQL_CLUSTER_DELETE, 1,
                                                  cluster, 0, error)
                            : status;
}

static sst_status name_canonical(sst_store *store, uint32_t cluster, sst_slice id,
                                 sst_error *error)
{
    sqlite3_stmt *write = sst_sql_get(&store->sql, SST_SQL_NIGHT_CANONICAL_WRITE, error);
    if (write == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(write, 1, cluster);
    sst_sql_bind_slice(write, 2, id);
    return sst_sql_run(&store->sql, write, error);
}

static sst_status record(sst_store *store, const sst_night_step *step, sst_error *error)
{
    sqlite3_stmt *insert = sst_sql_get(&store->sql, SST_SQL_HISTORY_INSERT, error);
    if (insert == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(insert, 1, step->time);
    sst_sql_bind_slice(insert, 2, step->what);
    sst_sql_bind_slice(insert, 3, step->id);
    sst_sql_bind_slice(insert, 4, step->other);
    sst_sql_bind_slice(insert, 5, step->why);
    return sst_sql_run(&store->sql, insert, error);
}

static sst_status do_step(sst_store *store, const sst_night_step *step, bool *done,
                          sst_error *error)
{
    *done = true;
    switch (step->kind) {
    case SST_NIGHT_MOVE:
        return move(store, step->number, step->cluster, error);
    case SST_NIGHT_ABSORB:
        return absorb(store, step->number, step->cluster, done, error);
    case SST_NIGHT_CANONICAL:
        return name_canonical(store, step->cluster, step->other, error);
    case SST_NIGHT_SETTLE:
        return settle(store, step->cluster, error);
    case SST_NIGHT_RECORD:
        return record(store, step, error);
    }
    return sst_fail_at(error, SST_FORMAT, store->path, 0, 0,
                       "the plan of the night is damaged; restore a backup");
}

static sst_night_step read_step(sqlite3_stmt *at)
{
    return (sst_night_step){
        .kind = (sst_night_step_kind)sqlite3_column_int(at, 1),
        .number = (uint32_t)sqlite3_column_int64(at, 2),
        .cluster = (uint32_t)sqlite3_column_int64(at, 3),
        .time = sqlite3_column_int64(at, 4),
        .what = sst_sql_slice(at, 5),
        .id = sst_sql_slice(at, 6),
        .other = sst_sql_slice(at, 7),
        .why = sst_sql_slice(at, 8),
    };
}

/* The step behind `*last`, which moves on when it is done; *more false: there is none. */
static sst_status do_next(sst_store *store, int64_t *last, bool *more, sst_error *error)
{
    sqlite3_stmt *next = sst_sql_get(&store->sql, SST_SQL_NIGHT_STEP_NEXT, error);
    if (next == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(next, 1, *last);
    sst_status status = sst_sql_step(&store->sql, next, more, error);
    if (status != SST_OK || !*more)
        return status;
    bool done;
    int64_t sequence = sqlite3_column_int64(next, 0);
    sst_night_step step = read_step(next);
    status = do_step(store, &step, &done, error);
    *last = done ? sequence : *last;
    return status;
}

sst_status sst_night_plan_do(sst_store *store, bool *more, sst_error *error)
{
    int64_t last = SEAL;
    sst_status status = SST_OK;
    *more = true;
    do
        status = do_next(store, &last, more, error);
    while (status == SST_OK && *more && !sst_store_due(store));
    if (status == SST_OK && last != SEAL)
        status = sst_sql_run_numbers(&store->sql, SST_SQL_NIGHT_STEPS_DELETE, 1, last, 0, error);
    store->state.epoch++;
    return status;
}

/* ---- History and nights ---- */

sst_status sst_night_events(sst_store *store, int64_t after,
                            sst_status (*take)(void *context, const sst_night_event *event,
                                               sst_error *error),
                            void *context, sst_error *error)
{
    sqlite3_stmt *list = sst_sql_get(&store->sql, SST_SQL_HISTORY_AFTER, error);
    if (list == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(list, 1, after);
    bool more = true;
    sst_status status;
    while ((status = sst_sql_step(&store->sql, list, &more, error)) == SST_OK && more) {
        sst_night_event event = {
            .sequence = sqlite3_column_int64(list, 0),
            .time = sqlite3_column_int64(list, 1),
            .what = sst_sql_slice(list, 2),
            .id = sst_sql_slice(list, 3),
            .other = sst_sql_slice(list, 4),
            .why = sst_sql_slice(list, 5),
        };
        status = take(context, &event, error);
        if (status != SST_OK)
            break;
    }
    sqlite3_reset(list);
    return status;
}

sst_status sst_night_last_event(sst_store *store, int64_t *sequence, sst_error *error)
{
    return sst_sql_number(&store->sql, "SELECT coalesce(max(sequence), 0) FROM history", 0,
                          sequence, error);
}

sst_status sst_night_read(sst_store *store, int64_t most, sst_night *night, sst_error *error)
{
    *night = (sst_night){0};
    bool exists;
    sst_status status = sst_night_exists(store, &exists, error);
    if (status != SST_OK || !exists)
        return status;
    sqlite3_stmt *at = sst_sql_get(&store->sql, SST_SQL_NIGHT_READ, error);
    if (at == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(at, 1, most);
    bool found = false;
    status = sst_sql_step(&store->sql, at, &found, error);
    if (status != SST_OK || !found)
        return status;
    night->night = sqlite3_column_int64(at, 0);
    night->time = sqlite3_column_int64(at, 1);
    night->history = sqlite3_column_int64(at, 2);
    night->generation = sqlite3_column_int64(at, 3);
    night->next = sqlite3_column_int64(at, 4);
    night->stories = sqlite3_column_int64(at, 5);
    sst_slice summary = sst_sql_slice(at, 6), effort = sst_sql_slice(at, 7);
    sst_buffer_append(&night->summary, summary.bytes, summary.size);
    sst_buffer_append(&night->effort, effort.bytes, effort.size);
    sqlite3_reset(at);
    status = sst_buffer_status(&night->summary, "a night", error);
    return status == SST_OK ? sst_buffer_status(&night->effort, "a night", error) : status;
}

sst_status sst_night_write(sst_store *store, const sst_night *night, sst_error *error)
{
    sqlite3_stmt *write = sst_sql_get(&store->sql, SST_SQL_NIGHT_WRITE, error);
    if (write == NULL)
        return SST_FORMAT;
    sqlite3_bind_int64(write, 1, night->night);
    sqlite3_bind_int64(write, 2, night->time);
    sqlite3_bind_int64(write, 3, night->history);
    sqlite3_bind_int64(write, 4, store->state.generation + 1); /* the commit adds one */
    sqlite3_bind_int64(write, 5, night->next);
    sqlite3_bind_int64(write, 6, night->stories);
    sst_sql_bind_slice(write, 7, (sst_slice){night->summary.bytes, night->summary.size});
    sst_sql_bind_slice(write, 8, (sst_slice){night->effort.bytes, night->effort.size});
    return sst_sql_run(&store->sql, write, error);
}

int64_t sst_night_generation(const sst_store *store)
{
    return store->state.generation;
}

void sst_night_free(sst_night *night)
{
    sst_buffer_free(&night->summary);
    sst_buffer_free(&night->effort);
}
