#include "page/edge.h"

#include <string.h>

enum {
    MAX_LINES = 24,       /* of bars and notices at one end */
    MAX_BAR_LETTERS = 60,
    MAX_LINE = 1000,      /* bytes; a longer line is text */
    MAX_NOTICE = 200,     /* letters of a notice that begins with other words */
    NOTICE_WEIGHT = 2,    /* of the cues in a notice */
    LONG_CUE = 9,         /* letters of one word that says as much as two words */
    MAX_ITEM = 25,        /* letters of a line beside bars */
    ITEMS_A_BAR = 3,      /* such lines for each bar */
    MAX_LABEL = 30,       /* letters of a byline or kicker */
    MAX_LABELS = 12,      /* of them in a row over a text: a menu, a date, a byline */
    MAX_SIGNATURE = 3,    /* of them under it */
    MENU_ITEMS = 3,       /* lines of a menu, at least */
    MAX_INITIALS = 12,    /* letters of a mark under a credit */
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

static cue_words count_cues(sst_slice line, const sst_page_cues *cues, unsigned kinds)
{
    cue_words found = {0};
    const char *end = end_of(line);
    bool inside = false;
    for (const char *at = line.bytes; at < end;) {
        unsigned char c = (unsigned char)*at;
        bool letter = c >= 0x80 || sst_scan_weight[c] > 0;
        size_t size = letter && (!inside || c >= 0xE3)
                          ? sst_page_cues_match(cues, at, end, kinds, NULL)
                          : 0;
        if (size > 0) {
            found.bytes += size;
            found.weight += weight_of(at, size);
            found.heavy |= weight_of(at, size) > 1;
        }
        inside = letter;
        at += size > 0 ? size : 1;
    }
    return found;
}

bool sst_edge_is_bar(sst_slice line, const sst_page_cues *cues, unsigned kinds)
{
    return sst_edge_is_label(line, MAX_BAR_LETTERS) &&
           2 * count_cues(line, cues, kinds).bytes >= line.size;
}

static bool holds_notice(sst_slice line, const sst_page_cues *cues)
{
    return sst_page_cues_find(cues, line.bytes, end_of(line), SST_CUE_NOTICE) != 0 &&
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
        bool bar = sst_edge_is_bar(line, cues, BAR_CUES);
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
static bool is_foreign(sst_slice above, const sst_page_cues *cues)
{
    sst_slice last = outer_line(above, TAIL);
    sst_slice report = last.size == 0 ? above : without(above, last, TAIL);
    return sst_scan_letters(report.bytes, end_of(report)) >= TAIL_LETTERS &&
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
           holds_notice(line, cues) && is_foreign(above, cues);
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
        if (!sst_edge_is_label(line, MAX_LABEL))
            break;
        rest = without(rest, line, TAIL);
        sst_slice above = outer_line(rest, TAIL);
        if (is_long_sentence(above.size > 0 ? above : rest))
            return rest;
    }
    return text;
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

static sst_slice take_below(sst_slice text, const sst_page_cues *cues, sst_credit *credit)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t before = text.size;
        text = without_notices(without_bars(text, TAIL, cues), cues);
        text = without_initials(without_menu(text, cues), cues);
        text = sst_credit_take_tail(text, cues, credit);
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

static bool begins_small(sst_slice text)
{
    return text.size > 0 && text.bytes[0] >= 'a' && text.bytes[0] <= 'z';
}

/* A byline or kicker over the first long line, or, behind a blank one, over a paragraph. */
static sst_slice without_labels(sst_slice text)
{
    sst_slice rest = text, line = outer_line(rest, HEAD);
    for (int n = 0; n < MAX_LABELS && sst_edge_is_label(line, MAX_LABEL); n++) {
        sst_slice below = without(rest, line, HEAD);
        bool parted = blank_between(line, below, HEAD);
        rest = below;
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

sst_slice sst_edges_take(sst_slice all, const sst_page_cues *cues, sst_credit *credit,
                         bool *dateline)
{
    sst_slice text = sst_scan_trim(all);
    bool lines = text.size > 0 && memchr(text.bytes, '\n', text.size) != NULL;
    if (!lines) {
        text = sst_credit_take_head(text, cues, credit, dateline);
        return sst_credit_take_tail(text, cues, credit);
    }
    sst_slice body = take_above(take_below(text, cues, credit), cues, credit, dateline);
    return sst_edge_is_bar(body, cues, BAR_CUES) || begins_notice(body, cues) ? all : body;
}
