/* The nightly job through its public function. */
#include "cmocka_all.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "job/support.h"
#include "store/lock.h"
#include "store/scratch.h"

enum { NOW = 1767225600, DAY = 86400, STORIES = 900, DAYS = 6, LINE = 2048 };

/* ---- An archive and its nights ---- */

typedef struct fixture {
    scratch s;
    char out[96];
} fixture;

static fixture fixture_create(void)
{
    fixture f = {.s = scratch_create()};
    snprintf(f.out, sizeof f.out, "%s/night", f.s.folder);
    return f;
}

static void fixture_remove(const fixture *f)
{
    static const char *const files[] = {"night/clusters.jsonl", "night/changes.jsonl",
                                        "night/report.html", "night/.clusters.jsonl.tmp",
                                        "night/.changes.jsonl.tmp", "night/.report.html.tmp"};
    char path[160];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", f->s.folder, files[i]);
        unlink(path);
    }
    rmdir(f->out);
    scratch_remove(&f->s);
}

/* Threads of a process do not follow it through a fork: there, one. */
static unsigned test_threads = 2;

static sst_archive *open_archive(const fixture *f, int64_t now)
{
    sst_archive_options options = sst_archive_options_default();
    options.create = true;
    options.now = now;
    options.threads = test_threads;
    options.memory = 64 << 20;
    sst_archive *archive;
    sst_error error = {0};
    if (sst_archive_open(f->s.path, &options, &archive, &error) != SST_OK)
        fail_msg("%s", error.message);
    return archive;
}

static void ask_lines(const fixture *f, int64_t now, const char (*lines)[LINE], size_t count)
{
    sst_archive *archive = open_archive(f, now);
    sst_question *questions = calloc(count, sizeof *questions);
    sst_reply *replies = calloc(count, sizeof *replies);
    assert_non_null(questions);
    assert_non_null(replies);
    for (size_t i = 0; i < count; i++)
        questions[i] = (sst_question){lines[i], strlen(lines[i]), false};
    sst_error error = {0};
    if (sst_archive_ask(archive, questions, count, replies, &error) != SST_OK)
        fail_msg("%s", error.message);
    free(questions);
    free(replies);
    sst_archive_close(archive);
}

static sst_status try_night(const fixture *f, int64_t now, int64_t window, int64_t keep,
                            sst_nightly_summary *summary, sst_error *error)
{
    sst_archive *archive = open_archive(f, now);
    sst_nightly_options options = {.out = f->out, .window = window, .keep = keep,
                                   .memory = 64 << 20};
    sst_status status = sst_archive_nightly(archive, &options, summary, error);
    sst_archive_close(archive);
    return status;
}

static sst_nightly_summary run_night(const fixture *f, int64_t now, int64_t window,
                                     int64_t keep)
{
    sst_nightly_summary summary;
    sst_error error = {0};
    if (try_night(f, now, window, keep, &summary, &error) != SST_OK)
        fail_msg("%s", error.message);
    return summary;
}

/* A file of the night, terminated; free(3). */
static char *read_out(const fixture *f, const char *name)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", f->out, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("there is no %s", path);
    sst_buffer text = {0};
    char piece[4096];
    for (size_t size; (size = fread(piece, 1, sizeof piece, file)) > 0;)
        sst_buffer_append(&text, piece, size);
    fclose(file);
    sst_buffer_byte(&text, '\0');
    assert_false(text.failed);
    return text.bytes;
}

static void count_problem(void *context, const char *message)
{
    (void)context;
    print_message("%s\n", message);
}

static void check_clean(const fixture *f, int64_t now)
{
    sst_archive *archive = open_archive(f, now);
    uint64_t problems = 1;
    assert_int_equal(sst_archive_verify(archive, count_problem, NULL, &problems, NULL), SST_OK);
    assert_int_equal(problems, 0);
    sst_archive_close(archive);
}

/* ---- Clusters without their names, to compare with the batch job ---- */

