/* The lines of a page, measured: each is read once, as bits, from which all counts are taken. This
 * runs for every line, so it is compiled once more for machines with AVX2. */
#include <string.h>

#include "page/find.h"
#include "page/splitter.h"

#ifndef SST_LINES_READ
#define SST_LINES_READ sst_lines_read
#endif

enum {
    SAMPLE = 192,         /* bytes of a line whose letters are counted, whole words of bits */
    MARKUP_REACH = 400,   /* bytes in which markup is looked for */
    SENTENCE_REACH = 400, /* bytes before the end in which sentence ends are looked for */
    MAX_DOUBLED = 600,    /* bytes */
    MIN_DOUBLED = 25,
    CODE_SAMPLE = 192, /* bytes in which signs are counted */
    CODE_SIGNS = 3,    /* of them, at least */
    CODE_PERCENT = 12,
    CUE_LETTERS = 60,     /* a cue says something about a line shorter than this */
    NOTICE_LETTERS = 400, /* words of a notice say something about a line shorter than this */
    FORM_LETTERS = 60,    /* of the line over or under a record */
    SAID_SPACES = 4,      /* between brackets: that is no name of an image */
    MAX_FILE_NAME = 200,  /* bytes */
    IMAGE_LETTERS = 100,  /* of a line that names the file of an image */
};

static unsigned char byte_at(const char *at) { return (unsigned char)*at; }

/* ---- bits ---------------------------------------------------------------------------------- */

/* Reads the bits of the line that begins at `at`, and returns where it ends: at a newline or at the
 * limit. */
static inline const char *read_bits(sst_scan_bits *bits, const char *at)
{
    const char *limit = bits->limit;
    for (size_t i = 0; i < SST_SCAN_WORDS; i++, at += 64) {
        size_t left = (size_t)(limit - at);
        uint64_t newlines = left >= 64 ? sst_classes_read(&bits->words[i], at, true)
                                       : sst_classes_read_end(&bits->words[i], at, left, true);
        if (newlines != 0)
            return at + __builtin_ctzll(newlines);
        if (left <= 64)
            return limit;
    }
    const char *newline = memchr(at, '\n', (size_t)(limit - at));
    return newline != NULL ? newline : limit;
}

/* Bits of the first `size` bytes alone. */
static inline void cut_bits(sst_scan_bits *bits, size_t size)
{
    bits->count = size > 64 * SST_SCAN_WORDS ? SST_SCAN_WORDS : (size + 63) / 64;
    if (size % 64 == 0 || size > 64 * SST_SCAN_WORDS)
        return;
    uint64_t keep = ((uint64_t)1 << size % 64) - 1;
    sst_scan_word *word = &bits->words[bits->count - 1];
    word->letters &= keep;
    word->wide &= keep;
    word->digits &= keep;
    word->signs &= keep;
    word->marks &= keep;
    word->stops &= keep;
    word->unspaced &= keep;
    word->counted &= keep;
    word->twice &= keep;
}

/* The first space of ASCII of the first `size` bytes; NULL without one. */
static inline const char *first_space(const sst_scan_word *words, const char *begin,
                                      size_t size)
{
    uint64_t gaps = ~(words[0].letters | words[0].signs);
    const char *gap = begin + (gaps != 0 ? __builtin_ctzll(gaps) : 64);
    if (gap >= begin + size)
        return NULL;
    return *gap == ' ' ? gap : memchr(gap, ' ', (size_t)(begin + size - gap));
}

/* ---- letters and sentences ----------------------------------------------------------------- */

/* Letters of `size` bytes, which `count` words begin. */
static inline unsigned count_letters(const sst_scan_word *words, size_t count, size_t size)
{
    size_t letters = 0;
    for (size_t i = 0; i < SAMPLE / 64 && i < count; i++) {
        letters += sst_scan_count(words[i].letters & ~words[i].wide);
        if (words[i].wide != 0)
            letters += sst_scan_count(words[i].counted) + sst_scan_count(words[i].twice);
    }
    if (count <= SAMPLE / 64 && size <= SAMPLE)
        return (unsigned)letters;
    letters = letters * size / SAMPLE; /* the rest is taken to be like what was read */
    return letters > UINT16_MAX ? UINT16_MAX : (unsigned)letters;
}

