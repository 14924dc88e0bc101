/* Tokens code point by code point: what the byte patterns of the block path do not decide, and
 * the whole text on machines without it. Code points that are normalised without looking around
 * (nearly all) are read from one table; a stretch between separators that holds another one goes
 * to the definition (text/normal.h). */
#ifndef TEXT_WORDS_H
#define TEXT_WORDS_H

#include "text/list.h"
#include "text/normal.h"

/* Scratch. Zero-initialise, release with sst_words_free. */
typedef struct sst_words {
    uint8_t *bytes; /* the normalised run being read */
    size_t byte_capacity;
    sst_normal normal;
} sst_words;

void sst_words_free(sst_words *words);

/* Appends the tokens of bytes [begin, end) of `text`, which start and end at separators that
 * compose with nothing, or at the ends of the text. Errors as sst_text_tokens. */
sst_status sst_words_add(sst_words *words, const uint8_t *text, size_t begin, size_t end,
                         sst_token_list *list, sst_error *error);

/* The same by the definition alone. */
sst_status sst_words_add_normal(sst_words *words, const uint8_t *text, size_t begin, size_t end,
                                sst_token_list *list, sst_error *error);

#endif
