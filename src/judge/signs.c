#include "judge/signs.h"

#include <string.h>

#include "base/hash.h"
#include "base/memory.h"

/* What is known of a title word. */
enum {
    WORD_USED = 1,
    WORD_TITLE_A = 2,
    WORD_TITLE_B = 4,
    WORD_BODY_A = 8,
    WORD_BODY_B = 16,
    WORD_RENAMED = 32,
    WORD_SLOTS = 4 * SST_SIGNS_TITLE, /* at most half full */
    WORD_FILTER = 1024,
};

_Static_assert((WORD_SLOTS & (WORD_SLOTS - 1)) == 0, "slots are masked");

typedef struct title_word {
    uint32_t token;
    uint8_t flags;
} title_word;

/* One side of a gap: tokens that stand in no block. */
typedef struct gap_side {
    const uint32_t *tokens;
    uint32_t kept[SST_ALIGN_GAP]; /* the tokens, where moved blocks stand among them */
    uint32_t count;
    uint32_t figures;
    uint64_t figure_sum; /* equal for equal multisets of figures */
    bool too_long;
} gap_side;

typedef struct replacement {
    uint64_t from, to;
} replacement;

enum { REPLACEMENTS = 64 }; /* different replaced figures that are told apart */

struct sst_reader {
    title_word words[WORD_SLOTS];
    uint8_t filter[WORD_FILTER]; /* by low bits of a token: some title has such a word */
    uint16_t entered[2 * SST_SIGNS_TITLE]; /* slots of the words of this pair */
    uint32_t entered_count;
    uint8_t *a_used, *b_used; /* tokens that stand in a block, where one has moved */
    size_t a_used_capacity, b_used_capacity;
    bool may_be_renamed;
    replacement replaced[REPLACEMENTS];
    uint32_t renamed_a, renamed_b;
    const sst_signs_text *a, *b;
    sst_signs *signs;
};

sst_status sst_reader_create(sst_reader **reader, sst_error *error)
{
    *reader = sst_allocate_zeroed(1, sizeof **reader, "a reader of signs", error);
    return *reader == NULL ? SST_MEMORY : SST_OK;
}

void sst_reader_free(sst_reader *reader)
{
    if (reader == NULL)
        return;
    free(reader->a_used);
    free(reader->b_used);
    free(reader);
}

/* The word's entry, or the free one where it belongs. */
static title_word *find_word(sst_reader *reader, uint32_t token)
{
    uint32_t slot = token * 2654435769u >> 16 & (WORD_SLOTS - 1);
    while (reader->words[slot].flags != 0 && reader->words[slot].token != token)
        slot = (slot + 1) & (WORD_SLOTS - 1);
    return &reader->words[slot];
}

/* Forgets the words of the pair before. */
static void clear_words(sst_reader *reader)
{
    for (uint32_t i = 0; i < reader->entered_count; i++) {
        title_word *word = &reader->words[reader->entered[i]];
        reader->filter[word->token % WORD_FILTER] = 0;
        word->flags = 0;
    }
    reader->entered_count = 0;
}

static uint32_t enter_title(sst_reader *reader, const uint32_t *title, size_t count, uint8_t side)
{
    uint32_t distinct = 0;
    for (size_t i = 0; i < count && distinct < SST_SIGNS_TITLE; i++) {
        title_word *word = find_word(reader, title[i]);
        if (word->flags == 0)
            reader->entered[reader->entered_count++] = (uint16_t)(word - reader->words);
        distinct += (word->flags & side) == 0;
        word->token = title[i];
        word->flags |= (uint8_t)(WORD_USED | side);
        reader->filter[title[i] % WORD_FILTER] = 1;
    }
    return distinct;
}

static void mark_body(sst_reader *reader, const uint32_t *tokens, size_t begin, size_t end,
                      uint8_t sides)
{
    for (size_t i = begin; i < end; i++) {
        if (reader->filter[tokens[i] % WORD_FILTER] == 0)
            continue;
        title_word *word = find_word(reader, tokens[i]);
        if (word->flags != 0)
            word->flags |= sides;
    }
}

/* What stands in no block is its story's own. */
static void mark_rest_a(sst_reader *reader, const sst_block *blocks, size_t count)
{
    size_t end = 0;
    for (size_t i = 0; i < count; i++) {
        mark_body(reader, reader->a->tokens, end, blocks[i].a, WORD_BODY_A);
        end = (size_t)blocks[i].a + blocks[i].length;
    }
    mark_body(reader, reader->a->tokens, end, reader->a->token_count, WORD_BODY_A);
}

