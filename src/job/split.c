/* The lines of `samestory split`: the stories of raw pages, or the role of every line.
 *
 * Two passes over the pages: the first counts what recurs on the pages of each source, the
 * second splits with what was learned. */
#include <string.h>

#include "base/hash.h"
#include "job/page_files.h"
#include "job/sources.h"
#include "job/write.h"
#include "page/page.h"
#include "read/record.h"
#include "read/stream.h"

typedef struct splitting {
    const sst_options *options;
    sst_page_cues *cues;
    sst_page_splitter *splitter;
    sst_parser *parser;
    sst_sources *sources;
    sst_furniture **learned; /* by source number + 1; pages without a source share the first */
    size_t learned_capacity;
    sst_buffer out;
    bool explain;
    sst_sink sink;
} splitting;

/* ---- learning ------------------------------------------------------------------------------------ */

/* The counts of the page's source, made when they are first asked for. */
static sst_status furniture_of(splitting *s, const sst_record *page, sst_furniture **learned,
                               sst_error *error)
{
    uint32_t number;
    sst_status status = sst_sources_number(s->sources, page->source, &number, error);
    size_t place = number == SST_NO_SOURCE ? 0 : (size_t)number + 1;
    size_t old = s->learned_capacity;
    if (status == SST_OK)
        status = SST_RESERVE(&s->learned, &s->learned_capacity, place + 1, "sources", error);
    if (status != SST_OK)
        return status;
    for (size_t i = old; i < s->learned_capacity; i++)
        s->learned[i] = NULL;
    if (s->learned[place] == NULL)
        status = sst_furniture_create(&s->learned[place], error);
    *learned = s->learned[place];
    return status;
}

/* Pages of one story share their longest line of it; a page without a story tells one of its own. */
static uint64_t story_number(const sst_record *page, const sst_page *split)
{
    const sst_page_line *longest = NULL;
    for (size_t i = 0; i < split->line_count; i++)
        if (split->lines[i].role == SST_PAGE_STORY &&
            (longest == NULL || split->lines[i].size > longest->size))
            longest = &split->lines[i];
    return longest == NULL ? sst_hash64_bytes(page->page.bytes, page->page.size)
                           : sst_hash64_bytes(page->page.bytes + longest->offset, longest->size);
}

static sst_status learn_page(void *context, const sst_record *page, sst_error *error)
{
    splitting *s = context;
    sst_page split;
    sst_furniture *learned;
    sst_status status = furniture_of(s, page, &learned, error);
    if (status == SST_OK)
        status = sst_page_split(s->splitter, page->page.bytes, page->page.size, s->cues, NULL,
                                &split, error);
    if (status == SST_OK)
        sst_furniture_add(learned, story_number(page, &split), page->page.bytes,
                          page->page.size);
    return status;
}

/* ---- writing --------------------------------------------------------------------------------------- */

static void write_field(sst_buffer *out, const char *name, sst_slice value)
{
    sst_buffer_format(out, ",\"%s\":", name);
    sst_buffer_json_string(out, value.bytes, value.size);
}

static void write_story(sst_buffer *out, const sst_record *page, const sst_page *split)
{
    sst_buffer_text(out, "{\"id\":");
    sst_buffer_json_string(out, page->id.bytes, page->id.size);
    sst_buffer_text(out, ",\"role\":\"story\"");
    write_field(out, "title", split->title.size != 0 ? split->title : page->title);
    write_field(out, "text", split->story);
    write_field(out, "credit", split->credit);
    write_field(out, "page", page->id);
    sst_buffer_format(out, ",\"line\":%u,\"repeats\":1}\n", split->line);
}

static void write_teaser(sst_buffer *out, const sst_record *page, const sst_page_teaser *teaser)
{
    sst_buffer id = {0};
    sst_buffer_append(&id, page->id.bytes, page->id.size);
    sst_buffer_format(&id, "#%u", teaser->lines[0]);
    sst_buffer_text(out, "{\"id\":");
    sst_buffer_json_string(out, id.bytes, id.size);
    out->failed |= id.failed;
    sst_buffer_free(&id);
    sst_buffer_text(out, ",\"role\":\"teaser\"");
    write_field(out, "title", teaser->headline);
    write_field(out, "text", teaser->text);
    write_field(out, "credit", (sst_slice){.bytes = "", .size = 0});
    write_field(out, "page", page->id);
    sst_buffer_format(out, ",\"line\":%u,\"repeats\":%u}\n", teaser->lines[0], teaser->repeats);
}

