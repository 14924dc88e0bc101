/* Every raw page of some files, one after the other: a whole file, or the `page` fields of JSON
 * lines. */
#ifndef JOB_PAGE_FILES_H
#define JOB_PAGE_FILES_H

#include "base/buffer.h"
#include "base/story.h"
#include "read/record.h"

typedef struct sst_page_files {
    sst_parser *parser;  /* of the lines; belongs to the caller, as the context does */
    uint64_t max_record; /* bytes of a page or a line */
    bool raw_streams;    /* what comes once may be a raw page; else it is always lines */
    /* Called for each page; id, source and date are set where known, `page->page` always. SST_INPUT
     * and SST_LIMIT make it a bad record, anything else but SST_OK ends the walk. */
    sst_status (*take)(void *context, const sst_record *page, sst_error *error);
    /* Told of a bad record, a file that breaks off included, with file and line. May be NULL. */
    void (*bad)(void *context, const sst_error *problem);
    sst_sink rejects; /* bad lines, unchanged; write NULL: dropped */
    /* Called when no more pages are at hand, before more of a file is waited for. May be NULL. */
    sst_status (*idle)(void *context, sst_error *error);
    void *context;
    sst_buffer page; /* scratch, zeroed at first; free with sst_buffer_free */
} sst_page_files;

sst_status sst_page_files_read(sst_page_files *walk, const char *path, sst_error *error);

#endif