static bool ends_here(const char *at, const char *end)
{
    size_t size = sst_scan_stop(at, end);
    return size > 0 && (sst_scan_stop_sure(at, size) || at + size == end ||
                        sst_scan_weight[byte_at(at + size)] == 0);
}

/* In a line that ends without a stop: two sentence ends near its end, or one in a long line. */
static inline bool holds_sentences(unsigned letters, const sst_scan_word *words, size_t count,
                                   const char *begin, const char *end)
{
    unsigned wanted = letters >= 160 ? 1 : 2;
    if (count == 1 && sst_scan_count(words[0].stops) < wanted)
        return false; /* as most */
    sst_scan_bits last;
    if (end - begin > SENTENCE_REACH) {
        begin = end - SENTENCE_REACH;
        sst_scan_bits_read(&last, begin, end, end);
        words = last.words;
        count = last.count;
    }
    for (size_t i = 0; i < count; i++)
        for (uint64_t stops = words[i].stops; stops != 0 && wanted > 0; stops &= stops - 1)
            wanted -= ends_here(begin + 64 * i + __builtin_ctzll(stops), end);
    return wanted == 0;
}

/* "[name]" of an image or "[button]": words in brackets, one space between them, are said. */
static bool is_bracketed(const char *begin, const char *end)
{
    unsigned spaces = 0;
    if (*begin != '[' || end[-1] != ']')
        return false;
    for (const char *at = begin; at < end; at++) {
        if (*at == ' ' && at[1] == ' ')
            return true;
        spaces += *at == ' ';
    }
    return spaces < SAID_SPACES;
}

static unsigned flags_of_end(const char *begin, const char *end)
{
    unsigned char final = byte_at(end - 1);
    if (final == '.' && (end - begin < 2 || end[-2] != '.')) /* as most that are no letter */
        return SST_LINE_END;
    unsigned flags = is_bracketed(begin, end) ? SST_LINE_MARKUP : 0;
    for (size_t n; end > begin; end -= n) {
        while (end - begin > 1 && end[-1] == ' ') /* fields of forms hold many */
            end--;
        n = sst_scan_closer_before(begin, end);
        if (n == 0 && (n = sst_scan_space_before(begin, end)) == 0)
            break;
    }
    if (end == begin)
        return flags;
    size_t last = sst_scan_before(begin, end);
    if (sst_scan_stop(end - last, end) != last)
        return flags;
    bool ellipsis = byte_at(end - last) == 0xE2 ||
                    (end - begin >= 3 && end[-1] == '.' && end[-2] == '.' && end[-3] == '.');
    return flags | SST_LINE_END | (ellipsis ? SST_LINE_ELLIPSIS : 0);
}

/* ---- markup, code, doubled lines ----------------------------------------------------------- */

static bool begins(const char *at, const char *end, const char *sign)
{
    size_t size = strlen(sign);
    return (size_t)(end - at) >= size && memcmp(at, sign, size) == 0;
}

/* HTML left in the text, or a field of a form, begins at this sign. */
static bool is_markup_sign(const char *at, const char *end)
{
    switch (*at) {
    case '<': return begins(at, end, "</") || begins(at, end, "<div") || begins(at, end, "<img");
    case '=': return begins(at, end, "=\"");
    case '[': return begins(at, end, "[   ");
    default: return false;
    }
}

static inline bool is_markup(const sst_scan_word *words, size_t count, const char *begin,
                             const char *end)
{
    const char *reach = end - begin > MARKUP_REACH ? begin + MARKUP_REACH : end;
    for (size_t i = 0; i < count; i++)
        for (uint64_t marks = words[i].marks; marks != 0; marks &= marks - 1) {
            const char *at = begin + 64 * i + __builtin_ctzll(marks);
            if (at < reach && is_markup_sign(at, reach))
                return true;
        }
    return false;
}

/* Signs that names of files hold, and no others. */
static bool are_of_name(const char *at, const char *end)
{
    static const uint8_t signs[256] = {['-'] = 1, ['_'] = 1, ['.'] = 1, [','] = 1,
                                       ['+'] = 1, ['%'] = 1, [' '] = 1};
    for (; at < end; at++)
        if (byte_at(at) < 0x80 && sst_scan_weight[byte_at(at)] == 0 && !signs[byte_at(at)])
            return false;
    return true;
}

