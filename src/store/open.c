/* Opening and creating. The file is an SQLite database (application_id "SMST", user_version
 * SST_STORE_FORMAT, pages of 8 KB, WAL). Its tables:
 *
 *   settings    name, value: threshold, recall, bands, rows, unicode, sketch, texts, keys. Fixed
 *               when the archive is made: sketches and keys depend on them. `keys` says which
 *               stories have band keys: 1 all (format 1), 2 those of few samples (job/item.c)
 *   state       one row of counters, read at the start of every transaction
 *   stories     number       in order of arrival, never reused
 *               id           as given
 *               state        0 live, 1 retired: a newer version of the id came
 *               content      16 bytes XXH3-128 of title, NUL, text as given, high half first,
 *               key          of the body's token stream          big-endian, as XXH3 prints it
 *               title_key    64 bits of the title's token stream, 0 without one
 *               published, first_seen   seconds since 1970; published NULL: unknown
 *               source       number in sources, NULL: none
 *               tokens, shingles   of the body; shingles are distinct 3-shingles
 *               flags        1 headline, 2 longer, 4 estimated
 *               cluster      number of the story that founded its cluster
 *               verdict      enum sst_stored_verdict: the answer that was given
 *               of           id of the earlier story the answer named
 *               shared, of_shingles   the overlap with it
 *               near, near_relation   a related story that is not the same story
 *               sketch       128 slots of 16 bits, little-endian; NULL when retired
 *   tags        chunk      1000 stories: those numbered 1000 * chunk and on
 *               bytes      8 for each: day since 1970 (4, signed; -2^31: undated), distinct
 *                          3-shingles (2) and tokens (2, the highest bit: a headline), at most
 *                          32767, little-endian; 0 tokens: no such story. A chunk may be missing
 *   texts       number, bytes: what the story said, one zstd frame (store/packed.h)
 *   clusters    cluster (number of the founder), id, founded: clusters of two or more
 *   members     cluster, number
 *   history     what happened to clusters, in order: merge, split, expire, take-down
 *   sources     source, name, furniture (page text learnt for it)
 *   tombstones  id, time: taken down on request, not taken in again
 *   segments, pages, recent   the index (store/index.h)
 *
 * Another version of a table comes with the next user_version and a step in `migrations`. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "store/parts.h"

enum {
    CACHE_SHARE = 8,
    CACHE_MOST = 64 << 20, /* the system's cache is hardly slower, and has its memory already */
    MEMORY_LEAST = 16 << 20,
    SKETCH_VERSION = 1,
    KEYS_OF_ALL = 1,
    KEYS_OF_FEW = 2,
};

#define TAGS_TABLE "CREATE TABLE tags(chunk INTEGER PRIMARY KEY, bytes BLOB);"

static const char schema[] =
    "CREATE TABLE settings(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE state(next_number INTEGER, next_segment INTEGER, generation INTEGER,"
    " epoch INTEGER, live INTEGER);"
    "INSERT INTO state VALUES(1,1,0,0,0);"
    "CREATE TABLE stories(number INTEGER PRIMARY KEY, id TEXT NOT NULL, state INTEGER,"
    " content BLOB, key BLOB, title_key INTEGER, published INTEGER, first_seen INTEGER,"
    " source INTEGER, tokens INTEGER, shingles INTEGER, flags INTEGER, cluster INTEGER,"
    " verdict INTEGER, of TEXT, shared INTEGER, of_shingles INTEGER, near TEXT,"
    " near_relation INTEGER, sketch BLOB);"
    TAGS_TABLE
    "CREATE TABLE texts(number INTEGER PRIMARY KEY, bytes BLOB);"
    "CREATE TABLE clusters(cluster INTEGER PRIMARY KEY, id TEXT NOT NULL, founded INTEGER);"
    "CREATE TABLE members(cluster INTEGER, number INTEGER, PRIMARY KEY(cluster, number))"
    " WITHOUT ROWID;"
    "CREATE TABLE history(sequence INTEGER PRIMARY KEY, time INTEGER, kind TEXT, cluster TEXT,"
    " other TEXT, why TEXT);"
    "CREATE TABLE sources(source INTEGER PRIMARY KEY, name TEXT UNIQUE, furniture BLOB);"
    "CREATE TABLE tombstones(id TEXT PRIMARY KEY, time INTEGER) WITHOUT ROWID;"
    "CREATE TABLE segments(segment INTEGER PRIMARY KEY, first INTEGER, last INTEGER,"
    " entries INTEGER, pages INTEGER, target INTEGER, done INTEGER);"
    "CREATE TABLE pages(page INTEGER PRIMARY KEY, bytes BLOB);"
    "CREATE TABLE recent(number INTEGER PRIMARY KEY, keys BLOB);";

