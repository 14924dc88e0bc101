#include "job/page_files.h"

#include <string.h>

#include "job/pages.h"
#include "job/write.h"
#include "read/input.h"
#include "read/stream.h"

static void tell_bad(void *context, const sst_error *problem)
{
    const sst_page_files *walk = context;
    if (walk->bad != NULL)
        walk->bad(walk->context, problem);
}

/* A bad record is told of, and the walk goes on. */
static sst_status settle(sst_page_files *walk, sst_status status, sst_error *problem,
                         const char *path, uint64_t line, sst_error *error)
{
    if (status == SST_OK)
        return SST_OK;
    sst_error_locate(problem, path, line);
    if (status == SST_INPUT || status == SST_LIMIT) {
        tell_bad(walk, problem);
        return SST_OK;
    }
    if (error != NULL)
        *error = *problem;
    return status;
}

/* ---- lines --------------------------------------------------------------------------------- */

static sst_status take_line(sst_page_files *walk, const sst_chunk *chunk, const sst_line *line,
                            sst_error *error)
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
    bool bad = status != SST_OK;
    status = settle(walk, status, &problem, chunk->path, line->number, error);
    return status == SST_OK && bad
               ? sst_write_line(walk->rejects, line->bytes, line->size, error)
               : status;
}

static sst_status take_chunk(sst_page_files *walk, const sst_chunk *chunk, sst_error *error)
{
    sst_status status = SST_OK;
    for (sst_line line = {0}; status == SST_OK && sst_chunk_line(chunk, &line);)
        status = take_line(walk, chunk, &line, error);
    if (status == SST_OK && walk->idle != NULL)
        status = walk->idle(walk->context, error);
    return status;
}

/* ---- whole pages --------------------------------------------------------------------------- */

/* The page that was read with that status. */
static sst_status take_page(sst_page_files *walk, sst_status status, sst_error *problem,
                            const char *path, sst_error *error)
{
    sst_record record = {.id = {.bytes = path, .size = strlen(path)},
                         .page = {.bytes = walk->page.bytes, .size = walk->page.size},
                         .time = SST_NO_TIME};
    if (status == SST_OK)
        status = walk->take(walk->context, &record, problem);
    return settle(walk, status, problem, path, 0, error);
}

static sst_status take_rest(sst_page_files *walk, sst_input *input, const sst_chunk *first,
                            sst_error *error)
{
    sst_error problem;
    sst_buffer_reset(&walk->page);
    sst_status status = sst_input_read_rest(input, first, &walk->page, &problem);
    return take_page(walk, status, &problem, first->path, error);
}

/* ---- files --------------------------------------------------------------------------------- */

static sst_status take_chunks(sst_page_files *walk, sst_input *input, sst_chunk *chunk,
                              sst_error *error)
{
    sst_error problem;
    bool more = true, begins = true;
    sst_status status = SST_OK;
    while (status == SST_OK && more) {
        status = sst_input_next(input, chunk, &more, &problem);
        bool there = status == SST_OK && more;
        bool raw = there && begins && walk->raw_streams && sst_stream_once(chunk->path) &&
                   !sst_page_begins_lines(chunk->bytes, chunk->size);
        begins &= !there;
        if (status != SST_OK)
            status = settle(walk, status, &problem, chunk->path, 0, error);
        else if (there)
            status = raw ? take_rest(walk, input, chunk, error) : take_chunk(walk, chunk, error);
    }
    return status;
}

static sst_status take_lines(sst_page_files *walk, const char *path, sst_error *error)
{
    sst_input *input;
    sst_chunk chunk = {.path = path};
    sst_input_options options = {.max_record = walk->max_record,
                                 .prompt = walk->idle != NULL,
                                 .rejects = walk->rejects,
                                 .bad_record = tell_bad,
                                 .context = walk};
    sst_status status = sst_input_open(&path, 1, &options, &input, error);
    if (status != SST_OK)
        return status;
    status = take_chunks(walk, input, &chunk, error);
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
    return take_page(walk, status, &problem, path, error);
}
