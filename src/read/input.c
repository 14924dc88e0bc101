#include "read/input.h"

#include <string.h>
#include <time.h>

#include "base/utf8.h"
#include "read/stream.h"

/* A prompt input takes a pause for the end of what a pipe has to give now, and lets no whole line
 * lie for longer than its patience. A writer that never pauses fills a chunk in that time. */
enum { PAUSE_MS = 2, PATIENCE_MS = 50 };

struct sst_input {
    const char *const *files;
    size_t count;
    sst_input_options options;
    uint64_t stored_size;
    uint64_t stored_before;  /* stored bytes of the files that are done */

    size_t file;             /* index of the current or next file */
    sst_stream *stream;      /* NULL between files */
    bool ended;              /* the stream has no more bytes */
    uint64_t line;           /* 1-based number of the next line */
    uint64_t offset;         /* of the next byte in the file */
    sst_buffer carry;        /* the beginning of that line, read already */
    sst_status failed;       /* why the stream ended early; told when its lines are out */
    sst_error failure;
};

void sst_chunk_free(sst_chunk *chunk)
{
    free(chunk->bytes);
    *chunk = (sst_chunk){0};
}

static bool is_blank(const char *bytes, size_t size)
{
    while (size > 0 && (*bytes == ' ' || *bytes == '\t' || *bytes == '\r')) {
        bytes++;
        size--;
    }
    return size == 0;
}

bool sst_chunk_line(const sst_chunk *chunk, sst_line *line)
{
    while (line->next < chunk->size) {
        const char *begin = chunk->bytes + line->next;
        size_t left = chunk->size - line->next;
        const char *newline = memchr(begin, '\n', left);
        line->number = line->number == 0 ? chunk->first_line : line->number + 1;
        line->bytes = begin;
        line->size = newline == NULL ? left : (size_t)(newline - begin);
        line->next += newline == NULL ? left : line->size + 1;
        if (!is_blank(line->bytes, line->size))
            return true;
    }
    return false;
}

/* ---- opening --------------------------------------------------------------------------------- */

sst_status sst_input_open(const char *const *files, size_t count,
                          const sst_input_options *options, sst_input **input, sst_error *error)
{
    *input = NULL;
    sst_input *made = sst_allocate_zeroed(1, sizeof *made, "the input", error);
    if (made == NULL)
        return SST_MEMORY;
    if (options != NULL)
        made->options = *options;
    made->files = files;
    made->count = count;

    bool all_known = true;
    for (size_t i = 0; i < count; i++) {
        uint64_t size;
        sst_status status = sst_stream_check(files[i], &size, error);
        if (status != SST_OK) {
            free(made);
            return status;
        }
        all_known = all_known && size != SST_SIZE_UNKNOWN;
        made->stored_size += size;
    }
    if (!all_known)
        made->stored_size = 0;
    *input = made;
    return SST_OK;
}

void sst_input_close(sst_input *input)
{
    if (input == NULL)
        return;
    sst_stream_close(input->stream);
    sst_buffer_free(&input->carry);
    free(input);
}

uint64_t sst_input_stored_size(const sst_input *input)
{
    return input->stored_size;
}

/* ---- the start of a file --------------------------------------------------------------------- */

/* Reads some bytes and notes the end of the file, or why it came early. */
static size_t read_more(sst_input *input, char *bytes, size_t size)
{
    size_t got;
    input->failed = sst_stream_read(input->stream, bytes, size, &got, &input->failure);
    input->ended = got == 0 || input->failed != SST_OK;
    return got;
}

/* "UTF-32" or "UTF-16", told by the mark, or without it by the zero bytes beside the first
 * character; NULL for neither. */
static const char *wide_encoding(const char *bytes, size_t size)
{
    static const char zeros[3] = {0};
    if (size >= 4 && (memcmp(bytes, "\xff\xfe\0\0", 4) == 0 ||
                      memcmp(bytes, "\0\0\xfe\xff", 4) == 0 ||
                      (memcmp(bytes, zeros, 3) == 0) != (memcmp(bytes + 1, zeros, 3) == 0)))
        return "UTF-32";
    if (size >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0 ||
                      (bytes[0] == '\0') != (bytes[1] == '\0')))
        return "UTF-16";
    return NULL;
}

/* What a stream unpacks is not packed again. */
static const char *packed_twice(const char *bytes, size_t size)
{
    if (size >= 2 && memcmp(bytes, "\x1f\x8b", 2) == 0)
        return "gzip";
    return size >= 4 && memcmp(bytes, "\x28\xb5\x2f\xfd", 4) == 0 ? "zstd" : NULL;
}

