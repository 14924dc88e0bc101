#include "page/entity.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

enum { MAX_NAME = 8 };

/* U+00A0 to U+00FF in order. */
static const char latin1[96][MAX_NAME] = {
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",
    "copy",   "ordf",   "laquo",  "not",    "shy",    "reg",    "macr",   "deg",    "plusmn",
    "sup2",   "sup3",   "acute",  "micro",  "para",   "middot", "cedil",  "sup1",   "ordm",
    "raquo",  "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",  "Atilde",
    "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute", "Ecirc",  "Euml",   "Igrave",
    "Iacute", "Icirc",  "Iuml",   "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde",
    "Ouml",   "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute", "THORN",
    "szlig",  "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil",
    "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc",  "iuml",   "eth",
    "ntilde", "ograve", "oacute", "ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave",
    "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml"};

static const struct {
    char name[MAX_NAME];
    uint32_t code;
} named[] = {{"amp", '&'},       {"lt", '<'},         {"gt", '>'},         {"quot", '"'},
             {"apos", '\''},     {"ndash", 0x2013},   {"mdash", 0x2014},   {"lsquo", 0x2018},
             {"rsquo", 0x2019},  {"sbquo", 0x201A},   {"ldquo", 0x201C},   {"rdquo", 0x201D},
             {"bdquo", 0x201E},  {"bull", 0x2022},    {"hellip", 0x2026},  {"lsaquo", 0x2039},
             {"rsaquo", 0x203A}, {"euro", 0x20AC},    {"trade", 0x2122},   {"thinsp", 0x2009},
             {"ensp", 0x2002},   {"emsp", 0x2003},    {"zwnj", 0x200C},    {"zwj", 0x200D},
             {"lrm", 0x200E},    {"rlm", 0x200F},     {"OElig", 0x152},    {"oelig", 0x153},
             {"Scaron", 0x160},  {"scaron", 0x161},   {"minus", 0x2212},   {"prime", 0x2032}};

static uint32_t code_of_name(const char *name, size_t size)
{
    if (size < 2 || size >= MAX_NAME)
        return 0;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (strlen(named[i].name) == size && memcmp(named[i].name, name, size) == 0)
            return named[i].code;
    for (uint32_t i = 0; i < 96; i++)
        if (strlen(latin1[i]) == size && memcmp(latin1[i], name, size) == 0)
            return 0xA0 + i;
    return 0;
}

static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 99;
}

/* The number in "8217" or "x2019"; 0 for anything that is no character worth writing. */
static uint32_t code_of_number(const char *at, const char *end)
{
    unsigned base = at < end && (*at | 32) == 'x' ? 16 : 10;
    at += base == 16;
    if (at == end || end - at > 7)
        return 0;
    uint32_t code = 0;
    for (; at < end; at++) {
        unsigned digit = digit_value(*at);
        if (digit >= base)
            return 0;
        code = code * base + digit;
    }
    bool scalar = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    return scalar && code >= ' ' ? code : code == '\t' || code == '\n' || code == '\r' ? ' ' : 0;
}

/* The character named by "NAME;" or "#NUMBER;" at `body`, and what follows; 0 for none. */
static uint32_t code_at(const char *body, const char *end, const char **next)
{
    size_t room = (size_t)(end - body) < 10 ? (size_t)(end - body) : 10;
    const char *semicolon = room > 0 ? memchr(body, ';', room) : NULL;
    if (semicolon == NULL || semicolon == body)
        return 0;
    *next = semicolon + 1;
    return *body == '#' ? code_of_number(body + 1, semicolon)
                        : code_of_name(body, (size_t)(semicolon - body));
}

/* Reads a reference at `at`, which holds '&'. Returns the bytes written to `out` and sets `*used`
 * to the bytes read; 0 when it is none. "&amp;nbsp;", encoded twice, is a no-break space. */
static size_t decode(const char *at, const char *end, char out[4], size_t *used)
{
    const char *next, *behind;
    uint32_t code = code_at(at + 1, end, &next);
    *used = 0;
    if (code == 0)
        return 0;
    /* "&amp;amp;quot;": each "amp;" with a reference behind it was an encoding too many. */
    for (uint32_t inner; code == '&' && (inner = code_at(next, end, &behind)) != 0;) {
        code = inner;
        next = behind;
    }
    *used = (size_t)(next - at);
    return sst_utf8_encode(code, out);
}

const char *sst_entity_find(const char *at, const char *end)
{
    char out[4];
    size_t used;
    while (at < end && (at = memchr(at, '&', (size_t)(end - at))) != NULL) {
        if (decode(at, end, out, &used) > 0)
            return at;
        at++;
    }
    return NULL;
}

void sst_entity_append(sst_buffer *buffer, const char *at, const char *end)
{
    for (const char *found; (found = sst_entity_find(at, end)) != NULL;) {
        char out[4];
        size_t used;
        size_t size = decode(found, end, out, &used);
        sst_buffer_append(buffer, at, (size_t)(found - at));
        sst_buffer_append(buffer, out, size);
        at = found + used;
    }
    sst_buffer_append(buffer, at, (size_t)(end - at));
}