static int compare_lines(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Cuts lines, drops `"cluster":"ID",`, sorts, joins again. */
static char *without_names(char *text)
{
    char *lines[STORIES * 2];
    size_t count = 0;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
        lines[count++] = strstr(line, "\"canonical\":");
    qsort(lines, count, sizeof *lines, compare_lines);
    sst_buffer joined = {0};
    for (size_t i = 0; i < count; i++) {
        sst_buffer_text(&joined, lines[i]);
        sst_buffer_byte(&joined, '\n');
    }
    sst_buffer_byte(&joined, '\0');
    return joined.bytes;
}

static void check_equals_batch(const fixture *f, int64_t now, const char (*lines)[LINE],
                               size_t count)
{
    sst_buffer input = {0};
    for (size_t i = 0; i < count; i++) {
        sst_buffer_text(&input, lines[i]);
        sst_buffer_byte(&input, '\n');
    }
    sst_buffer_byte(&input, '\0');
    test_run run = test_run_default();
    run.options.now = now;
    test_job(&run, input.bytes, TEST_CLUSTERS);
    assert_int_equal(run.status, SST_OK);
    assert_true(run.summary.clusters > 0);
    char *night = read_out(f, "clusters.jsonl");
    char *ours = without_names(night), *batch = without_names(run.out.bytes);
    assert_string_equal(ours, batch);
    free(ours);
    free(batch);
    free(night);
    test_run_free(&run);
    sst_buffer_free(&input);
}

/* ---- A stream over several days, from a seed ---- */

static void write_words(char *text, size_t size, uint64_t seed, size_t begin, size_t end,
                        uint64_t changes)
{
    size_t at = 0;
    for (size_t i = begin; i < end && at + 16 < size; i++) {
        uint64_t word = sst_mix64(seed * 1000 + i) % 5000;
        if (changes != 0 && sst_mix64(changes * 131 + i) % 16 == 0)
            word = sst_mix64(seed + changes * 77 + i) % 5000;
        at += (size_t)snprintf(text + at, size - at, "w%llu ", (unsigned long long)word);
    }
}

/* Copies of earlier topics, edited, cut in front or behind, some dated before their originals. */
static void write_story(char line[LINE], size_t i)
{
    char text[LINE / 2];
    uint64_t random = sst_mix64(i + 17);
    bool copied = random % 3 == 0;
    uint64_t topic = copied ? random / 4 % (i / 2 + 1) : i;
    size_t words = 30 + topic % 80;
    size_t begin = copied && random % 5 == 0 ? words / 3 : 0;
    size_t end = copied && random % 7 == 0 ? words * 2 / 3 : words;
    write_words(text, sizeof text, topic, begin, end, copied ? random % 4 * i : 0);
    size_t day = i * DAYS / STORIES;
    if (copied && random % 11 == 0)
        day = 0; /* a late arrival */
    snprintf(line, LINE,
             "{\"id\":\"s%zu\",\"title\":\"t%llu\",\"source\":\"p%llu\","
             "\"published\":%lld,\"text\":\"%s\"}",
             i, (unsigned long long)topic, (unsigned long long)(random % 9),
             (long long)(NOW + (int64_t)day * DAY + (int64_t)(random % DAY)), text);
}

static const char (*make_stream(void))[LINE]
{
    char(*lines)[LINE] = malloc(STORIES * sizeof *lines);
    assert_non_null(lines);
    for (size_t i = 0; i < STORIES; i++)
        write_story(lines[i], i);
    return (const char(*)[LINE])lines;
}

static size_t end_of_day(size_t day)
{
    return (day + 1) * STORIES / DAYS;
}

static int64_t midnight(size_t day)
{
    return NOW + (int64_t)(day + 1) * DAY;
}

/* ---- Stable ids ---- */

/* Ids of stories are s0 … : cluster of each, "" for a single one. */
typedef struct assignment {
    char cluster[STORIES][16];
} assignment;

static size_t number_of(const char *id)
{
    return (size_t)strtoul(id + 1, NULL, 10);
}

static void read_assignment(const fixture *f, assignment *a)
{
    memset(a, 0, sizeof *a);
    char *text = read_out(f, "clusters.jsonl");
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char cluster[16] = "";
        assert_int_equal(sscanf(line, "{\"cluster\":\"%15[^\"]\"", cluster), 1);
        for (char *id = line; (id = strstr(id, "{\"id\":\"s")) != NULL; id++)
            memcpy(a->cluster[number_of(id + 7)], cluster, sizeof cluster);
    }
    free(text);
}

