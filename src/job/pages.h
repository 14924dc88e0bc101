/* One raw page as the stories it holds: the main story under the page's own name, every
 * occurrence of a teaser's headline as PAGE#LINE. */
#ifndef JOB_PAGES_H
#define JOB_PAGES_H

#include "base/buffer.h"
#include "base/story.h"
#include "page/page.h"

typedef struct sst_page_reader sst_page_reader;

/* Scratch of one thread; `cues` must outlive it. */
sst_status sst_page_reader_create(const sst_page_cues *cues, sst_page_reader **reader,
                                  sst_error *error);
void sst_page_reader_free(sst_page_reader *reader);

/* Whether a file is one raw page: it does not begin as JSON lines. What can be read only once is
 * always lines; what is broken is a page, and told when that is read. */
sst_status sst_page_file(const char *path, bool *whole, sst_error *error);

/* Whether the first byte that is no white space (nor a byte order mark) is '{'. */
bool sst_page_begins_lines(const char *bytes, size_t size);

/* FILE:LINE (base name) for a page that has no id, written into `id`. */
sst_slice sst_page_default_id(const char *path, uint64_t line, char *id, size_t size);

/* Called for each story; the record lives until the call returns. */
typedef sst_status (*sst_page_taker)(void *context, const sst_record *record, sst_error *error);

/* Splits `page->page` and hands out its stories. `page->id` is the name of the page; source and
 * date pass on to the main story and to the teasers. A page without a story hands out its
 * teasers only. */
sst_status sst_page_stories(sst_page_reader *reader, const sst_record *page,
                            sst_page_taker take, void *context, sst_error *error);

/* Appends a story of the page of that name as a JSON object with plain names; "role" tells the
 * page's own story from its teasers. */
void sst_page_write_story(sst_buffer *out, sst_slice page, const sst_record *story);

#endif
