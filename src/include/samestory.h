/* samestory: the same news story, told twice, found.
 *
 * This header is the manual of libsamestory. It follows the data: stories come in, become
 * tokens, shingles and sketches; bands and sampled shingles propose candidates; exact overlap
 * and the judge decide; verified relations make clusters.
 *
 *     1  status and errors          5  parameters of the first channel
 *     2  shared values              6  a corpus: the batch job
 *     3  text                       7  looking at one pair, one page, a gold file
 *     4  sketch                     8  the archive
 *
 * Rules that hold for every call unless it says otherwise:
 * - A call that can fail returns sst_status and, when it is not SST_OK, fills the sst_error it
 *   was given. The error may be NULL. Nothing is printed, no call exits or aborts on bad input.
 * - A handle (_create/_free, _open/_close) belongs to the caller and is used by one thread at a
 *   time; different handles never share state. _free and _close accept NULL.
 * - Text is UTF-8, sizes are bytes, times are seconds since 1970-01-01 UTC.
 * - Results depend on the stories and the options only: never on the number of threads, on the
 *   order of input where order has no meaning, on memory, on the machine.
 */
#ifndef SAMESTORY_H
#define SAMESTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__) || defined(__clang__)
#define SST_API __attribute__((visibility("default")))
#else
#define SST_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define SST_VERSION "0.1.0"

/* Version of the library that is linked, e.g. "0.1.0"; static storage. */
SST_API const char *sst_version(void);
/* Version of the Unicode data that normalisation was generated from, e.g. "15.0.0". */
SST_API const char *sst_unicode_version(void);

/* ---- 1  Status and errors ---------------------------------------------------------------- */

/* One list makes the enum and the names; sst_status_name gives the text on the right. */
#define SST_STATUS_MAP(X)                                                                      \
    X(OK, "ok")                                                                                \
    X(MEMORY, "out of memory")                                                                 \
    X(ARGUMENT, "invalid argument")                                                            \
    X(INPUT, "bad input")                                                                      \
    X(IO, "input/output error")                                                                \
    X(FULL, "no space left")                                                                   \
    X(LIMIT, "limit exceeded")                                                                 \
    X(BUSY, "busy")                                                                            \
    X(FORMAT, "damaged or foreign file")                                                       \
    X(SETTINGS, "settings differ")                                                             \
    X(NOT_FOUND, "not found")                                                                  \
    X(READ_ONLY, "read-only")                                                                  \
    X(CANCELLED, "cancelled")

typedef enum sst_status {
#define SST_STATUS_ENUM(name, text) SST_##name,
    SST_STATUS_MAP(SST_STATUS_ENUM)
#undef SST_STATUS_ENUM
} sst_status;

/* "out of memory" for SST_MEMORY, and so on; "unknown status" for a number outside the list. */
SST_API const char *sst_status_name(sst_status status);

enum { SST_ERROR_FILE_SIZE = 256, SST_ERROR_MESSAGE_SIZE = 512 };

/* What went wrong, for a person. `file` is empty and `line` is 0 where there is none; `line` is
 * 1-based, `offset` is a 0-based byte inside the line. The message says what failed, then the
 * remedy after "; ". Over-long names are cut in front with "...". */
typedef struct sst_error {
    sst_status status;
    uint64_t line;
    uint64_t offset;
    char file[SST_ERROR_FILE_SIZE];
    char message[SST_ERROR_MESSAGE_SIZE];
} sst_error;

/* Writes "FILE:LINE: MESSAGE" (parts that are absent left out) into `text`, always terminated;
 * returns the length it would have had, as snprintf does. */
SST_API int sst_error_format(const sst_error *error, char *text, size_t size);

/* ---- 2  Shared values -------------------------------------------------------------------- */

/* Where results go: called with whole lines or larger pieces, in order, from one thread.
 * Anything but SST_OK stops the job and is passed on. */
typedef struct sst_sink {
    sst_status (*write)(void *context, const char *bytes, size_t size, sst_error *error);
    void *context;
} sst_sink;

/* What two stories are to each other. The first four are "the same story". */
#define SST_RELATION_MAP(X)                                                                    \
    X(IDENTICAL, "identical") /* the same tokens */                                            \
    X(COPY, "copy")           /* one is mostly the other */                                    \
    X(UPDATE, "update")       /* same report, facts added or changed */                        \
    X(EXCERPT, "excerpt")     /* the shorter lies nearly wholly inside the longer */           \
    X(PARTIAL, "partial")     /* substantial shared passages, substantial own material */      \
    X(TEMPLATE, "template")   /* same formula, different facts: never merged */                \
    X(FURNITURE, "furniture") /* only page furniture is shared: never merged */                \
    X(DISTINCT, "distinct")   /* none of these */

typedef enum sst_relation {
#define SST_RELATION_ENUM(name, text) SST_RELATION_##name,
    SST_RELATION_MAP(SST_RELATION_ENUM)
#undef SST_RELATION_ENUM
        SST_RELATION_COUNT
} sst_relation;

