#include "store/lane.h"

void sst_lanes_init(sst_lanes *lanes, sst_sql *own)
{
    lanes->own.sql = own;
    pthread_mutex_init(&lanes->own.mutex, NULL);
    for (unsigned i = 0; i < SST_SPARE_LANES; i++) {
        lanes->spares[i].sql = &lanes->connections[i];
        lanes->connections[i].file = own->file;
        pthread_mutex_init(&lanes->spares[i].mutex, NULL);
    }
}

void sst_lanes_free(sst_lanes *lanes)
{
    for (unsigned i = 0; i < SST_SPARE_LANES; i++) {
        sst_sql_finalize(&lanes->connections[i]);
        sqlite3_close(lanes->connections[i].db);
        pthread_mutex_destroy(&lanes->spares[i].mutex);
    }
    pthread_mutex_destroy(&lanes->own.mutex);
}

/* ---- Spares ---- */

static bool connect(sst_sql *sql)
{
    enum { FLAGS = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE };
    if (sql->db == NULL &&
        sqlite3_open_v2(sql->file, &sql->db, FLAGS | SQLITE_OPEN_EXRESCODE, NULL) == SQLITE_OK &&
        sst_sql_script(sql, "PRAGMA cache_size=-16384; PRAGMA trusted_schema=OFF;", NULL) ==
            SST_OK)
        return true;
    sqlite3_close(sql->db);
    sql->db = NULL;
    return false;
}

static void end_reading(sst_sql *sql)
{
    sst_sql_reset_all(sql);
    sst_sql_run(sql, sst_sql_get(sql, SST_SQL_ROLLBACK, NULL), NULL);
}

static bool begin_reading(sst_sql *sql, int64_t generation)
{
    if (sst_sql_run(sql, sst_sql_get(sql, SST_SQL_BEGIN_READ, NULL), NULL) != SST_OK)
        return false;
    sqlite3_stmt *state = sst_sql_get(sql, SST_SQL_STATE_READ, NULL);
    bool found = false;
    bool same = state != NULL && sst_sql_step(sql, state, &found, NULL) == SST_OK && found &&
                sqlite3_column_int64(state, 2) == generation;
    sqlite3_reset(state);
    if (!same)
        end_reading(sql);
    return same;
}

void sst_lanes_open(sst_lanes *lanes, unsigned count, int64_t generation)
{
    if (count > SST_SPARE_LANES)
        count = SST_SPARE_LANES;
    while (lanes->made < count && connect(&lanes->connections[lanes->made]))
        lanes->made++;
    if (count > lanes->made)
        count = lanes->made;
    while (lanes->open < count && begin_reading(&lanes->connections[lanes->open], generation))
        lanes->open++;
}

void sst_lanes_close(sst_lanes *lanes)
{
    while (lanes->open > 0)
        end_reading(&lanes->connections[--lanes->open]);
}

/* ---- Taking one ---- */

sst_lane *sst_lane_take(sst_lanes *lanes)
{
    if (pthread_mutex_trylock(&lanes->own.mutex) == 0)
        return &lanes->own;
    for (unsigned i = 0; i < lanes->open; i++)
        if (pthread_mutex_trylock(&lanes->spares[i].mutex) == 0)
            return &lanes->spares[i];
    pthread_mutex_lock(&lanes->own.mutex);
    return &lanes->own;
}

void sst_lane_give(sst_lane *lane)
{
    pthread_mutex_unlock(&lane->mutex);
}
