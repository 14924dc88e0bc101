/* Files to entries. Work goes in rounds of one chunk of lines: while the blocks of one chunk are
 * parsed and sketched in parallel, one task reads the next chunk and one takes over the results
 * of the chunk before, in input order. So entries, numbers and notes never depend on threads. */
#include "job/corpus.h"

#include <stdio.h>
#include <string.h>

#include <omp.h>

#include "base/buffer.h"
#include "base/parallel.h"
#include "job/block.h"
#include "job/sources.h"
#include "job/spool.h"
#include "read/census.h"

/* Few, so that threads end a round at nearly the same time. */
enum { BLOCK_LINES = 16 };

typedef struct round {
    sst_chunk chunk;
    sst_line *lines;
    size_t line_count, line_capacity;
    sst_line_block *blocks;
    size_t block_count, block_capacity;
    sst_error *told; /* over-long lines and broken files met while reading */
    size_t told_count, told_capacity;
    bool more;
} round_state;

typedef struct ingest {
    sst_corpus *corpus;
    sst_input *input;
    const char **paths; /* files of lines; page files are read whole */
    uint32_t *path_file; /* their numbers in corpus.files */
    size_t path_count;
    sst_line_worker *workers;
    unsigned threads;
    round_state rounds[3]; /* reading, working, taken over */
    round_state *reading;
    uint64_t bytes, total_bytes;
    sst_error broken;       /* the last of what could not be read */
    sst_buffer odd_shapes;  /* shapes of odd dates told so far, each terminated */
    sst_status status;      /* the first failure, by task order */
    sst_error *error;
} ingest;

/* ---- tasks of a round -------------------------------------------------------------------------- */

/* The first failure is kept; tasks of a round run at the same time. */
static void keep_failure(ingest *in, sst_status status, const sst_error *error)
{
    if (status == SST_OK)
        return;
#pragma omp critical(sst_ingest_failure)
    if (in->status == SST_OK) {
        in->status = status;
        if (in->error != NULL)
            *in->error = *error;
    }
}

static void work_block(ingest *in, round_state *r, size_t number)
{
    sst_line_worker *w = &in->workers[omp_get_thread_num()];
    sst_line_block *b = &r->blocks[number];
    sst_error error;
    sst_status status = SST_OK;
    sst_line_block_reset(b);
    size_t end = (number + 1) * BLOCK_LINES;
    if (end > r->line_count)
        end = r->line_count;
    for (size_t i = number * BLOCK_LINES; i < end && status == SST_OK; i++)
        status = sst_line_block_add(b, w, &r->chunk, &r->lines[i], &error);
    keep_failure(in, status, &error);
}

static sst_status reserve_blocks(round_state *r, sst_error *error)
{
    r->block_count = (r->line_count + BLOCK_LINES - 1) / BLOCK_LINES;
    size_t old = r->block_capacity;
    sst_status status =
        SST_RESERVE(&r->blocks, &r->block_capacity, r->block_count, "line blocks", error);
    if (status == SST_OK && r->block_capacity > old)
        memset(r->blocks + old, 0, (r->block_capacity - old) * sizeof *r->blocks);
    return status;
}

static sst_status index_lines(round_state *r, sst_error *error)
{
    sst_line line = {0};
    r->line_count = 0;
    while (sst_chunk_line(&r->chunk, &line)) {
        sst_status status = SST_RESERVE(&r->lines, &r->line_capacity, r->line_count + 1,
                                        "lines", error);
        if (status != SST_OK)
            return status;
        r->lines[r->line_count++] = line;
    }
    return reserve_blocks(r, error);
}

/* Called while a chunk is read, perhaps not on the calling thread: told with the round. */
static void note_reading(void *context, const sst_error *error)
{
    ingest *in = context;
    round_state *r = in->reading;
    sst_error failed;
    sst_status status = SST_RESERVE(&r->told, &r->told_capacity, r->told_count + 1,
                                    "bad records", &failed);
    if (status == SST_OK)
        r->told[r->told_count++] = *error;
    else
        keep_failure(in, status, &failed);
}

/* A compressed file that breaks off is a bad record: what came before it is good, and the next
 * file follows. */
