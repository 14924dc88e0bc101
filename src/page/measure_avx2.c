/* page/measure.c once more, compiled for AVX2. */
#define SST_LINES_READ sst_lines_read_avx2
#include "page/measure.c"
