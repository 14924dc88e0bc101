/* The archive's handle. */
#include "job/archive.h"

#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/parallel.h"
#include "sketch/sketch.h"

static const char *const answer_names[SST_ANSWER_COUNT] = {
#define ANSWER_NAME(name, text) text,
    SST_ANSWER_MAP(ANSWER_NAME)
#undef ANSWER_NAME
};

const char *sst_answer_name(sst_answer answer)
{
    return (unsigned)answer < SST_ANSWER_COUNT ? answer_names[answer] : "unknown";
}

bool sst_answer_parse(const char *name, size_t size, sst_answer *answer)
{
    for (unsigned i = 0; i < SST_ANSWER_COUNT; i++)
        if (strlen(answer_names[i]) == size && memcmp(answer_names[i], name, size) == 0) {
            *answer = (sst_answer)i;
            return true;
        }
    return false;
}

sst_archive_options sst_archive_options_default(void)
{
    return (sst_archive_options){
        .now = SST_NO_TIME, .wait = 30, .max_record = (uint64_t)64 << 20};
}

int64_t sst_archive_now(const sst_archive *archive)
{
    return archive->options.now != SST_NO_TIME ? archive->options.now : (int64_t)time(NULL);
}

/* ---- Opening ---- */

static uint64_t default_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGE_SIZE);
    return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size / 4 : (uint64_t)1 << 30;
}

sst_status sst_worker_create(sst_archive *archive, sst_worker *worker, sst_error *error)
{
    sst_parser_options options = {.now = SST_NO_TIME};
    if (archive->options.format == SST_FORMAT_JSONL) { /* stories of pages have plain names */
        options.preset = archive->options.preset;
        options.fields = archive->options.fields;
        options.field_count = archive->options.field_count;
    }
    sst_status status = sst_parser_create(&options, &worker->parser, error);
    if (status == SST_OK)
        status = sst_preparer_create(archive->cues, &worker->preparer, error);
    if (status == SST_OK)
        status = sst_packer_create(&worker->packer, error);
    if (status == SST_OK)
        status = sst_judge_create(&worker->judge, error);
    return status == SST_OK ? sst_overlap_table_create(&worker->overlap, error) : status;
}

void sst_worker_free(sst_worker *worker)
{
    sst_parser_free(worker->parser);
    sst_preparer_free(worker->preparer);
    sst_packer_free(worker->packer);
    sst_judge_free(worker->judge);
    sst_overlap_table_free(worker->overlap);
    sst_search_free(worker->search);
    sst_buffer_free(&worker->line);
    sst_buffer_free(&worker->packed);
    free(worker->hits.items);
    free(worker->more_hits.items);
    free(worker->stored_hits.items);
    free(worker->words);
    free(worker->scratch);
}

static void tell_waiting(void *context, const char *file, long holder)
{
    const sst_archive *archive = context;
    char message[320];
    snprintf(message, sizeof message, "waiting for process %ld, which uses the archive ('%s')",
             holder, file);
    if (archive->options.waiting != NULL)
        archive->options.waiting(archive->options.context, message);
}

static sst_status open_store(sst_archive *archive, const char *path, sst_error *error)
{
    const sst_archive_options *options = &archive->options;
    sst_store_options store = {
        .threshold = options->threshold,
        .recall = options->recall,
        .no_text = options->no_text,
        .create = options->create,
        .read_only = options->read_only,
        .memory = options->memory / 4 * 3,
        .wait = options->wait,
        .waiting = tell_waiting,
        .context = archive,
    };
    return sst_store_open(path, &store, &archive->store, error);
}

static sst_status create_workers(sst_archive *archive, sst_error *error)
{
    archive->threads = sst_parallel_threads(archive->options.threads);
    archive->workers = sst_allocate_zeroed(archive->threads, sizeof *archive->workers,
                                           "thread scratch", error);
    sst_status status = archive->workers == NULL ? SST_MEMORY : SST_OK;
    if (status == SST_OK)
        status = sst_beside_create(archive->threads - 1, &archive->loops, error);
    for (unsigned i = 0; i < archive->threads && status == SST_OK; i++)
        status = sst_worker_create(archive, &archive->workers[i], error);
    return status;
}

