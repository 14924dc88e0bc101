#include "page/edge.h"

#include <string.h>

#include "page/find.h"

enum {
    MAX_LINES = 24,       /* of bars and notices at one end */
    MAX_BAR_LETTERS = 60, /* at least MAX_FOOT_LETTERS, and more than labels have */
    MAX_LINE = 1000,      /* bytes; a longer line is text */
    MAX_NOTICE = 200,     /* letters of a notice that begins with other words */
    NOTICE_WEIGHT = 2,    /* of the cues in a notice */
    LONG_CUE = 9,         /* letters of one word that says as much as two words */
    MAX_ITEM = 25,        /* letters of a line beside bars */
    ITEMS_A_BAR = 3,      /* such lines for each bar */
    MAX_LABEL = 30,       /* letters of a byline or kicker */
    MAX_LABELS = 12,      /* of them in a row over a text: a menu, a date, a byline */
    MAX_SIGNATURE = 3,    /* of them under it */
    TABLE_ROWS = 2,       /* lines with figures, at least */
    MENU_ITEMS = 3,       /* lines of a menu, at least */
    MAX_INITIALS = 12,    /* letters of a mark under a credit */
    MAX_FOOT = 4,         /* lines of a foot: slogan, sister site, imprint */
    MAX_FOOT_LETTERS = 60, /* of one of them */
    REPORT_LETTERS = 80,  /* over a foot */
    REPORT_LINES = 8,     /* of the report whose blank lines are looked at */
    WRAP_SLACK = 8,       /* part of the width that a wrapped line may leave free */
    MAX_BLOCK = 6,        /* lines of a block with a notice */
    PARTED_LETTERS = 20,  /* of a report that a blank line parts from a notice */
    HEAD_LETTERS = 80,    /* of the paragraph under a kicker */
    HEAD_WRAPPED = 25,    /* of its first line, when a blank line parts them */
    TAIL_LETTERS = 60,    /* of the sentence over a signature, of the report over a notice */
    ROUNDS = 4,           /* credit and notices may take turns */
};

#define BAR_CUES                                                                               \
    (1u << SST_CUE_COMMENT | 1u << SST_CUE_SHARE | 1u << SST_CUE_LEGAL |                       \
     1u << SST_CUE_SUBSCRIBE | 1u << SST_CUE_AD)

static const char *end_of(sst_slice text) { return text.bytes + text.size; }

static sst_slice trimmed(const char *begin, const char *end)
{
    return sst_scan_trim((sst_slice){begin, (size_t)(end - begin)});
}

/* ---- one line ------------------------------------------------------------------------------ */

bool sst_edge_is_label(sst_slice line, size_t most)
{
    return line.size > 0 && line.size <= 4 * most && line.bytes[line.size - 1] != ',' &&
           !sst_scan_is_sentence(line) &&
           sst_scan_letters(line.bytes, end_of(line)) <= most;
}

/* The cue phrases of one line. */
typedef struct cue_words {
    size_t bytes;    /* in phrases */
    unsigned weight; /* one a word; phrases of several words, long words and signs weigh two */
    bool heavy;      /* one of them weighs two */
} cue_words;

static unsigned weight_of(const char *at, size_t size)
{
    size_t letters = sst_scan_letters(at, at + size);
    return memchr(at, ' ', size) != NULL || letters <= 1 || letters >= LONG_CUE ? 2 : 1;
}

/* Whether a phrase may begin at `at`. Of words of ASCII four letters tell more. */
static bool may_begin(const sst_cue_openings *openings, const char *at, const char *end)
{
    uint64_t wide, lanes = end - at >= 8 ? sst_scan_lanes(at, &wide) : 0;
    return (lanes & 0x80808080u) == 0x80808080u && (wide & 0xffffffffu) == 0
               ? sst_cue_may_begin_ascii(openings, at, true)
               : sst_cue_may_begin(openings, at, end);
}

