#include "read/record.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "read/host.h"
#include "read/json.h"
#include "read/json_text.h"
#include "read/published.h"

typedef enum value_kind { STRING, INTEGER, NUMBER, BOOLEAN, NOTHING, OBJECT, ARRAY } value_kind;

static const char *const kind_names[] = {
    [STRING] = "a string", [INTEGER] = "a number", [NUMBER] = "a number that is not whole",
    [BOOLEAN] = "true or false", [NOTHING] = "null", [OBJECT] = "an object",
    [ARRAY] = "an array",
};

/* A key as it stood in a record before, with its closing quote, and whose node it is. */
typedef struct known_key {
    char bytes[31];
    uint8_t size; /* 0: none */
    int node;     /* or -1 */
} known_key;

enum { KNOWN_KEYS = 16 };

struct sst_parser {
    sst_json *json;
    sst_fields fields;
    int64_t now;
    char *scratch; /* unescaped strings, each where it stands in the line */
    size_t capacity;
    sst_buffer host;
    sst_buffer *names; /* or NULL */
    known_key known[KNOWN_KEYS]; /* the records of a file have the same keys in the same order */

    /* The run. */
    const char *line;
    size_t size;
    sst_error *error;
    sst_status status;
    unsigned key_number;                 /* of the record's own keys, from 0 */
    unsigned depth;                      /* open brackets */
    unsigned matched;                    /* of them, those on the way to a wanted field */
    uint16_t nodes[SST_PATH_DEPTH + 1];  /* nodes[matched]: whose keys are looked at */
    int pending;                         /* node of the key whose value comes, or -1 */
    uint16_t seen;
    sst_slice values[SST_WANTED_COUNT];
    value_kind kinds[SST_WANTED_COUNT];
};

sst_status sst_parser_create(const sst_parser_options *options, sst_parser **parser,
                             sst_error *error)
{
    static const sst_parser_options plain = {.now = SST_NO_TIME};
    if (options == NULL)
        options = &plain;
    *parser = NULL;
    sst_parser *made = sst_allocate_zeroed(1, sizeof *made, "a parser", error);
    if (made == NULL)
        return SST_MEMORY;
    made->now = options->now;
    made->json = sst_json_create();
    sst_status status = made->json == NULL
                            ? sst_fail_memory(error, sizeof *made, "a parser")
                            : sst_fields_init(&made->fields, options->preset, options->fields,
                                              options->field_count, error);
    if (status != SST_OK) {
        sst_parser_free(made);
        return status;
    }
    *parser = made;
    return SST_OK;
}

void sst_parser_free(sst_parser *parser)
{
    if (parser == NULL)
        return;
    sst_json_free(parser->json);
    sst_buffer_free(&parser->host);
    free(parser->scratch);
    free(parser);
}

const sst_fields *sst_parser_fields(const sst_parser *parser)
{
    return &parser->fields;
}

uint16_t sst_parser_present(const sst_parser *parser)
{
    return parser->seen;
}

void sst_parser_collect(sst_parser *parser, sst_buffer *names)
{
    parser->names = names;
}

