#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"

enum { BYTE_LOCK = 0, BYTE_QUEUE = 1 };
enum { TELL_SECONDS = 1 }; /* writers that take turns wait for less */

sst_status sst_lock_open(sst_lock *lock, const char *archive, sst_error *error)
{
    *lock = (sst_lock){.descriptor = -1};
    size_t size = strlen(archive) + sizeof "-lock";
    lock->file = sst_allocate(size, 1, "a file name", error);
    if (lock->file == NULL)
        return SST_MEMORY;
    snprintf(lock->file, size, "%s-lock", archive);
    lock->descriptor = open(lock->file, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock->descriptor >= 0)
        return SST_OK;
    sst_status status = sst_fail_system(error, errno, lock->file, "cannot open the lock file",
                                        "check the mode of the archive's folder");
    sst_lock_close(lock);
    return status;
}

void sst_lock_close(sst_lock *lock)
{
    if (lock->file == NULL)
        return;
    if (lock->descriptor >= 0)
        close(lock->descriptor);
    free(lock->file);
    *lock = (sst_lock){.descriptor = -1};
}

static bool set_lock(const sst_lock *lock, short type, off_t byte)
{
    struct flock region = {
        .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    return fcntl(lock->descriptor, F_OFD_SETLK, &region) == 0;
}

static bool is_taken(int errnum)
{
    return errnum == EAGAIN || errnum == EACCES || errnum == EINTR;
}

static long read_holder(const sst_lock *lock)
{
    char text[24] = "";
    ssize_t size = pread(lock->descriptor, text, sizeof text - 1, 0);
    return size > 0 ? strtol(text, NULL, 10) : 0;
}

static void write_holder(const sst_lock *lock)
{
    char text[24];
    int size = snprintf(text, sizeof text, "%-20ld\n", (long)getpid());
    /* Only for messages: a failed write is no reason to stop. */
    if (pwrite(lock->descriptor, text, (size_t)size, 0) < 0)
        return;
}

static double clock_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

typedef struct wait_state {
    double begin, seconds;
    sst_lock_waiting waiting;
    void *context;
    bool told;
} wait_state;

static sst_status wait_a_little(const sst_lock *lock, wait_state *state, sst_error *error)
{
    long holder = read_holder(lock);
    double waited = clock_seconds() - state->begin;
    if (waited >= state->seconds)
        return sst_fail_at(error, SST_BUSY, NULL, 0, 0,
                           "the archive is in use by process %ld (waited %.0f s, '%s'); wait "
                           "for it to end, or raise --wait",
                           holder, state->seconds, lock->file);
    if (waited >= TELL_SECONDS && !state->told) {
        state->told = true;
        if (state->waiting != NULL)
            state->waiting(state->context, lock->file, holder);
    }
    nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
    return SST_OK;
}

static sst_status take(sst_lock *lock, off_t byte, wait_state *state, sst_error *error)
{
    while (!set_lock(lock, F_WRLCK, byte)) {
        if (!is_taken(errno))
            return sst_fail_system(error, errno, lock->file, "cannot lock the archive",
                                   "put it on a file system with locks");
        sst_status status = wait_a_little(lock, state, error);
        if (status != SST_OK)
            return status;
    }
    return SST_OK;
}

sst_status sst_lock_acquire(sst_lock *lock, double seconds, sst_lock_waiting waiting,
                            void *context, sst_error *error)
{
    wait_state state = {clock_seconds(), seconds, waiting, context, false};
    sst_status status = take(lock, BYTE_QUEUE, &state, error);
    if (status != SST_OK)
        return status;
    status = take(lock, BYTE_LOCK, &state, error);
    set_lock(lock, F_UNLCK, BYTE_QUEUE);
    if (status != SST_OK)
        return status;
    lock->held = true;
    lock->since = clock_seconds();
    write_holder(lock);
    return SST_OK;
}

void sst_lock_release(sst_lock *lock)
{
    double held = sst_lock_held(lock);
    if (held > lock->longest)
        lock->longest = held;
    if (lock->held)
        set_lock(lock, F_UNLCK, BYTE_LOCK);
    lock->held = false;
}

double sst_lock_held(const sst_lock *lock)
{
    return lock->held ? clock_seconds() - lock->since : 0;
}