/* "town-hall-front", "IMG_5301": no spaces, two hyphens or more, or a figure with an underscore. */
static bool is_bare_name(const char *begin, const char *end)
{
    unsigned hyphens = 0, underscores = 0, digits = 0, letters = 0;
    for (const char *at = begin; at < end; at++) {
        unsigned char c = byte_at(at);
        if (c >= 0x80)
            return false;
        hyphens += c == '-';
        underscores += c == '_';
        digits += c >= '0' && c <= '9';
        letters += (c | 32) >= 'a' && (c | 32) <= 'z';
    }
    return letters > 0 && (hyphens >= 2 || (underscores > 0 && digits > 0)) && end[-1] != '.' &&
           are_of_name(begin, end);
}

static bool is_image_type(const char *at, const char *end)
{
    static const char types[][5] = {"jpg", "png", "gif", "jpeg", "webp"};
    char type[5] = {0};
    for (size_t i = 0; i < 4 && at + i < end; i++)
        type[i] = (char)(at[i] | 32);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (memcmp(type, types[i], i < 3 ? 3 : 4) == 0)
            return true;
    return false;
}

/* A line that names the file of an image: before ".jpg" and such stands nothing else. */
static inline bool is_image_name(const sst_scan_word *words, size_t count, const char *begin,
                                 const char *end, const char *space, unsigned letters)
{
    if (letters >= IMAGE_LETTERS)
        return false;
    if (space == NULL && (words[0].signs != 0) & (words[0].wide == 0) &&
        end - begin <= MAX_FILE_NAME && is_bare_name(begin, end))
        return true;
    for (size_t i = 0; i < count; i++)
        for (uint64_t stops = words[i].stops; stops != 0; stops &= stops - 1) {
            const char *at = begin + 64 * i + __builtin_ctzll(stops);
            if (end - at > 3 && *at == '.' && is_image_type(at + 1, end))
                return are_of_name(begin, at);
        }
    return false;
}

/* Nearly never: what tells is asked at once, as the size alone says yes and no in turn. */
static inline bool are_halves(const char *begin, size_t size)
{
    size_t half = size / 2;
    return size >= MIN_DOUBLED &&
           ((size & 1) & (begin[half] == ' ') &
            (sst_load64(begin) == sst_load64(begin + half + 1))) != 0 &&
           memcmp(begin, begin + half + 1, half) == 0;
}

/* "X X", also behind a word ("sport X X") and before an image ("X X [photo]"). */
static inline bool is_doubled(const char *begin, const char *end, const char *space)
{
    if (end - begin < MIN_DOUBLED || end - begin > MAX_DOUBLED || space == NULL)
        return false;
    const char *image = end[-1] == ']' ? memrchr(begin, '[', (size_t)(end - begin)) : NULL;
    if (image != NULL && image > begin + 1)
        end = image - 1;
    return are_halves(begin, (size_t)(end - begin)) ||
           (space < end && are_halves(space + 1, (size_t)(end - space - 1)));
}

/* A line that is full of signs, of which those of code are counted only then. */
static bool holds_code(const char *begin, size_t size)
{
    static const uint8_t signs[256] = {['{'] = 1, ['}'] = 1, ['('] = 1,  [')'] = 1, [';'] = 1,
                                       ['='] = 1, ['<'] = 1, ['>'] = 1,  ['_'] = 1, ['#'] = 1,
                                       ['$'] = 1, ['|'] = 1, ['&'] = 1,  ['+'] = 1, ['*'] = 1,
                                       ['['] = 1, [']'] = 1, ['\\'] = 1, ['"'] = 1, ['/'] = 1};
    size_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += signs[byte_at(begin + i)];
    return count >= CODE_SIGNS && count * 100 >= size * CODE_PERCENT;
}

static inline bool is_code(const sst_scan_word *words, size_t count, const char *begin,
                           size_t size)
{
    size_t signs = 0;
    size = size > CODE_SAMPLE ? CODE_SAMPLE : size;
    for (size_t i = 0; i < count && i < CODE_SAMPLE / 64; i++)
        signs += sst_scan_count(words[i].signs);
    return signs >= CODE_SIGNS && signs * 100 >= size * CODE_PERCENT && holds_code(begin, size);
}

