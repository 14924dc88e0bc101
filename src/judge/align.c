#include "judge/align.h"

#include <string.h>

#include "base/memory.h"
#include "judge/gap.h"
#include "judge/near.h"
#include "text/shingle.h"

/* Inside, x is the shorter text (by content where both are equally long) and y the other, so
 * that the work does not know which one the caller named first. A block's a is in x. */
struct sst_aligner {
    const uint32_t *x, *y;
    uint32_t x_count, y_count;
    bool swapped; /* x is b */

    uint32_t *heads; /* seed table: first place of a seed in x, plus one; 0 is free */
    size_t heads_capacity;
    uint32_t heads_mask;
    uint32_t *next; /* by place in x: next place of the same seed, plus one */
    size_t next_capacity;

    sst_block *matches;
    size_t match_count, matches_capacity;
    sst_block *blocks;
    size_t block_count, blocks_capacity;

    uint8_t *x_used, *y_used; /* tokens that belong to a block */
    size_t x_used_capacity, y_used_capacity;

    sst_block *spare; /* where sorting writes to */
    size_t spare_capacity;
    uint32_t *places; /* by place in a text: the block that begins there, plus one */
    size_t places_capacity;

    /* Chaining: by block, and a Fenwick tree over the blocks' order in y. */
    uint32_t *weight, *previous, *rank, *tree;
    size_t weight_capacity, previous_capacity, rank_capacity, tree_capacity;

    uint64_t steps;
    sst_near near;
};

sst_status sst_aligner_create(sst_aligner **aligner, sst_error *error)
{
    *aligner = sst_allocate_zeroed(1, sizeof **aligner, "an aligner", error);
    return *aligner == NULL ? SST_MEMORY : SST_OK;
}

void sst_aligner_free(sst_aligner *aligner)
{
    if (aligner == NULL)
        return;
    free(aligner->heads);
    free(aligner->next);
    free(aligner->matches);
    free(aligner->blocks);
    free(aligner->x_used);
    free(aligner->y_used);
    free(aligner->weight);
    free(aligner->previous);
    free(aligner->rank);
    free(aligner->tree);
    free(aligner->spare);
    free(aligner->places);
    free(aligner);
}

uint64_t sst_aligner_steps(const sst_aligner *aligner)
{
    return aligner->steps;
}

/* Enters where each block begins, in x (its a) or in y (its b), into a cleared `places`. */
static sst_status enter_places(sst_aligner *al, bool in_y, sst_error *error)
{
    uint32_t size = in_y ? al->y_count : al->x_count;
    if (SST_RESERVE(&al->places, &al->places_capacity, size, "the places", error) != SST_OK)
        return SST_MEMORY;
    memset(al->places, 0, size * sizeof *al->places);
    for (uint32_t i = 0; i < al->block_count; i++)
        al->places[in_y ? al->blocks[i].b : al->blocks[i].a] = i + 1;
    return SST_OK;
}

static void use_spare_as_blocks(sst_aligner *al)
{
    sst_block *blocks = al->blocks;
    size_t capacity = al->blocks_capacity;
    al->blocks = al->spare;
    al->blocks_capacity = al->spare_capacity;
    al->spare = blocks;
    al->spare_capacity = capacity;
}

/* Sorts the blocks by place. They are disjoint, so a place has one block at most. */
static sst_status sort_blocks(sst_aligner *al, bool in_y, sst_error *error)
{
    uint32_t size = in_y ? al->y_count : al->x_count;
    if (SST_RESERVE(&al->spare, &al->spare_capacity, al->block_count, "the blocks", error) !=
            SST_OK ||
        enter_places(al, in_y, error) != SST_OK)
        return SST_MEMORY;
    size_t count = 0;
    for (uint32_t place = 0; place < size; place++)
        if (al->places[place] != 0)
            al->spare[count++] = al->blocks[al->places[place] - 1];
    use_spare_as_blocks(al);
    return SST_OK;
}

static bool same_seed(const uint32_t *a, const uint32_t *b)
{
    return a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
}

