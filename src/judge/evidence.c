#include "judge/evidence.h"

#include <string.h>

#include "base/memory.h"
#include "text/shingle.h"

enum { IN_A = 1, IN_B = 2, IN_BOTH = IN_A | IN_B, COMMON_IN_A = 4, COMMON_IN_B = 8 };

/* Status of a shingle in half units of "own": 0 common, 2 own, 1 between the two. */
enum { COMMON = 0, OWN = 2 };

/* Entries of earlier pairs have an older stamp and count as free: nothing has to be cleared. */
typedef struct entry {
    uint64_t hash;
    uint32_t stamp;
    uint8_t flags;
} entry;

/* A counted shingle: its number in its text. */
typedef struct anchor {
    uint32_t at, status;
} anchor;

/* Distinct shingles of one text, numbered in the order of their first place. */
typedef struct side {
    const sst_evidence_text *text;
    uint32_t *slots;       /* in the table */
    uint32_t *shared_till; /* by number, and one more: how many before it are shared */
    anchor *anchors[2];    /* the counted ones, unshared and shared, rising */
    size_t slots_capacity, shared_till_capacity, anchors_capacity[2];
    uint32_t count, anchor_count[2];
    uint8_t common_flag;
} side;

struct sst_weigher {
    entry *table;
    size_t table_capacity;
    size_t mask;
    uint32_t stamp;
    uint64_t *hashes;
    size_t hashes_capacity;
    side a, b;
};

sst_status sst_weigher_create(sst_weigher **weigher, sst_error *error)
{
    *weigher = sst_allocate_zeroed(1, sizeof **weigher, "a weigher", error);
    return *weigher == NULL ? SST_MEMORY : SST_OK;
}

static void free_side(side *s)
{
    free(s->slots);
    free(s->shared_till);
    free(s->anchors[0]);
    free(s->anchors[1]);
}

void sst_weigher_free(sst_weigher *weigher)
{
    if (weigher == NULL)
        return;
    free_side(&weigher->a);
    free_side(&weigher->b);
    free(weigher->table);
    free(weigher->hashes);
    free(weigher);
}

/* Room for `shingles` entries, all of them free. */
static sst_status clear_table(sst_weigher *w, size_t shingles, sst_error *error)
{
    size_t size = 64, known = w->table_capacity;
    while (size < 2 * shingles)
        size *= 2;
    if (SST_RESERVE(&w->table, &w->table_capacity, size, "the shingle table", error) != SST_OK)
        return SST_MEMORY;
    if (++w->stamp == 0) {
        known = 0;
        w->stamp = 1;
    }
    if (w->table_capacity > known)
        memset(w->table + known, 0, (w->table_capacity - known) * sizeof *w->table);
    w->mask = size - 1;
    return SST_OK;
}

static sst_status reserve_side(side *s, size_t shingles, sst_error *error)
{
    const char *what = "the shingles";
    if (SST_RESERVE(&s->slots, &s->slots_capacity, shingles, what, error) != SST_OK ||
        SST_RESERVE(&s->shared_till, &s->shared_till_capacity, shingles + 1, what, error) !=
            SST_OK ||
        SST_RESERVE(&s->anchors[0], &s->anchors_capacity[0], shingles, what, error) != SST_OK ||
        SST_RESERVE(&s->anchors[1], &s->anchors_capacity[1], shingles, what, error) != SST_OK)
        return SST_MEMORY;
    return SST_OK;
}

/* The shingle's slot, or the free one where it belongs. */
static size_t find_slot(const sst_weigher *w, uint64_t hash)
{
    size_t slot = (size_t)hash & w->mask;
    while (w->table[slot].stamp == w->stamp && w->table[slot].hash != hash)
        slot = (slot + 1) & w->mask;
    return slot;
}

static void mark_common(sst_weigher *w, const side *s)
{
    for (size_t i = 0; i < s->text->common_count; i++) {
        entry *e = &w->table[find_slot(w, s->text->common[i])];
        if (e->stamp == w->stamp)
            e->flags |= s->common_flag;
    }
}

/* Enters the shingles of one text; `mine` is IN_A or IN_B. */
static sst_status enter_text(sst_weigher *w, side *s, const sst_evidence_text *text,
                             uint8_t mine, sst_error *error)
{
    size_t places = sst_shingle_positions(text->token_count, SST_EVIDENCE_WIDTH);
    s->text = text;
    s->count = 0;
    s->common_flag = mine == IN_A ? COMMON_IN_A : COMMON_IN_B;
    if (reserve_side(s, places, error) != SST_OK ||
        SST_RESERVE(&w->hashes, &w->hashes_capacity, places, "the shingles", error) != SST_OK)
        return SST_MEMORY;
    sst_shingles(text->tokens, text->token_count, SST_EVIDENCE_WIDTH, w->hashes);
    for (size_t place = 0; place < places; place++) {
        size_t slot = find_slot(w, w->hashes[place]);
        entry *e = &w->table[slot];
        if (e->stamp != w->stamp)
            *e = (entry){.hash = w->hashes[place], .stamp = w->stamp};
        if ((e->flags & mine) != 0)
            continue;
        e->flags |= mine;
        s->slots[s->count++] = (uint32_t)slot;
    }
    mark_common(w, s);
    return SST_OK;
}

