#include "match/tally.h"

enum { SLOTS_LEAST = 1024 };

void sst_tally_free(sst_tally *tally)
{
    free(tally->keys);
    free(tally->sums);
    free(tally->used);
    *tally = (sst_tally){0};
}

void sst_tally_reset(sst_tally *tally)
{
    for (size_t i = 0; i < tally->size; i++)
        tally->keys[tally->used[i]] = 0;
    tally->size = 0;
}

static void move_sums(const sst_tally *from, sst_tally *to)
{
    for (size_t i = 0; i < from->size; i++) {
        uint32_t slot = from->used[i];
        sst_tally_add(to, from->keys[slot] - 1, from->sums[slot]);
    }
}

sst_status sst_tally_reserve(sst_tally *tally, size_t more, sst_error *error)
{
    size_t slots = tally->slots < SLOTS_LEAST ? SLOTS_LEAST : tally->slots;
    while (slots / 2 < tally->size + more)
        slots *= 2;
    if (slots == tally->slots)
        return SST_OK;
    sst_tally grown = {.slots = slots};
    grown.keys = sst_allocate_zeroed(slots, sizeof *grown.keys, "counts of partners", error);
    grown.sums = sst_allocate(slots, sizeof *grown.sums, "counts of partners", error);
    grown.used = sst_allocate(slots, sizeof *grown.used, "counts of partners", error);
    if (grown.keys == NULL || grown.sums == NULL || grown.used == NULL) {
        sst_tally_free(&grown);
        return SST_MEMORY;
    }
    move_sums(tally, &grown);
    sst_tally_free(tally);
    *tally = grown;
    return SST_OK;
}
