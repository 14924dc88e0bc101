/* `samestory serve`: the archive as an HTTP service.
 *
 *   serve.c          the command: starting, signals, draining
 *   serve_http.c     requests: guards, routes, bodies (libmicrohttpd's thread)
 *   serve_queue.c    the writer: one thread that answers in groups, one commit a group
 *   serve_reply.c    responses: JSON, RFC 9457 problems, metrics
 *   serve_notify.c   systemd: readiness and watchdog by plain datagrams
 *
 * libmicrohttpd accepts connections and parses heads. A request that asks the archive is put in
 * the queue and its connection is suspended; the writer takes everything that waits, answers it
 * in one transaction and resumes the connections. So the more clients, the larger the groups. */
#ifndef CLI_SERVE_H
#define CLI_SERVE_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "samestory.h"

enum {
    SERVE_GROUP = 256,             /* stories of one transaction */
    SERVE_QUEUE = 4096,            /* requests that may wait; more are told to come back */
    SERVE_QUEUE_BYTES = 256 << 20, /* bytes of bodies that may wait */
    SERVE_CONNECTIONS = 1000,
    SERVE_IDLE_SECONDS = 30,    /* without a byte from the client */
    SERVE_REQUEST_SECONDS = 60, /* from the first byte to the end of the body */
    SERVE_DRAIN_SECONDS = 25,
    SERVE_HEAD_SIZE = 32 << 10, /* bytes of request line and headers */
    SERVE_LATENCY_BUCKETS = 12,
};

/* Bytes that grow; `failed` after an allocation that did not succeed. */
typedef struct serve_text {
    char *bytes;
    size_t size, capacity;
    bool failed;
} serve_text;

void serve_text_add(serve_text *text, const char *bytes, size_t size);
void serve_text_format(serve_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void serve_text_json(serve_text *text, const char *bytes, size_t size);
void serve_text_free(serve_text *text);

typedef enum serve_route {
    SERVE_ADD,     /* POST /v1/stories */
    SERVE_CHECK,   /* POST /v1/check */
    SERVE_STORY,   /* GET /v1/stories/ID */
    SERVE_DELETE,  /* DELETE /v1/stories/ID */
    SERVE_CLUSTER, /* GET /v1/clusters/ID */
    SERVE_HEALTH,
    SERVE_READY,
    SERVE_METRICS,
    SERVE_NOWHERE,
    SERVE_ROUTES
} serve_route;

typedef struct serve_request {
    struct serve *serve;
    struct MHD_Connection *connection;
    serve_route route;
    double begin; /* seconds of the monotonic clock */
    bool lines;   /* the body is JSONL */
    bool over;    /* the body is larger than allowed: the rest is thrown away */
    bool queued;
    serve_text body, id, reply;
    size_t at;     /* bytes of the body that were answered */
    size_t number; /* lines that were answered */
    unsigned code; /* of the response */
    const char *type;
    _Atomic bool done;
    struct serve_request *next;
} serve_request;

typedef struct serve_counts {
    uint64_t requests[SERVE_ROUTES][6]; /* by route and first digit of the code */
    uint64_t answers[SST_ANSWER_COUNT], known, bad, groups, group_stories;
    uint64_t latency[SERVE_LATENCY_BUCKETS + 1];
    double latency_sum;
} serve_counts;

/* A connection, for the time limit; libmicrohttpd's own limit is renewed by every byte. */
typedef struct serve_peer {
    int socket;
    double since; /* when it began to send a request; 0: one is being answered */
    struct serve_peer *next, *previous;
} serve_peer;

typedef struct serve {
    sst_archive *archive; /* of the writer */
    sst_archive *reader;  /* of libmicrohttpd's thread, read-only */
    struct MHD_Daemon *daemon;
    const char *token; /* NULL: none is asked for */
    uint64_t max_body;
    pthread_t writer;

    pthread_mutex_t mutex; /* guards all below */
    pthread_cond_t wake;
    serve_request *first, *last;
    size_t waiting, waiting_bytes;
    size_t active; /* requests between head and response */
    bool draining, stopping;
    char failure[600]; /* why nothing can be written; empty when it can */
    unsigned refusal;  /* code for stories that come meanwhile, 0: try */
    serve_counts counts;
    serve_peer *peers;
    size_t peer_count;
    double busy_since; /* when the writer took the group it works on; 0: it waits */
} serve;

double serve_clock(void);

/* serve_queue.c */
bool serve_writer_start(serve *s);
/* Ends it when the queue is empty. */
void serve_writer_stop(serve *s);
/* Whether the writer is at work on one group for longer than `seconds`. */
bool serve_writer_hangs(serve *s, double seconds);
/* False when too much waits already. */
bool serve_queue_put(serve *s, serve_request *request);

/* serve_http.c */
struct MHD_Daemon *serve_daemon_start(serve *s, const char *host, uint16_t port,
                                      const char **why);
/* Closes connections that take too long to send a request. */
void serve_peers_expire(serve *s);

/* serve_reply.c */
void serve_problem(serve_request *request, unsigned code, const char *detail);
void serve_problem_of(serve_request *request, const sst_error *error);
unsigned serve_code_of(sst_status status);
const char *serve_code_title(unsigned code);
void serve_metrics(serve *s, serve_text *text);
enum MHD_Result serve_respond(serve_request *request);

/* serve_notify.c: `state` is "READY=1", "STOPPING=1", "WATCHDOG=1". Nothing without systemd. */
void serve_notify(const char *state);
/* Seconds between two signs of life; 0: none are wanted. */
double serve_watchdog_seconds(void);

#endif
