#include "judge/recall.h"

#include <string.h>

#include "base/memory.h"
#include "judge/bits.h"

enum {
    SETS = 512,
    WAYS = 4, /* outlines whose keys fall together */
    MOST_PLACES = 4096,
    MOST_COMMON = 512,
};

typedef struct kept {
    sst_outline outline;
    uint64_t *memory;
    size_t capacity;
} kept;

struct sst_recall {
    uint64_t tags[SETS][WAYS]; /* of their keys, together in the cache */
    kept outlines[SETS][WAYS];
    uint8_t next[SETS]; /* the way that is given up next */
};

sst_status sst_recall_create(sst_recall **recall, sst_error *error)
{
    *recall = sst_allocate_zeroed(1, sizeof **recall, "outlines", error);
    return *recall == NULL ? SST_MEMORY : SST_OK;
}

void sst_recall_free(sst_recall *recall)
{
    if (recall == NULL)
        return;
    for (size_t set = 0; set < SETS; set++)
        for (size_t way = 0; way < WAYS; way++)
            free(recall->outlines[set][way].memory);
    free(recall);
}

const sst_outline *sst_recall_find(const sst_recall *recall, const sst_evidence_text *text)
{
    size_t set = text->key.low % SETS;
    for (size_t way = 0; way < WAYS; way++)
        if (recall->tags[set][way] == text->key.high &&
            sst_outline_is_of(&recall->outlines[set][way].outline, text))
            return &recall->outlines[set][way].outline;
    return NULL;
}

/* Copies `count` words to *to and moves it behind them; NULL stays NULL. */
static const uint64_t *copy_words(const uint64_t *words, size_t count, uint64_t **to)
{
    if (words == NULL || count == 0)
        return NULL;
    const uint64_t *copy = memcpy(*to, words, count * sizeof *words);
    *to += count;
    return copy;
}

sst_status sst_recall_keep(sst_recall *recall, const sst_outline *o, sst_error *error)
{
    if ((o->key.low | o->key.high) == 0 || o->places > MOST_PLACES ||
        o->common_count > MOST_COMMON)
        return SST_OK;
    size_t set = o->key.low % SETS, counted = sst_outline_counts_all(o) ? 0 : o->counted_count;
    size_t repeats = sst_bits_words(o->places);
    size_t formula = sst_bits_words(sst_outline_counts_all(o) ? o->count : counted);
    size_t counted_words = (counted * sizeof *o->counted + sizeof(uint64_t) - 1) / sizeof(uint64_t);
    size_t way = recall->next[set]++ % WAYS;
    kept *k = &recall->outlines[set][way];
    recall->tags[set][way] = o->key.high;
    k->outline.key = (sst_hash128){0, 0};
    if (SST_RESERVE(&k->memory, &k->capacity,
                    o->common_count + repeats + formula + counted_words, "outlines", error) !=
        SST_OK)
        return SST_MEMORY;
    uint64_t *to = k->memory;
    k->outline = *o;
    k->outline.common = copy_words(o->common, o->common_count, &to);
    k->outline.repeats = copy_words(o->repeats, repeats, &to);
    k->outline.formula = copy_words(o->formula, formula, &to);
    k->outline.counted = counted == 0 ? NULL : memcpy(to, o->counted, counted * sizeof *o->counted);
    return SST_OK;
}
