/* Fictional news in thirteen scripts, with places for names and figures, and edits of them: what the
 * judge's property tests are made of. Every person, place and event is invented. */
#ifndef TESTS_JUDGE_NEWS_H
#define TESTS_JUDGE_NEWS_H

#include <stddef.h>

enum {
    NEWS_PARAGRAPHS = 4,
    NEWS_FIGURES = 6,  /* places %1 to %6 */
    NEWS_VARIANTS = 3, /* sets of names and figures */
    NEWS_LANGUAGES = 15,
    NEWS_SIZE = 16384, /* bytes of a rendered text */
};

/* %N is a person, %P a place, %1 ... %6 figures. */
typedef struct news_language {
    const char *name;
    const char *title, *paragraphs[NEWS_PARAGRAPHS];             /* a story */
    const char *other_title, *other_paragraphs[NEWS_PARAGRAPHS]; /* about something else */
    const char *persons[NEWS_VARIANTS], *places[NEWS_VARIANTS];
    const char *headline;  /* another headline for the story */
    const char *byline, *dateline, *furniture, *sentence; /* a new sentence without figures */
    const char *digits[10]; /* the script's own, or fullwidth */
    const char *space;      /* between sentences: empty where none is written */
} news_language;

extern const news_language news_languages[NEWS_LANGUAGES];

/* Which names and figures to fill in. */
typedef struct news_facts {
    int names;                 /* variant of person and place */
    int figures[NEWS_FIGURES]; /* variant of each figure */
} news_facts;

/* Appends `text` with its places filled. Returns the new length. */
size_t news_render(const news_language *language, const char *text, const news_facts *facts,
                   char *out, size_t length);
/* Appends the text as it is, after a paragraph break. */
size_t news_append(const char *text, char *out, size_t length);
/* The paragraphs [begin, end) of the story, or of the other one, rendered. */
size_t news_body(const news_language *language, int other, int begin, int end,
                 const news_facts *facts, char *out, size_t length);
/* Rewrites ASCII digits as the script's own, in place of NEWS_SIZE bytes. */
void news_own_digits(const news_language *language, char *text);
/* Cuts the last `percent` of the text at a character, at a space where there are any. */
void news_cut_tail(char *text, int percent);
/* Doubles the last letter of every `every`-th word (a run between spaces), figures apart: a
 * typist's spelling. */
void news_misspell(char *text, int every);

#endif
