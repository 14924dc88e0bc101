/* Clusters of two or more stories as the report lists them. */
#include "job/report.h"
#include "job/sources.h"
#include "judge/judge.h"

/* A story of a cluster; sorting these groups the members of each. */
typedef struct listed {
    uint32_t entry, id, cluster;
    bool canonical;
    int64_t published; /* INT64_MAX for undated ones: last */
} listed;

static int compare_listed(const void *left, const void *right)
{
    const listed *a = left, *b = right;
    if (a->cluster != b->cluster)
        return a->cluster < b->cluster ? -1 : 1;
    if (a->canonical != b->canonical)
        return a->canonical ? -1 : 1;
    if (a->published != b->published)
        return a->published < b->published ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

static uint32_t cluster_of(const sst_corpus *c, uint32_t entry)
{
    return c->members[c->unit_of[entry]].cluster;
}

/* Stories that are not alone, grouped. NULL and `error` without memory. */
static listed *list_stories(const sst_report_draft *d, size_t *count, sst_error *error)
{
    const sst_corpus *c = d->corpus;
    uint32_t *size = sst_allocate_zeroed(c->unit_count, sizeof *size, "clusters", error);
    listed *stories = sst_allocate(c->rank_count, sizeof *stories, "clusters", error);
    *count = 0;
    for (uint32_t i = 0; size != NULL && i < c->rank_count; i++)
        size[cluster_of(c, c->rank[i])]++;
    for (uint32_t i = 0; size != NULL && stories != NULL && i < c->rank_count; i++) {
        uint32_t entry = c->rank[i], cluster = cluster_of(c, entry);
        int64_t published = c->entries[entry].published;
        if (size[cluster] > 1)
            stories[(*count)++] =
                (listed){.entry = entry, .id = d->order[entry], .cluster = cluster,
                         .canonical = c->unit_head[cluster] == entry,
                         .published = published == SST_NO_TIME ? INT64_MAX : published};
    }
    if (size == NULL) {
        free(stories);
        stories = NULL;
    }
    free(size);
    if (stories != NULL)
        qsort(stories, *count, sizeof *stories, compare_listed);
    return stories;
}

/* ---- the order of clusters --------------------------------------------------------------- */

typedef struct span {
    size_t begin, count;
    uint32_t id; /* of the canonical story */
} span;

static int compare_spans(const void *left, const void *right)
{
    const span *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

static span *list_spans(const listed *stories, size_t count, size_t *span_count,
                        sst_error *error)
{
    span *spans = sst_allocate(count / 2, sizeof *spans, "clusters", error);
    *span_count = 0;
    for (size_t first = 0, i = 1; spans != NULL && i <= count; i++)
        if (i == count || stories[i].cluster != stories[first].cluster) {
            spans[(*span_count)++] =
                (span){.begin = first, .count = i - first, .id = stories[first].id};
            first = i;
        }
    if (spans != NULL)
        qsort(spans, *span_count, sizeof *spans, compare_spans);
    return spans;
}

/* ---- members and choice ------------------------------------------------------------------ */

static void relate_member(const sst_report_draft *d, uint32_t entry, sst_report_story *story)
{
    const sst_corpus *c = d->corpus;
    uint32_t unit = c->unit_of[entry], shingles = c->entries[entry].shingle_count;
    const sst_membership *member = &c->members[unit];
    story->to = d->story_of[c->unit_head[member->to]];
    story->relation = SST_RELATION_IDENTICAL;
    story->rule = SST_RULE_EQUAL_TEXT;
    story->overlap = (sst_overlap){shingles, shingles, shingles};
    if (member->edge == SST_NO_EDGE)
        return;
    const sst_edge *edge = &c->edges[member->edge];
    const sst_text_pair *pair = sst_corpus_pair_of(c, c->text_of[c->unit_head[edge->a]],
                                                   c->text_of[c->unit_head[edge->b]]);
    bool first = edge->a == unit;
    story->relation = (uint8_t)edge->relation;
    story->overlap = (sst_overlap){edge->overlap.shared,
                                   first ? edge->overlap.a_count : edge->overlap.b_count,
                                   first ? edge->overlap.b_count : edge->overlap.a_count};
    if (pair != NULL)
        story->rule = pair->rule;
}

/* Stories of the canonical story's own core, which were compared with it when it was chosen. */
static bool in_core(const sst_corpus *c, uint32_t cluster, uint32_t entry)
{
    const sst_membership *member = &c->members[c->unit_of[entry]];
    return member->to == cluster &&
           (member->edge == SST_NO_EDGE ||
            c->edges[member->edge].relation != SST_RELATION_EXCERPT);
}

static bool earlier(int64_t a, int64_t b)
{
    return a != SST_NO_TIME && (b == SST_NO_TIME || a < b);
}

/* The first step of the canonical order that sets the canonical story apart from its core. */
static void explain_choice(const sst_report_draft *d, const listed *stories,
                           sst_report_cluster *cluster)
{
    const sst_corpus *c = d->corpus;
    const sst_entry *head = &c->entries[stories[0].entry];
    bool others = false, first = true, longest = true, preceded = false;
    for (size_t i = 1; i < cluster->count; i++) {
        const sst_entry *e = &c->entries[stories[i].entry];
        uint32_t credited = sst_sources_credited(c->sources, e->credit_key);
        cluster->credits += credited != SST_NO_SOURCE && credited == head->source &&
                            e->source != head->source;
        if (!in_core(c, stories[0].cluster, stories[i].entry))
            continue;
        others = true;
        preceded |= earlier(e->published, head->published);
        first &= earlier(head->published, e->published);
        longest &= e->published != head->published || e->token_count < head->token_count;
    }
    cluster->choice = cluster->credits > 0 || preceded ? SST_REPORT_CREDITED
                      : !others                        ? SST_REPORT_CONTAINS
                      : first                          ? SST_REPORT_EARLIEST
                      : longest                        ? SST_REPORT_LONGEST
                                                       : SST_REPORT_ORDER;
}

static sst_slice id_of_cluster(const sst_corpus *c, const listed *canonical)
{
    const sst_entry *e = &c->entries[canonical->entry];
    return c->cluster_names != NULL ? c->cluster_names[canonical->cluster]
                                    : (sst_slice){sst_entry_id(c, e), e->id_size};
}

static sst_status add_cluster(sst_report_draft *d, const listed *stories, size_t count,
                              sst_error *error)
{
    sst_report_cluster cluster = {.id = id_of_cluster(d->corpus, &stories[0]),
                                  .begin = (uint32_t)d->story_count, .count = (uint32_t)count};
    uint32_t story;
    sst_status status = SST_RESERVE(&d->clusters, &d->cluster_capacity, d->cluster_count + 1,
                                    "clusters", error);
    for (size_t i = 0; i < count && status == SST_OK; i++)
        status = sst_report_add_story(d, stories[i].entry, &story, error);
    if (status != SST_OK)
        return status;
    for (size_t i = 1; i < count; i++)
        relate_member(d, stories[i].entry, &d->stories[cluster.begin + i]);
    explain_choice(d, stories, &cluster);
    d->clusters[d->cluster_count++] = cluster;
    return SST_OK;
}

sst_status sst_report_draft_clusters(sst_report_draft *d, sst_error *error)
{
    size_t count, span_count = 0;
    listed *stories = list_stories(d, &count, error);
    span *spans = stories == NULL ? NULL : list_spans(stories, count, &span_count, error);
    sst_status status = spans == NULL ? SST_MEMORY : SST_OK;
    for (size_t i = 0; i < span_count && status == SST_OK; i++)
        status = add_cluster(d, stories + spans[i].begin, spans[i].count, error);
    d->cluster_stories = (uint32_t)d->story_count;
    free(stories);
    free(spans);
    return status;
}
