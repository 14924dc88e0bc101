/* The sources of a corpus by number, and who is meant by a credit line.
 *
 * Two names are one source when their normalised forms agree: a host stands without www and
 * suffix ("www.example.com" is "example"), everything else as it is. A credit names a source by
 * that form, by the source's full name, or by a line NAME TAB SOURCE of the --sources file. */
#ifndef JOB_SOURCES_H
#define JOB_SOURCES_H

#include "base/story.h"
#include "text/text.h"

typedef struct sst_sources sst_sources;

#define SST_NO_SOURCE UINT32_MAX

/* `file` is the --sources file or NULL. SST_INPUT names the line that has no TAB. */
sst_status sst_sources_create(const char *file, sst_sources **sources, sst_error *error);
void sst_sources_free(sst_sources *sources);

/* The number of a source; an unknown name gets the next one. An empty name has none. */
sst_status sst_sources_number(sst_sources *sources, sst_slice name, uint32_t *number,
                              sst_error *error);

/* The name first seen under a number; lives as long as `sources`. */
sst_slice sst_sources_name(const sst_sources *sources, uint32_t number);

/* The number that a credit names, by the key of its tokens; SST_NO_SOURCE when nobody is. */
uint32_t sst_sources_credited(const sst_sources *sources, uint64_t credit_key);

/* 64 bits that two names share when their tokens are equal; 0 for a name without tokens. */
uint64_t sst_name_key(sst_text *text, const char *name, size_t size);

#endif
