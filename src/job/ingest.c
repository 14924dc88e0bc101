/* Files to entries. Work goes in rounds of pieces: each thread reads the next chunk of lines, small
 * enough for its cache, and makes a piece of it, while the one that comes first takes over the
 * pieces of the round before. Chunks are read and pieces taken over in input order, so entries,
 * numbers and notes never depend on threads. */
#include "job/corpus.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <omp.h>

#include "base/buffer.h"
#include "base/parallel.h"
#include "job/block.h"
#include "job/sources.h"
#include "job/spool.h"
#include "read/census.h"
#include "read/stream.h"

enum {
    PIECE_BYTES = 128 << 10, /* of text; what it becomes is half as much */
    PIECES_A_THREAD = 64,    /* in a round: threads end it within a fraction of its time */
};

/* What one chunk of lines became. */
typedef struct piece {
    sst_line_block block;
    sst_error *told; /* over-long lines and broken files met while reading */
    size_t told_count, told_capacity;
    uint64_t stored_bytes; /* of all files, up to this piece */
} piece;

typedef struct round {
    piece *pieces;
    size_t count;
} round_state;

typedef struct ingest {
    sst_corpus *corpus;
    const char **paths; /* files of lines; page files are read whole */
    uint32_t *path_file; /* their numbers in corpus.files */
    size_t path_count;
    sst_line_worker *workers;
    unsigned threads;
    round_state rounds[2]; /* worked on, taken over */
    size_t round_size;     /* pieces */
    sst_census census;     /* of the first records */
    const char *census_path; /* of the file they stand in */
    bool census_taken;
    uint64_t bytes, total_bytes;
    sst_error broken;       /* a file that broke off, not told yet */
    uint64_t broken_told;
    sst_buffer odd_shapes;  /* shapes of odd dates told so far, each terminated */

    pthread_mutex_t mutex; /* guards the rest while a round is worked on */
    sst_input *input;
    piece *reading;
    bool more;
    sst_status status; /* the first failure */
    sst_error *error;
} ingest;

/* ---- pieces ---------------------------------------------------------------------------------- */

/* The first failure is kept. The mutex is held. */
static void note_failure(ingest *in, sst_status status, const sst_error *error)
{
    if (status == SST_OK || in->status != SST_OK)
        return;
    in->status = status;
    if (in->error != NULL)
        *in->error = *error;
}

static void keep_failure(ingest *in, sst_status status, const sst_error *error)
{
    if (status == SST_OK)
        return;
    pthread_mutex_lock(&in->mutex);
    note_failure(in, status, error);
    pthread_mutex_unlock(&in->mutex);
}

/* Called while a chunk is read, with the mutex held, perhaps not on the calling thread: told with
 * the piece. */
static void note_reading(void *context, const sst_error *error)
{
    ingest *in = context;
    piece *p = in->reading;
    sst_error failed;
    sst_status status = SST_RESERVE(&p->told, &p->told_capacity, p->told_count + 1,
                                    "bad records", &failed);
    if (status == SST_OK)
        p->told[p->told_count++] = *error;
    else
        note_failure(in, status, &failed);
}

/* A compressed file that breaks off is a bad record: what came before it is good, and the next file
 * may be whole. */
static sst_status read_chunk(ingest *in, sst_chunk *chunk, sst_error *error)
{
    sst_status status = sst_input_next(in->input, chunk, &in->more, error);
    if (status == SST_INPUT) {
        note_reading(in, error);
        chunk->size = 0;
        in->more = true;
        return SST_OK;
    }
    if (status != SST_OK || !in->more)
        return status;
    chunk->file = in->path_file[chunk->file];
    if (in->corpus->spool != NULL && sst_stream_once(chunk->path))
        status = sst_spool_append(in->corpus->spool, chunk, error);
    return status;
}