static cue_words count_cues(sst_slice line, const sst_page_cues *cues, unsigned kinds)
{
    cue_words found = {0};
    const sst_cue_openings *openings = sst_page_cues_openings(cues, kinds);
    const char *end = end_of(line), *behind = line.bytes; /* of the last phrase */
    uint64_t inside = 0;
    for (const char *at = line.bytes; at < end; at += 64) {
        sst_scan_word word;
        if (end - at < 64)
            sst_classes_read_end(&word, at, (size_t)(end - at), false);
        else
            sst_classes_read(&word, at, false);
        uint64_t starts = (word.letters & ~(word.letters << 1 | inside)) | word.unspaced;
        inside = word.letters >> 63;
        for (; starts != 0; starts &= starts - 1) {
            const char *start = at + __builtin_ctzll(starts);
            bool joined = start == behind && found.bytes > 0 && (unsigned char)*start < 0xE3;
            if (start < behind || joined || !may_begin(openings, start, end))
                continue;
            size_t size = sst_page_cues_match(cues, start, end, kinds, NULL);
            if (size == 0)
                continue;
            found.bytes += size;
            found.weight += weight_of(start, size);
            found.heavy |= weight_of(start, size) > 1;
            behind = start + size;
        }
    }
    return found;
}

bool sst_edge_is_mostly(sst_slice line, const sst_page_cues *cues, unsigned kinds)
{
    return 2 * count_cues(line, cues, kinds).bytes >= line.size;
}

/* "Share on Facebook", "12 Comments": a short line without a sentence, half of it words of the
 * page. */
static bool is_bar(sst_slice line, const sst_page_cues *cues, unsigned kinds)
{
    return sst_edge_is_label(line, MAX_BAR_LETTERS) && sst_edge_is_mostly(line, cues, kinds);
}

static bool holds_notice(sst_slice line, const sst_page_cues *cues)
{
    sst_scan_bits bits;
    sst_scan_bits_read(&bits, line.bytes, end_of(line), end_of(line));
    return sst_page_cues_find(cues, line.bytes, end_of(line), &bits, SST_CUE_NOTICE) != 0 &&
           count_cues(line, cues, SST_CUE_NOTICE).weight >= NOTICE_WEIGHT;
}

static bool begins_notice(sst_slice line, const sst_page_cues *cues)
{
    return line.size > 0 && line.size <= MAX_LINE &&
           sst_page_cues_match(cues, line.bytes, end_of(line), SST_CUE_NOTICE, NULL) > 0 &&
           holds_notice(line, cues);
}

/* ---- lines of one end ------------------------------------------------------------------------ */

typedef enum end_side { HEAD, TAIL } end_side;

static size_t reach_of(sst_slice text) { return text.size > MAX_LINE ? MAX_LINE : text.size; }

/* The outermost line of several; size 0 when there is one line only, or a very long one. */
static sst_slice outer_line(sst_slice text, end_side side)
{
    const char *begin = text.bytes, *end = end_of(text), *line_end;
    size_t reach = reach_of(text);
    if (side == HEAD) {
        bool more = sst_scan_line(begin, begin + reach, &line_end) < begin + reach;
        return more ? trimmed(begin, line_end) : (sst_slice){begin, 0};
    }
    const char *newline = memrchr(end - reach, '\n', reach);
    return newline == NULL ? (sst_slice){end, 0} : trimmed(newline + 1, end);
}

static sst_slice without(sst_slice text, sst_slice line, end_side side)
{
    return side == HEAD ? trimmed(end_of(line), end_of(text)) : trimmed(text.bytes, line.bytes);
}

static bool blank_between(sst_slice line, sst_slice rest, end_side side)
{
    const char *at = side == HEAD ? end_of(line) : end_of(rest);
    const char *end = side == HEAD ? rest.bytes : line.bytes;
    unsigned newlines = 0;
    for (; at < end; at++)
        newlines += *at == '\n';
    return newlines > 1;
}

static bool is_item(sst_slice line, const sst_page_cues *cues)
{
    sst_credit credit = {.rank = SST_CREDIT_NONE};
    return sst_edge_is_label(line, MAX_ITEM) && !sst_credit_is_line(line, cues, &credit);
}

