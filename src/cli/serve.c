#include "cli/serve.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/archive.h"
#include "cli/command_rows.h"
#include "cli/message.h"

enum { TOKEN_LEAST = 16, READER_MEMORY = 32 << 20, HANG_SECONDS = 60 };

/* ---- Where to listen ---- */

typedef struct listen_place {
    char host[64];
    uint16_t port;
} listen_place;

/* "127.0.0.1:8765" or "[::1]:8765". */
static bool parse_place(const char *text, listen_place *place)
{
    const char *colon = strrchr(text, ':');
    if (colon == NULL)
        return false;
    size_t size = (size_t)(colon - text);
    if (size >= 2 && text[0] == '[' && text[size - 1] == ']') {
        text++;
        size -= 2;
    }
    char *end;
    unsigned long port = strtoul(colon + 1, &end, 10);
    if (size == 0 || size >= sizeof place->host || colon[1] < '0' || colon[1] > '9' ||
        *end != '\0' || port == 0 || port > 65535)
        return false;
    memcpy(place->host, text, size);
    place->host[size] = '\0';
    place->port = (uint16_t)port;
    return true;
}

static bool is_loopback(const char *host)
{
    return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;
}

/* The first line of the file, without its newline. */
static sst_status read_token(const char *path, char *token, size_t size, sst_error *error)
{
    FILE *file = fopen(path, "re");
    bool read = file != NULL && fgets(token, (int)size, file) != NULL;
    if (file != NULL)
        fclose(file);
    if (!read) {
        snprintf(error->message, sizeof error->message,
                 "cannot read the token from '%.200s'; check the file and its mode", path);
        return error->status = SST_IO;
    }
    token[strcspn(token, "\r\n")] = '\0';
    return strlen(token) >= TOKEN_LEAST
               ? SST_OK
               : cli_refuse(error, "the token is too short; write 16 characters or more");
}

/* ---- The service ---- */

/* The archive's state for clients: a full disk ends by itself, a failed fsync does not. */
static void check_disk(serve *s)
{
    sst_error error = {0};
    sst_status status = sst_archive_writable(s->archive, &error);
    pthread_mutex_lock(&s->mutex);
    s->refusal = status == SST_OK ? 0 : serve_code_of(status);
    snprintf(s->failure, sizeof s->failure, "%s", status == SST_OK ? "" : error.message);
    pthread_mutex_unlock(&s->mutex);
}

/* Until a signal asks to stop. */
static void watch(serve *s, const sigset_t *signals)
{
    double period = serve_watchdog_seconds();
    struct timespec second = {.tv_sec = 1};
    if (period > 0 && period < 1)
        second = (struct timespec){.tv_nsec = (long)(period * 1e9)};
    double told = 0;
    while (sigtimedwait(signals, NULL, &second) < 0) {
        serve_peers_expire(s);
        check_disk(s);
        double now = serve_clock();
        if (period > 0 && now - told >= period && !serve_writer_hangs(s, HANG_SECONDS)) {
            serve_notify("WATCHDOG=1");
            told = now;
        }
    }
}

/* No new connections; requests under way are answered, for a limited time. */
static void drain(serve *s)
{
    serve_notify("STOPPING=1");
    pthread_mutex_lock(&s->mutex);
    s->draining = true;
    pthread_mutex_unlock(&s->mutex);
    MHD_socket listener = MHD_quiesce_daemon(s->daemon);
    double deadline = serve_clock() + SERVE_DRAIN_SECONDS;
    size_t active = 1;
    while (active > 0 && serve_clock() < deadline) {
        usleep(10000);
        pthread_mutex_lock(&s->mutex);
        active = s->active;
        pthread_mutex_unlock(&s->mutex);
    }
    serve_writer_stop(s);
    MHD_stop_daemon(s->daemon);
    if (listener != MHD_INVALID_SOCKET)
        close(listener);
}

