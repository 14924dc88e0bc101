#include "judge/near.h"

#include <string.h>

#include "judge/equal_mask.h"
#include "judge/gap.h"
#include "judge/run.h"
#include "text/shingle.h"

/* A walk through both texts: everything before x_at and y_at is done. */
typedef struct walk {
    sst_near *near;
    const uint32_t *x, *y;
    uint32_t x_count, y_count;
    uint32_t x_at, y_at;
    uint32_t aligned;  /* tokens in agreements so far */
    uint32_t looks;    /* seeds that were searched for in a whole text */
    uint32_t entered;  /* end of the text of y that far_agreement has entered; 0: none */
    bool is_far;       /* an agreement behind other text was looked for ... */
    bool is_doubtful;  /* ... and is not a clear one */
} walk;

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
    uint32_t length = (uint32_t)sst_run_length(w->x + x, w->y + y, limit);
    w->near->steps += length;
    return length;
}

/* A few tokens, and which low bits they have: most tokens of a gap are not among them. */
typedef struct window {
    const uint32_t *tokens;
    uint32_t size;
    uint64_t bits[4];
} window;

static void open_window(window *seen, const uint32_t *tokens, uint32_t size)
{
    *seen = (window){.tokens = tokens, .size = size};
    for (uint32_t i = 0; i < size; i++)
        seen->bits[tokens[i] >> 7 & 3] |= (uint64_t)1 << (tokens[i] >> 1 & 63);
}

/* Bit j: the token stands at place j. */
static uint32_t places_in(const window *seen, uint32_t token)
{
    if ((seen->bits[token >> 7 & 3] >> (token >> 1 & 63) & 1) == 0)
        return 0;
    return sst_equal_mask(seen->tokens, seen->size, token);
}

/* The agreement of a seed that skips the fewest tokens of both texts together; the longest of
 * those, then the first in x. At most SST_ALIGN_GAP tokens are skipped in each. Returns its
 * length, 0: none. */
