#include "judge/evidence.h"

#include <string.h>

#include "base/memory.h"
#include "judge/bits.h"
#include "judge/outline.h"
#include "judge/recall.h"
#include "judge/run.h"

enum {
    COMMON = 0, /* status of a shingle in half units of "own"; between the two: 1 */
    OWN = 2,
    FILTER = 32,      /* marks to a shingle, at least */
    LEAST_FILTER = 1024,
    MOST_FILTER = 1 << 15,
};

/* One text of a pair, and what of it is shared. */
typedef struct side {
    const sst_outline *outline;
    uint64_t *places;        /* bits, like the next two */
    uint64_t *room, *picked;
    const uint64_t *shared;  /* by number */
    uint32_t *shared_before; /* by word of bits: how many before it */
    size_t places_capacity, room_capacity, picked_capacity, shared_before_capacity;
    uint32_t shared_count;
} side;

struct sst_weigher {
    sst_outliner first, second; /* the first keeps its text while it meets others */
    uint64_t *first_common;
    size_t first_common_capacity;
    sst_recall *recall;
    side a, b;
    uint8_t *filter; /* by three neighbours: they may stand in the first text */
    size_t filter_capacity, filter_mask;
};

sst_status sst_weigher_create(sst_weigher **weigher, sst_error *error)
{
    *weigher = sst_allocate_zeroed(1, sizeof **weigher, "a weigher", error);
    if (*weigher == NULL)
        return SST_MEMORY;
    if (sst_recall_create(&(*weigher)->recall, error) == SST_OK)
        return SST_OK;
    sst_weigher_free(*weigher);
    *weigher = NULL;
    return SST_MEMORY;
}

static void free_side(side *s)
{
    free(s->places);
    free(s->room);
    free(s->picked);
    free(s->shared_before);
}

void sst_weigher_free(sst_weigher *weigher)
{
    if (weigher == NULL)
        return;
    sst_outliner_free(&weigher->first);
    sst_outliner_free(&weigher->second);
    free(weigher->first_common);
    sst_recall_free(weigher->recall);
    free_side(&weigher->a);
    free_side(&weigher->b);
    free(weigher->filter);
    free(weigher);
}

static sst_status open_side(side *s, const sst_outline *outline, sst_error *error)
{
    const char *what = "the shingles";
    size_t words = sst_bits_words(outline->places) + 1; /* sst_bits_set_range touches one more */
    s->outline = outline;
    if (SST_RESERVE(&s->places, &s->places_capacity, words, what, error) != SST_OK ||
        SST_RESERVE(&s->room, &s->room_capacity, words, what, error) != SST_OK ||
        SST_RESERVE(&s->picked, &s->picked_capacity, words, what, error) != SST_OK ||
        SST_RESERVE(&s->shared_before, &s->shared_before_capacity, words, what, error) != SST_OK)
        return SST_MEMORY;
    memset(s->places, 0, words * sizeof *s->places);
    return SST_OK;
}

/* ---- the texts of a pair ------------------------------------------------------------ */

/* Three neighbours as a number of the filter. Tokens are uniform but for bit 0. */
static inline size_t filter_place(const uint32_t *three, size_t mask)
{
    uint64_t pair = sst_token_pair(three);
    return (size_t)(pair >> 1 ^ pair >> 40 ^ three[2] >> 15) & mask;
}

static sst_status enter_threes(sst_weigher *w, const sst_evidence_text *text, sst_error *error)
{
    size_t size = LEAST_FILTER;
    while (size < FILTER * text->token_count && size < MOST_FILTER)
        size *= 2;
    if (SST_RESERVE(&w->filter, &w->filter_capacity, size, "the shingles", error) != SST_OK)
        return SST_MEMORY;
    uint8_t *filter = memset(w->filter, 0, size);
    const uint32_t *tokens = text->tokens;
    size_t mask = w->filter_mask = size - 1, end = text->token_count;
    for (size_t at = 0; at + 2 < end; at++)
        filter[filter_place(tokens + at, mask)] = 1;
    return SST_OK;
}

