/* Candidates: stories that share enough keys, and their exact overlaps (job/search.h). */
#include <stdlib.h>

#include "base/sort.h"
#include "job/search.h"
#include "match/shared.h"

enum {
    PROPOSED_MOST = 96, /* candidates that are compared exactly: the most promising */
    SAMPLES_LEAST = 2,  /* shared samples that make a candidate */
    RARE_LIST = 32,     /* stories: a sample that more have says little */
    CUT_ENDS = 8,       /* stories at each end of a cut list that it makes candidates */
    MARKS = 8192,       /* bits: of some 300 numbers that are met three in a hundred share one */
    TAGS_AHEAD = 12,    /* meetings whose tags are on their way */
};

/* How a story was met: the keys that it shares with the arriving one. */
typedef struct meeting {
    uint32_t number;
    uint32_t samples, briefs, bands; /* shared keys */
    uint32_t telling;                /* shared samples that few stories have */
} meeting;

static sst_shared shared_of(const sst_view *v, const meeting *m, uint32_t shingles,
                            uint32_t tokens)
{
    const sst_story *story = &v->item->story;
    return (sst_shared){story->shingle_count, shingles,
                        sst_posts_all_samples(story->token_count), sst_posts_all_samples(tokens),
                        m->samples, m->telling};
}

/* Whether the shared samples can be a shared passage. Two at least, for one finds too many; and a
 * larger share when all of them are common, for each is a row to be read. */
static bool shares_passages(const sst_view *v, sst_tag tag, const meeting *m)
{
    sst_shared shared = shared_of(v, m, tag.shingles, tag.tokens);
    if (m->telling == 0) {
        shared.a *= 2;
        shared.b *= 2;
    }
    return m->samples >= SAMPLES_LEAST && sst_shared_at_sight(&shared);
}

/* The same with the sketches: most pairs end here that share a phrase or two. */
static bool may_overlap(const sst_view *v, const sst_card *card, const meeting *m,
                        unsigned agreeing)
{
    sst_shared shared = shared_of(v, m, card->shingle_count, card->token_count);
    return m->samples >= SAMPLES_LEAST && sst_shared_is_likely(&shared, agreeing);
}

/* At first sight, without the story's row: most meetings end here. */
static sst_status worth_a_look(sst_view *v, const meeting *m, bool *worth)
{
    *worth = false;
    if (m->bands == 0 && m->briefs == 0 && m->samples < SAMPLES_LEAST)
        return SST_OK;
    sst_tag tag;
    sst_status status = sst_view_tag(v, m->number, &tag);
    if (status != SST_OK || tag.shingles == 0 || tag.headline != v->item->story.headline)
        return status;
    *worth = m->bands > 0 || (m->briefs > 0 && tag.shingles < SST_SHORT_SHINGLES) ||
             shares_passages(v, tag, m);
    return SST_OK;
}

/* No more is shared than the smaller text has, nor much more than the sketches show. */
static double most_alike(const sst_view *v, const sst_card *card, unsigned agreeing)
{
    double a = v->item->story.shingle_count, b = card->shingle_count;
    double sizes = a < b ? a / b : b / a, sketches = sst_sketch_most(agreeing);
    return sizes < sketches ? sizes : sketches;
}

static sst_status propose(sst_view *v, const meeting *m)
{
    bool worth;
    sst_status status = worth_a_look(v, m, &worth);
    const sst_card *card = NULL;
    if (status == SST_OK && worth)
        status = sst_view_card(v, m->number, &card);
    if (status != SST_OK || card == NULL || !sst_view_may_match(v, card) ||
        sst_hash128_compare(card->key, v->item->card.key) == 0)
        return status;
    unsigned agreeing = sst_sketch_agreeing(v->item->card.sketch, card->sketch);
    bool brief = m->briefs > 0 && card->shingle_count < SST_SHORT_SHINGLES;
    if (!brief && agreeing < v->archive->floor && !may_overlap(v, card, m, agreeing))
        return SST_OK;
    struct sst_search *search = v->worker->search;
    status = SST_RESERVE(&search->proposals, &search->capacity, search->count + 1, "candidates",
                         v->error);
    if (status != SST_OK)
        return status;
    uint32_t most = v->item->keys.sample_count == 0 ? 1 : v->item->keys.sample_count;
    search->proposals[search->count++] = (sst_proposal){
        .number = m->number,
        .score = agreeing + SST_SKETCH_SLOTS * m->samples / most,
        .most = most_alike(v, card, agreeing),
        .card = card,
        .overlap = {0, v->item->story.shingle_count, card->shingle_count},
    };
    return SST_OK;
}