/* Length of a UTF-8 byte order mark at the start, or SST_INPUT for what is no UTF-8. */
static sst_status check_encoding(const char *path, const char *bytes, size_t size, size_t *mark,
                                 sst_error *error)
{
    const char *wide = wide_encoding(bytes, size), *inner = packed_twice(bytes, size);
    *mark = size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    if (wide != NULL)
        return sst_fail_at(error, SST_INPUT, path, 0, 0,
                           "is %s, not UTF-8; convert it with iconv -f %s -t UTF-8", wide, wide);
    if (inner != NULL)
        return sst_fail_at(error, SST_INPUT, path, 0, 0,
                           "is packed twice; unpack it once, %s data is inside", inner);
    return SST_OK;
}

/* Reads the first bytes of a file into the carry. */
static sst_status read_start(sst_input *input)
{
    char start[4];
    size_t size = 0, mark = 0;
    while (size < sizeof start && !input->ended)
        size += read_more(input, start + size, sizeof start - size);
    if (input->failed == SST_OK)
        input->failed = check_encoding(input->files[input->file], start, size, &mark,
                                       &input->failure);
    if (input->failed != SST_OK) {
        input->ended = true;
        return SST_OK;
    }
    sst_buffer_append(&input->carry, start + mark, size - mark);
    input->offset = mark;
    return sst_buffer_status(&input->carry, "the start of a file", &input->failure);
}

static sst_status open_file(sst_input *input, sst_error *error)
{
    sst_status status = sst_stream_open(input->files[input->file], &input->stream, error);
    if (status != SST_OK) {
        input->file++;
        return status;
    }
    input->line = 1;
    input->offset = 0;
    input->ended = false;
    input->failed = SST_OK;
    sst_buffer_reset(&input->carry);
    status = read_start(input);
    if (status != SST_OK && error != NULL)
        *error = input->failure;
    return status;
}

/* Ends the current file and tells its failure, if there was one. */
static sst_status close_file(sst_input *input, sst_error *error)
{
    input->stored_before += sst_stream_stored_bytes(input->stream);
    sst_stream_close(input->stream);
    input->stream = NULL;
    input->file++;
    if (input->failed != SST_OK && error != NULL)
        *error = input->failure;
    return input->failed;
}

/* ---- filling a chunk ------------------------------------------------------------------------- */

static uint64_t max_record(const sst_input *input)
{
    uint64_t limit = input->options.max_record;
    if (limit == 0 || limit > SIZE_MAX / 4)
        return SIZE_MAX / 4;
    return limit < SST_RECORD_LEAST ? SST_RECORD_LEAST : limit; /* holds read_start's bytes */
}

/* A chunk never holds more than a line of max_record bytes and its newline: so no line in it
 * can be longer, and one without newline in a full chunk of that size is. */
static size_t first_target(const sst_input *input)
{
    size_t size = input->options.chunk_size == 0 ? SST_CHUNK_SIZE : input->options.chunk_size;
    return size < max_record(input) ? size : (size_t)max_record(input) + 1;
}

