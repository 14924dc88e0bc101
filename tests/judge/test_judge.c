/* The judge on edited stories in thirteen scripts: every relation by at least twenty edits, both ways
 * round, without counts of other stories unless a case names formula text. */
#include "judge/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "judge/bench.h"
#include "judge/news.h"

enum { LEAST_CASES = 20 };

/* Sets of relations, by bit. */
#define ONLY(name) (1u << SST_RELATION_##name)
#define SAME_STORY (ONLY(IDENTICAL) | ONLY(COPY) | ONLY(UPDATE) | ONLY(EXCERPT))

static bench court;
static const news_facts plain;

/* A pair in the making: the story as it is, and an edited one. */
typedef struct edit_pair {
    const news_language *language;
    char title[NEWS_SIZE], body[NEWS_SIZE];
    char other_title[NEWS_SIZE], other_body[NEWS_SIZE];
    size_t other_length;
    const char *formula;
    unsigned cases;
} edit_pair;

/* Both sides hold the story, the second with these facts and without a body. */
static void start(edit_pair *pair, const news_language *language, const news_facts *facts)
{
    pair->language = language;
    news_render(language, language->title, &plain, pair->title, 0);
    news_body(language, 0, 0, NEWS_PARAGRAPHS, &plain, pair->body, 0);
    news_render(language, language->title, facts, pair->other_title, 0);
    pair->other_body[0] = '\0';
    pair->other_length = 0;
    pair->formula = NULL;
}

static void add(edit_pair *pair, const char *text)
{
    pair->other_length = news_append(text, pair->other_body, pair->other_length);
}

static void add_story(edit_pair *pair, int begin, int end, const news_facts *facts)
{
    pair->other_length = news_body(pair->language, 0, begin, end, facts, pair->other_body,
                                   pair->other_length);
}

static void add_other(edit_pair *pair, int begin, int end)
{
    pair->other_length = news_body(pair->language, 1, begin, end, &plain, pair->other_body,
                                   pair->other_length);
}

static void expect(edit_pair *pair, unsigned relations, const char *what)
{
    bench_story a = {pair->title, pair->body, SST_NO_DAY, pair->formula};
    bench_story b = {pair->other_title, pair->other_body, SST_NO_DAY, pair->formula};
    sst_verdict v = bench_judge(&court, &a, &b);
    pair->cases++;
    if ((relations & 1u << v.relation) != 0)
        return;
    fail_msg("%s, %s: %s by rule %s (own %.3f, aligned %u, figures %u/%u, renamed %u at %u, "
             "lost %u/%u and %u/%u, lead %u and %u)",
             pair->language->name, what, sst_relation_name(v.relation), sst_rule_name(v.rule),
             v.own, v.signs.aligned, v.signs.figures_changed, v.signs.figures_same,
             v.signs.renamed_words, v.signs.renamed_places, v.signs.lost_a, v.signs.subject_a,
             v.signs.lost_b, v.signs.subject_b, v.signs.lead_a, v.signs.lead_b);
}

typedef void edit(edit_pair *pair, const news_language *language);

/* Runs an edit in every language; returns how many cases it made. */
static unsigned in_all_languages(edit *make)
{
    edit_pair *pair = calloc(1, sizeof *pair);
    assert_non_null(pair);
    for (int i = 0; i < NEWS_LANGUAGES; i++)
        make(pair, &news_languages[i]);
    unsigned cases = pair->cases;
    free(pair);
    return cases;
}

static void make_identical(edit_pair *pair, const news_language *language)
{
    start(pair, language, &plain);
    add_story(pair, 0, NEWS_PARAGRAPHS, &plain);
    expect(pair, ONLY(IDENTICAL), "the same text");

    news_own_digits(language, pair->other_body);
    expect(pair, ONLY(IDENTICAL), "digits of the script");

    strcpy(pair->other_title, language->headline);
    expect(pair, ONLY(IDENTICAL), "another headline over the same text");

    start(pair, language, &plain);
    add(pair, "…");
    add_story(pair, 0, NEWS_PARAGRAPHS, &plain);
    add(pair, "* * *");
    expect(pair, ONLY(IDENTICAL), "marks around the text");
}

