/* The bytes of one file, whatever it is stored as. A file is plain, gzip (several members) or
 * zstd (several frames); the first bytes decide, never the name. Memory is constant: one input
 * buffer and the decompressor's window (at most 128 MiB, ZSTD_WINDOWLOG_LIMIT_DEFAULT). */
#ifndef READ_STREAM_H
#define READ_STREAM_H

#include "base/memory.h"

typedef struct sst_stream sst_stream;

/* The size of what has none: a pipe, a terminal. */
#define SST_SIZE_UNKNOWN UINT64_MAX

/* Says whether `path` could be read, without reading: SST_IO or SST_INPUT for a file that is
 * missing, forbidden or a directory, with the remedy. `*stored_size` is in bytes. */
sst_status sst_stream_check(const char *path, uint64_t *stored_size, sst_error *error);

/* Whether the bytes come only once: of standard input, a pipe, a terminal. */
bool sst_stream_once(const char *path);

/* `path` "-" is standard input, which is not closed by _close; the string must outlive the
 * stream. */
sst_status sst_stream_open(const char *path, sst_stream **stream, sst_error *error);
void sst_stream_close(sst_stream *stream);

/* Reads what is there, at least 1 and at most `size` bytes; *got is 0 at the end of the file.
 * With an error *got still counts good bytes: a compressed file that breaks off delivers all
 * that came before the break. The error names the file and the remedy, and repeats. */
sst_status sst_stream_read(sst_stream *stream, char *bytes, size_t size, size_t *got,
                           sst_error *error);

/* Whether the file has a size: then reading it never waits for a writer. */
bool sst_stream_sized(const sst_stream *stream);

/* Whether _read would return at once, or within that many milliseconds: false only for a pipe, a
 * socket or a terminal that has nothing to give. */
bool sst_stream_ready(const sst_stream *stream, int milliseconds);

/* Stored (compressed) bytes consumed so far. */
uint64_t sst_stream_stored_bytes(const sst_stream *stream);

#endif