static uint32_t nearest_agreement(walk *w, uint32_t *x_skip, uint32_t *y_skip)
{
    window seen;
    uint32_t x_most = furthest(w->x_count - w->x_at), y_most = furthest(w->y_count - w->y_at);
    const uint32_t *x = w->x + w->x_at, *y = w->y + w->y_at;
    uint32_t size = y_most + SST_ALIGN_SEED, least = UINT32_MAX, best = 0;
    open_window(&seen, y, size);
    uint32_t second = places_in(&seen, x[0]), third = places_in(&seen, x[1]);
    for (uint32_t i = 0; i <= x_most && i <= least; i++) {
        uint32_t first = second;
        second = third;
        third = places_in(&seen, x[i + 2]);
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

/* ---- seeds of a text ---------------------------------------------------------------- */

/* Two neighbours as a number of the filter, by the high bits of a product. */
static inline uint32_t filter_bit(const uint32_t *two)
{
    return (uint32_t)(sst_token_pair(two) * SST_SHINGLE_P >> (64 - SST_NEAR_FILTER_BITS));
}

static void enter_pairs(sst_near *near, const uint32_t *text, uint32_t begin, uint32_t end)
{
    for (uint32_t at = begin; at + 2 <= end; at++)
        near->filter[filter_bit(text + at)] = 1;
}

/* The first place from `at` whose seed may have been entered; none: `end`. */
static uint32_t next_possible(const sst_near *near, const uint32_t *text, uint32_t at,
                              uint32_t end)
{
    if (at + SST_ALIGN_SEED > end)
        return end;
    uint8_t second = near->filter[filter_bit(text + at)];
    for (; at + SST_ALIGN_SEED <= end; at++) {
        uint8_t first = second;
        second = near->filter[filter_bit(text + at + 1)];
        if ((first & second) != 0)
            return at;
    }
    return end;
}

/* Places of a seed in text[begin .. end), up to two; `first` is the first. */
static uint32_t count_places(const uint32_t *text, uint32_t begin, uint32_t end,
                             const uint32_t *seed, uint32_t *first)
{
    uint32_t places = 0;
    for (uint32_t at = begin; at + SST_ALIGN_SEED <= end && places < 2; at += 32) {
        uint32_t starts = end - at - (SST_ALIGN_SEED - 1);
        uint32_t mask = sst_equal_mask(text + at, starts < 32 ? starts : 32, seed[0]);
        for (; mask != 0 && places < 2; mask &= mask - 1) {
            uint32_t place = at + (uint32_t)__builtin_ctz(mask);
            if (text[place + 1] != seed[1] || text[place + 2] != seed[2])
                continue;
            if (places++ == 0)
                *first = place;
        }
    }
    return places;
}

static uint32_t at_most_far(uint32_t left)
{
    return left < SST_NEAR_FAR ? left : SST_NEAR_FAR;
}

/* Enters y up to `y_end`; what was entered before stays, though the walk is past it. */
static void enter_ahead(walk *w, uint32_t y_end)
{
    uint32_t begin = w->entered > w->y_at ? w->entered - 1 : w->y_at;
    if (w->entered == 0)
        memset(w->near->filter, 0, sizeof w->near->filter);
    enter_pairs(w->near, w->y, begin, y_end);
    w->entered = y_end;
}

/* The first agreement of x after a passage of other text. It must be long and stand once: among
 * several small ones, or where text repeats, the first need not be the right one, and the texts
 * are not near. Returns its length, 0: none. */
static uint32_t far_agreement(walk *w, uint32_t *x_skip, uint32_t *y_skip)
{
    uint32_t x_end = w->x_at + at_most_far(w->x_count - w->x_at);
    uint32_t y_end = w->y_at + at_most_far(w->y_count - w->y_at), place, places = 0, at = w->x_at;
    enter_ahead(w, y_end);
    for (;; at++) {
        at = next_possible(w->near, w->x, at, x_end);
        if (at == x_end || ++w->looks > SST_NEAR_LOOKS)
            break;
        places = count_places(w->y, w->y_at, y_end, w->x + at, &place);
        if (places > 0)
            break;
    }
    w->is_far = true;
    w->is_doubtful = w->looks > SST_NEAR_LOOKS;
    if (places == 0)
        return 0;
    *x_skip = at - w->x_at;
    *y_skip = place - w->y_at;
    uint32_t length = agreement_at(w, *x_skip, *y_skip);
    w->is_doubtful = length < SST_NEAR_RUN || places > 1;
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
    uint32_t count;
} rest;

static void add_stretch(rest *r, uint32_t begin, uint32_t end)
{
    if (end < begin + SST_ALIGN_SEED)
        return;
    r->stretches[r->count].begin = begin;
    r->stretches[r->count++].end = end;
}

/* Blocks under `least` tokens, equal words in a gap, divide nothing. */
static void list_rest(const walk *w, bool in_y, uint32_t size, uint32_t least, rest *r)
{
    const sst_near *near = w->near;
    uint32_t end = 0;
    r->count = 0;
    for (uint32_t i = 0; i < near->count; i++) {
        const sst_block *block = &near->blocks[i];
        if (block->length < least)
            continue;
        add_stretch(r, end, in_y ? block->b : block->a);
        end = (in_y ? block->b : block->a) + block->length;
    }
    add_stretch(r, end, size);
}

static bool is_in_rest(walk *w, const rest *y, const uint32_t *seed)
{
    uint32_t first;
    for (uint32_t i = 0; i < y->count; i++)
        if (count_places(w->y, y->stretches[i].begin, y->stretches[i].end, seed, &first) > 0)
            return true;
    return false;
}

/* True when a seed of the rest of x is in the rest of y, too, or when that takes too long to
 * tell; the rest is what stands in no block of `least` tokens. */
static bool has_moved(walk *w, uint32_t least)
{
    rest x, y;
    list_rest(w, false, w->x_count, least, &x);
    list_rest(w, true, w->y_count, least, &y);
    if (x.count == 0 || y.count == 0)
        return false;
    memset(w->near->filter, 0, sizeof w->near->filter);
    for (uint32_t i = 0; i < y.count; i++)
        enter_pairs(w->near, w->y, y.stretches[i].begin, y.stretches[i].end);
    for (uint32_t i = 0; i < x.count; i++) {
        uint32_t end = x.stretches[i].end;
        uint32_t at = next_possible(w->near, w->x, x.stretches[i].begin, end);
        for (; at < end; at = next_possible(w->near, w->x, at + 1, end))
            if (++w->looks > SST_NEAR_LOOKS || is_in_rest(w, &y, w->x + at))
                return true;
    }
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
    if (!is_near(&w))
        return false;
    near->complete = !has_moved(&w, SST_ALIGN_SEED);
    return near->complete || (!w.is_far && !has_moved(&w, 1));
}
