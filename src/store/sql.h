/* SQLite behind our status and error; nothing outside store/ includes this file. */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include <sqlite3.h>

#include "base/memory.h"
#include "base/story.h"

/* Every statement of the store that runs more than once, prepared when first used. */
#define SST_SQL_MAP(X)                                                                         \
    X(BEGIN_READ, "BEGIN")                                                                     \
    X(BEGIN_WRITE, "BEGIN IMMEDIATE")                                                          \
    X(COMMIT, "COMMIT")                                                                        \
    X(ROLLBACK, "ROLLBACK")                                                                    \
    X(STATE_READ, "SELECT next_number, next_segment, generation, epoch, live FROM state")      \
    X(STATE_WRITE, "UPDATE state SET next_number=?1, next_segment=?2, generation=?3,"          \
                   " epoch=?4, live=?5")                                                       \
    X(SETTING_READ, "SELECT value FROM settings WHERE name=?1")                                \
    X(SETTING_WRITE, "INSERT OR REPLACE INTO settings VALUES(?1,?2)")                          \
    X(SEGMENTS, "SELECT segment, first, last, entries, pages, target, done FROM segments"      \
                " ORDER BY first, segment")                                                    \
    X(SEGMENT_WRITE, "INSERT OR REPLACE INTO segments VALUES(?1,?2,?3,?4,?5,?6,?7)")           \
    X(SEGMENT_DELETE, "DELETE FROM segments WHERE segment=?1")                                 \
    X(PAGE_READ, "SELECT bytes FROM pages WHERE page=?1")                                      \
    X(PAGE_INSERT, "INSERT INTO pages VALUES(?1,?2)")                                          \
    X(PAGE_UPDATE, "UPDATE pages SET bytes=?2 WHERE page=?1")                                  \
    X(PAGES_DELETE, "DELETE FROM pages WHERE page>=?1 AND page<?2")                            \
    X(RECENT_READ, "SELECT number, keys FROM recent WHERE number>=?1 ORDER BY number")         \
    X(RECENT_INSERT, "INSERT INTO recent VALUES(?1,?2)")                                       \
    X(RECENT_DELETE, "DELETE FROM recent WHERE number=?1")                                     \
    X(RECENT_CLEAR, "DELETE FROM recent")                                                      \
    X(STORY_INSERT, "INSERT INTO stories VALUES"                                               \
                    "(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20)")\
    X(STORY_READ, "SELECT * FROM stories WHERE number=?1")                                     \
    X(STORY_ID, "SELECT id FROM stories WHERE number=?1")                                      \
    X(STORY_NEXT, "SELECT * FROM stories WHERE number>=?1 ORDER BY number LIMIT 1")            \
    X(STORY_RETIRE, "UPDATE stories SET state=1, sketch=NULL WHERE number=?1")                 \
    X(STORY_DELETE, "DELETE FROM stories WHERE number=?1")                                     \
    X(STORY_REGROUP, "UPDATE stories SET cluster=?2 WHERE number=?1")                          \
    X(TAG_READ, "SELECT bytes FROM tags WHERE chunk=?1")                                       \
    X(TAG_WRITE, "INSERT OR REPLACE INTO tags VALUES(?1,?2)")                                  \
    X(TAG_DELETE, "DELETE FROM tags WHERE chunk=?1")                                           \
    X(TAG_ROWS, "SELECT number, published, shingles, tokens, flags FROM stories"               \
                " WHERE number>=?1 AND number<?2 AND state=0")                                 \
    X(TEXT_INSERT, "INSERT INTO texts VALUES(?1,?2)")                                          \
    X(TEXT_READ, "SELECT bytes FROM texts WHERE number=?1")                                    \
    X(TEXT_DELETE, "DELETE FROM texts WHERE number=?1")                                        \
    X(SOURCE_FIND, "SELECT source FROM sources WHERE name=?1")                                 \
    X(SOURCE_INSERT, "INSERT INTO sources(name) VALUES(?1)")                                   \
    X(SOURCE_NAME, "SELECT name FROM sources WHERE source=?1")                                 \
    X(CLUSTER_READ, "SELECT id, founded FROM clusters WHERE cluster=?1")                       \
    X(CLUSTER_INSERT, "INSERT OR IGNORE INTO clusters VALUES(?1,?2,?3)")                       \
    X(CLUSTER_DELETE, "DELETE FROM clusters WHERE cluster=?1")                                 \
    X(MEMBER_INSERT, "INSERT OR IGNORE INTO members VALUES(?1,?2)")                            \
    X(MEMBER_DELETE, "DELETE FROM members WHERE cluster=?1 AND number=?2")                     \
    X(MEMBERS, "SELECT number FROM members WHERE cluster=?1 ORDER BY number")                  \
    X(HISTORY_INSERT, "INSERT INTO history(time,kind,cluster,other,why)"                       \
                      " VALUES(?1,?2,?3,?4,?5)")                                               \
    X(TOMBSTONES, "SELECT 1 FROM tombstones LIMIT 1")                                          \
    X(TOMBSTONE_READ, "SELECT time FROM tombstones WHERE id=?1")                               \
    X(TOMBSTONE_WRITE, "INSERT OR REPLACE INTO tombstones VALUES(?1,?2)")                      \
    X(EXPIRED, "SELECT number FROM stories WHERE coalesce(published, first_seen)<?1"           \
               " ORDER BY number")                                                             \
    X(LIVE_NUMBERS, "SELECT number FROM stories WHERE state=0 ORDER BY number")                \
    X(HISTORY_AFTER, "SELECT sequence, time, kind, cluster, other, why FROM history"           \
                     " WHERE sequence>?1 ORDER BY sequence")                                   \
    X(NIGHT_STORY, "SELECT bytes FROM night_stories WHERE number=?1")                          \
    X(NIGHT_STORY_WRITE, "INSERT OR REPLACE INTO night_stories SELECT ?1, ?2 WHERE EXISTS"     \
                         " (SELECT 1 FROM stories WHERE number=?1 AND state=0)")               \
    X(NIGHT_PAIRS, "SELECT bytes FROM night_pairs WHERE number=?1")                            \
    X(NIGHT_PAIRS_WRITE, "INSERT OR REPLACE INTO night_pairs SELECT ?1, ?2 WHERE EXISTS"       \
                         " (SELECT 1 FROM stories WHERE number=?1 AND state=0)")               \
    X(NIGHT_CANONICAL, "SELECT canonical FROM night_clusters WHERE cluster=?1")                \
    X(NIGHT_CANONICAL_WRITE, "INSERT OR REPLACE INTO night_clusters VALUES(?1,?2)")            \
    X(NIGHT_STEP_INSERT, "INSERT INTO night_plan VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)")          \
    X(NIGHT_STEP_NEXT, "SELECT * FROM night_plan WHERE sequence>?1 ORDER BY sequence LIMIT 1") \
    X(NIGHT_STEPS_DELETE, "DELETE FROM night_plan WHERE sequence>0 AND sequence<=?1")          \
    X(NIGHT_READ, "SELECT * FROM nights WHERE night<=?1 ORDER BY night DESC LIMIT 1")          \
    X(NIGHT_WRITE, "INSERT INTO nights VALUES(?1,?2,?3,?4,?5,?6,?7,?8)")

