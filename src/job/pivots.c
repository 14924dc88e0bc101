#include "job/pivots.h"

#include "base/parallel.h"
#include "job/sources.h"

enum {
    COMPONENTS_PER_TASK = 64,
    PAIRS_PER_TASK = 256,
    AHEAD = 2 /* partners whose tokens are on their way */
};

typedef struct deciding {
    sst_corpus *corpus;
    const sst_pair *pairs;
    size_t count;
    const sst_pair_judge *judge;
    uint32_t *root;    /* by text: the first text of its component */
    size_t *begin;     /* by text: where its pairs begin in `around`; one more */
    uint32_t *around;  /* numbers of pairs, those of a text rising */
    uint32_t *texts;   /* texts that stand in pairs, by component, rising inside */
    size_t *component; /* where each begins in `texts`; one more */
    size_t component_count;
    uint32_t *credits; /* by text: the source that its credit names */
    bool *credited;    /* by text */
    bool *taken;       /* by text: canonical, or of a canonical one */
    bool *whole;       /* by first text: all pairs of the component are judged */
    bool *judged;      /* by pair */
} deciding;

/* Of a plain text, which has one unit. */
static uint32_t unit_of(const sst_corpus *c, uint32_t text)
{
    return c->unit_of[c->text_member[c->text_begin[text]]];
}

static uint32_t source_of(const sst_corpus *c, uint32_t text)
{
    return c->entries[c->unit_head[unit_of(c, text)]].source;
}

static uint32_t partner(const deciding *d, size_t pair, uint32_t text)
{
    return d->pairs[pair].a == text ? d->pairs[pair].b : d->pairs[pair].a;
}

/* ---- components --------------------------------------------------------------------------- */

static uint32_t find_root(uint32_t *root, uint32_t text)
{
    while (root[text] != text) {
        root[text] = root[root[text]];
        text = root[text];
    }
    return text;
}

static void find_components(deciding *d)
{
    uint32_t texts = d->corpus->text_count;
    for (uint32_t t = 0; t < texts; t++)
        d->root[t] = t;
    for (size_t i = 0; i < d->count; i++) {
        uint32_t a = find_root(d->root, d->pairs[i].a), b = find_root(d->root, d->pairs[i].b);
        d->root[a > b ? a : b] = a < b ? a : b;
    }
    for (uint32_t t = 0; t < texts; t++)
        d->root[t] = find_root(d->root, t);
}

/* The pairs of each text; begin[] moves one text on while it serves as the write position. */
static void list_pairs(deciding *d)
{
    uint32_t texts = d->corpus->text_count;
    for (size_t i = 0; i < d->count; i++) {
        d->begin[d->pairs[i].a + 2]++;
        d->begin[d->pairs[i].b + 2]++;
    }
    for (uint32_t t = 0; t < texts; t++)
        d->begin[t + 2] += d->begin[t + 1];
    for (size_t i = 0; i < d->count; i++) {
        d->around[d->begin[d->pairs[i].a + 1]++] = (uint32_t)i;
        d->around[d->begin[d->pairs[i].b + 1]++] = (uint32_t)i;
    }
}

/* Counting sort by root; `at` has room for all texts and is zero. */
static void list_texts(deciding *d, size_t *at)
{
    uint32_t texts = d->corpus->text_count;
    size_t sum = 0;
    for (uint32_t t = 0; t < texts; t++)
        at[d->root[t]] += d->begin[t + 1] > d->begin[t];
    for (uint32_t t = 0; t < texts; t++) {
        size_t size = at[t];
        at[t] = sum;
        if (size != 0)
            d->component[d->component_count++] = sum;
        sum += size;
    }
    d->component[d->component_count] = sum;
    for (uint32_t t = 0; t < texts; t++)
        if (d->begin[t + 1] > d->begin[t])
            d->texts[at[d->root[t]]++] = t;
}

/* ---- one component ------------------------------------------------------------------------- */