/* Bars and the items beside them: "Share", "Facebook", "WhatsApp", one under the other. What is
 * no bar goes only with enough of those, up to a blank line. */
static sst_slice without_bars(sst_slice text, end_side side, const sst_page_cues *cues)
{
    sst_slice rest = text;
    unsigned bars = 0, items = 0;
    for (int n = 0; n < MAX_LINES; n++) {
        sst_slice line = outer_line(rest, side);
        bool bar = is_bar(line, cues, BAR_CUES);
        if (!bar && !is_item(line, cues))
            break;
        bars += bar;
        items += !bar;
        rest = without(rest, line, side);
        bool enough = items <= ITEMS_A_BAR * bars;
        if (enough)
            text = rest;
        if (!blank_between(line, rest, side))
            continue;
        if (!enough)
            break;
        bars = items = 0;
    }
    return text;
}

/* ---- under the report ---------------------------------------------------------------------- */

/* The report above does not know such words, as far as it is no notice itself. */
static bool is_foreign(sst_slice line, sst_slice above, const sst_page_cues *cues)
{
    sst_slice last = outer_line(above, TAIL);
    bool parted = blank_between(line, above, TAIL);
    sst_slice report = last.size == 0 || parted ? above : without(above, last, TAIL);
    return sst_scan_letters(report.bytes, end_of(report)) >=
               (parted ? PARTED_LETTERS : TAIL_LETTERS) &&
           !count_cues(report, cues, SST_CUE_NOTICE).heavy;
}

/* "Subscribe to our newsletter …", "© …", "We use cookies …": sentences of the page. They begin
 * with such words; or they are short, and the report does not know such words. */
static bool is_notice(sst_slice line, sst_slice above, const sst_page_cues *cues)
{
    if (begins_notice(line, cues))
        return true;
    return line.size > 0 && line.size <= 3 * MAX_NOTICE &&
           sst_scan_letters(line.bytes, end_of(line)) <= MAX_NOTICE &&
           holds_notice(line, cues) && is_foreign(line, above, cues);
}

static sst_slice without_notices(sst_slice text, const sst_page_cues *cues)
{
    for (int n = 0; n < MAX_LINES; n++) {
        sst_slice line = outer_line(text, TAIL), above = without(text, line, TAIL);
        if (above.size == 0 || !is_notice(line, above, cues))
            break;
        text = above;
    }
    return text;
}

static bool is_long_sentence(sst_slice line)
{
    return sst_scan_is_sentence(line) &&
           sst_scan_letters(line.bytes, end_of(line)) >= TAIL_LETTERS;
}

/* A name, a place or an address under the last sentence. */
static sst_slice without_signature(sst_slice text)
{
    sst_slice rest = text;
    for (int n = 0; n < MAX_SIGNATURE; n++) {
        sst_slice line = outer_line(rest, TAIL);
        if (!sst_edge_is_label(line, MAX_LABEL) || line.bytes[line.size - 1] == ':')
            break;
        rest = without(rest, line, TAIL);
        sst_slice above = outer_line(rest, TAIL);
        if (is_long_sentence(above.size > 0 ? above : rest))
            return rest;
    }
    return text;
}

/* The last line of several, or the only one. */
static sst_slice last_line(sst_slice text)
{
    sst_slice line = outer_line(text, TAIL);
    return line.size > 0 ? line : text;
}

static bool holds_short(sst_slice block, size_t letters)
{
    sst_slice line;
    for (sst_slice rest = block; rest.size > 0; rest = without(rest, line, TAIL)) {
        line = last_line(rest);
        if (sst_scan_letters(line.bytes, end_of(line)) > letters)
            return false;
    }
    return true;
}

/* The lines behind the last blank one, as many as `most` of at most `letters` letters each; size 0
 * when they are more or longer, or when no blank line is there. */
