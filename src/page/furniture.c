#include "page/furniture.h"

#include <string.h>

#include "base/hash.h"
#include "page/scan.h"

enum {
    ROWS = 4,
    WIDTH = 2048,             /* power of two */
    COUNTERS = ROWS * WIDTH,
    SENTENCE_LINE = 400,      /* bytes; a longer line is counted by its sentences */
    MIN_SENTENCE = 40,        /* bytes; shorter ones join the next */
    MAX_PASSAGES = 2048,      /* distinct ones counted of a page; what follows is left out */
    SEEN_SLOTS = 4096,        /* power of two, twice MAX_PASSAGES */
    ENOUGH_STORIES = 5,       /* half of the pages of a passage tell different stories, or so many */
};

struct sst_furniture {
    uint32_t pages;
    uint32_t counters[COUNTERS];
    uint32_t stories[COUNTERS]; /* a bit for each 32nd part of all stories */
};

sst_status sst_furniture_create(sst_furniture **furniture, sst_error *error)
{
    *furniture = sst_allocate_zeroed(1, sizeof **furniture, "the furniture counts", error);
    return *furniture != NULL ? SST_OK : SST_MEMORY;
}

void sst_furniture_free(sst_furniture *furniture)
{
    free(furniture);
}

static uint32_t one_more(uint32_t count)
{
    return count == UINT32_MAX ? count : count + 1;
}

/* Row i takes bits 11 i to 11 i + 10 of the hash. */
static size_t counter_of(uint64_t hash, unsigned row)
{
    return (size_t)row * WIDTH + (size_t)(hash >> 11 * row & (WIDTH - 1));
}

static uint32_t count_of(const sst_furniture *furniture, uint64_t hash)
{
    uint32_t least = UINT32_MAX;
    for (unsigned row = 0; row < ROWS; row++) {
        uint32_t count = furniture->counters[counter_of(hash, row)];
        least = count < least ? count : least;
    }
    return least;
}

/* Different stories on whose pages a passage stands, as far as 32 bits tell. */
static uint32_t stories_of(const sst_furniture *furniture, uint64_t hash)
{
    uint32_t common = UINT32_MAX;
    for (unsigned row = 0; row < ROWS; row++)
        common &= furniture->stories[counter_of(hash, row)];
    return (uint32_t)__builtin_popcount(common);
}

static bool recurs(const sst_furniture *furniture, uint64_t hash)
{
    if (furniture->pages < SST_FURNITURE_WARMUP)
        return false;
    uint32_t count = count_of(furniture, hash);
    uint32_t wanted = count / 2 < ENOUGH_STORIES ? count / 2 : ENOUGH_STORIES;
    if (wanted < SST_FURNITURE_MIN_STORIES)
        wanted = SST_FURNITURE_MIN_STORIES;
    return count >= SST_FURNITURE_MIN_PAGES && stories_of(furniture, hash) >= wanted &&
           (uint64_t)count * 100 >= (uint64_t)furniture->pages * SST_FURNITURE_MIN_PERCENT;
}

/* End of the first sentence of [at, end) that makes MIN_SENTENCE bytes. */
static const char *sentence_end(const char *at, const char *end)
{
    const char *begin = at;
    for (size_t n; at < end; at += n == 0 ? 1 : n) {
        n = sst_scan_stop(at, end);
        if (n == 0 || at - begin < MIN_SENTENCE)
            continue;
        if (sst_scan_stop_sure(at, n) || at + n == end || sst_scan_space(at + n, end) > 0)
            return at + n;
    }
    return end;
}

/* Passages one after the other. */
typedef struct passages {
    const char *at, *limit; /* behind the current line; end of the text */
    const char *line, *line_end; /* what is left of the line */
    bool by_sentence;
} passages;

static passages passages_of(const char *text, size_t size)
{
    return (passages){.at = text, .limit = text + size, .line = text, .line_end = text};
}

static bool next_passage(passages *walk, sst_slice *passage)
{
    while (walk->line < walk->line_end || walk->at < walk->limit) {
        if (walk->line == walk->line_end) {
            const char *end;
            walk->line = walk->at;
            walk->at = sst_scan_line(walk->at, walk->limit, &end);
            walk->line_end = end;
            walk->by_sentence = end - walk->line > SENTENCE_LINE;
            if (walk->line == end)
                continue;
        }
        const char *end =
            walk->by_sentence ? sentence_end(walk->line, walk->line_end) : walk->line_end;
        *passage = sst_scan_trim((sst_slice){walk->line, (size_t)(end - walk->line)});
        walk->line = end;
        size_t bullet = sst_scan_bullet(passage->bytes, passage->bytes + passage->size);
        passage->bytes += bullet;
        passage->size -= bullet;
        *passage = sst_scan_trim(*passage);
        if (passage->size > 0)
            return true;
    }
    return false;
}

/* True when `hash` was not in the set before. */
static bool first_seen(uint64_t *seen, uint64_t hash)
{
    hash += hash == 0; /* 0 marks a free slot */
    size_t slot = (size_t)(hash >> 44) & (SEEN_SLOTS - 1);
    while (seen[slot] != 0 && seen[slot] != hash)
        slot = (slot + 1) & (SEEN_SLOTS - 1);
    bool first = seen[slot] == 0;
    seen[slot] = hash;
    return first;
}

void sst_furniture_add(sst_furniture *furniture, uint64_t story, const char *text, size_t size)
{
    uint64_t seen[SEEN_SLOTS] = {0};
    sst_slice passage;
    size_t distinct = 0;
    uint32_t bit = 1u << (sst_mix64(story) >> 59);
    furniture->pages = one_more(furniture->pages);
    for (passages walk = passages_of(text, size);
         distinct < MAX_PASSAGES && next_passage(&walk, &passage);) {
        uint64_t hash = sst_hash64_bytes(passage.bytes, passage.size);
        if (!first_seen(seen, hash))
            continue;
        distinct++;
        for (unsigned row = 0; row < ROWS; row++) {
            size_t counter = counter_of(hash, row);
            furniture->counters[counter] = one_more(furniture->counters[counter]);
            furniture->stories[counter] |= bit;
        }
    }
}

uint32_t sst_furniture_pages(const sst_furniture *furniture)
{
    return furniture->pages;
}

uint32_t sst_furniture_count(const sst_furniture *furniture, const char *passage, size_t size)
{
    return count_of(furniture, sst_hash64_bytes(passage, size));
}

bool sst_furniture_recurs(const sst_furniture *furniture, const char *passage, size_t size)
{
    return recurs(furniture, sst_hash64_bytes(passage, size));
}

size_t sst_furniture_weigh(const sst_furniture *furniture, const char *text, size_t size,
                           size_t *all)
{
    size_t recurring = 0, total = 0;
    sst_slice passage;
    for (passages walk = passages_of(text, size); next_passage(&walk, &passage);) {
        total += passage.size;
        if (recurs(furniture, sst_hash64_bytes(passage.bytes, passage.size)))
            recurring += passage.size;
    }
    if (all != NULL)
        *all = total;
    return recurring;
}
