/* The lines of `samestory pairs`: relations of texts spread over the stories that carry them. */
#include "job/write.h"

#include "job/clock.h"

/* A pair of stories by their places in the order of ids, a < b. */
typedef struct listed_pair {
    uint32_t a, b;
    uint32_t pair;  /* number of the text pair; SAME_TEXT for equal texts */
    uint8_t relation;
    bool turned; /* story a carries the pair's text b */
} listed_pair;

#define SAME_TEXT UINT32_MAX

typedef struct pair_lines {
    sst_corpus *corpus;
    unsigned relations;
    const uint32_t *order; /* entry -> place */
    uint32_t *entry_at;    /* place -> entry */
    listed_pair *pairs;
    size_t count, capacity;
    uint64_t stars; /* texts with more stories than are paired one by one */
} pair_lines;

static sst_status add_pair(pair_lines *w, uint32_t a, uint32_t b, uint32_t pair,
                           uint8_t relation, sst_error *error)
{
    if ((w->relations >> relation & 1) == 0)
        return SST_OK;
    sst_status status =
        SST_RESERVE(&w->pairs, &w->capacity, w->count + 1, "story pairs", error);
    if (status != SST_OK)
        return status;
    uint32_t left = w->order[a], right = w->order[b];
    bool turned = left > right;
    w->pairs[w->count++] = (listed_pair){.a = turned ? right : left, .b = turned ? left : right,
                                         .pair = pair, .relation = relation, .turned = turned};
    return SST_OK;
}

/* Equal texts under equal titles (or of a plain text) are one unit. */
static uint8_t relation_of_equal(const sst_corpus *c, uint32_t a, uint32_t b)
{
    return c->unit_of[a] == c->unit_of[b] ? SST_RELATION_IDENTICAL : SST_RELATION_FURNITURE;
}

static uint32_t smallest_id(const pair_lines *w, const uint32_t *members, size_t count)
{
    uint32_t best = members[0];
    for (size_t i = 1; i < count; i++)
        if (w->order[members[i]] < w->order[best])
            best = members[i];
    return best;
}

static sst_status add_equal(pair_lines *w, uint32_t text, sst_error *error)
{
    const sst_corpus *c = w->corpus;
    const uint32_t *members = c->text_member + c->text_begin[text];
    size_t count = c->text_begin[text + 1] - c->text_begin[text];
    sst_status status = SST_OK;
    if (count > SST_STAR_STORIES) {
        uint32_t centre = smallest_id(w, members, count);
        for (size_t i = 0; i < count && status == SST_OK; i++)
            if (members[i] != centre)
                status = add_pair(w, centre, members[i], SAME_TEXT,
                                  relation_of_equal(c, centre, members[i]), error);
        w->stars++;
        return status;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count && status == SST_OK; j++)
            status = add_pair(w, members[i], members[j], SAME_TEXT,
                              relation_of_equal(c, members[i], members[j]), error);
    return status;
}

/* The stories of one side of a text pair: all, or of a large group the smallest id. */
static const uint32_t *side(const pair_lines *w, uint32_t text, uint32_t *one, size_t *count)
{
    const sst_corpus *c = w->corpus;
    const uint32_t *members = c->text_member + c->text_begin[text];
    *count = c->text_begin[text + 1] - c->text_begin[text];
    if (*count <= SST_STAR_STORIES)
        return members;
    *one = smallest_id(w, members, *count);
    *count = 1;
    return one;
}

static sst_status add_text_pair(pair_lines *w, uint32_t number, sst_error *error)
{
    const sst_text_pair *pair = &w->corpus->pairs[number];
    uint32_t left_one, right_one;
    size_t left_count, right_count;
    const uint32_t *left = side(w, pair->a, &left_one, &left_count);
    const uint32_t *right = side(w, pair->b, &right_one, &right_count);
    sst_status status = SST_OK;
    for (size_t i = 0; i < left_count; i++)
        for (size_t j = 0; j < right_count && status == SST_OK; j++)
            status = add_pair(w, left[i], right[j], number, pair->relation, error);
    return status;
}