/* The next piece of the round, its chunk in the worker; NULL when there is none. */
static piece *next_piece(ingest *in, round_state *r, sst_line_worker *worker)
{
    sst_error error;
    piece *p = NULL;
    pthread_mutex_lock(&in->mutex);
    if (in->status == SST_OK && in->more && r->count < in->round_size) {
        p = &r->pieces[r->count++];
        sst_line_block_reset(&p->block);
        p->told_count = 0;
        in->reading = p;
        worker->chunk.size = 0;
        note_failure(in, read_chunk(in, &worker->chunk, &error), &error);
        p->stored_bytes = worker->chunk.stored_bytes;
    }
    pthread_mutex_unlock(&in->mutex);
    return p;
}

static void work_piece(ingest *in, piece *p, sst_line_worker *worker)
{
    sst_error error;
    sst_status status = SST_OK;
    for (sst_line line = {0}; status == SST_OK && sst_chunk_line(&worker->chunk, &line);)
        status = sst_line_block_add(&p->block, worker, &line, &error);
    if (status == SST_OK)
        status = sst_line_block_store(&p->block, worker, in->corpus, &error);
    keep_failure(in, status, &error);
}

/* ---- taking over ----------------------------------------------------------------------------- */

static sst_status append_ids(sst_corpus *corpus, const char *bytes, size_t size, uint64_t *at,
                             sst_error *error)
{
    sst_status status = SST_RESERVE(&corpus->ids, &corpus->ids_capacity,
                                    corpus->ids_size + size, "story ids", error);
    if (status != SST_OK)
        return status;
    memcpy(corpus->ids + corpus->ids_size, bytes, size);
    *at = corpus->ids_size;
    corpus->ids_size += size;
    return SST_OK;
}

/* Entries before the first labelled one have the label 0. */
static sst_status append_label(sst_corpus *corpus, uint64_t label, sst_error *error)
{
    if (label == 0)
        return SST_OK;
    sst_status status = SST_RESERVE(&corpus->labels, &corpus->label_capacity,
                                    corpus->entry_count + 1, "cluster labels", error);
    if (status != SST_OK)
        return status;
    while (corpus->label_count < corpus->entry_count)
        corpus->labels[corpus->label_count++] = 0;
    corpus->labels[corpus->label_count++] = label;
    return SST_OK;
}

static sst_status take_entry(sst_corpus *corpus, const sst_line_block *b,
                             const sst_block_entry *made, sst_error *error)
{
    sst_entry entry = made->entry;
    sst_status status = append_ids(corpus, b->names.bytes + made->id_at, entry.id_size,
                                   &entry.id_at, error);
    if (status == SST_OK)
        status = sst_sources_number(corpus->sources,
                                    (sst_slice){.bytes = b->names.bytes + made->source_at,
                                                .size = made->source_size},
                                    &entry.source, error);
    if (status == SST_OK)
        status = append_label(corpus, made->label, error);
    corpus->entries[corpus->entry_count++] = entry;
    return status;
}

static sst_status take_block(sst_corpus *corpus, const sst_line_block *b, sst_error *error)
{
    corpus->summary.records += b->records;
    sst_status status = SST_RESERVE(&corpus->entries, &corpus->entry_capacity,
                                    corpus->entry_count + b->count, "stories", error);
    for (size_t i = 0; i < b->count && status == SST_OK; i++)
        status = take_entry(corpus, b, &b->entries[i], error);
    return status;
}

static void take_round(ingest *in, const round_state *r)
{
    sst_error error;
    sst_status status = SST_OK;
    if (in->corpus->entry_count >= SST_MAX_STORIES)
        status = sst_fail(&error, SST_LIMIT,
                          "more than %u stories; split the input by date", SST_MAX_STORIES);
    for (size_t i = 0; i < r->count && status == SST_OK; i++)
        status = take_block(in->corpus, &r->pieces[i].block, &error);
    keep_failure(in, status, &error);
}

/* ---- notes and progress: only on the calling thread ------------------------------------------ */

