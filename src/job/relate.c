/* Texts to relations: candidates and exact overlap from match/, the relation of each pair. */
#include "job/corpus.h"

#include "base/parallel.h"
#include "job/clock.h"
#include "job/common.h"
#include "job/pivots.h"
#include "judge/judge.h"

/* What match/ wants by text number, gathered from the entries. */
typedef struct text_arrays {
    uint64_t *token_offset, *sketch_offset;
    uint32_t *token_count, *shingle_count, *day_begin, *source;
    int32_t *days;
    uint8_t *headline;
} text_arrays;

/* The first story that has a text. */
static const sst_entry *entry_of(const sst_corpus *c, uint32_t text)
{
    return &c->entries[c->text_member[c->text_begin[text]]];
}

static sst_status allocate_arrays(const sst_corpus *c, text_arrays *t, sst_error *error)
{
    size_t count = c->text_count;
    t->token_offset = sst_allocate(count, sizeof *t->token_offset, "texts", error);
    t->sketch_offset = sst_allocate(count, sizeof *t->sketch_offset, "texts", error);
    t->token_count = sst_allocate(count, sizeof *t->token_count, "texts", error);
    t->shingle_count = sst_allocate(count, sizeof *t->shingle_count, "texts", error);
    t->day_begin = sst_allocate(count + 1, sizeof *t->day_begin, "texts", error);
    t->days = sst_allocate(c->rank_count, sizeof *t->days, "days of texts", error);
    t->headline = sst_allocate(count, sizeof *t->headline, "texts", error);
    t->source = sst_allocate(count, sizeof *t->source, "sources of texts", error);
    bool complete = t->source != NULL && t->token_offset != NULL && t->sketch_offset != NULL &&
                    t->token_count != NULL && t->shingle_count != NULL &&
                    t->day_begin != NULL && t->days != NULL && t->headline != NULL;
    return complete ? SST_OK : SST_MEMORY;
}

static void free_arrays(text_arrays *t)
{
    free(t->token_offset);
    free(t->sketch_offset);
    free(t->token_count);
    free(t->shingle_count);
    free(t->day_begin);
    free(t->days);
    free(t->headline);
    free(t->source);
}

/* The distinct days of one text; its stories stand in the order of their dates. */
static uint32_t list_days(const sst_corpus *c, uint32_t text, int32_t *days)
{
    uint32_t count = 0;
    for (uint32_t i = c->text_begin[text]; i < c->text_begin[text + 1]; i++) {
        int64_t published = c->entries[c->text_member[i]].published;
        if (published == SST_NO_TIME)
            continue;
        int32_t day = sst_day_of(published);
        if (count == 0 || days[count - 1] != day)
            days[count++] = day;
    }
    return count;
}

static void fill_arrays(const sst_corpus *c, text_arrays *t)
{
    t->day_begin[0] = 0;
    for (uint32_t text = 0; text < c->text_count; text++) {
        const sst_entry *entry = entry_of(c, text);
        t->token_offset[text] = sst_entry_body_at(entry);
        t->token_count[text] = entry->token_count;
        t->shingle_count[text] = entry->shingle_count;
        t->sketch_offset[text] = (uint64_t)entry->row * SST_SKETCH_BYTES;
        t->headline[text] = entry->headline;
        t->source[text] = entry->source;
        t->day_begin[text + 1] =
            t->day_begin[text] + list_days(c, text, t->days + t->day_begin[text]);
    }
}

/* ---- matching ------------------------------------------------------------------------------- */

static sst_status report_progress(void *context, const char *stage, double fraction,
                                  sst_error *error)
{
    return sst_corpus_progress(context, stage, fraction, error);
}

static sst_match_texts match_input(const sst_corpus *c, const text_arrays *t)
{
    return (sst_match_texts){
        .count = c->text_count,
        .tokens = c->tokens,
        .token_offset = t->token_offset,
        .token_count = t->token_count,
        .shingle_count = t->shingle_count,
        .sketches = c->sketches,
        .sketch_offset = t->sketch_offset,
        .headline = t->headline,
        .day_begin = t->day_begin,
        .days = t->days,
        .source = t->source,
    };
}

/* A quarter of the memory, and more where the texts took less than their share. An eighth is left
 * for what stands beside them. */
static uint64_t memory_of_matching(const sst_corpus *c)
{
    uint64_t memory = c->options.memory, held = memory / 8;
    held += sst_pool_resident(c->tokens) + sst_pool_resident(c->sketches);
    if (c->spool != NULL)
        held += memory / 8;
    return memory > held && memory - held > memory / 4 ? memory - held : memory / 4;
}

static sst_status match_texts(sst_corpus *c, const sst_match_texts *texts,
                              sst_match_result *result, sst_error *error)
{
    sst_match_options options = {
        .threshold = c->options.threshold,
        .recall = c->options.recall,
        .samples = !c->options.no_samples,
        .threads = sst_parallel_threads(c->options.threads),
        .memory = memory_of_matching(c),
        .tmp = c->options.tmp,
        .counted = c->counted,
        .progress = report_progress,
        .context = c,
    };
    return sst_match_run(texts, &options, result, error);
}

