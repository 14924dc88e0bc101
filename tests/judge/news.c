#include "judge/news.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const figures[NEWS_VARIANTS][NEWS_FIGURES] = {
    {"84", "31", "260", "173", "45", "12"},
    {"97", "26", "315", "208", "52", "19"},
    {"61", "38", "142", "95", "37", "23"},
};

static size_t put(const char *bytes, size_t size, char *out, size_t length)
{
    if (length + size + 1 > NEWS_SIZE)
        abort(); /* a fixture that is too long is a mistake in the test */
    memcpy(out + length, bytes, size);
    out[length + size] = '\0';
    return length + size;
}

static const char *fill(const news_language *language, char place, const news_facts *facts)
{
    if (place == 'N')
        return language->persons[facts->names];
    if (place == 'P')
        return language->places[facts->names];
    return figures[facts->figures[place - '1']][place - '1'];
}

size_t news_render(const news_language *language, const char *text, const news_facts *facts,
                   char *out, size_t length)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at != '%') {
            length = put(at, 1, out, length);
            continue;
        }
        const char *value = fill(language, *++at, facts);
        length = put(value, strlen(value), out, length);
    }
    return length;
}

size_t news_append(const char *text, char *out, size_t length)
{
    if (length > 0)
        length = put("\n\n", 2, out, length);
    return put(text, strlen(text), out, length);
}

size_t news_body(const news_language *language, int other, int begin, int end,
                 const news_facts *facts, char *out, size_t length)
{
    for (int i = begin; i < end; i++) {
        length = news_append("", out, length);
        length = news_render(language,
                             other ? language->other_paragraphs[i] : language->paragraphs[i],
                             facts, out, length);
    }
    return length;
}

void news_own_digits(const news_language *language, char *text)
{
    char copy[NEWS_SIZE];
    size_t length = 0;
    for (const char *at = text; *at != '\0'; at++) {
        const char *piece = at;
        size_t size = 1;
        if (*at >= '0' && *at <= '9') {
            piece = language->digits[*at - '0'];
            size = strlen(piece);
        }
        length = put(piece, size, copy, length);
    }
    memcpy(text, copy, length + 1);
}

void news_cut_tail(char *text, int percent)
{
    size_t length = strlen(text);
    size_t keep = length * (size_t)(100 - percent) / 100;
    while (keep > 0 && ((unsigned char)text[keep] & 0xc0) == 0x80)
        keep--;
    size_t space = keep;
    while (space > 0 && keep - space < 40 && text[space] != ' ')
        space--;
    text[text[space] == ' ' ? space : keep] = '\0';
}

void news_misspell(char *text, int every)
{
    char copy[NEWS_SIZE];
    size_t length = 0;
    int word = 0;
    const char *letter = text; /* where the last character began */
    for (const char *at = text; *at != '\0'; at++) {
        if (((unsigned char)*at & 0xc0) != 0x80 && *at != ' ')
            letter = at;
        if (*at == ' ' && ++word % every == 0 && (*letter < '0' || *letter > '9'))
            length = put(letter, (size_t)(at - letter), copy, length);
        length = put(at, 1, copy, length);
    }
    memcpy(text, copy, length + 1);
}
