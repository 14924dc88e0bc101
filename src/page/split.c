/* One page to its stories, in phases over one splitter: lines, scores, run, title and credit,
 * teasers, text. */
#include <string.h>

#include "page/credit.h"
#include "page/entity.h"
#include "page/scan.h"
#include "page/splitter.h"

enum {
    MIN_STORY_SCORE = 30,   /* about one sentence of 45 letters that stands alone */
    DROP_SCORE = -25,       /* a line under it is left out of the story's run ... */
    LEAST_INSIDE = -120,    /* ... one under this also close to sentences ... */
    INSIDE_REACH = 3,       /* ... which stand so many lines above and below */
    GAP_LINES = 20,         /* between two runs of one story */
    JOINED_LINES = 100,     /* behind a run in which the next is looked for */
    JOINED_RUNS = 8,        /* on each side */
    JOINED_PART = 4,        /* of the weight of the story's run, at least one of so many */
    FEW_LINES = 3,          /* a page of so many is its story, if it holds a sentence */
    TITLE_REACH = 8,        /* lines above the story among which its headline is looked for */
    MIN_TITLE_WORTH = 8,
    MIN_ITEM_LETTERS = 10,  /* of an item of a list inside the story */
    MAX_LINK_LETTERS = 120, /* of a link that stands inside the story's run and outside */
    CREDIT_REACH = 6,       /* lines above and below in which a credit is looked for */
    MAX_CREDIT_LETTERS = 80,
    MAX_NUMBER = 8,         /* bytes of "12. " */
};

const char *sst_page_role_name(sst_page_role role)
{
    static const char *const names[] = {
#define SST_PAGE_ROLE_TEXT(name, text) text,
        SST_PAGE_ROLE_MAP(SST_PAGE_ROLE_TEXT)
#undef SST_PAGE_ROLE_TEXT
    };
    return (size_t)role < sizeof names / sizeof *names ? names[role] : "unknown";
}

const char *sst_page_reason_text(sst_page_reason reason)
{
    static const char *const texts[] = {
#define SST_PAGE_REASON_ROW(name, text) text,
        SST_PAGE_REASON_MAP(SST_PAGE_REASON_ROW)
#undef SST_PAGE_REASON_ROW
    };
    return (size_t)reason < sizeof texts / sizeof *texts ? texts[reason] : "unknown";
}

static sst_lines_reader choose_reader(void)
{
#ifdef SST_PAGE_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
        __builtin_cpu_supports("bmi2"))
        return sst_lines_read_avx2;
#endif
    return sst_lines_read;
}

sst_status sst_page_splitter_create(sst_page_splitter **splitter, sst_error *error)
{
    *splitter = sst_allocate_zeroed(1, sizeof **splitter, "the page splitter", error);
    if (*splitter == NULL)
        return SST_MEMORY;
    (*splitter)->read_lines = choose_reader();
    return SST_OK;
}

void sst_page_splitter_free(sst_page_splitter *splitter)
{
    if (splitter == NULL)
        return;
    sst_buffer_free(&splitter->story);
    free(splitter->lines);
    free(splitter->drafts);
    free(splitter->teasers);
    free(splitter->occurrences);
    free(splitter->slots);
    free(splitter);
}

/* ---- lines --------------------------------------------------------------------------------- */

sst_status sst_lines_reserve(sst_page_splitter *s, size_t *room, sst_error *error)
{
    if (s->count == SST_PAGE_MAX_LINES)
        return sst_fail(error, SST_LIMIT,
                        "page has more than %zu lines with text; split it or leave it out",
                        SST_PAGE_MAX_LINES);
    sst_status status = SST_RESERVE(&s->lines, &s->line_capacity, s->count + 1,
                                    "the lines of a page", error);
    *room = s->line_capacity < SST_PAGE_MAX_LINES ? s->line_capacity : SST_PAGE_MAX_LINES;
    return status;
}

/* Slots for twice as many lines as the page has, cleared. */
static sst_status clear_slots(sst_page_splitter *s, sst_error *error)
{
    size_t needed = 16;
    while (needed < 2 * s->count)
        needed *= 2;
    s->slot_mask = needed - 1;
    sst_status status =
        SST_RESERVE(&s->slots, &s->slot_capacity, needed, "the lines of a page", error);
    if (status == SST_OK)
        memset(s->slots, 0, needed * sizeof *s->slots);
    return status;
}

/* ---- the story's run ----------------------------------------------------------------------- */

typedef struct run {
    size_t first, last; /* lines; first > last: none */
    int64_t sum;
} run;

