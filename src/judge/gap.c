#include "judge/gap.h"

#include "judge/equal_mask.h"

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

/* Row i of the table of longest common subsequences of x[i..] and y[j..], a bit for each j, the
 * last j in bit 0: 0 where y[j] makes it longer (Hyyro 2004: Bit-parallel LCS-length computation
 * revisited). `equal`: where y[j] is x[i]. */
typedef struct row {
    uint32_t same, equal;
} row;

static void fill_rows(const uint32_t *x, uint32_t x_size, const uint32_t *y, uint32_t y_size,
                      row *rows)
{
    uint32_t backwards[SST_ALIGN_GAP], same = UINT32_MAX;
    for (uint32_t j = 0; j < y_size; j++)
        backwards[j] = y[y_size - 1 - j];
    rows[x_size].same = same;
    for (uint32_t i = x_size; i-- > 0;) {
        uint32_t equal = sst_equal_mask(backwards, y_size, x[i]), longer = same & equal;
        same = (same + longer) | (same - longer);
        rows[i] = (row){same, equal};
    }
}

/* Length of the longest common subsequence of x[i..] and y[j..], `left` tokens of y. */
static unsigned length_of(const row *rows, uint32_t i, uint32_t left)
{
    return (unsigned)__builtin_popcount(~rows[i].same & (((uint32_t)1 << left) - 1));
}

uint32_t sst_gap_fill(const uint32_t *x, const uint32_t *y, const sst_gap *gap,
                      sst_block *blocks)
{
    row rows[SST_ALIGN_GAP + 1];
    uint32_t x_size = gap->x_size, y_size = gap->y_size, count = 0;
    if (x_size == 0 || y_size == 0 || x_size > SST_ALIGN_GAP || y_size > SST_ALIGN_GAP)
        return 0;
    fill_rows(x + gap->x, x_size, y + gap->y, y_size, rows);
    for (uint32_t i = 0, j = 0; i < x_size && length_of(rows, i, y_size - j) > 0;) {
        if ((rows[i].equal >> (y_size - 1 - j) & 1) != 0)
            blocks[count++] = (sst_block){.a = gap->x + i++, .b = gap->y + j++, .length = 1};
        else if (length_of(rows, i, y_size - j) == length_of(rows, i + 1, y_size - j))
            i++;
        else
            j++;
    }
    return count;
}
