/* Story text to token hashes: the hot path of reading.
 *
 * Normalisation, in this order (the tables come from src/text/tables/generate.py):
 *   1  ত + hasanta + ZWJ, the old spelling of khanda ta, becomes ৎ;
 *   2  NFKC_Casefold (Unicode Standard 3.13 R5, UAX #15): compatibility forms, case, and removal
 *      of default ignorables, so ZWJ, ZWNJ and soft hyphen join what stands around them;
 *   3  folding, on the canonical decomposition: decimal digits of every script to 0-9; Arabic
 *      marks and tatweel dropped, alef, yeh, kaf and heh forms unified; Devanagari nukta dropped
 *      and chandrabindu to anusvara; typographic apostrophes to ';
 *   4  canonical order and composition, in which Bengali ড় ঢ় য় stay one letter, ব + nukta is র,
 *      alef keeps no hamza or madda, and Cyrillic е keeps no diaeresis.
 * Normalising twice is the same as once.
 *
 * Tokens are maximal runs of letters, marks and numbers (general categories L, M, N) of the
 * normalised text. Everything else separates, the apostrophe too: "don't" is don, t. Han,
 * Hiragana, Katakana, Thai, Lao, Khmer, Myanmar and Tibetan are written without spaces: there a
 * run of one script gives its overlapping grams of four code points, a shorter run is one token.
 *
 * Two paths give the same result: the definition (text/normal.h) and a fast one that reads 64
 * bytes at a time and hands single words to the definition. */
#ifndef TEXT_TEXT_H
#define TEXT_TEXT_H

#include "base/hash.h"
#include "samestory.h"

/* Scratch of one thread. */
typedef struct sst_text sst_text;

/* The tokens of one text in text order, repeats kept. The arrays belong to the sst_text and live
 * until its next run or free. */
struct sst_text_run {
    const uint32_t *tokens; /* what is stored: low 32 bits of wide, bit 0 = holds a digit 0-9 */
    const uint64_t *wide;   /* 64-bit hashes of the tokens' normalised bytes (text/token.h) */
    size_t count;
};

sst_status sst_text_create(sst_text **text, sst_error *error);
void sst_text_free(sst_text *text);

/* Tokens of `size` bytes of UTF-8. SST_INPUT with the offset of the first byte that is not valid
 * UTF-8, SST_LIMIT above 2^31 bytes, SST_MEMORY; `*out` is empty then. Safe on any bytes. */
sst_status sst_text_tokens(sst_text *text, const char *bytes, size_t size,
                           struct sst_text_run *out, sst_error *error);

/* The ways to the same tokens, for tests and benchmarks. */
typedef enum sst_text_path {
    SST_TEXT_BLOCKS,      /* what sst_text_tokens takes; as CODE_POINTS on machines without SIMD */
    SST_TEXT_BLOCKS_16,   /* the same by vectors of 16 bytes */
    SST_TEXT_CODE_POINTS, /* text/words.h */
    SST_TEXT_DEFINITION,  /* text/normal.h */
} sst_text_path;

sst_status sst_text_tokens_by(sst_text *text, sst_text_path path, const char *bytes, size_t size,
                              struct sst_text_run *out, sst_error *error);

/* XXH3-128 over the 64-bit token hashes: equal keys of non-empty runs are equal texts. */
static inline sst_hash128 sst_text_key(const struct sst_text_run *run)
{
    return sst_hash128_words(run->wide, run->count);
}

#endif
