/* Input lines, unchanged: of the stories that stay (`unique`), of superseded records. */
#include "job/corpus.h"

#include "job/clock.h"

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

sst_status sst_corpus_write_unique(sst_corpus *corpus, unsigned drop, sst_sink sink,
                                   sst_error *error)
{
    sst_status status = sst_corpus_need(corpus, SST_CORPUS_MATCHED, error);
    if (status != SST_OK)
        return status;
    double start = sst_clock_seconds();
    line_choice choice = {.corpus = corpus, .wanted = is_unique, .drop = drop, .sink = sink};
    status = write_chosen(corpus, &choice, error);
    corpus->summary.seconds_write += sst_clock_seconds() - start;
    return status;
}
