/* A story's own text without what stands around the report. Most texts need nothing: they are
 * scanned once for '&' and once for line ends; only others are rewritten. */
#include <string.h>

#include "base/buffer.h"
#include "page/credit.h"
#include "page/entity.h"
#include "page/page.h"

enum {
    MAX_HEADLINE_LETTERS = 160, /* a longer line that stands twice is a doubled paragraph */
    MIN_LINE_LETTERS = 12,      /* a shorter line may stand twice */
    MAX_ALSO_READ_LINES = 8,    /* headlines that follow "Related news" */
    MAX_CUE_LINE = 600,         /* bytes of a line that begins with a cue */
    MAX_EDGE_LINES = 24,        /* lines of the page over or under a text */
    MAX_EDGE_LETTERS = 60,      /* of a line that is mostly words of the page */
    NOTICE_WEIGHT = 2,          /* of the cues in a notice; it begins with one */
};

struct sst_page_cleaner {
    sst_buffer decoded; /* references decoded */
    sst_buffer kept;    /* lines dropped */
};

sst_status sst_page_cleaner_create(sst_page_cleaner **cleaner, sst_error *error)
{
    *cleaner = sst_allocate_zeroed(1, sizeof **cleaner, "the page cleaner", error);
    return *cleaner != NULL ? SST_OK : SST_MEMORY;
}

void sst_page_cleaner_free(sst_page_cleaner *cleaner)
{
    if (cleaner == NULL)
        return;
    sst_buffer_free(&cleaner->decoded);
    sst_buffer_free(&cleaner->kept);
    free(cleaner);
}

static sst_slice trimmed(const char *begin, const char *end)
{
    return sst_scan_trim((sst_slice){begin, (size_t)(end - begin)});
}

static bool equal(sst_slice a, sst_slice b)
{
    return a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
}

static bool plain(char c) { return c > ' ' && c < 0x7F; }

/* The next line that is not blank; false at the end. Moves *at behind it. */
static bool next_line(const char **at, const char *limit, sst_slice *line)
{
    while (*at < limit) {
        const char *begin = *at, *end;
        *at = sst_scan_line(begin, limit, &end);
        if (begin == end)
            continue;
        *line = plain(*begin) && plain(end[-1]) ? (sst_slice){begin, (size_t)(end - begin)}
                                                : trimmed(begin, end);
        if (line->size > 0)
            return true;
    }
    return false;
}

static bool ends_sentence(sst_slice line)
{
    const char *end = line.bytes + line.size;
    return sst_scan_last_sentence(line.bytes, end, 16) == end;
}

static bool headline_like(sst_slice line)
{
    return line.size <= 4 * MAX_HEADLINE_LETTERS && !ends_sentence(line) &&
           sst_scan_letters(line.bytes, line.bytes + line.size) <= MAX_HEADLINE_LETTERS;
}

/* Rows of tables and marks such as "***" stand twice too: they stay. */
static bool worth_a_look(sst_slice line)
{
    size_t size = line.size < 4 * MIN_LINE_LETTERS ? line.size : 4 * MIN_LINE_LETTERS;
    return sst_scan_letters(line.bytes, line.bytes + size) >= MIN_LINE_LETTERS;
}