static int compare_pairs(const void *left, const void *right)
{
    const listed_pair *a = left, *b = right;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    return a->b < b->b ? -1 : a->b > b->b;
}

static sst_status list_pairs(pair_lines *w, sst_error *error)
{
    sst_corpus *c = w->corpus;
    sst_status status = SST_OK;
    for (uint32_t text = 0; text < c->text_count && status == SST_OK; text++)
        if (c->text_begin[text + 1] - c->text_begin[text] > 1)
            status = add_equal(w, text, error);
    for (size_t i = 0; i < c->pair_count && status == SST_OK; i++)
        status = add_text_pair(w, (uint32_t)i, error);
    if (status == SST_OK)
        qsort(w->pairs, w->count, sizeof *w->pairs, compare_pairs);
    if (w->stars != 0)
        sst_corpus_warn(c,
                        "%llu %s in more than %d stories%s; the pairs are written as a star "
                        "from the smallest id",
                        (unsigned long long)w->stars, w->stars == 1 ? "text stands" : "texts stand",
                        SST_STAR_STORIES, w->stars == 1 ? "" : " each");
    return status;
}

static void write_pair(const void *context, size_t number, sst_buffer *buffer)
{
    const pair_lines *w = context;
    const listed_pair *listed = &w->pairs[number];
    sst_overlap overlap = {1, 1, 1};
    if (listed->pair != SAME_TEXT) {
        overlap = w->corpus->pairs[listed->pair].overlap;
        if (listed->turned) {
            uint32_t count = overlap.a_count;
            overlap.a_count = overlap.b_count;
            overlap.b_count = count;
        }
    }
    sst_buffer_text(buffer, "{\"a\":");
    sst_write_id(buffer, w->corpus, w->entry_at[listed->a]);
    sst_buffer_text(buffer, ",\"b\":");
    sst_write_id(buffer, w->corpus, w->entry_at[listed->b]);
    sst_buffer_text(buffer, ",\"relation\":\"");
    sst_buffer_text(buffer, sst_relation_name((sst_relation)listed->relation));
    sst_buffer_text(buffer, "\",");
    sst_write_jaccard(buffer, &overlap);
    sst_buffer_text(buffer, ",\"a_in_b\":");
    sst_buffer_ratio(buffer, overlap.shared, overlap.a_count);
    sst_buffer_text(buffer, ",\"b_in_a\":");
    sst_buffer_ratio(buffer, overlap.shared, overlap.b_count);
    sst_buffer_text(buffer, "}\n");
}

static sst_status order_ids(pair_lines *w, uint32_t *order, sst_error *error)
{
    const sst_corpus *c = w->corpus;
    w->entry_at = sst_allocate(c->entry_count, sizeof *w->entry_at, "the order of ids", error);
    if (order == NULL || w->entry_at == NULL)
        return SST_MEMORY;
    for (uint32_t i = 0; i < c->entry_count; i++)
        if (!c->entries[i].dropped)
            w->entry_at[order[i]] = i;
    w->order = order;
    return SST_OK;
}

sst_status sst_corpus_write_pairs(sst_corpus *corpus, unsigned relations, sst_sink sink,
                                  sst_error *error)
{
    pair_lines w = {.corpus = corpus, .relations = relations};
    if (corpus->options.clusters_only)
        return sst_fail(error, SST_ARGUMENT,
                        "not all pairs were judged; match without clusters_only");
    sst_status status = sst_corpus_need(corpus, SST_CORPUS_MATCHED, error);
    if (status != SST_OK)
        return status;
    double start = sst_clock_seconds();
    uint32_t *order = sst_write_id_order(corpus, error);
    status = order_ids(&w, order, error);
    if (status == SST_OK)
        status = list_pairs(&w, error);
    if (status == SST_OK)
        status = sst_write_lines(w.count, corpus->options.threads, write_pair, &w, sink, error);
    free(order);
    free(w.entry_at);
    free(w.pairs);
    corpus->summary.seconds_write += sst_clock_seconds() - start;
    return status;
}
