#include "job/site.h"

#include "sketch/sketch.h"

enum {
    GROUP_AGREEING = 102, /* slots of 128: Jaccard .8, the story is one of the group */
    GROUPS = SST_MATCH_FURNITURE_GROUPS,
};

/* The only source that can have more than half of the cards (Boyer, Moore: MJRTY, 1991). */
static uint32_t likely_source(const sst_card *const *cards, size_t count)
{
    uint32_t source = 0;
    size_t lead = 0;
    for (size_t i = 0; i < count; i++) {
        if (lead == 0)
            source = cards[i]->source;
        if (cards[i]->source == source)
            lead++;
        else
            lead--;
    }
    return source;
}

static bool is_known(const sst_card *const *groups, size_t count, const sst_card *card)
{
    for (size_t i = 0; i < count; i++)
        if (sst_sketch_agreeing(groups[i]->sketch, card->sketch) >= GROUP_AGREEING)
            return true;
    return false;
}

bool sst_cards_are_furniture(const sst_card *const *cards, size_t count)
{
    const sst_card *groups[GROUPS];
    size_t group_count = 0, own = 0;
    if (count < GROUPS)
        return false;
    uint32_t source = likely_source(cards, count); /* 0: none */
    for (size_t i = 0; i < count && source != 0; i++) {
        if (cards[i]->source != source)
            continue;
        own++;
        if (group_count < GROUPS && !is_known(groups, group_count, cards[i]))
            groups[group_count++] = cards[i];
    }
    return group_count == GROUPS && 2 * own >= count;
}
