#include "text/text.h"

#include <string.h>

#include "text/blocks.h"
#include "text/list.h"
#include "text/words.h"

enum {
    WINDOW = 4096,         /* bytes read before their tokens are hashed: fits the L1 cache */
    EDGE_SLACK = 32,       /* the open run, and what add_edges writes too much */
    TEXT_LIMIT_BITS = 31,
};

struct sst_text {
    sst_token_list list;
    sst_words words;
#if SST_BLOCKS
    uint8_t *lowered; /* the text with the lower case of what the blocks decide */
    size_t lowered_capacity;
    uint64_t *special; /* a bit a byte of the text */
    size_t special_capacity;
    /* Where runs of word bytes begin and end, by turns; an open run of the window before is
     * first. */
    uint32_t edges[WINDOW + EDGE_SLACK];
    size_t edge_count;
#endif
};

sst_status sst_text_create(sst_text **text, sst_error *error)
{
    *text = sst_allocate_zeroed(1, sizeof **text, "tokenizer scratch", error);
    return *text == NULL ? SST_MEMORY : SST_OK;
}

void sst_text_free(sst_text *text)
{
    if (text == NULL)
        return;
    sst_token_list_free(&text->list);
    sst_words_free(&text->words);
#if SST_BLOCKS
    free(text->lowered);
    free(text->special);
#endif
    free(text);
}

#if SST_BLOCKS

/* ---- Reading blocks -------------------------------------------------------------------------- */

/* One pass over the text. */
struct reading {
    sst_text *text;
    const uint8_t *bytes;
    size_t size;
    sst_error *error;
    sst_block_carry carry;
    uint64_t inside;   /* 1 when the byte in front belongs to a run */
    bool any_special;  /* in this window or an open run */
    bool any_wide;     /* letters of three bytes in this window */
};

static sst_status reserve(sst_text *text, size_t size, sst_error *error)
{
    sst_status status = SST_RESERVE(&text->lowered, &text->lowered_capacity,
                                    size + SST_BLOCK + SST_TOKEN_PADDING, "lower case", error);
    if (status == SST_OK)
        status = SST_RESERVE(&text->special, &text->special_capacity, size / SST_BLOCK + 1,
                             "marks of special bytes", error);
    return status;
}

/* The number of the lowest bit that is set; anything for 0, which is not an error here. */
__attribute__((no_sanitize("builtin"))) static inline uint32_t lowest_bit(uint64_t bits)
{
    return (uint32_t)__builtin_ctzll(bits);
}

/* `count` entries, whether or not there are so many bits. */
static SST_ALWAYS_INLINE uint64_t write_edges(uint32_t *edge, uint64_t changes, uint32_t at,
                                              int count)
{
    SST_UNROLL_ALL for (int i = 0; i < count; i++) {
        edge[i] = at + lowest_bit(changes);
        changes &= changes - 1;
    }
    return changes;
}

/* Appends the positions of the bits of `changes`. Entries behind the end are written and
 * forgotten, so that the usual numbers of words in a block take the same branch. */
static inline void add_edges(sst_text *text, uint64_t changes, size_t at)
{
    enum { FEW = 12, USUAL = 24 };
    uint32_t *edge = text->edges + text->edge_count;
    int count = __builtin_popcountll(changes);
    text->edge_count += (size_t)count;
    if (count <= FEW) {
        write_edges(edge, changes, (uint32_t)at, FEW);
        return;
    }
    changes = write_edges(edge, changes, (uint32_t)at, USUAL);
    for (int done = USUAL; done < count; done += FEW)
        changes = write_edges(edge + done, changes, (uint32_t)at, FEW);
}