static void make_lines(edit_pair *pair, const news_language *language)
{
    start(pair, language, &plain);
    add(pair, language->byline);
    add_story(pair, 0, NEWS_PARAGRAPHS, &plain);
    expect(pair, ONLY(COPY), "byline");

    start(pair, language, &plain);
    add(pair, language->dateline);
    add_story(pair, 0, NEWS_PARAGRAPHS, &plain);
    expect(pair, ONLY(COPY), "dateline");

    strcpy(pair->other_title, language->headline);
    news_own_digits(language, pair->other_body);
    expect(pair, ONLY(COPY), "dateline, headline and digits");

    start(pair, language, &plain);
    add_story(pair, 0, NEWS_PARAGRAPHS, &plain);
    news_misspell(pair->other_body, 12);
    expect(pair, ONLY(COPY) | ONLY(IDENTICAL), "spelling");
}

/* Half of the words is the border of an excerpt, and the cut is made by letters. */
static void make_cuts(edit_pair *pair, const news_language *language)
{
    for (int percent = 10; percent <= 45; percent += 7) {
        unsigned wanted = percent < 45 ? ONLY(COPY) : ONLY(COPY) | ONLY(EXCERPT);
        start(pair, language, &plain);
        add_story(pair, 0, NEWS_PARAGRAPHS, &plain);
        news_cut_tail(pair->other_body, percent);
        expect(pair, wanted, "cut tail");
        strcpy(pair->other_title, language->headline);
        expect(pair, wanted, "cut tail under another headline");
    }
}

static void make_insertions(edit_pair *pair, const news_language *language)
{
    for (int at = 0; at <= NEWS_PARAGRAPHS; at++) {
        start(pair, language, &plain);
        add_story(pair, 0, at, &plain);
        add(pair, language->sentence);
        add_story(pair, at, NEWS_PARAGRAPHS, &plain);
        expect(pair, ONLY(COPY), "inserted sentence");

        start(pair, language, &plain);
        add_story(pair, 0, at, &plain);
        add_other(pair, 1, 2);
        add_story(pair, at, NEWS_PARAGRAPHS, &plain);
        expect(pair, ONLY(COPY), "inserted paragraph");
    }
}

/* "84" as "84k", as one hand writes "2015" and another "AD2015". */
static void write_figures_otherwise(char *text)
{
    char copy[NEWS_SIZE];
    size_t length = 0;
    for (const char *at = text; *at != '\0'; at++) {
        copy[length++] = *at;
        if (*at >= '0' && *at <= '9' && (at[1] < '0' || at[1] > '9'))
            copy[length++] = 'k';
    }
    memcpy(text, copy, length);
    text[length] = '\0';
}

/* Edited all over, with half of the figures written in another way: still the same report. */
static void make_notations(edit_pair *pair, const news_language *language)
{
    for (int every = 10; every <= 12; every++) {
        unsigned words = 0;
        start(pair, language, &plain);
        add_story(pair, 0, 2, &plain);
        write_figures_otherwise(pair->other_body);
        pair->other_length = strlen(pair->other_body);
        add_story(pair, 2, NEWS_PARAGRAPHS, &plain);
        for (const char *at = pair->body; *at != '\0'; at++)
            words += *at == ' ';
        if (words < 80)
            return; /* a script without spaces: nothing to misspell */
        news_misspell(pair->other_body, every);
        expect(pair, SAME_STORY, "figures written in another way");
    }
}

/* Furniture on one side or both takes nothing from a copy. */
static void make_copies_with_furniture(edit_pair *pair, const news_language *language)
{
    start(pair, language, &plain);
    add_story(pair, 0, NEWS_PARAGRAPHS, &plain);
    add(pair, language->furniture);
    expect(pair, ONLY(COPY), "furniture after one");

    news_append(language->byline, pair->body, strlen(pair->body));
    expect(pair, ONLY(COPY), "different furniture after both");

    pair->formula = language->furniture;
    expect(pair, ONLY(COPY), "furniture that is known");
}

static void make_reordered(edit_pair *pair, const news_language *language)
{
    static const int orders[][NEWS_PARAGRAPHS] = {
        {1, 0, 2, 3}, {0, 2, 1, 3}, {2, 3, 0, 1}, {3, 2, 1, 0}};
    for (size_t order = 0; order < sizeof orders / sizeof *orders; order++) {
        start(pair, language, &plain);
        for (int i = 0; i < NEWS_PARAGRAPHS; i++)
            add_story(pair, orders[order][i], orders[order][i] + 1, &plain);
        expect(pair, SAME_STORY, "reordered paragraphs");
    }
}

