#include "page/line.h"

#include <string.h>

#include "base/hash.h"
#include "page/scan.h"

enum {
    SAMPLE = 192,         /* bytes of a line whose letters are counted */
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
    SENTENCE_LETTERS = 60, /* a line of sentences beside which others count fully */
    TEASER_LETTERS = 40,   /* of a text that breaks off */
};

static unsigned char byte_at(const char *at) { return (unsigned char)*at; }

/* ---- measuring ----------------------------------------------------------------------------- */

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

static bool is_markup(const sst_scan_bits *bits, const char *begin, const char *end)
{
    const char *reach = end - begin > MARKUP_REACH ? begin + MARKUP_REACH : end;
    for (size_t i = 0; i < bits->count; i++)
        for (uint64_t signs = bits->words[i].signs; signs != 0; signs &= signs - 1) {
            const char *at = begin + 64 * i + __builtin_ctzll(signs);
            if (at < reach && is_markup_sign(at, reach))
                return true;
        }
    return false;
}

static bool ends_here(const char *at, const char *end)
{
    size_t size = sst_scan_stop(at, end);
    return size > 0 && (sst_scan_stop_sure(at, size) || at + size == end ||
                        sst_scan_weight[byte_at(at + size)] == 0);
}

/* In the first `size` bytes, which the words hold. */
static size_t letters_of(const sst_scan_bits *bits, const char *begin, size_t size)
{
    size_t letters = 0;
    for (size_t i = 0; 64 * i < size; i++) {
        if (bits->words[i].wide != 0)
            return sst_scan_letters(begin, begin + size);
        letters += sst_scan_count(bits->words[i].letters);
    }
    return letters;
}

static void count_letters(sst_page_line *line, const sst_scan_bits *bits, const char *begin,
                          const char *end)
{
    size_t size = (size_t)(end - begin), read = size < SAMPLE ? size : SAMPLE;
    size_t letters = letters_of(bits, begin, read);
    if (read < size)
        letters = letters * size / read; /* the rest is taken to be like what was read */
    line->letters = letters > UINT16_MAX ? UINT16_MAX : (uint16_t)letters;
}

/* In a line that ends without a stop: two sentence ends near its end, or one in a long line. */
static void look_for_sentences(sst_page_line *line, const sst_scan_bits *bits,
                               const char *begin, const char *end)
{
    unsigned wanted = line->letters >= 160 ? 1 : 2;
    const char *at = end - begin > SENTENCE_REACH ? end - SENTENCE_REACH : begin;
    bool read = at == begin; /* all of it is in the words */
    for (size_t i = 0; read && i < bits->count; i++) {
        uint64_t stops = bits->words[i].signs | bits->words[i].wide;
        for (; stops != 0 && wanted > 0; stops &= stops - 1)
            wanted -= ends_here(begin + 64 * i + __builtin_ctzll(stops), end);
    }
    for (; !read && at < end && wanted > 0; at++)
        wanted -= ends_here(at, end);
    if (wanted == 0)
        line->flags |= SST_LINE_SENTENCES;
}

static void look_at_end(sst_page_line *line, const char *begin, const char *end)
{
    unsigned char final = byte_at(end - 1);
    if (final < 0x80 && sst_scan_weight[final] > 0)
        return; /* as most lines end */
    if (*begin == '[' && final == ']')
        line->flags |= SST_LINE_MARKUP;
    for (size_t n; end > begin; end -= n) {
        n = sst_scan_closer_before(begin, end);
        if (n == 0 && (n = sst_scan_space_before(begin, end)) == 0)
            break;
    }
    if (end == begin)
        return;
    size_t last = sst_scan_before(begin, end);
    if (sst_scan_stop(end - last, end) != last)
        return;
    line->flags |= SST_LINE_END;
    if (byte_at(end - last) == 0xE2 ||
        (end - begin >= 3 && end[-1] == '.' && end[-2] == '.' && end[-3] == '.'))
        line->flags |= SST_LINE_ELLIPSIS;
}

