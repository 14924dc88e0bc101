#include "text/text.h"

#include "text/scratch.h"

enum { TEXT_LIMIT_BITS = 31 };

/* The widest vectors of this machine. */
static sst_add_blocks choose_blocks(void)
{
#ifdef SST_BLOCKS_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
        __builtin_cpu_supports("bmi2"))
        return sst_blocks_add_avx2;
#endif
    return sst_blocks_add;
}

sst_status sst_text_create(sst_text **text, sst_error *error)
{
    *text = sst_allocate_zeroed(1, sizeof **text, "tokenizer scratch", error);
    if (*text == NULL)
        return SST_MEMORY;
    (*text)->add_blocks = choose_blocks();
    return SST_OK;
}

void sst_text_free(sst_text *text)
{
    if (text == NULL)
        return;
    sst_token_list_free(&text->list);
    sst_words_free(&text->words);
#if SST_BLOCKS
    free(text->lowered);
#endif
    free(text);
}

/* ---- Interface ------------------------------------------------------------------------------- */

static sst_status add_by(sst_text *text, sst_text_path path, const uint8_t *bytes, size_t size,
                         sst_error *error)
{
    switch (path) {
    case SST_TEXT_CODE_POINTS:
        return sst_words_add(&text->words, bytes, 0, size, &text->list, error);
    case SST_TEXT_DEFINITION:
        return sst_words_add_normal(&text->words, bytes, 0, size, &text->list, error);
    case SST_TEXT_BLOCKS_16:
        return sst_blocks_add(text, bytes, size, error);
    case SST_TEXT_BLOCKS:
        break;
    }
    return text->add_blocks(text, bytes, size, error);
}

sst_status sst_text_tokens_by(sst_text *text, sst_text_path path, const char *bytes, size_t size,
                              struct sst_text_run *out, sst_error *error)
{
    *out = (struct sst_text_run){0};
    text->list.count = 0;
    if (size > (size_t)1 << TEXT_LIMIT_BITS)
        return sst_fail(error, SST_LIMIT, "text is over 2 GiB; split it");
    sst_status status = add_by(text, path, (const uint8_t *)bytes, size, error);
    if (status == SST_OK)
        *out = (struct sst_text_run){
            .tokens = text->list.tokens, .wide = text->list.wide, .count = text->list.count};
    return status;
}

sst_status sst_text_tokens(sst_text *text, const char *bytes, size_t size,
                           struct sst_text_run *out, sst_error *error)
{
    return sst_text_tokens_by(text, SST_TEXT_BLOCKS, bytes, size, out, error);
}
