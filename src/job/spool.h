/* Input that can be read only once (sst_stream_once), kept for a second reading: chunks of lines with their line numbers. */
#ifndef JOB_SPOOL_H
#define JOB_SPOOL_H

#include "base/memory.h"
#include "read/input.h"

typedef struct sst_spool sst_spool;

/* The first `memory` bytes stay in memory, the rest goes to a temporary file in `tmp`. */
sst_status sst_spool_create(uint64_t memory, const char *tmp, sst_spool **spool,
                            sst_error *error);
void sst_spool_free(sst_spool *spool);

sst_status sst_spool_append(sst_spool *spool, const sst_chunk *chunk, sst_error *error);
/* Ends appending. */
sst_status sst_spool_seal(sst_spool *spool, sst_error *error);

/* Fills `chunk` (bytes, size, first_line, file) with the kept chunk `number`; *more is false
 * behind the last one. */
sst_status sst_spool_read(const sst_spool *spool, size_t number, sst_chunk *chunk, bool *more,
                          sst_error *error);

#endif