/* Step i brings a file of version i + 1 to version i + 2. */
static const char *const migrations[SST_STORE_FORMAT - 1] = {
    TAGS_TABLE "INSERT INTO settings VALUES('keys',1);",
    "", /* frames of texts with url, language and credit; those without are read as they are */
};

/* ---- Is it an archive? ---- */

enum { HEADER_SIZE = 72 };

static sst_status fail_read(const char *path, int errnum, sst_error *error)
{
    return sst_fail_system(error, errnum, path, "cannot read the archive",
                           "check the disk, and that it is a file");
}

/* Through SQLite, though nothing is asked of it: a plain close of the file would drop the locks
 * that other handles of this process hold on it, and whoever closes it last elsewhere would take
 * the WAL away under them. A short file reads as if zeros followed. */
static sst_status read_header(const char *path, unsigned char header[HEADER_SIZE],
                              sst_error *error)
{
    sqlite3 *db = NULL;
    sqlite3_file *file = NULL;
    sst_status status = SST_OK;
    int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (code != SQLITE_OK)
        status = sst_fail_system(error, sqlite3_system_errno(db), path,
                                 "cannot open the archive", "check its mode");
    else if ((code = file->pMethods->xRead(file, header, HEADER_SIZE, 0)) != SQLITE_OK &&
             code != SQLITE_IOERR_SHORT_READ)
        status = fail_read(path, errno, error);
    sqlite3_close(db);
    return status;
}

static sst_status check_header(const char *path, bool *exists, sst_error *error)
{
    static const char magic[16] = "SQLite format 3";
    unsigned char header[HEADER_SIZE] = {0};
    struct stat file;
    bool there = stat(path, &file) == 0;
    if (!there && errno != ENOENT)
        return fail_read(path, errno, error);
    if (there && !S_ISREG(file.st_mode))
        return sst_fail_at(error, SST_FORMAT, path, 0, 0,
                           "this is no file but a folder, a pipe or a device; give another name");
    *exists = there && file.st_size > 0; /* an empty one is of an archive whose making was cut */
    if (!*exists)
        return SST_OK;
    sst_status status = read_header(path, header, error);
    if (status != SST_OK)
        return status;
    bool ours = memcmp(header, magic, sizeof magic) == 0 &&
                (memcmp(header + 68, "SMST", 4) == 0 || memcmp(header + 68, "\0\0\0\0", 4) == 0);
    return ours ? SST_OK
                : sst_fail_at(error, SST_FORMAT, path, 0, 0,
                              "this is not a samestory archive; give another name");
}

/* On a disk that nobody can write, and without a WAL, the file is all there is; but SQLite wants to
 * make the WAL's index beside it, unless it is told so. */
static bool is_frozen(const char *path)
{
    struct statvfs disk;
    struct stat wal;
    char *name = NULL;
    if (statvfs(path, &disk) != 0 || (disk.f_flag & ST_RDONLY) == 0 ||
        asprintf(&name, "%s-wal", path) < 0)
        return false;
    bool empty = stat(name, &wal) != 0 || wal.st_size == 0;
    free(name);
    return empty;
}

static int open_frozen(const char *path, int flags, sqlite3 **db)
{
    sst_buffer uri = {0};
    sst_buffer_text(&uri, "file:");
    for (const char *at = path; *at != '\0'; at++)
        sst_buffer_format(&uri, "%%%02X", (unsigned char)*at);
    sst_buffer_text(&uri, "?immutable=1");
    sst_buffer_byte(&uri, '\0');
    int code = SQLITE_NOMEM;
    if (sst_buffer_status(&uri, "a name", NULL) == SST_OK)
        code = sqlite3_open_v2(uri.bytes, db, flags | SQLITE_OPEN_URI, NULL);
    sst_buffer_free(&uri);
    return code;
}

