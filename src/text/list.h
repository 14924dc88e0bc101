/* The growing arrays of token hashes behind sst_text_run. */
#ifndef TEXT_LIST_H
#define TEXT_LIST_H

#include "base/memory.h"
#include "text/token.h"

typedef struct sst_token_list {
    uint32_t *tokens;
    uint64_t *wide;
    size_t count;
    size_t token_capacity, wide_capacity;
} sst_token_list;

static inline sst_status sst_token_list_reserve(sst_token_list *list, size_t more,
                                                sst_error *error)
{
    size_t needed = list->count + more;
    sst_status status = SST_RESERVE(&list->tokens, &list->token_capacity, needed, "tokens", error);
    if (status == SST_OK)
        status = SST_RESERVE(&list->wide, &list->wide_capacity, needed, "token hashes", error);
    return status;
}

/* There is room for it. */
static inline void sst_token_list_add(sst_token_list *list, uint64_t hash, bool digit)
{
    list->wide[list->count] = hash;
    list->tokens[list->count++] = sst_token_stored(hash, digit);
}

static inline void sst_token_list_free(sst_token_list *list)
{
    free(list->tokens);
    free(list->wide);
    *list = (sst_token_list){0};
}

#endif
