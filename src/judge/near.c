#include "judge/near.h"

#include <string.h>

#include "judge/equal_mask.h"
#include "judge/gap.h"
#include "text/shingle.h"

/* A walk through both texts: everything before x_at and y_at is done. */
typedef struct walk {
    sst_near *near;
    const uint32_t *x, *y;
    uint32_t x_count, y_count;
    uint32_t x_at, y_at;
    uint32_t aligned;  /* tokens in agreements so far */
    uint32_t searches; /* far agreements looked for */
    bool is_doubtful;  /* one was, but not a clear one */
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

/* Too many blocks, or after the first few too short ones, or none that is clear. */
static bool is_scattered(const walk *w)
{
    uint32_t count = w->near->count;
    return w->is_doubtful || count + SST_ALIGN_GAP + 1 > SST_NEAR_BLOCKS ||
           (count > SST_NEAR_FEW && w->aligned < count * SST_NEAR_RUN);
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

/* How far the walk may look in a text with so many tokens left, so that a seed fits. */
static uint32_t furthest(uint32_t left)
{
    return left - SST_ALIGN_SEED < SST_ALIGN_GAP ? left - SST_ALIGN_SEED : SST_ALIGN_GAP;
}

static uint32_t agreement_at(walk *w, uint32_t x_skip, uint32_t y_skip)
{
    uint32_t x = w->x_at + x_skip, y = w->y_at + y_skip;
    uint32_t limit = w->x_count - x < w->y_count - y ? w->x_count - x : w->y_count - y;
    uint32_t length = run_length(w->x + x, w->y + y, limit);
    w->near->steps += length;
    return length;
}

/* The agreement of a seed that skips the fewest tokens of both texts together; the longest of
 * those, then the first in x. At most SST_ALIGN_GAP tokens are skipped in each. Returns its
 * length, 0: none. */
static uint32_t nearest_agreement(walk *w, uint32_t *x_skip, uint32_t *y_skip)
{
    uint32_t x_most = furthest(w->x_count - w->x_at), y_most = furthest(w->y_count - w->y_at);
    const uint32_t *x = w->x + w->x_at, *y = w->y + w->y_at;
    uint32_t size = y_most + SST_ALIGN_SEED, least = UINT32_MAX, best = 0;
    uint32_t second = sst_equal_mask(y, size, x[0]), third = sst_equal_mask(y, size, x[1]);
    for (uint32_t i = 0; i <= x_most && i <= least; i++) {
        uint32_t first = second;
        second = third;
        third = sst_equal_mask(y, size, x[i + 2]);
        uint32_t seeds = first & second >> 1 & third >> 2;
        uint32_t skip = seeds == 0 ? UINT32_MAX : i + (uint32_t)__builtin_ctz(seeds);
        if (seeds == 0 || skip > least)
            continue;
        uint32_t length = agreement_at(w, i, skip - i);
        if (skip == least && length <= best)
            continue;
        least = skip;
        best = length;
        *x_skip = i;
        *y_skip = skip - i;
    }
    w->near->steps += SST_ALIGN_GAP;
    return best;
}

/* ---- seeds by place ----------------------------------------------------------------- */

/* A place in the table, plus one; 0 is a free slot. */
#define TWICE ((uint32_t)1 << 31) /* the seed stands at another place, too */

static uint32_t place_of(uint32_t entry)
{
    return (entry & ~TWICE) - 1;
}

/* The slot that holds the seed, or the free slot where it belongs. */
static uint32_t find_slot(const sst_near *near, const uint32_t *text, const uint32_t *seed)
{
    uint32_t slot = (uint32_t)sst_shingle3(seed) & near->places_mask;
    while (near->places[slot] != 0) {
        const uint32_t *held = text + place_of(near->places[slot]);
        if (held[0] == seed[0] && held[1] == seed[1] && held[2] == seed[2])
            break;
        slot = (slot + 1) & near->places_mask;
    }
    return slot;
}

/* Empties the table for so many seeds; false when they are too many. */
static bool clear_places(sst_near *near, uint32_t seeds)
{
    uint32_t size = 64;
    if (seeds > SST_NEAR_PLACES / 2)
        return false;
    while (size < 2 * seeds)
        size *= 2;
    near->places_mask = size - 1;
    memset(near->places, 0, size * sizeof *near->places);
    return true;
}

/* Enters the seeds of text[begin .. end); the first place of each stays. */
static void enter_seeds(sst_near *near, const uint32_t *text, uint32_t begin, uint32_t end)
{
    for (uint32_t at = begin; at + SST_ALIGN_SEED <= end; at++) {
        uint32_t slot = find_slot(near, text, text + at);
        near->places[slot] = near->places[slot] == 0 ? at + 1 : near->places[slot] | TWICE;
    }
}

/* True when a seed of x[begin .. end) is in the table, which holds seeds of y. */
static bool has_seed(sst_near *near, const uint32_t *y, const uint32_t *x, uint32_t begin,
                     uint32_t end)
{
    for (uint32_t at = begin; at + SST_ALIGN_SEED <= end; at++)
        if (near->places[find_slot(near, y, x + at)] != 0)
            return true;
    return false;
}

static uint32_t at_most_far(uint32_t left)
{
    return left < SST_NEAR_FAR ? left : SST_NEAR_FAR;
}

/* The first agreement of x after a passage of other text. It must be long and stand once: among
 * several small ones, or where text repeats, the first need not be the right one, and the texts
 * are not near. Returns its length, 0: none. */
static uint32_t far_agreement(walk *w, uint32_t *x_skip, uint32_t *y_skip)
{
    sst_near *near = w->near;
    uint32_t x_size = at_most_far(w->x_count - w->x_at);
    uint32_t y_size = at_most_far(w->y_count - w->y_at), entry = 0, i = 0;
    w->is_doubtful = ++w->searches > SST_NEAR_SEARCHES || !clear_places(near, y_size);
    if (w->is_doubtful)
        return 0;
    enter_seeds(near, w->y, w->y_at, w->y_at + y_size);
    near->steps += x_size + y_size;
    for (; i + SST_ALIGN_SEED <= x_size && entry == 0; i++)
        entry = near->places[find_slot(near, w->y, w->x + w->x_at + i)];
    if (entry == 0)
        return 0;
    *x_skip = i - 1;
    *y_skip = place_of(entry) - w->y_at;
    uint32_t length = agreement_at(w, *x_skip, *y_skip);
    w->is_doubtful = length < SST_NEAR_RUN || (entry & TWICE) != 0;
    return length;
}

/* Adds the next agreement and the words before it; false when there is none. */
static bool find_agreement(walk *w)
{
    if (w->x_count - w->x_at < SST_ALIGN_SEED || w->y_count - w->y_at < SST_ALIGN_SEED)
        return false;
    sst_gap gap = {.x = w->x_at, .y = w->y_at};
    uint32_t length = nearest_agreement(w, &gap.x_size, &gap.y_size);
    if (length == 0)
        length = far_agreement(w, &gap.x_size, &gap.y_size);
    if (length == 0 || w->is_doubtful)
        return false;
    w->x_at += gap.x_size;
    w->y_at += gap.y_size;
    if (w->near->count == 0) /* an open end */
        gap = sst_gap_before(w->x_at, w->y_at);
    add_gap(w, &gap);
    add_block(w->near, (sst_block){.a = w->x_at, .b = w->y_at, .length = length});
    w->x_at += length;
    w->y_at += length;
    w->aligned += length;
    return true;
}

/* ---- what is left over -------------------------------------------------------------- */

/* Stretches of one text between the blocks. */
typedef struct rest {
    struct {
        uint32_t begin, end;
    } stretches[SST_NEAR_BLOCKS + 1];
    uint32_t count, tokens;
} rest;

static void add_stretch(rest *r, uint32_t begin, uint32_t end)
{
    if (end < begin + SST_ALIGN_SEED)
        return;
    r->stretches[r->count].begin = begin;
    r->stretches[r->count++].end = end;
    r->tokens += end - begin;
}

/* After a far agreement, equal single words in a gap divide nothing. */
static void list_rest(const walk *w, bool in_y, uint32_t size, rest *r)
{
    const sst_near *near = w->near;
    uint32_t least = w->searches > 0 ? SST_ALIGN_SEED : 1;
    uint32_t end = 0;
    r->count = r->tokens = 0;
    for (uint32_t i = 0; i < near->count; i++) {
        const sst_block *block = &near->blocks[i];
        if (block->length < least)
            continue;
        add_stretch(r, end, in_y ? block->b : block->a);
        end = (in_y ? block->b : block->a) + block->length;
    }
    add_stretch(r, end, size);
}

/* True when a seed of the rest of x is in the rest of y, too. */
static bool has_moved(walk *w)
{
    rest x, y;
    list_rest(w, false, w->x_count, &x);
    list_rest(w, true, w->y_count, &y);
    if (x.count == 0 || y.count == 0)
        return false;
    if (!clear_places(w->near, y.tokens))
        return true;
    for (uint32_t i = 0; i < y.count; i++)
        enter_seeds(w->near, w->y, y.stretches[i].begin, y.stretches[i].end);
    for (uint32_t i = 0; i < x.count; i++)
        if (has_seed(w->near, w->y, w->x, x.stretches[i].begin, x.stretches[i].end))
            return true;
    return false;
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
    while (!is_scattered(&w) && find_agreement(&w))
        continue;
    if (is_scattered(&w))
        return false;
    sst_gap tail = sst_gap_after(w.x_at, x_count, w.y_at, y_count);
    add_gap(&w, &tail);
    return is_near(&w) && !has_moved(&w);
}
