/* The grammar of RFC 8259 once more, as plainly as possible: what the parser is compared with.
 * True for exactly one object of valid UTF-8, at most `depth` levels deep, without lone
 * surrogates, white space around it. */
#ifndef TESTS_READ_REFERENCE_JSON_H
#define TESTS_READ_REFERENCE_JSON_H

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

typedef struct reference {
    const char *at, *end;
    unsigned depth;
} reference;

static bool reference_value(reference *r);

static void reference_space(reference *r)
{
    while (r->at < r->end && memchr(" \t\r\n", *r->at, 4) != NULL)
        r->at++;
}

static bool reference_take(reference *r, char c)
{
    reference_space(r);
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

/* Behind a backslash. A high surrogate wants a low one behind it. */
static bool reference_escape(reference *r)
{
    if (r->at == r->end)
        return false;
    char c = *r->at++;
    if (c != 'u')
        return c != '\0' && strchr("\"\\/bfnrt", c) != NULL;
    unsigned units[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        for (int digit = 0; digit < 4; digit++, r->at++) {
            static const char digits[] = "0123456789abcdefABCDEF";
            const char *found = r->at < r->end ? memchr(digits, *r->at, 22) : NULL;
            if (found == NULL)
                return false;
            unsigned value = (unsigned)(found - digits);
            units[i] = units[i] * 16 + (value < 16 ? value : value - 6);
        }
        if (i == 1 || units[0] < 0xd800 || units[0] > 0xdbff)
            break;
        if (r->end - r->at < 2 || r->at[0] != '\\' || r->at[1] != 'u')
            return false;
        r->at += 2;
    }
    if (units[0] >= 0xd800 && units[0] <= 0xdbff)
        return units[1] >= 0xdc00 && units[1] <= 0xdfff;
    return units[0] < 0xdc00 || units[0] > 0xdfff;
}

static bool reference_string(reference *r)
{
    if (!reference_take(r, '"'))
        return false;
    while (r->at < r->end && *r->at != '"') {
        if ((unsigned char)*r->at < 0x20)
            return false;
        if (*r->at++ == '\\' && !reference_escape(r))
            return false;
    }
    return reference_take(r, '"');
}

static bool reference_digits(reference *r)
{
    const char *begin = r->at;
    while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
        r->at++;
    return r->at > begin;
}

static bool reference_number(reference *r)
{
    if (r->at < r->end && *r->at == '-')
        r->at++;
    bool zero = r->at < r->end && *r->at == '0';
    const char *begin = r->at;
    if (!reference_digits(r) || (zero && r->at - begin > 1))
        return false;
    if (r->at < r->end && *r->at == '.') {
        r->at++;
        if (!reference_digits(r))
            return false;
    }
    if (r->at < r->end && (*r->at == 'e' || *r->at == 'E')) {
        r->at++;
        if (r->at < r->end && (*r->at == '+' || *r->at == '-'))
            r->at++;
        return reference_digits(r);
    }
    return true;
}

static bool reference_word(reference *r, const char *word)
{
    size_t size = strlen(word);
    if ((size_t)(r->end - r->at) < size || memcmp(r->at, word, size) != 0)
        return false;
    r->at += size;
    return true;
}

static bool reference_list(reference *r, char open, char close)
{
    if (r->depth-- == 0 || !reference_take(r, open))
        return false;
    if (!reference_take(r, close)) {
        do {
            if (open == '{' && (!reference_string(r) || !reference_take(r, ':')))
                return false;
            if (!reference_value(r))
                return false;
        } while (reference_take(r, ','));
        if (!reference_take(r, close))
            return false;
    }
    r->depth++;
    return true;
}

static bool reference_value(reference *r)
{
    reference_space(r);
    if (r->at == r->end)
        return false;
    switch (*r->at) {
    case '{':
        return reference_list(r, '{', '}');
    case '[':
        return reference_list(r, '[', ']');
    case '"':
        return reference_string(r);
    case 't':
        return reference_word(r, "true");
    case 'f':
        return reference_word(r, "false");
    case 'n':
        return reference_word(r, "null");
    default:
        return reference_number(r);
    }
}

static bool reference_object(const char *bytes, size_t size, unsigned depth)
{
    reference r = {bytes, bytes + size, depth};
    if (sst_utf8_valid_prefix(bytes, size) != size || !reference_list(&r, '{', '}'))
        return false;
    reference_space(&r);
    return r.at == r.end;
}

#endif
