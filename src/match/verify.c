/* Exact comparison of candidates. Texts are ordered by the component they form, so that those that
 * are alike are compared in one batch and each of them is read once; and in it by size, because
 * what comes first has its shingles numbered, what comes last is only looked up. */
#include "match/batch.h"
#include "match/matching.h"

#include <string.h>

#include "base/sort.h"

enum {
    CANDIDATES_PER_TASK = 1024,
    PARTNERS_MOST = 64, /* of one text in a batch */
    AHEAD = 4           /* cache lines of the next text; the processor follows by itself */
};

typedef struct verification {
    sst_matching *run;
    const sst_candidates *candidates;
    uint32_t *shared; /* by candidate */
    uint32_t *place;  /* by text: where it stands in that order */
    uint64_t *order;  /* place of the later text << 32 | candidate, rising */
    size_t count;     /* of them: those that no earlier run counted */
    bool *leads;      /* by text: it is the earlier one of a candidate */
} verification;

/* ---- Order ---- */

static uint32_t find_root(uint32_t *parent, uint32_t text)
{
    while (parent[text] != text) {
        parent[text] = parent[parent[text]];
        text = parent[text];
    }
    return text;
}

/* parent[t] = the first text of t's component. */
static void find_components(const verification *work, uint32_t *parent)
{
    const sst_candidates *list = work->candidates;
    size_t texts = work->run->texts->count;
    for (size_t t = 0; t < texts; t++)
        parent[t] = (uint32_t)t;
    for (size_t i = 0; i < list->count; i++) {
        uint32_t a = find_root(parent, (uint32_t)(list->items[i] >> 32));
        uint32_t b = find_root(parent, (uint32_t)list->items[i]);
        if (a < b)
            parent[b] = a;
        else
            parent[a] = b;
    }
    for (size_t t = 0; t < texts; t++)
        parent[t] = find_root(parent, (uint32_t)t);
}

static unsigned size_class(const verification *work, size_t text)
{
    uint32_t tokens = work->run->texts->token_count[text];
    return tokens == 0 ? 0 : 32 - (unsigned)__builtin_clz(tokens);
}

/* Texts by the number of bits of their size, then rank. */
static void sort_by_size(const verification *work, uint32_t *texts)
{
    size_t count = work->run->texts->count, at[34] = {0};
    for (size_t t = 0; t < count; t++)
        at[size_class(work, t) + 1]++;
    for (unsigned c = 0; c < 33; c++)
        at[c + 1] += at[c];
    for (size_t t = 0; t < count; t++)
        texts[at[size_class(work, t)]++] = (uint32_t)t;
}

/* Places of texts when components stand one behind the other. `begin` is scratch. */
static void place_texts(const uint32_t *root, const uint32_t *texts, size_t count,
                        uint32_t *begin, uint32_t *place)
{
    memset(begin, 0, count * sizeof *begin);
    for (size_t t = 0; t < count; t++)
        begin[root[t]]++;
    uint32_t sum = 0;
    for (size_t t = 0; t < count; t++) {
        uint32_t size = begin[t];
        begin[t] = sum;
        sum += size;
    }
    for (size_t i = 0; i < count; i++)
        place[texts[i]] = begin[root[texts[i]]]++;
}

/* Whether an earlier run counted the pair. */
static bool recall_overlap(verification *work, size_t i, uint32_t a, uint32_t b)
{
    const sst_match_memory *counted = work->run->options->counted;
    int64_t shared = counted == NULL ? SST_MATCH_UNCOUNTED
                                     : counted->recall(counted->context, a, b);
    if (shared == SST_MATCH_UNCOUNTED)
        return false;
    work->shared[i] = (uint32_t)shared;
    return true;
}

