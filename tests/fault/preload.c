/* A library to preload that makes the n-th call of one kind fail:
 *
 *     FAULT=CALL:N[+]:ACTION LD_PRELOAD=… program
 *
 * CALL is malloc (calloc, realloc, aligned_alloc, posix_memalign count as well), open, read,
 * write, pwrite, fsync (fdatasync counts as well), ftruncate or rename; N counts from 1, with
 * "+" every call from the n-th on. ACTION is an errno name of the list below; "short" moves one
 * byte only (read, write, pwrite); "kill" ends the program by SIGKILL before the call; "hang"
 * (with FAULT_WHEN) holds the call up.
 * FAULT_WHEN=FILE: counts, and fails, only while FILE exists.
 * FAULT_REPORT=FILE: at the end the number of calls of each kind, "malloc 123" a line.
 *
 * Counting begins with main. Allocations of the dynamic linker and of libgomp are left alone:
 * libgomp ends the program when it gets no memory, and no program can do anything about that.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef enum kind {
    KIND_MALLOC,
    KIND_OPEN,
    KIND_READ,
    KIND_WRITE,
    KIND_PWRITE,
    KIND_FSYNC,
    KIND_FTRUNCATE,
    KIND_RENAME,
    KIND_COUNT
} kind;

typedef enum outcome { PASS, FAIL, SHORT } outcome;

static const char *const kind_names[KIND_COUNT] = {"malloc", "open",  "read",      "write",
                                                   "pwrite", "fsync", "ftruncate", "rename"};

/* The plan, read once before main. */
static struct {
    kind kind;
    long at;
    bool onwards, is_short, is_kill, is_hang;
    int cause;
    const char *when;
} plan = {.kind = KIND_COUNT};

static atomic_long calls[KIND_COUNT];
static atomic_bool in_main;
static int (*program_main)(int, char **, char **);

static int cause_of(const char *name)
{
    static const struct {
        const char *name;
        int cause;
    } causes[] = {{"ENOMEM", ENOMEM}, {"EIO", EIO},     {"ENOSPC", ENOSPC},
                  {"EDQUOT", EDQUOT}, {"EINTR", EINTR}, {"EACCES", EACCES},
                  {"EMFILE", EMFILE}, {"EROFS", EROFS}};
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
        if (strcmp(causes[i].name, name) == 0)
            return causes[i].cause;
    return 0;
}

__attribute__((constructor)) static void read_plan(void)
{
    const char *text = getenv("FAULT");
    const char *colon = text == NULL ? NULL : strchr(text, ':');
    if (colon == NULL)
        return;
    char *end = NULL;
    plan.at = strtol(colon + 1, &end, 10);
    plan.onwards = *end == '+';
    end += plan.onwards ? 1 : 0;
    if (*end == ':')
        end++;
    plan.is_short = strcmp(end, "short") == 0;
    plan.is_kill = strcmp(end, "kill") == 0;
    plan.when = getenv("FAULT_WHEN");
    plan.is_hang = plan.when != NULL && strcmp(end, "hang") == 0;
    plan.cause = cause_of(end);
    for (int i = 0; i < KIND_COUNT; i++)
        if (strncmp(text, kind_names[i], (size_t)(colon - text)) == 0 &&
            kind_names[i][colon - text] == '\0')
            plan.kind = (kind)i;
    bool acts = plan.is_short || plan.is_kill || plan.is_hang || plan.cause != 0;
    if (plan.kind == KIND_COUNT || !acts) {
        fprintf(stderr, "preload: FAULT=%s is not understood\n", text);
        _exit(127);
    }
}

__attribute__((destructor)) static void write_report(void)
{
    const char *path = getenv("FAULT_REPORT");
    const int file = path == NULL ? -1
                                  : (int)syscall(SYS_openat, AT_FDCWD, path,
                                                 O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file < 0)
        return;
    for (int i = 0; i < KIND_COUNT; i++) {
        char line[64];
        const int size =
            snprintf(line, sizeof line, "%s %ld\n", kind_names[i], atomic_load(&calls[i]));
        syscall(SYS_write, file, line, (size_t)size);
    }
    syscall(SYS_close, file);
}

static int begin_main(int argc, char **argv, char **environment)
{
    atomic_store(&in_main, true);
    return program_main(argc, argv, environment);
}

typedef int start_function(int (*)(int, char **, char **), int, char **, void (*)(void),
                           void (*)(void), void (*)(void), void *);

/* What the C library's start code calls; constructors of the program run inside it. */
int __libc_start_main(int (*entry)(int, char **, char **), int argc, char **argv,
                      void (*init)(void), void (*fini)(void), void (*rtld_fini)(void),
                      void *stack_end);

