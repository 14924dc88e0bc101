/* What stands over and under a report in its own text: bars, notices, bylines, credit. Pure
 * functions of one text and the cues. */
#ifndef PAGE_EDGE_H
#define PAGE_EDGE_H

#include "page/credit.h"

/* Words of the page in `kinds` (bits 1u << sst_cue) are half of the line, whatever it looks like. */
bool sst_edge_is_mostly(sst_slice line, const sst_page_cues *cues, unsigned kinds);

/* A short line without a sentence, of at most `most` letters: a byline, a kicker, a link. */
bool sst_edge_is_label(sst_slice line, size_t most);

/* The text without them, as sst_page_clean describes; all of it when nothing else is there. The
 * credit is replaced by one of higher rank; `*dateline` is set when one was taken off. */
sst_slice sst_edges_take(sst_slice all, const sst_page_cues *cues, sst_credit *credit,
                         bool *dateline);

#endif
