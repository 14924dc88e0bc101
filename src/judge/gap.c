#include "judge/gap.h"

#include <string.h>

static uint32_t at_most_a_gap(uint32_t size)
{
    return size < SST_ALIGN_GAP ? size : SST_ALIGN_GAP;
}

sst_gap sst_gap_before(uint32_t x_end, uint32_t y_end)
{
    uint32_t x_size = at_most_a_gap(x_end), y_size = at_most_a_gap(y_end);
    return (sst_gap){x_end - x_size, y_end - y_size, x_size, y_size};
}

sst_gap sst_gap_after(uint32_t x, uint32_t x_end, uint32_t y, uint32_t y_end)
{
    return (sst_gap){x, y, at_most_a_gap(x_end - x), at_most_a_gap(y_end - y)};
}

uint32_t sst_gap_fill(const uint32_t *x, const uint32_t *y, const sst_gap *gap,
                      sst_block *blocks)
{
    uint8_t best[SST_ALIGN_GAP + 1][SST_ALIGN_GAP + 1];
    uint32_t x_size = gap->x_size, y_size = gap->y_size, count = 0;
    if (x_size == 0 || y_size == 0 || x_size > SST_ALIGN_GAP || y_size > SST_ALIGN_GAP)
        return 0;
    x += gap->x;
    y += gap->y;
    memset(best[x_size], 0, sizeof best[0]);
    for (uint32_t i = x_size; i-- > 0;) {
        best[i][y_size] = 0;
        for (uint32_t j = y_size; j-- > 0;) {
            uint8_t skip = best[i + 1][j] > best[i][j + 1] ? best[i + 1][j] : best[i][j + 1];
            uint8_t take = (uint8_t)(best[i + 1][j + 1] + 1);
            best[i][j] = x[i] == y[j] ? take : skip;
        }
    }
    for (uint32_t i = 0, j = 0; i < x_size && j < y_size && best[i][j] > 0;) {
        if (x[i] == y[j])
            blocks[count++] = (sst_block){.a = gap->x + i++, .b = gap->y + j++, .length = 1};
        else if (best[i + 1][j] >= best[i][j + 1])
            i++;
        else
            j++;
    }
    return count;
}
