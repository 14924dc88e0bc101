/* The batch job through the public header: identity, equal texts, clusters, lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "job/support.h"

/* Thirty fictional words: enough shingles to be no short text. */
#define STORY                                                                                  \
    "The harbour town of Eastmere opened its new tidal gate on Monday after nine years of "    \
    "work by four hundred builders who raised the sea wall by two metres along the old quay "  \
    "where the fish market has stood since the first lighthouse was lit by the widow Hale"
#define OTHER                                                                                  \
    "A committee of beekeepers from the northern valleys asked the ministry to count wild "    \
    "swarms before the winter since three cold springs in a row have emptied most of the "     \
    "hives that the cooperative had lent to schools and small orchards around Lake Torren"

static test_run run_of(const char *lines, enum test_output output)
{
    test_run run = test_run_default();
    test_job(&run, lines, output);
    if (run.status != SST_OK)
        print_message("%s\n", run.error.message);
    assert_int_equal(run.status, SST_OK);
    return run;
}

#define LINE(id, title, text)                                                                  \
    "{\"id\":\"" id "\",\"title\":\"" title "\",\"text\":\"" text "\"}\n"

static void equal_texts_are_one_cluster(void **state)
{
    (void)state;
    test_run run = run_of(LINE("b", "One", STORY) LINE("a", "Two", STORY) LINE("c", "", OTHER),
                          TEST_CLUSTERS);
    assert_string_equal(run.out.bytes,
                        "{\"cluster\":\"a\",\"canonical\":\"a\",\"size\":2,\"members\":["
                        "{\"id\":\"a\",\"relation\":\"canonical\"},{\"id\":\"b\",\"relation\":"
                        "\"identical\",\"to\":\"a\",\"jaccard\":1.000,\"contained\":1.000}]}\n");
    test_run_free(&run);
}

#define REPORT(id, source, published, text)                                                    \
    "{\"id\":\"" id "\",\"source\":\"" source "\",\"published\":\"" published                      \
    "\",\"text\":\"" text "\"}\n"
#define CREDIT "\\n\\nSource: Big Wire"

/* Also among equal texts, where only the credit differs, and before an earlier copy of them. */
static void credited_original_is_canonical(void **state)
{
    (void)state;
    test_run run = run_of(REPORT("a", "daily", "2026-01-01T08:00:00Z", STORY CREDIT)
                              REPORT("b", "Big Wire", "2026-01-01T09:00:00Z", STORY),
                          TEST_CLUSTERS);
    assert_non_null(strstr(run.out.bytes, "\"canonical\":\"b\",\"size\":2,"));
    test_run_free(&run);
    run = run_of(REPORT("a", "daily", "2026-01-01T08:00:00Z", STORY CREDIT)
                     REPORT("b", "Big Wire", "2026-01-01T09:00:00Z", STORY)
                         REPORT("c", "herald", "2026-01-01T07:00:00Z", STORY " with two candles"),
                 TEST_CLUSTERS);
    assert_non_null(strstr(run.out.bytes, "\"canonical\":\"b\",\"size\":3,"));
    test_run_free(&run);
    /* A paper that credits itself is no original for that. */
    run = run_of(REPORT("a", "daily", "2026-01-01T08:00:00Z", STORY)
                     REPORT("b", "Big Wire", "2026-01-01T09:00:00Z", STORY CREDIT),
                 TEST_CLUSTERS);
    assert_non_null(strstr(run.out.bytes, "\"canonical\":\"a\",\"size\":2,"));
    test_run_free(&run);
}

static void singletons_are_written_when_asked(void **state)
{
    (void)state;
    test_run run = run_of(LINE("b", "", STORY) LINE("a", "", OTHER) LINE("e", "", "..."),
                          TEST_ALL_CLUSTERS);
    assert_string_equal(run.out.bytes,
                        "{\"cluster\":\"a\",\"canonical\":\"a\",\"size\":1,\"members\":["
                        "{\"id\":\"a\",\"relation\":\"canonical\"}]}\n"
                        "{\"cluster\":\"b\",\"canonical\":\"b\",\"size\":1,\"members\":["
                        "{\"id\":\"b\",\"relation\":\"canonical\"}]}\n"
                        "{\"cluster\":\"e\",\"canonical\":\"e\",\"size\":1,\"members\":["
                        "{\"id\":\"e\",\"relation\":\"canonical\"}]}\n");
    assert_int_equal(run.summary.empty, 1);
    test_run_free(&run);
}