/* The run of lines in [begin, end) with the greatest sum of scores; of equal ones the first. */
static run best_run(const sst_page_splitter *s, size_t begin, size_t end)
{
    run best = {.first = 1, .last = 0, .sum = MIN_STORY_SCORE - 1};
    int64_t sum = 0;
    size_t first = begin;
    for (size_t i = begin; i < end; i++) {
        if (sum <= 0) {
            sum = 0;
            first = i;
        }
        sum += s->lines[i].score;
        if (sum > best.sum)
            best = (run){.first = first, .last = i, .sum = sum};
    }
    return best;
}

/* Words of the page, a notice or a teaser: what is behind it is no more of the story. */
static bool parts_runs(const sst_page_splitter *s, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        if ((s->lines[i].cues & SST_LINE_NO_STORY_CUES) ||
            (s->lines[i].flags & (SST_LINE_NOTICE | SST_LINE_TWICE | SST_LINE_DOUBLED)))
            return true;
    return end - begin > GAP_LINES;
}

/* Lists, labels and images may stand in a story too. A run of some weight that nothing of the page
 * parts from it is more of it. */
static void join_runs(sst_page_splitter *s, int64_t sum)
{
    for (int n = 0; n < JOINED_RUNS; n++) {
        size_t begin = s->last + 1, room = s->count - begin;
        run next = best_run(s, begin, begin + (room < JOINED_LINES ? room : JOINED_LINES));
        if (next.first > next.last || next.sum < sum / JOINED_PART ||
            parts_runs(s, begin, next.first))
            break;
        s->last = next.last;
    }
    for (int n = 0; n < JOINED_RUNS; n++) {
        size_t end = s->first;
        run next = best_run(s, end < JOINED_LINES ? 0 : end - JOINED_LINES, end);
        if (next.first > next.last || next.sum < sum / JOINED_PART ||
            parts_runs(s, next.last + 1, end))
            break;
        s->first = next.first;
    }
}

static void find_run(sst_page_splitter *s)
{
    run best = best_run(s, 0, s->count);
    s->first = best.first;
    s->last = best.last;
    if (best.first <= best.last)
        join_runs(s, best.sum);
}

/* An item of a list that is neither a link of the page nor an image. */
static bool is_item(const sst_page_splitter *s, size_t i)
{
    const sst_page_line *line = &s->lines[i];
    return (line->flags & (SST_LINE_BULLET | SST_LINE_LIST)) && line->cues == 0 &&
           !(line->flags & (SST_LINE_MARKED | SST_LINE_TWICE)) && line->letters > 0 &&
           s->text[line->offset] != '[';
}

/* Lines of a list in a row up to line `i`, none above line `end`. */
static size_t list_above(const sst_page_splitter *s, size_t i, size_t end)
{
    size_t count = 0;
    for (; s->lines[i].flags & (SST_LINE_BULLET | SST_LINE_LIST); i--) {
        count++;
        if (i == end || !(s->lines[i].flags & SST_LINE_NEAR))
            break;
    }
    return count;
}

/* The same from line `i` on, none below line `end`. */
static size_t list_below(const sst_page_splitter *s, size_t i, size_t end)
{
    size_t count = 0;
    for (; i <= end && (s->lines[i].flags & (SST_LINE_BULLET | SST_LINE_LIST)); i++) {
        if (count > 0 && !(s->lines[i].flags & SST_LINE_NEAR))
            break;
        count++;
    }
    return count;
}

/* A list whose greater part stands at an end of the run is all of the story, up to an item that is
 * the page's. */
static void complete_lists(sst_page_splitter *s)
{
    if (s->first > s->last)
        return;
    size_t held = list_above(s, s->last, s->first);
    size_t all = held > 0 ? list_below(s, s->last, s->count - 1) : 0;
    if (all > 1 && all - 1 <= held)
        for (size_t end = s->last + all; s->last + 1 < end && is_item(s, s->last + 1);)
            s->last++;
    held = list_below(s, s->first, s->last);
    all = held > 0 ? list_above(s, s->first, 0) : 0;
    if (all > 1 && all - 1 <= held)
        for (size_t end = s->first + 1 - all; s->first > end && is_item(s, s->first - 1);)
            s->first--;
}

/* A page of very few lines, one of them with a sentence, is all story. */
static void take_few(sst_page_splitter *s)
{
    bool sentences = false;
    if (s->first <= s->last || s->count == 0 || s->count > FEW_LINES)
        return;
    for (size_t i = 0; i < s->count; i++) {
        if (s->lines[i].cues != 0 || (s->lines[i].flags & SST_LINE_MARKUP))
            return;
        sentences |= sst_line_of_sentences(&s->lines[i]);
    }
    if (sentences) {
        s->first = 0;
        s->last = s->count - 1;
    }
}

