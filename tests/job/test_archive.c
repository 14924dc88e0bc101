/* The archive through its public functions. */
#include "cmocka_all.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "samestory.h"
#include "store/lock.h"
#include "store/scratch.h"

enum { NOW = 1767225600 }; /* 2026-01-01 */

static sst_archive *open_archive(const char *path)
{
    sst_archive_options options = sst_archive_options_default();
    options.create = true;
    options.now = NOW;
    options.threads = 2;
    options.memory = 64 << 20;
    sst_archive *archive;
    sst_error error = {0};
    if (sst_archive_open(path, &options, &archive, &error) != SST_OK)
        fail_msg("%s", error.message);
    return archive;
}

/* The answer part of a reply, asked for one line; belongs to the archive. */
static const char *ask(sst_archive *archive, const char *line, bool check)
{
    sst_question question = {line, strlen(line), check};
    sst_reply reply;
    sst_error error = {0};
    if (sst_archive_ask(archive, &question, 1, &reply, &error) != SST_OK)
        fail_msg("%s", error.message);
    if (reply.status != SST_OK)
        return sst_status_name(reply.status);
    static char text[65536];
    snprintf(text, sizeof text, "%.*s", (int)reply.size, reply.line);
    char *answer = strstr(text, "\"samestory\":");
    assert_non_null(answer);
    answer[strlen(answer) - 2] = '\0';
    return answer + strlen("\"samestory\":");
}

#define BODY                                                                                   \
    "The river authority opened the gates of the northern dam on Tuesday after three days of " \
    "heavy rain raised the lake to its highest level since the dam was built, officials said, " \
    "and people living near the banks were told to move to higher ground before night fell."
#define STORY(id, title, text) "{\"id\":\"" id "\",\"title\":\"" title "\",\"text\":\"" text "\"}"

static void test_answers(void **state)
{
    (void)state;
    scratch s = scratch_create();
    sst_archive *archive = open_archive(s.path);
    assert_string_equal(ask(archive, STORY("a", "Gates", BODY), false),
                        "{\"verdict\":\"new\",\"cluster\":\"a\"}");
    assert_string_equal(ask(archive, STORY("b", "Other", BODY), false),
                        "{\"verdict\":\"identical\",\"of\":\"a\",\"cluster\":\"a\","
                        "\"jaccard\":1.000,\"contained\":1.000}");
    const char *copy = ask(archive, STORY("c", "Third", BODY " Residents waited."), false);
    assert_non_null(strstr(copy, "\"verdict\":\"copy\",\"of\":\"a\",\"cluster\":\"a\""));
    /* The same again gives the stored answer. */
    assert_string_equal(ask(archive, STORY("a", "Gates", BODY), false),
                        "{\"verdict\":\"new\",\"cluster\":\"a\"}");
    /* Another text under a known id. */
    assert_string_equal(ask(archive, STORY("b", "Other", "Something else was written here."), false),
                        "{\"verdict\":\"revised\",\"of\":\"b\",\"cluster\":\"a\"}");
    /* And the first version of it, still known. */
    assert_non_null(strstr(ask(archive, STORY("b", "Other", BODY), false), "identical"));
    /* No tokens: like nothing. */
    assert_string_equal(ask(archive, "{\"id\":\"e\",\"text\":\"!\"}", false),
                        "{\"verdict\":\"new\",\"cluster\":\"e\"}");
    assert_string_equal(ask(archive, "{\"id\":\"f\"", false), "bad input");
    sst_archive_close(archive);
    scratch_remove(&s);
}

static void test_check_adds_nothing(void **state)
{
    (void)state;
    scratch s = scratch_create();
    sst_archive *archive = open_archive(s.path);
    assert_non_null(strstr(ask(archive, STORY("a", "Gates", BODY), true), "\"new\""));
    assert_non_null(strstr(ask(archive, STORY("b", "Gates", BODY), false), "\"new\""));
    assert_non_null(strstr(ask(archive, STORY("a", "Gates", BODY), true), "\"of\":\"b\""));
    assert_non_null(strstr(ask(archive, STORY("c", "Gates", BODY), false), "\"of\":\"b\""));
    sst_archive_close(archive);
    scratch_remove(&s);
}

static void test_old_answer_is_replaced(void **state)
{
    (void)state;
    scratch s = scratch_create();
    sst_archive *archive = open_archive(s.path);
    const char line[] = "{ \"samestory\" : {\"x\":[\"}\",{}]} , \"id\":1,\"text\":\"a b\" }";
    sst_question question = {line, sizeof line - 1, false};
    sst_reply reply;
    assert_int_equal(sst_archive_ask(archive, &question, 1, &reply, NULL), SST_OK);
    const char expected[] = "{\"id\":1,\"text\":\"a b\",\"samestory\":{\"verdict\":\"new\","
                            "\"cluster\":\"1\"}}\n";
    assert_int_equal(reply.size, sizeof expected - 1);
    assert_memory_equal(reply.line, expected, reply.size);
    sst_archive_close(archive);
    scratch_remove(&s);
}

/* ---- A stream with copies, revisions and repeats, from a seed ---- */

