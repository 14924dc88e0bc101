/* Memory for pages of the index that are at hand: frames of one size, cut from slabs that fill a
 * huge page of memory each. A question goes to a random place of each segment; with pages of 4 KB
 * the processor would look for the memory's address as long as for the memory. */
#ifndef STORE_FRAMES_H
#define STORE_FRAMES_H

#include <pthread.h>
#include <stddef.h>

#include "base/status.h"

typedef struct sst_frames {
    pthread_mutex_t mutex; /* guards the rest */
    void *unused;          /* a list of frames, each begins with the next */
    void **slabs;
    size_t count, capacity;
} sst_frames;

void sst_frames_init(sst_frames *frames);
/* Frames that were not given back are gone, too. */
void sst_frames_free(sst_frames *frames);

/* Memory for `size` bytes; what is larger than a frame gets memory of its own. Thread-safe. */
void *sst_frame_take(sst_frames *frames, size_t size, sst_error *error);
/* Gives it back; `size` as it was taken. Slabs stay until the end. */
void sst_frame_give(sst_frames *frames, void *bytes, size_t size);

#endif