/* ---- hash and form ------------------------------------------------------------------------- */

/* The last eight bytes of at least so many, or all of fewer. */
static uint64_t load_last(const char *end, size_t size)
{
    if (size >= 8)
        return sst_load64(end - 8);
    if (size >= 4)
        return (uint64_t)sst_load32(end - size) << 32 | sst_load32(end - 4);
    const char *at = end - size;
    return size == 0 ? 0
                     : (uint64_t)byte_at(at) << 16 | (uint64_t)byte_at(at + size / 2) << 8 |
                           byte_at(end - 1);
}

static inline uint32_t hash_of(const char *at, size_t size)
{
    const uint64_t odd = 0x9e3779b97f4a7c15u;
    uint64_t hash = size ^ load_last(at + size, size) * odd;
    for (; size > 8; at += 8, size -= 8) {
        hash = (hash ^ sst_load64(at)) * odd;
        hash ^= hash >> 29;
    }
    return (uint32_t)(hash * odd >> 32);
}

/* What short lines over or under records have in common: dates and counts are all of one form;
 * others with figures in them, when they begin with the same word; the rest, when they are equal.
 * 0: the line is none, or counts something up ("Step 3"). */
static inline uint32_t form_of(const sst_page_line *line, const sst_scan_word *word,
                               const char *at, const char *space)
{
    size_t digits = sst_scan_count(word->digits);
    if (line->letters == 0 || line->letters > FORM_LETTERS || (line->flags & SST_LINE_MARKUP))
        return 0;
    if (digits == 0)
        return line->hash | 2;
    if (space != NULL && space - at >= 64)
        space = NULL;
    uint64_t behind = space != NULL ? ~(uint64_t)0 << (space - at) : 0;
    if (behind != 0 && line->size <= 64 && (word->letters & behind) == word->digits)
        return 0;
    if (digits * 4 >= line->letters)
        return 1;
    return space != NULL ? hash_of(at, (size_t)(space - at)) | 2 : line->hash | 2;
}

/* ---- one line ------------------------------------------------------------------------------ */

/* What cues of a page are found with. */
typedef struct phrases {
    const sst_page_cues *cues;
    const sst_cue_openings *all, *notices;
    const uint32_t *ends;
} phrases;

/* Everything but its number, offset and size, of a line whose bits are read. `count` is that of
 * its words: known to the compiler where it is 1, as mostly. */
static inline void measure(sst_page_line *line, const sst_scan_bits *bits, size_t count,
                           const char *begin, const char *end, unsigned flags,
                           const phrases *known)
{
    const sst_scan_word *words = bits->words;
    size_t size = (size_t)(end - begin);
    unsigned letters = count_letters(words, count, size);
    unsigned char final = byte_at(end - 1);
    if (final >= 0x80 || sst_scan_weight[final] == 0) /* most lines end in a letter */
        flags |= flags_of_end(begin, end);
    if (letters >= 40 && !(flags & SST_LINE_END) &&
        holds_sentences(letters, words, count, begin, end))
        flags |= SST_LINE_SENTENCES;
    const char *space = first_space(words, begin, size);
    if (is_markup(words, count, begin, end) ||
        is_image_name(words, count, begin, end, space, letters))
        flags |= SST_LINE_MARKUP;
    if (is_doubled(begin, end, space))
        flags |= SST_LINE_DOUBLED;
    if (sst_cue_may_end_more(known->ends, begin, end))
        flags |= SST_LINE_MORE;
    line->letters = (uint16_t)letters;
    line->flags = (uint16_t)flags;
    if (is_code(words, count, begin, size) && sst_line_plain(line))
        line->flags |= SST_LINE_CODE;
    line->hash = letters <= SST_LINE_MAX_HEADLINE ? hash_of(begin, size) : 0;
    line->form = form_of(line, words, begin, space);
    if (letters >= NOTICE_LETTERS)
        return;
    bool all = letters < CUE_LETTERS;
    unsigned kinds = all ? (1u << SST_CUE_COUNT) - 1 : 1u << SST_CUE_LEGAL;
    unsigned found = size <= 64 * SST_SCAN_WORDS
                         ? sst_cues_find(known->cues, all ? known->all : known->notices, begin,
                                         size, bits, count, kinds)
                         : sst_page_cues_find(known->cues, begin, end, bits, kinds);
    if (all)
        line->cues = (uint16_t)found;
    else if (found != 0)
        line->flags |= SST_LINE_NOTICE;
}