enum { STREAM = 3000, LINE = 2048 };

static void write_words(char *text, size_t size, uint64_t seed, size_t words, size_t changed)
{
    size_t at = 0;
    for (size_t i = 0; i < words && at + 16 < size; i++) {
        uint64_t word = sst_mix64(seed * 1000 + i) % 5000;
        if (changed != 0 && i % changed == 0)
            word = sst_mix64(seed + changed * 77 + i) % 5000;
        at += (size_t)snprintf(text + at, size - at, "w%llu ", (unsigned long long)word);
    }
}

static void write_story(char line[LINE], size_t i)
{
    char text[LINE / 2];
    uint64_t random = sst_mix64(i);
    uint64_t topic = random % 4 == 0 ? random / 4 % (i / 2 + 1) : i;
    write_words(text, sizeof text, topic, 15 + topic % 90, topic == i ? 0 : 8 + random % 50);
    uint64_t id = random % 31 == 0 ? i / 2 : i; /* some ids come again */
    int day = 1 + (int)(i / 120);
    snprintf(line, LINE,
             "{\"id\":%llu,\"title\":\"t%llu\",\"source\":\"s%llu\","
             "\"published\":\"2025-11-%02d\",\"text\":\"%s\"}",
             (unsigned long long)id, (unsigned long long)(topic % 1000),
             (unsigned long long)(random % 9), day, text);
}

enum { LONG_LINE = 4096 };

/* A story under its id as title. */
static const char *ask_text(sst_archive *archive, const char *id, const char *text, bool check)
{
    char line[LONG_LINE];
    snprintf(line, sizeof line, "{\"id\":\"%s\",\"title\":\"%s\",\"text\":\"%s\"}", id, id, text);
    return ask(archive, line, check);
}

/* A version of one story: its first `words` words, each `changed`-th another one (0: none). */
static const char *ask_version(sst_archive *archive, const char *id, size_t words, size_t changed)
{
    char text[LINE / 2];
    write_words(text, sizeof text, 7, words, changed);
    return ask_text(archive, id, text, false);
}

/* The most alike of the earlier ones is named, whichever came first and whatever their sizes are:
 * the cut one shares more than the one of the same length. */
static void test_the_most_alike_is_named(void **state)
{
    (void)state;
    const struct {
        const char *id;
        size_t words, changed;
    } earlier[] = {{"cut", 128, 0}, {"changed", 150, 12}, {"near", 152, 0}};
    for (size_t run = 0; run < 5; run++) {
        size_t count = run < 2 ? 2 : 3;
        scratch s = scratch_create();
        sst_archive *archive = open_archive(s.path);
        for (size_t i = 0; i < count; i++) {
            size_t k = (run + i) % count;
            ask_version(archive, earlier[k].id, earlier[k].words, earlier[k].changed);
        }
        assert_non_null(strstr(ask_version(archive, "b", 153, 0),
                               count == 2 ? "\"copy\",\"of\":\"cut\"" : "\"of\":\"near\""));
        sst_archive_close(archive);
        scratch_remove(&s);
    }
}

/* ---- Candidates ---- */

enum { VERSIONS = 4 };

/* Asks a version of the story of `seed` (0: the new one) in the archive; its likeness to what is
 * there, as the answer says it. */
static double ask_alike(sst_archive *archive, uint64_t seed, size_t version)
{
    char text[LINE / 2], id[32];
    write_words(text, sizeof text, seed, 150 - 3 * version, version == 0 ? 0 : 23 + 5 * version);
    snprintf(id, sizeof id, "%zu", version);
    const char *answer = ask_text(archive, id, text, false), *alike = strstr(answer, "\"jaccard\":");
    return alike == NULL ? 0 : strtod(alike + strlen("\"jaccard\":"), NULL);
}

/* The likeness of the new story to the most alike of the versions [first, end). */
static double most_alike_of(uint64_t seed, size_t first, size_t end)
{
    scratch s = scratch_create();
    sst_archive *archive = open_archive(s.path);
    for (size_t version = first; version < end; version++)
        ask_alike(archive, seed, version);
    double alike = ask_alike(archive, seed, 0);
    sst_archive_close(archive);
    scratch_remove(&s);
    return alike;
}

/* Candidates that sketches or sizes say cannot be the most alike are not read: no bound may hide
 * the one that is. Each version alone says how alike it is. */
static void test_bounds_hide_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 20; seed < 28; seed++) {
        double most = 0;
        for (size_t version = 1; version <= VERSIONS; version++) {
            double alone = most_alike_of(seed, version, version + 1);
            assert_true(alone > .5);
            most = alone > most ? alone : most;
        }
        assert_true(most_alike_of(seed, 1, VERSIONS + 1) == most);
    }
}

enum { LONG_WORDS = 500, SHORT_WORDS = 60, FOUND_BY_SAMPLES = 70 };

/* A long story of its own, or one that is made of the words [100, 160) of it. */
static const char *ask_long(sst_archive *archive, size_t i, bool excerpt)
{
    char text[LONG_LINE - 100], id[32];
    write_words(text, sizeof text, 100 + i, excerpt ? 100 + SHORT_WORDS : LONG_WORDS, 0);
    const char *begin = text;
    for (size_t words = excerpt ? 100 : 0; words > 0; words--)
        begin = strchr(begin, ' ') + 1;
    snprintf(id, sizeof id, "%zu%s", i, excerpt ? "x" : "");
    return ask_text(archive, id, begin, false);
}

