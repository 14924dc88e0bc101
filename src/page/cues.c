#include "page/cues.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "page/cues_table.h"
#include "page/find.h"

/* Words shorter than a line of a cue file may be. */
#define MAX_PHRASE 200
#define SLOTS 1024 /* all that the first two bytes of a beginning can be */
#define WORD_BITS 12
#define LONGER (1u << 15) /* no kind */

typedef struct phrase {
    uint32_t offset; /* into text */
    uint32_t size;
    uint32_t kinds; /* bits */
    uint32_t key;   /* its beginning */
    uint32_t next;  /* of the same list, plus one; 0 ends */
    uint32_t next_more; /* of the phrases of MORE with such an end, plus one */
} phrase;

struct sst_page_cues {
    char *text;
    size_t text_size, text_capacity;
    phrase *phrases;
    size_t count, capacity;
    uint32_t slots[SLOTS];   /* by slot_of its beginning: a phrase, plus one */
    uint32_t pairs[SLOTS];   /* the same of phrases of two bytes, by these */
    sst_cue_openings all, notices; /* of all phrases; of the kinds that notices hold */
    uint32_t more[32];     /* by the low bits of its last byte: a phrase of MORE, plus one */
    uint16_t words[1 << WORD_BITS]; /* by word_slot: kinds of phrases with such a first word ... */
    uint16_t heads[1 << WORD_BITS]; /* ... or, where LONGER is set, with such first eight bytes */
    uint32_t ends[(1 << SST_CUE_END_BITS) / 32]; /* bits: the last four bytes that phrases of MORE have */
};

/* One character in lower case: ASCII, Latin-1 and Cyrillic; any other as its bytes. Returns the
 * number of bytes, which is the same before and after. */
static size_t fold(const char *at, const char *end, unsigned char out[2])
{
    unsigned char c = (unsigned char)*at;
    out[0] = c;
    if (c < 0x80) {
        if (c >= 'A' && c <= 'Z')
            out[0] = (unsigned char)(c + 32);
        return 1;
    }
    if ((c != 0xC3 && c != 0xD0) || end - at < 2)
        return 1;
    unsigned char b = out[1] = (unsigned char)at[1];
    if (c == 0xC3) {
        if (b >= 0x80 && b <= 0x9E && b != 0x97)
            out[1] = (unsigned char)(b + 0x20);
    } else if (b >= 0x90 && b <= 0x9F) { /* А to П */
        out[1] = (unsigned char)(b + 0x20);
    } else if (b >= 0xA0 && b <= 0xAF) { /* Р to Я */
        out[0] = 0xD1;
        out[1] = (unsigned char)(b - 0x20);
    }
    return 2;
}

/* Bits of the first three bytes, the same for both cases of ASCII, Latin-1 and Cyrillic: there
 * capitals differ from small letters by 32 and, in the first byte of two, perhaps by 1. A missing
 * third byte is 0. */
static inline unsigned beginning(const char *at, size_t size)
{
    return (unsigned)(at[0] & 30) << 10 | (unsigned)(at[1] & 31) << 5 |
           (size > 2 ? (unsigned)(at[2] & 30) : 0);
}

/* Scripts of three bytes a letter differ in the last bits of a beginning. */
static inline unsigned slot_of(unsigned key)
{
    return (key ^ key >> 5) & (SLOTS - 1);
}

static bool same_folded(const char *at, const char *end, const char *text, size_t size)
{
    if ((size_t)(end - at) < size)
        return false;
    const char *stop = at + size;
    for (size_t n; at < stop; at += n, text += n) {
        unsigned char bytes[2];
        n = fold(at, end, bytes);
        if (bytes[0] != (unsigned char)text[0] || (n == 2 && bytes[1] != (unsigned char)text[1]))
            return false;
    }
    return at == stop;
}