static void make_excerpts(edit_pair *pair, const news_language *language)
{
    for (int begin = 0; begin < NEWS_PARAGRAPHS; begin++) {
        start(pair, language, &plain);
        add_story(pair, begin, begin + 1, &plain);
        expect(pair, ONLY(EXCERPT), "one paragraph");

        add(pair, language->byline);
        expect(pair, ONLY(EXCERPT), "one paragraph with a byline");

        start(pair, language, &plain);
        add_story(pair, begin, begin + 1, &plain);
        news_append("", pair->body, strlen(pair->body));
        pair->other_length = strlen(pair->other_body);
        news_body(language, 1, 0, 2, &plain, pair->body, strlen(pair->body));
        expect(pair, ONLY(EXCERPT), "one paragraph of a round-up of two stories");
    }
}

/* One figure is another one, and a sentence is new: the same report, later. */
static void make_updates(edit_pair *pair, const news_language *language)
{
    for (int figure = 0; figure < NEWS_FIGURES; figure++) {
        news_facts later = {.names = 0};
        later.figures[figure] = 1;
        start(pair, language, &later);
        add_story(pair, 0, NEWS_PARAGRAPHS, &later);
        add(pair, language->sentence);
        expect(pair, ONLY(UPDATE), "one figure changed, a sentence added");
    }
}

static void make_other_figures(edit_pair *pair, const news_language *language)
{
    for (int variant = 1; variant < NEWS_VARIANTS; variant++) {
        news_facts next = {.names = 0};
        for (int i = 0; i < NEWS_FIGURES; i++)
            next.figures[i] = variant;
        start(pair, language, &next);
        add_story(pair, 0, NEWS_PARAGRAPHS, &next);
        expect(pair, ONLY(TEMPLATE), "figures changed throughout");

        add(pair, language->furniture);
        expect(pair, ONLY(TEMPLATE), "figures changed throughout, furniture after one");

        start(pair, language, &next);
        add_story(pair, 1, NEWS_PARAGRAPHS, &next);
        news_own_digits(language, pair->other_body);
        expect(pair, ONLY(TEMPLATE), "figures changed throughout, the lead cut");
    }
}

static void make_other_names(edit_pair *pair, const news_language *language)
{
    for (int variant = 1; variant < NEWS_VARIANTS; variant++) {
        news_facts elsewhere = {.names = variant};
        start(pair, language, &elsewhere);
        add_story(pair, 0, NEWS_PARAGRAPHS, &elsewhere);
        expect(pair, ONLY(TEMPLATE), "names changed throughout");

        add(pair, language->furniture);
        expect(pair, ONLY(TEMPLATE), "names changed throughout, furniture after one");

        for (int i = 0; i < NEWS_FIGURES; i++)
            elsewhere.figures[i] = variant;
        start(pair, language, &elsewhere);
        add_story(pair, 0, NEWS_PARAGRAPHS, &elsewhere);
        expect(pair, ONLY(TEMPLATE), "names and figures changed throughout");
    }
}

/* What is shared is formula text, seen on many days. */
static void make_formulas(edit_pair *pair, const news_language *language)
{
    char formula[NEWS_SIZE];
    news_body(language, 0, 2, 4, &plain, formula, 0);
    start(pair, language, &plain);
    pair->body[0] = '\0';
    news_body(language, 0, 2, 4, &plain, pair->body,
              news_body(language, 1, 0, 1, &plain, pair->body, 0));
    add_story(pair, 2, 4, &plain);
    add_other(pair, 2, 3);
    pair->formula = formula;
    expect(pair, ONLY(TEMPLATE) | ONLY(FURNITURE), "a formula with other facts");
}

/* Half of the story under another lead, title and byline: neither a copy nor a stranger. */
static void make_partial(edit_pair *pair, const news_language *language)
{
    for (int lead = 0; lead <= 2; lead++)
        for (int end = 0; end <= 1; end++) {
            start(pair, language, &plain);
            news_render(language, language->other_title, &plain, pair->other_title, 0);
            add_other(pair, lead, lead + 2);
            add_story(pair, 2, NEWS_PARAGRAPHS, &plain);
            if (end == 1)
                add(pair, language->byline);
            expect(pair, ONLY(PARTIAL), "half of the story reused under another lead");
        }
}