/* The table slot that holds the seed at `tokens`, or the free slot where it belongs. */
static uint32_t find_slot(const sst_aligner *al, const uint32_t *tokens)
{
    uint32_t slot = (uint32_t)sst_shingle3(tokens) & al->heads_mask;
    while (al->heads[slot] != 0 && !same_seed(al->x + al->heads[slot] - 1, tokens))
        slot = (slot + 1) & al->heads_mask;
    return slot;
}

/* Phase 1: the places of every seed of x, in ascending order. */
static sst_status index_seeds(sst_aligner *al, sst_error *error)
{
    size_t size = 16;
    while (size < 2 * (size_t)al->x_count)
        size *= 2;
    if (SST_RESERVE(&al->heads, &al->heads_capacity, size, "the seed table", error) != SST_OK ||
        SST_RESERVE(&al->next, &al->next_capacity, al->x_count, "the seed places", error) !=
            SST_OK)
        return SST_MEMORY;
    memset(al->heads, 0, size * sizeof *al->heads);
    al->heads_mask = (uint32_t)(size - 1);
    for (uint32_t place = al->x_count - SST_ALIGN_SEED + 1; place-- > 0;) {
        uint32_t slot = find_slot(al, al->x + place);
        al->next[place] = al->heads[slot];
        al->heads[slot] = place + 1;
    }
    return SST_OK;
}

static uint32_t match_length(sst_aligner *al, uint32_t x, uint32_t y)
{
    uint32_t limit = al->x_count - x < al->y_count - y ? al->x_count - x : al->y_count - y;
    uint32_t length = SST_ALIGN_SEED;
    while (length < limit && al->x[x + length] == al->y[y + length])
        length++;
    al->steps += length;
    return length;
}

static sst_status add_matches_at(sst_aligner *al, uint32_t y, sst_error *error)
{
    uint32_t place = al->heads[find_slot(al, al->y + y)];
    al->steps++;
    for (unsigned tried = 0; place != 0 && tried < SST_ALIGN_SEEDS; tried++) {
        uint32_t x = place - 1;
        place = al->next[x];
        al->steps++;
        if (x > 0 && y > 0 && al->x[x - 1] == al->y[y - 1])
            continue; /* inside a match that is known already */
        if (SST_RESERVE(&al->matches, &al->matches_capacity, al->match_count + 1,
                        "the matches", error) != SST_OK)
            return SST_MEMORY;
        al->matches[al->match_count++] =
            (sst_block){.a = x, .b = y, .length = match_length(al, x, y)};
    }
    return SST_OK;
}

/* Phase 2: all maximal matches, up to the limit of steps. */
static sst_status find_matches(sst_aligner *al, sst_error *error)
{
    uint64_t limit = SST_ALIGN_STEPS * ((uint64_t)al->x_count + al->y_count) + 1024;
    al->match_count = 0;
    for (uint32_t y = 0; y + SST_ALIGN_SEED <= al->y_count && al->steps <= limit; y++) {
        sst_status status = add_matches_at(al, y, error);
        if (status != SST_OK)
            return status;
    }
    return SST_OK;
}

static sst_status clear_used(sst_aligner *al, sst_error *error)
{
    if (SST_RESERVE(&al->x_used, &al->x_used_capacity, al->x_count, "the marks", error) !=
            SST_OK ||
        SST_RESERVE(&al->y_used, &al->y_used_capacity, al->y_count, "the marks", error) != SST_OK)
        return SST_MEMORY;
    memset(al->x_used, 0, al->x_count);
    memset(al->y_used, 0, al->y_count);
    return SST_OK;
}

static void mark_used(sst_aligner *al, const sst_block *block)
{
    memset(al->x_used + block->a, 1, block->length);
    memset(al->y_used + block->b, 1, block->length);
}

static bool is_used(const sst_aligner *al, const sst_block *block, uint32_t offset)
{
    return al->x_used[block->a + offset] != 0 || al->y_used[block->b + offset] != 0;
}

/* The first unused stretch of a match. */
static sst_block trim(const sst_aligner *al, sst_block match)
{
    uint32_t begin = 0;
    while (begin < match.length && is_used(al, &match, begin))
        begin++;
    uint32_t end = begin;
    while (end < match.length && !is_used(al, &match, end))
        end++;
    return (sst_block){.a = match.a + begin, .b = match.b + begin, .length = end - begin};
}