static void mark_rest_b(sst_reader *reader, const sst_block *blocks, size_t count)
{
    size_t end = 0, size = reader->b->token_count;
    for (size_t i = 0; i < count && reader->signs->moved == 0; i++) {
        mark_body(reader, reader->b->tokens, end, blocks[i].b, WORD_BODY_B);
        end = (size_t)blocks[i].b + blocks[i].length;
    }
    if (reader->signs->moved == 0)
        mark_body(reader, reader->b->tokens, end, size, WORD_BODY_B);
    else
        for (size_t i = 0; i < size; i++)
            if (reader->b_used[i] == 0)
                mark_body(reader, reader->b->tokens, i, i + 1, WORD_BODY_B);
}

static void mark_aligned(sst_reader *reader, const sst_block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        mark_body(reader, reader->a->tokens, blocks[i].a, (size_t)blocks[i].a + blocks[i].length,
                  WORD_BODY_A | WORD_BODY_B);
}

/* True when each story has a title word that the other title lacks in text that the other lacks.
 * Otherwise one of them has lost nothing of its subject, and no name was exchanged. */
static bool subjects_may_differ(const sst_reader *reader)
{
    bool of_a = false, of_b = false;
    for (uint32_t i = 0; i < reader->entered_count; i++) {
        uint8_t flags = reader->words[reader->entered[i]].flags;
        of_a |= flags == (WORD_USED | WORD_TITLE_A | WORD_BODY_A);
        of_b |= flags == (WORD_USED | WORD_TITLE_B | WORD_BODY_B);
    }
    return of_a && of_b;
}

static void count_titles(sst_reader *reader)
{
    sst_signs *signs = reader->signs;
    signs->title_union = reader->entered_count;
    signs->title_shared = signs->title_a + signs->title_b - signs->title_union;
}

static void count_words(sst_reader *reader)
{
    sst_signs *signs = reader->signs;
    for (uint32_t i = 0; i < reader->entered_count; i++) {
        uint8_t flags = reader->words[reader->entered[i]].flags;
        bool in_a = (flags & (WORD_TITLE_A | WORD_BODY_A)) != 0;
        bool in_b = (flags & (WORD_TITLE_B | WORD_BODY_B)) != 0;
        bool title_a = (flags & WORD_TITLE_A) != 0, title_b = (flags & WORD_TITLE_B) != 0;
        bool subject_a = title_a && (flags & WORD_BODY_A) != 0;
        bool subject_b = title_b && (flags & WORD_BODY_B) != 0;
        signs->subject_a += subject_a;
        signs->subject_b += subject_b;
        signs->lost_a += subject_a && !in_b;
        signs->lost_b += subject_b && !in_a;
        signs->covered_a += title_a && in_b;
        signs->covered_b += title_b && in_a;
    }
}

static bool titles_are_equal(const sst_signs_text *a, const sst_signs_text *b)
{
    return a->title_count == b->title_count &&
           (a->title_count == 0 ||
            memcmp(a->title, b->title, a->title_count * sizeof *a->title) == 0);
}

/* What each story is about, what the other one lacks of it. */
static void read_subjects(sst_reader *reader, const sst_block *blocks, size_t count)
{
    mark_aligned(reader, blocks, count);
    count_words(reader);
}

static size_t at_most(size_t value, size_t limit)
{
    return value < limit ? value : limit;
}

/* A short text, or one with much text of its own: there every word counts. */
static bool all_words_count(const sst_reader *reader)
{
    size_t shorter = at_most(reader->a->token_count, reader->b->token_count);
    return shorter < SST_SIGNS_SHORT ||
           (uint64_t)reader->signs->aligned * 100 < (uint64_t)shorter * SST_SIGNS_PARTLY;
}

/* Titles: what they share, and whether the subjects are looked at. */
static void read_titles(sst_reader *reader, const sst_block *blocks, size_t count, bool all)
{
    sst_signs *signs = reader->signs;
    reader->may_be_renamed = false;
    clear_words(reader);
    if (!all && titles_are_equal(reader->a, reader->b))
        return;
    signs->title_a = enter_title(reader, reader->a->title, reader->a->title_count, WORD_TITLE_A);
    signs->title_b = enter_title(reader, reader->b->title, reader->b->title_count, WORD_TITLE_B);
    count_titles(reader);
    mark_rest_a(reader, blocks, count);
    mark_rest_b(reader, blocks, count);
    reader->may_be_renamed = subjects_may_differ(reader);
    if (all || reader->may_be_renamed)
        read_subjects(reader, blocks, count);
}

