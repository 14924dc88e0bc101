#include "base/slab.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"

#if defined(__has_feature) /* clang */
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

enum { LINE = 64 };

/* Pieces that were given back stand in a list, each with the next one in its first bytes. */
typedef struct piece {
    struct piece *next;
} piece;

/* Stands at the beginning of its SST_HUGE_BLOCK bytes; the pieces follow. */
typedef struct block {
    struct block *next, *previous; /* with room, or without */
    piece *given;
    size_t used;  /* pieces taken */
    size_t begun; /* pieces that were ever taken: those behind were not touched */
    size_t fresh; /* bytes that have memory */
} block;

struct sst_slab {
    pthread_mutex_t mutex;
    size_t size;  /* of a piece */
    size_t count; /* pieces of a block */
    block *room, *full;
    const char *what;
};

sst_status sst_slab_create(size_t size, const char *what, sst_slab **out, sst_error *error)
{
    sst_slab *slab = *out = sst_allocate_zeroed(1, sizeof *slab, what, error);
    if (slab == NULL)
        return SST_MEMORY;
    pthread_mutex_init(&slab->mutex, NULL);
    slab->size = (size + LINE - 1) / LINE * LINE;
    slab->count = (SST_HUGE_BLOCK - LINE) / slab->size;
    slab->what = what;
    return SST_OK;
}

static void free_blocks(block *first)
{
    for (block *b = first, *next; b != NULL; b = next) {
        next = b->next;
        ASAN_UNPOISON_MEMORY_REGION(b, SST_HUGE_BLOCK);
        free(b);
    }
}

void sst_slab_free(sst_slab *slab)
{
    if (slab == NULL)
        return;
    free_blocks(slab->room);
    free_blocks(slab->full);
    pthread_mutex_destroy(&slab->mutex);
    free(slab);
}

size_t sst_slab_piece(const sst_slab *slab)
{
    return slab->size;
}

/* ---- Blocks ---- */

static void link_block(block **list, block *b)
{
    b->previous = NULL;
    b->next = *list;
    if (*list != NULL)
        (*list)->previous = b;
    *list = b;
}

static void unlink_block(block **list, block *b)
{
    if (b->previous != NULL)
        b->previous->next = b->next;
    else
        *list = b->next;
    if (b->next != NULL)
        b->next->previous = b->previous;
}

static sst_status add_block(sst_slab *slab, sst_error *error)
{
    _Static_assert(sizeof(block) <= LINE, "pieces begin behind a line");
    block *b = sst_allocate_huge_block(slab->what, error);
    if (b == NULL)
        return SST_MEMORY;
    *b = (block){.next = NULL};
    link_block(&slab->room, b);
    return SST_OK;
}

/* ---- Pieces ---- */

static piece *take_from(const sst_slab *slab, block *b)
{
    piece *p = b->given;
    if (p != NULL) {
        ASAN_UNPOISON_MEMORY_REGION(p, slab->size);
        b->given = p->next;
    } else {
        size_t at = LINE + b->begun++ * slab->size;
        sst_huge_block_reach(b, &b->fresh, at + slab->size);
        p = (piece *)(void *)((char *)b + at);
    }
    b->used++;
    return p;
}

void *sst_slab_take(sst_slab *slab, sst_error *error)
{
    piece *p = NULL;
    pthread_mutex_lock(&slab->mutex);
    if (slab->room != NULL || add_block(slab, error) == SST_OK) {
        block *b = slab->room;
        p = take_from(slab, b);
        if (b->used == slab->count) {
            unlink_block(&slab->room, b);
            link_block(&slab->full, b);
        }
    }
    pthread_mutex_unlock(&slab->mutex);
    return p;
}

/* An empty block goes, unless it is the only one with room: it would be asked for again. */
static void give_to(sst_slab *slab, block *b, piece *p)
{
    p->next = b->given;
    b->given = p;
    ASAN_POISON_MEMORY_REGION(p, slab->size);
    if (b->used-- == slab->count) {
        unlink_block(&slab->full, b);
        link_block(&slab->room, b);
    }
    if (b->used > 0 || (b->next == NULL && b->previous == NULL))
        return;
    unlink_block(&slab->room, b);
    ASAN_UNPOISON_MEMORY_REGION(b, SST_HUGE_BLOCK);
    free(b);
}

void sst_slab_give(sst_slab *slab, void *given)
{
    if (given == NULL)
        return;
    block *b = (block *)((uintptr_t)given & ~(uintptr_t)(SST_HUGE_BLOCK - 1));
    pthread_mutex_lock(&slab->mutex);
    give_to(slab, b, given);
    pthread_mutex_unlock(&slab->mutex);
}
