/* Which earlier story does an arriving one tell? Everything here looks at stories with lower
 * numbers only, so the answer does not depend on what else is in the batch. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "job/archive.h"
#include "job/equal.h"
#include "job/site.h"
#include "sketch/sketch.h"

enum {
    PROPOSED_MOST = 96, /* candidates that are compared exactly: the most promising */
    JUDGED_MOST = 32,   /* of them, those that are judged: the most alike */
    SAMPLES_LEAST = 2,  /* shared samples that make a candidate */
    RARE_LIST = 32,     /* stories: a sample that more have says little */
    CUT_ENDS = 8,       /* stories at each end of a cut list that it makes candidates */
    UNITS_COMMON = SST_EVIDENCE_COMMON_DAYS,
    GROUP_AGREEING = 102, /* slots of 128: Jaccard .8, the undated story is one of the group */
};

/* A story that shares keys with the arriving one. */
typedef struct proposal {
    uint32_t number;
    uint32_t score; /* higher is more promising */
    const sst_card *card;
    sst_overlap overlap;
    bool estimated;
} proposal;

struct sst_search {
    proposal *proposals;
    size_t count, capacity;
    sst_title_use *uses;
    size_t use_capacity;
    uint64_t *own_common, *other_common;
    size_t own_count, other_count, own_capacity, other_capacity;
    bool own_known;
    struct slot_list *slots; /* by key of the arriving story, from its samples on */
    uint32_t *cut;           /* samples whose list was cut */
    size_t slot_capacity, cut_count, cut_capacity;
};

/* The arriving story and where to look. */
typedef struct view {
    sst_archive *archive;
    sst_worker *worker;
    sst_item *item;
    ptrdiff_t position;
    enum sst_text_kind kind; /* of the arriving story's text */
    bool settled;            /* the clusters of earlier stories are known */
    sst_error *error;
} view;

void sst_search_free(struct sst_search *search)
{
    if (search == NULL)
        return;
    free(search->proposals);
    free(search->uses);
    free(search->own_common);
    free(search->other_common);
    free(search->slots);
    free(search->cut);
    free(search);
}

sst_item *sst_archive_item(const sst_archive *archive, uint32_t number)
{
    if (number < archive->base || number - archive->base >= archive->added_count)
        return NULL;
    return &archive->items[archive->added[number - archive->base]];
}

static int64_t time_of(const sst_card *card)
{
    return card->published == SST_NO_TIME ? INT64_MAX : card->published;
}

/* Earlier by date, undated last, then by arrival. */
static bool is_earlier(const sst_card *a, const sst_card *b)
{
    if (time_of(a) != time_of(b))
        return time_of(a) < time_of(b);
    return a->number < b->number;
}

/* ---- Looking at stories ---- */

static bool replaced_before(const view *v, uint32_t number)
{
    const sst_item *item = sst_archive_item(v->archive, number);
    if (item != NULL)
        return item->retired_at != SST_NO_ITEM && item->retired_at < v->position;
    const sst_retired *retired = v->archive->retired;
    size_t begin = 0, end = v->archive->retired_count;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (retired[middle].number < number)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin < v->archive->retired_count && retired[begin].number == number &&
           retired[begin].at < v->position;
}

/* NULL in *card for a story that is gone or replaced. */
static sst_status look(view *v, uint32_t number, const sst_card **card)
{
    const sst_item *item = sst_archive_item(v->archive, number);
    sst_status status = SST_OK;
    if (item != NULL)
        *card = &item->card;
    else
        status = sst_store_card(v->archive->store, number, card, v->error);
    if (status == SST_OK && *card != NULL && ((*card)->retired || replaced_before(v, number)))
        *card = NULL;
    return status;
}

static sst_tag tag_of_card(const sst_card *card)
{
    return (sst_tag){
        .day = card->published == SST_NO_TIME ? SST_UNDATED : sst_day_of(card->published),
        .shingles = (uint16_t)(card->shingle_count < SST_TAG_MOST ? card->shingle_count
                                                                  : SST_TAG_MOST),
        .tokens = (uint16_t)(card->token_count < SST_TAG_MOST ? card->token_count
                                                              : SST_TAG_MOST),
        .headline = card->headline,
    };
}

