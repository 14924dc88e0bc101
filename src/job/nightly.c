/* One night: see job/nightly.h for its phases. */
#include "job/nightly.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "job/clock.h"

/* ---- Transactions ---- */

sst_status sst_night_end(sst_nightly *night, sst_status status, sst_error *error)
{
    sst_store *store = night->archive->store;
    if (status == SST_OK)
        status = sst_store_commit(store, error);
    else
        sst_store_rollback(store);
    night->summary->longest_lock = sst_store_longest_lock(store);
    return status;
}

/* ---- The lock of nights ---- */

/* Beside the archive's own lock: filters go on while a night is at work. */
static sst_status lock_night(sst_nightly *night, sst_error *error)
{
    const char *path = sst_store_path(night->archive->store);
    char name[4096];
    int size = snprintf(name, sizeof name, "%s-night", path);
    if (size < 0 || (size_t)size >= sizeof name)
        return sst_fail(error, SST_ARGUMENT, "the archive's name is too long; give a shorter one");
    sst_status status = sst_lock_open(&night->lock, name, error);
    if (status == SST_OK)
        status = sst_lock_acquire(&night->lock, 0, NULL, NULL, error);
    if (status != SST_BUSY)
        return status;
    char holder[24] = "";
    ssize_t read_size = pread(night->lock.descriptor, holder, sizeof holder - 1, 0);
    long process = read_size > 0 ? strtol(holder, NULL, 10) : 0;
    return sst_fail_at(error, SST_BUSY, path, 0, 0,
                       "another nightly is at work, process %ld ('%s'); wait for it to end",
                       process, night->lock.file);
}

/* ---- What an earlier run left ---- */

typedef struct leftover {
    bool tables, sealed, unsealed;
} leftover;

static sst_status look_back(sst_nightly *night, leftover *left, sst_error *error)
{
    sst_store *store = night->archive->store;
    sst_status status = sst_store_begin_read(store, error);
    if (status != SST_OK)
        return status;
    status = sst_night_exists(store, &left->tables, error);
    if (status == SST_OK && left->tables)
        status = sst_night_plan_sealed(store, &left->sealed, &night->moves, error);
    if (status == SST_OK && left->tables)
        status = sst_night_plan_any(store, &left->unsealed, error);
    sst_store_rollback(store);
    left->unsealed = left->unsealed && !left->sealed;
    return status;
}

static sst_status do_plan(sst_nightly *night, sst_error *error)
{
    sst_status status = SST_OK;
    bool more = true;
    while (status == SST_OK && more) {
        status = sst_store_begin(night->archive->store, error);
        if (status != SST_OK)
            break;
        status = sst_night_plan_do(night->archive->store, &more, error);
        status = sst_night_end(night, status, error);
    }
    return status;
}

/* Makes the tables, finishes a sealed plan, forgets half of one. */
static sst_status recover(sst_nightly *night, sst_error *error)
{
    leftover left = {0};
    sst_status status = look_back(night, &left, error);
    night->carried = left.sealed;
    if (status == SST_OK && left.sealed)
        return do_plan(night, error);
    if (status != SST_OK || (left.tables && !left.unsealed))
        return status;
    status = sst_store_begin(night->archive->store, error);
    if (status != SST_OK)
        return status;
    status = sst_night_create(night->archive->store, error);
    if (status == SST_OK)
        status = sst_night_plan_clear(night->archive->store, error);
    return sst_night_end(night, status, error);
}

/* ---- Expiry ---- */

static sst_status expire(sst_nightly *night, sst_error *error)
{
    uint64_t removed;
    double start = sst_clock_seconds();
    if (night->options->keep == 0)
        return SST_OK;
    sst_status status = sst_store_expire(night->archive->store, night->now - night->options->keep,
                                         night->now, &removed, error);
    night->summary->seconds_expire += sst_clock_seconds() - start;
    return status;
}

/* ---- Clustering ---- */