static void short_text_needs_the_title(void **state)
{
    (void)state;
    test_run run = run_of(LINE("a", "Rain in Eastmere", "blah blah blah")
                              LINE("b", "Fire in Torren", "blah blah blah")
                                  LINE("c", "Rain in Eastmere", "Blah, blah blah!"),
                          TEST_ALL_PAIRS);
    assert_non_null(strstr(run.out.bytes, "\"a\":\"a\",\"b\":\"c\",\"relation\":\"identical\""));
    assert_non_null(strstr(run.out.bytes, "\"a\":\"a\",\"b\":\"b\",\"relation\":\"furniture\""));
    assert_non_null(strstr(run.out.bytes, "\"a\":\"b\",\"b\":\"c\",\"relation\":\"furniture\""));
    assert_int_equal(run.summary.clusters, 1);
    test_run_free(&run);
}

static void one_source_with_many_titles_prints_furniture(void **state)
{
    (void)state;
    sst_buffer lines = {0};
    for (int i = 0; i < 5; i++)
        sst_buffer_format(&lines,
                          "{\"id\":\"p%d\",\"source\":\"eastmere.example\",\"title\":\"News %d\","
                          "\"text\":\"%s\"}\n",
                          i, i, STORY);
    sst_buffer_byte(&lines, '\0');
    test_run run = run_of(lines.bytes, TEST_CLUSTERS);
    assert_string_equal(run.out.bytes, "");
    assert_int_equal(run.summary.pairs[SST_RELATION_FURNITURE], 10);
    test_run_free(&run);
    sst_buffer_free(&lines);
}

/* Real reprints run under other headlines: many sources within a day are no furniture. */
static void many_sources_with_many_titles_reprint(void **state)
{
    (void)state;
    sst_buffer lines = {0};
    for (int i = 0; i < 7; i++)
        sst_buffer_format(&lines,
                          "{\"id\":\"p%d\",\"source\":\"site%d.example\",\"title\":\"News %d\","
                          "\"published\":\"2026-03-01\",\"text\":\"%s\"}\n",
                          i, i, i, STORY);
    sst_buffer_byte(&lines, '\0');
    test_run run = run_of(lines.bytes, TEST_CLUSTERS);
    assert_int_equal(run.summary.clusters, 1);
    assert_int_equal(run.summary.largest_cluster, 7);
    test_run_free(&run);
    sst_buffer_free(&lines);
}

static void equal_records_count_once(void **state)
{
    (void)state;
    test_run run = run_of(LINE("a", "One", STORY) LINE("a", "One", STORY), TEST_ALL_CLUSTERS);
    assert_int_equal(run.summary.repeated, 1);
    assert_int_equal(run.summary.superseded, 0);
    assert_int_equal(run.summary.stories, 1);
    assert_int_equal(run.summary.bad, 0);
    assert_string_equal(run.rejects.bytes, "");
    test_run_free(&run);
}

static void latest_record_of_an_id_stays(void **state)
{
    (void)state;
    static const char old[] = "{\"id\":\"a\",\"published\":\"2026-01-01\",\"text\":\"" STORY "\"}\n";
    static const char new[] = "{\"id\":\"a\",\"published\":\"2026-01-02\",\"text\":\"short\"}\n";
    char lines[sizeof old + sizeof new];
    for (int turn = 0; turn < 2; turn++) {
        strcpy(lines, turn == 0 ? old : new);
        strcat(lines, turn == 0 ? new : old);
        test_run run = run_of(lines, TEST_UNIQUE);
        assert_string_equal(run.out.bytes, new);
        assert_string_equal(run.rejects.bytes, old);
        assert_int_equal(run.summary.superseded, 1);
        assert_int_equal(run.summary.bad, 0);
        test_run_free(&run);
    }
}

static void longer_text_of_an_id_stays_without_dates(void **state)
{
    (void)state;
    test_run run = run_of(LINE("a", "", "short") LINE("a", "", STORY), TEST_UNIQUE);
    assert_string_equal(run.out.bytes, LINE("a", "", STORY));
    assert_string_equal(run.rejects.bytes, LINE("a", "", "short"));
    test_run_free(&run);
}

