/* `samestory filter --format page`: the stories of raw pages asked for as JSON lines of their own. */
#ifndef JOB_FILTER_PAGES_H
#define JOB_FILTER_PAGES_H

#include "job/archive.h"

/* Stories of the files' pages in order, in batches of at most `most`; counts into `summary`. */
sst_status sst_filter_pages(sst_archive *archive, const char *const *files, size_t count,
                            const sst_filter_options *options, size_t most, sst_sink sink,
                            sst_filter_summary *summary, sst_error *error);

#endif