/* Longest first; among equals in the order they were found, by place in y and then in x. */
static int compare_matches(const void *left, const void *right)
{
    const sst_block *a = left, *b = right;
    if (a->length != b->length)
        return a->length > b->length ? -1 : 1;
    if (a->b != b->b)
        return a->b < b->b ? -1 : 1;
    return a->a < b->a ? -1 : a->a > b->a;
}

/* Counting sort by length: most matches are short, the few long ones share a first class. */
static sst_status sort_matches(sst_aligner *al, sst_error *error)
{
    enum { CLASSES = 64 };
    size_t begin[CLASSES + 1] = {0};
    if (SST_RESERVE(&al->spare, &al->spare_capacity, al->match_count, "the matches", error) !=
        SST_OK)
        return SST_MEMORY;
    for (size_t i = 0; i < al->match_count; i++) {
        uint32_t length = al->matches[i].length;
        begin[length < CLASSES ? CLASSES - length : 1]++;
    }
    for (size_t class = 1; class <= CLASSES; class++)
        begin[class] += begin[class - 1];
    size_t longest = begin[1];
    for (size_t i = al->match_count; i-- > 0;) {
        uint32_t length = al->matches[i].length;
        al->spare[--begin[length < CLASSES ? CLASSES - length : 1]] = al->matches[i];
    }
    if (longest > 1)
        qsort(al->spare, longest, sizeof *al->spare, compare_matches);
    sst_block *matches = al->matches;
    size_t capacity = al->matches_capacity;
    al->matches = al->spare;
    al->matches_capacity = al->spare_capacity;
    al->spare = matches;
    al->spare_capacity = capacity;
    return SST_OK;
}

/* Phase 3: longest matches first, each token once; then in the order of x. */
static sst_status take_matches(sst_aligner *al, sst_error *error)
{
    if (SST_RESERVE(&al->blocks, &al->blocks_capacity, al->match_count + 1, "the blocks",
                    error) != SST_OK ||
        clear_used(al, error) != SST_OK || sort_matches(al, error) != SST_OK)
        return SST_MEMORY;
    al->block_count = 0;
    for (size_t i = 0; i < al->match_count; i++) {
        sst_block block = trim(al, al->matches[i]);
        if (block.length < SST_ALIGN_SEED)
            continue;
        mark_used(al, &block);
        al->blocks[al->block_count++] = block;
    }
    return sort_blocks(al, false, error);
}

/* rank[block] = its 1-based position among the blocks in the order of y. */
static sst_status rank_blocks(sst_aligner *al, sst_error *error)
{
    size_t count = al->block_count;
    if (SST_RESERVE(&al->weight, &al->weight_capacity, count, "the chain", error) != SST_OK ||
        SST_RESERVE(&al->previous, &al->previous_capacity, count, "the chain", error) != SST_OK ||
        SST_RESERVE(&al->rank, &al->rank_capacity, count, "the chain", error) != SST_OK ||
        SST_RESERVE(&al->tree, &al->tree_capacity, count + 1, "the chain", error) != SST_OK ||
        enter_places(al, true, error) != SST_OK)
        return SST_MEMORY;
    uint32_t rank = 0;
    for (uint32_t place = 0; place < al->y_count; place++)
        if (al->places[place] != 0)
            al->rank[al->places[place] - 1] = ++rank;
    memset(al->tree, 0, (count + 1) * sizeof *al->tree);
    return SST_OK;
}

/* The heaviest chain that ends before `rank`, as block number plus one. */
static uint32_t best_before(const sst_aligner *al, uint32_t rank)
{
    uint32_t best = 0;
    for (uint32_t node = rank - 1; node > 0; node &= node - 1)
        if (al->tree[node] != 0 &&
            (best == 0 || al->weight[al->tree[node] - 1] > al->weight[best - 1]))
            best = al->tree[node];
    return best;
}

