#include "base/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"

enum {
    WRITE_BUFFER = 1 << 20,
    PAGE = 4096,
    FRESH = 256 << 10, /* bytes of new pages asked for at once: still in the cache when used */
    HUGE_PAGE = 2 << 20,
    HUGE_FROM = 64 << 20, /* what stands beyond it stands in huge pages, */
    HUGE_SEGMENTS = 16,    /* so many segments together */
};

/* Offsets run on from memory into the file: those below `limit` lie in segment offset /
 * SST_POOL_SEGMENT, the others at offset - limit in the file. */
struct sst_pool {
    uint64_t limit;       /* bytes of memory that blocks may take */
    uint64_t used;        /* offset of the next block in memory */
    uint64_t fresh;       /* offset up to which pages were asked for */
    bool huge;            /* the newest segments stand in huge pages */
    uint64_t file_size;   /* bytes appended to the file, the write buffer included */
    unsigned char **segments;
    size_t segment_count; /* allocated so far */
    bool *owned;          /* the segment is the start of an allocation of one or more */
    unsigned char *buffer;
    size_t buffered;
    int file;             /* -1: not opened */
    pthread_mutex_t mutex;
    char *tmp;
    char *what;
};

static const char *folder_of(const sst_pool *pool)
{
    const char *environment = getenv("TMPDIR");
    if (pool->tmp != NULL)
        return pool->tmp;
    return environment != NULL && environment[0] != '\0' ? environment : "/tmp";
}

static sst_status fail_file(const sst_pool *pool, int errnum, const char *verb, sst_error *error)
{
    char what[96];
    snprintf(what, sizeof what, "cannot %s the temporary file for %s", verb, pool->what);
    return sst_fail_system(error, errnum, folder_of(pool), what,
                           "free space there, name another folder with --tmp, or raise --memory");
}

static char *copy_text(const char *text, sst_error *error)
{
    char *copy = sst_allocate(strlen(text) + 1, 1, "a temporary store", error);
    if (copy != NULL)
        strcpy(copy, text);
    return copy;
}

sst_status sst_pool_create(uint64_t budget, const char *tmp, const char *what, sst_pool **result,
                           sst_error *error)
{
    *result = NULL;
    sst_pool *pool = sst_allocate_zeroed(1, sizeof *pool, what, error);
    if (pool == NULL)
        return SST_MEMORY;
    pool->file = -1;
    pthread_mutex_init(&pool->mutex, NULL);
    /* 2^46 bytes are more than any machine has; the table for them would not be. */
    uint64_t most = (uint64_t)1 << 46;
    size_t segments = (size_t)(((budget > most ? most : budget) + SST_POOL_SEGMENT - 1) /
                               SST_POOL_SEGMENT);
    pool->limit = (uint64_t)segments * SST_POOL_SEGMENT;
    pool->what = copy_text(what, error);
    pool->tmp = tmp == NULL ? NULL : copy_text(tmp, error);
    pool->segments = sst_allocate_zeroed(segments, sizeof *pool->segments, what, error);
    pool->owned = sst_allocate_zeroed(segments, sizeof *pool->owned, what, error);
    if (pool->what == NULL || (tmp != NULL && pool->tmp == NULL) || pool->segments == NULL ||
        pool->owned == NULL) {
        sst_pool_free(pool);
        return SST_MEMORY;
    }
    *result = pool;
    return SST_OK;
}

void sst_pool_free(sst_pool *pool)
{
    if (pool == NULL)
        return;
    for (size_t i = 0; i < pool->segment_count; i++)
        if (pool->owned[i])
            free(pool->segments[i]);
    if (pool->file >= 0)
        close(pool->file);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->segments);
    free(pool->owned);
    free(pool->buffer);
    free(pool->what);
    free(pool->tmp);
    free(pool);
}

/* Whether [used, used + size) lies in one allocation that is already there. */
static bool stands_in_one(const sst_pool *pool, size_t size)
{
    size_t segment = (size_t)(pool->used / SST_POOL_SEGMENT);
    size_t last = (size_t)((pool->used + (size == 0 ? 0 : size - 1)) / SST_POOL_SEGMENT);
    while (++segment <= last && segment < pool->segment_count)
        if (pool->owned[segment])
            return false;
    return last < pool->segment_count;
}

/* Moves `used` to the next allocation that has room for the block; false when none has. */
static bool find_room(sst_pool *pool, size_t size)
{
    if (stands_in_one(pool, size))
        return true;
    for (size_t i = (size_t)(pool->used / SST_POOL_SEGMENT); i < pool->segment_count; i++) {
        uint64_t at = (uint64_t)i * SST_POOL_SEGMENT;
        if (at < pool->used || !pool->owned[i])
            continue;
        pool->used = at;
        if (stands_in_one(pool, size))
            return true;
    }
    return false;
}

