#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/serve.h"

/* ---- Text ---- */

static bool reserve(serve_text *text, size_t more)
{
    if (text->failed || more <= text->capacity - text->size)
        return !text->failed;
    size_t wanted = text->size + more + text->capacity / 2 + 256;
    char *bytes = wanted < more ? NULL : realloc(text->bytes, wanted);
    text->failed = bytes == NULL;
    if (text->failed)
        return false;
    text->bytes = bytes;
    text->capacity = wanted;
    return true;
}

void serve_text_add(serve_text *text, const char *bytes, size_t size)
{
    if (size == 0 || !reserve(text, size))
        return;
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
}

void serve_text_format(serve_text *text, const char *format, ...)
{
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (size < 0 || (size_t)size >= sizeof line)
        text->failed = true;
    else
        serve_text_add(text, line, (size_t)size);
}

/* A JSON string (RFC 8259); the bytes are our own messages or stored ids. */
void serve_text_json(serve_text *text, const char *bytes, size_t size)
{
    serve_text_add(text, "\"", 1);
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte == '"' || byte == '\\')
            serve_text_format(text, "\\%c", byte);
        else if (byte < 0x20)
            serve_text_format(text, "\\u%04x", byte);
        else
            serve_text_add(text, bytes + i, 1);
    }
    serve_text_add(text, "\"", 1);
}

void serve_text_free(serve_text *text)
{
    free(text->bytes);
    *text = (serve_text){0};
}

/* ---- Problems: RFC 9457 ---- */

const char *serve_code_title(unsigned code)
{
    const char *title = MHD_get_reason_phrase_for(code);
    return title == NULL ? "Error" : title;
}

unsigned serve_code_of(sst_status status)
{
    switch (status) {
    case SST_INPUT:
    case SST_ARGUMENT:
        return MHD_HTTP_BAD_REQUEST;
    case SST_LIMIT:
        return MHD_HTTP_CONTENT_TOO_LARGE;
    case SST_NOT_FOUND:
        return MHD_HTTP_NOT_FOUND;
    case SST_GONE:
        return MHD_HTTP_GONE;
    case SST_FULL:
        return MHD_HTTP_INSUFFICIENT_STORAGE;
    case SST_BUSY:
    case SST_READ_ONLY:
    case SST_IO:
    case SST_MEMORY:
        return MHD_HTTP_SERVICE_UNAVAILABLE;
    default:
        return MHD_HTTP_INTERNAL_SERVER_ERROR;
    }
}

void serve_problem(serve_request *request, unsigned code, const char *detail)
{
    request->code = code;
    request->type = "application/problem+json";
    request->reply.size = 0;
    serve_text_format(&request->reply,
                      "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u,\"detail\":",
                      serve_code_title(code), code);
    serve_text_json(&request->reply, detail, strlen(detail));
    serve_text_add(&request->reply, "}\n", 2);
}

void serve_problem_of(serve_request *request, const sst_error *error)
{
    serve_problem(request, serve_code_of(error->status), error->message);
}

/* ---- Metrics: the Prometheus text format, version 0.0.4 ---- */

static const char *const route_names[SERVE_ROUTES] = {
    "add", "check", "story", "delete", "cluster", "health", "ready", "metrics", "other"};

static const double latency_bounds[SERVE_LATENCY_BUCKETS] = {
    .0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 5};

static void head(serve_text *text, const char *name, const char *type, const char *help)
{
    serve_text_format(text, "# HELP samestory_%s %s\n# TYPE samestory_%s %s\n", name, help, name,
                      type);
}

static void add_requests(const serve_counts *counts, serve_text *text)
{
    head(text, "requests_total", "counter", "Requests by route and class of the status.");
    for (unsigned route = 0; route < SERVE_ROUTES; route++)
        for (unsigned class = 2; class < 6; class++)
            if (counts->requests[route][class] > 0)
                serve_text_format(text,
                                  "samestory_requests_total{route=\"%s\",status=\"%uxx\"} "
                                  "%" PRIu64 "\n",
                                  route_names[route], class, counts->requests[route][class]);
}

