/* The scratch of one thread, and the block path behind text/text.h. */
#ifndef TEXT_SCRATCH_H
#define TEXT_SCRATCH_H

#include "text/list.h"
#include "text/text.h"
#include "text/vector.h"
#include "text/words.h"

enum {
    SST_TEXT_WINDOW = 4096, /* bytes read before their tokens are hashed: fits the L1 cache */
    SST_TEXT_EDGES = SST_TEXT_WINDOW + 16, /* what is written too much, and the open run */
    SST_TEXT_RUN_WORDS = SST_TEXT_WINDOW / 2 / 64 + 1,
};

typedef sst_status (*sst_add_blocks)(sst_text *text, const uint8_t *bytes, size_t size,
                                     sst_error *error);

struct sst_text {
    sst_token_list list;
    sst_words words;
    sst_add_blocks add_blocks;
#if SST_BLOCKS
    uint8_t *lowered; /* the text with the lower case of what the blocks decide */
    size_t lowered_capacity;
    /* Where runs of word bytes begin and end in the window, by turns; a run that is open from the
     * window before has the first entry, of no meaning. */
    uint16_t edges[SST_TEXT_EDGES];
    size_t edge_count;
    /* A bit a run: it holds special bytes, it holds a digit. */
    uint64_t special[SST_TEXT_RUN_WORDS], digits[SST_TEXT_RUN_WORDS];
#endif
};

/* Appends the tokens of a text; errors as sst_text_tokens. Both are text/blocks.c, compiled for
 * vectors of 16 and of 32 bytes; the second one needs AVX2, BMI and BMI2. */
sst_status sst_blocks_add(sst_text *text, const uint8_t *bytes, size_t size, sst_error *error);
sst_status sst_blocks_add_avx2(sst_text *text, const uint8_t *bytes, size_t size,
                               sst_error *error);

#endif