static void read_chunk(ingest *in, round_state *r)
{
    sst_error error;
    r->line_count = r->block_count = r->told_count = 0;
    in->reading = r;
    sst_status status = sst_input_next(in->input, &r->chunk, &r->more, &error);
    if (status == SST_INPUT) {
        note_reading(in, &error);
        r->more = true;
        return;
    }
    if (status == SST_OK && r->more)
        r->chunk.file = in->path_file[r->chunk.file];
    if (status == SST_OK && r->more && in->corpus->spool != NULL &&
        strcmp(r->chunk.path, "-") == 0)
        status = sst_spool_append(in->corpus->spool, &r->chunk, &error);
    if (status == SST_OK && r->more)
        status = index_lines(r, &error);
    keep_failure(in, status, &error);
}

/* ---- taking over ---------------------------------------------------------------------------------- */

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

static sst_status take_entry(sst_corpus *corpus, const sst_line_block *b, const sst_block_entry *made,
                             uint64_t tokens_at, uint64_t row, sst_error *error)
{
    sst_entry entry = made->entry;
    entry.tokens_at += tokens_at;
    entry.row += (uint32_t)row;
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
    uint64_t tokens_at = 0, sketches_at = 0;
    corpus->summary.records += b->records;
    if (b->count == 0)
        return SST_OK;
    sst_status status = SST_RESERVE(&corpus->entries, &corpus->entry_capacity,
                                    corpus->entry_count + b->count, "stories", error);
    if (status == SST_OK && b->tokens.size != 0)
        status = sst_pool_append(corpus->tokens, b->tokens.bytes, b->tokens.size, &tokens_at,
                                 error);
    if (status == SST_OK)
        status = sst_pool_append(corpus->sketches, b->sketches.bytes, b->sketches.size,
                                 &sketches_at, error);
    for (size_t i = 0; i < b->count && status == SST_OK; i++)
        status = take_entry(corpus, b, &b->entries[i], tokens_at,
                            sketches_at / SST_SKETCH_BYTES, error);
    return status;
}

static void take_round(ingest *in, const round_state *r)
{
    sst_error error;
    sst_status status = SST_OK;
    if (in->corpus->entry_count >= SST_MAX_STORIES)
        status = sst_fail(&error, SST_LIMIT,
                          "more than %u stories; split the input by date", SST_MAX_STORIES);
    for (size_t i = 0; i < r->block_count && status == SST_OK; i++)
        status = take_block(in->corpus, &r->blocks[i], &error);
    keep_failure(in, status, &error);
}

/* ---- notes and progress: only on the calling thread ------------------------------------------------ */

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

static sst_status tell_note(ingest *in, const round_state *r, const sst_line_note *note)
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
                                      r->chunk.bytes + note->line_at, note->line_size,
                                      in->error);
    return SST_OK;
}

/* A file that broke off is told when something else was read: else it becomes the job's error. */
static void tell_broken(ingest *in)
{
    const sst_options *options = &in->corpus->options;
    if (in->broken.status != SST_OK && options->note != NULL)
        options->note(options->context, SST_NOTE_BAD_RECORD, &in->broken);
    in->broken.status = SST_OK;
}

static void tell_reading(ingest *in, const round_state *r)
{
    for (size_t i = 0; i < r->told_count; i++) {
        tell_broken(in);
        in->corpus->summary.bad++;
        in->corpus->summary.records++;
        in->broken = r->told[i];
    }
}

