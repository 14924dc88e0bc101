#include "judge/judge.h"

#include <string.h>

#include "base/memory.h"
#include "judge/own.h"
#include "text/text.h"

/* Chosen on 301 judged pairs (Bengali, Arabic, English) and 764 weakly labelled ones (the same
 * title in another outlet within a day; four days apart and more): same-story F1 .977 and .966 on
 * these, which is not a test. An earlier form of the rules, its constants fitted without the
 * language that is scored: .974. Shares are in per cent. */
enum {
    /* Jaccard from which nothing can be wrong any more, and containment (of 3-shingles) under
     * which nothing can come of it: both save the alignment. */
    NEAR_EQUAL_JACCARD = 98,
    LEAST_CONTAINED = 20,
    NEAR_CONTAINED = 40, /* from which it is tried to align before the own text is weighed */

    /* Own text that must be shared; a reprint days later is rare, a formula is not. */
    OWN_SHARE = 28,
    OWN_SHARE_DAYS = 50,  /* FEW_DAYS apart */
    OWN_SHARE_WEEK = 80,  /* MANY_DAYS apart */
    OWN_MOST = 80,        /* no rule asks for more own text than this */
    FEW_DAYS = 2,
    MANY_DAYS = 4,

    /* Figures replaced in place: so many different ones, and not fewer than agree; or more, and
     * not less than half of those that agree. */
    FIGURES = 2,
    MANY_FIGURES = 4,
    /* Names: so many title words replaced by the other's at so many places. */
    NAMES = 2,
    NAME_PLACES = 2,

    /* Subject words that both stories lack of the other, and how much shared text outweighs it. */
    SUBJECT_LOST = 30,
    SUBJECT_OUTWEIGHED = 80, /* own text shared, in runs under SUBJECT_RUN tokens */
    SUBJECT_OUTWEIGHED_RUNS = 55, /* the same in longer runs */
    SUBJECT_RUN = 12,
    SUBJECT_WEAK_LOST = 20,
    SUBJECT_WEAK_OUTWEIGHED = 50,
    SUBJECT_WEAK_TITLES = 40, /* titles as alike as this speak against it */

    /* A short notice: so short on both sides, less alike than this, and each title has so many
     * words of its own that the other story has nowhere. */
    NOTICE_TOKENS = 60,
    NOTICE_JACCARD = 50,
    NOTICE_WORDS = 2,

    /* A stub: so short, so much shorter than the other; words of the longer one's title that it
     * must have, and those that it must have when not much of it is shared. */
    STUB_TOKENS = 40,
    STUB_RATIO = 40,
    STUB_COVERS = 20,
    STUB_WEAK_COVERS = 50,
    STUB_WEAK_OWN = 45,
    STUB_INSIDE = 80, /* own text shared from which a stub that says nothing is furniture */

    /* Partial: less of the shorter text is aligned, and a lead of so many tokens is not. */
    PARTIAL_ALIGNED = 62,
    PARTIAL_LEAD = 20,
    /* Excerpt: at most so long against the longer text, and so much of it inside. */
    EXCERPT_RATIO = 52,
    EXCERPT_ALIGNED = 70,
    /* Update: a changed figure in so many aligned tokens; or less aligned than this. */
    UPDATE_RATIO = 60, /* a shorter one that is not inside shares passages: a round-up's part */
    UPDATE_TOKENS = 500,
    UPDATE_ALIGNED = 72,

    /* What to call a pair that is not the same story: formula when so much of what is shared is;
     * furniture when that stands in runs of so many shingles; partial from such a run on, or so
     * many shared shingles. */
    FORMULA_SHARE = 50,
    FURNITURE_RUN = 15,
    PASSAGE_RUN = 20,
    PASSAGES = 40,
};

_Static_assert((int)NOTICE_TOKENS <= (int)SST_SIGNS_SHORT, "all title words count in a notice");
_Static_assert((int)STUB_TOKENS <= (int)SST_SIGNS_SHORT, "all title words count in a stub");

struct sst_judge {
    sst_weigher *weigher;
    sst_aligner *aligner;
    sst_reader *reader;
};

/* One pair on its way through the rules. */
typedef struct hearing {
    sst_judge *judge;
    const sst_judge_side *a, *b;
    const sst_overlap *overlap;
    sst_verdict *verdict;
    const sst_block *blocks;
    size_t block_count;
    bool is_near_tried;
    bool is_complete; /* no passage is shared outside the blocks */
    unsigned own_least, own_most; /* per cent of the own text that are shared, before weighing */
} hearing;

