/* Files for the tests of reading: made in a folder of their own, removed with it. */
#ifndef TESTS_READ_FILES_H
#define TESTS_READ_FILES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buffer.h"
#include "cmocka_all.h"

typedef struct files {
    char folder[32];
    char path[10][64];
    unsigned count;
} files;

static int files_set_up(void **state)
{
    files *made = calloc(1, sizeof *made);
    *state = made;
    if (made == NULL)
        return -1;
    strcpy(made->folder, "/tmp/samestory-test-XXXXXX");
    return mkdtemp(made->folder) == NULL ? -1 : 0;
}

static int files_tear_down(void **state)
{
    files *made = *state;
    for (unsigned i = 0; i < made->count; i++)
        unlink(made->path[i]);
    rmdir(made->folder);
    free(made);
    return 0;
}

/* A new file with this content; its path lives as long as `made`. */
static const char *file_with(files *made, const void *bytes, size_t size)
{
    assert_true(made->count < 10);
    char *path = made->path[made->count];
    strcpy(path, made->folder);
    strcat(path, "/0.jsonl");
    path[strlen(made->folder) + 1] = (char)('0' + made->count++);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    if (size != 0)
        assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return path;
}

/* Appends a gzip member. */
__attribute__((unused)) static void append_gzip(sst_buffer *out, const void *bytes, size_t size)
{
    z_stream gzip = {0};
    assert_int_equal(deflateInit2(&gzip, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_true(sst_buffer_reserve(out, deflateBound(&gzip, size)));
    gzip.next_in = (Bytef *)(uintptr_t)bytes;
    gzip.avail_in = (uInt)size;
    gzip.next_out = (Bytef *)out->bytes + out->size;
    gzip.avail_out = (uInt)(out->capacity - out->size);
    assert_int_equal(deflate(&gzip, Z_FINISH), Z_STREAM_END);
    out->size += gzip.total_out;
    deflateEnd(&gzip);
}

/* Appends a zstd frame. */
__attribute__((unused)) static void append_zstd(sst_buffer *out, const void *bytes, size_t size)
{
    assert_true(sst_buffer_reserve(out, ZSTD_compressBound(size)));
    size_t got = ZSTD_compress(out->bytes + out->size, out->capacity - out->size, bytes, size, 3);
    assert_false(ZSTD_isError(got));
    out->size += got;
}

#endif
