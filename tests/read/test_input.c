#include "read/input.h"

#include <sys/resource.h>

#include "read/files.h"

/* Everything an input told: lines as "FILE:NUMBER:OFFSET:text|", messages, rejected bytes. */
typedef struct told {
    sst_buffer lines, notes, rejects;
    size_t largest_chunk;
    sst_status status; /* the last failure */
} told;

static void told_free(told *t)
{
    sst_buffer_free(&t->lines);
    sst_buffer_free(&t->notes);
    sst_buffer_free(&t->rejects);
}

static void note(void *context, const sst_error *error)
{
    told *t = context;
    char text[1024];
    sst_error_format(error, text, sizeof text);
    sst_buffer_text(&t->notes, text);
    sst_buffer_byte(&t->notes, '\n');
}

static sst_status reject(void *context, const char *bytes, size_t size, sst_error *error)
{
    (void)error;
    sst_buffer_append(&((told *)context)->rejects, bytes, size);
    return SST_OK;
}

static void tell_chunk(told *t, const sst_chunk *chunk, const char *const *paths)
{
    assert_string_equal(chunk->path, paths[chunk->file]);
    assert_true(chunk->size > 0 && chunk->capacity >= chunk->size + SST_CHUNK_PADDING);
    for (int i = 0; i < SST_CHUNK_PADDING; i++)
        assert_int_equal(chunk->bytes[chunk->size + (size_t)i], 0);
    if (chunk->size > t->largest_chunk)
        t->largest_chunk = chunk->size;
    for (sst_line line = {0}; sst_chunk_line(chunk, &line);) {
        uint64_t offset = chunk->offset + (uint64_t)(line.bytes - chunk->bytes);
        sst_buffer_format(&t->lines, "%u:%llu:%llu:", chunk->file,
                          (unsigned long long)line.number, (unsigned long long)offset);
        sst_buffer_append(&t->lines, line.bytes, line.size);
        sst_buffer_byte(&t->lines, '|');
    }
}

static void read_input(const char *const *paths, size_t count, size_t chunk_size,
                       uint64_t max_record, bool prompt, told *t)
{
    sst_input_options options = {.chunk_size = chunk_size, .max_record = max_record,
                                 .prompt = prompt, .rejects = {reject, t},
                                 .bad_record = note, .context = t};
    sst_input *input;
    sst_error error;
    *t = (told){0};
    assert_int_equal(sst_input_open(paths, count, &options, &input, &error), SST_OK);
    sst_chunk chunk = {0};
    uint64_t stored = 0;
    for (bool more = true; more;) {
        sst_status status = sst_input_next(input, &chunk, &more, &error);
        if (status != SST_OK) {
            t->status = status;
            note(t, &error);
        } else if (more) {
            tell_chunk(t, &chunk, paths);
            assert_true(chunk.stored_bytes >= stored);
            stored = chunk.stored_bytes;
        }
    }
    if (t->status == SST_OK)
        assert_true(stored <= sst_input_stored_size(input));
    sst_chunk_free(&chunk);
    sst_input_close(input);
}

static void assert_told(const sst_buffer *buffer, const char *wanted)
{
    if (buffer->size == strlen(wanted) &&
        (buffer->size == 0 || memcmp(buffer->bytes, wanted, buffer->size) == 0))
        return;
    fail_msg("told '%.*s', wanted '%s'", (int)buffer->size,
             buffer->size == 0 ? "" : buffer->bytes, wanted);
}

