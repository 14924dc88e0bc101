#include "judge/judge.h"

#include <string.h>

#include "base/memory.h"
#include "judge/facts.h"
#include "judge/own.h"
#include "text/shingle.h"
#include "text/text.h"

enum {
    /* Jaccard from which nothing can be wrong any more, and containment (of 3-shingles, per cent)
     * under which nothing can come of it: both save the alignment. */
    NEAR_EQUAL_JACCARD = 98,
    LEAST_CONTAINED = 20,
    NEAR_CONTAINED = 40, /* from which it is tried to align before the own text is weighed */
    FORMULA_PART = 20, /* formula of a text, per cent, from which that is weighed first */
    NOTICE_TOKENS = 60,  /* a short notice, at most */
    STUB_TOKENS = 40,    /* a stub, at most */
    TINY_TOKENS = 25,    /* a line or two, at most */
};

_Static_assert((int)NOTICE_TOKENS <= (int)SST_SIGNS_SHORT, "all title words count in a notice");
_Static_assert((int)STUB_TOKENS <= (int)SST_SIGNS_SHORT, "all title words count in a stub");

struct sst_judge {
    sst_weigher *weigher;
    sst_aligner *aligner;
    sst_reader *reader;
    sst_limits limits;
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
    bool is_late;     /* days apart: the same story only if no figure changed */
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

sst_limits sst_judge_limits(void)
{
    return (sst_limits){
#define SST_LIMIT_VALUE(name, value) .name = value,
        SST_LIMIT_MAP(SST_LIMIT_VALUE)
#undef SST_LIMIT_VALUE
    };
}

void sst_judge_limit(sst_judge *judge, const sst_limits *limits)
{
    judge->limits = *limits;
}

sst_status sst_judge_create(sst_judge **judge, sst_error *error)
{
    *judge = sst_allocate_zeroed(1, sizeof **judge, "a judge", error);
    if (*judge == NULL)
        return SST_MEMORY;
    (*judge)->limits = sst_judge_limits();
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

static sst_evidence_text evidence_text(const sst_judge_side *side)
{
    return (sst_evidence_text){side->tokens, side->token_count, side->common, side->common_count,
                               side->key};
}

static sst_status weigh(hearing *h, sst_error *error)
{
    sst_evidence_text a = evidence_text(h->a), b = evidence_text(h->b);
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
    const sst_limits *l = &h->judge->limits;
    const sst_evidence *e = &h->verdict->evidence;
    uint64_t halves = (uint64_t)e->common_halves + e->own_shared_halves;
    if (halves > 0 && reaches(e->common_halves, halves, l->formula_share)) {
        bool block = e->shared >= (uint64_t)l->furniture_run * e->runs;
        return block ? decide(h, SST_RELATION_FURNITURE, SST_RULE_FURNITURE_SHARED)
                     : decide(h, SST_RELATION_TEMPLATE, SST_RULE_FORMULA_SHARED);
    }
    if (e->longest_run >= l->passage_run || e->own_shared_halves >= 2 * l->passages)
        return decide(h, SST_RELATION_PARTIAL, SST_RULE_PASSAGES_SHARED);
    return decide(h, SST_RELATION_DISTINCT, SST_RULE_LITTLE_SHARED);
}

/* The share that stories so many days apart must have. */
static unsigned own_asked_by_days(const hearing *h)
{
    const sst_limits *l = &h->judge->limits;
    uint64_t days = days_between(h);
    return days < l->few_days    ? l->own_share
           : days < l->many_days ? l->own_share_days
                                 : l->own_share_week;
}

/* No formula that comes back: little of it is shared, and much else. The figures will tell. */
static bool may_be_late_reprint(const hearing *h)
{
    const sst_limits *l = &h->judge->limits;
    const sst_evidence *e = &h->verdict->evidence;
    unsigned asked = days_between(h) < l->many_days ? l->late_share_days : l->late_share_week;
    return h->verdict->weighed && e->own_halves >= l->late_own &&
           !reaches(e->common_halves, e->own_halves, l->late_formula) &&
           own_surely_reaches(h, asked);
}

/* What the shared own text settles. */
static bool settle_by_evidence(hearing *h)
{
    const sst_limits *l = &h->judge->limits;
    if (!own_surely_reaches(h, l->own_share))
        return name_what_is_shared(h);
    if (own_surely_reaches(h, own_asked_by_days(h)))
        return false;
    h->is_late = may_be_late_reprint(h);
    return h->is_late ? false : decide(h, SST_RELATION_TEMPLATE, SST_RULE_DAYS_APART);
}

static sst_own_pair own_pair(const hearing *h)
{
    return (sst_own_pair){
        .a = evidence_text(h->a),
        .b = evidence_text(h->b),
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
static bool runs_are_short(const hearing *h)
{
    const sst_limits *l = &h->judge->limits;
    const sst_signs *s = &h->verdict->signs;
    return s->aligned < (uint64_t)l->subject_run * (s->runs + (s->moved > 0));
}

/* Much of each story is its own, and there stands what its title is about; or nothing of either
 * title is in the other story, where titles are not repeated word for word. */
static bool may_have_other_subjects(const hearing *h)
{
    const sst_limits *l = &h->judge->limits;
    const sst_signs *s = &h->verdict->signs;
    if (reaches(s->aligned, smaller(h->a->token_count, h->b->token_count), l->update_aligned))
        return false;
    return subject_is_lost(s, l->subject_strong_lost) ||
           (s->stretches > 1 && s->title_a > 1 && s->title_b > 1 && s->covered_a == 0 &&
            s->covered_b == 0);
}

/* One word may only be spelled in another way. */
static bool is_one_word_lost(const hearing *h)
{
    const sst_limits *l = &h->judge->limits;
    const sst_signs *s = &h->verdict->signs;
    return (s->lost_a == 1 || s->lost_b == 1) &&
           smaller(h->a->token_count, h->b->token_count) >= NOTICE_TOKENS &&
           own_surely_reaches(h, l->subject_word_outweighed);
}

/* Told anew, and so under another title: most of the shorter text agrees, no figure is another one
 * and no name stands for another. Half of the own text must be shared, too. */
static bool may_be_retold(const hearing *h)
{
    const sst_limits *l = &h->judge->limits;
    const sst_signs *s = &h->verdict->signs;
    return s->figure_edits == 0 && s->renamed_places < l->name_places &&
           reaches(s->aligned, smaller(h->a->token_count, h->b->token_count), l->retold_aligned);
}

/* Short texts under titles with different names are notices of one form. */
static bool is_retold(const hearing *h)
{
    const sst_limits *l = &h->judge->limits;
    return smaller(h->a->token_count, h->b->token_count) >= l->retold_tokens &&
           may_be_retold(h) && own_surely_reaches(h, l->retold_own);
}

static bool subject_changed(const hearing *h)
{
    const sst_limits *l = &h->judge->limits;
    const sst_signs *s = &h->verdict->signs;
    if (is_one_word_lost(h) || is_retold(h))
        return false;
    if (subject_is_lost(s, l->subject_lost) &&
        (!own_reaches(h, l->subject_outweighed_runs) ||
         (runs_are_short(h) && !own_reaches(h, l->subject_outweighed))))
        return true;
    if (may_have_other_subjects(h) && !own_reaches(h, l->subject_outweighed))
        return true;
    return subject_is_lost(s, l->subject_weak_lost) &&
           !own_reaches(h, l->subject_weak_outweighed) &&
           !reaches(s->title_shared, s->title_union, l->subject_weak_titles);
}

/* A dividend, a rate, a result: the name stands in the title only, and the text is the form, which
 * agrees in much when it is a line or two. What agrees in its figures is no form filled in anew. */
static bool is_other_notice(const hearing *h)
{
    const sst_limits *l = &h->judge->limits;
    const sst_signs *s = &h->verdict->signs;
    const sst_overlap *o = h->overlap;
    uint64_t either = (uint64_t)o->a_count + o->b_count - o->shared;
    size_t shorter = smaller(h->a->token_count, h->b->token_count);
    size_t longer = larger(h->a->token_count, h->b->token_count);
    bool figures_agree = s->figures_same >= l->figures && s->figures_changed == 0;
    return longer < NOTICE_TOKENS && !(figures_agree && shorter >= TINY_TOKENS) &&
           (longer < TINY_TOKENS || !reaches(o->shared, either, l->notice_jaccard)) &&
           !reaches(o->shared, smaller(o->a_count, o->b_count), l->notice_inside) &&
           s->title_a - s->covered_a >= l->notice_words &&
           s->title_b - s->covered_b >= l->notice_words;
}

/* Unless one has all that the other is about, word for word. */
static bool may_be_retold_notice(const hearing *h)
{
    const sst_signs *s = &h->verdict->signs;
    return is_other_notice(h) && may_be_retold(h) && (s->lost_a == 0 || s->lost_b == 0) &&
           smaller(h->a->token_count, h->b->token_count) >= TINY_TOKENS;
}

static bool figures_changed(const hearing *h)
{
    const sst_limits *l = &h->judge->limits;
    const sst_signs *s = &h->verdict->signs;
    if (sst_figures_changed(s, l) &&
        !(sst_figures_are_few(s, l) && own_surely_reaches(h, l->figures_outweighed)))
        return true;
    return (s->figure_edits > 0 && own_is_little(h)) || sst_is_other_issue(s, l, days_between(h)) ||
           (sst_is_other_form(s, l) && !own_surely_reaches(h, l->form_own));
}

/* The same formula with other facts, or passages of one story in another. */
static bool settle_as_template(hearing *h)
{
    const sst_limits *l = &h->judge->limits;
    const sst_signs *s = &h->verdict->signs;
    if (h->is_late && s->figure_edits > 0)
        return decide(h, SST_RELATION_TEMPLATE, SST_RULE_DAYS_APART);
    if (figures_changed(h))
        return decide(h, SST_RELATION_TEMPLATE, SST_RULE_FIGURES_CHANGED);
    if (sst_names_changed(s, l) &&
        !(sst_names_are_few(s, l) && own_surely_reaches(h, l->names_outweighed)))
        return decide(h, SST_RELATION_TEMPLATE, SST_RULE_NAMES_CHANGED);
    if (is_other_notice(h) &&
        !(may_be_retold_notice(h) && own_surely_reaches(h, h->judge->limits.retold_own)))
        return decide(h, SST_RELATION_TEMPLATE, SST_RULE_SUBJECT_CHANGED);
    if (subject_changed(h))
        return decide(h, runs_are_short(h) ? SST_RELATION_TEMPLATE : SST_RELATION_PARTIAL,
                      SST_RULE_SUBJECT_CHANGED);
    return false;
}

/* A stub must be about what the longer story is about. */
static bool settle_as_stub(hearing *h)
{
    const sst_limits *l = &h->judge->limits;
    const sst_signs *s = &h->verdict->signs;
    size_t shorter = smaller(h->a->token_count, h->b->token_count);
    size_t longer = larger(h->a->token_count, h->b->token_count);
    if (shorter >= STUB_TOKENS || reaches(shorter, longer, l->stub_ratio) || s->title_a == 0 ||
        s->title_b == 0)
        return false;
    bool a_is_longer = h->a->token_count > h->b->token_count;
    uint32_t title = a_is_longer ? s->title_a : s->title_b;
    uint32_t covered = a_is_longer ? s->covered_a : s->covered_b;
    if (reaches(covered, title, l->stub_covers) &&
        (reaches(covered, title, l->stub_weak_covers) || own_surely_reaches(h, l->stub_weak_own)))
        return false;
    bool inside = own_reaches(h, l->stub_inside);
    return decide(h, inside ? SST_RELATION_FURNITURE : SST_RELATION_DISTINCT,
                  SST_RULE_STUB_INSIDE);
}

/* Less of the shorter text is aligned than a copy cut in half would have. */
static bool is_partly_aligned(const hearing *h)
{
    return !reaches(h->verdict->signs.aligned, smaller(h->a->token_count, h->b->token_count),
                    h->judge->limits.partial_aligned);
}

/* Under much the same title, and both texts have what the other's title says. */
static bool subject_is_kept(const hearing *h)
{
    const sst_signs *s = &h->verdict->signs;
    return s->subject_a > 1 && s->subject_b > 1 && s->lost_a == 0 && s->lost_b == 0 &&
           reaches(s->title_shared, s->title_union, h->judge->limits.partial_titles);
}

/* The same story, or large parts of one: lengths and coverage name it. */
static bool name_same_story(hearing *h)
{
    const sst_limits *l = &h->judge->limits;
    const sst_signs *s = &h->verdict->signs;
    size_t shorter = smaller(h->a->token_count, h->b->token_count);
    size_t longer = larger(h->a->token_count, h->b->token_count);
    if (is_partly_aligned(h) && larger(s->lead_a, s->lead_b) >= l->partial_lead)
        return decide(h, SST_RELATION_PARTIAL, SST_RULE_OTHER_LEAD);
    if (is_partly_aligned(h) && !own_surely_reaches(h, l->partial_own) && !subject_is_kept(h))
        return decide(h, SST_RELATION_PARTIAL, SST_RULE_PASSAGES_SHARED);
    if (s->figures_changed > 0 && (uint64_t)l->update_tokens * s->figures_changed >= s->aligned)
        return decide(h, SST_RELATION_UPDATE, SST_RULE_FIGURE_UPDATED);
    bool is_inside = reaches(s->aligned, shorter, l->excerpt_aligned);
    if (!reaches(shorter, longer, l->excerpt_ratio) && is_inside)
        return decide(h, SST_RELATION_EXCERPT, SST_RULE_SHORTER_INSIDE);
    if (!reaches(shorter, longer, l->update_ratio) && !is_inside)
        return decide(h, SST_RELATION_PARTIAL, SST_RULE_PASSAGES_SHARED);
    if (!reaches(s->aligned, shorter, l->update_aligned))
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

/* Rules about forms, the subject and stubs ask for more own text than is usual. */
static bool own_is_open(const hearing *h)
{
    const sst_limits *l = &h->judge->limits;
    const sst_signs *s = &h->verdict->signs;
    if (sst_figures_changed(s, l) && sst_figures_are_few(s, l) &&
        !own_is_known(h, l->figures_outweighed))
        return true;
    if (sst_names_changed(s, l) && sst_names_are_few(s, l) &&
        !own_is_known(h, l->names_outweighed))
        return true;
    if (sst_is_other_form(s, l) && !own_is_known(h, l->form_own))
        return true;
    if (may_have_other_subjects(h) && !own_is_known(h, l->subject_outweighed))
        return true;
    if (is_partly_aligned(h) && !own_is_known(h, l->partial_own))
        return true;
    if (may_be_retold_notice(h) && !own_is_known(h, l->retold_own))
        return true;
    if (is_stub(h) && !(own_is_known(h, l->stub_weak_own) && own_is_known(h, l->stub_inside)))
        return true;
    return subject_is_lost(s, l->subject_weak_lost) &&
           !(own_is_known(h, l->subject_weak_outweighed) &&
             own_is_known(h, l->subject_outweighed_runs) && own_is_known(h, l->subject_outweighed));
}

/* Weighs only where the blocks leave it open. */
static sst_status weigh_if_asked(hearing *h, sst_error *error)
{
    if (h->verdict->weighed || !own_is_open(h))
        return SST_OK;
    const sst_limits *l = &h->judge->limits;
    unsigned asked = l->subject_outweighed > l->stub_inside ? l->subject_outweighed
                                                            : l->stub_inside;
    sst_own_pair pair = own_pair(h);
    if (h->own_most < asked || !sst_own_is_at_least(&pair, asked))
        return weigh(h, error);
    h->own_least = asked;
    return SST_OK;
}

/* So much of a text is formula, by the sample, that its own text will hardly be found shared. */
static bool is_formula(const sst_judge_side *side)
{
    size_t places = sst_shingle_positions(side->token_count, SST_EVIDENCE_WIDTH);
    size_t counted = places < SST_EVIDENCE_ALL ? places : places / SST_EVIDENCE_RATE;
    return reaches(side->common_count, counted, FORMULA_PART);
}

/* Whether enough own text is shared to go on; otherwise the verdict stands. Reprints are near and
 * are aligned first, formula text is weighed first: either way, the other is seldom asked. */
static sst_status hear_evidence(hearing *h, bool *settled, sst_error *error)
{
    unsigned asked = own_asked_by_days(h);
    sst_status status = SST_OK;
    if (is_formula(h->a) && is_formula(h->b)) {
        status = weigh(h, error);
        *settled = status == SST_OK && settle_by_evidence(h);
        if (status != SST_OK || *settled)
            return status;
    }
    status = align_near(h, error);
    if (status != SST_OK)
        return status;
    if (h->own_least >= asked)
        h->verdict->weighed = false; /* one rule for both ways */
    else if (!h->verdict->weighed)
        status = weigh(h, error);
    *settled = status == SST_OK && settle_by_evidence(h);
    return status;
}

static sst_status hear(hearing *h, sst_error *error)
{
    bool settled = false;
    memset(h->verdict, 0, sizeof *h->verdict);
    if (settle_by_overlap(h))
        return SST_OK;
    sst_status status = hear_evidence(h, &settled, error);
    if (status != SST_OK || settled)
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
