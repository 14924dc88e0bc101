/* From a draft to a line of JSON, as a made-up site would publish it. */
#ifndef BENCH_GENERATE_RECORD_H
#define BENCH_GENERATE_RECORD_H

#include <stdio.h>

#include "generate/draft.h"

enum { RECORD_ID_SIZE = 40, SITE_COUNT = 40 };

/* 2026-03-01 00:00 UTC: the first day of every generated corpus. */
#define RECORD_FIRST_SECOND INT64_C(1772323200)

/* What surrounds a draft; strings are appended to by the site_* functions. */
typedef struct gen_record {
    char id[RECORD_ID_SIZE];
    unsigned site;     /* below SITE_COUNT */
    int64_t published; /* seconds since 1970 */
    uint64_t cluster;  /* truth: stories of one number are the same story */
    bool own_digits;   /* numbers in the digits of the script */
    sst_buffer before; /* text in front of the story */
    sst_buffer after;  /* text behind it */
} gen_record;

/* Forgets the texts, keeps their memory. */
void record_reset(gen_record *record);
void record_free(gen_record *record);

/* "By NAME NAME" and a line end in front. */
void record_add_byline(gen_record *record, const gen_lexicon *lexicon, random_source *random);
/* "NAME (AGENCY) - " in front. */
void record_add_dateline(gen_record *record, const gen_lexicon *lexicon, random_source *random);
/* "Source: AGENCY" behind. */
void record_add_credit(gen_record *record, const gen_lexicon *lexicon, random_source *random);
/* The furniture that stands on every page of the record's site: a bar of sections in front, a
 * notice of `notice` words behind, the same on every page. */
void record_add_furniture(gen_record *record, const gen_lexicon *lexicon, uint64_t seed,
                          size_t notice);
/* One teaser behind: the title twice (image text and link), `words` words of the story, and the
 * link below. */
void record_add_teaser(gen_record *record, const gen_lexicon *lexicon, const gen_draft *other,
                       size_t words);

/* Appends one line. */
void record_write(const gen_record *record, const gen_draft *draft, const gen_lexicon *lexicon,
                  sst_buffer *line);

#endif