/* The same lines, numbers and offsets for every size of chunk. */
static void lines_whatever_the_chunk(void **state)
{
    files *made = *state;
    static const char first[] = "one\n\n \t\r\ntwo\r\n\nthree three three\n";
    static const char second[] = "\xef\xbb\xbf" "four\nfive";
    const char *paths[] = {file_with(made, first, sizeof first - 1), file_with(made, "", 0),
                           file_with(made, second, sizeof second - 1), file_with(made, "\n\n", 2)};
    for (size_t chunk_size = 1; chunk_size < 64; chunk_size++) {
        for (int prompt = 0; prompt < 2; prompt++) {
            told t;
            read_input(paths, 4, chunk_size, 100, prompt, &t);
            assert_told(&t.lines, "0:1:0:one|0:4:9:two\r|0:6:15:three three three|"
                                  "2:1:3:four|2:2:8:five|");
            assert_told(&t.notes, "");
            assert_told(&t.rejects, "");
            told_free(&t);
        }
    }
}

static void long_lines_are_skipped(void **state)
{
    files *made = *state;
    static const char text[] = "1234567890\n12345678901\n123\n123456789012345678901234567890\n"
                               "1234567890\n12345678901234";
    const char *path = file_with(made, text, sizeof text - 1);
    char notes[512];
    snprintf(notes, sizeof notes,
             "%s:2: the line is longer than 10 bytes; split it or raise --max-record\n"
             "%s:4: the line is longer than 10 bytes; split it or raise --max-record\n"
             "%s:6: the line is longer than 10 bytes; split it or raise --max-record\n",
             path, path, path);
    for (size_t chunk_size = 1; chunk_size < 100; chunk_size++) {
        told t;
        read_input(&path, 1, chunk_size, 10, false, &t);
        assert_told(&t.lines, "0:1:0:1234567890|0:3:23:123|0:5:58:1234567890|");
        assert_told(&t.rejects, "12345678901\n123456789012345678901234567890\n12345678901234\n");
        assert_told(&t.notes, notes);
        assert_true(t.largest_chunk <= 11);
        told_free(&t);
    }
}

/* A line of any length in memory of one chunk: 256 MiB out of a few kilobytes of zstd, under an
 * address space limit that would not hold it. */
static void a_bomb_passes_in_constant_memory(void **state)
{
    files *made = *state;
    sst_buffer bomb = {0}, part = {0};
    for (int i = 0; i < 1 << 20; i++)
        sst_buffer_byte(&part, 'x');
    append_zstd(&bomb, "{\"id\":1}\n", 9);
    for (int i = 0; i < 256; i++)
        append_zstd(&bomb, part.bytes, part.size);
    append_zstd(&bomb, "\n{\"id\":2}\n", 10);
    assert_true(bomb.size < 100000);
    const char *path = file_with(made, bomb.bytes, bomb.size);
    sst_buffer_free(&bomb);
    sst_buffer_free(&part);

    sst_input_options options = {.chunk_size = 1 << 16, .max_record = 1 << 20};
    sst_input *input;
    sst_chunk chunk = {0};
    sst_line line = {0};
    bool more;
    assert_int_equal(sst_input_open(&path, 1, &options, &input, NULL), SST_OK);
    assert_int_equal(sst_input_next(input, &chunk, &more, NULL), SST_OK);
    assert_true(sst_chunk_line(&chunk, &line) && line.number == 1);
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    assert_int_equal(sst_input_next(input, &chunk, &more, NULL), SST_OK);
    getrusage(RUSAGE_SELF, &after);
    assert_true(after.ru_maxrss - before.ru_maxrss < 64 << 10); /* kilobytes */
    line = (sst_line){0};
    assert_true(sst_chunk_line(&chunk, &line) && line.number == 3);
    assert_true(chunk.capacity < 4 << 20);
    assert_int_equal(sst_input_next(input, &chunk, &more, NULL), SST_OK);
    assert_false(more);
    sst_chunk_free(&chunk);
    sst_input_close(input);
}

