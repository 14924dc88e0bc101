/* A running job seen from standard error: notes on records, and a progress bar. */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include "cli/option.h"

enum { CLI_NOTES_SHOWN = 20, CLI_NOTE_KINDS = 2 };

typedef struct cli_watch {
    const char *rejects; /* where all bad records are kept, or NULL */
    uint64_t notes[CLI_NOTE_KINDS];
    bool quiet;
    bool bar;                       /* standard error is a terminal and not quiet */
    bool drawn;                     /* a bar stands on the current line */
    double stage_began, last_drawn; /* seconds of the monotonic clock */
    const char *stage;              /* as last handed in */
} cli_watch;

void cli_watch_begin(cli_watch *watch, const cli_settings *settings);
/* Makes the job report to `watch`, which outlives it. */
void cli_watch_attach(cli_watch *watch, sst_options *options);
/* Removes the bar and tells how many notes were not shown. */
void cli_watch_end(cli_watch *watch);

#endif