static void add_counts(sst_corpus *c, const sst_match_counts *counts)
{
    sst_summary *s = &c->summary;
    s->candidates = counts->band_candidates + counts->short_candidates;
    s->sampled_candidates = counts->sample_candidates;
    s->verified = counts->verified;
    s->capped_buckets = counts->capped_buckets;
    s->largest_bucket = counts->largest_bucket;
    s->spilled_bytes += counts->spilled_bytes;
    s->seconds_bands = counts->seconds_bands;
    s->seconds_samples = counts->seconds_samples;
    s->seconds_verify = counts->seconds_verify;
    if (counts->capped_buckets != 0)
        sst_corpus_warn(c,
                        "%llu %s over the cap (the largest holds %llu texts, %llu of its pairs "
                        "were compared); pairs inside are incomplete",
                        (unsigned long long)counts->capped_buckets,
                        counts->capped_buckets == 1 ? "bucket is" : "buckets are",
                        (unsigned long long)counts->largest_bucket,
                        (unsigned long long)counts->largest_kept);
}

/* ---- relations --------------------------------------------------------------------------------- */

enum {
    PAIR_CHUNK = 256, /* pairs that one task judges; neighbours share their first text */
    AHEAD = 4,        /* pairs whose tokens are on their way; their entries twice as far */
    FETCHED = 4,      /* cache lines of a text: behind them the processor reads ahead itself */
    CACHE_LINE = 64
};

/* Scratch of one thread. */
typedef struct judge_scratch {
    sst_judge *judge;
    uint32_t *left, *right; /* tokens that had to be read from the file */
    size_t left_capacity, right_capacity;
    uint64_t aligned;
} judge_scratch;

typedef struct judging {
    sst_corpus *corpus;
    const sst_match_texts *texts;
    const sst_pair *pairs;
    sst_commons *commons;
    judge_scratch *scratch; /* by thread */
    unsigned threads;
} judging;

/* Title and body of a text as its first story has them. */
static sst_status read_side(const judging *j, uint32_t text, uint32_t **tokens,
                            size_t *capacity, sst_judge_side *side, sst_error *error)
{
    const sst_corpus *c = j->corpus;
    const sst_entry *entry = entry_of(c, text);
    size_t count = (size_t)entry->title_count + entry->token_count;
    const void *bytes;
    sst_status status = SST_RESERVE(tokens, capacity, count, "tokens", error);
    if (status == SST_OK)
        status = sst_pool_read(c->tokens, entry->tokens_at, count * sizeof **tokens, *tokens,
                               &bytes, error);
    if (status != SST_OK)
        return status;
    *side = (sst_judge_side){
        .title = bytes,
        .title_count = entry->title_count,
        .tokens = (const uint32_t *)bytes + entry->title_count,
        .token_count = entry->token_count,
        .day = entry->published == SST_NO_TIME ? SST_NO_DAY : sst_day_of(entry->published),
        .key = entry->key,
    };
    side->common = sst_commons_of(j->commons, text, &side->common_count);
    return SST_OK;
}

/* A text that stands under many titles is page furniture wherever else it is found. */
static bool has_furniture(const sst_corpus *c, const sst_pair *pair)
{
    return c->text_kind[pair->a] == SST_TEXT_FURNITURE ||
           c->text_kind[pair->b] == SST_TEXT_FURNITURE;
}

static sst_status judge_pair(const judging *j, judge_scratch *s, const sst_pair *pair,
                             sst_text_pair *judged, sst_error *error)
{
    sst_judge_side a, b;
    sst_verdict verdict = {.relation = SST_RELATION_FURNITURE,
                           .rule = SST_RULE_FURNITURE_SHARED};
    sst_status status = SST_OK;
    if (!has_furniture(j->corpus, pair)) {
        status = read_side(j, pair->a, &s->left, &s->left_capacity, &a, error);
        if (status == SST_OK)
            status = read_side(j, pair->b, &s->right, &s->right_capacity, &b, error);
        if (status == SST_OK)
            status = sst_judge_pair(s->judge, &a, &b, &pair->overlap, &verdict, error);
        s->aligned += verdict.aligned;
    }
    *judged = (sst_text_pair){.a = pair->a, .b = pair->b, .overlap = pair->overlap,
                              .relation = (uint8_t)verdict.relation,
                              .rule = (uint8_t)verdict.rule};
    return status;
}

/* The second texts of the pairs that come stand anywhere in memory. */
static void fetch_ahead(const judging *j, size_t i, size_t end)
{
    const sst_corpus *c = j->corpus;
    if (i + 2 * AHEAD < end) {
        const sst_entry *entry = entry_of(c, j->pairs[i + 2 * AHEAD].b);
        __builtin_prefetch(entry);
        __builtin_prefetch((const char *)(entry + 1) - 1);
    }
    if (i + AHEAD >= end)
        return;
    const sst_entry *entry = entry_of(c, j->pairs[i + AHEAD].b);
    for (unsigned line = 0; line < FETCHED; line++)
        sst_pool_prefetch(c->tokens, entry->tokens_at + line * CACHE_LINE);
}