/* The same without its row; no tokens for a story that is gone or replaced. */
static sst_status glance(view *v, uint32_t number, sst_tag *tag)
{
    const sst_item *item = sst_archive_item(v->archive, number);
    sst_status status = SST_OK;
    if (item != NULL)
        *tag = tag_of_card(&item->card);
    else
        status = sst_store_tag(v->archive->store, number, tag, v->error);
    if (status == SST_OK && tag->tokens > 0 && replaced_before(v, number))
        tag->tokens = tag->shingles = 0;
    return status;
}

static bool in_window(const view *v, const sst_card *card)
{
    int64_t window = v->archive->options.window;
    int64_t time = card->published == SST_NO_TIME ? card->first_seen : card->published;
    return window <= 0 || time >= v->archive->now - window;
}

static bool may_match(const view *v, const sst_card *card)
{
    return card->id_hash != v->item->card.id_hash && card->headline == v->item->story.headline &&
           in_window(v, card);
}

static sst_status find(view *v, const uint64_t *keys, size_t count, sst_hits *hits)
{
    hits->count = 0;
    return sst_lookup_find(v->archive->lookup, keys, count, v->item->number,
                           &v->worker->stored_hits, hits, v->error);
}

/* The answers to the arriving story's own keys [begin, begin + count). */
static sst_status found(const view *v, uint32_t begin, uint32_t count, sst_hits *hits)
{
    hits->count = 0;
    return sst_lookup_answers(v->archive->lookup, v->item->asked + begin - v->item->keys.text,
                              count, hits, v->error);
}

/* The token stream of an earlier story; NULL in *body when its text is not kept. */
typedef struct token_view {
    const uint32_t *body, *title;
    uint32_t body_count, title_count;
} token_view;

static sst_status read_stored(view *v, uint32_t number, const sst_shelf_story **out)
{
    sst_worker *worker = v->worker;
    sst_buffer_reset(&worker->packed);
    sst_status status =
        sst_store_text(v->archive->store, number, &worker->packed, v->error);
    if (status != SST_OK || worker->packed.size == 0)
        return status;
    sst_record record = {.time = SST_NO_TIME};
    sst_slice packed = {worker->packed.bytes, worker->packed.size};
    status = sst_unpack(worker->packer, packed, &record.title, &record.text, v->error);
    sst_story story = {.token_count = 0};
    if (status == SST_OK)
        status = sst_prepare_tokens(worker->preparer, &record, &story, v->error);
    return status == SST_OK ? sst_shelf_put(v->archive->shelf, number, &story, out, v->error)
                            : status;
}

static sst_status read_tokens(view *v, uint32_t number, token_view *out)
{
    *out = (token_view){NULL, NULL, 0, 0};
    const sst_item *item = sst_archive_item(v->archive, number);
    if (item != NULL) {
        *out = (token_view){item->story.tokens, item->story.title, item->story.token_count,
                            item->story.title_count};
        return SST_OK;
    }
    if (!sst_store_settings_of(v->archive->store)->texts)
        return SST_OK;
    const sst_shelf_story *story = sst_shelf_find(v->archive->shelf, number);
    sst_status status = story == NULL ? read_stored(v, number, &story) : SST_OK;
    if (status == SST_OK && story != NULL)
        *out = (token_view){story->tokens, story->tokens + story->token_count,
                            story->token_count, story->title_count};
    return status;
}

/* ---- Equal texts ---- */

static sst_title_use use_of(const sst_card *card)
{
    return (sst_title_use){
        .title = card->title_key,
        .day = card->published == SST_NO_TIME ? INT64_MIN : sst_day_of(card->published),
        .source = card->source,
    };
}

