/* `samestory filter`: files to batches to lines. A line is written when its batch is durable.
 * While a batch is answered the lines of the next one are read. */
#include <string.h>

#include "base/memory.h"
#include "job/archive.h"
#include "job/clock.h"
#include "job/filter_pages.h"
#include "job/odd_date.h"
#include "job/write.h"
#include "read/census.h"
#include "read/input.h"

enum {
    BATCH = 8192,
    CHUNK = 12 << 20, /* bytes read at a time: a batch of stories of usual length */
};

/* Lines of one chunk. */
typedef struct batch {
    const sst_chunk *chunk;
    sst_line *lines;
    sst_question *questions;
    sst_reply *replies;
    size_t count; /* 0: there are no more */
} batch;

typedef struct run {
    sst_archive *archive;
    const sst_filter_options *options;
    sst_sink sink;
    sst_filter_summary *summary;
    sst_input *input;
    sst_chunk chunks[2]; /* the batch that is answered and the one behind it may lie in two */
    sst_chunk *chunk;    /* that is cut into batches */
    sst_line line;       /* the last one that was cut off */
    batch batches[2];
    size_t most; /* lines of a batch */
    sst_error broken;     /* a file that broke off, not told yet */
    uint64_t broken_told;
    sst_buffer odd_shapes;
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

/* A file that broke off is told when something else was read: else it becomes the job's error. */
static void tell_broken(run *r)
{
    if (r->broken.status == SST_OK)
        return;
    tell_bad(r, &r->broken);
    r->broken_told++;
    r->broken.status = SST_OK;
}

static sst_status reject(run *r, const batch *b, size_t at)
{
    sst_error *why = &b->replies[at].error;
    sst_error_locate(why, b->chunk->path, b->lines[at].number);
    r->summary->bad++;
    if (r->options->note != NULL)
        r->options->note(r->options->context, SST_NOTE_BAD_RECORD, why);
    return sst_write_line(r->options->rejects, b->lines[at].bytes, b->lines[at].size, r->error);
}

static sst_status print(run *r, const batch *b, size_t at)
{
    const sst_reply *reply = &b->replies[at];
    r->summary->answers[reply->answer]++;
    r->summary->known += reply->known;
    if (r->options->only == 0)
        return r->sink.write(r->sink.context, reply->line, reply->size, r->error);
    if ((r->options->only & 1u << reply->answer) == 0)
        return SST_OK;
    return sst_write_line(r->sink, b->lines[at].bytes, b->lines[at].size, r->error);
}

static void note_odd_date(run *r, const batch *b, size_t at)
{
    const sst_buffer *date = &r->archive->items[at].odd_date;
    sst_error note;
    if (date->size == 0 || r->options->note == NULL ||
        !sst_odd_date_note(&r->odd_shapes, (sst_slice){date->bytes, date->size}, &note))
        return;
    sst_error_locate(&note, b->chunk->path, b->lines[at].number);
    r->options->note(r->options->context, SST_NOTE_WARNING, &note);
}

static sst_status show_progress(run *r)
{
    if (r->options->progress == NULL)
        return SST_OK;
    sst_progress progress = {
        .stage = "filter",
        .stories = r->summary->records,
        .bytes = r->chunk->stored_bytes,
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

/* ---- Batches ---- */

static void cut_batch(run *r, batch *b)
{
    b->chunk = r->chunk;
    b->count = 0;
    while (b->count < r->most && sst_chunk_line(r->chunk, &r->line)) {
        b->questions[b->count] = (sst_question){r->line.bytes, r->line.size, false};
        b->lines[b->count++] = r->line;
    }
}

/* A file that breaks off is a bad record: the next one may be whole. */
static sst_status read_chunk(run *r, bool *more)
{
    sst_error error;
    sst_status status = sst_input_next(r->input, r->chunk, more, &error);
    if (status == SST_OK)
        return SST_OK;
    if (status == SST_INPUT) {
        tell_broken(r);
        r->broken = error;
        *more = true;
        return SST_OK;
    }
    if (r->error != NULL)
        *r->error = error;
    return status;
}

/* The next batch; of the chunk at hand only, unless `wait` allows to read another one. */
static sst_status next_batch(run *r, bool wait, batch *b)
{
    bool more = true;
    sst_status status = SST_OK;
    cut_batch(r, b);
    if (b->count > 0 || !wait)
        return SST_OK;
    r->chunk = &r->chunks[r->chunk == &r->chunks[0]]; /* the batch before stays in its own */
    while (status == SST_OK && more && b->count == 0) {
        r->line = (sst_line){0};
        status = read_chunk(r, &more);
        if (status == SST_OK && more)
            cut_batch(r, b);
        else
            r->chunk->size = 0;
    }
    return status;
}

static sst_status answer_batch(run *r, const batch *b)
{
    sst_status status = sst_archive_answer(r->archive, r->error);
    for (size_t i = 0; i < b->count && status == SST_OK; i++) {
        r->summary->records++;
        note_odd_date(r, b, i);
        status = b->replies[i].status == SST_OK ? print(r, b, i) : reject(r, b, i);
    }
    if (status == SST_OK && r->options->flush != NULL)
        status = r->options->flush(r->sink.context, r->error);
    return status == SST_OK ? show_progress(r) : status;
}

/* Answers a batch while the next one is read. Nothing is answered later for waiting on a pipe: of
 * an input whose end is not known only what was read already is taken ahead. */
static sst_status answer_and_read_on(run *r, batch *b, batch *next)
{
    sst_error later = {.status = SST_OK}, *error = r->error;
    tell_broken(r);
    sst_status status =
        sst_archive_read(r->archive, b->questions, b->count, b->replies, r->error);
    if (status != SST_OK)
        return status;
    r->error = &later;
    sst_status behind = next_batch(r, sst_input_stored_size(r->input) > 0, next);
    if (behind == SST_OK && next->count > 0)
        behind = sst_archive_read_ahead(r->archive, next->questions, next->count,
                                        next->replies, &later);
    r->error = error;
    status = answer_batch(r, b);
    if (status == SST_OK && behind != SST_OK && error != NULL)
        *error = later;
    return status == SST_OK ? behind : status;
}

/* A wrong field name shall not fill the archive with stories that have no text. Of a live pipe that
 * has given few lines nothing is concluded; of a file of few lines only that the text is missing, for
 * the next file may have the others. */
static sst_status judge_census(const run *r, const sst_census *census)
{
    bool enough = census->records == SST_CENSUS_RECORDS;
    bool text = census->present >> SST_WANTED_TEXT & 1;
    if (!enough && (text || sst_input_stored_size(r->input) == 0))
        return SST_OK;
    sst_status status = sst_census_verdict(census, r->archive->workers[0].parser,
                                           SST_WANTED_TEXT, r->error);
    if (status != SST_OK)
        sst_error_locate(r->error, r->chunk->path, 0);
    return status;
}

static sst_status take_census(const run *r)
{
    sst_census census = {0};
    sst_status status = SST_OK;
    for (sst_line line = {0}; status == SST_OK && census.records < SST_CENSUS_RECORDS &&
                              sst_chunk_line(r->chunk, &line);)
        status = sst_census_add(&census, r->archive->workers[0].parser, line.bytes, line.size,
                                r->error);
    if (status == SST_OK)
        status = judge_census(r, &census);
    sst_census_free(&census);
    return status;
}

/* Nothing at all could be read: then the reason is the job's error. */
static sst_status check_any(run *r)
{
    if (r->broken.status == SST_OK || r->summary->records > r->broken_told) {
        tell_broken(r);
        return SST_OK;
    }
    if (r->error != NULL)
        *r->error = r->broken;
    return r->broken.status;
}

static sst_status filter_lines(run *r)
{
    batch *b = &r->batches[0], *next = &r->batches[1];
    sst_status status = next_batch(r, true, b);
    if (status == SST_OK && b->count > 0)
        status = take_census(r);
    while (status == SST_OK && b->count > 0) {
        status = answer_and_read_on(r, b, next);
        batch *answered = b;
        b = next;
        next = answered;
        if (status == SST_OK && b->count == 0)
            status = next_batch(r, true, b);
    }
    if (status == SST_OK)
        status = check_any(r);
    return status == SST_OK ? show_progress(r) : status;
}

/* ---- The run ---- */

static sst_status allocate(run *r)
{
    for (unsigned i = 0; i < 2; i++) {
        batch *b = &r->batches[i];
        b->lines = sst_allocate(r->most, sizeof *b->lines, "a batch", r->error);
        b->questions = sst_allocate(r->most, sizeof *b->questions, "a batch", r->error);
        b->replies = sst_allocate(r->most, sizeof *b->replies, "a batch", r->error);
        if (b->lines == NULL || b->questions == NULL || b->replies == NULL)
            return SST_MEMORY;
    }
    return SST_OK;
}

static void release(run *r)
{
    sst_ahead_free(&r->archive->ahead);
    sst_buffer_free(&r->odd_shapes);
    sst_input_close(r->input);
    for (unsigned i = 0; i < 2; i++) {
        sst_chunk_free(&r->chunks[i]);
        free(r->batches[i].lines);
        free(r->batches[i].questions);
        free(r->batches[i].replies);
    }
}

static sst_status open_input(run *r, const char *const *files, size_t count)
{
    sst_input_options options = {
        .chunk_size = CHUNK,
        .max_record = r->archive->options.max_record,
        .prompt = true,
        .rejects = r->options->rejects,
        .bad_record = tell_bad,
        .context = r,
    };
    return sst_input_open(files, count, &options, &r->input, r->error);
}

static sst_status filter_all(run *r, const char *const *files, size_t count)
{
    if (r->archive->options.format == SST_FORMAT_PAGE)
        return sst_filter_pages(r->archive, files, count, r->options, r->most, r->sink,
                                r->summary, r->error);
    sst_status status = allocate(r);
    if (status == SST_OK)
        status = open_input(r, files, count);
    return status == SST_OK ? filter_lines(r) : status;
}

/* A dry run is the real run, undone at the end: so its answers are those of the real one. */
static sst_status filter_dry(run *r, const char *const *files, size_t count)
{
    sst_status status = sst_store_begin(r->archive->store, r->error);
    if (status != SST_OK)
        return status;
    r->archive->open = true;
    status = filter_all(r, files, count);
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
             .most = options->batch == 0 ? BATCH : options->batch, .error = error};
    r.chunk = &r.chunks[0];
    double start = sst_clock_seconds();
    sst_status status = options->dry_run ? filter_dry(&r, files, count)
                                         : filter_all(&r, files, count);
    summary->seconds = sst_clock_seconds() - start;
    release(&r);
    return status;
}
