#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/serve.h"

/* The stories of one transaction and the requests they came with. */
typedef struct group {
    sst_question questions[SERVE_GROUP];
    sst_reply replies[SERVE_GROUP];
    serve_request *requests[SERVE_GROUP];
    size_t count;
} group;

bool serve_queue_put(serve *s, serve_request *request)
{
    pthread_mutex_lock(&s->mutex);
    bool room = s->waiting < SERVE_QUEUE &&
                s->waiting_bytes + request->body.size <= SERVE_QUEUE_BYTES;
    if (room) {
        request->next = NULL;
        request->queued = true;
        *(s->first == NULL ? &s->first : &s->last->next) = request;
        s->last = request;
        s->waiting++;
        s->waiting_bytes += request->body.size;
        MHD_suspend_connection(request->connection);
        pthread_cond_signal(&s->wake);
    }
    pthread_mutex_unlock(&s->mutex);
    return room;
}

/* Takes the first request out of the queue and lets its connection go on. */
static void finish_first(serve *s, serve_request *request)
{
    pthread_mutex_lock(&s->mutex);
    s->first = request->next;
    s->waiting--;
    s->waiting_bytes -= request->body.size;
    pthread_mutex_unlock(&s->mutex);
    atomic_store(&request->done, true);
    MHD_resume_connection(request->connection);
}

/* ---- Lines of a body ---- */

static bool is_blank(const char *line, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
            return false;
    return true;
}

/* The next line that is not blank; the whole body when it is one object. */
static bool next_line(const serve_request *request, size_t *at, const char **line, size_t *size)
{
    while (*at < request->body.size) {
        const char *begin = request->body.bytes + *at;
        size_t left = request->body.size - *at;
        const char *newline = request->lines ? memchr(begin, '\n', left) : NULL;
        *size = newline == NULL ? left : (size_t)(newline - begin);
        *at += newline == NULL ? left : *size + 1;
        *line = begin;
        if (!is_blank(begin, *size) || !request->lines)
            return true;
    }
    return false;
}

/* Fills the group from the queue, in order. Stops at a request of another kind. */
static void gather(serve *s, group *g)
{
    g->count = 0;
    pthread_mutex_lock(&s->mutex);
    for (serve_request *request = s->first; request != NULL && g->count < SERVE_GROUP;
         request = request->next) {
        if (request->route == SERVE_DELETE)
            break;
        size_t at = request->at;
        const char *line;
        size_t size;
        while (g->count < SERVE_GROUP && next_line(request, &at, &line, &size)) {
            g->questions[g->count] = (sst_question){line, size, request->route == SERVE_CHECK};
            g->requests[g->count++] = request;
            request->at = at;
        }
    }
    pthread_mutex_unlock(&s->mutex);
}

static bool is_complete(const serve_request *request)
{
    size_t at = request->at, size;
    const char *line;
    return !next_line(request, &at, &line, &size);
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
    if (reply->status == SST_OK) {
        serve_text_add(&request->reply, reply->line, reply->size);
        return;
    }
    if (!request->lines) {
        serve_problem_of(request, &reply->error);
        return;
    }
    unsigned code = serve_code_of(reply->status);
    serve_text_format(&request->reply,
                      "{\"error\":{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u,"
                      "\"detail\":",
                      serve_code_title(code), code);
    serve_text_json(&request->reply, reply->error.message, strlen(reply->error.message));
    serve_text_format(&request->reply, ",\"line\":%zu}}\n", request->number);
}

/* The group failed as a whole: every request in it is told, those of many lines, too. */
static void fail_group(serve *s, group *g, const sst_error *error)
{
    pthread_mutex_lock(&s->mutex);
    if (error->status != SST_BUSY) {
        snprintf(s->failure, sizeof s->failure, "%s", error->message);
        s->refusal = serve_code_of(error->status);
    }
    pthread_mutex_unlock(&s->mutex);
    for (size_t i = 0; i < g->count; i++) {
        g->requests[i]->at = g->requests[i]->body.size;
        serve_problem_of(g->requests[i], error);
    }
}

static void answer_group(serve *s, group *g)
{
    sst_error error = {0};
    sst_status status =
        sst_archive_ask(s->archive, g->questions, g->count, g->replies, &error);
    if (status != SST_OK) {
        error.status = status;
        fail_group(s, g, &error);
    } else {
        for (size_t i = 0; i < g->count; i++)
            take_reply(s, g->requests[i], &g->replies[i]);
        pthread_mutex_lock(&s->mutex);
        s->counts.groups++;
        s->counts.group_stories += g->count;
        pthread_mutex_unlock(&s->mutex);
    }
}

static void take_down_first(serve *s, serve_request *request)
{
    sst_error error = {0};
    sst_status status =
        sst_archive_take_down(s->archive, request->id.bytes, request->id.size, &error);
    error.status = status;
    if (status == SST_OK)
        request->code = MHD_HTTP_NO_CONTENT;
    else
        serve_problem_of(request, &error);
    finish_first(s, request);
}

/* ---- The thread ---- */

/* The first request, or NULL. Only this thread takes requests out, so it stays. */
static serve_request *peek(serve *s)
{
    pthread_mutex_lock(&s->mutex);
    serve_request *request = s->first;
    pthread_mutex_unlock(&s->mutex);
    return request;
}

/* Waits for a request; NULL when there is none and the service stops. */
static serve_request *wait_for_work(serve *s)
{
    pthread_mutex_lock(&s->mutex);
    s->busy_since = 0;
    while (s->first == NULL && !s->stopping)
        pthread_cond_wait(&s->wake, &s->mutex);
    serve_request *request = s->first;
    s->busy_since = serve_clock();
    pthread_mutex_unlock(&s->mutex);
    return request;
}

bool serve_writer_hangs(serve *s, double seconds)
{
    pthread_mutex_lock(&s->mutex);
    bool hangs = s->busy_since > 0 && serve_clock() - s->busy_since > seconds;
    pthread_mutex_unlock(&s->mutex);
    return hangs;
}

static void finish_complete(serve *s)
{
    serve_request *request = peek(s);
    while (request != NULL && request->route != SERVE_DELETE && is_complete(request)) {
        finish_first(s, request);
        request = peek(s);
    }
}

static void *write_groups(void *context)
{
    serve *s = context;
    group *g = calloc(1, sizeof *g);
    serve_request *request;
    while (g != NULL && (request = wait_for_work(s)) != NULL) {
        if (request->route == SERVE_DELETE) {
            take_down_first(s, request);
            continue;
        }
        gather(s, g);
        if (g->count > 0)
            answer_group(s, g);
        finish_complete(s);
    }
    free(g);
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
