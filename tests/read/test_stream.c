#include "read/stream.h"

#include <sys/stat.h>

#include "read/files.h"

/* Reads in steps of `step` bytes until the end or an error. */
static sst_status read_all(const char *path, size_t step, sst_buffer *out, sst_error *error)
{
    sst_stream *stream;
    size_t got = 1;
    sst_status status = sst_stream_open(path, &stream, error);
    if (status != SST_OK)
        return status;
    while (status == SST_OK && got > 0) {
        assert_true(sst_buffer_reserve(out, step));
        status = sst_stream_read(stream, out->bytes + out->size, step, &got, error);
        assert_true(got <= step);
        out->size += got;
    }
    if (status == SST_OK) {
        struct stat file;
        assert_int_equal(stat(path, &file), 0);
        assert_int_equal(sst_stream_stored_bytes(stream), file.st_size);
    } else {
        /* The failure repeats. */
        assert_int_equal(sst_stream_read(stream, out->bytes, 1, &got, error), status);
        assert_int_equal(got, 0);
    }
    sst_stream_close(stream);
    return status;
}

static void sample(sst_buffer *text, size_t size)
{
    uint64_t state = 7;
    while (text->size < size) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        sst_buffer_format(text, "line %llu\n", (unsigned long long)(state >> 40));
    }
}

static void check_content(files *made, const sst_buffer *stored, const sst_buffer *text)
{
    static const size_t steps[] = {1, 7, 1000, 1 << 20};
    const char *path = file_with(made, stored->bytes, stored->size);
    for (size_t i = text->size > 100000 ? 2 : 0; i < 4; i++) {
        sst_buffer out = {0};
        assert_int_equal(read_all(path, steps[i], &out, NULL), SST_OK);
        assert_int_equal(out.size, text->size);
        assert_memory_equal(out.bytes, text->bytes, out.size);
        sst_buffer_free(&out);
    }
}

static void every_storage_gives_the_same(void **state)
{
    files *made = *state;
    sst_buffer text = {0}, gzip = {0}, zstd = {0};
    sample(&text, 700000);
    check_content(made, &text, &text);
    /* Two members, an empty one between, padding behind. */
    append_gzip(&gzip, text.bytes, 1000);
    append_gzip(&gzip, "", 0);
    append_gzip(&gzip, text.bytes + 1000, text.size - 1000);
    sst_buffer_append(&gzip, "\0\0\0\0", 4);
    check_content(made, &gzip, &text);
    /* A skippable frame, then two frames with an empty one between. */
    sst_buffer_append(&zstd, "\x5a\x2a\x4d\x18\x03\0\0\0abc", 11);
    append_zstd(&zstd, text.bytes, 1000);
    append_zstd(&zstd, "", 0);
    append_zstd(&zstd, text.bytes + 1000, text.size - 1000);
    check_content(made, &zstd, &text);
    sst_buffer_free(&text);
    sst_buffer_free(&gzip);
    sst_buffer_free(&zstd);
}

static void short_files(void **state)
{
    files *made = *state;
    static const char *const texts[] = {"", "x", "\n", "\x1f", "\x28\xb5", "PK", "{}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        sst_buffer text = {0};
        sst_buffer_text(&text, texts[i]);
        check_content(made, &text, &text);
        sst_buffer_free(&text);
    }
}

/* Cut anywhere, the good bytes come out and the file is named. */
static void truncated_and_damaged(void **state)
{
    files *made = *state;
    sst_buffer text = {0}, stored[2] = {{0}, {0}};
    sample(&text, 400000);
    append_gzip(&stored[0], text.bytes, text.size);
    append_zstd(&stored[1], text.bytes, text.size);
    static const char *const names[] = {"gzip", "zstd"};
    for (int kind = 0; kind < 2; kind++) {
        for (size_t cut = 5; cut < stored[kind].size; cut += stored[kind].size / 13) {
            sst_buffer out = {0};
            sst_error error;
            made->count = 0;
            const char *path = file_with(made, stored[kind].bytes, cut);
            assert_int_equal(read_all(path, 5000, &out, &error), SST_INPUT);
            assert_true(out.size < text.size);
            if (out.size != 0)
                assert_memory_equal(out.bytes, text.bytes, out.size);
            if (cut > stored[kind].size / 2)
                assert_true(out.size > 0);
            assert_string_equal(error.file, path);
            assert_non_null(strstr(error.message, names[kind]));
            assert_non_null(strstr(error.message, "breaks off"));
            sst_buffer_free(&out);
        }
        sst_buffer out = {0};
        sst_error error;
        made->count = 0;
        stored[kind].bytes[stored[kind].size - 3] ^= 0x55; /* in the checksum or the last block */
        sst_buffer_text(&stored[kind], "\x1fgarbage");
        read_all(file_with(made, stored[kind].bytes, stored[kind].size), 5000, &out, &error);
        assert_int_equal(error.status, SST_INPUT);
        assert_non_null(strstr(error.message, "is damaged"));
        sst_buffer_free(&out);
        sst_buffer_free(&stored[kind]);
    }
    sst_buffer_free(&text);
}

static void what_is_no_text(void **state)
{
    files *made = *state;
    static const struct {
        const char *bytes, *name;
    } cases[] = {{"\xfd" "7zXZ\x01", "xz"}, {"BZh91AY", "bzip2"}, {"PK\x03\x04zip", "zip"},
                 {"\x04\x22\x4d\x18lz", "lz4"}, {"PAR1....", "Parquet"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sst_stream *stream;
        sst_error error;
        const char *path = file_with(made, cases[i].bytes, strlen(cases[i].bytes));
        assert_int_equal(sst_stream_open(path, &stream, &error), SST_INPUT);
        assert_null(stream);
        assert_non_null(strstr(error.message, cases[i].name));
        assert_string_equal(error.file, path);
    }
}

static void what_cannot_be_read(void **state)
{
    files *made = *state;
    sst_error error;
    uint64_t size;
    char missing[96];
    snprintf(missing, sizeof missing, "%s/missing.jsonl", made->folder);
    assert_int_equal(sst_stream_check(missing, &size, &error), SST_IO);
    assert_non_null(strstr(error.message, "no such file or directory; check the name"));
    assert_int_equal(sst_stream_check(made->folder, &size, &error), SST_INPUT);
    assert_non_null(strstr(error.message, "is a directory; "));
    assert_string_equal(error.file, made->folder);
    sst_stream *stream;
    assert_int_equal(sst_stream_open(missing, &stream, &error), SST_IO);
    sst_buffer out = {0};
    assert_int_not_equal(read_all(made->folder, 10, &out, &error), SST_OK);
    assert_non_null(strstr(error.message, "is a directory"));
    sst_buffer_free(&out);

    const char *path = file_with(made, "abc", 3);
    assert_int_equal(sst_stream_check(path, &size, &error), SST_OK);
    assert_int_equal(size, 3);
    if (geteuid() == 0)
        return; /* root may read everything */
    assert_int_equal(chmod(path, 0), 0);
    assert_int_equal(sst_stream_check(path, &size, &error), SST_IO);
    assert_non_null(strstr(error.message, "permission denied; check its mode"));
    assert_int_equal(sst_stream_open(path, &stream, &error), SST_IO);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, files_set_up, files_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_storage_gives_the_same), TEST(short_files), TEST(truncated_and_damaged),
        TEST(what_is_no_text), TEST(what_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
