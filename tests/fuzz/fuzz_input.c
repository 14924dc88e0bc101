/* Files of any bytes: the first byte chooses sizes, the rest is the file. What is delivered are
 * whole lines in order, no longer than allowed, and never more than the file holds when it is
 * plain. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "read/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES = 2, STEPS = 1 << 16 };

static void check(bool fine)
{
    if (!fine)
        abort();
}

static sst_status count_rejects(void *context, const char *bytes, size_t size, sst_error *error)
{
    (void)bytes;
    (void)error;
    *(uint64_t *)context += size;
    return SST_OK;
}

static void check_chunk(const sst_chunk *chunk, uint64_t max_record)
{
    check(chunk->size > 0 && chunk->capacity >= chunk->size + SST_CHUNK_PADDING);
    uint64_t number = chunk->first_line;
    for (sst_line line = {0}; sst_chunk_line(chunk, &line);) {
        check(line.number >= number && line.size <= max_record);
        check(memchr(line.bytes, '\n', line.size) == NULL);
        number = line.number + 1;
    }
}

static void read_all(const char *path, unsigned choice)
{
    const char *paths[FILES] = {path, path};
    uint64_t rejected = 0, next_line = 1, next_offset = 0;
    sst_input_options options = {.chunk_size = 1u + choice % 61, .max_record = SST_RECORD_LEAST + choice % 97,
                                 .prompt = (choice & 128) != 0,
                                 .rejects = {count_rejects, &rejected}};
    sst_input *input;
    sst_chunk chunk = {0};
    sst_error error;
    uint32_t file = 0;
    check(sst_input_open(paths, FILES, &options, &input, &error) == SST_OK);
    bool more = true;
    /* A bomb may hold more lines than a fuzzer's patience. */
    for (int step = 0; more && step < STEPS; step++) {
        sst_status status = sst_input_next(input, &chunk, &more, &error);
        check(status == SST_OK || status == SST_INPUT);
        if (status != SST_OK || !more)
            continue;
        if (chunk.file != file)
            next_line = next_offset = 0;
        file = chunk.file;
        check(chunk.first_line >= next_line && chunk.offset >= next_offset);
        check_chunk(&chunk, options.max_record);
        next_line = chunk.first_line;
        next_offset = chunk.offset + chunk.size;
    }
    sst_chunk_free(&chunk);
    sst_input_close(input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    int file = memfd_create("fuzz", MFD_CLOEXEC);
    char path[64];
    check(file >= 0 && write(file, data + 1, size - 1) == (ssize_t)(size - 1));
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    read_all(path, data[0]);

    sst_buffer content = {0};
    sst_error error;
    sst_status status = sst_input_read_file(path, 1 << 16, &content, &error);
    check(status == SST_OK ? content.size <= 1 << 16 : content.size == 0);
    sst_buffer_free(&content);
    close(file);
    return 0;
}