/* ---- all lines ----------------------------------------------------------------------------- */

static inline const char *skip_spaces(const char *at, const char *limit)
{
    for (; limit - at >= 8; at += 8) {
        uint64_t others = sst_load64(at) ^ 0x2020202020202020u;
        if (others != 0)
            return at + __builtin_ctzll(others) / 8;
    }
    while (at < limit && *at == ' ')
        at++;
    return at;
}

/* As most lines do: with neither white space nor a bullet. */
static inline bool begins_plainly(const char *at, const char *limit)
{
    static const uint8_t others[256] = {['*'] = 1, ['-'] = 1, ['+'] = 1};
    unsigned char c = at < limit ? byte_at(at) : ' ';
    if (c >= '0' && c <= '9')
        return limit - at > 2 && at[1] != '.' && at[2] != '.';
    return (others[c] | (sst_scan_edges[c] & 1)) == 0;
}

/* Reads the bits of the line at `begin`, and where its content lies. Most lines are plain ones, with
 * or without the usual bullet. */
static inline sst_line_extent read_line(sst_scan_bits *bits, const char *begin, const char *limit)
{
    const char *at = skip_spaces(begin, limit);
    bool bullet = limit - at > 4 && (sst_load32(at) == 0x20a280e2 || /* "• ", "□ ", "☆ " */
                                     sst_load32(at) == 0x20a196e2 || sst_load32(at) == 0x208698e2);
    if (bullet)
        at = skip_spaces(at + 4, limit);
    if (!begins_plainly(at, limit)) {
        sst_line_extent line = sst_line_find(begin, limit);
        if (!line.blank && line.begin < line.end) {
            read_bits(bits, line.begin);
            cut_bits(bits, (size_t)(line.end - line.begin));
        }
        return line;
    }
    sst_line_extent line = {.begin = at, .end = read_bits(bits, at), .bullet = bullet};
    line.next = line.end < limit ? line.end + 1 : limit;
    if (line.end[-1] == '\r')
        line.end--;
    size_t size = sst_scan_trim((sst_slice){at, (size_t)(line.end - at)}).size;
    bits->count = size > 64 * SST_SCAN_WORDS ? SST_SCAN_WORDS : (size + 63) / 64;
    if (size < (size_t)(line.end - at))
        cut_bits(bits, size);
    line.end = at + size;
    return line;
}

sst_status SST_LINES_READ(sst_page_splitter *s, size_t size, sst_error *error)
{
    const char *at = s->text, *limit = s->text + size;
    uint32_t number = 0;
    bool list = false, near = false;
    size_t room = 0;
    const phrases known = {s->cues, sst_page_cues_openings(s->cues, ~0u),
                           sst_page_cues_openings(s->cues, SST_CUE_NOTICE),
                           sst_page_cues_ends(s->cues)};
    sst_scan_bits bits;
    bits.limit = limit;
    s->count = 0;
    while (at < limit) {
        const char *begin = at;
        number++;
        if (*begin == '\n') {
            at++;
            near = false;
            continue;
        }
        if (s->count == room) {
            sst_status status = sst_lines_reserve(s, &room, error);
            if (status != SST_OK)
                return status;
        }
        sst_line_extent content = read_line(&bits, begin, limit);
        at = content.next;
        if (content.blank) {
            near = false;
            continue;
        }
        sst_page_line *line = &s->lines[s->count++];
        list = content.bullet || (list && (*begin == ' ' || *begin == '\t'));
        unsigned flags = (content.bullet ? SST_LINE_BULLET : list ? SST_LINE_LIST : 0) |
                         (near ? SST_LINE_NEAR : 0);
        near = true;
        *line = (sst_page_line){.number = number,
                                .offset = (uint32_t)(content.begin - s->text),
                                .size = (uint32_t)(content.end - content.begin),
                                .flags = (uint16_t)flags};
        if (content.begin == content.end)
            continue;
        if (bits.count == 1)
            measure(line, &bits, 1, content.begin, content.end, flags, &known);
        else
            measure(line, &bits, bits.count, content.begin, content.end, flags, &known);
    }
    return SST_OK;
}