static void give(sst_page_line *line, sst_page_role role, sst_page_reason reason)
{
    line->role = (uint8_t)role;
    line->reason = (uint8_t)reason;
}

static bool recurs(const sst_page_splitter *s, const sst_page_line *line,
                   const sst_furniture *learned)
{
    size_t all;
    size_t part = sst_furniture_weigh(learned, s->text + line->offset, line->size, &all);
    return all > 0 && part >= all - all / 5;
}

/* A short line of the story itself: sentences stand close above and below, and nothing says that
 * it belongs to the page. */
static bool stands_inside(const sst_page_splitter *s, size_t i)
{
    const sst_page_line *line = &s->lines[i];
    bool above = false, below = false;
    if (line->cues != 0 || line->score < LEAST_INSIDE ||
        (line->flags & (SST_LINE_TWICE | SST_LINE_DOUBLED | SST_LINE_MARKUP)))
        return false;
    for (size_t d = 1; d <= INSIDE_REACH; d++) {
        above |= i >= s->first + d && sst_line_of_sentences(&s->lines[i - d]);
        below |= i + d <= s->last && sst_line_of_sentences(&s->lines[i + d]);
    }
    return above && below;
}

/* One of several items of a list that the run holds. */
static bool stands_in_list(const sst_page_splitter *s, size_t i)
{
    return (s->lines[i].flags & SST_LINE_BULLET) && s->lines[i].letters >= MIN_ITEM_LETTERS &&
           is_item(s, i) &&
           ((i > s->first && (s->lines[i - 1].flags & SST_LINE_BULLET)) ||
            (i < s->last && (s->lines[i + 1].flags & SST_LINE_BULLET)));
}

/* A short line without a sentence that also stands elsewhere: perhaps a link to the story or a box
 * of the page. */
static bool may_be_link(const sst_page_line *line)
{
    return (line->flags & SST_LINE_AGAIN) && line->letters <= MAX_LINK_LETTERS &&
           !sst_line_has_sentence(line) && !(line->flags & SST_LINE_CODE);
}

/* The first line that equals line `i`, which stands more than once. */
static sst_page_line *first_equal(const sst_page_splitter *s, size_t i)
{
    size_t slot = s->lines[i].hash & s->slot_mask;
    while (!sst_line_equal(s->text, &s->lines[i], &s->lines[s->slots[slot] - 1]))
        slot = (slot + 1) & s->slot_mask;
    return &s->lines[s->slots[slot] - 1];
}

static void mark_outside(sst_page_splitter *s, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        if (may_be_link(&s->lines[i]))
            first_equal(s, i)->flags |= SST_LINE_OUTSIDE;
}

/* Marks which lines of the run stand outside it too. */
static void find_links(sst_page_splitter *s)
{
    size_t i = s->first;
    while (i <= s->last && !may_be_link(&s->lines[i]))
        i++;
    if (i > s->last)
        return;
    mark_outside(s, 0, s->first);
    mark_outside(s, s->last + 1, s->count);
}

static bool is_link(const sst_page_splitter *s, size_t i)
{
    return may_be_link(&s->lines[i]) && (first_equal(s, i)->flags & SST_LINE_OUTSIDE);
}

static void give_run_role(sst_page_splitter *s, size_t i, const sst_furniture *learned)
{
    sst_page_line *line = &s->lines[i];
    bool weak = line->score < DROP_SCORE && !stands_inside(s, i) && !stands_in_list(s, i);
    if (weak || (line->flags & SST_LINE_CAPTION) || is_link(s, i))
        give(line, SST_PAGE_FURNITURE, sst_line_reason(line));
    else if (learned != NULL && recurs(s, line, learned))
        give(line, SST_PAGE_FURNITURE, SST_PAGE_REASON_RECURS);
    else
        give(line, SST_PAGE_STORY,
             line->score > 0 ? SST_PAGE_REASON_SENTENCES : SST_PAGE_REASON_BETWEEN);
}

static void give_no_role(sst_page_splitter *s, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        give(&s->lines[i], SST_PAGE_FURNITURE, sst_line_reason(&s->lines[i]));
}