static sst_status order_candidates(verification *work, sst_error *error)
{
    const sst_candidates *list = work->candidates;
    size_t texts = work->run->texts->count;
    uint32_t *root = sst_allocate(texts, sizeof *root, "candidate pairs", error);
    uint32_t *begin = sst_allocate(texts, sizeof *begin, "candidate pairs", error);
    uint32_t *by_size = sst_allocate(texts, sizeof *by_size, "candidate pairs", error);
    uint64_t *scratch = sst_allocate(list->count, sizeof *scratch, "candidate pairs", error);
    sst_status status = SST_MEMORY;
    if (root != NULL && begin != NULL && by_size != NULL && scratch != NULL) {
        find_components(work, root);
        sort_by_size(work, by_size);
        place_texts(root, by_size, texts, begin, work->place);
        for (size_t i = 0; i < list->count; i++) {
            uint32_t a = (uint32_t)(list->items[i] >> 32), b = (uint32_t)list->items[i];
            if (recall_overlap(work, i, a, b))
                continue;
            bool in_order = work->place[a] < work->place[b];
            work->leads[in_order ? a : b] = true;
            work->order[work->count++] = (uint64_t)work->place[in_order ? b : a] << 32 | i;
        }
        status = sst_sort(work->order, scratch, work->count, work->run->options->threads, error);
    }
    free(root);
    free(begin);
    free(by_size);
    free(scratch);
    return status;
}

/* ---- Comparison ---- */

/* Of the candidate at `at`. */
static uint32_t earlier(const verification *work, size_t at)
{
    uint64_t candidate = work->candidates->items[(uint32_t)work->order[at]];
    uint32_t a = (uint32_t)(candidate >> 32), b = (uint32_t)candidate;
    return work->place[a] < work->place[b] ? a : b;
}

static uint32_t later(const verification *work, size_t at)
{
    uint64_t candidate = work->candidates->items[(uint32_t)work->order[at]];
    uint32_t a = (uint32_t)(candidate >> 32), b = (uint32_t)candidate;
    return work->place[a] < work->place[b] ? b : a;
}

static sst_status add_text(const verification *work, sst_match_worker *worker, uint32_t text,
                           bool enter, uint32_t *member, sst_error *error)
{
    const uint32_t *tokens;
    sst_status status = sst_matching_tokens(work->run, worker, text, &tokens, error);
    return status != SST_OK
               ? status
               : sst_batch_add(worker->batch, text, tokens, work->run->texts->token_count[text],
                               enter, member, error);
}

/* Counts candidates [begin, end), at most PARTNERS_MOST, of one later text. */
static sst_status compare_text(const verification *work, sst_match_worker *worker, size_t begin,
                               size_t end, sst_error *error)
{
    sst_batch *batch = worker->batch;
    uint32_t partners[PARTNERS_MOST], text = later(work, begin), found = 0;
    sst_status status = SST_OK;
    for (size_t i = begin; i < end; i++) {
        partners[i - begin] = sst_batch_find(batch, earlier(work, i));
        found += partners[i - begin] != SST_BATCH_ABSENT;
    }
    if (found == 0 || sst_batch_is_full(batch)) {
        sst_batch_reset(batch);
        memset(partners, 0xff, sizeof partners);
    }
    for (size_t i = begin; status == SST_OK && i < end; i++)
        if (partners[i - begin] == SST_BATCH_ABSENT)
            status = add_text(work, worker, earlier(work, i), true, &partners[i - begin], error);
    uint32_t own = sst_batch_find(batch, text);
    if (status == SST_OK && (own == SST_BATCH_ABSENT || !sst_batch_is_entered(batch, own)))
        status = add_text(work, worker, text, work->leads[text], &own, error);
    for (size_t i = begin; status == SST_OK && i < end; i++)
        work->shared[(uint32_t)work->order[i]] =
            sst_batch_shared(batch, partners[i - begin], own);
    return status;
}

static void prefetch_text(const verification *work, uint32_t text)
{
    uint64_t offset = work->run->texts->token_offset[text];
    for (uint64_t line = 0; line < AHEAD; line++)
        sst_pool_prefetch(work->run->texts->tokens, offset + 64 * line);
}