static void bad_records_are_noted_and_kept(void **state)
{
    (void)state;
    test_run run = run_of(LINE("a", "", STORY) "{\"id\":\"b\",\"text\":7}\nnot json\n"
                              LINE("c", "", STORY),
                          TEST_CLUSTERS);
    assert_int_equal(run.summary.bad, 2);
    assert_int_equal(run.summary.records, 4);
    assert_int_equal(run.summary.clusters, 1);
    assert_string_equal(run.rejects.bytes, "{\"id\":\"b\",\"text\":7}\nnot json\n");
    assert_non_null(strstr(run.notes.bytes, ".jsonl:2: "));
    assert_non_null(strstr(run.notes.bytes, ".jsonl:3: "));
    test_run_free(&run);
}

static void headlines_meet_headlines_only(void **state)
{
    (void)state;
    test_run run = run_of("{\"id\":\"a\",\"title\":\"Tidal gate opens in Eastmere\"}\n"
                          "{\"id\":\"b\",\"title\":\"Tidal gate opens in Eastmere\"}\n"
                          "{\"id\":\"c\",\"title\":\"\",\"text\":\"Tidal gate opens in Eastmere\"}\n",
                          TEST_CLUSTERS);
    assert_int_equal(run.summary.headlines, 2);
    assert_int_equal(run.summary.clusters, 1);
    assert_int_equal(run.summary.clustered_stories, 2);
    assert_null(strstr(run.out.bytes, "\"c\""));
    test_run_free(&run);
}

/* "Cartoon" without a text, and a short form that comes back on many days. */
static void words_that_come_back_are_no_cluster(void **state)
{
    (void)state;
    sst_buffer lines = {0};
    for (int day = 1; day <= 6; day++) {
        sst_buffer_format(&lines,
                          "{\"id\":\"c%d\",\"title\":\"Cartoon of today\","
                          "\"published\":\"2026-03-%02d\"}\n", day, day);
        sst_buffer_format(&lines,
                          "{\"id\":\"r%d\",\"title\":\"Rates\",\"published\":\"2026-03-%02d\","
                          "\"text\":\"See the table of exchange rates below.\"}\n", day, day);
    }
    sst_buffer_text(&lines, "{\"id\":\"s\",\"title\":\"Rates\",\"published\":\"2026-03-01\","
                            "\"text\":\"See the table of exchange rates below.\"}\n");
    sst_buffer_byte(&lines, '\0');
    test_run run = run_of(lines.bytes, TEST_CLUSTERS);
    assert_int_equal(run.summary.clusters, 1); /* twice on one day */
    assert_int_equal(run.summary.clustered_stories, 2);
    assert_non_null(strstr(run.out.bytes, "\"id\":\"s\""));
    test_run_free(&run);
    sst_buffer_free(&lines);
}

static void missing_text_everywhere_is_an_error(void **state)
{
    (void)state;
    test_run run = test_run_default();
    test_job(&run, "{\"id\":\"a\",\"body\":\"x\"}\n{\"id\":\"b\",\"body\":\"y\"}\n",
             TEST_CLUSTERS);
    assert_int_equal(run.status, SST_INPUT);
    assert_non_null(strstr(run.error.message, "'text'"));
    assert_non_null(strstr(run.error.message, "body"));
    assert_non_null(strstr(run.error.message, "--field"));
    test_run_free(&run);
}

static void nothing_is_read_from_an_empty_file(void **state)
{
    (void)state;
    test_run run = run_of("", TEST_ALL_CLUSTERS);
    assert_string_equal(run.out.bytes, "");
    assert_int_equal(run.summary.records, 0);
    test_run_free(&run);
}

static void default_id_is_file_and_line(void **state)
{
    (void)state;
    test_run run = run_of("\n{\"text\":\"x\"}\n{\"url\":\"https://a.example/1\",\"text\":\"y\"}\n",
                          TEST_TOKENS);
    assert_non_null(strstr(run.out.bytes, ".jsonl:2\",\"tokens\":[\"x\"]}\n"));
    assert_non_null(strstr(run.out.bytes, "{\"id\":\"https://a.example/1\",\"tokens\":[\"y\"]}\n"));
    test_run_free(&run);
}