/* A phrase ends where its script puts no letter next: anywhere in scripts without spaces. */
static bool border(const char *begin, const char *at, const char *end)
{
    if (at == end)
        return true;
    const char *last = at - sst_scan_before(begin, at);
    unsigned char lead = (unsigned char)*last;
    if (lead >= 0xE3 || (lead == 0xE0 && (unsigned char)last[1] >= 0xB8) ||
        sst_scan_weight[lead] == 0)
        return true;
    bool visarga = end - at >= 3 && memcmp(at, "ঃ", 3) == 0; /* Bengali types it for a colon */
    return visarga || sst_scan_weight[(unsigned char)*at] == 0 || sst_scan_stop(at, end) > 0;
}

const sst_cue_openings *sst_page_cues_openings(const sst_page_cues *cues, unsigned kinds)
{
    return (kinds & ~SST_CUE_NOTICE) == 0 ? &cues->notices : &cues->all;
}

/* The place of the first `size` of eight bytes of ASCII, in either case. */
static inline unsigned word_slot(uint64_t bytes, unsigned size)
{
    uint64_t folded = (bytes | 0x2020202020202020u) << (64 - 8 * size);
    return (unsigned)(folded * 0x9e3779b97f4a7c15u >> (64 - WORD_BITS));
}

/* Whether a phrase may begin with a word of `size` bytes of ASCII, eight or more as eight. Its first
 * eight bytes tell: a phrase ends where the word does, or goes on behind it or behind these. */
static inline bool may_begin_ascii(const sst_page_cues *cues, uint64_t bytes, unsigned size,
                                   unsigned kinds)
{
    unsigned entry = cues->words[word_slot(bytes, size)];
    if (entry == 0)
        return false; /* most words */
    return ((entry | cues->heads[word_slot(bytes, 8)]) & kinds) != 0;
}

/* False where the first eight bytes differ in more than letters of both cases do. */
static inline bool may_be_same(const char *at, const char *end, const char *text, size_t size)
{
    if (end - at < 8)
        return true;
    uint64_t other = (sst_load64(at) ^ sst_load64(text)) & 0xdedededededededeu;
    return (size < 8 ? other << (64 - 8 * size) : other) == 0;
}

/* The longest fitting phrase of the list that begins with `first`, if longer than `best`. */
static size_t longest(const sst_page_cues *cues, uint32_t first, unsigned key, const char *at,
                      const char *end, unsigned kinds, size_t best, unsigned *kind)
{
    for (uint32_t i = first; i != 0; i = cues->phrases[i - 1].next) {
        const phrase *p = &cues->phrases[i - 1];
        if ((p->key != key && p->size > 2) || (p->kinds & kinds) == 0 || p->size <= best ||
            !may_be_same(at, end, cues->text + p->offset, p->size) ||
            !same_folded(at, end, cues->text + p->offset, p->size) ||
            !border(at, at + p->size, end))
            continue;
        best = p->size;
        if (kind != NULL)
            *kind = p->kinds;
    }
    return best;
}

static size_t match(const sst_page_cues *cues, const char *at, const char *end, unsigned kinds,
                    unsigned *kind)
{
    if (end - at < 2)
        return 0;
    unsigned key = beginning(at, (size_t)(end - at));
    uint32_t pair = cues->pairs[key >> 5], other = cues->slots[slot_of(key)];
    size_t best = pair != 0 ? longest(cues, pair, key, at, end, kinds, 0, kind) : 0;
    return other != 0 ? longest(cues, other, key, at, end, kinds, best, kind) : best;
}

size_t sst_page_cues_match(const sst_page_cues *cues, const char *at, const char *end,
                           unsigned kinds, unsigned *kind)
{
    return sst_cue_may_begin(sst_page_cues_openings(cues, kinds), at, end)
               ? match(cues, at, end, kinds, kind)
               : 0;
}

/* Letters of the word that begins eight bytes of ASCII; 0 of others. */
static unsigned ascii_word(const char *at)
{
    uint64_t wide, lanes = sst_scan_lanes(at, &wide), others = ~lanes & 0x8080808080808080u;
    return wide != 0 ? 0 : others == 0 ? 8 : (unsigned)__builtin_ctzll(others) / 8;
}

