/* Time of judging, pair by pair, with all in the cache: every verified pair of the stories.
 *
 *     bench_judge FILE...
 *
 * Pairs that are aligned, those of them whose texts both have 2 to 4 KB, those that are settled by
 * weighing what is shared, and by the known overlap alone: how many, and the median, ninth decile and slowest; of a pair, the median of RUNS runs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sides.h"

enum { RUNS = 9, MOST = 20000, SMALL = 2048, LARGE = 4096 };

enum kind { ALIGNED, ALIGNED_3KB, WEIGHED, SETTLED, KINDS };

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

static double time_pair(sst_judge *judge, const sst_judge_side *a, const sst_judge_side *b,
                        const sst_overlap *overlap, sst_verdict *verdict)
{
    sst_error error = {0};
    double taken[RUNS];
    for (int run = 0; run < RUNS; run++) {
        double start = microseconds_now();
        sides_check(sst_judge_pair(judge, a, b, overlap, verdict, &error), &error);
        taken[run] = microseconds_now() - start;
    }
    qsort(taken, RUNS, sizeof *taken, compare);
    return taken[RUNS / 2];
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

static void time_pairs(const sst_corpus *c, timing kinds[KINDS])
{
    sst_error error = {0};
    sst_judge *judge;
    sides_check(sst_judge_create(&judge, &error), &error);
    size_t step = c->pair_count / MOST + 1; /* pairs are sorted: every n-th is a fair sample */
    for (size_t i = 0; i < c->pair_count; i += step) {
        const sst_text_pair *pair = &c->pairs[i];
        const sst_entry *left = sides_entry(c, pair->a), *right = sides_entry(c, pair->b);
        sst_judge_side a = sides_copy(c, left), b = sides_copy(c, right);
        sst_verdict verdict;
        double taken = time_pair(judge, &a, &b, &pair->overlap, &verdict);
        add(&kinds[verdict.aligned ? ALIGNED : verdict.weighed ? WEIGHED : SETTLED], taken);
        if (verdict.aligned && has_3kb(left) && has_3kb(right))
            add(&kinds[ALIGNED_3KB], taken);
        release(&a);
        release(&b);
    }
    sst_judge_free(judge);
}

static void print_timing(timing *kind, size_t all)
{
    qsort(kind->microseconds, kind->count, sizeof *kind->microseconds, compare);
    printf("%-22s %6zu pairs (%3.0f %%)", kind->name, kind->count,
           all == 0 ? 0.0 : 100.0 * (double)kind->count / (double)all);
    if (kind->count > 0)
        printf("  median %6.2f  p90 %6.2f  slowest %7.2f us",
               kind->microseconds[kind->count / 2], kind->microseconds[kind->count * 9 / 10],
               kind->microseconds[kind->count - 1]);
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
                           {.name = "settled by weighing"}, {.name = "settled by overlap"}};
    for (int i = 0; i < KINDS; i++)
        kinds[i].microseconds = sides_allocate(MOST, sizeof(double));
    time_pairs(corpus, kinds);
    for (int i = 0; i < KINDS; i++)
        print_timing(&kinds[i],
                     kinds[ALIGNED].count + kinds[WEIGHED].count + kinds[SETTLED].count);
    sst_corpus_free(corpus);
    return 0;
}
