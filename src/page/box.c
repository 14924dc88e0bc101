/* Boxes of the page inside the story's run: links to other stories, and what asks to subscribe. */
#include <string.h>

#include "page/splitter.h"

enum {
    MAX_LABEL = 30,         /* letters of a label over links */
    BOX_LINES = 12,         /* under it */
    MAX_LINK_LETTERS = 120, /* of a link that is no item of a list */
    ASK_REACH = 2,          /* lines from what asks, and to the field of its form */
};

static bool is_item(const sst_page_line *line)
{
    return (line->flags & (SST_LINE_BULLET | SST_LINE_LIST)) != 0;
}

static bool ends_in_colon(const sst_page_splitter *s, const sst_page_line *line)
{
    return line->size > 0 && s->text[line->offset + line->size - 1] == ':';
}

/* "Related", "Also read:"; and "Read more:" over a list. */
static bool is_label(const sst_page_splitter *s, size_t i)
{
    const sst_page_line *line = &s->lines[i];
    if (!(line->cues & (1u << SST_CUE_RELATED | 1u << SST_CUE_MORE)) ||
        line->letters > MAX_LABEL || sst_line_has_sentence(line) || is_item(line))
        return false;
    const char *colon = memchr(s->text + line->offset, ':', line->size);
    bool last = ends_in_colon(s, line);
    if (line->cues & 1u << SST_CUE_RELATED)
        return colon == NULL || last;
    return last && i < s->last && (line[1].flags & SST_LINE_BULLET);
}

/* The line behind the box that a label at line `i` opens: of the items of a list, or of links up to
 * a sentence. */
static size_t find_end(const sst_page_splitter *s, size_t i)
{
    bool list = i < s->last && (s->lines[i + 1].flags & SST_LINE_BULLET);
    size_t end = i + 1;
    for (; end <= s->last && end - i <= BOX_LINES; end++) {
        const sst_page_line *line = &s->lines[end];
        bool link = !list && line->letters <= MAX_LINK_LETTERS && !sst_line_has_sentence(line);
        if ((!is_item(line) && !link) || ends_in_colon(s, line))
            break;
    }
    return end;
}

/* "Read also: headline of another story". Of longer lines no cues were looked for. */
static bool names_other(const sst_page_splitter *s, const sst_page_line *line)
{
    const char *at = s->text + line->offset, *end = at + line->size;
    if (line->letters > SST_LINE_MAX_HEADLINE || (line->flags & SST_LINE_SENTENCES))
        return false;
    size_t size = sst_page_cues_match(s->cues, at, end, 1u << SST_CUE_RELATED, NULL);
    if (size == 0)
        return false;
    for (at += size; at < end && *at == ' ';)
        at++;
    static const char wide[] = "：";
    return at < end && (*at == ':' || ((size_t)(end - at) >= sizeof wide - 1 &&
                                       memcmp(at, wide, sizeof wide - 1) == 0));
}

static bool asks(const sst_page_line *line)
{
    return (line->cues & 1u << SST_CUE_SUBSCRIBE) && line->score < 0 &&
           !(line->flags & SST_LINE_MARKUP);
}

static bool is_field(const sst_page_splitter *s, const sst_page_line *line)
{
    return (line->flags & SST_LINE_MARKUP) &&
           memmem(s->text + line->offset, line->size, "[   ", 4) != NULL;
}

/* Between "Subscribe" or "Sign in" and another such line or the field of a form. */
static bool is_asked(const sst_page_splitter *s, size_t i)
{
    bool above = false, below = false;
    if (s->lines[i].letters > SST_LINE_MAX_HEADLINE)
        return false;
    for (size_t d = 1; d <= ASK_REACH && d <= i; d++)
        above |= asks(&s->lines[i - d]);
    for (size_t d = 1; above && d <= ASK_REACH && i + d < s->count; d++)
        below |= asks(&s->lines[i + d]) || is_field(s, &s->lines[i + d]);
    return below;
}

static void take(sst_page_line *line, sst_page_reason reason)
{
    if (line->role != SST_PAGE_STORY)
        return;
    line->role = SST_PAGE_FURNITURE;
    line->reason = (uint8_t)reason;
}

void sst_boxes_take(sst_page_splitter *s)
{
    const unsigned cues = SST_LINE_PAGE_CUES | 1u << SST_CUE_RELATED;
    for (size_t i = s->first; i <= s->last; i++) {
        sst_page_line *line = &s->lines[i];
        if ((line->cues & cues) && line->score < 0)
            take(line, SST_PAGE_REASON_CUE);
        else if (names_other(s, line) || is_asked(s, i))
            take(line, SST_PAGE_REASON_CUE);
        if (!is_label(s, i))
            continue;
        for (size_t end = find_end(s, i); i < end; i++)
            take(&s->lines[i], SST_PAGE_REASON_LINKS);
        i--;
    }
}