/* What the titles over one text say about it; `extra` is counted, too (may be NULL). */
static sst_status text_kind(view *v, const sst_card *card, const sst_card *extra,
                            const sst_hits *hits, enum sst_text_kind *kind)
{
    struct sst_search *search = v->worker->search;
    sst_status status = SST_RESERVE(&search->uses, &search->use_capacity, hits->count + 1,
                                    "titles", v->error);
    size_t count = 0;
    for (size_t i = 0; i <= hits->count && status == SST_OK; i++) {
        const sst_card *other = extra;
        if (i < hits->count)
            status = look(v, hits->items[i].number, &other);
        if (status != SST_OK || other == NULL ||
            sst_hash128_compare(other->key, card->key) != 0)
            continue;
        search->uses[count++] = use_of(other);
    }
    if (status == SST_OK)
        *kind = sst_text_kind_of(search->uses, count, card->shingle_count, card->headline);
    return status;
}

/* The earliest story with the same text, when that makes it the same story. */
static sst_status search_equal(view *v)
{
    sst_item *item = v->item;
    sst_hits *hits = &v->worker->hits;
    sst_status status = found(v, item->keys.text, 1, hits);
    if (status == SST_OK)
        status = text_kind(v, &item->card, &item->card, hits, &v->kind);
    const sst_card *best = NULL, *near = NULL;
    for (size_t i = 0; i < hits->count && status == SST_OK; i++) {
        const sst_card *card;
        status = look(v, hits->items[i].number, &card);
        if (status != SST_OK || card == NULL || !may_match(v, card) ||
            sst_hash128_compare(card->key, item->card.key) != 0)
            continue;
        sst_title_use mine = use_of(&item->card), theirs = use_of(card);
        bool same = sst_equal_texts_vouch(v->kind, &mine, &theirs);
        const sst_card **place = same ? &best : &near;
        if (*place == NULL || is_earlier(card, *place))
            *place = card;
    }
    if (status != SST_OK)
        return status;
    uint32_t shingles = item->story.shingle_count;
    if (best != NULL)
        item->finding = (sst_finding){.same = true,
                                      .relation = SST_RELATION_IDENTICAL,
                                      .of = best->number,
                                      .overlap = {shingles, shingles, shingles}};
    else if (near != NULL)
        item->finding = (sst_finding){.near = true,
                                      .near_relation = SST_RELATION_FURNITURE,
                                      .near_of = near->number};
    return SST_OK;
}

/* ---- Candidates ---- */

/* How a story was met: the keys that it shares with the arriving one. */
typedef struct meeting {
    uint32_t number;
    uint32_t samples, briefs, bands; /* shared keys */
    uint32_t shortest;               /* list of a shared sample: how rare the rarest is */
} meeting;

/* A text of fewer 4-shingles posts them all, a longer one an eighth. */
static bool posts_all(uint32_t tokens)
{
    return tokens < SST_MATCH_SAMPLE_ALL + 3;
}

/* Whether the shared samples can be a shared passage; the rule of the second channel
 * (match/samples.c): two samples, and an eighth of what the smaller text has. What is common must
 * be more, unless something rare is shared. */
static bool shares_passages(const view *v, sst_tag tag, const meeting *m)
{
    const sst_story *story = &v->item->story;
    uint32_t smaller = story->shingle_count < tag.shingles ? story->shingle_count : tag.shingles;
    bool all = posts_all(story->token_count) && posts_all(tag.tokens);
    uint32_t rate = SST_MATCH_SAMPLE_RATE * (all ? 1 : SST_MATCH_SAMPLE_RATE);
    if (m->shortest > RARE_LIST)
        rate /= 2;
    return m->samples >= SAMPLES_LEAST && m->samples * rate >= smaller;
}

/* Whether the sketches leave room for an overlap that is kept (SST_MATCH_MIN_CONTAINMENT of the
 * shorter text): three standard deviations above the agreement that was seen. It spares the exact
 * comparison of long texts that share a phrase or two. */
static bool may_overlap(const view *v, const sst_card *card, unsigned agreeing)
{
    double most = (agreeing + 3 * sqrt(agreeing + 1.0)) / SST_SKETCH_SLOTS;
    double a = v->item->story.shingle_count, b = card->shingle_count;
    double shared = most >= 1 ? a + b : most / (1 + most) * (a + b);
    return 100 * shared >= SST_MATCH_MIN_CONTAINMENT * (a < b ? a : b);
}

