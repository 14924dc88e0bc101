#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/serve.h"

/* The stories of one transaction and the requests they came with. */
typedef struct group {
    sst_question questions[SERVE_GROUP];
    sst_reply replies[SERVE_GROUP];
    serve_request *askers[SERVE_GROUP]; /* of each question */
    size_t count;
    serve_request *requests; /* a list: those that the group answers */
} group;

/* ---- Handing over ---- */

unsigned serve_queue_put(serve *s, serve_request *request)
{
    pthread_mutex_lock(&s->mutex);
    unsigned code = s->stopping ? MHD_HTTP_SERVICE_UNAVAILABLE : 0;
    if (code == 0 && !request->answered && s->waiting >= SERVE_QUEUE)
        code = MHD_HTTP_TOO_MANY_REQUESTS;
    if (code == 0) {
        request->next = NULL;
        atomic_store(&request->queued, true);
        *(s->first == NULL ? &s->first : &s->last->next) = request;
        s->last = request;
        s->waiting++;
        serve_peer_mark(s, request->connection, SERVE_WORKS);
        MHD_suspend_connection(request->connection);
        pthread_cond_signal(&s->wake);
    }
    pthread_mutex_unlock(&s->mutex);
    return code;
}

/* Under the mutex: the first request leaves the queue, but still waits. */
static serve_request *take_first(serve *s)
{
    serve_request *request = s->first;
    s->first = request->next;
    request->next = NULL;
    return request;
}

/* The first request, unless it is to be answered alone. */
static serve_request *take_asking(serve *s)
{
    pthread_mutex_lock(&s->mutex);
    bool asks = s->first != NULL && s->first->route != SERVE_DELETE;
    serve_request *request = asks ? take_first(s) : NULL;
    pthread_mutex_unlock(&s->mutex);
    return request;
}

/* The request is libmicrohttpd's again; it may be gone when this returns. */
static void hand_back(serve *s, serve_request *request)
{
    struct MHD_Connection *connection = request->connection;
    pthread_mutex_lock(&s->mutex);
    s->waiting--;
    pthread_mutex_unlock(&s->mutex);
    request->answered = true;
    if (request->ended)
        serve_body_free(request);
    atomic_store(&request->queued, false);
    MHD_resume_connection(connection);
}

static void hand_back_all(serve *s, group *g)
{
    for (serve_request *request = g->requests, *next; request != NULL; request = next) {
        next = request->next;
        hand_back(s, request);
    }
    g->requests = NULL;
}

/* ---- Questions ---- */

static void add_questions(group *g, serve_request *request, size_t most)
{
    const char *line;
    size_t size;
    while (most-- > 0 && g->count < SERVE_GROUP &&
           serve_next_line(&request->body, request->lines, &request->at, &line, &size)) {
        g->questions[g->count] = (sst_question){line, size, request->route == SERVE_CHECK};
        g->askers[g->count++] = request;
    }
    size_t at = request->at;
    request->ended = !serve_next_line(&request->body, request->lines, &at, &line, &size);
}

/* Takes requests out of the queue, in order, up to one of another kind. */
static void gather(serve *s, group *g)
{
    serve_request **end = &g->requests;
    pthread_mutex_lock(&s->mutex);
    const size_t share = s->waiting > 1 ? SERVE_SHARE : SERVE_GROUP;
    pthread_mutex_unlock(&s->mutex);
    g->count = 0;
    while (g->count < SERVE_GROUP && (*end = take_asking(s)) != NULL) {
        add_questions(g, *end, share);
        end = &(*end)->next;
    }
}

/* ---- Answers ---- */

