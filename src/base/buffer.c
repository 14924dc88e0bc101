#include "base/buffer.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void sst_buffer_free(sst_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (sst_buffer){0};
}

void sst_buffer_reset(sst_buffer *buffer)
{
    buffer->size = 0;
    buffer->failed = false;
}

bool sst_buffer_reserve(sst_buffer *buffer, size_t more)
{
    if (buffer->failed)
        return false;
    if (more <= buffer->capacity - buffer->size)
        return true;
    buffer->failed = more > SIZE_MAX - buffer->size ||
                     sst_array_grow(&buffer->bytes, &buffer->capacity, buffer->size + more, 1,
                                    "a buffer", NULL) != SST_OK;
    return !buffer->failed;
}

void sst_buffer_append(sst_buffer *buffer, const void *bytes, size_t size)
{
    if (size == 0 || !sst_buffer_reserve(buffer, size))
        return;
    memcpy(buffer->bytes + buffer->size, bytes, size);
    buffer->size += size;
}

void sst_buffer_byte(sst_buffer *buffer, char byte)
{
    sst_buffer_append(buffer, &byte, 1);
}

void sst_buffer_text(sst_buffer *buffer, const char *text)
{
    sst_buffer_append(buffer, text, strlen(text));
}

/* A program may have set a locale in which numbers have a comma; JSON has a point. */
static int format_plainly(char *text, size_t size, const char *format, va_list arguments)
{
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0); /* exists always, is not made */
    locale_t before = uselocale(plain);
    int length = vsnprintf(text, size, format, arguments);
    uselocale(before);
    freelocale(plain);
    return length;
}

void sst_buffer_format(sst_buffer *buffer, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    int size = format_plainly(text, sizeof text, format, arguments);
    va_end(arguments);
    if (size >= 0 && (size_t)size < sizeof text) {
        sst_buffer_append(buffer, text, (size_t)size);
        return;
    }
    if (size < 0 || !sst_buffer_reserve(buffer, (size_t)size + 1)) {
        buffer->failed = true;
        return;
    }
    va_start(arguments, format);
    format_plainly(buffer->bytes + buffer->size, (size_t)size + 1, format, arguments);
    va_end(arguments);
    buffer->size += (size_t)size;
}

void sst_buffer_unsigned(sst_buffer *buffer, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    sst_buffer_append(buffer, digits + at, sizeof digits - at);
}

static void append_json_escape(sst_buffer *buffer, unsigned char byte)
{
    static const char short_forms[] = "btn\0fr"; /* 0x08 to 0x0d; 0x0b has none */
    if (byte == '"' || byte == '\\') {
        sst_buffer_byte(buffer, '\\');
        sst_buffer_byte(buffer, (char)byte);
    } else if (byte >= 0x08 && byte <= 0x0d && byte != 0x0b) {
        sst_buffer_byte(buffer, '\\');
        sst_buffer_byte(buffer, short_forms[byte - 0x08]);
    } else {
        sst_buffer_format(buffer, "\\u%04x", byte);
    }
}

void sst_buffer_json_string(sst_buffer *buffer, const char *bytes, size_t size)
{
    sst_buffer_byte(buffer, '"');
    size_t begin = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte >= 0x20 && byte != '"' && byte != '\\')
            continue;
        sst_buffer_append(buffer, bytes + begin, i - begin);
        append_json_escape(buffer, byte);
        begin = i + 1;
    }
    if (begin < size) /* `bytes` may be NULL */
        sst_buffer_append(buffer, bytes + begin, size - begin);
    sst_buffer_byte(buffer, '"');
}

void sst_buffer_ratio(sst_buffer *buffer, uint64_t numerator, uint64_t denominator)
{
    uint64_t thousandths = 0;
    if (denominator != 0)
        thousandths = (2000 * numerator + denominator) / (2 * denominator);
    if (thousandths >= 1000 && numerator != denominator)
        thousandths = 999;
    if (thousandths == 0 && numerator != 0)
        thousandths = 1;
    char digits[] = {(char)('0' + thousandths / 1000), '.', (char)('0' + thousandths / 100 % 10),
                     (char)('0' + thousandths / 10 % 10), (char)('0' + thousandths % 10)};
    sst_buffer_append(buffer, digits, sizeof digits);
}

sst_status sst_buffer_status(const sst_buffer *buffer, const char *what, sst_error *error)
{
    return buffer->failed ? sst_fail_memory(error, buffer->size, what) : SST_OK;
}
