/* The files of a night: written under temporary names beside their places, synced, and renamed
 * when all of them are whole and the night is recorded. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "job/clock.h"
#include "job/nightly.h"

static const char *const file_names[] = {"clusters.jsonl", "changes.jsonl", "report.html"};
enum { FILE_COUNT = sizeof file_names / sizeof *file_names, PATH_SIZE = 4096 };

/* ---- Files ---- */

static sst_status compose_path(const sst_nightly *night, unsigned file, bool temporary,
                               char path[PATH_SIZE], sst_error *error)
{
    int size = snprintf(path, PATH_SIZE, "%s/%s%s%s", night->options->out,
                        temporary ? "." : "", file_names[file], temporary ? ".tmp" : "");
    if (size > 0 && size < PATH_SIZE)
        return SST_OK;
    return sst_fail(error, SST_ARGUMENT, "the name of the folder is too long; give another --out");
}

typedef struct night_file {
    int descriptor;
    char path[PATH_SIZE];
} night_file;

static sst_status fail_write(const night_file *file, int errnum, sst_error *error)
{
    return sst_fail_system(error, errnum, file->path, "cannot write", "check the disk");
}

static sst_status write_bytes(void *context, const char *bytes, size_t size, sst_error *error)
{
    night_file *file = context;
    while (size > 0) {
        ssize_t written = write(file->descriptor, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fail_write(file, errno, error);
        bytes += written;
        size -= (size_t)written;
    }
    return SST_OK;
}

typedef sst_status (*file_writer)(sst_nightly *night, sst_sink sink, sst_error *error);

static sst_status write_file(sst_nightly *night, unsigned number, file_writer writer,
                             sst_error *error)
{
    night_file file = {.descriptor = -1};
    sst_status status = compose_path(night, number, true, file.path, error);
    if (status != SST_OK)
        return status;
    file.descriptor = open(file.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file.descriptor < 0)
        return sst_fail_system(error, errno, file.path, "cannot create",
                               "check --out and the mode of the folder");
    status = writer(night, (sst_sink){.write = write_bytes, .context = &file}, error);
    if (status == SST_OK && fsync(file.descriptor) != 0)
        status = fail_write(&file, errno, error);
    if (close(file.descriptor) != 0 && status == SST_OK)
        status = fail_write(&file, errno, error);
    if (status != SST_OK)
        unlink(file.path);
    return status;
}

/* ---- clusters.jsonl and report.html ---- */

static sst_status write_clusters(sst_nightly *night, sst_sink sink, sst_error *error)
{
    return sst_corpus_write_clusters(night->corpus, false, sink, error);
}

static sst_status write_report(sst_nightly *night, sst_sink sink, sst_error *error)
{
    sst_report_options options = sst_report_options_default();
    options.now = night->now;
    return sst_night_report(night, &options, sink, error);
}

/* ---- changes.jsonl ---- */

typedef struct listing {
    sst_nightly *night;
    sst_sink sink;
    int64_t upto;
    sst_buffer line;
} listing;

/* How history calls it, how the file does, and the member that holds the other id. */
static const struct change_kind {
    const char *what, *change, *other;
} kinds[] = {{"merge", "merged", "from"},
             {"split", "split", "from"},
             {"rename", "renamed", "canonical"},
             {"expire", "expired", NULL}};

static const struct change_kind *kind_of(sst_slice what)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i].what) == what.size && memcmp(kinds[i].what, what.bytes, what.size) == 0)
            return &kinds[i];
    return NULL;
}

static void count_change(sst_nightly_summary *summary, const struct change_kind *kind)
{
    uint64_t *counts[] = {&summary->merged, &summary->split, &summary->renamed,
                          &summary->expired};
    ++*counts[kind - kinds];
}

static void append_member(sst_buffer *line, const char *name, sst_slice value)
{
    sst_buffer_format(line, ",\"%s\":", name);
    sst_buffer_json_string(line, value.size > 0 ? value.bytes : "", value.size);
}

static void append_time(sst_buffer *line, int64_t time)
{
    struct tm parts;
    time_t seconds = (time_t)time;
    char text[64];
    if (gmtime_r(&seconds, &parts) != NULL &&
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) > 0)
        sst_buffer_format(line, ",\"time\":\"%s\"", text);
}

static sst_status take_event(void *context, const sst_night_event *event, sst_error *error)
{
    listing *l = context;
    const struct change_kind *kind = kind_of(event->what);
    if (event->sequence > l->upto)
        return SST_OK;
    if (kind == NULL)
        return SST_OK;
    count_change(l->night->summary, kind);
    if (l->sink.write == NULL)
        return SST_OK;
    sst_buffer_reset(&l->line);
    sst_buffer_format(&l->line, "{\"change\":\"%s\"", kind->change);
    append_member(&l->line, "cluster", event->id);
    if (kind->other != NULL)
        append_member(&l->line, kind->other, event->other);
    append_member(&l->line, "why", event->why);
    append_time(&l->line, event->time);
    sst_buffer_text(&l->line, "}\n");
    sst_status status = sst_buffer_status(&l->line, "a change", error);
    return status == SST_OK
               ? l->sink.write(l->sink.context, l->line.bytes, l->line.size, error)
               : status;
}

static sst_status list_changes(sst_nightly *night, sst_sink sink, sst_error *error)
{
    listing l = {.night = night, .sink = sink, .upto = night->events_upto};
    sst_store *store = night->archive->store;
    sst_status status = sst_store_begin_read(store, error);
    if (status == SST_OK) {
        status = sst_night_events(store, night->events_after, take_event, &l, error);
        sst_store_rollback(store);
    }
    sst_buffer_free(&l.line);
    return status;
}

static sst_status make_folder(const sst_nightly *night, sst_error *error)
{
    if (mkdir(night->options->out, 0777) == 0 || errno == EEXIST)
        return SST_OK;
    return sst_fail_system(error, errno, night->options->out, "cannot create the folder",
                           "check --out");
}

sst_status sst_night_write_files(sst_nightly *night, sst_error *error)
{
    double start = sst_clock_seconds();
    static const file_writer writers[FILE_COUNT] = {write_clusters, list_changes, write_report};
    sst_status status = SST_OK;
    if (night->options->out == NULL)
        status = list_changes(night, (sst_sink){.write = NULL}, error);
    else
        status = make_folder(night, error);
    for (unsigned i = 0; i < FILE_COUNT && night->options->out != NULL && status == SST_OK; i++)
        status = write_file(night, i, writers[i], error);
    night->summary->seconds_write += sst_clock_seconds() - start;
    return status;
}

sst_status sst_night_publish(const sst_nightly *night, sst_error *error)
{
    char from[PATH_SIZE], to[PATH_SIZE];
    sst_status status = SST_OK;
    if (night->options->out == NULL)
        return SST_OK;
    for (unsigned i = 0; i < FILE_COUNT && status == SST_OK; i++) {
        status = compose_path(night, i, true, from, error);
        if (status == SST_OK)
            status = compose_path(night, i, false, to, error);
        if (status == SST_OK && rename(from, to) != 0)
            status = sst_fail_system(error, errno, to, "cannot rename to",
                                     "check the mode of the folder, then run nightly again");
    }
    int folder = open(night->options->out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        if (fsync(folder) != 0 && status == SST_OK)
            status = sst_fail_system(error, errno, night->options->out, "cannot sync",
                                     "check the disk, then run nightly again");
        close(folder);
    }
    return status;
}