sst_status sst_night_cluster(sst_nightly *night, sst_error *error)
{
    sst_nightly_summary *out = night->summary;
    sst_summary s;
    sst_night_remember(night);
    sst_status status = sst_corpus_match(night->corpus, error);
    sst_corpus_summary(night->corpus, &s);
    out->candidates = s.candidates + s.sampled_candidates;
    out->counted = night->counted.fresh_count;
    out->verified = s.verified;
    memcpy(out->pairs, s.pairs, sizeof out->pairs);
    out->clusters = s.clusters;
    out->clustered_stories = s.clustered_stories;
    out->largest_cluster = s.largest_cluster;
    out->seconds_candidates = s.seconds_bands + s.seconds_samples;
    out->seconds_verify = s.seconds_verify;
    out->seconds_judge = s.seconds_judge;
    out->seconds_cluster = s.seconds_cluster;
    return status;
}

/* ---- The plan ---- */

static sst_night_step resolve(const sst_nightly *night, const sst_planned *planned)
{
    sst_night_step step = planned->step;
    const char *strings = night->strings.bytes;
    if (step.kind == SST_NIGHT_RECORD) {
        step.id.bytes = strings + planned->id_at;
        step.why.bytes = strings + planned->why_at;
    }
    if (step.kind == SST_NIGHT_RECORD || step.kind == SST_NIGHT_CANONICAL)
        step.other.bytes = strings + planned->other_at;
    return step;
}

static sst_status write_some_steps(sst_nightly *night, size_t *at, sst_error *error)
{
    sst_store *store = night->archive->store;
    sst_status status = sst_store_begin(store, error);
    if (status != SST_OK)
        return status;
    if (*at == 0)
        status = sst_night_plan_clear(store, error); /* a seal that was carried over */
    while (status == SST_OK && *at < night->step_count) {
        sst_night_step step = resolve(night, &night->steps[(*at)++]);
        status = sst_night_plan_add(store, &step, error);
        if (sst_store_due(store))
            break;
    }
    if (status == SST_OK && *at == night->step_count)
        status = sst_night_plan_seal(store, night->moves, error);
    return sst_night_end(night, status, error);
}

static sst_status settle_plan(sst_nightly *night, sst_error *error)
{
    double start = sst_clock_seconds();
    sst_status status = SST_OK;
    for (size_t at = 0; at < night->step_count && status == SST_OK;)
        status = write_some_steps(night, &at, error);
    if (status == SST_OK && night->step_count > 0)
        status = do_plan(night, error);
    night->summary->moved = night->moves;
    night->summary->seconds_plan += sst_clock_seconds() - start;
    return status;
}

/* ---- The index ---- */

static sst_status merge(sst_nightly *night, sst_error *error)
{
    double start = sst_clock_seconds();
    sst_status status = sst_store_merge(night->archive->store, error);
    night->summary->seconds_merge += sst_clock_seconds() - start;
    return status;
}

/* ---- Integrity ---- */

static void note_problem(void *context, const char *message)
{
    const sst_nightly *night = context;
    sst_error note = {.status = SST_FORMAT};
    snprintf(note.message, sizeof note.message, "%s", message);
    if (night->options->note != NULL)
        night->options->note(night->options->context, SST_NOTE_WARNING, &note);
}

/* Without deriving from texts again: that is for `verify`. */
static sst_status check(sst_nightly *night, sst_error *error)
{
    double start = sst_clock_seconds();
    sst_store_checker checker = {note_problem, night};
    sst_status status = sst_store_check(night->archive->store, &checker, NULL,
                                        &night->summary->problems, error);
    night->summary->seconds_check += sst_clock_seconds() - start;
    if (status != SST_OK || night->summary->problems == 0)
        return status;
    return sst_fail_at(error, SST_FORMAT, sst_store_path(night->archive->store), 0, 0,
                       "the archive has %" PRIu64 " problems; make a new one with 'samestory "
                       "rebuild'",
                       night->summary->problems);
}

/* ---- The record ---- */