static void add_latency(const serve_counts *counts, serve_text *text)
{
    uint64_t sum = 0;
    head(text, "request_seconds", "histogram", "Time from a request's head to its response.");
    for (unsigned i = 0; i < SERVE_LATENCY_BUCKETS; i++) {
        sum += counts->latency[i];
        serve_text_format(text, "samestory_request_seconds_bucket{le=\"%g\"} %" PRIu64 "\n",
                          latency_bounds[i], sum);
    }
    sum += counts->latency[SERVE_LATENCY_BUCKETS];
    serve_text_format(text,
                      "samestory_request_seconds_bucket{le=\"+Inf\"} %" PRIu64 "\n"
                      "samestory_request_seconds_sum %.6f\n"
                      "samestory_request_seconds_count %" PRIu64 "\n",
                      sum, counts->latency_sum, sum);
}

static void add_number(serve_text *text, const char *name, const char *type, const char *help,
                       uint64_t number)
{
    head(text, name, type, help);
    serve_text_format(text, "samestory_%s %" PRIu64 "\n", name, number);
}

void serve_metrics(serve *s, serve_text *text)
{
    pthread_mutex_lock(&s->mutex);
    const serve_counts counts = s->counts;
    uint64_t waiting = s->waiting, peers = s->peer_count;
    bool failed = s->failure[0] != '\0';
    pthread_mutex_unlock(&s->mutex);
    add_requests(&counts, text);
    head(text, "answers_total", "counter", "Stories answered, by verdict.");
    for (unsigned i = 0; i < SST_ANSWER_COUNT; i++)
        serve_text_format(text, "samestory_answers_total{verdict=\"%s\"} %" PRIu64 "\n",
                          sst_answer_name((sst_answer)i), counts.answers[i]);
    add_number(text, "known_total", "counter", "Stories that had been answered before.",
               counts.known);
    add_number(text, "bad_records_total", "counter", "Records that were refused.", counts.bad);
    add_number(text, "commits_total", "counter", "Groups of stories made durable.",
               counts.groups);
    add_number(text, "committed_stories_total", "counter", "Stories in those groups.",
               counts.group_stories);
    add_number(text, "queue_requests", "gauge", "Requests that wait for the writer.", waiting);
    add_number(text, "connections", "gauge", "Open connections.", peers);
    add_number(text, "writable", "gauge", "1 when the archive can be written.", !failed);
    add_latency(&counts, text);
}

/* ---- The response ---- */

static void count_response(serve_request *request)
{
    serve *s = request->serve;
    double seconds = serve_clock() - request->begin;
    unsigned bucket = 0;
    while (bucket < SERVE_LATENCY_BUCKETS && seconds > latency_bounds[bucket])
        bucket++;
    pthread_mutex_lock(&s->mutex);
    s->counts.requests[request->route][request->code / 100]++;
    s->counts.latency[bucket]++;
    s->counts.latency_sum += seconds;
    pthread_mutex_unlock(&s->mutex);
}

static void add_headers(const serve_request *request, struct MHD_Response *response)
{
    if (request->type != NULL)
        MHD_add_response_header(response, "Content-Type", request->type);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (request->code == MHD_HTTP_UNAUTHORIZED)
        MHD_add_response_header(response, "WWW-Authenticate", "Bearer");
    if (request->code == MHD_HTTP_TOO_MANY_REQUESTS ||
        request->code == MHD_HTTP_SERVICE_UNAVAILABLE)
        MHD_add_response_header(response, "Retry-After", "1");
    if (request->code == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, "Allow",
                                request->route == SERVE_ADD || request->route == SERVE_CHECK
                                    ? "POST"
                                : request->route == SERVE_STORY ? "GET, HEAD, DELETE"
                                                                : "GET, HEAD");
    /* What was sent behind a refused head must not be read as another request. */
    if (request->code == MHD_HTTP_BAD_REQUEST || request->code == MHD_HTTP_CONTENT_TOO_LARGE)
        MHD_add_response_header(response, "Connection", "close");
}

enum MHD_Result serve_respond(serve_request *request)
{
    if (request->reply.failed)
        request->code = MHD_HTTP_INTERNAL_SERVER_ERROR;
    count_response(request);
    struct MHD_Response *response = MHD_create_response_from_buffer(
        request->reply.failed ? 0 : request->reply.size, request->reply.bytes,
        MHD_RESPMEM_MUST_FREE);
    if (response == NULL)
        return MHD_NO;
    request->reply = (serve_text){0}; /* libmicrohttpd frees it */
    add_headers(request, response);
    enum MHD_Result result = MHD_queue_response(request->connection, request->code, response);
    MHD_destroy_response(response);
    return result;
}