static void a_long_line_grows_the_chunk(void **state)
{
    files *made = *state;
    sst_buffer text = {0};
    sst_buffer_text(&text, "short\n");
    for (int i = 0; i < 300000; i++)
        sst_buffer_byte(&text, 'y');
    sst_buffer_text(&text, "\nend\n");
    const char *path = file_with(made, text.bytes, text.size);
    told t;
    read_input(&path, 1, 1000, 1 << 20, false, &t);
    assert_true(t.largest_chunk > 300000);
    assert_int_equal(t.lines.size, strlen("0:1:0:short|0:2:6:|0:3:300007:end|") + 300000);
    assert_told(&t.notes, "");
    told_free(&t);
    sst_buffer_free(&text);
}

/* What came before the break is delivered, the half line rejected, the next file read. */
static void broken_files_do_not_end_the_input(void **state)
{
    files *made = *state;
    sst_buffer text = {0}, gzip = {0};
    for (int i = 0; i < 20000; i++)
        sst_buffer_format(&text, "line %d %d\n", i, i * 7919 % 10007);
    append_gzip(&gzip, text.bytes, text.size);
    const char *paths[] = {file_with(made, "first\n", 6),
                           file_with(made, gzip.bytes, gzip.size / 2),
                           file_with(made, "\xff\xfe{\0}\0\n\0", 8),
                           file_with(made, "{\0}\0", 4), file_with(made, "\0{\0}", 4),
                           file_with(made, "last\n", 5)};
    for (size_t chunk_size = 1000; chunk_size <= 1000000; chunk_size *= 10) {
        told t;
        read_input(paths, 6, chunk_size, 100, false, &t);
        assert_int_equal(t.status, SST_INPUT);
        assert_memory_equal(t.lines.bytes, "0:1:0:first|1:1:0:line 0 0|", 27);
        assert_memory_equal(t.lines.bytes + t.lines.size - 11, "5:1:0:last|", 11);
        assert_true(t.rejects.size > 0 && t.rejects.bytes[t.rejects.size - 1] == '\n');
        sst_buffer_byte(&t.notes, '\0');
        assert_non_null(strstr(t.notes.bytes, "breaks off"));
        const char *wide = strstr(t.notes.bytes, "is UTF-16");
        for (int i = 0; i < 2; i++) {
            assert_non_null(wide);
            wide = strstr(wide + 1, "is UTF-16");
        }
        assert_non_null(wide);
        told_free(&t);
    }
    sst_buffer_free(&text);
    sst_buffer_free(&gzip);
}

static void all_files_are_checked_first(void **state)
{
    files *made = *state;
    sst_input *input;
    sst_error error;
    const char *paths[] = {file_with(made, "a\n", 2), "/nonexistent/b.jsonl"};
    assert_int_equal(sst_input_open(paths, 2, NULL, &input, &error), SST_IO);
    assert_null(input);
    assert_string_equal(error.file, "/nonexistent/b.jsonl");
    paths[1] = made->folder;
    assert_int_equal(sst_input_open(paths, 2, NULL, &input, &error), SST_INPUT);
    assert_int_equal(sst_input_open(paths, 1, NULL, &input, &error), SST_OK);
    assert_int_equal(sst_input_stored_size(input), 2);
    sst_input_close(input);
    sst_input_close(NULL);
}

static sst_status full(void *context, const char *bytes, size_t size, sst_error *error)
{
    (void)context;
    (void)bytes;
    (void)size;
    return sst_fail(error, SST_FULL, "no space");
}

static void a_failing_sink_is_passed_on(void **state)
{
    files *made = *state;
    const char *path = file_with(made, "1234567890\n", 11);
    sst_input_options options = {.max_record = 8, .rejects = {full, NULL}};
    sst_input *input;
    sst_chunk chunk = {0};
    sst_error error;
    bool more;
    assert_int_equal(sst_input_open(&path, 1, &options, &input, &error), SST_OK);
    assert_int_equal(sst_input_next(input, &chunk, &more, &error), SST_FULL);
    sst_chunk_free(&chunk);
    sst_input_close(input);
}

