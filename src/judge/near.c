#include "judge/near.h"

#include <string.h>

#include "judge/gap.h"
#include "text/shingle.h"

/* A walk through both texts: everything before x_at and y_at is done. */
typedef struct walk {
    sst_near *near;
    const uint32_t *x, *y;
    uint32_t x_count, y_count;
    uint32_t x_at, y_at;
} walk;

/* Tokens from which both texts agree, two pairs at a time. */
static uint32_t run_length(const uint32_t *x, const uint32_t *y, uint32_t limit)
{
    uint32_t length = 0;
    while (length + 4 <= limit && ((sst_token_pair(x + length) ^ sst_token_pair(y + length)) |
                                   (sst_token_pair(x + length + 2) ^
                                    sst_token_pair(y + length + 2))) == 0)
        length += 4;
    while (length < limit && x[length] == y[length])
        length++;
    return length;
}

static bool is_full(const sst_near *near)
{
    return near->count + SST_ALIGN_GAP + 1 > SST_NEAR_BLOCKS;
}

/* Appends a block, joined to the one before where nothing lies between. */
static void add_block(sst_near *near, sst_block block)
{
    sst_block *before = near->count > 0 ? &near->blocks[near->count - 1] : NULL;
    if (before != NULL && before->a + before->length == block.a &&
        before->b + before->length == block.b)
        before->length += block.length;
    else
        near->blocks[near->count++] = block;
}

static void add_gap(walk *w, const sst_gap *gap)
{
    sst_block found[SST_ALIGN_GAP];
    uint32_t count = sst_gap_fill(w->x, w->y, gap, found);
    for (uint32_t i = 0; i < count; i++)
        add_block(w->near, found[i]);
    w->near->steps += (uint64_t)gap->x_size * gap->y_size;
}

/* How far the walk may skip in a text with so many tokens left, so that a seed fits. */
static uint32_t furthest(uint32_t left)
{
    return left - SST_ALIGN_SEED < SST_ALIGN_GAP ? left - SST_ALIGN_SEED : SST_ALIGN_GAP;
}

/* The longest agreement that skips `skip` tokens of both texts together, at least `first` and at
 * most `last` of them in x; the first in x among equally long ones. */
static uint32_t best_run(walk *w, uint32_t skip, uint32_t first, uint32_t last, uint32_t *x_skip)
{
    const uint32_t *x = w->x + w->x_at, *y = w->y + w->y_at;
    uint32_t x_left = w->x_count - w->x_at, y_left = w->y_count - w->y_at, best = 0;
    for (uint32_t i = first; i <= last; i++) {
        uint32_t j = skip - i;
        if (x[i] != y[j])
            continue;
        uint32_t limit = x_left - i < y_left - j ? x_left - i : y_left - j;
        uint32_t length = run_length(x + i, y + j, limit);
        w->near->steps += length;
        if (length >= SST_ALIGN_SEED && length > best) {
            best = length;
            *x_skip = i;
        }
    }
    w->near->steps += last - first + 1;
    return best;
}

/* Adds the nearest agreement and the words before it; false when there is none. */
static bool find_agreement(walk *w)
{
    if (w->x_count - w->x_at < SST_ALIGN_SEED || w->y_count - w->y_at < SST_ALIGN_SEED)
        return false;
    uint32_t x_most = furthest(w->x_count - w->x_at), y_most = furthest(w->y_count - w->y_at);
    uint32_t length = 0, skip = 0, x_skip = 0;
    for (; length == 0 && skip <= x_most + y_most; skip++)
        length = best_run(w, skip, skip > y_most ? skip - y_most : 0,
                          skip < x_most ? skip : x_most, &x_skip);
    if (length == 0)
        return false;
    sst_gap gap = {w->x_at, w->y_at, x_skip, skip - 1 - x_skip};
    add_gap(w, &gap);
    w->x_at += x_skip;
    w->y_at += gap.y_size;
    add_block(w->near, (sst_block){.a = w->x_at, .b = w->y_at, .length = length});
    w->x_at += length;
    w->y_at += length;
    return true;
}

/* ---- what is left over -------------------------------------------------------------- */

static uint64_t *filter_word(sst_near *near, const uint32_t *seed, uint64_t *bit)
{
    uint64_t hash = sst_shingle3(seed);
    *bit = (uint64_t)1 << (hash & 63);
    return &near->filter[hash >> 6 & (SST_NEAR_FILTER / 64 - 1)];
}

static void enter_seeds(sst_near *near, const uint32_t *tokens, uint32_t begin, uint32_t end)
{
    for (uint32_t at = begin; at + SST_ALIGN_SEED <= end; at++) {
        uint64_t bit;
        *filter_word(near, tokens + at, &bit) |= bit;
    }
}

static bool has_seed(sst_near *near, const uint32_t *tokens, uint32_t begin, uint32_t end)
{
    for (uint32_t at = begin; at + SST_ALIGN_SEED <= end; at++) {
        uint64_t bit;
        if ((*filter_word(near, tokens + at, &bit) & bit) != 0)
            return true;
    }
    return false;
}

/* Tokens of the longest stretch of x, or of y, that stands in no block. */
static uint32_t longest_left(const sst_near *near, bool in_y, uint32_t size)
{
    uint32_t end = 0, longest = 0;
    for (uint32_t i = 0; i < near->count; i++) {
        uint32_t begin = in_y ? near->blocks[i].b : near->blocks[i].a;
        longest = begin - end > longest ? begin - end : longest;
        end = begin + near->blocks[i].length;
    }
    return size - end > longest ? size - end : longest;
}

/* True when unaligned text of x may be unaligned text of y too. */
static bool has_moved(walk *w)
{
    sst_near *near = w->near;
    if (longest_left(near, false, w->x_count) < SST_ALIGN_SEED ||
        longest_left(near, true, w->y_count) < SST_ALIGN_SEED)
        return false;
    memset(near->filter, 0, sizeof near->filter);
    uint32_t end = 0;
    for (uint32_t i = 0; i < near->count; i++) {
        enter_seeds(near, w->x, end, near->blocks[i].a);
        end = near->blocks[i].a + near->blocks[i].length;
    }
    enter_seeds(near, w->x, end, w->x_count);
    end = 0;
    for (uint32_t i = 0; i < near->count; i++) {
        if (has_seed(near, w->y, end, near->blocks[i].b))
            return true;
        end = near->blocks[i].b + near->blocks[i].length;
    }
    return has_seed(near, w->y, end, w->y_count);
}

static bool is_near(const walk *w)
{
    uint64_t aligned = 0;
    for (uint32_t i = 0; i < w->near->count; i++)
        aligned += w->near->blocks[i].length;
    return aligned * 100 >= (uint64_t)w->x_count * SST_NEAR_ALIGNED &&
           aligned >= (uint64_t)w->near->count * SST_NEAR_RUN;
}

bool sst_near_align(sst_near *near, const uint32_t *x, uint32_t x_count, const uint32_t *y,
                    uint32_t y_count)
{
    walk w = {.near = near, .x = x, .y = y, .x_count = x_count, .y_count = y_count};
    near->count = 0;
    near->steps = 0;
    while (!is_full(near) && find_agreement(&w))
        continue;
    if (is_full(near))
        return false;
    sst_gap tail = sst_gap_after(w.x_at, x_count, w.y_at, y_count);
    add_gap(&w, &tail);
    return is_near(&w) && !has_moved(&w);
}
