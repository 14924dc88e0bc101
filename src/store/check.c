/* `verify` and `stats`: reading only, in one snapshot. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "store/parts.h"

/* ---- Counting ---- */

typedef struct question {
    const char *text;
    int64_t missing;
    void *answer; /* uint64_t, or int64_t: of the same size */
} question;

static sst_status ask_all(sst_store *store, const question *questions, size_t count,
                          sst_error *error)
{
    sst_status status = SST_OK;
    for (size_t i = 0; i < count && status == SST_OK; i++) {
        int64_t number;
        status = sst_sql_number(&store->sql, questions[i].text, questions[i].missing, &number,
                                error);
        memcpy(questions[i].answer, &number, sizeof number);
    }
    return status;
}

/* dbstat is an optional part of SQLite; without it the list is empty. Its sizes are of 32 bits
 * before 3.46, its numbers of pages are right. */
static void count_tables(sst_store *store, sst_store_counts *counts)
{
    static const char text[] =
        "SELECT name, pageno * (SELECT page_size FROM pragma_page_size) AS size, ncell"
        " FROM dbstat WHERE aggregate=1 ORDER BY size DESC LIMIT 16";
    sqlite3_stmt *row = NULL;
    if (sqlite3_prepare_v2(store->sql.db, text, -1, &row, NULL) != SQLITE_OK)
        return;
    while (counts->table_count < 16 && sqlite3_step(row) == SQLITE_ROW) {
        sst_table_bytes *table = &counts->tables[counts->table_count++];
        snprintf(table->name, sizeof table->name, "%s",
                 (const char *)sqlite3_column_text(row, 0));
        table->bytes = (uint64_t)sqlite3_column_int64(row, 1);
        table->rows = (uint64_t)sqlite3_column_int64(row, 2);
    }
    sqlite3_finalize(row);
}

static uint64_t file_size(const char *path, const char *suffix)
{
    char name[4096];
    struct stat status;
    int size = snprintf(name, sizeof name, "%s%s", path, suffix);
    if (size < 0 || (size_t)size >= sizeof name || stat(name, &status) != 0)
        return 0;
    return (uint64_t)status.st_size;
}

static sst_status count_verdicts(sst_store *store, sst_store_counts *counts, sst_error *error)
{
    sst_status status = SST_OK;
    for (unsigned verdict = 0; verdict < 6 && status == SST_OK; verdict++) {
        char text[80];
        snprintf(text, sizeof text, "SELECT count(*) FROM stories WHERE verdict=%u", verdict);
        int64_t number;
        status = sst_sql_number(&store->sql, text, 0, &number, error);
        counts->verdicts[verdict] = (uint64_t)number;
    }
    return status;
}

static sst_status count_all(sst_store *store, sst_store_counts *counts, sst_error *error)
{
    uint64_t page_size, free_pages;
    const question questions[] = {
        {"SELECT count(*) FROM stories WHERE state=0", 0, &counts->stories},
        {"SELECT count(*) FROM stories WHERE state=1", 0, &counts->retired},
        {"SELECT count(*) FROM texts", 0, &counts->texts},
        {"SELECT count(*) FROM clusters", 0, &counts->clusters},
        {"SELECT count(*) FROM members", 0, &counts->clustered},
        {"SELECT count(*) FROM tombstones", 0, &counts->tombstones},
        {"SELECT count(*) FROM sources", 0, &counts->sources},
        {"SELECT min(coalesce(published, first_seen)) FROM stories", SST_NO_TIME,
         &counts->oldest},
        {"SELECT max(coalesce(published, first_seen)) FROM stories", SST_NO_TIME,
         &counts->newest},
        {"PRAGMA page_size", 0, &page_size},
        {"PRAGMA freelist_count", 0, &free_pages},
    };
    sst_status status = ask_all(store, questions, sizeof questions / sizeof *questions, error);
    if (status == SST_OK)
        status = count_verdicts(store, counts, error);
    if (status != SST_OK)
        return status;
    counts->free_bytes = free_pages * page_size;
    counts->file_bytes = file_size(store->path, "");
    counts->wal_bytes = file_size(store->path, "-wal");
    sst_index_counts index;
    sst_index_count(store->index, &index);
    counts->segments = index.segments;
    counts->merging = index.merging;
    counts->entries = index.entries + index.recent_entries;
    counts->recent = index.recent_stories;
    count_tables(store, counts);
    return SST_OK;
}

sst_status sst_store_count(sst_store *store, sst_store_counts *counts, sst_error *error)
{
    *counts = (sst_store_counts){0};
    sst_status status = sst_store_begin_read(store, error);
    if (status == SST_OK)
        status = count_all(store, counts, error);
    sst_store_rollback(store);
    return status;
}

