/* Words by which pages mark what is not the story: one table for all languages, extended by a
 * file. Cues only help: lengths, sentences and repetition decide most (page/page.h). */
#ifndef PAGE_CUES_H
#define PAGE_CUES_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "page/scan.h"

/* Kinds; the text is the name in a cue file. */
#define SST_CUE_MAP(X)                                                                         \
    X(CREDIT, "credit")       /* before the name of the source: "Source:" */                   \
    X(AGENCY, "agency")       /* names an agency: "Reuters" */                                 \
    X(BYLINE, "byline")       /* before the name of the author: "By" */                        \
    X(RELATED, "related")     /* over or before other headlines: "Related news" */             \
    X(MORE, "more")           /* ends a teaser: "Read more" */                                 \
    X(COMMENT, "comment")     /* readers' comments begin */                                    \
    X(SHARE, "share")         /* share, print, follow */                                       \
    X(LEGAL, "legal")         /* copyright, terms, contact */                                  \
    X(SUBSCRIBE, "subscribe") /* newsletter, sign in */                                        \
    X(AD, "ad")               /* advertisement */

typedef enum sst_cue {
#define SST_CUE_ENUM(name, text) SST_CUE_##name,
    SST_CUE_MAP(SST_CUE_ENUM)
#undef SST_CUE_ENUM
        SST_CUE_COUNT
} sst_cue;

/* The kinds of a notice of the page, as bits: found faster than others. */
#define SST_CUE_NOTICE (1u << SST_CUE_LEGAL | 1u << SST_CUE_SUBSCRIBE)

typedef struct sst_page_cues sst_page_cues;

/* The built-in table, and with `file` (may be NULL) that file's lines added: KIND TAB PHRASE,
 * UTF-8, '#' begins a comment line. A bad line is SST_INPUT with its number. Immutable
 * afterwards: any number of threads may read it. */
sst_status sst_page_cues_create(const char *file, sst_page_cues **cues, sst_error *error);
void sst_page_cues_free(sst_page_cues *cues);


/* Bytes of the longest phrase of a kind in `kinds` (bits 1u << sst_cue) that begins at `at` and
 * ends at a word border before or at `end`; 0 when there is none. Letters of ASCII, Latin-1 and
 * Cyrillic match in either case. `kind` (may be NULL) receives the kinds of the phrase as bits. */
size_t sst_page_cues_match(const sst_page_cues *cues, const char *at, const char *end,
                           unsigned kinds, unsigned *kind);

/* Kinds in `kinds` of all phrases that begin at a word of [at, end), as bits; in scripts without
 * spaces, at a character. `bits` are those of the line that begins at `at`. */
unsigned sst_page_cues_find(const sst_page_cues *cues, const char *at, const char *end,
                            const sst_scan_bits *bits, unsigned kinds);

/* Bytes of the "Read more" phrase that begins at a word and ends exactly at `end`; 0
 * without one. */
size_t sst_page_cues_match_more(const sst_page_cues *cues, const char *begin, const char *end);

#endif
