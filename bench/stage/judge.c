/* Time of judging, pair by pair, with all in the cache: every verified pair of the stories.
 *
 *     bench_judge FILE...
 *
 * Pairs that are aligned and those that are settled by weighing what is shared, of both also those
 * whose texts have 2 to 4 KB, and pairs settled by the known overlap alone: how many, and the mean,
 * median, ninth decile and slowest; of a pair, the median of RUNS runs. They are judged in their
 * own order, in chunks as in a run: neighbours share their first text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sides.h"

enum { RUNS = 9, MOST = 20000, CHUNK = 256, SMALL = 2048, LARGE = 4096 };

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

/* One of a chunk of pairs: its sides and what its runs took. */
typedef struct subject {
    const sst_text_pair *pair;
    sst_judge_side a, b;
    sst_verdict verdict;
    double taken[RUNS];
} subject;

static void time_subject(sst_judge *judge, subject *s, int run)
{
    sst_error error = {0};
    double start = microseconds_now();
    sides_check(sst_judge_pair(judge, &s->a, &s->b, &s->pair->overlap, &s->verdict, &error),
                &error);
    s->taken[run] = microseconds_now() - start;
}

static bool has_3kb(const sst_entry *entry)
{
    return entry->text_size >= SMALL && entry->text_size <= LARGE;
}

static void add(timing *kind, double microseconds)
{
    kind->microseconds[kind->count++] = microseconds;
}

static void release(const sst_judge_side *side)
{
    free((void *)side->title); /* the tokens stand behind it */
    free((void *)side->common);
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
    release(&s->a);
    release(&s->b);
}

static void time_chunk(const sst_corpus *c, sst_judge *judge, size_t begin, size_t end,
                       subject *subjects, timing kinds[KINDS])
{
    for (size_t i = begin; i < end; i++) {
        const sst_text_pair *pair = &c->pairs[i];
        subjects[i - begin] = (subject){.pair = pair,
                                        .a = sides_copy(c, sides_entry(c, pair->a)),
                                        .b = sides_copy(c, sides_entry(c, pair->b))};
    }
    for (int run = 0; run < RUNS; run++)
        for (size_t i = begin; i < end; i++)
            time_subject(judge, &subjects[i - begin], run);
    for (size_t i = begin; i < end; i++)
        add_subject(c, &subjects[i - begin], kinds);
}

/* Every n-th chunk: pairs are sorted, so that this is a fair sample. */
static void time_pairs(const sst_corpus *c, timing kinds[KINDS])
{
    sst_error error = {0};
    sst_judge *judge;
    sides_check(sst_judge_create(&judge, &error), &error);
    subject *subjects = sides_allocate(CHUNK, sizeof *subjects);
    size_t step = c->pair_count / MOST + 1;
    for (size_t begin = 0; begin < c->pair_count; begin += step * CHUNK) {
        size_t end = c->pair_count - begin < CHUNK ? c->pair_count : begin + CHUNK;
        time_chunk(c, judge, begin, end, subjects, kinds);
    }
    free(subjects);
    sst_judge_free(judge);
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
