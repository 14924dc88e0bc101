/* One batch of questions: read, identify, search, settle, commit (job/archive.h). */
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "job/archive.h"

enum { SEARCH_CHUNK = 4, REPLY_CHUNK = 64 };

/* ---- Known, revised or new ---- */

static bool same_content(sst_hash128 a, sst_hash128 b)
{
    return sst_hash128_compare(a, b) == 0;
}

static uint32_t *id_slot(sst_archive *archive, const sst_item *item)
{
    size_t slots = 16;
    while (slots * 2 <= archive->by_id_capacity)
        slots *= 2;
    size_t slot = sst_mix64(item->card.id_hash) & (slots - 1);
    while (archive->by_id[slot] != 0 &&
           archive->items[archive->by_id[slot] - 1].card.id_hash != item->card.id_hash)
        slot = (slot + 1) & (slots - 1);
    return &archive->by_id[slot];
}

/* Versions of the story earlier in this batch. */
static bool identify_in_batch(sst_archive *archive, sst_item *item)
{
    ptrdiff_t newest = (ptrdiff_t)*id_slot(archive, item) - 1;
    for (ptrdiff_t at = newest; at != SST_NO_ITEM; at = archive->items[at].older) {
        if (!same_content(archive->items[at].story.content, item->story.content))
            continue;
        item->fate = SST_FATE_REPEAT;
        item->twin = at;
        return true;
    }
    if (newest == SST_NO_ITEM)
        return false;
    item->fate = SST_FATE_REVISED;
    item->twin = newest;
    return true;
}

/* Versions of the story in the archive. A revised story may still be known: an older version
 * comes back. */
static sst_status identify_in_store(sst_archive *archive, sst_item *item, sst_error *error)
{
    enum { VERSIONS = 1024 };
    uint32_t numbers[VERSIONS];
    size_t count = 0;
    sst_hits *hits = &archive->workers[0].hits;
    hits->count = 0;
    sst_status status = sst_lookup_answers(archive->lookup, item->asked, 1, hits, error);
    if (status == SST_OK && hits->count > 0)
        status = sst_store_match_id(archive->store, item->id, hits, numbers, VERSIONS, &count,
                                    error);
    for (size_t i = 0; i < count && status == SST_OK; i++) {
        sst_row row;
        bool found;
        status = sst_store_row(archive->store, numbers[i], &row, &found, error);
        if (status != SST_OK || !found)
            continue;
        if (same_content(row.content, item->story.content)) {
            item->fate = SST_FATE_KNOWN;
            item->previous = row.number;
            return SST_OK;
        }
        if (!row.retired && item->fate == SST_FATE_NEW) {
            item->fate = SST_FATE_REVISED;
            item->previous = row.number;
        }
    }
    return status;
}

static sst_status check_taken_down(sst_archive *archive, sst_item *item, sst_error *error)
{
    int64_t time = SST_NO_TIME;
    sst_status status = SST_OK;
    if (archive->tombstones)
        status = sst_store_tombstone(archive->store, item->id, &time, error);
    if (status != SST_OK || time == SST_NO_TIME)
        return status;
    item->fate = SST_FATE_BAD;
    item->reply->status =
        sst_fail(&item->reply->error, SST_GONE,
                 "the story '%.*s' was taken down and is not taken in again; leave it out",
                 (int)(item->id.size > 200 ? 200 : item->id.size), item->id.bytes);
    return SST_OK;
}

static sst_status retire_previous(sst_archive *archive, const sst_item *item, ptrdiff_t position,
                                  sst_error *error)
{
    if (item->twin != SST_NO_ITEM) {
        archive->items[item->twin].retired_at = position;
        return SST_OK;
    }
    sst_status status = SST_RESERVE(&archive->retired, &archive->retired_capacity,
                                    archive->retired_count + 1, "a batch", error);
    if (status == SST_OK)
        archive->retired[archive->retired_count++] = (sst_retired){item->previous, position};
    return status;
}

/* Numbers a story that is to be added. */
static sst_status admit(sst_archive *archive, size_t position, sst_error *error)
{
    sst_item *item = &archive->items[position];
    sst_status status =
        sst_store_source(archive->store, item->source, &item->card.source, error);
    if (status == SST_OK && item->fate == SST_FATE_REVISED)
        status = retire_previous(archive, item, (ptrdiff_t)position, error);
    if (status != SST_OK)
        return status;
    uint32_t *slot = id_slot(archive, item);
    item->older = (ptrdiff_t)*slot - 1;
    *slot = (uint32_t)position + 1;
    archive->added[archive->added_count++] = position;
    return sst_index_add(sst_store_index(archive->store), item->number, item->keys.keys,
                         item->keys.count, error);
}

