/* Raw page text to stories: the main story, the teasers, the credit, and a role for every line;
 * and the same cleaning for a story's own text.
 *
 * Everything here is a pure function of one text and the cue table: what other pages taught
 * (page/furniture.h) enters sst_page_split only as an optional argument, for its answer, and
 * never what is sketched. Any bytes are safe; bytes that are no UTF-8 count as no letters and
 * pass through. A handle is used by one thread at a time; results live until its next call.
 *
 * How the story is found. Each line has a score from its length in letters and from whether it
 * holds a sentence (Kohlschuetter, Fankhauser, Nejdl: Boilerplate Detection using Shallow Text
 * Features, WSDM 2010: text density and link-likeness, here of lines instead of blocks). Lines
 * alone among short ones count less, short lines in a row count more against; lines that stand
 * twice on the page, texts that break off among others that do, notices, captions, and what stands
 * in a row of records, say next to nothing. Records are comments and teasers: short texts, each
 * under or over a line of one form, a date or "Reply" (repeated structure, as Liu, Grossman, Zhai:
 * Mining Data Records in Web Pages, KDD 2003, find it in tags; here in lines).
 * The run of lines with the greatest sum is the story (maximum-sum segment, Bentley 1984), with
 * the next runs of some weight that no words of the page part from it. Links to other stories and
 * what asks to subscribe stand inside it, too, and are taken out by the label over them. The
 * constants were measured on English news pages with expected text; bench/accuracy/pages.py prints
 * the score. */
#ifndef PAGE_PAGE_H
#define PAGE_PAGE_H

#include "base/story.h"
#include "page/cues.h"
#include "page/furniture.h"

/* More lines that are not blank than this is no news page (SST_LIMIT); 36 bytes of scratch each. */
#define SST_PAGE_MAX_LINES ((size_t)1 << 20)

#define SST_PAGE_ROLE_MAP(X)                                                                   \
    X(STORY, "story")                                                                          \
    X(TITLE, "title")                                                                          \
    X(CREDIT, "credit")                                                                        \
    X(TEASER, "teaser")                                                                        \
    X(FURNITURE, "furniture")

typedef enum sst_page_role {
#define SST_PAGE_ROLE_ENUM(name, text) SST_PAGE_##name,
    SST_PAGE_ROLE_MAP(SST_PAGE_ROLE_ENUM)
#undef SST_PAGE_ROLE_ENUM
} sst_page_role;

#define SST_PAGE_REASON_MAP(X)                                                                 \
    X(SENTENCES, "sentences in the densest run")                                               \
    X(BETWEEN, "inside the story's run")                                                       \
    X(OUTSIDE, "outside the story's run")                                                      \
    X(SHORT, "short line without a sentence")                                                  \
    X(MARKUP, "form, image or markup")                                                         \
    X(CUE, "words of the page, not of a story")                                                \
    X(LINKS, "among link-like lines")                                                          \
    X(AGAIN, "stands more than once on the page")                                              \
    X(CAPTION, "caption, beside the text of its image")                                        \
    X(RECORD, "among comments or teasers of one form")                                         \
    X(HEADLINE, "headline over the story")                                                     \
    X(REPEATED, "headline of a teaser, repeated")                                              \
    X(TEASED, "headline of a teaser")                                                          \
    X(TEASER_TEXT, "text of a teaser")                                                         \
    X(SOURCE, "names the source")                                                              \
    X(RECURS, "recurs in pages of this source")

typedef enum sst_page_reason {
#define SST_PAGE_REASON_ENUM(name, text) SST_PAGE_REASON_##name,
    SST_PAGE_REASON_MAP(SST_PAGE_REASON_ENUM)
#undef SST_PAGE_REASON_ENUM
} sst_page_reason;

/* "story", "furniture" …; "sentences in the densest run" …; "unknown" outside the lists. */
const char *sst_page_role_name(sst_page_role role);
const char *sst_page_reason_text(sst_page_reason reason);

/* One line of the page that is not blank. */
typedef struct sst_page_line {
    uint32_t number; /* 1-based */
    uint32_t offset; /* of its first byte that is no white space and no bullet */
    uint32_t size;   /* bytes from there, without white space behind; 0: a bullet alone */
    int32_t score;   /* what it adds to the story's run */
    uint8_t role;    /* sst_page_role */
    uint8_t reason;  /* sst_page_reason */
    uint16_t letters; /* at most 65,535; a character of Han, Kana or Hangul counts twice */
    uint16_t flags;  /* private to page/ */
    uint16_t cues;   /* bits 1u << sst_cue of the phrases in a short line */
    uint32_t teaser; /* number of its teaser + 1, or 0 */
    uint32_t hash;   /* of its bytes, when it could be a headline; private to page/ */
    uint32_t form;   /* what it has in common with others over records; private to page/ */
} sst_page_line;

typedef struct sst_page_teaser {
    sst_slice headline;
    sst_slice text;        /* size 0 when the page shows none; without "Read more" */
    const uint32_t *lines; /* of each occurrence of the headline, ascending, 1-based */
    uint32_t repeats;      /* how many */
} sst_page_teaser;

/* What a page holds. Slices point into the page or into the splitter. */
typedef struct sst_page {
    sst_slice story;  /* paragraphs joined by '\n', references decoded, dateline and credit off;
                       * size 0: the page has none. sst_page_clean still takes what stands
                       * twice in it out before it is compared. */
    sst_slice title;  /* headline above the story; size 0: none seen */
    sst_slice credit; /* the named original: source, agency or author; size 0: none */
    uint32_t line;    /* of the story's first line, 0 without a story */
    const sst_page_teaser *teasers;
    size_t teaser_count;
    const sst_page_line *lines; /* every line that is not blank, in order */
    size_t line_count;
} sst_page;

typedef struct sst_page_splitter sst_page_splitter;

sst_status sst_page_splitter_create(sst_page_splitter **splitter, sst_error *error);
void sst_page_splitter_free(sst_page_splitter *splitter);

/* Splits the text of one page (at most 2^32 - 1 bytes, else SST_LIMIT). `cues` may be shared.
 * `learned` is NULL, or the counts of the page's source: lines that recur there leave the story
 * of the answer. For what is compared, pass NULL. Linear in the text. */
sst_status sst_page_split(sst_page_splitter *splitter, const char *text, size_t size,
                          const sst_page_cues *cues, const sst_furniture *learned,
                          sst_page *page, sst_error *error);

/* A story's own text without what stands around the report. */
typedef struct sst_page_cleaned {
    sst_slice text;   /* into the given text when one piece of it remained, else the cleaner's */
    sst_slice credit; /* as in sst_page */
    bool dateline;    /* a dateline was taken off the head */
} sst_page_cleaned;

typedef struct sst_page_cleaner sst_page_cleaner;

sst_status sst_page_cleaner_create(sst_page_cleaner **cleaner, sst_error *error);
void sst_page_cleaner_free(sst_page_cleaner *cleaner);

/* Takes off `text`: HTML entities (decoded), doubled lines, headlines that stand twice in a row
 * with their teaser, "also read" lines, share and comment bars, a menu that stands at both ends,
 * subscription, cookie and copyright notices at the ends and what shares their block, a foot of
 * short lines in a block of their own, a dateline and byline at the head, a credit, "(Agency)"
 * and a reporter's initials at the tail. Conservative: what is not surely one of these stays.
 * When all of a text would go, it stays as it is. Texts that need nothing are only scanned. */
sst_status sst_page_clean(sst_page_cleaner *cleaner, const char *text, size_t size,
                          const sst_page_cues *cues, sst_page_cleaned *cleaned,
                          sst_error *error);

#endif