/* Enters the first text, unless the pair before had the same: one text often meets many others. */
static sst_status enter_first(sst_weigher *w, const sst_evidence_text *text, sst_error *error)
{
    if (sst_outline_is_of(&w->first.outline, text))
        return SST_OK;
    w->first.outline.key = (sst_hash128){0, 0}; /* nothing, should entering fail */
    if (SST_RESERVE(&w->first_common, &w->first_common_capacity, text->common_count, "the shingles",
                    error) != SST_OK ||
        enter_threes(w, text, error) != SST_OK ||
        sst_outline_make(&w->first, text, error) != SST_OK)
        return SST_MEMORY;
    if (text->common_count > 0)
        memcpy(w->first_common, text->common, text->common_count * sizeof *text->common);
    w->first.outline.common = w->first_common;
    return SST_OK;
}

static sst_status find_second(sst_weigher *w, const sst_evidence_text *text,
                              const sst_outline **outline, sst_error *error)
{
    *outline = sst_recall_find(w->recall, text);
    if (*outline != NULL)
        return SST_OK;
    *outline = &w->second.outline;
    sst_status status = sst_outline_make(&w->second, text, error);
    return status == SST_OK ? sst_recall_keep(w->recall, *outline, error) : status;
}

/* Marks every place of `b` whose shingle stands in `a`, and there a place that has it. Three
 * neighbours that a has not stand in two shingles; where texts agree nothing is looked up. */
static void meet(sst_weigher *w, const sst_evidence_text *a, const sst_evidence_text *b)
{
    const uint32_t *x = a->tokens, *y = b->tokens;
    const uint8_t *filter = w->filter;
    size_t places = b->token_count - SST_EVIDENCE_WIDTH + 1, mask = w->filter_mask;
    for (size_t at = 0; at < places;) {
        if (filter[filter_place(y + at + 1, mask)] == 0) {
            at += 2;
            continue;
        }
        int64_t found = sst_places_find(&w->first.places, x, y + at);
        if (found == SST_NO_PLACE) {
            at++;
            continue;
        }
        size_t place = (size_t)found, x_left = a->token_count - place, y_left = b->token_count - at;
        size_t left = x_left < y_left ? x_left : y_left, width = SST_EVIDENCE_WIDTH;
        size_t run = 1 + sst_run_length(x + place + width, y + at + width, left - width);
        sst_bits_set_range(w->a.places, place, run);
        sst_bits_set_range(w->b.places, at, run);
        at += run;
    }
}

/* A first place stands for its repeats. */
static void mark_first_places(sst_weigher *w, const uint32_t *tokens)
{
    const uint64_t *repeats = w->a.outline->repeats;
    for (size_t word = 0; repeats != NULL && word < sst_bits_words(w->a.outline->places); word++)
        for (uint64_t left = w->a.places[word] & repeats[word]; left != 0; left &= left - 1) {
            size_t place = word * SST_WORD + (size_t)__builtin_ctzll(left);
            int64_t first = sst_places_find(&w->first.places, tokens, tokens + place);
            if (first != SST_NO_PLACE)
                sst_bits_set(w->a.places, (size_t)first);
        }
}

/* Texts without a shingle of full width share theirs when they are equal. */
static void meet_stubs(sst_weigher *w, const sst_evidence_text *a, const sst_evidence_text *b)
{
    if (a->token_count != b->token_count || a->token_count == 0 ||
        memcmp(a->tokens, b->tokens, a->token_count * sizeof *a->tokens) != 0)
        return;
    sst_bits_set(w->a.places, 0);
    sst_bits_set(w->b.places, 0);
}

static void mark_shared(sst_weigher *w, const sst_evidence_text *a, const sst_evidence_text *b)
{
    if (a->token_count >= SST_EVIDENCE_WIDTH && b->token_count >= SST_EVIDENCE_WIDTH) {
        meet(w, a, b);
        mark_first_places(w, a->tokens);
    } else {
        meet_stubs(w, a, b);
    }
    w->a.shared = sst_outline_numbers(w->a.outline, w->a.places, w->a.room);
    w->b.shared = sst_outline_numbers(w->b.outline, w->b.places, w->b.room);
}

/* ---- sums --------------------------------------------------------------------------- */

static size_t words_of(const side *s)
{
    return sst_bits_words(s->outline->count);
}

