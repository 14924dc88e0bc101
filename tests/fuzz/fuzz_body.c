/* A request, from its target and head to the archive's answers, without the sockets. The input
 * is read as a request is: a line of method and target, header lines, a blank line, the body.
 * Every answer is good JSON of one line, asking again gives the same answers, an id that came
 * from a target comes out of it again however it is encoded, and the archive stays clean. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../read/reference_json.h"
#include "cli/serve_parse.h"
#include "folder.h"
#include "samestory.h"

enum { QUESTIONS = 32, DEPTH = 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- An archive that is new for every input that adds to it ---- */

static sst_archive *open_archive(bool fresh)
{
    static const char *const files[] = {"a.db", "a.db-wal", "a.db-shm", "a.db-lock"};
    for (size_t i = 0; fresh && i < sizeof files / sizeof *files; i++)
        unlink(path_of(files[i]));
    sst_archive_options options = sst_archive_options_default();
    options.create = true;
    options.threads = 1;
    options.memory = 1 << 20;
    options.now = 1700000000;
    sst_archive *archive = NULL;
    check(sst_archive_open(path_of("a.db"), &options, &archive, NULL) == SST_OK);
    return archive;
}

/* ---- Targets and heads ---- */

typedef struct request {
    char *method, *target;
    bool lines;
    serve_text body;
} request;

/* All bytes of the id encoded give the id again. */
static void check_round_trip(const char *method, serve_route route, const serve_text *id)
{
    serve_text path = {0}, again = {0};
    serve_route same;
    const char *why;
    serve_text_format(&path, route == SERVE_CLUSTER ? "/v1/clusters/" : "/v1/stories/");
    for (size_t i = 0; i < id->size; i++)
        serve_text_format(&path, "%%%02X", (unsigned char)id->bytes[i]);
    serve_text_add(&path, "", 1);
    check(serve_parse_target(method, path.bytes, &same, &again, &why) == 0 && same == route);
    check(again.size == id->size && memcmp(again.bytes, id->bytes, id->size) == 0);
    serve_text_free(&again);
    serve_text_free(&path);
}

static sst_status keep(void *context, const char *bytes, size_t size, sst_error *error)
{
    (void)error;
    serve_text_add(context, bytes, size);
    return SST_OK;
}

static void check_object(const char *bytes, size_t size)
{
    check(size > 0 && bytes[size - 1] == '\n' && memchr(bytes, '\n', size) == bytes + size - 1);
    check(reference_object(bytes, size, DEPTH + 8));
}

static void ask_for_id(sst_archive *archive, serve_route route, const serve_text *id)
{
    serve_text answer = {0};
    sst_error error = {0};
    sst_sink sink = {keep, &answer};
    sst_status status =
        route == SERVE_CLUSTER
            ? sst_archive_write_cluster(archive, id->bytes, id->size, sink, &error)
            : sst_archive_write_story(archive, id->bytes, id->size, sink, &error);
    check(status == SST_OK || status == SST_NOT_FOUND || status == SST_GONE);
    if (status == SST_OK)
        check_object(answer.bytes, answer.size);
    serve_text_free(&answer);
}

static void try_target(sst_archive *archive, const request *r)
{
    serve_route route;
    serve_text id = {0};
    const char *why = NULL;
    unsigned code = serve_parse_target(r->method, r->target, &route, &id, &why);
    check(code == 0 || code == 400 || code == 404 || code == 405);
    check((code == 0) == (why == NULL) && route < SERVE_ROUTES);
    check(serve_allowed_methods(route)[0] != '\0');
    if (code == 0 && id.size > 0) {
        check(sst_utf8_valid_prefix(id.bytes, id.size) == id.size);
        check_round_trip(r->method, route, &id);
        ask_for_id(archive, route, &id);
    }
    serve_text_free(&id);
}

/* The next line of the input as a string; NULL at the end. */
static char *cut_line(char **at, const char *end)
{
    char *line = *at, *newline = line < end ? memchr(line, '\n', (size_t)(end - line)) : NULL;
    if (newline == NULL)
        return NULL;
    *newline = '\0';
    *at = newline + 1;
    return line;
}