/* A line of other headlines: "Also read: X" is 1, "Related news" alone is 2, else 0. */
static int related_line(sst_slice line, const sst_page_cues *cues)
{
    const char *end = line.bytes + line.size;
    size_t cue = line.size > MAX_CUE_LINE
                     ? 0
                     : sst_page_cues_match(cues, line.bytes, end, 1u << SST_CUE_RELATED, NULL);
    if (cue == 0)
        return 0;
    sst_slice rest = trimmed(line.bytes + cue, end);
    if (sst_scan_letters(rest.bytes, end) == 0)
        return 2;
    static const char marks[][4] = {":", "：", "ঃ", "|", "»", "–", "—", "-", ">"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (rest.size > strlen(marks[i]) && memcmp(rest.bytes, marks[i], strlen(marks[i])) == 0)
            return headline_like(line) ? 1 : 0;
    return 0;
}

/* Does any line repeat the one before it or begin like "Also read"? */
static bool needs_lines(const char *text, size_t size, const sst_page_cues *cues)
{
    const char *at = text, *limit = text + size;
    sst_slice line, before = {NULL, 0};
    if (memchr(text, '\n', size) == NULL)
        return false;
    while (next_line(&at, limit, &line)) {
        if ((equal(line, before) && worth_a_look(line)) || related_line(line, cues) != 0)
            return true;
        before = line;
    }
    return false;
}

/* Text of a teaser, told by how it ends: "…" or "Read more". */
static bool teaser_text(sst_slice line, const sst_page_cues *cues)
{
    const char *end = line.bytes + line.size;
    if (line.size >= 3 && (memcmp(end - 3, "...", 3) == 0 || memcmp(end - 3, "…", 3) == 0))
        return true;
    return sst_page_cues_match_more(cues, line.bytes, end) > 0;
}

typedef struct lines_walk {
    const char *at, *limit;
    sst_slice line; /* the current one; size 0 at the end */
    const sst_page_cues *cues;
} lines_walk;

static void walk_on(lines_walk *walk)
{
    if (!next_line(&walk->at, walk->limit, &walk->line))
        walk->line = (sst_slice){walk->limit, 0};
}

/* Leaves a headline that stands twice, and the teaser under it. */
static void pass_teaser(lines_walk *walk)
{
    if (walk->line.size > 0 && teaser_text(walk->line, walk->cues))
        walk_on(walk);
}

/* Leaves the cue and the headlines under it, each with its repeats and its teaser. */
static void pass_related(lines_walk *walk, int kind)
{
    walk_on(walk);
    for (int n = 0; kind == 2 && n < MAX_ALSO_READ_LINES && walk->line.size > 0; n++) {
        sst_slice headline = walk->line;
        if (!headline_like(headline))
            break;
        do
            walk_on(walk);
        while (equal(walk->line, headline));
        pass_teaser(walk);
    }
}

static void keep_lines(sst_buffer *kept, const char *text, size_t size, const sst_page_cues *cues)
{
    lines_walk walk = {.at = text, .limit = text + size, .cues = cues};
    for (walk_on(&walk); walk.line.size > 0;) {
        sst_slice line = walk.line;
        int related = related_line(line, cues);
        if (related != 0) {
            pass_related(&walk, related);
            continue;
        }
        bool twice = false;
        walk_on(&walk);
        for (; worth_a_look(line) && walk.line.size > 0 && equal(walk.line, line); walk_on(&walk))
            twice = true;
        if (twice && headline_like(line)) {
            pass_teaser(&walk);
            continue;
        }
        if (kept->size > 0)
            sst_buffer_byte(kept, '\n');
        sst_buffer_append(kept, line.bytes, line.size);
    }
}

static sst_status rewrite(sst_page_cleaner *cleaner, sst_slice *text, const sst_page_cues *cues,
                          sst_error *error)
{
    const char *end = text->bytes + text->size;
    if (text->size > 0 && sst_entity_find(text->bytes, end) != NULL) {
        sst_buffer_reset(&cleaner->decoded);
        sst_entity_append(&cleaner->decoded, text->bytes, end);
        *text = (sst_slice){cleaner->decoded.bytes, cleaner->decoded.size};
        sst_status status = sst_buffer_status(&cleaner->decoded, "the cleaned text", error);
        if (status != SST_OK)
            return status;
    }
    if (text->size == 0 || !needs_lines(text->bytes, text->size, cues))
        return SST_OK;
    sst_buffer_reset(&cleaner->kept);
    keep_lines(&cleaner->kept, text->bytes, text->size, cues);
    if (cleaner->kept.size > 0)
        *text = (sst_slice){cleaner->kept.bytes, cleaner->kept.size};
    return sst_buffer_status(&cleaner->kept, "the cleaned text", error);
}

/* ---- lines of the page over and under the text -------------------------------------------------- */

/* The cue phrases of one line. */
typedef struct cue_words {
    size_t bytes;    /* in phrases */
    unsigned weight; /* one a word; phrases of several words and signs weigh two */
} cue_words;

static bool of_several_words(const char *at, size_t size)
{
    return memchr(at, ' ', size) != NULL || sst_scan_letters(at, at + size) <= 1;
}

static cue_words count_cues(sst_slice line, const sst_page_cues *cues, unsigned kinds)
{
    cue_words found = {0};
    const char *end = line.bytes + line.size;
    bool inside = false;
    for (const char *at = line.bytes; at < end;) {
        unsigned char c = (unsigned char)*at;
        bool letter = c >= 0x80 || sst_scan_weight[c] > 0;
        size_t size = letter && (!inside || c >= 0xE3)
                          ? sst_page_cues_match(cues, at, end, kinds, NULL)
                          : 0;
        if (size > 0) {
            found.bytes += size;
            found.weight += of_several_words(at, size) ? 2 : 1;
        }
        inside = letter;
        at += size > 0 ? size : 1;
    }
    return found;
}

static bool edge_candidate(sst_slice line)
{
    return line.size > 0 && line.size <= MAX_CUE_LINE;
}

/* "Share on Facebook", "12 Comments": a short line, half of it words of the page. */
static bool bar_line(sst_slice line, const sst_page_cues *cues)
{
    if (!edge_candidate(line) || line.size > 4 * MAX_EDGE_LETTERS || ends_sentence(line) ||
        sst_scan_letters(line.bytes, line.bytes + line.size) > MAX_EDGE_LETTERS)
        return false;
    unsigned kinds = 1u << SST_CUE_COMMENT | 1u << SST_CUE_SHARE | 1u << SST_CUE_LEGAL |
                     1u << SST_CUE_SUBSCRIBE;
    return 2 * count_cues(line, cues, kinds).bytes >= line.size;
}

/* "Subscribe to our newsletter …", "© …", "We use cookies …": sentences of the page. */
static bool notice_line(sst_slice line, const sst_page_cues *cues)
{
    if (!edge_candidate(line))
        return false;
    unsigned kinds = 1u << SST_CUE_LEGAL | 1u << SST_CUE_SUBSCRIBE;
    return sst_page_cues_match(cues, line.bytes, line.bytes + line.size, kinds, NULL) > 0 &&
           count_cues(line, cues, kinds).weight >= NOTICE_WEIGHT;
}

static sst_slice last_line(sst_slice text)
{
    const char *end = text.bytes + text.size;
    const char *low = text.size > MAX_CUE_LINE ? end - MAX_CUE_LINE : text.bytes;
    const char *newline = memrchr(low, '\n', (size_t)(end - low));
    return newline == NULL ? (sst_slice){end, 0} : trimmed(newline + 1, end);
}

static bool edge_line(sst_slice line, const sst_page_cues *cues)
{
    return bar_line(line, cues) || notice_line(line, cues);
}

/* The text without them; all of it when it holds nothing else. */
static sst_slice without_edges(sst_slice all, const sst_page_cues *cues)
{
    sst_slice text = sst_scan_trim(all);
    for (int n = 0; n < MAX_EDGE_LINES; n++) {
        sst_slice line = last_line(text);
        if (!edge_line(line, cues))
            break;
        text = trimmed(text.bytes, line.bytes);
    }
    for (int n = 0; n < MAX_EDGE_LINES; n++) {
        const char *line_end, *end = text.bytes + text.size;
        const char *limit = text.size > MAX_CUE_LINE ? text.bytes + MAX_CUE_LINE : end;
        const char *next = sst_scan_line(text.bytes, limit, &line_end);
        if (next == limit || !bar_line(trimmed(text.bytes, line_end), cues))
            break;
        text = trimmed(next, end);
    }
    return edge_line(text, cues) ? all : text;
}

sst_status sst_page_clean(sst_page_cleaner *cleaner, const char *text, size_t size,
                          const sst_page_cues *cues, sst_page_cleaned *cleaned, sst_error *error)
{
    sst_slice all = {text, size};
    *cleaned = (sst_page_cleaned){.text = all};
    sst_status status = rewrite(cleaner, &all, cues, error);
    if (status != SST_OK || all.size == 0)
        return status;
    sst_credit credit = {.rank = SST_CREDIT_NONE};
    bool dateline = false;
    sst_slice body = without_edges(all, cues);
    body = sst_credit_take_head(body, cues, &credit, &dateline);
    body = sst_credit_take_tail(body, cues, &credit);
    if (body.size == 0) {
        cleaned->text = all;
        return SST_OK;
    }
    *cleaned = (sst_page_cleaned){.text = body, .credit = credit.name, .dateline = dateline};
    return SST_OK;
}
