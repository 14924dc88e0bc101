/* One record to one story: clean, tokens, key, shingles, sketch. The same for the batch job, the
 * filter and `tokens`: what is compared depends on the record alone. */
#ifndef JOB_PREPARE_H
#define JOB_PREPARE_H

#include "base/story.h"
#include "page/cues.h"

/* Scratch of one thread. */
typedef struct sst_preparer sst_preparer;

/* Seconds spent so far, measured on one story in SST_TIMED_EVERY and scaled. */
typedef struct sst_prepare_times {
    double clean, tokenise, sketch;
} sst_prepare_times;

enum { SST_TIMED_EVERY = 32 };

/* `cues` must outlive the preparer. */
sst_status sst_preparer_create(const sst_page_cues *cues, sst_preparer **preparer,
                               sst_error *error);
void sst_preparer_free(sst_preparer *preparer);

/* Fills `story` from `record`. The arrays of `story` live until the next call. A text that is
 * missing is replaced by the title (story->headline). SST_MEMORY, or SST_LIMIT for a text over
 * 2^31 bytes. */
sst_status sst_prepare(sst_preparer *preparer, const sst_record *record, sst_story *story,
                       sst_error *error);

/* Fills only what sst_prepare makes of the words: tokens and keys of body and title. */
sst_status sst_prepare_tokens(sst_preparer *preparer, const sst_record *record,
                              sst_story *story, sst_error *error);

/* The body that sst_prepare compares: the text (or the title in its place) as cleaned. Lives
 * until the next call. */
sst_status sst_prepare_body(sst_preparer *preparer, const sst_record *record, sst_slice *body,
                            sst_error *error);

sst_prepare_times sst_preparer_times(const sst_preparer *preparer);

#endif
