/* Who a story is from: the dateline and byline at its head, the credit line, "(Agency)" and
 * initials at its tail. Pure functions of one text and the cues. */
#ifndef PAGE_CREDIT_H
#define PAGE_CREDIT_H

#include "page/cues.h"
#include "page/scan.h"

/* A source line says more than an agency's name, that more than an author's. */
typedef enum sst_credit_rank {
    SST_CREDIT_NONE,
    SST_CREDIT_AUTHOR,
    SST_CREDIT_AGENCY,
    SST_CREDIT_SOURCE,
} sst_credit_rank;

typedef struct sst_credit {
    sst_slice name;
    sst_credit_rank rank;
} sst_credit;

/* The text without dateline and byline. The credit is replaced by one of higher rank. */
sst_slice sst_credit_take_head(sst_slice text, const sst_page_cues *cues, sst_credit *credit,
                               bool *dateline);

/* The text without credit, "(Agency)" and initials at its end. */
sst_slice sst_credit_take_tail(sst_slice text, const sst_page_cues *cues, sst_credit *credit);

/* True when the whole line names a source ("Source: X"), the agency or the author. */
bool sst_credit_is_line(sst_slice line, const sst_page_cues *cues, sst_credit *credit);

#endif
