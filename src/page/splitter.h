/* The state of one split, shared by its phases; private to page/. */
#ifndef PAGE_SPLITTER_H
#define PAGE_SPLITTER_H

#include "base/buffer.h"
#include "page/line.h"
#include "page/page.h"

typedef struct sst_teaser_draft {
    uint32_t headline; /* index of the first line with it */
    uint32_t repeats;
    sst_slice text;
} sst_teaser_draft;

/* Fills `lines` and `count` from a text of `size` bytes: all that a line shows by itself. Of a line
 * at most about 320 letters and its end are read. */
typedef sst_status (*sst_lines_reader)(sst_page_splitter *splitter, size_t size,
                                       sst_error *error);
sst_status sst_lines_read(sst_page_splitter *splitter, size_t size, sst_error *error);
sst_status sst_lines_read_avx2(sst_page_splitter *splitter, size_t size, sst_error *error);

/* Room for one line more, and `*room` for how many there is; SST_LIMIT behind SST_PAGE_MAX_LINES. */
sst_status sst_lines_reserve(sst_page_splitter *splitter, size_t *room, sst_error *error);

struct sst_page_splitter {
    sst_lines_reader read_lines; /* the fastest of this machine */
    /* the page being split */
    const char *text;
    const sst_page_cues *cues;
    size_t count;             /* of lines */
    size_t first, last;       /* lines of the story's run; first > last: none */
    size_t draft_count;       /* of teasers */

    /* memory that is kept between pages */
    sst_page_line *lines;
    size_t line_capacity;
    sst_teaser_draft *drafts;
    size_t draft_capacity;
    sst_page_teaser *teasers;
    size_t teaser_capacity;
    uint32_t *occurrences;    /* line numbers, teaser by teaser */
    size_t occurrence_capacity;
    uint32_t *slots;          /* lines by hash: number + 1 of a line or draft, open addressing */
    size_t slot_mask;         /* slots in use, less one: twice the lines of the page or more */
    size_t slot_capacity;
    sst_buffer story;
};

/* Takes lines of boxes out of the story, whose run holds at least one line. */
void sst_boxes_take(sst_page_splitter *splitter);

/* Gives lines outside the story's run their teaser, and fills `teasers`. Lines already given a
 * role other than furniture are left alone. */
sst_status sst_teasers_find(sst_page_splitter *splitter, sst_error *error);

#endif
