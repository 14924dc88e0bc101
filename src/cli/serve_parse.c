#include "cli/serve_parse.h"

#include <string.h>
#include <strings.h>

enum { OK = 0, BAD_REQUEST = 400, NOT_FOUND = 404, METHOD_NOT_ALLOWED = 405 };

/* ---- Targets ---- */

static int hex_digit(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte = (char)(byte | 0x20);
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Percent-decodes once. */
static bool decode_id(const char *path, serve_text *id)
{
    for (; *path != '\0'; path++) {
        char byte = *path;
        if (byte == '%') {
            int high = hex_digit(path[1]), low = high < 0 ? -1 : hex_digit(path[2]);
            if (low < 0)
                return false;
            byte = (char)(high * 16 + low);
            path += 2;
        }
        if ((unsigned char)byte < 0x20 || byte == 0x7f)
            return false;
        serve_text_add(id, &byte, 1);
    }
    return !id->failed && serve_is_utf8(id->bytes, id->size);
}

/* "http://host/path" is "/path" (RFC 9112, section 3.2.2). */
static const char *skip_host(const char *path)
{
    static const char scheme[] = "http://";
    if (strncasecmp(path, scheme, sizeof scheme - 1) != 0)
        return path;
    path = strchr(path + sizeof scheme - 1, '/');
    return path == NULL ? "" : path;
}

static serve_route find_route(const char *path, const char **rest)
{
    static const struct {
        const char *path;
        serve_route route;
        bool prefix;
    } routes[] = {
        {"/v1/stories", SERVE_ADD, false},   {"/v1/check", SERVE_CHECK, false},
        {"/v1/stories/", SERVE_STORY, true}, {"/v1/clusters/", SERVE_CLUSTER, true},
        {"/healthz", SERVE_HEALTH, false},   {"/readyz", SERVE_READY, false},
        {"/metrics", SERVE_METRICS, false},
    };
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        size_t size = strlen(routes[i].path);
        if (strncmp(path, routes[i].path, size) != 0)
            continue;
        *rest = path + size;
        if (routes[i].prefix ? **rest != '\0' : **rest == '\0')
            return routes[i].route;
    }
    *rest = "";
    return SERVE_NOWHERE;
}

static bool method_fits(const char *method, serve_route *route)
{
    if (*route == SERVE_ADD || *route == SERVE_CHECK)
        return strcmp(method, "POST") == 0;
    if (*route == SERVE_STORY && strcmp(method, "DELETE") == 0) {
        *route = SERVE_DELETE;
        return true;
    }
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

unsigned serve_parse_target(const char *method, const char *path, serve_route *route,
                            serve_text *id, const char **why)
{
    const char *rest;
    *route = find_route(skip_host(path), &rest);
    if (*route == SERVE_NOWHERE) {
        *why = "there is no such path";
        return NOT_FOUND;
    }
    if (!method_fits(method, route)) {
        *why = "the path has no such method";
        return METHOD_NOT_ALLOWED;
    }
    if (decode_id(rest, id))
        return OK;
    *why = "the id is not percent-encoded correctly; encode its UTF-8 bytes once";
    return BAD_REQUEST;
}

const char *serve_allowed_methods(serve_route route)
{
    if (route == SERVE_ADD || route == SERVE_CHECK)
        return "POST";
    return route == SERVE_STORY || route == SERVE_DELETE ? "GET, HEAD, DELETE" : "GET, HEAD";
}

/* ---- Heads ---- */

/* RFC 9110, section 5.6.2. A blank before the colon is part of the name here. */
static bool is_token(const char *name)
{
    static const char more[] = "!#$%&'*+-.^_`|~";
    const char *at = name;
    while ((*at >= '0' && *at <= '9') || ((*at | 0x20) >= 'a' && (*at | 0x20) <= 'z') ||
           (*at != '\0' && strchr(more, *at) != NULL))
        at++;
    return at > name && *at == '\0';
}

static bool is_number(const char *text)
{
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

void serve_head_add(serve_head *head, const char *name, const char *value)
{
    if (value == NULL)
        value = "";
    head->odd_name |= !is_token(name);
    if (strcasecmp(name, "content-length") == 0) {
        head->lengths++;
        head->odd_length |= !is_number(value);
    } else if (strcasecmp(name, "transfer-encoding") == 0) {
        head->encodings++;
        head->odd_encoding |= strcasecmp(value, "chunked") != 0;
    }
    head->hosts += strcasecmp(name, "host") == 0;
    /* Browsers say where a request comes from; "none" is a person at the address bar. */
    head->of_page |=
        strcasecmp(name, "origin") == 0 ||
        (strcasecmp(name, "sec-fetch-site") == 0 && strcasecmp(value, "none") != 0);
}

const char *serve_head_trick(const serve_head *head, const char *version)
{
    bool newest = strcmp(version, "HTTP/1.1") == 0;
    if (head->odd_name)
        return "a header field whose name is no token";
    if (head->lengths > 1 || head->odd_length)
        return "more than one Content-Length, or one that is no number";
    if (head->lengths > 0 && head->encodings > 0)
        return "both Content-Length and Transfer-Encoding";
    if (head->encodings > 1 || head->odd_encoding || (head->encodings > 0 && !newest))
        return "a Transfer-Encoding other than chunked, once, in HTTP/1.1";
    if (head->hosts > 1)
        return "more than one Host";
    if (head->hosts == 0 && newest)
        return "no Host";
    return NULL;
}

bool serve_same_secret(const char *given, const char *token)
{
    size_t size = strlen(token), given_size = strlen(given);
    unsigned char difference = size != given_size;
    for (size_t i = 0; i < size; i++)
        difference |= (unsigned char)(token[i] ^ (given_size == 0 ? 0 : given[i % given_size]));
    return difference == 0;
}

/* ---- Bodies ---- */

bool serve_is_lines(const char *content_type)
{
    static const char *const types[] = {"application/x-ndjson", "application/ndjson",
                                        "application/jsonl"};
    for (size_t i = 0; content_type != NULL && i < sizeof types / sizeof *types; i++) {
        size_t size = strlen(types[i]);
        if (strncasecmp(content_type, types[i], size) == 0 &&
            strchr("; \t", content_type[size]) != NULL) /* the end counts, too */
            return true;
    }
    return false;
}

static bool is_blank(const char *line, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
            return false;
    return true;
}

bool serve_next_line(const serve_text *body, bool lines, size_t *at, const char **line,
                     size_t *size)
{
    while (*at < body->size) {
        const char *begin = body->bytes + *at;
        size_t left = body->size - *at;
        const char *newline = lines ? memchr(begin, '\n', left) : NULL;
        *size = newline == NULL ? left : (size_t)(newline - begin);
        *at += newline == NULL ? left : *size + 1;
        *line = begin;
        if (!lines || !is_blank(begin, *size))
            return true;
    }
    return false;
}