static sst_status identify(sst_archive *archive, size_t position, sst_error *error)
{
    sst_item *item = &archive->items[position];
    if (item->fate == SST_FATE_BAD)
        return SST_OK;
    item->number = item->card.number = archive->base + (uint32_t)archive->added_count;
    sst_status status = check_taken_down(archive, item, error);
    if (status != SST_OK || item->fate == SST_FATE_BAD)
        return status;
    bool repeat = identify_in_batch(archive, item) && item->fate == SST_FATE_REPEAT;
    if (!repeat)
        status = identify_in_store(archive, item, error);
    bool added = item->fate == SST_FATE_NEW || item->fate == SST_FATE_REVISED;
    return status == SST_OK && added && !item->check ? admit(archive, position, error) : status;
}

/* Asks the index for all ids at a time. */
static sst_status look_up_ids(sst_archive *archive, sst_error *error)
{
    sst_status status = SST_OK;
    sst_lookup_reset(archive->lookup, archive->base);
    for (size_t i = 0; i < archive->item_count && status == SST_OK; i++) {
        sst_item *item = &archive->items[i];
        if (item->fate != SST_FATE_BAD)
            status = sst_lookup_add(archive->lookup, item->keys.keys, 1, archive->base, false,
                                    &item->asked, error);
    }
    return status == SST_OK ? sst_lookup_run(archive->lookup, sst_store_index(archive->store),
                                             archive->loops, error)
                            : status;
}

/* A stored story is replaced by one item at most. */
static int compare_retired(const void *left, const void *right)
{
    const sst_retired *a = left, *b = right;
    return a->number < b->number ? -1 : a->number > b->number;
}

static sst_status identify_all(sst_archive *archive, sst_error *error)
{
    archive->base = sst_store_next(archive->store);
    sst_status status = sst_store_has_tombstones(archive->store, &archive->tombstones, error);
    if (status == SST_OK)
        status = look_up_ids(archive, error);
    for (size_t i = 0; i < archive->item_count && status == SST_OK; i++)
        status = identify(archive, i, error);
    if (archive->retired_count > 1)
        qsort(archive->retired, archive->retired_count, sizeof *archive->retired,
              compare_retired);
    return status;
}

/* ---- Searching ---- */

/* All keys but the id: of stories that are to be searched for, and of those that only may be
 * found. */
static sst_status look_up(sst_archive *archive, sst_error *error)
{
    sst_status status = SST_OK;
    sst_lookup_reset(archive->lookup, archive->base);
    for (size_t i = 0; i < archive->item_count && status == SST_OK; i++) {
        sst_item *item = &archive->items[i];
        bool added = item->fate == SST_FATE_NEW || item->fate == SST_FATE_REVISED;
        if (!added || item->story.token_count == 0)
            continue;
        status = sst_lookup_add(archive->lookup, item->keys.keys + item->keys.text,
                                item->keys.count - item->keys.text, item->number, !item->check,
                                &item->asked, error);
    }
    return status == SST_OK ? sst_lookup_run(archive->lookup, sst_store_index(archive->store),
                                             archive->loops, error)
                            : status;
}

static sst_status search_items(void *context, size_t begin, size_t end, unsigned thread,
                               sst_error *error)
{
    sst_archive *archive = context;
    sst_status status = SST_OK;
    for (size_t i = begin; i < end && status == SST_OK; i++) {
        if (archive->items[i].fate != SST_FATE_NEW)
            continue;
        status = sst_search_run(archive, &archive->workers[thread], i, error);
        if (status == SST_OK)
            status = sst_settle_prepare(archive, &archive->items[i], error);
    }
    return status;
}

/* ---- Replies: beside the commit, for nothing of it depends on them ---- */

/* The stories just added will be asked for first. Without memory they are read again. */
static void keep_tokens(const sst_archive *archive, const sst_item *item)
{
    const sst_shelf_story *kept;
    if (sst_archive_item(archive, item->number) == item && item->retired_at == SST_NO_ITEM)
        sst_shelf_put(archive->shelf, item->number, &item->story, &kept, NULL);
}