/* "identical", "copy" …; "unknown" outside the list. */
SST_API const char *sst_relation_name(sst_relation relation);
/* Finds a relation by its name; false when there is none. */
SST_API bool sst_relation_parse(const char *name, size_t size, sst_relation *relation);
/* True for identical, copy, update, excerpt. */
SST_API bool sst_relation_same_story(sst_relation relation);

/* No usable time. */
#define SST_NO_TIME INT64_MIN

/* Reads a time: RFC 3339, "2024-02-29", "2024-02-29 23:59", RFC 822, seconds or (from 10^11)
 * milliseconds since 1970; UTC without a zone. SST_ARGUMENT when it is none of them. */
SST_API sst_status sst_time_parse(const char *text, int64_t *seconds, sst_error *error);
/* Reads a duration, a number of up to 9 digits and one of s, m, h, d, w: "90d", in seconds. */
SST_API sst_status sst_duration_parse(const char *text, int64_t *seconds, sst_error *error);

/* ---- 3  Text ------------------------------------------------------------------------------ */

/* One normalised word. `text` points into the tokenizer and lives until its next run or free. */
typedef struct sst_token {
    const char *text; /* normalised UTF-8, not terminated */
    uint32_t size;    /* bytes of text */
    uint32_t hash;    /* what is stored and compared; bit 0 is 1 when a decimal digit is inside */
    uint32_t begin;   /* where it stands in the original text: bytes [begin, end) */
    uint32_t end;
} sst_token;

typedef struct sst_tokenizer sst_tokenizer;

SST_API sst_status sst_tokenizer_create(sst_tokenizer **tokenizer, sst_error *error);
SST_API void sst_tokenizer_free(sst_tokenizer *tokenizer);

/* Normalises and cuts `text` (at most 2^31 bytes) into tokens: NFKC_Casefold (UAX #15, UTS #10
 * tables of sst_unicode_version), digits of every script to 0-9, orthographic folding by script,
 * maximal runs of letters, marks and numbers, and overlapping 4-character grams where a script
 * is written without spaces. Broken UTF-8 is SST_INPUT with the offset. `*tokens` belongs to the
 * tokenizer and lives until its next run or free. */
SST_API sst_status sst_tokenizer_run(sst_tokenizer *tokenizer, const char *text, size_t size,
                                     const sst_token **tokens, size_t *count, sst_error *error);

/* The 64-bit hash of each run of `width` consecutive tokens (Broder 1997), in text order,
 * repeats kept. A text of fewer tokens than `width`, but at least one, has one shingle of all of
 * them. Writes at most `count` hashes to `shingles`; returns how many. */
SST_API size_t sst_shingles(const uint32_t *token_hashes, size_t count, unsigned width,
                            uint64_t *shingles);

/* ---- 4  Sketch ---------------------------------------------------------------------------- */

enum { SST_SKETCH_SLOTS = 128, SST_SHINGLE_WIDTH = 3 };

/* The minima of a shingle set: Fast Similarity Sketching (Dahlgaard, Langhede, Houen, Thorup,
 * arXiv 1704.04370) with its late rounds replaced by k-mins rows for the slots still empty, 16
 * bits kept a slot (b-bit minwise hashing, Li and König 2010). Repeated shingles do not matter.
 * `count` must be at least 1: an empty set has no sketch, and false is returned. */
SST_API bool sst_sketch(const uint64_t *shingles, size_t count,
                        uint16_t sketch[SST_SKETCH_SLOTS]);

/* Unbiased estimate of the Jaccard similarity, corrected for chance agreement of 16-bit slots;
 * in [0, 1]; standard error about sqrt(J(1-J)/128). */
SST_API double sst_sketch_jaccard(const uint16_t a[SST_SKETCH_SLOTS],
                                  const uint16_t b[SST_SKETCH_SLOTS]);

/* ---- 5  Parameters of the first channel ----------------------------------------------------- */

/* `bands` groups of `rows` slots: a pair of Jaccard s shares at least one with probability
 * 1 - (1 - s^rows)^bands (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, ch. 3). More
 * bands find more pairs; more rows find fewer. */
typedef struct sst_bands {
    unsigned bands;
    unsigned rows;
} sst_bands;

/* The most selective bands (most rows) that 128 slots allow with probability >= `recall` at
 * Jaccard `threshold`. Both in (0, 1); SST_ARGUMENT when no choice reaches the recall. */
SST_API sst_status sst_bands_choose(double threshold, double recall, sst_bands *bands,
                                    sst_error *error);
SST_API double sst_bands_probability(sst_bands bands, double jaccard);

/* ---- 6  A corpus: the batch job --------------------------------------------------------------- */

/* How input is read. A wanted field is found under its own name unless `fields` renames it. */
typedef struct sst_field {
    const char *name; /* id, text, title, url, source, published, lang, page or cluster */
    const char *path; /* key in the record; dots descend: "source.name" */
} sst_field;

typedef enum sst_format { SST_FORMAT_JSONL, SST_FORMAT_PAGE } sst_format;

