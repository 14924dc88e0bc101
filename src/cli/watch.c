#include "cli/watch.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static const double redraw_seconds = 0.1;
enum { BAR_CELLS = 24 };

static double seconds_now(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Carriage return, then "erase to the end of the line" (ECMA-48, EL). */
static void erase_bar(cli_watch *watch)
{
    if (watch->drawn)
        fputs("\r\033[K", stderr);
    watch->drawn = false;
}

static void take_note(void *context, sst_note_kind kind, const sst_error *error)
{
    cli_watch *watch = context;
    char text[SST_ERROR_FILE_SIZE + SST_ERROR_MESSAGE_SIZE + 32];
    if (watch->notes[kind]++ >= CLI_NOTES_SHOWN || (kind == SST_NOTE_WARNING && watch->quiet))
        return;
    erase_bar(watch);
    sst_error_format(error, text, sizeof text);
    fprintf(stderr, "%s\n", text);
}

/* "0:07", "12:30" or "1:02:03". */
static void format_time(double seconds, char *text, size_t size)
{
    const unsigned long whole = (unsigned long)(seconds + 0.5);
    if (whole >= 3600)
        snprintf(text, size, "%lu:%02lu:%02lu", whole / 3600, whole / 60 % 60, whole % 60);
    else
        snprintf(text, size, "%lu:%02lu", whole / 60, whole % 60);
}

/* Share of the stage that is done, or negative when nobody knows. A file that grows while it is read
 * gives more than it promised. */
static double stage_fraction(const sst_progress *progress)
{
    double fraction = progress->fraction;
    if (fraction < 0 && progress->total_bytes > 0)
        fraction = (double)progress->bytes / (double)progress->total_bytes;
    return fraction > 1 ? 1 : fraction;
}

/* Columns of the bar: the terminal's but the last, where some terminals wrap. */
static int columns_of(const char *text)
{
    struct winsize size = {0};
    const int length = (int)strlen(text);
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return length;
    return length < size.ws_col ? length : size.ws_col - 1;
}

static void draw(cli_watch *watch, const sst_progress *progress, double now)
{
    const double fraction = stage_fraction(progress), spent = now - watch->stage_began;
    char bar[BAR_CELLS + 1], left[32] = "", speed[32] = "", text[160];
    const int full = fraction > 0 ? (int)(fraction * BAR_CELLS) : 0;
    memset(bar, ' ', BAR_CELLS);
    memset(bar, '=', (size_t)full);
    bar[BAR_CELLS] = '\0';
    if (fraction > 0.01)
        format_time(spent * (1 - fraction) / fraction, left, sizeof left);
    if (spent > 0 && strcmp(progress->stage, "read") == 0)
        snprintf(speed, sizeof speed, ", %.0f MB/s", (double)progress->bytes / spent / 1e6);
    snprintf(text, sizeof text, "%-8s [%s] %llu stories%s%s%s%s", progress->stage, bar,
             (unsigned long long)progress->stories, speed, left[0] == '\0' ? "" : ", ", left,
             left[0] == '\0' ? "" : " left");
    fprintf(stderr, "\r\033[K%.*s", columns_of(text), text);
    fflush(stderr);
    watch->drawn = true;
    watch->last_drawn = now;
}

static bool take_progress(void *context, const sst_progress *progress)
{
    cli_watch *watch = context;
    const double now = seconds_now();
    if (watch->stage == NULL || strcmp(watch->stage, progress->stage) != 0) {
        watch->stage = progress->stage;
        watch->stage_began = now;
    }
    if (now - watch->last_drawn >= redraw_seconds)
        draw(watch, progress, now);
    return true;
}

void cli_watch_begin(cli_watch *watch, const cli_settings *settings)
{
    const double now = seconds_now();
    *watch = (cli_watch){.rejects = settings->rejects,
                         .quiet = settings->quiet,
                         .bar = !settings->quiet && isatty(STDERR_FILENO) == 1,
                         .stage_began = now,
                         .last_drawn = now};
}

void cli_watch_attach(cli_watch *watch, sst_options *options)
{
    options->note = take_note;
    options->progress = watch->bar ? take_progress : NULL;
    options->context = watch;
}

/* "... and 7 more bad records". */
static void tell_hidden(const cli_watch *watch, sst_note_kind kind, const char *one)
{
    if (watch->notes[kind] <= CLI_NOTES_SHOWN)
        return;
    unsigned long long hidden = (unsigned long long)(watch->notes[kind] - CLI_NOTES_SHOWN);
    fprintf(stderr, "... and %llu more %s%s", hidden, one, hidden == 1 ? "" : "s");
    if (kind == SST_NOTE_BAD_RECORD && watch->rejects == NULL)
        fputs("; '--rejects FILE' keeps them", stderr);
    else if (kind == SST_NOTE_BAD_RECORD)
        fprintf(stderr, "; all are in '%s'", watch->rejects);
    fputc('\n', stderr);
}

void cli_watch_end(cli_watch *watch)
{
    erase_bar(watch);
    tell_hidden(watch, SST_NOTE_BAD_RECORD, "bad record");
    if (!watch->quiet)
        tell_hidden(watch, SST_NOTE_WARNING, "warning");
}
