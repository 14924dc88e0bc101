#include "judge/evidence.h"

#include <string.h>

#include "base/memory.h"
#include "text/shingle.h"

enum { IN_A = 1, IN_B = 2, IN_BOTH = IN_A | IN_B };

/* Status of a shingle in half units of "own": 0 common, 2 own, 1 between the two. */
enum { COMMON = 0, BETWEEN = 1, OWN = 2, UNKNOWN = 3 };

/* Entries of earlier pairs have an older stamp and count as free: nothing has to be cleared. */
typedef struct entry {
    uint64_t hash;
    uint32_t stamp;
    uint8_t sides;
} entry;

/* Distinct shingles of one text in the order of their first place. */
typedef struct side {
    const sst_evidence_text *text;
    uint32_t *slots;   /* in the table */
    uint8_t *status;   /* by distinct shingle */
    uint8_t *extended; /* status after extension to what was not counted */
    uint32_t *nearest; /* distance to the nearest counted shingle of its kind on the left */
    size_t slots_capacity, status_capacity, extended_capacity, nearest_capacity;
    uint32_t count;
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
    free(s->status);
    free(s->extended);
    free(s->nearest);
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
    if (SST_RESERVE(&s->slots, &s->slots_capacity, shingles, "the shingles", error) != SST_OK ||
        SST_RESERVE(&s->status, &s->status_capacity, shingles, "the shingles", error) !=
            SST_OK ||
        SST_RESERVE(&s->extended, &s->extended_capacity, shingles, "the shingles", error) !=
            SST_OK ||
        SST_RESERVE(&s->nearest, &s->nearest_capacity, shingles, "the shingles", error) != SST_OK)
        return SST_MEMORY;
    return SST_OK;
}

/* Enters the shingles of one text; `mine` is IN_A or IN_B. */
static sst_status enter_text(sst_weigher *w, side *s, const sst_evidence_text *text,
                             uint8_t mine, sst_error *error)
{
    size_t places = sst_shingle_positions(text->token_count, SST_EVIDENCE_WIDTH);
    s->text = text;
    s->count = 0;
    if (reserve_side(s, places, error) != SST_OK ||
        SST_RESERVE(&w->hashes, &w->hashes_capacity, places, "the shingles", error) != SST_OK)
        return SST_MEMORY;
    sst_shingles(text->tokens, text->token_count, SST_EVIDENCE_WIDTH, w->hashes);
    for (size_t place = 0; place < places; place++) {
        uint64_t hash = w->hashes[place];
        size_t slot = (size_t)hash & w->mask;
        while (w->table[slot].stamp == w->stamp && w->table[slot].hash != hash)
            slot = (slot + 1) & w->mask;
        entry *e = &w->table[slot];
        if (e->stamp != w->stamp)
            *e = (entry){.hash = hash, .stamp = w->stamp};
        if ((e->sides & mine) != 0)
            continue;
        e->sides |= mine;
        s->slots[s->count++] = (uint32_t)slot;
    }
    return SST_OK;
}

static bool is_common(const uint64_t *common, size_t count, uint64_t hash)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (common[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && common[low] == hash;
}

static bool is_shared(const sst_weigher *w, const side *s, uint32_t i)
{
    return w->table[s->slots[i]].sides == IN_BOTH;
}

/* Status of what was counted; UNKNOWN otherwise. */
static void read_counts(const sst_weigher *w, side *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        uint64_t hash = w->table[s->slots[i]].hash;
        s->status[i] = !sst_evidence_is_counted(hash, s->count) ? UNKNOWN
                       : is_common(s->text->common, s->text->common_count, hash) ? COMMON
                                                                                 : OWN;
    }
}

/* From the left, then from the right: the nearer counted shingle decides, both when they are
 * equally near. With `kinds`, only counted shingles of the same kind (shared or not) do. */
static void extend_status(const sst_weigher *w, side *s, bool kinds)
{
    uint32_t last[2] = {UINT32_MAX, UINT32_MAX};
    for (uint32_t i = 0; i < s->count; i++) {
        unsigned kind = kinds && is_shared(w, s, i);
        if (s->status[i] != UNKNOWN)
            last[kind] = i;
        if (last[kind] == UINT32_MAX) {
            s->nearest[i] = UINT32_MAX;
            continue;
        }
        if (s->extended[i] == UNKNOWN)
            s->extended[i] = s->status[last[kind]];
        s->nearest[i] = i - last[kind];
    }
    last[0] = last[1] = UINT32_MAX;
    for (uint32_t i = s->count; i-- > 0;) {
        unsigned kind = kinds && is_shared(w, s, i);
        if (s->status[i] != UNKNOWN)
            last[kind] = i;
        if (s->status[i] != UNKNOWN || last[kind] == UINT32_MAX)
            continue;
        uint32_t right = last[kind] - i;
        if (right < s->nearest[i])
            s->extended[i] = s->status[last[kind]];
        else if (right == s->nearest[i])
            s->extended[i] = (uint8_t)((s->extended[i] + s->status[last[kind]]) / 2);
    }
}

/* Extends the counts over the text: by kind, then from any kind, then "own" where nothing was
 * counted at all. */
static void weigh_side(const sst_weigher *w, side *s)
{
    if (s->text->common_count == 0) {
        memset(s->extended, OWN, s->count);
        return;
    }
    read_counts(w, s);
    memcpy(s->extended, s->status, s->count);
    extend_status(w, s, true);
    if (memchr(s->extended, UNKNOWN, s->count) != NULL) {
        memcpy(s->status, s->extended, s->count);
        extend_status(w, s, false);
    }
    for (uint32_t i = 0; i < s->count; i++)
        if (s->extended[i] == UNKNOWN)
            s->extended[i] = OWN;
}

static void sum_side(const sst_weigher *w, const side *s, sst_evidence *sum)
{
    uint32_t run = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        sum->own_halves += s->extended[i];
        if (!is_shared(w, s, i)) {
            run = 0;
            continue;
        }
        sum->shared++;
        sum->own_shared_halves += s->extended[i];
        sum->common_halves += (uint32_t)(OWN - s->extended[i]);
        sum->runs += run == 0;
        run++;
        if (run > sum->longest_run)
            sum->longest_run = run;
    }
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
    if (!skip_a) {
        weigh_side(w, &w->a);
        sum_side(w, &w->a, &of_a);
    }
    if (!skip_b) {
        weigh_side(w, &w->b);
        sum_side(w, &w->b, &of_b);
    }
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

void sst_read_own(sst_own_reader *own, const uint32_t *tokens, size_t count)
{
    size_t places = count < SST_EVIDENCE_WIDTH ? 0 : count - SST_EVIDENCE_WIDTH + 1;
    if (own->common_count == 0) {
        own->found += places;
        return;
    }
    for (size_t place = 0; place < places && own->found < own->wanted; place++) {
        uint64_t hash = sst_shingle4(tokens + place);
        if (!own->all_counted && hash > SST_EVIDENCE_SAMPLED) {
            own->waiting++;
            continue;
        }
        bool is_own = !is_common(own->common, own->common_count, hash);
        if (is_own)
            own->found += 1 + (own->last_is_own ? own->waiting : 0);
        own->waiting = 0;
        own->last_is_own = is_own;
    }
}