/* An excerpt shares no band with the story that it is from, only samples: it is found whatever the
 * number of that story is. */
static void test_found_by_samples(void **state)
{
    (void)state;
    scratch s = scratch_create();
    sst_archive *archive = open_archive(s.path);
    for (size_t i = 0; i < FOUND_BY_SAMPLES; i++)
        assert_non_null(strstr(ask_long(archive, i, false), "\"new\""));
    for (size_t i = 0; i < FOUND_BY_SAMPLES; i++) {
        char expected[64];
        snprintf(expected, sizeof expected, "\"verdict\":\"excerpt\",\"of\":\"%zu\"", i);
        const char *answer = ask_long(archive, i, true);
        if (strstr(answer, expected) == NULL)
            fail_msg("%zu: %s", i, answer);
    }
    sst_archive_close(archive);
    scratch_remove(&s);
}

enum { ALIKE = 300, COMMON_WORDS = 60, OWN_WORDS = 7, ASKED = 64 };

/* A passage that all have, and `words` words of its own. */
static const char *ask_common(sst_archive *archive, size_t i, size_t words, bool check)
{
    char text[LONG_LINE - 100], id[32];
    write_words(text, sizeof text, 99, COMMON_WORDS, 0);
    size_t at = strlen(text);
    write_words(text + at, sizeof text - at, 1000 + i, words, 0);
    snprintf(id, sizeof id, "%zu%s", i, check ? "x" : "");
    return ask_text(archive, id, text, check);
}

/* The lists of a common passage name their ends only. One rare sample finds a story between, when
 * the common ones count with it: some 25 of 64 then, half as many where two rare ones are needed. */
static void test_common_samples_count(void **state)
{
    (void)state;
    scratch s = scratch_create();
    sst_archive *archive = open_archive(s.path);
    for (size_t i = 0; i < ALIKE; i++)
        ask_common(archive, i, LONG_WORDS - COMMON_WORDS, false);
    size_t named = 0;
    for (size_t i = (ALIKE - ASKED) / 2; i < (ALIKE + ASKED) / 2; i++) {
        char expected[64];
        snprintf(expected, sizeof expected, "\"excerpt\",\"of\":\"%zu\"", i);
        named += strstr(ask_common(archive, i, OWN_WORDS, true), expected) != NULL;
    }
    assert_in_range(named, 20, ASKED);
    sst_archive_close(archive);
    scratch_remove(&s);
}

static char (*make_stream(void))[LINE]
{
    char(*lines)[LINE] = malloc(STREAM * sizeof *lines);
    assert_non_null(lines);
    for (size_t i = 0; i < STREAM; i++)
        write_story(lines[i], i);
    return lines;
}

/* Answers to lines [begin, end), asked in batches, appended to `answers`. */
static void ask_stream(sst_archive *archive, char (*lines)[LINE], size_t begin, size_t end,
                       size_t batch, sst_buffer *answers)
{
    sst_question questions[STREAM];
    static sst_reply replies[STREAM];
    for (size_t at = begin; at < end; at += batch) {
        size_t count = end - at < batch ? end - at : batch;
        for (size_t i = 0; i < count; i++)
            questions[i] = (sst_question){lines[at + i], strlen(lines[at + i]), false};
        sst_error error = {0};
        if (sst_archive_ask(archive, questions, count, replies, &error) != SST_OK)
            fail_msg("%s", error.message);
        for (size_t i = 0; i < count; i++)
            sst_buffer_append(answers, replies[i].line, replies[i].size);
    }
}

static void count_problem(void *context, const char *message)
{
    (void)context;
    print_message("%s\n", message);
}

static void check_clean(sst_archive *archive)
{
    uint64_t problems = 1;
    sst_error error = {0};
    if (sst_archive_verify(archive, count_problem, NULL, &problems, &error) != SST_OK)
        fail_msg("%s", error.message);
    assert_int_equal(problems, 0);
}

static void test_batches_never_change_an_answer(void **state)
{
    (void)state;
    char(*lines)[LINE] = make_stream();
    const size_t batches[] = {STREAM, 1, 7, 500};
    sst_buffer expected = {0};
    for (size_t b = 0; b < 4; b++) {
        scratch s = scratch_create();
        sst_archive *archive = open_archive(s.path);
        size_t count = b == 1 ? 600 : STREAM;
        sst_buffer answers = {0};
        ask_stream(archive, lines, 0, count, batches[b], &answers);
        if (b == 0) {
            expected = answers;
        } else {
            assert_true(answers.size <= expected.size);
            assert_memory_equal(answers.bytes, expected.bytes, answers.size);
            sst_buffer_free(&answers);
        }
        check_clean(archive);
        sst_archive_close(archive);
        scratch_remove(&s);
    }
    assert_non_null(memmem(expected.bytes, expected.size, "\"copy\"", 6));
    assert_non_null(memmem(expected.bytes, expected.size, "\"revised\"", 9));
    sst_buffer_free(&expected);
    free(lines);
}

