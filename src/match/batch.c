#include "match/batch.h"

#include <string.h>

#include "base/memory.h"
#include "text/shingle.h"

enum {
    WIDTH = 3,
    SLOTS_FIRST = 2048,    /* what is not there mostly meets a free slot, well predicted */
    SLOTS_LEAST = 2,       /* to a shingle */
    SLOTS_MADE = 4,        /* to a shingle, when the table has to grow */
    TOKENS_MOST = 16384,   /* entered: with all that belongs to them they stay in L2 */
    MEMBERS_MOST = 192
};

typedef struct member {
    uint32_t text;
    uint32_t words; /* of its bits */
    size_t bits;    /* where they begin */
    bool entered;
} member;

struct sst_batch {
    uint32_t *heads; /* by slot: number + 1 of a shingle; 0: free */
    size_t slots, slot_capacity;
    uint64_t *hashes; /* by number */
    uint32_t *places; /* by number: where the shingle first stands in `tokens`; rising */
    size_t count;     /* numbers given */
    size_t hash_capacity, place_capacity;
    uint32_t *tokens; /* of the entered texts, one behind the other, a gap between */
    size_t size, token_capacity;
    uint64_t *bits; /* of all members */
    size_t bits_size, bits_capacity;
    member *members;
    size_t member_count, member_capacity;
};

sst_status sst_batch_create(sst_batch **batch, sst_error *error)
{
    *batch = sst_allocate_zeroed(1, sizeof **batch, "overlaps", error);
    return *batch == NULL ? SST_MEMORY : SST_OK;
}

void sst_batch_free(sst_batch *batch)
{
    if (batch == NULL)
        return;
    free(batch->heads);
    free(batch->hashes);
    free(batch->places);
    free(batch->tokens);
    free(batch->bits);
    free(batch->members);
    free(batch);
}

void sst_batch_reset(sst_batch *batch)
{
    if (batch->count != 0)
        memset(batch->heads, 0, batch->slots * sizeof *batch->heads);
    batch->slots = batch->count = batch->size = 0;
    batch->bits_size = batch->member_count = 0;
}

bool sst_batch_is_full(const sst_batch *batch)
{
    return batch->size >= TOKENS_MOST || batch->member_count >= MEMBERS_MOST;
}

/* ---- The table: slots are zero but for what `count` shingles took ---- */

static void insert_all(sst_batch *batch)
{
    size_t mask = batch->slots - 1;
    for (size_t i = 0; i < batch->count; i++) {
        size_t slot = (size_t)batch->hashes[i] & mask;
        while (batch->heads[slot] != 0)
            slot = (slot + 1) & mask;
        batch->heads[slot] = (uint32_t)i + 1;
    }
}

static sst_status widen_table(sst_batch *batch, size_t shingles, sst_error *error)
{
    size_t slots = batch->slots == 0 ? SLOTS_FIRST : batch->slots;
    if (batch->slots != 0 && batch->slots >= SLOTS_LEAST * shingles)
        return SST_OK;
    while (slots < SLOTS_MADE * shingles)
        slots *= 2;
    if (batch->count != 0)
        memset(batch->heads, 0, batch->slots * sizeof *batch->heads);
    if (slots > batch->slot_capacity) {
        free(batch->heads);
        batch->slot_capacity = 0;
        batch->heads = sst_allocate_zeroed(slots, sizeof *batch->heads, "overlaps", error);
        if (batch->heads == NULL)
            return SST_MEMORY;
        batch->slot_capacity = slots;
    }
    batch->slots = slots;
    insert_all(batch);
    return SST_OK;
}

/* Room for a text of `count` tokens and `positions` shingles, all of them new. */
static sst_status reserve(sst_batch *batch, size_t count, size_t positions, bool enter,
                          sst_error *error)
{
    size_t numbers = batch->count + (enter ? positions : 0), size = batch->size + count + 1;
    size_t words = numbers / 64 + 1;
    sst_status status = SST_RESERVE(&batch->members, &batch->member_capacity,
                                    batch->member_count + 1, "overlaps", error);
    if (status == SST_OK)
        status = SST_RESERVE(&batch->bits, &batch->bits_capacity, batch->bits_size + words,
                             "overlaps", error);
    if (status == SST_OK)
        status = widen_table(batch, numbers, error);
    if (status != SST_OK || !enter)
        return status;
    status = SST_RESERVE(&batch->hashes, &batch->hash_capacity, numbers, "overlaps", error);
    if (status == SST_OK)
        status = SST_RESERVE(&batch->places, &batch->place_capacity, numbers, "overlaps", error);
    if (status == SST_OK)
        status = SST_RESERVE(&batch->tokens, &batch->token_capacity, size, "overlaps", error);
    return status;
}

/* ---- Texts ---- */

/* Sets bits [begin, end). */
static inline void set_bits(uint64_t *bits, size_t begin, size_t end)
{
    if (begin == end)
        return;
    size_t first = begin / 64, last = (end - 1) / 64;
    uint64_t head = ~(uint64_t)0 << begin % 64, tail = ~(uint64_t)0 >> (63 - (end - 1) % 64);
    if (first == last) {
        bits[first] |= head & tail;
        return;
    }
    bits[first] |= head;
    for (size_t i = first + 1; i < last; i++)
        bits[i] = ~(uint64_t)0;
    bits[last] |= tail;
}

