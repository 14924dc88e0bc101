#include "judge/evidence.h"

#include <string.h>

#include "base/memory.h"
#include "text/shingle.h"

enum {
    COMMON = 0, /* status of a shingle in half units of "own"; between the two: 1 */
    OWN = 2,
    WORD = 64,     /* bits */
    SPARSE = 4,    /* slots to a shingle, at least: a probe then seldom meets another one */
    LEAST_SLOTS = 64,
};

/* Distinct shingles of one text, numbered in the order of their first place, with their index. */
typedef struct side {
    uint64_t *hashes;
    uint32_t *slots;         /* open addressing: 0 free, or a number and one */
    uint64_t *shared;        /* bits by number, like the next */
    uint64_t *common;
    uint32_t *shared_before; /* by word of bits: how many before it */
    uint32_t *counted;       /* numbers of the counted ones, rising */
    size_t hashes_capacity, slots_capacity, shared_capacity, common_capacity;
    size_t shared_before_capacity, counted_capacity;
    size_t mask;
    uint32_t count, counted_count, shared_count;
    bool has_formula;
} side;

struct sst_weigher {
    side a, b;
    uint64_t *kept; /* the text that is entered in a: its common shingles, then its tokens */
    size_t kept_capacity, kept_tokens, kept_common;
};

sst_status sst_weigher_create(sst_weigher **weigher, sst_error *error)
{
    *weigher = sst_allocate_zeroed(1, sizeof **weigher, "a weigher", error);
    return *weigher == NULL ? SST_MEMORY : SST_OK;
}

static void free_side(side *s)
{
    free(s->hashes);
    free(s->slots);
    free(s->shared);
    free(s->common);
    free(s->shared_before);
    free(s->counted);
}

void sst_weigher_free(sst_weigher *weigher)
{
    if (weigher == NULL)
        return;
    free_side(&weigher->a);
    free_side(&weigher->b);
    free(weigher->kept);
    free(weigher);
}

static size_t words_of(size_t bits)
{
    return bits / WORD + 1;
}

static sst_status reserve_side(side *s, size_t shingles, sst_error *error)
{
    const char *what = "the shingles";
    size_t words = words_of(shingles);
    size_t size = LEAST_SLOTS;
    while (size < SPARSE * shingles)
        size *= 2;
    s->mask = size - 1;
    if (SST_RESERVE(&s->hashes, &s->hashes_capacity, shingles, what, error) != SST_OK ||
        SST_RESERVE(&s->slots, &s->slots_capacity, size, what, error) != SST_OK ||
        SST_RESERVE(&s->shared, &s->shared_capacity, words, what, error) != SST_OK ||
        SST_RESERVE(&s->common, &s->common_capacity, words, what, error) != SST_OK ||
        SST_RESERVE(&s->shared_before, &s->shared_before_capacity, words, what, error) != SST_OK ||
        SST_RESERVE(&s->counted, &s->counted_capacity, shingles, what, error) != SST_OK)
        return SST_MEMORY;
    memset(s->slots, 0, size * sizeof *s->slots);
    memset(s->shared, 0, words * sizeof *s->shared);
    memset(s->common, 0, words * sizeof *s->common);
    return SST_OK;
}

static inline void set_bit(uint64_t *bits, uint32_t number)
{
    bits[number / WORD] |= (uint64_t)1 << number % WORD;
}

static inline bool has_bit(const uint64_t *bits, uint32_t number)
{
    return bits[number / WORD] >> number % WORD & 1;
}

/* The slot of a shingle, or the free one where it belongs. */
static inline size_t find_slot(const uint64_t *hashes, const uint32_t *slots, size_t mask,
                               uint64_t hash)
{
    size_t slot = (size_t)hash & mask;
    while (slots[slot] != 0 && hashes[slots[slot] - 1] != hash)
        slot = (slot + 1) & mask;
    return slot;
}

/* The shingle's number and one; 0: it is not there. */
static inline uint32_t find(const side *s, uint64_t hash)
{
    return s->slots[find_slot(s->hashes, s->slots, s->mask, hash)];
}

static void enter_places(side *s, const uint32_t *tokens, size_t places)
{
    uint64_t *hashes = s->hashes;
    uint32_t *slots = s->slots, count = 0;
    size_t mask = s->mask;
    for (size_t place = 0; place < places; place++) {
        uint64_t hash = sst_shingle4(tokens + place);
        size_t slot = find_slot(hashes, slots, mask, hash);
        if (slots[slot] != 0)
            continue;
        hashes[count] = hash;
        slots[slot] = ++count;
    }
    s->count = count;
}

/* A text that is too short for a shingle has one all the same. */
static void enter_stub(side *s, const uint32_t *tokens, size_t token_count)
{
    s->hashes[0] = sst_shingle(tokens, token_count);
    s->slots[s->hashes[0] & s->mask] = 1;
    s->count = 1;
}