static bool are_halves(const char *begin, const char *end)
{
    size_t size = (size_t)(end - begin), half = size / 2;
    return size >= MIN_DOUBLED && size % 2 == 1 && begin[half] == ' ' &&
           memcmp(begin, begin + half + 1, half) == 0;
}

/* "X X", also behind a word ("sport X X") and before an image ("X X [photo]"). */
static bool is_doubled(const char *begin, const char *end)
{
    if (end - begin < MIN_DOUBLED || end - begin > MAX_DOUBLED)
        return false;
    const char *image = end[-1] == ']' ? memrchr(begin, '[', (size_t)(end - begin)) : NULL;
    if (image != NULL && image > begin + 1)
        end = image - 1;
    const char *word = memchr(begin, ' ', (size_t)(end - begin));
    return are_halves(begin, end) || (word != NULL && are_halves(word + 1, end));
}

/* Of a line that is full of signs, told by counting all of them first. */
static bool is_code(const sst_scan_bits *bits, const char *begin, const char *end)
{
    static const uint8_t signs[256] = {['{'] = 1, ['}'] = 1, ['('] = 1,  [')'] = 1, [';'] = 1,
                                       ['='] = 1, ['<'] = 1, ['>'] = 1,  ['_'] = 1, ['#'] = 1,
                                       ['$'] = 1, ['|'] = 1, ['&'] = 1,  ['+'] = 1, ['*'] = 1,
                                       ['['] = 1, [']'] = 1, ['\\'] = 1, ['"'] = 1, ['/'] = 1};
    size_t size = end - begin > CODE_SAMPLE ? CODE_SAMPLE : (size_t)(end - begin), count = 0;
    for (size_t i = 0; i < bits->count && 64 * i < size; i++)
        count += sst_scan_count(bits->words[i].signs);
    if (count < CODE_SIGNS || count * 100 < size * CODE_PERCENT)
        return false;
    count = 0;
    for (size_t i = 0; i < size; i++)
        count += signs[byte_at(begin + i)];
    return count >= CODE_SIGNS && count * 100 >= size * CODE_PERCENT;
}

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

static uint32_t hash_of(const char *at, size_t size)
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
static uint32_t form_of(const sst_page_line *line, const sst_scan_bits *bits, const char *at)
{
    const sst_scan_word *word = &bits->words[0];
    size_t digits = sst_scan_count(word->digits);
    if (line->letters == 0 || line->letters > FORM_LETTERS || (line->flags & SST_LINE_MARKUP))
        return 0;
    if (digits == 0)
        return line->hash | 2;
    const char *space = memchr(at, ' ', line->size < 64 ? line->size : 64);
    uint64_t behind = space != NULL ? ~(uint64_t)0 << (space - at) : 0;
    if (behind != 0 && line->size <= 64 && (word->letters & behind) == word->digits)
        return 0;
    if (digits * 4 >= line->letters)
        return 1;
    return space != NULL ? hash_of(at, (size_t)(space - at)) | 2 : line->hash | 2;
}

static void look_for_cues(sst_page_line *line, const sst_scan_bits *bits, const char *begin,
                          const char *end, const sst_page_cues *cues)
{
    if (line->letters < CUE_LETTERS)
        line->cues = (uint16_t)sst_page_cues_find(cues, begin, end, bits,
                                                  (1u << SST_CUE_COUNT) - 1);
    else if (line->letters < NOTICE_LETTERS &&
             sst_page_cues_find(cues, begin, end, bits, 1u << SST_CUE_LEGAL) != 0)
        line->flags |= SST_LINE_NOTICE;
}

