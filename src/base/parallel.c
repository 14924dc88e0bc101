#include "base/parallel.h"

#include <omp.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/memory.h"

enum { THREADS_MOST = 256 };

typedef struct loop {
    size_t count, chunk;
    sst_parallel_task task;
    void *context;
    atomic_size_t next; /* begin of the next chunk */
    atomic_bool stopped;
    pthread_mutex_t mutex;
    size_t failed_begin; /* the three below: guarded by the mutex */
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
    pthread_mutex_lock(&run->mutex);
    if (run->status == SST_OK || begin < run->failed_begin) {
        run->status = status;
        run->error = *error;
        run->failed_begin = begin;
    }
    pthread_mutex_unlock(&run->mutex);
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
    loop run = {.count = count, .chunk = chunk < 1 ? 1 : chunk, .task = task, .context = context,
                .mutex = PTHREAD_MUTEX_INITIALIZER};
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

/* ---- Beside the caller ---- */

struct sst_beside {
    pthread_t *threads;
    unsigned count, most; /* started; asked for */
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t change;
    loop run;
    uint64_t round;   /* + 1 with every loop */
    unsigned numbered; /* threads that know their number */
    unsigned working; /* threads that have not ended their part of the loop */
    bool stopping;
};

/* A thread that starts late takes part in the loop it was started for. */
static void *serve_loops(void *context)
{
    sst_beside *beside = context;
    pthread_mutex_lock(&beside->mutex);
    unsigned thread = beside->numbered++;
    uint64_t round = beside->round - 1;
    while (!beside->stopping) {
        if (beside->round == round) {
            pthread_cond_wait(&beside->change, &beside->mutex);
            continue;
        }
        round = beside->round;
        pthread_mutex_unlock(&beside->mutex);
        work(&beside->run, thread);
        pthread_mutex_lock(&beside->mutex);
        if (--beside->working == 0)
            pthread_cond_broadcast(&beside->change);
    }
    pthread_mutex_unlock(&beside->mutex);
    return NULL;
}

sst_status sst_beside_create(unsigned threads, sst_beside **out, sst_error *error)
{
    sst_beside *beside = *out = sst_allocate_zeroed(1, sizeof *beside, "a thread", error);
    if (beside == NULL)
        return SST_MEMORY;
    beside->threads = sst_allocate(threads, sizeof *beside->threads, "a thread", error);
    if (beside->threads == NULL) {
        free(beside);
        *out = NULL;
        return SST_MEMORY;
    }
    beside->most = threads;
    pthread_mutex_init(&beside->mutex, NULL);
    pthread_cond_init(&beside->change, NULL);
    return SST_OK;
}

void sst_beside_free(sst_beside *beside)
{
    if (beside == NULL)
        return;
    sst_beside_finish(beside, NULL);
    pthread_mutex_lock(&beside->mutex);
    beside->stopping = true;
    pthread_cond_broadcast(&beside->change);
    pthread_mutex_unlock(&beside->mutex);
    for (unsigned i = 0; i < beside->count; i++)
        pthread_join(beside->threads[i], NULL);
    pthread_mutex_destroy(&beside->mutex);
    pthread_cond_destroy(&beside->change);
    free(beside->threads);
    free(beside);
}

/* Under the mutex. */
static void start_threads(sst_beside *beside)
{
    while (beside->count < beside->most &&
           pthread_create(&beside->threads[beside->count], NULL, serve_loops, beside) == 0)
        beside->count++;
}

void sst_beside_begin(sst_beside *beside, size_t count, size_t chunk, sst_parallel_task task,
                      void *context)
{
    pthread_mutex_lock(&beside->mutex);
    beside->run = (loop){.count = count, .chunk = chunk < 1 ? 1 : chunk, .task = task,
                         .context = context, .mutex = PTHREAD_MUTEX_INITIALIZER};
    beside->round++;
    start_threads(beside);
    beside->working = beside->count;
    pthread_cond_broadcast(&beside->change);
    pthread_mutex_unlock(&beside->mutex);
}

sst_status sst_beside_finish(sst_beside *beside, sst_error *error)
{
    if (beside->run.task != NULL)
        work(&beside->run, beside->most);
    pthread_mutex_lock(&beside->mutex);
    while (beside->working > 0)
        pthread_cond_wait(&beside->change, &beside->mutex);
    pthread_mutex_unlock(&beside->mutex);
    sst_status status = beside->run.status;
    if (status != SST_OK && error != NULL)
        *error = beside->run.error;
    beside->run = (loop){.task = NULL};
    return status;
}

sst_status sst_beside_run(sst_beside *beside, size_t count, size_t chunk,
                          sst_parallel_task task, void *context, sst_error *error)
{
    if (count > chunk) {
        sst_beside_begin(beside, count, chunk, task, context);
        return sst_beside_finish(beside, error);
    }
    return count == 0 ? SST_OK : task(context, 0, count, beside->most, error);
}
