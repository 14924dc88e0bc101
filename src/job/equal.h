/* How far equal texts vouch for each other: the same rule for the batch job and the archive. */
#ifndef JOB_EQUAL_H
#define JOB_EQUAL_H

#include "job/corpus.h"

/* One story of a text. */
typedef struct sst_title_use {
    uint64_t title; /* hash of its tokens, 0: none */
    int64_t day;    /* days since 1970; one value for undated */
    uint32_t source;
} sst_title_use;

/* Sorts `uses`, the stories of one text of `shingles` distinct 3-shingles; `headline` when the
 * text is a title that stands in for a missing one. */
enum sst_text_kind sst_text_kind_of(sst_title_use *uses, size_t count, uint32_t shingles,
                                    bool headline);

/* Whether two stories that carry a text of this kind are the same story. */
bool sst_equal_texts_vouch(enum sst_text_kind kind, const sst_title_use *a,
                           const sst_title_use *b);

#endif