static void shingles_are_sorted_sets(void **state)
{
    (void)state;
    test_run run = run_of("{\"id\":\"a\",\"text\":\"a b c a b c d\"}\n{\"id\":\"b\",\"text\":\"\"}\n",
                          TEST_SHINGLES);
    const char *line = run.out.bytes;
    char previous[17] = "";
    unsigned count = 0;
    for (const char *at = strchr(line, '['); *at != ']'; count++) {
        char hash[17] = {0};
        memcpy(hash, at + 2, 16);
        assert_true(strcmp(previous, hash) < 0);
        strcpy(previous, hash);
        at += 19;
        if (*at == ']')
            break;
    }
    assert_int_equal(count + 1, 4); /* abc bca cab bcd */
    assert_non_null(strstr(line, "{\"id\":\"b\",\"shingles\":[]}\n"));
    test_run_free(&run);
}

/* ---- the same bytes --------------------------------------------------------------------------- */

static char *read_sample(void)
{
    sst_buffer text = {0};
    char piece[4096];
    FILE *file = fopen(TEST_SOURCE_DIR "/sample/news.jsonl", "rb");
    if (file == NULL)
        return NULL;
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;)
        sst_buffer_append(&text, piece, got);
    fclose(file);
    sst_buffer_byte(&text, '\0');
    return text.bytes;
}

/* The same lines, last first. */
static char *reversed_lines(const char *text)
{
    size_t size = strlen(text);
    char *turned = malloc(size + 1), *to = turned;
    const char *end = text + size;
    while (end > text) {
        const char *begin = end - 1;
        while (begin > text && begin[-1] != '\n')
            begin--;
        memcpy(to, begin, (size_t)(end - begin));
        to += end - begin;
        end = begin;
    }
    *to = '\0';
    return turned;
}

static void threads_and_order_change_nothing(void **state)
{
    (void)state;
    char *lines = read_sample();
    assert_non_null(lines);
    char *turned = reversed_lines(lines);
    for (int output = TEST_CLUSTERS; output <= TEST_ALL_PAIRS; output++) {
        test_run first = test_run_default(), many = first, back = first;
        first.options.threads = 1;
        many.options.threads = 7;
        test_job(&first, lines, (enum test_output)output);
        test_job(&many, lines, (enum test_output)output);
        test_job(&back, turned, (enum test_output)output);
        assert_int_equal(first.status, SST_OK);
        assert_true(first.out.size > 1000);
        assert_string_equal(first.out.bytes, many.out.bytes);
        assert_string_equal(first.out.bytes, back.out.bytes);
        test_run_free(&first);
        test_run_free(&many);
        test_run_free(&back);
    }
    free(turned);
    free(lines);
}

static void unique_plus_dropped_is_everything(void **state)
{
    (void)state;
    char *lines = read_sample();
    test_run unique = run_of(lines, TEST_UNIQUE);
    size_t count = 0;
    for (const char *at = unique.out.bytes; (at = strchr(at, '\n')) != NULL; at++)
        count++;
    const sst_summary *s = &unique.summary;
    assert_int_equal(count, s->stories - s->clustered_stories + s->clusters);
    test_run_free(&unique);
    free(lines);
}

static void options_out_of_range_are_named(void **state)
{
    (void)state;
    sst_corpus *corpus;
    sst_error error;
    sst_options options = sst_options_default();
    options.threshold = 1.5;
    assert_int_equal(sst_corpus_create(&options, &corpus, &error), SST_ARGUMENT);
    assert_non_null(strstr(error.message, "threshold"));
    options = sst_options_default();
    options.memory = 1000;
    assert_int_equal(sst_corpus_create(&options, &corpus, &error), SST_ARGUMENT);
    assert_non_null(strstr(error.message, "64M"));
    options = sst_options_default();
    options.preset = "nobody";
    assert_int_equal(sst_corpus_create(&options, &corpus, &error), SST_ARGUMENT);
    assert_non_null(strstr(error.message, "nobody"));
    options = sst_options_default();
    const sst_field field = {"colour", "red"};
    options.fields = &field;
    options.field_count = 1;
    assert_int_equal(sst_corpus_create(&options, &corpus, &error), SST_ARGUMENT);
    assert_non_null(strstr(error.message, "colour"));
    options = sst_options_default();
    options.format = (sst_format)9;
    assert_int_equal(sst_corpus_create(&options, &corpus, &error), SST_ARGUMENT);
    assert_non_null(strstr(error.message, "format"));
}