static void enter_chain(sst_aligner *al, uint32_t block)
{
    for (uint32_t node = al->rank[block]; node <= al->block_count; node += node & -node)
        if (al->tree[node] == 0 || al->weight[block] > al->weight[al->tree[node] - 1])
            al->tree[node] = block + 1;
}

/* Phase 4: the heaviest chain in order on both sides; everything else has moved. */
static sst_status chain_blocks(sst_aligner *al, sst_error *error)
{
    if (rank_blocks(al, error) != SST_OK)
        return SST_MEMORY;
    uint32_t best = 0;
    for (uint32_t i = 0; i < al->block_count; i++) {
        uint32_t before = best_before(al, al->rank[i]);
        al->previous[i] = before;
        al->weight[i] = al->blocks[i].length + (before != 0 ? al->weight[before - 1] : 0);
        enter_chain(al, i);
        if (best == 0 || al->weight[i] > al->weight[best - 1])
            best = i + 1;
        al->blocks[i].moved = true;
    }
    for (; best != 0; best = al->previous[best - 1])
        al->blocks[best - 1].moved = false;
    return SST_OK;
}

/* Drops moved passages that are too short; `x_used` and `y_used` mark what is left. */
static sst_status drop_chance(sst_aligner *al, sst_error *error)
{
    if (clear_used(al, error) != SST_OK)
        return SST_MEMORY;
    size_t kept = 0;
    for (size_t i = 0; i < al->block_count; i++) {
        if (al->blocks[i].moved && al->blocks[i].length < SST_ALIGN_MOVED)
            continue;
        mark_used(al, &al->blocks[i]);
        al->blocks[kept++] = al->blocks[i];
    }
    al->block_count = kept;
    return SST_OK;
}

static bool gap_is_open(const sst_aligner *al, const sst_gap *g)
{
    return g->x_size > 0 && g->y_size > 0 && g->x_size <= SST_ALIGN_GAP &&
           g->y_size <= SST_ALIGN_GAP && memchr(al->x_used + g->x, 1, g->x_size) == NULL &&
           memchr(al->y_used + g->y, 1, g->y_size) == NULL;
}

/* Appends the words of a gap. Room was made for them. */
static void fill_gap(sst_aligner *al, const sst_gap *g)
{
    if (!gap_is_open(al, g))
        return;
    al->block_count +=
        sst_gap_fill(al->x, al->y, g, al->blocks + al->block_count);
    al->steps += (uint64_t)g->x_size * g->y_size;
}

/* Phase 5: the words between chained blocks, and next to the outermost ones. */
static sst_status fill_gaps(sst_aligner *al, sst_error *error)
{
    size_t blocks = al->block_count;
    if (SST_RESERVE(&al->blocks, &al->blocks_capacity, blocks + (blocks + 1) * SST_ALIGN_GAP,
                    "the blocks", error) != SST_OK)
        return SST_MEMORY;
    uint32_t x = 0, y = 0;
    bool first = true;
    for (size_t i = 0; i <= blocks; i++) {
        bool last = i == blocks;
        if (!last && al->blocks[i].moved)
            continue;
        uint32_t x_end = last ? al->x_count : al->blocks[i].a;
        uint32_t y_end = last ? al->y_count : al->blocks[i].b;
        sst_gap g = {x, y, x_end - x, y_end - y};
        if (first) /* an open end */
            g = sst_gap_before(x_end, y_end);
        else if (last)
            g = sst_gap_after(x, x_end, y, y_end);
        fill_gap(al, &g);
        if (!last) {
            x = x_end + al->blocks[i].length;
            y = y_end + al->blocks[i].length;
            first = false;
        }
    }
    return SST_OK;
}

/* Phase 6: sorted by a, neighbours joined; a block's a is in x until it is swapped. */
static sst_status finish_blocks(sst_aligner *al, sst_error *error)
{
    if (sort_blocks(al, al->swapped, error) != SST_OK)
        return SST_MEMORY;
    size_t kept = 0;
    for (size_t i = 0; i < al->block_count; i++) {
        sst_block block = al->blocks[i];
        if (al->swapped)
            block = (sst_block){block.b, block.a, block.length, block.moved};
        sst_block *before = kept > 0 ? &al->blocks[kept - 1] : NULL;
        if (before != NULL && before->moved == block.moved &&
            before->a + before->length == block.a && before->b + before->length == block.b)
            before->length += block.length;
        else
            al->blocks[kept++] = block;
    }
    al->block_count = kept;
    return SST_OK;
}

