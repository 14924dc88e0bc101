/* The input once more, for the lines of stories that were chosen after reading. */
#include "job/corpus.h"

#include "job/spool.h"
#include "read/input.h"
#include "read/stream.h"

static sst_status take_chunk(const sst_chunk *chunk, uint32_t file, sst_line_taker take,
                             void *context, sst_error *error)
{
    sst_line line = {0};
    sst_status status = SST_OK;
    while (status == SST_OK && sst_chunk_line(chunk, &line)) {
        size_t begin = (size_t)(line.bytes - chunk->bytes);
        status = take(context, file, line.number, line.bytes, line.next - begin, error);
    }
    return status;
}

static sst_status replay_spool(const sst_spool *spool, uint32_t file, sst_line_taker take,
                               void *context, sst_error *error)
{
    sst_chunk chunk = {0};
    bool more = true;
    sst_status status = SST_OK;
    for (size_t i = 0; status == SST_OK && more; i++) {
        status = sst_spool_read(spool, i, &chunk, &more, error);
        if (status == SST_OK && more && chunk.file == file)
            status = take_chunk(&chunk, file, take, context, error);
    }
    sst_chunk_free(&chunk);
    return status;
}

/* A file that broke off the first time breaks off again, behind the same good lines. */
static sst_status replay_file(const char *path, uint64_t max_record, uint32_t file,
                              sst_line_taker take, void *context, sst_error *error)
{
    sst_input *input;
    sst_chunk chunk = {0};
    bool more = true;
    sst_input_options options = {.max_record = max_record};
    sst_status status = sst_input_open(&path, 1, &options, &input, error);
    if (status != SST_OK)
        return status;
    while (status == SST_OK && more) {
        status = sst_input_next(input, &chunk, &more, error);
        if (status == SST_INPUT) {
            status = SST_OK;
            break;
        }
        if (status == SST_OK && more)
            status = take_chunk(&chunk, file, take, context, error);
    }
    sst_chunk_free(&chunk);
    sst_input_close(input);
    return status;
}

sst_status sst_corpus_replay(sst_corpus *corpus, sst_line_taker take, void *context,
                             sst_error *error)
{
    sst_status status = SST_OK;
    if (corpus->replay != NULL)
        return corpus->replay(corpus->replay_context, take, context, error);
    for (uint32_t file = 0; file < corpus->file_count && status == SST_OK; file++) {
        if (!sst_stream_once(corpus->files[file]))
            status = replay_file(corpus->files[file], corpus->options.max_record, file, take,
                                 context, error);
        else if (corpus->spool != NULL)
            status = replay_spool(corpus->spool, file, take, context, error);
        else
            status = sst_fail(error, SST_ARGUMENT,
                              "'%.200s' can be read only once and was not kept; set keep_input "
                              "before reading",
                              corpus->files[file]);
    }
    return status;
}