/* The same lead and background, and then a story of its own; under the same title a later version
 * of the report. */
static void make_developments(edit_pair *pair, const news_language *language)
{
    for (int lead = 0; lead <= 1; lead++) {
        start(pair, language, &plain);
        add_story(pair, 0, 1, &plain);
        add_other(pair, lead, lead + 3);
        add_story(pair, 1, 2, &plain);
        expect(pair, ONLY(UPDATE), "half of the story rewritten under its title");

        news_render(language, language->other_title, &plain, pair->other_title, 0);
        expect(pair, ONLY(PARTIAL), "lead and background reused under another title");
    }
}

/* One paragraph of three is not enough for the same story. */
static void make_reuse(edit_pair *pair, const news_language *language)
{
    for (int lead = 0; lead < 2; lead++)
        for (int shared = 1; shared <= 2; shared++) {
            start(pair, language, &plain);
            pair->body[0] = '\0';
            news_body(language, 0, 0, 3, &plain, pair->body, 0);
            news_render(language, language->other_title, &plain, pair->other_title, 0);
            add_other(pair, lead, lead + 2);
            add_story(pair, shared, shared + 1, &plain);
            expect(pair, ~SAME_STORY, "one paragraph of three reused under another lead");
        }
}

static void make_furniture(edit_pair *pair, const news_language *language)
{
    for (int paragraphs = 1; paragraphs <= NEWS_PARAGRAPHS; paragraphs++) {
        start(pair, language, &plain);
        pair->body[0] = '\0';
        size_t length = news_body(language, 0, 0, paragraphs, &plain, pair->body, 0);
        news_append(language->furniture, pair->body, length);
        news_render(language, language->other_title, &plain, pair->other_title, 0);
        add_other(pair, 0, paragraphs);
        add(pair, language->furniture);
        pair->formula = language->furniture;
        expect(pair, paragraphs <= 2 ? ONLY(FURNITURE) : ONLY(FURNITURE) | ONLY(DISTINCT),
               "known furniture after both");

        pair->formula = NULL;
        expect(pair, ~SAME_STORY, "unknown furniture after both");
    }
}

static void make_distinct(edit_pair *pair, const news_language *language)
{
    for (int paragraphs = 1; paragraphs <= NEWS_PARAGRAPHS; paragraphs++) {
        start(pair, language, &plain);
        news_render(language, language->other_title, &plain, pair->other_title, 0);
        add_other(pair, 0, paragraphs);
        expect(pair, ONLY(DISTINCT), "two stories");
    }
}

static void test_identical(void **state)
{
    (void)state;
    assert_true(in_all_languages(make_identical) >= LEAST_CASES);
}

static void test_copy(void **state)
{
    (void)state;
    assert_true(in_all_languages(make_lines) >= LEAST_CASES);
    assert_true(in_all_languages(make_cuts) >= LEAST_CASES);
    assert_true(in_all_languages(make_insertions) >= LEAST_CASES);
    in_all_languages(make_copies_with_furniture);
}

static void test_reordered(void **state)
{
    (void)state;
    assert_true(in_all_languages(make_reordered) >= LEAST_CASES);
}

static void test_excerpt(void **state)
{
    (void)state;
    assert_true(in_all_languages(make_excerpts) >= LEAST_CASES);
}

static void test_update(void **state)
{
    (void)state;
    assert_true(in_all_languages(make_notations) >= LEAST_CASES);
    assert_true(in_all_languages(make_updates) >= LEAST_CASES);
}

static void test_template(void **state)
{
    (void)state;
    assert_true(in_all_languages(make_other_figures) >= LEAST_CASES);
    assert_true(in_all_languages(make_other_names) >= LEAST_CASES);
    in_all_languages(make_formulas);
}

static void test_partial(void **state)
{
    (void)state;
    assert_true(in_all_languages(make_partial) >= LEAST_CASES);
    assert_true(in_all_languages(make_developments) >= LEAST_CASES);
    assert_true(in_all_languages(make_reuse) >= LEAST_CASES);
}

static void test_furniture(void **state)
{
    (void)state;
    assert_true(in_all_languages(make_furniture) >= LEAST_CASES);
}