/* True when b is the one to index: the shorter, or the smaller content. */
static bool is_swapped(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
    if (a_count != b_count)
        return a_count > b_count;
    size_t same = 0;
    while (same < a_count && a[same] == b[same])
        same++;
    return same < a_count && a[same] > b[same];
}

static sst_status align_texts(sst_aligner *al, sst_error *error)
{
    sst_status status = index_seeds(al, error);
    if (status == SST_OK)
        status = find_matches(al, error);
    if (status == SST_OK)
        status = take_matches(al, error);
    if (status == SST_OK && al->block_count > 0)
        status = chain_blocks(al, error);
    if (status == SST_OK && al->block_count > 0)
        status = drop_chance(al, error);
    if (status == SST_OK && al->block_count > 0)
        status = fill_gaps(al, error);
    return status;
}

/* Makes x the shorter text. */
static sst_status enter_texts(sst_aligner *al, const uint32_t *a, size_t a_count,
                              const uint32_t *b, size_t b_count, sst_error *error)
{
    if (a_count > INT32_MAX || b_count > INT32_MAX)
        return sst_fail(error, SST_LIMIT,
                        "cannot align a text of 2^31 tokens; cut it into smaller stories");
    al->swapped = is_swapped(a, a_count, b, b_count);
    al->x = al->swapped ? b : a;
    al->y = al->swapped ? a : b;
    al->x_count = (uint32_t)(al->swapped ? b_count : a_count);
    al->y_count = (uint32_t)(al->swapped ? a_count : b_count);
    al->steps = 0;
    return SST_OK;
}

sst_status sst_align_near(sst_aligner *aligner, const uint32_t *a, size_t a_count,
                          const uint32_t *b, size_t b_count, const sst_block **blocks,
                          size_t *count, bool *complete, sst_error *error)
{
    *blocks = NULL;
    *count = 0;
    *complete = false;
    sst_status status = enter_texts(aligner, a, a_count, b, b_count, error);
    if (status != SST_OK || aligner->x_count < SST_ALIGN_SEED)
        return status;
    sst_near *near = &aligner->near;
    bool found = sst_near_align(near, aligner->x, aligner->x_count, aligner->y, aligner->y_count);
    aligner->steps = near->steps;
    if (!found)
        return SST_OK;
    for (uint32_t i = 0; i < near->count && aligner->swapped; i++) {
        uint32_t in_x = near->blocks[i].a;
        near->blocks[i].a = near->blocks[i].b;
        near->blocks[i].b = in_x;
    }
    *blocks = near->blocks;
    *count = near->count;
    *complete = near->complete;
    return SST_OK;
}

sst_status sst_align_full(sst_aligner *aligner, const uint32_t *a, size_t a_count,
                          const uint32_t *b, size_t b_count, const sst_block **blocks,
                          size_t *count, sst_error *error)
{
    *blocks = NULL;
    *count = 0;
    sst_status status = enter_texts(aligner, a, a_count, b, b_count, error);
    if (status != SST_OK || aligner->x_count < SST_ALIGN_SEED)
        return status;
    status = align_texts(aligner, error);
    if (status == SST_OK)
        status = finish_blocks(aligner, error);
    if (status != SST_OK)
        return status;
    *blocks = aligner->blocks;
    *count = aligner->block_count;
    return SST_OK;
}

sst_status sst_align(sst_aligner *aligner, const uint32_t *a, size_t a_count, const uint32_t *b,
                     size_t b_count, const sst_block **blocks, size_t *count, sst_error *error)
{
    bool complete;
    sst_status status =
        sst_align_near(aligner, a, a_count, b, b_count, blocks, count, &complete, error);
    if (status != SST_OK || *count > 0)
        return status;
    uint64_t steps = aligner->steps;
    status = sst_align_full(aligner, a, a_count, b, b_count, blocks, count, error);
    aligner->steps += steps;
    return status;
}
