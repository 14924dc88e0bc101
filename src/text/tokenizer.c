#include <string.h>

#include "text/normal.h"
#include "text/token.h"

/* The public tokenizer: the definition, with the normalised words and their places. */
struct sst_tokenizer {
    sst_normal normal;
    sst_token *tokens;
    size_t count;
    size_t capacity;
};

sst_status sst_tokenizer_create(sst_tokenizer **tokenizer, sst_error *error)
{
    *tokenizer = sst_allocate_zeroed(1, sizeof **tokenizer, "a tokenizer", error);
    return *tokenizer == NULL ? SST_MEMORY : SST_OK;
}

void sst_tokenizer_free(sst_tokenizer *tokenizer)
{
    if (tokenizer == NULL)
        return;
    sst_normal_free(&tokenizer->normal);
    free(tokenizer->tokens);
    free(tokenizer);
}

/* Marks may have been reordered: the token stands where any of its points does. */
static void find_place(const sst_point *points, size_t count, sst_token *token)
{
    token->begin = points[0].begin;
    token->end = points[0].end;
    for (size_t i = 1; i < count; i++) {
        if (token->begin > points[i].begin)
            token->begin = points[i].begin;
        if (token->end < points[i].end)
            token->end = points[i].end;
    }
}

static sst_token make_token(const sst_normal *normal, size_t first, size_t last)
{
    const sst_point *points = normal->points;
    const uint8_t *bytes = normal->bytes + points[first].at;
    uint32_t size = points[last].at - points[first].at;
    sst_token token = {.text = (const char *)bytes,
                       .size = size,
                       .hash = sst_token_stored(sst_token_hash(bytes, size),
                                                sst_token_has_digit(bytes, size))};
    find_place(points + first, last - first, &token);
    return token;
}

static sst_status cut(sst_tokenizer *tokenizer, sst_error *error)
{
    sst_cutter cutter = {.normal = &tokenizer->normal};
    while (sst_cutter_next(&cutter)) {
        sst_status status = SST_RESERVE(&tokenizer->tokens, &tokenizer->capacity,
                                        tokenizer->count + 1, "tokens", error);
        if (status != SST_OK)
            return status;
        tokenizer->tokens[tokenizer->count++] =
            make_token(&tokenizer->normal, cutter.first, cutter.last);
    }
    return SST_OK;
}

sst_status sst_tokenizer_run(sst_tokenizer *tokenizer, const char *text, size_t size,
                             const sst_token **tokens, size_t *count, sst_error *error)
{
    *tokens = NULL;
    *count = 0;
    tokenizer->count = 0;
    if (size > (size_t)1 << 31)
        return sst_fail(error, SST_LIMIT, "text is over 2 GiB; split it");
    sst_status status =
        sst_normal_run(&tokenizer->normal, (const uint8_t *)text, 0, size, error);
    if (status == SST_OK)
        status = cut(tokenizer, error);
    if (status != SST_OK)
        return status;
    *tokens = tokenizer->tokens;
    *count = tokenizer->count;
    return SST_OK;
}
