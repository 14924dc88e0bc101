/* Any two token streams, titles and sets of common shingles: the judge never fails, its answer is
 * mirrored when the stories are swapped, its blocks are what the alignment promises. */
#include <stdlib.h>
#include <string.h>

#include "judge/judge.h"

enum { MAX_TOKENS = 2048, MAX_TITLE = 15, MAX_COMMON = 15, HEAD = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct side {
    uint32_t tokens[MAX_TOKENS], title[MAX_TITLE];
    uint64_t common[MAX_COMMON], shingles[MAX_TOKENS];
    size_t shingle_count;
    sst_judge_side judged;
} side;

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* A small alphabet makes repeats; bit 0 says that a token is a figure. */
static uint32_t token_of(uint8_t byte)
{
    return (uint32_t)(byte & 63) * 2654435761u << 1 | (byte & 64 ? 1u : 0u);
}

static void take_tokens(uint32_t *tokens, const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tokens[i] = token_of(bytes[i]);
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static size_t sort_distinct(uint64_t *values, size_t count)
{
    size_t kept = 0;
    qsort(values, count, sizeof *values, compare);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || values[kept - 1] != values[i])
            values[kept++] = values[i];
    return kept;
}

/* Common are some of the story's own 4-shingles. */
static void fill(side *s, const uint8_t *bytes, size_t count, uint8_t titles, uint8_t commons,
                 uint8_t day)
{
    count = count < MAX_TOKENS ? count : MAX_TOKENS;
    size_t title = titles & 15u, common = 0;
    title = title < count ? title : count;
    take_tokens(s->tokens, bytes, count);
    take_tokens(s->title, bytes + (count - title), title);
    size_t width = sst_shingles(s->tokens, count, SST_EVIDENCE_WIDTH, s->shingles);
    for (size_t i = 0; i < width && common < (commons & 15u); i += 1 + (commons >> 4))
        s->common[common++] = s->shingles[i];
    s->shingle_count = sort_distinct(
        s->shingles, sst_shingles(s->tokens, count, SST_SHINGLE_WIDTH, s->shingles));
    sst_hash128 key = sst_hash128_bytes(s->tokens, count * sizeof *s->tokens);
    s->judged = (sst_judge_side){.key = day % 2 == 0 ? key : (sst_hash128){0, 0},
                                 .tokens = s->tokens,
                                 .title = s->title,
                                 .token_count = count,
                                 .title_count = title,
                                 .day = day == 0 ? SST_NO_DAY : day / 8,
                                 .common = s->common,
                                 .common_count = sort_distinct(s->common, common)};
}

static sst_overlap overlap_of(const side *a, const side *b)
{
    sst_overlap overlap = {.a_count = (uint32_t)a->shingle_count,
                           .b_count = (uint32_t)b->shingle_count};
    for (size_t i = 0, k = 0; i < a->shingle_count && k < b->shingle_count;) {
        uint64_t x = a->shingles[i], y = b->shingles[k];
        overlap.shared += x == y;
        i += x <= y;
        k += y <= x;
    }
    return overlap;
}

static void check_blocks(const side *a, const side *b, const sst_block *blocks, size_t count)
{
    static uint8_t used[MAX_TOKENS];
    memset(used, 0, sizeof used);
    for (size_t i = 0; i < count; i++) {
        const sst_block *block = &blocks[i];
        require(block->length > 0);
        require((size_t)block->a + block->length <= a->judged.token_count);
        require((size_t)block->b + block->length <= b->judged.token_count);
        require(i == 0 || block->a >= blocks[i - 1].a + blocks[i - 1].length);
        require(memcmp(a->tokens + block->a, b->tokens + block->b,
                       block->length * sizeof *a->tokens) == 0);
        for (uint32_t k = 0; k < block->length; k++)
            require(used[block->b + k]++ == 0);
    }
}

static void check_mirror(const sst_verdict *there, const sst_verdict *back)
{
    const sst_signs *s = &there->signs, *t = &back->signs;
    require(there->relation == back->relation && there->rule == back->rule);
    require(there->own >= 0.0 && there->own <= 1.0);
    require(there->weighed == back->weighed && (!there->weighed || there->own == back->own));
    require(s->aligned == t->aligned && s->moved == t->moved && s->runs == t->runs);
    require(s->edits == t->edits && s->figures_same == t->figures_same);
    require(s->figures_changed == t->figures_changed && s->renamed_places == t->renamed_places);
    require(s->lead_a == t->lead_b && s->lead_b == t->lead_a);
    require(s->subject_a == t->subject_b && s->lost_a == t->lost_b && s->lost_b == t->lost_a);
    require(s->covered_a == t->covered_b && s->covered_b == t->covered_a);
}

static sst_verdict explain(sst_judge *judge, const side *a, const side *b)
{
    const sst_block *blocks;
    size_t count;
    sst_verdict verdict, plain;
    sst_overlap overlap = overlap_of(a, b);
    require(sst_judge_explain(judge, &a->judged, &b->judged, &overlap, &verdict, &blocks, &count,
                              NULL) == SST_OK);
    check_blocks(a, b, blocks, count);
    require(sst_judge_pair(judge, &a->judged, &b->judged, &overlap, &plain, NULL) == SST_OK);
    require(plain.relation == verdict.relation && plain.rule == verdict.rule);
    return verdict;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static sst_judge *judge;
    static side a, b;
    if (judge == NULL)
        require(sst_judge_create(&judge, NULL) == SST_OK);
    if (size < HEAD)
        return 0;
    const uint8_t *bytes = data + HEAD;
    size_t left = size - HEAD, cut = left * data[0] / 255;
    fill(&a, bytes, cut, data[1], data[2], data[4]);
    fill(&b, bytes + cut, left - cut, data[1] >> 4, data[3], data[5]);
    sst_verdict there = explain(judge, &a, &b), back = explain(judge, &b, &a);
    check_mirror(&there, &back);
    sst_verdict same = explain(judge, &a, &a);
    require(a.judged.token_count == 0 || same.relation == SST_RELATION_IDENTICAL);
    return 0;
}
