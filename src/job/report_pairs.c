/* Pairs that an editor should look at: decisions near the border, and chains that were cut. */
#include <string.h>

#include "job/report.h"

/* A candidate for the review. */
typedef struct doubted {
    sst_report_pair pair; /* of entries */
    uint32_t a, b;        /* their places in the order of ids */
    uint32_t doubt;       /* per mille from where the decision would be sure */
} doubted;

typedef struct pair_lists {
    sst_report_draft *d;
    doubted *review, *cut;
    size_t review_count, review_capacity, cut_count, cut_capacity;
} pair_lists;

/* Most doubtful first; chains cut have no doubt and go by id. */
static int compare_doubted(const void *left, const void *right)
{
    const doubted *a = left, *b = right;
    if (a->doubt != b->doubt)
        return a->doubt > b->doubt ? -1 : 1;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    return a->b < b->b ? -1 : a->b > b->b;
}

/* Per mille of the shorter one's shingles. */
static uint32_t contained(const sst_overlap *o)
{
    uint64_t smaller = o->a_count < o->b_count ? o->a_count : o->b_count;
    return smaller == 0 ? 0 : (uint32_t)((uint64_t)o->shared * 1000 / smaller);
}

/* Enough text for a share of it to say something: half of a line of four words proves nothing. */
static bool says_something(const sst_overlap *o)
{
    return o->a_count >= SST_SHORT_SHINGLES && o->b_count >= SST_SHORT_SHINGLES;
}

/* The first story of a text stands for all of them. */
static uint32_t first_entry(const sst_corpus *c, uint32_t text)
{
    return c->text_member[c->text_begin[text]];
}

static doubted make_doubted(const sst_report_draft *d, const sst_text_pair *pair, uint32_t doubt)
{
    uint32_t a = first_entry(d->corpus, pair->a), b = first_entry(d->corpus, pair->b);
    sst_overlap overlap = pair->overlap;
    if (d->order[a] > d->order[b]) {
        uint32_t swap = a;
        a = b;
        b = swap;
        overlap.a_count = pair->overlap.b_count;
        overlap.b_count = pair->overlap.a_count;
    }
    return (doubted){.pair = {.a = a, .b = b, .overlap = overlap, .relation = pair->relation,
                              .rule = pair->rule},
                     .a = d->order[a], .b = d->order[b], .doubt = doubt};
}

/* Whether one story is in its cluster because of this very pair. */
static bool holds_cluster(const sst_corpus *c, uint32_t a, uint32_t b)
{
    uint32_t left = c->unit_of[a], right = c->unit_of[b];
    return (c->members[left].to == right && left != right) ||
           (c->members[right].to == left && left != right);
}

static sst_status sort_out_pair(pair_lists *l, const sst_text_pair *pair, sst_error *error)
{
    const sst_corpus *c = l->d->corpus;
    uint32_t a = first_entry(c, pair->a), b = first_entry(c, pair->b);
    uint32_t part = contained(&pair->overlap);
    sst_relation relation = (sst_relation)pair->relation;
    bool same = sst_relation_same_story(relation);
    bool together = c->members[c->unit_of[a]].cluster == c->members[c->unit_of[b]].cluster;
    bool cut = same && !together;
    bool weak = same && together && holds_cluster(c, a, b) &&
                sst_report_certainty(relation, &pair->overlap) == SST_CLOSE;
    bool apart = (relation == SST_RELATION_TEMPLATE || relation == SST_RELATION_PARTIAL) &&
                 !together && part >= SST_REVIEW_APART * 10 && says_something(&pair->overlap);
    if (cut) {
        sst_status status =
            SST_RESERVE(&l->cut, &l->cut_capacity, l->cut_count + 1, "chains cut", error);
        if (status == SST_OK)
            l->cut[l->cut_count++] = make_doubted(l->d, pair, 0);
        return status;
    }
    if (!weak && !apart)
        return SST_OK;
    uint32_t sure = SST_REPORT_SURE_CONTAINED * 10;
    uint32_t doubt = apart ? part - SST_REVIEW_APART * 10 : sure - part;
    sst_status status =
        SST_RESERVE(&l->review, &l->review_capacity, l->review_count + 1, "the review", error);
    if (status == SST_OK)
        l->review[l->review_count++] = make_doubted(l->d, pair, doubt);
    return status;
}

static sst_status keep_pair(sst_report_draft *d, const sst_report_pair *pair,
                            sst_report_pair **list, size_t *count, size_t *capacity,
                            sst_error *error)
{
    sst_status status = SST_RESERVE(list, capacity, *count + 1, "pairs of the report", error);
    sst_report_pair kept = *pair;
    if (status == SST_OK)
        status = sst_report_add_story(d, pair->a, &kept.a, error);
    if (status == SST_OK)
        status = sst_report_add_story(d, pair->b, &kept.b, error);
    if (status == SST_OK)
        (*list)[(*count)++] = kept;
    return status;
}

/* A template family must not fill the review: each story has a few pairs. */
static sst_status keep_review(pair_lists *l, sst_error *error)
{
    sst_report_draft *d = l->d;
    uint8_t *uses = sst_allocate_zeroed(d->corpus->entry_count, 1, "the review", error);
    sst_status status = uses == NULL ? SST_MEMORY : SST_OK;
    for (size_t i = 0; i < l->review_count && status == SST_OK; i++) {
        const sst_report_pair *pair = &l->review[i].pair;
        if (uses[pair->a] >= SST_REVIEW_OF_STORY || uses[pair->b] >= SST_REVIEW_OF_STORY ||
            d->review_count == SST_REVIEW_PAIRS)
            continue;
        uses[pair->a]++;
        uses[pair->b]++;
        status = keep_pair(d, pair, &d->review, &d->review_count, &d->review_capacity, error);
    }
    d->review_all = l->review_count;
    free(uses);
    return status;
}

static sst_status keep_cut(pair_lists *l, sst_error *error)
{
    sst_report_draft *d = l->d;
    sst_status status = SST_OK;
    for (size_t i = 0; i < l->cut_count && i < SST_CUT_PAIRS && status == SST_OK; i++)
        status = keep_pair(d, &l->cut[i].pair, &d->cut, &d->cut_count, &d->cut_capacity, error);
    d->cut_all = l->cut_count;
    return status;
}

static void sort_list(doubted *list, size_t count)
{
    if (count > 0)
        qsort(list, count, sizeof *list, compare_doubted);
}

sst_status sst_report_draft_pairs(sst_report_draft *d, sst_error *error)
{
    pair_lists l = {.d = d};
    sst_status status = SST_OK;
    for (size_t i = 0; i < d->corpus->pair_count && status == SST_OK; i++)
        status = sort_out_pair(&l, &d->corpus->pairs[i], error);
    sort_list(l.review, l.review_count);
    sort_list(l.cut, l.cut_count);
    if (status == SST_OK)
        status = keep_review(&l, error);
    if (status == SST_OK)
        status = keep_cut(&l, error);
    free(l.review);
    free(l.cut);
    return status;
}
