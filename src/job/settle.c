/* What becomes of the stories of a batch, one after the other: clusters, rows, the ids that an answer
 * names (job/archive.h). */
#include "job/archive.h"

/* ---- Names ---- */

/* The story that the answer will name. */
static bool names_found(const sst_finding *finding, uint32_t *number)
{
    *number = finding->same ? finding->of : finding->near_of;
    return finding->same || finding->near;
}

sst_status sst_settle_prepare(const sst_archive *archive, sst_item *item, sst_error *error)
{
    uint32_t number;
    item->found_number = 0;
    if (!names_found(&item->finding, &number) || sst_archive_item(archive, number) != NULL)
        return SST_OK;
    sst_buffer_reset(&item->found_id);
    item->found_number = number;
    return sst_store_id(archive->store, number, &item->found_id, error);
}

/* The ids that a row names live in item->names: first all are appended, then they are cut. */
static sst_slice cut(const sst_item *item, sst_name_cut name)
{
    if (!name.present)
        return (sst_slice){NULL, 0};
    return (sst_slice){name.size == 0 ? "" : item->names.bytes + name.begin, name.size};
}

static sst_status append_id(const sst_archive *archive, sst_item *item, uint32_t number,
                            sst_name_cut *name, sst_error *error)
{
    const sst_item *other = sst_archive_item(archive, number);
    size_t begin = item->names.size;
    sst_status status = SST_OK;
    if (other != NULL)
        sst_buffer_append(&item->names, other->id.bytes, other->id.size);
    else if (number == item->found_number)
        sst_buffer_append(&item->names, item->found_id.bytes, item->found_id.size);
    else
        status = sst_store_id(archive->store, number, &item->names, error);
    *name = (sst_name_cut){begin, item->names.size - begin, true};
    return status == SST_OK ? sst_buffer_status(&item->names, "an id", error) : status;
}

static sst_status append_cluster(sst_archive *archive, sst_item *item, uint32_t cluster,
                                 sst_name_cut *name, sst_error *error)
{
    *name = (sst_name_cut){item->names.size, item->id.size, true};
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
        .of = item->fate == SST_FATE_REVISED ? item->id : cut(item, item->of_name),
        .near = cut(item, item->near_name),
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

static sst_status name_all(sst_archive *archive, sst_item *item, sst_error *error)
{
    const sst_finding *finding = &item->finding;
    sst_status status = SST_OK;
    sst_buffer_reset(&item->names);
    item->of_name = item->near_name = (sst_name_cut){.present = false};
    if (finding->same)
        status = append_id(archive, item, finding->of, &item->of_name, error);
    if (status == SST_OK && finding->near && !finding->same)
        status = append_id(archive, item, finding->near_of, &item->near_name, error);
    return status == SST_OK
               ? append_cluster(archive, item, item->card.cluster, &item->cluster_name, error)
               : status;
}

/* A new or revised story: its cluster, its row. */
static sst_status settle_new(sst_archive *archive, sst_item *item, sst_error *error)
{
    if (item->fate == SST_FATE_REVISED)
        item->finding = (sst_finding){.same = false};
    sst_status status = settle_finding(archive, item, error);
    if (status == SST_OK)
        status = choose_cluster(archive, item, error);
    if (status == SST_OK)
        status = name_all(archive, item, error);
    if (status != SST_OK)
        return status;
    sst_row row = row_of_item(item);
    item->card.longer = row.longer;
    return item->check ? SST_OK : store_item(archive, item, &row, error);
}

/* A story that was answered before: the stored answer with today's cluster. */
static sst_status settle_known(sst_archive *archive, sst_item *item, uint32_t number,
                               sst_error *error)
{
    sst_buffer_reset(&item->names);
    sst_name_cut cluster;
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

sst_status sst_settle(sst_archive *archive, sst_error *error)
{
    sst_status status = SST_OK;
    for (size_t i = 0; i < archive->item_count && status == SST_OK; i++)
        status = settle(archive, &archive->items[i], error);
    return status;
}

sst_status sst_settle_reply(sst_item *item, sst_error *error)
{
    if (item->fate != SST_FATE_NEW && item->fate != SST_FATE_REVISED)
        return SST_OK;
    sst_row row = row_of_item(item);
    return sst_reply_write(item, &row, cut(item, item->cluster_name), error);
}
