/* Teasers: another story's headline, mostly twice (image text and link), and the beginning of
 * its text, which ends in "…" or "Read more". */
#include <string.h>

#include "page/scan.h"
#include "page/splitter.h"

enum {
    MIN_TEXT_LETTERS = 40, /* of a teaser's text */
    MAX_TEXT_LINES = 4,
};

static sst_slice line_text(const sst_page_splitter *s, size_t i)
{
    return (sst_slice){s->text + s->lines[i].offset, s->lines[i].size};
}

static bool is_free(const sst_page_splitter *s, size_t i)
{
    return i < s->count && s->lines[i].role == SST_PAGE_FURNITURE && s->lines[i].teaser == 0;
}

static void give(sst_page_splitter *s, size_t i, size_t teaser, sst_page_reason reason)
{
    s->lines[i].role = SST_PAGE_TEASER;
    s->lines[i].reason = (uint8_t)reason;
    s->lines[i].teaser = (uint32_t)teaser + 1;
}

/* ---- headlines by their bytes -------------------------------------------------------------- */

/* The slot of a headline: holds its draft + 1, or 0 when it is new. */
static uint32_t *slot_of(sst_page_splitter *s, size_t line)
{
    size_t slot = s->lines[line].hash & s->slot_mask;
    for (; s->slots[slot] != 0; slot = (slot + 1) & s->slot_mask) {
        const sst_teaser_draft *draft = &s->drafts[s->slots[slot] - 1];
        if (sst_line_equal(s->text, &s->lines[line], &s->lines[draft->headline]))
            break;
    }
    return &s->slots[slot];
}

/* The draft of the headline at `line`, made when there is none. */
static sst_status draft_of(sst_page_splitter *s, size_t line, size_t *draft, sst_error *error)
{
    if (s->draft_count == 0)
        memset(s->slots, 0, (s->slot_mask + 1) * sizeof *s->slots);
    uint32_t *slot = slot_of(s, line);
    if (*slot == 0) {
        sst_status status = SST_RESERVE(&s->drafts, &s->draft_capacity, s->draft_count + 1,
                                        "the teasers of a page", error);
        if (status != SST_OK)
            return status;
        s->drafts[s->draft_count++] = (sst_teaser_draft){.headline = (uint32_t)line};
        *slot = (uint32_t)s->draft_count;
    }
    *draft = *slot - 1;
    return SST_OK;
}

/* ---- text ---------------------------------------------------------------------------------- */

/* Bytes of "Read more" at the end of a line; 0 without it. */
static size_t more_at_end(const sst_page_splitter *s, size_t i)
{
    sst_slice text = line_text(s, i);
    return sst_page_cues_match_more(s->cues, text.bytes, text.bytes + text.size);
}

static bool is_text(const sst_page_splitter *s, size_t i)
{
    const sst_page_line *line = &s->lines[i];
    return is_free(s, i) && line->letters >= MIN_TEXT_LETTERS &&
           !(line->flags & (SST_LINE_TWICE | SST_LINE_MARKUP));
}

/* Takes the lines from `i`, up to the next blank line or headline, as the text of a teaser. */
static void take_text(sst_page_splitter *s, size_t i, size_t draft)
{
    if (!is_text(s, i))
        return;
    size_t end = i + 1;
    while (end - i < MAX_TEXT_LINES && is_text(s, end) && (s->lines[end].flags & SST_LINE_NEAR))
        end++;
    size_t more = 0;
    for (size_t k = i; k < end; k++) {
        more = more_at_end(s, k);
        give(s, k, draft, SST_PAGE_REASON_TEASER_TEXT);
        if (more > 0)
            end = k + 1;
    }
    const char *begin = s->text + s->lines[i].offset;
    const char *stop = s->text + s->lines[end - 1].offset + s->lines[end - 1].size - more;
    if (s->drafts[draft].text.size == 0)
        s->drafts[draft].text = sst_scan_trim((sst_slice){begin, (size_t)(stop - begin)});
}

/* ---- phases -------------------------------------------------------------------------------- */