static bool is_new_shape(ingest *in, const char *message)
{
    const char *quote = strchr(message, '\'');
    const char *end = quote == NULL ? NULL : strchr(quote + 1, '\'');
    size_t size = end == NULL ? 0 : (size_t)(end - quote);
    for (size_t at = 0; at < in->odd_shapes.size;) {
        const char *known = in->odd_shapes.bytes + at;
        if (strlen(known) == size && memcmp(known, quote, size) == 0)
            return false;
        at += strlen(known) + 1;
    }
    sst_buffer_append(&in->odd_shapes, quote, size);
    sst_buffer_byte(&in->odd_shapes, '\0');
    return !in->odd_shapes.failed;
}

static sst_status tell_note(ingest *in, const piece *p, const sst_line_note *note)
{
    const sst_options *options = &in->corpus->options;
    if (note->bad)
        in->corpus->summary.bad++;
    else if (!is_new_shape(in, note->error.message))
        return SST_OK;
    if (options->note != NULL)
        options->note(options->context, note->bad ? SST_NOTE_BAD_RECORD : SST_NOTE_WARNING,
                      &note->error);
    if (note->bad && note->line_size != 0 && options->rejects.write != NULL)
        return options->rejects.write(options->rejects.context,
                                      p->block.bad.bytes + note->line_at, note->line_size,
                                      in->error);
    return SST_OK;
}

static void tell_bad(ingest *in, const sst_error *bad)
{
    const sst_options *options = &in->corpus->options;
    in->corpus->summary.bad++;
    in->corpus->summary.records++;
    if (options->note != NULL)
        options->note(options->context, SST_NOTE_BAD_RECORD, bad);
}

/* A file that broke off is told when something else was read: else it becomes the job's error. */
static void tell_broken(ingest *in)
{
    if (in->broken.status == SST_OK)
        return;
    tell_bad(in, &in->broken);
    in->broken_told++;
    in->broken.status = SST_OK;
}

static void tell_piece(ingest *in, const piece *p)
{
    for (size_t i = 0; i < p->told_count; i++) {
        tell_broken(in);
        if (p->told[i].status == SST_INPUT)
            in->broken = p->told[i];
        else
            tell_bad(in, &p->told[i]);
    }
    for (size_t i = 0; i < p->block.note_count && in->status == SST_OK; i++)
        in->status = tell_note(in, p, &p->block.notes[i]);
    if (p->stored_bytes > in->bytes)
        in->bytes = p->stored_bytes;
}

static void tell_round(ingest *in, const round_state *r)
{
    for (size_t i = 0; i < r->count && in->status == SST_OK; i++)
        tell_piece(in, &r->pieces[i]);
    const sst_options *options = &in->corpus->options;
    sst_progress progress = {.stage = "read",
                             .stories = in->corpus->entry_count,
                             .bytes = in->bytes,
                             .total_bytes = in->total_bytes,
                             .fraction = -1};
    if (in->total_bytes != 0)
        progress.fraction = (double)in->bytes / (double)in->total_bytes;
    if (in->status == SST_OK && options->progress != NULL &&
        !options->progress(options->context, &progress))
        in->status = sst_fail(in->error, SST_CANCELLED, "cancelled while reading");
}

/* ---- the first records ----------------------------------------------------------------------- */

static sst_status judge_census(ingest *in)
{
    in->census_taken = true;
    sst_status status = sst_census_verdict(&in->census, in->workers[0].parser,
                                           in->corpus->options.format == SST_FORMAT_PAGE
                                               ? SST_WANTED_PAGE
                                               : SST_WANTED_TEXT,
                                           in->error);
    if (status != SST_OK)
        sst_error_locate(in->error, in->census_path, 0);
    return status;
}

