/* Outlines of the second texts of the pairs before: one text meets many others, and in a family of
 * texts each meets each. */
#ifndef JUDGE_RECALL_H
#define JUDGE_RECALL_H

#include "judge/outline.h"

typedef struct sst_recall sst_recall;

/* For one thread; about 1 MB when full, 15 at most. */
sst_status sst_recall_create(sst_recall **recall, sst_error *error);
void sst_recall_free(sst_recall *recall);

/* The outline of a text, or NULL. It lives until the next sst_recall_keep. */
const sst_outline *sst_recall_find(const sst_recall *recall, const sst_evidence_text *text);

/* Keeps a copy, in place of another one, unless the text has no key or is very long. */
sst_status sst_recall_keep(sst_recall *recall, const sst_outline *outline, sst_error *error);

#endif
