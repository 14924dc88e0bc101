/* The lines of `samestory cluster`. */
#include "job/write.h"

#include <string.h>

#include "job/clock.h"

typedef struct cluster_line {
    size_t begin, count; /* in the listed stories */
    uint32_t canonical;  /* entry */
    sst_slice name;      /* the id of the cluster */
} cluster_line;

typedef struct cluster_lines {
    const sst_corpus *corpus;
    uint32_t *stories; /* entries, grouped by cluster */
    size_t story_count;
    cluster_line *lines; /* in the order in which they are written */
    size_t line_count;
} cluster_lines;

/* ---- which lines ----------------------------------------------------------------------------- */

static sst_slice id_of(const sst_corpus *c, uint32_t entry)
{
    return (sst_slice){sst_entry_id(c, &c->entries[entry]), c->entries[entry].id_size};
}

/* A story that has no tokens is alone. */
static bool is_empty(const sst_corpus *c, uint32_t entry)
{
    return c->unit_of[entry] == UINT32_MAX && !c->entries[entry].dropped;
}

static sst_status allocate(cluster_lines *w, bool singletons, sst_error *error)
{
    const sst_corpus *c = w->corpus;
    size_t clusters = 0, empty = 0;
    for (uint32_t unit = 0; unit < c->unit_count; unit++)
        clusters += c->members[unit].cluster == unit;
    for (uint32_t i = 0; singletons && i < c->entry_count; i++)
        empty += is_empty(c, i);
    w->stories = sst_allocate(c->rank_count + empty, sizeof *w->stories, "clusters", error);
    w->lines = sst_allocate(clusters + empty, sizeof *w->lines, "clusters", error);
    return w->stories == NULL || w->lines == NULL ? SST_MEMORY : SST_OK;
}

static void add_line(cluster_lines *w, uint32_t canonical, size_t count, sst_slice name)
{
    w->lines[w->line_count++] =
        (cluster_line){.begin = w->story_count, .count = count, .canonical = canonical,
                       .name = name};
    w->story_count += count;
}

/* Makes a line of each cluster and tells where its stories go: at[] holds sizes by canonical unit
 * before, places afterwards; SIZE_MAX: not listed. */
static void list_clusters(cluster_lines *w, size_t *at, bool singletons)
{
    const sst_corpus *c = w->corpus;
    for (uint32_t unit = 0; unit < c->unit_count; unit++) {
        size_t size = at[unit];
        at[unit] = SIZE_MAX;
        if (size == 0 || (size == 1 && !singletons))
            continue;
        at[unit] = w->story_count;
        add_line(w, c->unit_head[unit], size,
                 c->cluster_names != NULL ? c->cluster_names[unit] : id_of(c, c->unit_head[unit]));
    }
}

static sst_status list_stories(cluster_lines *w, bool singletons, sst_error *error)
{
    const sst_corpus *c = w->corpus;
    size_t *at = sst_allocate_zeroed(c->unit_count, sizeof *at, "clusters", error);
    if (at == NULL)
        return SST_MEMORY;
    for (uint32_t i = 0; i < c->rank_count; i++)
        at[c->members[c->unit_of[c->rank[i]]].cluster]++;
    list_clusters(w, at, singletons);
    for (uint32_t i = 0; i < c->entry_count; i++) {
        uint32_t unit = c->unit_of[i];
        size_t *place = unit == UINT32_MAX ? NULL : &at[c->members[unit].cluster];
        if (place != NULL && *place != SIZE_MAX)
            w->stories[(*place)++] = i;
    }
    for (uint32_t i = 0; singletons && i < c->entry_count; i++) {
        if (!is_empty(c, i))
            continue;
        w->stories[w->story_count] = i;
        add_line(w, i, 1, id_of(c, i));
    }
    free(at);
    return SST_OK;
}

