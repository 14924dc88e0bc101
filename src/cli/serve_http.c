#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cli/serve.h"

double serve_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* ---- Guards that libmicrohttpd 0.9.75 leaves to us ---- */

typedef struct head_counts {
    unsigned lengths, encodings, hosts;
    bool odd_length;
} head_counts;

static enum MHD_Result count_header(void *context, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    head_counts *counts = context;
    (void)kind;
    if (strcasecmp(name, "content-length") == 0) {
        counts->lengths++;
        counts->odd_length |= value == NULL || value[0] == '\0' ||
                              value[strspn(value, "0123456789")] != '\0';
    }
    counts->encodings += strcasecmp(name, "transfer-encoding") == 0;
    counts->hosts += strcasecmp(name, "host") == 0;
    return MHD_YES;
}

/* Heads that two parties could read differently (RFC 9112, sections 3.2 and 6.3). */
static const char *find_trick(struct MHD_Connection *connection, const char *version)
{
    head_counts counts = {0};
    MHD_get_connection_values(connection, MHD_HEADER_KIND, count_header, &counts);
    if (counts.lengths > 1 || counts.odd_length)
        return "more than one Content-Length, or one that is no number";
    if (counts.lengths > 0 && counts.encodings > 0)
        return "both Content-Length and Transfer-Encoding";
    if (counts.encodings > 1)
        return "more than one Transfer-Encoding";
    if (counts.hosts > 1)
        return "more than one Host";
    if (counts.hosts == 0 && strcmp(version, MHD_HTTP_VERSION_1_1) == 0)
        return "no Host";
    return NULL;
}

/* Takes the same time wherever the first difference is. */
static bool same_secret(const char *given, const char *token)
{
    size_t size = strlen(token), given_size = strlen(given);
    unsigned char difference = size != given_size;
    for (size_t i = 0; i < size; i++)
        difference |= (unsigned char)(token[i] ^ (given_size == 0 ? 0 : given[i % given_size]));
    return difference == 0;
}

static bool may_ask(const serve_request *request)
{
    static const char scheme[] = "Bearer ";
    if (request->serve->token == NULL || request->route == SERVE_HEALTH ||
        request->route == SERVE_READY)
        return true;
    const char *value = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND,
                                                    "Authorization");
    return value != NULL && strncasecmp(value, scheme, sizeof scheme - 1) == 0 &&
           same_secret(value + sizeof scheme - 1, request->serve->token);
}

/* ---- Routes ---- */

static int hex_digit(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte = (char)(byte | 0x20);
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Percent-decodes once; false for a broken escape, a control character or nothing at all. */
static bool decode_id(const char *path, serve_text *id)
{
    for (; *path != '\0'; path++) {
        char byte = *path;
        if (byte == '%') {
            int high = hex_digit(path[1]), low = high < 0 ? -1 : hex_digit(path[2]);
            if (low < 0)
                return false;
            byte = (char)(high * 16 + low);
            path += 2;
        }
        if ((unsigned char)byte < 0x20 || byte == 0x7f)
            return false;
        serve_text_add(id, &byte, 1);
    }
    return id->size > 0 && !id->failed;
}

static serve_route find_route(const char *path, const char **rest)
{
    static const struct {
        const char *path;
        serve_route route;
        bool prefix;
    } routes[] = {
        {"/v1/stories", SERVE_ADD, false},   {"/v1/check", SERVE_CHECK, false},
        {"/v1/stories/", SERVE_STORY, true}, {"/v1/clusters/", SERVE_CLUSTER, true},
        {"/healthz", SERVE_HEALTH, false},   {"/readyz", SERVE_READY, false},
        {"/metrics", SERVE_METRICS, false},
    };
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        size_t size = strlen(routes[i].path);
        if (strncmp(path, routes[i].path, size) != 0)
            continue;
        *rest = path + size;
        if (routes[i].prefix || **rest == '\0')
            return routes[i].route;
    }
    return SERVE_NOWHERE;
}

static bool method_fits(serve_request *request, const char *method)
{
    bool get = strcmp(method, MHD_HTTP_METHOD_GET) == 0 ||
               strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
    if (request->route == SERVE_ADD || request->route == SERVE_CHECK)
        return strcmp(method, MHD_HTTP_METHOD_POST) == 0;
    if (request->route == SERVE_STORY && strcmp(method, MHD_HTTP_METHOD_DELETE) == 0) {
        request->route = SERVE_DELETE;
        return true;
    }
    return get;
}

static bool is_lines(struct MHD_Connection *connection)
{
    const char *type =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Type");
    return type != NULL && (strncasecmp(type, "application/x-ndjson", 20) == 0 ||
                            strncasecmp(type, "application/jsonl", 17) == 0);
}

static bool announces_too_much(const serve_request *request)
{
    const char *length =
        MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Content-Length");
    return length != NULL && strtoull(length, NULL, 10) > request->serve->max_body;
}