/* A message about one record or one part of the job that does not stop it. */
typedef enum sst_note_kind {
    SST_NOTE_BAD_RECORD, /* skipped; `error` says where and why */
    SST_NOTE_WARNING,    /* something to look at: a cap bit, a date was not understood */
} sst_note_kind;

typedef struct sst_progress {
    const char *stage;     /* "read", "bands", "samples", "verify", "judge", "cluster", "write" */
    uint64_t stories;      /* read so far */
    uint64_t bytes;        /* input bytes consumed so far, as stored (compressed) */
    uint64_t total_bytes;  /* 0 when unknown */
    double fraction;       /* of the stage, 0 to 1; negative when unknown */
} sst_progress;

typedef struct sst_options {
    double threshold;     /* Jaccard of the first channel, default 0.5 */
    double recall;        /* probability to propose a pair at the threshold, default 0.98 */
    unsigned threads;     /* 0: as many as the process may use */
    uint64_t memory;      /* bytes; 0: half of the machine's */
    const char *tmp;      /* folder for spilled data; NULL: TMPDIR or /tmp */
    const char *preset;   /* a name of sst_preset_names or NULL */
    const sst_field *fields;
    size_t field_count;
    sst_format format;
    uint64_t max_record;  /* bytes of one line, default 64 MiB */
    bool keep_input;      /* sst_corpus_write_unique will follow: keep standard input in tmp */
    bool no_samples;      /* leave the second channel out (benchmarks) */
    int64_t now;          /* seconds; SST_NO_TIME: the clock */
    const char *sources;  /* --sources FILE: name TAB source, or NULL */
    const char *cues;     /* file that extends the page cues, or NULL */
    sst_sink rejects;     /* bad and superseded input lines, unchanged; write NULL: dropped */
    /* Notes and progress, called from the calling thread; may be NULL. `progress` returns false
     * to cancel: the running call ends with SST_CANCELLED. */
    void (*note)(void *context, sst_note_kind kind, const sst_error *error);
    bool (*progress)(void *context, const sst_progress *progress);
    void *context; /* handed to note and progress */
} sst_options;

/* The defaults above. */
SST_API sst_options sst_options_default(void);
/* NULL-terminated names of the field presets: news-please, trafilatura, datatrove … */
SST_API const char *const *sst_preset_names(void);

typedef struct sst_corpus sst_corpus;

/* SST_ARGUMENT names the option that is out of range. Strings and arrays that the options point to
 * must outlive the corpus. */
SST_API sst_status sst_corpus_create(const sst_options *options, sst_corpus **corpus,
                                     sst_error *error);
SST_API void sst_corpus_free(sst_corpus *corpus);

/* Reads the files ("-" is standard input; .gz and .zst are recognised by content) and sketches
 * every story. Bad records are noted and skipped. May be called once. */
SST_API sst_status sst_corpus_read(sst_corpus *corpus, const char *const *files, size_t count,
                                   sst_error *error);

/* Finds, verifies and judges the pairs, and makes the clusters. */
SST_API sst_status sst_corpus_match(sst_corpus *corpus, sst_error *error);

/* The lines of `samestory cluster`, `pairs`, `unique` (DESIGN section 8). Need
 * sst_corpus_match; `relations` is a bit set, 1u << sst_relation. */
SST_API sst_status sst_corpus_write_clusters(sst_corpus *corpus, bool singletons, sst_sink sink,
                                             sst_error *error);
SST_API sst_status sst_corpus_write_pairs(sst_corpus *corpus, unsigned relations, sst_sink sink,
                                          sst_error *error);
SST_API sst_status sst_corpus_write_unique(sst_corpus *corpus, unsigned drop, sst_sink sink,
                                           sst_error *error);

/* The lines of `samestory tokens`: of every kept story, in input order, what is compared. With
 * `width` 0 the tokens (needs keep_input when standard input is read), else the distinct shingles
 * of that width as 16 hexadecimal digits, sorted. Need sst_corpus_read only. */
SST_API sst_status sst_corpus_write_tokens(sst_corpus *corpus, unsigned width, sst_sink sink,
                                           sst_error *error);

/* What was read and found; all counts of stories, pairs or bytes, times in seconds. */
typedef struct sst_summary {
    uint64_t bytes, records, stories, bad, repeated, superseded, empty, headlines, undated;
    uint64_t distinct_texts, candidates, sampled_candidates, verified, aligned;
    uint64_t pairs[SST_RELATION_COUNT];
    uint64_t same_story_pairs;
    uint64_t clusters, clustered_stories, largest_cluster;
    uint64_t capped_buckets, largest_bucket;
    uint64_t spilled_bytes;
    double seconds_read, seconds_bands, seconds_samples, seconds_verify, seconds_judge,
        seconds_cluster, seconds_write;
    /* Thread seconds inside reading. */
    double cpu_parse, cpu_clean, cpu_tokenise, cpu_shingle, cpu_sketch;
} sst_summary;

SST_API void sst_corpus_summary(const sst_corpus *corpus, sst_summary *summary);

#ifdef __cplusplus
}
#endif

#endif