static sst_status drop(void *context, const char *bytes, size_t size, sst_error *error)
{
    (void)context, (void)bytes, (void)size, (void)error;
    return SST_OK;
}

/* Every call that comes too early, also behind a phase that failed, says which one is missing. */
static void assert_nothing_to_write(sst_corpus *corpus)
{
    const sst_sink sink = {.write = drop};
    sst_comparison *comparison;
    assert_int_equal(sst_corpus_write_clusters(corpus, true, sink, NULL), SST_ARGUMENT);
    assert_int_equal(sst_corpus_write_pairs(corpus, 1, sink, NULL), SST_ARGUMENT);
    assert_int_equal(sst_corpus_write_unique(corpus, 1, sink, NULL), SST_ARGUMENT);
    assert_int_equal(sst_corpus_report(corpus, NULL, sink, NULL), SST_ARGUMENT);
    assert_int_equal(sst_corpus_compare(corpus, "a", "b", &comparison, NULL), SST_ARGUMENT);
}

static void calls_come_in_order(void **state)
{
    (void)state;
    const char *const files[] = {"/nowhere/at/all"}, *const none[] = {"/dev/null"};
    const sst_sink sink = {.write = drop};
    sst_corpus *corpus;
    sst_error error;
    assert_int_equal(sst_corpus_create(NULL, &corpus, &error), SST_OK);
    assert_int_equal(sst_corpus_match(corpus, &error), SST_ARGUMENT);
    assert_int_equal(sst_corpus_write_tokens(corpus, 3, sink, &error), SST_ARGUMENT);
    assert_nothing_to_write(corpus);
    assert_int_not_equal(sst_corpus_read(corpus, files, 1, &error), SST_OK);
    assert_int_equal(sst_corpus_read(corpus, none, 1, &error), SST_ARGUMENT);
    assert_int_equal(sst_corpus_match(corpus, &error), SST_ARGUMENT);
    assert_int_equal(sst_corpus_write_tokens(corpus, 3, sink, &error), SST_ARGUMENT);
    assert_nothing_to_write(corpus);
    sst_corpus_free(corpus);
    assert_int_equal(sst_corpus_create(NULL, &corpus, &error), SST_OK);
    assert_int_equal(sst_corpus_read(corpus, none, 1, &error), SST_OK);
    assert_nothing_to_write(corpus);
    assert_int_equal(sst_corpus_match(corpus, &error), SST_OK);
    assert_int_equal(sst_corpus_match(corpus, &error), SST_ARGUMENT);
    assert_int_equal(sst_corpus_write_clusters(corpus, true, sink, &error), SST_OK);
    sst_corpus_free(corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_texts_are_one_cluster),
        cmocka_unit_test(credited_original_is_canonical),
        cmocka_unit_test(singletons_are_written_when_asked),
        cmocka_unit_test(short_text_needs_the_title),
        cmocka_unit_test(one_source_with_many_titles_prints_furniture),
        cmocka_unit_test(many_sources_with_many_titles_reprint),
        cmocka_unit_test(equal_records_count_once),
        cmocka_unit_test(latest_record_of_an_id_stays),
        cmocka_unit_test(longer_text_of_an_id_stays_without_dates),
        cmocka_unit_test(bad_records_are_noted_and_kept),
        cmocka_unit_test(headlines_meet_headlines_only),
        cmocka_unit_test(words_that_come_back_are_no_cluster),
        cmocka_unit_test(missing_text_everywhere_is_an_error),
        cmocka_unit_test(nothing_is_read_from_an_empty_file),
        cmocka_unit_test(default_id_is_file_and_line),
        cmocka_unit_test(shingles_are_sorted_sets),
        cmocka_unit_test(threads_and_order_change_nothing),
        cmocka_unit_test(unique_plus_dropped_is_everything),
        cmocka_unit_test(options_out_of_range_are_named),
        cmocka_unit_test(calls_come_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
