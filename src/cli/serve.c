#include "cli/serve.h"

#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/archive.h"
#include "cli/command_rows.h"
#include "cli/message.h"

enum { TOKEN_LEAST = 16, READER_MEMORY = 32 << 20 };

/* ---- Where to listen ---- */

typedef struct listen_place {
    const char *text; /* as given */
    struct sockaddr_storage address;
    socklen_t size;
    bool loopback;
} listen_place;

/* Splits "127.0.0.1:8765" or "[::1]:8765". */
static bool split_place(const char *text, char *host, size_t host_size, const char **port)
{
    const char *colon = strrchr(text, ':');
    size_t size = colon == NULL ? 0 : (size_t)(colon - text);
    if (size >= 2 && text[0] == '[' && text[size - 1] == ']') {
        text++;
        size -= 2;
    } else if (memchr(text, ':', size) != NULL) {
        return false;
    }
    if (size == 0 || size >= host_size)
        return false;
    memcpy(host, text, size);
    host[size] = '\0';
    *port = colon + 1;
    return true;
}

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(
            &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
    const struct sockaddr_in *four = (const void *)address;
    return ntohl(four->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

static bool parse_place(const char *text, listen_place *place)
{
    char host[64];
    const char *port;
    if (!split_place(text, host, sizeof host, &port) || port[0] < '0' || port[0] > '9' ||
        port[strspn(port, "0123456789")] != '\0' || strlen(port) > 5 || atoi(port) > 65535)
        return false;
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                                   .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    const char *numeric = strcmp(host, "localhost") == 0 ? "127.0.0.1" : host;
    if (getaddrinfo(numeric, port, &hints, &found) != 0)
        return false;
    place->text = text;
    place->size = found->ai_addrlen;
    memcpy(&place->address, found->ai_addr, found->ai_addrlen);
    place->loopback = is_loopback(found->ai_addr);
    freeaddrinfo(found);
    return true;
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
    if (status != SST_OK && !s->told)
        cli_say("read-only: %s", error.message);
    else if (status == SST_OK && s->told)
        cli_say("stories can be added again");
    s->told = status != SST_OK;
}

/* Until a signal asks to stop. */
static void watch(serve *s, const sigset_t *signals)
{
    double period = serve_watchdog_seconds(), told = 0;
    double pause = period > 0 && period < s->pause ? period : s->pause;
    const struct timespec rest = {.tv_sec = (time_t)pause,
                                  .tv_nsec = (long)((pause - (double)(time_t)pause) * 1e9)};
    while (sigtimedwait(signals, NULL, &rest) < 0) {
        serve_peers_expire(s);
        serve_peers_remind(s);
        check_disk(s);
        double now = serve_clock();
        if (period > 0 && now - told >= period && !serve_writer_hangs(s)) {
            serve_notify("WATCHDOG=1");
            told = now;
        }
    }
}

/* Waits until no request is under way; not beyond the deadline, or another signal. */
static void wait_for_requests(serve *s, double seconds, const sigset_t *signals)
{
    static const struct timespec rest = {.tv_nsec = 10000000};
    double deadline = serve_clock() + seconds;
    size_t active = 1;
    while (serve_clock() < deadline) {
        pthread_mutex_lock(&s->mutex);
        active = s->active;
        pthread_mutex_unlock(&s->mutex);
        if (active == 0 || sigtimedwait(signals, NULL, &rest) > 0)
            return;
        serve_peers_expire(s);
    }
}

static void close_listener(serve *s)
{
    if (s->listener >= 0)
        close(s->listener);
    s->listener = -1;
}

/* No new connections; requests under way are answered, for a limited time. */
static void drain(serve *s, const sigset_t *signals)
{
    serve_notify("STOPPING=1");
    atomic_store(&s->draining, true);
    MHD_quiesce_daemon(s->daemon);
    close_listener(s);
    wait_for_requests(s, SERVE_DRAIN_SECONDS, signals);
    serve_writer_stop(s);
    wait_for_requests(s, 1, signals); /* what the writer answered last is on its way */
    MHD_stop_daemon(s->daemon);
}

/* How many connections may be open at a time: as many as the process may have files. */
static unsigned allow_connections(void)
{
    enum { WANTED = SERVE_CONNECTIONS + SERVE_CONNECTIONS_SPARE };
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024 - SERVE_FILES;
    if (limit.rlim_cur < WANTED + SERVE_FILES) {
        limit.rlim_cur =
            limit.rlim_max < WANTED + SERVE_FILES ? limit.rlim_max : WANTED + SERVE_FILES;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
            getrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur >= WANTED + SERVE_FILES)
        return WANTED;
    return limit.rlim_cur > 2 * SERVE_FILES ? (unsigned)limit.rlim_cur - SERVE_FILES
                                            : SERVE_FILES;
}

static void set_limits(serve *s, const cli_run *run, const sst_archive_options *options)
{
    s->max_body = options->max_record;
    s->max_bodies = s->max_body > SERVE_BODY_BYTES ? s->max_body : SERVE_BODY_BYTES;
    s->timeout = (double)run->settings.timeout;
    s->pause = s->timeout / 4 < 1 ? s->timeout / 4 : 1;
    s->hang = SERVE_HANG_SECONDS + options->wait;
}

static sst_status open_archives(serve *s, const cli_run *run, sst_error *error)
{
    sst_archive_options options = cli_archive_options(run, CLI_CREATES);
    const char *path = run->settings.archive_path;
    if (path == NULL)
        return cli_refuse(error, "no archive is named; give --archive DB");
    set_limits(s, run, &options);
    sst_status status = sst_archive_open(path, &options, &s->archive, error);
    options.create = false;
    options.read_only = true;
    options.no_text = false;
    options.memory = READER_MEMORY;
    return status == SST_OK ? sst_archive_open(path, &options, &s->reader, error) : status;
}

static sst_status fail_listening(const listen_place *place, int cause, sst_error *error)
{
    char reason[128];
    cli_reason(cause, reason, sizeof reason);
    snprintf(error->message, sizeof error->message,
             "cannot listen on '%s': %s; choose another with --listen", place->text, reason);
    return error->status = SST_IO;
}

/* An address that is taken is refused: two services of one port would share its clients. It is
 * tried before an archive is made, and listened at when that is open. */
static sst_status take_address(serve *s, const listen_place *place, sst_error *error)
{
    const int on = 1;
    s->listener = socket(place->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s->listener < 0)
        return fail_listening(place, errno, error);
    setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    return bind(s->listener, (const void *)&place->address, place->size) == 0
               ? SST_OK
               : fail_listening(place, errno, error);
}

static sst_status start(serve *s, const listen_place *place, sst_error *error)
{
    unsigned most = allow_connections();
    s->peers.most =
        most > 2 * SERVE_CONNECTIONS_SPARE ? most - SERVE_CONNECTIONS_SPARE : most - most / 8;
    if (listen(s->listener, SOMAXCONN) != 0)
        return fail_listening(place, errno, error);
    bool writing = serve_writer_start(s);
    if (writing)
        s->daemon = serve_daemon_start(s, most);
    if (s->daemon != NULL)
        return SST_OK;
    if (writing)
        serve_writer_stop(s);
    snprintf(error->message, sizeof error->message,
             "cannot start the service: out of threads or files; raise the limits");
    return error->status = SST_IO;
}

/* Where it listens; the port may have been left to the system. */
static void say_where(const serve *s)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    char host[64], port[8];
    if (getsockname(s->listener, (void *)&address, &size) == 0 &&
        getnameinfo((void *)&address, size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) == 0)
        cli_say(address.ss_family == AF_INET6 ? "listening on http://[%s]:%s"
                                              : "listening on http://%s:%s",
                host, port);
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
            say_where(s);
        serve_notify("READY=1");
        watch(s, &signals);
        if (!quiet)
            cli_say("stopping: what is under way is answered");
        drain(s, &signals);
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
    return place->loopback
               ? SST_OK
               : cli_refuse(error, "an address that others can reach needs --token-file FILE");
}

static cli_exit run_serve(const cli_run *run)
{
    serve s = {.listener = -1,
               .mutex = PTHREAD_MUTEX_INITIALIZER,
               .wake = PTHREAD_COND_INITIALIZER,
               .peers.mutex = PTHREAD_MUTEX_INITIALIZER};
    listen_place place;
    char token[512];
    sst_error error = {0};
    sst_status status = choose_place(run, &place, token, sizeof token, &error);
    s.token = token[0] == '\0' ? NULL : token;
    if (status == SST_OK)
        status = take_address(&s, &place, &error);
    if (status == SST_OK)
        status = open_archives(&s, run, &error);
    if (status == SST_OK)
        status = serve_until_signal(&s, &place, run->settings.quiet, &error);
    sst_archive_close(s.reader);
    sst_archive_close(s.archive);
    close_listener(&s);
    return status == SST_OK ? CLI_DONE : cli_failed(&error);
}

const cli_command cli_command_serve = {
    .name = "serve",
    .arguments = "",
    .options = CLI_ARCHIVE_OPTIONS | CLI_SET(LISTEN) | CLI_SET(TOKEN_FILE) | CLI_SET(THREADS) |
               CLI_SET(THRESHOLD) | CLI_SET(RECALL) | CLI_SET(MEMORY) | CLI_SET(FIELD) |
               CLI_SET(PRESET) | CLI_SET(MAX_RECORD) | CLI_SET(CUES) | CLI_SET(NO_TEXT) |
               CLI_SET(NOW) | CLI_SET(WINDOW) | CLI_SET(TIMEOUT),
    .run = run_serve,
    .summary = "answer over HTTP whether a story is new",
    .description =
        "POST /v1/stories adds a story (one JSON object, or lines of them as "
        "application/x-ndjson) and answers with its verdict when it is on disk; POST /v1/check "
        "only answers. GET and DELETE /v1/stories/ID, GET /v1/clusters/ID, /healthz, /readyz, "
        "/metrics. Errors are RFC 9457 problems. SIGTERM answers what is under way, then ends.",
    .example = "samestory serve --archive news.db --listen 127.0.0.1:8765",
};