/* A pipe that gives one line and stays open: prompt input does not wait for more. */
static void a_pipe_is_answered_at_once(void **state)
{
    (void)state;
    int ends[2];
    char path[32];
    assert_int_equal(pipe(ends), 0);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    const char *paths[] = {path};
    sst_input_options options = {.prompt = true};
    sst_input *input;
    sst_chunk chunk = {0};
    bool more;
    assert_int_equal(sst_input_open(paths, 1, &options, &input, NULL), SST_OK);
    assert_int_equal(sst_input_stored_size(input), 0);
    assert_int_equal(write(ends[1], "{\"id\":1}\n{\"i", 12), 12);
    assert_int_equal(sst_input_next(input, &chunk, &more, NULL), SST_OK);
    assert_int_equal(chunk.size, 9);
    assert_int_equal(write(ends[1], "d\":2}", 5), 5);
    close(ends[1]);
    assert_int_equal(sst_input_next(input, &chunk, &more, NULL), SST_OK);
    assert_int_equal(chunk.size, 8);
    assert_int_equal(chunk.first_line, 2);
    assert_int_equal(sst_input_next(input, &chunk, &more, NULL), SST_OK);
    assert_false(more);
    sst_chunk_free(&chunk);
    sst_input_close(input);
    close(ends[0]);
}

static void whole_files(void **state)
{
    files *made = *state;
    sst_buffer content = {0};
    sst_error error;
    sst_buffer_text(&content, "before ");
    const char *path = file_with(made, "\xef\xbb\xbfpage\n", 8);
    assert_int_equal(sst_input_read_file(path, 100, &content, &error), SST_OK);
    assert_told(&content, "before page\n");
    assert_true(content.capacity >= content.size + SST_CHUNK_PADDING);
    assert_int_equal(content.bytes[content.size + SST_CHUNK_PADDING - 1], 0);
    assert_int_equal(sst_input_read_file(path, 7, &content, &error), SST_LIMIT);
    assert_told(&content, "before page\n");
    path = file_with(made, "a\nb\nc\xff\n", 7);
    assert_int_equal(sst_input_read_file(path, 100, &content, &error), SST_INPUT);
    assert_int_equal(error.line, 3);
    path = file_with(made, "\xfe\xff\0a", 4);
    assert_int_equal(sst_input_read_file(path, 100, &content, &error), SST_INPUT);
    assert_string_equal(error.message,
                        "is UTF-16, not UTF-8; convert it with iconv -f UTF-16 -t UTF-8");
    static const char wide[][4] = {"\xff\xfe\0\0", "\0\0\xfe\xff", "{\0\0\0", "\0\0\0{"};
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
        path = file_with(made, wide[i], 4);
        assert_int_equal(sst_input_read_file(path, 100, &content, &error), SST_INPUT);
        assert_non_null(strstr(error.message, "is UTF-32"));
    }
    sst_buffer once = {0}, twice = {0};
    append_gzip(&once, "text", 4);
    append_gzip(&twice, once.bytes, once.size);
    path = file_with(made, twice.bytes, twice.size);
    assert_int_equal(sst_input_read_file(path, 100, &content, &error), SST_INPUT);
    assert_string_equal(error.message, "is packed twice; unpack it once, gzip data is inside");
    sst_buffer_free(&once);
    sst_buffer_free(&twice);
    assert_int_equal(sst_input_read_file(made->folder, 100, &content, &error), SST_INPUT);
    sst_buffer_free(&content);
    path = file_with(made, "", 0);
    assert_int_equal(sst_input_read_file(path, 100, &content, &error), SST_OK);
    assert_int_equal(content.size, 0);
    sst_buffer_free(&content);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, files_set_up, files_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lines_whatever_the_chunk), TEST(long_lines_are_skipped),
        TEST(a_bomb_passes_in_constant_memory), TEST(a_long_line_grows_the_chunk),
        TEST(broken_files_do_not_end_the_input), TEST(all_files_are_checked_first),
        TEST(a_failing_sink_is_passed_on), TEST(a_pipe_is_answered_at_once), TEST(whole_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
