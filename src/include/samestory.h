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
 * - After fork the child sets `threads` to 1 when the parent has used more: the threads of OpenMP
 *   stay behind, and would be waited for.
 * - No other pointer may be NULL, also where a result is not wanted, unless the call says so.
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
    X(CANCELLED, "cancelled")                                                                  \
    X(GONE, "taken down")

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
 * returns the length it would have had, as snprintf does. One line that is safe on a terminal:
 * control characters, also of text direction, and broken UTF-8 are written as '?'. */
SST_API int sst_error_format(const sst_error *error, char *text, size_t size);

/* ---- 2  Shared values -------------------------------------------------------------------- */

/* Where results go: called with whole lines or larger pieces, in order, from one thread.
 * Anything but SST_OK stops the job and is passed on; `error` is that of the running call, so it may
 * be NULL. */
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

/* Normalises and cuts `text` (at most 2^31 bytes) into tokens: NFKC_Casefold (The Unicode Standard,
 * 3.13, of sst_unicode_version), digits of every script to 0-9, orthographic folding by script,
 * maximal runs of letters, marks and numbers, and overlapping 4-character grams where a script is
 * written without spaces. Broken UTF-8 is SST_INPUT with the offset. `*tokens` belongs to the
 * tokenizer and lives until its next run or free. */
SST_API sst_status sst_tokenizer_run(sst_tokenizer *tokenizer, const char *text, size_t size,
                                     const sst_token **tokens, size_t *count, sst_error *error);

/* The 64-bit hash of each run of `width` consecutive tokens (Broder 1997), in text order, repeats
 * kept; `width` 0 gives none. A text of fewer tokens than `width`, but at least one, has one shingle
 * of all of them. Writes at most `count` hashes to `shingles`; returns how many. */
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
    unsigned threads;     /* 1 to 256; 0: as many as the process may use */
    uint64_t memory;      /* bytes, at least 64 MiB; 0: half of the machine's */
    const char *tmp;      /* folder for spilled data; NULL: TMPDIR or /tmp */
    const char *preset;   /* a name of sst_preset_names or NULL */
    const sst_field *fields;
    size_t field_count;
    sst_format format;
    uint64_t max_record;  /* bytes of one line, at least 8; default 64 MiB */
    bool keep_input;      /* input will be read again (write_unique, write_tokens, compare, report):
                             keep what comes only once, standard input and pipes, in tmp */
    bool clusters_only;   /* judge no pair that changes no cluster; the pairs are not complete */
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
 * every story. Bad records are noted and skipped; a compressed file that breaks off is noted as
 * one, unless nothing else could be read: then that is the error. May be called once. */
SST_API sst_status sst_corpus_read(sst_corpus *corpus, const char *const *files, size_t count,
                                   sst_error *error);

/* Finds, verifies and judges the pairs, and makes the clusters. */
SST_API sst_status sst_corpus_match(sst_corpus *corpus, sst_error *error);

/* The lines of `samestory cluster`, largest first (with `singletons` clusters of one, too), and
 * `pairs`, a < b, sorted; and the input lines that `unique` keeps, unchanged:
 *   {"cluster","canonical","size","members":[{"id","relation","to","jaccard","contained"}]}
 *   {"a","b","relation","jaccard","a_in_b","b_in_a"}
 * Of pages unique writes the stories in the form that sst_archive_filter describes.
 * Need sst_corpus_match, pairs without clusters_only, unique keep_input where input comes once.
 * `relations` and `drop` are bit sets, 1u << sst_relation. */
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
    uint64_t pairs[SST_RELATION_COUNT]; /* of stories, judged */
    uint64_t unjudged; /* verified pairs of texts that were not, with clusters_only */
    uint64_t same_story_pairs;
    uint64_t clusters, clustered_stories, largest_cluster;
    uint64_t capped_buckets, largest_bucket;
    uint64_t spilled_bytes;
    double seconds_read, seconds_bands, seconds_samples, seconds_verify, seconds_judge,
        seconds_cluster, seconds_write;
    /* Thread seconds inside reading; a sketch includes its shingles. */
    double cpu_parse, cpu_clean, cpu_tokenise, cpu_sketch;
} sst_summary;

