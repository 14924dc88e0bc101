// The only C++ of the project: simdjson's On-Demand walk handed out as C calls. Compiled without
// exceptions; every error is a code.
#include "read/json.h"

#include <cstdint>
#include <new>

// In unoptimised builds simdjson would abort where it now returns an error.
#define SIMDJSON_DEVELOPMENT_CHECKS 0
#include <simdjson.h>

using namespace simdjson;

struct sst_json {
    ondemand::parser parser{SIZE_MAX};
};

namespace {

struct walk {
    const sst_json_events &events;
    void *context;
    const char *end; // of the line
    error_code error = SUCCESS;
    bool stopped = false;

    bool fail(error_code code)
    {
        error = code;
        return false;
    }

    bool go_on(bool wanted)
    {
        stopped = !wanted;
        return wanted;
    }

    bool object(ondemand::object object);
    bool array(ondemand::array array);
    bool value(ondemand::value value);
};

bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

bool walk::object(ondemand::object object)
{
    for (auto result : object) {
        ondemand::field field;
        if (auto code = std::move(result).get(field))
            return fail(code);
        const char *key = field.key().raw();
        if (key >= end)
            return fail(INCOMPLETE_ARRAY_OR_OBJECT);
        if (!go_on(events.key(context, key)) || !value(field.value()))
            return false;
    }
    return go_on(events.close(context));
}

bool walk::array(ondemand::array array)
{
    for (auto result : array) {
        ondemand::value element;
        if (auto code = std::move(result).get(element))
            return fail(code);
        if (!value(element))
            return false;
    }
    return go_on(events.close(context));
}

bool walk::value(ondemand::value value)
{
    // The token and the white space up to the next one.
    std::string_view token = value.raw_json_token();
    // Where an inner bracket is missing, a comma behind the line leads On-Demand beyond its
    // last token (seen with 3.0.1), whose size is then not one.
    if (token.data() >= end)
        return fail(INCOMPLETE_ARRAY_OR_OBJECT);
    char first = token[0];
    if (first == '{') {
        ondemand::object inner;
        if (!go_on(events.open(context, token.data())))
            return false;
        if (auto code = value.get_object().get(inner))
            return fail(code);
        return object(inner);
    }
    if (first == '[') {
        ondemand::array inner;
        if (!go_on(events.open(context, token.data())))
            return false;
        if (auto code = value.get_array().get(inner))
            return fail(code);
        return array(inner);
    }
    if (first == '"') {
        // A string left unread would be taken for a key when ':' follows it.
        ondemand::raw_json_string string;
        if (auto code = value.get_raw_json_string().get(string))
            return fail(code);
    }
    size_t size = token.size();
    while (size > 1 && is_space(token[size - 1]))
        size--;
    return go_on(events.scalar(context, token.data(), size));
}

sst_json_fault fault_of(error_code code)
{
    switch (code) {
    case MEMALLOC:
        return SST_JSON_MEMORY;
    case CAPACITY:
        return SST_JSON_TOO_LARGE;
    case UTF8_ERROR:
        return SST_JSON_UTF8;
    case UNCLOSED_STRING:
    case UNESCAPED_CHARS:
        return SST_JSON_STRING;
    case INCORRECT_TYPE:
    case SCALAR_DOCUMENT_AS_VALUE:
    case EMPTY:
        return SST_JSON_NOT_OBJECT;
    case INCOMPLETE_ARRAY_OR_OBJECT:
        return SST_JSON_NOT_CLOSED;
    default:
        return SST_JSON_SYNTAX;
    }
}

// simdjson chooses its SIMD variant on first use, with a new that throws inside noexcept calls:
// without memory that would end the program. So it is chosen while the program is loaded.
const simdjson::implementation *choose_variant()
{
    const auto *best = simdjson::get_available_implementations().detect_best_supported();
    simdjson::get_active_implementation() = best;
    return best;
}

[[maybe_unused]] const simdjson::implementation *const variant = choose_variant();

} // namespace

sst_json *sst_json_create(void)
{
    return new (std::nothrow) sst_json;
}

void sst_json_free(sst_json *json)
{
    delete json;
}

// Memory for a line of `size` bytes: grown by half, so that lines that get longer and longer do
// not allocate for each of them.
static error_code make_room(ondemand::parser &parser, size_t size)
{
    if (size <= parser.capacity())
        return SUCCESS;
    size_t grown = parser.capacity() + parser.capacity() / 2;
    return parser.allocate(size > grown ? size : grown);
}

// Where the iterator stands, as an offset in the line.
static size_t location(ondemand::document &document, const char *line, size_t size)
{
    const char *at = nullptr;
    if (document.current_location().get(at) || at < line || at > line + size)
        return size;
    return static_cast<size_t>(at - line);
}

sst_json_fault sst_json_walk(sst_json *json, const char *line, size_t size,
                             const sst_json_events *events, void *context, size_t *offset)
{
    *offset = SIZE_MAX;
    if (size >= UINT32_MAX)
        return SST_JSON_TOO_LARGE;
    if (auto code = make_room(json->parser, size))
        return fault_of(code);

    ondemand::document document;
    ondemand::object root;
    padded_string_view view(line, size, size + SIMDJSON_PADDING);
    if (auto code = json->parser.iterate(view).get(document))
        return fault_of(code);
    if (auto code = document.get_object().get(root))
        return fault_of(code);

    const char *brace = line;
    while (is_space(*brace))
        brace++;
    walk walk{*events, context, line + size};
    bool whole = walk.go_on(events->open(context, brace)) && walk.object(root);
    if (walk.stopped)
        return SST_JSON_STOPPED;
    *offset = location(document, line, size);
    if (!whole)
        return fault_of(walk.error);
    if (*offset < size)
        return SST_JSON_TRAILING;
    // At the end of the tokens, or behind it: an inner bracket closed the object.
    const char *behind = nullptr;
    return document.current_location().get(behind) ? SST_JSON_FINE : SST_JSON_NOT_CLOSED;
}
