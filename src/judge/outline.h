/* What weighing asks of one text, whichever text it meets: which places repeat a 4-shingle, which
 * shingles are counted (evidence.h), and which of those are formula.
 *
 * A place is where a 4-shingle begins. Distinct shingles are numbered in the order of their first
 * places: a number is a place less the repeats before it. A text of less than four tokens has one
 * shingle all the same. Sets of places and numbers are bits (bits.h). */
#ifndef JUDGE_OUTLINE_H
#define JUDGE_OUTLINE_H

#include "judge/evidence.h"
#include "text/shingle.h"

typedef struct sst_outline {
    sst_hash128 key;          /* of the tokens; 0: unknown */
    const uint64_t *common;   /* the common shingles that it was made with */
    const uint64_t *repeats;  /* places; NULL: none */
    const uint64_t *formula;  /* among the counted shingles; NULL: no common shingle was given */
    const uint32_t *counted;  /* their numbers, rising, unless all are counted */
    uint32_t token_count, common_count;
    uint32_t places, count;   /* shingles with repeats, and without */
    uint32_t counted_count;
} sst_outline;

static inline bool sst_outline_counts_all(const sst_outline *outline)
{
    return outline->count < SST_EVIDENCE_ALL;
}

/* First places of the shingles of one text, open addressing. A slot is free unless it holds `base`
 * and a place of the text: nothing is cleared for the next text. */
typedef struct sst_places {
    uint32_t *slots;
    size_t capacity, mask;
    uint32_t base, count;
} sst_places;

enum { SST_NO_PLACE = -1 };

/* Scratch for outlines of one text after the other; all 0 at first. */
typedef struct sst_outliner {
    sst_places places;
    sst_outline outline;
    uint64_t *repeats, *by_place, *by_number, *formula;
    uint32_t *counted;
    size_t repeats_capacity, by_place_capacity, by_number_capacity;
    size_t formula_capacity, counted_capacity;
} sst_outliner;

void sst_outliner_free(sst_outliner *outliner);

/* Makes the outline and the places of a text; both live until the next one, but the outline's
 * `common` is the text's. Linear in its length. Fails with SST_MEMORY. */
sst_status sst_outline_make(sst_outliner *outliner, const sst_evidence_text *text,
                            sst_error *error);

/* True when it is the outline of this text; never for a text without a key. */
bool sst_outline_is_of(const sst_outline *outline, const sst_evidence_text *text);

/* The set of numbers for a set of places, in which a first place stands for its repeats; written to
 * `room` where the outline has repeats. */
const uint64_t *sst_outline_numbers(const sst_outline *outline, const uint64_t *places,
                                    uint64_t *room);

/* Writes which of the counted shingles are in a set of numbers; where not all are counted. */
void sst_outline_pick(const sst_outline *outline, const uint64_t *numbers, uint64_t *picked);

static inline bool sst_are_same_four(const uint32_t *a, const uint32_t *b)
{
    return ((sst_token_pair(a) ^ sst_token_pair(b)) |
            (sst_token_pair(a + 2) ^ sst_token_pair(b + 2))) == 0;
}

/* The first place of four tokens in `text`, which was entered last, or SST_NO_PLACE. */
static inline int64_t sst_places_find(const sst_places *places, const uint32_t *text,
                                      const uint32_t *four)
{
    for (size_t slot = (size_t)sst_shingle4(four);; slot++) {
        uint32_t place = places->slots[slot & places->mask] - places->base;
        if (place >= places->count)
            return SST_NO_PLACE;
        if (sst_are_same_four(text + place, four))
            return place;
    }
}

#endif
