#include "judge/bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int compare_hashes(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;
    return *a < *b ? -1 : *a > *b;
}

static size_t sort_distinct(uint64_t *hashes, size_t count)
{
    size_t kept = 0;
    if (count > 0)
        qsort(hashes, count, sizeof *hashes, compare_hashes);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || hashes[i] != hashes[i - 1])
            hashes[kept++] = hashes[i];
    return kept;
}

static void *take_memory(size_t size)
{
    void *memory = malloc(size + 1);
    if (memory == NULL)
        abort();
    return memory;
}

void bench_open(bench *b)
{
    if (sst_text_create(&b->text, NULL) != SST_OK || sst_judge_create(&b->judge, NULL) != SST_OK)
        abort();
}

void bench_close(bench *b)
{
    sst_text_free(b->text);
    sst_judge_free(b->judge);
}

static uint32_t *read_tokens(bench *b, const char *text, size_t *count)
{
    struct sst_text_run run = {0};
    if (text != NULL && sst_text_tokens(b->text, text, strlen(text), &run, NULL) != SST_OK)
        fail_msg("a fixture is not UTF-8");
    uint32_t *tokens = take_memory(run.count * sizeof *tokens);
    if (run.count > 0)
        memcpy(tokens, run.tokens, run.count * sizeof *tokens);
    *count = run.count;
    return tokens;
}

static size_t read_shingles(const uint32_t *tokens, size_t count, unsigned width,
                            uint64_t **shingles)
{
    *shingles = take_memory(count * sizeof **shingles);
    return sort_distinct(*shingles, sst_shingles(tokens, count, width, *shingles));
}

/* The story's counted 4-shingles that stand in the formula too. */
static void read_common(bench *b, const char *formula, bench_side *side)
{
    uint64_t *known;
    size_t formula_count;
    uint32_t *tokens = read_tokens(b, formula, &formula_count);
    size_t known_count = read_shingles(tokens, formula_count, SST_EVIDENCE_WIDTH, &known);
    size_t count =
        read_shingles(side->tokens, side->side.token_count, SST_EVIDENCE_WIDTH, &side->common);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (sst_evidence_is_counted(side->common[i], count) && known_count > 0 &&
            bsearch(&side->common[i], known, known_count, sizeof *known, compare_hashes) != NULL)
            side->common[kept++] = side->common[i];
    side->side.common = side->common;
    side->side.common_count = kept;
    free(tokens);
    free(known);
}

void bench_read(bench *b, const bench_story *story, bench_side *side)
{
    memset(side, 0, sizeof *side);
    side->tokens = read_tokens(b, story->body, &side->side.token_count);
    side->title = read_tokens(b, story->title, &side->side.title_count);
    side->side.tokens = side->tokens;
    side->side.title = side->title;
    side->side.day = story->day;
    side->shingle_count =
        read_shingles(side->tokens, side->side.token_count, SST_SHINGLE_WIDTH, &side->shingles);
    read_common(b, story->formula, side);
}

void bench_release(bench_side *side)
{
    free(side->tokens);
    free(side->title);
    free(side->common);
    free(side->shingles);
}

sst_overlap bench_overlap(const bench_side *a, const bench_side *b)
{
    sst_overlap overlap = {.a_count = (uint32_t)a->shingle_count,
                           .b_count = (uint32_t)b->shingle_count};
    for (size_t i = 0; i < a->shingle_count; i++)
        overlap.shared += b->shingle_count > 0 &&
                          bsearch(&a->shingles[i], b->shingles, b->shingle_count,
                                  sizeof *b->shingles, compare_hashes) != NULL;
    return overlap;
}

bool bench_is_mirror(const sst_verdict *a, const sst_verdict *b)
{
    const sst_evidence *e = &a->evidence, *f = &b->evidence;
    const sst_signs *s = &a->signs, *t = &b->signs;
    return a->relation == b->relation && a->rule == b->rule && a->weighed == b->weighed &&
           a->aligned == b->aligned && a->own <= b->own && a->own >= b->own &&
           e->a_count == f->b_count && e->b_count == f->a_count && e->shared == f->shared &&
           e->own_halves == f->own_halves && e->own_shared_halves == f->own_shared_halves &&
           e->common_halves == f->common_halves && e->runs == f->runs &&
           e->longest_run == f->longest_run && s->aligned == t->aligned &&
           s->moved == t->moved && s->runs == t->runs && s->longest_run == t->longest_run &&
           s->lead_a == t->lead_b && s->lead_b == t->lead_a && s->edits == t->edits &&
           s->insertions == t->insertions && s->stretches == t->stretches &&
           s->figures_same == t->figures_same && s->figure_edits == t->figure_edits &&
           s->figures_changed == t->figures_changed && s->renamed_places == t->renamed_places &&
           s->renamed_words == t->renamed_words && s->title_shared == t->title_shared &&
           s->title_union == t->title_union && s->subject_a == t->subject_b &&
           s->subject_b == t->subject_a && s->lost_a == t->lost_b && s->lost_b == t->lost_a &&
           s->title_a == t->title_b && s->title_b == t->title_a &&
           s->covered_a == t->covered_b && s->covered_b == t->covered_a;
}

sst_verdict bench_judge(bench *b, const bench_story *first, const bench_story *second)
{
    bench_side x, y;
    bench_read(b, first, &x);
    bench_read(b, second, &y);
    sst_overlap forth = bench_overlap(&x, &y);
    sst_overlap back = {forth.shared, forth.b_count, forth.a_count};
    sst_verdict verdict, mirrored;
    assert_int_equal(sst_judge_pair(b->judge, &x.side, &y.side, &forth, &verdict, NULL), SST_OK);
    assert_int_equal(sst_judge_pair(b->judge, &y.side, &x.side, &back, &mirrored, NULL), SST_OK);
    bench_release(&x);
    bench_release(&y);
    assert_true(bench_is_mirror(&verdict, &mirrored));
    return verdict;
}
