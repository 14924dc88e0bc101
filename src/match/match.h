/* From sketches and tokens to verified pairs: the batch engine.
 *
 * Texts are numbered 0 .. count-1 in rank order (base rule of the project: every choice that needs
 * an order uses the rank), each text once: stories with equal bodies share a text. The first
 * channel finds pairs of high Jaccard by bands of the sketch; texts under 20 shingles are also
 * joined whole; the second channel finds shared passages by sampled 4-shingles. Every pair that is
 * returned was verified on the full shingle sets. Results depend on the texts and `threshold`,
 * `recall`, `samples` only. */
#ifndef MATCH_MATCH_H
#define MATCH_MATCH_H

#include "base/pool.h"
#include "base/story.h"
#include "sketch/sketch.h"

/* ---- Input ---- */

/* All arrays belong to the caller, are indexed by text and stay unchanged during the run. */
typedef struct sst_match_texts {
    size_t count;                  /* at most 2^31 - 1 */
    const sst_pool *tokens;        /* sealed: 32-bit token hashes of the bodies */
    const uint64_t *token_offset;  /* of the text's first token, in `tokens` */
    const uint32_t *token_count;
    const uint32_t *shingle_count; /* distinct 3-shingles; 0 only for a text without tokens */
    const sst_pool *sketches;      /* sealed: rows of SST_SKETCH_SLOTS uint16_t */
    const uint64_t *sketch_offset; /* of the text's row; rows are read best in rising order */
    const uint8_t *headline;       /* texts pair only with texts of the same value; NULL: all 0 */
    /* Days since 1970 of the stories that carry the text, distinct:
     * days[day_begin[t] .. day_begin[t + 1]). Empty: no story of it is dated. */
    const uint32_t *day_begin;     /* count + 1 */
    const int32_t *days;
    /* Number of the source of the text's first story, SST_MATCH_NO_SOURCE: none. NULL: of none. */
    const uint32_t *source;
} sst_match_texts;

#define SST_MATCH_NO_SOURCE UINT32_MAX

/* Overlaps that were counted before: an overlap belongs to two texts whatever else is there, so
 * what an earlier run counted need not be counted again. Results do not depend on it. */
enum { SST_MATCH_UNCOUNTED = -1 };
typedef struct sst_match_memory {
    /* Shared 3-shingles of texts a < b, or SST_MATCH_UNCOUNTED. Thread-safe. */
    int64_t (*recall)(void *context, uint32_t a, uint32_t b);
    /* Two texts share so many; called for every candidate, recalled ones too, by one thread. */
    sst_status (*keep)(void *context, uint32_t a, uint32_t b, uint32_t shared,
                       sst_error *error);
    void *context;
} sst_match_memory;

typedef struct sst_match_options {
    double threshold; /* Jaccard of the first channel, in (0, 1) */
    double recall;    /* of the bands at the threshold, in (0, 1) */
    bool samples;     /* run the second channel */
    unsigned threads; /* at least 1 */
    uint64_t memory;  /* bytes the run may use beside its input and result; a target: below about
                         64 bytes a text it uses what it needs */
    const char *tmp;  /* folder for spilled postings; NULL as for sst_pool_create */
    const sst_match_memory *counted; /* NULL: every candidate is counted */
    /* Called now and then by the calling thread; anything but SST_OK ends the run. May be NULL.
     * Stages: "bands", "verify", "samples". */
    sst_status (*progress)(void *context, const char *stage, double fraction, sst_error *error);
    void *context;
} sst_match_options;

/* ---- Result ---- */

/* The 4-shingles that stand on many days (or, without dates, in many different texts), and those
 * that stand in many different texts of one source and in few others: its furniture. Immutable;
 * queries are thread-safe. */
typedef struct sst_match_days sst_match_days;

/* Clocks of a common shingle, at least: distinct days of the dated texts that have it, plus its
 * undated texts. */
enum { SST_MATCH_COMMON_DAYS = 5 };
/* Groups of near-equal texts of one source that share its furniture, at least; and they are half of
 * all groups that have it. An outlet retells one story less often. */
enum { SST_MATCH_FURNITURE_GROUPS = 8 };

/* Keeps those of some sampled 4-shingles that are common, in their order; none with `days` NULL.
 * Returns how many. */
size_t sst_match_keep_common(const sst_match_days *days, uint64_t *shingles4, size_t count);
void sst_match_days_free(sst_match_days *days);

