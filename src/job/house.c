/* Looking at the archive and keeping it: show, stats, verify, take-down, expiry. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "job/nightly.h"

/* ---- Keys of a stored story, from its text ---- */

typedef struct deriver {
    sst_archive *archive;
    sst_item item;
} deriver;

static sst_status read_packed(deriver *d, const sst_row *row, sst_slice packed, sst_error *error)
{
    sst_worker *worker = &d->archive->workers[0];
    sst_record record = {.time = row->published, .id = row->id};
    sst_status status = sst_unpack(worker->packer, packed, &record, error);
    return status == SST_OK
               ? sst_item_take(d->archive, worker, &record, d->archive->now, false, &d->item,
                               error)
               : status;
}

static sst_status keys_of(void *context, const sst_row *row, sst_slice packed,
                          const uint64_t **keys, size_t *count, sst_error *error)
{
    deriver *d = context;
    sst_status status = read_packed(d, row, packed, error);
    *keys = d->item.keys.keys;
    *count = status == SST_OK ? d->item.keys.count : 0;
    return status;
}

static sst_status agrees(void *context, const sst_row *row, sst_slice packed, bool *agree,
                         sst_error *error)
{
    deriver *d = context;
    sst_status status = read_packed(d, row, packed, error);
    if (status != SST_OK)
        return status;
    const sst_story *story = &d->item.story;
    *agree = sst_hash128_compare(story->content, row->content) == 0 &&
             sst_hash128_compare(story->key, row->key) == 0 &&
             story->title_key.low == row->title_key && story->headline == row->headline &&
             story->token_count == row->token_count &&
             story->shingle_count == row->shingle_count && row->sketch != NULL &&
             memcmp(story->sketch, row->sketch, sizeof story->sketch) == 0;
    return SST_OK;
}

static sst_store_deriver make_deriver(deriver *d)
{
    return (sst_store_deriver){keys_of, agrees, d};
}

sst_status sst_archive_take_down(sst_archive *archive, const char *id, size_t size,
                                 sst_error *error)
{
    deriver d = {.archive = archive};
    sst_store_deriver store = make_deriver(&d);
    sst_status status = sst_store_take_down(archive->store, (sst_slice){id, size},
                                            sst_archive_now(archive), &store, error);
    sst_item_free(&d.item);
    sst_shelf_reset(archive->shelf);
    return status;
}

sst_status sst_archive_verify(sst_archive *archive,
                              void (*problem)(void *context, const char *message),
                              void *context, uint64_t *problems, sst_error *error)
{
    deriver d = {.archive = archive};
    sst_store_deriver store = make_deriver(&d);
    sst_store_checker checker = {problem, context};
    sst_status status = sst_store_check(archive->store, &checker, &store, problems, error);
    sst_item_free(&d.item);
    return status;
}

sst_status sst_archive_expire(sst_archive *archive, int64_t seconds, uint64_t *removed,
                              sst_error *error)
{
    int64_t now = sst_archive_now(archive);
    if (seconds < 0)
        return sst_fail(error, SST_ARGUMENT, "an age cannot be negative; give 90d, 12h …");
    if (archive->options.read_only)
        return sst_archive_writable(archive, error);
    return sst_store_expire(archive->store, now - seconds, now, removed, error);
}

/* ---- One story ---- */

static void append_time(sst_buffer *line, const char *name, int64_t time)
{
    if (time == SST_NO_TIME)
        return;
    struct tm parts;
    time_t seconds = (time_t)time;
    char text[64];
    if (gmtime_r(&seconds, &parts) != NULL &&
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) > 0)
        sst_buffer_format(line, ",\"%s\":\"%s\"", name, text);
}

static void append_name(sst_buffer *line, const char *name, sst_slice value)
{
    if (value.bytes == NULL)
        return;
    sst_buffer_format(line, ",\"%s\":", name);
    sst_buffer_json_string(line, value.bytes, value.size);
}

static sst_status append_text(sst_archive *archive, uint32_t number, sst_buffer *line,
                              sst_error *error)
{
    sst_buffer packed = {0};
    sst_record record = {.time = SST_NO_TIME};
    sst_status status = sst_store_text(archive->store, number, &packed, error);
    if (status == SST_OK && packed.size > 0)
        status = sst_unpack(archive->workers[0].packer, (sst_slice){packed.bytes, packed.size},
                            &record, error);
    append_name(line, "url", record.url);
    append_name(line, "lang", record.lang);
    append_name(line, "credit", record.credit);
    if (record.title.size > 0)
        append_name(line, "title", record.title);
    if (record.text.size > 0)
        append_name(line, "text", record.text);
    sst_buffer_free(&packed);
    return status;
}

