/* A sequence of files as chunks of whole lines.
 *
 * Files are plain, gzip or zstd (read/stream.h), read with read(2), never mapped: a file that
 * shrinks while it is read must not kill the process. A byte order mark (UTF-8) at the start of
 * a file is skipped; UTF-16 and UTF-32 are refused with the remedy. A last line without newline
 * is a line. */
#ifndef READ_INPUT_H
#define READ_INPUT_H

#include "base/buffer.h"
#include "base/story.h"

enum {
    SST_CHUNK_SIZE = 8 << 20, /* bytes, default */
    SST_CHUNK_PADDING = 64,   /* zero bytes behind the last line: simdjson reads in blocks */
    SST_RECORD_LEAST = 8,     /* a smaller max_record is taken for this one */
};

/* Some whole lines of one file. Zero-initialise, reuse, release with sst_chunk_free. A chunk
 * belongs to its caller: while one thread parses it, another may fill the next. */
typedef struct sst_chunk {
    char *bytes;           /* lines, each with its newline (the last of a file may lack it) */
    size_t size;           /* bytes of them */
    size_t capacity;       /* >= size + SST_CHUNK_PADDING */
    const char *path;      /* as given to sst_input_open; belongs to that caller */
    uint32_t file;         /* index of the file */
    uint64_t first_line;   /* 1-based number of the first line in its file */
    uint64_t offset;       /* of the first byte in its file, after decompression */
    uint64_t stored_bytes; /* of all files consumed so far, as stored: for progress */
} sst_chunk;

void sst_chunk_free(sst_chunk *chunk);

/* One line of a chunk. */
typedef struct sst_line {
    const char *bytes; /* without newline; SST_CHUNK_PADDING bytes behind it can be read */
    size_t size;
    uint64_t number;   /* 1-based in its file */
    size_t next;       /* where the following line begins in the chunk */
} sst_line;

/* Steps to the next line; lines of only space, tab and carriage return are passed over. Begin
 * with `line` zeroed. False behind the last one. */
bool sst_chunk_line(const sst_chunk *chunk, sst_line *line);

typedef struct sst_input sst_input;

typedef struct sst_input_options {
    size_t chunk_size;   /* bytes; 0: SST_CHUNK_SIZE. A longer line makes a longer chunk */
    uint64_t max_record; /* bytes of a line without its newline; 0: no limit but memory */
    bool prompt;         /* a pipe that pauses (2 ms), or has given whole lines for 50 ms, makes
                            a chunk of what is there; a regular file is not asked */
    sst_sink rejects;    /* over-long lines, unchanged, in pieces; write NULL: dropped */
    /* Told once for every over-long line, with file and line; may be NULL. */
    void (*bad_record)(void *context, const sst_error *error);
    void *context;
} sst_input_options;

/* Checks all files at once (missing, forbidden, a directory), so that a wrong name is found
 * before an hour of work. `files` and its strings must outlive the input; "-" is standard
 * input. `options` NULL: the defaults. */
sst_status sst_input_open(const char *const *files, size_t count,
                          const sst_input_options *options, sst_input **input,
                          sst_error *error);
void sst_input_close(sst_input *input);

/* Sum of the stored sizes of all files, 0 when one of them has none. */
uint64_t sst_input_stored_size(const sst_input *input);

/* Fills `chunk` with the next lines; *more is false when all files are read (the chunk is then
 * empty). A line longer than max_record is never held whole: its bytes stream to the rejects,
 * bad_record is told, and reading goes on behind it.
 *
 * A file that breaks (truncated gzip or zstd, a read error) first delivers its good lines; the
 * call after them returns the error, naming the file. The half line at the break goes to the
 * rejects. A further call goes on with the next file, so the caller decides whether a broken
 * file ends the job. SST_MEMORY and what a sink returned are final. */
sst_status sst_input_next(sst_input *input, sst_chunk *chunk, bool *more, sst_error *error);

/* Appends the whole of one file (a page) to `content`, with SST_CHUNK_PADDING zero bytes
 * reserved behind it: decompressed, without byte order mark. SST_LIMIT when it is larger than
 * `max_record`, SST_INPUT when it is not UTF-8. */
sst_status sst_input_read_file(const char *path, uint64_t max_record, sst_buffer *content,
                               sst_error *error);

/* The same of a file that has given its `first` chunk: that, and all behind it. */
sst_status sst_input_read_rest(sst_input *input, const sst_chunk *first, sst_buffer *content,
                               sst_error *error);

#endif
