/* Title and text of a story as one zstd frame: title, NUL, text. */
#ifndef STORE_PACKED_H
#define STORE_PACKED_H

#include "base/buffer.h"
#include "base/story.h"

/* Scratch of one thread. */
typedef struct sst_packer sst_packer;

sst_status sst_packer_create(sst_packer **packer, sst_error *error);
void sst_packer_free(sst_packer *packer);

/* Appends the frame to `packed`. */
sst_status sst_pack(sst_packer *packer, sst_slice title, sst_slice text, sst_buffer *packed,
                    sst_error *error);

/* The reverse. The slices live until the packer's next call. SST_FORMAT for bytes that are no
 * such frame. */
sst_status sst_unpack(sst_packer *packer, sst_slice packed, sst_slice *title, sst_slice *text,
                      sst_error *error);

#endif
