#include "match/matching.h"

static bool near_equal(const sst_overlap *overlap)
{
    uint64_t either = (uint64_t)overlap->a_count + overlap->b_count - overlap->shared;
    return (uint64_t)overlap->shared * 10 >= either * 8;
}

void sst_match_groups(const sst_matching *run, uint32_t *group)
{
    for (size_t t = 0; t < run->texts->count; t++)
        group[t] = (uint32_t)t;
    for (size_t i = 0; i < run->result->pair_count; i++) {
        const sst_pair *pair = &run->result->pairs[i];
        /* Pairs are sorted by a: when `a` comes, every earlier leader has chosen. */
        if (group[pair->a] == pair->a && group[pair->b] == pair->b && near_equal(&pair->overlap))
            group[pair->b] = pair->a;
    }
}
