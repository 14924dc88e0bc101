/* Made-up words in five scripts, drawn by rank as real words are: the frequency of rank r is
 * proportional to 1 / (r + 2.7) (Mandelbrot 1953). No word is taken from any text. */
#ifndef BENCH_GENERATE_LEXICON_H
#define BENCH_GENERATE_LEXICON_H

#include <stddef.h>

#include "generate/random.h"

enum { LEXICON_WORDS = 50000, LEXICON_FIRST_NAME = 20000 };

typedef enum gen_language {
    ENGLISH,
    BENGALI,
    ARABIC,
    THAI,
    CHINESE,
    LANGUAGE_COUNT
} gen_language;

/* What the pages of a language say and how they are set. */
typedef struct gen_locale {
    const char *code;       /* ISO 639-1 */
    const char *space;      /* between words */
    const char *comma;      /* with the space behind it */
    const char *stop;       /* ends a sentence, with the space behind it */
    const char *digits[10]; /* the script's own digits */
    const char *byline;     /* stands before a reporter's name */
    const char *credit;     /* stands before an agency's name */
    const char *more;       /* link below a teaser */
    const char *related;    /* heading of the box of related news */
    double median_tokens;   /* of the log-normal length; sigma is 0.8 for all (see lexicon.c) */
    unsigned sentence_low, sentence_high; /* words */
} gen_locale;

extern const gen_locale locale_of[LANGUAGE_COUNT];
/* Spread of log length, as measured on real collections: Bengali .93, English wire .85, English
 * broadcaster .48, Arabic .81. */
#define LOCALE_LENGTH_SIGMA 0.8

typedef struct gen_lexicon gen_lexicon;

/* NULL without memory. Immutable afterwards. */
gen_lexicon *lexicon_create(gen_language language, uint64_t seed);
void lexicon_free(gen_lexicon *lexicon);

gen_language lexicon_language(const gen_lexicon *lexicon);
/* The bytes of the word of `rank`, below LEXICON_WORDS; not terminated. */
const char *lexicon_word(const gen_lexicon *lexicon, uint32_t rank, size_t *size);
/* A rank drawn by frequency. */
uint32_t lexicon_draw(const gen_lexicon *lexicon, random_source *random);
/* A rank from the rare half, to be used as a name. */
uint32_t lexicon_draw_name(random_source *random);
/* A stock phrase, itself drawn by frequency ("in a statement on"): 4 to 7 ranks; returns how
 * many. Real stories that have nothing to do with each other share these. */
size_t lexicon_draw_phrase(const gen_lexicon *lexicon, random_source *random,
                           uint32_t ranks[7]);

#endif
