#include "base/parallel.h"

#include <omp.h>
#include <stdatomic.h>

enum { THREADS_MOST = 256 };

typedef struct loop {
    size_t count, chunk;
    sst_parallel_task task;
    void *context;
    atomic_size_t next; /* begin of the next chunk */
    atomic_bool stopped;
    size_t failed_begin; /* the three below: guarded by the critical section */
    sst_status status;
    sst_error error;
} loop;

unsigned sst_parallel_threads(unsigned asked)
{
    unsigned threads = asked == 0 ? (unsigned)omp_get_num_procs() : asked;
    return threads < 1 ? 1 : threads > THREADS_MOST ? THREADS_MOST : threads;
}

static void record_failure(loop *run, size_t begin, sst_status status, const sst_error *error)
{
    atomic_store(&run->stopped, true);
#pragma omp critical(sst_parallel_failure)
    if (run->status == SST_OK || begin < run->failed_begin) {
        run->status = status;
        run->error = *error;
        run->failed_begin = begin;
    }
}

static void work(loop *run, unsigned thread)
{
    sst_error error = {.status = SST_OK};
    while (!atomic_load_explicit(&run->stopped, memory_order_relaxed)) {
        size_t begin = atomic_fetch_add(&run->next, run->chunk);
        if (begin >= run->count)
            return;
        size_t left = run->count - begin;
        size_t end = begin + (left < run->chunk ? left : run->chunk);
        sst_status status = run->task(run->context, begin, end, thread, &error);
        if (status != SST_OK)
            record_failure(run, begin, status, &error);
    }
}

sst_status sst_parallel(size_t count, size_t chunk, unsigned threads, sst_parallel_task task,
                        void *context, sst_error *error)
{
    loop run = {.count = count, .chunk = chunk < 1 ? 1 : chunk, .task = task, .context = context};
    size_t chunks = count / run.chunk + (count % run.chunk != 0);
    if (threads > chunks)
        threads = (unsigned)chunks;
    if (threads <= 1) {
        work(&run, 0);
    } else {
#pragma omp parallel num_threads(threads)
        work(&run, (unsigned)omp_get_thread_num());
    }
    if (run.status != SST_OK && error != NULL)
        *error = run.error;
    return run.status;
}
