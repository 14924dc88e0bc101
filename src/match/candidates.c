#include "match/candidates.h"

#include <string.h>

#include "base/sort.h"

enum { COMPACT_FROM = 1 << 20 };

static sst_status sort_unique(sst_candidates *list, unsigned threads, sst_error *error)
{
    uint64_t *scratch = sst_allocate(list->count, sizeof *scratch, "candidate pairs", error);
    if (scratch == NULL)
        return SST_MEMORY;
    sst_status status = sst_sort(list->items, scratch, list->count, threads, error);
    free(scratch);
    if (status == SST_OK)
        list->count = sst_sort_unique(list->items, list->count);
    list->compacted = list->count;
    return status;
}

sst_status sst_candidates_add(sst_candidates *list, uint64_t candidate, sst_error *error)
{
    if (list->count == list->capacity) {
        sst_status status = SST_OK;
        if (list->count >= COMPACT_FROM && list->count >= 2 * list->compacted)
            status = sort_unique(list, 1, error);
        if (status == SST_OK && list->count + list->count / 4 >= list->capacity)
            status = SST_RESERVE(&list->items, &list->capacity, list->count + 1,
                                 "candidate pairs", error);
        if (status != SST_OK)
            return status;
    }
    list->items[list->count++] = candidate;
    return SST_OK;
}

sst_status sst_candidates_merge(sst_candidates *parts, size_t count, unsigned threads,
                                sst_candidates *all, sst_error *error)
{
    sst_status status = SST_OK;
    all->count = 0;
    for (size_t i = 0; i < count && status == SST_OK; i++) {
        sst_candidates *part = &parts[i];
        status = SST_RESERVE(&all->items, &all->capacity, all->count + part->count,
                             "candidate pairs", error);
        if (status == SST_OK && part->count != 0)
            memcpy(all->items + all->count, part->items, part->count * sizeof *part->items);
        all->count += status == SST_OK ? part->count : 0;
        free(part->items);
        *part = (sst_candidates){0};
    }
    return status == SST_OK ? sort_unique(all, threads, error) : status;
}

void sst_candidates_subtract(sst_candidates *list, const sst_candidates *known)
{
    size_t kept = 0, at = 0;
    for (size_t i = 0; i < list->count; i++) {
        while (at < known->count && known->items[at] < list->items[i])
            at++;
        if (at == known->count || known->items[at] != list->items[i])
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
}
