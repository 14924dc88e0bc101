#include "base/status.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

const char *sst_version(void)
{
    return SST_VERSION;
}

const char *sst_status_name(sst_status status)
{
    switch (status) {
#define STATUS_NAME(name, text)                                                                \
    case SST_##name:                                                                           \
        return text;
        SST_STATUS_MAP(STATUS_NAME)
#undef STATUS_NAME
    }
    return "unknown status";
}

static void copy_file_name(sst_error *error, const char *file)
{
    size_t size = file == NULL ? 0 : strlen(file);
    if (size < sizeof error->file) {
        memcpy(error->file, file == NULL ? "" : file, size + 1);
        return;
    }
    /* The end of a path says more than its beginning. */
    size_t kept = sizeof error->file - 4;
    memcpy(error->file, "...", 3);
    memcpy(error->file + 3, file + size - kept, kept + 1);
}

static void fill(sst_error *error, sst_status status, const char *file, uint64_t line,
                 uint64_t offset, const char *format, va_list arguments)
{
    if (error == NULL)
        return;
    error->status = status;
    error->line = line;
    error->offset = offset;
    copy_file_name(error, file);
    vsnprintf(error->message, sizeof error->message, format, arguments);
}

sst_status sst_fail(sst_error *error, sst_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, NULL, 0, 0, format, arguments);
    va_end(arguments);
    return status;
}

sst_status sst_fail_at(sst_error *error, sst_status status, const char *file, uint64_t line,
                       uint64_t offset, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, file, line, offset, format, arguments);
    va_end(arguments);
    return status;
}

sst_status sst_fail_memory(sst_error *error, size_t size, const char *what)
{
    return sst_fail(error, SST_MEMORY,
                    "out of memory: %zu bytes for %s; lower --memory or give the process more",
                    size, what);
}

static sst_status status_of_errno(int errnum)
{
    switch (errnum) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return SST_FULL;
    case ENOMEM:
        return SST_MEMORY;
    default:
        return SST_IO;
    }
}

/* The C library writes "Permission denied"; our messages are lower case. */
static void errno_text(int errnum, char *text, size_t size)
{
    char buffer[128];
    const char *name = strerror_r(errnum, buffer, sizeof buffer);
    snprintf(text, size, "%s", name);
    if (text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z')
        text[0] = (char)(text[0] - 'A' + 'a');
}

sst_status sst_fail_system(sst_error *error, int errnum, const char *file, const char *what,
                           const char *remedy)
{
    char text[128];
    errno_text(errnum, text, sizeof text);
    return sst_fail_at(error, status_of_errno(errnum), file, 0, 0, "%s: %s; %s", what, text,
                       remedy);
}

void sst_error_locate(sst_error *error, const char *file, uint64_t line)
{
    if (error == NULL || error->file[0] != '\0')
        return;
    copy_file_name(error, file);
    error->line = line;
}

/* Controls of a terminal (C0, DEL, C1) and of the direction of text (UAX #9, 2). */
static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x61c || code == 0x200e ||
           code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

/* Messages name files and values of strangers: what would move the cursor, colour it or turn the
 * line around becomes "?", byte by byte, and so does what is not UTF-8. */
static void disarm(char *text)
{
    unsigned char *at = (unsigned char *)text;
    const unsigned char *end = at + strlen(text);
    while (at < end) {
        uint32_t code = 0;
        const unsigned length = sst_utf8_decode(at, end, &code), step = length == 0 ? 1 : length;
        if (length == 0 || is_control(code))
            memset(at, '?', step);
        at += step;
    }
}

int sst_error_format(const sst_error *error, char *text, size_t size)
{
    int length;
    if (error->file[0] == '\0')
        length = snprintf(text, size, "%s", error->message);
    else if (error->line == 0)
        length = snprintf(text, size, "%s: %s", error->file, error->message);
    else
        length = snprintf(text, size, "%s:%" PRIu64 ": %s", error->file, error->line,
                          error->message);
    if (size > 0)
        disarm(text);
    return length;
}