/* ---- Verifying ---- */

/* A set of index entries of one story: equal for equal sets, hardly for others. */
typedef struct entry_set {
    uint64_t sum; /* of hashes of the keys */
    uint32_t count;
} entry_set;

typedef struct check {
    sst_store *store;
    const sst_store_checker *checker;
    const sst_store_deriver *deriver;
    uint64_t problems;
    entry_set *found;     /* of the stories from `first` */
    uint32_t first, size; /* size: up to the last one */
    sst_error *error;
} checking;

SST_PRINTF(2, 3) static void report(checking *check, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    check->problems++;
    check->checker->problem(check->checker->context, message);
}

static sst_status check_sqlite(checking *check)
{
    sqlite3_stmt *row = NULL;
    int code =
        sqlite3_prepare_v2(check->store->sql.db, "PRAGMA integrity_check(20)", -1, &row, NULL);
    while (code == SQLITE_OK && sqlite3_step(row) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(row, 0);
        if (text != NULL && strcmp(text, "ok") != 0)
            report(check, "SQLite: %s", text);
    }
    sqlite3_finalize(row);
    return code == SQLITE_OK ? SST_OK
                             : sst_sql_fail(&check->store->sql, code, "cannot check the archive",
                                            check->error);
}

static void add_entry(entry_set *set, uint64_t key)
{
    set->sum += sst_mix64(key + 1);
    set->count++;
}

static sst_status count_entry(void *context, sst_posting posting, sst_error *error)
{
    (void)error;
    checking *check = context;
    if (posting.number - check->first < check->size)
        add_entry(&check->found[posting.number - check->first], posting.key);
    else if (posting.number >= sst_store_next(check->store))
        report(check, "the index names story %u, which never was", posting.number);
    return SST_OK;
}

/* That the entries are there was counted; that questions find them is tried with the key of the
 * id, which no other story has: the answer to a common key is as long as there are stories. */
static sst_status check_keys(checking *check, const sst_row *row, const uint64_t *keys,
                             size_t count)
{
    entry_set expected = {0};
    for (size_t i = 0; i < count; i++)
        add_entry(&expected, keys[i]);
    const entry_set *found = &check->found[row->number - check->first];
    if (found->count != expected.count)
        report(check, "story %u has %u index entries in place of %u", row->number, found->count,
               expected.count);
    else if (found->sum != expected.sum)
        report(check, "story %u has other index entries than its text", row->number);
    sst_hits hits = {0};
    sst_status status = sst_index_find(check->store->index, keys, count < 1 ? count : 1,
                                       row->number + 1, &hits, check->error);
    if (status == SST_OK && count > 0 &&
        (hits.count == 0 || hits.items[hits.count - 1].number != row->number))
        report(check, "story %u ('%.*s') is not found in the index", row->number,
               (int)(row->id.size > 100 ? 100 : row->id.size), row->id.bytes);
    free(hits.items);
    return status;
}

static sst_status check_text(checking *check, const sst_row *row, sst_buffer *packed)
{
    sst_buffer_reset(packed);
    sst_status status = sst_store_text(check->store, row->number, packed, check->error);
    if (status != SST_OK)
        return status;
    if (packed->size == 0) {
        report(check, "story %u has no text", row->number);
        return SST_OK;
    }
    if (check->deriver == NULL || !check->store->settings.texts)
        return SST_OK;
    bool agrees = true;
    sst_slice slice = {packed->bytes, packed->size};
    status = check->deriver->agrees(check->deriver->context, row, slice, &agrees, check->error);
    if (status == SST_FORMAT || (status == SST_OK && !agrees)) {
        report(check, "the text of story %u does not agree with its row", row->number);
        return SST_OK;
    }
    const uint64_t *keys;
    size_t count;
    if (status == SST_OK)
        status = check->deriver->keys_of(check->deriver->context, row, slice, &keys, &count,
                                         check->error);
    return status == SST_OK ? check_keys(check, row, keys, count) : status;
}

/* What is at hand of a story must be what its row says. */
static sst_status check_tag(checking *check, const sst_row *row)
{
    sst_tag tag, expected = sst_tag_of_row(row);
    sst_status status = sst_store_tag(check->store, row->number, &tag, check->error);
    if (status == SST_OK &&
        (tag.day != expected.day || tag.shingles != expected.shingles ||
         tag.tokens != expected.tokens || tag.headline != expected.headline))
        report(check, "the tag of story %u does not agree with its row", row->number);
    return status;
}

