#include "read/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { STORED_SIZE = 256 << 10 }; /* bytes of the input buffer */

typedef enum stored_as { PLAIN, GZIP, ZSTD } stored_as;

struct sst_stream {
    const char *path;
    int file;
    bool sized;        /* a regular file */
    stored_as kind;
    bool ended;        /* of the file: read returned 0 */
    bool inside;       /* a member or frame has begun and not ended */
    size_t at, filled; /* of stored: bytes [at, filled) are not used yet */
    uint64_t consumed; /* stored bytes handed out or decompressed */
    z_stream gzip;
    ZSTD_DStream *zstd;
    sst_status failed; /* repeats */
    sst_error failure;
    unsigned char stored[STORED_SIZE];
};

/* ---- opening --------------------------------------------------------------------------------- */

static bool is_stdin(const char *path)
{
    return strcmp(path, "-") == 0;
}

static sst_status fail_open(const char *path, int errnum, sst_error *error)
{
    const char *remedy = "check the name and the disk";
    if (errnum == ENOENT || errnum == ENOTDIR)
        remedy = "check the name";
    else if (errnum == EACCES || errnum == EPERM)
        remedy = "check its mode and owner";
    return sst_fail_system(error, errnum, path, "cannot open", remedy);
}

static sst_status fail_directory(const char *path, sst_error *error)
{
    return sst_fail_at(error, SST_INPUT, path, 0, 0,
                       "is a directory; name the files inside it");
}

sst_status sst_stream_check(const char *path, uint64_t *stored_size, sst_error *error)
{
    struct stat status;
    *stored_size = SST_SIZE_UNKNOWN;
    if (is_stdin(path)) {
        if (fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode))
            *stored_size = (uint64_t)status.st_size;
        return SST_OK;
    }
    if (stat(path, &status) != 0 || faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0)
        return fail_open(path, errno, error);
    if (S_ISDIR(status.st_mode))
        return fail_directory(path, error);
    if (S_ISREG(status.st_mode))
        *stored_size = (uint64_t)status.st_size;
    return SST_OK;
}

bool sst_stream_once(const char *path)
{
    struct stat status;
    return is_stdin(path) || (stat(path, &status) == 0 && !S_ISREG(status.st_mode));
}

/* ---- stored bytes ---------------------------------------------------------------------------- */

static sst_status remember(sst_stream *stream, sst_status status)
{
    stream->failed = status;
    return status;
}

static sst_status read_some(sst_stream *stream, void *bytes, size_t size, size_t *got)
{
    ssize_t count;
    do
        count = read(stream->file, bytes, size);
    while (count < 0 && errno == EINTR);
    *got = count < 0 ? 0 : (size_t)count;
    stream->ended = count == 0;
    if (count < 0 && errno == EISDIR)
        return remember(stream, fail_directory(stream->path, &stream->failure));
    if (count < 0)
        return remember(stream, sst_fail_system(&stream->failure, errno, stream->path,
                                                "cannot read", "check the disk and try again"));
    return SST_OK;
}

/* Fills the empty buffer. */
static sst_status refill(sst_stream *stream)
{
    stream->at = stream->filled = 0;
    return read_some(stream, stream->stored, sizeof stream->stored, &stream->filled);
}

/* Fills the buffer until `wanted` bytes are there or the file ends. */
static sst_status prefetch(sst_stream *stream, size_t wanted)
{
    while (stream->filled < wanted && !stream->ended) {
        size_t got;
        sst_status status = read_some(stream, stream->stored + stream->filled,
                                      sizeof stream->stored - stream->filled, &got);
        if (status != SST_OK)
            return status;
        stream->filled += got;
    }
    return SST_OK;
}

/* ---- what it is ------------------------------------------------------------------------------ */

static const struct {
    const char *bytes;
    size_t size;
    const char *name, *remedy;
} foreign[] = {
    {"\xfd" "7zXZ", 5, "xz", "xz -d"},
    {"BZh", 3, "bzip2", "bzip2 -d"},
    {"\x04\x22\x4d\x18", 4, "lz4", "lz4 -d"},
    {"PK\x03\x04", 4, "zip", "unzip"},
    {"PAR1", 4, "Parquet", "a tool that writes JSON lines"},
};

