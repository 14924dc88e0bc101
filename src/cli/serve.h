/* `samestory serve`: the archive as an HTTP service.
 *
 *   serve.c          the command: starting, signals, draining
 *   serve_http.c     requests: guards, bodies, answers (libmicrohttpd's thread)
 *   serve_peer.c     connections: how many, and how long each may take
 *   serve_queue.c    the writer: one thread that answers in groups, one commit a group
 *   serve_reply.c    responses: problems, metrics, streams
 *   serve_parse.c    heads, targets, lines of a body } as bytes,
 *   serve_text.c     JSON                            } see serve_parse.h
 *   serve_notify.c   systemd: readiness and watchdog by plain datagrams
 *
 * libmicrohttpd accepts connections and parses heads. A request that asks the archive is put in
 * the queue and its connection is suspended; the writer takes what waits, answers it in one
 * transaction and resumes the connections. So the more clients, the larger the groups. A body
 * of many lines is answered a group at a time: each part is sent before the next is worked on.
 * At any time a request belongs to one thread: to the writer while it is `queued`, else to
 * libmicrohttpd's. */
#ifndef CLI_SERVE_H
#define CLI_SERVE_H

#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>

#include "cli/serve_parse.h"
#include "samestory.h"

enum {
    SERVE_GROUP = 256,             /* stories of one transaction, */
    SERVE_SHARE = 64,              /* of one request when others wait */
    SERVE_QUEUE = 4096,            /* requests that may wait; more are told to come back */
    SERVE_BODY_BYTES = 256 << 20,  /* of all requests together */
    SERVE_CONNECTIONS = 10240,     /* above it the idlest is closed; each may take a head */
    SERVE_CONNECTIONS_SPARE = 512, /* until it is */
    SERVE_FILES = 128,             /* descriptors for everything else */
    SERVE_DRAIN_SECONDS = 25,
    SERVE_HANG_SECONDS = 60,    /* of one group, besides the wait for another process */
    SERVE_HEAD_SIZE = 32 << 10, /* bytes of request line and headers */
    SERVE_STREAM_BLOCK = 16 << 10,
    SERVE_LATENCY_BUCKETS = 12,
};

typedef struct serve_request {
    struct serve *serve;
    struct MHD_Connection *connection;
    const char *line_end; /* of the request line's target, in libmicrohttpd's buffer */
    serve_route route;
    double begin;  /* seconds of the monotonic clock */
    bool headed;   /* its head was judged */
    bool lines;    /* the body is JSONL */
    bool over;     /* the body is larger than allowed: the rest is thrown away */
    bool crowded;  /* so are all bodies together */
    bool answered; /* `code` and `reply` are the response, or its next part */
    bool ended;    /* no part will follow */
    _Atomic bool queued;
    serve_text body, id, reply;
    size_t at;     /* bytes of the body that were answered */
    size_t number; /* lines that were answered */
    size_t sent;   /* bytes of the reply */
    unsigned code; /* of the response */
    const char *type;
    struct serve_request *next;
} serve_request;

typedef struct serve_counts {
    uint64_t requests[SERVE_ROUTES][6]; /* by route and first digit of the code */
    uint64_t answers[SST_ANSWER_COUNT], known, bad, groups, group_stories;
    uint64_t latency[SERVE_LATENCY_BUCKETS + 1];
    double latency_sum;
} serve_counts;

/* What the service waits for; none while it works on an answer. */
typedef enum serve_phase { SERVE_WORKS, SERVE_IDLE, SERVE_GETS, SERVE_GIVES } serve_phase;

typedef struct serve_peer {
    int socket;
    serve_phase phase;
    double since;
    struct serve_peer *next, *previous; /* in order of `since`, unless the service works */
} serve_peer;

/* All connections. Guarded by its own mutex. */
typedef struct serve_peers {
    pthread_mutex_t mutex;
    serve_peer *oldest, *newest;
    size_t count, most;
    uint64_t timed_out, crowded_out;
} serve_peers;

typedef struct serve {
    sst_archive *archive; /* of the writer */
    sst_archive *reader;  /* of libmicrohttpd's thread, read-only */
    struct MHD_Daemon *daemon;
    int listener;
    const char *token; /* NULL: none is asked for */
    uint64_t max_body, max_bodies;
    double timeout; /* seconds to send a request, or to take an answer; half to begin one */
    double hang;    /* seconds: a group that takes longer will not end */
    double pause;   /* seconds between two looks at limits and disk */
    bool told;      /* that nothing can be added */
    pthread_t writer;
    serve_peers peers;
    _Atomic bool draining;

    pthread_mutex_t mutex; /* guards all below */
    pthread_cond_t wake;
    serve_request *first, *last;
    size_t waiting;    /* requests in the queue or with the writer */
    size_t body_bytes; /* of all requests */
    size_t active;     /* requests between head and end of the response */
    bool stopping;     /* the writer takes what is in the queue, and nothing more */
    char failure[600]; /* why nothing can be written; empty when it can */
    unsigned refusal;  /* code for stories that come meanwhile, 0: try */
    serve_counts counts;
    double busy_since; /* when the writer took the group it works on; 0: it waits */
} serve;

double serve_clock(void);

/* serve_queue.c */
bool serve_writer_start(serve *s);
/* Ends it when the queue is empty. */
void serve_writer_stop(serve *s);
/* Whether the writer is at work on one group for too long. */
bool serve_writer_hangs(serve *s);
/* Hands the request to the writer and suspends its connection. Returns 0, or the code when too
 * much waits already (429; never for a request with `answered` parts) or the writer stops
 * (503). */
unsigned serve_queue_put(serve *s, serve_request *request);

/* serve_http.c. `most` connections are open at a time. NULL: out of memory or threads. */
struct MHD_Daemon *serve_daemon_start(serve *s, unsigned most);
void serve_body_free(serve_request *request);

/* serve_peer.c */
void serve_peer_enter(serve *s, struct MHD_Connection *connection, void **peer);
void serve_peer_leave(serve *s, void **peer);
void serve_peer_mark(serve *s, struct MHD_Connection *connection, serve_phase phase);
/* Closes connections that take too long; answers 408 where a request was begun. */
void serve_peers_expire(serve *s);
/* libmicrohttpd reads a socket when epoll tells that more has come, once. Now and then it misses that
 * (a client that sends and goes in one moment; a new connection among thousands), and the bytes
 * would lie there until the time limit. Once in a pause such connections are told again. */
void serve_peers_remind(serve *s);

/* serve_reply.c */
void serve_problem(serve_request *request, unsigned code, const char *detail);
/* `{"error":problem}` and a newline: the answer to a line. */
void serve_problem_line(serve_request *request, unsigned code, const char *detail, size_t line);
unsigned serve_code_of(sst_status status);
void serve_metrics(serve *s, serve_text *text);
enum MHD_Result serve_respond(serve_request *request);

/* serve_notify.c: `state` is "READY=1", "STOPPING=1", "WATCHDOG=1". Nothing without systemd. */
void serve_notify(const char *state);
/* Seconds between two signs of life; 0: none are wanted. */
double serve_watchdog_seconds(void);

#endif