static sst_slice last_block(sst_slice text, int most, size_t letters)
{
    sst_slice rest = text, line;
    size_t longest = 0;
    for (int n = 0; n < most; n++) {
        line = outer_line(rest, TAIL);
        if (line.size == 0 || line.size > 4 * letters)
            break;
        longest = line.size > longest ? line.size : longest;
        rest = without(rest, line, TAIL);
        if (blank_between(line, rest, TAIL)) {
            sst_slice block = {line.bytes, (size_t)(end_of(text) - line.bytes)};
            return longest <= letters || holds_short(block, letters)
                       ? block
                       : (sst_slice){end_of(text), 0};
        }
    }
    return (sst_slice){end_of(text), 0};
}

/* Lines beside a notice in a block of their own are the page's too. */
static sst_slice without_notice_block(sst_slice text, const sst_page_cues *cues)
{
    sst_slice block = last_block(text, MAX_BLOCK, MAX_NOTICE);
    sst_slice report = without(text, block, TAIL), line;
    for (sst_slice rest = block; rest.size > 0; rest = without(rest, line, TAIL)) {
        line = last_line(rest);
        if (is_notice(line, report, cues))
            return report;
    }
    return text;
}

/* Blank lines part all of the report's last lines, or none: it has no blocks of several lines.
 * `widest` receives the size of the longest. */
static bool is_even(sst_slice report, size_t *widest)
{
    sst_slice rest = report, line = outer_line(rest, TAIL);
    int parted = 0, lines = 0;
    *widest = 0;
    for (; lines < REPORT_LINES && line.size > 0; lines++) {
        *widest = line.size > *widest ? line.size : *widest;
        rest = without(rest, line, TAIL);
        parted += blank_between(line, rest, TAIL);
        line = outer_line(rest, TAIL);
    }
    if (line.size == 0 && rest.size > *widest)
        *widest = rest.size;
    return parted == 0 || parted == lines;
}

static size_t word_size(sst_slice text)
{
    const char *space = memchr(text.bytes, ' ', text.size);
    return space != NULL ? (size_t)(space - text.bytes) : text.size;
}

static bool begins_small(sst_slice text)
{
    return text.size > 0 && text.bytes[0] >= 'a' && text.bytes[0] <= 'z';
}

/* One paragraph, wrapped about where the report is: no line has clear room for the first word of
 * the next, and none is much longer than the report's. At width 0: by small letters alone. */
static bool is_wrapped(sst_slice block, size_t width)
{
    sst_slice line;
    for (sst_slice rest = block; (line = outer_line(rest, HEAD)).size > 0;) {
        rest = without(rest, line, HEAD);
        if (begins_small(rest))
            return true;
        size_t filled = line.size + 1 + word_size(rest) + width / WRAP_SLACK;
        if (filled <= width || 2 * line.size > 3 * width)
            return false;
    }
    return true;
}

static bool holds_figure(sst_slice line)
{
    for (size_t i = 0; i < line.size; i++)
        if (line.bytes[i] >= '0' && line.bytes[i] <= '9')
            return true;
    return false;
}

/* Labels alone, two of them or more with figures. */
static bool is_table(sst_slice report)
{
    sst_slice line;
    int rows = 0, lines = 0;
    for (sst_slice rest = report; rest.size > 0 && lines < REPORT_LINES; lines++) {
        line = last_line(rest);
        if (!sst_edge_is_label(line, MAX_LABEL))
            return false;
        rows += holds_figure(line);
        rest = without(rest, line, TAIL);
    }
    return rows >= TABLE_ROWS;
}

/* It ends with a sentence, perhaps signed, a note in brackets, or a paragraph that announces
 * nothing. */
static bool is_complete(sst_slice report)
{
    sst_slice last = last_line(without_signature(report));
    char end = last.bytes[last.size - 1];
    return sst_scan_is_sentence(last) || end == ')' ||
           (end != ':' && sst_scan_letters(last.bytes, end_of(last)) >= TAIL_LETTERS);
}

static bool holds_credit(sst_slice block, const sst_page_cues *cues)
{
    sst_credit credit = {.rank = SST_CREDIT_NONE};
    sst_slice rest = block, line;
    for (; rest.size > 0; rest = without(rest, line, TAIL)) {
        line = last_line(rest);
        if (sst_credit_is_line(line, cues, &credit))
            return true;
    }
    return false;
}

