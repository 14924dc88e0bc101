#include "match/match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "cmocka_all.h"
#include "match/corpus.h"
#include "match/news.h"
#include "text/shingle.h"

static bool is_common(const sst_match_days *days, uint64_t shingle4)
{
    return sst_match_keep_common(days, &shingle4, 1) == 1;
}

enum { TEXTS = 900, PLENTY = 1 << 28 };

typedef struct truth {
    news made;
    sst_overlap (*overlaps)[TEXTS]; /* of a < b */
} truth;

static sst_match_options usual(void)
{
    return (sst_match_options){
        .threshold = .5, .recall = .98, .samples = true, .threads = 1, .memory = PLENTY};
}

static void make_corpus(const news *made, bool backwards, uint64_t memory, corpus *texts)
{
    assert_int_equal(corpus_create(texts, made->count, memory, NULL), SST_OK);
    for (size_t i = 0; i < made->count; i++) {
        size_t t = backwards ? made->count - 1 - i : i;
        assert_int_equal(corpus_put(texts, t, made->tokens[t], made->sizes[t], made->days[t], NULL),
                         SST_OK);
    }
    assert_int_equal(corpus_finish(texts, NULL), SST_OK);
}

static int create(void **state)
{
    truth *all = calloc(1, sizeof *all);
    sst_overlap_table *table;
    all->made = news_create(TEXTS, 2024);
    all->overlaps = calloc(TEXTS, sizeof *all->overlaps);
    if (sst_overlap_table_create(&table, NULL) != SST_OK)
        return 1;
    for (size_t a = 0; a < TEXTS; a++)
        for (size_t b = a + 1; b < TEXTS; b++)
            sst_match_overlap(table, all->made.tokens[a], all->made.sizes[a], all->made.tokens[b],
                              all->made.sizes[b], &all->overlaps[a][b], NULL);
    sst_overlap_table_free(table);
    *state = all;
    return 0;
}

static int release(void **state)
{
    truth *all = *state;
    news_free(&all->made);
    free(all->overlaps);
    free(all);
    return 0;
}

static bool listed(const sst_match_result *result, uint32_t a, uint32_t b)
{
    size_t low = 0, high = result->pair_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const sst_pair *pair = &result->pairs[middle];
        if (pair->a < a || (pair->a == a && pair->b < b))
            low = middle + 1;
        else
            high = middle;
    }
    return low < result->pair_count && result->pairs[low].a == a && result->pairs[low].b == b;
}

static void pairs_are_exact_and_sorted(void **state)
{
    truth *all = *state;
    corpus texts;
    sst_match_result result;
    sst_match_options options = usual();
    make_corpus(&all->made, false, PLENTY, &texts);
    assert_int_equal(sst_match_run(&texts.texts, &options, &result, NULL), SST_OK);
    assert_true(result.pair_count > 500);
    for (size_t i = 0; i < result.pair_count; i++) {
        const sst_pair *pair = &result.pairs[i];
        assert_true(pair->a < pair->b && pair->b < TEXTS);
        assert_memory_equal(&pair->overlap, &all->overlaps[pair->a][pair->b],
                            sizeof pair->overlap);
        assert_true(sst_match_enough(&pair->overlap));
        assert_true(i == 0 || pair->a > pair[-1].a ||
                    (pair->a == pair[-1].a && pair->b > pair[-1].b));
    }
    sst_match_result_free(&result);
    corpus_free(&texts);
}

typedef struct tally {
    const char *what;
    size_t wanted, found;
} tally;

static void count_pair(tally *kind, bool wanted, bool found)
{
    kind->wanted += wanted;
    kind->found += wanted && found;
}

static void recall_against_all_pairs(void **state)
{
    truth *all = *state;
    corpus texts;
    sst_match_result result;
    sst_match_options options = usual();
    tally near = {"Jaccard >= .5", 0, 0}, inside = {"containment >= .6, 60 shared", 0, 0},
          brief = {"short, Jaccard >= .5 or containment >= .8", 0, 0};
    make_corpus(&all->made, false, PLENTY, &texts);
    assert_int_equal(sst_match_run(&texts.texts, &options, &result, NULL), SST_OK);
    for (uint32_t a = 0; a < TEXTS; a++)
        for (uint32_t b = a + 1; b < TEXTS; b++) {
            sst_overlap o = all->overlaps[a][b];
            bool found = listed(&result, a, b);
            uint32_t least = o.a_count < o.b_count ? o.a_count : o.b_count;
            bool jaccard = 2 * o.shared >= o.a_count + o.b_count - o.shared;
            count_pair(&near, jaccard, found);
            count_pair(&inside, 10 * o.shared >= 6 * least && o.shared >= 60, found);
            count_pair(&brief, o.a_count < 20 && o.b_count < 20 &&
                                   (jaccard || 10 * o.shared >= 8 * least), found);
        }
    const tally *kinds[] = {&near, &inside, &brief};
    for (int k = 0; k < 3; k++)
        printf("%s: %zu of %zu\n", kinds[k]->what, kinds[k]->found, kinds[k]->wanted);
    assert_true(near.wanted > 150 && near.found * 1000 >= near.wanted * 995);
    assert_true(inside.wanted > 100 && inside.found * 100 >= inside.wanted * 98);
    assert_true(brief.wanted > 10 && brief.found == brief.wanted);
    sst_match_result_free(&result);
    corpus_free(&texts);
}

