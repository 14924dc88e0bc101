#include "job/page_files.h"

#include <string.h>

#include "job/pages.h"
#include "read/input.h"

/* A bad record is told of, and the walk goes on. */
static sst_status settle(const sst_page_files *walk, sst_status status, sst_error *problem,
                         const char *path, const sst_line *line, sst_error *error)
{
    if (status == SST_OK)
        return SST_OK;
    sst_error_locate(problem, path, line == NULL ? 0 : line->number);
    if (status != SST_INPUT && status != SST_LIMIT) {
        if (error != NULL)
            *error = *problem;
        return status;
    }
    sst_slice bytes = line == NULL ? (sst_slice){NULL, 0} : (sst_slice){line->bytes, line->size};
    return walk->bad == NULL ? SST_OK : walk->bad(walk->context, problem, bytes, error);
}

static sst_status take_line(const sst_page_files *walk, const sst_chunk *chunk,
                            const sst_line *line, sst_error *error)
{
    sst_record record;
    sst_error problem;
    sst_status status =
        sst_parser_run(walk->parser, line->bytes, line->size, &record, &problem);
    if (status == SST_OK && record.page.bytes == NULL)
        status = sst_fail(&problem, SST_INPUT,
                          "no 'page' field; name it with --field page=NAME");
    char id[300];
    if (status == SST_OK && record.id.bytes == NULL)
        record.id = sst_page_default_id(chunk->path, line->number, id, sizeof id);
    if (status == SST_OK)
        status = walk->take(walk->context, &record, &problem);
    return settle(walk, status, &problem, chunk->path, line, error);
}

static sst_status take_lines(const sst_page_files *walk, const char *path, sst_error *error)
{
    sst_input *input;
    sst_chunk chunk = {0};
    bool more = true;
    sst_input_options options = {.max_record = walk->max_record, .prompt = walk->idle != NULL};
    sst_status status = sst_input_open(&path, 1, &options, &input, error);
    if (status != SST_OK)
        return status;
    while (status == SST_OK && more) {
        sst_line line = {0};
        status = sst_input_next(input, &chunk, &more, error);
        while (status == SST_OK && more && sst_chunk_line(&chunk, &line))
            status = take_line(walk, &chunk, &line, error);
        if (status == SST_OK && more && walk->idle != NULL)
            status = walk->idle(walk->context, error);
    }
    sst_chunk_free(&chunk);
    sst_input_close(input);
    return status;
}

sst_status sst_page_files_read(sst_page_files *walk, const char *path, sst_error *error)
{
    bool whole;
    sst_error problem;
    sst_status status = sst_page_file(path, &whole, error);
    if (status != SST_OK || !whole)
        return status != SST_OK ? status : take_lines(walk, path, error);
    sst_buffer_reset(&walk->page);
    status = sst_input_read_file(path, walk->max_record, &walk->page, &problem);
    sst_record record = {.id = {.bytes = path, .size = strlen(path)},
                         .page = {.bytes = walk->page.bytes, .size = walk->page.size},
                         .time = SST_NO_TIME};
    if (status == SST_OK)
        status = walk->take(walk->context, &record, &problem);
    return settle(walk, status, &problem, path, NULL, error);
}
