/* The embedded block: index and texts, packed (report.h). */
#ifndef REPORT_BLOCK_H
#define REPORT_BLOCK_H

#include "report/report.h"

/* Raw bytes of texts that share one deflate stream: what is unpacked to show one text. */
enum { SST_REPORT_PIECE = 256 << 10 };

/* Appends deflate (RFC 1951, no header) then base64 (RFC 4648, padded) of `size` bytes. */
sst_status sst_report_pack(sst_buffer *out, const char *bytes, size_t size, sst_error *error);
/* Base64 alone. */
void sst_report_base64(sst_buffer *out, const unsigned char *bytes, size_t size);

/* The lines of the block, to the sink. */
sst_status sst_report_write_block(const sst_report_model *model, sst_sink sink,
                                  sst_error *error);

#endif