static sst_status judge_once(deciding *d, size_t pair, unsigned thread, sst_error *error)
{
    if (d->judged[pair])
        return SST_OK;
    d->judged[pair] = true;
    return d->judge->judge(d->judge->context, pair, thread, error);
}

static sst_relation relation_of(const deciding *d, size_t pair)
{
    return (sst_relation)d->corpus->pairs[pair].relation;
}

static bool is_core(const deciding *d, size_t pair)
{
    sst_relation relation = relation_of(d, pair);
    return sst_relation_same_story(relation) && relation != SST_RELATION_EXCERPT;
}

static bool names(const deciding *d, uint32_t text, uint32_t other)
{
    if (d->credits[text] == SST_NO_SOURCE)
        return false;
    uint32_t source = source_of(d->corpus, other);
    return d->credits[text] == source && source_of(d->corpus, text) != source;
}

/* A credit counts between direct core relations (cluster/cluster.c). */
static sst_status hear_credits(deciding *d, const uint32_t *texts, size_t count, unsigned thread,
                               sst_error *error)
{
    sst_status status = SST_OK;
    for (size_t i = 0; i < count; i++) {
        uint32_t text = texts[i];
        for (size_t k = d->begin[text]; k < d->begin[text + 1] && status == SST_OK; k++) {
            size_t pair = d->around[k];
            uint32_t other = partner(d, pair, text);
            if (!names(d, text, other))
                continue;
            status = judge_once(d, pair, thread, error);
            d->credited[other] |= status == SST_OK && is_core(d, pair);
        }
    }
    return status;
}

/* The next partner of `text` that is free, from place `k` of `around`; none: where its pairs
 * end. */
static size_t next_free(const deciding *d, uint32_t text, size_t k)
{
    while (k < d->begin[text + 1] && d->taken[partner(d, d->around[k], text)])
        k++;
    return k;
}

/* A free text is canonical and takes its free partners; `*excerpt`: an excerpt was met. */
static sst_status take_partners(deciding *d, uint32_t text, unsigned thread, bool *excerpt,
                                sst_error *error)
{
    sst_status status = SST_OK;
    d->taken[text] = true;
    for (size_t k = next_free(d, text, d->begin[text]);
         k < d->begin[text + 1] && status == SST_OK && !*excerpt; k = next_free(d, text, k + 1)) {
        size_t pair = d->around[k], ahead = k + AHEAD;
        if (ahead < d->begin[text + 1])
            d->judge->fetch(d->judge->context, partner(d, d->around[ahead], text));
        status = judge_once(d, pair, thread, error);
        if (status != SST_OK)
            return status;
        *excerpt = relation_of(d, pair) == SST_RELATION_EXCERPT;
        d->taken[partner(d, pair, text)] = is_core(d, pair);
    }
    return status;
}

static bool all_are_plain(const deciding *d, const uint32_t *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (d->corpus->text_kind[texts[i]] != SST_TEXT_PLAIN)
            return false;
    return true;
}

static sst_status settle_component(deciding *d, const uint32_t *texts, size_t count,
                                   unsigned thread, sst_error *error)
{
    bool *whole = &d->whole[d->root[texts[0]]];
    *whole = !all_are_plain(d, texts, count);
    if (*whole)
        return SST_OK;
    sst_status status = hear_credits(d, texts, count, thread, error);
    for (int credited = 1; credited >= 0; credited--)
        for (size_t i = 0; i < count && status == SST_OK && !*whole; i++)
            if (d->credited[texts[i]] == (credited == 1) && !d->taken[texts[i]])
                status = take_partners(d, texts[i], thread, whole, error);
    return status;
}

static sst_status settle_components(void *context, size_t begin, size_t end, unsigned thread,
                                    sst_error *error)
{
    deciding *d = context;
    sst_status status = SST_OK;
    for (size_t i = begin; i < end && status == SST_OK; i++)
        status = settle_component(d, d->texts + d->component[i],
                                  d->component[i + 1] - d->component[i], thread, error);
    return status;
}

