/* Text to tokens by blocks: reads a window, listing where runs of word bytes begin and end, then
 * hashes them; runs with anything special go to the code point path. */
#include <string.h>

#include "text/blocks.h"
#include "text/scratch.h"

#ifndef SST_BLOCKS_ADD
#define SST_BLOCKS_ADD sst_blocks_add
#endif

#if SST_BLOCKS

/* Readable bytes behind the lower case: for hashing, and for the last block's vectors. */
enum { LOWERED_PADDING = SST_TOKEN_PADDING + SST_BLOCK_AHEAD };

/* ---- Reading blocks -------------------------------------------------------------------------- */

/* One pass over the text. */
struct reading {
    sst_text *text;
    const uint8_t *bytes;
    size_t size;
    sst_error *error;
    sst_block_carry carry;
    uint64_t inside;  /* 1 when the byte in front belongs to a run */
    size_t window;    /* where the window begins */
    size_t open_at;   /* where the run began that is open from the window before */
    bool open;        /* there is one */
    bool any_special, any_digit; /* a bit of text->special, of text->digits is set */
    bool any_wide;    /* letters of a script with wide tokens in this window */
};

/* Sets the bits of the runs that hold `bytes`. The runs change at `changes`, behind `edges` others
 * in this window. */
static void mark_runs(uint64_t *runs, uint64_t bytes, uint64_t changes, size_t edges)
{
    for (uint64_t firsts = bytes & ~(bytes << 1); firsts != 0; firsts &= firsts - 1) {
        uint64_t up_to = firsts ^ (firsts - 1);
        size_t run = (edges + (size_t)__builtin_popcountll(changes & up_to)) / 2;
        /* An odd number of edges: the run that the last of them opened. */
        runs[run / 64] |= (uint64_t)1 << run % 64;
    }
}

/* Appends the positions of the bits of `changes`, a byte of them at a time. */
static inline size_t add_edges(uint16_t *edge, uint64_t changes, size_t at)
{
    const uint16_t *begin = edge;
    __m128i base = _mm_set1_epi16((short)at);
    const void *eights = sst_same_bytes[8];
    __m128i eight = _mm_cvtepu8_epi16(_mm_loadl_epi64(eights));
    SST_UNROLL for (int i = 0; i < 8; i++) {
        unsigned byte = changes >> 8 * i & 255;
        const void *positions = &sst_bit_positions[byte];
        __m128i wide = _mm_cvtepu8_epi16(_mm_loadl_epi64(positions));
        _mm_storeu_si128((__m128i *)(void *)edge, _mm_add_epi16(wide, base));
        base = _mm_add_epi16(base, eight);
        edge += __builtin_popcount(byte);
    }
    return (size_t)(edge - begin);
}

static inline void read_block(struct reading *reading, const uint8_t *bytes, size_t at)
{
    sst_text *text = reading->text;
    sst_block block = sst_block_read(bytes, text->lowered + at, &reading->carry);
    uint64_t run = block.word | block.special;
    uint64_t changes = run ^ (run << 1 | reading->inside);
    reading->inside = run >> 63;
    reading->any_wide |= block.wide;
    if (block.special != 0) {
        mark_runs(text->special, block.special, changes, text->edge_count);
        reading->any_special = true;
    }
    if (block.digit != 0) {
        mark_runs(text->digits, block.digit, changes, text->edge_count);
        reading->any_digit = true;
    }
    text->edge_count += add_edges(text->edges + text->edge_count, changes, at - reading->window);
}

/* Reads the window up to `end`. The last bytes of the text are read from a copy with zeros behind
 * it, where their lower case will stand. */
static void read_window(struct reading *reading, size_t end)
{
    uint8_t *lowered = reading->text->lowered;
    const uint8_t *bytes = reading->bytes;
    size_t size = reading->size, at = reading->window;
    size_t safe = size < SST_BLOCK_AHEAD ? 0 : size - SST_BLOCK_AHEAD;
    size_t blocks = (safe < end ? safe : end) / SST_BLOCK * SST_BLOCK;
    bool tail = false;
    for (; at < end; at += SST_BLOCK) {
        if (at >= blocks && !tail) {
            memcpy(lowered + at, bytes + at, size - at);
            memset(lowered + size, 0, SST_BLOCK - size % SST_BLOCK + LOWERED_PADDING);
            bytes = lowered;
            tail = true;
        }
        read_block(reading, bytes + at, at);
    }
}

/* ---- Hashing runs ---------------------------------------------------------------------------- */

static bool is_marked(const uint64_t *runs, size_t run)
{
    return runs[run / 64] >> run % 64 & 1;
}

static size_t run_begin(const struct reading *reading, size_t run)
{
    return run == 0 && reading->open ? reading->open_at
                                     : reading->window + reading->text->edges[2 * run];
}

/* The tokens of `count` runs of the window `lowered`: their 64-bit hashes, and what is stored of
 * them but for the digits. `wide` says which sizes to expect; both ways give the same. */
static SST_ALWAYS_INLINE void hash_runs(const uint8_t *lowered, const uint16_t *edges,
                                        size_t count, bool wide, uint32_t *tokens,
                                        uint64_t *hashes)
{
    for (size_t i = 0; i < count; i++, edges += 2) {
        const uint8_t *bytes = lowered + edges[0];
        size_t size = (size_t)edges[1] - edges[0];
        uint64_t hash;
        if (__builtin_expect(size > (wide ? SST_TOKEN_WIDE : SST_TOKEN_SHORT), 0))
            hash = sst_token_hash(bytes, size);
        else
            hash = wide ? sst_token_hash32(bytes, size) : sst_token_hash16(bytes, size);
        hashes[i] = hash;
        tokens[i] = sst_token_stored(hash, false);
    }
}