static sst_status make_room(sst_chunk *chunk, size_t size, sst_error *error)
{
    return SST_RESERVE(&chunk->bytes, &chunk->capacity, size + SST_CHUNK_PADDING,
                       "a chunk of lines", error);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads until the chunk holds `target` bytes or the file ends; when prompt, until it holds a whole
 * line and the writer pauses, or does not for too long. */
static void fill(sst_input *input, sst_chunk *chunk, size_t target)
{
    int64_t first_line = -1; /* when it came */
    while (!input->ended && chunk->size < target) {
        char *bytes = chunk->bytes + chunk->size;
        size_t got = read_more(input, bytes, target - chunk->size);
        chunk->size += got;
        if (!input->options.prompt || sst_stream_sized(input->stream))
            continue;
        if (first_line < 0 && memchr(bytes, '\n', got) != NULL)
            first_line = now_ms();
        if (first_line >= 0 && (!sst_stream_ready(input->stream, PAUSE_MS) ||
                                now_ms() - first_line >= PATIENCE_MS))
            return;
    }
}

/* Size of the whole lines in the chunk, whose first `searched` bytes hold no newline. */
static size_t whole_lines(const sst_input *input, const sst_chunk *chunk, size_t searched,
                          size_t limit)
{
    if (input->ended && input->failed == SST_OK && chunk->size < limit)
        return chunk->size; /* the last line needs no newline */
    if (chunk->size == searched)
        return 0;
    const char *newline = memrchr(chunk->bytes + searched, '\n', chunk->size - searched);
    return newline == NULL ? 0 : (size_t)(newline - chunk->bytes) + 1;
}

/* Fills the chunk with the carry and what follows it, up to a size at which at least one line
 * is whole. *whole is the size of the whole lines; 0 when the line is too long, or when the
 * file broke in its first line. */
static sst_status fill_lines(sst_input *input, sst_chunk *chunk, size_t *whole,
                             sst_error *error)
{
    size_t limit = (size_t)max_record(input) + 1, searched = 0;
    size_t target = first_target(input);
    if (target < input->carry.size)
        target = input->carry.size;
    sst_status status = make_room(chunk, target, error);
    chunk->size = status == SST_OK ? input->carry.size : 0;
    if (chunk->size != 0)
        memcpy(chunk->bytes, input->carry.bytes, chunk->size);
    while (status == SST_OK) {
        if (!input->options.prompt || memchr(chunk->bytes, '\n', chunk->size) == NULL)
            fill(input, chunk, target);
        *whole = whole_lines(input, chunk, searched, limit);
        if (*whole != 0 || input->ended || chunk->size >= limit)
            break;
        searched = chunk->size;
        target = target < limit / 2 ? target * 2 : limit;
        status = make_room(chunk, target, error);
    }
    return status;
}

static uint64_t count_newlines(const char *bytes, size_t size)
{
    uint64_t count = 0;
    const char *end = bytes + size;
    while (bytes < end && (bytes = memchr(bytes, '\n', (size_t)(end - bytes))) != NULL) {
        bytes++;
        count++;
    }
    return count;
}

/* Keeps the bytes behind `whole` for the next chunk. */
static sst_status carry_over(sst_input *input, const sst_chunk *chunk, size_t whole,
                             sst_error *error)
{
    sst_buffer_reset(&input->carry);
    if (whole < chunk->size)
        sst_buffer_append(&input->carry, chunk->bytes + whole, chunk->size - whole);
    return sst_buffer_status(&input->carry, "the beginning of a line", error);
}

static sst_status deliver(sst_input *input, sst_chunk *chunk, size_t whole, sst_error *error)
{
    sst_status status = carry_over(input, chunk, whole, error);
    chunk->size = whole;
    memset(chunk->bytes + whole, 0, SST_CHUNK_PADDING);
    chunk->path = input->files[input->file];
    chunk->file = (uint32_t)input->file;
    chunk->first_line = input->line;
    chunk->offset = input->offset;
    chunk->stored_bytes = input->stored_before + sst_stream_stored_bytes(input->stream);
    input->line += count_newlines(chunk->bytes, whole);
    input->offset += whole;
    return status;
}

/* ---- a line that is too long, or broken -------------------------------------------------------- */

static sst_status reject(const sst_input *input, const char *bytes, size_t size,
                         sst_error *error)
{
    const sst_sink *sink = &input->options.rejects;
    return sink->write == NULL || size == 0 ? SST_OK
                                            : sink->write(sink->context, bytes, size, error);
}

static void tell_too_long(const sst_input *input)
{
    sst_error bad;
    if (input->options.bad_record == NULL)
        return;
    sst_fail_at(&bad, SST_LIMIT, input->files[input->file], input->line, 0,
                "the line is longer than %llu bytes; split it or raise --max-record",
                (unsigned long long)max_record(input));
    input->options.bad_record(input->options.context, &bad);
}

/* Streams a line to the rejects: the chunk holds its beginning, and is used up. What follows
 * its newline is carried over. */
static sst_status skip_line(sst_input *input, sst_chunk *chunk, sst_error *error)
{
    tell_too_long(input);
    size_t target = first_target(input);
    for (;;) {
        const char *newline = memchr(chunk->bytes, '\n', chunk->size);
        size_t size = newline == NULL ? chunk->size : (size_t)(newline - chunk->bytes) + 1;
        sst_status status = reject(input, chunk->bytes, size, error);
        input->offset += size;
        if (status == SST_OK && newline != NULL)
            status = carry_over(input, chunk, size, error);
        if (status != SST_OK || newline != NULL) {
            input->line++;
            return status;
        }
        chunk->size = 0;
        fill(input, chunk, target);
        if (chunk->size == 0) {
            sst_buffer_reset(&input->carry);
            return reject(input, "\n", 1, error);
        }
    }
}

/* A file broke inside this line: it goes to the rejects, the failure will be told. */
static sst_status drop_broken_line(sst_input *input, sst_chunk *chunk, sst_error *error)
{
    sst_status status = reject(input, chunk->bytes, chunk->size, error);
    if (status == SST_OK && chunk->size != 0)
        status = reject(input, "\n", 1, error);
    sst_buffer_reset(&input->carry);
    chunk->size = 0;
    return status;
}

sst_status sst_input_next(sst_input *input, sst_chunk *chunk, bool *more, sst_error *error)
{
    sst_status status = SST_OK;
    size_t whole;
    for (*more = true; status == SST_OK;) {
        if (input->stream == NULL) {
            chunk->size = 0;
            if (input->file == input->count) {
                *more = false;
                return SST_OK;
            }
            status = open_file(input, error);
        } else if (input->ended && input->carry.size == 0) {
            chunk->size = 0;
            status = close_file(input, error);
        } else if ((status = fill_lines(input, chunk, &whole, error)) == SST_OK) {
            if (whole != 0)
                return deliver(input, chunk, whole, error);
            if (input->ended && chunk->size <= max_record(input))
                status = drop_broken_line(input, chunk, error);
            else
                status = skip_line(input, chunk, error);
        }
    }
    return status;
}

/* ---- a whole file ------------------------------------------------------------------------------ */

/* Reads to the end; what stands in `content` from `begin` is a part of the page, too, with `stream`
 * NULL all of it. */
static sst_status read_whole(sst_stream *stream, const char *path, uint64_t limit,
                             sst_buffer *content, size_t begin, sst_error *error)
{
    for (size_t got = 1;;) {
        if (content->size - begin > limit)
            return sst_fail_at(error, SST_LIMIT, path, 0, 0,
                               "is larger than %llu bytes; split it or raise --max-record",
                               (unsigned long long)limit);
        if (stream == NULL || got == 0)
            return SST_OK;
        if (!sst_buffer_reserve(content, (size_t)64 << 10))
            return sst_buffer_status(content, "a page", error);
        sst_status status = sst_stream_read(stream, content->bytes + content->size,
                                            content->capacity - content->size, &got, error);
        content->size += got;
        if (status != SST_OK)
            return status;
    }
}

/* Takes the byte order mark away and wants UTF-8. */
static sst_status check_text(const char *path, sst_buffer *content, size_t begin,
                             sst_error *error)
{
    char *bytes = content->bytes + begin;
    size_t size = content->size - begin, mark;
    sst_status status = check_encoding(path, bytes, size, &mark, error);
    if (status != SST_OK)
        return status;
    memmove(bytes, bytes + mark, size - mark);
    content->size -= mark;
    size -= mark;
    size_t broken = sst_utf8_valid_prefix(bytes, size);
    if (broken == size)
        return SST_OK;
    return sst_fail_at(error, SST_INPUT, path, count_newlines(bytes, broken) + 1, 0,
                       "broken UTF-8; convert the file with iconv -f ENCODING -t UTF-8");
}

static sst_status read_page(sst_stream *stream, const char *path, uint64_t limit,
                            sst_buffer *content, size_t begin, sst_error *error)
{
    sst_status status = read_whole(stream, path, limit, content, begin, error);
    if (status == SST_OK)
        status = check_text(path, content, begin, error);
    if (status == SST_OK && sst_buffer_reserve(content, SST_CHUNK_PADDING))
        memset(content->bytes + content->size, 0, SST_CHUNK_PADDING);
    else if (status != SST_OK)
        content->size = begin;
    return status == SST_OK ? sst_buffer_status(content, "a page", error) : status;
}

sst_status sst_input_read_file(const char *path, uint64_t max_record, sst_buffer *content,
                               sst_error *error)
{
    sst_stream *stream;
    uint64_t stored_size;
    sst_status status = sst_stream_check(path, &stored_size, error);
    if (status == SST_OK)
        status = sst_stream_open(path, &stream, error);
    if (status != SST_OK)
        return status;
    status = read_page(stream, path, max_record, content, content->size, error);
    sst_stream_close(stream);
    return status;
}

sst_status sst_input_read_rest(sst_input *input, const sst_chunk *first, sst_buffer *content,
                               sst_error *error)
{
    size_t begin = content->size;
    bool all = input->ended && input->failed == SST_OK; /* else: a stream that failed fails again */
    sst_buffer_append(content, first->bytes, first->size);
    sst_buffer_append(content, input->carry.bytes, input->carry.size);
    sst_buffer_reset(&input->carry);
    input->ended = true;
    input->failed = SST_OK;
    sst_status status = sst_buffer_status(content, "a page", error);
    return status == SST_OK ? read_page(all ? NULL : input->stream, first->path,
                                        max_record(input), content, begin, error)
                            : status;
}
