/* An append-only store of byte blocks: in memory up to a budget, beyond it in an unlinked
 * temporary file, so that it disappears with the process however that ends.
 *
 * Life: create, append from any number of threads, seal once, then read from any number of
 * threads. Which blocks lie in memory depends on the order of appending; what is read never
 * does. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include "base/status.h"

typedef struct sst_pool sst_pool;

/* `budget`: bytes of memory for blocks, rounded up to whole segments of SST_POOL_SEGMENT (0: all
 * goes to the file but a write buffer). `tmp`: folder of the file, opened when the first block
 * does not fit; NULL is TMPDIR, then /tmp. `what` names the content in messages ("the tokens");
 * both strings are copied. */
sst_status sst_pool_create(uint64_t budget, const char *tmp, const char *what, sst_pool **pool,
                           sst_error *error);
void sst_pool_free(sst_pool *pool);

enum { SST_POOL_SEGMENT = 4 << 20 };

/* Copies `size` bytes in and gives their place, aligned to 8 bytes in memory. Thread-safe.
 * SST_FULL or SST_IO name the folder and the remedy. Not after seal. */
sst_status sst_pool_append(sst_pool *pool, const void *bytes, size_t size, uint64_t *offset,
                           sst_error *error);

/* Ends appending: writes what is buffered. */
sst_status sst_pool_seal(sst_pool *pool, sst_error *error);

/* Back to appending, everything forgotten; memory and the file stay for reuse. Not beside other
 * calls. */
sst_status sst_pool_reset(sst_pool *pool, sst_error *error);

/* The block of `size` bytes at `offset` (a block, or a part of one). `*bytes` points into the pool,
 * or to `scratch` (at least `size` bytes, aligned to 8 by the caller) when the block had to be read
 * from the file; it is valid until the pool is freed or the scratch is used again. Thread-safe
 * after seal. */
sst_status sst_pool_read(const sst_pool *pool, uint64_t offset, size_t size, void *scratch,
                         const void **bytes, sst_error *error);

/* Asks the processor to fetch the start of a block that lies in memory. */
void sst_pool_prefetch(const sst_pool *pool, uint64_t offset);

/* Bytes in the temporary file, and bytes of memory held. */
uint64_t sst_pool_spilled(const sst_pool *pool);
uint64_t sst_pool_resident(const sst_pool *pool);

#endif
