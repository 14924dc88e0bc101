/* A new archive from the texts of an old one: what depends on the settings or the Unicode
 * version (tokens, sketches, keys, index) is derived again, everything else is copied. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/parallel.h"
#include "job/archive.h"
#include "store/lock.h"

enum { ROUND = 4096 }; /* stories of one transaction */

/* A row of the old archive, its strings copied. */
typedef struct old_story {
    sst_row row;
    sst_buffer names, packed;
} old_story;

typedef struct rebuild {
    sst_archive *archive; /* the new one */
    sst_store *from;
    old_story *stories;
    size_t count;
    uint32_t next; /* number to read next */
    uint64_t done;
} rebuild;

/* ---- Reading ---- */

static sst_slice keep(sst_buffer *names, sst_slice slice, size_t *at)
{
    *at = names->size;
    sst_buffer_append(names, slice.bytes, slice.size);
    return slice;
}

/* Strings first move together, then the row points at them. */
static sst_status copy_row(old_story *story, const sst_row *row, sst_error *error)
{
    size_t id, of, near;
    sst_buffer *names = &story->names;
    sst_buffer_reset(names);
    story->row = *row;
    keep(names, row->id, &id);
    keep(names, row->of, &of);
    keep(names, row->near, &near);
    sst_status status = sst_buffer_status(names, "a story", error);
    if (status != SST_OK)
        return status;
    story->row.id.bytes = names->bytes + id;
    if (row->of.bytes != NULL)
        story->row.of.bytes = names->bytes + of;
    if (row->near.bytes != NULL)
        story->row.near.bytes = names->bytes + near;
    story->row.source = (sst_slice){NULL, 0};
    story->row.sketch = NULL;
    return SST_OK;
}

static sst_status read_round(rebuild *r, sst_error *error)
{
    sst_status status = SST_OK;
    bool found = true;
    for (r->count = 0; r->count < ROUND && status == SST_OK; r->count++) {
        old_story *story = &r->stories[r->count];
        sst_row row;
        status = sst_store_row_next(r->from, r->next, &row, &found, error);
        if (status != SST_OK || !found)
            break;
        r->next = row.number + 1;
        status = copy_row(story, &row, error);
        sst_buffer_reset(&story->packed);
        if (status == SST_OK)
            status = sst_store_text(r->from, story->row.number, &story->packed, error);
    }
    return status;
}

/* ---- Deriving ---- */

static sst_status derive(void *context, size_t begin, size_t end, unsigned thread,
                         sst_error *error)
{
    rebuild *r = context;
    sst_worker *worker = &r->archive->workers[thread];
    sst_status status = SST_OK;
    for (size_t i = begin; i < end && status == SST_OK; i++) {
        old_story *story = &r->stories[i];
        sst_record record = {.id = story->row.id, .time = story->row.published};
        sst_slice packed = {story->packed.bytes, story->packed.size};
        if (packed.size > 0)
            status = sst_unpack(worker->packer, packed, &record, error);
        if (status == SST_OK)
            status = sst_item_take(r->archive, worker, &record, r->archive->now, false,
                                   &r->archive->items[i], error);
    }
    return status;
}

static sst_status write_story(rebuild *r, size_t at, sst_error *error)
{
    old_story *story = &r->stories[at];
    sst_item *item = &r->archive->items[at];
    sst_row *row = &story->row;
    size_t keys = row->retired ? 1 : item->keys.count;
    if (!row->retired) {
        row->key = item->story.key;
        row->title_key = item->story.title_key.low;
        row->token_count = item->story.token_count;
        row->shingle_count = item->story.shingle_count;
        row->sketch = item->story.sketch;
    }
    sst_status status = sst_index_add(sst_store_index(r->archive->store), row->number,
                                      item->keys.keys, keys, error);
    return status == SST_OK
               ? sst_store_append(r->archive->store, row,
                                  (sst_slice){story->packed.bytes, story->packed.size}, error)
               : status;
}

static sst_status write_round(rebuild *r, sst_error *error)
{
    sst_status status = sst_parallel(r->count, 16, r->archive->threads, derive, r, error);
    if (status == SST_OK)
        status = sst_store_begin(r->archive->store, error);
    if (status != SST_OK)
        return status;
    for (size_t i = 0; i < r->count && status == SST_OK; i++)
        status = write_story(r, i, error);
    if (status == SST_OK)
        return sst_store_commit(r->archive->store, error);
    sst_store_rollback(r->archive->store);
    return status;
}

static sst_status rebuild_all(rebuild *r, sst_error *error)
{
    r->stories = sst_allocate_zeroed(ROUND, sizeof *r->stories, "a batch", error);
    if (r->stories == NULL)
        return SST_MEMORY;
    sst_status status = sst_archive_reserve(r->archive, ROUND, error);
    if (status == SST_OK)
        status = sst_store_begin_read(r->from, error);
    while (status == SST_OK) {
        status = read_round(r, error);
        if (status != SST_OK || r->count == 0)
            break;
        status = write_round(r, error);
        r->done += r->count;
    }
    if (status == SST_OK)
        status = sst_store_copy_lists(r->archive->store, r->from, error);
    sst_store_rollback(r->from);
    return status;
}

/* ---- Both archives ---- */