bool sst_line_measure(sst_page_line *line, const char *text, const char *begin, const char *end,
                      const char *limit, const sst_page_cues *cues, bool *list)
{
    bool indented = begin < end && (*begin == ' ' || *begin == '\t');
    while (begin < end && *begin == ' ')
        begin++;
    sst_slice content = sst_scan_trim((sst_slice){begin, (size_t)(end - begin)});
    if (content.size == 0)
        return false;
    end = content.bytes + content.size;
    size_t bullet = sst_scan_bullet(content.bytes, end);
    begin = content.bytes + bullet;
    for (size_t n; begin < end && (n = sst_scan_space(begin, end)) > 0;)
        begin += n;
    *list = bullet > 0 || (*list && indented);
    *line = (sst_page_line){.offset = (uint32_t)(begin - text), .size = (uint32_t)(end - begin)};
    if (bullet > 0)
        line->flags |= SST_LINE_BULLET;
    else if (*list)
        line->flags |= SST_LINE_LIST;
    if (begin == end)
        return true;
    sst_scan_bits bits;
    sst_scan_bits_read(&bits, begin, end, limit);
    count_letters(line, &bits, begin, end);
    look_at_end(line, begin, end);
    if (!(line->flags & SST_LINE_END) && line->letters >= 40)
        look_for_sentences(line, &bits, begin, end);
    if (is_markup(&bits, begin, end))
        line->flags |= SST_LINE_MARKUP;
    if (is_doubled(begin, end))
        line->flags |= SST_LINE_DOUBLED;
    if (sst_line_plain(line) && is_code(&bits, begin, end))
        line->flags |= SST_LINE_CODE;
    if (line->letters <= SST_LINE_MAX_HEADLINE)
        line->hash = hash_of(begin, line->size);
    line->form = form_of(line, &bits, begin);
    look_for_cues(line, &bits, begin, end, cues);
    return true;
}

bool sst_line_equal(const char *text, const sst_page_line *a, const sst_page_line *b)
{
    return a->size == b->size && memcmp(text + a->offset, text + b->offset, a->size) == 0;
}

#define PAGE_CUES                                                                              \
    (1u << SST_CUE_COMMENT | 1u << SST_CUE_SHARE | 1u << SST_CUE_LEGAL |                       \
     1u << SST_CUE_SUBSCRIBE | 1u << SST_CUE_AD)

bool sst_line_headline(const sst_page_line *line)
{
    return line->letters >= SST_LINE_MIN_HEADLINE && line->letters <= SST_LINE_MAX_HEADLINE &&
           !(line->flags & (SST_LINE_MARKUP | SST_LINE_SENTENCES)) &&
           !(line->letters < 40 && (line->cues & PAGE_CUES));
}

bool sst_line_of_sentences(const sst_page_line *line)
{
    return line->letters >= SENTENCE_LETTERS && sst_line_has_sentence(line) &&
           !(line->flags & SST_LINE_MARKUP);
}

bool sst_line_broken_off(const sst_page_line *line)
{
    return (line->flags & SST_LINE_ELLIPSIS) && line->letters >= TEASER_LETTERS;
}

sst_page_reason sst_line_reason(const sst_page_line *line)
{
    if (line->flags & SST_LINE_MARKUP)
        return SST_PAGE_REASON_MARKUP;
    if (line->flags & SST_LINE_CAPTION)
        return SST_PAGE_REASON_CAPTION;
    if (line->flags & SST_LINE_RECORD)
        return SST_PAGE_REASON_RECORD;
    if (line->flags & SST_LINE_DOUBLED)
        return SST_PAGE_REASON_LINKS;
    if (line->flags & SST_LINE_NOTICE)
        return SST_PAGE_REASON_CUE;
    if (line->flags & SST_LINE_AGAIN)
        return SST_PAGE_REASON_AGAIN;
    if (line->cues & (PAGE_CUES | 1u << SST_CUE_RELATED | 1u << SST_CUE_MORE))
        return SST_PAGE_REASON_CUE;
    if (sst_line_has_sentence(line) || line->letters >= 80)
        return SST_PAGE_REASON_OUTSIDE;
    return line->flags & (SST_LINE_BULLET | SST_LINE_LIST) ? SST_PAGE_REASON_LINKS
                                                           : SST_PAGE_REASON_SHORT;
}
