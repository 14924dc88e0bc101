/* Clusters from the decisive pairs alone are those from all pairs: chains, excerpts, credits and
 * short equal texts, in corpora that are drawn at random. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "job/support.h"

enum { CORPORA = 60, STORIES = 48, SENTENCES = 40, WORDS = 14, SOURCES = 5 };

typedef struct draw {
    uint64_t state;
} draw;

static unsigned below(draw *d, unsigned limit)
{
    d->state += 0x9e3779b97f4a7c15u;
    return (unsigned)(sst_mix64(d->state) % limit);
}

/* Sentence `number` is the same in every story of a corpus. */
static void append_sentence(sst_buffer *text, unsigned corpus, unsigned number)
{
    draw d = {.state = sst_mix64(corpus * 1000 + number)};
    for (int i = 0; i < WORDS; i++) {
        sst_buffer_byte(text, ' ');
        for (unsigned k = 0, size = 2 + below(&d, 3); k < size; k++) {
            sst_buffer_byte(text, "bdfgklmnprst"[below(&d, 12)]);
            sst_buffer_byte(text, "aeiou"[below(&d, 5)]);
        }
    }
    sst_buffer_byte(text, '.');
}

/* A run of the sentences, some of them replaced; a short one only in every other corpus, because
 * an excerpt asks for all pairs. */
static void append_story(sst_buffer *lines, draw *d, unsigned corpus, unsigned number)
{
    unsigned first = below(d, SENTENCES - 12), size = 8 + below(d, 4);
    unsigned source = below(d, SOURCES), odd = below(d, 4) == 0 ? 3 : 9;
    if (corpus % 2 == 0 && below(d, 4) == 0)
        size = 3;
    sst_buffer_format(lines, "{\"id\":\"s%u\",\"source\":\"Paper%u\",\"published\":%u,\"title\":\"",
                      number, source, 1700000000 + below(d, 2) * 3600);
    append_sentence(lines, corpus, 500 + below(d, 3));
    sst_buffer_text(lines, "\",\"text\":\"");
    if (below(d, 12) == 0)
        sst_buffer_text(lines, "Nothing to see here.");
    else
        for (unsigned i = 0; i < size; i++)
            append_sentence(lines, corpus,
                            below(d, odd) == 0 ? 1000 + number * 20 + i : first / 8 * 8 + i);
    if (below(d, 4) == 0)
        sst_buffer_format(lines, "\\n(Source: Paper%u)", below(d, SOURCES));
    sst_buffer_text(lines, "\"}\n");
}

static test_run clusters_of(const char *lines, bool decisive, unsigned threads)
{
    test_run run = test_run_default();
    run.options.clusters_only = decisive;
    run.options.threads = threads;
    test_job(&run, lines, TEST_ALL_CLUSTERS);
    assert_int_equal(run.status, SST_OK);
    return run;
}

static void clusters_need_no_other_pairs(void **state)
{
    (void)state;
    uint64_t judged = 0, unjudged = 0, excerpts = 0;
    draw d = {.state = 7};
    for (unsigned corpus = 0; corpus < CORPORA; corpus++) {
        sst_buffer lines = {0};
        for (unsigned s = 0; s < STORIES; s++)
            append_story(&lines, &d, corpus, s);
        sst_buffer_byte(&lines, '\0');
        test_run all = clusters_of(lines.bytes, false, 1);
        test_run some = clusters_of(lines.bytes, true, 1 + corpus % 3);
        assert_string_equal(all.out.bytes, some.out.bytes);
        assert_int_equal(all.summary.verified, some.summary.verified);
        assert_int_equal(all.summary.unjudged, 0);
        judged += some.summary.verified - some.summary.unjudged;
        unjudged += some.summary.unjudged;
        excerpts += all.summary.pairs[SST_RELATION_EXCERPT];
        test_run_free(&all);
        test_run_free(&some);
        sst_buffer_free(&lines);
    }
    print_message("%llu pairs judged, %llu not; %llu excerpts\n", (unsigned long long)judged,
                  (unsigned long long)unjudged, (unsigned long long)excerpts);
    assert_true(judged > CORPORA && unjudged > CORPORA && excerpts > CORPORA / 4);
}

static void pairs_need_all_of_them(void **state)
{
    (void)state;
    sst_buffer lines = {0};
    draw d = {.state = 1};
    append_story(&lines, &d, 0, 0);
    sst_buffer_byte(&lines, '\0');
    test_run run = test_run_default();
    run.options.clusters_only = true;
    test_job(&run, lines.bytes, TEST_PAIRS);
    assert_int_equal(run.status, SST_ARGUMENT);
    assert_non_null(strstr(run.error.message, "clusters_only"));
    test_run_free(&run);
    sst_buffer_free(&lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clusters_need_no_other_pairs),
        cmocka_unit_test(pairs_need_all_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