static sst_status open_old(const char *from, const sst_archive_options *options,
                           sst_store **store, sst_error *error)
{
    sst_store_options old = {.read_only = true, .any_version = true, .wait = options->wait};
    sst_status status = sst_store_open(from, &old, store, error);
    if (status == SST_OK && !sst_store_settings_of(*store)->texts)
        status = sst_fail_at(error, SST_SETTINGS, from, 0, 0,
                             "the archive keeps no texts, so nothing can be derived again; "
                             "filter the stories into a new one");
    return status;
}

static sst_status open_new(const char *to, const sst_archive_options *options,
                           const sst_store *from, sst_archive **archive, sst_error *error)
{
    sst_archive_options fresh = *options;
    const sst_store_settings *settings = sst_store_settings_of(from);
    fresh.create = true;
    fresh.read_only = false;
    fresh.no_text = false;
    if (fresh.threshold == 0)
        fresh.threshold = settings->threshold;
    if (fresh.recall == 0)
        fresh.recall = settings->recall;
    return sst_archive_open(to, &fresh, archive, error);
}

/* ---- The new archive under its name only when it is whole ---- */

typedef struct part {
    char path[PATH_MAX];
    sst_lock lock; /* one rebuild into a name at a time */
} part;

static void remove_files(const char *path, bool whole)
{
    static const char *const suffixes[] = {"-journal", "-wal", "-shm", "-lock"};
    char name[PATH_MAX + 16];
    if (!whole)
        unlink(path);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        unlink(name);
    }
}

/* Whoever had the lock before took its file away, perhaps: then others lock another file. */
static bool is_named(const sst_lock *lock)
{
    struct stat held, named;
    return fstat(lock->descriptor, &held) == 0 && stat(lock->file, &named) == 0 &&
           held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

static sst_status lock_name(sst_lock *lock, const char *name, double wait, sst_error *error)
{
    sst_status status;
    do {
        sst_lock_close(lock);
        status = sst_lock_open(lock, name, error);
        if (status == SST_OK)
            status = sst_lock_acquire(lock, wait, NULL, NULL, error);
    } while (status == SST_OK && !is_named(lock));
    return status;
}

static sst_status begin_part(part *p, const char *to, double wait, sst_error *error)
{
    char lock[PATH_MAX + 16];
    int size = snprintf(p->path, sizeof p->path, "%s.part", to);
    if (size < 0 || (size_t)size >= sizeof p->path)
        return sst_fail(error, SST_ARGUMENT, "the archive's name is too long; give a shorter one");
    snprintf(lock, sizeof lock, "%s-rebuild", p->path);
    sst_status status = lock_name(&p->lock, lock, wait, error);
    if (status == SST_OK && access(to, F_OK) == 0)
        return sst_fail_at(error, SST_ARGUMENT, to, 0, 0,
                           "the file is there already; give another name");
    if (status == SST_OK)
        remove_files(p->path, false); /* of a run that was killed */
    return status;
}

static sst_status sync_folder(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash == NULL ? 1 : (int)(slash + 1 - path),
             slash == NULL ? "." : path);
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return SST_OK; /* left to the system */
    sst_status status = fsync(descriptor) == 0 || errno == EINVAL ? SST_OK : SST_IO;
    close(descriptor);
    return status;
}

/* The archive is closed, so all of it should be in the file. */
static sst_status name_part(const part *p, const char *to, sst_error *error)
{
    char wal[PATH_MAX + 8];
    struct stat rest;
    snprintf(wal, sizeof wal, "%s-wal", p->path);
    if (stat(wal, &rest) == 0 && rest.st_size > 0)
        return sst_fail_at(error, SST_IO, p->path, 0, 0,
                           "cannot move all of the archive into its file; check the disk");
    if (rename(p->path, to) != 0 || sync_folder(to) != SST_OK)
        return sst_fail_system(error, errno, to, "cannot give the archive its name",
                               "check the folder");
    return SST_OK;
}

static void end_part(part *p, bool whole)
{
    if (!p->lock.held) {
        sst_lock_close(&p->lock);
        return;
    }
    remove_files(p->path, whole);
    unlink(p->lock.file);
    sst_lock_release(&p->lock);
    sst_lock_close(&p->lock);
}

sst_status sst_archive_rebuild(const char *from, const char *to,
                               const sst_archive_options *options, uint64_t *stories,
                               sst_error *error)
{
    rebuild r = {.next = 0};
    part new = {.lock.descriptor = -1};
    sst_status status = open_old(from, options, &r.from, error);
    if (status == SST_OK)
        status = begin_part(&new, to, options->wait, error);
    if (status == SST_OK)
        status = open_new(new.path, options, r.from, &r.archive, error);
    if (status == SST_OK)
        status = rebuild_all(&r, error);
    for (size_t i = 0; r.stories != NULL && i < ROUND; i++) {
        sst_buffer_free(&r.stories[i].names);
        sst_buffer_free(&r.stories[i].packed);
    }
    free(r.stories);
    sst_archive_close(r.archive);
    sst_store_close(r.from);
    if (status == SST_OK)
        status = name_part(&new, to, error);
    end_part(&new, status == SST_OK);
    *stories = r.done;
    return status;
}