static void test_distinct(void **state)
{
    (void)state;
    assert_true(in_all_languages(make_distinct) >= LEAST_CASES);
}

/* A reprint days later must share more, much more where a figure changed. */
static void test_days(void **state)
{
    (void)state;
    char a[NEWS_SIZE], b[NEWS_SIZE];
    const news_language *english = &news_languages[0];
    news_body(english, 0, 0, NEWS_PARAGRAPHS, &plain, a, 0);
    size_t length = news_body(english, 0, 0, 3, &plain, b, 0);
    news_body(english, 1, 0, 1, &plain, b, length);
    bench_story first = {NULL, a, 1000, NULL}, second = {NULL, b, 1000, NULL};
    assert_int_equal(bench_judge(&court, &first, &second).relation, SST_RELATION_COPY);
    second.day = 1005;
    assert_int_equal(bench_judge(&court, &first, &second).relation, SST_RELATION_COPY);
    memcpy(strstr(b, "260"), "280", 3);
    sst_verdict later = bench_judge(&court, &first, &second);
    assert_int_equal(later.relation, SST_RELATION_TEMPLATE);
    assert_int_equal(later.rule, SST_RULE_DAYS_APART);
    second.day = SST_NO_DAY;
    assert_true(sst_relation_same_story(bench_judge(&court, &first, &second).relation));

    length = news_body(english, 0, 1, 3, &plain, b, 0);
    news_body(english, 1, 0, 2, &plain, b, length);
    second.day = 1001;
    assert_int_not_equal(bench_judge(&court, &first, &second).rule, SST_RULE_DAYS_APART);
    second.day = 1005;
    assert_int_equal(bench_judge(&court, &first, &second).rule, SST_RULE_DAYS_APART);
}

/* A stub inside a long story must be about what the story is about. */
static void test_stub(void **state)
{
    (void)state;
    char longer[NEWS_SIZE], stub[NEWS_SIZE];
    const news_language *english = &news_languages[0];
    size_t length = news_body(english, 1, 0, NEWS_PARAGRAPHS, &plain, longer, 0);
    news_body(english, 0, 0, 1, &plain, longer, length);
    news_body(english, 0, 0, 1, &plain, stub, 0);
    bench_story page = {english->other_title, longer, SST_NO_DAY, NULL};
    bench_story brief = {english->headline, stub, SST_NO_DAY, NULL};
    sst_verdict verdict = bench_judge(&court, &page, &brief);
    assert_int_equal(verdict.rule, SST_RULE_STUB_INSIDE);
    assert_int_equal(verdict.relation, SST_RELATION_FURNITURE);
    page.title = brief.title;
    assert_int_equal(bench_judge(&court, &page, &brief).relation, SST_RELATION_EXCERPT);
}

/* A brief is the beginning of a longer brief with other words in its title. */
static void test_brief(void **state)
{
    (void)state;
    bench_story brief = {"Clockmakers' guild elects Berit Sund",
                         "The clockmakers' guild of Tarnby has elected its first woman master "
                         "in four hundred years, the guild said on Tuesday.", SST_NO_DAY, NULL};
    bench_story longer = {"First woman master takes chair after vote",
                          "The clockmakers' guild of Tarnby has elected its first woman master "
                          "in four hundred years, the guild said on Tuesday, and rang all of its "
                          "bells at noon to mark the day, while bakers handed out "
                          "honey bread to the children.", SST_NO_DAY, NULL};
    assert_true(sst_relation_same_story(bench_judge(&court, &brief, &longer).relation));
}

/* A short report told again in other words under another title, with the same figures. */
static void test_short_copy(void **state)
{
    (void)state;
    bench_story first = {"Deal brings calm to the harbour",
                         "Ferry pilots at Sandvollen have accepted a pay offer of 4.5 per cent "
                         "over two years, ending a strike that began on 3 May, their union said "
                         "on Monday evening.", SST_NO_DAY, NULL};
    bench_story second = {"Boats to sail again from Tuesday",
                          "SANDVOLLEN - The strike is over: ferry pilots have accepted a pay "
                          "offer of 4.5 per cent over two years, their union said on Monday. It "
                          "had lasted since 3 May.", SST_NO_DAY, NULL};
    assert_true(sst_relation_same_story(bench_judge(&court, &first, &second).relation));
}