static inline void read_block(struct reading *reading, const uint8_t *bytes, size_t at)
{
    sst_text *text = reading->text;
    sst_block block = sst_block_read(bytes, text->lowered + at, &reading->carry);
    uint64_t run = block.word | block.special;
    text->special[at / SST_BLOCK] = block.special;
    reading->any_special |= block.special != 0;
    reading->any_wide |= block.wide;
    add_edges(text, run ^ (run << 1 | reading->inside), at);
    reading->inside = run >> 63;
}

/* Reads bytes [at, end) of the text; `at` is a multiple of SST_BLOCK. */
static void read_window(struct reading *reading, size_t at, size_t end)
{
    for (; at < end && at + SST_BLOCK + SST_BLOCK_AHEAD <= reading->size; at += SST_BLOCK)
        read_block(reading, reading->bytes + at, at);
    for (; at < end; at += SST_BLOCK) {
        uint8_t padded[SST_BLOCK + 16] = {0};
        size_t left = reading->size - at;
        memcpy(padded, reading->bytes + at, left < sizeof padded ? left : sizeof padded);
        read_block(reading, padded, at);
    }
}

/* ---- Hashing runs ---------------------------------------------------------------------------- */

static bool is_special(const uint64_t *special, size_t begin, size_t end)
{
    size_t first = begin / SST_BLOCK, last = (end - 1) / SST_BLOCK;
    uint64_t from = ~(uint64_t)0 << begin % SST_BLOCK;
    uint64_t to = ~(uint64_t)0 >> (SST_BLOCK - 1 - (end - 1) % SST_BLOCK);
    if (first == last)
        return (special[first] & from & to) != 0;
    uint64_t any = (special[first] & from) | (special[last] & to);
    for (size_t i = first + 1; i < last; i++)
        any |= special[i];
    return any != 0;
}

static inline bool holds_digit(__m128i bytes)
{
    return _mm_movemask_epi8(sst_block_range(bytes, '0', 10)) != 0;
}

static inline __m128i load_token(const uint8_t *bytes, size_t size)
{
    const uint8_t *mask = sst_token_masks + 16 - size;
    return _mm_and_si128(sst_block_load(bytes), sst_block_load(mask));
}

/* A token over 32 bytes. */
static __attribute__((noinline)) uint32_t hash_long(const uint8_t *bytes, size_t size,
                                                    uint64_t *hash)
{
    *hash = sst_token_hash_long(bytes, size);
    return sst_token_stored(*hash, sst_token_has_digit(bytes, size));
}

/* Of 17 to 32 bytes, without a branch of any size to 32. */
static SST_ALWAYS_INLINE uint32_t hash_wide(const uint8_t *bytes, size_t size, uint64_t *hash)
{
    if (size > 32)
        return hash_long(bytes, size, hash);
    size_t front = size < 16 ? size : 16;
    __m128i both = _mm_or_si128(sst_block_range(load_token(bytes, front), '0', 10),
                                sst_block_range(load_token(bytes + 16, size - front), '0', 10));
    *hash = sst_token_hash(bytes, size);
    return sst_token_stored(*hash, _mm_movemask_epi8(both) != 0);
}

/* The token of lowered bytes: its 64-bit hash, and what is stored. `wide` says which sizes to
 * expect; both ways give the same. */
static SST_ALWAYS_INLINE uint32_t hash_token(const uint8_t *bytes, size_t size, bool wide,
                                             uint64_t *hash)
{
    if (wide || size > 16)
        return hash_wide(bytes, size, hash);
    *hash = sst_token_hash16(bytes, size);
    return sst_token_stored(*hash, holds_digit(load_token(bytes, size)));
}

/* There is room for `pairs` tokens. */
static inline void add_plain_runs(sst_text *text, size_t pairs, bool wide)
{
    const uint8_t *lowered = text->lowered;
    const uint32_t *edge = text->edges;
    uint32_t *tokens = text->list.tokens + text->list.count;
    uint64_t *hashes = text->list.wide + text->list.count;
    for (size_t i = 0; i < pairs; i++, edge += 2)
        tokens[i] = hash_token(lowered + edge[0], edge[1] - edge[0], wide, &hashes[i]);
    text->list.count += pairs;
}