/* The head is there. True when the request may go on to its body. */
static bool accept_head(serve_request *request, const char *path, const char *method,
                        const char *version)
{
    const char *trick = find_trick(request->connection, version), *rest = "";
    request->route = find_route(path, &rest);
    if (trick != NULL)
        serve_problem(request, MHD_HTTP_BAD_REQUEST, trick);
    else if (!may_ask(request))
        serve_problem(request, MHD_HTTP_UNAUTHORIZED, "the token is missing or wrong");
    else if (request->route == SERVE_NOWHERE)
        serve_problem(request, MHD_HTTP_NOT_FOUND, "there is no such path");
    else if (!method_fits(request, method))
        serve_problem(request, MHD_HTTP_METHOD_NOT_ALLOWED, "the path has no such method");
    else if (*rest != '\0' && !decode_id(rest, &request->id))
        serve_problem(request, MHD_HTTP_BAD_REQUEST, "the id is not percent-encoded correctly");
    else if ((request->route == SERVE_STORY || request->route == SERVE_DELETE ||
              request->route == SERVE_CLUSTER) &&
             request->id.size == 0)
        serve_problem(request, MHD_HTTP_NOT_FOUND, "the path lacks an id");
    else if (announces_too_much(request))
        serve_problem(request, MHD_HTTP_CONTENT_TOO_LARGE, "the body is too large");
    request->lines = is_lines(request->connection);
    return request->code == 0;
}

/* ---- Answers that need no queue ---- */

static sst_status add_text(void *context, const char *bytes, size_t size, sst_error *error)
{
    serve_text *text = context;
    serve_text_add(text, bytes, size);
    if (!text->failed)
        return SST_OK;
    error->status = SST_MEMORY;
    snprintf(error->message, sizeof error->message, "out of memory");
    return SST_MEMORY;
}

static void answer_id(serve_request *request)
{
    sst_error error = {0};
    sst_sink sink = {add_text, &request->reply};
    sst_archive *archive = request->serve->reader;
    const serve_text *id = &request->id;
    sst_status status =
        request->route == SERVE_STORY
            ? sst_archive_write_story(archive, id->bytes, id->size, sink, &error)
            : sst_archive_write_cluster(archive, id->bytes, id->size, sink, &error);
    error.status = status;
    if (status != SST_OK)
        serve_problem_of(request, &error);
}

static void answer_ready(serve_request *request)
{
    serve *s = request->serve;
    char failure[sizeof s->failure];
    pthread_mutex_lock(&s->mutex);
    snprintf(failure, sizeof failure, "%s", s->draining ? "the service is stopping" : s->failure);
    pthread_mutex_unlock(&s->mutex);
    if (failure[0] != '\0')
        serve_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, failure);
    else
        serve_text_format(&request->reply, "{\"status\":\"ready\"}\n");
}

static void answer_now(serve_request *request)
{
    request->code = MHD_HTTP_OK;
    request->type = "application/json";
    if (request->route == SERVE_STORY || request->route == SERVE_CLUSTER) {
        answer_id(request);
    } else if (request->route == SERVE_READY) {
        answer_ready(request);
    } else if (request->route == SERVE_METRICS) {
        request->type = "text/plain; version=0.0.4; charset=utf-8";
        serve_metrics(request->serve, &request->reply);
    } else {
        serve_text_format(&request->reply, "{\"status\":\"ok\"}\n");
    }
}

/* ---- Life of a request ---- */

static serve_peer *peer_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

static void peer_mark(serve *s, struct MHD_Connection *connection, double since)
{
    serve_peer *peer = peer_of(connection);
    pthread_mutex_lock(&s->mutex);
    if (peer != NULL)
        peer->since = since;
    pthread_mutex_unlock(&s->mutex);
}

static enum MHD_Result begin_request(serve *s, struct MHD_Connection *connection,
                                     const char *path, const char *method, const char *version,
                                     void **state)
{
    serve_request *request = calloc(1, sizeof *request);
    if (request == NULL)
        return MHD_NO;
    *state = request;
    request->serve = s;
    request->connection = connection;
    request->begin = serve_clock();
    pthread_mutex_lock(&s->mutex);
    s->active++;
    pthread_mutex_unlock(&s->mutex);
    return accept_head(request, path, method, version) ? MHD_YES : serve_respond(request);
}

static enum MHD_Result take_body(serve_request *request, const char *data, size_t *size)
{
    request->over |= request->body.size + *size > request->serve->max_body;
    if (request->over)
        serve_text_free(&request->body);
    else
        serve_text_add(&request->body, data, *size);
    *size = 0;
    return MHD_YES;
}

