#include <string.h>

#include "page/line.h"

enum {
    AGAIN_LETTERS = 25,      /* a line of at least so many ... */
    MAX_AGAIN_LETTERS = 160, /* ... and at most so many that stands twice is a link or caption */
    MIN_BOX_HEADLINE = 4,    /* letters of a headline among other teasers */
    MIN_CAPTION = 24,        /* bytes that a caption and the text of its image share */
    CAPTION_PERCENT = 60,
    RECORD_LINES = 10,   /* from one line of a form to the next */
    RECORD_LETTERS = 25, /* of the text of a record */
    RECORDS = 3,         /* lines of one form in a row */
    ROWS = 16,           /* a power of two over RECORD_LINES */
    PLACES = 256,        /* of forms, by their highest bits */
};

/* ---- teasers ------------------------------------------------------------------------------- */

/* A teaser stands within three lines: a headline twice, "Related", or a text that breaks off. */
static bool in_box(const sst_page_line *lines, size_t count, size_t i)
{
    size_t begin = i > 3 ? i - 3 : 0, end = count - i > 3 ? i + 3 : count;
    for (size_t k = begin; k < end; k++)
        if ((lines[k].flags & SST_LINE_TWICE) || (lines[k].cues & 1u << SST_CUE_RELATED) ||
            sst_line_broken_off(&lines[k]))
            return true;
    return false;
}

static bool is_short_headline(const sst_page_line *line)
{
    return line->letters >= MIN_BOX_HEADLINE && line->letters < SST_LINE_MIN_HEADLINE &&
           !(line->flags & SST_LINE_MARKUP) && line->cues == 0;
}

static void mark_pair(sst_page_line *line)
{
    line[0].flags |= SST_LINE_TWICE;
    line[-1].flags |= SST_LINE_TWICE;
}

/* Headlines, links and captions that stand twice anywhere on the page; paragraphs may. */
static void mark_again(sst_page_line *lines, size_t i, const char *text, uint32_t *slots,
                       size_t mask)
{
    sst_page_line *line = &lines[i];
    size_t slot = line->hash & mask;
    while (slots[slot] != 0 && !sst_line_equal(text, line, &lines[slots[slot] - 1]))
        slot = (slot + 1) & mask;
    if (slots[slot] == 0) {
        slots[slot] = (uint32_t)i + 1;
        return;
    }
    line->flags |= SST_LINE_AGAIN;
    lines[slots[slot] - 1].flags |= SST_LINE_AGAIN;
}

/* The text of an image and the caption under it: one begins like the other and goes on to a credit
 * that is no sentence. */
static inline bool is_caption_of(const char *text, const sst_page_line *a, const sst_page_line *b)
{
    const sst_page_line *longer = a->size > b->size ? a : b;
    size_t size = a->size < b->size ? a->size : b->size, same = 0;
    const char *one = text + a->offset, *other = text + b->offset;
    if (size < MIN_CAPTION || sst_load64(one) != sst_load64(other) ||
        (longer->flags & SST_LINE_END))
        return false;
    while (same < size && one[same] == other[same])
        same++;
    return same >= MIN_CAPTION && same * 100 >= size * CAPTION_PERCENT;
}

/* Short headlines that stand twice in a row where other teasers are. */
static void mark_short_twice(sst_page_line *lines, size_t count, const char *text)
{
    for (size_t i = 1; i < count; i++)
        if (is_short_headline(&lines[i]) && sst_line_equal(text, &lines[i], &lines[i - 1]) &&
            in_box(lines, count, i))
            mark_pair(&lines[i]);
}

/* What the line before tells, and an equal one anywhere. */
static void mark_by_equals(sst_page_line *lines, size_t count, const char *text,
                           uint32_t *slots, size_t mask)
{
    bool twice = false; /* short headlines do */
    for (size_t i = 0; i < count; i++) {
        sst_page_line *line = &lines[i];
        if (line->letters >= AGAIN_LETTERS && line->letters <= MAX_AGAIN_LETTERS)
            mark_again(lines, i, text, slots, mask);
        if (i == 0)
            continue;
        if (line->size != line[-1].size) {
            if (is_caption_of(text, line - 1, line)) {
                line[-1].flags |= SST_LINE_CAPTION;
                line->flags |= SST_LINE_CAPTION;
            }
        } else if (sst_line_equal(text, line, line - 1)) {
            if (sst_line_headline(line))
                mark_pair(line);
            twice |= is_short_headline(line);
        }
    }
    if (twice)
        mark_short_twice(lines, count, text);
}

/* ---- records ------------------------------------------------------------------------------- */

/* The row of records that a line ends. */
typedef struct row {
    uint32_t first; /* line where it begins, or where lines of it are not yet marked */
    uint32_t size;  /* lines of this form in the row */
} row;

/* Between two lines of one form: a record holds a text, and is not all text. */
static bool is_record(const sst_page_line *lines, size_t begin, size_t end)
{
    size_t texts = 0, others = 1;
    if (end - begin < 2 || end - begin > RECORD_LINES)
        return false;
    for (size_t i = begin + 1; i < end; i++) {
        bool is_text = lines[i].letters >= RECORD_LETTERS && sst_line_has_sentence(&lines[i]);
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
    if (outside >= SST_LINE_STORY_SEEN && 2 * outside >= inside)
        return;
    for (size_t i = 0; i < count; i++)
        lines[i].flags &= (uint16_t)~SST_LINE_RECORD;
}

/* The nearest line of the form of line `i` that a record may reach from; `i` when there is none. */
static size_t last_of_form(const sst_page_line *lines, size_t i)
{
    for (size_t k = i; k > 0 && i - k < RECORD_LINES; k--)
        if (lines[k - 1].form == lines[i].form)
            return k - 1;
    return i;
}

static void mark_records(sst_page_line *lines, size_t count)
{
    uint32_t places[PLACES] = {0}; /* the last line of such forms, plus one: few lines are near one */
    row rows[ROWS];                /* of the last lines, by their number */
    bool marked = false;
    for (size_t i = 0; i < count; i++) {
        uint32_t form = lines[i].form;
        if (form == 0)
            continue;
        uint32_t *place = &places[form >> 24];
        size_t last = i < (size_t)*place + RECORD_LINES ? last_of_form(lines, i) : i;
        *place = (uint32_t)i + 1;
        row here = {.first = (uint32_t)i};
        if (last < i && is_record(lines, last, i))
            here = rows[last % ROWS];
        here.size++;
        if (here.size >= RECORDS) {
            for (size_t k = here.first; k <= i; k++)
                lines[k].flags |= SST_LINE_RECORD;
            here.first = (uint32_t)i;
            marked = true;
        }
        rows[i % ROWS] = here;
    }
    if (marked)
        unmark_records(lines, count);
}

void sst_line_mark(sst_page_line *lines, size_t count, const char *text, uint32_t *slots,
                   size_t mask)
{
    mark_by_equals(lines, count, text, slots, mask);
    mark_records(lines, count);
}
