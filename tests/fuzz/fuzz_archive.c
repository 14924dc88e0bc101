/* A damaged archive: blobs and numbers of its rows are changed behind SQLite's back, then
 * everything that reads them runs. Each call ends with a status and a message, answers are
 * whole lines, nothing crashes or hangs; without damage all is well. An input is a row of edits
 * of EDIT bytes: table, row, way, place, value. */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../read/reference_json.h"
#include "folder.h"
#include "samestory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { EDIT = 6, EDITS_MAX = 16, NOW = 1700000000, STORIES = 18 };

static bool damaged;

/* A damaged name may make broken UTF-8 of a line, never two lines of it. */
static void check_object(const char *bytes, size_t size)
{
    check(size > 0 && memchr(bytes, '\n', size) == bytes + size - 1);
    check(damaged || reference_object(bytes, size, 100));
}

static sst_archive *open_archive(bool read_only)
{
    sst_archive_options options = sst_archive_options_default();
    options.create = !read_only;
    options.read_only = read_only;
    options.threads = 1;
    options.memory = 1 << 20;
    options.now = NOW;
    sst_archive *archive = NULL;
    sst_error error = {0};
    sst_status status = sst_archive_open(path_of("a.db"), &options, &archive, &error);
    check((status == SST_OK) == (archive != NULL));
    check(status == SST_OK || error.message[0] != '\0');
    return archive;
}

/* ---- the whole archive that is damaged ---- */

static size_t write_line(char *line, size_t size, unsigned number)
{
    int length =
        snprintf(line, size,
                 "{\"id\":\"s%u\",\"source\":\"paper%u.example\",\"title\":\"Report %u\","
                 "\"published\":%u,\"text\":\"",
                 number, number % 5, number / 3, NOW - 86400 * (number % 20));
    for (unsigned word = 0; word < 60; word++)
        length += snprintf(line + length, size - (size_t)length, "w%u ",
                           word < 40 || number % 3 == 0 ? number / 3 * 61 + word
                                                        : number * 997 + word);
    length += snprintf(line + length, size - (size_t)length, "\"}");
    return (size_t)length;
}

static void ask(sst_archive *archive, unsigned first, unsigned count)
{
    static char lines[STORIES][1024];
    sst_question questions[STORIES];
    sst_reply replies[STORIES];
    sst_error error = {0};
    for (unsigned i = 0; i < count; i++)
        questions[i] =
            (sst_question){lines[i], write_line(lines[i], sizeof lines[i], first + i), false};
    if (sst_archive_ask(archive, questions, count, replies, &error) != SST_OK) {
        check(error.message[0] != '\0');
        return;
    }
    for (unsigned i = 0; i < count; i++)
        if (replies[i].status == SST_OK)
            check_object(replies[i].line, replies[i].size);
}

static char *whole;
static size_t whole_size;

static void make_whole(void)
{
    sst_archive *archive = open_archive(false);
    const sst_nightly_options night = {0};
    sst_nightly_summary summary;
    ask(archive, 0, STORIES - 8);
    check(sst_archive_nightly(archive, &night, &summary, NULL) == SST_OK);
    ask(archive, STORIES - 8, 8);
    sst_archive_close(archive);
    FILE *file = fopen(path_of("a.db"), "rb");
    check(file != NULL && fseek(file, 0, SEEK_END) == 0);
    whole_size = (size_t)ftell(file);
    whole = malloc(whole_size);
    rewind(file);
    check(whole != NULL && fread(whole, 1, whole_size, file) == whole_size);
    fclose(file);
}

