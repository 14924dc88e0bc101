#include "sides.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "job/common.h"

void sides_check(sst_status status, const sst_error *error)
{
    if (status == SST_OK)
        return;
    fprintf(stderr, "bench: %s\n", error->message);
    exit(1);
}

void *sides_allocate(size_t count, size_t size)
{
    sst_error error = {0};
    void *memory = sst_allocate(count + 1, size, "judged pairs", &error);
    sides_check(memory == NULL ? SST_MEMORY : SST_OK, &error);
    return memory;
}

const sst_entry *sides_entry(const sst_corpus *corpus, uint32_t text)
{
    return &corpus->entries[corpus->text_member[corpus->text_begin[text]]];
}

sst_judge_side sides_copy(const sst_corpus *c, const sst_entry *entry)
{
    sst_error error = {0};
    size_t count = (size_t)entry->title_count + entry->token_count;
    uint32_t *tokens = sides_allocate(count, sizeof *tokens);
    uint64_t *common = sides_allocate(count, sizeof *common);
    uint64_t *scratch = sides_allocate(count, sizeof *scratch);
    const void *bytes;
    sides_check(sst_pool_read(c->tokens, entry->tokens_at, count * sizeof *tokens, tokens, &bytes,
                              &error), &error);
    memmove(tokens, bytes, count * sizeof *tokens);
    sst_judge_side side = {
        .title = tokens,
        .title_count = entry->title_count,
        .tokens = tokens + entry->title_count,
        .token_count = entry->token_count,
        .day = entry->published == SST_NO_TIME ? SST_NO_DAY : sst_day_of(entry->published),
        .key = entry->key,
        .common = common,
    };
    side.common_count =
        sst_common_shingles(c->days, side.tokens, side.token_count, common, scratch);
    free(scratch);
    return side;
}