static void tell_round(ingest *in, const round_state *r)
{
    tell_reading(in, r);
    for (size_t i = 0; i < r->block_count && in->status == SST_OK; i++)
        for (size_t j = 0; j < r->blocks[i].note_count && in->status == SST_OK; j++)
            in->status = tell_note(in, r, &r->blocks[i].notes[j]);
    in->bytes = r->chunk.stored_bytes;
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

/* ---- the loop ----------------------------------------------------------------------------------------- */

static sst_status check_fields(ingest *in, const round_state *r)
{
    sst_census census = {0};
    sst_status status = SST_OK;
    for (size_t i = 0; i < r->line_count && census.records < SST_CENSUS_RECORDS &&
                       status == SST_OK;
         i++)
        status = sst_census_add(&census, in->workers[0].parser, r->lines[i].bytes,
                                r->lines[i].size, in->error);
    if (status == SST_OK)
        status = sst_census_verdict(&census, in->workers[0].parser,
                                    in->corpus->options.format == SST_FORMAT_PAGE
                                        ? SST_WANTED_PAGE
                                        : SST_WANTED_TEXT,
                                    in->error);
    if (status != SST_OK)
        sst_error_locate(in->error, r->chunk.path, 0);
    sst_census_free(&census);
    return status;
}

static void run_round(ingest *in, round_state *next, round_state *now, round_state *before)
{
#pragma omp parallel num_threads((int)in->threads)
#pragma omp single
    {
#pragma omp task default(none) firstprivate(in, next)
        read_chunk(in, next);
#pragma omp task default(none) firstprivate(in, before)
        take_round(in, before);
        for (size_t i = 0; i < now->block_count; i++) {
#pragma omp task default(none) firstprivate(in, now, i)
            work_block(in, now, i);
        }
    }
}

/* Nothing at all could be read: then the reason is the job's error. */
static sst_status check_any(ingest *in)
{
    if (in->status != SST_OK || in->broken.status == SST_OK)
        return in->status;
    if (in->corpus->entry_count != 0) {
        tell_broken(in);
        return SST_OK;
    }
    if (in->error != NULL)
        *in->error = in->broken;
    return in->broken.status;
}

static sst_status run_rounds(ingest *in)
{
    round_state *next = &in->rounds[0], *now = &in->rounds[1], *before = &in->rounds[2];
    bool checked = false;
    read_chunk(in, now);
    while (in->status == SST_OK && now->more) {
        if (!checked && now->line_count != 0) {
            in->status = check_fields(in, now);
            checked = true;
        }
        if (in->status != SST_OK)
            break;
        run_round(in, next, now, before);
        tell_round(in, now);
        round_state *free_round = before;
        before = now;
        now = next;
        next = free_round;
    }
    if (in->status == SST_OK) {
        tell_reading(in, now);
        take_round(in, before);
    }
    return check_any(in);
}

/* ---- page files ------------------------------------------------------------------------------------ */

/* A page is a block of its own: pages are long, and few. */
static sst_status read_page_file(ingest *in, uint32_t file)
{
    round_state *r = &in->rounds[0];
    r->line_count = 1;
    r->told_count = 0;
    sst_status status = reserve_blocks(r, in->error);
    if (status != SST_OK)
        return status;
    sst_line_block_reset(&r->blocks[0]);
    status = sst_line_block_add_page(&r->blocks[0], &in->workers[0], in->corpus->files[file],
                                     file, in->error);
    if (status != SST_OK)
        return status;
    in->bytes += in->workers[0].page.size;
    take_round(in, r);
    r->chunk.stored_bytes = in->bytes;
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
        summary->cpu_shingle += times.shingle;
        summary->cpu_sketch += times.sketch;
    }
    summary->bytes = in->bytes;
}

static void release_round(round_state *r)
{
    for (size_t i = 0; i < r->block_capacity; i++)
        sst_line_block_free(&r->blocks[i]);
    free(r->blocks);
    free(r->lines);
    free(r->told);
    sst_chunk_free(&r->chunk);
}

static void release(ingest *in)
{
    for (unsigned i = 0; in->workers != NULL && i < in->threads; i++)
        sst_line_worker_free(&in->workers[i]);
    free(in->workers);
    for (size_t i = 0; i < sizeof in->rounds / sizeof *in->rounds; i++)
        release_round(&in->rounds[i]);
    sst_buffer_free(&in->odd_shapes);
    free(in->paths);
    free(in->path_file);
    sst_input_close(in->input);
}

sst_status sst_corpus_ingest(sst_corpus *corpus, sst_error *error)
{
    ingest in = {.corpus = corpus, .threads = sst_parallel_threads(corpus->options.threads),
                 .error = error};
    sst_input_options reading = {.max_record = corpus->options.max_record,
                                 .rejects = corpus->options.rejects,
                                 .bad_record = note_reading,
                                 .context = &in};
    sst_status status = create_workers(&in, error);
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
