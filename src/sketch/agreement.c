#include "sketch/agreement.h"

#include <math.h>

void sst_sketch_agreement(const uint16_t a[SST_SKETCH_SLOTS], const uint16_t b[SST_SKETCH_SLOTS],
                          uint64_t words[2])
{
    words[0] = sst_agreement64(a, b);
    words[1] = sst_agreement64(a + 64, b + 64);
}

unsigned sst_sketch_agreeing(const uint16_t a[SST_SKETCH_SLOTS],
                             const uint16_t b[SST_SKETCH_SLOTS])
{
    return (unsigned)(__builtin_popcountll(sst_agreement64(a, b)) +
                      __builtin_popcountll(sst_agreement64(a + 64, b + 64)));
}

unsigned sst_sketch_floor(double threshold)
{
    double mean = SST_SKETCH_SLOTS * threshold;
    double variance = mean * (1 - threshold);
    unsigned floor = 0;
    while (floor < mean && (mean - floor) * (mean - floor) > 9 * variance)
        floor++;
    return floor;
}

double sst_sketch_most(unsigned agreeing)
{
    const double slots = SST_SKETCH_SLOTS, square = 9; /* of three standard deviations */
    double share = agreeing / slots;
    double spread = sqrt(square * (share * (1 - share) / slots + square / (4 * slots * slots)));
    return (share + square / (2 * slots) + spread) / (1 + square / slots);
}
