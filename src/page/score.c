#include "page/line.h"

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
    WRAPPED_SCORE = 32, /* one line of a paragraph that was broken into many ... */
    MAX_WRAPPED = 110,  /* ... of which none has so many letters */
    NOTICE_PART = 6,    /* a notice counts for so many times less ... */
    RECORD_PART = 6,    /* ... and so does a text in a record */
    OVER_PART = 5,      /* ... and what stands behind the story */
    OVER_LETTERS = 30,  /* of the line that ends it: "Comments" or "Related" */
    BOX_SEEN = 200,     /* letters of sentences before a box of related stories in this one ... */
    BOX_LINES = 12,     /* ... of so many lines, which ... */
    BOX_PART = 3,       /* ... count for so many times less */
    TEASERS = 3,        /* texts that break off on a page that is full of teasers */
    TIRED = 42,         /* lines against the story in a row that double the weight of the next */
};

static int cue_score(unsigned cues)
{
    if (cues == 0)
        return 0;
    return (cues & 1u << SST_CUE_COMMENT ? -64 : 0) + (cues & 1u << SST_CUE_RELATED ? -30 : 0) +
           (cues & 1u << SST_CUE_MORE ? -10 : 0) + (cues & 1u << SST_CUE_SHARE ? -30 : 0) +
           (cues & (1u << SST_CUE_LEGAL | 1u << SST_CUE_AD) ? -30 : 0) +
           (cues & 1u << SST_CUE_SUBSCRIBE ? -30 : 0);
}

/* Of letters by fives, but for none: every bound is a multiple of five. */
static inline unsigned length_class(unsigned letters)
{
    static const uint8_t classes[] = {1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4,
                                      5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5,
                                      6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
                                      6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 7};
    unsigned five = letters / 5;
    return letters == 0 ? 0 : classes[five < 64 ? five : 64];
}

static bool may_wrap(const sst_page_line *line, unsigned least)
{
    return line->letters >= least && line->letters < MAX_WRAPPED &&
           !(line->flags & SST_LINE_BULLET);
}

/* A middle line of hard-wrapped text: its neighbours are as long and no blank line parts them. */
static bool wrapped(const sst_page_line *lines, size_t count, size_t i)
{
    const sst_page_line *line = &lines[i];
    if (line->letters < 35 || (line->flags & SST_LINE_BULLET))
        return false;
    bool before = i > 0 && (line->flags & SST_LINE_NEAR) && may_wrap(line - 1, 40);
    bool behind = i + 1 < count && (line[1].flags & SST_LINE_NEAR) && may_wrap(line + 1, 30) &&
                  line->letters < 85;
    return before || behind;
}

/* A sentence between longer ones: whatever words of the page it holds, it is of the story. */
static bool is_prose(const sst_page_line *lines, size_t count, size_t i)
{
    const sst_page_line *line = &lines[i];
    return (line->flags & SST_LINE_END) && !(line->flags & SST_LINE_BULLET) && i > 0 &&
           i + 1 < count && sst_line_of_sentences(line - 1) && sst_line_of_sentences(line + 1);
}

static int own_score(const sst_page_line *lines, size_t count, size_t i)
{
    const sst_page_line *line = &lines[i];
    if (line->flags & SST_LINE_MARKUP)
        return MARKUP_SCORE;
    if (line->flags & (SST_LINE_TWICE | SST_LINE_DOUBLED))
        return TWICE_SCORE;
    const int16_t(*table)[2] = line->flags & SST_LINE_BULLET ? bullet_score : plain_score;
    int score = table[length_class(line->letters)][sst_line_has_sentence(line)];
    if (line->cues != 0 && !is_prose(lines, count, i))
        score += cue_score(line->cues);
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
    if ((i > 0 && sst_line_of_sentences(&lines[i - 1])) ||
        (i + 1 < count && sst_line_of_sentences(&lines[i + 1])))
        return 8;
    if ((i > 1 && sst_line_of_sentences(&lines[i - 2])) ||
        (i + 2 < count && sst_line_of_sentences(&lines[i + 2])))
        return 6;
    return 5;
}

static bool is_full_of_teasers(const sst_page_line *lines, size_t count)
{
    size_t teasers = 0;
    for (size_t i = 0; i < count && teasers < TEASERS; i++)
        teasers += sst_line_broken_off(&lines[i]);
    return teasers == TEASERS;
}

static bool is_paragraph(const sst_page_line *line)
{
    return sst_line_of_sentences(line) &&
           !(line->flags & (SST_LINE_BULLET | SST_LINE_LIST | SST_LINE_ELLIPSIS | SST_LINE_NOTICE |
                            SST_LINE_RECORD | SST_LINE_AGAIN));
}

/* Lines of the box that "Related" at line `i` opens, up to two paragraphs with which the story goes
 * on; 0 when it does not. */
static size_t box_lines(const sst_page_line *lines, size_t count, size_t i)
{
    for (size_t k = i + 2; k + 1 < count && k - i <= BOX_LINES; k++) {
        if ((lines[k].cues & 1u << SST_CUE_COMMENT) && !(lines[k].flags & SST_LINE_BULLET))
            return 0;
        if (is_paragraph(&lines[k]) && is_paragraph(&lines[k + 1]))
            return k - i;
    }
    return 0;
}

/* What the lines above say of the next. */
typedef struct course {
    size_t sentences; /* letters in lines of them */
    size_t box;       /* lines that a box of related stories still has */
    bool over;        /* the story was there and "Comments" or "Related" followed */
    int against;      /* lines against the story in a row */
} course;

static void follow(course *c, const sst_page_line *lines, size_t count, size_t i)
{
    const sst_page_line *line = &lines[i];
    const unsigned related = 1u << SST_CUE_RELATED, comment = 1u << SST_CUE_COMMENT;
    c->box -= c->box > 0;
    if (c->box == 0 && !c->over && line->letters <= OVER_LETTERS &&
        (line->cues & (related | comment)) && !is_prose(lines, count, i)) {
        if ((line->cues & related) && c->sentences > BOX_SEEN)
            c->box = box_lines(lines, count, i);
        c->over = c->box == 0 && c->sentences > SST_LINE_STORY_SEEN;
    }
    if (line->letters >= 80 && (line->flags & SST_LINE_END))
        c->sentences += line->letters;
}

void sst_line_score(sst_page_line *lines, size_t count)
{
    course c = {.over = false};
    bool teasers = is_full_of_teasers(lines, count);
    for (size_t i = 0; i < count; i++) {
        sst_page_line *line = &lines[i];
        follow(&c, lines, count, i);
        int score = own_score(lines, count, i);
        if (teasers && sst_line_broken_off(line) && score > ELLIPSIS_SCORE)
            score = ELLIPSIS_SCORE;
        if (score < 0 && sst_line_plain(line) && (line->flags & SST_LINE_CODE))
            score = 0; /* it stands in stories and outside alike */
        if (score > 0) {
            score = score * company(lines, count, i) / 8;
            score = c.over ? score / OVER_PART : score;
            c.against = 0;
        } else if (score < 0 && c.box > 0) {
            score /= BOX_PART;
        } else if (score < 0) {
            score = score * (TIRED + (c.against < 1000 ? c.against : 1000)) / TIRED;
            c.against++;
        }
        line->score = score;
    }
}
