/* Texts to relations: candidates and exact overlap from match/, the relation of each pair. */
#include "job/corpus.h"

#include <string.h>

#include "base/parallel.h"

/* What match/ wants by text number, gathered from the entries. */
typedef struct text_arrays {
    uint64_t *token_offset, *sketch_offset;
    uint32_t *token_count, *shingle_count, *day_begin;
    int32_t *days;
    uint8_t *headline;
} text_arrays;

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
    bool complete = t->token_offset != NULL && t->sketch_offset != NULL &&
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
}

/* Days since 1970-01-01, rounded down, clamped to 32 bits. */
static int32_t day_of(int64_t seconds)
{
    int64_t day = seconds / 86400 - (seconds % 86400 < 0);
    return day > INT32_MAX ? INT32_MAX : day < INT32_MIN ? INT32_MIN : (int32_t)day;
}

/* The distinct days of one text; its stories stand in the order of their dates. */
static uint32_t list_days(const sst_corpus *c, uint32_t text, int32_t *days)
{
    uint32_t count = 0;
    for (uint32_t i = c->text_begin[text]; i < c->text_begin[text + 1]; i++) {
        int64_t published = c->entries[c->text_member[i]].published;
        if (published == SST_NO_TIME)
            continue;
        int32_t day = day_of(published);
        if (count == 0 || days[count - 1] != day)
            days[count++] = day;
    }
    return count;
}

static void fill_arrays(const sst_corpus *c, text_arrays *t)
{
    t->day_begin[0] = 0;
    for (uint32_t text = 0; text < c->text_count; text++) {
        const sst_entry *entry = &c->entries[c->text_member[c->text_begin[text]]];
        t->token_offset[text] = sst_entry_body_at(entry);
        t->token_count[text] = entry->token_count;
        t->shingle_count[text] = entry->shingle_count;
        t->sketch_offset[text] = (uint64_t)entry->row * SST_SKETCH_BYTES;
        t->headline[text] = entry->headline;
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

static sst_status match_texts(sst_corpus *c, const text_arrays *t, sst_match_result *result,
                              sst_error *error)
{
    sst_match_texts texts = {
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
    };
    sst_match_options options = {
        .threshold = c->options.threshold,
        .recall = c->options.recall,
        .samples = !c->options.no_samples,
        .threads = sst_parallel_threads(c->options.threads),
        .memory = c->match_memory,
        .tmp = c->options.tmp,
        .progress = report_progress,
        .context = c,
    };
    return sst_match_run(&texts, &options, result, error);
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
                        "%llu buckets are over their cap (the largest holds %llu texts, %llu of "
                        "its pairs were compared); pairs inside them are incomplete",
                        (unsigned long long)counts->capped_buckets,
                        (unsigned long long)counts->largest_bucket,
                        (unsigned long long)counts->largest_kept);
}

/* ---- relations --------------------------------------------------------------------------------- */

/* a / b >= per_mille / 1000. */
static bool at_least(uint64_t a, uint64_t b, unsigned per_mille)
{
    return a * 1000 >= b * per_mille;
}

static sst_relation relation_of(const sst_corpus *c, const text_arrays *t, const sst_pair *pair)
{
    const sst_overlap *o = &pair->overlap;
    uint64_t all = (uint64_t)o->a_count + o->b_count - o->shared;
    unsigned threshold = (unsigned)(c->options.threshold * 1000 + 0.5);
    uint64_t shorter = t->token_count[pair->a], longer = t->token_count[pair->b];
    if (c->text_kind[pair->a] == SST_TEXT_FURNITURE || c->text_kind[pair->b] == SST_TEXT_FURNITURE)
        return SST_RELATION_FURNITURE;
    if (shorter > longer) {
        shorter = t->token_count[pair->b];
        longer = t->token_count[pair->a];
    }
    bool contained = at_least(o->shared, o->a_count, 800) || at_least(o->shared, o->b_count, 800);
    if (at_least(o->shared, all, threshold) || (contained && 2 * shorter > longer))
        return SST_RELATION_COPY;
    return contained ? SST_RELATION_EXCERPT : SST_RELATION_PARTIAL;
}

static sst_status judge_pairs(sst_corpus *c, const text_arrays *t, const sst_match_result *result,
                              sst_error *error)
{
    c->pair_count = result->pair_count;
    c->pairs = sst_allocate(c->pair_count, sizeof *c->pairs, "verified pairs", error);
    if (c->pairs == NULL)
        return SST_MEMORY;
    for (size_t i = 0; i < c->pair_count; i++) {
        const sst_pair *pair = &result->pairs[i];
        c->pairs[i] = (sst_text_pair){.a = pair->a, .b = pair->b, .overlap = pair->overlap,
                                      .relation = (uint8_t)relation_of(c, t, pair)};
    }
    return SST_OK;
}

sst_status sst_corpus_relate(sst_corpus *corpus, sst_error *error)
{
    text_arrays arrays = {0};
    sst_match_result result = {0};
    sst_status status = allocate_arrays(corpus, &arrays, error);
    if (status == SST_OK) {
        fill_arrays(corpus, &arrays);
        status = match_texts(corpus, &arrays, &result, error);
    }
    if (status == SST_OK) {
        add_counts(corpus, &result.counts);
        status = judge_pairs(corpus, &arrays, &result, error);
    }
    sst_match_result_free(&result);
    free_arrays(&arrays);
    return status;
}