/* ---- Chains ---- */

#define WALL                                                                                   \
    " Engineers walked along the crest of the wall with lamps and reported that no crack had " \
    "been seen, while the army sent boats and sandbags to the villages downstream where the "  \
    "first fields were under water by evening."
#define SCHOOLS                                                                                \
    " Schools in four districts stay closed until the weekend and the railway stopped all "    \
    "trains across the lower bridge, whose pillars stand in the strongest part of the current."
#define FARMERS                                                                                \
    " The minister for agriculture promised farmers seed and fodder from the state stores and " \
    "said that claims for lost cattle go to the council offices before the month ends."

/* A and B are the same, B and C are: C is with A only where A is C, too, or where B, which contains
 * A, is what the others gather around. */
static void test_chains_are_cut(void **state)
{
    (void)state;
    scratch s = scratch_create();
    sst_archive *archive = open_archive(s.path);
    ask(archive, STORY("a", "A", BODY WALL SCHOOLS), false);
    assert_non_null(strstr(ask(archive, STORY("b", "B", BODY WALL SCHOOLS FARMERS), false),
                           "\"of\":\"a\",\"cluster\":\"a\""));
    assert_non_null(strstr(ask(archive, STORY("c", "C", FARMERS), false), "\"new\""));
    sst_archive_close(archive);
    scratch_remove(&s);

    s = scratch_create();
    archive = open_archive(s.path);
    ask(archive, STORY("a", "A", BODY), false);
    assert_non_null(strstr(ask(archive, STORY("b", "B", BODY WALL SCHOOLS FARMERS), false),
                           "\"longer\":true"));
    sst_archive_close(archive);
    archive = open_archive(s.path); /* what is known of b is read from its row */
    assert_non_null(strstr(ask(archive, STORY("c", "C", SCHOOLS FARMERS), false),
                           "\"verdict\":\"excerpt\",\"of\":\"b\",\"cluster\":\"a\""));
    sst_archive_close(archive);
    scratch_remove(&s);
}

/* ---- verify ---- */

static void run_sql(const char *path, const char *text)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

static void keep_problem(void *context, const char *message)
{
    char *kept = context;
    snprintf(kept, 600, "%s", message);
}

/* An archive of three stories after a change by hand. */
static sst_archive *open_damaged(const char *path, const char *damage)
{
    sst_archive *archive = open_archive(path);
    ask(archive, STORY("a", "Gates", BODY), false);
    ask(archive, STORY("b", "Other", "Nothing of all this was in the paper of the next day."),
        false);
    ask(archive, STORY("c", "Third", BODY " Residents waited."), false);
    sst_archive_close(archive);
    run_sql(path, damage);
    return open_archive(path);
}

/* Its one problem. */
static void assert_problem(const char *damage, const char *expected)
{
    scratch s = scratch_create();
    sst_archive *archive = open_damaged(s.path, damage);
    uint64_t problems;
    char problem[600] = "";
    sst_error error = {0};
    if (sst_archive_verify(archive, keep_problem, problem, &problems, &error) != SST_OK)
        fail_msg("%s", error.message);
    if (strstr(problem, expected) == NULL)
        fail_msg("'%s' in place of '%s'", problem, expected);
    sst_archive_close(archive);
    scratch_remove(&s);
}

static void test_verify_finds_damage(void **state)
{
    (void)state;
    assert_problem("UPDATE recent SET keys=substr(keys,1,length(keys)-5) WHERE number=2",
                   "index entries in place");
    assert_problem("UPDATE recent SET keys=substr(keys,1,length(keys)-5)||x'0102030405'"
                   " WHERE number=2",
                   "other index entries");
    assert_problem("UPDATE texts SET bytes=(SELECT bytes FROM texts WHERE number=1)"
                   " WHERE number=3",
                   "does not agree");
    assert_problem("UPDATE recent SET keys=x'0102030405'||substr(keys,6) WHERE number=3",
                   "is not found");
    assert_problem("DELETE FROM members WHERE number=3", "does not list them");
    assert_problem("UPDATE stories SET title_key=5 WHERE number=2", "does not agree");
    assert_problem("UPDATE stories SET flags=1 WHERE number=2", "does not agree");
    assert_problem("UPDATE stories SET source=99 WHERE number=2", "is not listed");
    assert_problem("INSERT INTO tombstones VALUES('b',1)", "taken down");
    assert_problem("INSERT INTO history(time,cluster) VALUES(1,'b')", "without a kind");
}

