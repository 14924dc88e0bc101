#include "job/spool.h"

#include <string.h>

#include "base/pool.h"

typedef struct kept_chunk {
    uint64_t at;
    size_t size;
    uint64_t first_line;
    uint32_t file;
} kept_chunk;

struct sst_spool {
    sst_pool *bytes;
    kept_chunk *chunks;
    size_t count, capacity;
};

sst_status sst_spool_create(uint64_t memory, const char *tmp, sst_spool **spool,
                            sst_error *error)
{
    *spool = sst_allocate_zeroed(1, sizeof **spool, "standard input", error);
    if (*spool == NULL)
        return SST_MEMORY;
    sst_status status = sst_pool_create(memory, tmp, "standard input", &(*spool)->bytes, error);
    if (status != SST_OK) {
        free(*spool);
        *spool = NULL;
    }
    return status;
}

void sst_spool_free(sst_spool *spool)
{
    if (spool == NULL)
        return;
    sst_pool_free(spool->bytes);
    free(spool->chunks);
    free(spool);
}

sst_status sst_spool_append(sst_spool *spool, const sst_chunk *chunk, sst_error *error)
{
    sst_status status = SST_RESERVE(&spool->chunks, &spool->capacity, spool->count + 1,
                                    "standard input", error);
    if (status != SST_OK)
        return status;
    kept_chunk kept = {.size = chunk->size, .first_line = chunk->first_line,
                       .file = chunk->file};
    status = sst_pool_append(spool->bytes, chunk->bytes, chunk->size, &kept.at, error);
    if (status == SST_OK)
        spool->chunks[spool->count++] = kept;
    return status;
}

sst_status sst_spool_seal(sst_spool *spool, sst_error *error)
{
    return sst_pool_seal(spool->bytes, error);
}

sst_status sst_spool_read(const sst_spool *spool, size_t number, sst_chunk *chunk, bool *more,
                          sst_error *error)
{
    *more = number < spool->count;
    if (!*more)
        return SST_OK;
    const kept_chunk *kept = &spool->chunks[number];
    sst_status status = SST_RESERVE(&chunk->bytes, &chunk->capacity,
                                    kept->size + SST_CHUNK_PADDING, "standard input", error);
    const void *bytes;
    if (status == SST_OK)
        status = sst_pool_read(spool->bytes, kept->at, kept->size, chunk->bytes, &bytes, error);
    if (status != SST_OK)
        return status;
    if (bytes != chunk->bytes)
        memcpy(chunk->bytes, bytes, kept->size);
    memset(chunk->bytes + kept->size, 0, SST_CHUNK_PADDING);
    chunk->size = kept->size;
    chunk->first_line = kept->first_line;
    chunk->file = kept->file;
    chunk->path = "-";
    return SST_OK;
}
