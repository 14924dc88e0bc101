#include "job/block.h"

#include <string.h>

#include "job/clock.h"
#include "job/odd_date.h"

/* Where a story comes from. */
typedef struct place {
    sst_line_block *block;
    sst_line_worker *worker;
    const char *path;
    uint32_t file;
    uint64_t line; /* 0 for a page file */
    sst_slice raw; /* the line with its newline */
} place;

/* ---- scratch ---------------------------------------------------------------------------------- */

sst_status sst_line_worker_create(const sst_options *options, const sst_page_cues *cues,
                                  sst_line_worker *worker, sst_error *error)
{
    sst_parser_options parsing = {.preset = options->preset,
                                  .fields = options->fields,
                                  .field_count = options->field_count,
                                  .now = options->now};
    worker->max_record = options->max_record;
    worker->keep_bad = options->rejects.write != NULL;
    sst_status status = sst_parser_create(&parsing, &worker->parser, error);
    if (status == SST_OK)
        status = sst_preparer_create(cues, &worker->preparer, error);
    if (status == SST_OK && options->format == SST_FORMAT_PAGE)
        status = sst_page_reader_create(cues, &worker->pages, error);
    return status;
}

void sst_line_worker_free(sst_line_worker *worker)
{
    sst_parser_free(worker->parser);
    sst_preparer_free(worker->preparer);
    sst_page_reader_free(worker->pages);
    sst_chunk_free(&worker->chunk);
    sst_buffer_free(&worker->page);
    sst_buffer_free(&worker->tokens);
    sst_buffer_free(&worker->sketches);
    sst_buffer_free(&worker->odd_shapes);
}

void sst_line_block_reset(sst_line_block *block)
{
    block->count = 0;
    block->note_count = 0;
    block->records = 0;
    sst_buffer_reset(&block->names);
    sst_buffer_reset(&block->bad);
}

void sst_line_block_free(sst_line_block *block)
{
    free(block->entries);
    free(block->notes);
    sst_buffer_free(&block->names);
    sst_buffer_free(&block->bad);
}

/* ---- one story -------------------------------------------------------------------------------- */

