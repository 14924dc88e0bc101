/* The one place where sizes are multiplied and arrays grow. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdlib.h>

#include "base/status.h"

/* count * size, or SIZE_MAX when that does not fit (no allocator grants SIZE_MAX). */
size_t sst_size_multiply(size_t count, size_t size);

/* malloc of count * size (never zero bytes); NULL with `error` filled when there is none.
 * `what` names the data in the message. Release with free(3). */
void *sst_allocate(size_t count, size_t size, const char *what, sst_error *error);
/* The same, zeroed. */
void *sst_allocate_zeroed(size_t count, size_t size, const char *what, sst_error *error);

/* Asks the kernel for huge pages where the memory is large; what it answers changes no result. Arrays
 * of millions of items are read at random places, and such a read waits for the page table, too,
 * when small pages make that larger than the cache. The functions here do so themselves. */
void sst_ask_for_huge_pages(void *memory, size_t bytes);

/* SST_HUGE_BLOCK bytes, aligned to as many, for what is read at random places: they shall stand in huge
 * pages. Nothing is touched yet. NULL with `error` filled when there is no memory; free(3). */
enum { SST_HUGE_BLOCK = 8 << 20 };
void *sst_allocate_huge_block(const char *what, sst_error *error);
/* Makes sure that the first `end` bytes of a block have memory; *fresh, 0 at first, says how many have
 * it. Huge pages are asked for one at a time by whoever takes pieces of the block for others: two
 * threads that touch the same page make two of it, and throw one away. */
void sst_huge_block_reach(void *block, size_t *fresh, size_t end);

/* Makes room for `needed` elements in the array at *(void **)items: grows by half, keeps the
 * content, updates *capacity. On failure the array is as before. Use the macro, which checks
 * that `items` is a pointer to a pointer. */
sst_status sst_array_grow(void *items, size_t *capacity, size_t needed, size_t element,
                          const char *what, sst_error *error);

#define SST_RESERVE(items, capacity, needed, what, error)                                      \
    ((needed) <= *(capacity)                                                                   \
         ? SST_OK                                                                              \
         : sst_array_grow((void *)(items), (capacity), (needed), sizeof **(items), (what),     \
                          (error)))

#endif