/* Gaps are what lies between the blocks, unless some have moved. */
static sst_status mark_moved(sst_reader *reader, const sst_block *blocks, size_t count,
                             sst_error *error)
{
    if (reader->signs->moved == 0)
        return SST_OK;
    if (SST_RESERVE(&reader->a_used, &reader->a_used_capacity, reader->a->token_count,
                    "the marks", error) != SST_OK ||
        SST_RESERVE(&reader->b_used, &reader->b_used_capacity, reader->b->token_count,
                    "the marks", error) != SST_OK)
        return SST_MEMORY;
    memset(reader->a_used, 0, reader->a->token_count);
    memset(reader->b_used, 0, reader->b->token_count);
    for (size_t i = 0; i < count; i++) {
        memset(reader->a_used + blocks[i].a, 1, blocks[i].length);
        memset(reader->b_used + blocks[i].b, 1, blocks[i].length);
    }
    return SST_OK;
}

static void count_blocks(sst_signs *signs, const sst_block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const sst_block *block = &blocks[i];
        signs->aligned += block->length;
        signs->moved += block->moved ? block->length : 0;
        signs->runs += !block->moved;
        if (block->length > signs->longest_run)
            signs->longest_run = block->length;
    }
}

static void count_figures(sst_reader *reader, const sst_block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint32_t *tokens = reader->a->tokens + blocks[i].a;
        uint32_t figures = 0;
        for (uint32_t k = 0; k < blocks[i].length; k++)
            figures += tokens[k] & 1;
        reader->signs->figures_same += figures;
    }
}

static void count_gap_figures(gap_side *side)
{
    side->figures = 0;
    side->figure_sum = 0;
    for (uint32_t i = 0; i < side->count; i++)
        if ((side->tokens[i] & 1) != 0) {
            side->figures++;
            side->figure_sum += sst_mix64(side->tokens[i]);
        }
}

/* The free tokens of [begin, end); `used` NULL: all of them. */
static void read_gap(const uint32_t *tokens, const uint8_t *used, size_t begin, size_t end,
                     gap_side *side)
{
    side->count = 0;
    side->tokens = used == NULL ? tokens + begin : side->kept;
    side->too_long = used == NULL && end - begin > SST_ALIGN_GAP;
    if (used == NULL && !side->too_long)
        side->count = (uint32_t)(end - begin);
    for (size_t i = begin; used != NULL && i < end && !side->too_long; i++) {
        if (used[i] != 0)
            continue;
        if (side->count == SST_ALIGN_GAP)
            side->too_long = true;
        else
            side->kept[side->count++] = tokens[i];
    }
}

static bool figures_disagree(const gap_side *a, const gap_side *b)
{
    return a->figures > 0 && b->figures > 0 &&
           (a->figures != b->figures || a->figure_sum != b->figure_sum);
}

/* A figure for a figure, and as many words around them, unless the whole phrase is new: another
 * way of writing ("10 am" and "10am", "44.5" and "44r5") is no change. */
static bool is_figure_change(const gap_side *a, const gap_side *b)
{
    return a->figures == b->figures && (a->count == b->count || (a->count >= 4 && b->count >= 4));
}

/* A figure that is replaced by the same one everywhere is one change. */
static void count_figure_change(sst_reader *reader, uint64_t from, uint64_t to)
{
    uint32_t known = reader->signs->figures_changed;
    for (uint32_t i = 0; i < known && i < REPLACEMENTS; i++)
        if (reader->replaced[i].from == from && reader->replaced[i].to == to)
            return;
    if (known < REPLACEMENTS)
        reader->replaced[known] = (replacement){from, to};
    reader->signs->figures_changed++;
}

/* Title words of one story that the other has nowhere, as words of a gap; figures apart. */
static uint32_t find_renamed(sst_reader *reader, const gap_side *side, uint8_t own_title,
                             uint8_t other, title_word *found[SST_ALIGN_GAP])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < side->count; i++) {
        if ((side->tokens[i] & 1) != 0)
            continue;
        title_word *word = find_word(reader, side->tokens[i]);
        if ((word->flags & own_title) != 0 && (word->flags & other) == 0)
            found[count++] = word;
    }
    return count;
}

static void mark_renamed(title_word *const *found, uint32_t count, uint32_t *distinct)
{
    for (uint32_t i = 0; i < count; i++) {
        *distinct += (found[i]->flags & WORD_RENAMED) == 0;
        found[i]->flags |= WORD_RENAMED;
    }
}