SST_API void sst_corpus_summary(const sst_corpus *corpus, sst_summary *summary);

/* ---- 7  Looking at one pair, one page, a gold file ------------------------------------------------ */

/* How a stretch of two texts relates. */
#define SST_PASSAGE_MAP(X)                                                                     \
    X(SHARED, "shared")   /* the same words, in the same order */                              \
    X(MOVED, "moved")     /* the same words at another place; listed once on each side */      \
    X(CHANGED, "changed") /* other words in the same place */                                  \
    X(LEFT, "left")       /* only in a */                                                      \
    X(RIGHT, "right")     /* only in b */

typedef enum sst_passage_kind {
#define SST_PASSAGE_ENUM(name, text) SST_PASSAGE_##name,
    SST_PASSAGE_MAP(SST_PASSAGE_ENUM)
#undef SST_PASSAGE_ENUM
} sst_passage_kind;

/* "shared", "moved" ...; "unknown" outside the list. */
SST_API const char *sst_passage_name(sst_passage_kind kind);

/* Bytes [a_begin, a_end) of text a and [b_begin, b_end) of text b; an absent side is empty. The
 * passages of a comparison stand in reading order and cover both texts. Borders lie between
 * words, so never inside a character. */
typedef struct sst_passage {
    sst_passage_kind kind;
    uint32_t a_begin, a_end, b_begin, b_end;
} sst_passage;

/* What was found out about two stories. Everything belongs to the comparison. */
typedef struct sst_comparison {
    const char *id_a, *id_b; /* terminated; names for a person */
    const char *text_a, *text_b; /* what was compared: cleaned bodies, terminated */
    size_t size_a, size_b;
    sst_relation relation;
    const char *rule;     /* name of the rule that decided: "figures-changed" */
    const char *sentence; /* the same for a person */
    const char *stage;    /* NULL for a pair of the corpus; else which stage stopped it, or that
                             the two texts were compared alone */
    uint32_t shingles_a, shingles_b, shared; /* distinct 3-shingles */
    double own;               /* share of own text that is shared, formula text left out */
    uint32_t figures_same, figures_changed; /* aligned tokens with digits; replaced in place */
    uint32_t edits, runs, longest_run;      /* of the alignment, in tokens */
    const sst_passage *passages;
    size_t passage_count;
} sst_comparison;

SST_API void sst_comparison_free(sst_comparison *comparison);

/* Compares two texts by their structure alone: no dates, no formula text of a corpus is known. */
SST_API sst_status sst_compare_texts(const char *id_a, const char *text_a, size_t size_a,
                                     const char *id_b, const char *text_b, size_t size_b,
                                     sst_comparison **comparison, sst_error *error);

/* Compares two stories of a matched corpus, as it sees them (needs keep_input when they came from
 * standard input). SST_NOT_FOUND names the id. */
SST_API sst_status sst_corpus_compare(sst_corpus *corpus, const char *id_a, const char *id_b,
                                      sst_comparison **comparison, sst_error *error);

/* What `samestory report` writes: one HTML file that an editor opens. */
typedef struct sst_report_options {
    const char *title;   /* heading of the page; never NULL */
    int64_t now;         /* the date that is printed; SST_NO_TIME: none */
    uint64_t text_bytes; /* budget for texts of stories, default 20 MiB: pairs to review first,
                            then clusters, the newest and largest first */
} sst_report_options;

SST_API sst_report_options sst_report_options_default(void);

/* Writes the report of a matched corpus (needs keep_input when stories came from standard input:
 * titles and texts are read again). The file is complete in itself and asks for nothing; the same
 * stories and options give the same bytes. `options` NULL: the defaults. */
SST_API sst_status sst_corpus_report(sst_corpus *corpus, const sst_report_options *options,
                                     sst_sink sink, sst_error *error);

/* One line of JSON: relation, rule, numbers, passages with their texts. */
SST_API sst_status sst_comparison_write(const sst_comparison *comparison, sst_sink sink,
                                        sst_error *error);

/* The lines of `samestory split`: the stories in raw pages (a page a file, or JSONL with a `page`
 * field), or with `explain` the role of every line and its reason. What recurs on the pages of a
 * source is learned first, so files are read twice. */