/* Numbers of stories that never were given: nothing is written or asked beyond what there is. */
static void test_damaged_numbers(void **state)
{
    (void)state;
    static const char *const numbers[] = {"-1", "0", "4000000000", "4294967295", "4294967298",
                                          "9000000000"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char damage[160], problem[600] = "";
        scratch s = scratch_create(), t = scratch_create();
        snprintf(damage, sizeof damage,
                 "UPDATE stories SET published=1 WHERE number=1;"
                 "UPDATE stories SET number=%s, published=2 WHERE number=3",
                 numbers[i]);
        sst_archive *archive = open_damaged(s.path, damage);
        uint64_t problems = 0, removed, stories;
        sst_status status = sst_archive_verify(archive, keep_problem, problem, &problems, NULL);
        assert_true(problems > 0 || status == SST_FORMAT);
        const sst_archive_options options = sst_archive_options_default();
        status = sst_archive_rebuild(s.path, t.path, &options, &stories, NULL);
        assert_true(status != SST_OK || stories <= 3);
        assert_int_equal(sst_archive_expire(archive, 0, &removed, NULL), SST_OK);
        assert_int_equal(removed, 1);
        assert_non_null(strstr(ask(archive, STORY("b2", "Other", BODY), true), "\"new\""));
        sst_archive_close(archive);
        scratch_remove(&s);
        scratch_remove(&t);
    }
}

/* ---- Files and pipes: the filter ---- */

/* Hears what a filter tells; may feed its input. */
typedef struct listener {
    sst_buffer answers;
    uint64_t batches[64]; /* stories until the end of each */
    size_t batch_count, flushes;
    char (*lines)[LINE];
    size_t next, count; /* lines to be written into `feed`, one for each flush */
    int feed;
} listener;

static sst_status hear(void *context, const char *bytes, size_t size, sst_error *error)
{
    listener *l = context;
    sst_buffer_append(&l->answers, bytes, size);
    return sst_buffer_status(&l->answers, "answers", error);
}

/* The next line, its newline in a write of its own; the end behind the last one. */
static void feed_next(listener *l)
{
    if (l->next < l->count) {
        const char *line = l->lines[l->next++];
        assert_int_equal(write(l->feed, line, strlen(line)), strlen(line));
        assert_int_equal(write(l->feed, "\n", 1), 1);
    } else {
        close(l->feed);
    }
}

static sst_status hear_end(void *context, sst_error *error)
{
    (void)error;
    listener *l = context;
    l->flushes++;
    if (l->lines != NULL)
        feed_next(l);
    return SST_OK;
}

static bool hear_progress(void *context, const sst_progress *progress)
{
    listener *l = context;
    if (l->batch_count < 64)
        l->batches[l->batch_count++] = progress->stories;
    return true;
}

/* Everything in `path` through a new archive. */
static void filter_into(listener *l, const char *path, size_t batch)
{
    scratch s = scratch_create();
    sst_archive *archive = open_archive(s.path);
    sst_filter_options options = {.batch = batch, .flush = hear_end,
                                  .progress = hear_progress, .context = l};
    sst_filter_summary summary;
    sst_error error = {0};
    if (sst_archive_filter(archive, &path, 1, &options, (sst_sink){hear, l}, &summary, &error) !=
        SST_OK)
        fail_msg("%s", error.message);
    check_clean(archive);
    sst_archive_close(archive);
    scratch_remove(&s);
}

/* Writes all lines in pieces of random size, now and then with a pause, in a process of its own. */
static pid_t write_in_pieces(char (*lines)[LINE], size_t count, int feed, uint64_t seed)
{
    pid_t writer = fork();
    if (writer != 0)
        return writer;
    sst_buffer all = {0};
    for (size_t i = 0; i < count; i++) {
        sst_buffer_text(&all, lines[i]);
        sst_buffer_byte(&all, '\n');
    }
    for (size_t at = 0, size; at < all.size; at += size) {
        size = 1 + sst_mix64(seed + at) % 20000;
        size = size < all.size - at ? size : all.size - at;
        if (write(feed, all.bytes + at, size) != (ssize_t)size)
            _exit(1);
        if (sst_mix64(seed - at) % 4 == 0)
            usleep(3000);
    }
    _exit(0);
}

static void name_pipe(int ends[2], char path[32])
{
    assert_int_equal(pipe(ends), 0);
    snprintf(path, 32, "/dev/fd/%d", ends[0]);
}

/* Each line is written when the one before is answered: a filter that waited for more would wait
 * for ever. */
static void test_a_live_pipe_is_answered_line_by_line(void **state)
{
    (void)state;
    char(*lines)[LINE] = make_stream();
    int ends[2];
    char path[32];
    name_pipe(ends, path);
    listener l = {.lines = lines, .count = 40, .feed = ends[1]};
    feed_next(&l);
    filter_into(&l, path, 0);
    assert_int_equal(l.flushes, 40);
    for (size_t i = 0; i < 40; i++)
        assert_int_equal(l.batches[i], i + 1);
    close(ends[0]);
    sst_buffer_free(&l.answers);
    free(lines);
}

