#include "job/filter_pages.h"

#include "job/odd_date.h"
#include "job/page_files.h"
#include "job/pages.h"
#include "job/write.h"
#include "read/input.h"

enum { BATCH_BYTES = 12 << 20 }; /* of stories that are asked for together */

typedef struct asking {
    sst_archive *archive;
    const sst_filter_options *options;
    sst_sink sink;
    sst_filter_summary *summary;
    sst_page_reader *reader;
    sst_slice page;    /* name of the page being split */
    sst_buffer odd_shapes;
    sst_buffer lines;  /* stories not answered yet, one a line, and padding */
    size_t *ends;      /* of their lines */
    sst_question *questions;
    sst_reply *replies;
    size_t count, most;
} asking;

/* ---- stories to lines ---------------------------------------------------------------------------- */

static sst_status answer(void *context, sst_error *error);

static sst_status add_story(void *context, const sst_record *story, sst_error *error)
{
    asking *a = context;
    sst_buffer *out = &a->lines;
    sst_page_write_story(out, a->page, story);
    a->ends[a->count++] = out->size;
    sst_status status = sst_buffer_status(out, "the stories of pages", error);
    if (status != SST_OK || (a->count < a->most && out->size < BATCH_BYTES))
        return status;
    return answer(a, error);
}

static sst_status take_page(void *context, const sst_record *page, sst_error *error)
{
    asking *a = context;
    sst_error note;
    a->page = page->id;
    if (page->published_odd && a->options->note != NULL &&
        sst_odd_date_note(&a->odd_shapes, page->published, &note))
        a->options->note(a->options->context, SST_NOTE_WARNING, &note);
    return sst_page_stories(a->reader, page, add_story, a, error);
}

/* ---- answers --------------------------------------------------------------------------------------- */

static void tell_bad(void *context, const sst_error *problem)
{
    asking *a = context;
    a->summary->records++;
    a->summary->bad++;
    if (a->options->note != NULL)
        a->options->note(a->options->context, SST_NOTE_BAD_RECORD, problem);
}

static sst_status reject(asking *a, const sst_question *question, const sst_error *problem,
                         sst_error *error)
{
    tell_bad(a, problem);
    return sst_write_line(a->options->rejects, question->line, question->size, error);
}

static sst_status print(asking *a, const sst_question *question, const sst_reply *reply,
                        sst_error *error)
{
    if (reply->status != SST_OK)
        return reject(a, question, &reply->error, error);
    a->summary->records++;
    a->summary->answers[reply->answer]++;
    a->summary->known += reply->known;
    if (a->options->only == 0)
        return a->sink.write(a->sink.context, reply->line, reply->size, error);
    if ((a->options->only & 1u << reply->answer) == 0)
        return SST_OK;
    return sst_write_line(a->sink, question->line, question->size, error);
}

/* Asks for all stories at hand; they are forgotten then. */
static sst_status answer(void *context, sst_error *error)
{
    asking *a = context;
    if (a->count == 0)
        return SST_OK;
    if (!sst_buffer_reserve(&a->lines, SST_CHUNK_PADDING))
        return sst_buffer_status(&a->lines, "the stories of pages", error);
    for (size_t i = 0; i < a->count; i++) {
        size_t begin = i == 0 ? 0 : a->ends[i - 1];
        a->questions[i] = (sst_question){a->lines.bytes + begin, a->ends[i] - begin, false};
    }
    sst_status status =
        sst_archive_ask(a->archive, a->questions, a->count, a->replies, error);
    for (size_t i = 0; i < a->count && status == SST_OK; i++)
        status = print(a, &a->questions[i], &a->replies[i], error);
    a->count = 0;
    sst_buffer_reset(&a->lines);
    if (status == SST_OK && a->options->flush != NULL)
        status = a->options->flush(a->sink.context, error);
    return status;
}

/* ---- the run --------------------------------------------------------------------------------------- */

static sst_status create(asking *a, sst_parser **parser, sst_error *error)
{
    const sst_archive_options *o = &a->archive->options;
    sst_parser_options parsing = {.preset = o->preset, .fields = o->fields,
                                  .field_count = o->field_count, .now = SST_NO_TIME};
    a->ends = sst_allocate(a->most, sizeof *a->ends, "a batch", error);
    a->questions = sst_allocate(a->most, sizeof *a->questions, "a batch", error);
    a->replies = sst_allocate(a->most, sizeof *a->replies, "a batch", error);
    if (a->ends == NULL || a->questions == NULL || a->replies == NULL)
        return SST_MEMORY;
    sst_status status = sst_parser_create(&parsing, parser, error);
    return status == SST_OK ? sst_page_reader_create(a->archive->cues, &a->reader, error) : status;
}

sst_status sst_filter_pages(sst_archive *archive, const char *const *files, size_t count,
                            const sst_filter_options *options, size_t most, sst_sink sink,
                            sst_filter_summary *summary, sst_error *error)
{
    asking a = {.archive = archive, .options = options, .sink = sink, .summary = summary,
                .most = most};
    sst_page_files walk = {.max_record = archive->options.max_record, .take = take_page,
                           .bad = tell_bad, .rejects = options->rejects, .idle = answer,
                           .context = &a};
    sst_status status = create(&a, &walk.parser, error);
    for (size_t i = 0; i < count && status == SST_OK; i++)
        status = sst_page_files_read(&walk, files[i], error);
    if (status == SST_OK)
        status = answer(&a, error);
    sst_parser_free(walk.parser);
    sst_page_reader_free(a.reader);
    sst_buffer_free(&walk.page);
    sst_buffer_free(&a.lines);
    sst_buffer_free(&a.odd_shapes);
    free(a.ends);
    free(a.questions);
    free(a.replies);
    return status;
}