SST_API sst_status sst_split(const sst_options *options, const char *const *files, size_t count,
                             bool explain, sst_sink sink, sst_error *error);

/* Scores the engine on judged pairs. `gold` has lines set TAB id_a TAB id_b TAB label TAB conf TAB
 * why; each file is one corpus and the set of its base name up to the first dot. Writes precision,
 * recall and F1 of "same story" by set and over all, the matrix of labels and relations, cluster
 * scores where records carry a `cluster` field, and with `wrong` the pairs that were missed with
 * the rule that decided. SST_NOT_FOUND names ids that are not in their file, or says that
 * no pair is of the files given. */
SST_API sst_status sst_eval(const sst_options *options, const char *gold,
                            const char *const *files, size_t count, bool wrong, sst_sink sink,
                            sst_error *error);

/* ---- 8  The archive --------------------------------------------------------------------------- */

/* One SQLite file that keeps every story it was asked about, with the answer. One writer at a
 * time over all processes, any number of readers. A story that was answered is on disk. */
typedef struct sst_archive sst_archive;

/* The answer for an arriving story. */
#define SST_ANSWER_MAP(X)                                                                      \
    X(NEW, "new")             /* nothing before it tells this story */                         \
    X(IDENTICAL, "identical") /* relation to the best earlier story … */                       \
    X(COPY, "copy")                                                                            \
    X(UPDATE, "update")       /* … also when it contains an earlier excerpt of itself */       \
    X(EXCERPT, "excerpt")                                                                      \
    X(REVISED, "revised")     /* another content under a known id */

typedef enum sst_answer {
#define SST_ANSWER_ENUM(name, text) SST_ANSWER_##name,
    SST_ANSWER_MAP(SST_ANSWER_ENUM)
#undef SST_ANSWER_ENUM
        SST_ANSWER_COUNT
} sst_answer;

/* "new", "identical" …; "unknown" outside the list. */
SST_API const char *sst_answer_name(sst_answer answer);
/* Finds an answer by its name; false when there is none. */
SST_API bool sst_answer_parse(const char *name, size_t size, sst_answer *answer);

typedef struct sst_archive_options {
    double threshold, recall; /* 0: as the archive was made; .5 and .98 for a new one */
    bool create;              /* make the archive when there is none */
    bool read_only;           /* only sst_archive_ask with `check`, _write_, _verify, _report */
    bool no_text;             /* a new archive keeps no texts: overlaps are then estimated */
    unsigned threads;         /* 0: as many as the process may use */
    uint64_t memory;          /* bytes for caches; 0: a quarter of the machine's */
    int64_t now;              /* seconds; SST_NO_TIME: the clock, read at every call */
    int64_t window;           /* seconds: older stories are not matched; 0: no limit */
    double wait;              /* seconds to wait for another writer, default 30 */
    sst_format format;        /* of what sst_archive_filter reads */
    const char *preset;       /* these name the fields of the input: of stories, or of pages */
    const sst_field *fields;
    size_t field_count;
    uint64_t max_record;      /* bytes of one line, at least 8; default 64 MiB */
    const char *cues;         /* file that extends the page cues, or NULL */
    /* Called when another writer holds the archive for more than a second; may be NULL. */
    void (*waiting)(void *context, const char *message);
    void *context;
} sst_archive_options;

SST_API sst_archive_options sst_archive_options_default(void);

/* Strings of the options must outlive the archive. SST_NOT_FOUND without `create`, SST_FORMAT for
 * a file that is no archive or that a newer version wrote, SST_SETTINGS when threshold, recall,
 * texts or the Unicode version differ (`rebuild` changes them), SST_BUSY after `wait`. Takes the
 * same time for any size. */
SST_API sst_status sst_archive_open(const char *path, const sst_archive_options *options,
                                    sst_archive **archive, sst_error *error);
SST_API void sst_archive_close(sst_archive *archive);
/* The time that ages are counted from: option `now`, or the clock. */
SST_API int64_t sst_archive_now(const sst_archive *archive);

/* One input line: a JSON object, without newline. */
typedef struct sst_question {
    const char *line;
    size_t size;
    bool check; /* answer only, do not add */
} sst_question;

