#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/serve.h"

/* ---- Problems: RFC 9457 ---- */

static const char *title_of(unsigned code)
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
    serve_text_problem(&request->reply, code, title_of(code), detail, 0);
    serve_text_add(&request->reply, "\n", 1);
}

void serve_problem_line(serve_request *request, unsigned code, const char *detail, size_t line)
{
    serve_text_format(&request->reply, "{\"error\":");
    serve_text_problem(&request->reply, code, title_of(code), detail, line);
    serve_text_add(&request->reply, "}\n", 2);
}

/* ---- Metrics: the Prometheus text format, version 0.0.4 ---- */

static const char *const route_names[SERVE_ROUTES] = {
    "add", "check", "story", "delete", "cluster", "health", "ready", "metrics", "other"};

static const double latency_bounds[SERVE_LATENCY_BUCKETS] = {.0005, .001, .002, .005, .01, .02,
                                                             .05,   .1,   .2,   .5,   1,   5};

static void head(serve_text *text, const char *name, const char *type, const char *help)
{
    serve_text_format(text, "# HELP samestory_%s %s\n# TYPE samestory_%s %s\n", name, help,
                      name, type);
}

static void add_requests(const serve_counts *counts, serve_text *text)
{
    head(text, "requests_total", "counter", "Requests by route and class of the status.");
    for (unsigned route = 0; route < SERVE_ROUTES; route++)
        for (unsigned class = 2; class < 6; class ++)
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
    uint64_t waiting = s->waiting, body_bytes = s->body_bytes;
    bool failed = s->failure[0] != '\0';
    pthread_mutex_unlock(&s->mutex);
    pthread_mutex_lock(&s->peers.mutex);
    uint64_t connections = s->peers.count, late = s->peers.timed_out;
    uint64_t crowded_out = s->peers.crowded_out;
    pthread_mutex_unlock(&s->peers.mutex);
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
    add_number(text, "body_bytes", "gauge", "Bytes of requests in memory.", body_bytes);
    add_number(text, "connections", "gauge", "Open connections.", connections);
    add_number(text, "timeouts_total", "counter", "Clients that took too long.", late);
    add_number(text, "crowded_out_total", "counter",
               "Connections closed because there were too many.", crowded_out);
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
    unsigned code = request->code;
    if (request->type != NULL)
        MHD_add_response_header(response, "Content-Type", request->type);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (code == MHD_HTTP_UNAUTHORIZED)
        MHD_add_response_header(response, "WWW-Authenticate", "Bearer");
    if (code == MHD_HTTP_TOO_MANY_REQUESTS || code == MHD_HTTP_SERVICE_UNAVAILABLE)
        MHD_add_response_header(response, "Retry-After", "1");
    if (code == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, "Allow", serve_allowed_methods(request->route));
    /* What was sent behind a refused head must not be read as another request. */
    if (code == MHD_HTTP_BAD_REQUEST || code == MHD_HTTP_CONTENT_TOO_LARGE ||
        atomic_load(&request->serve->draining))
        MHD_add_response_header(response, "Connection", "close");
}

/* The next bytes of an answer in parts. A part that was taken makes room for the next: the
 * request goes back to the writer. */
static ssize_t read_reply(void *context, uint64_t position, char *buffer, size_t room)
{
    serve_request *request = context;
    serve_text *reply = &request->reply;
    (void)position;
    if (atomic_load(&request->queued))
        return 0;
    if (request->sent == reply->size && !request->ended) {
        reply->size = request->sent = 0;
        unsigned code = serve_queue_put(request->serve, request);
        if (code == 0)
            return 0;
        request->ended = true;
        serve_problem_line(request, code, "the service is stopping", request->number + 1);
    }
    if (reply->failed)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (request->sent == reply->size)
        return MHD_CONTENT_READER_END_OF_STREAM;
    serve_peer_mark(request->serve, request->connection, SERVE_GIVES);
    size_t size = reply->size - request->sent < room ? reply->size - request->sent : room;
    memcpy(buffer, reply->bytes + request->sent, size);
    request->sent += size;
    return (ssize_t)size;
}

static struct MHD_Response *create_response(serve_request *request)
{
    if (!request->ended)
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, SERVE_STREAM_BLOCK,
                                                 read_reply, request, NULL);
    size_t size = request->reply.failed ? 0 : request->reply.size;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(size, request->reply.bytes, MHD_RESPMEM_MUST_FREE);
    if (response != NULL)
        request->reply = (serve_text){0}; /* libmicrohttpd frees it */
    return response;
}

enum MHD_Result serve_respond(serve_request *request)
{
    if (request->reply.failed) {
        request->code = MHD_HTTP_INTERNAL_SERVER_ERROR;
        request->ended = true;
    }
    count_response(request);
    struct MHD_Response *response = create_response(request);
    if (response == NULL)
        return MHD_NO;
    add_headers(request, response);
    serve_peer_mark(request->serve, request->connection, SERVE_GIVES);
    enum MHD_Result result = MHD_queue_response(request->connection, request->code, response);
    MHD_destroy_response(response);
    return result;
}