static bool begins(const sst_stream *stream, const char *bytes, size_t size)
{
    return stream->filled >= size && memcmp(stream->stored, bytes, size) == 0;
}

static sst_status refuse_foreign(sst_stream *stream)
{
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (begins(stream, foreign[i].bytes, foreign[i].size))
            return remember(stream, sst_fail_at(&stream->failure, SST_INPUT, stream->path, 0, 0,
                                                "holds %s data, not text, gzip or zstd; unpack "
                                                "it first with %s",
                                                foreign[i].name, foreign[i].remedy));
    return SST_OK;
}

/* A zstd frame, or a skippable frame in front of one (RFC 8878, 3.1). */
static bool is_zstd(const sst_stream *stream)
{
    return begins(stream, "\x28\xb5\x2f\xfd", 4) ||
           (stream->filled >= 4 && (stream->stored[0] & 0xf0) == 0x50 &&
            memcmp(stream->stored + 1, "\x2a\x4d\x18", 3) == 0);
}

static sst_status fail_no_memory(sst_stream *stream)
{
    return remember(stream, sst_fail_memory(&stream->failure, sizeof *stream, "a decompressor"));
}

static sst_status detect(sst_stream *stream)
{
    sst_status status = prefetch(stream, 6);
    if (status == SST_OK)
        status = refuse_foreign(stream);
    if (status != SST_OK)
        return status;
    if (begins(stream, "\x1f\x8b", 2)) {
        stream->kind = GZIP;
        if (inflateInit2(&stream->gzip, 15 + 16) != Z_OK)
            return fail_no_memory(stream);
    } else if (is_zstd(stream)) {
        stream->kind = ZSTD;
        if ((stream->zstd = ZSTD_createDStream()) == NULL)
            return fail_no_memory(stream);
    }
    return SST_OK;
}

sst_status sst_stream_open(const char *path, sst_stream **stream, sst_error *error)
{
    *stream = NULL;
    sst_stream *made = sst_allocate_zeroed(1, sizeof *made, "an input buffer", error);
    if (made == NULL)
        return SST_MEMORY;
    made->path = path;
    made->file = is_stdin(path) ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (made->file < 0) {
        sst_status status = fail_open(path, errno, error);
        free(made);
        return status;
    }
    struct stat about;
    made->sized = fstat(made->file, &about) == 0 && S_ISREG(about.st_mode);
    if (detect(made) != SST_OK) {
        sst_status status = made->failed;
        if (error != NULL)
            *error = made->failure;
        sst_stream_close(made);
        return status;
    }
    *stream = made;
    return SST_OK;
}

void sst_stream_close(sst_stream *stream)
{
    if (stream == NULL)
        return;
    if (stream->kind == GZIP)
        inflateEnd(&stream->gzip);
    ZSTD_freeDStream(stream->zstd);
    if (stream->file != STDIN_FILENO || !is_stdin(stream->path))
        close(stream->file);
    free(stream);
}

uint64_t sst_stream_stored_bytes(const sst_stream *stream)
{
    return stream->consumed;
}

/* ---- reading --------------------------------------------------------------------------------- */

static sst_status fail_truncated(sst_stream *stream, const char *kind)
{
    return remember(stream, sst_fail_at(&stream->failure, SST_INPUT, stream->path, 0, 0,
                                        "the %s file breaks off; what came before was read, "
                                        "fetch the file again",
                                        kind));
}

static sst_status fail_damaged(sst_stream *stream, const char *kind, const char *why)
{
    return remember(stream, sst_fail_at(&stream->failure, SST_INPUT, stream->path, 0, 0,
                                        "the %s file is damaged (%s); what came before was "
                                        "read, fetch the file again",
                                        kind, why));
}

static sst_status read_plain(sst_stream *stream, char *bytes, size_t size, size_t *got)
{
    if (stream->at == stream->filled) {
        sst_status status = read_some(stream, bytes, size, got);
        stream->consumed += *got;
        return status;
    }
    size_t ready = stream->filled - stream->at;
    *got = ready < size ? ready : size;
    memcpy(bytes, stream->stored + stream->at, *got);
    stream->at += *got;
    stream->consumed += *got;
    return SST_OK;
}