static sst_status count_fields(ingest *in, const sst_chunk *chunk)
{
    sst_status status = SST_OK;
    in->census_path = chunk->path;
    for (sst_line line = {0}; status == SST_OK && in->census.records < SST_CENSUS_RECORDS &&
                              sst_chunk_line(chunk, &line);)
        status = sst_census_add(&in->census, in->workers[0].parser, line.bytes, line.size,
                                in->error);
    return status;
}

/* Begins the round on one thread, until the first records of the first file with any are known:
 * when none of them has a wanted field, nothing is told of them. */
static void take_census(ingest *in, round_state *r)
{
    sst_line_worker *worker = &in->workers[0];
    piece *p = NULL;
    while (!in->census_taken && (p = next_piece(in, r, worker)) != NULL && in->status == SST_OK) {
        const sst_chunk *chunk = &worker->chunk;
        bool same = in->census_path == NULL || in->census_path == chunk->path;
        if (chunk->size != 0 && same)
            in->status = count_fields(in, chunk);
        bool enough = in->census.records == SST_CENSUS_RECORDS || (chunk->size != 0 && !same);
        if (in->status == SST_OK && enough)
            in->status = judge_census(in);
        if (in->status == SST_OK)
            work_piece(in, p, worker);
    }
    if (!in->census_taken && in->status == SST_OK && !in->more)
        in->status = judge_census(in);
}

/* ---- the loop -------------------------------------------------------------------------------- */

static void run_round(ingest *in, round_state *now, const round_state *before)
{
#pragma omp parallel num_threads((int)in->threads)
    {
        sst_line_worker *worker = &in->workers[omp_get_thread_num()];
        piece *p;
#pragma omp single nowait
        take_round(in, before);
        while ((p = next_piece(in, now, worker)) != NULL)
            work_piece(in, p, worker);
    }
}

/* Nothing at all could be read: then the reason is the job's error. */
static sst_status check_any(ingest *in)
{
    if (in->status != SST_OK || in->broken.status == SST_OK)
        return in->status;
    if (in->corpus->summary.records > in->broken_told) {
        tell_broken(in);
        return SST_OK;
    }
    if (in->error != NULL)
        *in->error = in->broken;
    return in->broken.status;
}

static sst_status run_rounds(ingest *in)
{
    round_state *now = &in->rounds[0], *before = &in->rounds[1];
    in->more = true;
    before->count = 0;
    while (in->status == SST_OK && in->more) {
        now->count = 0;
        if (!in->census_taken)
            take_census(in, now);
        if (in->status == SST_OK)
            run_round(in, now, before);
        if (in->status == SST_OK)
            tell_round(in, now);
        round_state *done = before;
        before = now;
        now = done;
    }
    if (in->status == SST_OK)
        take_round(in, before);
    return check_any(in);
}

/* ---- page files ------------------------------------------------------------------------------ */

/* A page is a piece and a round of its own: pages are long, and few. */
static sst_status read_page_file(ingest *in, uint32_t file)
{
    round_state *r = &in->rounds[0];
    piece *p = &r->pieces[0];
    r->count = 1;
    p->told_count = 0;
    sst_line_block_reset(&p->block);
    sst_status status = sst_line_block_add_page(&p->block, &in->workers[0],
                                                in->corpus->files[file], file, in->error);
    if (status == SST_OK)
        status = sst_line_block_store(&p->block, &in->workers[0], in->corpus, in->error);
    if (status != SST_OK)
        return status;
    p->stored_bytes = in->bytes + in->workers[0].page.size;
    take_round(in, r);
    tell_round(in, r);
    return in->status;
}

