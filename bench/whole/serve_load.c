/* bench_serve: load on `samestory serve`, from the same machine.
 *
 *     bench_serve PORT PATH LINES CONNECTIONS SECONDS [RATE]
 *
 * Posts the lines of the file LINES, one a request, over CONNECTIONS kept-alive connections. With
 * RATE it is an open loop: requests are due RATE times a second whether or not the service keeps
 * up, and latency counts from when a request was due (no coordinated omission). Without, each
 * connection sends as soon as it was answered. Prints requests a second and percentiles. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_SIZE = 1 << 17, SAMPLES = 1 << 22, LINES_MOST = 1 << 22 };

typedef struct client {
    int socket;
    bool busy;
    double due; /* when its request was to be sent */
    size_t got; /* bytes of the answer so far */
    char answer[ANSWER_SIZE];
} client;

typedef struct load {
    const char *path;
    char **lines;
    size_t line_count, next_line;
    client *clients;
    size_t client_count, free_count;
    client **free_clients;
    int epoll;
    float *latency; /* milliseconds */
    size_t answered, failed;
} load;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void die(const char *what)
{
    fprintf(stderr, "bench_serve: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void read_lines(load *l, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    if (file == NULL)
        die(path);
    l->lines = calloc(LINES_MOST, sizeof *l->lines);
    while (l->line_count < LINES_MOST && (size = getline(&line, &room, file)) > 0) {
        line[size - 1] = '\0';
        l->lines[l->line_count++] = strdup(line);
    }
    free(line);
    fclose(file);
}

static void connect_clients(load *l, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    l->epoll = epoll_create1(0);
    l->clients = calloc(l->client_count, sizeof *l->clients);
    l->free_clients = calloc(l->client_count, sizeof *l->free_clients);
    for (size_t i = 0; i < l->client_count; i++) {
        client *c = &l->clients[i];
        c->socket = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(c->socket, (struct sockaddr *)&address, sizeof address) != 0)
            die("connect");
        setsockopt(c->socket, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->socket, &event);
        l->free_clients[l->free_count++] = c;
    }
}

static void send_next(load *l, double due)
{
    static char request[1 << 20];
    client *c = l->free_clients[--l->free_count];
    const char *line = l->lines[l->next_line++ % l->line_count];
    int size = snprintf(request, sizeof request,
                        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        "Content-Length: %zu\r\n\r\n%s",
                        l->path, strlen(line), line);
    c->busy = true;
    c->due = due;
    c->got = 0;
    if (write(c->socket, request, (size_t)size) != size)
        die("write");
}

/* Whether the whole answer is there. */
static bool is_whole(const client *c)
{
    const char *end = memmem(c->answer, c->got, "\r\n\r\n", 4);
    const char *length = memmem(c->answer, c->got, "Content-Length: ", 16);
    return end != NULL && length != NULL &&
           c->got >= (size_t)(end + 4 - c->answer) + strtoul(length + 16, NULL, 10);
}

static void take_answer(load *l, client *c)
{
    ssize_t got = read(c->socket, c->answer + c->got, ANSWER_SIZE - 1 - c->got);
    if (got <= 0)
        die("the service closed a connection");
    c->got += (size_t)got;
    c->answer[c->got] = '\0';
    if (!is_whole(c))
        return;
    l->failed += memcmp(c->answer, "HTTP/1.1 200", 12) != 0;
    l->latency[l->answered++ % SAMPLES] = (float)((now() - c->due) * 1e3);
    c->busy = false;
    l->free_clients[l->free_count++] = c;
}

static void run(load *l, double seconds, double rate)
{
    struct epoll_event events[256];
    double begin = now(), sent = 0, time = begin;
    while (time - begin < seconds || l->free_count < l->client_count) {
        while (l->free_count > 0 && time - begin < seconds &&
               (rate == 0 || sent / rate <= time - begin)) {
            send_next(l, rate == 0 ? time : begin + sent / rate);
            sent++;
        }
        int count = epoll_wait(l->epoll, events, 256, rate == 0 ? 1000 : 1);
        for (int i = 0; i < count; i++)
            take_answer(l, events[i].data.ptr);
        time = now();
    }
    printf("%zu answers, %zu not 200, in %.2f s: %.0f a second\n", l->answered, l->failed,
           time - begin, (double)l->answered / (time - begin));
}

static int compare(const void *left, const void *right)
{
    float a = *(const float *)left, b = *(const float *)right;
    return a < b ? -1 : a > b;
}

static void print_percentiles(load *l)
{
    static const double shares[] = {.5, .9, .99, .999, 1};
    size_t count = l->answered < SAMPLES ? l->answered : SAMPLES;
    qsort(l->latency, count, sizeof *l->latency, compare);
    for (size_t i = 0; count > 0 && i < sizeof shares / sizeof *shares; i++) {
        size_t at = (size_t)(shares[i] * (double)count);
        printf("p%-5g %8.2f ms\n", 100 * shares[i],
               (double)l->latency[at < count ? at : count - 1]);
    }
}

int main(int count, char **arguments)
{
    if (count < 6) {
        fputs("usage: bench_serve PORT PATH LINES CONNECTIONS SECONDS [RATE]\n", stderr);
        return 2;
    }
    load l = {.path = arguments[2], .client_count = strtoul(arguments[4], NULL, 10)};
    l.latency = calloc(SAMPLES, sizeof *l.latency);
    read_lines(&l, arguments[3]);
    connect_clients(&l, (uint16_t)strtoul(arguments[1], NULL, 10));
    run(&l, strtod(arguments[5], NULL), count > 6 ? strtod(arguments[6], NULL) : 0);
    print_percentiles(&l);
    return 0;
}
