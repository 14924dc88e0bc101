/* The judge: what two verified stories are to each other.
 *
 * Overlap finds candidates and cannot decide: edited copies span Jaccard .3 to .94, template
 * twins with other facts reach .94. The judge asks, in this order and without knowing a
 * language:
 *   1  how much of their own text (formula text left out, evidence.h) do they share?
 *   2  did the figures, the names, the subject change in place (signs.h)? Then it is a template.
 *   3  is one a stub that only stands inside the other, and about something else?
 *   4  how do lengths and coverage name what is left: copy, update, excerpt, partial?
 * Each answer carries the rule that gave it. The numbers are in limits.h, with what they were
 * measured on. */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include "base/story.h"
#include "judge/evidence.h"
#include "judge/limits.h"
#include "judge/signs.h"

/* No usable day. */
#define SST_NO_DAY INT64_MIN

/* The rules: name for programs, and the sentence that `compare` prints. */
#define SST_RULE_MAP(X)                                                                        \
    X(EQUAL_TEXT, "equal-text", "the texts are equal, word for word")                          \
    X(NEAR_EQUAL, "near-equal", "nearly every passage is the same")                            \
    X(NOTHING_SHARED, "nothing-shared", "no passage is shared")                                \
    X(LITTLE_SHARED, "little-shared", "too little text is shared")                             \
    X(FORMULA_SHARED, "formula-shared", "what is shared is formula text, seen on many days")   \
    X(FURNITURE_SHARED, "furniture-shared",                                                    \
      "what is shared is one block of text that stands under many stories")                    \
    X(PASSAGES_SHARED, "passages-shared", "passages are shared, most of the text is not")      \
    X(DAYS_APART, "days-apart", "too little own text is shared for stories days apart")        \
    X(FIGURES_CHANGED, "figures-changed", "the figures differ where the texts agree")          \
    X(NAMES_CHANGED, "names-changed", "the names differ wherever the texts agree")             \
    X(SUBJECT_CHANGED, "subject-changed",                                                      \
      "each story lacks what the other one is about, by its title")                            \
    X(STUB_INSIDE, "stub-inside", "a stub stands inside a story about something else")         \
    X(OTHER_LEAD, "other-lead", "another lead and much own text around shared passages")       \
    X(SHORTER_INSIDE, "shorter-inside", "the shorter text lies nearly wholly in the longer")   \
    X(FIGURE_UPDATED, "figure-updated", "the same report with a changed figure")               \
    X(PARTLY_REWRITTEN, "partly-rewritten", "the same report, partly rewritten")               \
    X(MOSTLY_SAME, "mostly-same", "one text is mostly the other")

typedef enum sst_rule {
#define SST_RULE_ENUM(name, text, sentence) SST_RULE_##name,
    SST_RULE_MAP(SST_RULE_ENUM)
#undef SST_RULE_ENUM
        SST_RULE_COUNT
} sst_rule;

/* "mostly-same", and "one text is mostly the other"; "unknown" outside the list. */
const char *sst_rule_name(sst_rule rule);
const char *sst_rule_sentence(sst_rule rule);

/* One story before the judge. Nothing is copied; all of it must live through the call. */
typedef struct sst_judge_side {
    const uint32_t *tokens, *title; /* token hashes, bit 0: holds a decimal digit */
    size_t token_count, title_count;
    int64_t day; /* days since 1970-01-01 UTC, or SST_NO_DAY */
    /* The story's counted 4-shingles that are common (evidence.h): sorted, without repeats. */
    const uint64_t *common;
    size_t common_count;
    sst_hash128 key; /* equal for equal tokens only, or 0: unknown, which costs time */
} sst_judge_side;

/* The answer and the numbers behind it; _a and _b mirror when the stories are swapped. */
typedef struct sst_verdict {
    sst_relation relation;
    sst_rule rule;
    bool weighed; /* `own` and `evidence` are filled; not when the alignment says enough */
    bool aligned; /* `signs` are filled as far as the rules ask, all of them to explain */
    double own;   /* share of the own text of the story with less of it that is shared, 0 to 1,
                     drawn to 0 where that is only a few shingles */
    sst_evidence evidence;
    sst_signs signs;
} sst_verdict;

typedef struct sst_judge sst_judge;

/* Scratch for one thread; grows to the largest pair it has seen. */
sst_status sst_judge_create(sst_judge **judge, sst_error *error);
void sst_judge_free(sst_judge *judge);

/* The limits that a new judge has; others, for measuring only. */
sst_limits sst_judge_limits(void);
void sst_judge_limit(sst_judge *judge, const sst_limits *limits);

/* Judges a pair whose overlap of distinct 3-shingles is known. Equal token streams are
 * identical; what many titles over one text mean is for the caller to decide before. A pure
 * function of its arguments. Fails with SST_MEMORY, and with SST_LIMIT for texts of 2^30 tokens
 * or more. */
sst_status sst_judge_pair(sst_judge *judge, const sst_judge_side *a, const sst_judge_side *b,
                          const sst_overlap *overlap, sst_verdict *verdict, sst_error *error);

/* The same, and always aligned: for `compare` and reports. The blocks belong to the judge until
 * its next pair. */
sst_status sst_judge_explain(sst_judge *judge, const sst_judge_side *a, const sst_judge_side *b,
                             const sst_overlap *overlap, sst_verdict *verdict,
                             const sst_block **blocks, size_t *block_count, sst_error *error);

#endif
