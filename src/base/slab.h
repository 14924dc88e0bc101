/* Many pieces of one size, for what is read at random places: they stand in huge pages
 * (base/memory.h), and a piece that was given back is the next one taken, so that the memory is
 * never more than that of the most pieces that were there at a time (Bonwick, "The Slab Allocator",
 * USENIX Summer 1994). Thread-safe. */
#ifndef BASE_SLAB_H
#define BASE_SLAB_H

#include <stddef.h>

#include "base/status.h"

typedef struct sst_slab sst_slab;

/* Pieces of `size` bytes, up to some 100 KB; `what` names them in messages and is kept. */
sst_status sst_slab_create(size_t size, const char *what, sst_slab **slab, sst_error *error);
/* With all that was taken. NULL is fine. */
void sst_slab_free(sst_slab *slab);

/* A piece, its bytes undefined, aligned as a cache line; NULL with `error` filled without memory. */
void *sst_slab_take(sst_slab *slab, sst_error *error);
/* Gives a piece of this slab back. NULL is fine. */
void sst_slab_give(sst_slab *slab, void *piece);

/* Bytes that a piece takes. */
size_t sst_slab_piece(const sst_slab *slab);

#endif