static void give_roles(sst_page_splitter *s, const sst_furniture *learned)
{
    if (s->first > s->last) {
        give_no_role(s, 0, s->count);
        return;
    }
    find_links(s);
    give_no_role(s, 0, s->first);
    for (size_t i = s->first; i <= s->last; i++)
        give_run_role(s, i, learned);
    sst_boxes_take(s);
    give_no_role(s, s->last + 1, s->count);
}

/* ---- title and credit ---------------------------------------------------------------------- */

/* Dates and counts: a quarter of the letters are digits (ASCII, Arabic, Devanagari, Bengali). */
static bool numeric(const char *at, size_t size, unsigned letters)
{
    unsigned digits = 0;
    for (const char *end = at + size; at < end; at++) {
        unsigned char c = (unsigned char)*at, next = end - at > 1 ? (unsigned char)at[1] : 0;
        unsigned char last = end - at > 2 ? (unsigned char)at[2] : 0;
        digits += (c >= '0' && c <= '9') || (c == 0xD9 && next >= 0xA0 && next <= 0xA9) ||
                  (c == 0xE0 && (next == 0xA5 || next == 0xA7) && last >= 0xA6 && last <= 0xAF);
    }
    return digits * 4 >= letters;
}

/* How likely a line `above` lines above the story is its headline, if it is no date; 0 when it
 * cannot be. */
static int title_worth(const sst_page_splitter *s, size_t i, size_t above)
{
    const sst_page_line *line = &s->lines[i];
    if (!sst_line_headline(line) || (line->flags & (SST_LINE_BULLET | SST_LINE_LIST)) ||
        (line->cues & ~(1u << SST_CUE_AGENCY)) != 0)
        return 0;
    int worth = line->letters < 80 ? line->letters : 80;
    worth += line->flags & SST_LINE_TWICE ? 40 : 0;
    worth -= line->flags & SST_LINE_END ? 20 : 0;
    return worth - 3 * (int)above;
}

/* The likeliest headline among the lines right above the story; s->first when there is none. */
static size_t near_title(const sst_page_splitter *s)
{
    size_t best = s->first;
    int worth = MIN_TITLE_WORTH;
    for (size_t above = 1; above <= TITLE_REACH && above <= s->first; above++) {
        size_t i = s->first - above;
        if (above > 1 && s->lines[i].letters >= MAX_CREDIT_LETTERS &&
            (s->lines[i].flags & SST_LINE_ELLIPSIS))
            break; /* the text of a teaser: what is above belongs to that */
        int here = title_worth(s, i, above);
        const sst_page_line *line = &s->lines[i];
        if (here > worth && !numeric(s->text + line->offset, line->size, line->letters)) {
            worth = here;
            best = i;
        }
    }
    return best;
}

/* The only headline that stands twice above the story is its own; s->first when there are others
 * or none. */
static size_t lone_twice(const sst_page_splitter *s)
{
    size_t found = s->first;
    for (size_t i = 0; i < s->first; i++) {
        if (!(s->lines[i].flags & SST_LINE_TWICE))
            continue;
        if (found < s->first && !sst_line_equal(s->text, &s->lines[i], &s->lines[found]))
            return s->first;
        found = i;
    }
    bool teased = found + 1 < s->first && (s->lines[found + 1].flags & SST_LINE_ELLIPSIS);
    return teased ? s->first : found;
}

/* The story's own headline, wherever else it stands around it, must not become a teaser. */
static sst_slice take_title(sst_page_splitter *s)
{
    size_t best = near_title(s), lone = lone_twice(s);
    if (lone < s->first && (best == s->first || !(s->lines[best].flags & SST_LINE_TWICE)))
        best = lone;
    if (best == s->first)
        return (sst_slice){NULL, 0};
    for (size_t i = 0; i < s->count; i++) {
        sst_page_line *line = &s->lines[i];
        if (line->role == SST_PAGE_FURNITURE && sst_line_equal(s->text, line, &s->lines[best]))
            give(line, SST_PAGE_TITLE, SST_PAGE_REASON_HEADLINE);
    }
    return (sst_slice){s->text + s->lines[best].offset, s->lines[best].size};
}

static bool take_credit(sst_page_splitter *s, size_t i, sst_credit *credit)
{
    sst_page_line *line = &s->lines[i];
    if (line->letters < 2 || line->letters > MAX_CREDIT_LETTERS || line->role == SST_PAGE_TITLE)
        return false;
    sst_slice text = {s->text + line->offset, line->size};
    if (!sst_credit_is_line(text, s->cues, credit))
        return false;
    give(line, SST_PAGE_CREDIT, SST_PAGE_REASON_SOURCE);
    return true;
}

