/* Which earlier story does an arriving one tell? Everything here looks at stories with lower
 * numbers only, so the answer does not depend on what else is in the batch. */
#include <string.h>

#include "job/search.h"

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
bool sst_view_is_earlier(const sst_card *a, const sst_card *b)
{
    if (time_of(a) != time_of(b))
        return time_of(a) < time_of(b);
    return a->number < b->number;
}

/* ---- Looking at stories ---- */

static bool replaced_before(const sst_view *v, uint32_t number)
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
sst_status sst_view_card(sst_view *v, uint32_t number, const sst_card **card)
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
sst_status sst_view_tag(sst_view *v, uint32_t number, sst_tag *tag)
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

static bool in_window(const sst_view *v, const sst_card *card)
{
    int64_t window = v->archive->options.window;
    int64_t time = card->published == SST_NO_TIME ? card->first_seen : card->published;
    return window <= 0 || time >= v->archive->now - window;
}

bool sst_view_may_match(const sst_view *v, const sst_card *card)
{
    return card->id_hash != v->item->card.id_hash && card->headline == v->item->story.headline &&
           in_window(v, card);
}

sst_status sst_view_find(sst_view *v, const uint64_t *keys, size_t count, sst_hits *hits)
{
    hits->count = 0;
    return sst_lookup_find(v->archive->lookup, keys, count, v->item->number,
                           &v->worker->stored_hits, hits, v->error);
}

/* The answers to the arriving story's own keys [begin, begin + count). */
sst_status sst_view_answers(const sst_view *v, uint32_t begin, uint32_t count, sst_hits *hits)
{
    hits->count = 0;
    return sst_lookup_answers(v->archive->lookup, v->item->asked + begin - v->item->keys.text,
                              count, hits, v->error);
}

static sst_status read_stored(sst_view *v, uint32_t number, const sst_shelf_story **out)
{
    sst_worker *worker = v->worker;
    sst_buffer_reset(&worker->packed);
    sst_status status =
        sst_store_text(v->archive->store, number, &worker->packed, v->error);
    if (status != SST_OK || worker->packed.size == 0)
        return status;
    sst_record record = {.time = SST_NO_TIME};
    sst_slice packed = {worker->packed.bytes, worker->packed.size};
    status = sst_unpack(worker->packer, packed, &record, v->error);
    sst_story story = {.token_count = 0};
    if (status == SST_OK)
        status = sst_prepare_tokens(worker->preparer, &record, &story, v->error);
    return status == SST_OK ? sst_shelf_put(v->archive->shelf, number, &story, out, v->error)
                            : status;
}

sst_status sst_view_tokens(sst_view *v, uint32_t number, sst_view_text *out)
{
    *out = (sst_view_text){NULL, NULL, 0, 0};
    const sst_item *item = sst_archive_item(v->archive, number);
    if (item != NULL) {
        *out = (sst_view_text){item->story.tokens, item->story.title, item->story.token_count,
                            item->story.title_count};
        return SST_OK;
    }
    if (!sst_store_settings_of(v->archive->store)->texts)
        return SST_OK;
    const sst_shelf_story *story = sst_shelf_find(v->archive->shelf, number);
    sst_status status = story == NULL ? read_stored(v, number, &story) : SST_OK;
    if (status == SST_OK && story != NULL)
        *out = (sst_view_text){story->tokens, story->tokens + story->token_count,
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
sst_status sst_view_text_kind(sst_view *v, const sst_card *card, const sst_card *extra,
                            const sst_hits *hits, enum sst_text_kind *kind)
{
    struct sst_search *search = v->worker->search;
    sst_status status = SST_RESERVE(&search->uses, &search->use_capacity, hits->count + 1,
                                    "titles", v->error);
    size_t count = 0;
    for (size_t i = 0; i <= hits->count && status == SST_OK; i++) {
        const sst_card *other = extra;
        if (i < hits->count)
            status = sst_view_card(v, hits->items[i].number, &other);
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
static sst_status search_equal(sst_view *v)
{
    sst_item *item = v->item;
    sst_hits *hits = &v->worker->hits;
    sst_status status = sst_view_answers(v, item->keys.text, 1, hits);
    if (status == SST_OK)
        status = sst_view_text_kind(v, &item->card, &item->card, hits, &v->kind);
    const sst_card *best = NULL, *near = NULL;
    for (size_t i = 0; i < hits->count && status == SST_OK; i++) {
        const sst_card *card;
        status = sst_view_card(v, hits->items[i].number, &card);
        if (status != SST_OK || card == NULL || !sst_view_may_match(v, card) ||
            sst_hash128_compare(card->key, item->card.key) != 0)
            continue;
        sst_title_use mine = use_of(&item->card), theirs = use_of(card);
        bool same = sst_equal_texts_vouch(v->kind, &mine, &theirs);
        const sst_card **place = same ? &best : &near;
        if (*place == NULL || sst_view_is_earlier(card, *place))
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

static sst_status search(sst_view *v)
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
    status = sst_view_propose(v);
    return status == SST_OK ? sst_view_judge(v) : status;
}

sst_status sst_search_run(sst_archive *archive, sst_worker *worker, size_t position,
                          sst_error *error)
{
    sst_view v = {archive, worker, &archive->items[position], (ptrdiff_t)position, SST_TEXT_PLAIN,
              false, error};
    return search(&v);
}

sst_status sst_search_settle(sst_archive *archive, sst_worker *worker, size_t position,
                             sst_error *error)
{
    sst_view v = {archive, worker, &archive->items[position], (ptrdiff_t)position, SST_TEXT_PLAIN,
              true, error};
    return search(&v);
}