/* However the bytes come in, the answers are those to the file; of the file batches are full. */
static void test_a_pipe_says_what_the_file_says(void **state)
{
    (void)state;
    enum { COUNT = 1000, BATCH = 300 };
    char(*lines)[LINE] = make_stream();
    scratch s = scratch_create();
    FILE *file = fopen(s.path, "w");
    for (size_t i = 0; i < COUNT; i++)
        fprintf(file, "%s\n", lines[i]);
    fclose(file);
    listener expected = {.feed = -1};
    filter_into(&expected, s.path, BATCH);
    const uint64_t batches[] = {300, 600, 900, 1000, 1000}; /* the last at the end */
    assert_int_equal(expected.batch_count, 5);
    assert_memory_equal(expected.batches, batches, sizeof batches);
    for (uint64_t seed = 1; seed < 4; seed++) {
        int ends[2], status;
        char path[32];
        name_pipe(ends, path);
        pid_t writer = write_in_pieces(lines, COUNT, ends[1], seed);
        close(ends[1]);
        listener l = {.feed = -1};
        filter_into(&l, path, BATCH);
        assert_int_equal(waitpid(writer, &status, 0), writer);
        assert_int_equal(status, 0);
        assert_int_equal(l.answers.size, expected.answers.size);
        assert_memory_equal(l.answers.bytes, expected.answers.bytes, l.answers.size);
        close(ends[0]);
        sst_buffer_free(&l.answers);
    }
    sst_buffer_free(&expected.answers);
    scratch_remove(&s);
    free(lines);
}

/* Stopped and started again, asked twice: the same answers. */
static void test_restarts_never_change_an_answer(void **state)
{
    (void)state;
    char(*lines)[LINE] = make_stream();
    scratch s = scratch_create(), t = scratch_create();
    sst_buffer expected = {0}, answers = {0}, again = {0};
    sst_archive *archive = open_archive(s.path);
    ask_stream(archive, lines, 0, STREAM, 256, &expected);
    for (size_t at = 0; at < STREAM; at += 750) {
        sst_archive *restarted = open_archive(t.path);
        ask_stream(restarted, lines, at, at + 750, 100, &answers);
        sst_archive_close(restarted);
    }
    assert_int_equal(answers.size, expected.size);
    assert_memory_equal(answers.bytes, expected.bytes, expected.size);
    ask_stream(archive, lines, 0, STREAM, 33, &again);
    assert_int_equal(again.size, expected.size);
    assert_memory_equal(again.bytes, expected.bytes, expected.size);
    sst_archive_close(archive);
    sst_buffer_free(&expected);
    sst_buffer_free(&answers);
    sst_buffer_free(&again);
    scratch_remove(&s);
    scratch_remove(&t);
    free(lines);
}

/* Two handles of one archive that take turns see each other's stories. */
static void test_two_writers(void **state)
{
    (void)state;
    char(*lines)[LINE] = make_stream();
    scratch s = scratch_create(), t = scratch_create();
    sst_buffer expected = {0}, answers = {0};
    sst_archive *one = open_archive(s.path), *two = open_archive(s.path);
    sst_archive *alone = open_archive(t.path);
    ask_stream(alone, lines, 0, STREAM, 50, &expected);
    for (size_t at = 0; at < STREAM; at += 50)
        ask_stream(at % 100 == 0 ? one : two, lines, at, at + 50, 50, &answers);
    assert_int_equal(answers.size, expected.size);
    assert_memory_equal(answers.bytes, expected.bytes, expected.size);
    check_clean(two);
    sst_archive_close(one);
    sst_archive_close(two);
    sst_archive_close(alone);
    sst_buffer_free(&expected);
    sst_buffer_free(&answers);
    scratch_remove(&s);
    scratch_remove(&t);
    free(lines);
}

/* ---- Keeping house ---- */

static sst_status keep_line(void *context, const char *bytes, size_t size, sst_error *error)
{
    (void)error;
    sst_buffer_append(context, bytes, size);
    return SST_OK;
}

static bool file_has(const char *path, const char *text)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    sst_buffer bytes = {0};
    char piece[4096];
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;)
        sst_buffer_append(&bytes, piece, got);
    fclose(file);
    bool has = bytes.size > 0 && memmem(bytes.bytes, bytes.size, text, strlen(text)) != NULL;
    sst_buffer_free(&bytes);
    return has;
}

static void test_take_down(void **state)
{
    (void)state;
    scratch s = scratch_create();
    char wal[128];
    snprintf(wal, sizeof wal, "%s-wal", s.path);
    sst_archive *archive = open_archive(s.path);
    const char secret[] = "{\"id\":\"secret-id\",\"text\":\"qzxv unmistakable jkwq words\"}";
    ask(archive, STORY("a", "Gates", BODY), false);
    ask(archive, secret, false);
    ask(archive, STORY("b", "Gates", BODY), false);
    assert_int_equal(sst_archive_take_down(archive, "secret-id", 9, NULL), SST_OK);
    assert_false(file_has(s.path, "unmistakable"));
    assert_false(file_has(wal, "unmistakable"));
    assert_int_equal(sst_archive_take_down(archive, "secret-id", 9, NULL), SST_OK);
    assert_int_equal(sst_archive_take_down(archive, "secret", 6, NULL), SST_NOT_FOUND);
    assert_string_equal(ask(archive, secret, false), "taken down");
    assert_int_equal(sst_archive_take_down(archive, "a", 1, NULL), SST_OK);
    /* Its cluster keeps its id. */
    assert_non_null(strstr(ask(archive, STORY("d", "Gates", BODY), false),
                           "\"of\":\"b\",\"cluster\":\"a\""));
    sst_buffer line = {0};
    sst_sink sink = {keep_line, &line};
    assert_int_equal(sst_archive_write_story(archive, "a", 1, sink, NULL), SST_GONE);
    assert_int_equal(sst_archive_write_cluster(archive, "a", 1, sink, NULL), SST_OK);
    assert_non_null(memmem(line.bytes, line.size, "\"size\":2", 8));
    sst_buffer_free(&line);
    check_clean(archive);
    sst_archive_close(archive);
    scratch_remove(&s);
}

