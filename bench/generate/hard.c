#include <stdlib.h>

#include "generate/corpora.h"

enum { CHAIN_SENTENCES = 12, CHAIN_WORDS = 20, SHARED_WORDS = 60 };

typedef struct hard_corpus hard_corpus;
/* Fills the draft of story `index`. */
typedef void hard_fill(hard_corpus *corpus, uint64_t index);

struct hard_corpus {
    uint64_t seed;
    gen_lexicon *lexicon;
    gen_draft draft;
    gen_record record;
    sst_buffer line;
};

/* Adds `words` words of the stream (purpose, index) as sentences of CHAIN_WORDS. */
static void add_words(hard_corpus *corpus, uint64_t purpose, uint64_t index, size_t words)
{
    random_source random = random_stream(corpus->seed, purpose, index);
    gen_draft *draft = &corpus->draft;
    for (size_t i = 0; i < words && draft->count < DRAFT_ITEMS; i++) {
        bool last = i + 1 == words || i % CHAIN_WORDS == CHAIN_WORDS - 1;
        draft->items[draft->count++] =
            (draft_item){random_below(&random, LEXICON_WORDS), ITEM_WORD,
                         last ? AFTER_SENTENCE : AFTER_SPACE};
    }
}

static void fill_identical(hard_corpus *corpus, uint64_t index)
{
    (void)index;
    add_words(corpus, 'i', 0, 300);
}

static void fill_paragraph(hard_corpus *corpus, uint64_t index)
{
    random_source random = random_stream(corpus->seed, 'l', index);
    size_t before = random_between(&random, 60, 200), after = random_between(&random, 120, 400);
    add_words(corpus, 'b', index, before);
    add_words(corpus, 'p', 0, SHARED_WORDS);
    add_words(corpus, 'a', index, after);
}

/* Story i + 1 is story i with sentence (i + 1) mod CHAIN_SENTENCES written anew. */
static void fill_chain(hard_corpus *corpus, uint64_t index)
{
    for (uint64_t k = 0; k < CHAIN_SENTENCES; k++) {
        uint64_t turn = (index + CHAIN_SENTENCES - k) / CHAIN_SENTENCES;
        add_words(corpus, 'c', turn * CHAIN_SENTENCES + k, CHAIN_WORDS);
    }
}

static void fill_unrelated(hard_corpus *corpus, uint64_t index)
{
    add_words(corpus, 'u', index, CHAIN_SENTENCES * CHAIN_WORDS);
}

static void write_story(hard_corpus *corpus, hard_fill *fill, uint64_t index)
{
    gen_draft *draft = &corpus->draft;
    draft->count = 0;
    fill(corpus, index);
    draft->title_count = 8;
    for (size_t i = 0; i < 8; i++) {
        draft->title[i] = draft->items[i];
        draft->title[i].after = AFTER_SPACE;
    }
    gen_record *record = &corpus->record;
    snprintf(record->id, sizeof record->id, "h%llu", (unsigned long long)index);
    record->site = (unsigned)(index % SITE_COUNT);
    record->published = RECORD_FIRST_SECOND + (int64_t)(index % (30 * 86400));
    record->cluster = index;
    sst_buffer_reset(&corpus->line);
    record_write(record, draft, corpus->lexicon, &corpus->line);
}

static bool write_hard(uint64_t stories, uint64_t seed, hard_fill *fill, FILE *out)
{
    hard_corpus *corpus = calloc(1, sizeof *corpus);
    if (!corpus)
        return false;
    corpus->seed = seed;
    corpus->lexicon = lexicon_create(ENGLISH, seed);
    bool good = corpus->lexicon;
    for (uint64_t i = 0; good && i < stories; i++) {
        write_story(corpus, fill, i);
        good = !corpus->line.failed &&
               fwrite(corpus->line.bytes, 1, corpus->line.size, out) == corpus->line.size;
    }
    lexicon_free(corpus->lexicon);
    record_free(&corpus->record);
    sst_buffer_free(&corpus->line);
    free(corpus);
    return good;
}

bool corpus_write_identical(uint64_t stories, uint64_t seed, FILE *out)
{
    return write_hard(stories, seed, fill_identical, out);
}

bool corpus_write_paragraph(uint64_t stories, uint64_t seed, FILE *out)
{
    return write_hard(stories, seed, fill_paragraph, out);
}

bool corpus_write_chain(uint64_t stories, uint64_t seed, FILE *out)
{
    return write_hard(stories, seed, fill_chain, out);
}

bool corpus_write_unrelated(uint64_t stories, uint64_t seed, FILE *out)
{
    return write_hard(stories, seed, fill_unrelated, out);
}
