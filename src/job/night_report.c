/* The report of an archive: of a night that was clustered, or of the archive as the next night
 * would see it. */
#include "job/clock.h"
#include "job/nightly.h"

/* ---- Titles and texts from the archive ---- */

typedef struct replaying {
    sst_nightly *night;
    sst_buffer packed, line;
} replaying;

/* An empty one as null: absent. */
static void append_field(sst_buffer *line, const char *key, sst_slice value)
{
    sst_buffer_text(line, key);
    if (value.size == 0)
        sst_buffer_text(line, "null");
    else
        sst_buffer_json_string(line, value.bytes, value.size);
}

/* A stored story as the line it could have come in. */
static sst_status compose_line(replaying *r, size_t at, sst_error *error)
{
    sst_archive *archive = r->night->archive;
    sst_record record = {.time = SST_NO_TIME};
    sst_buffer_reset(&r->packed);
    sst_buffer_reset(&r->line);
    sst_status status =
        sst_store_text(archive->store, r->night->entries[at].number, &r->packed, error);
    if (status == SST_OK && r->packed.size > 0)
        status = sst_unpack(archive->workers[0].packer,
                            (sst_slice){r->packed.bytes, r->packed.size}, &record, error);
    append_field(&r->line, "{\"title\":", record.title);
    append_field(&r->line, ",\"url\":", record.url);
    append_field(&r->line, ",\"lang\":", record.lang);
    append_field(&r->line, ",\"text\":", record.text);
    sst_buffer_text(&r->line, "}\n");
    return status == SST_OK ? sst_buffer_status(&r->line, "a story", error) : status;
}

/* sst_corpus_replay over the archive: the line of an entry is its place + 1. */
static sst_status replay(void *context, sst_line_taker take, void *taker, sst_error *error)
{
    replaying r = {.night = context};
    sst_store *store = r.night->archive->store;
    sst_status status = sst_store_begin_read(store, error);
    if (status != SST_OK)
        return status;
    for (size_t i = 0; i < r.night->corpus->entry_count && status == SST_OK; i++) {
        status = compose_line(&r, i, error);
        if (status == SST_OK)
            status = take(taker, 0, i + 1, r.line.bytes, r.line.size, error);
    }
    sst_store_rollback(store);
    sst_buffer_free(&r.packed);
    sst_buffer_free(&r.line);
    return status;
}

sst_status sst_night_report(sst_nightly *night, const sst_report_options *options, sst_sink sink,
                            sst_error *error)
{
    night->corpus->replay = replay;
    night->corpus->replay_context = night;
    return sst_corpus_report(night->corpus, options, sink, error);
}

/* ---- On request ---- */

sst_status sst_archive_report(sst_archive *archive, const sst_nightly_options *window,
                              const sst_report_options *options, sst_sink sink,
                              sst_nightly_summary *summary, sst_error *error)
{
    sst_nightly night;
    double start = sst_clock_seconds();
    sst_status status = sst_night_init(&night, archive, window, summary, error);
    if (status == SST_OK)
        status = sst_night_load(&night, error);
    if (status == SST_OK)
        status = sst_night_cluster(&night, error);
    if (status == SST_OK) /* the plan is not carried out: it has the ids of clusters */
        status = sst_night_name(&night, error);
    if (status == SST_OK)
        status = sst_night_report(&night, options, sink, error);
    summary->night = night.last.night;
    sst_night_clear(&night);
    summary->seconds = sst_clock_seconds() - start;
    return status;
}
