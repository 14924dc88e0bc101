#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "cli/serve.h"

/* libmicrohttpd's own time limit is renewed by every byte, so that a client that sends one now
 * and then holds its connection for ever. Here the time counts from the beginning: of being
 * idle, of a request until its body is there, of an answer until it is taken. */

static const char timed_out[] =
    "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n"
    "Content-Type: application/problem+json\r\n\r\n"
    "{\"type\":\"about:blank\",\"title\":\"Request Timeout\",\"status\":408,"
    "\"detail\":\"the request did not come in time\"}\n";

/* ---- The list ---- */

static void take_out(serve_peers *peers, serve_peer *peer)
{
    if (peer->phase == SERVE_WORKS)
        return;
    *(peer->previous == NULL ? &peers->oldest : &peer->previous->next) = peer->next;
    *(peer->next == NULL ? &peers->newest : &peer->next->previous) = peer->previous;
    peer->next = peer->previous = NULL;
    peer->phase = SERVE_WORKS;
}

static void put_last(serve_peers *peers, serve_peer *peer, serve_phase phase)
{
    peer->phase = phase;
    peer->since = serve_clock();
    peer->previous = peers->newest;
    *(peers->newest == NULL ? &peers->oldest : &peers->newest->next) = peer;
    peers->newest = peer;
}

/* libmicrohttpd sees the end and closes; then the peer leaves. */
static void shut(serve_peers *peers, serve_peer *peer)
{
    take_out(peers, peer);
    shutdown(peer->socket, SHUT_RDWR);
}

/* ---- Life of a connection ---- */

void serve_peer_enter(serve *s, struct MHD_Connection *connection, void **context)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    serve_peer *peer = calloc(1, sizeof *peer);
    *context = peer;
    if (info == NULL || peer == NULL) {
        if (info != NULL)
            shutdown(info->connect_fd, SHUT_RDWR); /* no memory to watch over it */
        return;
    }
    peer->socket = info->connect_fd;
    serve_peers *peers = &s->peers;
    pthread_mutex_lock(&peers->mutex);
    if (++peers->count > peers->most && peers->oldest != NULL) {
        peers->crowded_out++;
        shut(peers, peers->oldest);
    }
    put_last(peers, peer, SERVE_GETS);
    pthread_mutex_unlock(&peers->mutex);
}

void serve_peer_leave(serve *s, void **context)
{
    serve_peer *peer = *context;
    if (peer == NULL)
        return;
    pthread_mutex_lock(&s->peers.mutex);
    take_out(&s->peers, peer);
    s->peers.count--;
    pthread_mutex_unlock(&s->peers.mutex);
    free(peer);
    *context = NULL;
}

void serve_peer_mark(serve *s, struct MHD_Connection *connection, serve_phase phase)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    serve_peer *peer = info == NULL ? NULL : info->socket_context;
    if (peer == NULL)
        return;
    pthread_mutex_lock(&s->peers.mutex);
    if (phase != peer->phase) { /* the first request counts from the connection on */
        take_out(&s->peers, peer);
        if (phase != SERVE_WORKS)
            put_last(&s->peers, peer, phase);
    }
    pthread_mutex_unlock(&s->peers.mutex);
}

/* ---- Limits ---- */

void serve_peers_expire(serve *s)
{
    serve_peers *peers = &s->peers;
    double now = serve_clock();
    pthread_mutex_lock(&peers->mutex);
    for (serve_peer *peer = peers->oldest, *next; peer != NULL; peer = next) {
        next = peer->next;
        double waited = now - peer->since;
        if (waited <= s->timeout / 2)
            break;
        if (peer->phase != SERVE_IDLE && waited <= s->timeout)
            continue;
        peers->timed_out += peer->phase != SERVE_IDLE;
        if (peer->phase == SERVE_GETS) /* what is not taken at once is not waited for */
            (void)!send(peer->socket, timed_out, sizeof timed_out - 1,
                        MSG_DONTWAIT | MSG_NOSIGNAL);
        shut(peers, peer);
    }
    pthread_mutex_unlock(&peers->mutex);
}

/* Asks for an event again where bytes, or the end of a client that left, wait to be read: setting
 * the low-water mark makes the kernel look whether the socket is readable, and say so. */
static void remind(const serve_peer *peer)
{
    const int least = 1;
    char byte;
    if (recv(peer->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0)
        (void)setsockopt(peer->socket, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof least);
}

void serve_peers_remind(serve *s)
{
    serve_peers *peers = &s->peers;
    double now = serve_clock();
    pthread_mutex_lock(&peers->mutex);
    for (serve_peer *peer = peers->oldest; peer != NULL; peer = peer->next)
        if (peer->phase != SERVE_GIVES && now - peer->since >= s->pause)
            remind(peer);
    pthread_mutex_unlock(&peers->mutex);
}