static sst_status compare_candidates(void *context, size_t begin, size_t end, unsigned thread,
                                     sst_error *error)
{
    const verification *work = context;
    sst_match_worker *worker = &work->run->workers[thread];
    sst_status status = SST_OK;
    if (thread == 0)
        status = sst_matching_progress(work->run, "verify", begin, work->count, error);
    sst_batch_reset(worker->batch);
    for (size_t i = begin, next; status == SST_OK && i < end; i = next) {
        for (next = i + 1; next < end && next < i + PARTNERS_MOST; next++)
            if (work->order[next] >> 32 != work->order[i] >> 32)
                break;
        if (next < end) {
            prefetch_text(work, earlier(work, next));
            prefetch_text(work, later(work, next));
        }
        status = compare_text(work, worker, i, next, error);
    }
    return status;
}

static sst_status keep_overlaps(const verification *work, sst_error *error)
{
    const sst_match_memory *counted = work->run->options->counted;
    sst_status status = SST_OK;
    for (size_t i = 0; counted != NULL && i < work->candidates->count && status == SST_OK; i++)
        status = counted->keep(counted->context, (uint32_t)(work->candidates->items[i] >> 32),
                               (uint32_t)work->candidates->items[i], work->shared[i], error);
    return status;
}

static sst_pair pair_of(const verification *work, size_t i)
{
    const uint32_t *counts = work->run->texts->shingle_count;
    uint32_t a = (uint32_t)(work->candidates->items[i] >> 32);
    uint32_t b = (uint32_t)work->candidates->items[i];
    return (sst_pair){a, b, {work->shared[i], counts[a], counts[b]}};
}

static bool comes_before(sst_pair x, sst_pair y)
{
    return x.a != y.a ? x.a < y.a : x.b < y.b;
}

/* Merges the kept candidates, which are sorted, into the sorted pairs, from the back. */
static sst_status add_pairs(const verification *work, size_t kept, sst_error *error)
{
    sst_match_result *result = work->run->result;
    size_t old = result->pair_count, all = old + kept;
    sst_pair *pairs = realloc(result->pairs, sst_size_multiply(all + 1, sizeof *pairs));
    if (pairs == NULL)
        return sst_fail_memory(error, sst_size_multiply(all + 1, sizeof *pairs), "pairs");
    result->pairs = pairs;
    result->pair_count = all;
    for (size_t i = work->candidates->count; i-- > 0;) {
        sst_pair pair = pair_of(work, i);
        if (!sst_match_enough(&pair.overlap))
            continue;
        while (old > 0 && comes_before(pair, pairs[old - 1]))
            pairs[--all] = pairs[--old];
        pairs[--all] = pair;
    }
    return SST_OK;
}

static sst_status compare_all(verification *work, sst_error *error)
{
    sst_status status = order_candidates(work, error);
    if (status == SST_OK)
        status = sst_parallel(work->count, CANDIDATES_PER_TASK, work->run->options->threads,
                              compare_candidates, work, error);
    return status == SST_OK ? keep_overlaps(work, error) : status;
}

sst_status sst_match_verify(sst_matching *run, const sst_candidates *candidates, sst_error *error)
{
    verification work = {.run = run, .candidates = candidates};
    work.shared = sst_allocate(candidates->count, sizeof *work.shared, "overlaps", error);
    work.order = sst_allocate(candidates->count, sizeof *work.order, "candidate pairs", error);
    work.leads = sst_allocate_zeroed(run->texts->count, sizeof *work.leads, "texts", error);
    work.place = sst_allocate(run->texts->count, sizeof *work.place, "texts", error);
    sst_status status = SST_MEMORY;
    if (work.shared != NULL && work.order != NULL && work.leads != NULL && work.place != NULL)
        status = compare_all(&work, error);
    size_t kept = 0;
    for (size_t i = 0; status == SST_OK && i < candidates->count; i++) {
        sst_pair pair = pair_of(&work, i);
        kept += sst_match_enough(&pair.overlap);
    }
    if (status == SST_OK)
        status = add_pairs(&work, kept, error);
    run->result->counts.verified = run->result->pair_count;
    free(work.shared);
    free(work.order);
    free(work.leads);
    free(work.place);
    return status;
}