static sst_status append_story(sst_archive *archive, uint32_t number, sst_buffer *line,
                               sst_error *error)
{
    sst_row row;
    bool found;
    sst_buffer cluster = {0};
    sst_status status = sst_store_row(archive->store, number, &row, &found, error);
    uint32_t founder = row.cluster;
    if (status == SST_OK)
        status = sst_store_cluster_id(archive->store, founder, &cluster, error);
    if (status == SST_OK)
        status = sst_store_row(archive->store, number, &row, &found, error);
    if (status == SST_OK) {
        sst_buffer_text(line, "{\"id\":");
        sst_buffer_json_string(line, row.id.bytes, row.id.size);
        append_name(line, "source", row.source);
        append_time(line, "published", row.published);
        append_time(line, "first_seen", row.first_seen);
        sst_buffer_format(line, ",\"tokens\":%u,", row.token_count);
        sst_answer_write(line, &row, (sst_slice){cluster.bytes, cluster.size});
        status = append_text(archive, number, line, error);
        sst_buffer_text(line, "}\n");
    }
    sst_buffer_free(&cluster);
    return status;
}

/* The newest version that was not replaced; SST_GONE or SST_NOT_FOUND. */
static sst_status find_story(sst_archive *archive, sst_slice id, uint32_t *number,
                             sst_error *error)
{
    enum { VERSIONS = 1024 };
    uint32_t numbers[VERSIONS];
    size_t count;
    int64_t time = SST_NO_TIME;
    sst_status status =
        sst_store_find_id(archive->store, id, numbers, VERSIONS, &count, error);
    if (status == SST_OK && count == 0)
        status = sst_store_tombstone(archive->store, id, &time, error);
    if (status != SST_OK)
        return status;
    if (count > 0) {
        *number = numbers[count - 1];
        return SST_OK;
    }
    int shown = (int)(id.size > 200 ? 200 : id.size);
    if (time != SST_NO_TIME)
        return sst_fail(error, SST_GONE, "the story '%.*s' was taken down", shown, id.bytes);
    return sst_fail(error, SST_NOT_FOUND, "no story has the id '%.*s'; check its spelling",
                    shown, id.bytes);
}

typedef sst_status (*composer)(sst_archive *archive, sst_slice id, sst_buffer *line,
                               sst_error *error);

/* Composes a line in one snapshot and writes it. */
static sst_status write_line(sst_archive *archive, sst_slice id, composer compose, sst_sink sink,
                             sst_error *error)
{
    sst_buffer line = {0};
    sst_status status = sst_store_begin_read(archive->store, error);
    if (status != SST_OK)
        return status;
    status = compose(archive, id, &line, error);
    sst_store_rollback(archive->store);
    if (status == SST_OK)
        status = sst_buffer_status(&line, "an answer", error);
    if (status == SST_OK)
        status = sink.write(sink.context, line.bytes, line.size, error);
    sst_buffer_free(&line);
    return status;
}

static sst_status compose_story(sst_archive *archive, sst_slice id, sst_buffer *line,
                                sst_error *error)
{
    uint32_t number;
    sst_status status = find_story(archive, id, &number, error);
    return status == SST_OK ? append_story(archive, number, line, error) : status;
}

sst_status sst_archive_write_story(sst_archive *archive, const char *id, size_t size,
                                   sst_sink sink, sst_error *error)
{
    return write_line(archive, (sst_slice){id, size}, compose_story, sink, error);
}

/* ---- One cluster ---- */

static sst_status append_member(sst_archive *archive, uint32_t number, sst_slice cluster,
                                size_t *size, sst_buffer *line, sst_error *error)
{
    sst_row row;
    bool found;
    sst_status status = sst_store_row(archive->store, number, &row, &found, error);
    if (status != SST_OK || !found || row.retired)
        return status;
    sst_buffer_text(line, (*size)++ == 0 ? "{\"id\":" : ",{\"id\":");
    sst_buffer_json_string(line, row.id.bytes, row.id.size);
    append_name(line, "source", row.source);
    append_time(line, "published", row.published);
    sst_buffer_byte(line, ',');
    sst_answer_write(line, &row, cluster);
    sst_buffer_byte(line, '}');
    return SST_OK;
}

