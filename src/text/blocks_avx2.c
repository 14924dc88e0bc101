/* text/blocks.c once more, compiled for AVX2. */
#define SST_BLOCKS_ADD sst_blocks_add_avx2
#include "text/blocks.c"