/* False when there is no whole head, or one that would be refused. */
static bool read_request(char *at, const char *end, request *r)
{
    serve_head head = {0};
    char *line = cut_line(&at, end), *blank = line == NULL ? NULL : strchr(line, ' ');
    if (blank == NULL)
        return false;
    *blank = '\0';
    r->method = line;
    r->target = blank + 1;
    while ((line = cut_line(&at, end)) != NULL && line[0] != '\0') {
        char *colon = strchr(line, ':');
        if (colon == NULL)
            return false;
        *colon = '\0';
        serve_head_add(&head, line, colon + 1);
        if (strcasecmp(line, "content-type") == 0)
            r->lines = serve_is_lines(colon + 1 + strspn(colon + 1, " "));
    }
    const char *trick = serve_head_trick(&head, "HTTP/1.0");
    if (head.lengths > 1 || head.encodings > 0 || head.hosts > 1)
        check(trick != NULL);
    serve_text_add(&r->body, at, (size_t)(end - at));
    return line != NULL && trick == NULL;
}

/* ---- Bodies ---- */

typedef struct batch {
    sst_question questions[QUESTIONS];
    sst_reply replies[QUESTIONS];
    size_t count, good;
} batch;

static bool is_blank(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (strchr(" \t\r\n", bytes[i]) == NULL || bytes[i] == '\0')
            return false;
    return true;
}

/* Lines are in order, and nothing but blanks is between them. */
static void cut_lines(const request *r, batch *b)
{
    const char *line, *before = r->body.bytes;
    size_t at = 0, size;
    while (b->count < QUESTIONS && serve_next_line(&r->body, r->lines, &at, &line, &size)) {
        check(line >= before && line + size <= r->body.bytes + at && at <= r->body.size);
        check(is_blank(before, (size_t)(line - before)));
        check(!r->lines || memchr(line, '\n', size) == NULL);
        before = line + size;
        b->questions[b->count++] = (sst_question){line, size, true};
    }
    check(b->count == QUESTIONS ||
          is_blank(before, r->body.size - (size_t)(before - r->body.bytes)));
}

/* Appends all answers to `answers`. */
static void ask(sst_archive *archive, batch *b, bool only_check, serve_text *answers)
{
    b->good = 0;
    for (size_t i = 0; i < b->count; i++)
        b->questions[i].check = only_check;
    check(sst_archive_ask(archive, b->questions, b->count, b->replies, NULL) == SST_OK);
    for (size_t i = 0; i < b->count; i++) {
        const sst_reply *reply = &b->replies[i];
        size_t begin = answers->size;
        check(reply->status == SST_OK || reply->status == SST_INPUT ||
              reply->status == SST_LIMIT);
        if (reply->status == SST_OK) {
            serve_text_add(answers, reply->line, reply->size);
        } else {
            serve_text_problem(answers, 400, "Bad Request", reply->error.message, i + 1);
            serve_text_add(answers, "\n", 1);
        }
        b->good += reply->status == SST_OK;
        check_object(answers->bytes + begin, answers->size - begin);
    }
}

static void check_same(const serve_text *a, const serve_text *b)
{
    check(a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0);
}

static void count_problem(void *context, const char *message)
{
    (void)context;
    fprintf(stderr, "verify: %s\n", message);
}

/* Added once, and again: the same answers, all known; and the archive is clean. */
static void add(sst_archive *archive, batch *b)
{
    serve_text first = {0}, again = {0};
    uint64_t problems = 0;
    ask(archive, b, false, &first);
    ask(archive, b, false, &again);
    check_same(&first, &again);
    for (size_t i = 0; i < b->count; i++)
        check(b->replies[i].known == (b->replies[i].status == SST_OK));
    check(sst_archive_verify(archive, count_problem, NULL, &problems, NULL) == SST_OK);
    check(problems == 0);
    serve_text_free(&first);
    serve_text_free(&again);
}

static void try_body(sst_archive **archive, const request *r)
{
    batch b = {.count = 0};
    serve_text first = {0}, again = {0};
    cut_lines(r, &b);
    if (b.count == 0)
        return;
    ask(*archive, &b, true, &first);
    ask(*archive, &b, true, &again);
    check_same(&first, &again);
    if (b.good > 0) {
        add(*archive, &b);
        try_target(*archive, r);
        sst_archive_close(*archive);
        *archive = open_archive(true);
    }
    serve_text_free(&first);
    serve_text_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static sst_archive *archive;
    if (archive == NULL)
        archive = open_archive(true);
    char *input = malloc(size + 1);
    if (input == NULL)
        return 0;
    memcpy(input, data, size);
    input[size] = '\0';
    request r = {.lines = false};
    if (read_request(input, input + size, &r)) {
        try_target(archive, &r);
        try_body(&archive, &r);
    }
    serve_text_free(&r.body);
    free(input);
    return 0;
}