/* Hits [begin, end) of one slot. */
typedef struct slot_list {
    uint32_t begin, end;
} slot_list;

static bool was_cut(slot_list list)
{
    return list.end - list.begin == 2 * SST_HITS_END;
}

static sst_status reserve_candidates(sst_view *v, const sst_hits *hits)
{
    sst_worker *worker = v->worker;
    struct sst_search *search = worker->search;
    size_t slots = v->item->keys.count - v->item->keys.sample;
    sst_status status = SST_RESERVE(&worker->words, &worker->word_capacity, hits->count,
                                    "candidates", v->error);
    if (status == SST_OK)
        status = SST_RESERVE(&worker->scratch, &worker->scratch_capacity, hits->count,
                             "candidates", v->error);
    if (status == SST_OK)
        status = SST_RESERVE(&search->slots, &search->slot_capacity, slots, "candidates",
                             v->error);
    return status == SST_OK ? SST_RESERVE(&search->cut, &search->cut_capacity, slots,
                                          "candidates", v->error)
                            : status;
}

/* Notes where the list of each slot lies: all of it makes a candidate, or the ends of one that was cut
 * because it names too many. */
static void find_slots(sst_view *v, const sst_hits *hits)
{
    struct sst_search *search = v->worker->search;
    uint32_t slots = v->item->keys.count - v->item->keys.sample, at = 0;
    search->cut_count = 0;
    for (uint32_t slot = 0; slot < slots; slot++) {
        uint32_t begin = at;
        while (at < hits->count && hits->items[at].slot == slot)
            at++;
        search->slots[slot] = (slot_list){begin, at};
        if (was_cut(search->slots[slot]) && slot < v->item->keys.sample_count)
            search->cut[search->cut_count++] =
                (sst_cut_list){begin + CUT_ENDS, at - CUT_ENDS};
    }
}

/* Most stories that are met are met by one sample, which makes no candidate: marks of two bits by
 * number, once and more, tell nearly all of them from the others. */
typedef struct met_marks {
    uint64_t once[MARKS / 64], more[MARKS / 64];
} met_marks;

static void mark_met(const sst_hits *hits, met_marks *marks)
{
    memset(marks, 0, sizeof *marks);
    for (size_t i = 0; i < hits->count; i++) {
        uint32_t at = hits->items[i].number % MARKS;
        uint64_t bit = UINT64_C(1) << at % 64, once = marks->once[at / 64];
        marks->more[at / 64] |= once & bit;
        marks->once[at / 64] = once | bit;
    }
}

static bool met_again(const met_marks *marks, uint32_t number)
{
    return marks->more[number % MARKS / 64] >> number % 64 & 1;
}

/* Collects (number, slot) of the keys that can make a story a candidate; returns how many. */
static size_t collect_meetings(sst_view *v, const sst_hits *hits)
{
    const struct sst_search *search = v->worker->search;
    const sst_item_keys *keys = &v->item->keys;
    uint64_t *words = v->worker->words;
    met_marks marks;
    size_t count = 0;
    mark_met(hits, &marks);
    for (uint32_t slot = 0; slot < keys->count - keys->sample; slot++) {
        slot_list list = search->slots[slot];
        bool cut = was_cut(list), enough = slot >= keys->sample_count; /* one that is no sample */
        for (uint32_t i = list.begin; i < list.end; i++) {
            if (cut && i == list.begin + CUT_ENDS)
                i = list.end - CUT_ENDS;
            uint32_t number = hits->items[i].number;
            words[count] = (uint64_t)number << 32 | slot;
            count += enough || met_again(&marks, number);
        }
    }
    return count;
}

static void count_key(const sst_view *v, uint32_t slot, meeting *m)
{
    const sst_item_keys *keys = &v->item->keys;
    slot_list list = v->worker->search->slots[slot];
    if (slot >= keys->band - keys->sample) {
        m->bands++;
    } else if (slot >= keys->brief - keys->sample) {
        m->briefs++;
    } else {
        m->samples++;
        m->telling += list.end - list.begin <= RARE_LIST;
    }
}

/* Whether the rest of a cut list names a story. Stories are asked for in ascending order: what lies
 * before is not looked at again. */