/* Stretches of consecutive shared shingles. */
static void read_runs(const side *s, sst_evidence *sum)
{
    uint64_t before = 0;
    uint32_t begin = 0, runs = 0, longest = 0;
    for (size_t word = 0; word < words_of(s); word++) {
        uint64_t bits = s->shared[word], behind = bits << 1 | before;
        uint64_t begins = bits & ~behind, ends = ~bits & behind;
        uint32_t at = (uint32_t)word * SST_WORD;
        runs += (uint32_t)__builtin_popcountll(begins);
        if (before == 0 && begins != 0) {
            begin = at + (uint32_t)__builtin_ctzll(begins);
            begins &= begins - 1;
        }
        for (; ends != 0; ends &= ends - 1) {
            uint32_t length = at + (uint32_t)__builtin_ctzll(ends) - begin;
            longest = length > longest ? length : longest;
            if (begins == 0)
                break;
            begin = at + (uint32_t)__builtin_ctzll(begins);
            begins &= begins - 1;
        }
        before = bits >> (SST_WORD - 1);
    }
    sum->runs = runs;
    sum->longest_run = longest;
}

static void count_shared(side *s)
{
    uint32_t shared = 0;
    for (size_t word = 0; word < words_of(s); word++) {
        s->shared_before[word] = shared;
        shared += (uint32_t)__builtin_popcountll(s->shared[word]);
    }
    s->shared_count = shared;
}

static uint32_t shared_till(const side *s, uint32_t end)
{
    uint64_t below = ((uint64_t)1 << end % SST_WORD) - 1;
    return s->shared_before[end / SST_WORD] +
           (uint32_t)__builtin_popcountll(s->shared[end / SST_WORD] & below);
}

/* Shingles of a kind (shared or not) among the numbers [begin, end). */
static uint32_t count_kind(const side *s, bool shared, uint32_t begin, uint32_t end)
{
    uint32_t found = shared_till(s, end) - shared_till(s, begin);
    return shared ? found : end - begin - found;
}

/* The status of shingles that were not counted, told by those that were, in their order. */
typedef struct telling {
    const side *side;
    bool shared; /* the kind that is told */
    bool any;
    uint32_t halves;
    uint32_t begin; /* the first number that is not told yet */
    uint32_t last, last_status;
} telling;

/* A counted shingle with another status than the last: half way the status changes, and a shingle
 * in the middle has half of both. */
static void change_status(telling *t, uint32_t at)
{
    uint32_t middle = t->last + (at - t->last + 1) / 2;
    t->halves += t->last_status * count_kind(t->side, t->shared, t->begin, middle);
    t->begin = middle;
    if ((at - t->last) % 2 == 0) {
        t->halves += (COMMON + OWN) / 2 * count_kind(t->side, t->shared, middle, middle + 1);
        t->begin++;
    }
    t->last_status = COMMON + OWN - t->last_status;
}

/* Counted shingles of one word of `picked` that are told from; only changes are looked at. */
static void tell_word(telling *t, uint64_t members, uint64_t formula, const uint32_t *numbers)
{
    if (members == 0)
        return;
    if (!t->any)
        t->last_status = (formula >> __builtin_ctzll(members) & 1) != 0 ? COMMON : OWN;
    t->any = true;
    for (uint64_t left = members;;) {
        uint64_t changed = left & (t->last_status == OWN ? formula : ~formula);
        if (changed == 0)
            break;
        unsigned at = (unsigned)__builtin_ctzll(changed);
        uint64_t before = members & (((uint64_t)1 << at) - 1);
        if (before != 0)
            t->last = numbers[SST_WORD - 1 - __builtin_clzll(before)];
        change_status(t, numbers[at]);
        left = members & UINT64_MAX << at;
    }
    t->last = numbers[SST_WORD - 1 - __builtin_clzll(members)];
}

static bool has_counted(const side *s, bool shared)
{
    uint32_t found = sst_bits_count(s->picked, sst_bits_words(s->outline->counted_count));
    return shared ? found > 0 : found < s->outline->counted_count;
}

/* Own halves of all shingles of a kind. Those that were not counted take the status of the
 * nearest that was, of their own kind, or of the other where none of theirs was; where two are
 * equally near, of both. "Own" where nothing was counted at all. */
