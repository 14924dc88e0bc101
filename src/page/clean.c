/* A story's own text without what stands around the report. Most texts need nothing: they are
 * scanned once for '&' and once for line ends; only others are rewritten. */
#include <string.h>

#include "base/buffer.h"
#include "page/edge.h"
#include "page/entity.h"
#include "page/page.h"

enum {
    MAX_HEADLINE_LETTERS = 160, /* a longer line that stands twice is a doubled paragraph */
    MIN_LINE_LETTERS = 12,      /* a shorter line may stand twice */
    MAX_ALSO_READ_LINES = 8,    /* headlines that follow "Related news" */
    MAX_CUE_LINE = 600,         /* bytes of a line that begins with a cue */
    MAX_COMMENTS_LINE = 30,     /* letters of the line over readers' comments */
    STORY_SEEN = 40,            /* bytes before which no comments begin */
    MAX_BOX_HEADING = 40,       /* letters of "You may also like" over a teaser */
    BOX_LETTERS = 4,            /* of a headline under another teaser */
    BOX_TEASERS = 2,            /* teasers in a row that end a story ... */
    MAX_FOOT_LINES = 4,         /* ... with so many lines under them ... */
    MAX_FOOT_LETTERS = 160,     /* ... of so many letters */
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

/* The next line that is not blank; false at the end. Moves *at behind it. */
static bool next_line(const char **at, const char *limit, sst_slice *line)
{
    while (*at < limit) {
        const char *begin = *at, *end;
        *at = sst_scan_line(begin, limit, &end);
        if (begin == end)
            continue;
        *line = trimmed(begin, end);
        if (line->size > 0)
            return true;
    }
    return false;
}

static bool headline_like(sst_slice line)
{
    return line.size <= 4 * MAX_HEADLINE_LETTERS && !sst_scan_is_sentence(line) &&
           sst_scan_letters(line.bytes, line.bytes + line.size) <= MAX_HEADLINE_LETTERS;
}

static bool holds_letters(sst_slice line, size_t least)
{
    size_t size = line.size < 4 * least ? line.size : 4 * least;
    return sst_scan_letters(line.bytes, line.bytes + size) >= least;
}

/* Rows of tables and marks such as "***" stand twice too: they stay. */
static bool worth_a_look(sst_slice line)
{
    return holds_letters(line, MIN_LINE_LETTERS);
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

/* "12 Comments" over what readers said. */
static bool begins_comments(sst_slice line, const sst_page_cues *cues)
{
    return line.size <= 4 * MAX_COMMENTS_LINE &&
           sst_edge_is_label(line, MAX_COMMENTS_LINE) &&
           sst_edge_is_mostly(line, cues, 1u << SST_CUE_COMMENT);
}

/* Does any line repeat the one before it, begin like "Also read", or open the comments? */
static bool needs_lines(const char *text, size_t size, const sst_page_cues *cues)
{
    const char *at = text, *limit = text + size;
    sst_slice line, before = {NULL, 0};
    if (memchr(text, '\n', size) == NULL)
        return false;
    while (next_line(&at, limit, &line)) {
        if ((equal(line, before) && worth_a_look(line)) || related_line(line, cues) != 0 ||
            begins_comments(line, cues))
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
    bool parted;    /* a blank line, and nothing left out, stands before it */
    const sst_page_cues *cues;
} lines_walk;

static void walk_on(lines_walk *walk)
{
    const char *behind = walk->line.bytes + walk->line.size;
    if (!next_line(&walk->at, walk->limit, &walk->line)) {
        walk->line = (sst_slice){walk->limit, 0};
        return;
    }
    const char *newline = memchr(behind, '\n', (size_t)(walk->line.bytes - behind));
    walk->parted = newline != NULL && memchr(newline + 1, '\n',
                                             (size_t)(walk->line.bytes - newline - 1)) != NULL;
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

/* What is kept, and where the box of teasers begins that may end the story. */
typedef struct keeping {
    sst_buffer *kept;
    size_t last;      /* of the line kept last: where it begins */
    bool heading;     /* it may be the heading of a box */
    size_t box;       /* size of `kept` before the box */
    unsigned teasers; /* in a row */
    unsigned foot;    /* lines under them */
} keeping;

static void keep_line(keeping *k, sst_slice line, bool parted)
{
    k->last = k->kept->size;
    k->heading = sst_edge_is_label(line, MAX_BOX_HEADING);
    if (k->teasers >= BOX_TEASERS && k->foot < MAX_FOOT_LINES &&
        sst_scan_letters(line.bytes, line.bytes + line.size) < MAX_FOOT_LETTERS)
        k->foot++;
    else if (k->teasers >= BOX_TEASERS || !k->heading)
        k->teasers = k->foot = 0;
    if (k->kept->size > 0)
        sst_buffer_text(k->kept, parted ? "\n\n" : "\n");
    sst_buffer_append(k->kept, line.bytes, line.size);
}

static void count_teaser(keeping *k)
{
    if (k->heading)
        k->kept->size = k->last;
    k->heading = false;
    if (k->teasers++ == 0)
        k->box = k->kept->size;
}

static void keep_lines(sst_buffer *kept, const char *text, size_t size, const sst_page_cues *cues)
{
    lines_walk walk = {.at = text, .limit = text + size, .line = {text, 0}, .cues = cues};
    keeping k = {.kept = kept};
    for (walk_on(&walk); walk.line.size > 0;) {
        sst_slice line = walk.line;
        bool parted = walk.parted, twice = false;
        int related = related_line(line, cues);
        if (related != 0) {
            pass_related(&walk, related);
            walk.parted = false;
            continue;
        }
        if (kept->size >= STORY_SEEN && begins_comments(line, cues))
            break;
        bool look = worth_a_look(line) || (k.teasers > 0 && holds_letters(line, BOX_LETTERS));
        walk_on(&walk);
        for (; look && walk.line.size > 0 && equal(walk.line, line); walk_on(&walk))
            twice = true;
        if (twice && headline_like(line)) {
            pass_teaser(&walk);
            count_teaser(&k);
            walk.parted = false;
        } else {
            keep_line(&k, line, parted);
        }
    }
    if (k.teasers >= BOX_TEASERS && k.box > kept->size / 2)
        kept->size = k.box;
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
    sst_slice body = sst_edges_take(all, cues, &credit, &dateline);
    if (body.size == 0) {
        cleaned->text = all;
        return SST_OK;
    }
    *cleaned = (sst_page_cleaned){.text = body, .credit = credit.name, .dateline = dateline};
    return SST_OK;
}