/* Tokens of the runs [first, end), which stand behind `tokens`, that hold a digit. */
static void add_digits(const uint64_t *digits, size_t first, size_t end, uint32_t *tokens)
{
    for (size_t word = first / 64; word * 64 < end; word++)
        for (uint64_t bits = digits[word]; bits != 0; bits &= bits - 1) {
            size_t run = word * 64 + (size_t)__builtin_ctzll(bits);
            if (run >= first && run < end)
                tokens[run - first] = sst_token_stored(tokens[run - first], true);
        }
}

/* The runs [first, end) hold nothing special; there is room for their tokens. */
static void add_plain_runs(struct reading *reading, size_t first, size_t end)
{
    sst_text *text = reading->text;
    if (first == end) /* perhaps there is no list yet */
        return;
    uint32_t *tokens = text->list.tokens + text->list.count;
    uint64_t *hashes = text->list.wide + text->list.count;
    size_t open = first == 0 && reading->open, count = end - first - open;
    if (open != 0) {
        size_t size = reading->window + text->edges[1] - reading->open_at;
        hashes[0] = sst_token_hash(text->lowered + reading->open_at, size);
        tokens[0] = sst_token_stored(hashes[0], false);
    }
    const uint8_t *lowered = text->lowered + reading->window;
    const uint16_t *edges = text->edges + 2 * (first + open);
    if (reading->any_wide)
        hash_runs(lowered, edges, count, true, tokens + open, hashes + open);
    else
        hash_runs(lowered, edges, count, false, tokens + open, hashes + open);
    if (reading->any_digit)
        add_digits(text->digits, first, end, tokens);
    text->list.count += count + open;
}

/* '<', '=' and '>' are the only decided separators that a mark behind them composes with. */
static bool composes(uint8_t byte)
{
    return byte == '<' || byte == '=' || byte == '>';
}

/* Neighbours that are special too go to the code point path together: runs [first, end). */
static sst_status add_special_runs(struct reading *reading, size_t first, size_t end)
{
    sst_text *text = reading->text;
    size_t begin = run_begin(reading, first), behind = reading->window + text->edges[2 * end - 1];
    if (begin > 0 && composes(reading->bytes[begin - 1]))
        begin--;
    if (behind > reading->size)
        behind = reading->size;
    return sst_words_add(&text->words, reading->bytes, begin, behind, &text->list,
                         reading->error);
}

/* The end of the runs from `first` on that are all special, or all not. */
static size_t find_change(const sst_text *text, size_t first, size_t end)
{
    bool special = is_marked(text->special, first);
    while (first < end && is_marked(text->special, first) == special)
        first++;
    return first;
}

static sst_status add_mixed_runs(struct reading *reading, size_t runs)
{
    sst_status status = SST_OK;
    for (size_t first = 0; first < runs && status == SST_OK;) {
        sst_text *text = reading->text;
        size_t end = find_change(text, first, runs);
        if (!is_marked(text->special, first)) {
            add_plain_runs(reading, first, end);
        } else {
            status = add_special_runs(reading, first, end);
            if (status == SST_OK)
                status = sst_token_list_reserve(&text->list, runs - end, reading->error);
        }
        first = end;
    }
    return status;
}

/* Keeps of the marks only that of the run that is still open, number `run`, as that of the first
 * one. */
static bool keep_mark(uint64_t marks[SST_TEXT_RUN_WORDS], bool open, size_t run)
{
    bool marked = open && is_marked(marks, run);
    for (size_t word = 0; word <= run / 64; word++)
        marks[word] = 0;
    marks[0] = marked;
    return marked;
}

static void end_window(struct reading *reading, size_t runs)
{
    sst_text *text = reading->text;
    bool open = text->edge_count % 2 != 0;
    if (open)
        reading->open_at = run_begin(reading, runs);
    reading->open = open;
    if (reading->any_special)
        reading->any_special = keep_mark(text->special, open, runs);
    if (reading->any_digit)
        reading->any_digit = keep_mark(text->digits, open, runs);
    reading->any_wide = false;
    text->edge_count = open;
}

static sst_status add_runs(struct reading *reading)
{
    sst_text *text = reading->text;
    size_t runs = text->edge_count / 2;
    sst_status status = sst_token_list_reserve(&text->list, runs, reading->error);
    if (status == SST_OK && reading->any_special)
        status = add_mixed_runs(reading, runs);
    else if (status == SST_OK)
        add_plain_runs(reading, 0, runs);
    end_window(reading, runs);
    return status;
}

sst_status SST_BLOCKS_ADD(sst_text *text, const uint8_t *bytes, size_t size, sst_error *error)
{
    struct reading reading = {.text = text, .bytes = bytes, .size = size, .error = error};
    sst_status status = SST_RESERVE(&text->lowered, &text->lowered_capacity,
                                    size + SST_BLOCK + LOWERED_PADDING, "lower case", error);
    text->edge_count = 0;
    for (; reading.window < size && status == SST_OK; reading.window += SST_TEXT_WINDOW) {
        size_t left = size - reading.window;
        size_t end = left < SST_TEXT_WINDOW ? size : reading.window + SST_TEXT_WINDOW;
        read_window(&reading, end);
        if (end == size && reading.inside)
            text->edges[text->edge_count++] = (uint16_t)(size - reading.window);
        status = add_runs(&reading);
    }
    if (status != SST_OK) {
        keep_mark(text->special, false, SST_TEXT_WINDOW / 2);
        keep_mark(text->digits, false, SST_TEXT_WINDOW / 2);
    }
    return status;
}

#else

sst_status SST_BLOCKS_ADD(sst_text *text, const uint8_t *bytes, size_t size, sst_error *error)
{
    return sst_words_add(&text->words, bytes, 0, size, &text->list, error);
}

#endif