static sst_status open_database(sst_store *store, sst_error *error)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
    flags |= store->options.read_only ? SQLITE_OPEN_READONLY
                                      : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int code = store->options.read_only && is_frozen(store->path)
                   ? open_frozen(store->path, flags, &store->sql.db)
                   : sqlite3_open_v2(store->path, &store->sql.db, flags, NULL);
    if (code != SQLITE_OK)
        return sst_sql_fail(&store->sql, code, "cannot open the archive", error);
    sqlite3_busy_timeout(store->sql.db, 10000);
    sqlite3_db_config(store->sql.db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_db_config(store->sql.db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(store->sql.db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(store->sql.db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
    uint64_t cache = store->options.memory / CACHE_SHARE;
    char pragmas[256];
    snprintf(pragmas, sizeof pragmas,
             "PRAGMA page_size=8192; PRAGMA cache_size=-%llu; PRAGMA temp_store=MEMORY;"
             "PRAGMA synchronous=FULL; PRAGMA trusted_schema=OFF; PRAGMA secure_delete=ON;",
             (unsigned long long)(cache < CACHE_MOST ? cache : CACHE_MOST) / 1024);
    return sst_sql_script(&store->sql, pragmas, error);
}

/* ---- Schema ---- */

static sst_status create_schema(sst_store *store, sst_error *error)
{
    sst_status status = sst_sql_script(&store->sql,
                                       "PRAGMA journal_mode=WAL;"
                                       "PRAGMA wal_autocheckpoint=0; BEGIN IMMEDIATE;",
                                       error);
    if (status == SST_OK)
        status = sst_sql_script(&store->sql, schema, error);
    char versions[96];
    snprintf(versions, sizeof versions, "PRAGMA application_id=%d; PRAGMA user_version=%d;",
             SST_STORE_APPLICATION, SST_STORE_FORMAT);
    if (status == SST_OK)
        status = sst_sql_script(&store->sql, versions, error);
    return status;
}

static sst_status write_setting(sst_store *store, const char *name, double number,
                                const char *text, sst_error *error)
{
    sqlite3_stmt *write = sst_sql_get(&store->sql, SST_SQL_SETTING_WRITE, error);
    if (write == NULL)
        return SST_FORMAT;
    sqlite3_bind_text(write, 1, name, -1, SQLITE_STATIC);
    if (text != NULL)
        sqlite3_bind_text(write, 2, text, -1, SQLITE_STATIC);
    else
        sqlite3_bind_double(write, 2, number);
    return sst_sql_run(&store->sql, write, error);
}

static sst_status write_settings(sst_store *store, sst_error *error)
{
    const sst_store_options *options = &store->options;
    double threshold = options->threshold == 0 ? .5 : options->threshold;
    double recall = options->recall == 0 ? .98 : options->recall;
    sst_bands bands;
    sst_status status = sst_bands_choose(threshold, recall, &bands, error);
    const struct {
        const char *name;
        double number;
    } numbers[] = {{"threshold", threshold},    {"recall", recall},
                   {"bands", bands.bands},      {"rows", bands.rows},
                   {"sketch", SKETCH_VERSION},  {"texts", options->no_text ? 0 : 1},
                   {"keys", KEYS_OF_FEW}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && status == SST_OK; i++)
        status = write_setting(store, numbers[i].name, numbers[i].number, NULL, error);
    if (status == SST_OK)
        status = write_setting(store, "unicode", 0, sst_unicode_version(), error);
    return status;
}

static sst_status create(sst_store *store, sst_error *error)
{
    sst_status status = create_schema(store, error);
    if (status == SST_OK)
        status = write_settings(store, error);
    if (status == SST_OK)
        return sst_sql_script(&store->sql, "COMMIT", error);
    sst_sql_finalize(&store->sql);
    sst_sql_script(&store->sql, "ROLLBACK", NULL);
    return status;
}

static sst_status migrate(sst_store *store, int64_t version, sst_error *error)
{
    sst_status status = sst_sql_script(&store->sql, "BEGIN IMMEDIATE", error);
    for (int64_t step = version; step < SST_STORE_FORMAT && status == SST_OK; step++)
        status = sst_sql_script(&store->sql, migrations[step - 1], error);
    char text[64];
    snprintf(text, sizeof text, "PRAGMA user_version=%d; COMMIT", SST_STORE_FORMAT);
    if (status == SST_OK)
        return sst_sql_script(&store->sql, text, error);
    sst_sql_script(&store->sql, "ROLLBACK", NULL);
    return status;
}

static sst_status check_version(sst_store *store, int64_t version, sst_error *error)
{
    if (version > SST_STORE_FORMAT)
        return sst_fail_at(error, SST_FORMAT, store->path, 0, 0,
                           "the archive has format %lld and this samestory (%s) knows formats "
                           "up to %d; use the version that wrote it",
                           (long long)version, sst_version(), SST_STORE_FORMAT);
    if (version == 0)
        return sst_fail_at(error, SST_FORMAT, store->path, 0, 0,
                           "the database holds no samestory archive; give another name");
    if (version < SST_STORE_FORMAT && store->options.read_only && !store->options.any_version)
        return sst_fail_at(error, SST_READ_ONLY, store->path, 0, 0,
                           "the archive has the older format %lld; open it once for writing",
                           (long long)version);
    return SST_OK;
}

static sst_status settle_schema(sst_store *store, sst_error *error)
{
    int64_t version, tables;
    sst_status status = sst_sql_number(&store->sql, "PRAGMA user_version", 0, &version, error);
    if (status == SST_OK)
        status = sst_sql_number(&store->sql, "SELECT count(*) FROM sqlite_schema", 0, &tables,
                                error);
    if (status != SST_OK)
        return status;
    if (version == 0 && tables == 0 && store->options.create && !store->options.read_only)
        return create(store, error);
    status = check_version(store, version, error);
    if (status == SST_OK && version < SST_STORE_FORMAT && !store->options.read_only)
        status = migrate(store, version, error);
    return status;
}

/* ---- Settings ---- */

static sst_status read_number(sst_store *store, const char *name, double *number,
                              sst_error *error)
{
    sqlite3_stmt *row = sst_sql_get(&store->sql, SST_SQL_SETTING_READ, error);
    if (row == NULL)
        return SST_FORMAT;
    sqlite3_bind_text(row, 1, name, -1, SQLITE_STATIC);
    bool found = false;
    sst_status status = sst_sql_step(&store->sql, row, &found, error);
    if (status == SST_OK && !found)
        return sst_fail_at(error, SST_FORMAT, store->path, 0, 0,
                           "the archive lacks its setting '%s'; restore a backup", name);
    *number = found ? sqlite3_column_double(row, 0) : 0;
    sqlite3_reset(row);
    return status;
}

static sst_status check_unicode(sst_store *store, sst_error *error)
{
    sqlite3_stmt *row = sst_sql_get(&store->sql, SST_SQL_SETTING_READ, error);
    if (row == NULL)
        return SST_FORMAT;
    sqlite3_bind_text(row, 1, "unicode", -1, SQLITE_STATIC);
    bool found = false;
    sst_status status = sst_sql_step(&store->sql, row, &found, error);
    const char *text = found ? (const char *)sqlite3_column_text(row, 0) : NULL;
    if (status == SST_OK && (text == NULL || strcmp(text, sst_unicode_version()) != 0))
        status = sst_fail_at(error, SST_SETTINGS, store->path, 0, 0,
                             "the archive was made with Unicode %s and this samestory has %s; "
                             "run 'samestory rebuild'",
                             text == NULL ? "?" : text, sst_unicode_version());
    sqlite3_reset(row);
    return status;
}

static sst_status check_option(const sst_store *store, const char *name, double asked,
                               double stored, sst_error *error)
{
    if (asked == 0 || fabs(asked - stored) < 1e-9)
        return SST_OK;
    return sst_fail_at(error, SST_SETTINGS, store->path, 0, 0,
                       "the archive was made with --%s %g, not %g; leave the option out, or "
                       "run 'samestory rebuild'",
                       name, stored, asked);
}

sst_status sst_store_read_settings(sst_store *store, sst_error *error)
{
    double bands = 0, rows = 0, texts = 0, sketch = 0, keys = KEYS_OF_ALL;
    sst_store_settings *settings = &store->settings;
    const struct {
        const char *name;
        double *number;
    } numbers[] = {{"threshold", &settings->threshold}, {"recall", &settings->recall},
                   {"bands", &bands}, {"rows", &rows}, {"texts", &texts}, {"sketch", &sketch}};
    sst_status status = SST_OK;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && status == SST_OK; i++)
        status = read_number(store, numbers[i].name, numbers[i].number, error);
    if (status == SST_OK && !store->options.any_version) /* which may be of format 1 */
        status = read_number(store, "keys", &keys, error);
    if (status == SST_OK && (bands < 1 || rows < 1 || bands * rows > SST_SKETCH_SLOTS))
        status = sst_fail_at(error, SST_FORMAT, store->path, 0, 0,
                             "the settings are damaged; restore a backup");
    if (status == SST_OK && sketch != SKETCH_VERSION && !store->options.any_version)
        status = sst_fail_at(error, SST_SETTINGS, store->path, 0, 0,
                             "the archive's sketches are of version %g, ours of %d; run "
                             "'samestory rebuild'",
                             sketch, SKETCH_VERSION);
    if (status == SST_OK && !store->options.any_version)
        status = check_unicode(store, error);
    if (status == SST_OK)
        status = check_option(store, "threshold", store->options.threshold,
                              settings->threshold, error);
    if (status == SST_OK)
        status = check_option(store, "recall", store->options.recall, settings->recall, error);
    if (status == SST_OK && store->options.no_text && texts != 0)
        status = sst_fail_at(error, SST_SETTINGS, store->path, 0, 0,
                             "the archive keeps texts; leave --no-text out");
    if (status != SST_OK)
        return status;
    settings->bands = (sst_bands){(unsigned)bands, (unsigned)rows};
    settings->texts = texts != 0;
    settings->all_bands = keys == KEYS_OF_ALL;
    return SST_OK;
}

/* ---- The handle ---- */

static sst_status open_locked(sst_store *store, sst_error *error)
{
    sst_status status = SST_OK;
    if (!store->options.read_only)
        status = sst_lock_acquire(&store->lock, store->options.wait, store->options.waiting,
                                  store->options.context, error);
    if (status == SST_OK)
        status = open_database(store, error);
    if (status == SST_OK)
        status = settle_schema(store, error);
    if (status == SST_OK && !store->options.read_only)
        status = sst_sql_script(&store->sql, "PRAGMA wal_autocheckpoint=0", error);
    if (status == SST_OK)
        status = sst_store_read_settings(store, error);
    sst_lock_release(&store->lock);
    return status;
}

/* Puts what a symbolic link points to in the place of its name; false when there is no link (more),
 * or no memory: then `*path` is NULL. */
static bool follow(char **path)
{
    char target[PATH_MAX];
    ssize_t size = readlink(*path, target, sizeof target - 1);
    if (size < 0)
        return false;
    target[size] = '\0';
    const char *slash = target[0] == '/' ? NULL : strrchr(*path, '/');
    char *followed = NULL;
    if (asprintf(&followed, "%.*s%s", slash == NULL ? 0 : (int)(slash + 1 - *path), *path,
                 target) < 0)
        followed = NULL;
    free(*path);
    *path = followed;
    return followed != NULL;
}

/* The name of the file itself. SQLite keeps the WAL beside the file that a symbolic link points to,
 * so the lock must stand there, too. And to SQLite some names are no files: ":memory:", a URI, an
 * empty one. NULL without memory. */
static char *plain_path(const char *path)
{
    enum { LINKS = 40 }; /* as the kernel, which then refuses the name */
    bool special = path[0] == '\0' || path[0] == ':' || strncmp(path, "file:", 5) == 0;
    char *plain = NULL;
    if (asprintf(&plain, "%s%s", special ? "./" : "", path) < 0)
        return NULL;
    for (unsigned links = 0; links < LINKS && follow(&plain); links++)
        ;
    return plain;
}

/* SQLite takes paths of 500 bytes or so, and does not say that it is this. */
static sst_status check_length(const char *path, sst_error *error)
{
    enum { SUFFIX = 8 }; /* "-journal" */
    const sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    const char *slash = strrchr(path, '/');
    char name[PATH_MAX], folder[PATH_MAX];
    int size = slash == NULL ? 1 : (int)(slash + 1 - path);
    if (vfs == NULL || size >= PATH_MAX)
        return SST_OK; /* the system will tell */
    snprintf(name, sizeof name, "%.*s", size, slash == NULL ? "." : path);
    if (realpath(name, folder) == NULL)
        return SST_OK;
    size_t whole = strlen(folder) + 1 + strlen(slash == NULL ? path : slash + 1);
    if (whole + SUFFIX <= (size_t)vfs->mxPathname)
        return SST_OK;
    return sst_fail_at(error, SST_LIMIT, path, 0, 0,
                       "the path of the archive has %zu bytes and SQLite takes %d; use a shorter one",
                       whole, vfs->mxPathname - SUFFIX);
}

static sst_status open_store(sst_store *store, sst_error *error)
{
    bool exists;
    sst_status status = check_length(store->path, error);
    if (status == SST_OK)
        status = check_header(store->path, &exists, error);
    if (status != SST_OK)
        return status;
    if (!exists && (!store->options.create || store->options.read_only))
        return sst_fail_at(error, SST_NOT_FOUND, store->path, 0, 0,
                           "there is no such archive; 'samestory filter' makes one");
    if (!store->options.read_only)
        status = sst_lock_open(&store->lock, store->path, error);
    if (status == SST_OK)
        status = open_locked(store, error);
    if (status == SST_OK)
        status = sst_slab_create(sizeof(sst_card_chunk), "stories at hand", &store->card_slab,
                                 error);
    if (status == SST_OK)
        status = sst_slab_create(sizeof(sst_tag_chunk), "the table of stories", &store->tag_slab,
                                 error);
    if (status == SST_OK)
        status = sst_index_create(&store->lanes, store->options.memory / 2, &store->index,
                                  error);
    return status;
}

sst_status sst_store_open(const char *path, const sst_store_options *options, sst_store **out,
                          sst_error *error)
{
    *out = NULL;
    sst_store *store = sst_allocate_zeroed(1, sizeof *store, "the archive", error);
    if (store == NULL)
        return SST_MEMORY;
    pthread_mutex_init(&store->mutex, NULL);
    store->lock.descriptor = -1;
    store->options = *options;
    if (store->options.memory < MEMORY_LEAST)
        store->options.memory = MEMORY_LEAST;
    store->path = plain_path(path);
    store->sql.file = store->path;
    sst_lanes_init(&store->lanes, &store->sql);
    sst_status status = store->path == NULL ? sst_fail_memory(error, strlen(path), "a name")
                                            : open_store(store, error);
    if (status == SST_OK)
        *out = store;
    else
        sst_store_close(store);
    return status;
}

/* Whoever closes tidies the WAL away, when nobody else is writing at the moment. */
static void tidy(sst_store *store)
{
    if (store->sql.db == NULL || store->options.read_only || store->sql.broken ||
        store->index == NULL)
        return;
    if (sst_lock_acquire(&store->lock, 0, NULL, NULL, NULL) != SST_OK)
        return;
    sqlite3_busy_timeout(store->sql.db, 0); /* a reader may keep it */
    sqlite3_wal_checkpoint_v2(store->sql.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sst_lock_release(&store->lock);
}

void sst_store_close(sst_store *store)
{
    if (store == NULL)
        return;
    if (store->writing || store->reading)
        sst_store_rollback(store);
    sst_lanes_free(&store->lanes);
    sst_sql_finalize(&store->sql);
    tidy(store);
    sst_index_free(store->index);
    sst_cards_free(store);
    sst_tags_free(store);
    sqlite3_close(store->sql.db);
    sst_lock_close(&store->lock);
    sst_sources_forget(store);
    pthread_mutex_destroy(&store->mutex);
    free(store->path);
    free(store);
}

const sst_store_settings *sst_store_settings_of(const sst_store *store)
{
    return &store->settings;
}

const char *sst_store_path(const sst_store *store)
{
    return store->path;
}
