/* Filling sst_error: every failing path of the library goes through here. */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#include "samestory.h"

#if defined(__GNUC__) || defined(__clang__)
#define SST_PRINTF(format_index, first) __attribute__((format(printf, format_index, first)))
#else
#define SST_PRINTF(format_index, first)
#endif

/* Fills `error` (may be NULL) without file or line and returns `status`. The message says what
 * failed, then the remedy: "cannot open 'a.jsonl': permission denied; check its mode". */
sst_status sst_fail(sst_error *error, sst_status status, const char *format, ...)
    SST_PRINTF(3, 4);

/* The same with a place: `file` may be NULL, `line` 0 for none. */
sst_status sst_fail_at(sst_error *error, sst_status status, const char *file, uint64_t line,
                       uint64_t offset, const char *format, ...) SST_PRINTF(6, 7);

/* SST_MEMORY for an allocation of `size` bytes for `what` ("the band keys"). */
sst_status sst_fail_memory(sst_error *error, size_t size, const char *what);

/* A failed system call: `errnum` becomes the text; ENOSPC, EDQUOT and EFBIG become SST_FULL, ENOMEM
 * SST_MEMORY, everything else SST_IO. `what` is the verb phrase ("cannot write"), `remedy` what
 * to do about it. */
sst_status sst_fail_system(sst_error *error, int errnum, const char *file, const char *what,
                           const char *remedy);

/* Gives an error that has no place yet its file and line. */
void sst_error_locate(sst_error *error, const char *file, uint64_t line);

#endif
