/* Lines on their way to a sink, in pieces. */
#ifndef JOB_WRITE_H
#define JOB_WRITE_H

#include "base/buffer.h"
#include "job/corpus.h"

enum { SST_WRITE_PIECE = 1 << 16 };

/* Hands the buffer to the sink when it is large enough, or at the end. */
sst_status sst_write_flush(sst_buffer *buffer, sst_sink sink, bool at_end, sst_error *error);

/* Hands the sink an input line and its newline; nothing where `sink.write` is NULL. */
sst_status sst_write_line(sst_sink sink, const char *bytes, size_t size, sst_error *error);

/* Appends line `number` to the buffer. Called by several threads, once for a line. */
typedef void (*sst_line_writer)(const void *context, size_t number, sst_buffer *buffer);

/* Makes lines 0 .. count - 1 in parallel (`threads` as in sst_options) and hands them to the sink
 * in order, on the calling thread. */
sst_status sst_write_lines(size_t count, unsigned threads, sst_line_writer write,
                           const void *context, sst_sink sink, sst_error *error);

/* "jaccard":0.912 of an overlap, without comma. */
void sst_write_jaccard(sst_buffer *buffer, const sst_overlap *overlap);
/* The id of a story as a JSON string. */
void sst_write_id(sst_buffer *buffer, const sst_corpus *corpus, uint32_t entry);

/* Place of every kept story in the byte order of ids, by entry; free(3) it. NULL and `error`
 * without memory. */
uint32_t *sst_write_id_order(const sst_corpus *corpus, sst_error *error);

#endif