static void describe(const sst_nightly *night, sst_buffer *text)
{
    const sst_nightly_summary *s = night->summary;
    sst_buffer_format(text, "{\"window\":%" PRId64 ",\"keep\":%" PRId64,
                      night->options->window, night->options->keep);
    const struct {
        const char *name;
        uint64_t number;
    } counts[] = {{"stories", s->stories},   {"arrived", s->arrived},
                  {"removed", s->removed},   {"candidates", s->candidates},
                  {"verified", s->verified}, {"clusters", s->clusters},
                  {"clustered", s->clustered_stories}, {"largest", s->largest_cluster},
                  {"moved", s->moved},       {"merged", s->merged},
                  {"split", s->split},       {"renamed", s->renamed},
                  {"expired", s->expired}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        sst_buffer_format(text, ",\"%s\":%" PRIu64, counts[i].name, counts[i].number);
    sst_buffer_byte(text, '}');
}

static void describe_effort(const sst_nightly *night, sst_buffer *text)
{
    const sst_nightly_summary *s = night->summary;
    const struct {
        const char *name;
        double seconds;
    } times[] = {{"expire", s->seconds_expire},   {"load", s->seconds_load},
                 {"prepare", s->seconds_prepare}, {"candidates", s->seconds_candidates},
                 {"verify", s->seconds_verify},   {"judge", s->seconds_judge},
                 {"cluster", s->seconds_cluster}, {"keep", s->seconds_keep},
                 {"plan", s->seconds_plan},       {"merge", s->seconds_merge},
                 {"check", s->seconds_check},     {"write", s->seconds_write},
                 {"longest_lock", s->longest_lock}};
    sst_buffer_format(text, "{\"prepared\":%" PRIu64 ",\"counted\":%" PRIu64, s->prepared,
                      s->counted);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        sst_buffer_format(text, ",\"%s\":%.3f", times[i].name, times[i].seconds);
    sst_buffer_byte(text, '}');
}

static sst_status record(sst_nightly *night, sst_error *error)
{
    sst_night row = {.night = night->last.night + 1, .time = night->now,
                     .history = night->events_upto, .next = night->next,
                     .stories = night->rows};
    describe(night, &row.summary);
    describe_effort(night, &row.effort);
    sst_status status = sst_buffer_status(&row.summary, "the summary", error);
    if (status == SST_OK)
        status = sst_buffer_status(&row.effort, "the summary", error);
    if (status == SST_OK)
        status = sst_store_begin(night->archive->store, error);
    if (status == SST_OK) {
        status = sst_night_write(night->archive->store, &row, error);
        if (status == SST_OK)
            status = sst_night_plan_clear(night->archive->store, error);
        status = sst_night_end(night, status, error);
    }
    night->summary->night = row.night;
    sst_night_free(&row);
    return status;
}

/* ---- The night ---- */

static void count_removed(sst_nightly *night)
{
    int64_t expected = night->last.stories + night->next - night->last.next;
    night->summary->removed = (uint64_t)(expected > night->rows ? expected - night->rows : 0);
}

static bool nothing_new(const sst_nightly *night)
{
    return night->last.night > 0 && night->last.generation == night->generation &&
           !night->carried && night->step_count == 0 && night->counted.fresh_count == 0 &&
           night->summary->prepared == 0;
}

/* Events since the last night; when nothing is new, those of the last night itself. */
static sst_status find_events(sst_nightly *night, sst_error *error)
{
    sst_store *store = night->archive->store;
    sst_night before = {0};
    night->events_after = night->last.history;
    sst_status status = sst_store_begin_read(store, error);
    if (status != SST_OK)
        return status;
    status = sst_night_last_event(store, &night->events_upto, error);
    if (status == SST_OK && night->summary->unchanged) {
        status = sst_night_read(store, night->last.night - 1, &before, error);
        night->events_after = before.history;
    }
    sst_store_rollback(store);
    sst_night_free(&before);
    return status;
}

static sst_status finish(sst_nightly *night, sst_error *error)
{
    sst_status status = find_events(night, error);
    if (status == SST_OK)
        status = sst_night_write_files(night, error);
    if (status == SST_OK && !night->summary->unchanged)
        status = record(night, error);
    night->summary->night += night->summary->unchanged ? night->last.night : 0;
    return status == SST_OK ? sst_night_publish(night, error) : status;
}

static sst_status work(sst_nightly *night, sst_error *error)
{
    static sst_status (*const phases[])(sst_nightly *, sst_error *) = {
        recover, expire, sst_night_load, sst_night_cluster, sst_night_name};
    sst_status status = SST_OK;
    for (size_t i = 0; i < sizeof phases / sizeof *phases && status == SST_OK; i++)
        status = phases[i](night, error);
    if (status != SST_OK)
        return status;
    count_removed(night);
    night->summary->unchanged = nothing_new(night);
    status = sst_night_keep(night, error);
    if (status == SST_OK)
        status = settle_plan(night, error);
    if (status == SST_OK)
        status = merge(night, error);
    if (status == SST_OK)
        status = check(night, error);
    return status == SST_OK ? finish(night, error) : status;
}

void sst_night_clear(sst_nightly *night)
{
    sst_night_free(&night->last);
    sst_corpus_free(night->corpus);
    sst_counted_free(&night->counted);
    free(night->entries);
    free(night->cluster_names);
    free(night->steps);
    sst_buffer_free(&night->strings);
    sst_lock_release(&night->lock);
    sst_lock_close(&night->lock);
}

sst_status sst_night_init(sst_nightly *night, sst_archive *archive,
                          const sst_nightly_options *options, sst_nightly_summary *summary,
                          sst_error *error)
{
    *summary = (sst_nightly_summary){0};
    *night = (sst_nightly){.archive = archive, .options = options, .summary = summary,
                           .lock = {.descriptor = -1}, .now = sst_archive_now(archive)};
    if (options->window < 0 || options->keep < 0)
        return sst_fail(error, SST_ARGUMENT, "--window and --keep cannot be negative");
    if (!sst_store_settings_of(archive->store)->texts)
        return sst_fail_at(error, SST_SETTINGS, sst_store_path(archive->store), 0, 0,
                           "the archive keeps no texts, so nothing can be compared again; "
                           "filter the stories into a new one");
    return SST_OK;
}

sst_status sst_archive_nightly(sst_archive *archive, const sst_nightly_options *options,
                               sst_nightly_summary *summary, sst_error *error)
{
    sst_nightly night;
    double start = sst_clock_seconds();
    sst_status status = sst_night_init(&night, archive, options, summary, error);
    if (status == SST_OK && archive->options.read_only)
        status = sst_archive_writable(archive, error);
    if (status == SST_OK)
        status = lock_night(&night, error);
    if (status == SST_OK)
        status = work(&night, error);
    sst_night_clear(&night);
    summary->seconds = sst_clock_seconds() - start;
    return status;
}

/* ---- For `stats` ---- */

enum { NIGHTS_SHOWN = 7 };

static void append_night(sst_buffer *line, const sst_night *night)
{
    sst_buffer_format(line, "{\"night\":%" PRId64 ",\"time\":%" PRId64 ",\"summary\":",
                      night->night, night->time);
    sst_buffer_append(line, night->summary.bytes, night->summary.size);
    sst_buffer_text(line, ",\"effort\":");
    sst_buffer_append(line, night->effort.bytes, night->effort.size);
    sst_buffer_byte(line, '}');
}

sst_status sst_nightly_append_stats(sst_archive *archive, sst_buffer *line, sst_error *error)
{
    int64_t most = INT64_MAX;
    sst_status status = sst_store_begin_read(archive->store, error);
    if (status != SST_OK)
        return status;
    for (unsigned shown = 0; shown < NIGHTS_SHOWN && status == SST_OK; shown++) {
        sst_night night;
        status = sst_night_read(archive->store, most, &night, error);
        bool found = status == SST_OK && night.night > 0;
        if (found) {
            sst_buffer_text(line, shown == 0 ? ",\"nights\":[" : ",");
            append_night(line, &night);
        } else if (shown > 0) {
            sst_buffer_byte(line, ']');
        }
        most = night.night - 1;
        sst_night_free(&night);
        if (!found)
            break;
        if (shown + 1 == NIGHTS_SHOWN)
            sst_buffer_byte(line, ']');
    }
    sst_store_rollback(archive->store);
    return status;
}
