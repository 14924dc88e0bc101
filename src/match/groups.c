#include <string.h>

#include "base/sort.h"
#include "match/matching.h"

enum { PAIRS_PER_TASK = 1024 };

typedef struct grouping {
    sst_matching *run;
    uint8_t *joinable; /* by pair */
    bool numbers;
} grouping;

static bool near_equal(const sst_overlap *overlap)
{
    uint64_t either = (uint64_t)overlap->a_count + overlap->b_count - overlap->shared;
    return (uint64_t)overlap->shared * 10 >= either * 8;
}

/* Token hashes carry bit 0 when a decimal digit is inside. Sorted, repeats kept. */
static size_t number_tokens(const uint32_t *tokens, size_t count, uint64_t *numbers,
                            uint64_t *scratch)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        numbers[found] = tokens[i];
        found += tokens[i] & 1;
    }
    sst_sort_block(numbers, scratch, found);
    return found;
}

/* Both lists have something that the other lacks. */
static bool conflicting(const uint64_t *a, size_t a_count, const uint64_t *b, size_t b_count)
{
    size_t i = 0, j = 0, shared = 0;
    while (i < a_count && j < b_count) {
        shared += a[i] == b[j];
        bool step_a = a[i] <= b[j], step_b = b[j] <= a[i];
        i += step_a;
        j += step_b;
    }
    return shared < a_count && shared < b_count;
}

static sst_status numbers_conflict(sst_matching *run, sst_match_worker *worker, uint32_t a,
                                   uint32_t b, uint64_t *space, bool *conflict, sst_error *error)
{
    const uint32_t *tokens;
    uint64_t *first = space, *second = space + run->longest;
    uint64_t *scratch = space + 2 * run->longest;
    sst_status status = sst_matching_tokens(run, worker, a, &tokens, error);
    if (status != SST_OK)
        return status;
    size_t first_count = number_tokens(tokens, run->texts->token_count[a], first, scratch);
    status = sst_matching_tokens(run, worker, b, &tokens, error);
    if (status != SST_OK)
        return status;
    size_t second_count = number_tokens(tokens, run->texts->token_count[b], second, scratch);
    *conflict = conflicting(first, first_count, second, second_count);
    return SST_OK;
}

static sst_status mark_joinable(void *context, size_t begin, size_t end, unsigned thread,
                                sst_error *error)
{
    grouping *work = context;
    sst_matching *run = work->run;
    uint64_t *space = NULL;
    if (work->numbers) {
        space = sst_allocate(sst_size_multiply(run->longest, 3) + 1, sizeof *space, "numbers",
                             error);
        if (space == NULL)
            return SST_MEMORY;
    }
    sst_status status = SST_OK;
    for (size_t i = begin; status == SST_OK && i < end; i++) {
        const sst_pair *pair = &run->result->pairs[i];
        bool conflict = false;
        work->joinable[i] = near_equal(&pair->overlap);
        if (work->joinable[i] && work->numbers)
            status = numbers_conflict(run, &run->workers[thread], pair->a, pair->b, space,
                                      &conflict, error);
        work->joinable[i] &= !conflict;
    }
    free(space);
    return status;
}

sst_status sst_match_groups(sst_matching *run, bool numbers, uint32_t *group, sst_error *error)
{
    size_t pairs = run->result->pair_count;
    grouping work = {.run = run, .numbers = numbers};
    work.joinable = sst_allocate(pairs, 1, "groups", error);
    if (work.joinable == NULL)
        return SST_MEMORY;
    sst_status status = sst_parallel(pairs, PAIRS_PER_TASK, run->options->threads, mark_joinable,
                                     &work, error);
    for (size_t t = 0; t < run->texts->count; t++)
        group[t] = (uint32_t)t;
    for (size_t i = 0; status == SST_OK && i < pairs; i++) {
        const sst_pair *pair = &run->result->pairs[i];
        /* Pairs are sorted by a: when `a` comes, every earlier leader has chosen. */
        if (work.joinable[i] && group[pair->a] == pair->a && group[pair->b] == pair->b)
            group[pair->b] = pair->a;
    }
    free(work.joinable);
    return status;
}