/* At first sight, without the story's row: most meetings end here. */
static sst_status worth_a_look(view *v, const meeting *m, bool *worth)
{
    *worth = false;
    if (m->bands == 0 && m->briefs == 0 && m->samples < SAMPLES_LEAST)
        return SST_OK;
    sst_tag tag;
    sst_status status = glance(v, m->number, &tag);
    if (status != SST_OK || tag.shingles == 0 || tag.headline != v->item->story.headline)
        return status;
    *worth = m->bands > 0 || (m->briefs > 0 && tag.shingles < SST_SHORT_SHINGLES) ||
             shares_passages(v, tag, m);
    return SST_OK;
}

static sst_status propose(view *v, const meeting *m)
{
    bool worth;
    sst_status status = worth_a_look(v, m, &worth);
    const sst_card *card = NULL;
    if (status == SST_OK && worth)
        status = look(v, m->number, &card);
    if (status != SST_OK || card == NULL || !may_match(v, card) ||
        sst_hash128_compare(card->key, v->item->card.key) == 0)
        return status;
    unsigned agreeing = sst_sketch_agreeing(v->item->card.sketch, card->sketch);
    bool brief = m->briefs > 0 && card->shingle_count < SST_SHORT_SHINGLES;
    if (!brief && agreeing < v->archive->floor &&
        (m->samples < SAMPLES_LEAST || !may_overlap(v, card, agreeing)))
        return SST_OK;
    struct sst_search *search = v->worker->search;
    status = SST_RESERVE(&search->proposals, &search->capacity, search->count + 1, "candidates",
                         v->error);
    if (status != SST_OK)
        return status;
    uint32_t most = v->item->keys.sample_count == 0 ? 1 : v->item->keys.sample_count;
    search->proposals[search->count++] = (proposal){
        .number = m->number,
        .score = agreeing + SST_SKETCH_SLOTS * m->samples / most,
        .card = card,
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

static sst_status reserve_candidates(view *v, const sst_hits *hits)
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

/* Notes where the list of each slot lies and collects (number, slot) of those that make a story
 * a candidate: all of a whole list, the ends of one that was cut because it names too many.
 * Returns how many. */
static size_t collect_meetings(view *v, const sst_hits *hits)
{
    struct sst_search *search = v->worker->search;
    uint64_t *words = v->worker->words;
    uint32_t slots = v->item->keys.count - v->item->keys.sample, at = 0;
    size_t count = 0;
    search->cut_count = 0;
    for (uint32_t slot = 0; slot < slots; slot++) {
        uint32_t begin = at;
        while (at < hits->count && hits->items[at].slot == slot)
            at++;
        search->slots[slot] = (slot_list){begin, at};
        bool cut = was_cut(search->slots[slot]);
        if (cut && slot < v->item->keys.sample_count)
            search->cut[search->cut_count++] = slot;
        for (uint32_t i = begin; i < at; i++)
            if (!cut || i - begin < CUT_ENDS || at - i <= CUT_ENDS)
                words[count++] = (uint64_t)hits->items[i].number << 32 | slot;
    }
    return count;
}

static void count_key(const view *v, uint32_t slot, meeting *m)
{
    const sst_item_keys *keys = &v->item->keys;
    slot_list list = v->worker->search->slots[slot];
    if (slot >= keys->band - keys->sample) {
        m->bands++;
    } else if (slot >= keys->brief - keys->sample) {
        m->briefs++;
    } else {
        m->samples++;
        if (list.end - list.begin < m->shortest)
            m->shortest = list.end - list.begin;
    }
}

/* Whether hits [begin, end) name a story. */
static bool names(const sst_hits *hits, uint32_t begin, uint32_t end, uint32_t number)
{
    uint32_t last = end;
    while (begin < end) {
        uint32_t middle = begin + (end - begin) / 2;
        if (hits->items[middle].number < number)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin < last && hits->items[begin].number == number;
}

/* What a story that was met shares besides: samples so common that their lists were cut. */
static void count_common(const view *v, const sst_hits *hits, meeting *m)
{
    const struct sst_search *search = v->worker->search;
    for (size_t i = 0; i < search->cut_count && m->samples > 0; i++) {
        slot_list list = search->slots[search->cut[i]];
        m->samples += names(hits, list.begin + CUT_ENDS, list.end - CUT_ENDS, m->number);
    }
}

/* A story's meetings are counted by the kind of key. */
static sst_status count_hits(view *v, const sst_hits *hits)
{
    sst_worker *worker = v->worker;
    sst_status status = reserve_candidates(v, hits);
    if (status != SST_OK)
        return status;
    size_t count = collect_meetings(v, hits);
    sst_sort_block(worker->words, worker->scratch, count);
    for (size_t i = 0; i < count && status == SST_OK;) {
        meeting m = {.number = (uint32_t)(worker->words[i] >> 32), .shortest = UINT32_MAX};
        for (; i < count && worker->words[i] >> 32 == m.number; i++)
            count_key(v, (uint32_t)worker->words[i], &m);
        count_common(v, hits, &m);
        status = propose(v, &m);
    }
    return status;
}

static int compare_score(const void *left, const void *right)
{
    const proposal *a = left, *b = right;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

static sst_status search_candidates(view *v)
{
    const sst_item_keys *keys = &v->item->keys;
    struct sst_search *search = v->worker->search;
    search->count = 0;
    search->own_known = false;
    sst_status status =
        found(v, keys->sample, keys->count - keys->sample, &v->worker->hits);
    if (status == SST_OK)
        status = count_hits(v, &v->worker->hits);
    if (search->count > 1)
        qsort(search->proposals, search->count, sizeof *search->proposals, compare_score);
    if (search->count > PROPOSED_MOST)
        search->count = PROPOSED_MOST;
    return status;
}

/* ---- Exact overlap ---- */

static void estimate(const view *v, proposal *p)
{
    uint32_t a = v->item->story.shingle_count, b = p->card->shingle_count;
    double jaccard = sst_sketch_jaccard(v->item->card.sketch, p->card->sketch);
    double shared = jaccard / (1 + jaccard) * ((double)a + b);
    uint32_t least = a < b ? a : b;
    p->estimated = true;
    p->overlap = (sst_overlap){shared > least ? least : (uint32_t)(shared + .5), a, b};
}

/* Texts that are equal among themselves are compared once, the earliest stands for them. */
static bool repeats_text(const struct sst_search *search, size_t kept, const proposal *p)
{
    for (size_t i = 0; i < kept; i++)
        if (sst_hash128_compare(search->proposals[i].card->key, p->card->key) == 0)
            return true;
    return false;
}

/* The arriving story leads the overlap table. */
static sst_status compare(view *v, proposal *p)
{
    token_view tokens;
    sst_status status = read_tokens(v, p->number, &tokens);
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

static sst_status compare_all(view *v)
{
    struct sst_search *search = v->worker->search;
    const sst_story *story = &v->item->story;
    sst_status status =
        search->count == 0 ? SST_OK
                           : sst_overlap_lead(v->worker->overlap, story->tokens,
                                              story->token_count, v->error);
    size_t kept = 0;
    for (size_t i = 0; i < search->count && status == SST_OK; i++) {
        proposal p = search->proposals[i];
        if (repeats_text(search, kept, &p))
            continue;
        status = compare(v, &p);
        if (status == SST_OK && sst_match_enough(&p.overlap))
            search->proposals[kept++] = p;
    }
    search->count = kept;
    return status;
}

/* By exact Jaccard, then earlier. */
static int compare_overlap(const void *left, const void *right)
{
    const proposal *a = left, *b = right;
    uint64_t a_union = (uint64_t)a->overlap.a_count + a->overlap.b_count - a->overlap.shared;
    uint64_t b_union = (uint64_t)b->overlap.a_count + b->overlap.b_count - b->overlap.shared;
    uint64_t x = a->overlap.shared * b_union, y = b->overlap.shared * a_union;
    if (x != y)
        return x > y ? -1 : 1;
    return is_earlier(a->card, b->card) ? -1 : 1;
}

/* ---- Formula text: on how many days was a shingle seen? ---- */

typedef struct unit_count {
    int32_t days[UNITS_COMMON];
    const sst_card *groups[UNITS_COMMON];
    size_t day_count, group_count;
} unit_count;

static void add_day(unit_count *units, int32_t day)
{
    for (size_t i = 0; i < units->day_count; i++)
        if (units->days[i] == day)
            return;
    units->days[units->day_count++] = day;
}

/* Undated stories count as groups of near-equal texts. */
static void add_group(unit_count *units, const sst_card *card)
{
    for (size_t i = 0; i < units->group_count; i++)
        if (sst_sketch_agreeing(units->groups[i]->sketch, card->sketch) >= GROUP_AGREEING)
            return;
    units->groups[units->group_count++] = card;
}

static sst_status add_unit(view *v, uint32_t number, unit_count *units)
{
    sst_tag tag;
    const sst_card *card = NULL;
    sst_status status = glance(v, number, &tag);
    if (status != SST_OK || tag.tokens == 0)
        return status;
    if (tag.day != SST_UNDATED) {
        add_day(units, tag.day);
        return SST_OK;
    }
    status = look(v, number, &card);
    if (status == SST_OK && card != NULL)
        add_group(units, card);
    return status;
}

/* Whether the first of these stories show the furniture of one source. */
static sst_status is_furniture(view *v, const sst_hits *hits, size_t begin, size_t end, bool own,
                               bool *furniture)
{
    const sst_card *cards[SST_SITE_CARDS];
    size_t count = 0;
    sst_status status = SST_OK;
    if (end - begin + own < SST_MATCH_FURNITURE_GROUPS)
        return SST_OK;
    if (own)
        cards[count++] = &v->item->card;
    for (size_t i = begin; i < end && count < SST_SITE_CARDS && status == SST_OK; i++) {
        status = look(v, hits->items[i].number, &cards[count]);
        if (status == SST_OK && cards[count] != NULL)
            count++;
    }
    *furniture = status == SST_OK && sst_cards_are_furniture(cards, count);
    return status;
}

/* Hits [begin, end) are those of one shingle; the arriving story has it, too, if `own`. */
static sst_status is_common(view *v, const sst_hits *hits, size_t begin, size_t end, bool own,
                            bool *common)
{
    unit_count units = {.day_count = 0};
    *common = false;
    if (end - begin + own < UNITS_COMMON)
        return SST_OK;
    const sst_card *card = &v->item->card;
    if (own && card->published != SST_NO_TIME)
        add_day(&units, sst_day_of(card->published));
    else if (own)
        add_group(&units, card);
    sst_status status = SST_OK;
    for (size_t i = begin; i < end && status == SST_OK && !*common; i++) {
        status = add_unit(v, hits->items[i].number, &units);
        *common = units.day_count + units.group_count >= UNITS_COMMON;
    }
    if (status == SST_OK && !*common)
        status = is_furniture(v, hits, begin, end, own, common);
    return status;
}

/* Whether a sorted list holds a shingle. */
static bool holds(const uint64_t *list, size_t count, uint64_t shingle)
{
    size_t begin = 0, end = count;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (list[middle] < shingle)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin < count && list[begin] == shingle;
}

/* Hits come by slot: the end of those of `slot`, which begin at `begin`. */
static size_t slot_end(const sst_hits *hits, size_t begin, size_t slot)
{
    while (begin < hits->count && hits->items[begin].slot == slot)
        begin++;
    return begin;
}

/* The arriving story's common shingles, from the hits that gave the candidates. */
static sst_status find_own_common(view *v)
{
    struct sst_search *search = v->worker->search;
    const sst_item_keys *keys = &v->item->keys;
    const sst_hits *hits = &v->worker->hits;
    if (search->own_known)
        return SST_OK;
    search->own_known = true;
    search->own_count = 0;
    sst_status status = SST_RESERVE(&search->own_common, &search->own_capacity,
                                    keys->sample_count, "formula text", v->error);
    size_t begin = 0;
    for (size_t slot = 0; slot < keys->sample_count && status == SST_OK; slot++) {
        size_t end = slot_end(hits, begin, slot);
        bool is;
        status = is_common(v, hits, begin, end, true, &is);
        if (status == SST_OK && is)
            search->own_common[search->own_count++] = keys->samples[slot];
        begin = end;
    }
    return status;
}

/* The common ones among the other story's samples: what both have is known already, the keys of
 * the others are asked for together. */
static sst_status sort_out_common(view *v, const uint64_t *samples, size_t count, uint64_t *keys)
{
    struct sst_search *search = v->worker->search;
    const sst_item_keys *own = &v->item->keys;
    sst_hits *hits = &v->worker->more_hits;
    size_t asked = 0, begin = 0;
    search->other_count = 0;
    for (size_t i = 0; i < count; i++)
        if (!holds(own->samples, own->sample_count, samples[i]))
            keys[asked++] = sst_index_key(SST_KEY_SAMPLE, samples[i]);
    sst_status status = SST_RESERVE(&search->other_common, &search->other_capacity, count,
                                    "formula text", v->error);
    if (status == SST_OK)
        status = find(v, keys, asked, hits);
    asked = 0;
    for (size_t i = 0; i < count && status == SST_OK; i++) {
        bool is;
        if (holds(own->samples, own->sample_count, samples[i])) {
            is = holds(search->own_common, search->own_count, samples[i]);
        } else {
            size_t end = slot_end(hits, begin, asked++);
            status = is_common(v, hits, begin, end, false, &is);
            begin = end;
        }
        if (status == SST_OK && is)
            search->other_common[search->other_count++] = samples[i];
    }
    return status;
}

static sst_status find_other_common(view *v, const token_view *tokens)
{
    sst_worker *worker = v->worker;
    size_t room = tokens->body_count;
    sst_status status =
        SST_RESERVE(&worker->words, &worker->word_capacity, room, "samples", v->error);
    if (status == SST_OK)
        status =
            SST_RESERVE(&worker->scratch, &worker->scratch_capacity, room, "samples", v->error);
    if (status != SST_OK)
        return status;
    size_t count = sst_match_samples(tokens->body, tokens->body_count, worker->words);
    sst_sort_block(worker->words, worker->scratch, count);
    count = sst_sort_unique(worker->words, count);
    return sort_out_common(v, worker->words, count, worker->scratch);
}

/* ---- Judging ---- */

static int64_t judge_day(const sst_card *card)
{
    return card->published == SST_NO_TIME ? SST_NO_DAY : sst_day_of(card->published);
}

static sst_relation estimated_relation(const view *v, const sst_overlap *overlap)
{
    double all = (double)overlap->a_count + overlap->b_count - overlap->shared;
    double threshold = sst_store_settings_of(v->archive->store)->threshold;
    return overlap->shared >= threshold * all ? SST_RELATION_COPY : SST_RELATION_DISTINCT;
}

static sst_status judge_tokens(view *v, const proposal *p, const token_view *tokens,
                               sst_relation *relation)
{
    struct sst_search *search = v->worker->search;
    const sst_story *story = &v->item->story;
    sst_status status = find_own_common(v);
    if (status == SST_OK)
        status = find_other_common(v, tokens);
    if (status != SST_OK)
        return status;
    sst_judge_side a = {story->tokens, story->title, story->token_count, story->title_count,
                        judge_day(&v->item->card), search->own_common, search->own_count};
    sst_judge_side b = {tokens->body, tokens->title, tokens->body_count, tokens->title_count,
                        judge_day(p->card), search->other_common, search->other_count};
    sst_verdict verdict;
    status = sst_judge_pair(v->worker->judge, &a, &b, &p->overlap, &verdict, v->error);
    *relation = verdict.relation;
    return status;
}

/* Text that stands under many titles makes no pair the same story. */
static sst_status overrule(view *v, const proposal *p, sst_relation *relation)
{
    if (!sst_relation_same_story(*relation))
        return SST_OK;
    enum sst_text_kind kind = v->kind;
    sst_status status = SST_OK;
    if (kind != SST_TEXT_FURNITURE) {
        uint64_t key = sst_index_key(SST_KEY_TEXT, p->card->key.low);
        status = find(v, &key, 1, &v->worker->more_hits);
        if (status == SST_OK)
            status = text_kind(v, p->card, NULL, &v->worker->more_hits, &kind);
    }
    if (status == SST_OK && kind == SST_TEXT_FURNITURE)
        *relation = SST_RELATION_FURNITURE;
    return status;
}

static sst_status judge_one(view *v, const proposal *p, sst_relation *relation)
{
    token_view tokens;
    sst_status status = read_tokens(v, p->number, &tokens);
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

static void keep_best(sst_item *item, const proposal *p, sst_relation relation)
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
static sst_status judge_founder(view *v, uint32_t founder, const sst_card *card,
                                sst_relation *relation)
{
    const struct sst_search *search = v->worker->search;
    proposal p = {.number = founder, .card = card};
    sst_status status = SST_OK;
    bool compared = false;
    for (size_t i = 0; i < search->count && !compared; i++) {
        compared = search->proposals[i].number == founder;
        if (compared)
            p = search->proposals[i];
    }
    if (!compared)
        status = compare(v, &p);
    *relation = SST_RELATION_DISTINCT;
    return status == SST_OK && sst_match_enough(&p.overlap) ? judge_one(v, &p, relation)
                                                            : status;
}

/* A chain is cut, as in `cluster`: where A is B and B is C, C joins A's cluster only when it is A,
 * too, or nearly equal to B. The clusters of earlier stories are settled. */
static sst_status joins_cluster(view *v, const proposal *p, sst_relation relation, bool *joins)
{
    uint32_t founder = p->card->cluster;
    const sst_card *card = NULL;
    *joins = true;
    if (relation == SST_RELATION_IDENTICAL || founder == p->number || nearly_equal(&p->overlap))
        return SST_OK;
    sst_status status = look(v, founder, &card);
    if (status != SST_OK || card == NULL || card->headline != v->item->story.headline)
        return status; /* it is gone, and cannot be asked */
    sst_relation to_founder;
    status = judge_founder(v, founder, card, &to_founder);
    *joins = status != SST_OK || sst_relation_same_story(to_founder);
    if (!*joins)
        keep_near(&v->item->finding, founder, to_founder);
    return status;
}

static sst_status judge_and_keep(view *v, const proposal *p)
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

/* The most alike first: the first copy is the best there is. */
static sst_status judge_all(view *v)
{
    struct sst_search *search = v->worker->search;
    sst_finding *finding = &v->item->finding;
    if (search->count > 1)
        qsort(search->proposals, search->count, sizeof *search->proposals, compare_overlap);
    size_t most = search->count < JUDGED_MOST ? search->count : JUDGED_MOST;
    sst_status status = SST_OK;
    for (size_t i = 0; i < most && status == SST_OK; i++) {
        status = judge_and_keep(v, &search->proposals[i]);
        if (finding->same && finding->relation <= SST_RELATION_COPY)
            break;
    }
    return status;
}

static sst_status search(view *v)
{
    sst_worker *worker = v->worker;
    v->item->finding = (sst_finding){.same = false};
    if (v->item->story.token_count == 0)
        return SST_OK;
    if (worker->search == NULL)
        worker->search = sst_allocate_zeroed(1, sizeof *worker->search, "the search", v->error);
    if (worker->search == NULL)
        return SST_MEMORY;
    sst_status status = search_equal(v);
    if (status != SST_OK || v->item->finding.same)
        return status;
    status = search_candidates(v);
    if (status == SST_OK)
        status = compare_all(v);
    return status == SST_OK ? judge_all(v) : status;
}

sst_status sst_search_run(sst_archive *archive, sst_worker *worker, size_t position,
                          sst_error *error)
{
    view v = {archive, worker, &archive->items[position], (ptrdiff_t)position, SST_TEXT_PLAIN,
              false, error};
    return search(&v);
}

sst_status sst_search_settle(sst_archive *archive, sst_worker *worker, size_t position,
                             sst_error *error)
{
    view v = {archive, worker, &archive->items[position], (ptrdiff_t)position, SST_TEXT_PLAIN,
              true, error};
    return search(&v);
}
