/* How many pages of one source hold a passage: what recurs is the source's furniture.
 *
 * A count-min sketch (Cormode, Muthukrishnan: An Improved Data Stream Summary, 2005): 4 rows of
 * 2,048 counters, each with 32 bits for the stories it saw, 64 KB a source however many pages come. Counts are never too small; a passage
 * of one page is taken for one that recurs with probability about (distinct recurring passages
 * / 2,048)^4, 0.006 % at 180 of them. Counters only add, so a count depends on the set of pages
 * and not on their order.
 *
 * In a stream a page is judged by the pages up to and including itself; nothing recurs before
 * SST_FURNITURE_WARMUP pages of the source were seen. */
#ifndef PAGE_FURNITURE_H
#define PAGE_FURNITURE_H

#include "base/buffer.h"

/* Pages of a source before anything is called furniture; and the least share of its pages, in
 * percent, and the least number of pages, on which a passage recurs. */
#define SST_FURNITURE_WARMUP 5
#define SST_FURNITURE_MIN_PAGES 3
#define SST_FURNITURE_MIN_PERCENT 20
/* And the least number of different stories on those pages. */
#define SST_FURNITURE_MIN_STORIES 3

typedef struct sst_furniture sst_furniture;

sst_status sst_furniture_create(sst_furniture **furniture, sst_error *error);
void sst_furniture_free(sst_furniture *furniture);

/* Counts the passages of one page once each. `story` is any number that pages of the same story
 * share: what recurs on them alone is that story, not furniture. Passages are lines without white
 * space around them; of a line over 400 bytes, its sentences. `text` may hold anything; of a page
 * with more than 2,048 distinct passages, the first 2,048 count. */
void sst_furniture_add(sst_furniture *furniture, uint64_t story, const char *text, size_t size);

/* Pages added so far. */
uint32_t sst_furniture_pages(const sst_furniture *furniture);
/* Pages that hold this passage; never too few. */
uint32_t sst_furniture_count(const sst_furniture *furniture, const char *passage, size_t size);
/* True when the passage recurs, by the constants above. */
bool sst_furniture_recurs(const sst_furniture *furniture, const char *passage, size_t size);
/* Bytes of the passages of `text` that recur, and of all its passages (may be NULL): what
 * weighs in judging. */
size_t sst_furniture_weigh(const sst_furniture *furniture, const char *text, size_t size,
                           size_t *all);

#endif