static void mark_common(side *s, const sst_evidence_text *text)
{
    for (size_t i = 0; i < text->common_count; i++) {
        uint32_t found = find(s, text->common[i]);
        if (found != 0)
            set_bit(s->common, found - 1);
    }
}

static void list_counted(side *s)
{
    uint32_t counted = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        s->counted[counted] = i;
        counted += s->hashes[i] <= SST_EVIDENCE_SAMPLED;
    }
    s->counted_count = counted;
}

static sst_status enter_text(side *s, const sst_evidence_text *text, sst_error *error)
{
    size_t places = sst_shingle_positions(text->token_count, SST_EVIDENCE_WIDTH);
    if (reserve_side(s, places, error) != SST_OK)
        return SST_MEMORY;
    s->has_formula = text->common_count > 0;
    if (text->token_count < SST_EVIDENCE_WIDTH && places > 0)
        enter_stub(s, text->tokens, text->token_count);
    else
        enter_places(s, text->tokens, places);
    mark_common(s, text);
    if (s->has_formula && s->count >= SST_EVIDENCE_ALL)
        list_counted(s);
    return SST_OK;
}

/* An empty list may stand nowhere. */
static bool are_equal(const void *x, const void *y, size_t size)
{
    return size == 0 || memcmp(x, y, size) == 0;
}

static bool is_kept(const sst_weigher *w, const sst_evidence_text *text)
{
    return w->kept != NULL && w->kept_tokens == text->token_count &&
           w->kept_common == text->common_count &&
           are_equal(w->kept, text->common, text->common_count * sizeof *text->common) &&
           are_equal(w->kept + text->common_count, text->tokens,
                     text->token_count * sizeof *text->tokens);
}

static void keep(sst_weigher *w, const sst_evidence_text *text)
{
    if (text->common_count > 0)
        memcpy(w->kept, text->common, text->common_count * sizeof *text->common);
    if (text->token_count > 0)
        memcpy(w->kept + text->common_count, text->tokens,
               text->token_count * sizeof *text->tokens);
    w->kept_tokens = text->token_count;
    w->kept_common = text->common_count;
}

/* Enters the first text, unless the pair before had the same: one text often meets many others. */
static sst_status enter_first(sst_weigher *w, const sst_evidence_text *text, sst_error *error)
{
    if (is_kept(w, text)) {
        memset(w->a.shared, 0, words_of(w->a.count) * sizeof *w->a.shared);
        return SST_OK;
    }
    size_t size = text->common_count + text->token_count / 2 + 1;
    w->kept_tokens = SIZE_MAX; /* nothing, should entering fail */
    if (SST_RESERVE(&w->kept, &w->kept_capacity, size, "the shingles", error) != SST_OK ||
        enter_text(&w->a, text, error) != SST_OK)
        return SST_MEMORY;
    keep(w, text);
    return SST_OK;
}

/* Marks what both have: the shorter one's shingles are looked for in the longer. */
static void mark_shared(side *few, side *many)
{
    for (uint32_t i = 0; i < few->count; i++) {
        uint32_t found = find(many, few->hashes[i]);
        if (found == 0)
            continue;
        set_bit(few->shared, i);
        set_bit(many->shared, found - 1);
    }
}

/* Stretches of consecutive shared shingles. */
static void read_runs(const side *s, sst_evidence *sum)
{
    uint64_t before = 0;
    uint32_t run = 0;
    for (size_t word = 0; word < words_of(s->count); word++) {
        uint64_t bits = s->shared[word];
        sum->runs += (uint32_t)__builtin_popcountll(bits & ~(bits << 1 | before));
        before = bits >> (WORD - 1);
        for (uint32_t left = WORD; left > 0;) {
            uint32_t zeros = bits == 0 ? left : (uint32_t)__builtin_ctzll(bits);
            if (zeros > 0)
                run = 0;
            if (zeros >= left)
                break;
            bits >>= zeros;
            left -= zeros;
            uint32_t ones = ~bits == 0 ? WORD : (uint32_t)__builtin_ctzll(~bits);
            run += ones;
            if (run > sum->longest_run)
                sum->longest_run = run;
            if (ones >= left)
                break;
            bits >>= ones;
            left -= ones;
        }
    }
}

static void count_shared(side *s)
{
    uint32_t shared = 0;
    for (size_t word = 0; word < words_of(s->count); word++) {
        s->shared_before[word] = shared;
        shared += (uint32_t)__builtin_popcountll(s->shared[word]);
    }
    s->shared_count = shared;
}

static uint32_t shared_till(const side *s, uint32_t end)
{
    uint64_t below = ((uint64_t)1 << end % WORD) - 1;
    return s->shared_before[end / WORD] +
           (uint32_t)__builtin_popcountll(s->shared[end / WORD] & below);
}

