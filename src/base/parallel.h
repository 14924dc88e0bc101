/* A parallel for over chunks of a range: the only place that starts threads for computing.
 * Results are deterministic when each index writes to its own place, or each chunk to a place of
 * its own (chunk number = begin / chunk). */
#ifndef BASE_PARALLEL_H
#define BASE_PARALLEL_H

#include "base/status.h"

/* Works on [begin, end). `thread` is below the number of threads asked for and is unique among
 * the calls that run at one time, so it picks scratch memory; thread 0 is the calling thread.
 * Anything but SST_OK stops the loop: no further chunk is begun. */
typedef sst_status (*sst_parallel_task)(void *context, size_t begin, size_t end, unsigned thread,
                                        sst_error *error);

/* Cuts [0, count) into chunks of `chunk` (at least 1) indices and hands them out as threads
 * become free. Waits for all. Returns SST_OK, or the status and error of the failed chunk with
 * the smallest begin among those that ran. With one thread everything runs in the caller, in
 * order. */
sst_status sst_parallel(size_t count, size_t chunk, unsigned threads, sst_parallel_task task,
                        void *context, sst_error *error);

/* A loop that runs beside its caller, on threads of its own that sleep in between: for short loops
 * that come again and again. One loop at a time; begin and finish are called by one thread. */
typedef struct sst_beside sst_beside;

/* The threads start with the first loop. When there are none, or fewer can be started, more is
 * left to sst_beside_finish. */
sst_status sst_beside_create(unsigned threads, sst_beside **beside, sst_error *error);
void sst_beside_free(sst_beside *beside); /* NULL: nothing; a loop under way is finished */

/* As sst_parallel, without waiting. `thread` of a task is below `threads`, or `threads` in the
 * caller of sst_beside_finish. */
void sst_beside_begin(sst_beside *beside, size_t count, size_t chunk, sst_parallel_task task,
                      void *context);
/* Takes part in what is left, waits for the rest and returns as sst_parallel does. */
sst_status sst_beside_finish(sst_beside *beside, sst_error *error);
/* Both at once. A loop of one chunk runs in the caller alone. */
sst_status sst_beside_run(sst_beside *beside, size_t count, size_t chunk,
                          sst_parallel_task task, void *context, sst_error *error);

/* `asked`, or when it is 0 as many threads as the process may run on; between 1 and 256. */
unsigned sst_parallel_threads(unsigned asked);

#endif
