/* Properties of clusters, over invented news in six scripts: a round-up glues nothing, a chain is
 * cut, a family of daily bulletins gives no cluster and its true reprints do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "job/support.h"
#include "judge/news.h"

enum { BULLETINS = 500, REPRINTED_EVERY = 50, ROUND_UP = 10 };

static void append_json(sst_buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            sst_buffer_text(out, "\\n");
        else if (*text == '"' || *text == '\\')
            sst_buffer_text(out, *text == '"' ? "\\\"" : "\\\\");
        else
            sst_buffer_byte(out, *text);
    }
}

/* One record; `day` negative: no date. */
static void append_story(sst_buffer *out, const char *id, int day, const char *title,
                         const char *text)
{
    char date[48] = "";
    if (day >= 0)
        snprintf(date, sizeof date, ",\"published\":%lld", 1700000000LL + day * 86400LL);
    sst_buffer_text(out, "{\"id\":\"");
    sst_buffer_text(out, id);
    sst_buffer_byte(out, '"');
    sst_buffer_text(out, date);
    sst_buffer_text(out, ",\"title\":\"");
    append_json(out, title);
    sst_buffer_text(out, "\",\"text\":\"");
    append_json(out, text);
    sst_buffer_text(out, "\"}\n");
}

/* A bulletin: the language's formula with names made from its own words and figures of the day. */
static void append_bulletin(sst_buffer *out, const news_language *language, int number, bool dated,
                            bool reprint)
{
    char person[128], place[128], figures[NEWS_FIGURES][16], text[NEWS_SIZE], title[NEWS_SIZE];
    char id[32];
    snprintf(person, sizeof person, "%s %c%c%c", language->persons[number % NEWS_VARIANTS],
             'a' + number % 26, 'a' + number / 26 % 26, 'k');
    snprintf(place, sizeof place, "%s %c%c%c", language->places[(number + 1) % NEWS_VARIANTS],
             'z' - number % 26, 'a' + number / 26 % 26, 'w');
    for (int f = 0; f < NEWS_FIGURES; f++)
        snprintf(figures[f], sizeof figures[f], "%d", 11 + (number * 7919 + f * 104729) % 9973);
    const char *parts[NEWS_PARAGRAPHS + 1] = {language->title};
    memcpy(parts + 1, language->paragraphs, sizeof language->paragraphs);
    size_t length = 0;
    for (int part = 0; part <= NEWS_PARAGRAPHS; part++) {
        char *to = part == 0 ? title : text;
        for (const char *at = parts[part]; *at != '\0'; at++) {
            if (*at != '%') {
                to[length++] = *at;
                continue;
            }
            at++;
            const char *fact = *at == 'N' ? person : *at == 'P' ? place : figures[*at - '1'];
            length += (size_t)snprintf(to + length, NEWS_SIZE - length, "%s", fact);
        }
        to[length] = '\0';
        length = part == 0 ? 0 : news_append("", to, length);
    }
    if (reprint)
        news_cut_tail(text, 20);
    snprintf(id, sizeof id, "%s-%d", reprint ? "reprint" : "bulletin", number);
    append_story(out, id, dated ? number : -1, reprint ? language->headline : title, text);
}

typedef struct family {
    size_t clusters, reprints, strangers; /* strangers: members beyond a bulletin's reprint */
} family;

static family run_family(const news_language *language, bool dated)
{
    sst_buffer lines = {0};
    for (int n = 0; n < BULLETINS; n++) {
        append_bulletin(&lines, language, n, dated, false);
        if (n % REPRINTED_EVERY == 0)
            append_bulletin(&lines, language, n, dated, true);
    }
    sst_buffer_byte(&lines, '\0');
    test_run run = test_run_default();
    test_job(&run, lines.bytes, TEST_CLUSTERS);
    assert_int_equal(run.status, SST_OK);
    family found = {.clusters = run.summary.clusters,
                    .strangers = run.summary.clustered_stories - 2 * run.summary.clusters};
    for (int n = 0; n < BULLETINS; n += REPRINTED_EVERY) {
        char a[48], b[48];
        snprintf(a, sizeof a, "\"id\":\"bulletin-%d\"", n);
        snprintf(b, sizeof b, "\"id\":\"reprint-%d\"", n);
        const char *at = strstr(run.out.bytes, a), *other = strstr(run.out.bytes, b);
        found.reprints += at != NULL && other != NULL &&
                          memchr(at < other ? at : other, '\n',
                                 (size_t)(at < other ? other - at : at - other)) == NULL;
    }
    print_message("%s, %s: %zu clusters, %zu of %d reprints found, %zu strangers\n",
                  language->name, dated ? "dated" : "undated", found.clusters, found.reprints,
                  BULLETINS / REPRINTED_EVERY, found.strangers);
    test_run_free(&run);
    sst_buffer_free(&lines);
    return found;
}

