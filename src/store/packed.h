/* What a story said, as one zstd frame: byte 255, the sizes of title, url, lang and credit (LEB128,
 * as in DWARF 5, 7.6), the bytes of the four, and the text up to the end of the frame. Formats 1
 * and 2 of the archive had title, NUL, text; such frames are still read, as no title begins with
 * byte 255: it is not UTF-8. */
#ifndef STORE_PACKED_H
#define STORE_PACKED_H

#include "base/buffer.h"
#include "base/story.h"

/* Scratch of one thread. */
typedef struct sst_packer sst_packer;

sst_status sst_packer_create(sst_packer **packer, sst_error *error);
void sst_packer_free(sst_packer *packer);

/* Appends the frame of a record's title, url, lang, credit and text to `packed`. */
sst_status sst_pack(sst_packer *packer, const sst_record *record, sst_buffer *packed,
                    sst_error *error);

/* The reverse: sets these five of `record`, an empty one to NULL except title and text. The slices
 * live until the packer's next call. SST_FORMAT for bytes that are no such frame. */
sst_status sst_unpack(sst_packer *packer, sst_slice packed, sst_record *record,
                      sst_error *error);

#endif
