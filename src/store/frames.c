#include "store/frames.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "base/memory.h"

/* 69 frames fill a slab but for 4 KB, and nearly all pages of an index fit into one. */
enum { SLAB_SIZE = 2 << 20, FRAME_SIZE = 474 * 64, FRAMES_OF_SLAB = SLAB_SIZE / FRAME_SIZE };

/* Tools that watch memory shall see the end of each page. */
#if defined(__SANITIZE_ADDRESS__)
#define OWN_MEMORY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OWN_MEMORY 1
#endif
#endif

static bool fits(size_t size)
{
#ifdef OWN_MEMORY
    (void)size;
    return false;
#else
    return size <= FRAME_SIZE;
#endif
}

void sst_frames_init(sst_frames *frames)
{
    *frames = (sst_frames){.mutex = PTHREAD_MUTEX_INITIALIZER};
}

void sst_frames_free(sst_frames *frames)
{
    for (size_t i = 0; i < frames->count; i++)
        free(frames->slabs[i]);
    free(frames->slabs);
    pthread_mutex_destroy(&frames->mutex);
}

static void put(sst_frames *frames, void *frame)
{
    *(void **)frame = frames->unused;
    frames->unused = frame;
}

static sst_status add_slab(sst_frames *frames, sst_error *error)
{
    sst_status status = SST_RESERVE(&frames->slabs, &frames->capacity, frames->count + 1,
                                    "index pages", error);
    if (status != SST_OK)
        return status;
    unsigned char *slab = aligned_alloc(SLAB_SIZE, SLAB_SIZE);
    if (slab == NULL)
        return sst_fail_memory(error, SLAB_SIZE, "index pages");
    madvise(slab, SLAB_SIZE, MADV_HUGEPAGE); /* refused, it is only slower */
    frames->slabs[frames->count++] = slab;
    for (size_t i = FRAMES_OF_SLAB; i > 0; i--)
        put(frames, slab + (i - 1) * FRAME_SIZE);
    return SST_OK;
}

void *sst_frame_take(sst_frames *frames, size_t size, sst_error *error)
{
    if (!fits(size))
        return sst_allocate(size, 1, "an index page", error);
    pthread_mutex_lock(&frames->mutex);
    void *frame = NULL;
    if (frames->unused != NULL || add_slab(frames, error) == SST_OK) {
        frame = frames->unused;
        frames->unused = *(void **)frame;
    }
    pthread_mutex_unlock(&frames->mutex);
    return frame;
}

void sst_frame_give(sst_frames *frames, void *bytes, size_t size)
{
    if (!fits(size)) {
        free(bytes);
        return;
    }
    pthread_mutex_lock(&frames->mutex);
    put(frames, bytes);
    pthread_mutex_unlock(&frames->mutex);
}