sst_status sst_archive_open(const char *path, const sst_archive_options *options,
                            sst_archive **out, sst_error *error)
{
    *out = NULL;
    if (options->wait < 0 || options->window < 0)
        return sst_fail(error, SST_ARGUMENT, "--wait and --window cannot be negative");
    sst_archive *archive = sst_allocate_zeroed(1, sizeof *archive, "the archive", error);
    if (archive == NULL)
        return SST_MEMORY;
    archive->options = *options;
    if (archive->options.memory == 0)
        archive->options.memory = default_memory();
    sst_status status = open_store(archive, path, error);
    if (status == SST_OK)
        status = sst_page_cues_create(options->cues, &archive->cues, error);
    if (status == SST_OK)
        status = sst_shelf_create(archive->options.memory / 4, &archive->shelf, error);
    if (status == SST_OK)
        status = sst_lookup_create(&archive->lookup, error);
    if (status == SST_OK)
        status = create_workers(archive, error);
    if (status != SST_OK) {
        sst_archive_close(archive);
        return status;
    }
    archive->floor = sst_sketch_floor(sst_store_settings_of(archive->store)->threshold);
    *out = archive;
    return SST_OK;
}

void sst_archive_close(sst_archive *archive)
{
    if (archive == NULL)
        return;
    sst_ahead_free(&archive->ahead);
    sst_beside_free(archive->loops);
    for (unsigned i = 0; archive->workers != NULL && i < archive->threads; i++)
        sst_worker_free(&archive->workers[i]);
    for (size_t i = 0; i < archive->item_capacity; i++)
        sst_item_free(&archive->items[i]);
    free(archive->workers);
    free(archive->items);
    free(archive->added);
    free(archive->by_id);
    free(archive->retired);
    sst_shelf_free(archive->shelf);
    sst_lookup_free(archive->lookup);
    sst_page_cues_free(archive->cues);
    sst_store_close(archive->store);
    free(archive);
}

sst_status sst_archive_reserve(sst_archive *archive, size_t count, sst_error *error)
{
    sst_status status =
        sst_items_reserve(&archive->items, &archive->item_capacity, count, error);
    if (status == SST_OK)
        status = SST_RESERVE(&archive->added, &archive->added_capacity, count, "a batch", error);
    size_t slots = 16;
    while (slots < 2 * count)
        slots *= 2;
    if (status == SST_OK)
        status = SST_RESERVE(&archive->by_id, &archive->by_id_capacity, slots, "a batch", error);
    return status;
}

/* ---- Health ---- */

enum { FREE_LEAST = 256 << 20, FREE_SHARE = 100 };

sst_status sst_archive_writable(const sst_archive *archive, sst_error *error)
{
    const char *path = sst_store_path(archive->store);
    if (archive->options.read_only)
        return sst_fail_at(error, SST_READ_ONLY, path, 0, 0,
                           "the archive was opened for reading; open it for writing");
    if (sst_store_broken(archive->store))
        return sst_fail_at(error, SST_READ_ONLY, path, 0, 0,
                           "an fsync of the archive failed; check the disk, then start again");
    struct statvfs disk;
    if (statvfs(path, &disk) != 0)
        return SST_OK; /* the next write will tell */
    uint64_t left = (uint64_t)disk.f_bavail * disk.f_frsize;
    uint64_t all = (uint64_t)disk.f_blocks * disk.f_frsize;
    if (left < FREE_LEAST && left < all / FREE_SHARE)
        return sst_fail_at(error, SST_FULL, path, 0, 0,
                           "only %llu MB are free on the archive's disk; free space",
                           (unsigned long long)(left >> 20));
    return SST_OK;
}
