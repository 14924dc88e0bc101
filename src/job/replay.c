/* The input once more, for stories and lines that were chosen after reading. */
#include "job/corpus.h"

#include <string.h>

#include "job/pages.h"
#include "job/spool.h"
#include "read/input.h"
#include "read/record.h"
#include "read/stream.h"

static sst_status take_chunk(const sst_chunk *chunk, uint32_t file, sst_line_taker take,
                             void *context, sst_error *error)
{
    sst_line line = {0};
    sst_status status = SST_OK;
    while (status == SST_OK && sst_chunk_line(chunk, &line)) {
        size_t begin = (size_t)(line.bytes - chunk->bytes);
        status = take(context, file, line.number, line.bytes, line.next - begin, error);
    }
    return status;
}

static sst_status replay_spool(const sst_spool *spool, uint32_t file, sst_line_taker take,
                               void *context, sst_error *error)
{
    sst_chunk chunk = {0};
    bool more = true;
    sst_status status = SST_OK;
    for (size_t i = 0; status == SST_OK && more; i++) {
        status = sst_spool_read(spool, i, &chunk, &more, error);
        if (status == SST_OK && more && chunk.file == file)
            status = take_chunk(&chunk, file, take, context, error);
    }
    sst_chunk_free(&chunk);
    return status;
}

/* A file that broke off the first time breaks off again, behind the same good lines. */
static sst_status replay_file(const char *path, uint64_t max_record, uint32_t file,
                              sst_line_taker take, void *context, sst_error *error)
{
    sst_input *input;
    sst_chunk chunk = {0};
    bool more = true;
    sst_input_options options = {.max_record = max_record};
    sst_status status = sst_input_open(&path, 1, &options, &input, error);
    if (status != SST_OK)
        return status;
    while (status == SST_OK && more) {
        status = sst_input_next(input, &chunk, &more, error);
        if (status == SST_INPUT) {
            status = SST_OK;
            break;
        }
        if (status == SST_OK && more)
            status = take_chunk(&chunk, file, take, context, error);
    }
    sst_chunk_free(&chunk);
    sst_input_close(input);
    return status;
}

sst_status sst_corpus_replay(sst_corpus *corpus, sst_line_taker take, void *context,
                             sst_error *error)
{
    sst_status status = SST_OK;
    if (corpus->replay != NULL)
        return corpus->replay(corpus->replay_context, take, context, error);
    for (uint32_t file = 0; file < corpus->file_count && status == SST_OK; file++) {
        bool page = false;
        if (corpus->options.format == SST_FORMAT_PAGE)
            status = sst_page_file(corpus->files[file], &page, error);
        if (status != SST_OK || page)
            continue;
        if (!sst_stream_once(corpus->files[file]))
            status = replay_file(corpus->files[file], corpus->options.max_record, file, take,
                                 context, error);
        else if (corpus->spool != NULL)
            status = replay_spool(corpus->spool, file, take, context, error);
        else
            status = sst_fail(error, SST_ARGUMENT,
                              "'%.200s' can be read only once and was not kept; set keep_input "
                              "before reading",
                              corpus->files[file]);
    }
    return status;
}

/* ---- stories --------------------------------------------------------------------------------- */

/* Entries stand in the order in which reading made them: those of page files, then those of lines,
 * and the stories of one page as its splitter hands them out. */
typedef struct story_walk {
    sst_corpus *corpus;
    const sst_story_taker *taker;
    sst_parser *parser;
    sst_page_reader *pages;
    sst_slice page;   /* name of the page at hand */
    sst_buffer bytes; /* of the line or page at hand */
    size_t next, end; /* entries of it that were not handed on yet */
} story_walk;

static sst_status fail_changed(const sst_corpus *c, size_t entry, sst_error *error)
{
    return sst_fail_at(error, SST_INPUT, c->files[c->entries[entry].file],
                       c->entries[entry].line, 0,
                       "the input changed while it was read; run again on a stable copy");
}