/* Behind a gzip member: another one, zero bytes as padding (tapes), or the end. */
static sst_status next_member(sst_stream *stream)
{
    while (stream->at < stream->filled && stream->stored[stream->at] == 0) {
        stream->at++;
        stream->consumed++;
    }
    if (stream->at == stream->filled)
        return SST_OK;
    if (stream->stored[stream->at] != 0x1f)
        return fail_damaged(stream, "gzip", "something else follows it");
    inflateReset(&stream->gzip);
    return SST_OK;
}

static sst_status inflate_step(sst_stream *stream, char *bytes, size_t size, size_t *got)
{
    if (!stream->inside) {
        sst_status status = next_member(stream);
        if (status != SST_OK || stream->at == stream->filled)
            return status;
        stream->inside = true;
    }
    z_stream *gzip = &stream->gzip;
    size_t room = size < UINT32_MAX ? size : UINT32_MAX;
    size_t before = stream->filled - stream->at;
    gzip->next_in = stream->stored + stream->at;
    gzip->avail_in = (uInt)before;
    gzip->next_out = (Bytef *)bytes;
    gzip->avail_out = (uInt)room;
    int result = inflate(gzip, Z_NO_FLUSH);
    *got = room - gzip->avail_out;
    stream->at = stream->filled - gzip->avail_in;
    stream->consumed += before - gzip->avail_in;
    if (result == Z_STREAM_END)
        stream->inside = false;
    else if (result == Z_MEM_ERROR)
        return fail_no_memory(stream);
    else if (result != Z_OK && result != Z_BUF_ERROR)
        return fail_damaged(stream, "gzip", gzip->msg == NULL ? "unknown" : gzip->msg);
    return SST_OK;
}

static sst_status zstd_step(sst_stream *stream, char *bytes, size_t size, size_t *got)
{
    ZSTD_inBuffer in = {stream->stored, stream->filled, stream->at};
    ZSTD_outBuffer out = {bytes, size, 0};
    size_t result = ZSTD_decompressStream(stream->zstd, &out, &in);
    *got = out.pos;
    stream->consumed += in.pos - stream->at;
    stream->at = in.pos;
    if (ZSTD_isError(result))
        return fail_damaged(stream, "zstd", ZSTD_getErrorName(result));
    stream->inside = result != 0;
    return SST_OK;
}

static sst_status read_packed(sst_stream *stream, char *bytes, size_t size, size_t *got)
{
    bool gzip = stream->kind == GZIP;
    for (;;) {
        sst_status status = SST_OK;
        if (stream->at < stream->filled || stream->inside)
            status = gzip ? inflate_step(stream, bytes, size, got)
                          : zstd_step(stream, bytes, size, got);
        if (status != SST_OK || *got > 0)
            return status;
        if (stream->at < stream->filled)
            continue;
        status = refill(stream);
        if (status != SST_OK)
            return status;
        if (stream->filled == 0)
            return stream->inside ? fail_truncated(stream, gzip ? "gzip" : "zstd") : SST_OK;
    }
}

sst_status sst_stream_read(sst_stream *stream, char *bytes, size_t size, size_t *got,
                           sst_error *error)
{
    *got = 0;
    if (stream->failed == SST_OK && stream->kind == PLAIN)
        read_plain(stream, bytes, size, got);
    else if (stream->failed == SST_OK)
        read_packed(stream, bytes, size, got);
    if (stream->failed != SST_OK && error != NULL)
        *error = stream->failure;
    return stream->failed;
}

bool sst_stream_sized(const sst_stream *stream)
{
    return stream->sized;
}

bool sst_stream_ready(const sst_stream *stream, int milliseconds)
{
    if (stream->failed != SST_OK || stream->ended || stream->at < stream->filled)
        return true;
    struct pollfd wanted = {.fd = stream->file, .events = POLLIN};
    return poll(&wanted, 1, milliseconds) != 0; /* a failure shows when it is read */
}
