#include "match/news.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "match/corpus.h"

typedef struct dice {
    uint64_t state;
} dice;

static uint64_t roll(dice *d, uint64_t sides)
{
    d->state += 0x9e3779b97f4a7c15u;
    return sst_mix64(d->state) % sides;
}

/* Small ranks are frequent. */
static uint32_t word(dice *d)
{
    uint64_t rank = roll(d, 1 + roll(d, 1 + roll(d, 4000)));
    return (uint32_t)sst_mix64(rank + 1) & ~1u;
}

static size_t original(dice *d, uint32_t *to)
{
    size_t size = roll(d, 4) == 0 ? 1 + roll(d, 25) : 40 + roll(d, 500);
    for (size_t i = 0; i < size; i++)
        to[i] = word(d);
    return size;
}

static size_t edited(dice *d, const uint32_t *from, size_t size, uint32_t *to)
{
    uint64_t percent = 1 + roll(d, 25);
    for (size_t i = 0; i < size; i++)
        to[i] = roll(d, 100) < percent ? word(d) : from[i];
    return size;
}

static size_t cut(dice *d, const uint32_t *from, size_t size, uint32_t *to)
{
    size_t kept = 1 + size * (20 + roll(d, 80)) / 100;
    kept = kept > size ? size : kept;
    memcpy(to, from, kept * sizeof *to);
    return kept;
}

/* A passage of another text with own words around. */
static size_t quoting(dice *d, const uint32_t *from, size_t size, uint32_t *to)
{
    size_t begin = roll(d, size), passage = 1 + roll(d, size - begin), own = roll(d, 200);
    for (size_t i = 0; i < own; i++)
        to[i] = word(d);
    memcpy(to + own, from + begin, passage * sizeof *to);
    for (size_t i = 0; i < own / 2; i++)
        to[own + passage + i] = word(d);
    return own + passage + own / 2;
}

/* The same but for a few places. */
static size_t filled(dice *d, const uint32_t *from, size_t size, uint32_t *to)
{
    memcpy(to, from, size * sizeof *to);
    for (size_t i = 5; i < size; i += 12)
        to[i] = (uint32_t)sst_mix64(roll(d, 1u << 30)) | 1;
    return size;
}

static bool is_new(const news *made, size_t t)
{
    for (size_t i = 0; i < t; i++)
        if (made->sizes[i] == made->sizes[t] &&
            memcmp(made->tokens[i], made->tokens[t], made->sizes[t] * sizeof(uint32_t)) == 0)
            return false;
    return true;
}

static size_t draw(dice *d, const news *made, size_t t)
{
    uint32_t *to = made->tokens[t];
    if (t == 0 || roll(d, 3) == 0)
        return original(d, to);
    size_t source = roll(d, t);
    const uint32_t *from = made->tokens[source];
    size_t size = made->sizes[source] > 560 ? 560 : made->sizes[source];
    switch (roll(d, 4)) {
    case 0:
        return edited(d, from, size, to);
    case 1:
        return cut(d, from, size, to);
    case 2:
        return quoting(d, from, size, to);
    default:
        return filled(d, from, size, to);
    }
}

news news_create(size_t count, uint64_t seed)
{
    news made = {.tokens = calloc(count, sizeof *made.tokens),
                 .sizes = calloc(count, sizeof *made.sizes),
                 .days = calloc(count, sizeof *made.days),
                 .count = count};
    dice d = {seed};
    for (size_t t = 0; t < count; t++) {
        do
            made.sizes[t] = draw(&d, &made, t);
        while (!is_new(&made, t));
        made.days[t] = roll(&d, 4) == 0 ? CORPUS_UNDATED : (int32_t)roll(&d, 9);
    }
    return made;
}

void news_free(news *made)
{
    free(made->tokens);
    free(made->sizes);
    free(made->days);
}