/* Reads the page files and lists the others. */
static sst_status sort_files(ingest *in, sst_error *error)
{
    sst_corpus *c = in->corpus;
    in->paths = sst_allocate(c->file_count, sizeof *in->paths, "file names", error);
    in->path_file = sst_allocate(c->file_count, sizeof *in->path_file, "file names", error);
    if (in->paths == NULL || in->path_file == NULL)
        return SST_MEMORY;
    sst_status status = SST_OK;
    for (uint32_t i = 0; i < c->file_count && status == SST_OK; i++) {
        bool page = false;
        if (c->options.format == SST_FORMAT_PAGE)
            status = sst_page_file(c->files[i], &page, error);
        if (status == SST_OK && page)
            status = read_page_file(in, i);
        if (status == SST_OK && !page) {
            in->path_file[in->path_count] = i;
            in->paths[in->path_count++] = c->files[i];
        }
    }
    return status;
}

static sst_status create_workers(ingest *in, sst_error *error)
{
    in->workers = sst_allocate_zeroed(in->threads, sizeof *in->workers, "threads", error);
    if (in->workers == NULL)
        return SST_MEMORY;
    sst_status status = SST_OK;
    for (unsigned i = 0; i < in->threads && status == SST_OK; i++)
        status = sst_line_worker_create(&in->corpus->options, in->corpus->cues, &in->workers[i],
                                        error);
    return status;
}

static void add_times(ingest *in)
{
    sst_summary *summary = &in->corpus->summary;
    for (unsigned i = 0; in->workers != NULL && i < in->threads; i++) {
        if (in->workers[i].preparer == NULL)
            continue;
        sst_prepare_times times = sst_preparer_times(in->workers[i].preparer);
        summary->cpu_parse += in->workers[i].parse_seconds;
        summary->cpu_clean += times.clean;
        summary->cpu_tokenise += times.tokenise;
        summary->cpu_sketch += times.sketch;
    }
    summary->bytes = in->bytes;
}

static sst_status create_rounds(ingest *in, sst_error *error)
{
    in->round_size = (size_t)in->threads * PIECES_A_THREAD;
    for (size_t i = 0; i < sizeof in->rounds / sizeof *in->rounds; i++) {
        in->rounds[i].pieces = sst_allocate_zeroed(in->round_size, sizeof(piece), "pieces", error);
        if (in->rounds[i].pieces == NULL)
            return SST_MEMORY;
    }
    return SST_OK;
}

static void release_round(const ingest *in, round_state *r)
{
    for (size_t i = 0; r->pieces != NULL && i < in->round_size; i++) {
        sst_line_block_free(&r->pieces[i].block);
        free(r->pieces[i].told);
    }
    free(r->pieces);
}

static void release(ingest *in)
{
    for (unsigned i = 0; in->workers != NULL && i < in->threads; i++)
        sst_line_worker_free(&in->workers[i]);
    free(in->workers);
    for (size_t i = 0; i < sizeof in->rounds / sizeof *in->rounds; i++)
        release_round(in, &in->rounds[i]);
    sst_buffer_free(&in->odd_shapes);
    sst_census_free(&in->census);
    free(in->paths);
    free(in->path_file);
    sst_input_close(in->input);
    pthread_mutex_destroy(&in->mutex);
}

sst_status sst_corpus_ingest(sst_corpus *corpus, sst_error *error)
{
    ingest in = {.corpus = corpus, .threads = sst_parallel_threads(corpus->options.threads),
                 .error = error};
    sst_input_options reading = {.chunk_size = PIECE_BYTES,
                                 .max_record = corpus->options.max_record,
                                 .rejects = corpus->options.rejects,
                                 .bad_record = note_reading,
                                 .context = &in};
    pthread_mutex_init(&in.mutex, NULL);
    sst_status status = create_workers(&in, error);
    if (status == SST_OK)
        status = create_rounds(&in, error);
    if (status == SST_OK)
        status = sort_files(&in, error);
    if (status == SST_OK && in.path_count != 0)
        status = sst_input_open(in.paths, in.path_count, &reading, &in.input, error);
    if (status == SST_OK && in.path_count != 0) {
        in.total_bytes = sst_input_stored_size(in.input);
        status = run_rounds(&in);
    }
    add_times(&in);
    release(&in);
    return status;
}