static bool names(const sst_hits *hits, sst_cut_list *list, uint32_t number)
{
    while (list->at < list->end && hits->items[list->at].number < number)
        list->at++;
    return list->at < list->end && hits->items[list->at].number == number;
}

/* What a story that was met shares besides: samples so common that their lists were cut. */
static void count_common(const sst_view *v, const sst_hits *hits, meeting *m)
{
    struct sst_search *search = v->worker->search;
    for (size_t i = 0; i < search->cut_count && m->samples > 0; i++)
        m->samples += names(hits, &search->cut[i], m->number);
}

/* Asks for the tag of the story at `at` of the meetings: of one that is met by two keys. Most are met
 * by one, and nobody will look at their tags. */
static void fetch_tag_ahead(const sst_view *v, const uint64_t *words, size_t at, size_t count)
{
    if (at + 1 < count && words[at] >> 32 == words[at + 1] >> 32)
        sst_store_tag_prefetch(v->archive->store, (uint32_t)(words[at] >> 32));
}

/* A story's meetings are counted by the kind of key. */
static sst_status count_hits(sst_view *v, const sst_hits *hits)
{
    sst_worker *worker = v->worker;
    sst_status status = reserve_candidates(v, hits);
    if (status != SST_OK)
        return status;
    find_slots(v, hits);
    size_t count = collect_meetings(v, hits);
    sst_sort_block(worker->words, worker->scratch, count);
    for (size_t i = 0; i < count && status == SST_OK;) {
        meeting m = {.number = (uint32_t)(worker->words[i] >> 32)};
        fetch_tag_ahead(v, worker->words, i + TAGS_AHEAD, count);
        for (; i < count && worker->words[i] >> 32 == m.number; i++)
            count_key(v, (uint32_t)worker->words[i], &m);
        count_common(v, hits, &m);
        status = propose(v, &m);
    }
    return status;
}

static int compare_score(const void *left, const void *right)
{
    const sst_proposal *a = left, *b = right;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* Texts that are equal among themselves are compared once, the earliest stands for them. */
static bool repeats_text(const struct sst_search *search, size_t kept, const sst_proposal *p)
{
    for (size_t i = 0; i < kept; i++)
        if (sst_hash128_compare(search->proposals[i].card->key, p->card->key) == 0)
            return true;
    return false;
}

static void drop_repeats(struct sst_search *search)
{
    size_t kept = 0;
    for (size_t i = 0; i < search->count; i++)
        if (!repeats_text(search, kept, &search->proposals[i]))
            search->proposals[kept++] = search->proposals[i];
    search->count = kept;
}

sst_status sst_view_propose(sst_view *v)
{
    const sst_item_keys *keys = &v->item->keys;
    struct sst_search *search = v->worker->search;
    search->count = 0;
    search->own_known = false;
    sst_status status =
        sst_view_answers(v, keys->sample, keys->count - keys->sample, &v->worker->hits);
    if (status == SST_OK)
        status = count_hits(v, &v->worker->hits);
    if (search->count > 1)
        qsort(search->proposals, search->count, sizeof *search->proposals, compare_score);
    if (search->count > PROPOSED_MOST)
        search->count = PROPOSED_MOST;
    drop_repeats(search);
    return status;
}

/* ---- Exact overlap ---- */

static void estimate(const sst_view *v, sst_proposal *p)
{
    uint32_t a = v->item->story.shingle_count, b = p->card->shingle_count;
    double jaccard = sst_sketch_jaccard(v->item->card.sketch, p->card->sketch);
    double shared = jaccard / (1 + jaccard) * ((double)a + b);
    uint32_t least = a < b ? a : b;
    p->estimated = true;
    p->overlap = (sst_overlap){shared > least ? least : (uint32_t)(shared + .5), a, b};
}

/* The arriving story leads the overlap table. */
sst_status sst_view_compare(sst_view *v, sst_proposal *p)
{
    sst_view_text tokens;
    sst_status status = sst_view_tokens(v, p->number, &tokens);
    if (status != SST_OK)
        return status;
    if (tokens.body == NULL)
        estimate(v, p);
    else
        p->overlap = (sst_overlap){
            sst_overlap_shared(v->worker->overlap, tokens.body, tokens.body_count),
            v->item->story.shingle_count, p->card->shingle_count};
    return SST_OK;
}