/* Headlines that stand twice in a row, and the text under them. */
static sst_status find_repeated(sst_page_splitter *s, sst_error *error)
{
    for (size_t i = 0, end; i < s->count; i = end) {
        end = i + 1;
        if (!(s->lines[i].flags & SST_LINE_TWICE) || !is_free(s, i))
            continue;
        while (is_free(s, end) && (s->lines[end].flags & SST_LINE_TWICE) &&
               sst_line_equal(s->text, &s->lines[i], &s->lines[end]))
            end++;
        size_t draft;
        sst_status status = draft_of(s, i, &draft, error);
        if (status != SST_OK)
            return status;
        for (size_t k = i; k < end; k++)
            give(s, k, draft, SST_PAGE_REASON_REPEATED);
        take_text(s, end, draft);
    }
    return SST_OK;
}

/* The line of text that "…" or "Read more" in line `i` ends; `count` when there is none. */
static size_t teased_text(const sst_page_splitter *s, size_t i)
{
    if (!(s->lines[i].flags & (SST_LINE_ELLIPSIS | SST_LINE_MORE)) || !is_free(s, i))
        return s->count;
    bool cut = s->lines[i].letters >= MIN_TEXT_LETTERS && (s->lines[i].flags & SST_LINE_ELLIPSIS);
    size_t more = cut ? 0 : more_at_end(s, i);
    if (!cut && more == 0)
        return s->count;
    size_t text = more > 0 && s->lines[i].size - more < MIN_TEXT_LETTERS && i > 0 ? i - 1 : i;
    return is_text(s, text) ? text : s->count;
}

/* Headlines that stand once, above a text that breaks off. */
static sst_status find_teased(sst_page_splitter *s, sst_error *error)
{
    for (size_t i = 1; i < s->count; i++) {
        size_t text = teased_text(s, i);
        if (text == s->count || text == 0 || !is_free(s, text - 1) ||
            !sst_line_headline(&s->lines[text - 1]))
            continue;
        size_t draft;
        sst_status status = draft_of(s, text - 1, &draft, error);
        if (status != SST_OK)
            return status;
        give(s, text - 1, draft, SST_PAGE_REASON_TEASED);
        take_text(s, text, draft);
    }
    return SST_OK;
}

/* A known headline anywhere else on the page is another occurrence. */
static void find_again(sst_page_splitter *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (!is_free(s, i) || !sst_line_headline(&s->lines[i]))
            continue;
        uint32_t draft = *slot_of(s, i);
        if (draft != 0)
            give(s, i, draft - 1, SST_PAGE_REASON_REPEATED);
    }
}

static bool is_headline_of(const sst_page_line *line)
{
    return line->role == SST_PAGE_TEASER && line->reason != SST_PAGE_REASON_TEASER_TEXT;
}

/* Line numbers grouped by teaser: count, then place. */
static sst_status list_occurrences(sst_page_splitter *s, sst_error *error)
{
    size_t total = 0;
    for (size_t i = 0; i < s->count; i++)
        if (is_headline_of(&s->lines[i])) {
            s->drafts[s->lines[i].teaser - 1].repeats++;
            total++;
        }
    sst_status status = SST_RESERVE(&s->occurrences, &s->occurrence_capacity, total + 1,
                                    "the teasers of a page", error);
    if (status == SST_OK)
        status = SST_RESERVE(&s->teasers, &s->teaser_capacity, s->draft_count + 1,
                             "the teasers of a page", error);
    if (status != SST_OK)
        return status;
    size_t at = 0;
    for (size_t i = 0; i < s->draft_count; i++) {
        const sst_teaser_draft *draft = &s->drafts[i];
        s->teasers[i] = (sst_page_teaser){.headline = line_text(s, draft->headline),
                                          .text = draft->text,
                                          .lines = s->occurrences + at};
        at += draft->repeats;
    }
    for (size_t i = 0; i < s->count; i++)
        if (is_headline_of(&s->lines[i])) {
            sst_page_teaser *teaser = &s->teasers[s->lines[i].teaser - 1];
            s->occurrences[(size_t)(teaser->lines - s->occurrences) + teaser->repeats++] =
                s->lines[i].number;
        }
    return SST_OK;
}

sst_status sst_teasers_find(sst_page_splitter *splitter, sst_error *error)
{
    splitter->draft_count = 0;
    sst_status status = find_repeated(splitter, error);
    if (status == SST_OK)
        status = find_teased(splitter, error);
    if (status != SST_OK)
        return status;
    if (splitter->draft_count == 0)
        return SST_OK;
    find_again(splitter);
    return list_occurrences(splitter, error);
}
