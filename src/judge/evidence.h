/* How much of two stories' own text is shared, formula text left out.
 *
 * Formula text (the closing report, the weather bulletin, the congratulation cable) comes back
 * week after week, while a wire story is reprinted thirty times within two days: the clock that
 * tells them apart is days, not documents. A word 4-shingle is common when it was seen on
 * SST_EVIDENCE_COMMON_DAYS different days (an undated group of equal texts counts as a day of
 * its own). Days are counted for a sample of shingles only; a shingle that was not sampled takes
 * the status of the nearest sampled one of its kind (shared or not) in its own text, because
 * formula text is contiguous. */
#ifndef JUDGE_EVIDENCE_H
#define JUDGE_EVIDENCE_H

#include "base/hash.h"
#include "base/status.h"

enum {
    SST_EVIDENCE_WIDTH = 4,       /* tokens of a shingle here */
    SST_EVIDENCE_RATE = 8,        /* counted: one hash of eight ... */
    SST_EVIDENCE_ALL = 128,       /* ... or all of a story with fewer distinct shingles */
    SST_EVIDENCE_COMMON_DAYS = 5, /* days on which a common shingle was seen, at least */
};

/* The largest hash that is counted in every story. */
#define SST_EVIDENCE_SAMPLED (UINT64_MAX / SST_EVIDENCE_RATE)

/* True when a story of `distinct` different 4-shingles has its shingle `hash` counted. */
static inline bool sst_evidence_is_counted(uint64_t hash, size_t distinct)
{
    return distinct < SST_EVIDENCE_ALL || hash <= SST_EVIDENCE_SAMPLED;
}

/* One story as evidence: its tokens, and those of its counted 4-shingles that are common, sorted
 * ascending, without repeats. `key` is equal for equal tokens only, or 0: what was found of a text
 * with a key is remembered for its next pairs. */
typedef struct sst_evidence_text {
    const uint32_t *tokens;
    size_t token_count;
    const uint64_t *common;
    size_t common_count;
    sst_hash128 key;
} sst_evidence_text;

/* Distinct 4-shingles in half units (a shingle between a common and an own sample counts half).
 * `own` is text that is not formula. Mirrored when the texts are swapped. */
typedef struct sst_evidence {
    uint32_t a_count, b_count;   /* distinct shingles, whole units */
    uint32_t shared;             /* distinct shingles of both, whole units */
    uint32_t own_halves;         /* own shingles of the story that has fewer */
    uint32_t own_shared_halves;  /* of them, shared */
    uint32_t common_halves;      /* formula among the shared shingles of that story */
    uint32_t runs;               /* stretches of consecutive shared shingles in that story */
    uint32_t longest_run;        /* shingles of the longest */
} sst_evidence;

typedef struct sst_weigher sst_weigher;

/* Scratch for one thread; grows to the largest pair it has seen. */
sst_status sst_weigher_create(sst_weigher **weigher, sst_error *error);
void sst_weigher_free(sst_weigher *weigher);

/* Weighs two texts, linear in their length; cheapest where the first is that of the pair before and
 * the second was met lately. Fails with SST_MEMORY, and with SST_LIMIT for texts
 * of 2^30 tokens or more. */
sst_status sst_weigh(sst_weigher *weigher, const sst_evidence_text *a,
                     const sst_evidence_text *b, sst_evidence *evidence, sst_error *error);

#endif