int __libc_start_main(int (*entry)(int, char **, char **), int argc, char **argv,
                      void (*init)(void), void (*fini)(void), void (*rtld_fini)(void),
                      void *stack_end)
{
    /* dlsym returns an object pointer; POSIX lets it be read as one to a function. */
    start_function *start = NULL;
    *(void **)&start = dlsym(RTLD_NEXT, "__libc_start_main");
    program_main = entry;
    return start(begin_main, argc, argv, init, fini, rtld_fini, stack_end);
}

static bool is_time(void)
{
    return plan.when == NULL || syscall(SYS_access, plan.when, F_OK) == 0;
}

/* Counts a call and says what is to become of it. */
static outcome judge(kind which)
{
    if (!atomic_load(&in_main) || (which == plan.kind && !is_time()))
        return PASS;
    const long number = atomic_fetch_add(&calls[which], 1) + 1;
    if (which != plan.kind || number < plan.at || (number > plan.at && !plan.onwards))
        return PASS;
    if (plan.is_kill)
        kill(getpid(), SIGKILL);
    while (plan.is_hang && is_time())
        usleep(10000);
    if (plan.is_short || plan.is_hang)
        return plan.is_short ? SHORT : PASS;
    errno = plan.cause;
    return FAIL;
}

/* True when the call came from a library that cannot live without memory. */
static bool is_exempt(const void *caller)
{
    Dl_info info;
    if (dladdr(caller, &info) == 0 || info.dli_fname == NULL)
        return true;
    return strstr(info.dli_fname, "libgomp") != NULL ||
           strstr(info.dli_fname, "libomp") != NULL ||
           strstr(info.dli_fname, "ld-linux") != NULL ||
           strstr(info.dli_fname, "/libc.so") != NULL;
}

#define REFUSE_ALLOCATION()                                                                    \
    (!is_exempt(__builtin_return_address(0)) && judge(KIND_MALLOC) == FAIL)

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size)
{
    return REFUSE_ALLOCATION() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return REFUSE_ALLOCATION() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    return REFUSE_ALLOCATION() ? NULL : __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return REFUSE_ALLOCATION() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    if (REFUSE_ALLOCATION())
        return ENOMEM;
    *block = __libc_memalign(alignment, size);
    return *block == NULL ? ENOMEM : 0;
}

static size_t cut(outcome verdict, size_t size)
{
    return verdict == SHORT && size > 1 ? 1 : size;
}

ssize_t read(int file, void *bytes, size_t size)
{
    const outcome verdict = judge(KIND_READ);
    return verdict == FAIL ? -1 : syscall(SYS_read, file, bytes, cut(verdict, size));
}

ssize_t write(int file, const void *bytes, size_t size)
{
    /* What is said on standard error is not part of the experiment. */
    const outcome verdict = file == STDERR_FILENO ? PASS : judge(KIND_WRITE);
    return verdict == FAIL ? -1 : syscall(SYS_write, file, bytes, cut(verdict, size));
}

static ssize_t positioned_write(int file, const void *bytes, size_t size, off_t offset)
{
    const outcome verdict = judge(KIND_PWRITE);
    return verdict == FAIL ? -1
                           : syscall(SYS_pwrite64, file, bytes, cut(verdict, size), offset);
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t offset)
{
    return positioned_write(file, bytes, size, offset);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off_t offset)
{
    return positioned_write(file, bytes, size, offset);
}

int fsync(int file)
{
    return judge(KIND_FSYNC) == FAIL ? -1 : (int)syscall(SYS_fsync, file);
}

int fdatasync(int file)
{
    return judge(KIND_FSYNC) == FAIL ? -1 : (int)syscall(SYS_fdatasync, file);
}

int ftruncate(int file, off_t size)
{
    return judge(KIND_FTRUNCATE) == FAIL ? -1 : (int)syscall(SYS_ftruncate, file, size);
}

int ftruncate64(int file, off_t size)
{
    return judge(KIND_FTRUNCATE) == FAIL ? -1 : (int)syscall(SYS_ftruncate, file, size);
}

int rename(const char *from, const char *to)
{
    return judge(KIND_RENAME) == FAIL
               ? -1
               : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0u);
}

static int open_file(const char *path, int flags, va_list values)
{
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(values, mode_t) : 0;
    return judge(KIND_OPEN) == FAIL ? -1
                                    : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list values;
    va_start(values, flags);
    const int file = open_file(path, flags, values);
    va_end(values);
    return file;
}

int open64(const char *path, int flags, ...)
{
    va_list values;
    va_start(values, flags);
    const int file = open_file(path, flags, values);
    va_end(values);
    return file;
}
