/* Time of shingling, counting distinct shingles and sketching, by tokens of a text; the median of
 * 15 runs over 2,000 texts each, one thread. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sketch/sketch.h"
#include "text/shingle.h"

enum { RUNS = 15, TEXTS = 2000, MOST = 1000 };

static uint32_t tokens[TEXTS + MOST];
static uint64_t shingles[MOST], table[4 * MOST];
static uint16_t sketch[SST_SKETCH_SLOTS];

typedef size_t (*stage)(const uint32_t *text, size_t count);

static size_t stage_shingle(const uint32_t *text, size_t count)
{
    return sst_shingles(text, count, SST_SHINGLE_WIDTH, shingles) + (size_t)shingles[count / 2];
}

static size_t stage_distinct(const uint32_t *text, size_t count)
{
    return stage_shingle(text, count) + sst_distinct_count(shingles, count - 2, table);
}

static size_t stage_sketch(const uint32_t *text, size_t count)
{
    return stage_shingle(text, count) + sst_sketch(shingles, count - 2, sketch) + sketch[7];
}

static size_t stage_scalar(const uint32_t *text, size_t count)
{
    return stage_shingle(text, count) + sst_sketch_scalar(shingles, count - 2, sketch) + sketch[7];
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Microseconds a text. */
static double median(stage measured, size_t count, size_t *check)
{
    double times[RUNS];
    for (int run = 0; run < RUNS; run++) {
        double start = seconds_now();
        for (size_t t = 0; t < TEXTS; t++)
            *check += measured(tokens + t, count);
        times[run] = (seconds_now() - start) * 1e6 / TEXTS;
    }
    qsort(times, RUNS, sizeof times[0], compare);
    return times[RUNS / 2];
}

int main(void)
{
    static const size_t counts[] = {12, 52, 182, 302, 472, 1000};
    size_t check = 0;
    for (size_t i = 0; i < TEXTS + MOST; i++)
        tokens[i] = (uint32_t)sst_mix64(i);
    printf("tokens  shingle  count  sketch  scalar   us a text\n");
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        double shingle = median(stage_shingle, counts[c], &check);
        double distinct = median(stage_distinct, counts[c], &check) - shingle;
        double simd = median(stage_sketch, counts[c], &check) - shingle;
        double scalar = median(stage_scalar, counts[c], &check) - shingle;
        printf("%6zu  %7.2f  %5.2f  %6.2f  %6.2f   %.0f texts a second\n", counts[c], shingle,
               distinct, simd, scalar, 1e6 / (shingle + simd));
    }
    fprintf(stderr, "check %zu\n", check % 1000);
    return 0;
}