/* What a story said comes out as it went in, also for the night and for verify. */
static void test_kept_whole(void **state)
{
    (void)state;
    scratch s = scratch_create();
    sst_archive *archive = open_archive(s.path);
    ask(archive,
        "{\"id\":\"a\",\"title\":\"Gates\\u0000 opened\",\"url\":\"https://a.example/1\","
        "\"lang\":\"en\",\"text\":\"" BODY "\"}",
        false);
    check_clean(archive);
    sst_nightly_summary summary;
    assert_int_equal(sst_archive_nightly(archive, &(sst_nightly_options){0}, &summary, NULL),
                     SST_OK);
    sst_buffer line = {0};
    sst_sink sink = {keep_line, &line};
    assert_int_equal(sst_archive_write_story(archive, "a", 1, sink, NULL), SST_OK);
    static const char said[] = "\"url\":\"https://a.example/1\",\"lang\":\"en\","
                               "\"title\":\"Gates\\u0000 opened\",\"text\":\"" BODY "\"}";
    assert_non_null(memmem(line.bytes, line.size, said, sizeof said - 1));
    sst_buffer_free(&line);
    sst_archive_close(archive);
    scratch_remove(&s);
}

static void test_expire(void **state)
{
    (void)state;
    char(*lines)[LINE] = make_stream();
    scratch s = scratch_create();
    sst_buffer answers = {0};
    sst_archive *archive = open_archive(s.path);
    ask_stream(archive, lines, 0, STREAM, 500, &answers);
    uint64_t removed;
    assert_int_equal(sst_archive_expire(archive, (int64_t)45 * 86400, &removed, NULL), SST_OK);
    assert_true(removed > STREAM / 3 && removed < STREAM);
    check_clean(archive);
    /* An old story is not matched any more: its repetition is new. */
    char again[LINE];
    snprintf(again, sizeof again, "{\"id\":\"again\"%s", strchr(lines[5], ','));
    assert_non_null(strstr(ask(archive, again, false), "\"new\""));
    sst_archive_close(archive);
    sst_buffer_free(&answers);
    scratch_remove(&s);
    free(lines);
}

static void test_rebuild(void **state)
{
    (void)state;
    char(*lines)[LINE] = make_stream();
    scratch s = scratch_create(), t = scratch_create();
    sst_buffer expected = {0}, answers = {0};
    sst_archive *archive = open_archive(s.path);
    ask_stream(archive, lines, 0, STREAM, 500, &expected);
    sst_archive_close(archive);
    sst_archive_options options = sst_archive_options_default();
    options.threshold = .6;
    uint64_t stories;
    sst_error error = {0};
    if (sst_archive_rebuild(s.path, t.path, &options, &stories, &error) != SST_OK)
        fail_msg("%s", error.message);
    assert_true(stories > STREAM / 2);
    archive = open_archive(t.path);
    ask_stream(archive, lines, 0, STREAM, 500, &answers);
    assert_int_equal(answers.size, expected.size);
    assert_memory_equal(answers.bytes, expected.bytes, expected.size);
    check_clean(archive);
    sst_archive_close(archive);
    assert_int_equal(sst_archive_rebuild(s.path, t.path, &options, &stories, &error),
                     SST_ARGUMENT);
    sst_buffer_free(&expected);
    sst_buffer_free(&answers);
    scratch_remove(&s);
    scratch_remove(&t);
    free(lines);
}

typedef struct late_rebuild {
    const char *from, *to;
    sst_status status;
} late_rebuild;

static void *rebuild_late(void *context)
{
    late_rebuild *late = context;
    sst_archive_options options = sst_archive_options_default();
    uint64_t stories;
    options.wait = 2;
    late->status = sst_archive_rebuild(late->from, late->to, &options, &stories, NULL);
    return NULL;
}

/* Until somebody waits for the lock: then its queue is taken (store/lock.h). */
static void wait_for_waiter(const sst_lock *lock)
{
    struct flock queue = {.l_type = F_UNLCK};
    while (queue.l_type == F_UNLCK) {
        queue = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 1, .l_len = 1};
        assert_int_equal(fcntl(lock->descriptor, F_OFD_GETLK, &queue), 0);
        usleep(1000);
    }
}

/* A rebuild that failed takes its lock's file away. Who waited for it then has a lock that no third
 * one finds. */
