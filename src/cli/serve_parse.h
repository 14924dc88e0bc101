/* What clients send and what they are told, as bytes: heads, targets, lines, JSON. Nothing here
 * knows libmicrohttpd or the archive, so that a fuzzer can ask it anything. */
#ifndef CLI_SERVE_PARSE_H
#define CLI_SERVE_PARSE_H

#include <stdbool.h>
#include <stddef.h>

/* ---- Text ---- */

/* Bytes that grow; `failed` after an allocation that did not succeed. */
typedef struct serve_text {
    char *bytes;
    size_t size, capacity;
    bool failed;
} serve_text;

void serve_text_add(serve_text *text, const char *bytes, size_t size);
/* At most 1,023 bytes; longer: `failed`. */
void serve_text_format(serve_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool serve_is_utf8(const char *bytes, size_t size);
/* An RFC 9457 problem, without newline. `line`: of the body it is about, 0: the request. */
void serve_text_problem(serve_text *text, unsigned code, const char *title, const char *detail,
                        size_t line);
void serve_text_free(serve_text *text);

/* ---- Targets ---- */

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

/* Finds the route of a path (without query, not decoded), and fills `id` with the rest of a
 * path that ends in one, percent-decoded once. Returns 0, or the code of the problem and its
 * `why`: 404 no such path, 405 no such method, 400 an id that is not percent-encoded UTF-8
 * without control characters. The route is found in any case. */
unsigned serve_parse_target(const char *method, const char *path, serve_route *route,
                            serve_text *id, const char **why);
/* The value of header Allow for a path of this route. */
const char *serve_allowed_methods(serve_route route);

/* ---- Heads ---- */

/* What was seen in the header fields; zeroed at first. */
typedef struct serve_head {
    unsigned lengths, encodings, hosts;
    bool odd_length, odd_encoding, odd_name;
    bool of_page; /* a web page sent it, not a program */
} serve_head;

void serve_head_add(serve_head *head, const char *name, const char *value);
/* What two parties could read differently (RFC 9112, sections 3.2, 5.1, 6.1 and 6.3), in words;
 * NULL for an honest head. */
const char *serve_head_trick(const serve_head *head, const char *version);

/* Compares in a time that does not depend on where the first difference is. */
bool serve_same_secret(const char *given, const char *token);

/* ---- Bodies ---- */

/* Whether a Content-Type means one JSON object a line; NULL: none was sent. */
bool serve_is_lines(const char *content_type);
/* From `*at` on the next line that is not blank; the whole body unless `lines`. False: no more.
 */
bool serve_next_line(const serve_text *body, bool lines, size_t *at, const char **line,
                     size_t *size);

#endif
