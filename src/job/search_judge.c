/* The verdict on the candidates, and the clusters it holds for (job/search.h). */
#include <stdlib.h>

#include "job/search.h"

enum { JUDGED_MOST = 32 }; /* candidates that are judged: the most alike */

static int64_t judge_day(const sst_card *card)
{
    return card->published == SST_NO_TIME ? SST_NO_DAY : sst_day_of(card->published);
}

static sst_relation estimated_relation(const sst_view *v, const sst_overlap *overlap)
{
    double all = (double)overlap->a_count + overlap->b_count - overlap->shared;
    double threshold = sst_store_settings_of(v->archive->store)->threshold;
    return overlap->shared >= threshold * all ? SST_RELATION_COPY : SST_RELATION_DISTINCT;
}

static sst_status judge_tokens(sst_view *v, const sst_proposal *p, const sst_view_text *tokens,
                               sst_relation *relation)
{
    struct sst_search *search = v->worker->search;
    const sst_story *story = &v->item->story;
    sst_status status = sst_common_own(v);
    if (status == SST_OK)
        status = sst_common_other(v, tokens);
    if (status != SST_OK)
        return status;
    sst_judge_side a = {story->tokens, story->title, story->token_count, story->title_count,
                        judge_day(&v->item->card), search->own_common, search->own_count,
                        story->key};
    sst_judge_side b = {tokens->body, tokens->title, tokens->body_count, tokens->title_count,
                        judge_day(p->card), search->other_common, search->other_count,
                        p->card->key};
    sst_verdict verdict;
    status = sst_judge_pair(v->worker->judge, &a, &b, &p->overlap, &verdict, v->error);
    *relation = verdict.relation;
    return status;
}

/* Text that stands under many titles makes no pair the same story. */
static sst_status overrule(sst_view *v, const sst_proposal *p, sst_relation *relation)
{
    if (!sst_relation_same_story(*relation))
        return SST_OK;
    enum sst_text_kind kind = v->kind;
    sst_status status = SST_OK;
    if (kind != SST_TEXT_FURNITURE) {
        uint64_t key = sst_index_key(SST_KEY_TEXT, p->card->key.low);
        status = sst_view_find(v, &key, 1, &v->worker->more_hits);
        if (status == SST_OK)
            status = sst_view_text_kind(v, p->card, NULL, &v->worker->more_hits, &kind);
    }
    if (status == SST_OK && kind == SST_TEXT_FURNITURE)
        *relation = SST_RELATION_FURNITURE;
    return status;
}

static sst_status judge_one(sst_view *v, const sst_proposal *p, sst_relation *relation)
{
    sst_view_text tokens;
    sst_status status = sst_view_tokens(v, p->number, &tokens);
    if (status != SST_OK)
        return status;
    if (tokens.body == NULL)
        *relation = estimated_relation(v, &p->overlap);
    else
        status = judge_tokens(v, p, &tokens, relation);
    return status == SST_OK ? overrule(v, p, relation) : status;
}

static void keep_near(sst_finding *finding, uint32_t number, sst_relation relation)
{
    if (finding->near || relation == SST_RELATION_DISTINCT)
        return;
    finding->near = true;
    finding->near_relation = relation;
    finding->near_of = number;
}

static void keep_best(sst_item *item, const sst_proposal *p, sst_relation relation)
{
    sst_finding *finding = &item->finding;
    if (!sst_relation_same_story(relation)) {
        keep_near(finding, p->number, relation);
        return;
    }
    if (finding->same && finding->relation <= relation)
        return;
    finding->same = true;
    finding->relation = relation;
    finding->of = p->number;
    finding->overlap = p->overlap;
    finding->estimated = p->estimated;
    finding->longer =
        relation == SST_RELATION_EXCERPT && item->story.token_count > p->card->token_count;
}

/* ---- Chains ---- */

/* Whether a text is nearly the other one, so that it needs no further voucher. */
static bool nearly_equal(const sst_overlap *overlap)
{
    enum { PER_CENT = 80 };
    uint64_t all = (uint64_t)overlap->a_count + overlap->b_count - overlap->shared;
    return 100 * (uint64_t)overlap->shared >= PER_CENT * all;
}

bool sst_search_is_loose(const sst_finding *finding)
{
    return finding->same && finding->relation != SST_RELATION_IDENTICAL &&
           !nearly_equal(&finding->overlap);
}

/* How the arriving story is related to the one that founded a cluster. */
static sst_status judge_founder(sst_view *v, uint32_t founder, const sst_card *card,
                                sst_relation *relation)
{
    const struct sst_search *search = v->worker->search;
    sst_proposal p = {.number = founder, .card = card};
    sst_status status = SST_OK;
    bool compared = false;
    for (size_t i = 0; i < search->count && !compared; i++) {
        compared = search->proposals[i].number == founder;
        if (compared)
            p = search->proposals[i];
    }
    if (!compared)
        status = sst_view_compare(v, &p);
    *relation = SST_RELATION_DISTINCT;
    return status == SST_OK && sst_match_enough(&p.overlap) ? judge_one(v, &p, relation)
                                                            : status;
}