typedef struct sst_reply {
    sst_status status; /* SST_OK; SST_INPUT or SST_LIMIT: a bad record; SST_GONE: taken down */
    sst_answer answer;
    bool known;       /* the content had been answered before under its id */
    const char *line; /* the question's object with member "samestory" added, and a newline; */
    size_t size;      /* lives until the next call */
    sst_error error;  /* when status is not SST_OK */
} sst_reply;

/* Answers a batch in one transaction, as if one by one in order, and adds what is new. When it
 * returns SST_OK all answers are durable; otherwise nothing was added and no reply is filled. A
 * content that is known under its id gets the answer it got before, and changes nothing. */
SST_API sst_status sst_archive_ask(sst_archive *archive, const sst_question *questions,
                                   size_t count, sst_reply *replies, sst_error *error);

/* `samestory filter`: files in, the same lines out with the answer added. SST_INPUT, and nothing is
 * added, when a file of stories has no text field at all, or its first hundred lack one of `fields`.
 * Of pages (option `format` of the archive) a line for each of their stories comes out: the main
 * story, named as the page, then each occurrence of a teaser's headline, PAGE#LINE, with "role",
 * "title", "text", "credit", "page", and the "url", "source", "published" and "lang" of the page
 * where it has them. */
typedef struct sst_filter_options {
    unsigned only;    /* bit set 1u << sst_answer: pass these lines unchanged, drop the rest; 0:
                         print all with the answer */
    size_t batch;     /* most stories of one transaction, 0: 8192; never changes an answer.
                         A pipe that pauses for 2 ms, or has given lines for 50, gets an answer
                         to what is there */
    /* Called, with the sink's context, when the answers to a batch are written: for a sink that
     * holds back. May be NULL. */
    sst_status (*flush)(void *context, sst_error *error);
    bool dry_run;     /* answer as if, change nothing; holds the archive meanwhile */
    sst_sink rejects; /* bad lines, unchanged; write NULL: dropped */
    void (*note)(void *context, sst_note_kind kind, const sst_error *error);
    bool (*progress)(void *context, const sst_progress *progress);
    void *context;
} sst_filter_options;

typedef struct sst_filter_summary {
    uint64_t records, bad, known, answers[SST_ANSWER_COUNT];
    double seconds;
} sst_filter_summary;

/* Bad records and files that break off: as sst_corpus_read. */
SST_API sst_status sst_archive_filter(sst_archive *archive, const char *const *files,
                                      size_t count, const sst_filter_options *options,
                                      sst_sink sink, sst_filter_summary *summary,
                                      sst_error *error);

/* One JSON object and a newline. SST_NOT_FOUND, or SST_GONE for a story that was taken down.
 *   story    {"id","source","published","first_seen","title","tokens","cluster","verdict",…}
 *   cluster  {"cluster","size","members":[{"id","verdict",…}]}
 *   stats    counts, and bytes by table */
SST_API sst_status sst_archive_write_story(sst_archive *archive, const char *id, size_t size,
                                           sst_sink sink, sst_error *error);
SST_API sst_status sst_archive_write_cluster(sst_archive *archive, const char *id, size_t size,
                                             sst_sink sink, sst_error *error);
SST_API sst_status sst_archive_write_stats(sst_archive *archive, sst_sink sink,
                                           sst_error *error);

/* Takes a story down: all versions of its row, text and index entries go, a tombstone stays and
 * keeps the id from being taken in again. Once more changes nothing. SST_NOT_FOUND where no
 * story has the id and none was taken down under it. */
SST_API sst_status sst_archive_take_down(sst_archive *archive, const char *id, size_t size,
                                         sst_error *error);
/* Removes stories whose age (now - published, or - first seen) is above `seconds`; other writers
 * may work meanwhile. Clusters keep their ids. */
SST_API sst_status sst_archive_expire(sst_archive *archive, int64_t seconds, uint64_t *removed,
                                      sst_error *error);
/* Checks everything that can be checked; `problem` is called for each disagreement. */
SST_API sst_status sst_archive_verify(sst_archive *archive,
                                      void (*problem)(void *context, const char *message),
                                      void *context, uint64_t *problems, sst_error *error);