static void take_reply(serve *s, serve_request *request, const sst_reply *reply)
{
    request->number++;
    pthread_mutex_lock(&s->mutex);
    if (reply->status == SST_OK)
        s->counts.answers[reply->answer]++;
    else
        s->counts.bad++;
    s->counts.known += reply->known;
    pthread_mutex_unlock(&s->mutex);
    unsigned code = serve_code_of(reply->status);
    if (reply->status == SST_OK)
        serve_text_add(&request->reply, reply->line, reply->size);
    else if (request->lines)
        serve_problem_line(request, code, reply->error.message, request->number);
    else
        serve_problem(request, code, reply->error.message);
}

/* The group failed as a whole: every request in it is told. What was answered before stands,
 * and one more line says where the answers end. */
static void fail_group(serve *s, group *g, sst_status status, const sst_error *error)
{
    unsigned code = serve_code_of(status);
    if (status != SST_BUSY) {
        pthread_mutex_lock(&s->mutex);
        snprintf(s->failure, sizeof s->failure, "%s", error->message);
        s->refusal = code;
        pthread_mutex_unlock(&s->mutex);
    }
    for (serve_request *request = g->requests; request != NULL; request = request->next) {
        request->ended = true;
        if (request->number > 0)
            serve_problem_line(request, code, error->message, request->number + 1);
        else
            serve_problem(request, code, error->message);
    }
}

static bool was_added(const sst_question *question, const sst_reply *reply)
{
    return reply->status == SST_OK && !reply->known && !question->check;
}

static void answer_group(serve *s, group *g)
{
    sst_error error = {0};
    sst_status status = sst_archive_ask(s->archive, g->questions, g->count, g->replies, &error);
    if (status != SST_OK) {
        fail_group(s, g, status, &error);
        return;
    }
    size_t added = 0;
    for (size_t i = 0; i < g->count; i++) {
        take_reply(s, g->askers[i], &g->replies[i]);
        added += was_added(&g->questions[i], &g->replies[i]);
    }
    pthread_mutex_lock(&s->mutex);
    s->counts.groups += added > 0;
    s->counts.group_stories += added;
    pthread_mutex_unlock(&s->mutex);
}

static void take_down(serve *s, serve_request *request)
{
    sst_error error = {0};
    sst_status status =
        sst_archive_take_down(s->archive, request->id.bytes, request->id.size, &error);
    if (status == SST_OK) {
        request->code = MHD_HTTP_NO_CONTENT;
        request->type = NULL;
    } else {
        serve_problem(request, serve_code_of(status), error.message);
    }
    hand_back(s, request);
}

/* ---- The thread ---- */

/* False when nothing waits and the service stops. `deletes`: the first request, when it is to
 * be answered alone. */
static bool wait_for_work(serve *s, serve_request **deletes)
{
    pthread_mutex_lock(&s->mutex);
    s->busy_since = 0;
    while (s->first == NULL && !s->stopping)
        pthread_cond_wait(&s->wake, &s->mutex);
    bool work = s->first != NULL;
    *deletes = work && s->first->route == SERVE_DELETE ? take_first(s) : NULL;
    s->busy_since = serve_clock();
    pthread_mutex_unlock(&s->mutex);
    return work;
}

bool serve_writer_hangs(serve *s)
{
    pthread_mutex_lock(&s->mutex);
    bool hangs = s->busy_since > 0 && serve_clock() - s->busy_since > s->hang;
    pthread_mutex_unlock(&s->mutex);
    return hangs;
}

static void *write_groups(void *context)
{
    serve *s = context;
    group g = {.count = 0};
    serve_request *deletes;
    while (wait_for_work(s, &deletes)) {
        if (deletes != NULL) {
            take_down(s, deletes);
            continue;
        }
        gather(s, &g);
        if (g.count > 0)
            answer_group(s, &g);
        hand_back_all(s, &g);
    }
    return NULL;
}

bool serve_writer_start(serve *s)
{
    return pthread_create(&s->writer, NULL, write_groups, s) == 0;
}

void serve_writer_stop(serve *s)
{
    pthread_mutex_lock(&s->mutex);
    s->stopping = true;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->mutex);
    pthread_join(s->writer, NULL);
}