unsigned sst_page_cues_kinds_at(const sst_page_cues *cues, const char *at, const char *end,
                                const char *limit, unsigned kinds)
{
    unsigned kind = 0;
    unsigned size = limit - at >= 8 ? ascii_word(at) : 0;
    if (size > 0 && !may_begin_ascii(cues, sst_load64(at), size, kinds))
        return 0;
    return match(cues, at, end, kinds, &kind) > 0 ? kind : 0;
}

unsigned sst_page_cues_find(const sst_page_cues *cues, const char *at, const char *end,
                            const sst_scan_bits *bits, unsigned kinds)
{
    const sst_cue_openings *openings = sst_page_cues_openings(cues, kinds);
    unsigned found = 0;
    uint64_t inside = 0;
    for (size_t i = 0; at < end; at += 64, i++) {
        size_t left = (size_t)(end - at);
        sst_scan_word more;
        const sst_scan_word *word = &more;
        if (i < bits->count)
            word = &bits->words[i];
        else if (left < 64)
            sst_classes_read_end(&more, at, left, false);
        else
            sst_classes_read(&more, at, false);
        uint64_t starts = (word->letters & ~(word->letters << 1 | inside)) | word->unspaced;
        inside = word->letters >> 63;
        if (left <= 64)
            starts &= ~((uint64_t)1 << (left - 1)); /* one byte at the end is no phrase */
        found |= sst_cues_at(cues, openings, starts, word, at, end, bits->limit, kinds);
    }
    return found & kinds;
}

/* A word begins at `at` where no letter stands before it, or in scripts without spaces. */
static bool word_begins(const char *begin, const char *at)
{
    if (at == begin || (unsigned char)*at >= 0xE3)
        return true;
    unsigned char lead = (unsigned char)at[-(ptrdiff_t)sst_scan_before(begin, at)];
    return sst_scan_weight[lead] == 0;
}

static size_t match_more(const sst_page_cues *cues, const char *begin, const char *end)
{
    size_t best = 0;
    for (uint32_t i = cues->more[end[-1] & 31]; i != 0; i = cues->phrases[i - 1].next_more) {
        const phrase *p = &cues->phrases[i - 1];
        if ((size_t)(end - begin) < p->size || p->size <= best ||
            !same_folded(end - p->size, end, cues->text + p->offset, p->size) ||
            !word_begins(begin, end - p->size))
            continue;
        best = p->size;
    }
    return best;
}

size_t sst_page_cues_match_more(const sst_page_cues *cues, const char *begin, const char *end)
{
    return begin < end && sst_cue_may_end_more(sst_page_cues_ends(cues), begin, end)
               ? match_more(cues, begin, end)
               : 0;
}

const uint32_t *sst_page_cues_ends(const sst_page_cues *cues) { return cues->ends; }

static void set_bit(uint32_t *bits, unsigned bit) { bits[bit >> 5] |= 1u << (bit & 31); }

/* Notes how a phrase begins, when it begins with ASCII: its first eight bytes, when they are
 * ASCII, or its first word. */
static void note_word(sst_page_cues *cues, const char *text, size_t size, sst_cue kind)
{
    unsigned word = 0, ascii = 0;
    while (ascii < 8 && ascii < size && (unsigned char)text[ascii] < 0x80)
        ascii++;
    while (word < ascii && sst_scan_weight[(unsigned char)text[word]] > 0)
        word++;
    uint16_t bit = (uint16_t)(1u << kind);
    if (word > 0)
        cues->words[word_slot(sst_load64(text), word)] |= ascii == 8 ? LONGER : bit;
    if (ascii == 8)
        cues->heads[word_slot(sst_load64(text), 8)] |= bit;
}

/* Notes the opening of a phrase with all that may follow a short one: `free` are the bits of the
 * mask that lie behind its end, taken in turn by counting in them. */