/* A notice told again under a title of which one has nothing that the other lacks. */
static void test_retold_notice(void **state)
{
    (void)state;
    bench_story first = {"Keeper hears the council out (Tarnby Post)",
                         "Tarnby Post - Head keeper Ansgar Holt said on Friday the old lighthouse "
                         "lamp would stay dark for longer than many sailors and most traders had "
                         "hoped.",
                         SST_NO_DAY, NULL};
    bench_story second = {"Holt says pier stays dark a while yet",
                          "NORDHAVN: Head keeper Ansgar Holt has said the old lighthouse "
                          "lamp would stay dark for longer than many sailors and most traders had "
                          "hoped. Glass is scarce, and so are men to grind it.", SST_NO_DAY, NULL};
    assert_true(sst_relation_same_story(bench_judge(&court, &first, &second).relation));
}

/* A name that is only spelled in another way, as all through a long report, makes no other report. */
static void test_spelling(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "the council of the old harbour town met on Monday where",
        "told the crowd that the new bridge will carry trams soon",
        "said taxes stay where they are although roads need much",
        "money and that schools open an hour later from autumn",
        "added that bakers may sell bread on markets without fee",
        "thanked the firemen who had saved both mills from floods",
        "asked everyone to plant a tree along the quay where"};
    char body[2][1024] = {"", ""};
    static const char *const spelled[] = {"Sarkisian", "Sarkissyan"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (int k = 0; k < 2; k++)
            snprintf(body[k] + strlen(body[k]), sizeof body[k] - strlen(body[k]), "%s %s ",
                     parts[i], spelled[k]);
    bench_story first = {"Sarkisian promises brighter days", body[0], SST_NO_DAY, NULL};
    bench_story second = {"Sarkissyan looks ahead", body[1], SST_NO_DAY, NULL};
    assert_true(sst_relation_same_story(bench_judge(&court, &first, &second).relation));
}

/* Fills in a report of `count` parts told twice, each time with words of its own between some. */
static void retell(char body[2][2048], size_t count, const char *const own[2],
                   const char *const figure[2])
{
    static const char *const parts[] = {
        "the old lighthouse at the northern pier lost its lamp again",
        "divers searched the basin for three days without finding any trace",
        "a fisherman recalled strange music over the water before dawn broke",
        "the mayor promised that ferries will run through the dark anyway",
        "volunteers carry torches along both banks until the new lens arrives",
        "a glassmaker from the valley offered to grind one for nothing",
        "children painted paper moons and hung them in every harbour window",
        "insurers refuse to pay because nobody had ever listed the lamp",
        "the keeper wants his pension now and a cottage further inland",
        "tourists queue each evening to photograph the tower without its beam"};
    for (int k = 0; k < 2; k++) {
        body[k][0] = 0;
        for (size_t i = 0; i < count; i++)
            snprintf(body[k] + strlen(body[k]), 2048 - strlen(body[k]), "%s %s %s ", parts[i],
                     i % 2 == (size_t)k ? own[k] : "", i == 2 ? figure[k] : "");
    }
}

/* A long report told anew, each time by the words of another title, is one report; not so a short
 * notice, nor one with another figure. */
static void test_retold(void **state)
{
    (void)state;
    static const char *const own[] = {"sabotage is what they fear", "repairs should begin soon"};
    static const char *const none[] = {"", ""}, *const figure[] = {"7", "9"};
    char body[2][2048];
    bench_story first = {"Sabotage: they fear", body[0], SST_NO_DAY, NULL};
    bench_story second = {"Repairs begin soon", body[1], SST_NO_DAY, NULL};
    retell(body, 10, own, none);
    assert_true(sst_relation_same_story(bench_judge(&court, &first, &second).relation));
    retell(body, 10, own, figure);
    assert_false(sst_relation_same_story(bench_judge(&court, &first, &second).relation));
    retell(body, 5, own, none);
    assert_false(sst_relation_same_story(bench_judge(&court, &first, &second).relation));
}