/* Credit lines at both ends of the story, inside and outside. */
static void take_credits(sst_page_splitter *s, sst_credit *credit)
{
    for (size_t i = s->last + 1; i < s->count && i - s->last <= CREDIT_REACH; i++) {
        if (s->lines[i].flags & SST_LINE_TWICE)
            break;
        take_credit(s, i, credit);
    }
    for (size_t i = s->first; i > 0 && s->first - i < CREDIT_REACH; i--)
        take_credit(s, i - 1, credit);
    for (size_t i = s->last; i > s->first && take_credit(s, i, credit); i--) {
    }
    for (size_t i = s->first; i < s->last && take_credit(s, i, credit); i++) {
    }
    for (size_t i = s->first; i < s->last && i - s->first < CREDIT_REACH; i++)
        if (s->lines[i].cues & 1u << SST_CUE_BYLINE) /* under a caption or a standfirst */
            take_credit(s, i, credit);
}

/* ---- text ---------------------------------------------------------------------------------- */

static void append_line(sst_buffer *story, const char *begin, const char *end)
{
    if (memchr(begin, '&', (size_t)(end - begin)) != NULL)
        sst_entity_append(story, begin, end);
    else
        sst_buffer_append(story, begin, (size_t)(end - begin));
}

/* Where the text of a line begins: at a number before it that was typed, which stands at the very
 * beginning of its line. Lists of HTML are drawn with an indent, but for two figures: there
 * `*typed`, as the item before was, tells. */
static const char *text_begin(const sst_page_splitter *s, const sst_page_line *line, bool *typed)
{
    const char *begin = s->text + line->offset, *at = begin;
    if (!(line->flags & SST_LINE_BULLET))
        return begin;
    while (at > s->text && at[-1] != '\n' && begin - at < MAX_NUMBER)
        at--;
    bool whole = at == s->text || at[-1] == '\n';
    for (; *at == ' '; at++)
        whole = false;
    if (*at < '0' || *at > '9')
        return begin;
    if (!whole || at[1] == '.')
        *typed = whole;
    return whole && *typed ? at : begin;
}

static sst_status write_story(sst_page_splitter *s, sst_page *page, sst_credit *credit,
                              sst_error *error)
{
    bool typed = false;
    sst_buffer_reset(&s->story);
    for (size_t i = s->first; i <= s->last; i++) {
        const sst_page_line *line = &s->lines[i];
        if (line->role != SST_PAGE_STORY || line->size == 0)
            continue;
        if (page->line == 0)
            page->line = line->number;
        else
            sst_buffer_byte(&s->story, '\n');
        append_line(&s->story, text_begin(s, line, &typed),
                    s->text + line->offset + line->size);
    }
    sst_status status = sst_buffer_status(&s->story, "the story of a page", error);
    if (status != SST_OK || s->story.size == 0)
        return status;
    bool dateline;
    sst_slice all = {s->story.bytes, s->story.size};
    sst_slice body = sst_credit_take_head(all, s->cues, credit, &dateline);
    body = sst_credit_take_tail(body, s->cues, credit);
    page->story = body.size > 0 ? body : all;
    return SST_OK;
}

sst_status sst_page_split(sst_page_splitter *splitter, const char *text, size_t size,
                          const sst_page_cues *cues, const sst_furniture *learned,
                          sst_page *page, sst_error *error)
{
    sst_page_splitter *s = splitter;
    *page = (sst_page){.line = 0};
    if (size > UINT32_MAX)
        return sst_fail(error, SST_LIMIT, "page has %zu bytes; split it or leave it out", size);
    s->text = text;
    s->cues = cues;
    sst_status status = s->read_lines(s, size, error);
    if (status == SST_OK)
        status = clear_slots(s, error);
    if (status != SST_OK)
        return status;
    sst_line_mark(s->lines, s->count, text, s->slots, s->slot_mask);
    sst_line_score(s->lines, s->count);
    find_run(s);
    complete_lists(s);
    take_few(s);
    give_roles(s, learned);
    sst_credit credit = {.rank = SST_CREDIT_NONE};
    if (s->first <= s->last) {
        page->title = take_title(s);
        take_credits(s, &credit);
        status = write_story(s, page, &credit, error);
        page->credit = credit.name;
    }
    if (status == SST_OK)
        status = sst_teasers_find(s, error);
    if (status != SST_OK)
        return status;
    page->teasers = s->teasers;
    page->teaser_count = s->draft_count;
    page->lines = s->lines;
    page->line_count = s->count;
    return SST_OK;
}
