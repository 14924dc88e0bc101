/* Time of judging, pair by pair, with all in the cache: every verified pair of the stories.
 *
 *     bench_judge FILE...
 *
 * Pairs that are aligned and those that are settled by weighing what is shared, of both also those
 * whose texts have 2 to 4 KB, and pairs settled by the known overlap alone: how many, and the mean,
 * median, ninth decile and slowest; of a pair, the median of RUNS runs. Each run has a new judge,
 * which meets the pairs in their own order, so that it remembers of texts what it would in a run;
 * the texts are read before the clock starts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sides.h"

enum { RUNS = 9, MOST = 50000, CHUNK = 256, SMALL = 2048, LARGE = 4096, CACHE_LINE = 64 };

enum kind { ALIGNED, ALIGNED_3KB, WEIGHED, WEIGHED_3KB, SETTLED, KINDS };

typedef struct timing {
    const char *name;
    double *microseconds;
    size_t count;
} timing;

static double microseconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec * 1e-3;
}

static int compare(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* A pair that is timed. */
typedef struct subject {
    const sst_text_pair *pair;
    sst_verdict verdict;
    double taken[RUNS];
} subject;

/* The pairs that are timed, and the texts in them. */
typedef struct trial {
    const sst_corpus *corpus;
    sst_judge_side *sides; /* by text; without tokens: not copied yet */
    subject *subjects;
    size_t count;
} trial;

static void copy_side(trial *t, uint32_t text)
{
    if (t->sides[text].tokens == NULL)
        t->sides[text] = sides_copy(t->corpus, sides_entry(t->corpus, text));
}

/* Every n-th chunk: pairs are sorted, so that this is a fair sample. */
static void choose_subjects(trial *t)
{
    const sst_corpus *c = t->corpus;
    size_t step = c->pair_count / MOST + 1;
    for (size_t chunk = 0; chunk < c->pair_count; chunk += step * CHUNK)
        for (size_t i = chunk; i < c->pair_count && i < chunk + CHUNK; i++) {
            t->subjects[t->count++] = (subject){.pair = &c->pairs[i]};
            copy_side(t, c->pairs[i].a);
            copy_side(t, c->pairs[i].b);
        }
}

static void read_lines(const void *bytes, size_t size)
{
    const volatile char *at = bytes;
    for (size_t i = 0; i < size; i += CACHE_LINE)
        (void)at[i];
}

static void read_side(const sst_judge_side *side)
{
    read_lines(side->title, side->title_count * sizeof *side->title);
    read_lines(side->tokens, side->token_count * sizeof *side->tokens);
    read_lines(side->common, side->common_count * sizeof *side->common);
}

static void time_subject(const trial *t, sst_judge *judge, subject *s, int run)
{
    sst_error error = {0};
    const sst_judge_side *a = &t->sides[s->pair->a], *b = &t->sides[s->pair->b];
    read_side(a);
    read_side(b);
    double start = microseconds_now();
    sides_check(sst_judge_pair(judge, a, b, &s->pair->overlap, &s->verdict, &error), &error);
    s->taken[run] = microseconds_now() - start;
}

static void time_run(const trial *t, int run)
{
    sst_error error = {0};
    sst_judge *judge;
    sides_check(sst_judge_create(&judge, &error), &error);
    for (size_t i = 0; i < t->count; i++)
        time_subject(t, judge, &t->subjects[i], run);
    sst_judge_free(judge);
}

static bool has_3kb(const sst_entry *entry)
{
    return entry->text_size >= SMALL && entry->text_size <= LARGE;
}

static void add(timing *kind, double microseconds)
{
    kind->microseconds[kind->count++] = microseconds;
}

static void add_subject(const sst_corpus *c, subject *s, timing kinds[KINDS])
{
    const sst_verdict *verdict = &s->verdict;
    qsort(s->taken, RUNS, sizeof *s->taken, compare);
    double taken = s->taken[RUNS / 2];
    enum kind kind = verdict->aligned ? ALIGNED : verdict->weighed ? WEIGHED : SETTLED;
    add(&kinds[kind], taken);
    if (kind != SETTLED && has_3kb(sides_entry(c, s->pair->a)) &&
        has_3kb(sides_entry(c, s->pair->b)))
        add(&kinds[kind == ALIGNED ? ALIGNED_3KB : WEIGHED_3KB], taken);
}

/* The copies stay until the program ends. */
static void time_pairs(const sst_corpus *c, timing kinds[KINDS])
{
    trial t = {.corpus = c,
               .sides = sides_allocate(c->text_count, sizeof *t.sides),
               .subjects = sides_allocate(MOST + CHUNK, sizeof *t.subjects)};
    for (size_t text = 0; text < c->text_count; text++)
        t.sides[text] = (sst_judge_side){.tokens = NULL};
    choose_subjects(&t);
    for (int run = 0; run < RUNS; run++)
        time_run(&t, run);
    for (size_t i = 0; i < t.count; i++)
        add_subject(c, &t.subjects[i], kinds);
    free(t.subjects);
    free(t.sides);
}

static void print_timing(timing *kind, size_t all)
{
    double sum = 0;
    for (size_t i = 0; i < kind->count; i++)
        sum += kind->microseconds[i];
    qsort(kind->microseconds, kind->count, sizeof *kind->microseconds, compare);
    printf("%-22s %6zu pairs (%3.0f %%)", kind->name, kind->count,
           all == 0 ? 0.0 : 100.0 * (double)kind->count / (double)all);
    if (kind->count > 0)
        printf("  mean %6.2f  median %6.2f  p90 %6.2f  slowest %7.2f us",
               sum / (double)kind->count, kind->microseconds[kind->count / 2],
               kind->microseconds[kind->count * 9 / 10], kind->microseconds[kind->count - 1]);
    printf("\n");
}

int main(int count, char **arguments)
{
    sst_error error = {0};
    sst_corpus *corpus;
    sst_options options = sst_options_default();
    if (count < 2) {
        fprintf(stderr, "usage: bench_judge FILE...\n");
        return 2;
    }
    sides_check(sst_corpus_create(&options, &corpus, &error), &error);
    sides_check(sst_corpus_read(corpus, (const char *const *)arguments + 1, (size_t)count - 1,
                                &error), &error);
    sides_check(sst_corpus_match(corpus, &error), &error);
    timing kinds[KINDS] = {{.name = "aligned"}, {.name = "aligned, 2 to 4 KB"},
                           {.name = "settled by weighing"},
                           {.name = "weighing, 2 to 4 KB"}, {.name = "settled by overlap"}};
    for (int i = 0; i < KINDS; i++)
        kinds[i].microseconds = sides_allocate(MOST + CHUNK, sizeof(double));
    time_pairs(corpus, kinds);
    for (int i = 0; i < KINDS; i++)
        print_timing(&kinds[i],
                     kinds[ALIGNED].count + kinds[WEIGHED].count + kinds[SETTLED].count);
    sst_corpus_free(corpus);
    return 0;
}