typedef enum sst_sql_id {
#define SST_SQL_ENUM(name, text) SST_SQL_##name,
    SST_SQL_MAP(SST_SQL_ENUM)
#undef SST_SQL_ENUM
        SST_SQL_COUNT
} sst_sql_id;

/* A connection and its statements. One thread at a time. */
typedef struct sst_sql {
    sqlite3 *db;
    const char *file;
    sqlite3_stmt *statements[SST_SQL_COUNT];
    _Atomic bool broken; /* an fsync failed: what is on disk is unknown; any thread may look */
} sst_sql;

/* The prepared statement, reset and unbound; NULL with `error` filled when it cannot be
 * prepared. */
sqlite3_stmt *sst_sql_get(sst_sql *sql, sst_sql_id id, sst_error *error);

/* One step: SST_OK with *row telling whether there is a row. After the last row, or a failure,
 * the statement is reset. */
sst_status sst_sql_step(sst_sql *sql, sqlite3_stmt *statement, bool *row, sst_error *error);
/* A statement that gives no rows, to its end. */
sst_status sst_sql_run(sst_sql *sql, sqlite3_stmt *statement, sst_error *error);
/* sst_sql_get and sst_sql_run with up to two numbers bound. */
sst_status sst_sql_run_numbers(sst_sql *sql, sst_sql_id id, size_t count, int64_t first,
                               int64_t second, sst_error *error);
/* Plain SQL text, without parameters and results. */
sst_status sst_sql_script(sst_sql *sql, const char *text, sst_error *error);
/* The first column of the first row of plain SQL text as a number; `missing` without a row. */
sst_status sst_sql_number(sst_sql *sql, const char *text, int64_t missing, int64_t *number,
                          sst_error *error);

/* Turns an SQLite result code into our status, with a message and remedy. */
sst_status sst_sql_fail(sst_sql *sql, int code, const char *what, sst_error *error);

/* Text columns are bound and read as slices; a NULL slice is NULL. A slice that was read lives
 * until the statement's next step. */
void sst_sql_bind_slice(sqlite3_stmt *statement, int at, sst_slice slice);
sst_slice sst_sql_slice(sqlite3_stmt *statement, int column);

/* Resets every statement. One that still stands at a row holds its snapshot of the file open. */
void sst_sql_reset_all(sst_sql *sql);
void sst_sql_finalize(sst_sql *sql);

#endif