static sst_status check_stories(checking *check)
{
    sst_buffer packed = {0};
    sst_row row;
    bool found = true;
    uint64_t live = 0;
    sst_status status = SST_OK;
    for (uint32_t next = 0; status == SST_OK && found; next = row.number + 1) {
        status = sst_store_row_next(check->store, next, &row, &found, check->error);
        if (status != SST_OK || !found)
            break;
        if (row.number >= sst_store_next(check->store)) {
            report(check, "story %u is beyond the archive's counter", row.number);
            break;
        }
        live += !row.retired;
        if (!row.retired && row.sketch == NULL)
            report(check, "story %u has no sketch", row.number);
        status = check_tag(check, &row);
        if (status == SST_OK && !row.retired)
            status = check_text(check, &row, &packed);
        sst_index_trim(check->store->index);
    }
    if (status == SST_OK && live != sst_store_live(check->store))
        report(check, "there are %" PRIu64 " stories and the counter says %" PRIu64, live,
               sst_store_live(check->store));
    sst_buffer_free(&packed);
    return status;
}

static sst_status check_tables(checking *check)
{
    static const struct {
        const char *text, *message;
    } rules[] = {
        {"SELECT count(*) FROM members WHERE cluster NOT IN (SELECT cluster FROM clusters)",
         "members of a cluster that is not listed"},
        {"SELECT count(*) FROM members LEFT JOIN stories USING(number) WHERE stories.cluster"
         " IS NOT members.cluster",
         "members whose story is gone or in another cluster"},
        {"SELECT count(*) FROM stories WHERE state=0 AND cluster!=number AND NOT EXISTS"
         " (SELECT 1 FROM members WHERE members.cluster=stories.cluster AND"
         " members.number=stories.number)",
         "stories in a cluster that does not list them"},
        {"SELECT count(*) FROM texts WHERE number NOT IN (SELECT number FROM stories)",
         "texts without a story"},
        {"SELECT count(*) FROM stories WHERE source IS NOT NULL AND source NOT IN"
         " (SELECT source FROM sources)",
         "stories of a source that is not listed"},
        {"SELECT count(*) FROM stories JOIN tombstones USING(id)",
         "stories that were taken down"},
        {"SELECT count(*) FROM history WHERE kind IS NULL", "changes of clusters without a kind"},
    };
    sst_status status = SST_OK;
    for (size_t i = 0; i < sizeof rules / sizeof *rules && status == SST_OK; i++) {
        int64_t number;
        status = sst_sql_number(&check->store->sql, rules[i].text, 0, &number, check->error);
        if (status == SST_OK && number > 0)
            report(check, "%" PRId64 " %s", number, rules[i].message);
    }
    return status;
}

/* Room for the stories that are there; what is gone, and a damaged counter, takes none. */
static sst_status make_counts(checking *check)
{
    int64_t first, last;
    const int64_t next = sst_store_next(check->store);
    sst_sql *sql = &check->store->sql;
    sst_status status = sst_sql_number(
        sql, "SELECT number FROM stories WHERE number>=0 ORDER BY number LIMIT 1", 0, &first,
        check->error);
    if (status == SST_OK)
        status = sst_sql_number(sql, "SELECT coalesce(max(number), 0) FROM stories", 0, &last,
                                check->error);
    if (status != SST_OK)
        return status;
    if (last >= next)
        last = next - 1;
    check->first = (uint32_t)(first < next ? first : next);
    check->size = last < first ? 0 : (uint32_t)(last - first + 1);
    check->found = sst_allocate_zeroed((size_t)check->size + 1, sizeof *check->found, "counts",
                                       check->error);
    return check->found == NULL ? SST_MEMORY : SST_OK;
}

static sst_status check_all(checking *check)
{
    sst_status status = check_sqlite(check);
    if (status == SST_OK)
        status = make_counts(check);
    if (status == SST_OK)
        status = sst_index_walk(check->store->index, count_entry, check, check->error);
    if (status == SST_FORMAT) { /* a damaged index is what we are here to tell */
        report(check, "%s", check->error == NULL ? "the index is damaged"
                                                 : check->error->message);
        status = SST_OK;
    }
    if (status == SST_OK)
        status = check_stories(check);
    return status == SST_OK ? check_tables(check) : status;
}

sst_status sst_store_check(sst_store *store, const sst_store_checker *checker,
                           const sst_store_deriver *deriver, uint64_t *problems,
                           sst_error *error)
{
    checking check = {.store = store, .checker = checker, .deriver = deriver, .error = error};
    sst_status status = sst_store_begin_read(store, error);
    if (status == SST_OK)
        status = check_all(&check);
    sst_store_rollback(store);
    free(check.found);
    *problems = check.problems;
    return status;
}