static bool is_told(const char *changes, const char *change, const char *cluster,
                    const char *from)
{
    char line[128];
    snprintf(line, sizeof line, "{\"change\":\"%s\",\"cluster\":\"%s\",\"from\":\"%s\"", change,
             cluster, from);
    return strstr(changes, line) != NULL;
}

/* Every story that changed its cluster since yesterday was in one that merged or split, and that
 * is told; so a cluster that only grew has kept its id. */
static void check_moves_told(const assignment *before, const assignment *after,
                             const char *changes)
{
    for (size_t i = 0; i < STORIES; i++) {
        const char *was = before->cluster[i], *is = after->cluster[i];
        char alone[16];
        snprintf(alone, sizeof alone, "s%zu", i);
        if (was[0] == '\0' || strcmp(was, is) == 0)
            continue;
        is = is[0] == '\0' ? alone : is;
        if (strcmp(was, is) != 0 && !is_told(changes, "merged", is, was) &&
            !is_told(changes, "split", is, was))
            fail_msg("story s%zu went from %s to %s untold", i, was, is);
    }
}

static void test_nights_equal_batch(void **state)
{
    (void)state;
    fixture f = fixture_create();
    const char(*lines)[LINE] = make_stream();
    assignment *before = calloc(2, sizeof *before), *after = before + 1;
    assert_non_null(before);
    uint64_t split = 0, renamed = 0;
    for (size_t day = 0, begin = 0; day < DAYS; begin = end_of_day(day++)) {
        ask_lines(&f, midnight(day), lines + begin, end_of_day(day) - begin);
        sst_nightly_summary s = run_night(&f, midnight(day), 0, 0);
        assert_int_equal(s.night, day + 1);
        assert_int_equal(s.stories, end_of_day(day));
        assert_int_equal(s.arrived, end_of_day(day) - begin);
        assert_int_equal(s.prepared, s.arrived);
        check_equals_batch(&f, midnight(day), lines, end_of_day(day));
        read_assignment(&f, after);
        char *changes = read_out(&f, "changes.jsonl");
        check_moves_told(before, after, changes);
        free(changes);
        *before = *after;
        split += s.split;
        renamed += s.renamed;
    }
    assert_true(split > 0 && renamed > 0); /* a merge has a test of its own */
    check_clean(&f, midnight(DAYS));
    free(before);
    free((void *)(uintptr_t)lines);
    fixture_remove(&f);
}

/* ---- Twice ---- */

static void test_twice_changes_nothing(void **state)
{
    (void)state;
    fixture f = fixture_create();
    const char(*lines)[LINE] = make_stream();
    ask_lines(&f, midnight(0), lines, end_of_day(2));
    sst_nightly_summary first = run_night(&f, midnight(2), 0, 0);
    assert_false(first.unchanged);
    assert_true(first.counted > 0);
    char *clusters = read_out(&f, "clusters.jsonl"), *changes = read_out(&f, "changes.jsonl");
    char *report = read_out(&f, "report.html");
    sst_nightly_summary second = run_night(&f, midnight(2), 0, 0);
    assert_true(second.unchanged);
    assert_int_equal(second.night, 1);
    assert_int_equal(second.prepared, 0);
    assert_int_equal(second.counted, 0);
    assert_int_equal(second.moved, 0);
    char *again = read_out(&f, "clusters.jsonl");
    assert_string_equal(clusters, again);
    free(again);
    again = read_out(&f, "changes.jsonl");
    assert_string_equal(changes, again);
    free(again);
    again = read_out(&f, "report.html");
    assert_string_equal(report, again);
    free(again);
    free(clusters);
    free(changes);
    free(report);
    free((void *)(uintptr_t)lines);
    fixture_remove(&f);
}

