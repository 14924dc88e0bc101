/* bench_judged: what the judge says of judged pairs under other limits.
 *
 *     bench_judged GOLD.tsv FILE... < LIMITS
 *
 * reads the corpora once and prints the limits with their values (`name value`, a line each), an
 * empty line, and the judged pairs by their line in GOLD. Then each line of input, values for all
 * limits in that order, is answered with a line of one character a pair: s same story, o other,
 * n none: no stage proposed the pair. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job/gold.h"
#include "sides.h"

enum { LIMITS = sizeof(sst_limits) / sizeof(unsigned) };

typedef union limit_values {
    sst_limits limits;
    unsigned values[LIMITS];
} limit_values;

typedef struct judged_pair {
    uint64_t line;
    char fixed; /* the answer, where no limit matters; 0 */
    sst_judge_side a, b;
    sst_overlap overlap;
} judged_pair;

typedef struct judged {
    sst_gold gold;
    judged_pair *pairs;
    size_t count;
    sst_corpus *corpus; /* at hand */
} judged;

static judged_pair read_pair(const sst_corpus *c, const sst_gold_pair *gold)
{
    judged_pair pair = {.line = gold->line, .fixed = 'n'};
    const sst_entry *a = sst_corpus_find(c, gold->id_a.bytes, gold->id_a.size);
    const sst_entry *b = sst_corpus_find(c, gold->id_b.bytes, gold->id_b.size);
    if (a == NULL || b == NULL)
        return pair;
    size_t left = (size_t)(a - c->entries), right = (size_t)(b - c->entries);
    uint32_t first = c->text_of[left], second = c->text_of[right];
    if (first == UINT32_MAX || second == UINT32_MAX)
        return pair;
    if (first == second) {
        pair.fixed = c->unit_of[left] == c->unit_of[right] ? 's' : 'o';
        return pair;
    }
    const sst_text_pair *found = sst_corpus_pair_of(c, first, second);
    if (found == NULL)
        return pair;
    pair.fixed = c->text_kind[first] == SST_TEXT_FURNITURE ||
                         c->text_kind[second] == SST_TEXT_FURNITURE
                     ? 'o'
                     : 0;
    pair.overlap = found->overlap;
    pair.a = sides_copy(c, sides_entry(c, found->a));
    pair.b = sides_copy(c, sides_entry(c, found->b));
    return pair;
}

/* "dir/bbc.jsonl.zst" is the set "bbc". */
static bool is_of_set(const char *path, sst_slice set)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    return strcspn(name, ".") == set.size && memcmp(name, set.bytes, set.size) == 0;
}

static void read_file(judged *all, const char *path)
{
    sst_error error = {0};
    sst_options options = sst_options_default();
    sides_check(sst_corpus_create(&options, &all->corpus, &error), &error);
    sides_check(sst_corpus_read(all->corpus, &path, 1, &error), &error);
    sides_check(sst_corpus_match(all->corpus, &error), &error);
    for (size_t i = 0; i < all->gold.count; i++)
        if (is_of_set(path, all->gold.pairs[i].set))
            all->pairs[all->count++] = read_pair(all->corpus, &all->gold.pairs[i]);
    sst_corpus_free(all->corpus);
}

static void print_head(const judged *all)
{
    limit_values usual = {.limits = sst_judge_limits()};
    static const char *const names[LIMITS] = {
#define NAME_LIMIT(name, value) #name,
        SST_LIMIT_MAP(NAME_LIMIT)
#undef NAME_LIMIT
    };
    for (size_t i = 0; i < LIMITS; i++)
        printf("%s %u\n", names[i], usual.values[i]);
    printf("\n");
    for (size_t i = 0; i < all->count; i++)
        printf("%s%llu", i == 0 ? "" : " ", (unsigned long long)all->pairs[i].line);
    printf("\n");
    fflush(stdout);
}

static char judge_one(sst_judge *judge, const judged_pair *pair)
{
    sst_error error = {0};
    sst_verdict verdict;
    if (pair->fixed != 0)
        return pair->fixed;
    sides_check(sst_judge_pair(judge, &pair->a, &pair->b, &pair->overlap, &verdict, &error), &error);
    return sst_relation_same_story(verdict.relation) ? 's' : 'o';
}

static bool read_limits(limit_values *limits)
{
    for (size_t i = 0; i < LIMITS; i++)
        if (scanf("%u", &limits->values[i]) != 1)
            return false;
    return true;
}

static void answer(const judged *all)
{
    sst_error error = {0};
    sst_judge *judge;
    limit_values limits;
    sides_check(sst_judge_create(&judge, &error), &error);
    while (read_limits(&limits)) {
        sst_judge_limit(judge, &limits.limits);
        for (size_t i = 0; i < all->count; i++)
            putchar(judge_one(judge, &all->pairs[i]));
        putchar('\n');
        fflush(stdout);
    }
    sst_judge_free(judge);
}

int main(int count, char **arguments)
{
    judged all = {0};
    sst_error error = {0};
    if (count < 3) {
        fprintf(stderr, "usage: bench_judged GOLD.tsv FILE... < LIMITS\n");
        return 2;
    }
    sides_check(sst_gold_read(arguments[1], &all.gold, &error), &error);
    all.pairs = sides_allocate(all.gold.count, sizeof *all.pairs);
    for (int i = 2; i < count; i++)
        read_file(&all, arguments[i]);
    print_head(&all);
    answer(&all);
    return 0;
}
