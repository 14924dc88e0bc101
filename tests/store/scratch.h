/* A folder that is there for one test. */
#ifndef TESTS_STORE_SCRATCH_H
#define TESTS_STORE_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct scratch {
    char folder[64];
    char path[96]; /* of an archive in it */
} scratch;

static inline scratch scratch_create(void)
{
    scratch s = {.folder = "/tmp/samestory-test-XXXXXX"};
    if (mkdtemp(s.folder) == NULL)
        abort();
    snprintf(s.path, sizeof s.path, "%s/a.db", s.folder);
    return s;
}

static inline void scratch_remove(const scratch *s)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-lock", "-night-lock"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char name[128];
        snprintf(name, sizeof name, "%s%s", s->path, suffixes[i]);
        unlink(name);
    }
    rmdir(s->folder);
}

#endif