static void restore(void)
{
    static const char *const others[] = {"a.db-wal", "a.db-shm", "a.db-lock"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        unlink(path_of(others[i]));
    FILE *file = fopen(path_of("a.db"), "wb");
    check(file != NULL && fwrite(whole, 1, whole_size, file) == whole_size);
    check(fclose(file) == 0);
}

/* ---- damage ---- */

static const struct {
    const char *table, *column;
} places[] = {
    {"stories", "sketch"},   {"stories", "key"},       {"stories", "content"},
    {"stories", "id"},       {"stories", "tokens"},    {"stories", "shingles"},
    {"stories", "cluster"},  {"stories", "verdict"},   {"stories", "of"},
    {"stories", "flags"},    {"stories", "source"},    {"stories", "state"},
    {"stories", "near"},     {"stories", "published"}, {"texts", "bytes"},
    {"tags", "bytes"},       {"sources", "furniture"}, {"sources", "name"},
    {"pages", "bytes"},      {"recent", "keys"},       {"segments", "first"},
    {"segments", "last"},    {"segments", "entries"},  {"segments", "pages"},
    {"segments", "target"},  {"segments", "done"},     {"clusters", "id"},
    {"clusters", "founded"}, {"state", "next_number"}, {"state", "next_segment"},
    {"state", "live"},       {"settings", "value"},    {"stories", "first_seen"},
};

/* The damaged value: a byte of it changed, a piece of it cut off, or another one. */
static void damage(sqlite3_value *old, sqlite3_stmt *update, const uint8_t *edit)
{
    int size = sqlite3_value_bytes(old);
    const void *bytes = sqlite3_value_blob(old);
    uint8_t copy[1 << 16];
    size_t at = (size_t)(edit[3] | edit[4] << 8);
    if (size > (int)sizeof copy)
        size = (int)sizeof copy;
    if (size > 0)
        memcpy(copy, bytes, (size_t)size);
    if (edit[2] % 4 == 0 && size > 0)
        copy[at % (size_t)size] ^= edit[5];
    if (edit[2] % 4 == 1 && size > 0)
        size = (int)(at % (size_t)size);
    if (edit[2] % 4 == 2)
        sqlite3_bind_int64(update, 1, (int64_t)((uint64_t)(int8_t)edit[5] << edit[3] % 64));
    else if (edit[2] % 4 == 3)
        sqlite3_bind_null(update, 1);
    else if (sqlite3_value_type(old) == SQLITE_TEXT)
        sqlite3_bind_text(update, 1, (const char *)copy, size, SQLITE_TRANSIENT);
    else
        sqlite3_bind_blob(update, 1, copy, size, SQLITE_TRANSIENT);
}

static void make_edit(sqlite3 *db, const uint8_t *edit)
{
    const char *table = places[edit[0] % (sizeof places / sizeof *places)].table;
    const char *column = places[edit[0] % (sizeof places / sizeof *places)].column;
    char text[256];
    sqlite3_stmt *select = NULL, *update = NULL;
    bool keyed = strcmp(table, "settings") == 0; /* WITHOUT ROWID */
    snprintf(text, sizeof text, "SELECT %s,%s FROM %s LIMIT 1 OFFSET %u", column,
             keyed ? "name" : "rowid", table, edit[1] % (unsigned)STORIES);
    check(sqlite3_prepare_v2(db, text, -1, &select, NULL) == SQLITE_OK);
    snprintf(text, sizeof text, "UPDATE OR IGNORE %s SET %s=? WHERE %s=?", table, column,
             keyed ? "name" : "rowid");
    check(sqlite3_prepare_v2(db, text, -1, &update, NULL) == SQLITE_OK);
    if (sqlite3_step(select) == SQLITE_ROW) {
        damage(sqlite3_column_value(select, 0), update, edit);
        sqlite3_bind_value(update, 2, sqlite3_column_value(select, 1));
        sqlite3_step(update);
    }
    sqlite3_finalize(select);
    sqlite3_finalize(update);
}

static void damage_archive(const uint8_t *data, size_t size)
{
    sqlite3 *db = NULL;
    check(sqlite3_open(path_of("a.db"), &db) == SQLITE_OK);
    check(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK);
    for (size_t i = 0; i + EDIT <= size && i < EDIT * EDITS_MAX; i += EDIT)
        make_edit(db, data + i);
    check(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
    check(sqlite3_close(db) == SQLITE_OK);
}

/* ---- everything that reads ---- */

static sst_status drop(void *context, const char *bytes, size_t size, sst_error *error)
{
    (void)context;
    (void)bytes;
    (void)size;
    (void)error;
    return SST_OK;
}

static sst_status take_line(void *context, const char *bytes, size_t size, sst_error *error)
{
    (void)context;
    (void)error;
    check_object(bytes, size);
    return SST_OK;
}

static void hear(void *context, const char *message)
{
    (void)context;
    check(message[0] != '\0');
}

static void check_told(sst_status status, const sst_error *error)
{
    check(status == SST_OK || error->message[0] != '\0');
}

static void read_all(sst_archive *archive)
{
    uint64_t problems = 0;
    sst_error error = {0};
    sst_nightly_summary summary;
    const sst_nightly_options window = {0};
    const sst_sink lines = {.write = take_line}, nowhere = {.write = drop};
    check_told(sst_archive_verify(archive, hear, NULL, &problems, &error), &error);
    check(damaged || problems == 0);
    for (unsigned i = 0; i < STORIES; i += 7) {
        char id[16];
        size_t size = (size_t)snprintf(id, sizeof id, "s%u", i);
        check_told(sst_archive_write_story(archive, id, size, lines, &error), &error);
        check_told(sst_archive_write_cluster(archive, id, size, lines, &error), &error);
    }
    check_told(sst_archive_write_stats(archive, lines, &error), &error);
    check_told(sst_archive_report(archive, &window, NULL, nowhere, &summary, &error), &error);
}

static void write_all(sst_archive *archive)
{
    const sst_nightly_options night = {0};
    sst_nightly_summary summary;
    uint64_t removed = 0;
    sst_error error = {0};
    ask(archive, STORIES / 2, STORIES);
    check_told(sst_archive_nightly(archive, &night, &summary, &error), &error);
    check_told(sst_archive_take_down(archive, "s3", 2, &error), &error);
    check_told(sst_archive_expire(archive, 86400 * 10, &removed, &error), &error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (whole == NULL)
        make_whole();
    damaged = size >= EDIT;
    restore();
    damage_archive(data, size);
    sst_archive *reader = open_archive(true);
    check(reader != NULL || damaged);
    if (reader != NULL)
        read_all(reader);
    sst_archive_close(reader);
    sst_archive *writer = open_archive(false);
    if (writer != NULL)
        write_all(writer);
    sst_archive_close(writer);
    return 0;
}