/* Runs and compares with the pairs, days and work counts of `wanted`. */
static void runs_alike(const news *made, bool backwards, uint64_t memory, unsigned threads,
                       const sst_match_result *wanted)
{
    corpus texts;
    sst_match_result result;
    sst_match_options options = usual();
    options.memory = memory;
    options.threads = threads;
    make_corpus(made, backwards, memory, &texts);
    assert_int_equal(sst_match_run(&texts.texts, &options, &result, NULL), SST_OK);
    assert_int_equal(result.pair_count, wanted->pair_count);
    assert_memory_equal(result.pairs, wanted->pairs, wanted->pair_count * sizeof *wanted->pairs);
    assert_int_equal(result.counts.band_candidates, wanted->counts.band_candidates);
    assert_int_equal(result.counts.sample_candidates, wanted->counts.sample_candidates);
    assert_int_equal(result.counts.compared, wanted->counts.compared);
    assert_int_equal(result.counts.day_shingles, wanted->counts.day_shingles);
    assert_int_equal(result.counts.largest_bucket, wanted->counts.largest_bucket);
    for (size_t t = 0; t < made->count; t++)
        for (size_t i = 0; i + 3 < made->sizes[t]; i++) {
            uint64_t shingle = sst_shingle4(made->tokens[t] + i);
            assert_int_equal(is_common(result.days, shingle),
                             is_common(wanted->days, shingle));
        }
    if (memory == 0)
        assert_true(result.counts.spilled_bytes > 0);
    sst_match_result_free(&result);
    corpus_free(&texts);
}

static void same_bytes_however_it_runs(void **state)
{
    truth *all = *state;
    corpus texts;
    sst_match_result result;
    sst_match_options options = usual();
    make_corpus(&all->made, false, PLENTY, &texts);
    assert_int_equal(sst_match_run(&texts.texts, &options, &result, NULL), SST_OK);
    runs_alike(&all->made, false, PLENTY, 2, &result);
    runs_alike(&all->made, false, PLENTY, 7, &result);
    runs_alike(&all->made, true, PLENTY, 1, &result);
    runs_alike(&all->made, false, 0, 1, &result);
    runs_alike(&all->made, true, 0, 7, &result);
    sst_match_result_free(&result);
    corpus_free(&texts);
}

/* Clocks of a sampled shingle, counted one text at a time. */
static unsigned clocks_of(const news *made, uint64_t shingle)
{
    static uint64_t samples[NEWS_LONGEST];
    unsigned undated = 0, days = 0;
    bool seen[9] = {false};
    for (size_t t = 0; t < made->count; t++) {
        size_t count = sst_match_samples(made->tokens[t], made->sizes[t], samples);
        bool has = false;
        for (size_t i = 0; i < count; i++)
            has |= samples[i] == shingle;
        if (has && made->days[t] == CORPUS_UNDATED)
            undated++;
        else if (has)
            seen[made->days[t]] = true;
    }
    for (int d = 0; d < 9; d++)
        days += seen[d];
    return undated + days;
}

static void days_as_counted(void **state)
{
    truth *all = *state;
    corpus texts;
    sst_match_result result;
    sst_match_options options = usual();
    static uint64_t samples[NEWS_LONGEST];
    size_t common = 0, rare = 0;
    make_corpus(&all->made, false, PLENTY, &texts);
    assert_int_equal(sst_match_run(&texts.texts, &options, &result, NULL), SST_OK);
    for (size_t t = 0; t < TEXTS; t += 9) {
        size_t count = sst_match_samples(all->made.tokens[t], all->made.sizes[t], samples);
        for (size_t i = 0; i < count; i += 11) {
            bool wanted = clocks_of(&all->made, samples[i]) >= SST_MATCH_COMMON_DAYS;
            assert_int_equal(is_common(result.days, samples[i]), wanted);
            *(wanted ? &common : &rare) += 1;
        }
    }
    assert_true(common > 5 && rare > 5);
    assert_false(is_common(NULL, 1));
    sst_match_result_free(&result);
    corpus_free(&texts);
}

