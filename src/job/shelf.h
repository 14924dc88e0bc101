/* Token streams of stories that were looked at lately, so that a story that is copied often is
 * not decompressed for every copy. Two generations: when the young one has grown to half the
 * budget, the old one goes. */
#ifndef JOB_SHELF_H
#define JOB_SHELF_H

#include "base/story.h"

typedef struct sst_shelf sst_shelf;

/* Token hashes of one story: the body, then the title. */
typedef struct sst_shelf_story {
    uint32_t number, token_count, title_count;
    uint32_t tokens[];
} sst_shelf_story;

sst_status sst_shelf_create(uint64_t budget, sst_shelf **shelf, sst_error *error);
void sst_shelf_free(sst_shelf *shelf);

/* NULL when it is not there. Thread-safe; stories live until sst_shelf_trim. */
const sst_shelf_story *sst_shelf_find(sst_shelf *shelf, uint32_t number);
/* Copies the story in and returns it; a story that is there stays as it is. Thread-safe. */
sst_status sst_shelf_put(sst_shelf *shelf, uint32_t number, const sst_story *story,
                         const sst_shelf_story **out, sst_error *error);
/* Between batches: lets the old generation go when there is too much. */
void sst_shelf_trim(sst_shelf *shelf);
/* Forgets everything (numbers may come to mean other stories). */
void sst_shelf_reset(sst_shelf *shelf);

#endif