/* A slogan, a sister site, the imprint: short lines in a block of their own under a report whose
 * paragraphs are not such blocks. */
static sst_slice without_foot(sst_slice text, const sst_page_cues *cues)
{
    sst_slice block = last_block(text, MAX_FOOT, MAX_FOOT_LETTERS);
    sst_slice report = without(text, block, TAIL);
    size_t widest;
    bool several = block.size > 0 && memchr(block.bytes, '\n', block.size) != NULL;
    if (!several || holds_credit(block, cues) || !is_even(report, &widest))
        return text;
    if (is_table(report))
        return is_wrapped(block, 0) ? text : report;
    bool whole = is_complete(report) &&
                 sst_scan_letters(report.bytes, end_of(report)) >= REPORT_LETTERS;
    return whole && !is_wrapped(block, widest) ? report : text;
}

/* An item of a menu holds words alone: no figures, no colon, no comma. */
static bool is_menu_item(sst_slice line, const sst_page_cues *cues)
{
    if (!is_item(line, cues))
        return false;
    for (const char *at = line.bytes; at < end_of(line); at++)
        if ((*at >= '0' && *at <= '9') || *at == ':' || *at == ',' || *at == ';')
            return false;
    return true;
}

/* A menu behind a blank line, under the report (its own lists follow a short line or a colon). */
static sst_slice without_menu(sst_slice text, const sst_page_cues *cues)
{
    sst_slice rest = text, line = outer_line(rest, TAIL);
    bool parted = false;
    int items = 0;
    for (; items < MAX_LINES && !parted && is_menu_item(line, cues); items++) {
        rest = without(rest, line, TAIL);
        parted = blank_between(line, rest, TAIL);
        line = outer_line(rest, TAIL);
    }
    if (!parted || items < MENU_ITEMS)
        return text;
    sst_slice above = line.size > 0 ? line : rest;
    bool report = sst_scan_is_sentence(above) ||
                  (sst_scan_letters(above.bytes, end_of(above)) >= TAIL_LETTERS &&
                   above.bytes[above.size - 1] != ':');
    return report ? rest : text;
}

/* A reporter's mark under a credit line. */
static sst_slice without_initials(sst_slice text, const sst_page_cues *cues)
{
    sst_credit credit = {.rank = SST_CREDIT_NONE};
    sst_slice line = outer_line(text, TAIL);
    if (!sst_edge_is_label(line, MAX_INITIALS))
        return text;
    sst_slice rest = without(text, line, TAIL), above = outer_line(rest, TAIL);
    return sst_edge_is_label(above, MAX_BAR_LETTERS) && sst_credit_is_line(above, cues, &credit)
               ? rest
               : text;
}

/* The last line of most texts: too long for a bar, a label or a foot, and no notice. */
static bool is_of_report(sst_slice line, sst_slice above, const sst_page_cues *cues)
{
    bool label = line.size <= 4 * MAX_BAR_LETTERS &&
                 sst_scan_letters(line.bytes, end_of(line)) <= MAX_BAR_LETTERS;
    return line.size == 0 || (!label && !is_notice(line, above, cues));
}

static sst_slice without_lines_below(sst_slice text, const sst_page_cues *cues, bool *report)
{
    size_t before = text.size;
    sst_slice line = outer_line(text, TAIL), above = without(text, line, TAIL);
    *report = is_of_report(line, above, cues);
    bool alone = line.size == 0 || blank_between(line, above, TAIL);
    if (*report && alone)
        return text;
    if (!*report)
        text = without_bars(text, TAIL, cues);
    text = without_notice_block(text, cues);
    if (*report && text.size == before)
        return text;
    text = without_notices(text, cues);
    return without_initials(without_menu(text, cues), cues);
}

static sst_slice take_below(sst_slice text, const sst_page_cues *cues, sst_credit *credit)
{
    bool foot = true, report;
    for (int round = 0; round < ROUNDS; round++) {
        size_t before = text.size;
        text = without_lines_below(text, cues, &report);
        text = sst_credit_take_tail(text, cues, credit);
        if (text.size == before && foot) {
            text = report ? text : without_foot(text, cues);
            foot = false;
        }
        if (text.size == before)
            break;
    }
    return without_signature(text);
}