static void test_rebuilds_into_one_name(void **state)
{
    (void)state;
    scratch s = scratch_create(), t = scratch_create();
    sst_archive *archive = open_archive(s.path);
    ask(archive, STORY("a", "Gates", BODY), false);
    sst_archive_close(archive);
    char name[160];
    snprintf(name, sizeof name, "%s.part-rebuild", t.path);
    sst_lock failed, third;
    assert_int_equal(sst_lock_open(&failed, name, NULL), SST_OK);
    assert_int_equal(sst_lock_acquire(&failed, 0, NULL, NULL, NULL), SST_OK);
    late_rebuild late = {.from = s.path, .to = t.path};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, rebuild_late, &late), 0);
    wait_for_waiter(&failed);
    assert_int_equal(unlink(failed.file), 0);
    assert_int_equal(sst_lock_open(&third, name, NULL), SST_OK);
    assert_int_equal(sst_lock_acquire(&third, 0, NULL, NULL, NULL), SST_OK);
    sst_lock_close(&failed);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(late.status, SST_BUSY);
    assert_int_not_equal(access(t.path, F_OK), 0);
    assert_int_equal(unlink(third.file), 0);
    sst_lock_close(&third);
    scratch_remove(&s);
    scratch_remove(&t);
}

static void test_window(void **state)
{
    (void)state;
    scratch s = scratch_create();
    sst_archive_options options = sst_archive_options_default();
    options.create = true;
    options.now = NOW;
    options.window = 86400;
    sst_archive *archive;
    assert_int_equal(sst_archive_open(s.path, &options, &archive, NULL), SST_OK);
    ask(archive, "{\"id\":\"old\",\"published\":\"2025-12-01\",\"text\":\"" BODY "\"}", false);
    assert_non_null(strstr(ask(archive, STORY("a", "Gates", BODY), false), "\"new\""));
    assert_non_null(strstr(ask(archive, STORY("b", "Gates", BODY), false), "\"of\":\"a\""));
    sst_archive_close(archive);
    scratch_remove(&s);
}

static void test_refusals(void **state)
{
    (void)state;
    scratch s = scratch_create();
    sst_archive_options options = sst_archive_options_default();
    sst_archive *archive;
    sst_error error = {0};
    assert_int_equal(sst_archive_open(s.path, &options, &archive, &error), SST_NOT_FOUND);
    sst_archive_close(open_archive(s.path));
    options.threshold = .7;
    assert_int_equal(sst_archive_open(s.path, &options, &archive, &error), SST_SETTINGS);
    assert_non_null(strstr(error.message, "--threshold 0.5, not 0.7"));
    options.threshold = 0;
    options.no_text = true;
    assert_int_equal(sst_archive_open(s.path, &options, &archive, &error), SST_SETTINGS);
    FILE *file = fopen(s.path, "w");
    assert_non_null(file);
    fputs("this is no archive, just some text that is long enough to look at for a while", file);
    fclose(file);
    options.no_text = false;
    assert_int_equal(sst_archive_open(s.path, &options, &archive, &error), SST_FORMAT);
    scratch_remove(&s);
}

static void test_read_only(void **state)
{
    (void)state;
    scratch s = scratch_create();
    sst_archive_close(open_archive(s.path));
    sst_archive_options options = sst_archive_options_default();
    options.read_only = true;
    sst_archive *archive;
    assert_int_equal(sst_archive_open(s.path, &options, &archive, NULL), SST_OK);
    const char *line = STORY("a", "Gates", BODY);
    sst_question question = {line, strlen(line), true};
    sst_reply reply;
    sst_nightly_options night = {.out = NULL};
    sst_nightly_summary summary;
    uint64_t removed;
    assert_int_equal(sst_archive_ask(archive, &question, 1, &reply, NULL), SST_OK);
    question.check = false;
    assert_int_equal(sst_archive_ask(archive, &question, 1, &reply, NULL), SST_READ_ONLY);
    assert_int_equal(sst_archive_writable(archive, NULL), SST_READ_ONLY);
    assert_int_equal(sst_archive_nightly(archive, &night, &summary, NULL), SST_READ_ONLY);
    assert_int_equal(sst_archive_expire(archive, 1, &removed, NULL), SST_READ_ONLY);
    assert_int_equal(sst_archive_take_down(archive, "a", 1, NULL), SST_READ_ONLY);
    sst_archive_close(archive);
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_check_adds_nothing),
        cmocka_unit_test(test_old_answer_is_replaced),
        cmocka_unit_test(test_the_most_alike_is_named),
        cmocka_unit_test(test_bounds_hide_nothing),
        cmocka_unit_test(test_found_by_samples),
        cmocka_unit_test(test_common_samples_count),
        cmocka_unit_test(test_batches_never_change_an_answer),
        cmocka_unit_test(test_chains_are_cut),
        cmocka_unit_test(test_verify_finds_damage),
        cmocka_unit_test(test_damaged_numbers),
        cmocka_unit_test(test_a_live_pipe_is_answered_line_by_line),
        cmocka_unit_test(test_a_pipe_says_what_the_file_says),
        cmocka_unit_test(test_restarts_never_change_an_answer),
        cmocka_unit_test(test_two_writers),
        cmocka_unit_test(test_take_down),
        cmocka_unit_test(test_kept_whole),
        cmocka_unit_test(test_expire),
        cmocka_unit_test(test_rebuild),
        cmocka_unit_test(test_rebuilds_into_one_name),
        cmocka_unit_test(test_window),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_read_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
