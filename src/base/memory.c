#include "base/memory.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, HUGE_PAGE = 2 << 20, LARGE = 8 << 20 };

/* Not inlined: gcc would see malloc(SIZE_MAX), which is how an impossible size is refused. */
__attribute__((noinline)) void sst_ask_for_huge_pages(void *memory, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    if (memory == NULL || bytes < LARGE)
        return;
    uintptr_t begin = ((uintptr_t)memory + PAGE - 1) / PAGE * PAGE;
    uintptr_t end = ((uintptr_t)memory + bytes) / PAGE * PAGE;
    madvise((void *)begin, end - begin, MADV_HUGEPAGE);
#else
    (void)memory, (void)bytes;
#endif
}

size_t sst_size_multiply(size_t count, size_t size)
{
    return size != 0 && count > SIZE_MAX / size ? SIZE_MAX : count * size;
}

void *sst_allocate(size_t count, size_t size, const char *what, sst_error *error)
{
    size_t bytes = sst_size_multiply(count, size);
    void *memory = malloc(bytes == 0 ? 1 : bytes);
    sst_ask_for_huge_pages(memory, bytes);
    if (memory == NULL)
        sst_fail_memory(error, bytes, what);
    return memory;
}

void *sst_allocate_zeroed(size_t count, size_t size, const char *what, sst_error *error)
{
    size_t bytes = sst_size_multiply(count, size);
    void *memory = calloc(bytes == 0 ? 1 : bytes, 1);
    sst_ask_for_huge_pages(memory, bytes);
    if (memory == NULL)
        sst_fail_memory(error, bytes, what);
    return memory;
}

void *sst_allocate_huge_block(const char *what, sst_error *error)
{
    void *block = aligned_alloc(SST_HUGE_BLOCK, SST_HUGE_BLOCK);
    if (block == NULL)
        sst_fail_memory(error, SST_HUGE_BLOCK, what);
    sst_ask_for_huge_pages(block, SST_HUGE_BLOCK);
    return block;
}

void sst_huge_block_reach(void *block, size_t *fresh, size_t end)
{
    if (end <= *fresh)
        return;
    size_t wanted = (end - *fresh + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    if (wanted > SST_HUGE_BLOCK - *fresh)
        wanted = SST_HUGE_BLOCK - *fresh;
#ifdef MADV_POPULATE_WRITE
    madvise((char *)block + *fresh, wanted, MADV_POPULATE_WRITE);
#endif
    *fresh += wanted;
}

sst_status sst_array_grow(void *items, size_t *capacity, size_t needed, size_t element,
                          const char *what, sst_error *error)
{
    size_t grown = *capacity + *capacity / 2;
    size_t wanted = grown > needed ? grown : needed;
    if (wanted < 16)
        wanted = 16;

    void *old;
    memcpy(&old, items, sizeof old);
    size_t bytes = sst_size_multiply(wanted, element);
    void *memory = realloc(old, bytes);
    if (memory == NULL)
        return sst_fail_memory(error, bytes, what);
    sst_ask_for_huge_pages(memory, bytes);
    memcpy(items, &memory, sizeof memory);
    *capacity = wanted;
    return SST_OK;
}