static void note_opening(sst_cue_openings *openings, const char *text, size_t size)
{
    uint64_t mask = sst_cue_opening_mask((unsigned char)text[0]), bytes = 0, free = mask, behind = 0;
    unsigned letters = 0;
    for (size_t i = 0; i < size && i < 6; i++) {
        bytes |= (uint64_t)(unsigned char)text[i] << 8 * i;
        free &= ~((uint64_t)255 << 8 * i);
        letters += i < 4 && (unsigned char)text[i] < 0x80 &&
                   sst_scan_weight[(unsigned char)text[i]] > 0;
    }
    do {
        set_bit(openings->any, sst_cue_opening_bit((bytes & mask) | behind));
        behind = (behind - free) & free;
    } while (behind != 0);
    if (letters == 4)
        set_bit(openings->words, sst_cue_word_bit((uint32_t)bytes));
}

/* Where the list begins that a phrase belongs to. */
static uint32_t *list_of(sst_page_cues *cues, const char *text, size_t size)
{
    unsigned key = beginning(text, size);
    return size > 2 ? &cues->slots[slot_of(key)] : &cues->pairs[key >> 5];
}

static phrase *find_phrase(sst_page_cues *cues, const char *text, size_t size)
{
    phrase *p;
    for (uint32_t i = *list_of(cues, text, size); i != 0; i = p->next) {
        p = &cues->phrases[i - 1];
        if (p->size == size && memcmp(cues->text + p->offset, text, size) == 0)
            return p;
    }
    return NULL;
}

static void link_more(sst_page_cues *cues, uint32_t number)
{
    phrase *p = &cues->phrases[number - 1];
    uint32_t *first = &cues->more[cues->text[p->offset + p->size - 1] & 31];
    p->next_more = *first;
    *first = number;
    if (p->size < 4) {
        memset(cues->ends, 0xff, sizeof cues->ends); /* it may end in anything */
        return;
    }
    unsigned slot = sst_cue_end_bit(cues->text + p->offset + p->size);
    cues->ends[slot >> 5] |= 1u << (slot & 31);
}

static sst_status add_phrase(sst_page_cues *cues, sst_cue kind, const char *given, size_t size,
                             sst_error *error)
{
    char text[MAX_PHRASE] = {0};
    for (size_t i = 0, n; i < size; i += n) {
        unsigned char bytes[2];
        n = fold(given + i, given + size, bytes);
        memcpy(text + i, bytes, n);
    }
    unsigned key = beginning(text, size);
    uint32_t *list = list_of(cues, text, size);
    phrase *known = find_phrase(cues, text, size);
    note_opening(&cues->all, text, size);
    if ((1u << kind & SST_CUE_NOTICE) != 0)
        note_opening(&cues->notices, text, size);
    note_word(cues, text, size, kind);
    if (known != NULL) {
        if (kind == SST_CUE_MORE && !(known->kinds & 1u << SST_CUE_MORE))
            link_more(cues, (uint32_t)(known - cues->phrases) + 1);
        known->kinds |= 1u << kind;
        return SST_OK;
    }
    sst_status status = SST_RESERVE(&cues->phrases, &cues->capacity, cues->count + 1,
                                    "the cue phrases", error);
    if (status == SST_OK)
        status = SST_RESERVE(&cues->text, &cues->text_capacity, cues->text_size + size + 8,
                             "the cue phrases", error);
    if (status != SST_OK)
        return status;
    memcpy(cues->text + cues->text_size, text, size);
    cues->phrases[cues->count++] = (phrase){.offset = (uint32_t)cues->text_size,
                                            .size = (uint32_t)size,
                                            .kinds = 1u << kind,
                                            .key = key,
                                            .next = *list,
                                            .next_more = 0};
    *list = (uint32_t)cues->count;
    cues->text_size += size;
    if (kind == SST_CUE_MORE)
        link_more(cues, (uint32_t)cues->count);
    return SST_OK;
}