/* Makes the new archive `to` from the texts of `from`: sketches, keys and index are derived
 * again, with threshold and recall of `options` (0: as they were); ids, answers, clusters and
 * times stay. `to` must not exist; it is made as TO.part, and named when it is complete. SST_BUSY
 * when another rebuild still makes it after `wait`. */
SST_API sst_status sst_archive_rebuild(const char *from, const char *to,
                                       const sst_archive_options *options, uint64_t *stories,
                                       sst_error *error);

/* `samestory nightly`. The filter sees stories one by one; the night sees day counts, formula text
 * and late arrivals, and clusters the window as sst_corpus_match would from scratch: the same
 * clusters, relations and canonical stories, under the archive's ids. An id belongs to the story
 * that founded the cluster: a merge keeps the one founded first; after a split the part with the
 * founder (or, when it expired, with the story that came first) keeps it, another part takes its
 * canonical story's id. */
typedef struct sst_nightly_options {
    const char *out;  /* folder for clusters.jsonl, changes.jsonl and report.html, each under
                         .NAME.tmp until it is complete; NULL: none */
    int64_t window;   /* seconds: older stories keep their clusters; 0: no limit */
    int64_t keep;     /* seconds: older stories are removed first; 0: none */
    uint64_t memory;  /* bytes for comparing; 0: half of the machine's */
    const char *tmp;  /* folder for spilled data, as in sst_options */
    const char *sources; /* --sources FILE, as in sst_options */
    void (*note)(void *context, sst_note_kind kind, const sst_error *error);
    bool (*progress)(void *context, const sst_progress *progress);
    void *context;
} sst_nightly_options;

typedef struct sst_nightly_summary {
    int64_t night;          /* 1, 2 …; when nothing was new, the last one */
    bool unchanged;         /* nobody wrote since the last night, and there was nothing to do */
    uint64_t stories;       /* in the window */
    uint64_t arrived;       /* of them, since the last night */
    uint64_t prepared;      /* of them, whose text had to be read */
    uint64_t removed;       /* stories that left the archive since the last night */
    uint64_t candidates;    /* pairs proposed */
    uint64_t counted;       /* of them, whose overlap was counted tonight */
    uint64_t verified;      /* pairs judged */
    uint64_t pairs[SST_RELATION_COUNT]; /* of stories, by relation */
    uint64_t clusters, clustered_stories, largest_cluster;
    uint64_t moved;         /* stories whose cluster id changed */
    uint64_t merged, split, renamed, expired; /* clusters, since the last night */
    uint64_t problems;      /* that the integrity check found */
    double seconds, seconds_expire, seconds_load, seconds_prepare, seconds_candidates,
        seconds_verify, seconds_judge, seconds_cluster, seconds_keep, seconds_plan,
        seconds_merge, seconds_check, seconds_write;
    double longest_lock;    /* seconds that other writers had to wait at most */
} sst_nightly_summary;

/* One night. SST_BUSY at once when another night is at work, naming its process. May run beside
 * filters and servers, which wait for one short transaction at most; may be killed at any moment:
 * the next run finishes what was begun and writes the same files. A run that finds nothing new
 * changes nothing and writes the files of the last night again. SST_SETTINGS without stored
 * texts; SST_FORMAT when the integrity check finds problems: then no file is written. */
SST_API sst_status sst_archive_nightly(sst_archive *archive, const sst_nightly_options *options,
                                       sst_nightly_summary *summary, sst_error *error);

/* The report of the archive as it is, its window clustered as the next night would do it: the page
 * that sst_corpus_report writes of the same stories. Changes nothing:
 * `read_only` is enough. `out` and `keep` of `window` are not looked at; `options` NULL: the
 * defaults. SST_SETTINGS without stored texts. */
SST_API sst_status sst_archive_report(sst_archive *archive, const sst_nightly_options *window,
                                      const sst_report_options *options, sst_sink sink,
                                      sst_nightly_summary *summary, sst_error *error);

/* SST_OK when the archive can be written; SST_READ_ONLY or SST_FULL with the reason: a failed
 * fsync, or less than 1 % and 256 MiB free. */
SST_API sst_status sst_archive_writable(const sst_archive *archive, sst_error *error);

#ifdef __cplusplus
}
#endif

#endif
