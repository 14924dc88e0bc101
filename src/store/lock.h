/* One writer at a time, over all processes: an open-file-description lock (fcntl F_OFD_SETLK)
 * on the side file ARCHIVE-lock. SQLite's own locks would do for the data, were it not for the
 * WAL-reset race of versions before 3.51.3: two connections of which one writes and the other
 * checkpoints. So whoever writes or checkpoints holds this lock.
 *
 * Byte 0 is the lock, byte 1 the queue: a writer takes the queue, then the lock, then leaves
 * the queue. Whoever just released the lock finds the queue held by the one who waits, so two
 * busy writers take turns. The file holds the process number of the last owner. */
#ifndef STORE_LOCK_H
#define STORE_LOCK_H

#include "base/status.h"

typedef struct sst_lock {
    int descriptor; /* -1: not open */
    bool held;
    double since, longest; /* when it was taken; seconds that it was held at most */
    char *file;
} sst_lock;

/* Called once when the lock is not free within a second: `holder` is a process number, 0
 * unknown. */
typedef void (*sst_lock_waiting)(void *context, const char *file, long holder);

/* Opens (creates) `archive`-lock beside the archive. */
sst_status sst_lock_open(sst_lock *lock, const char *archive, sst_error *error);
void sst_lock_close(sst_lock *lock);

/* Waits at most `seconds`, then SST_BUSY naming the holder. Not recursive. */
sst_status sst_lock_acquire(sst_lock *lock, double seconds, sst_lock_waiting waiting,
                            void *context, sst_error *error);
void sst_lock_release(sst_lock *lock);
/* Seconds since it was taken; 0 while it is not held. */
double sst_lock_held(const sst_lock *lock);

#endif