static sst_status add_table(sst_page_cues *cues, sst_error *error)
{
    static const struct {
        sst_cue kind;
        const char *text;
    } table[] = {
#define SST_CUE_ROW(kind, text) {SST_CUE_##kind, text},
        SST_CUE_TABLE(SST_CUE_ROW)
#undef SST_CUE_ROW
    };
    sst_status status = SST_OK;
    for (size_t i = 0; i < sizeof table / sizeof *table && status == SST_OK; i++)
        status = add_phrase(cues, table[i].kind, table[i].text, strlen(table[i].text), error);
    return status;
}

static bool kind_of(const char *name, size_t size, sst_cue *kind)
{
    static const char *const names[] = {
#define SST_CUE_NAME(name_, text) text,
        SST_CUE_MAP(SST_CUE_NAME)
#undef SST_CUE_NAME
    };
    for (size_t i = 0; i < SST_CUE_COUNT; i++)
        if (strlen(names[i]) == size && memcmp(names[i], name, size) == 0) {
            *kind = (sst_cue)i;
            return true;
        }
    return false;
}

static sst_status add_line(sst_page_cues *cues, sst_slice line, const char *file,
                           uint64_t number, sst_error *error)
{
    line = sst_scan_trim(line);
    if (line.size == 0 || line.bytes[0] == '#')
        return SST_OK;
    if (sst_utf8_valid_prefix(line.bytes, line.size) != line.size)
        return sst_fail_at(error, SST_INPUT, file, number, 0,
                           "cue line is not UTF-8; convert the file with iconv -f ENCODING -t "
                           "UTF-8");
    const char *tab = memchr(line.bytes, '\t', line.size);
    sst_cue kind;
    if (tab == NULL || !kind_of(line.bytes, (size_t)(tab - line.bytes), &kind))
        return sst_fail_at(error, SST_INPUT, file, number, 0,
                           "cue line has no known kind; write KIND, a tab and the phrase, KIND "
                           "is credit, agency, byline, related, more, comment, share, legal, "
                           "subscribe or ad");
    sst_slice text = sst_scan_trim(
        (sst_slice){tab + 1, (size_t)(line.bytes + line.size - tab - 1)});
    if (text.size < 2 || text.size > MAX_PHRASE)
        return sst_fail_at(error, SST_INPUT, file, number, 0,
                           "cue phrase has %zu bytes; give one of 2 to %d", text.size,
                           MAX_PHRASE);
    return add_phrase(cues, kind, text.bytes, text.size, error);
}

static sst_status add_file(sst_page_cues *cues, const char *file, sst_error *error)
{
    FILE *stream = fopen(file, "rb");
    if (stream == NULL)
        return sst_fail_system(error, errno, file, "cannot open", "check the path of the cue file");
    char *line = NULL;
    size_t capacity = 0;
    sst_status status = SST_OK;
    ssize_t size;
    for (uint64_t number = 1;
         status == SST_OK && (size = getline(&line, &capacity, stream)) >= 0; number++)
        status = add_line(cues, (sst_slice){line, (size_t)size}, file, number, error);
    if (status == SST_OK && ferror(stream))
        status = sst_fail_system(error, errno, file, "cannot read", "check the cue file");
    free(line);
    fclose(stream);
    return status;
}

sst_status sst_page_cues_create(const char *file, sst_page_cues **cues, sst_error *error)
{
    *cues = NULL;
    sst_page_cues *made = sst_allocate_zeroed(1, sizeof *made, "the cue table", error);
    if (made == NULL)
        return SST_MEMORY;
    sst_status status = add_table(made, error);
    if (status == SST_OK && file != NULL)
        status = add_file(made, file, error);
    if (status != SST_OK) {
        sst_page_cues_free(made);
        return status;
    }
    *cues = made;
    return SST_OK;
}

void sst_page_cues_free(sst_page_cues *cues)
{
    if (cues == NULL)
        return;
    free(cues->phrases);
    free(cues->text);
    free(cues);
}
