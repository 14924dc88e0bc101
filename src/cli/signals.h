/* Temporary files that must not survive the program, whatever ends it. */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <stdbool.h>

/* SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU and SIGPIPE remove the registered files, then end the
 * program as the signal would have. A signal that the parent ignores stays ignored, except SIGPIPE.
 * SIGXFSZ is ignored: the write fails. */
void cli_signals_install(void);

/* Registers a file to be removed; false when the name is too long or too many are registered.
 * Called from the main thread only. */
bool cli_signals_remove_later(const char *path);
/* The file is gone or has its final name. */
void cli_signals_forget(const char *path);

/* Removes the registered files and dies by the signal. */
_Noreturn void cli_signals_die(int number);

#endif