static int compare_lines(const void *left, const void *right)
{
    const cluster_line *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    int order = memcmp(a->name.bytes, b->name.bytes,
                       a->name.size < b->name.size ? a->name.size : b->name.size);
    return order != 0 ? order : (a->name.size > b->name.size) - (a->name.size < b->name.size);
}

/* ---- one line -------------------------------------------------------------------------------- */

/* contained = |member and to| / |member|. */
static void write_numbers(sst_buffer *buffer, const sst_overlap *overlap, uint32_t own)
{
    sst_buffer_byte(buffer, ',');
    sst_write_jaccard(buffer, overlap);
    sst_buffer_text(buffer, ",\"contained\":");
    sst_buffer_ratio(buffer, overlap->shared, own);
}

static void write_member(sst_buffer *buffer, const sst_corpus *c, uint32_t entry)
{
    uint32_t unit = c->unit_of[entry];
    const sst_membership *member = &c->members[unit];
    sst_relation relation = SST_RELATION_IDENTICAL;
    sst_overlap overlap = {1, 1, 1};
    uint32_t own = 1;
    if (member->edge != SST_NO_EDGE) {
        const sst_edge *edge = &c->edges[member->edge];
        relation = edge->relation;
        overlap = edge->overlap;
        own = edge->a == unit ? overlap.a_count : overlap.b_count;
    }
    sst_buffer_text(buffer, ",{\"id\":");
    sst_write_id(buffer, c, entry);
    sst_buffer_text(buffer, ",\"relation\":\"");
    sst_buffer_text(buffer, sst_relation_name(relation));
    sst_buffer_text(buffer, "\",\"to\":");
    sst_write_id(buffer, c, c->unit_head[member->to]);
    write_numbers(buffer, &overlap, own);
    sst_buffer_byte(buffer, '}');
}

static int compare_stories(const void *left, const void *right, void *context)
{
    const sst_corpus *c = context;
    return sst_entry_compare_ids(c, &c->entries[*(const uint32_t *)left],
                                 &c->entries[*(const uint32_t *)right]);
}

/* The canonical story first, then by id. */
static void write_line(const void *context, size_t number, sst_buffer *buffer)
{
    const cluster_lines *w = context;
    const cluster_line *line = &w->lines[number];
    uint32_t *stories = w->stories + line->begin;
    sst_buffer_text(buffer, "{\"cluster\":");
    sst_buffer_json_string(buffer, line->name.bytes, line->name.size);
    sst_buffer_text(buffer, ",\"canonical\":");
    sst_write_id(buffer, w->corpus, line->canonical);
    sst_buffer_text(buffer, ",\"size\":");
    sst_buffer_unsigned(buffer, line->count);
    sst_buffer_text(buffer, ",\"members\":[{\"id\":");
    sst_write_id(buffer, w->corpus, line->canonical);
    sst_buffer_text(buffer, ",\"relation\":\"canonical\"}");
    qsort_r(stories, line->count, sizeof *stories, compare_stories,
            (void *)(uintptr_t)w->corpus);
    for (size_t i = 0; i < line->count; i++)
        if (stories[i] != line->canonical)
            write_member(buffer, w->corpus, stories[i]);
    sst_buffer_text(buffer, "]}\n");
}

sst_status sst_corpus_write_clusters(sst_corpus *corpus, bool singletons, sst_sink sink,
                                     sst_error *error)
{
    cluster_lines w = {.corpus = corpus};
    sst_status status = sst_corpus_need(corpus, SST_CORPUS_MATCHED, error);
    if (status != SST_OK)
        return status;
    double start = sst_clock_seconds();
    status = allocate(&w, singletons, error);
    if (status == SST_OK)
        status = list_stories(&w, singletons, error);
    if (status == SST_OK) {
        qsort(w.lines, w.line_count, sizeof *w.lines, compare_lines);
        status = sst_write_lines(w.line_count, corpus->options.threads, write_line, &w, sink, error);
    }
    free(w.stories);
    free(w.lines);
    corpus->summary.seconds_write += sst_clock_seconds() - start;
    return status;
}