static sst_status compose_cluster(sst_archive *archive, sst_slice id, sst_buffer *line,
                                  sst_error *error)
{
    uint32_t cluster, *numbers = NULL;
    size_t count = 0, size = 0;
    bool found;
    sst_buffer members = {0};
    sst_status status = sst_store_find_cluster(archive->store, id, &cluster, &found, error);
    if (status == SST_OK && !found)
        status = sst_fail(error, SST_NOT_FOUND, "no cluster has the id '%.*s'; check its spelling",
                          (int)(id.size > 200 ? 200 : id.size), id.bytes);
    if (status == SST_OK)
        status = sst_store_members(archive->store, cluster, &numbers, &count, error);
    for (size_t i = 0; i < count && status == SST_OK; i++)
        status = append_member(archive, numbers[i], id, &size, &members, error);
    sst_buffer_text(line, "{\"cluster\":");
    sst_buffer_json_string(line, id.bytes, id.size);
    sst_buffer_format(line, ",\"size\":%zu,\"members\":[", size);
    sst_buffer_append(line, members.bytes, members.size);
    sst_buffer_text(line, "]}\n");
    if (status == SST_OK)
        status = sst_buffer_status(&members, "an answer", error);
    sst_buffer_free(&members);
    free(numbers);
    return status;
}

sst_status sst_archive_write_cluster(sst_archive *archive, const char *id, size_t size,
                                     sst_sink sink, sst_error *error)
{
    return write_line(archive, (sst_slice){id, size}, compose_cluster, sink, error);
}

/* ---- Statistics ---- */

static void append_count(sst_buffer *line, const char *name, uint64_t count)
{
    sst_buffer_format(line, ",\"%s\":%" PRIu64, name, count);
}

static void append_tables(sst_buffer *line, const sst_store_counts *counts)
{
    uint64_t stories = counts->stories + counts->retired;
    sst_buffer_text(line, ",\"tables\":{");
    for (size_t i = 0; i < counts->table_count; i++) {
        const sst_table_bytes *table = &counts->tables[i];
        sst_buffer_format(line, "%s\"%s\":{\"bytes\":%" PRIu64 ",\"per_story\":%" PRIu64 "}",
                          i == 0 ? "" : ",", table->name, table->bytes,
                          stories == 0 ? 0 : table->bytes / stories);
    }
    sst_buffer_byte(line, '}');
}

static void append_settings(const sst_archive *archive, sst_buffer *line)
{
    const sst_store_settings *settings = sst_store_settings_of(archive->store);
    sst_buffer_format(line,
                      ",\"settings\":{\"threshold\":%g,\"recall\":%g,\"bands\":%u,\"rows\":%u,"
                      "\"texts\":%s,\"unicode\":\"%s\"}",
                      settings->threshold, settings->recall, settings->bands.bands,
                      settings->bands.rows, settings->texts ? "true" : "false",
                      sst_unicode_version());
}

static sst_status append_stats(sst_archive *archive, const sst_store_counts *counts,
                               sst_buffer *line, sst_error *error)
{
    sst_buffer_format(line, "{\"stories\":%" PRIu64, counts->stories);
    append_count(line, "replaced_versions", counts->retired);
    append_count(line, "clusters", counts->clusters);
    append_count(line, "clustered", counts->clustered);
    append_count(line, "taken_down", counts->tombstones);
    append_count(line, "sources", counts->sources);
    append_time(line, "oldest", counts->oldest);
    append_time(line, "newest", counts->newest);
    sst_buffer_text(line, ",\"answers\":{");
    for (unsigned i = 0; i < SST_ANSWER_COUNT; i++)
        sst_buffer_format(line, "%s\"%s\":%" PRIu64, i == 0 ? "" : ",",
                          sst_answer_name((sst_answer)i), counts->verdicts[i]);
    sst_buffer_byte(line, '}');
    append_settings(archive, line);
    append_count(line, "file_bytes", counts->file_bytes);
    append_count(line, "free_bytes", counts->free_bytes);
    append_count(line, "wal_bytes", counts->wal_bytes);
    append_count(line, "index_segments", counts->segments);
    append_count(line, "index_merging", counts->merging);
    append_count(line, "index_entries", counts->entries);
    append_count(line, "recent_stories", counts->recent);
    append_tables(line, counts);
    sst_status status = sst_nightly_append_stats(archive, line, error);
    sst_buffer_text(line, "}\n");
    return status == SST_OK ? sst_buffer_status(line, "the statistics", error) : status;
}

sst_status sst_archive_write_stats(sst_archive *archive, sst_sink sink, sst_error *error)
{
    sst_store_counts counts;
    sst_buffer line = {0};
    sst_status status = sst_store_count(archive->store, &counts, error);
    if (status != SST_OK)
        return status;
    status = append_stats(archive, &counts, &line, error);
    if (status == SST_OK)
        status = sink.write(sink.context, line.bytes, line.size, error);
    sst_buffer_free(&line);
    return status;
}