/* Ends the walk with a bad record: `at` is where in the line. Returns false. */
static bool SST_PRINTF(3, 4) bad(sst_parser *parser, const char *at, const char *format, ...)
{
    char message[SST_ERROR_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    parser->status = sst_fail_at(parser->error, SST_INPUT, NULL, 0,
                                 (uint64_t)(at - parser->line), "%s", message);
    return false;
}

static bool bad_byte(sst_parser *parser, const char *at)
{
    unsigned char byte = (unsigned char)*at;
    if (byte > ' ' && byte < 0x7f)
        return bad(parser, at, "not JSON: unexpected '%c' at byte %zu; write one object a line",
                   byte, (size_t)(at - parser->line));
    return bad(parser, at, "not JSON: unexpected byte 0x%02x at byte %zu; write one object a line",
               byte, (size_t)(at - parser->line));
}

/* ---- strings ------------------------------------------------------------------------------- */

/* Undoes the escapes of a string; without any it stays where it is. */
static bool unescape(sst_parser *parser, const char *bytes, size_t size, sst_slice *out)
{
    const char *backslash = memchr(bytes, '\\', size);
    *out = (sst_slice){bytes, size};
    if (backslash == NULL)
        return true;
    char *to = parser->scratch + (bytes - parser->line);
    size_t plain = (size_t)(backslash - bytes), rest;
    memcpy(to, bytes, plain);
    sst_escape_fault fault = sst_json_unescape(backslash, size - plain, to + plain, &rest);
    if (fault == SST_ESCAPE_FINE) {
        *out = (sst_slice){to, plain + rest};
        return true;
    }
    const char *at = backslash + rest;
    if (fault == SST_ESCAPE_LONE_SURROGATE)
        return bad(parser, at,
                   "lone surrogate at byte %zu is no character; write the character itself or "
                   "both halves",
                   (size_t)(at - parser->line));
    return bad(parser, at, "unknown escape at byte %zu; a backslash is written \\\\",
               (size_t)(at - parser->line));
}

/* The bytes of a key up to its closing quote, which is known to be there. */
static bool read_key(sst_parser *parser, const char *bytes, sst_slice *key)
{
    const char *at = bytes;
    while (*at != '"')
        at += *at == '\\' ? 2 : 1;
    return unescape(parser, bytes, (size_t)(at - bytes), key);
}

/* ---- tokens -------------------------------------------------------------------------------- */

static bool token_kind(sst_parser *parser, const char *token, size_t size, value_kind *kind)
{
    bool integer;
    if (*token == '"' && size >= 2 && token[size - 1] == '"') {
        *kind = STRING;
    } else if (sst_json_number(token, size, &integer)) {
        *kind = integer ? INTEGER : NUMBER;
    } else if (size == 4 && memcmp(token, "null", 4) == 0) {
        *kind = NOTHING;
    } else if ((size == 4 && memcmp(token, "true", 4) == 0) ||
               (size == 5 && memcmp(token, "false", 5) == 0)) {
        *kind = BOOLEAN;
    } else {
        return bad_byte(parser, token);
    }
    return true;
}

/* Types that make a bad record; everything else is judged when the record is complete. */
static bool type_fits(sst_wanted wanted, value_kind kind)
{
    switch (wanted) {
    case SST_WANTED_ID:
        return kind == STRING || kind == INTEGER || kind == NOTHING;
    case SST_WANTED_TEXT:
    case SST_WANTED_TITLE:
    case SST_WANTED_URL:
    case SST_WANTED_SOURCE:
        return kind == STRING || kind == NOTHING;
    default:
        return true;
    }
}

static bool set_value(sst_parser *parser, sst_wanted wanted, value_kind kind, sst_slice value,
                      const char *token)
{
    const char *path = parser->fields.paths[wanted];
    if ((parser->seen >> wanted & 1) != 0)
        return bad(parser, token, "field '%s' stands twice in the record; keep one", path);
    parser->seen = (uint16_t)(parser->seen | 1u << wanted);
    if (!type_fits(wanted, kind) && kind == OBJECT)
        return bad(parser, token,
                   "field '%s' is an object, not a string; name what is inside with "
                   "--field %s=%s.NAME",
                   path, sst_wanted_name(wanted), path);
    if (!type_fits(wanted, kind))
        return bad(parser, token,
                   "field '%s' is %s, not a string; mend it or name another with --field %s=NAME",
                   path, kind_names[kind], sst_wanted_name(wanted));
    if (kind == NOTHING)
        return true;
    parser->values[wanted] = value;
    parser->kinds[wanted] = kind;
    return true;
}

/* Gives the value to every field that is wanted under the pending key. */
static bool deliver(sst_parser *parser, value_kind kind, sst_slice value, const char *token)
{
    if (parser->pending < 0)
        return true;
    unsigned fields = parser->fields.nodes[parser->pending].fields;
    for (; fields != 0; fields &= fields - 1)
        if (!set_value(parser, (sst_wanted)__builtin_ctz(fields), kind, value, token))
            return false;
    return true;
}

/* The next of the record's own keys: where its last one is kept, NULL beyond the first few. */
static known_key *next_known(sst_parser *parser)
{
    if (parser->depth != 1 || parser->key_number == KNOWN_KEYS)
        return NULL;
    return &parser->known[parser->key_number++];
}

/* `key` stands in the line as it is kept when nothing in it is escaped. */
static void keep_known(const sst_parser *parser, sst_slice key, const char *bytes,
                       known_key *known)
{
    known->size = 0;
    if (key.bytes != bytes || key.size >= sizeof known->bytes)
        return;
    memcpy(known->bytes, bytes, key.size + 1);
    known->size = (uint8_t)(key.size + 1);
    known->node = parser->pending;
}

static bool on_key(void *context, const char *bytes)
{
    sst_parser *parser = context;
    sst_slice key;
    known_key *known = next_known(parser);
    if (known != NULL && known->size != 0 && parser->names == NULL &&
        memcmp(bytes, known->bytes, known->size) == 0) {
        parser->pending = known->node;
        return true;
    }
    if (!read_key(parser, bytes, &key))
        return false;
    if (parser->names != NULL && parser->depth == 1) {
        uint32_t size = (uint32_t)key.size;
        sst_buffer_append(parser->names, &size, sizeof size);
        sst_buffer_append(parser->names, key.bytes, key.size);
    }
    parser->pending = -1;
    if (parser->depth == parser->matched)
        parser->pending = sst_fields_child(&parser->fields, parser->nodes[parser->matched],
                                           key.bytes, key.size);
    if (known != NULL)
        keep_known(parser, key, bytes, known);
    return true;
}

static bool on_open(void *context, const char *token)
{
    sst_parser *parser = context;
    if (++parser->depth > SST_RECORD_DEPTH)
        return bad(parser, token, "nested deeper than %d levels; flatten the record",
                   SST_RECORD_DEPTH);
    if (parser->depth == 1) {
        parser->matched = 1;
        return true;
    }
    value_kind kind = *token == '{' ? OBJECT : ARRAY;
    if (!deliver(parser, kind, (sst_slice){token, 1}, token))
        return false;
    if (kind == OBJECT && parser->pending >= 0 && parser->fields.nodes[parser->pending].inner)
        parser->nodes[++parser->matched] = (uint16_t)parser->pending;
    parser->pending = -1;
    return true;
}

static bool on_close(void *context)
{
    sst_parser *parser = context;
    if (parser->depth == parser->matched)
        parser->matched--;
    parser->depth--;
    parser->pending = -1;
    return true;
}

static bool on_scalar(void *context, const char *token, size_t size)
{
    sst_parser *parser = context;
    value_kind kind = NOTHING;
    sst_slice value = {token, size};
    if (!token_kind(parser, token, size, &kind))
        return false;
    if (kind == STRING && !unescape(parser, token + 1, size - 2, &value))
        return false;
    return deliver(parser, kind, value, token);
}

/* ---- what is wrong with a line that is no JSON ------------------------------------------------ */

/* simdjson says that a quote or a control character is wrong, not where. */
static void explain_string(sst_parser *parser)
{
    const char *open = NULL, *end = parser->line + parser->size;
    for (const char *at = parser->line; at < end; at++) {
        if (open != NULL && (unsigned char)*at < 0x20) {
            bad(parser, at, "raw control character at byte %zu inside a string; write \\u%04x",
                (size_t)(at - parser->line), (unsigned)(unsigned char)*at);
            return;
        }
        if (*at == '\\' && open != NULL)
            at++;
        else if (*at == '"')
            open = open == NULL ? at : NULL;
    }
    if (open == NULL)
        open = parser->line;
    bad(parser, open,
        "the string that begins at byte %zu is not closed; write newlines in strings as \\n",
        (size_t)(open - parser->line));
}

static void explain_start(sst_parser *parser)
{
    const char *at = parser->line, *end = at + parser->size;
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n'))
        at++;
    if (at == end)
        bad(parser, parser->line, "the line is blank; write one JSON object a line");
    else if (end - at >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
        bad(parser, at, "a byte order mark stands before the record; remove it");
    else if (*at == '[')
        bad(parser, at, "the line is an array, not an object; unpack it with jq -c '.[]'");
    else
        bad_byte(parser, at);
}

static void explain_end(sst_parser *parser)
{
    bad(parser, parser->line + parser->size,
        "not JSON: the object does not end with the line; write one whole object a line");
}

static void explain(sst_parser *parser, sst_json_fault fault, size_t offset)
{
    size_t broken;
    switch (fault) {
    case SST_JSON_FINE:
    case SST_JSON_STOPPED:
        break;
    case SST_JSON_MEMORY:
        parser->status = sst_fail_memory(parser->error, parser->size * 6, "the tokens of a line");
        break;
    case SST_JSON_TOO_LARGE:
        parser->status = sst_fail(parser->error, SST_LIMIT, "the line is too long; split it");
        break;
    case SST_JSON_UTF8:
        broken = sst_utf8_valid_prefix(parser->line, parser->size);
        bad(parser, parser->line + broken,
            "broken UTF-8 at byte %zu; convert the file with iconv -f ENCODING -t UTF-8", broken);
        break;
    case SST_JSON_STRING:
        explain_string(parser);
        break;
    case SST_JSON_NOT_OBJECT:
        explain_start(parser);
        break;
    case SST_JSON_TRAILING:
        bad(parser, parser->line + offset,
            "something follows the object at byte %zu; write one object a line", offset);
        break;
    case SST_JSON_NOT_CLOSED:
        explain_end(parser);
        break;
    case SST_JSON_SYNTAX:
        if (offset < parser->size)
            bad_byte(parser, parser->line + offset);
        else
            explain_end(parser);
        break;
    }
}

/* ---- the record ---------------------------------------------------------------------------- */

/* Offset of the first control character (Unicode category Cc), or `size`. */
static size_t find_control(sst_slice text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if (byte < 0x20 || byte == 0x7f)
            return i;
        if (byte == 0xc2 && (unsigned char)text.bytes[i + 1] < 0xa0)
            return i;
    }
    return text.size;
}

static bool resolve_id(sst_parser *parser, sst_record *record)
{
    sst_slice id = parser->values[SST_WANTED_ID];
    const char *path = parser->fields.paths[SST_WANTED_ID];
    if (id.size == 0) {
        id = record->url;
        path = parser->fields.paths[SST_WANTED_URL];
    }
    if (id.size > SST_ID_SIZE)
        return bad(parser, parser->line,
                   "the id in field '%s' has %zu bytes; at most %d are allowed", path, id.size,
                   SST_ID_SIZE);
    if (find_control(id) < id.size)
        return bad(parser, parser->line, "the id in field '%s' holds a control character; "
                   "remove it", path);
    record->id = id;
    return true;
}

static bool resolve_source(sst_parser *parser, sst_record *record)
{
    record->source = parser->values[SST_WANTED_SOURCE];
    if (record->source.size != 0)
        return true;
    sst_buffer_reset(&parser->host);
    sst_host_append(&parser->host, record->url.bytes, record->url.size);
    if (parser->host.failed) {
        parser->status = sst_buffer_status(&parser->host, "a host name", parser->error);
        return false;
    }
    record->source = (sst_slice){parser->host.size == 0 ? NULL : parser->host.bytes,
                                 parser->host.size};
    return true;
}

static void resolve_time(const sst_parser *parser, sst_record *record)
{
    sst_slice published = parser->values[SST_WANTED_PUBLISHED];
    record->published = published;
    record->time = SST_NO_TIME;
    if (published.bytes == NULL || published.size == 0)
        return;
    value_kind kind = parser->kinds[SST_WANTED_PUBLISHED];
    if (kind == STRING)
        record->time = sst_published_parse(published.bytes, published.size);
    else if (kind == INTEGER || kind == NUMBER)
        record->time = sst_published_number(published.bytes, published.size);
    if (parser->now != SST_NO_TIME && record->time != SST_NO_TIME &&
        record->time - SST_PUBLISHED_AHEAD > parser->now)
        record->time = SST_NO_TIME;
    record->published_odd = record->time == SST_NO_TIME;
}

/* The value when it has one of two kinds and is not empty; otherwise absent. */
static sst_slice value_of(const sst_parser *parser, sst_wanted wanted, value_kind a,
                          value_kind b)
{
    value_kind kind = parser->kinds[wanted];
    sst_slice value = parser->values[wanted];
    return value.size != 0 && (kind == a || kind == b) ? value : (sst_slice){NULL, 0};
}

static bool resolve(sst_parser *parser, sst_record *record)
{
    *record = (sst_record){
        .text = parser->values[SST_WANTED_TEXT],
        .title = parser->values[SST_WANTED_TITLE],
        .url = value_of(parser, SST_WANTED_URL, STRING, STRING),
        .lang = value_of(parser, SST_WANTED_LANG, STRING, STRING),
        .page = value_of(parser, SST_WANTED_PAGE, STRING, STRING),
        .cluster = value_of(parser, SST_WANTED_CLUSTER, STRING, INTEGER),
        .text_missing = parser->values[SST_WANTED_TEXT].bytes == NULL,
    };
    resolve_time(parser, record);
    return resolve_id(parser, record) && resolve_source(parser, record);
}

static sst_status begin(sst_parser *parser, const char *line, size_t size, sst_error *error)
{
    if (size > SST_RECORD_LIMIT)
        return sst_fail(error, SST_LIMIT, "the line has %zu bytes, more than 2 GiB; split it",
                        size);
    parser->line = line;
    parser->size = size;
    parser->error = error;
    parser->status = SST_OK;
    parser->key_number = 0;
    parser->depth = 0;
    parser->matched = 0;
    parser->nodes[1] = 0;
    parser->pending = -1;
    parser->seen = 0;
    memset(parser->values, 0, sizeof parser->values);
    return SST_RESERVE(&parser->scratch, &parser->capacity, size + SST_UNESCAPE_SLACK,
                       "the unescaped text of a line", error);
}

sst_status sst_parser_run(sst_parser *parser, const char *line, size_t size, sst_record *record,
                          sst_error *error)
{
    static const sst_json_events events = {on_key, on_open, on_close, on_scalar};
    sst_status status = begin(parser, line, size, error);
    if (status != SST_OK)
        return status;
    size_t offset;
    sst_json_fault fault = sst_json_walk(parser->json, line, size, &events, parser, &offset);
    if (fault == SST_JSON_FINE)
        resolve(parser, record);
    else
        explain(parser, fault, offset);
    return parser->status;
}
