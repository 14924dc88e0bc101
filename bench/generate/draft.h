/* A story while it is made: words, names and numbers with their punctuation, so that edits work
 * on words in every script and text appears only when the story is written. */
#ifndef BENCH_GENERATE_DRAFT_H
#define BENCH_GENERATE_DRAFT_H

#include "base/buffer.h"
#include "generate/lexicon.h"

enum { DRAFT_ITEMS = 4096, TITLE_ITEMS = 16, DRAFT_NAMES = 6 };

typedef enum item_kind { ITEM_WORD, ITEM_NAME, ITEM_NUMBER } item_kind;
typedef enum item_after {
    AFTER_SPACE,
    AFTER_COMMA,
    AFTER_SENTENCE,
    AFTER_PARAGRAPH
} item_after;

typedef struct draft_item {
    uint32_t value; /* rank of a word or name; a number itself */
    uint8_t kind;   /* item_kind */
    uint8_t after;  /* item_after */
} draft_item;

typedef struct gen_draft {
    draft_item items[DRAFT_ITEMS];
    size_t count;
    draft_item title[TITLE_ITEMS];
    size_t title_count;
    uint32_t names[DRAFT_NAMES]; /* who the story is about */
} gen_draft;

/* A length by the language's log-normal distribution, in tokens, within [low, DRAFT_ITEMS -
 * 64]. */
size_t draft_length(gen_language language, random_source *random, size_t low);

/* Makes a story of about `tokens` words and its title. */
void draft_write(gen_draft *draft, const gen_lexicon *lexicon, random_source *random,
                 size_t tokens);
/* Adds one paragraph of about `tokens` words about the story's names. */
void draft_write_paragraph(gen_draft *draft, const gen_lexicon *lexicon, random_source *random,
                           size_t tokens);
/* Gives it a (new) title from the words of its first lines. */
void draft_write_title(gen_draft *draft, random_source *random);

/* Appends text; `own_digits` writes numbers in the digits of the script. */
void draft_render(const gen_lexicon *lexicon, const draft_item *items, size_t count,
                  bool own_digits, sst_buffer *text);

#endif
