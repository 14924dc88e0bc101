/* Input lines, unchanged: of the stories that stay (`unique`), of superseded records. Of pages there
 * are no lines of stories, so they are made. */
#include "job/clock.h"
#include "job/pages.h"
#include "job/write.h"

/* Which lines to take, by (file, line) in input order: entries stand in that order. */
typedef struct line_choice {
    const sst_corpus *corpus;
    bool (*wanted)(const struct line_choice *choice, size_t entry);
    unsigned drop;  /* relations to leave out, for unique */
    size_t next;    /* the first entry that was not passed yet */
    sst_sink sink;
} line_choice;

static sst_status take_line(void *context, uint32_t file, uint64_t line, const char *bytes,
                            size_t size, sst_error *error)
{
    line_choice *choice = context;
    const sst_corpus *c = choice->corpus;
    bool wanted = false;
    for (; choice->next < c->entry_count; choice->next++) {
        const sst_entry *entry = &c->entries[choice->next];
        if (entry->file != file || entry->line != line)
            break;
        wanted |= choice->wanted(choice, choice->next);
    }
    if (!wanted)
        return SST_OK;
    sst_status status = choice->sink.write(choice->sink.context, bytes, size, error);
    if (status == SST_OK && bytes[size - 1] != '\n')
        status = choice->sink.write(choice->sink.context, "\n", 1, error);
    return status;
}

static sst_status write_chosen(sst_corpus *corpus, line_choice *choice, sst_error *error)
{
    while (choice->next < corpus->entry_count && corpus->entries[choice->next].line == 0)
        choice->next++; /* stories of page files come first, and have no line */
    sst_status status = sst_corpus_replay(corpus, take_line, choice, error);
    if (status == SST_OK && choice->next < corpus->entry_count)
        status = sst_fail_at(error, SST_INPUT,
                             corpus->files[corpus->entries[choice->next].file],
                             corpus->entries[choice->next].line, 0,
                             "the input changed while it was read; run again on a stable copy");
    return status;
}

static bool is_superseded(const line_choice *choice, size_t entry)
{
    return choice->corpus->entries[entry].superseded;
}

sst_status sst_corpus_write_superseded(sst_corpus *corpus, sst_error *error)
{
    if (corpus->summary.superseded == 0 || corpus->options.rejects.write == NULL)
        return SST_OK;
    line_choice choice = {.corpus = corpus, .wanted = is_superseded,
                          .sink = corpus->options.rejects};
    return write_chosen(corpus, &choice, error);
}

/* A member leaves when its relation to its `to` is one that is dropped. */
static bool is_unique(const line_choice *choice, size_t number)
{
    const sst_corpus *c = choice->corpus;
    const sst_entry *entry = &c->entries[number];
    uint32_t unit = c->unit_of[number];
    if (entry->dropped)
        return false;
    if (unit == UINT32_MAX)
        return true;
    const sst_membership *member = &c->members[unit];
    if (member->cluster == unit && c->unit_head[unit] == number)
        return true;
    sst_relation relation = member->edge == SST_NO_EDGE ? SST_RELATION_IDENTICAL
                                                        : c->edges[member->edge].relation;
    return (choice->drop >> relation & 1) == 0;
}

/* ---- pages ---- */

typedef struct page_choice {
    line_choice chosen;
    sst_buffer buffer;
} page_choice;

static bool is_unique_story(const void *context, size_t entry)
{
    const page_choice *choice = context;
    return is_unique(&choice->chosen, entry);
}

static sst_status write_story(void *context, size_t entry, const sst_record *record,
                              sst_slice page, sst_error *error)
{
    page_choice *choice = context;
    (void)entry;
    sst_page_write_story(&choice->buffer, page, record);
    sst_buffer_byte(&choice->buffer, '\n');
    return sst_write_flush(&choice->buffer, choice->chosen.sink, false, error);
}

static sst_status write_stories(sst_corpus *corpus, const line_choice *chosen, sst_error *error)
{
    page_choice choice = {.chosen = *chosen};
    const sst_story_taker taker = {.wanted = is_unique_story, .take = write_story,
                                   .context = &choice};
    sst_status status = sst_corpus_replay_stories(corpus, &taker, error);
    if (status == SST_OK)
        status = sst_write_flush(&choice.buffer, chosen->sink, true, error);
    sst_buffer_free(&choice.buffer);
    return status;
}

sst_status sst_corpus_write_unique(sst_corpus *corpus, unsigned drop, sst_sink sink,
                                   sst_error *error)
{
    sst_status status = sst_corpus_need(corpus, SST_CORPUS_MATCHED, error);
    if (status != SST_OK)
        return status;
    double start = sst_clock_seconds();
    line_choice choice = {.corpus = corpus, .wanted = is_unique, .drop = drop, .sink = sink};
    status = corpus->options.format == SST_FORMAT_PAGE ? write_stories(corpus, &choice, error)
                                                       : write_chosen(corpus, &choice, error);
    corpus->summary.seconds_write += sst_clock_seconds() - start;
    return status;
}
