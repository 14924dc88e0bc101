#include "job/pages.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "read/stream.h"

struct sst_page_reader {
    const sst_page_cues *cues;
    sst_page_splitter *splitter;
    sst_buffer id;
};

sst_status sst_page_reader_create(const sst_page_cues *cues, sst_page_reader **reader,
                                  sst_error *error)
{
    *reader = sst_allocate_zeroed(1, sizeof **reader, "the page scratch", error);
    if (*reader == NULL)
        return SST_MEMORY;
    (*reader)->cues = cues;
    sst_status status = sst_page_splitter_create(&(*reader)->splitter, error);
    if (status != SST_OK) {
        free(*reader);
        *reader = NULL;
    }
    return status;
}

void sst_page_reader_free(sst_page_reader *reader)
{
    if (reader == NULL)
        return;
    sst_page_splitter_free(reader->splitter);
    sst_buffer_free(&reader->id);
    free(reader);
}

static sst_status take_teaser(sst_page_reader *reader, const sst_record *page,
                              const sst_page_teaser *teaser, uint32_t line, sst_page_taker take,
                              void *context, sst_error *error)
{
    sst_buffer_reset(&reader->id);
    sst_buffer_append(&reader->id, page->id.bytes, page->id.size);
    sst_buffer_byte(&reader->id, '#');
    sst_buffer_unsigned(&reader->id, line);
    sst_status status = sst_buffer_status(&reader->id, "a teaser", error);
    if (status != SST_OK)
        return status;
    sst_record record = *page;
    record.id = (sst_slice){.bytes = reader->id.bytes, .size = reader->id.size};
    record.title = teaser->headline;
    record.text = teaser->text;
    record.text_missing = teaser->text.size == 0;
    return take(context, &record, error);
}

sst_status sst_page_stories(sst_page_reader *reader, const sst_record *page,
                            sst_page_taker take, void *context, sst_error *error)
{
    sst_page split;
    sst_status status = sst_page_split(reader->splitter, page->page.bytes, page->page.size,
                                       reader->cues, NULL, &split, error);
    if (status == SST_OK && split.story.size != 0) {
        sst_record record = *page;
        record.title = split.title.size != 0 ? split.title : page->title;
        record.text = split.story;
        record.credit = split.credit;
        record.text_missing = false;
        status = take(context, &record, error);
    }
    for (size_t i = 0; i < split.teaser_count && status == SST_OK; i++)
        for (uint32_t j = 0; j < split.teasers[i].repeats && status == SST_OK; j++)
            status = take_teaser(reader, page, &split.teasers[i], split.teasers[i].lines[j],
                                 take, context, error);
    return status;
}

static void write_field(sst_buffer *out, const char *name, sst_slice value)
{
    if (value.size == 0)
        return;
    sst_buffer_format(out, ",\"%s\":", name);
    sst_buffer_json_string(out, value.bytes, value.size);
}

void sst_page_write_story(sst_buffer *out, sst_slice page, const sst_record *story)
{
    bool own = story->id.size == page.size; /* a teaser's name is longer: PAGE#LINE */
    sst_buffer_text(out, "{\"id\":");
    sst_buffer_json_string(out, story->id.bytes, story->id.size);
    sst_buffer_format(out, ",\"role\":\"%s\"", own ? "story" : "teaser");
    write_field(out, "title", story->title);
    write_field(out, "text", story->text_missing ? (sst_slice){NULL, 0} : story->text);
    write_field(out, "credit", story->credit);
    write_field(out, "page", page);
    write_field(out, "url", own ? story->url : (sst_slice){NULL, 0});
    write_field(out, "source", story->source);
    write_field(out, "published", story->published);
    write_field(out, "lang", story->lang);
    sst_buffer_byte(out, '}');
}

sst_status sst_page_file(const char *path, bool *whole, sst_error *error)
{
    char head[64];
    size_t size = 0;
    uint64_t stored_size;
    sst_stream *stream = NULL;
    *whole = false;
    if (sst_stream_once(path))
        return SST_OK;
    sst_status status = sst_stream_check(path, &stored_size, error);
    if (status != SST_OK)
        return status;
    status = sst_stream_open(path, &stream, error);
    if (status == SST_OK)
        status = sst_stream_read(stream, head, sizeof head, &size, error);
    sst_stream_close(stream);
    *whole = status != SST_OK || !sst_page_begins_lines(head, size);
    return status == SST_INPUT ? SST_OK : status; /* told when the page is read */
}

bool sst_page_begins_lines(const char *bytes, size_t size)
{
    size_t at = 0;
    while (at < size && memchr(" \t\r\n\xef\xbb\xbf", bytes[at], 7) != NULL)
        at++;
    return at < size && bytes[at] == '{';
}

sst_slice sst_page_default_id(const char *path, uint64_t line, char *id, size_t size)
{
    const char *slash = strrchr(path, '/');
    int length = snprintf(id, size, "%.255s:%llu", slash == NULL ? path : slash + 1,
                          (unsigned long long)line);
    return (sst_slice){.bytes = id, .size = length < 0 ? 0 : (size_t)length};
}
