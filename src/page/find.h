/* Cue phrases at the words of a line: the part that runs for each word, for the files that it is
 * compiled into. Private to page/. */
#ifndef PAGE_FIND_H
#define PAGE_FIND_H

#include "page/classes.h"
#include "page/cues.h"

enum { SST_CUE_OPENING_BITS = 15, SST_CUE_WORD_BITS = 13 };

/* How phrases begin, as bits by a hash: all of them by their opening, and those that begin with
 * four letters of ASCII also by these. Openings of short phrases hold all that may follow, so the
 * words of ASCII, most of which are longer, have bits of their own. */
typedef struct sst_cue_openings {
    uint32_t any[(1 << SST_CUE_OPENING_BITS) / 32];
    uint32_t words[(1 << SST_CUE_WORD_BITS) / 32];
} sst_cue_openings;

/* Those of the kinds of a notice alone, or of all kinds. */
const sst_cue_openings *sst_page_cues_openings(const sst_page_cues *cues, unsigned kinds);

/* Kinds of the longest phrase that begins at `at`, where an opening says that one may. */
unsigned sst_page_cues_kinds_at(const sst_page_cues *cues, const char *at, const char *end,
                                const char *limit, unsigned kinds);

/* What is compared of the first bytes before anything else: of four, as in a beginning; of six,
 * the first letter and some of the second, in scripts of three bytes a letter. */
static inline uint64_t sst_cue_opening_mask(unsigned char lead)
{
    return lead >= 0xE0 ? 0x1e1e1effffffu : 0x1e1e1f1eu;
}

static inline unsigned sst_cue_opening_bit(uint64_t masked)
{
    return (unsigned)(masked * 0x9e3779b97f4a7c15u >> (64 - SST_CUE_OPENING_BITS));
}

static inline unsigned sst_cue_word_bit(uint32_t letters)
{
    return (letters & 0xdfdfdfdfu) * 0x9e3779b9u >> (32 - SST_CUE_WORD_BITS);
}

static inline bool sst_cue_bit(const uint32_t *bits, unsigned bit)
{
    return (bits[bit >> 5] >> (bit & 31) & 1) != 0;
}

/* Eight bytes, zeros for those from `limit` on. */
static inline uint64_t sst_cue_load(const char *at, const char *limit)
{
    if (limit - at >= 8)
        return sst_load64(at);
    uint64_t bytes = 0;
    for (ptrdiff_t i = 0; i < limit - at; i++)
        bytes |= (uint64_t)(unsigned char)at[i] << 8 * i;
    return bytes;
}

/* Whether a phrase of these openings may begin with these bytes; mostly false. */
static inline bool sst_cue_may_begin(const sst_cue_openings *openings, const char *at,
                                     const char *limit)
{
    uint64_t bytes = sst_cue_load(at, limit);
    uint64_t masked = bytes & sst_cue_opening_mask((unsigned char)bytes);
    return sst_cue_bit(openings->any, sst_cue_opening_bit(masked));
}

/* The same of four bytes of ASCII, all of them letters or not. */
static inline bool sst_cue_may_begin_ascii(const sst_cue_openings *openings, const char *at,
                                           bool letters)
{
    uint32_t bytes = sst_load32(at);
    unsigned word = sst_cue_word_bit(bytes) + (1u << SST_CUE_OPENING_BITS);
    unsigned any = sst_cue_opening_bit(bytes & sst_cue_opening_mask(0));
    return sst_cue_bit(openings->any, letters ? word : any);
}

/* Kinds in `kinds` of the phrases that begin at `starts`, bits of the 64 bytes at `at`. */
static inline unsigned sst_cues_at(const sst_page_cues *cues, const sst_cue_openings *openings,
                                   uint64_t starts, const sst_scan_word *word, const char *at,
                                   const char *end, const char *limit, unsigned kinds)
{
    unsigned found = 0;
    if (word->wide == 0 && limit - at >= 64 + 8) {
        uint64_t two = word->letters & word->letters >> 1, four = two & two >> 2;
        for (; starts != 0; starts &= starts - 1) {
            const char *start = at + __builtin_ctzll(starts);
            if (sst_cue_may_begin_ascii(openings, start, (four & starts & -starts) != 0))
                found |= sst_page_cues_kinds_at(cues, start, end, limit, kinds);
        }
    }
    for (; starts != 0; starts &= starts - 1) {
        const char *start = at + __builtin_ctzll(starts);
        if (sst_cue_may_begin(openings, start, limit))
            found |= sst_page_cues_kinds_at(cues, start, end, limit, kinds);
    }
    return found;
}

/* sst_page_cues_find of a line that `count` words of `bits` hold. A word begins where a letter follows
 * none; one byte at the end is no phrase. */
static inline unsigned sst_cues_find(const sst_page_cues *cues,
                                     const sst_cue_openings *openings, const char *begin,
                                     size_t size, const sst_scan_bits *bits, size_t count,
                                     unsigned kinds)
{
    uint64_t inside = 0;
    unsigned found = 0;
    for (size_t i = 0; i < count; i++) {
        const sst_scan_word *word = &bits->words[i];
        uint64_t starts = (word->letters & ~(word->letters << 1 | inside)) | word->unspaced;
        inside = word->letters >> 63;
        if (i + 1 == count)
            starts &= ~((uint64_t)1 << (size - 1) % 64);
        found |= sst_cues_at(cues, openings, starts, word, begin + 64 * i, begin + size,
                             bits->limit, kinds);
    }
    return found & kinds;
}

/* The ends that "Read more" phrases have, as bits. */
enum { SST_CUE_END_BITS = 12 };
const uint32_t *sst_page_cues_ends(const sst_page_cues *cues);

/* The place of the four bytes before `end`, in either case also of Cyrillic, where capitals differ
 * in 32 and perhaps in the lowest bit of the byte before. */
static inline unsigned sst_cue_end_bit(const char *end)
{
    uint32_t bytes = sst_load32(end - 4) & 0xdedededeu;
    return bytes * 0x9e3779b9u >> (32 - SST_CUE_END_BITS);
}

/* Whether such a phrase may end [begin, end); mostly false. */
static inline bool sst_cue_may_end_more(const uint32_t *ends, const char *begin,
                                        const char *end)
{
    if (end - begin < 4)
        return true;
    unsigned bit = sst_cue_end_bit(end);
    return (ends[bit >> 5] >> (bit & 31) & 1) != 0;
}

#endif
