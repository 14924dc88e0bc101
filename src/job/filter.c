/* `samestory filter`: files to batches to lines. A line is written when its batch is durable. */
#include <string.h>

#include "base/memory.h"
#include "job/archive.h"
#include "job/clock.h"
#include "read/input.h"

enum {
    BATCH = 4096,
    CHUNK = 16 << 20, /* bytes read at a time: a batch of stories of usual length */
};

typedef struct run {
    sst_archive *archive;
    const sst_filter_options *options;
    sst_sink sink;
    sst_filter_summary *summary;
    sst_input *input;
    sst_chunk chunk;
    sst_line *lines; /* of the batch */
    sst_question *questions;
    sst_reply *replies;
    size_t batch;
    sst_error *error;
} run;

static void tell_bad(void *context, const sst_error *error)
{
    run *r = context;
    r->summary->records++;
    r->summary->bad++;
    if (r->options->note != NULL)
        r->options->note(r->options->context, SST_NOTE_BAD_RECORD, error);
}

static sst_status reject(run *r, size_t at)
{
    sst_error *why = &r->replies[at].error;
    sst_error_locate(why, r->chunk.path, r->lines[at].number);
    r->summary->bad++;
    if (r->options->note != NULL)
        r->options->note(r->options->context, SST_NOTE_BAD_RECORD, why);
    sst_sink sink = r->options->rejects;
    if (sink.write == NULL)
        return SST_OK;
    sst_status status =
        sink.write(sink.context, r->lines[at].bytes, r->lines[at].size, r->error);
    return status == SST_OK ? sink.write(sink.context, "\n", 1, r->error) : status;
}

static sst_status print(run *r, size_t at)
{
    const sst_reply *reply = &r->replies[at];
    r->summary->answers[reply->answer]++;
    r->summary->known += reply->known;
    if (r->options->only == 0)
        return r->sink.write(r->sink.context, reply->line, reply->size, r->error);
    if ((r->options->only & 1u << reply->answer) == 0)
        return SST_OK;
    sst_status status = r->sink.write(r->sink.context, r->lines[at].bytes, r->lines[at].size,
                                      r->error);
    return status == SST_OK ? r->sink.write(r->sink.context, "\n", 1, r->error) : status;
}

static sst_status ask_batch(run *r, size_t count)
{
    for (size_t i = 0; i < count; i++)
        r->questions[i] = (sst_question){r->lines[i].bytes, r->lines[i].size, false};
    sst_status status = sst_archive_ask(r->archive, r->questions, count, r->replies, r->error);
    for (size_t i = 0; i < count && status == SST_OK; i++) {
        r->summary->records++;
        status = r->replies[i].status == SST_OK ? print(r, i) : reject(r, i);
    }
    return status;
}

static sst_status show_progress(run *r)
{
    if (r->options->progress == NULL)
        return SST_OK;
    sst_progress progress = {
        .stage = "filter",
        .stories = r->summary->records,
        .bytes = r->chunk.stored_bytes,
        .total_bytes = sst_input_stored_size(r->input),
        .fraction = -1,
    };
    if (progress.total_bytes > 0)
        progress.fraction = (double)progress.bytes / (double)progress.total_bytes;
    return r->options->progress(r->options->context, &progress)
               ? SST_OK
               : sst_fail(r->error, SST_CANCELLED,
                          "cancelled; what was printed is in the archive, run it again for the "
                          "rest");
}

static sst_status ask_chunk(run *r)
{
    sst_line line = {0};
    size_t count = 0;
    sst_status status = SST_OK;
    while (status == SST_OK && sst_chunk_line(&r->chunk, &line)) {
        r->lines[count++] = line;
        if (count < r->batch)
            continue;
        status = ask_batch(r, count);
        count = 0;
        if (status == SST_OK)
            status = show_progress(r);
    }
    return status == SST_OK && count > 0 ? ask_batch(r, count) : status;
}

static sst_status allocate(run *r)
{
    r->lines = sst_allocate(r->batch, sizeof *r->lines, "a batch", r->error);
    r->questions = sst_allocate(r->batch, sizeof *r->questions, "a batch", r->error);
    r->replies = sst_allocate(r->batch, sizeof *r->replies, "a batch", r->error);
    return r->lines != NULL && r->questions != NULL && r->replies != NULL ? SST_OK : SST_MEMORY;
}

static sst_status open_input(run *r, const char *const *files, size_t count)
{
    sst_input_options options = {
        .chunk_size = CHUNK,
        .max_record = r->archive->options.max_record,
        .rejects = r->options->rejects,
        .bad_record = tell_bad,
        .context = r,
    };
    return sst_input_open(files, count, &options, &r->input, r->error);
}

static sst_status filter_all(run *r)
{
    bool more = true;
    sst_status status = SST_OK;
    while (status == SST_OK) {
        status = sst_input_next(r->input, &r->chunk, &more, r->error);
        if (status != SST_OK || !more)
            break;
        status = ask_chunk(r);
        if (status == SST_OK)
            status = show_progress(r);
    }
    return status;
}

/* A dry run is the real run, undone at the end: so its answers are those of the real one. */
static sst_status filter_dry(run *r)
{
    sst_status status = sst_store_begin(r->archive->store, r->error);
    if (status != SST_OK)
        return status;
    r->archive->open = true;
    status = filter_all(r);
    r->archive->open = false;
    sst_store_rollback(r->archive->store);
    sst_shelf_reset(r->archive->shelf);
    return status;
}

sst_status sst_archive_filter(sst_archive *archive, const char *const *files, size_t count,
                              const sst_filter_options *options, sst_sink sink,
                              sst_filter_summary *summary, sst_error *error)
{
    *summary = (sst_filter_summary){0};
    run r = {.archive = archive, .options = options, .sink = sink, .summary = summary,
             .batch = options->batch == 0 ? BATCH : options->batch, .error = error};
    double start = sst_clock_seconds();
    sst_status status = allocate(&r);
    if (status == SST_OK)
        status = open_input(&r, files, count);
    if (status == SST_OK)
        status = options->dry_run ? filter_dry(&r) : filter_all(&r);
    summary->seconds = sst_clock_seconds() - start;
    sst_input_close(r.input);
    sst_chunk_free(&r.chunk);
    free(r.lines);
    free(r.questions);
    free(r.replies);
    return status;
}
