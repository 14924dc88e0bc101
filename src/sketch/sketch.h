/* The internal side of sketches (samestory.h, sections 4 and 5): agreement of two sketches, keys of
 * bands, distinct shingles. Pure functions, no state. */
#ifndef SKETCH_SKETCH_H
#define SKETCH_SKETCH_H

#include "base/hash.h"
#include "samestory.h"

/* The definition, without SIMD: sst_sketch gives the same bits. */
bool sst_sketch_scalar(const uint64_t *shingles, size_t count, uint16_t sketch[SST_SKETCH_SLOTS]);
/* The same by vectors of 16 bytes, where there are some; sst_sketch may take wider ones. */
bool sst_sketch_narrow(const uint64_t *shingles, size_t count, uint16_t sketch[SST_SKETCH_SLOTS]);

/* The sketch of a text's 3-shingles, and how many of these are distinct: as sst_shingles,
 * sst_distinct_count and sst_sketch, in one pass. `shingles` is scratch of
 * sst_shingle_positions(count, SST_SHINGLE_WIDTH) words, `table` of sst_distinct_slots of that
 * number. Without tokens the sketch is zeros. */
size_t sst_sketch_tokens(const uint32_t *tokens, size_t count, uint64_t *shingles,
                         uint64_t *table, uint16_t sketch[SST_SKETCH_SLOTS]);

/* Which of the 128 slots agree: bit j of words[j / 64]. */
void sst_sketch_agreement(const uint16_t a[SST_SKETCH_SLOTS], const uint16_t b[SST_SKETCH_SLOTS],
                          uint64_t words[2]);

/* How many of the 128 slots agree. */
unsigned sst_sketch_agreeing(const uint16_t a[SST_SKETCH_SLOTS],
                             const uint16_t b[SST_SKETCH_SLOTS]);

/* The fewest agreeing slots that a pair of Jaccard `threshold` shows but for about one time in a
 * thousand (three standard deviations below the mean). */
unsigned sst_sketch_floor(double threshold);

/* The other way round: the largest Jaccard for which so few agreeing slots are within three standard
 * deviations (the upper end of the score interval of Wilson, "Probable inference, the law of
 * succession, and statistical inference", JASA 1927). */
double sst_sketch_most(unsigned agreeing);

/* Key of band `band`: slots [band * rows, (band + 1) * rows). Equal slots give equal keys; the keys
 * of different bands are not comparable. */
static inline uint32_t sst_band_key(const uint16_t sketch[SST_SKETCH_SLOTS], unsigned rows,
                                    unsigned band)
{
    const uint16_t *slots = sketch + (size_t)band * rows;
    uint64_t hash = 0;
    for (unsigned begin = 0; begin < rows; begin += 4) {
        uint64_t word = 0;
        for (unsigned j = 0; j < 4 && begin + j < rows; j++)
            word |= (uint64_t)slots[begin + j] << (16 * j);
        /* Slots are hashes: one multiplication brings all their bits to the top. */
        hash = ((hash ^ hash >> 32) + word) * 0x9e3779b97f4a7c15u;
    }
    return (uint32_t)(hash >> 32);
}

/* All `bands.bands` keys. */
void sst_band_keys(const uint16_t sketch[SST_SKETCH_SLOTS], sst_bands bands, uint32_t *keys);

/* Distinct values among `count` hashes. `table` is scratch of sst_distinct_slots(count) words and
 * need not be initialised. About 1.2 ns a hash. */
size_t sst_distinct_slots(size_t count);
size_t sst_distinct_count(const uint64_t *hashes, size_t count, uint64_t *table);

#endif