const char *sst_rule_name(sst_rule rule)
{
    static const char *const names[] = {
#define SST_RULE_NAME(name, text, sentence) text,
        SST_RULE_MAP(SST_RULE_NAME)
#undef SST_RULE_NAME
    };
    return (unsigned)rule < SST_RULE_COUNT ? names[rule] : "unknown";
}

const char *sst_rule_sentence(sst_rule rule)
{
    static const char *const sentences[] = {
#define SST_RULE_SENTENCE(name, text, sentence) sentence,
        SST_RULE_MAP(SST_RULE_SENTENCE)
#undef SST_RULE_SENTENCE
    };
    return (unsigned)rule < SST_RULE_COUNT ? sentences[rule] : "unknown";
}

sst_status sst_judge_create(sst_judge **judge, sst_error *error)
{
    *judge = sst_allocate_zeroed(1, sizeof **judge, "a judge", error);
    if (*judge == NULL)
        return SST_MEMORY;
    if (sst_weigher_create(&(*judge)->weigher, error) == SST_OK &&
        sst_aligner_create(&(*judge)->aligner, error) == SST_OK &&
        sst_reader_create(&(*judge)->reader, error) == SST_OK)
        return SST_OK;
    sst_judge_free(*judge);
    *judge = NULL;
    return SST_MEMORY;
}

void sst_judge_free(sst_judge *judge)
{
    if (judge == NULL)
        return;
    sst_weigher_free(judge->weigher);
    sst_aligner_free(judge->aligner);
    sst_reader_free(judge->reader);
    free(judge);
}

