/* Formula text: on how many days was a shingle seen? (job/search.h) */
#include "base/sort.h"
#include "job/search.h"
#include "job/site.h"

enum {
    UNITS_COMMON = SST_EVIDENCE_COMMON_DAYS,
    GROUP_AGREEING = 102, /* slots of 128: Jaccard .8, the undated story is one of the group */
};

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

static sst_status add_unit(sst_view *v, uint32_t number, unit_count *units)
{
    sst_tag tag;
    const sst_card *card = NULL;
    sst_status status = sst_view_tag(v, number, &tag);
    if (status != SST_OK || tag.tokens == 0)
        return status;
    if (tag.day != SST_UNDATED) {
        add_day(units, tag.day);
        return SST_OK;
    }
    status = sst_view_card(v, number, &card);
    if (status == SST_OK && card != NULL)
        add_group(units, card);
    return status;
}

/* Whether the first of these stories show the furniture of one source. */
static sst_status is_furniture(sst_view *v, const sst_hits *hits, size_t begin, size_t end,
                               bool own, bool *furniture)
{
    const sst_card *cards[SST_SITE_CARDS];
    size_t count = 0;
    sst_status status = SST_OK;
    if (end - begin + own < SST_MATCH_FURNITURE_GROUPS)
        return SST_OK;
    if (own)
        cards[count++] = &v->item->card;
    for (size_t i = begin; i < end && count < SST_SITE_CARDS && status == SST_OK; i++) {
        status = sst_view_card(v, hits->items[i].number, &cards[count]);
        if (status == SST_OK && cards[count] != NULL)
            count++;
    }
    *furniture = status == SST_OK && sst_cards_are_furniture(cards, count);
    return status;
}

/* Hits [begin, end) are those of one shingle; the arriving story has it, too, if `own`. */
static sst_status is_common(sst_view *v, const sst_hits *hits, size_t begin, size_t end, bool own,
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
sst_status sst_common_own(sst_view *v)
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
static sst_status sort_out_common(sst_view *v, const uint64_t *samples, size_t count,
                                  uint64_t *keys)
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
        status = sst_view_find(v, keys, asked, hits);
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

sst_status sst_common_other(sst_view *v, const sst_view_text *tokens)
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