/* ---- over the report ----------------------------------------------------------------------- */

/* Letters up to the first blank line, of the first bytes. */
static size_t paragraph_letters(sst_slice text)
{
    size_t reach = reach_of(text);
    const char *blank = memmem(text.bytes, reach, "\n\n", 2);
    return sst_scan_letters(text.bytes, blank != NULL ? blank : text.bytes + reach);
}

/* A byline or kicker over the first long line, or, behind a blank one, over a paragraph. */
static sst_slice without_labels(sst_slice text)
{
    sst_slice rest = text, line = outer_line(rest, HEAD);
    int rows = 0;
    for (int n = 0; n < MAX_LABELS && sst_edge_is_label(line, MAX_LABEL); n++) {
        sst_slice below = without(rest, line, HEAD);
        bool parted = blank_between(line, below, HEAD);
        rest = below;
        rows += holds_figure(line);
        if (rows > TABLE_ROWS) /* a date and an hour may stand there */
            return text;
        if (parted && paragraph_letters(rest) >= HEAD_LETTERS)
            return rest;
        line = outer_line(rest, HEAD);
    }
    if (rest.size == text.size || begins_small(rest))
        return text;
    const char *end = line.size > 0 ? end_of(line) : rest.bytes + reach_of(rest);
    return sst_scan_letters(rest.bytes, end) >= HEAD_LETTERS ? rest : text;
}

static sst_slice take_above(sst_slice text, const sst_page_cues *cues, sst_credit *credit,
                            bool *dateline)
{
    text = sst_credit_take_head(without_bars(text, HEAD, cues), cues, credit, dateline);
    sst_slice rest = *dateline ? text : without_labels(text);
    return rest.size == text.size ? text : sst_credit_take_head(rest, cues, credit, dateline);
}

/* ---- around the report --------------------------------------------------------------------- */

/* The lines over the first blank one, when they are a few labels; else size 0. */
static sst_slice first_block(sst_slice text)
{
    sst_slice rest = text;
    for (int n = 0; n < MAX_LINES; n++) {
        sst_slice line = outer_line(rest, HEAD);
        if (!sst_edge_is_label(line, MAX_ITEM))
            break;
        rest = without(rest, line, HEAD);
        if (blank_between(line, rest, HEAD))
            return (sst_slice){text.bytes, (size_t)(end_of(line) - text.bytes)};
    }
    return (sst_slice){text.bytes, 0};
}

/* A menu that stands over and under the report, and the date that follows it. */
static sst_slice without_frame(sst_slice text)
{
    sst_slice menu = first_block(text);
    if (menu.size == 0 || memchr(menu.bytes, '\n', menu.size) == NULL ||
        text.size <= 2 * menu.size || memcmp(end_of(text) - menu.size, menu.bytes, menu.size) != 0)
        return text;
    sst_slice rest = trimmed(end_of(menu), end_of(text) - menu.size);
    sst_slice line = outer_line(rest, HEAD), below = without(rest, line, HEAD);
    bool date = sst_edge_is_label(line, MAX_LABEL) && blank_between(line, below, HEAD);
    return date && below.size > 0 ? below : rest;
}

sst_slice sst_edges_take(sst_slice all, const sst_page_cues *cues, sst_credit *credit,
                         bool *dateline)
{
    sst_slice text = sst_scan_trim(all);
    bool lines = text.size > 0 && memchr(text.bytes, '\n', text.size) != NULL;
    if (!lines) {
        text = sst_credit_take_head(text, cues, credit, dateline);
        return sst_credit_take_tail(text, cues, credit);
    }
    text = without_frame(text);
    sst_slice body = take_above(take_below(text, cues, credit), cues, credit, dateline);
    bool nothing = body.size == 0 || is_bar(body, cues, BAR_CUES) ||
                   begins_notice(body, cues);
    return nothing ? all : body;
}