static sst_status reply_items(void *context, size_t begin, size_t end, unsigned thread,
                              sst_error *error)
{
    sst_archive *archive = context;
    sst_status status = SST_OK;
    (void)thread;
    for (size_t i = begin; i < end && status == SST_OK; i++) {
        status = sst_settle_reply(&archive->items[i], error);
        keep_tokens(archive, &archive->items[i]);
    }
    return status;
}

/* ---- The batch ---- */

static sst_status begin(sst_archive *archive, sst_error *error)
{
    bool adds = false;
    for (size_t i = 0; i < archive->item_count; i++)
        adds |= !archive->items[i].check;
    sst_status status = SST_OK;
    if (!archive->open)
        status = adds ? sst_store_begin(archive->store, error)
                      : sst_store_begin_read(archive->store, error);
    if (status != SST_OK)
        return status;
    sst_store_share(archive->store, archive->threads);
    status = sst_store_expect(archive->store, archive->item_count, error);
    if (status != SST_OK && !archive->open)
        sst_store_rollback(archive->store);
    return status;
}

static sst_status end(sst_archive *archive, bool adds, sst_error *error)
{
    if (archive->open) /* a dry run: the next batch finds the stories of this one */
        return sst_index_admit(sst_store_index(archive->store), error);
    if (adds)
        return sst_store_commit(archive->store, error);
    sst_store_rollback(archive->store);
    return SST_OK;
}

static sst_status answer(sst_archive *archive, sst_error *error)
{
    sst_status status = identify_all(archive, error);
    if (status == SST_OK)
        status = look_up(archive, error);
    if (status == SST_OK)
        status = sst_beside_run(archive->loops, archive->item_count, SEARCH_CHUNK, search_items,
                                archive, error);
    sst_store_unshare(archive->store);
    sst_ahead_begin(&archive->ahead);
    if (status == SST_OK)
        status = sst_settle(archive, error);
    return status;
}

static sst_status open_batch(sst_archive *archive, sst_error *error)
{
    archive->added_count = archive->retired_count = 0;
    sst_status status = sst_archive_reserve(archive, archive->item_count, error);
    if (status != SST_OK)
        return status;
    memset(archive->by_id, 0, archive->by_id_capacity * sizeof *archive->by_id);
    return begin(archive, error);
}

static void keep_cards(sst_archive *archive)
{
    for (size_t i = 0; i < archive->added_count; i++) {
        const sst_item *item = &archive->items[archive->added[i]];
        if (item->retired_at == SST_NO_ITEM)
            sst_store_keep_card(archive->store, &item->card);
    }
}

/* Commits and replies. What was kept of stories that are not stored is forgotten. */
static sst_status conclude(sst_archive *archive, sst_error *error)
{
    sst_error later;
    bool few = archive->item_count <= REPLY_CHUNK; /* not worth to wake a thread */
    sst_status status = SST_OK, replied = SST_OK;
    if (few)
        status = reply_items(archive, 0, archive->item_count, 0, error);
    else
        sst_beside_begin(archive->loops, archive->item_count, REPLY_CHUNK, reply_items, archive);
    if (status == SST_OK)
        status = end(archive, archive->added_count > 0, error);
    else if (!archive->open)
        sst_store_rollback(archive->store);
    if (!few)
        replied = sst_beside_finish(archive->loops, &later);
    if (status != SST_OK)
        sst_shelf_reset(archive->shelf);
    else
        keep_cards(archive);
    if (status == SST_OK && replied != SST_OK && error != NULL)
        *error = later;
    sst_shelf_trim(archive->shelf);
    return status == SST_OK ? replied : status;
}

sst_status sst_archive_answer(sst_archive *archive, sst_error *error)
{
    sst_status status = open_batch(archive, error);
    if (status != SST_OK)
        return status;
    status = answer(archive, error);
    if (status == SST_OK)
        status = conclude(archive, error);
    else if (!archive->open)
        sst_store_rollback(archive->store);
    archive->added_count = 0;
    return status;
}

sst_status sst_archive_ask(sst_archive *archive, const sst_question *questions, size_t count,
                           sst_reply *replies, sst_error *error)
{
    if (count == 0)
        return SST_OK;
    sst_status status = sst_archive_read(archive, questions, count, replies, error);
    return status == SST_OK ? sst_archive_answer(archive, error) : status;
}
