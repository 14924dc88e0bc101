/* The Unicode tables and what their entries mean. Written once by tables/generate.py; lookups
 * take any code point up to U+10FFFF. */
#ifndef TEXT_UNICODE_H
#define TEXT_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "samestory.h"

/* What a normalised code point does to tokens. From SST_CLASS_UNSPACED on: scripts written
 * without spaces, one class each (Han, Hiragana, Katakana, Thai, Lao, Khmer, Myanmar, Tibetan). */
enum {
    SST_CLASS_SEPARATOR,
    SST_CLASS_WORD,
    SST_CLASS_INHERIT, /* a mark or the long vowel sign: belongs to the run it stands in */
    SST_CLASS_UNSPACED,
};

/* ---- Quick entries: code points that are normalised without looking around ------------------
 *
 * Bits 0-3 class of the result, then flags, bits 11-31 result minus code point, modulo 2^21.
 * The entry holds when the code point
 * - is not COMPLEX (several results, or a mark that may compose);
 * - is MARK (a combining class) and sorts not before the mark in front of it;
 * - is SECOND_STARTER and its neighbour in front is not FIRST_STARTER. */
enum {
    SST_QUICK_CLASS = 15,
    SST_QUICK_COMPLEX = 1 << 4,
    SST_QUICK_DROP = 1 << 5,  /* normalises to nothing */
    SST_QUICK_MARK = 1 << 6,  /* the result has a combining class and never composes */
    SST_QUICK_FIRST = 1 << 7, /* composes with some code point behind it */
    SST_QUICK_FIRST_STARTER = 1 << 8,  /* composes with some code point of combining class 0 */
    SST_QUICK_SECOND_STARTER = 1 << 9, /* is such a code point */
    SST_QUICK_DELTA_SHIFT = 11,
};

extern const uint16_t sst_quick_index[17408];
extern const uint32_t sst_quick_blocks[];

static inline uint32_t sst_quick(uint32_t code)
{
    return sst_quick_blocks[(uint32_t)sst_quick_index[code >> 6] << 6 | (code & 63)];
}

static inline uint32_t sst_quick_result(uint32_t entry, uint32_t code)
{
    return (code + (entry >> SST_QUICK_DELTA_SHIFT)) & 0x1fffff;
}

/* ---- Mapping: casefolded, canonically decomposed, folded ------------------------------------- */

extern const uint16_t sst_map_index[8704];
extern const uint16_t sst_map_blocks[];
extern const uint32_t sst_map_pool[];

/* The results of `code`, `*count` of them, or NULL when it stands for itself or is a Hangul
 * syllable. */
static inline const uint32_t *sst_map(uint32_t code, uint32_t *count)
{
    uint32_t entry = sst_map_blocks[(uint32_t)sst_map_index[code >> 7] << 7 | (code & 127)];
    if (entry == 0)
        return NULL;
    *count = sst_map_pool[entry - 1];
    return sst_map_pool + entry;
}

/* ---- Properties of mapped and normalised code points ----------------------------------------- */

extern const uint16_t sst_property_index[8704];
extern const uint8_t sst_property_blocks[];
extern const uint16_t sst_property_records[];

/* Bits 0-3 class, 4-11 canonical combining class, 12 first and 13 second of some composition. */
static inline uint32_t sst_property(uint32_t code)
{
    uint32_t block = sst_property_index[code >> 7];
    return sst_property_records[sst_property_blocks[block << 7 | (code & 127)]];
}

static inline uint32_t sst_property_class(uint32_t property)
{
    return property & 15;
}

static inline uint32_t sst_property_ccc(uint32_t property)
{
    return property >> 4 & 255;
}

static inline bool sst_property_first(uint32_t property)
{
    return property >> 12 & 1;
}

static inline bool sst_property_second(uint32_t property)
{
    return property >> 13 & 1;
}

/* ---- Composition pairs, canonical and ours, sorted by (first << 32 | second) ----------------- */

extern const size_t sst_pair_count;
extern const uint64_t sst_pair_keys[];
extern const uint32_t sst_pair_codes[];

/* ---- Byte patterns ----------------------------------------------------------------------------
 *
 * Code points that the block path decides by bytes. Indexed by the low nibble of the last byte:
 * bit (high nibble - 8) tells of the first range, bit (high nibble - 4) of the second one. */
extern const uint8_t sst_devanagari_nibbles[16]; /* E0 A4, E0 A5: itself inside any word */
extern const uint8_t sst_bengali_nibbles[16];    /* E0 A6, E0 A7: itself inside any word, but
                                                  * U+09BE not behind U+09C7 */
extern const uint8_t sst_latin_nibbles[16];      /* C2: separates; C3: a letter, its lower case
                                                  * is 32 higher below U+00DF */
extern const uint8_t sst_extended_nibbles[16];   /* C4, C5: a letter that stands for itself */
extern const uint8_t sst_extended_capitals[16];  /* C4, C5: its lower case is one higher, under
                                                  * the same first byte */
extern const uint8_t sst_cyrillic_nibbles[16];   /* D0, D1: a letter, its lower case is 80 higher
                                                  * below U+0410, 32 higher below U+0430 */
extern const uint8_t sst_arabic_nibbles[16];     /* D8, D9: a letter; alef forms, teh marbuta and
                                                  * alef maksura change, the rest do not */
extern const uint8_t sst_arabic_separators[16];  /* D8, D9: separates */
extern const uint8_t sst_punctuation_nibbles[16]; /* E2 80: separates; no second range */

/* The numbers of the bits of a byte, ascending, one in each byte, the lowest first. */
extern const uint64_t sst_bit_positions[256];

#endif
