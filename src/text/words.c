#include "text/words.h"

#include <string.h>

#include "base/utf8.h"
#include "text/unicode.h"

enum { GRAM_POINTS = 4, UTF8_MAX = 4 };

/* The walk over one stretch of text. A run is what a token or a series of grams is made of. */
struct walk {
    sst_words *words;
    sst_token_list *list;
    sst_error *error;
    const uint8_t *text;
    size_t begin, at, end;
    /* Where to start over when a code point needs the definition, and how many tokens stood in
     * front of it. */
    size_t restart, restart_count;
    /* The open run; class SEPARATOR when there is none. */
    uint32_t class;
    bool digit;
    size_t size;               /* bytes in words->bytes */
    size_t points;             /* code points in it, when unspaced */
    size_t starts[GRAM_POINTS]; /* of its last four code points */
    /* The last result. */
    uint32_t last_ccc;
    bool first_starter;
};

void sst_words_free(sst_words *words)
{
    free(words->bytes);
    sst_normal_free(&words->normal);
    *words = (sst_words){0};
}

/* ---- The definition -------------------------------------------------------------------------- */

sst_status sst_words_add_normal(sst_words *words, const uint8_t *text, size_t begin, size_t end,
                                sst_token_list *list, sst_error *error)
{
    sst_normal *normal = &words->normal;
    sst_status status = sst_normal_run(normal, text, begin, end, error);
    if (status == SST_OK)
        status = sst_token_list_reserve(list, normal->count, error);
    if (status != SST_OK)
        return status;
    sst_cutter cutter = {.normal = normal};
    while (sst_cutter_next(&cutter)) {
        const uint8_t *bytes = normal->bytes + normal->points[cutter.first].at;
        size_t size = normal->points[cutter.last].at - normal->points[cutter.first].at;
        sst_token_list_add(list, sst_token_hash(bytes, size),
                           sst_token_has_digit(bytes, size));
    }
    return SST_OK;
}

/* ---- Decoding -------------------------------------------------------------------------------- */

/* As sst_utf8_decode, inline for the common lengths. */
static inline unsigned decode(const uint8_t *at, const uint8_t *end, uint32_t *code)
{
    uint32_t lead = at[0];
    if (lead < 0x80) {
        *code = lead;
        return 1;
    }
    if (lead - 0xc2 < 0xe0 - 0xc2 && end - at >= 2 && (at[1] & 0xc0) == 0x80) {
        *code = (lead & 0x1f) << 6 | (at[1] & 0x3fu);
        return 2;
    }
    if (lead - 0xe1 < 0xed - 0xe1 && end - at >= 3 && (at[1] & 0xc0) == 0x80 &&
        (at[2] & 0xc0) == 0x80) {
        *code = (lead & 0x0f) << 12 | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
        return 3;
    }
    return sst_utf8_decode(at, end, code);
}