typedef struct sst_match_counts {
    uint64_t band_candidates;   /* distinct pairs proposed by bands, after the sketch filter */
    uint64_t short_candidates;  /* by whole sets of texts under 20 shingles */
    uint64_t sample_candidates; /* by sampled shingles, not proposed before */
    uint64_t verified;          /* pairs kept */
    uint64_t compared;          /* agreements of sketches computed: the work of the first channel */
    uint64_t shared_samples;    /* (text, text, sample) meetings counted: that of the second */
    uint64_t capped_buckets;    /* buckets and posting lists over their cap */
    uint64_t largest_bucket;    /* texts in the largest of them or of any bucket */
    uint64_t largest_kept;      /* pairs taken from that largest bucket */
    uint64_t day_shingles;      /* common shingles */
    uint64_t spilled_bytes;
    double seconds_bands, seconds_samples, seconds_verify;
} sst_match_counts;

typedef struct sst_match_result {
    sst_pair *pairs; /* numbers of texts, a < b, sorted by (a, b), each once */
    size_t pair_count;
    sst_match_days *days; /* NULL without the second channel */
    sst_match_counts counts;
} sst_match_result;

/* What makes a candidate a pair: Jaccard >= SST_MATCH_MIN_JACCARD per cent or larger containment
 * >= SST_MATCH_MIN_CONTAINMENT per cent, on distinct 3-shingles. Generous: the judge decides. */
enum { SST_MATCH_MIN_JACCARD = 20, SST_MATCH_MIN_CONTAINMENT = 25 };

/* Caps, constants of the method. A bucket (equal band keys) or posting list (equal shingle) of up
 * to _COMPLETE members proposes all its pairs; a larger one pairs each member with its first
 * _LEADERS members and with its _NEIGHBOURS predecessors in rank order. So does a bucket with more
 * than _FAMILY texts that stood in a larger one in an earlier band. */
enum {
    SST_MATCH_BUCKET_COMPLETE = 1024,
    SST_MATCH_BUCKET_FAMILY = 32,
    SST_MATCH_POSTING_COMPLETE = 256,
    SST_MATCH_LEADERS = 8,
    SST_MATCH_NEIGHBOURS = 4
};

/* Fills `result` (free with sst_match_result_free, also after a failure). */
sst_status sst_match_run(const sst_match_texts *texts, const sst_match_options *options,
                         sst_match_result *result, sst_error *error);
void sst_match_result_free(sst_match_result *result);

/* ---- One pair at a time: the archive's filter, `compare` ---- */

/* Scratch of one thread. */
typedef struct sst_overlap_table sst_overlap_table;

sst_status sst_overlap_table_create(sst_overlap_table **table, sst_error *error);
void sst_overlap_table_free(sst_overlap_table *table);

/* Takes the distinct 3-shingles of a text, replacing what was there. */
sst_status sst_overlap_lead(sst_overlap_table *table, const uint32_t *tokens, size_t count,
                            sst_error *error);
/* Distinct 3-shingles of the leader that `tokens` has, too. The leader stays. */
uint32_t sst_overlap_shared(sst_overlap_table *table, const uint32_t *tokens, size_t count);

/* Exact overlap of two texts: counts of a, of b, shared. Replaces the leader. */
sst_status sst_match_overlap(sst_overlap_table *table, const uint32_t *a, size_t a_count,
                             const uint32_t *b, size_t b_count, sst_overlap *overlap,
                             sst_error *error);
/* Whether an overlap is enough for a verified pair (SST_MATCH_MIN_...). */
bool sst_match_enough(const sst_overlap *overlap);

/* Sampled 4-shingles of a text (FracMinHash: Irber et al., bioRxiv 2022.01.11.475870): all of a
 * text with fewer than SST_MATCH_SAMPLE_ALL (repeats counted), else the one in
 * SST_MATCH_SAMPLE_RATE with the top three bits zero. In text order, repeats kept; `samples` has
 * room for `count` hashes. Returns how many. */
enum { SST_MATCH_SAMPLE_RATE = 8, SST_MATCH_SAMPLE_ALL = 128 };
size_t sst_match_samples(const uint32_t *tokens, size_t count, uint64_t *samples);
/* Whether a 4-shingle belongs to the class that every text samples. */
static inline bool sst_match_sampled(uint64_t shingle4)
{
    return shingle4 >> 61 == 0;
}

#endif
