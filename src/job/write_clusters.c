/* The lines of `samestory cluster`. */
#include "job/write.h"

#include <string.h>

#include "job/clock.h"

/* A story on its way into a line; sorting these by (cluster size, cluster id, canonical first,
 * id) puts the lines and their members in order. */
typedef struct listed {
    uint32_t entry;
    uint32_t id;      /* place in the order of ids */
    uint32_t cluster; /* canonical unit; UINT32_MAX for a story without tokens */
    bool canonical;
} listed;

typedef struct cluster_line {
    size_t begin, count; /* in the listed stories */
    uint32_t id;         /* of the canonical story */
    sst_slice name;      /* in place of that id; NULL bytes: none */
} cluster_line;

typedef struct cluster_lines {
    const sst_corpus *corpus;
    listed *stories; /* grouped by cluster */
    size_t story_count;
    cluster_line *lines;
    size_t line_count, line_capacity;
} cluster_lines;

static int compare_listed(const void *left, const void *right)
{
    const listed *a = left, *b = right;
    if (a->cluster != b->cluster)
        return a->cluster < b->cluster ? -1 : 1;
    if (a->canonical != b->canonical)
        return a->canonical ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

static int compare_names(sst_slice a, sst_slice b)
{
    int order = memcmp(a.bytes, b.bytes, a.size < b.size ? a.size : b.size);
    return order != 0 ? order : a.size < b.size ? -1 : a.size > b.size;
}

static int compare_lines(const void *left, const void *right)
{
    const cluster_line *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    if (a->name.bytes != NULL && b->name.bytes != NULL)
        return compare_names(a->name, b->name);
    return a->id < b->id ? -1 : a->id > b->id;
}

/* The stories grouped by cluster: a counting sort, then each group by itself. */
static sst_status list_stories(cluster_lines *w, const uint32_t *order, bool singletons,
                               sst_error *error)
{
    const sst_corpus *c = w->corpus;
    size_t *size = sst_allocate_zeroed((size_t)c->unit_count + 1, sizeof *size, "clusters", error);
    if (size == NULL)
        return SST_MEMORY;
    for (uint32_t i = 0; i < c->rank_count; i++)
        size[c->members[c->unit_of[c->rank[i]]].cluster]++;
    for (uint32_t i = 0; i < c->entry_count; i++) {
        const sst_entry *entry = &c->entries[i];
        uint32_t unit = c->unit_of[i];
        bool alone = unit == UINT32_MAX || size[c->members[unit].cluster] == 1;
        if (entry->dropped || (alone && !singletons))
            continue;
        uint32_t cluster = unit == UINT32_MAX ? UINT32_MAX : c->members[unit].cluster;
        w->stories[w->story_count++] =
            (listed){.entry = i, .id = order[i], .cluster = cluster,
                     .canonical = unit == UINT32_MAX || c->unit_head[cluster] == i};
    }
    free(size);
    qsort(w->stories, w->story_count, sizeof *w->stories, compare_listed);
    return SST_OK;
}

static sst_slice name_of(const sst_corpus *c, uint32_t cluster)
{
    bool named = c->cluster_names != NULL && cluster != UINT32_MAX;
    return named ? c->cluster_names[cluster] : (sst_slice){NULL, 0};
}

static sst_status list_lines(cluster_lines *w, sst_error *error)
{
    sst_status status = SST_OK;
    for (size_t first = 0, i = 1; i <= w->story_count && status == SST_OK; i++) {
        const listed *head = &w->stories[first];
        if (i < w->story_count && w->stories[i].cluster == head->cluster &&
            head->cluster != UINT32_MAX)
            continue;
        status = SST_RESERVE(&w->lines, &w->line_capacity, w->line_count + 1, "clusters", error);
        if (status == SST_OK)
            w->lines[w->line_count++] =
                (cluster_line){.begin = first, .count = i - first, .id = head->id,
                               .name = name_of(w->corpus, head->cluster)};
        first = i;
    }
    if (w->line_count > 1)
        qsort(w->lines, w->line_count, sizeof *w->lines, compare_lines);
    return status;
}

/* contained = |member and to| / |member|. */
static void write_numbers(sst_buffer *buffer, const sst_overlap *overlap, uint32_t own)
{
    sst_buffer_byte(buffer, ',');
    sst_write_jaccard(buffer, overlap);
    sst_buffer_text(buffer, ",\"contained\":");
    sst_buffer_ratio(buffer, overlap->shared, own);
}

static void write_member(sst_buffer *buffer, const sst_corpus *c, const listed *story)
{
    sst_buffer_text(buffer, "{\"id\":");
    sst_write_id(buffer, c, story->entry);
    if (story->canonical) {
        sst_buffer_text(buffer, ",\"relation\":\"canonical\"}");
        return;
    }
    uint32_t unit = c->unit_of[story->entry];
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
    sst_buffer_format(buffer, ",\"relation\":\"%s\",\"to\":", sst_relation_name(relation));
    sst_write_id(buffer, c, c->unit_head[member->to]);
    write_numbers(buffer, &overlap, own);
    sst_buffer_byte(buffer, '}');
}

static void write_line(sst_buffer *buffer, const cluster_lines *w, const cluster_line *line)
{
    const listed *stories = w->stories + line->begin;
    sst_buffer_text(buffer, "{\"cluster\":");
    if (line->name.bytes != NULL)
        sst_buffer_json_string(buffer, line->name.bytes, line->name.size);
    else
        sst_write_id(buffer, w->corpus, stories[0].entry);
    sst_buffer_text(buffer, ",\"canonical\":");
    sst_write_id(buffer, w->corpus, stories[0].entry);
    sst_buffer_format(buffer, ",\"size\":%zu,\"members\":[", line->count);
    for (size_t i = 0; i < line->count; i++) {
        if (i != 0)
            sst_buffer_byte(buffer, ',');
        write_member(buffer, w->corpus, &stories[i]);
    }
    sst_buffer_text(buffer, "]}\n");
}

static sst_status write_lines(const cluster_lines *w, sst_sink sink, sst_error *error)
{
    sst_buffer buffer = {0};
    sst_status status = SST_OK;
    for (size_t i = 0; i < w->line_count && status == SST_OK; i++) {
        write_line(&buffer, w, &w->lines[i]);
        status = sst_write_flush(&buffer, sink, false, error);
    }
    if (status == SST_OK)
        status = sst_write_flush(&buffer, sink, true, error);
    sst_buffer_free(&buffer);
    return status;
}

sst_status sst_corpus_write_clusters(sst_corpus *corpus, bool singletons, sst_sink sink,
                                     sst_error *error)
{
    cluster_lines w = {.corpus = corpus};
    double start = sst_clock_seconds();
    uint32_t *order = sst_write_id_order(corpus, error);
    w.stories = sst_allocate(corpus->entry_count, sizeof *w.stories, "clusters", error);
    sst_status status = order == NULL || w.stories == NULL ? SST_MEMORY : SST_OK;
    if (status == SST_OK)
        status = list_stories(&w, order, singletons, error);
    if (status == SST_OK)
        status = list_lines(&w, error);
    if (status == SST_OK)
        status = write_lines(&w, sink, error);
    free(order);
    free(w.stories);
    free(w.lines);
    corpus->summary.seconds_write += sst_clock_seconds() - start;
    return status;
}
