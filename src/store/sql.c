#include "store/sql.h"

#include <inttypes.h>

static const char *const statement_texts[SST_SQL_COUNT] = {
#define STATEMENT_TEXT(name, text) text,
    SST_SQL_MAP(STATEMENT_TEXT)
#undef STATEMENT_TEXT
};

static sst_status status_of_code(int code)
{
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return SST_MEMORY;
    case SQLITE_FULL:
        return SST_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return SST_BUSY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_SCHEMA:
    case SQLITE_ERROR:
        return SST_FORMAT;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return SST_READ_ONLY;
    case SQLITE_TOOBIG:
        return SST_LIMIT;
    default:
        return SST_IO;
    }
}

static const char *remedy_of_status(sst_status status)
{
    switch (status) {
    case SST_MEMORY:
        return "lower --memory or give the process more";
    case SST_FULL:
        return "free space on its disk";
    case SST_BUSY:
        return "try again, or raise --wait";
    case SST_FORMAT:
        return "run 'samestory verify', or restore a backup";
    case SST_READ_ONLY:
        return "check the mode of the file and of its folder";
    case SST_LIMIT:
        return "lower --max-record";
    default:
        return "check the disk";
    }
}

sst_status sst_sql_fail(sst_sql *sql, int code, const char *what, sst_error *error)
{
    int extended = sql->db == NULL ? code : sqlite3_extended_errcode(sql->db);
    if ((extended & 0xff) != (code & 0xff))
        extended = code;
    if (extended == SQLITE_IOERR_FSYNC || extended == SQLITE_IOERR_DIR_FSYNC)
        sql->broken = true;
    sst_status status = status_of_code(code);
    const char *detail = sql->db == NULL ? sqlite3_errstr(extended) : sqlite3_errmsg(sql->db);
    return sst_fail_at(error, status, sql->file, 0, 0, "%s: %s%s; %s", what, detail,
                       sql->broken ? " (fsync failed)" : "", remedy_of_status(status));
}

sqlite3_stmt *sst_sql_get(sst_sql *sql, sst_sql_id id, sst_error *error)
{
    sqlite3_stmt *statement = sql->statements[id];
    if (statement != NULL) {
        sqlite3_reset(statement);
        return statement;
    }
    int code = sqlite3_prepare_v3(sql->db, statement_texts[id], -1, SQLITE_PREPARE_PERSISTENT,
                                  &sql->statements[id], NULL);
    if (code != SQLITE_OK)
        sst_sql_fail(sql, code, "cannot prepare a statement", error);
    return sql->statements[id];
}

sst_status sst_sql_step(sst_sql *sql, sqlite3_stmt *statement, bool *row, sst_error *error)
{
    int code = sqlite3_step(statement);
    *row = code == SQLITE_ROW;
    if (code == SQLITE_ROW)
        return SST_OK;
    sst_status status = SST_OK;
    if (code != SQLITE_DONE)
        status = sst_sql_fail(sql, code, "cannot use the archive", error);
    sqlite3_reset(statement);
    return status;
}

sst_status sst_sql_run(sst_sql *sql, sqlite3_stmt *statement, sst_error *error)
{
    if (statement == NULL)
        return error != NULL && error->status != SST_OK ? error->status : SST_IO;
    bool row = true;
    sst_status status = SST_OK;
    while (status == SST_OK && row)
        status = sst_sql_step(sql, statement, &row, error);
    return status;
}

sst_status sst_sql_run_numbers(sst_sql *sql, sst_sql_id id, size_t count, int64_t first,
                               int64_t second, sst_error *error)
{
    sqlite3_stmt *statement = sst_sql_get(sql, id, error);
    if (statement != NULL && count > 0)
        sqlite3_bind_int64(statement, 1, first);
    if (statement != NULL && count > 1)
        sqlite3_bind_int64(statement, 2, second);
    return sst_sql_run(sql, statement, error);
}

sst_status sst_sql_script(sst_sql *sql, const char *text, sst_error *error)
{
    int code = sqlite3_exec(sql->db, text, NULL, NULL, NULL);
    return code == SQLITE_OK ? SST_OK : sst_sql_fail(sql, code, "cannot use the archive", error);
}

sst_status sst_sql_number(sst_sql *sql, const char *text, int64_t missing, int64_t *number,
                          sst_error *error)
{
    *number = missing;
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(sql->db, text, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL)
        *number = sqlite3_column_int64(statement, 0);
    sst_status status = SST_OK;
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        status = sst_sql_fail(sql, code, "cannot read the archive", error);
    sqlite3_finalize(statement);
    return status;
}

void sst_sql_bind_slice(sqlite3_stmt *statement, int at, sst_slice slice)
{
    if (slice.bytes == NULL)
        sqlite3_bind_null(statement, at);
    else
        sqlite3_bind_text64(statement, at, slice.bytes, slice.size, SQLITE_STATIC, SQLITE_UTF8);
}

sst_slice sst_sql_slice(sqlite3_stmt *statement, int column)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    int size = sqlite3_column_bytes(statement, column);
    if (bytes == NULL && sqlite3_column_type(statement, column) != SQLITE_NULL)
        return (sst_slice){"", 0}; /* an empty value has no bytes */
    return (sst_slice){bytes, bytes == NULL ? 0 : (size_t)size};
}

void sst_sql_reset_all(sst_sql *sql)
{
    for (size_t i = 0; i < SST_SQL_COUNT; i++)
        sqlite3_reset(sql->statements[i]);
}

void sst_sql_finalize(sst_sql *sql)
{
    for (size_t i = 0; i < SST_SQL_COUNT; i++) {
        sqlite3_finalize(sql->statements[i]);
        sql->statements[i] = NULL;
    }
}