static void daily_bulletins(void **state)
{
    (void)state;
    for (int l = 0; l < NEWS_LANGUAGES; l++) {
        family found = run_family(&news_languages[l], true);
        assert_int_equal(found.strangers, 0);
        assert_int_equal(found.clusters, found.reprints);
        assert_int_equal(found.reprints, BULLETINS / REPRINTED_EVERY);
    }
}

/* Without days every pair of a family is judged: every third language is enough. */
static void undated_bulletins(void **state)
{
    (void)state;
    for (int l = 0; l < NEWS_LANGUAGES; l += 3) {
        family found = run_family(&news_languages[l], false);
        assert_int_equal(found.strangers, 0);
        assert_int_equal(found.clusters, found.reprints);
    }
}

static const news_facts some_facts = {.names = 0, .figures = {0, 1, 2, 0, 1, 2}};

/* Twelve texts, two a language, and one page with the beginnings of ten of them. */
static void round_up(void **state)
{
    (void)state;
    static char text[NEWS_SIZE], all[ROUND_UP * NEWS_SIZE];
    sst_buffer lines = {0};
    size_t length = 0;
    for (int n = 0; n < ROUND_UP; n++) {
        const news_language *language = &news_languages[n % 5];
        char id[16];
        snprintf(id, sizeof id, "story-%d", n);
        news_body(language, n / 5, 0, NEWS_PARAGRAPHS, &some_facts, text, 0);
        append_story(&lines, id, 1, n < 5 ? language->headline : language->other_title, text);
        news_body(language, n / 5, 0, 2, &some_facts, text, 0);
        length += (size_t)snprintf(all + length, sizeof all - length, "%s\n", text);
    }
    append_story(&lines, "round-up", 1, "The day in ten stories", all);
    sst_buffer_byte(&lines, '\0');
    test_run run = test_run_default();
    test_job(&run, lines.bytes, TEST_CLUSTERS);
    assert_int_equal(run.status, SST_OK);
    print_message("%s", run.out.bytes);
    assert_true(run.summary.largest_cluster <= 2);
    test_run_free(&run);
    sst_buffer_free(&lines);
}

/* A sliding window over eight paragraphs: neighbours are the same story, the ends share nothing. */
static void chain(void **state)
{
    (void)state;
    for (int l = 0; l < NEWS_LANGUAGES; l++) {
        const news_language *language = &news_languages[l];
        static char text[NEWS_SIZE];
        sst_buffer lines = {0};
        for (int link = 0; link <= NEWS_PARAGRAPHS; link++) {
            char id[16];
            size_t length = news_body(language, 0, link, NEWS_PARAGRAPHS, &some_facts, text, 0);
            news_body(language, 1, 0, link, &some_facts, text, length);
            snprintf(id, sizeof id, "link-%d", link);
            append_story(&lines, id, 1, language->headline, text);
        }
        sst_buffer_byte(&lines, '\0');
        test_run run = test_run_default();
        test_job(&run, lines.bytes, TEST_CLUSTERS);
        assert_int_equal(run.status, SST_OK);
        print_message("%s: largest cluster %llu of %d links\n", language->name,
                      (unsigned long long)run.summary.largest_cluster, NEWS_PARAGRAPHS + 1);
        assert_true(run.summary.largest_cluster < NEWS_PARAGRAPHS + 1);
        for (const char *line = run.out.bytes; *line != '\0'; line = strchr(line, '\n') + 1) {
            size_t size = (size_t)(strchr(line, '\n') - line);
            assert_false(memmem(line, size, "link-0", 6) != NULL &&
                         memmem(line, size, "link-4", 6) != NULL);
        }
        test_run_free(&run);
        sst_buffer_free(&lines);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(daily_bulletins),
        cmocka_unit_test(undated_bulletins),
        cmocka_unit_test(round_up),
        cmocka_unit_test(chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