/* Lines of one form under titles about other things are no copies, however much they share. */
static void test_lines(void **state)
{
    (void)state;
    bench_story icy = {"Anglers show their best catches through ice",
                       "Vote now in our photo contest. The jury meets on Friday at the mill.",
                       SST_NO_DAY, NULL};
    bench_story bread = {"Grandmother's loaves judged by apprentices",
                         "Vote now in our photo contest. The jury meets on Sunday at the mill.",
                         SST_NO_DAY, NULL};
    assert_false(sst_relation_same_story(bench_judge(&court, &icy, &bread).relation));
    bread.title = "Best catches through ice";
    assert_true(sst_relation_same_story(bench_judge(&court, &icy, &bread).relation));
}

/* Texts of no and of few tokens. */
static void test_tiny(void **state)
{
    (void)state;
    bench_story none = {NULL, "", SST_NO_DAY, NULL}, one = {NULL, "pier", SST_NO_DAY, NULL};
    bench_story two = {NULL, "pier opened", SST_NO_DAY, NULL};
    assert_int_equal(bench_judge(&court, &none, &none).relation, SST_RELATION_DISTINCT);
    assert_int_equal(bench_judge(&court, &none, &one).relation, SST_RELATION_DISTINCT);
    assert_int_equal(bench_judge(&court, &one, &one).relation, SST_RELATION_IDENTICAL);
    assert_int_equal(bench_judge(&court, &two, &two).relation, SST_RELATION_IDENTICAL);
    assert_int_equal(bench_judge(&court, &one, &two).relation, SST_RELATION_DISTINCT);
}

/* Explaining changes no answer, and always aligns. */
static void test_explain(void **state)
{
    (void)state;
    char a[NEWS_SIZE], b[NEWS_SIZE];
    const news_language *english = &news_languages[0];
    news_body(english, 0, 0, NEWS_PARAGRAPHS, &plain, a, 0);
    news_body(english, 1, 0, NEWS_PARAGRAPHS, &plain, b, 0);
    news_append(english->furniture, b, strlen(b));
    news_append(english->furniture, a, strlen(a));
    bench_story first = {NULL, a, SST_NO_DAY, NULL}, second = {NULL, b, SST_NO_DAY, NULL};
    bench_side x, y;
    bench_read(&court, &first, &x);
    bench_read(&court, &second, &y);
    sst_overlap overlap = bench_overlap(&x, &y);
    sst_verdict judged, explained;
    const sst_block *blocks;
    size_t count;
    assert_int_equal(sst_judge_pair(court.judge, &x.side, &y.side, &overlap, &judged, NULL),
                     SST_OK);
    assert_int_equal(sst_judge_explain(court.judge, &x.side, &y.side, &overlap, &explained,
                                       &blocks, &count, NULL),
                     SST_OK);
    assert_int_equal(judged.relation, explained.relation);
    assert_int_equal(judged.rule, explained.rule);
    assert_true(explained.aligned && explained.weighed && count > 0);
    bench_release(&x);
    bench_release(&y);
}

static void test_rule_names(void **state)
{
    (void)state;
    assert_string_equal(sst_rule_name(SST_RULE_MOSTLY_SAME), "mostly-same");
    assert_string_equal(sst_rule_sentence(SST_RULE_MOSTLY_SAME), "one text is mostly the other");
    assert_string_equal(sst_rule_name(SST_RULE_COUNT), "unknown");
    assert_string_equal(sst_rule_sentence((sst_rule)-1), "unknown");
}

static int open_court(void **state)
{
    (void)state;
    bench_open(&court);
    return 0;
}

static int close_court(void **state)
{
    (void)state;
    bench_close(&court);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identical), cmocka_unit_test(test_copy),
        cmocka_unit_test(test_reordered), cmocka_unit_test(test_excerpt),
        cmocka_unit_test(test_update),    cmocka_unit_test(test_template),
        cmocka_unit_test(test_partial),   cmocka_unit_test(test_furniture),
        cmocka_unit_test(test_distinct),  cmocka_unit_test(test_days),
        cmocka_unit_test(test_stub),      cmocka_unit_test(test_tiny),
        cmocka_unit_test(test_brief),     cmocka_unit_test(test_spelling),
        cmocka_unit_test(test_lines),     cmocka_unit_test(test_short_copy),
        cmocka_unit_test(test_retold),    cmocka_unit_test(test_retold_notice),
        cmocka_unit_test(test_explain),   cmocka_unit_test(test_rule_names),
    };
    return cmocka_run_group_tests(tests, open_court, close_court);
}