/* A chain is cut, as in `cluster`: where A is B and B is C, C joins A's cluster only when it is A,
 * too, or nearly equal to B. When B is the longer one that contains A, it is what `cluster` would
 * gather around, and vouches itself. The clusters of earlier stories are settled. */
static sst_status joins_cluster(sst_view *v, const sst_proposal *p, sst_relation relation,
                                bool *joins)
{
    uint32_t founder = p->card->cluster;
    const sst_card *card = NULL;
    *joins = true;
    if (relation == SST_RELATION_IDENTICAL || founder == p->number || p->card->longer ||
        nearly_equal(&p->overlap))
        return SST_OK;
    sst_status status = sst_view_card(v, founder, &card);
    if (status != SST_OK || card == NULL || card->headline != v->item->story.headline)
        return status; /* it is gone, and cannot be asked */
    sst_relation to_founder;
    status = judge_founder(v, founder, card, &to_founder);
    *joins = status != SST_OK || sst_relation_same_story(to_founder);
    if (!*joins)
        keep_near(&v->item->finding, founder, to_founder);
    return status;
}

static sst_status judge_and_keep(sst_view *v, const sst_proposal *p)
{
    sst_relation relation = SST_RELATION_DISTINCT;
    bool joins = true;
    sst_status status = judge_one(v, p, &relation);
    if (status == SST_OK && v->settled && sst_relation_same_story(relation))
        status = joins_cluster(v, p, relation, &joins);
    if (status == SST_OK && joins)
        keep_best(v->item, p, relation);
    return status;
}

/* ---- The most alike first ---- */

/* By exact Jaccard, then earlier. */
static bool is_more_alike(const sst_proposal *a, const sst_proposal *b)
{
    uint64_t a_union = (uint64_t)a->overlap.a_count + a->overlap.b_count - a->overlap.shared;
    uint64_t b_union = (uint64_t)b->overlap.a_count + b->overlap.b_count - b->overlap.shared;
    uint64_t x = a->overlap.shared * b_union, y = b->overlap.shared * a_union;
    return x != y ? x > y : sst_view_is_earlier(a->card, b->card);
}

/* Those that may be most alike first. */
static int compare_most(const void *left, const void *right)
{
    const sst_proposal *a = left, *b = right;
    if (a->most != b->most)
        return a->most > b->most ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* Whether one that was not compared can be as much alike as one that was. */
static bool may_reach(const sst_proposal *p, const sst_proposal *compared)
{
    const sst_overlap *o = &compared->overlap;
    return p->most >= o->shared / ((double)o->a_count + o->b_count - o->shared);
}

/* The candidates in the order of their likeness; those whose sizes or sketches tell that they come
 * later are not read. Of the proposals, [0, judged) were given out, [judged, compared) wait, and
 * [next, count) were not compared. */
typedef struct likeness {
    size_t judged, compared, next, count;
} likeness;

/* Puts the most alike of those that wait at `judged`, after comparing all that may be more so; none
 * is left where `compared` is still `judged`. */
static sst_status find_most_alike(sst_view *v, likeness *by)
{
    sst_proposal *proposals = v->worker->search->proposals, *best = &proposals[by->judged];
    for (size_t i = by->judged + 1; i < by->compared; i++)
        if (is_more_alike(&proposals[i], best)) {
            sst_proposal other = *best;
            *best = proposals[i];
            proposals[i] = other;
        }
    sst_status status = SST_OK;
    while (status == SST_OK && by->next < by->count &&
           (by->compared == by->judged || may_reach(&proposals[by->next], best))) {
        sst_proposal p = proposals[by->next++];
        status = sst_view_compare(v, &p);
        if (status != SST_OK || !sst_match_enough(&p.overlap))
            continue;
        sst_proposal *place = &proposals[by->compared++];
        *place = p;
        if (place != best && is_more_alike(place, best)) {
            *place = *best;
            *best = p;
        }
    }
    return status;
}

/* The first copy is the best there is. */
sst_status sst_view_judge(sst_view *v)
{
    struct sst_search *search = v->worker->search;
    const sst_story *story = &v->item->story;
    sst_finding *finding = &v->item->finding;
    likeness by = {.count = search->count};
    if (by.count == 0)
        return SST_OK;
    qsort(search->proposals, by.count, sizeof *search->proposals, compare_most);
    sst_status status = sst_overlap_lead(v->worker->overlap, story->tokens, story->token_count,
                                         v->error);
    while (status == SST_OK && by.judged < JUDGED_MOST) {
        status = find_most_alike(v, &by);
        if (status != SST_OK || by.compared == by.judged)
            break;
        search->count = by.compared;
        status = judge_and_keep(v, &search->proposals[by.judged++]);
        if (finding->same && finding->relation <= SST_RELATION_COPY)
            break;
    }
    return status;
}