static void allow_connections(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= SERVE_CONNECTIONS + 64)
        return;
    limit.rlim_cur = limit.rlim_max < SERVE_CONNECTIONS + 64 ? limit.rlim_max
                                                             : SERVE_CONNECTIONS + 64;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static sst_status open_archives(serve *s, const cli_run *run, sst_error *error)
{
    sst_archive_options options = cli_archive_options(run, CLI_CREATES);
    const char *path = run->settings.archive_path;
    if (path == NULL)
        return cli_refuse(error, "no archive is named; give --archive DB");
    if (options.threads == 0)
        options.threads = 1; /* groups are small: the other processors serve the clients */
    s->max_body = options.max_record;
    sst_status status = sst_archive_open(path, &options, &s->archive, error);
    options.create = false;
    options.read_only = true;
    options.no_text = false;
    options.memory = READER_MEMORY;
    return status == SST_OK ? sst_archive_open(path, &options, &s->reader, error) : status;
}

static sst_status start(serve *s, const listen_place *place, sst_error *error)
{
    const char *why = "out of threads";
    allow_connections();
    bool writing = serve_writer_start(s);
    if (writing)
        s->daemon = serve_daemon_start(s, place->host, place->port, &why);
    if (s->daemon != NULL)
        return SST_OK;
    if (writing)
        serve_writer_stop(s);
    snprintf(error->message, sizeof error->message,
             "cannot listen on '%s' port %u: %s; choose another with --listen", place->host,
             place->port, why);
    return error->status = SST_IO;
}

static sst_status serve_until_signal(serve *s, const listen_place *place, bool quiet,
                                     sst_error *error)
{
    sigset_t signals, before;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, &before);
    sst_status status = start(s, place, error);
    if (status == SST_OK) {
        if (!quiet)
            cli_say("listening on http://%s:%u", place->host, place->port);
        serve_notify("READY=1");
        watch(s, &signals);
        drain(s);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status;
}

static sst_status choose_place(const cli_run *run, listen_place *place, char *token,
                               size_t token_size, sst_error *error)
{
    const cli_settings *settings = &run->settings;
    const char *listen = settings->listen == NULL ? "127.0.0.1:8765" : settings->listen;
    token[0] = '\0';
    if (!parse_place(listen, place))
        return cli_refuse(error, "--listen wants ADDRESS:PORT, as 127.0.0.1:8765");
    if (settings->token_file != NULL)
        return read_token(settings->token_file, token, token_size, error);
    return is_loopback(place->host)
               ? SST_OK
               : cli_refuse(error, "an address that others can reach needs --token-file FILE");
}

static cli_exit run_serve(const cli_run *run)
{
    serve s = {.mutex = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};
    listen_place place;
    char token[512];
    sst_error error = {0};
    sst_status status = choose_place(run, &place, token, sizeof token, &error);
    s.token = token[0] == '\0' ? NULL : token;
    if (status == SST_OK)
        status = open_archives(&s, run, &error);
    if (status == SST_OK)
        status = serve_until_signal(&s, &place, run->settings.quiet, &error);
    sst_archive_close(s.reader);
    sst_archive_close(s.archive);
    return status == SST_OK ? CLI_DONE : cli_failed(&error);
}

const cli_command cli_command_serve = {
    .name = "serve",
    .arguments = "",
    .options = CLI_ARCHIVE_OPTIONS | CLI_SET(LISTEN) | CLI_SET(TOKEN_FILE) | CLI_SET(THREADS) |
               CLI_SET(THRESHOLD) | CLI_SET(RECALL) | CLI_SET(MEMORY) | CLI_SET(FIELD) |
               CLI_SET(PRESET) | CLI_SET(MAX_RECORD) | CLI_SET(CUES) | CLI_SET(NO_TEXT) |
               CLI_SET(NOW) | CLI_SET(WINDOW),
    .run = run_serve,
    .summary = "answer over HTTP whether a story is new",
    .description =
        "POST /v1/stories adds a story (one JSON object, or lines of them as "
        "application/x-ndjson) and answers with its verdict when it is on disk; POST /v1/check "
        "only answers. GET and DELETE /v1/stories/ID, GET /v1/clusters/ID, /healthz, /readyz, "
        "/metrics. Errors are RFC 9457 problems. SIGTERM answers what is under way, then ends.",
    .example = "samestory serve --archive news.db --listen 127.0.0.1:8765",
};