/* ---- Ids of merges; the clock ---- */

static const char *cluster_of(const fixture *f, const char *id)
{
    static char cluster[64];
    sst_archive *archive = open_archive(f, NOW);
    sst_buffer line = {0};
    assert_int_equal(
        sst_archive_write_story(archive, id, strlen(id), test_sink(&line), NULL), SST_OK);
    sst_buffer_byte(&line, '\0');
    const char *at = strstr(line.bytes, "\"cluster\":\"");
    assert_non_null(at);
    assert_int_equal(sscanf(at, "\"cluster\":\"%63[^\"]\"", cluster), 1);
    sst_buffer_free(&line);
    sst_archive_close(archive);
    return cluster;
}

static void write_part(char line[LINE], const char *id, int64_t published, size_t begin,
                       size_t end)
{
    char text[LINE / 2];
    write_words(text, sizeof text, 7, begin, end, 0);
    snprintf(line, LINE, "{\"id\":\"%s\",\"title\":\"t\",\"published\":%lld,\"text\":\"%s\"}", id,
             (long long)published, text);
}

/* Two excerpts of a story that comes late: one cluster at night, by the id founded first. */
static void test_merge_keeps_the_first_id(void **state)
{
    (void)state;
    fixture f = fixture_create();
    char lines[3][LINE];
    write_part(lines[0], "front", NOW - 2 * DAY, 0, 40);
    write_part(lines[1], "back", NOW - 2 * DAY, 60, 100);
    write_part(lines[2], "whole", NOW - DAY, 0, 100);
    ask_lines(&f, NOW, (const char(*)[LINE])lines, 2);
    sst_nightly_summary s = run_night(&f, NOW, 0, 0);
    assert_int_equal(s.clusters, 0);
    ask_lines(&f, NOW, (const char(*)[LINE])lines + 2, 1);
    assert_string_equal(cluster_of(&f, "back"), "back");
    s = run_night(&f, NOW, 0, 0);
    assert_int_equal(s.merged, 1);
    assert_int_equal(s.moved, 1);
    assert_string_equal(cluster_of(&f, "front"), "front");
    assert_string_equal(cluster_of(&f, "back"), "front");
    assert_string_equal(cluster_of(&f, "whole"), "front");
    char *changes = read_out(&f, "changes.jsonl");
    assert_non_null(strstr(changes, "{\"change\":\"merged\",\"cluster\":\"front\","
                                    "\"from\":\"back\",\"why\":\"'back' is an excerpt of "
                                    "'whole': "));
    assert_non_null(strstr(changes, "\"time\":\"2026-01-01T00:00:00Z\""));
    free(changes);
    check_clean(&f, NOW);
    fixture_remove(&f);
}

/* What is too old for the window follows its cluster, however much it is. */
static void test_merge_takes_the_old_along(void **state)
{
    (void)state;
    enum { OLD = 450 };
    fixture f = fixture_create();
    char (*lines)[LINE] = calloc(OLD + 2, sizeof *lines), id[16];
    assert_non_null(lines);
    write_part(lines[0], "front", NOW - 2 * DAY, 0, 40);
    write_part(lines[1], "back", NOW - 2 * DAY, 60, 100);
    for (int i = 0; i < OLD; i++) {
        snprintf(id, sizeof id, "old%d", i);
        write_part(lines[2 + i], id, NOW - 100 * DAY, 60, 100);
    }
    ask_lines(&f, NOW, (const char(*)[LINE])lines, OLD + 2);
    write_part(lines[0], "whole", NOW - DAY, 0, 100);
    ask_lines(&f, NOW, (const char(*)[LINE])lines, 1);
    sst_nightly_summary s = run_night(&f, NOW, 10 * DAY, 0);
    assert_int_equal(s.stories, 3);
    assert_int_equal(s.merged, 1);
    assert_string_equal(cluster_of(&f, "old0"), "front");
    assert_string_equal(cluster_of(&f, "old449"), "front");
    check_clean(&f, NOW);
    free(lines);
    fixture_remove(&f);
}

