/* Texts of few shingles among themselves: a sketch of them is no better than the set, so the whole
 * sets are joined (an inverted join with exact counts; Mann, Augsten, Bouros, PVLDB 2016). */
#include "match/join.h"
#include "text/shingle.h"

enum { SHORT_BELOW = 20 }; /* distinct shingles */

static bool is_short(const sst_match_texts *texts, uint32_t text)
{
    return texts->shingle_count[text] < SHORT_BELOW;
}

static size_t post_short(const sst_join *join, uint32_t text, const uint32_t *tokens,
                         uint64_t *hashes)
{
    const sst_match_texts *texts = join->run->texts;
    if (!is_short(texts, text))
        return 0;
    return sst_shingles(tokens, texts->token_count[text], SST_SHINGLE_WIDTH, hashes);
}

/* Least overlap of a pair with Jaccard >= threshold or containment of the smaller >= .8. */
static uint32_t least_overlap(double threshold, uint32_t a, uint32_t b)
{
    uint32_t smaller = a < b ? a : b;
    double by_jaccard = threshold / (1 + threshold) * (a + b);
    double by_containment = 0.8 * smaller;
    double least = by_jaccard < by_containment ? by_jaccard : by_containment;
    uint32_t overlap = 1;
    while (overlap + 1e-9 < least)
        overlap++;
    return overlap;
}

static sst_status meet_one(const sst_join *join, unsigned thread, const sst_meeting *meeting,
                           sst_error *error)
{
    const sst_match_texts *texts = join->run->texts;
    uint32_t a = meeting->a, b = meeting->b;
    uint32_t least = least_overlap(join->run->options->threshold, texts->shingle_count[a],
                                   texts->shingle_count[b]);
    /* A capped list may hold b without showing it. */
    if (meeting->shared + meeting->capped < least || !sst_matching_same_kind(texts, a, b))
        return SST_OK;
    return sst_candidates_add(&join->candidates[thread], sst_candidate(a, b), error);
}

static sst_status meet_short(const sst_join *join, unsigned thread, sst_meeting *meetings,
                             size_t count, sst_error *error)
{
    sst_status status = SST_OK;
    for (size_t i = 0; status == SST_OK && i < count; i++)
        status = meet_one(join, thread, &meetings[i], error);
    return status;
}

sst_status sst_match_short(sst_matching *run, sst_candidates *candidates, sst_error *error)
{
    sst_join join = {.run = run, .stage = "bands", .post = post_short, .meet = meet_short};
    for (size_t t = 0; t < run->texts->count; t++)
        if (is_short(run->texts, (uint32_t)t))
            join.expected += run->texts->shingle_count[t];
    if (join.expected == 0)
        return SST_OK;
    return sst_join_run(&join, candidates, error);
}
