/* Whether stories of the archive that share a shingle show it to be furniture of one source: the
 * rule of a batch (match/match.h, SST_MATCH_FURNITURE_GROUPS), read off their cards. */
#ifndef JOB_SITE_H
#define JOB_SITE_H

#include "match/match.h"
#include "store/store.h"

enum { SST_SITE_CARDS = 64 }; /* so many cards tell enough */

/* True when SST_MATCH_FURNITURE_GROUPS different texts of one source are among the cards, and at
 * least half of the cards are of that source. */
bool sst_cards_are_furniture(const sst_card *const *cards, size_t count);

#endif
