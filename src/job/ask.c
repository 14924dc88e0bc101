/* One batch of questions: read, identify, search, settle, commit (job/archive.h). */
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "job/archive.h"

enum { SEARCH_CHUNK = 4 };

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
    for (size_t i = begin; i < end && status == SST_OK; i++)
        if (archive->items[i].fate == SST_FATE_NEW)
            status = sst_search_run(archive, &archive->workers[thread], i, error);
    return status;
}

/* ---- Settling ---- */

/* The ids that a row names live in item->names: first all are appended, then they are cut. */
typedef struct name_cut {
    size_t begin, size;
    bool present;
} name_cut;

static sst_slice cut(const sst_item *item, name_cut name)
{
    if (!name.present)
        return (sst_slice){NULL, 0};
    return (sst_slice){name.size == 0 ? "" : item->names.bytes + name.begin, name.size};
}

static sst_status append_id(sst_archive *archive, sst_item *item, uint32_t number,
                            name_cut *name, sst_error *error)
{
    sst_row row;
    bool found;
    sst_status status = sst_store_row(archive->store, number, &row, &found, error);
    if (status != SST_OK)
        return status;
    *name = (name_cut){item->names.size, found ? row.id.size : 0, true};
    if (found)
        sst_buffer_append(&item->names, row.id.bytes, row.id.size);
    return sst_buffer_status(&item->names, "an id", error);
}

static sst_status append_cluster(sst_archive *archive, sst_item *item, uint32_t cluster,
                                 name_cut *name, sst_error *error)
{
    *name = (name_cut){item->names.size, item->id.size, true};
    if (cluster == item->number) {
        sst_buffer_append(&item->names, item->id.bytes, item->id.size);
        return sst_buffer_status(&item->names, "an id", error);
    }
    sst_status status = sst_store_cluster_id(archive->store, cluster, &item->names, error);
    name->size = item->names.size - name->begin;
    return status;
}

static sst_status cluster_of(sst_archive *archive, uint32_t number, uint32_t *cluster,
                             sst_error *error)
{
    const sst_item *item = sst_archive_item(archive, number);
    const sst_card *card = item == NULL ? NULL : &item->card;
    sst_status status = SST_OK;
    if (card == NULL)
        status = sst_store_card(archive->store, number, &card, error);
    if (status == SST_OK && card != NULL)
        *cluster = card->cluster;
    return status;
}

static sst_row row_of_item(const sst_item *item)
{
    const sst_finding *finding = &item->finding;
    sst_stored_verdict verdict = SST_STORED_NEW;
    if (finding->same)
        verdict = finding->longer ? SST_STORED_UPDATE
                                  : (sst_stored_verdict)(SST_STORED_IDENTICAL +
                                                         (finding->relation -
                                                          SST_RELATION_IDENTICAL));
    return (sst_row){
        .number = item->number,
        .cluster = item->card.cluster,
        .id = item->id,
        .source_number = item->card.source,
        .content = item->story.content,
        .key = item->story.key,
        .title_key = item->card.title_key,
        .published = item->card.published,
        .first_seen = item->card.first_seen,
        .token_count = item->story.token_count,
        .shingle_count = item->story.shingle_count,
        .verdict = item->fate == SST_FATE_REVISED ? SST_STORED_REVISED : verdict,
        .near_relation = finding->near_relation,
        .shared = finding->same ? finding->overlap.shared : 0,
        .of_shingles = finding->same ? finding->overlap.b_count : 0,
        .headline = item->story.headline,
        .longer = finding->longer,
        .estimated = finding->estimated,
        .sketch = item->card.sketch,
    };
}

static uint32_t replaced_number(const sst_archive *archive, const sst_item *item)
{
    return item->twin != SST_NO_ITEM ? archive->items[item->twin].number : item->previous;
}

static sst_status choose_cluster(sst_archive *archive, sst_item *item, sst_error *error)
{
    item->card.cluster = item->number;
    if (item->fate == SST_FATE_REVISED)
        return cluster_of(archive, replaced_number(archive, item), &item->card.cluster, error);
    return item->finding.same
               ? cluster_of(archive, item->finding.of, &item->card.cluster, error)
               : SST_OK;
}

static sst_status store_item(sst_archive *archive, sst_item *item, const sst_row *row,
                             sst_error *error)
{
    sst_slice packed = {item->packed.bytes, item->packed.size};
    sst_status status = sst_store_append(archive->store, row, packed, error);
    if (status == SST_OK && row->cluster != row->number)
        status = sst_store_join(archive->store, row->cluster, row->number, error);
    if (status == SST_OK && item->fate == SST_FATE_REVISED)
        status = sst_store_retire(archive->store, replaced_number(archive, item), error);
    return status;
}