/* Turns to the entries of a line; false when none of them is wanted. */
static bool turn_to(story_walk *w, uint32_t file, uint64_t line)
{
    const sst_corpus *c = w->corpus;
    const sst_story_taker *taker = w->taker;
    bool wanted = false;
    for (w->end = w->next; w->end < c->entry_count && c->entries[w->end].file == file &&
                           c->entries[w->end].line == line;
         w->end++)
        wanted |= taker->wanted == NULL || taker->wanted(taker->context, w->end);
    if (!wanted)
        w->next = w->end;
    return wanted;
}

static sst_status take_story(void *context, const sst_record *record, sst_error *error)
{
    story_walk *w = context;
    const sst_story_taker *taker = w->taker;
    if (w->next == w->end)
        return fail_changed(w->corpus, w->next - 1, error);
    size_t entry = w->next++;
    if (taker->wanted != NULL && !taker->wanted(taker->context, entry))
        return SST_OK;
    return taker->take(taker->context, entry, record, w->page, error);
}

static sst_status take_page(story_walk *w, const sst_record *page, sst_error *error)
{
    w->page = page->id;
    return sst_page_stories(w->pages, page, take_story, w, error);
}

static sst_status take_story_line(void *context, uint32_t file, uint64_t line, const char *bytes,
                                  size_t size, sst_error *error)
{
    story_walk *w = context;
    sst_record record;
    char id[300];
    if (!turn_to(w, file, line))
        return SST_OK;
    size_t first = w->next;
    sst_buffer_reset(&w->bytes);
    sst_buffer_append(&w->bytes, bytes, size);
    if (!sst_buffer_reserve(&w->bytes, SST_CHUNK_PADDING))
        return sst_fail_memory(error, size, "a record");
    memset(w->bytes.bytes + size, 0, SST_CHUNK_PADDING);
    sst_status status = sst_parser_run(w->parser, w->bytes.bytes, size, &record, error);
    if (status == SST_INPUT || status == SST_LIMIT)
        return fail_changed(w->corpus, first, error);
    if (status == SST_OK && w->pages == NULL)
        status = take_story(w, &record, error);
    else if (status == SST_OK) {
        if (record.id.bytes == NULL)
            record.id = sst_page_default_id(w->corpus->files[file], line, id, sizeof id);
        status = take_page(w, &record, error);
    }
    return status == SST_OK && w->next < w->end ? fail_changed(w->corpus, first, error) : status;
}

/* Their stories stand at line 0. */
static sst_status take_page_files(story_walk *w, sst_error *error)
{
    const sst_corpus *c = w->corpus;
    sst_status status = SST_OK;
    while (status == SST_OK && w->next < c->entry_count && c->entries[w->next].line == 0) {
        size_t first = w->next;
        const char *path = c->files[c->entries[first].file];
        if (!turn_to(w, c->entries[first].file, 0))
            continue;
        sst_buffer_reset(&w->bytes);
        status = sst_input_read_file(path, c->options.max_record, &w->bytes, error);
        const sst_record page = {.id = {path, strlen(path)},
                                 .page = {w->bytes.bytes, w->bytes.size},
                                 .time = SST_NO_TIME};
        if (status == SST_OK)
            status = take_page(w, &page, error);
        if (status == SST_OK && w->next < w->end)
            status = fail_changed(c, first, error);
    }
    return status;
}

sst_status sst_corpus_replay_stories(sst_corpus *corpus, const sst_story_taker *taker,
                                     sst_error *error)
{
    story_walk w = {.corpus = corpus, .taker = taker};
    const sst_options *options = &corpus->options;
    const sst_parser_options parsing = {.preset = options->preset,
                                        .fields = options->fields,
                                        .field_count = options->field_count,
                                        .now = options->now};
    sst_status status = sst_parser_create(&parsing, &w.parser, error);
    if (status == SST_OK && options->format == SST_FORMAT_PAGE)
        status = sst_page_reader_create(corpus->cues, &w.pages, error);
    if (status == SST_OK)
        status = take_page_files(&w, error);
    if (status == SST_OK)
        status = sst_corpus_replay(corpus, take_story_line, &w, error);
    if (status == SST_OK && w.next < corpus->entry_count)
        status = fail_changed(corpus, w.next, error);
    sst_parser_free(w.parser);
    sst_page_reader_free(w.pages);
    sst_buffer_free(&w.bytes);
    return status;
}