/* The reason why stories cannot be added at the moment. */
static bool refuse_story(serve_request *request)
{
    serve *s = request->serve;
    char failure[sizeof s->failure];
    pthread_mutex_lock(&s->mutex);
    unsigned code = request->route == SERVE_ADD ? s->refusal : 0;
    snprintf(failure, sizeof failure, "%s", s->failure);
    pthread_mutex_unlock(&s->mutex);
    if (code != 0)
        serve_problem(request, code, failure);
    return code != 0;
}

static enum MHD_Result end_request(serve_request *request)
{
    serve *s = request->serve;
    bool asks = request->route == SERVE_ADD || request->route == SERVE_CHECK ||
                request->route == SERVE_DELETE;
    peer_mark(s, request->connection, 0);
    if (request->over) {
        serve_problem(request, MHD_HTTP_CONTENT_TOO_LARGE, "the body is too large");
    } else if (asks && request->body.size == 0 && request->route != SERVE_DELETE) {
        serve_problem(request, MHD_HTTP_BAD_REQUEST, "the body is empty; send a story as JSON");
    } else if (asks && !refuse_story(request)) {
        request->code = MHD_HTTP_OK;
        request->type = request->lines ? "application/x-ndjson" : "application/json";
        if (serve_queue_put(s, request))
            return MHD_YES;
        serve_problem(request, MHD_HTTP_TOO_MANY_REQUESTS, "too many requests wait; try again");
    } else if (!asks) {
        answer_now(request);
    }
    return serve_respond(request);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection,
                              const char *path, const char *method, const char *version,
                              const char *data, size_t *size, void **state)
{
    serve_request *request = *state;
    if (request == NULL)
        return begin_request(context, connection, path, method, version, state);
    if (atomic_load(&request->done))
        return serve_respond(request);
    if (*size > 0)
        return take_body(request, data, size);
    return request->queued ? MHD_YES : end_request(request);
}

static void complete(void *context, struct MHD_Connection *connection, void **state,
                     enum MHD_RequestTerminationCode code)
{
    serve *s = context;
    serve_request *request = *state;
    (void)code;
    peer_mark(s, connection, serve_clock());
    if (request == NULL)
        return;
    pthread_mutex_lock(&s->mutex);
    s->active--;
    pthread_mutex_unlock(&s->mutex);
    serve_text_free(&request->body);
    serve_text_free(&request->id);
    serve_text_free(&request->reply);
    free(request);
    *state = NULL;
}

/* ---- Connections ---- */

static void notify_connection(void *context, struct MHD_Connection *connection,
                              void **socket_context, enum MHD_ConnectionNotificationCode code)
{
    serve *s = context;
    pthread_mutex_lock(&s->mutex);
    serve_peer *peer = *socket_context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        peer = calloc(1, sizeof *peer);
        if (peer != NULL && info != NULL) {
            *peer = (serve_peer){info->connect_fd, serve_clock(), s->peers, NULL};
            if (s->peers != NULL)
                s->peers->previous = peer;
            s->peers = peer;
            s->peer_count++;
        }
        *socket_context = peer;
    } else if (peer != NULL) {
        *(peer->previous == NULL ? &s->peers : &peer->previous->next) = peer->next;
        if (peer->next != NULL)
            peer->next->previous = peer->previous;
        s->peer_count--;
        free(peer);
    }
    pthread_mutex_unlock(&s->mutex);
}

void serve_peers_expire(serve *s)
{
    double now = serve_clock();
    pthread_mutex_lock(&s->mutex);
    for (serve_peer *peer = s->peers; peer != NULL; peer = peer->next)
        if (peer->since > 0 && now - peer->since > SERVE_REQUEST_SECONDS)
            shutdown(peer->socket, SHUT_RDWR); /* libmicrohttpd sees the end and closes */
    pthread_mutex_unlock(&s->mutex);
}

/* Ids are decoded by decode_id, once. */
static size_t keep_escapes(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

struct MHD_Daemon *serve_daemon_start(serve *s, const char *host, uint16_t port,
                                      const char **why)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *address = NULL;
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    if (getaddrinfo(host, service, &hints, &address) != 0) {
        *why = "the address is not numeric";
        return NULL;
    }
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
    if (address->ai_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    struct MHD_Daemon *daemon = MHD_start_daemon(
        flags, port, NULL, NULL, handle, s,                            //
        MHD_OPTION_SOCK_ADDR, address->ai_addr,                        //
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)SERVE_CONNECTIONS,      //
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SERVE_IDLE_SECONDS,   //
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)SERVE_HEAD_SIZE,   //
        MHD_OPTION_NOTIFY_COMPLETED, complete, s,                      //
        MHD_OPTION_NOTIFY_CONNECTION, notify_connection, s,            //
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, s,                 //
        MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U,                        //
        MHD_OPTION_STRICT_FOR_CLIENT, 1,                               //
        MHD_OPTION_END);
    freeaddrinfo(address);
    *why = "the address is in use, or not one of this machine";
    return daemon;
}