static void read_renames(sst_reader *reader, const gap_side *a, const gap_side *b)
{
    title_word *in_a[SST_ALIGN_GAP], *in_b[SST_ALIGN_GAP];
    uint32_t a_count =
        find_renamed(reader, a, WORD_TITLE_A, WORD_TITLE_B | WORD_BODY_B, in_a);
    uint32_t b_count =
        find_renamed(reader, b, WORD_TITLE_B, WORD_TITLE_A | WORD_BODY_A, in_b);
    if (a_count == 0 || b_count == 0)
        return;
    reader->signs->renamed_places++;
    mark_renamed(in_a, a_count, &reader->renamed_a);
    mark_renamed(in_b, b_count, &reader->renamed_b);
}

/* A gap between [a_begin, a_end) and [b_begin, b_end); an edge is no edit, but names in it are
 * looked at. */
static void read_gaps_at(sst_reader *reader, size_t a_begin, size_t a_end, size_t b_begin,
                         size_t b_end, bool edge)
{
    gap_side a, b;
    bool moved = reader->signs->moved > 0;
    read_gap(reader->a->tokens, moved ? reader->a_used : NULL, a_begin, a_end, &a);
    read_gap(reader->b->tokens, moved ? reader->b_used : NULL, b_begin, b_end, &b);
    reader->signs->stretches += a.too_long + b.too_long;
    if (a.too_long || b.too_long)
        return;
    reader->signs->insertions += !edge && (a.count == 0) != (b.count == 0);
    if (a.count == 0 || b.count == 0)
        return;
    if (reader->may_be_renamed)
        read_renames(reader, &a, &b);
    if (edge)
        return;
    reader->signs->edits++;
    count_gap_figures(&a);
    count_gap_figures(&b);
    if (!figures_disagree(&a, &b))
        return;
    reader->signs->figure_edits++;
    if (is_figure_change(&a, &b))
        count_figure_change(reader, a.figure_sum, b.figure_sum);
}

/* Before the first block in order, or after the last. */
static void read_end(sst_reader *reader, size_t a_begin, size_t a_end, size_t b_begin,
                     size_t b_end)
{
    gap_side a, b;
    bool moved = reader->signs->moved > 0;
    read_gap(reader->a->tokens, moved ? reader->a_used : NULL, a_begin, a_end, &a);
    read_gap(reader->b->tokens, moved ? reader->b_used : NULL, b_begin, b_end, &b);
    reader->signs->stretches += a.too_long + b.too_long;
}

static void read_gaps(sst_reader *reader, const sst_block *blocks, size_t count)
{
    size_t a = 0, b = 0;
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        const sst_block *block = &blocks[i];
        if (block->moved)
            continue;
        if (first) {
            reader->signs->lead_a = block->a;
            reader->signs->lead_b = block->b;
            read_end(reader, 0, block->a, 0, block->b);
            a = block->a - at_most(block->a, SST_SIGNS_EDGE);
            b = block->b - at_most(block->b, SST_SIGNS_EDGE);
        }
        read_gaps_at(reader, a, block->a, b, block->b, first);
        a = (size_t)block->a + block->length;
        b = (size_t)block->b + block->length;
        first = false;
    }
    if (first)
        return;
    read_end(reader, a, reader->a->token_count, b, reader->b->token_count);
    read_gaps_at(reader, a, at_most(reader->a->token_count, a + SST_SIGNS_EDGE), b,
                 at_most(reader->b->token_count, b + SST_SIGNS_EDGE), true);
}

sst_status sst_read_signs(sst_reader *reader, const sst_signs_text *a, const sst_signs_text *b,
                          const sst_block *blocks, size_t block_count, bool all,
                          sst_signs *signs, sst_error *error)
{
    memset(signs, 0, sizeof *signs);
    reader->a = a;
    reader->b = b;
    reader->signs = signs;
    reader->renamed_a = reader->renamed_b = 0;
    count_blocks(signs, blocks, block_count);
    if (mark_moved(reader, blocks, block_count, error) != SST_OK)
        return SST_MEMORY;
    all |= all_words_count(reader);
    read_titles(reader, blocks, block_count, all);
    read_gaps(reader, blocks, block_count);
    if (all || signs->figures_changed > 0)
        count_figures(reader, blocks, block_count);
    signs->renamed_words =
        reader->renamed_a < reader->renamed_b ? reader->renamed_a : reader->renamed_b;
    return SST_OK;
}