static sst_status judge_chunk(void *context, size_t begin, size_t end, unsigned thread,
                              sst_error *error)
{
    judging *j = context;
    sst_status status = SST_OK;
    for (size_t i = begin; i < end && status == SST_OK; i++) {
        fetch_ahead(j, i, end);
        status = judge_pair(j, &j->scratch[thread], &j->pairs[i], &j->corpus->pairs[i], error);
    }
    return status;
}

static sst_status judge_number(void *context, size_t pair, unsigned thread, sst_error *error)
{
    judging *j = context;
    return judge_pair(j, &j->scratch[thread], &j->pairs[pair], &j->corpus->pairs[pair], error);
}

static void fetch_text(void *context, uint32_t text)
{
    const judging *j = context;
    uint64_t offset = j->texts->token_offset[text];
    for (unsigned line = 0; line < FETCHED; line++)
        sst_pool_prefetch(j->corpus->tokens, offset + line * CACHE_LINE);
}

static sst_status judge_all(judging *j, sst_error *error)
{
    sst_corpus *c = j->corpus;
    sst_pair_judge judge = {judge_number, fetch_text, j};
    if (c->options.clusters_only && c->pair_count < UINT32_MAX)
        return sst_corpus_judge_decisive(c, j->pairs, &judge, j->threads, error);
    return sst_parallel(c->pair_count, PAIR_CHUNK, j->threads, judge_chunk, j, error);
}

/* Formula text is looked up for texts that stand in a pair only. */
static sst_status find_commons(judging *j, const sst_match_texts *texts,
                               const sst_match_result *result, sst_error *error)
{
    bool *wanted = sst_allocate_zeroed(texts->count, sizeof *wanted, "formula text", error);
    if (wanted == NULL)
        return SST_MEMORY;
    for (size_t i = 0; i < result->pair_count; i++)
        wanted[result->pairs[i].a] = wanted[result->pairs[i].b] = true;
    sst_status status = sst_commons_create(texts, result->days, wanted, j->threads, &j->commons,
                                           error);
    free(wanted);
    return status;
}

static sst_status create_judges(judging *j, sst_error *error)
{
    j->scratch = sst_allocate_zeroed(j->threads, sizeof *j->scratch, "judges", error);
    sst_status status = j->scratch == NULL ? SST_MEMORY : SST_OK;
    for (unsigned i = 0; i < j->threads && status == SST_OK; i++)
        status = sst_judge_create(&j->scratch[i].judge, error);
    return status;
}

static void free_judging(judging *j)
{
    for (unsigned i = 0; j->scratch != NULL && i < j->threads; i++) {
        j->corpus->summary.aligned += j->scratch[i].aligned;
        sst_judge_free(j->scratch[i].judge);
        free(j->scratch[i].left);
        free(j->scratch[i].right);
    }
    free(j->scratch);
    sst_commons_free(j->commons);
}

static sst_status judge_pairs(sst_corpus *c, const sst_match_texts *texts,
                              const sst_match_result *result, sst_error *error)
{
    judging j = {.corpus = c, .texts = texts, .pairs = result->pairs,
                 .threads = sst_parallel_threads(c->options.threads)};
    double start = sst_clock_seconds();
    c->pair_count = result->pair_count;
    c->pairs = sst_allocate(c->pair_count, sizeof *c->pairs, "verified pairs", error);
    sst_status status = c->pairs == NULL ? SST_MEMORY : create_judges(&j, error);
    if (status == SST_OK)
        status = sst_corpus_progress(c, "judge", 0, error);
    if (status == SST_OK)
        status = find_commons(&j, texts, result, error);
    if (status == SST_OK)
        status = judge_all(&j, error);
    free_judging(&j);
    c->summary.seconds_judge += sst_clock_seconds() - start;
    return status;
}

sst_status sst_corpus_relate(sst_corpus *corpus, sst_error *error)
{
    text_arrays arrays = {0};
    sst_match_result result = {0};
    sst_match_texts texts = {0};
    sst_status status = allocate_arrays(corpus, &arrays, error);
    if (status == SST_OK) {
        fill_arrays(corpus, &arrays);
        texts = match_input(corpus, &arrays);
        status = match_texts(corpus, &texts, &result, error);
    }
    if (status == SST_OK) {
        add_counts(corpus, &result.counts);
        status = judge_pairs(corpus, &texts, &result, error);
    }
    corpus->days = result.days;
    result.days = NULL;
    sst_match_result_free(&result);
    free_arrays(&arrays);
    return status;
}

const sst_text_pair *sst_corpus_pair_of(const sst_corpus *corpus, uint32_t a, uint32_t b)
{
    uint32_t first = a < b ? a : b, second = a < b ? b : a;
    size_t low = 0, high = corpus->pair_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const sst_text_pair *pair = &corpus->pairs[middle];
        if (pair->a == first && pair->b == second)
            return pair;
        if (pair->a < first || (pair->a == first && pair->b < second))
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
