/* The lines of `samestory tokens`: what is compared, as words or as shingle hashes. */
#include "job/write.h"

#include "base/sort.h"
#include "job/clock.h"
#include "job/prepare.h"
#include "text/shingle.h"

/* ---- shingles: from the stored tokens ---------------------------------------------------------- */

typedef struct shingle_lines {
    uint32_t *tokens; /* scratch for a spilled story */
    size_t token_capacity;
    uint64_t *shingles, *scratch;
    size_t capacity, scratch_capacity;
    sst_buffer buffer;
} shingle_lines;

static void write_hex(sst_buffer *buffer, uint64_t number)
{
    static const char digits[] = "0123456789abcdef";
    char text[18] = {'"'};
    for (int i = 0; i < 16; i++)
        text[1 + i] = digits[number >> (60 - 4 * i) & 15];
    text[17] = '"';
    sst_buffer_append(buffer, text, sizeof text);
}

static sst_status write_shingles(shingle_lines *w, const sst_corpus *c, uint32_t number,
                                 unsigned width, sst_error *error)
{
    const sst_entry *entry = &c->entries[number];
    size_t positions = sst_shingle_positions(entry->token_count, width);
    const void *tokens;
    sst_status status = SST_RESERVE(&w->tokens, &w->token_capacity, entry->token_count,
                                    "tokens", error);
    if (status == SST_OK)
        status = SST_RESERVE(&w->shingles, &w->capacity, positions, "shingles", error);
    if (status == SST_OK)
        status = SST_RESERVE(&w->scratch, &w->scratch_capacity, positions, "shingles", error);
    if (status == SST_OK)
        status = sst_pool_read(c->tokens, sst_entry_body_at(entry),
                               entry->token_count * sizeof(uint32_t), w->tokens, &tokens, error);
    if (status != SST_OK)
        return status;
    sst_shingles(tokens, entry->token_count, width, w->shingles);
    sst_sort_block(w->shingles, w->scratch, positions);
    positions = sst_sort_unique(w->shingles, positions);
    sst_buffer_text(&w->buffer, "{\"id\":");
    sst_write_id(&w->buffer, c, number);
    sst_buffer_text(&w->buffer, ",\"shingles\":[");
    for (size_t i = 0; i < positions; i++) {
        if (i != 0)
            sst_buffer_byte(&w->buffer, ',');
        write_hex(&w->buffer, w->shingles[i]);
    }
    sst_buffer_text(&w->buffer, "]}\n");
    return SST_OK;
}

static sst_status write_all_shingles(const sst_corpus *c, unsigned width, sst_sink sink,
                                     sst_error *error)
{
    shingle_lines w = {0};
    sst_status status = SST_OK;
    for (uint32_t i = 0; i < c->entry_count && status == SST_OK; i++) {
        if (c->entries[i].dropped)
            continue;
        status = write_shingles(&w, c, i, width, error);
        if (status == SST_OK)
            status = sst_write_flush(&w.buffer, sink, false, error);
    }
    if (status == SST_OK)
        status = sst_write_flush(&w.buffer, sink, true, error);
    free(w.tokens);
    free(w.shingles);
    free(w.scratch);
    sst_buffer_free(&w.buffer);
    return status;
}

/* ---- words: from the input, read again ------------------------------------------------------------ */

typedef struct word_lines {
    sst_corpus *corpus;
    sst_preparer *preparer;
    sst_tokenizer *tokenizer;
    sst_buffer buffer;
    sst_sink sink;
} word_lines;

static bool is_kept(const void *context, size_t entry)
{
    const word_lines *w = context;
    return !w->corpus->entries[entry].dropped;
}

static sst_status write_words(void *context, size_t entry, const sst_record *record,
                              sst_slice page, sst_error *error)
{
    word_lines *w = context;
    sst_slice body;
    const sst_token *tokens = NULL;
    size_t count = 0;
    (void)page;
    sst_status status = sst_prepare_body(w->preparer, record, &body, error);
    if (status == SST_OK && body.size != 0)
        status = sst_tokenizer_run(w->tokenizer, body.bytes, body.size, &tokens, &count, error);
    if (status != SST_OK)
        return status;
    sst_buffer_text(&w->buffer, "{\"id\":");
    sst_write_id(&w->buffer, w->corpus, (uint32_t)entry);
    sst_buffer_text(&w->buffer, ",\"tokens\":[");
    for (size_t i = 0; i < count; i++) {
        if (i != 0)
            sst_buffer_byte(&w->buffer, ',');
        sst_buffer_json_string(&w->buffer, tokens[i].text, tokens[i].size);
    }
    sst_buffer_text(&w->buffer, "]}\n");
    return sst_write_flush(&w->buffer, w->sink, false, error);
}

static sst_status write_all_words(sst_corpus *c, sst_sink sink, sst_error *error)
{
    word_lines w = {.corpus = c, .sink = sink};
    const sst_story_taker taker = {.wanted = is_kept, .take = write_words, .context = &w};
    sst_status status = sst_preparer_create(c->cues, &w.preparer, error);
    if (status == SST_OK)
        status = sst_tokenizer_create(&w.tokenizer, error);
    if (status == SST_OK)
        status = sst_corpus_replay_stories(c, &taker, error);
    if (status == SST_OK)
        status = sst_write_flush(&w.buffer, sink, true, error);
    sst_preparer_free(w.preparer);
    sst_tokenizer_free(w.tokenizer);
    sst_buffer_free(&w.buffer);
    return status;
}

sst_status sst_corpus_write_tokens(sst_corpus *corpus, unsigned width, sst_sink sink,
                                   sst_error *error)
{
    sst_status status = sst_corpus_need(corpus, SST_CORPUS_READ, error);
    if (status != SST_OK)
        return status;
    if (width > 64)
        return sst_fail(error, SST_ARGUMENT, "shingles of %u tokens; give 1 to 64", width);
    double start = sst_clock_seconds();
    status = width == 0 ? write_all_words(corpus, sink, error)
                                   : write_all_shingles(corpus, width, sink, error);
    corpus->summary.seconds_write += sst_clock_seconds() - start;
    return status;
}