/* Age is counted from the given time: what is too old goes, and its cluster is told. */
static void test_keep_and_window(void **state)
{
    (void)state;
    fixture f = fixture_create();
    char lines[4][LINE];
    write_part(lines[0], "old", NOW - 9 * DAY, 0, 60);
    write_part(lines[1], "old copy", NOW - 8 * DAY, 0, 60);
    write_part(lines[2], "new", NOW - 2 * DAY, 200, 260);
    write_part(lines[3], "new copy", NOW - DAY, 200, 260);
    ask_lines(&f, NOW, (const char(*)[LINE])lines, 4);
    sst_nightly_summary s = run_night(&f, NOW, 5 * DAY, 0);
    assert_int_equal(s.stories, 2);
    assert_int_equal(s.clusters, 1);
    assert_string_equal(cluster_of(&f, "old copy"), "old");
    s = run_night(&f, NOW + DAY, 0, 5 * DAY);
    assert_int_equal(s.removed, 2);
    assert_int_equal(s.expired, 1);
    assert_int_equal(s.stories, 2);
    char *changes = read_out(&f, "changes.jsonl");
    assert_non_null(strstr(changes, "{\"change\":\"expired\",\"cluster\":\"old\""));
    free(changes);
    assert_string_equal(cluster_of(&f, "new copy"), "new");
    s = run_night(&f, NOW + 4 * DAY, 0, 5 * DAY); /* the founder goes, the name stays */
    assert_int_equal(s.removed, 1);
    assert_string_equal(cluster_of(&f, "new copy"), "new");
    check_clean(&f, NOW + 4 * DAY);
    fixture_remove(&f);
}

/* A revised story keeps its cluster's name though its first version is gone from the night. */
static void test_revised_founder(void **state)
{
    (void)state;
    fixture f = fixture_create();
    char lines[3][LINE];
    write_part(lines[0], "a", NOW - 3 * DAY, 0, 60);
    write_part(lines[1], "b", NOW - 2 * DAY, 0, 60);
    write_part(lines[2], "a", NOW - 3 * DAY, 300, 360);
    ask_lines(&f, NOW, (const char(*)[LINE])lines, 3);
    assert_string_equal(cluster_of(&f, "b"), "a");
    sst_nightly_summary s = run_night(&f, NOW, 0, 0);
    assert_int_equal(s.stories, 2);
    assert_int_equal(s.split, 1);
    assert_string_equal(cluster_of(&f, "a"), "a");
    assert_string_equal(cluster_of(&f, "b"), "b");
    check_clean(&f, NOW);
    fixture_remove(&f);
}

/* ---- Two at once ---- */

static void test_second_is_told(void **state)
{
    (void)state;
    fixture f = fixture_create();
    const char(*lines)[LINE] = make_stream();
    char path[128];
    sst_lock lock;
    sst_nightly_summary s;
    sst_error error = {0};
    ask_lines(&f, midnight(0), lines, 10);
    snprintf(path, sizeof path, "%s-night", f.s.path);
    assert_int_equal(sst_lock_open(&lock, path, NULL), SST_OK);
    assert_int_equal(sst_lock_acquire(&lock, 0, NULL, NULL, NULL), SST_OK);
    assert_int_equal(try_night(&f, midnight(0), 0, 0, &s, &error), SST_BUSY);
    char holder[64];
    snprintf(holder, sizeof holder, "another nightly is at work, process %ld ", (long)getpid());
    assert_non_null(strstr(error.message, holder));
    sst_lock_release(&lock);
    sst_lock_close(&lock);
    assert_int_equal(run_night(&f, midnight(0), 0, 0).night, 1);
    free((void *)(uintptr_t)lines);
    fixture_remove(&f);
}

