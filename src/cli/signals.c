#include "cli/signals.h"

#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

enum { FILES_MAX = 8 };

/* A handler can reach nothing but static storage: these are the program's only variables that
 * outlive a call. `used` is written last on entry and first on exit, so that a name is whole
 * whenever a handler sees it. */
static char names[FILES_MAX][PATH_MAX];
static volatile sig_atomic_t used[FILES_MAX];

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT, SIGXCPU};

bool cli_signals_remove_later(const char *path)
{
    const size_t size = strlen(path) + 1;
    if (size > PATH_MAX)
        return false;
    for (size_t i = 0; i < FILES_MAX; i++) {
        if (used[i])
            continue;
        memcpy(names[i], path, size);
        used[i] = 1;
        return true;
    }
    return false;
}

void cli_signals_forget(const char *path)
{
    for (size_t i = 0; i < FILES_MAX; i++)
        if (used[i] && strcmp(names[i], path) == 0)
            used[i] = 0;
}

/* Async-signal-safe (POSIX.1-2017, 2.4.3): unlink, sigaction, raise and _exit are listed. */
_Noreturn void cli_signals_die(int number)
{
    for (size_t i = 0; i < FILES_MAX; i++)
        if (used[i])
            unlink(names[i]);
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, number);
    sigaction(number, &action, NULL);
    raise(number);
    pthread_sigmask(SIG_UNBLOCK, &only, NULL);
    _exit(128 + number);
}

static void handle(int number)
{
    cli_signals_die(number);
}

void cli_signals_install(void)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction action = {.sa_handler = handle}, before;
        sigemptyset(&action.sa_mask);
        if (sigaction(numbers[i], NULL, &before) == 0 &&
            (before.sa_handler != SIG_IGN || numbers[i] == SIGPIPE))
            sigaction(numbers[i], &action, NULL);
    }
    /* A write beyond the limit of file sizes then fails, and is told, as on a full disk. */
    sigaction(SIGXFSZ, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
}
