/* Numbers from a seed, the same on every machine: SplitMix64 (Steele, Lea, Flood 2014). A
 * stream is made from a purpose and an index, so any story can be made again without its
 * neighbours. */
#ifndef BENCH_GENERATE_RANDOM_H
#define BENCH_GENERATE_RANDOM_H

#include <math.h>
#include <stdbool.h>

#include "base/hash.h"

typedef struct random_source {
    uint64_t state;
} random_source;

static inline random_source random_stream(uint64_t seed, uint64_t purpose, uint64_t index)
{
    return (random_source){sst_mix64(sst_mix64(sst_mix64(seed) ^ purpose) ^ index)};
}

static inline uint64_t random_next(random_source *random)
{
    return sst_mix64(random->state += 0x9e3779b97f4a7c15u);
}

/* Uniform in [0, limit), limit below 2^32. */
static inline uint32_t random_below(random_source *random, uint32_t limit)
{
    return (uint32_t)(((random_next(random) >> 32) * limit) >> 32);
}

/* Uniform in [low, high], both included. */
static inline uint32_t random_between(random_source *random, uint32_t low, uint32_t high)
{
    return low + random_below(random, high - low + 1);
}

/* Uniform in [0, 1). */
static inline double random_unit(random_source *random)
{
    return (double)(random_next(random) >> 11) * 0x1p-53;
}

static inline bool random_chance(random_source *random, double probability)
{
    return random_unit(random) < probability;
}

/* Log-normal by the sum of twelve uniform numbers, which has variance 1 and no far tail. */
static inline double random_lognormal(random_source *random, double median, double sigma)
{
    double sum = -6.0;
    for (int i = 0; i < 12; i++)
        sum += random_unit(random);
    return median * exp(sigma * sum);
}

#endif