static sst_status note_line(const place *at, const sst_error *note, bool bad, sst_error *error)
{
    sst_line_block *b = at->block;
    sst_status status = SST_RESERVE(&b->notes, &b->note_capacity, b->note_count + 1,
                                    "bad records", error);
    if (status != SST_OK)
        return status;
    sst_line_note *made = &b->notes[b->note_count++];
    *made = (sst_line_note){.error = *note, .line_at = b->bad.size, .bad = bad};
    sst_error_locate(&made->error, at->path, at->line);
    if (!bad || !at->worker->keep_bad)
        return SST_OK;
    made->line_size = at->raw.size;
    sst_buffer_append(&b->bad, at->raw.bytes, at->raw.size);
    return sst_buffer_status(&b->bad, "bad records", error);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* The id of a record: its own, or FILE:LINE. */
static void append_id(const place *at, const sst_record *record)
{
    sst_buffer *names = &at->block->names;
    if (record->id.bytes != NULL && record->id.size != 0) {
        sst_buffer_append(names, record->id.bytes, record->id.size);
        return;
    }
    sst_buffer_text(names, base_name(at->path));
    sst_buffer_byte(names, ':');
    sst_buffer_unsigned(names, at->line);
}

static uint32_t saturate32(uint64_t number)
{
    return number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
}

static void append_tokens(sst_line_worker *w, const sst_story *story, sst_entry *entry)
{
    uint32_t titles = story->title_count < UINT16_MAX ? story->title_count : UINT16_MAX;
    entry->tokens_at = w->tokens.size;
    entry->title_count = (uint16_t)titles;
    entry->token_count = story->token_count;
    sst_buffer_append(&w->tokens, story->title, titles * sizeof *story->title);
    sst_buffer_append(&w->tokens, story->tokens, story->token_count * sizeof *story->tokens);
}

static sst_entry entry_of(const place *at, const sst_record *record, const sst_story *story)
{
    return (sst_entry){
        .key = story->key,
        .content = story->content.low,
        .title_key = story->title_count == 0 ? 0 : story->title_key.low | 1,
        .credit_key = story->credit_key,
        .published = record->time,
        .shingle_count = story->shingle_count,
        .row = (uint32_t)(at->worker->sketches.size / SST_SKETCH_BYTES),
        .text_size = saturate32(record->text.size),
        .line = saturate32(at->line),
        .file = (uint16_t)at->file,
        .headline = story->headline,
    };
}

static sst_status append_story(const place *at, const sst_record *record,
                               const sst_story *story, sst_error *error)
{
    sst_line_block *b = at->block;
    sst_line_worker *w = at->worker;
    sst_status status = SST_RESERVE(&b->entries, &b->capacity, b->count + 1, "stories", error);
    if (status != SST_OK)
        return status;
    sst_block_entry *made = &b->entries[b->count++];
    *made = (sst_block_entry){.entry = entry_of(at, record, story), .id_at = b->names.size};
    if (record->cluster.size != 0)
        made->label = sst_hash64_bytes(record->cluster.bytes, record->cluster.size) | 1;
    append_id(at, record);
    made->entry.id_size = (uint32_t)(b->names.size - made->id_at);
    made->source_at = b->names.size;
    made->source_size = (uint32_t)record->source.size;
    sst_buffer_append(&b->names, record->source.bytes, record->source.size);
    append_tokens(w, story, &made->entry);
    sst_buffer_append(&w->sketches, story->sketch, sizeof story->sketch);
    bool failed = b->names.failed || w->tokens.failed || w->sketches.failed;
    return failed ? sst_fail_memory(error, w->tokens.size, "stories") : SST_OK;
}

static sst_status take_story(void *context, const sst_record *record, sst_error *error)
{
    const place *at = context;
    sst_story story;
    sst_status status = sst_prepare(at->worker->preparer, record, &story, error);
    return status == SST_OK ? append_story(at, record, &story, error) : status;
}

/* A worker's lines come in input order, so the first date of a shape is with the first that some
 * worker notes; others may be left out. */
static sst_status note_odd_date(const place *at, const sst_record *record, sst_error *error)
{
    sst_error note;
    return sst_odd_date_note(&at->worker->odd_shapes, record->published, &note)
               ? note_line(at, &note, false, error)
               : SST_OK;
}

/* ---- one line, one page ------------------------------------------------------------------------- */

static sst_status parse_line(sst_line_worker *w, const sst_line *line, sst_record *record,
                             sst_error *error)
{
    bool timed = w->parsed++ % SST_TIMED_EVERY == 0;
    double start = timed ? sst_clock_seconds() : 0;
    sst_status status = sst_parser_run(w->parser, line->bytes, line->size, record, error);
    if (timed)
        w->parse_seconds += (sst_clock_seconds() - start) * SST_TIMED_EVERY;
    return status;
}

static sst_status take_record(const place *at, sst_record *record, sst_error *error)
{
    if (at->worker->pages == NULL)
        return take_story((void *)(uintptr_t)at, record, error);
    if (record->page.bytes == NULL)
        return sst_fail(error, SST_INPUT, "no 'page' field; give one, or leave --format page out");
    char id[300];
    if (record->id.bytes == NULL)
        record->id = sst_page_default_id(at->path, at->line, id, sizeof id);
    return sst_page_stories(at->worker->pages, record, take_story, (void *)(uintptr_t)at, error);
}

/* A bad record is noted and the run goes on; everything else ends it. */
static sst_status settle(const place *at, sst_status status, const sst_error *problem,
                         sst_error *error)
{
    if (status == SST_INPUT || status == SST_LIMIT)
        return note_line(at, problem, true, error);
    if (status != SST_OK && error != NULL)
        *error = *problem;
    return status;
}

sst_status sst_line_block_add(sst_line_block *block, sst_line_worker *worker,
                              const sst_line *line, sst_error *error)
{
    const sst_chunk *chunk = &worker->chunk;
    size_t begin = (size_t)(line->bytes - chunk->bytes);
    place at = {.block = block, .worker = worker, .path = chunk->path, .file = chunk->file,
                .line = line->number,
                .raw = {.bytes = line->bytes, .size = line->next - begin}};
    sst_record record;
    sst_error problem;
    block->records++;
    sst_status status = parse_line(worker, line, &record, &problem);
    if (status == SST_OK)
        status = take_record(&at, &record, &problem);
    if (status == SST_OK && record.published_odd)
        status = note_odd_date(&at, &record, &problem);
    return settle(&at, status, &problem, error);
}

sst_status sst_line_block_add_page(sst_line_block *block, sst_line_worker *worker,
                                   const char *path, uint32_t file, sst_error *error)
{
    place at = {.block = block, .worker = worker, .path = path, .file = file};
    sst_error problem;
    sst_buffer_reset(&worker->page);
    block->records++;
    sst_status status = sst_input_read_file(path, worker->max_record, &worker->page, &problem);
    sst_record record = {.id = {.bytes = path, .size = strlen(path)},
                         .page = {.bytes = worker->page.bytes, .size = worker->page.size},
                         .time = SST_NO_TIME};
    if (status == SST_OK)
        status = sst_page_stories(worker->pages, &record, take_story, &at, &problem);
    return settle(&at, status, &problem, error);
}

/* ---- storing --------------------------------------------------------------------------------- */

sst_status sst_line_block_store(sst_line_block *block, sst_line_worker *worker,
                                sst_corpus *corpus, sst_error *error)
{
    uint64_t tokens_at = 0, sketches_at = 0;
    sst_status status = SST_OK;
    if (worker->tokens.size != 0)
        status = sst_pool_append(corpus->tokens, worker->tokens.bytes, worker->tokens.size,
                                 &tokens_at, error);
    if (status == SST_OK && worker->sketches.size != 0)
        status = sst_pool_append(corpus->sketches, worker->sketches.bytes,
                                 worker->sketches.size, &sketches_at, error);
    for (size_t i = 0; i < block->count; i++) {
        sst_entry *entry = &block->entries[i].entry;
        entry->tokens_at += tokens_at;
        entry->row += (uint32_t)(sketches_at / SST_SKETCH_BYTES);
    }
    sst_buffer_reset(&worker->tokens);
    sst_buffer_reset(&worker->sketches);
    return status;
}