/* Writes up to 4 bytes, all 4 of which have room. */
static inline size_t encode(uint32_t code, uint8_t *bytes)
{
    if (code < 0x80) {
        bytes[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        bytes[0] = (uint8_t)(0xc0 | code >> 6);
        bytes[1] = (uint8_t)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        bytes[0] = (uint8_t)(0xe0 | code >> 12);
        bytes[1] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
        bytes[2] = (uint8_t)(0x80 | (code & 0x3f));
        return 3;
    }
    return sst_utf8_encode(code, (char *)bytes);
}

/* ---- Runs ------------------------------------------------------------------------------------ */

static SST_ALWAYS_INLINE sst_status emit(struct walk *walk, size_t begin, size_t end,
                                         bool digit)
{
    sst_token_list *list = walk->list;
    if (list->count == list->wide_capacity || list->count == list->token_capacity) {
        sst_status status = sst_token_list_reserve(list, list->count / 2 + 64, walk->error);
        if (status != SST_OK)
            return status;
    }
    sst_token_list_add(list, sst_token_hash(walk->words->bytes + begin, end - begin), digit);
    return SST_OK;
}

/* Ends the open run. Grams were given while it grew, unless it stayed shorter than one. */
static inline sst_status close_run(struct walk *walk)
{
    uint32_t class = walk->class;
    walk->class = SST_CLASS_SEPARATOR;
    if (class == SST_CLASS_SEPARATOR ||
        (class >= SST_CLASS_UNSPACED && walk->points >= GRAM_POINTS))
        return SST_OK;
    return emit(walk, 0, walk->size, walk->digit);
}

static inline sst_status add_gram(struct walk *walk, size_t start)
{
    size_t *starts = walk->starts;
    starts[0] = starts[1];
    starts[1] = starts[2];
    starts[2] = starts[3];
    starts[3] = start;
    if (++walk->points < GRAM_POINTS)
        return SST_OK;
    return emit(walk, starts[0], walk->size, false);
}

/* A letter, mark or number of `class`. */
static inline sst_status add_point(struct walk *walk, uint32_t class, uint32_t code)
{
    if (class != walk->class &&
        (class != SST_CLASS_INHERIT || walk->class == SST_CLASS_SEPARATOR)) {
        sst_status status = close_run(walk);
        if (status != SST_OK)
            return status;
        walk->class = class == SST_CLASS_INHERIT ? SST_CLASS_WORD : class;
        walk->digit = false;
        walk->size = walk->points = 0;
    }
    sst_words *words = walk->words;
    if (walk->size + UTF8_MAX + SST_TOKEN_PADDING > words->byte_capacity) {
        sst_status status = SST_RESERVE(&words->bytes, &words->byte_capacity,
                                        2 * walk->size + UTF8_MAX + SST_TOKEN_PADDING,
                                        "a normalised word", walk->error);
        if (status != SST_OK)
            return status;
    }
    size_t start = walk->size;
    walk->size += encode(code, words->bytes + start);
    walk->digit |= code - '0' < 10;
    return walk->class >= SST_CLASS_UNSPACED ? add_gram(walk, start) : SST_OK;
}

/* ---- Quick code points ----------------------------------------------------------------------- */

enum {
    QUICK_UNPLAIN = SST_QUICK_COMPLEX | SST_QUICK_DROP | SST_QUICK_SECOND_STARTER,
};

/* The hot loop: goes on with the open run for as long as quick code points of its class come. */
static inline sst_status add_plain_points(struct walk *walk, bool grams)
{
    sst_words *words = walk->words;
    sst_status status = SST_RESERVE(&words->bytes, &words->byte_capacity,
                                    walk->size + 2 * (walk->end - walk->at) + SST_TOKEN_PADDING,
                                    "a normalised word", walk->error);
    const uint8_t *at = walk->text + walk->at, *end = walk->text + walk->end;
    uint32_t class = walk->class, entry = 0;
    uint32_t last_ccc = walk->last_ccc;
    size_t size = walk->size;
    bool digit = false;
    while (at < end && status == SST_OK) {
        uint32_t code;
        unsigned length = decode(at, end, &code);
        uint32_t next = length == 0 ? SST_QUICK_COMPLEX : sst_quick(code);
        if ((next & (SST_QUICK_CLASS | QUICK_UNPLAIN)) != class)
            break;
        uint32_t result = sst_quick_result(next, code), ccc = 0;
        if (next & SST_QUICK_MARK) {
            ccc = sst_property_ccc(sst_property(result));
            if (ccc < last_ccc)
                break;
        }
        last_ccc = ccc;
        entry = next;
        at += length;
        size_t start = size;
        size += encode(result, words->bytes + start);
        digit |= result - '0' < 10;
        if (grams) {
            walk->size = size;
            status = add_gram(walk, start);
        }
    }
    walk->size = size;
    walk->digit |= digit;
    walk->last_ccc = last_ccc;
    if (at != walk->text + walk->at)
        walk->first_starter = entry & SST_QUICK_FIRST_STARTER;
    walk->at = (size_t)(at - walk->text);
    return status;
}

/* The same for both kinds of runs. */
static sst_status add_plain_run(struct walk *walk)
{
    if (walk->class == SST_CLASS_SEPARATOR)
        return SST_OK;
    return walk->class >= SST_CLASS_UNSPACED ? add_plain_points(walk, true)
                                             : add_plain_points(walk, false);
}

/* Whether the table entry tells all about the code point behind what was read so far. */
static inline bool is_quick(const struct walk *walk, uint32_t entry, uint32_t code)
{
    if (entry & SST_QUICK_COMPLEX)
        return false;
    if (entry & SST_QUICK_SECOND_STARTER && walk->first_starter)
        return false;
    return !(entry & SST_QUICK_MARK) ||
           sst_property_ccc(sst_property(sst_quick_result(entry, code))) >= walk->last_ccc;
}

/* A quick code point of the bytes [at, next). */
static inline sst_status add_quick(struct walk *walk, uint32_t entry, uint32_t code, size_t at,
                                   size_t next)
{
    uint32_t class = entry & SST_QUICK_CLASS;
    uint32_t result = sst_quick_result(entry, code);
    walk->first_starter = entry & SST_QUICK_FIRST_STARTER;
    walk->last_ccc = entry & SST_QUICK_MARK ? sst_property_ccc(sst_property(result)) : 0;
    if (class != SST_CLASS_SEPARATOR)
        return add_point(walk, class, result);
    sst_status status = close_run(walk);
    walk->restart = entry & SST_QUICK_FIRST ? at : next;
    walk->restart_count = walk->list->count;
    return status;
}

/* A code point that becomes several, each of them quick (Thai sara am, ß, ligatures). `*done` is
 * false when it needs the definition, which then starts over where it would have before. */
static sst_status add_several(struct walk *walk, uint32_t code, size_t at, size_t next, bool *done)
{
    uint32_t count = 0;
    const uint32_t *parts = sst_map(code, &count);
    size_t restart = walk->restart, restart_count = walk->restart_count;
    sst_status status = SST_OK;
    uint32_t i = 0;
    for (; i < count && status == SST_OK; i++) {
        uint32_t entry = sst_quick(parts[i]);
        if (!is_quick(walk, entry, parts[i]))
            break;
        status = add_quick(walk, entry, parts[i], at, next);
    }
    *done = count != 0 && i == count;
    /* Only a separator at the very end leaves nothing of this code point to read again. */
    if (!*done || walk->class != SST_CLASS_SEPARATOR || walk->restart != next) {
        walk->restart = restart;
        walk->restart_count = restart_count;
    }
    return status;
}

/* ত + hasanta in front of a ZWJ are one letter; any other ZWJ is dropped. */
static bool is_plain_joiner(const struct walk *walk, uint32_t code)
{
    static const char khanda[] = "\xe0\xa6\xa4\xe0\xa7\x8d";
    enum { ZWJ = 0x200d, SIZE = sizeof khanda - 1 };
    return code == ZWJ && (walk->at - walk->begin < SIZE ||
                           memcmp(walk->text + walk->at - SIZE, khanda, SIZE) != 0);
}

/* ---- Handing over to the definition ---------------------------------------------------------- */

/* The first separator at or behind `at` that composes with nothing, or the end. */
static size_t find_cut(const struct walk *walk, size_t at)
{
    while (at < walk->end) {
        uint32_t code;
        unsigned length = decode(walk->text + at, walk->text + walk->end, &code);
        uint32_t entry = length == 0 ? 0 : sst_quick(code);
        uint32_t neighbourly = SST_QUICK_COMPLEX | SST_QUICK_DROP | SST_QUICK_FIRST |
                               SST_QUICK_SECOND_STARTER | SST_QUICK_CLASS;
        if ((entry & neighbourly) == 0)
            return at;
        at += length;
    }
    return walk->end;
}

static sst_status add_stretch(struct walk *walk)
{
    size_t cut = find_cut(walk, walk->at);
    walk->list->count = walk->restart_count;
    walk->class = SST_CLASS_SEPARATOR;
    sst_status status = sst_words_add_normal(walk->words, walk->text, walk->restart, cut,
                                             walk->list, walk->error);
    walk->at = walk->restart = cut;
    walk->restart_count = walk->list->count;
    walk->last_ccc = 0;
    walk->first_starter = false;
    return status;
}

/* ---- The walk -------------------------------------------------------------------------------- */

static sst_status step(struct walk *walk)
{
    uint32_t code;
    unsigned length = decode(walk->text + walk->at, walk->text + walk->end, &code);
    if (length == 0)
        return sst_text_fail_utf8(walk->error, walk->at);
    uint32_t entry = sst_quick(code);
    size_t next = walk->at + length;
    sst_status status = SST_OK;
    if (entry & SST_QUICK_DROP || is_plain_joiner(walk, code)) {
        walk->at = next;
        return SST_OK;
    }
    bool done = is_quick(walk, entry, code);
    if (done)
        status = add_quick(walk, entry, code, walk->at, next);
    else if (entry & SST_QUICK_COMPLEX)
        status = add_several(walk, code, walk->at, next, &done);
    if (status != SST_OK)
        return status;
    if (!done)
        return add_stretch(walk);
    walk->at = next;
    return SST_OK;
}

sst_status sst_words_add(sst_words *words, const uint8_t *text, size_t begin, size_t end,
                         sst_token_list *list, sst_error *error)
{
    struct walk walk = {.words = words,
                        .list = list,
                        .error = error,
                        .text = text,
                        .begin = begin,
                        .at = begin,
                        .end = end,
                        .restart = begin,
                        .restart_count = list->count};
    sst_status status = SST_OK;
    while (walk.at < end && status == SST_OK) {
        status = step(&walk);
        if (status == SST_OK)
            status = add_plain_run(&walk);
    }
    return status == SST_OK ? close_run(&walk) : status;
}
