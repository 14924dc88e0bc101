/* Relations of texts to clusters of stories, by units (stories that are identical). */
#include "job/corpus.h"

#include <string.h>

#include "job/sources.h"

enum { UNITS_OF_A_TEXT = 64 }; /* of one text that take part in pairs with another text */

/* The units of one text in canonical order; a plain text has one. */
static size_t list_units(const sst_corpus *c, uint32_t text, uint32_t units[UNITS_OF_A_TEXT])
{
    size_t count = 0;
    if (c->text_kind[text] == SST_TEXT_PLAIN) {
        units[0] = c->unit_of[c->text_member[c->text_begin[text]]];
        return 1;
    }
    for (uint32_t i = c->text_begin[text]; i < c->text_begin[text + 1]; i++) {
        uint32_t entry = c->text_member[i], unit = c->unit_of[entry];
        if (c->unit_head[unit] == entry && count < UNITS_OF_A_TEXT)
            units[count++] = unit;
    }
    return count;
}

/* Units are numbered by rank as texts are, so the order of a pair may turn where titles divide a
 * text: the overlap turns with it. */
static sst_edge make_edge(uint32_t a, uint32_t b, const sst_text_pair *pair)
{
    sst_edge edge = {.a = a, .b = b, .relation = (sst_relation)pair->relation,
                     .overlap = pair->overlap};
    if (a > b) {
        edge.a = b;
        edge.b = a;
        edge.overlap.a_count = pair->overlap.b_count;
        edge.overlap.b_count = pair->overlap.a_count;
    }
    return edge;
}

static sst_status add_edges(sst_corpus *c, const sst_text_pair *pair, size_t *capacity,
                            sst_error *error)
{
    uint32_t left[UNITS_OF_A_TEXT], right[UNITS_OF_A_TEXT];
    size_t left_count = list_units(c, pair->a, left);
    size_t right_count = list_units(c, pair->b, right);
    sst_status status = SST_RESERVE(&c->edges, capacity,
                                    c->edge_count + left_count * right_count,
                                    "same-story pairs", error);
    for (size_t i = 0; i < left_count && status == SST_OK; i++)
        for (size_t j = 0; j < right_count; j++)
            c->edges[c->edge_count++] = make_edge(left[i], right[j], pair);
    return status;
}

static int compare_edges(const void *left, const void *right)
{
    const sst_edge *a = left, *b = right;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    return a->b < b->b ? -1 : a->b > b->b;
}

static sst_status list_edges(sst_corpus *c, sst_error *error)
{
    size_t capacity = 0;
    sst_status status = SST_OK;
    bool sorted = true;
    for (size_t i = 0; i < c->pair_count && status == SST_OK; i++) {
        if (!sst_relation_same_story((sst_relation)c->pairs[i].relation))
            continue;
        status = add_edges(c, &c->pairs[i], &capacity, error);
        if (status == SST_OK && c->edge_count > 1)
            sorted &= compare_edges(&c->edges[c->edge_count - 2],
                                    &c->edges[c->edge_count - 1]) < 0;
    }
    if (status == SST_OK && !sorted)
        qsort(c->edges, c->edge_count, sizeof *c->edges, compare_edges);
    return status;
}

/* The source of a unit is that of its canonical story. */
static sst_cluster_node *list_nodes(const sst_corpus *c, sst_error *error)
{
    sst_cluster_node *nodes = sst_allocate(c->unit_count, sizeof *nodes, "units", error);
    if (nodes == NULL)
        return NULL;
    for (uint32_t unit = 0; unit < c->unit_count; unit++) {
        const sst_entry *entry = &c->entries[c->unit_head[unit]];
        nodes[unit] = (sst_cluster_node){
            .length = entry->token_count,
            .source = entry->source,
            .credits = sst_corpus_credit_of(c, unit),
        };
    }
    return nodes;
}

sst_status sst_corpus_group(sst_corpus *corpus, sst_error *error)
{
    sst_status status = list_edges(corpus, error);
    if (status != SST_OK)
        return status;
    corpus->members = sst_allocate(corpus->unit_count, sizeof *corpus->members, "clusters",
                                   error);
    sst_cluster_node *nodes = list_nodes(corpus, error);
    if (corpus->members == NULL || nodes == NULL)
        status = SST_MEMORY;
    if (status == SST_OK)
        status = sst_cluster(nodes, corpus->unit_count, corpus->edges, corpus->edge_count,
                             corpus->members, error);
    free(nodes);
    return status;
}