static void test_no_texts(void **state)
{
    (void)state;
    fixture f = fixture_create();
    sst_archive_options options = sst_archive_options_default();
    options.create = options.no_text = true;
    sst_archive *archive;
    sst_nightly_summary s;
    assert_int_equal(sst_archive_open(f.s.path, &options, &archive, NULL), SST_OK);
    assert_int_equal(sst_archive_nightly(archive, &(sst_nightly_options){0}, &s, NULL),
                     SST_SETTINGS);
    sst_archive_close(archive);
    fixture_remove(&f);
}

/* ---- Killed ---- */

enum { KILLS = 10 }; /* bench/whole/nights --kill 50 is the long form */

/* An archive with a night behind it, and a second one due that merges, splits and expires. */
static fixture due_night(const char (*lines)[LINE])
{
    fixture f = fixture_create();
    ask_lines(&f, midnight(1), lines, end_of_day(1));
    run_night(&f, midnight(1), 0, 0);
    ask_lines(&f, midnight(3), lines + end_of_day(1), end_of_day(3) - end_of_day(1));
    return f;
}

static double seconds_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* The night in a child, killed after so many seconds; 0: never. */
static void night_in_child(const fixture *f, double seconds)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        sst_nightly_summary s;
        test_threads = 1;
        _exit(try_night(f, midnight(3), 0, 3 * DAY, &s, NULL) == SST_OK ? 0 : 1);
    }
    struct timespec pause = {.tv_nsec = (long)(seconds * 1e9) % 1000000000,
                             .tv_sec = (time_t)seconds};
    if (seconds > 0) {
        nanosleep(&pause, NULL);
        kill(child, SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (seconds <= 0)
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Everything that a night decides: files, and the cluster of each story that is left. */
static char *describe(const fixture *f)
{
    sst_buffer text = {0};
    static const char *const names[] = {"clusters.jsonl", "changes.jsonl", "report.html"};
    for (size_t i = 0; i < 3; i++) {
        char *file = read_out(f, names[i]);
        sst_buffer_text(&text, file);
        free(file);
    }
    sst_archive *archive = open_archive(f, midnight(3));
    for (size_t i = 0; i < end_of_day(3); i++) {
        char id[16];
        int size = snprintf(id, sizeof id, "s%zu", i);
        if (sst_archive_write_story(archive, id, (size_t)size, test_sink(&text), NULL) != SST_OK)
            sst_buffer_text(&text, "gone\n");
    }
    sst_archive_close(archive);
    sst_buffer_byte(&text, '\0');
    assert_false(text.failed);
    return text.bytes;
}

static void test_killed_and_rerun(void **state)
{
    (void)state;
    const char(*lines)[LINE] = make_stream();
    fixture f = due_night(lines);
    double start = seconds_now();
    night_in_child(&f, 0);
    double whole = seconds_now() - start;
    char *expected = describe(&f);
    assert_non_null(strstr(expected, "\"change\":\"split\""));
    fixture_remove(&f);
    for (uint64_t i = 0; i < KILLS; i++) {
        f = due_night(lines);
        double share = (double)(sst_mix64(i + 1) % 1000) / 1000;
        night_in_child(&f, whole * share + 1e-4);
        night_in_child(&f, 0);
        char *found = describe(&f);
        if (strcmp(found, expected) != 0)
            fail_msg("killed at %.3f of the night: another result", share);
        free(found);
        check_clean(&f, midnight(3));
        fixture_remove(&f);
    }
    free(expected);
    free((void *)(uintptr_t)lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed_and_rerun),
        cmocka_unit_test(test_nights_equal_batch),
        cmocka_unit_test(test_twice_changes_nothing),
        cmocka_unit_test(test_merge_keeps_the_first_id),
        cmocka_unit_test(test_merge_takes_the_old_along),
        cmocka_unit_test(test_keep_and_window),
        cmocka_unit_test(test_revised_founder),
        cmocka_unit_test(test_second_is_told),
        cmocka_unit_test(test_no_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
