/* The monotonic clock, for measuring stages; never part of a result. */
#ifndef JOB_CLOCK_H
#define JOB_CLOCK_H

#include <time.h>

static inline double sst_clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

#endif
