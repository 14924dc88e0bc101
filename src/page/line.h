/* What a line of a page looks like (measure.c), what it shares with other lines of the page (mark.c),
 * and what it says for being part of the story (score.c). */
#ifndef PAGE_LINE_H
#define PAGE_LINE_H

#include <string.h>

#include "page/page.h"

enum {
    SST_LINE_BULLET = 1,     /* a list mark stands before it */
    SST_LINE_END = 2,        /* ends a sentence */
    SST_LINE_SENTENCES = 4,  /* holds two sentence ends or more */
    SST_LINE_ELLIPSIS = 8,   /* ends in "…" or "..." */
    SST_LINE_MARKUP = 16,    /* form, name of an image or HTML left in the text */
    SST_LINE_NEAR = 32,      /* no blank line before it */
    SST_LINE_LIST = 64,      /* indented under a bullet */
    SST_LINE_TWICE = 128,    /* a headline that the line before or behind repeats */
    SST_LINE_DOUBLED = 256,  /* says the same twice: text of an image and link in one line */
    SST_LINE_AGAIN = 512,    /* stands elsewhere on the page too: a link, a caption */
    SST_LINE_NOTICE = 1024,  /* a longer line with words of a notice */
    SST_LINE_CAPTION = 2048, /* the line beside it says the same, one of them with a credit */
    SST_LINE_RECORD = 4096,  /* among comments or teasers, each under a line of one form */
    SST_LINE_CODE = 8192,    /* full of signs, and neither a sentence nor an item of a list */
    SST_LINE_MORE = 16384,   /* may end in "Read more" */
    SST_LINE_OUTSIDE = 32768, /* the first of equal lines of which one is outside the story's run */
};

/* Letters of a headline, of a line of sentences beside which others count fully, of a text that
 * breaks off. */
enum {
    SST_LINE_MIN_HEADLINE = 12,
    SST_LINE_MAX_HEADLINE = 160,
    SST_LINE_SENTENCE_LETTERS = 60,
    SST_LINE_TEASER_LETTERS = 40,
};

/* Letters of sentences behind which a page had its story. */
enum { SST_LINE_STORY_SEEN = 600 };

/* Where the content of a line lies, without bullet and white space. */
typedef struct sst_line_extent {
    const char *begin, *end, *next; /* `next`: the line behind it, or the limit */
    bool blank, bullet;
} sst_line_extent;

/* Of the line that begins at `begin`. */
sst_line_extent sst_line_find(const char *begin, const char *limit);

/* Marks the lines that other lines tell to be links, captions or parts of records. `slots` are
 * mask + 1 zeros, a power of two and more than the lines, for lines by their hash; it leaves them in
 * use. */
void sst_line_mark(sst_page_line *lines, size_t count, const char *text, uint32_t *slots,
                   size_t mask);

/* Sets the score of every line; all are marked. */
void sst_line_score(sst_page_line *lines, size_t count);

static inline bool sst_line_has_sentence(const sst_page_line *line)
{
    return (line->flags & (SST_LINE_END | SST_LINE_SENTENCES)) != 0;
}

/* Neither a sentence nor an item of a list, a teaser or a form. */
static inline bool sst_line_plain(const sst_page_line *line)
{
    return !sst_line_has_sentence(line) && !(line->flags & (SST_LINE_BULLET | SST_LINE_MARKUP |
                                                            SST_LINE_TWICE | SST_LINE_DOUBLED));
}

/* The text of a teaser: it ends in "…". */
static inline bool sst_line_broken_off(const sst_page_line *line)
{
    return (line->flags & SST_LINE_ELLIPSIS) && line->letters >= SST_LINE_TEASER_LETTERS;
}

/* True for a longer line of sentences: what stands between two of them belongs to the text. */
static inline bool sst_line_of_sentences(const sst_page_line *line)
{
    return line->letters >= SST_LINE_SENTENCE_LETTERS && sst_line_has_sentence(line) &&
           !(line->flags & SST_LINE_MARKUP);
}

/* True for lines of equal bytes. */
static inline bool sst_line_equal(const char *text, const sst_page_line *a,
                                  const sst_page_line *b)
{
    return a->size == b->size && memcmp(text + a->offset, text + b->offset, a->size) == 0;
}

/* Cues of what is no story at all. */
#define SST_LINE_PAGE_CUES                                                                     \
    (1u << SST_CUE_COMMENT | 1u << SST_CUE_SHARE | 1u << SST_CUE_LEGAL |                       \
     1u << SST_CUE_SUBSCRIBE | 1u << SST_CUE_AD)

/* Those, and cues of other stories. */
#define SST_LINE_NO_STORY_CUES                                                                 \
    (SST_LINE_PAGE_CUES | 1u << SST_CUE_RELATED | 1u << SST_CUE_MORE)

/* True when it could be a headline: short, not a form, not only words of the page. */
static inline bool sst_line_headline(const sst_page_line *line)
{
    return line->letters >= SST_LINE_MIN_HEADLINE && line->letters <= SST_LINE_MAX_HEADLINE &&
           !(line->flags & (SST_LINE_MARKUP | SST_LINE_SENTENCES)) &&
           !(line->letters < 40 && (line->cues & SST_LINE_PAGE_CUES));
}

/* Why a line that is marked with one of these is no part of a story. */
sst_page_reason sst_line_marked_reason(const sst_page_line *line);
#define SST_LINE_MARKED                                                                        \
    (SST_LINE_MARKUP | SST_LINE_CAPTION | SST_LINE_RECORD | SST_LINE_DOUBLED |                 \
     SST_LINE_NOTICE | SST_LINE_AGAIN)

/* Why a line with this look is no part of a story. */
static inline sst_page_reason sst_line_reason(const sst_page_line *line)
{
    if (line->flags & SST_LINE_MARKED)
        return sst_line_marked_reason(line);
    if (line->cues & SST_LINE_NO_STORY_CUES)
        return SST_PAGE_REASON_CUE;
    if (sst_line_has_sentence(line) || line->letters >= 80)
        return SST_PAGE_REASON_OUTSIDE;
    return line->flags & (SST_LINE_BULLET | SST_LINE_LIST) ? SST_PAGE_REASON_LINKS
                                                           : SST_PAGE_REASON_SHORT;
}

#endif