static uint32_t weigh_kind(const side *s, bool shared)
{
    const sst_outline *o = s->outline;
    bool from = has_counted(s, shared) ? shared : !shared;
    telling t = {.side = s, .shared = shared, .last_status = OWN};
    for (uint32_t begin = 0; begin < o->counted_count; begin += SST_WORD) {
        uint32_t word = begin / SST_WORD, size = o->counted_count - begin;
        uint64_t all = size < SST_WORD ? ((uint64_t)1 << size) - 1 : UINT64_MAX;
        tell_word(&t, all & (from ? s->picked[word] : ~s->picked[word]), o->formula[word],
                  o->counted + begin);
    }
    return t.halves + t.last_status * count_kind(s, shared, t.begin, o->count);
}

/* Own shingles where the status of each is known. */
static uint32_t count_own(const side *s, bool shared_only)
{
    uint32_t own = shared_only ? s->shared_count : s->outline->count;
    for (size_t word = 0; s->outline->formula != NULL && word < words_of(s); word++)
        own -= (uint32_t)__builtin_popcountll(s->outline->formula[word] &
                                              (shared_only ? s->shared[word] : UINT64_MAX));
    return own;
}

static void sum_side(side *s, sst_evidence *sum)
{
    count_shared(s);
    sum->shared = s->shared_count;
    if (s->outline->formula == NULL || sst_outline_counts_all(s->outline)) {
        sum->own_shared_halves = OWN * count_own(s, true);
        sum->own_halves = OWN * count_own(s, false);
    } else {
        sst_outline_pick(s->outline, s->shared, s->picked);
        sum->own_shared_halves = weigh_kind(s, true);
        sum->own_halves = sum->own_shared_halves + weigh_kind(s, false);
    }
    sum->common_halves = OWN * sum->shared - sum->own_shared_halves;
}

/* The side with less own text is the one that can be contained; a tie goes to the one of which
 * more is shared, then by the runs, so that swapping the texts changes nothing. Negative: a. */
static int compare_sides(const sst_evidence *a, const sst_evidence *b)
{
    if (a->own_halves != b->own_halves)
        return a->own_halves < b->own_halves ? -1 : 1;
    if (a->own_shared_halves != b->own_shared_halves)
        return a->own_shared_halves > b->own_shared_halves ? -1 : 1;
    if (a->longest_run != b->longest_run)
        return a->longest_run > b->longest_run ? -1 : 1;
    return a->runs < b->runs ? -1 : a->runs > b->runs;
}

static sst_evidence sum_smaller_side(sst_weigher *w)
{
    sst_evidence of_a = {0}, of_b = {0};
    const sst_outline *a = w->a.outline, *b = w->b.outline;
    bool no_formula = a->formula == NULL && b->formula == NULL;
    int order = !no_formula || a->count == b->count ? 0 : a->count < b->count ? -1 : 1;
    if (order <= 0)
        sum_side(&w->a, &of_a);
    if (order >= 0)
        sum_side(&w->b, &of_b);
    order = order != 0 ? order : compare_sides(&of_a, &of_b);
    if (order <= 0)
        read_runs(&w->a, &of_a);
    if (order >= 0)
        read_runs(&w->b, &of_b);
    return order < 0 || (order == 0 && compare_sides(&of_a, &of_b) <= 0) ? of_a : of_b;
}

sst_status sst_weigh(sst_weigher *weigher, const sst_evidence_text *a,
                     const sst_evidence_text *b, sst_evidence *evidence, sst_error *error)
{
    const sst_outline *second;
    if (a->token_count > INT32_MAX / 2 || b->token_count > INT32_MAX / 2)
        return sst_fail(error, SST_LIMIT,
                        "cannot compare a text of 2^30 tokens; cut it into smaller stories");
    if (enter_first(weigher, a, error) != SST_OK ||
        find_second(weigher, b, &second, error) != SST_OK ||
        open_side(&weigher->a, &weigher->first.outline, error) != SST_OK ||
        open_side(&weigher->b, second, error) != SST_OK)
        return SST_MEMORY;
    mark_shared(weigher, a, b);
    *evidence = sum_smaller_side(weigher);
    evidence->a_count = weigher->a.outline->count;
    evidence->b_count = weigher->b.outline->count;
    return SST_OK;
}
