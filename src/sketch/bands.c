#include "base/status.h"
#include "sketch/sketch.h"

/* By repeated multiplication: the same bits with every C library. */
static double power(double base, unsigned exponent)
{
    double product = 1;
    while (exponent-- > 0)
        product *= base;
    return product;
}

double sst_bands_probability(sst_bands bands, double jaccard)
{
    return 1 - power(1 - power(jaccard, bands.rows), bands.bands);
}

sst_status sst_bands_choose(double threshold, double recall, sst_bands *bands, sst_error *error)
{
    if (!(threshold > 0 && threshold < 1))
        return sst_fail(error, SST_ARGUMENT,
                        "threshold %g is not between 0 and 1; give a Jaccard such as 0.5",
                        threshold);
    if (!(recall > 0 && recall < 1))
        return sst_fail(error, SST_ARGUMENT,
                        "recall %g is not between 0 and 1; give a probability such as 0.98",
                        recall);
    for (unsigned rows = SST_SKETCH_SLOTS; rows > 0; rows--) {
        sst_bands choice = {.bands = SST_SKETCH_SLOTS / rows, .rows = rows};
        if (sst_bands_probability(choice, threshold) >= recall) {
            *bands = choice;
            return SST_OK;
        }
    }
    return sst_fail(error, SST_ARGUMENT,
                    "%d slots cannot reach recall %g at threshold %g; lower --recall or raise "
                    "--threshold",
                    SST_SKETCH_SLOTS, recall, threshold);
}

void sst_band_keys(const uint16_t sketch[SST_SKETCH_SLOTS], sst_bands bands, uint32_t *keys)
{
    for (unsigned band = 0; band < bands.bands; band++)
        keys[band] = sst_band_key(sketch, bands.rows, band);
}
