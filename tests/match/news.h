/* Token streams with the edits of syndication, from a seed: copies with few and many edits, cut
 * copies, excerpts inside other text, stubs, templates, short items. */
#ifndef TESTS_MATCH_NEWS_H
#define TESTS_MATCH_NEWS_H

#include <stddef.h>
#include <stdint.h>

enum { NEWS_LONGEST = 900 };

typedef struct news {
    uint32_t (*tokens)[NEWS_LONGEST];
    size_t *sizes;
    int32_t *days;
    size_t count;
} news;

/* `count` texts, all different streams. */
news news_create(size_t count, uint64_t seed);
void news_free(news *made);

#endif
