#include "page/line.h"

#include <string.h>

#include "base/hash.h"
#include "page/scan.h"

enum {
    SAMPLE = 192,          /* bytes of a line whose letters are counted */
    MARKUP_REACH = 400,    /* bytes in which markup is looked for */
    SENTENCE_REACH = 400,  /* bytes before the end in which sentence ends are looked for */
    MAX_DOUBLED = 600,     /* bytes */
    MIN_DOUBLED = 25,
    CODE_SAMPLE = 192,     /* bytes in which signs are counted */
    CODE_SIGNS = 3,        /* of them, at least */
    CODE_PERCENT = 12,
    CUE_LETTERS = 60,  /* a cue says something about a line shorter than this */
    NOTICE_LETTERS = 400, /* words of a notice say something about a line shorter than this */
    AGAIN_LETTERS = 25,   /* a line of at least so many ... */
    MAX_AGAIN_LETTERS = 160, /* ... and at most so many that stands twice is a link or caption */
    TEASER_LETTERS = 40,  /* of a text that breaks off */
    TEASERS = 3,          /* of them on a page that is full of teasers */
    MAX_HEADLINE = 160,
    MIN_HEADLINE = 12,
    MIN_BOX_HEADLINE = 4,  /* among other teasers */
    SENTENCE_LETTERS = 60, /* a line of sentences beside which others count fully */
    STORY_SEEN = 600,  /* letters of sentences after which "Comments" or "Related" ends a story */
    OVER_LETTERS = 30, /* of the line that says so */
    MIN_CAPTION = 24,   /* bytes that a caption and the text of its image share */
    CAPTION_PERCENT = 60,
    FORM_LETTERS = 60,  /* of the line over or under a record */
    RECORD_LINES = 10,  /* from one of them to the next */
    RECORD_LETTERS = 25, /* of the text in one */
    RECORDS = 3,        /* lines of one form in a row */
    RECORD_PART = 6,    /* a text in a record counts for so many times less */
    FRAMES = 256,
    TIRED = 42,        /* lines against the story in a row that double the weight of the next */
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

static bool has_sentence(const sst_page_line *line)
{
    return (line->flags & (SST_LINE_END | SST_LINE_SENTENCES)) != 0;
}

/* Neither a sentence nor an item of a list, a teaser or a form. */
static bool is_plain(const sst_page_line *line)
{
    return !has_sentence(line) && !(line->flags & (SST_LINE_BULLET | SST_LINE_MARKUP |
                                                   SST_LINE_TWICE | SST_LINE_DOUBLED));
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
    if (is_plain(line) && is_code(&bits, begin, end))
        line->flags |= SST_LINE_CODE;
    if (line->letters <= MAX_HEADLINE)
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
    return line->letters >= MIN_HEADLINE && line->letters <= MAX_HEADLINE &&
           !(line->flags & (SST_LINE_MARKUP | SST_LINE_SENTENCES)) &&
           !(line->letters < 40 && (line->cues & PAGE_CUES));
}

/* ---- scoring ------------------------------------------------------------------------------- */

/* By letters (under 1, 10, 25, 45, 80, 160, 320, more) and by whether a sentence ends in the
 * line. Searched on 249 pages with expected text under a penalty for leaving a hand-made
 * start; threefold cross-validation, mean over the folds within 0.04 of the training score. */
static const int16_t plain_score[8][2] = {{0, 0},    {-8, -8},  {-12, 8},   {-22, 32},
                                          {-5, 52},  {26, 118}, {97, 242},  {200, 400}};
static const int16_t bullet_score[8][2] = {{-20, -20}, {-20, -20}, {-14, -8},  {-36, 0},
                                           {-20, 40},  {6, 82},    {57, 200},  {100, 300}};

enum {
    MARKUP_SCORE = -26,
    TWICE_SCORE = -40,
    ELLIPSIS_SCORE = -40,
    WRAPPED_SCORE = 32, /* one line of a paragraph that was broken into many */
    NOTICE_PART = 6,    /* a notice counts for so many times less */
};

static int cue_score(unsigned cues)
{
    return (cues & 1u << SST_CUE_COMMENT ? -64 : 0) + (cues & 1u << SST_CUE_RELATED ? -30 : 0) +
           (cues & 1u << SST_CUE_MORE ? -10 : 0) + (cues & 1u << SST_CUE_SHARE ? -30 : 0) +
           (cues & (1u << SST_CUE_LEGAL | 1u << SST_CUE_AD) ? -30 : 0) +
           (cues & 1u << SST_CUE_SUBSCRIBE ? -30 : 0);
}

static unsigned length_class(unsigned letters)
{
    static const uint16_t bounds[7] = {1, 10, 25, 45, 80, 160, 320};
    unsigned class = 0;
    while (class < 7 && letters >= bounds[class])
        class++;
    return class;
}

bool sst_line_of_sentences(const sst_page_line *line)
{
    return line->letters >= SENTENCE_LETTERS && has_sentence(line) &&
           !(line->flags & SST_LINE_MARKUP);
}

/* A middle line of hard-wrapped text: its neighbours are as long and no blank line parts them. */
static bool wrapped(const sst_page_line *lines, size_t count, size_t i)
{
    const sst_page_line *line = &lines[i];
    if (line->letters < 35 || (line->flags & SST_LINE_BULLET))
        return false;
    bool before = i > 0 && (line->flags & SST_LINE_NEAR) && line[-1].letters >= 40 &&
                  !(line[-1].flags & SST_LINE_BULLET);
    bool behind = i + 1 < count && (line[1].flags & SST_LINE_NEAR) && line[1].letters >= 30 &&
                  !(line[1].flags & SST_LINE_BULLET) && line->letters < 85;
    return before || behind;
}

static int own_score(const sst_page_line *lines, size_t count, size_t i)
{
    const sst_page_line *line = &lines[i];
    if (line->flags & SST_LINE_MARKUP)
        return MARKUP_SCORE;
    if (line->flags & (SST_LINE_TWICE | SST_LINE_DOUBLED))
        return TWICE_SCORE;
    const int16_t(*table)[2] = line->flags & SST_LINE_BULLET ? bullet_score : plain_score;
    int score = table[length_class(line->letters)][has_sentence(line)] + cue_score(line->cues);
    if ((line->flags & SST_LINE_LIST) && score > 0)
        score = score * 2 / 3;
    if (line->flags & SST_LINE_ELLIPSIS)
        score += ELLIPSIS_SCORE;
    if ((line->flags & SST_LINE_NOTICE) && score > 0)
        score /= NOTICE_PART;
    if ((line->flags & (SST_LINE_AGAIN | SST_LINE_CAPTION)) && score > 0)
        score = 0;
    if ((line->flags & SST_LINE_RECORD) && score > 0)
        score /= RECORD_PART;
    return wrapped(lines, count, i) ? score + WRAPPED_SCORE : score;
}

/* In eighths: a line with no sentences within two lines, beside it, or with them. */
static int company(const sst_page_line *lines, size_t count, size_t i)
{
    if ((i > 0 && sst_line_of_sentences(&lines[i - 1])) || (i + 1 < count && sst_line_of_sentences(&lines[i + 1])))
        return 8;
    if ((i > 1 && sst_line_of_sentences(&lines[i - 2])) || (i + 2 < count && sst_line_of_sentences(&lines[i + 2])))
        return 6;
    return 5;
}

static bool repeats_last(const sst_page_line *line, const char *text)
{
    return line->size == line[-1].size && sst_line_equal(text, line, line - 1);
}

static bool is_broken_off(const sst_page_line *line)
{
    return (line->flags & SST_LINE_ELLIPSIS) && line->letters >= TEASER_LETTERS;
}

/* A teaser stands within three lines: a headline twice, "Related", or a text that breaks off. */
static bool in_box(const sst_page_line *lines, size_t count, size_t i)
{
    size_t begin = i > 3 ? i - 3 : 0, end = count - i > 3 ? i + 3 : count;
    for (size_t k = begin; k < end; k++)
        if ((lines[k].flags & SST_LINE_TWICE) || (lines[k].cues & 1u << SST_CUE_RELATED) ||
            is_broken_off(&lines[k]))
            return true;
    return false;
}

static bool is_short_headline(const sst_page_line *line)
{
    return line->letters >= MIN_BOX_HEADLINE && line->letters < MIN_HEADLINE &&
           !(line->flags & SST_LINE_MARKUP) && line->cues == 0;
}

static void mark_pair(sst_page_line *line)
{
    line[0].flags |= SST_LINE_TWICE;
    line[-1].flags |= SST_LINE_TWICE;
}

/* Headlines that stand twice in a row; short ones only where other teasers are. */
static void mark_twice(sst_page_line *lines, size_t count, const char *text)
{
    for (size_t i = 1; i < count; i++)
        if (sst_line_headline(&lines[i]) && repeats_last(&lines[i], text))
            mark_pair(&lines[i]);
    for (size_t i = 1; i < count; i++)
        if (is_short_headline(&lines[i]) && repeats_last(&lines[i], text) &&
            in_box(lines, count, i))
            mark_pair(&lines[i]);
}

/* Headlines, links and captions that stand twice anywhere on the page; paragraphs may. */
static void mark_again(sst_page_line *lines, size_t count, const char *text, uint32_t *slots,
                       size_t mask)
{
    for (size_t i = 0; i < count; i++) {
        sst_page_line *line = &lines[i];
        if (line->letters < AGAIN_LETTERS || line->letters > MAX_AGAIN_LETTERS)
            continue;
        size_t slot = line->hash & mask;
        while (slots[slot] != 0 && !sst_line_equal(text, line, &lines[slots[slot] - 1]))
            slot = (slot + 1) & mask;
        if (slots[slot] == 0) {
            slots[slot] = (uint32_t)i + 1;
            continue;
        }
        line->flags |= SST_LINE_AGAIN;
        lines[slots[slot] - 1].flags |= SST_LINE_AGAIN;
    }
}

/* The text of an image and the caption under it: one begins like the other and goes on to a credit
 * that is no sentence. */
static bool is_caption_of(const char *text, const sst_page_line *a, const sst_page_line *b)
{
    const sst_page_line *longer = a->size > b->size ? a : b;
    size_t size = a->size < b->size ? a->size : b->size, same = 0;
    if (size < MIN_CAPTION || (longer->flags & SST_LINE_END) || a->size == b->size)
        return false;
    while (same < size && text[a->offset + same] == text[b->offset + same])
        same++;
    return same >= MIN_CAPTION && same * 100 >= size * CAPTION_PERCENT;
}

static void mark_captions(sst_page_line *lines, size_t count, const char *text)
{
    for (size_t i = 1; i < count; i++)
        if (is_caption_of(text, &lines[i - 1], &lines[i])) {
            lines[i - 1].flags |= SST_LINE_CAPTION;
            lines[i].flags |= SST_LINE_CAPTION;
        }
}

/* ---- records ------------------------------------------------------------------------------- */

typedef struct frame {
    uint32_t form;
    uint32_t last;  /* line where it stood last, plus one */
    uint32_t first; /* line where the row of records begins */
    uint32_t row;   /* lines of this form in the row */
} frame;

/* Between two lines of one form: a record holds a text, and is not all text. */
static bool is_record(const sst_page_line *lines, size_t begin, size_t end)
{
    size_t texts = 0, others = 1;
    if (end - begin < 2 || end - begin > RECORD_LINES)
        return false;
    for (size_t i = begin + 1; i < end; i++) {
        bool is_text = lines[i].letters >= RECORD_LETTERS && has_sentence(&lines[i]);
        texts += is_text;
        others += !is_text;
    }
    return texts > 0 && texts <= others;
}

/* A page whose texts are mostly in records is a list of them: then they are its story. */
static void unmark_records(sst_page_line *lines, size_t count)
{
    size_t inside = 0, outside = 0;
    for (size_t i = 0; i < count; i++)
        if (sst_line_of_sentences(&lines[i]))
            *(lines[i].flags & SST_LINE_RECORD ? &inside : &outside) += lines[i].letters;
    if (outside >= STORY_SEEN && 2 * outside >= inside)
        return;
    for (size_t i = 0; i < count; i++)
        lines[i].flags &= (uint16_t)~SST_LINE_RECORD;
}

static void mark_records(sst_page_line *lines, size_t count)
{
    frame frames[FRAMES];
    memset(frames, 0, sizeof frames);
    for (size_t i = 0; i < count; i++) {
        uint32_t form = lines[i].form;
        if (form == 0)
            continue;
        frame *f = &frames[form % FRAMES];
        if (f->form != form)
            *f = (frame){.form = form};
        if (f->last == 0 || !is_record(lines, f->last - 1, i)) {
            f->first = (uint32_t)i;
            f->row = 0;
        }
        f->row++;
        f->last = (uint32_t)i + 1;
        if (f->row >= RECORDS) {
            for (size_t k = f->first; k <= i; k++)
                lines[k].flags |= SST_LINE_RECORD;
            f->first = (uint32_t)i;
        }
    }
    unmark_records(lines, count);
}

static bool is_full_of_teasers(const sst_page_line *lines, size_t count)
{
    size_t teasers = 0;
    for (size_t i = 0; i < count && teasers < TEASERS; i++)
        teasers += is_broken_off(&lines[i]);
    return teasers == TEASERS;
}

void sst_line_score(sst_page_line *lines, size_t count, const char *text, uint32_t *slots,
                    size_t mask)
{
    size_t sentences = 0;
    int against = 0;
    bool over = false; /* the story was there and "Comments" or "Related" followed */
    mark_twice(lines, count, text);
    mark_again(lines, count, text, slots, mask);
    mark_captions(lines, count, text);
    mark_records(lines, count);
    bool teasers = is_full_of_teasers(lines, count);
    for (size_t i = 0; i < count; i++) {
        sst_page_line *line = &lines[i];
        if (sentences > STORY_SEEN && line->letters <= OVER_LETTERS &&
            (line->cues & (1u << SST_CUE_COMMENT | 1u << SST_CUE_RELATED)))
            over = true;
        if (line->letters >= 80 && (line->flags & SST_LINE_END))
            sentences += line->letters;
        int score = own_score(lines, count, i);
        if (teasers && is_broken_off(line) && score > ELLIPSIS_SCORE)
            score = ELLIPSIS_SCORE;
        if (score < 0 && is_plain(line) && (line->flags & SST_LINE_CODE))
            score = 0; /* it stands in stories and outside alike */
        if (score > 0) {
            score = score * company(lines, count, i) / 8;
            score = over ? score / 5 : score;
            against = 0;
        } else if (score < 0) {
            score = score * (TIRED + (against < 1000 ? against : 1000)) / TIRED;
            against++;
        }
        line->score = score;
    }
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
    if (has_sentence(line) || line->letters >= 80)
        return SST_PAGE_REASON_OUTSIDE;
    return line->flags & (SST_LINE_BULLET | SST_LINE_LIST) ? SST_PAGE_REASON_LINKS
                                                           : SST_PAGE_REASON_SHORT;
}