/* Cuts chains: what was found may be a member of a cluster that the story is not part of. */
static sst_status settle_finding(sst_archive *archive, sst_item *item, sst_error *error)
{
    uint32_t cluster = item->finding.of;
    if (!sst_search_is_loose(&item->finding))
        return SST_OK;
    sst_status status = cluster_of(archive, item->finding.of, &cluster, error);
    return status == SST_OK && cluster != item->finding.of
               ? sst_search_settle(archive, &archive->workers[0],
                                   (size_t)(item - archive->items), error)
               : status;
}

/* A new or revised story: its cluster, its row, its answer. */
static sst_status settle_new(sst_archive *archive, sst_item *item, sst_error *error)
{
    if (item->fate == SST_FATE_REVISED)
        item->finding = (sst_finding){.same = false};
    sst_buffer_reset(&item->names);
    name_cut of = {0}, near = {0}, cluster = {0};
    sst_status status = settle_finding(archive, item, error);
    if (status == SST_OK)
        status = choose_cluster(archive, item, error);
    if (status == SST_OK && item->finding.same)
        status = append_id(archive, item, item->finding.of, &of, error);
    if (status == SST_OK && item->finding.near && !item->finding.same)
        status = append_id(archive, item, item->finding.near_of, &near, error);
    if (status == SST_OK)
        status = append_cluster(archive, item, item->card.cluster, &cluster, error);
    if (status != SST_OK)
        return status;
    sst_row row = row_of_item(item);
    item->card.longer = row.longer;
    row.of = item->fate == SST_FATE_REVISED ? item->id : cut(item, of);
    row.near = cut(item, near);
    if (!item->check)
        status = store_item(archive, item, &row, error);
    return status == SST_OK ? sst_reply_write(item, &row, cut(item, cluster), error) : status;
}

/* A story that was answered before: the stored answer with today's cluster. */
static sst_status settle_known(sst_archive *archive, sst_item *item, uint32_t number,
                               sst_error *error)
{
    sst_buffer_reset(&item->names);
    name_cut cluster;
    const sst_card *card;
    sst_status status = sst_store_card(archive->store, number, &card, error);
    if (status == SST_OK)
        status = append_cluster(archive, item, card == NULL ? 0 : card->cluster, &cluster, error);
    sst_row row;
    bool found = false;
    if (status == SST_OK)
        status = sst_store_row(archive->store, number, &row, &found, error);
    if (status != SST_OK || !found)
        return status;
    item->reply->known = true;
    return sst_reply_write(item, &row, cut(item, cluster), error);
}

static sst_status settle(sst_archive *archive, sst_item *item, sst_error *error)
{
    switch (item->fate) {
    case SST_FATE_BAD:
        return SST_OK;
    case SST_FATE_KNOWN:
        item->number = 0; /* it has none of its own */
        return settle_known(archive, item, item->previous, error);
    case SST_FATE_REPEAT:
        item->number = 0;
        return settle_known(archive, item, archive->items[item->twin].number, error);
    case SST_FATE_NEW:
    case SST_FATE_REVISED:
        break;
    }
    return settle_new(archive, item, error);
}

static sst_status settle_all(sst_archive *archive, sst_error *error)
{
    sst_status status = SST_OK;
    for (size_t i = 0; i < archive->item_count && status == SST_OK; i++)
        status = settle(archive, &archive->items[i], error);
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

/* The stories just added will be asked for first. */
static void keep_added(sst_archive *archive)
{
    const sst_shelf_story *kept;
    for (size_t i = 0; i < archive->added_count; i++) {
        const sst_item *item = &archive->items[archive->added[i]];
        if (item->retired_at != SST_NO_ITEM)
            continue;
        sst_store_keep_card(archive->store, &item->card);
        if (sst_shelf_put(archive->shelf, item->number, &item->story, &kept, NULL) != SST_OK)
            break;
    }
    sst_shelf_trim(archive->shelf);
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
        status = settle_all(archive, error);
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

sst_status sst_archive_answer(sst_archive *archive, sst_error *error)
{
    sst_status status = open_batch(archive, error);
    if (status != SST_OK)
        return status;
    status = answer(archive, error);
    if (status == SST_OK)
        status = end(archive, archive->added_count > 0, error);
    else if (!archive->open)
        sst_store_rollback(archive->store);
    if (status == SST_OK)
        keep_added(archive);
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
