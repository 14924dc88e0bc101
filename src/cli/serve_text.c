#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/serve_parse.h"

static bool reserve(serve_text *text, size_t more)
{
    if (text->failed || more <= text->capacity - text->size)
        return !text->failed;
    size_t wanted = text->size + more + text->capacity / 2 + 256;
    char *bytes = wanted < more ? NULL : realloc(text->bytes, wanted);
    text->failed = bytes == NULL;
    if (text->failed)
        return false;
    text->bytes = bytes;
    text->capacity = wanted;
    return true;
}

void serve_text_add(serve_text *text, const char *bytes, size_t size)
{
    if (size == 0 || !reserve(text, size))
        return;
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
}

void serve_text_format(serve_text *text, const char *format, ...)
{
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (size < 0 || (size_t)size >= sizeof line)
        text->failed = true;
    else
        serve_text_add(text, line, (size_t)size);
}

/* Bytes of the UTF-8 character at `bytes`, 0 when there is none (table 3-7 of the Unicode
 * standard). */
static size_t character_size(const unsigned char *bytes, size_t left)
{
    unsigned char first = bytes[0];
    if (first < 0x80)
        return 1;
    size_t size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (size == 0 || size > left)
        return 0;
    unsigned char least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    unsigned char most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (bytes[1] < least || bytes[1] > most)
        return 0;
    for (size_t i = 2; i < size; i++)
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
    return size;
}

bool serve_is_utf8(const char *bytes, size_t size)
{
    size_t step;
    for (size_t at = 0; at < size; at += step) {
        step = character_size((const unsigned char *)bytes + at, size - at);
        if (step == 0)
            return false;
    }
    return true;
}

/* A JSON string (RFC 8259); what is not UTF-8 (a message cut within a character) becomes
 * U+FFFD. */
static void add_json(serve_text *text, const char *bytes, size_t size)
{
    serve_text_add(text, "\"", 1);
    for (size_t at = 0; at < size;) {
        unsigned char byte = (unsigned char)bytes[at];
        size_t step = character_size((const unsigned char *)bytes + at, size - at);
        if (step == 0)
            serve_text_add(text, "\xef\xbf\xbd", 3);
        else if (byte == '"' || byte == '\\')
            serve_text_format(text, "\\%c", byte);
        else if (byte < 0x20)
            serve_text_format(text, "\\u%04x", byte);
        else
            serve_text_add(text, bytes + at, step);
        at += step == 0 ? 1 : step;
    }
    serve_text_add(text, "\"", 1);
}

void serve_text_problem(serve_text *text, unsigned code, const char *title, const char *detail,
                        size_t line)
{
    serve_text_format(
        text, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u,\"detail\":", title,
        code);
    add_json(text, detail, strlen(detail));
    if (line > 0)
        serve_text_format(text, ",\"line\":%zu", line);
    serve_text_add(text, "}", 1);
}

void serve_text_free(serve_text *text)
{
    free(text->bytes);
    *text = (serve_text){0};
}
