#include "judge/own.h"

#include "text/shingle.h"

/* How many places of aligned text are certainly own text, read block by block. */
typedef struct reader {
    const sst_evidence_text *text;
    uint64_t counted; /* the largest hash that was */
    size_t wanted;    /* reading stops here */
    size_t found;
    size_t waiting;   /* places since the last counted one */
    bool last_is_own; /* and that one was own text */
} reader;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t places_of(const sst_evidence_text *text)
{
    return sst_shingle_positions(text->token_count, SST_EVIDENCE_WIDTH);
}

/* Places that repeat a 4-shingle: at most as many as those that repeat a 3-shingle. */
static size_t most_repeats(const sst_evidence_text *text, uint32_t distinct)
{
    return sst_shingle_positions(text->token_count, SST_SHINGLE_WIDTH) - distinct;
}

static size_t places_in_blocks(const sst_own_pair *pair)
{
    size_t places = 0;
    for (size_t i = 0; i < pair->block_count; i++)
        if (pair->blocks[i].length >= SST_EVIDENCE_WIDTH)
            places += pair->blocks[i].length - SST_EVIDENCE_WIDTH + 1;
    return places;
}

static bool is_common(const uint64_t *common, size_t count, uint64_t hash)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (common[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && common[low] == hash;
}

/* Adds the 4-shingles of the next block. A place that was not counted is own text when the
 * counted ones on both sides are. */
static void read_block(reader *own, const uint32_t *tokens, size_t count)
{
    size_t places = count < SST_EVIDENCE_WIDTH ? 0 : count - SST_EVIDENCE_WIDTH + 1;
    size_t found = own->found, waiting = own->waiting;
    bool last_is_own = own->last_is_own;
    for (size_t place = 0; place < places && found < own->wanted; place++) {
        uint64_t hash = sst_shingle4(tokens + place);
        waiting++;
        if (hash > own->counted)
            continue;
        bool is_own = !is_common(own->text->common, own->text->common_count, hash);
        found += !is_own ? 0 : last_is_own ? waiting : 1;
        waiting = 0;
        last_is_own = is_own;
    }
    own->found = found;
    own->waiting = waiting;
    own->last_is_own = last_is_own;
}

static bool all_are_counted(const sst_evidence_text *text)
{
    return places_of(text) < SST_EVIDENCE_ALL;
}

/* True when `wanted` different shared shingles of one story are certainly own text. */
static bool has_own(const sst_own_pair *pair, bool in_a, size_t wanted)
{
    const sst_evidence_text *text = in_a ? &pair->a : &pair->b;
    uint32_t distinct = in_a ? pair->a_distinct : pair->b_distinct;
    wanted += most_repeats(text, distinct);
    if (text->common_count == 0)
        return places_in_blocks(pair) >= wanted;
    bool all_counted = all_are_counted(text);
    if (!all_counted && distinct <= SST_EVIDENCE_ALL)
        return false; /* whether all are counted is not known without counting them */
    reader own = {.text = text, .counted = all_counted ? UINT64_MAX : SST_EVIDENCE_SAMPLED,
                  .wanted = wanted};
    for (size_t i = 0; i < pair->block_count && own.found < wanted; i++)
        read_block(&own, text->tokens + (in_a ? pair->blocks[i].a : pair->blocks[i].b),
                   pair->blocks[i].length);
    return own.found >= wanted;
}

/* What is shared is own text of both alike where both were counted alike, so the story with less
 * own text has no more of it than that and the lesser number of missing shingles together. */
bool sst_own_is_at_least(const sst_own_pair *pair, unsigned percent)
{
    if (percent >= 100)
        return false;
    size_t shared = places_in_blocks(pair);
    size_t missing_a = places_of(&pair->a) - shared, missing_b = places_of(&pair->b) - shared;
    size_t missing = all_are_counted(&pair->a) == all_are_counted(&pair->b)
                         ? smaller(missing_a, missing_b)
                         : larger(missing_a, missing_b);
    size_t share = percent * (2 * missing + SST_OWN_DOUBT), rest = 2 * (100 - percent);
    size_t wanted = larger((share + rest - 1) / rest, SST_OWN_LEAST / 2);
    return has_own(pair, true, wanted) && has_own(pair, false, wanted);
}

void sst_own_bounds(const sst_own_pair *pair, unsigned *least, unsigned *most)
{
    size_t repeats_a = most_repeats(&pair->a, pair->a_distinct);
    size_t repeats_b = most_repeats(&pair->b, pair->b_distinct);
    size_t repeats = smaller(repeats_a, repeats_b), shared = places_in_blocks(pair);
    size_t own_most = smaller(places_of(&pair->a), places_of(&pair->b));
    size_t own_least = smaller(places_of(&pair->a) - smaller(repeats_a, places_of(&pair->a)),
                               places_of(&pair->b) - smaller(repeats_b, places_of(&pair->b)));
    *least = 0;
    *most = 100;
    if (!pair->complete || pair->a.common_count > 0 || pair->b.common_count > 0 ||
        own_least < SST_OWN_LEAST / 2)
        return;
    if (shared > repeats)
        *least = (unsigned)(200 * (shared - repeats) / (2 * own_most + SST_OWN_DOUBT));
    if (shared < own_least)
        *most = (unsigned)(100 * shared / own_least);
}
