#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "cli/serve.h"

double serve_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* ---- Guards that libmicrohttpd 0.9.75 leaves to us ---- */

static enum MHD_Result add_field(void *context, enum MHD_ValueKind kind, const char *name,
                                 const char *value)
{
    (void)kind;
    serve_head_add(context, name, value);
    return MHD_YES;
}

/* A NUL byte ends a string for libmicrohttpd and for us, but not for everybody. Behind target
 * and one blank the version begins, in one buffer; a version that stands elsewhere tells
 * nothing. */
static bool is_torn(const serve_request *request, const char *version)
{
    uintptr_t target = (uintptr_t)request->line_end, behind = (uintptr_t)version;
    return behind > target + 1 && behind - target < SERVE_HEAD_SIZE;
}

static const char *field(const serve_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

static bool is_open_route(const serve_request *request)
{
    return request->route == SERVE_HEALTH || request->route == SERVE_READY;
}

static bool has_token(const serve_request *request)
{
    static const char scheme[] = "Bearer ";
    const char *value = field(request, "Authorization");
    return value != NULL && strncasecmp(value, scheme, sizeof scheme - 1) == 0 &&
           serve_same_secret(value + sizeof scheme - 1, request->serve->token);
}

static bool announces_too_much(const serve_request *request)
{
    const char *length = field(request, "Content-Length");
    return length != NULL && strtoull(length, NULL, 10) > request->serve->max_body;
}

/* A body is taken as it comes. */
static bool is_packed(const serve_request *request)
{
    const char *coding = field(request, "Content-Encoding");
    return coding != NULL && coding[0] != '\0' && strcasecmp(coding, "identity") != 0;
}

/* Without a token any program of this machine may ask, but not a page of any web site in its
 * browser. */
static unsigned refuse_stranger(const serve_request *request, const serve_head *head,
                                const char **why)
{
    if (is_open_route(request))
        return 0;
    if (request->serve->token == NULL) {
        *why = "web pages are not answered without a token; start with --token-file FILE";
        return head->of_page ? MHD_HTTP_FORBIDDEN : 0;
    }
    *why = "the token is missing or wrong";
    return has_token(request) ? 0 : MHD_HTTP_UNAUTHORIZED;
}

/* 0, or the code and the reason to refuse the request. */
static unsigned judge_head(serve_request *request, const char *path, const char *method,
                           const char *version, const char **why)
{
    serve_head head = {0};
    const char *of_target = "";
    MHD_get_connection_values(request->connection, MHD_HEADER_KIND, add_field, &head);
    unsigned target =
        serve_parse_target(method, path, &request->route, &request->id, &of_target);
    *why = is_torn(request, version)
               ? "a request line with other bytes than method, target and version"
               : serve_head_trick(&head, version);
    if (*why != NULL)
        return MHD_HTTP_BAD_REQUEST;
    unsigned stranger = refuse_stranger(request, &head, why);
    if (stranger != 0)
        return stranger;
    *why = "the body has a Content-Encoding; send it unpacked";
    if (target == 0 && is_packed(request))
        return MHD_HTTP_UNSUPPORTED_MEDIA_TYPE;
    *why = target != 0 ? of_target : "the body is too large; send less, or raise --max-record";
    if (target == 0 && announces_too_much(request))
        return MHD_HTTP_CONTENT_TOO_LARGE;
    return target;
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
    if (status != SST_OK)
        serve_problem(request, serve_code_of(status), error.message);
}

static void answer_ready(serve_request *request)
{
    serve *s = request->serve;
    char failure[sizeof s->failure];
    pthread_mutex_lock(&s->mutex);
    snprintf(failure, sizeof failure, "%s",
             s->draining ? "the service is stopping" : s->failure);
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

/* The request line is there; libmicrohttpd keeps what is returned as the request's state. */
static void *begin_request(void *context, const char *target, struct MHD_Connection *connection)
{
    serve *s = context;
    serve_request *request = calloc(1, sizeof *request);
    serve_peer_mark(s, connection, SERVE_GETS);
    if (request == NULL)
        return NULL;
    request->serve = s;
    request->connection = connection;
    request->line_end = target + strlen(target);
    request->begin = serve_clock();
    request->ended = true; /* of one part, unless it is JSONL */
    return request;
}

static enum MHD_Result take_head(serve_request *request, const char *path, const char *method,
                                 const char *version)
{
    serve *s = request->serve;
    request->headed = true;
    pthread_mutex_lock(&s->mutex);
    s->active++;
    pthread_mutex_unlock(&s->mutex);
    const char *why;
    unsigned code = judge_head(request, path, method, version, &why);
    request->lines = serve_is_lines(field(request, "Content-Type"));
    if (code == 0)
        return MHD_YES;
    serve_problem(request, code, why);
    return serve_respond(request);
}

void serve_body_free(serve_request *request)
{
    serve *s = request->serve;
    pthread_mutex_lock(&s->mutex);
    s->body_bytes -= request->body.size;
    pthread_mutex_unlock(&s->mutex);
    serve_text_free(&request->body);
}

/* Whether bodies may grow by so many bytes; then they have. */
static bool reserve_bytes(serve *s, size_t size)
{
    pthread_mutex_lock(&s->mutex);
    bool room = size <= s->max_bodies && s->body_bytes <= s->max_bodies - size;
    s->body_bytes += room ? size : 0;
    pthread_mutex_unlock(&s->mutex);
    return room;
}

static enum MHD_Result take_body(serve_request *request, const char *data, size_t *size)
{
    serve *s = request->serve;
    size_t before = request->body.size, more = *size;
    bool wanted = request->route == SERVE_ADD || request->route == SERVE_CHECK;
    *size = 0;
    if (!wanted || request->over || request->crowded)
        return MHD_YES;
    request->over = more > s->max_body - before;
    request->crowded = !request->over && !reserve_bytes(s, more);
    if (!request->over && !request->crowded)
        serve_text_add(&request->body, data, more);
    if (request->body.failed) { /* give back what did not fit */
        pthread_mutex_lock(&s->mutex);
        s->body_bytes -= more;
        pthread_mutex_unlock(&s->mutex);
    }
    request->crowded |= request->body.failed;
    if (request->over || request->crowded)
        serve_body_free(request);
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

/* True when the writer has it now. */
static bool ask_writer(serve_request *request)
{
    bool deletes = request->route == SERVE_DELETE;
    if (!deletes && request->body.size == 0) {
        serve_problem(request, MHD_HTTP_BAD_REQUEST, "the body is empty; send a story as JSON");
        return false;
    }
    if (refuse_story(request))
        return false;
    request->code = MHD_HTTP_OK;
    request->type = request->lines ? "application/x-ndjson" : "application/json";
    unsigned code = serve_queue_put(request->serve, request);
    if (code != 0)
        serve_problem(request, code,
                      code == MHD_HTTP_TOO_MANY_REQUESTS ? "too many requests wait; try again"
                                                         : "the service is stopping");
    return code == 0;
}

static enum MHD_Result end_request(serve_request *request)
{
    if (request->over)
        serve_problem(request, MHD_HTTP_CONTENT_TOO_LARGE,
                      "the body is too large; send less, or raise --max-record");
    else if (request->crowded)
        serve_problem(request, MHD_HTTP_TOO_MANY_REQUESTS,
                      "too many bytes of requests wait; try again");
    else if (request->route == SERVE_STORY || request->route >= SERVE_CLUSTER)
        answer_now(request);
    else if (ask_writer(request))
        return MHD_YES;
    return serve_respond(request);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection,
                              const char *path, const char *method, const char *version,
                              const char *data, size_t *size, void **state)
{
    serve_request *request = *state;
    (void)context;
    (void)connection;
    if (request == NULL)
        return MHD_NO; /* out of memory */
    if (!request->headed)
        return take_head(request, path, method, version);
    if (atomic_load(&request->queued))
        return MHD_YES;
    if (*size > 0)
        return take_body(request, data, size);
    return request->answered ? serve_respond(request) : end_request(request);
}

static void complete(void *context, struct MHD_Connection *connection, void **state,
                     enum MHD_RequestTerminationCode code)
{
    serve *s = context;
    serve_request *request = *state;
    (void)code;
    serve_peer_mark(s, connection, SERVE_IDLE);
    if (request == NULL)
        return;
    serve_body_free(request);
    pthread_mutex_lock(&s->mutex);
    s->active -= request->headed;
    pthread_mutex_unlock(&s->mutex);
    serve_text_free(&request->id);
    serve_text_free(&request->reply);
    free(request);
    *state = NULL;
}

/* ---- The daemon ---- */

static void notify_connection(void *context, struct MHD_Connection *connection, void **peer,
                              enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        serve_peer_enter(context, connection, peer);
    else
        serve_peer_leave(context, peer);
}

/* Ids are decoded by serve_parse_target, once. */
static size_t keep_escapes(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

struct MHD_Daemon *serve_daemon_start(serve *s, unsigned most)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
    return MHD_start_daemon(                                         //
        flags, 0, NULL, NULL, handle, s,                             //
        MHD_OPTION_LISTEN_SOCKET, s->listener,                       //
        MHD_OPTION_CONNECTION_LIMIT, most,                           //
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)SERVE_HEAD_SIZE, //
        MHD_OPTION_URI_LOG_CALLBACK, begin_request, s,               //
        MHD_OPTION_NOTIFY_COMPLETED, complete, s,                    //
        MHD_OPTION_NOTIFY_CONNECTION, notify_connection, s,          //
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, s,               //
        MHD_OPTION_STRICT_FOR_CLIENT, 1,                             //
        MHD_OPTION_END);
}