/* Shingles of a kind (shared or not) among the numbers [begin, end). */
static uint32_t count_kind(const side *s, bool shared, uint32_t begin, uint32_t end)
{
    uint32_t found = shared_till(s, end) - shared_till(s, begin);
    return shared ? found : end - begin - found;
}

static bool has_counted(const side *s, bool shared)
{
    for (uint32_t i = 0; i < s->counted_count; i++)
        if (has_bit(s->shared, s->counted[i]) == shared)
            return true;
    return false;
}

/* Own halves of all shingles of a kind. Those that were not counted take the status of the
 * nearest that was, of their own kind, or of the other where none of theirs was; where two are
 * equally near, of both. "Own" where nothing was counted at all. */
static uint32_t weigh_kind(const side *s, bool shared)
{
    bool from = has_counted(s, shared) ? shared : !shared, any = false;
    uint32_t halves = 0, begin = 0, last = 0, last_status = OWN;
    for (uint32_t i = 0; i < s->counted_count; i++) {
        uint32_t at = s->counted[i];
        if (has_bit(s->shared, at) != from)
            continue;
        uint32_t status = has_bit(s->common, at) ? COMMON : OWN;
        if (any && status != last_status) {
            uint32_t middle = last + (at - last + 1) / 2;
            halves += last_status * count_kind(s, shared, begin, middle);
            begin = middle;
            if ((at - last) % 2 == 0)
                halves += (COMMON + OWN) / 2 * count_kind(s, shared, middle, middle + 1);
            begin += (at - last) % 2 == 0;
        }
        any = true;
        last = at;
        last_status = status;
    }
    return halves + last_status * count_kind(s, shared, begin, s->count);
}

static uint32_t count_own(const side *s, bool shared_only)
{
    uint32_t own = 0;
    for (size_t word = 0; word < words_of(s->count); word++)
        own += (uint32_t)__builtin_popcountll(s->common[word] &
                                              (shared_only ? s->shared[word] : UINT64_MAX));
    return (shared_only ? s->shared_count : s->count) - own;
}

static void sum_side(side *s, sst_evidence *sum)
{
    count_shared(s);
    sum->shared = s->shared_count;
    read_runs(s, sum);
    if (!s->has_formula || s->count < SST_EVIDENCE_ALL) { /* the status of each is known */
        sum->own_shared_halves = OWN * count_own(s, true);
        sum->own_halves = OWN * count_own(s, false);
    } else {
        sum->own_shared_halves = weigh_kind(s, true);
        sum->own_halves = sum->own_shared_halves + weigh_kind(s, false);
    }
    sum->common_halves = OWN * sum->shared - sum->own_shared_halves;
}

/* The side with less own text is the one that can be contained; a tie goes to the one of which
 * more is shared, then by the runs, so that swapping the texts changes nothing. */
static bool is_smaller(const sst_evidence *a, const sst_evidence *b)
{
    if (a->own_halves != b->own_halves)
        return a->own_halves < b->own_halves;
    if (a->own_shared_halves != b->own_shared_halves)
        return a->own_shared_halves > b->own_shared_halves;
    if (a->longest_run != b->longest_run)
        return a->longest_run > b->longest_run;
    return a->runs <= b->runs;
}

static sst_evidence sum_smaller_side(sst_weigher *w)
{
    sst_evidence of_a = {0}, of_b = {0};
    bool no_formula = !w->a.has_formula && !w->b.has_formula;
    bool skip_a = no_formula && w->a.count > w->b.count;
    bool skip_b = no_formula && w->b.count > w->a.count;
    if (!skip_a)
        sum_side(&w->a, &of_a);
    if (!skip_b)
        sum_side(&w->b, &of_b);
    return skip_b || (!skip_a && is_smaller(&of_a, &of_b)) ? of_a : of_b;
}

sst_status sst_weigh(sst_weigher *weigher, const sst_evidence_text *a,
                     const sst_evidence_text *b, sst_evidence *evidence, sst_error *error)
{
    if (a->token_count > INT32_MAX / 2 || b->token_count > INT32_MAX / 2)
        return sst_fail(error, SST_LIMIT,
                        "cannot compare a text of 2^30 tokens; cut it into smaller stories");
    side *s = &weigher->a, *t = &weigher->b;
    if (enter_first(weigher, a, error) != SST_OK || enter_text(t, b, error) != SST_OK)
        return SST_MEMORY;
    mark_shared(s->count < t->count ? s : t, s->count < t->count ? t : s);
    *evidence = sum_smaller_side(weigher);
    evidence->a_count = weigher->a.count;
    evidence->b_count = weigher->b.count;
    return SST_OK;
}