/* '<', '=' and '>' are the only decided separators that a mark behind them composes with. */
static bool composes(uint8_t byte)
{
    return byte == '<' || byte == '=' || byte == '>';
}

static sst_status add_special_run(struct reading *reading, size_t begin, size_t end)
{
    sst_text *text = reading->text;
    if (begin > 0 && composes(reading->bytes[begin - 1]))
        begin--;
    if (end > reading->size)
        end = reading->size;
    return sst_words_add(&text->words, reading->bytes, begin, end, &text->list, reading->error);
}

/* Neighbours that are special too go to the code point path together. */
static size_t count_special_runs(const sst_text *text, size_t first, size_t pairs)
{
    size_t i = first;
    while (i < pairs && is_special(text->special, text->edges[2 * i], text->edges[2 * i + 1]))
        i++;
    return i - first;
}

static sst_status add_mixed_runs(struct reading *reading, size_t pairs)
{
    sst_text *text = reading->text;
    sst_status status = SST_OK;
    for (size_t i = 0; i < pairs && status == SST_OK;) {
        size_t special = count_special_runs(text, i, pairs);
        size_t begin = text->edges[2 * i];
        if (special != 0) {
            i += special;
            status = add_special_run(reading, begin, text->edges[2 * i - 1]);
            if (status == SST_OK)
                status = sst_token_list_reserve(&text->list, pairs - i, reading->error);
        } else {
            uint64_t *hash = &text->list.wide[text->list.count];
            text->list.tokens[text->list.count++] = hash_token(
                text->lowered + begin, text->edges[2 * i + 1] - begin, true, hash);
            i++;
        }
    }
    return status;
}

static sst_status add_runs(struct reading *reading)
{
    sst_text *text = reading->text;
    size_t pairs = text->edge_count / 2;
    sst_status status = sst_token_list_reserve(&text->list, pairs, reading->error);
    if (status != SST_OK)
        return status;
    if (reading->any_special)
        status = add_mixed_runs(reading, pairs);
    else
        reading->any_wide ? add_plain_runs(text, pairs, true)
                          : add_plain_runs(text, pairs, false);
    bool open = text->edge_count % 2 != 0;
    if (open)
        text->edges[0] = text->edges[text->edge_count - 1];
    else
        reading->any_special = false;
    reading->any_wide = false;
    text->edge_count = open;
    return status;
}

static sst_status add_blocks(sst_text *text, const uint8_t *bytes, size_t size, sst_error *error)
{
    struct reading reading = {.text = text, .bytes = bytes, .size = size, .error = error};
    sst_status status = reserve(text, size, error);
    text->edge_count = 0;
    for (size_t at = 0; at < size && status == SST_OK; at += WINDOW) {
        size_t end = size - at < WINDOW ? size : at + WINDOW;
        read_window(&reading, at, end);
        if (end == size && reading.inside)
            text->edges[text->edge_count++] = (uint32_t)size;
        status = add_runs(&reading);
    }
    return status;
}

#else

static sst_status add_blocks(sst_text *text, const uint8_t *bytes, size_t size, sst_error *error)
{
    return sst_words_add(&text->words, bytes, 0, size, &text->list, error);
}

#endif

/* ---- Interface ------------------------------------------------------------------------------- */

static sst_status add_by(sst_text *text, sst_text_path path, const uint8_t *bytes, size_t size,
                         sst_error *error)
{
    switch (path) {
    case SST_TEXT_CODE_POINTS:
        return sst_words_add(&text->words, bytes, 0, size, &text->list, error);
    case SST_TEXT_DEFINITION:
        return sst_words_add_normal(&text->words, bytes, 0, size, &text->list, error);
    case SST_TEXT_BLOCKS:
        break;
    }
    return add_blocks(text, bytes, size, error);
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
