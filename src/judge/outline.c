#include "judge/outline.h"

#include <string.h>

#include "base/memory.h"
#include "judge/bits.h"

enum {
    SPARSE = 4, /* slots to a shingle, at least: a probe then seldom meets another one */
    LEAST_SLOTS = 64,
};

void sst_outliner_free(sst_outliner *o)
{
    free(o->places.slots);
    free(o->repeats);
    free(o->by_place);
    free(o->by_number);
    free(o->formula);
    free(o->counted);
}

/* Slots that are free for a text of so many places. */
static sst_status open_places(sst_places *p, uint32_t count, sst_error *error)
{
    size_t size = LEAST_SLOTS, before = p->capacity;
    while (size < SPARSE * (size_t)count)
        size *= 2;
    if (SST_RESERVE(&p->slots, &p->capacity, size, "the shingles", error) != SST_OK)
        return SST_MEMORY;
    p->mask = size - 1;
    p->base += p->count;
    p->count = count;
    if (before != p->capacity || p->base > UINT32_MAX - count) {
        memset(p->slots, 0, p->capacity * sizeof *p->slots);
        p->base = 1;
    }
    return SST_OK;
}

static sst_status reserve(sst_outliner *o, uint32_t places, sst_error *error)
{
    const char *what = "the shingles";
    size_t words = sst_bits_words(places);
    if (SST_RESERVE(&o->repeats, &o->repeats_capacity, words, what, error) != SST_OK ||
        SST_RESERVE(&o->by_place, &o->by_place_capacity, words, what, error) != SST_OK ||
        SST_RESERVE(&o->by_number, &o->by_number_capacity, words, what, error) != SST_OK ||
        SST_RESERVE(&o->formula, &o->formula_capacity, words, what, error) != SST_OK ||
        SST_RESERVE(&o->counted, &o->counted_capacity, places, what, error) != SST_OK)
        return SST_MEMORY;
    memset(o->repeats, 0, words * sizeof *o->repeats);
    return open_places(&o->places, places, error);
}

/* Enters every place; lists which repeat, and the numbers that are counted in any text. */
static void enter_places(sst_outliner *o, const uint32_t *tokens, uint32_t places)
{
    uint32_t *slots = o->places.slots, *counted = o->counted;
    uint32_t base = o->places.base, number = 0, sampled = 0;
    size_t mask = o->places.mask;
    for (uint32_t place = 0; place < places; place++) {
        uint64_t hash = sst_shingle4(tokens + place);
        size_t slot = (size_t)hash & mask;
        uint32_t there = slots[slot] - base;
        while (there < places && !sst_are_same_four(tokens + there, tokens + place)) {
            slot = (slot + 1) & mask;
            there = slots[slot] - base;
        }
        if (there < places) {
            sst_bits_set(o->repeats, place);
            continue;
        }
        slots[slot] = base + place;
        counted[sampled] = number++;
        sampled += hash <= SST_EVIDENCE_SAMPLED;
    }
    o->outline.count = number;
    o->outline.counted_count = sampled;
    o->outline.repeats = number < places ? o->repeats : NULL;
}

/* The place of a shingle, or SST_NO_PLACE. */
static int64_t find_hash(const sst_places *p, const uint32_t *tokens, uint64_t hash)
{
    for (size_t slot = (size_t)hash;; slot++) {
        uint32_t place = p->slots[slot & p->mask] - p->base;
        if (place >= p->count)
            return SST_NO_PLACE;
        if (sst_shingle4(tokens + place) == hash)
            return place;
    }
}

/* Places whose shingle is common. */
static void mark_common(sst_outliner *o, const sst_evidence_text *text)
{
    bool is_stub = text->token_count < SST_EVIDENCE_WIDTH;
    memset(o->by_place, 0, sst_bits_words(o->outline.places) * sizeof *o->by_place);
    for (size_t i = 0; i < text->common_count && o->outline.places > 0; i++) {
        uint64_t hash = text->common[i];
        int64_t place = !is_stub ? find_hash(&o->places, text->tokens, hash)
                        : hash == sst_shingle(text->tokens, text->token_count) ? 0
                                                                               : SST_NO_PLACE;
        if (place != SST_NO_PLACE)
            sst_bits_set(o->by_place, (size_t)place);
    }
}