/* Which shingles are shared, in what runs, and the status of those that were counted. */
static void read_counts(const sst_weigher *w, side *s, sst_evidence *sum)
{
    uint32_t run = 0, shared = 0;
    s->anchor_count[0] = s->anchor_count[1] = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        const entry *e = &w->table[s->slots[i]];
        bool is_shared = (e->flags & IN_BOTH) == IN_BOTH;
        s->shared_till[i] = shared;
        shared += is_shared;
        sum->runs += is_shared && run == 0;
        run = is_shared ? run + 1 : 0;
        if (run > sum->longest_run)
            sum->longest_run = run;
        if (!sst_evidence_is_counted(e->hash, s->count))
            continue;
        uint32_t status = (e->flags & s->common_flag) != 0 ? COMMON : OWN;
        s->anchors[is_shared][s->anchor_count[is_shared]++] = (anchor){i, status};
    }
    s->shared_till[s->count] = shared;
    sum->shared = shared;
}

/* Shingles of a kind (shared or not) among the numbers [begin, end). */
static uint32_t count_kind(const side *s, bool shared, uint32_t begin, uint32_t end)
{
    if (end <= begin)
        return 0;
    uint32_t found = s->shared_till[end] - s->shared_till[begin];
    return shared ? found : end - begin - found;
}

/* Own halves of a kind between two counted shingles: the nearer one decides, both when they are
 * equally near. */
static uint32_t weigh_between(const side *s, bool shared, anchor left, anchor right)
{
    uint32_t begin = left.at + 1, middle = left.at + (right.at - left.at + 1) / 2;
    if (left.status == right.status)
        return left.status * count_kind(s, shared, begin, right.at);
    uint32_t halves = left.status * count_kind(s, shared, begin, middle);
    if ((right.at - left.at) % 2 == 0) {
        halves += (left.status + right.status) / 2 * count_kind(s, shared, middle, middle + 1);
        middle++;
    }
    return halves + right.status * count_kind(s, shared, middle, right.at);
}

/* Own halves of all shingles of a kind. Those that were not counted take the status of the
 * nearest that was, of their own kind, or of the other where none of theirs was; "own" where
 * nothing was counted at all. */
static uint32_t weigh_kind(const side *s, bool shared)
{
    bool from = s->anchor_count[shared] > 0 ? shared : !shared;
    const anchor *anchors = s->anchors[from];
    uint32_t count = s->anchor_count[from];
    if (count == 0)
        return OWN * count_kind(s, shared, 0, s->count);
    uint32_t halves = anchors[0].status * count_kind(s, shared, 0, anchors[0].at);
    for (uint32_t i = 0; i < count; i++) {
        halves += anchors[i].status * (from == shared);
        if (i + 1 < count)
            halves += weigh_between(s, shared, anchors[i], anchors[i + 1]);
    }
    anchor last = anchors[count - 1];
    return halves + last.status * count_kind(s, shared, last.at + 1, s->count);
}

static void sum_side(const sst_weigher *w, side *s, sst_evidence *sum)
{
    read_counts(w, s, sum);
    bool no_formula = s->text->common_count == 0;
    sum->own_shared_halves = no_formula ? OWN * sum->shared : weigh_kind(s, true);
    sum->common_halves = OWN * sum->shared - sum->own_shared_halves;
    sum->own_halves = sum->own_shared_halves +
                      (no_formula ? OWN * (s->count - sum->shared) : weigh_kind(s, false));
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
    bool no_formula = w->a.text->common_count == 0 && w->b.text->common_count == 0;
    bool skip_a = no_formula && w->a.count > w->b.count;
    bool skip_b = no_formula && w->b.count > w->a.count;
    if (!skip_a)
        sum_side(w, &w->a, &of_a);
    if (!skip_b)
        sum_side(w, &w->b, &of_b);
    return skip_b || (!skip_a && is_smaller(&of_a, &of_b)) ? of_a : of_b;
}

sst_status sst_weigh(sst_weigher *weigher, const sst_evidence_text *a,
                     const sst_evidence_text *b, sst_evidence *evidence, sst_error *error)
{
    if (a->token_count > INT32_MAX / 2 || b->token_count > INT32_MAX / 2)
        return sst_fail(error, SST_LIMIT,
                        "cannot compare a text of 2^30 tokens; cut it into smaller stories");
    if (clear_table(weigher, a->token_count + b->token_count, error) != SST_OK ||
        enter_text(weigher, &weigher->a, a, IN_A, error) != SST_OK ||
        enter_text(weigher, &weigher->b, b, IN_B, error) != SST_OK)
        return SST_MEMORY;
    *evidence = sum_smaller_side(weigher);
    evidence->a_count = weigher->a.count;
    evidence->b_count = weigher->b.count;
    return SST_OK;
}
