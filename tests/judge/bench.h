/* A judge with everything it needs to hear two texts: tokens, overlap, both ways round. */
#ifndef TESTS_JUDGE_BENCH_H
#define TESTS_JUDGE_BENCH_H

#include "judge/judge.h"
#include "text/text.h"

/* One story as text; NULL title = none. */
typedef struct bench_story {
    const char *title, *body;
    int64_t day;
    const char *formula; /* text whose 4-shingles were seen on many days, or NULL */
} bench_story;

typedef struct bench_side {
    sst_judge_side side;
    uint32_t *tokens, *title;
    uint64_t *common;
    uint64_t *shingles; /* distinct 3-shingles, sorted */
    size_t shingle_count;
} bench_side;

typedef struct bench {
    sst_text *text;
    sst_judge *judge;
} bench;

/* Aborts when memory is short: this is a test. */
void bench_open(bench *b);
void bench_close(bench *b);
void bench_read(bench *b, const bench_story *story, bench_side *side);
void bench_release(bench_side *side);
sst_overlap bench_overlap(const bench_side *a, const bench_side *b);
/* Judges a and b, and b and a, and fails the test unless the answers mirror each other. */
sst_verdict bench_judge(bench *b, const bench_story *first, const bench_story *second);
/* True when the fields with sides are exchanged and all others equal. */
bool bench_is_mirror(const sst_verdict *a, const sst_verdict *b);

#endif