/* part / whole >= percent / 100, in integers. */
static bool reaches(uint64_t part, uint64_t whole, unsigned percent)
{
    return part * 100 >= whole * percent;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static bool decide(hearing *h, sst_relation relation, sst_rule rule)
{
    h->verdict->relation = relation;
    h->verdict->rule = rule;
    return true;
}

static bool is_equal_text(const hearing *h)
{
    return h->a->token_count == h->b->token_count &&
           (h->a->token_count == 0 ||
            memcmp(h->a->tokens, h->b->tokens, h->a->token_count * sizeof *h->a->tokens) == 0);
}

/* What the overlap alone settles. */
static bool settle_by_overlap(hearing *h)
{
    const sst_overlap *o = h->overlap;
    if (o->shared == 0)
        return decide(h, SST_RELATION_DISTINCT, SST_RULE_NOTHING_SHARED);
    if (!reaches(o->shared, smaller(o->a_count, o->b_count), LEAST_CONTAINED))
        return decide(h, SST_RELATION_DISTINCT, SST_RULE_LITTLE_SHARED);
    uint64_t either = (uint64_t)o->a_count + o->b_count - o->shared;
    if (!reaches(o->shared, either, NEAR_EQUAL_JACCARD))
        return false;
    if (is_equal_text(h))
        return decide(h, SST_RELATION_IDENTICAL, SST_RULE_EQUAL_TEXT);
    return decide(h, SST_RELATION_COPY, SST_RULE_NEAR_EQUAL);
}

static sst_status weigh(hearing *h, sst_error *error)
{
    sst_evidence_text a = {h->a->tokens, h->a->token_count, h->a->common, h->a->common_count};
    sst_evidence_text b = {h->b->tokens, h->b->token_count, h->b->common, h->b->common_count};
    sst_evidence *evidence = &h->verdict->evidence;
    sst_status status = sst_weigh(h->judge->weigher, &a, &b, evidence, error);
    if (status != SST_OK)
        return status;
    /* shared / own, times the same with the doubt added: few shingles prove little. */
    h->verdict->weighed = true;
    h->verdict->own = evidence->own_shared_halves == 0
                          ? 0.0
                          : (double)evidence->own_shared_halves /
                                ((double)evidence->own_halves + SST_OWN_DOUBT);
    return SST_OK;
}

/* Own text shared, in per cent, before any doubt. */
static bool own_reaches(const hearing *h, unsigned percent)
{
    const sst_evidence *e = &h->verdict->evidence;
    return h->verdict->weighed ? reaches(e->own_shared_halves, e->own_halves, percent)
                               : percent <= h->own_least;
}

/* The same with the doubt. */
static bool own_surely_reaches(const hearing *h, unsigned percent)
{
    const sst_evidence *e = &h->verdict->evidence;
    uint64_t doubted = (uint64_t)e->own_halves + SST_OWN_DOUBT;
    return h->verdict->weighed ? reaches(e->own_shared_halves, doubted, percent)
                               : percent <= h->own_least;
}

/* Too little own text to outweigh a changed figure. */
static bool own_is_little(const hearing *h)
{
    return h->verdict->weighed && h->verdict->evidence.own_halves < SST_OWN_LEAST;
}

/* Days between the stories; 0 when one has no day. */
static uint64_t days_between(const hearing *h)
{
    int64_t a = h->a->day, b = h->b->day;
    if (a == SST_NO_DAY || b == SST_NO_DAY)
        return 0;
    return a < b ? (uint64_t)b - (uint64_t)a : (uint64_t)a - (uint64_t)b;
}

/* Not the same story: what is it that they share? */
static bool name_what_is_shared(hearing *h)
{
    const sst_evidence *e = &h->verdict->evidence;
    uint64_t halves = (uint64_t)e->common_halves + e->own_shared_halves;
    if (halves > 0 && reaches(e->common_halves, halves, FORMULA_SHARE)) {
        bool block = e->shared >= (uint64_t)FURNITURE_RUN * e->runs;
        return block ? decide(h, SST_RELATION_FURNITURE, SST_RULE_FURNITURE_SHARED)
                     : decide(h, SST_RELATION_TEMPLATE, SST_RULE_FORMULA_SHARED);
    }
    if (e->longest_run >= PASSAGE_RUN || e->own_shared_halves >= 2 * PASSAGES)
        return decide(h, SST_RELATION_PARTIAL, SST_RULE_PASSAGES_SHARED);
    return decide(h, SST_RELATION_DISTINCT, SST_RULE_LITTLE_SHARED);
}

/* The share that stories so many days apart must have. */
static unsigned own_asked_by_days(const hearing *h)
{
    uint64_t days = days_between(h);
    return days < FEW_DAYS ? OWN_SHARE : days < MANY_DAYS ? OWN_SHARE_DAYS : OWN_SHARE_WEEK;
}

/* What the shared own text settles. */
static bool settle_by_evidence(hearing *h)
{
    if (!own_surely_reaches(h, OWN_SHARE))
        return name_what_is_shared(h);
    if (!own_surely_reaches(h, own_asked_by_days(h)))
        return decide(h, SST_RELATION_TEMPLATE, SST_RULE_DAYS_APART);
    return false;
}

static sst_own_pair own_pair(const hearing *h)
{
    return (sst_own_pair){
        .a = {h->a->tokens, h->a->token_count, h->a->common, h->a->common_count},
        .b = {h->b->tokens, h->b->token_count, h->b->common, h->b->common_count},
        .a_distinct = h->overlap->a_count,
        .b_distinct = h->overlap->b_count,
        .blocks = h->blocks,
        .block_count = h->block_count,
        .complete = h->is_complete,
    };
}

/* Most texts that share much are near, and then there is nothing to weigh. */
static sst_status align_near(hearing *h, sst_error *error)
{
    const sst_overlap *o = h->overlap;
    if (!reaches(o->shared, smaller(o->a_count, o->b_count), NEAR_CONTAINED))
        return SST_OK;
    sst_status status = sst_align_near(h->judge->aligner, h->a->tokens, h->a->token_count,
                                       h->b->tokens, h->b->token_count, &h->blocks,
                                       &h->block_count, &h->is_complete, error);
    h->is_near_tried = true;
    if (status != SST_OK || h->block_count == 0)
        return status;
    sst_own_pair pair = own_pair(h);
    unsigned asked = own_asked_by_days(h);
    sst_own_bounds(&pair, &h->own_least, &h->own_most);
    if (h->own_least < asked && asked <= h->own_most && sst_own_is_at_least(&pair, asked))
        h->own_least = asked;
    return status;
}

static sst_status read_signs(hearing *h, bool all, sst_error *error)
{
    sst_signs_text a = {h->a->tokens, h->a->title, h->a->token_count, h->a->title_count};
    sst_signs_text b = {h->b->tokens, h->b->title, h->b->token_count, h->b->title_count};
    sst_status status = sst_read_signs(h->judge->reader, &a, &b, h->blocks, h->block_count, all,
                                       &h->verdict->signs, error);
    h->verdict->aligned = status == SST_OK;
    return status;
}

/* The blocks, unless they are there already. */
static sst_status align(hearing *h, sst_error *error)
{
    if (h->block_count > 0)
        return SST_OK;
    return (h->is_near_tried ? sst_align_full : sst_align)(
        h->judge->aligner, h->a->tokens, h->a->token_count, h->b->tokens, h->b->token_count,
        &h->blocks, &h->block_count, error);
}

/* A title word or two that are missing are not much of a subject. */
static bool subject_is_lost(const sst_signs *s, unsigned percent)
{
    return reaches(s->lost_a, larger(s->subject_a, 2), percent) &&
           reaches(s->lost_b, larger(s->subject_b, 2), percent);
}

/* Many short runs: a formula; few long ones: passages. */
static bool runs_are_short(const sst_signs *s)
{
    return s->aligned < (uint64_t)SUBJECT_RUN * (s->runs + (s->moved > 0));
}

static bool subject_changed(const hearing *h)
{
    const sst_signs *s = &h->verdict->signs;
    if (subject_is_lost(s, SUBJECT_LOST) &&
        (!own_reaches(h, SUBJECT_OUTWEIGHED_RUNS) ||
         (runs_are_short(s) && !own_reaches(h, SUBJECT_OUTWEIGHED))))
        return true;
    return subject_is_lost(s, SUBJECT_WEAK_LOST) && !own_reaches(h, SUBJECT_WEAK_OUTWEIGHED) &&
           !reaches(s->title_shared, s->title_union, SUBJECT_WEAK_TITLES);
}

/* A dividend, a rate, a result: the name stands in the title only, and the text is the form. */
static bool is_other_notice(const hearing *h)
{
    const sst_signs *s = &h->verdict->signs;
    const sst_overlap *o = h->overlap;
    uint64_t either = (uint64_t)o->a_count + o->b_count - o->shared;
    return larger(h->a->token_count, h->b->token_count) < NOTICE_TOKENS &&
           !reaches(o->shared, either, NOTICE_JACCARD) &&
           s->title_a - s->covered_a >= NOTICE_WORDS &&
           s->title_b - s->covered_b >= NOTICE_WORDS;
}

/* The same formula with other facts, or passages of one story in another. */
static bool settle_as_template(hearing *h)
{
    const sst_signs *s = &h->verdict->signs;
    if ((s->figures_changed >= FIGURES && s->figures_changed >= s->figures_same) ||
        (s->figures_changed >= MANY_FIGURES && 2 * s->figures_changed >= s->figures_same) ||
        (s->figure_edits > 0 && own_is_little(h)))
        return decide(h, SST_RELATION_TEMPLATE, SST_RULE_FIGURES_CHANGED);
    if (s->renamed_places >= NAME_PLACES && s->renamed_words >= NAMES)
        return decide(h, SST_RELATION_TEMPLATE, SST_RULE_NAMES_CHANGED);
    if (is_other_notice(h))
        return decide(h, SST_RELATION_TEMPLATE, SST_RULE_SUBJECT_CHANGED);
    if (subject_changed(h))
        return decide(h, runs_are_short(s) ? SST_RELATION_TEMPLATE : SST_RELATION_PARTIAL,
                      SST_RULE_SUBJECT_CHANGED);
    return false;
}

/* A stub must be about what the longer story is about. */
static bool settle_as_stub(hearing *h)
{
    const sst_signs *s = &h->verdict->signs;
    size_t shorter = smaller(h->a->token_count, h->b->token_count);
    size_t longer = larger(h->a->token_count, h->b->token_count);
    if (shorter >= STUB_TOKENS || reaches(shorter, longer, STUB_RATIO) || s->title_a == 0 ||
        s->title_b == 0)
        return false;
    bool a_is_longer = h->a->token_count > h->b->token_count;
    uint32_t title = a_is_longer ? s->title_a : s->title_b;
    uint32_t covered = a_is_longer ? s->covered_a : s->covered_b;
    if (reaches(covered, title, STUB_COVERS) &&
        (reaches(covered, title, STUB_WEAK_COVERS) || own_surely_reaches(h, STUB_WEAK_OWN)))
        return false;
    return decide(h, own_reaches(h, STUB_INSIDE) ? SST_RELATION_FURNITURE : SST_RELATION_DISTINCT,
                  SST_RULE_STUB_INSIDE);
}

/* The same story, or large parts of one: lengths and coverage name it. */
static bool name_same_story(hearing *h)
{
    const sst_signs *s = &h->verdict->signs;
    size_t shorter = smaller(h->a->token_count, h->b->token_count);
    size_t longer = larger(h->a->token_count, h->b->token_count);
    if (!reaches(s->aligned, shorter, PARTIAL_ALIGNED) &&
        larger(s->lead_a, s->lead_b) >= PARTIAL_LEAD)
        return decide(h, SST_RELATION_PARTIAL, SST_RULE_OTHER_LEAD);
    if (s->figures_changed > 0 && (uint64_t)UPDATE_TOKENS * s->figures_changed >= s->aligned)
        return decide(h, SST_RELATION_UPDATE, SST_RULE_FIGURE_UPDATED);
    if (!reaches(shorter, longer, EXCERPT_RATIO) && reaches(s->aligned, shorter, EXCERPT_ALIGNED))
        return decide(h, SST_RELATION_EXCERPT, SST_RULE_SHORTER_INSIDE);
    if (!reaches(shorter, longer, UPDATE_RATIO) && !reaches(s->aligned, shorter, EXCERPT_ALIGNED))
        return decide(h, SST_RELATION_PARTIAL, SST_RULE_PASSAGES_SHARED);
    if (!reaches(s->aligned, shorter, UPDATE_ALIGNED))
        return decide(h, SST_RELATION_UPDATE, SST_RULE_PARTLY_REWRITTEN);
    return decide(h, SST_RELATION_COPY, SST_RULE_MOSTLY_SAME);
}

static bool is_stub(const hearing *h)
{
    return smaller(h->a->token_count, h->b->token_count) < STUB_TOKENS;
}

static bool own_is_known(const hearing *h, unsigned percent)
{
    return percent <= h->own_least || percent > h->own_most;
}

/* Rules about the subject and about stubs ask for more own text than is usual. */
static bool own_is_open(const hearing *h)
{
    if (is_stub(h) && !(own_is_known(h, STUB_WEAK_OWN) && own_is_known(h, STUB_INSIDE)))
        return true;
    return subject_is_lost(&h->verdict->signs, SUBJECT_WEAK_LOST) &&
           !(own_is_known(h, SUBJECT_WEAK_OUTWEIGHED) &&
             own_is_known(h, SUBJECT_OUTWEIGHED_RUNS) && own_is_known(h, SUBJECT_OUTWEIGHED));
}

/* Weighs only where the blocks leave it open. */
static sst_status weigh_if_asked(hearing *h, sst_error *error)
{
    if (h->verdict->weighed || !own_is_open(h))
        return SST_OK;
    sst_own_pair pair = own_pair(h);
    if (h->own_most < OWN_MOST || !sst_own_is_at_least(&pair, OWN_MOST))
        return weigh(h, error);
    h->own_least = OWN_MOST;
    return SST_OK;
}

static sst_status hear(hearing *h, sst_error *error)
{
    memset(h->verdict, 0, sizeof *h->verdict);
    if (settle_by_overlap(h))
        return SST_OK;
    sst_status status = align_near(h, error);
    if (status == SST_OK && h->own_least < own_asked_by_days(h))
        status = weigh(h, error);
    if (status != SST_OK || settle_by_evidence(h))
        return status;
    status = align(h, error);
    if (status == SST_OK)
        status = read_signs(h, false, error);
    if (status == SST_OK)
        status = weigh_if_asked(h, error);
    if (status != SST_OK || settle_as_template(h) || settle_as_stub(h))
        return status;
    name_same_story(h);
    return SST_OK;
}

sst_status sst_judge_pair(sst_judge *judge, const sst_judge_side *a, const sst_judge_side *b,
                          const sst_overlap *overlap, sst_verdict *verdict, sst_error *error)
{
    hearing h = {.judge = judge, .a = a, .b = b, .overlap = overlap, .verdict = verdict,
                 .own_most = 100};
    return hear(&h, error);
}

sst_status sst_judge_explain(sst_judge *judge, const sst_judge_side *a, const sst_judge_side *b,
                             const sst_overlap *overlap, sst_verdict *verdict,
                             const sst_block **blocks, size_t *block_count, sst_error *error)
{
    hearing h = {.judge = judge, .a = a, .b = b, .overlap = overlap, .verdict = verdict,
                 .own_most = 100};
    sst_status status = hear(&h, error);
    if (status == SST_OK && !verdict->weighed)
        status = weigh(&h, error);
    if (status == SST_OK)
        status = align(&h, error);
    if (status == SST_OK)
        status = read_signs(&h, true, error);
    *blocks = h.blocks;
    *block_count = h.block_count;
    return status;
}
