/* Signs that tell a copy from a formula with other facts: read off an alignment and the titles.
 *
 * None of them knows a language. What changed in place says most: in a copy hardly any figure is
 * replaced by another one, in tomorrow's bulletin nearly all are; and the words of its own title
 * that a story repeats in its text are what it is about, so when each story has lost those of
 * the other, they speak of different things. */
#ifndef JUDGE_SIGNS_H
#define JUDGE_SIGNS_H

#include "judge/align.h"

/* Body and title of one story, as token hashes (bit 0: holds a decimal digit). */
typedef struct sst_signs_text {
    const uint32_t *tokens, *title;
    size_t token_count, title_count;
} sst_signs_text;

/* Counts of tokens, unless another unit is named; _a and _b mirror when the texts are swapped. */
typedef struct sst_signs {
    uint32_t aligned;     /* in a block */
    uint32_t moved;       /* of them, out of order */
    uint32_t runs;        /* blocks in order */
    uint32_t longest_run; /* longest block */
    uint32_t lead_a, lead_b; /* before the first block in order */
    uint32_t edits;           /* gaps with other words on both sides */
    uint32_t insertions;      /* gaps with words on one side only */
    uint32_t stretches;       /* longer than a gap, in one story only, at the ends too */
    uint32_t figures_same;    /* aligned tokens that hold a digit */
    uint32_t figure_edits;    /* of the edits, those with other figures on both sides */
    uint32_t figures_changed; /* different replacements of figures by figures, in place */
    uint32_t renamed_places;  /* gaps where a word of one title stands for one of the other's */
    uint32_t renamed_words;   /* different title words replaced so (of the title with fewer) */
    uint32_t title_shared, title_union; /* distinct words of both titles, of either */
    uint32_t subject_a, subject_b;      /* distinct title words that the story's text repeats */
    uint32_t lost_a, lost_b; /* of them, absent from the other story's title and text */
    uint32_t title_a, title_b;     /* distinct title words (the first SST_SIGNS_TITLE) */
    uint32_t covered_a, covered_b; /* of them, in the other story's title or text */
} sst_signs;

enum {
    SST_SIGNS_TITLE = 64, /* words of a title that are looked at */
    SST_SIGNS_SHORT = 60, /* tokens: in shorter texts every word counts */
    SST_SIGNS_PARTLY = 75, /* per cent of the shorter text: where less is aligned, too */
    SST_SIGNS_EDGE = 8,   /* words next to the outermost blocks that count as a gap */
};

typedef struct sst_reader sst_reader;

/* Scratch for one thread; grows to the largest pair it has seen. */
sst_status sst_reader_create(sst_reader **reader, sst_error *error);
void sst_reader_free(sst_reader *reader);

/* Reads the signs of an aligned pair; `blocks` as from sst_align. Without `all`, what cannot
 * decide is left at 0, which is most of the work, unless one text is under SST_SIGNS_SHORT tokens
 * or partly aligned only: `figures_same` when no figure changed; the counts of title words when the
 * titles are equal, and those of the subject when a title's story lost none of it. Fails with
 * SST_MEMORY only. */
sst_status sst_read_signs(sst_reader *reader, const sst_signs_text *a, const sst_signs_text *b,
                          const sst_block *blocks, size_t block_count, bool all,
                          sst_signs *signs, sst_error *error);

#endif
