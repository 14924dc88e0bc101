/* A folder of its own for a fuzz target that needs files: in memory where there is /dev/shm, else in
 * /tmp; removed at the end of the process. One thread. */
#ifndef FUZZ_FOLDER_H
#define FUZZ_FOLDER_H

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What does not hold is a finding. */
static inline void check(bool fine)
{
    if (!fine)
        abort();
}

static char fuzz_folder[] = "/dev/shm/samestory-fuzz-XXXXXX";

static inline int fuzz_remove_entry(const char *path, const struct stat *status, int kind,
                                    struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static inline void fuzz_remove_folder(void)
{
    nftw(fuzz_folder, fuzz_remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* Path of a file in the folder, which is made by the first call; lives until the next call. */
static inline const char *path_of(const char *name)
{
    static bool made;
    static char path[96];
    if (!made && mkdtemp(fuzz_folder) == NULL) {
        memcpy(fuzz_folder, "/tmp/samestory-fuzz-XXXXXX", sizeof "/tmp/samestory-fuzz-XXXXXX");
        check(mkdtemp(fuzz_folder) != NULL);
    }
    if (!made)
        atexit(fuzz_remove_folder);
    made = true;
    snprintf(path, sizeof path, "%s/%s", fuzz_folder, name);
    return path;
}

#endif