/* How many tokens are equal from the beginning, of `most`. */
static inline size_t equal_tokens(const uint32_t *a, const uint32_t *b, size_t most)
{
    size_t i = 0;
    while (i + 2 <= most && sst_token_pair(a + i) == sst_token_pair(b + i))
        i += 2;
    while (i < most && a[i] == b[i])
        i++;
    return i;
}

/* How many shingles from number `first` on stand one behind the other, of `most`. Places rise, so
 * that the last one tells of all. */
static inline size_t stretch(const uint32_t *places, size_t first, size_t most)
{
    while (places[first + most - 1] != places[first] + most - 1)
        most--;
    return most;
}

/* Finds the shingles of `tokens`, marks what was numbered in `bits`, numbers the others when the
 * text is entered: it stands at `base` then. Two tokens of the shingle behind a known one are
 * known to be equal to those behind the other; the third decides. */
static inline void read_text(sst_batch *batch, const uint32_t *tokens, size_t positions,
                             bool enter, size_t base, uint64_t *bits)
{
    uint32_t *heads = batch->heads, *places = batch->places;
    uint64_t *hashes = batch->hashes;
    size_t count = batch->count, mask = batch->slots - 1;
    for (size_t i = 0; i < positions;) {
        uint64_t shingle = sst_shingle3(tokens + i);
        size_t slot = (size_t)shingle & mask;
        while (heads[slot] != 0 && hashes[heads[slot] - 1] != shingle)
            slot = (slot + 1) & mask;
        if (heads[slot] == 0) {
            if (enter) {
                hashes[count] = shingle;
                places[count] = (uint32_t)(base + i);
                heads[slot] = (uint32_t)++count;
            }
            i++;
            continue;
        }
        size_t number = heads[slot] - 1, left = positions - i, known = count - number;
        size_t run = 1 + equal_tokens(tokens + i + WIDTH, batch->tokens + places[number] + WIDTH,
                                      (left < known ? left : known) - 1);
        run = stretch(places, number, run);
        set_bits(bits, number, number + run);
        i += run;
    }
    batch->count = count;
}

/* A text of less than three tokens is one shingle. */
static void read_few(sst_batch *batch, const uint32_t *tokens, size_t count, bool enter,
                     size_t base, uint64_t *bits)
{
    uint64_t shingle = sst_shingle(tokens, count);
    size_t mask = batch->slots - 1, slot = (size_t)shingle & mask;
    while (batch->heads[slot] != 0 && batch->hashes[batch->heads[slot] - 1] != shingle)
        slot = (slot + 1) & mask;
    if (batch->heads[slot] != 0) {
        set_bits(bits, batch->heads[slot] - 1, batch->heads[slot]);
    } else if (enter) {
        batch->hashes[batch->count] = shingle;
        batch->places[batch->count] = (uint32_t)base;
        batch->heads[slot] = (uint32_t)++batch->count;
    }
}

sst_status sst_batch_add(sst_batch *batch, uint32_t text, const uint32_t *tokens, size_t count,
                         bool enter, uint32_t *place, sst_error *error)
{
    size_t positions = sst_shingle_positions(count, WIDTH), base = batch->size;
    size_t old = batch->count, words = (old + (enter ? positions : 0)) / 64 + 1;
    sst_status status = reserve(batch, count, positions, enter, error);
    if (status != SST_OK)
        return status;
    uint64_t *bits = batch->bits + batch->bits_size;
    memset(bits, 0, words * sizeof *bits);
    if (enter && count != 0) {
        memcpy(batch->tokens + base, tokens, count * sizeof *tokens);
        batch->size += count + 1;
    }
    if (count >= WIDTH && enter)
        read_text(batch, tokens, positions, true, base, bits);
    else if (count >= WIDTH)
        read_text(batch, tokens, positions, false, 0, bits);
    else if (count != 0)
        read_few(batch, tokens, count, enter, base, bits);
    set_bits(bits, old, batch->count);
    *place = (uint32_t)batch->member_count++;
    batch->members[*place] =
        (member){text, (uint32_t)(batch->count / 64 + 1), batch->bits_size, enter};
    batch->bits_size += batch->count / 64 + 1;
    return SST_OK;
}

uint32_t sst_batch_find(const sst_batch *batch, uint32_t text)
{
    for (size_t i = batch->member_count; i-- > 0;)
        if (batch->members[i].text == text)
            return (uint32_t)i;
    return SST_BATCH_ABSENT;
}

bool sst_batch_is_entered(const sst_batch *batch, uint32_t place)
{
    return batch->members[place].entered;
}

uint32_t sst_batch_shared(const sst_batch *batch, uint32_t a, uint32_t b)
{
    const member *x = &batch->members[a], *y = &batch->members[b];
    const uint64_t *left = batch->bits + x->bits, *right = batch->bits + y->bits;
    uint32_t words = x->words < y->words ? x->words : y->words, shared = 0;
    for (uint32_t i = 0; i < words; i++)
        shared += (uint32_t)__builtin_popcountll(left[i] & right[i]);
    return shared;
}
