#include "base/memory.h"

#include <string.h>

size_t sst_size_multiply(size_t count, size_t size)
{
    return size != 0 && count > SIZE_MAX / size ? SIZE_MAX : count * size;
}

void *sst_allocate(size_t count, size_t size, const char *what, sst_error *error)
{
    size_t bytes = sst_size_multiply(count, size);
    void *memory = malloc(bytes == 0 ? 1 : bytes);
    if (memory == NULL)
        sst_fail_memory(error, bytes, what);
    return memory;
}

void *sst_allocate_zeroed(size_t count, size_t size, const char *what, sst_error *error)
{
    size_t bytes = sst_size_multiply(count, size);
    void *memory = calloc(bytes == 0 ? 1 : bytes, 1);
    if (memory == NULL)
        sst_fail_memory(error, bytes, what);
    return memory;
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
    memcpy(items, &memory, sizeof memory);
    *capacity = wanted;
    return SST_OK;
}
