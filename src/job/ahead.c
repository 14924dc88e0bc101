/* Lines to items, now or while the batch before is settled and committed: one thread does that, and
 * the others have time. */
#include <string.h>

#include "job/archive.h"

enum { READ_CHUNK = 4 };

static sst_status read_items(void *context, size_t begin, size_t end, unsigned thread,
                             sst_error *error)
{
    const sst_reading *r = context;
    sst_status status = SST_OK;
    for (size_t i = begin; i < end && status == SST_OK; i++)
        status = sst_item_read(r->archive, &r->workers[thread], r->now, &r->items[i], error);
    return status;
}

static void set_up_items(sst_item *items, const sst_question *questions, size_t count,
                         sst_reply *replies)
{
    for (size_t i = 0; i < count; i++) {
        replies[i] = (sst_reply){.status = SST_OK};
        items[i].question = &questions[i];
        items[i].reply = &replies[i];
        items[i].check = questions[i].check;
        items[i].twin = items[i].older = items[i].retired_at = SST_NO_ITEM;
    }
}

sst_status sst_items_reserve(sst_item **items, size_t *capacity, size_t count, sst_error *error)
{
    size_t before = *capacity;
    sst_status status = SST_RESERVE(items, capacity, count, "a batch", error);
    if (*capacity > before)
        memset(*items + before, 0, (*capacity - before) * sizeof **items);
    return status;
}

/* ---- Ahead ---- */

static sst_status start_threads(sst_archive *archive, sst_error *error)
{
    sst_ahead *ahead = &archive->ahead;
    sst_worker *workers =
        sst_allocate_zeroed(archive->threads, sizeof *workers, "thread scratch", error);
    if (workers == NULL)
        return SST_MEMORY;
    ahead->reading.archive = archive;
    ahead->reading.workers = workers;
    sst_status status = SST_OK;
    while (ahead->worker_count < archive->threads && status == SST_OK)
        status = sst_worker_create(archive, &workers[ahead->worker_count++], error);
    return status == SST_OK ? sst_beside_create(archive->threads - 1, &ahead->beside, error)
                            : status;
}

sst_status sst_archive_read_ahead(sst_archive *archive, const sst_question *questions,
                                  size_t count, sst_reply *replies, sst_error *error)
{
    sst_ahead *ahead = &archive->ahead;
    sst_status status = SST_OK;
    if (ahead->beside == NULL) {
        sst_ahead_free(ahead); /* what an earlier failure left */
        status = start_threads(archive, error);
    }
    if (status == SST_OK)
        status = sst_items_reserve(&ahead->reading.items, &ahead->item_capacity, count, error);
    if (status != SST_OK)
        return status;
    ahead->questions = questions;
    ahead->reading.now = sst_archive_now(archive);
    set_up_items(ahead->reading.items, questions, count, replies);
    ahead->waiting = count;
    return SST_OK;
}

void sst_ahead_begin(sst_ahead *ahead)
{
    if (ahead->waiting > 0)
        sst_beside_begin(ahead->beside, ahead->waiting, READ_CHUNK, read_items, &ahead->reading);
    ahead->waiting = 0;
}

void sst_ahead_free(sst_ahead *ahead)
{
    sst_beside_free(ahead->beside);
    for (unsigned i = 0; i < ahead->worker_count; i++)
        sst_worker_free(&ahead->reading.workers[i]);
    for (size_t i = 0; i < ahead->item_capacity; i++)
        sst_item_free(&ahead->reading.items[i]);
    free(ahead->reading.workers);
    free(ahead->reading.items);
    *ahead = (sst_ahead){.beside = NULL};
}

/* Exchanges the items that were read for those of the batch that is answered. */
static sst_status take_over(sst_archive *archive, sst_error *error)
{
    sst_ahead *ahead = &archive->ahead;
    sst_ahead_begin(ahead);
    sst_status status = sst_beside_finish(ahead->beside, error);
    sst_item *items = archive->items;
    size_t capacity = archive->item_capacity;
    archive->items = ahead->reading.items;
    archive->item_capacity = ahead->item_capacity;
    archive->now = ahead->reading.now;
    ahead->reading.items = items;
    ahead->item_capacity = capacity;
    ahead->questions = NULL;
    return status;
}

/* ---- Now ---- */

static sst_status read_now(sst_archive *archive, const sst_question *questions, size_t count,
                           sst_reply *replies, sst_error *error)
{
    sst_status status =
        sst_items_reserve(&archive->items, &archive->item_capacity, count, error);
    if (status != SST_OK)
        return status;
    archive->now = sst_archive_now(archive);
    set_up_items(archive->items, questions, count, replies);
    sst_reading reading = {archive, archive->workers, archive->items, archive->now};
    return sst_beside_run(archive->loops, count, READ_CHUNK, read_items, &reading, error);
}

sst_status sst_archive_read(sst_archive *archive, const sst_question *questions, size_t count,
                            sst_reply *replies, sst_error *error)
{
    sst_status status = archive->ahead.questions == questions && count > 0
                            ? take_over(archive, error)
                            : read_now(archive, questions, count, replies, error);
    archive->item_count = status == SST_OK ? count : 0;
    return status;
}