/* Adds segments for `size` bytes in one piece: in huge pages (base/memory.h) where the pool is large,
 * which takes 6 % off a job of 4,000,000 stories. A small pool is better off without them where a
 * virtual machine gives free huge pages back to its host: their first touch costs more than the
 * reads save. */
static sst_status add_segments(sst_pool *pool, size_t size, sst_error *error)
{
    size_t count = size == 0 ? 1 : (size - 1) / SST_POOL_SEGMENT + 1;
    size_t room = (size_t)(pool->limit / SST_POOL_SEGMENT) - pool->segment_count;
    bool huge = pool->segment_count >= HUGE_FROM / SST_POOL_SEGMENT;
    if (huge && count < HUGE_SEGMENTS)
        count = room < HUGE_SEGMENTS ? room : HUGE_SEGMENTS;
    size_t bytes = count * (size_t)SST_POOL_SEGMENT;
    unsigned char *memory = aligned_alloc(huge ? HUGE_PAGE : PAGE, bytes);
    if (memory == NULL)
        return sst_fail_memory(error, bytes, pool->what);
    if (huge)
        sst_ask_for_huge_pages(memory, bytes);
    pool->huge = huge;
    pool->used = pool->fresh = (uint64_t)pool->segment_count * SST_POOL_SEGMENT;
    pool->owned[pool->segment_count] = true;
    for (size_t i = 0; i < count; i++)
        pool->segments[pool->segment_count++] = memory + i * (size_t)SST_POOL_SEGMENT;
    return SST_OK;
}

/* Whether new segments for the block stay inside the budget. */
static bool may_grow(const sst_pool *pool, size_t size)
{
    uint64_t room = pool->limit - (uint64_t)pool->segment_count * SST_POOL_SEGMENT;
    return room != 0 && size <= room;
}

/* A block in memory: its place, and new pages that its appender asks for. Both are settled under the
 * mutex and used outside: first touches take longer than everything else. */
typedef struct placed {
    unsigned char *at; /* NULL: it went to the file */
    unsigned char *pages;
    size_t pages_size; /* 0: none */
} placed;

/* Pages in one go cost a fifth less than one by one. Huge ones are asked for one ahead, so that the
 * other threads have room while one waits for it: two that touch the same make two, and throw one
 * away. The block behind `used` lies in the last allocation, or in one that is there since before a
 * reset. */
static void claim_pages(sst_pool *pool, size_t size, placed *block)
{
    uint64_t end = (uint64_t)pool->segment_count * SST_POOL_SEGMENT;
    uint64_t unit = pool->huge ? HUGE_PAGE : FRESH, ahead = pool->huge ? HUGE_PAGE : 0;
    if (pool->fresh == end || pool->used + size + ahead <= pool->fresh)
        return;
    uint64_t wanted = (pool->used + size + ahead - pool->fresh + unit - 1) / unit * unit;
    if (wanted > end - pool->fresh)
        wanted = end - pool->fresh;
    block->pages =
        pool->segments[pool->fresh / SST_POOL_SEGMENT] + pool->fresh % SST_POOL_SEGMENT;
    block->pages_size = (size_t)wanted;
    pool->fresh += wanted;
}

/* `used` was found to have room. */
static void place_in_memory(sst_pool *pool, size_t size, uint64_t *offset, placed *block)
{
    *offset = pool->used;
    block->at = pool->segments[pool->used / SST_POOL_SEGMENT] + pool->used % SST_POOL_SEGMENT;
    claim_pages(pool, size, block);
    pool->used += (size + 7) & ~(size_t)7;
}

static void fill_block(const placed *block, const void *bytes, size_t size)
{
#ifdef MADV_POPULATE_WRITE
    if (block->pages_size != 0)
        madvise(block->pages, block->pages_size, MADV_POPULATE_WRITE);
#endif
    if (block->at != NULL && size != 0)
        memcpy(block->at, bytes, size);
}

static sst_status open_file(sst_pool *pool, sst_error *error)
{
    const char *folder = folder_of(pool);
    pool->buffer = sst_allocate(WRITE_BUFFER, 1, pool->what, error);
    if (pool->buffer == NULL)
        return SST_MEMORY;
    pool->file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (pool->file >= 0)
        return SST_OK;
    /* Not every file system has O_TMPFILE. */
    char *name = sst_allocate(strlen(folder) + 32, 1, pool->what, error);
    if (name == NULL)
        return SST_MEMORY;
    sprintf(name, "%s/samestory-XXXXXX", folder);
    pool->file = mkostemp(name, O_CLOEXEC);
    int errnum = errno;
    if (pool->file >= 0)
        unlink(name);
    free(name);
    return pool->file >= 0 ? SST_OK : fail_file(pool, errnum, "create", error);
}

