#include "job/shelf.h"

#include <pthread.h>
#include <string.h>

#include "base/memory.h"

/* Stands at the beginning of its bytes; stories follow. One that is larger than SST_HUGE_BLOCK has a block
 * of its own. */
typedef struct block {
    struct block *next;
    size_t used, fresh;
} block;

/* Open addressing; a power of two of slots, at most half in use. Stories come one by one and go
 * together: they stand in blocks. */
typedef struct generation {
    sst_shelf_story **slots;
    size_t mask, count;
    uint64_t bytes;
    block *blocks; /* the one that is filled first */
} generation;

struct sst_shelf {
    pthread_mutex_t mutex;
    uint64_t budget;
    generation young, old;
};

enum { FIRST_SLOTS = 1 << 12 };

sst_status sst_shelf_create(uint64_t budget, sst_shelf **out, sst_error *error)
{
    sst_shelf *shelf = *out = sst_allocate_zeroed(1, sizeof *shelf, "the token shelf", error);
    if (shelf == NULL)
        return SST_MEMORY;
    pthread_mutex_init(&shelf->mutex, NULL);
    shelf->budget = budget;
    return SST_OK;
}

static void generation_free(generation *g)
{
    for (block *b = g->blocks, *next; b != NULL; b = next) {
        next = b->next;
        free(b);
    }
    free(g->slots);
    *g = (generation){0};
}

void sst_shelf_free(sst_shelf *shelf)
{
    if (shelf == NULL)
        return;
    sst_shelf_reset(shelf);
    pthread_mutex_destroy(&shelf->mutex);
    free(shelf);
}

void sst_shelf_reset(sst_shelf *shelf)
{
    generation_free(&shelf->young);
    generation_free(&shelf->old);
}

static size_t slot_of(const generation *g, uint32_t number)
{
    size_t slot = sst_mix64(number) & g->mask;
    while (g->slots[slot] != NULL && g->slots[slot]->number != number)
        slot = (slot + 1) & g->mask;
    return slot;
}

static const sst_shelf_story *generation_find(const generation *g, uint32_t number)
{
    return g->slots == NULL ? NULL : g->slots[slot_of(g, number)];
}

static sst_status generation_grow(generation *g, sst_error *error)
{
    generation wider = {.mask = (g->slots == NULL ? FIRST_SLOTS : 2 * (g->mask + 1)) - 1,
                        .count = g->count, .bytes = g->bytes, .blocks = g->blocks};
    wider.slots =
        sst_allocate_zeroed(wider.mask + 1, sizeof *wider.slots, "the token shelf", error);
    if (wider.slots == NULL)
        return SST_MEMORY;
    for (size_t i = 0; g->slots != NULL && i <= g->mask; i++)
        if (g->slots[i] != NULL)
            wider.slots[slot_of(&wider, g->slots[i]->number)] = g->slots[i];
    free(g->slots);
    *g = wider;
    return SST_OK;
}

static const sst_shelf_story *find(const sst_shelf *shelf, uint32_t number)
{
    const sst_shelf_story *story = generation_find(&shelf->young, number);
    return story != NULL ? story : generation_find(&shelf->old, number);
}

const sst_shelf_story *sst_shelf_find(sst_shelf *shelf, uint32_t number)
{
    pthread_mutex_lock(&shelf->mutex);
    const sst_shelf_story *story = find(shelf, number);
    pthread_mutex_unlock(&shelf->mutex);
    return story;
}

static void *allocate_alone(generation *g, size_t size, sst_error *error)
{
    block *b = sst_allocate(1, size + sizeof *b, "tokens", error);
    if (b == NULL)
        return NULL;
    block **place = g->blocks == NULL ? &g->blocks : &g->blocks->next;
    *b = (block){.next = *place, .used = SST_HUGE_BLOCK};
    *place = b;
    return b + 1;
}

static void *allocate(generation *g, size_t size, sst_error *error)
{
    size = (size + sizeof(block *) - 1) / sizeof(block *) * sizeof(block *);
    if (size > SST_HUGE_BLOCK - sizeof(block))
        return allocate_alone(g, size, error);
    block *b = g->blocks;
    if (b == NULL || size > SST_HUGE_BLOCK - b->used) {
        b = sst_allocate_huge_block("tokens", error);
        if (b == NULL)
            return NULL;
        *b = (block){.next = g->blocks, .used = sizeof *b};
        g->blocks = b;
    }
    sst_huge_block_reach(b, &b->fresh, b->used + size);
    void *memory = (char *)b + b->used;
    b->used += size;
    return memory;
}

static sst_status insert(generation *g, uint32_t number, const sst_story *story,
                         const sst_shelf_story **out, sst_error *error)
{
    size_t words = (size_t)story->token_count + story->title_count;
    size_t size = sizeof(sst_shelf_story) + sst_size_multiply(words, sizeof(uint32_t));
    sst_shelf_story *copy = allocate(g, size, error);
    if (copy == NULL)
        return SST_MEMORY;
    copy->number = number;
    copy->token_count = story->token_count;
    copy->title_count = story->title_count;
    if (story->token_count > 0)
        memcpy(copy->tokens, story->tokens, story->token_count * sizeof *copy->tokens);
    if (story->title_count > 0)
        memcpy(copy->tokens + story->token_count, story->title,
               story->title_count * sizeof *copy->tokens);
    g->slots[slot_of(g, number)] = copy;
    g->count++;
    g->bytes += size;
    *out = copy;
    return SST_OK;
}

sst_status sst_shelf_put(sst_shelf *shelf, uint32_t number, const sst_story *story,
                         const sst_shelf_story **out, sst_error *error)
{
    pthread_mutex_lock(&shelf->mutex);
    sst_status status = SST_OK;
    *out = find(shelf, number);
    if (*out == NULL && 2 * shelf->young.count >= shelf->young.mask)
        status = generation_grow(&shelf->young, error);
    if (*out == NULL && status == SST_OK)
        status = insert(&shelf->young, number, story, out, error);
    pthread_mutex_unlock(&shelf->mutex);
    return status;
}

void sst_shelf_trim(sst_shelf *shelf)
{
    if (shelf->young.bytes < shelf->budget / 2)
        return;
    generation_free(&shelf->old);
    shelf->old = shelf->young;
    shelf->young = (generation){0};
}