/* Formula marks in the order of the counted shingles. */
static void list_formula(sst_outliner *o, const sst_evidence_text *text)
{
    mark_common(o, text);
    const uint64_t *numbers = sst_outline_numbers(&o->outline, o->by_place, o->by_number);
    o->outline.formula = numbers;
    if (sst_outline_counts_all(&o->outline))
        return;
    sst_outline_pick(&o->outline, numbers, o->formula);
    o->outline.formula = o->formula;
}

sst_status sst_outline_make(sst_outliner *o, const sst_evidence_text *text, sst_error *error)
{
    uint32_t places = (uint32_t)sst_shingle_positions(text->token_count, SST_EVIDENCE_WIDTH);
    if (reserve(o, places, error) != SST_OK)
        return SST_MEMORY;
    o->outline = (sst_outline){.key = text->key,
                               .common = text->common,
                               .counted = o->counted,
                               .token_count = (uint32_t)text->token_count,
                               .common_count = (uint32_t)text->common_count,
                               .places = places,
                               .count = places};
    if (text->token_count >= SST_EVIDENCE_WIDTH)
        enter_places(o, text->tokens, places);
    if (text->common_count > 0)
        list_formula(o, text);
    return SST_OK;
}

bool sst_outline_is_of(const sst_outline *o, const sst_evidence_text *text)
{
    return o->key.low == text->key.low && o->key.high == text->key.high &&
           (o->key.low | o->key.high) != 0 && o->token_count == text->token_count &&
           o->common_count == text->common_count &&
           (o->common_count == 0 ||
            memcmp(o->common, text->common, o->common_count * sizeof *o->common) == 0);
}

/* Appends bits behind the first `size`; the words behind are not written yet. */
static void append(uint64_t *bits, size_t size, uint64_t more, unsigned count)
{
    size_t word = size / SST_WORD;
    unsigned shift = (unsigned)(size % SST_WORD);
    bits[word] = shift == 0 ? more : bits[word] | more << shift;
    if (shift + count >= SST_WORD)
        bits[word + 1] = shift == 0 ? 0 : more >> (SST_WORD - shift);
}

const uint64_t *sst_outline_numbers(const sst_outline *o, const uint64_t *places, uint64_t *room)
{
    if (o->repeats == NULL)
        return places;
    size_t size = 0;
    room[0] = 0;
    for (size_t word = 0; word < sst_bits_words(o->places); word++) {
        uint64_t first = ~o->repeats[word], bits = places[word];
        for (unsigned at = 0; at < SST_WORD && first != 0;) { /* a stretch of first places */
            unsigned skip = (unsigned)__builtin_ctzll(first);
            first >>= skip;
            bits >>= skip;
            at += skip;
            unsigned length = ~first == 0 ? SST_WORD : (unsigned)__builtin_ctzll(~first);
            uint64_t mask = length == SST_WORD ? UINT64_MAX : ((uint64_t)1 << length) - 1;
            append(room, size, bits & mask, length);
            size += length;
            at += length;
            if (length == SST_WORD)
                break;
            first >>= length;
            bits >>= length;
        }
    }
    return room;
}

void sst_outline_pick(const sst_outline *o, const uint64_t *numbers, uint64_t *picked)
{
    for (uint32_t begin = 0; begin <= o->counted_count; begin += SST_WORD) {
        uint32_t left = o->counted_count - begin, size = left < SST_WORD ? left : SST_WORD;
        uint64_t bits = 0;
        for (uint32_t i = 0; i < size; i++)
            bits |= (uint64_t)sst_bits_has(numbers, o->counted[begin + i]) << i;
        picked[begin / SST_WORD] = bits;
    }
}
