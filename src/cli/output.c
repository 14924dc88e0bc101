#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/message.h"
#include "cli/signals.h"

enum { BUFFER_SIZE = 1 << 18, NAME_TRIES = 16, NAME_KEPT = 200 };

static sst_status fail(sst_error *error, sst_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static sst_status fail(sst_error *error, sst_status status, const char *format, ...)
{
    va_list values;
    *error = (sst_error){.status = status};
    va_start(values, format);
    vsnprintf(error->message, sizeof error->message, format, values);
    va_end(values);
    return status;
}

/* A failed system call, told by errno. */
static sst_status fail_system(sst_error *error, const char *path)
{
    const int cause = errno;
    char text[128];
    cli_reason(cause, text, sizeof text);
    if (cause == EFBIG)
        return fail(error, SST_FULL,
                    "cannot write '%.200s': %s; raise the limit of file sizes (ulimit -f)", path,
                    text);
    if (cause == ENOSPC || cause == EDQUOT)
        return fail(error, SST_FULL, "cannot write '%.200s': %s; free some space and run again",
                    path, text);
    return fail(error, SST_IO, "cannot write '%.200s': %s; choose another output", path, text);
}

static bool same_place(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* "DIR/" or "."; NULL without memory. */
static char *folder_of(const char *path)
{
    const size_t size = (size_t)(base_name(path) - path);
    return size == 0 ? strdup(".") : strndup(path, size);
}

static bool stat_folder(const char *path, struct stat *status)
{
    char *folder = folder_of(path);
    const bool found = folder != NULL && stat(folder, status) == 0;
    free(folder);
    return found;
}

bool cli_same_file(const char *a, const char *b)
{
    struct stat of_a, of_b;
    const bool is_a = stat(a, &of_a) == 0, is_b = stat(b, &of_b) == 0;
    if (is_a || is_b)
        return is_a && is_b && same_place(&of_a, &of_b);
    return strcmp(base_name(a), base_name(b)) == 0 && stat_folder(a, &of_a) &&
           stat_folder(b, &of_b) && same_place(&of_a, &of_b);
}

/* True when `inputs` has the file behind `status`. */
static bool is_input(const struct stat *status, const char *const *inputs, size_t count)
{
    struct stat input;
    for (size_t i = 0; i < count; i++)
        if (strcmp(inputs[i], "-") != 0 && stat(inputs[i], &input) == 0 &&
            same_place(&input, status))
            return true;
    return false;
}

/* "DIR/.NAME.PID-CLOCK": in the same folder, so that the last step is a rename; a long name is cut,
 * so that there is room behind it. NULL without memory. */
static char *temporary_name(const char *target, unsigned attempt)
{
    struct timespec now = {0};
    const char *name = base_name(target);
    char *path = NULL;
    clock_gettime(CLOCK_REALTIME, &now);
    if (asprintf(&path, "%.*s.%.*s.%ld-%ld-%u", (int)(name - target), target, NAME_KEPT, name,
                 (long)getpid(), now.tv_nsec, attempt) < 0)
        return NULL;
    return path;
}

/* Opens a new file beside the target. It is registered before it exists, so that no signal
 * finds it unregistered. */
static sst_status open_temporary(cli_output *output, sst_error *error)
{
    for (unsigned attempt = 0; attempt < NAME_TRIES; attempt++) {
        output->temporary = temporary_name(output->target, attempt);
        if (output->temporary == NULL)
            return fail(error, SST_MEMORY, "out of memory for the name of '%.200s'",
                        output->path);
        if (!cli_signals_remove_later(output->temporary)) {
            errno = ENAMETOOLONG;
            break;
        }
        output->file = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (output->file >= 0)
            return SST_OK;
        cli_signals_forget(output->temporary);
        free(output->temporary);
        output->temporary = NULL;
        if (errno != EEXIST)
            break;
    }
    return fail_system(error, output->path);
}

/* A file by name: directly when it is a device or pipe, else under a temporary name. */
static sst_status open_file(cli_output *output, const char *const *inputs, size_t input_count,
                            sst_error *error)
{
    struct stat status;
    const bool exists = stat(output->path, &status) == 0;
    if (exists && is_input(&status, inputs, input_count))
        return fail(error, SST_ARGUMENT,
                    "output '%.200s' is an input file; write to another file", output->path);
    if (exists && S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return fail_system(error, output->path);
    }
    if (exists && !S_ISREG(status.st_mode)) {
        output->file = open(output->path, O_WRONLY | O_CLOEXEC);
        return output->file < 0 ? fail_system(error, output->path) : SST_OK;
    }
    /* A symbolic link stays one: what it points to is replaced. One that points to nothing may be
     * /dev/stdout of a closed output, which must not become a file. */
    struct stat link;
    if (!exists && lstat(output->path, &link) == 0 && S_ISLNK(link.st_mode))
        return fail(error, SST_IO,
                    "cannot write '%.200s': a symbolic link to nothing; choose another output",
                    output->path);
    output->target = exists ? realpath(output->path, NULL) : strdup(output->path);
    if (output->target == NULL)
        return fail_system(error, output->path);
    const sst_status opened = open_temporary(output, error);
    if (opened == SST_OK && exists && fchmod(output->file, status.st_mode & 07777) != 0)
        return fail_system(error, output->path);
    return opened;
}

/* Told before the work is done: a stream that was closed, or opened for reading. */
static bool is_writable(int file)
{
    const int flags = fcntl(file, F_GETFL);
    if (flags < 0)
        return false;
    errno = EBADF;
    return (flags & O_PATH) == 0 && (flags & O_ACCMODE) != O_RDONLY;
}

/* Standard output may have been redirected over an input by the shell. */
static sst_status open_standard(cli_output *output, const char *const *inputs,
                                size_t input_count, sst_error *error)
{
    struct stat status;
    output->file = STDOUT_FILENO;
    if (!is_writable(STDOUT_FILENO) || fstat(STDOUT_FILENO, &status) != 0)
        return fail_system(error, output->path);
    if (S_ISREG(status.st_mode) && is_input(&status, inputs, input_count))
        return fail(error, SST_ARGUMENT,
                    "standard output is an input file; write to another file");
    return SST_OK;
}

sst_status cli_output_open(cli_output *output, const char *path, const char *const *inputs,
                           size_t input_count, sst_error *error)
{
    const bool standard = path == NULL || strcmp(path, "-") == 0;
    *output = (cli_output){.path = standard ? "standard output" : path, .file = -1};
    output->buffer = malloc(BUFFER_SIZE);
    if (output->buffer == NULL)
        return fail(error, SST_MEMORY, "out of memory for the output buffer");
    const sst_status status = standard ? open_standard(output, inputs, input_count, error)
                                       : open_file(output, inputs, input_count, error);
    if (status != SST_OK)
        cli_output_abandon(output);
    return status;
}

static sst_status write_all(cli_output *output, const char *bytes, size_t size,
                            sst_error *error)
{
    while (size > 0) {
        const ssize_t written = write(output->file, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0 && errno == EPIPE)
            cli_signals_die(SIGPIPE);
        if (written < 0)
            return fail_system(error, output->path);
        bytes += written;
        size -= (size_t)written;
    }
    return SST_OK;
}

sst_status cli_output_flush(cli_output *output, sst_error *error)
{
    const size_t size = output->used;
    output->used = 0;
    return write_all(output, output->buffer, size, error);
}

static sst_status write_buffered(void *context, const char *bytes, size_t size,
                                 sst_error *error)
{
    cli_output *output = context;
    if (size > BUFFER_SIZE - output->used) {
        const sst_status status = cli_output_flush(output, error);
        if (status != SST_OK)
            return status;
    }
    if (size > BUFFER_SIZE)
        return write_all(output, bytes, size, error);
    memcpy(output->buffer + output->used, bytes, size);
    output->used += size;
    return SST_OK;
}

sst_sink cli_output_sink(cli_output *output)
{
    return (sst_sink){.write = write_buffered, .context = output};
}

/* The new name is durable only when its folder is. A folder that cannot be opened or synced
 * (some network file systems) is left to the system. */
static void sync_folder(const char *path)
{
    char *folder = folder_of(path);
    const int file = folder == NULL ? -1 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file >= 0) {
        fsync(file);
        close(file);
    }
    free(folder);
}

/* Closes once; a failing close of a written file is a failed write. */
static sst_status close_file(cli_output *output, sst_error *error)
{
    const int file = output->file;
    output->file = -1;
    if (close(file) != 0 && errno != EINTR)
        return fail_system(error, output->path);
    return SST_OK;
}

sst_status cli_output_commit(cli_output *output, sst_error *error)
{
    sst_status status = cli_output_flush(output, error);
    if (status == SST_OK && output->temporary != NULL && fsync(output->file) != 0)
        status = fail_system(error, output->path);
    if (status == SST_OK)
        status = close_file(output, error);
    if (status == SST_OK && output->temporary != NULL) {
        if (rename(output->temporary, output->target) != 0) {
            status = fail_system(error, output->path);
        } else {
            cli_signals_forget(output->temporary);
            sync_folder(output->target);
            free(output->temporary);
            output->temporary = NULL;
        }
    }
    cli_output_abandon(output);
    return status;
}

void cli_output_abandon(cli_output *output)
{
    if (output->file >= 0 && output->file != STDOUT_FILENO)
        close(output->file);
    if (output->temporary != NULL) {
        unlink(output->temporary);
        cli_signals_forget(output->temporary);
    }
    free(output->temporary);
    free(output->target);
    free(output->buffer);
    *output = (cli_output){.file = -1};
}