static sst_status judge_whole(void *context, size_t begin, size_t end, unsigned thread,
                              sst_error *error)
{
    deciding *d = context;
    sst_status status = SST_OK;
    for (size_t i = begin; i < end && status == SST_OK; i++) {
        if (!d->whole[d->root[d->pairs[i].a]])
            continue;
        if (i + AHEAD < end)
            d->judge->fetch(d->judge->context, d->pairs[i + AHEAD].b);
        status = judge_once(d, i, thread, error);
    }
    return status;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void keep_judged(deciding *d)
{
    sst_corpus *c = d->corpus;
    size_t kept = 0;
    for (size_t i = 0; i < d->count; i++)
        if (d->judged[i])
            c->pairs[kept++] = c->pairs[i];
    c->pair_count = kept;
    c->summary.unjudged = d->count - kept;
}

static sst_status allocate(deciding *d, sst_error *error)
{
    size_t texts = d->corpus->text_count;
    d->root = sst_allocate(texts, sizeof *d->root, "components", error);
    d->begin = sst_allocate_zeroed(texts + 2, sizeof *d->begin, "components", error);
    d->around = sst_allocate(sst_size_multiply(d->count, 2), sizeof *d->around, "components",
                             error);
    d->texts = sst_allocate(texts, sizeof *d->texts, "components", error);
    d->component = sst_allocate(texts + 1, sizeof *d->component, "components", error);
    d->credits = sst_allocate(texts, sizeof *d->credits, "credits", error);
    d->credited = sst_allocate_zeroed(texts, sizeof *d->credited, "credits", error);
    d->taken = sst_allocate_zeroed(texts, sizeof *d->taken, "components", error);
    d->whole = sst_allocate_zeroed(texts, sizeof *d->whole, "components", error);
    d->judged = sst_allocate_zeroed(d->count, sizeof *d->judged, "components", error);
    bool complete = d->root != NULL && d->begin != NULL && d->around != NULL &&
                    d->texts != NULL && d->component != NULL && d->credits != NULL &&
                    d->credited != NULL && d->taken != NULL && d->whole != NULL &&
                    d->judged != NULL;
    return complete ? SST_OK : SST_MEMORY;
}

static void release(deciding *d)
{
    free(d->root);
    free(d->begin);
    free(d->around);
    free(d->texts);
    free(d->component);
    free(d->credits);
    free(d->credited);
    free(d->taken);
    free(d->whole);
    free(d->judged);
}

static sst_status prepare(deciding *d, sst_error *error)
{
    const sst_corpus *c = d->corpus;
    sst_status status = allocate(d, error);
    size_t *at = status == SST_OK
                     ? sst_allocate_zeroed(c->text_count, sizeof *at, "components", error)
                     : NULL;
    if (at == NULL)
        return SST_MEMORY;
    find_components(d);
    list_pairs(d);
    list_texts(d, at);
    for (uint32_t t = 0; t < c->text_count; t++) {
        d->credits[t] = sst_corpus_credit_of(c, unit_of(c, t));
        d->credited[t] = d->credits[t] != SST_NO_SOURCE && d->credits[t] == source_of(c, t);
    }
    free(at);
    return SST_OK;
}

sst_status sst_corpus_judge_decisive(sst_corpus *corpus, const sst_pair *pairs,
                                     const sst_pair_judge *judge, unsigned threads,
                                     sst_error *error)
{
    deciding d = {.corpus = corpus, .pairs = pairs, .count = corpus->pair_count, .judge = judge};
    sst_status status = prepare(&d, error);
    if (status == SST_OK)
        status = sst_parallel(d.component_count, COMPONENTS_PER_TASK, threads, settle_components,
                              &d, error);
    if (status == SST_OK)
        status = sst_parallel(d.count, PAIRS_PER_TASK, threads, judge_whole, &d, error);
    if (status == SST_OK)
        keep_judged(&d);
    release(&d);
    return status;
}