static void write_roles(sst_buffer *out, const sst_record *page, const sst_page *split)
{
    for (size_t i = 0; i < split->line_count; i++) {
        const sst_page_line *line = &split->lines[i];
        sst_slice text = {.bytes = page->page.bytes + line->offset, .size = line->size};
        sst_buffer_text(out, "{\"page\":");
        sst_buffer_json_string(out, page->id.bytes, page->id.size);
        sst_buffer_format(out, ",\"line\":%u,\"role\":\"%s\",\"reason\":\"%s\"", line->number,
                          sst_page_role_name((sst_page_role)line->role),
                          sst_page_reason_text((sst_page_reason)line->reason));
        write_field(out, "text", text);
        sst_buffer_text(out, "}\n");
    }
}

static sst_status write_page(void *context, const sst_record *page, sst_error *error)
{
    splitting *s = context;
    sst_page split;
    sst_furniture *learned;
    sst_status status = furniture_of(s, page, &learned, error);
    if (status == SST_OK)
        status = sst_page_split(s->splitter, page->page.bytes, page->page.size, s->cues, learned,
                                &split, error);
    if (status != SST_OK)
        return status;
    if (s->explain) {
        write_roles(&s->out, page, &split);
    } else {
        if (split.story.size != 0)
            write_story(&s->out, page, &split);
        for (size_t i = 0; i < split.teaser_count; i++)
            write_teaser(&s->out, page, &split.teasers[i]);
    }
    return sst_write_flush(&s->out, s->sink, false, error);
}

/* ---- all together ------------------------------------------------------------------------------------ */

static sst_status create(splitting *s, sst_error *error)
{
    sst_parser_options parsing = {.preset = s->options->preset, .fields = s->options->fields,
                                  .field_count = s->options->field_count,
                                  .now = s->options->now};
    sst_status status = sst_page_cues_create(s->options->cues, &s->cues, error);
    if (status == SST_OK)
        status = sst_page_splitter_create(&s->splitter, error);
    if (status == SST_OK)
        status = sst_parser_create(&parsing, &s->parser, error);
    if (status == SST_OK)
        status = sst_sources_create(s->options->sources, &s->sources, error);
    return status;
}

static void release(splitting *s)
{
    for (size_t i = 0; i < s->learned_capacity; i++)
        sst_furniture_free(s->learned[i]);
    free(s->learned);
    sst_sources_free(s->sources);
    sst_parser_free(s->parser);
    sst_page_splitter_free(s->splitter);
    sst_page_cues_free(s->cues);
    sst_buffer_free(&s->out);
}

/* Bad records are noted in the second pass, which sees all of them. */
static void note_bad(void *context, const sst_error *problem)
{
    const splitting *s = context;
    if (s->options->note != NULL)
        s->options->note(s->options->context, SST_NOTE_BAD_RECORD, problem);
}

sst_status sst_split(const sst_options *options, const char *const *files, size_t count,
                     bool explain, sst_sink sink, sst_error *error)
{
    splitting s = {.options = options, .explain = explain, .sink = sink};
    sst_status status = create(&s, error);
    sst_page_files walk = {.parser = s.parser, .max_record = options->max_record,
                           .raw_streams = true, .take = learn_page, .context = &s};
    /* What comes once is split without learning from it. */
    for (size_t i = 0; i < count && status == SST_OK; i++)
        if (!sst_stream_once(files[i]))
            status = sst_page_files_read(&walk, files[i], error);
    walk.take = write_page;
    walk.bad = note_bad;
    walk.rejects = options->rejects;
    for (size_t i = 0; i < count && status == SST_OK; i++)
        status = sst_page_files_read(&walk, files[i], error);
    if (status == SST_OK)
        status = sst_write_flush(&s.out, sink, true, error);
    sst_buffer_free(&walk.page);
    release(&s);
    return status;
}