static sst_status write_file(const sst_pool *pool, const unsigned char *bytes, size_t size,
                             uint64_t at, sst_error *error)
{
    while (size != 0) {
        ssize_t written = pwrite(pool->file, bytes, size, (off_t)at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return fail_file(pool, written < 0 ? errno : ENOSPC, "write", error);
        bytes += written;
        size -= (size_t)written;
        at += (uint64_t)written;
    }
    return SST_OK;
}

static sst_status flush_buffer(sst_pool *pool, sst_error *error)
{
    sst_status status = write_file(pool, pool->buffer, pool->buffered,
                                   pool->file_size - pool->buffered, error);
    if (status == SST_OK)
        pool->buffered = 0;
    return status;
}

static sst_status append_file(sst_pool *pool, const void *bytes, size_t size, uint64_t *offset,
                              sst_error *error)
{
    static const unsigned char zeros[8] = {0};
    sst_status status = pool->file < 0 ? open_file(pool, error) : SST_OK;
    size_t padding = (8 - size % 8) % 8;
    if (status == SST_OK && pool->buffered + size + padding > WRITE_BUFFER)
        status = flush_buffer(pool, error);
    if (status != SST_OK)
        return status;
    *offset = pool->limit + pool->file_size;
    if (size + padding > WRITE_BUFFER) {
        status = write_file(pool, bytes, size, pool->file_size, error);
        if (status == SST_OK)
            status = write_file(pool, zeros, padding, pool->file_size + size, error);
    } else if (size != 0) {
        memcpy(pool->buffer + pool->buffered, bytes, size);
        memcpy(pool->buffer + pool->buffered + size, zeros, padding);
        pool->buffered += size + padding;
    }
    if (status == SST_OK)
        pool->file_size += size + padding;
    return status;
}

static sst_status append(sst_pool *pool, const void *bytes, size_t size, uint64_t *offset,
                         placed *block, sst_error *error)
{
    if (!find_room(pool, size)) {
        if (!may_grow(pool, size))
            return append_file(pool, bytes, size, offset, error);
        sst_status status = add_segments(pool, size, error);
        if (status != SST_OK)
            return status;
    }
    place_in_memory(pool, size, offset, block);
    return SST_OK;
}

sst_status sst_pool_append(sst_pool *pool, const void *bytes, size_t size, uint64_t *offset,
                           sst_error *error)
{
    placed block = {NULL, NULL, 0};
    pthread_mutex_lock(&pool->mutex);
    sst_status status = append(pool, bytes, size, offset, &block, error);
    pthread_mutex_unlock(&pool->mutex);
    fill_block(&block, bytes, size);
    return status;
}

sst_status sst_pool_seal(sst_pool *pool, sst_error *error)
{
    return pool->buffered == 0 ? SST_OK : flush_buffer(pool, error);
}

sst_status sst_pool_reset(sst_pool *pool, sst_error *error)
{
    pool->used = 0;
    pool->file_size = 0;
    pool->buffered = 0;
    if (pool->file >= 0 && ftruncate(pool->file, 0) != 0)
        return fail_file(pool, errno, "empty", error);
    return SST_OK;
}

static sst_status read_file(const sst_pool *pool, uint64_t at, size_t size, unsigned char *scratch,
                            sst_error *error)
{
    while (size != 0) {
        ssize_t got = pread(pool->file, scratch, size, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fail_file(pool, got < 0 ? errno : EIO, "read", error);
        scratch += got;
        size -= (size_t)got;
        at += (uint64_t)got;
    }
    return SST_OK;
}

sst_status sst_pool_read(const sst_pool *pool, uint64_t offset, size_t size, void *scratch,
                         const void **bytes, sst_error *error)
{
    if (offset < pool->limit) {
        *bytes = size == 0 ? scratch
                           : pool->segments[offset / SST_POOL_SEGMENT] + offset % SST_POOL_SEGMENT;
        return SST_OK;
    }
    *bytes = scratch;
    return read_file(pool, offset - pool->limit, size, scratch, error);
}

void sst_pool_prefetch(const sst_pool *pool, uint64_t offset)
{
    if (offset < (uint64_t)pool->segment_count * SST_POOL_SEGMENT)
        __builtin_prefetch(pool->segments[offset / SST_POOL_SEGMENT] + offset % SST_POOL_SEGMENT);
}

uint64_t sst_pool_spilled(const sst_pool *pool)
{
    return pool->file_size;
}

uint64_t sst_pool_resident(const sst_pool *pool)
{
    return (uint64_t)pool->segment_count * SST_POOL_SEGMENT;
}