static void channels_and_kinds(void **state)
{
    truth *all = *state;
    corpus texts;
    sst_match_result whole, first, split;
    sst_match_options options = usual();
    uint8_t headline[TEXTS];
    make_corpus(&all->made, false, PLENTY, &texts);
    assert_int_equal(sst_match_run(&texts.texts, &options, &whole, NULL), SST_OK);
    for (size_t t = 0; t < TEXTS; t++)
        headline[t] = t % 3 == 0;
    texts.texts.headline = headline;
    assert_int_equal(sst_match_run(&texts.texts, &options, &split, NULL), SST_OK);
    texts.texts.headline = NULL;
    options.samples = false;
    assert_int_equal(sst_match_run(&texts.texts, &options, &first, NULL), SST_OK);
    assert_null(first.days);
    assert_true(first.pair_count < whole.pair_count);
    for (size_t i = 0; i < first.pair_count; i++)
        assert_true(listed(&whole, first.pairs[i].a, first.pairs[i].b));
    assert_true(split.pair_count > 0 && split.pair_count < whole.pair_count);
    for (size_t i = 0; i < split.pair_count; i++)
        assert_int_equal(headline[split.pairs[i].a], headline[split.pairs[i].b]);
    sst_match_result_free(&whole);
    sst_match_result_free(&first);
    sst_match_result_free(&split);
    corpus_free(&texts);
}

/* The bands alone find a story and its first two thirds, whichever comes first. */
static void bands_find_cut_copies(void **state)
{
    (void)state;
    enum { PAIRS = 100, LENGTH = 150, CUT = 100 };
    corpus texts;
    sst_match_result result;
    sst_match_options options = usual();
    uint32_t tokens[LENGTH];
    options.samples = false;
    assert_int_equal(corpus_create(&texts, 2 * PAIRS, PLENTY, NULL), SST_OK);
    for (size_t i = 0; i < PAIRS; i++) {
        for (size_t k = 0; k < LENGTH; k++)
            tokens[k] = (uint32_t)sst_mix64(i * LENGTH + k) & ~1u;
        for (size_t k = 0; k < 2; k++)
            assert_int_equal(corpus_put(&texts, 2 * i + k, tokens, (i + k) % 2 == 0 ? LENGTH : CUT,
                                        CORPUS_UNDATED, NULL),
                             SST_OK);
    }
    assert_int_equal(corpus_finish(&texts, NULL), SST_OK);
    assert_int_equal(sst_match_run(&texts.texts, &options, &result, NULL), SST_OK);
    assert_true(result.pair_count >= PAIRS * 98 / 100 && result.pair_count <= PAIRS);
    for (size_t i = 0; i < result.pair_count; i++)
        assert_true(result.pairs[i].a % 2 == 0 && result.pairs[i].b == result.pairs[i].a + 1);
    sst_match_result_free(&result);
    corpus_free(&texts);
}

static sst_status stop_at(void *context, const char *stage, double fraction, sst_error *error)
{
    assert_true(fraction >= 0 && fraction <= 1);
    return strcmp(stage, context) == 0 ? sst_fail(error, SST_CANCELLED, "cancelled") : SST_OK;
}

static void cancel_and_bad_folder(void **state)
{
    truth *all = *state;
    corpus texts;
    sst_match_result result;
    sst_error error;
    char *stages[] = {"bands", "verify", "samples"};
    sst_match_options options = usual();
    make_corpus(&all->made, false, PLENTY, &texts);
    options.progress = stop_at;
    for (int s = 0; s < 3; s++) {
        options.context = stages[s];
        assert_int_equal(sst_match_run(&texts.texts, &options, &result, &error), SST_CANCELLED);
        sst_match_result_free(&result);
    }
    options.progress = NULL;
    options.memory = 0;
    options.tmp = "/no/such/folder";
    assert_int_equal(sst_match_run(&texts.texts, &options, &result, &error), SST_IO);
    assert_string_equal(error.file, "/no/such/folder");
    sst_match_result_free(&result);
    options.threshold = 2;
    assert_int_equal(sst_match_run(&texts.texts, &options, &result, &error), SST_ARGUMENT);
    sst_match_result_free(&result);
    corpus_free(&texts);
}

static void none_and_empty_texts(void **state)
{
    (void)state;
    for (size_t count = 0; count < 3; count++) {
        corpus texts;
        sst_match_result result;
        sst_match_options options = usual();
        assert_int_equal(corpus_create(&texts, count, PLENTY, NULL), SST_OK);
        for (size_t t = 0; t < count; t++)
            assert_int_equal(corpus_put(&texts, t, NULL, 0, 0, NULL), SST_OK);
        assert_int_equal(corpus_finish(&texts, NULL), SST_OK);
        assert_int_equal(sst_match_run(&texts.texts, &options, &result, NULL), SST_OK);
        assert_int_equal(result.pair_count, 0);
        sst_match_result_free(&result);
        corpus_free(&texts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_exact_and_sorted),
        cmocka_unit_test(recall_against_all_pairs),
        cmocka_unit_test(same_bytes_however_it_runs),
        cmocka_unit_test(days_as_counted),
        cmocka_unit_test(channels_and_kinds),
        cmocka_unit_test(bands_find_cut_copies),
        cmocka_unit_test(cancel_and_bad_folder),
        cmocka_unit_test(none_and_empty_texts),
    };
    return cmocka_run_group_tests(tests, create, release);
}
