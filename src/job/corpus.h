/* The batch job's handle and its phases, in order:
 *
 *   ingest.c     files -> records -> stories, in parallel, entries in input order
 *   identity.c   one id is one story: repeated and superseded records leave
 *   rank.c       canonical order; equal texts share one text number
 *   equal.c      how far equal texts vouch; units of identical stories
 *   relate.c     candidates -> exact overlap -> relation, by texts
 *   group.c      relations of texts -> clusters of stories
 *   write_*.c    the lines of `cluster`, `pairs`, `unique`
 *
 * A story is an entry, in input order. Matching works on distinct texts, numbered in canonical
 * order of their first story. */
#ifndef JOB_CORPUS_H
#define JOB_CORPUS_H

#include "base/memory.h"
#include "base/pool.h"
#include "base/story.h"
#include "cluster/cluster.h"
#include "match/match.h"
#include "page/cues.h"

/* One story that was read. Kept small: millions of them stay in memory. */
typedef struct sst_entry {
    sst_hash128 key;       /* of the body's tokens */
    uint64_t content;      /* of title, NUL, text as given */
    uint64_t title_key;    /* of the title's tokens; 0 without any */
    uint64_t credit_key;   /* of the credit's tokens; 0 without one */
    int64_t published;     /* seconds, or SST_NO_TIME */
    uint64_t id_at;        /* offset in corpus.ids */
    uint64_t tokens_at;    /* offset in corpus.tokens: title tokens, then body tokens */
    uint32_t id_size;      /* bytes */
    uint32_t token_count;  /* body */
    uint32_t shingle_count;
    uint32_t row;          /* in corpus.sketches */
    uint32_t source;       /* number in corpus.sources, UINT32_MAX: none */
    uint32_t text_size;    /* bytes of the body as given, saturated */
    uint32_t line;         /* 1-based line of the record, saturated */
    uint16_t title_count;
    uint16_t file;         /* number in corpus.files */
    bool headline;         /* the title stands in for a missing text */
    bool dropped;          /* repeated or superseded */
    bool superseded;
} sst_entry;

/* Relation of two distinct texts. */
typedef struct sst_text_pair {
    uint32_t a, b; /* text numbers, a < b */
    sst_overlap overlap;
    uint8_t relation;
    uint8_t rule;
} sst_text_pair;

/* Names of sources, numbered as first seen in input order; the hash of a source's normalised
 * name, of its host's stem and of its lines in --sources is what a credit is looked up by. */
typedef struct sst_sources sst_sources;
/* Input that comes only once, kept because it is read twice (job/spool.h). */
typedef struct sst_spool sst_spool;

/* Takes a line of the input, `bytes` with the newline when there is one. */
typedef sst_status (*sst_line_taker)(void *context, uint32_t file, uint64_t line,
                                     const char *bytes, size_t size, sst_error *error);

/* How far the caller is. A phase that failed is not reached, and not begun again. */
typedef enum sst_corpus_phase {
    SST_CORPUS_MADE,
    SST_CORPUS_READING,
    SST_CORPUS_READ,
    SST_CORPUS_MATCHING,
    SST_CORPUS_MATCHED,
} sst_corpus_phase;

struct sst_corpus {
    sst_options options;
    char **files;
    size_t file_count;
    sst_sources *sources;
    sst_page_cues *cues;

    sst_entry *entries; /* input order */
    size_t entry_count, entry_capacity;
    uint64_t *labels; /* hash of the `cluster` field by entry, 0: none; NULL when nobody has one */
    size_t label_count, label_capacity;
    char *ids; /* id bytes, back to back */
    size_t ids_size, ids_capacity;
    sst_pool *tokens;   /* uint32_t token hashes */
    sst_pool *sketches; /* SST_SKETCH_SLOTS slots a row */
    sst_spool *spool;   /* what comes once, when it is read twice; else NULL */

    /* After sst_corpus_match. */
    uint32_t *rank;       /* entries in canonical order; stories without tokens left out */
    uint32_t rank_count;
    uint32_t *text_of;    /* by entry: text number, UINT32_MAX without tokens */
    uint32_t *text_begin; /* CSR: positions in text_member, text_count + 1 */
    uint32_t *text_member; /* entries by text, canonical order inside */
    uint8_t *text_kind;   /* enum sst_text_kind, by text */
    uint32_t text_count;
    sst_text_pair *pairs; /* sorted by (a, b) */
    size_t pair_count;
    sst_match_days *days; /* of 4-shingles; NULL without the second channel */

    uint32_t *unit_of;        /* by entry: its unit, UINT32_MAX without tokens */
    uint32_t *unit_head;      /* by unit: its canonical entry: one that others of it credit, or the
                                 first in rank */
    uint32_t *unit_credits;   /* by unit: for sst_corpus_credit_of */
    uint32_t unit_count;
    sst_edge *edges;          /* same-story relations of units */
    size_t edge_count;
    sst_membership *members;  /* by unit */

    /* The archive's night works on a corpus of stored stories (job/nightly.h). */
    const sst_match_memory *counted; /* overlaps known from earlier nights, or NULL */
    /* Hands over the lines of the stories in place of files. */
    sst_status (*replay)(void *context, sst_line_taker take, void *taker, sst_error *error);
    void *replay_context;
    const sst_slice *cluster_names;  /* by unit: id of the cluster it is canonical in; NULL: as
                                        its first story */

    sst_corpus_phase phase;
    sst_summary summary;
};

/* How far equal texts vouch for each other (job/equal.h). */
enum sst_text_kind {
    SST_TEXT_PLAIN,     /* equal text is the same story */
    SST_TEXT_SHORT,     /* under 20 shingles and several titles: same story under equal titles */
    SST_TEXT_FORMULA,   /* short, on many days: same story on one day under equal titles */
    SST_TEXT_FURNITURE, /* many titles: page furniture, same story under equal titles only */
    SST_TEXT_NOTHING,   /* a word or three without a text: never the same story */
};

enum {
    SST_SHORT_SHINGLES = 20,   /* below: compared as whole sets, titles are needed as evidence */
    SST_FURNITURE_TITLES = 5,  /* different titles over one text that make it furniture */
    SST_FURNITURE_DAYS = 5,    /* different days over one text that make it furniture or formula */
    SST_STAR_STORIES = 256,    /* more equal texts than this are written as a star */
    SST_SKETCH_BYTES = SST_SKETCH_SLOTS * sizeof(uint16_t),
};

/* Stories of one corpus: their numbers are 32 bits and signs of absence need room. */
#define SST_MAX_STORIES 2147483647u

static inline const char *sst_entry_id(const sst_corpus *corpus, const sst_entry *entry)
{
    return corpus->ids + entry->id_at;
}

/* Offset of the first body token in corpus.tokens. */
static inline uint64_t sst_entry_body_at(const sst_entry *entry)
{
    return entry->tokens_at + entry->title_count * sizeof(uint32_t);
}

/* The kept story of an id; NULL when there is none. Linear: for single questions. */
const sst_entry *sst_corpus_find(const sst_corpus *corpus, const char *id, size_t size);

/* The verified pair of two texts, in either order; NULL when there is none. */
const sst_text_pair *sst_corpus_pair_of(const sst_corpus *corpus, uint32_t a, uint32_t b);

/* Byte order of ids, the order of everything that is printed. */
int sst_entry_compare_ids(const sst_corpus *corpus, const sst_entry *a, const sst_entry *b);

sst_status sst_corpus_ingest(sst_corpus *corpus, sst_error *error);
sst_status sst_corpus_identify(sst_corpus *corpus, sst_error *error);
sst_status sst_corpus_rank(sst_corpus *corpus, sst_error *error);
sst_status sst_corpus_join_equal(sst_corpus *corpus, sst_error *error);
sst_status sst_corpus_relate(sst_corpus *corpus, sst_error *error);
sst_status sst_corpus_group(sst_corpus *corpus, sst_error *error);
/* Counts what the summary says of pairs and clusters. */
sst_status sst_corpus_tally(sst_corpus *corpus, sst_error *error);
/* The source that a story of the unit credits, SST_NO_SOURCE for none; that of the unit's canonical
 * story when others credit it. */
uint32_t sst_corpus_credit_of(const sst_corpus *corpus, uint32_t unit);
/* The lines of superseded records go to options.rejects. */
sst_status sst_corpus_write_superseded(sst_corpus *corpus, sst_error *error);

/* SST_ARGUMENT, with the call that is missing, before the corpus was read or matched. */
sst_status sst_corpus_need(const sst_corpus *corpus, sst_corpus_phase phase, sst_error *error);

/* Tells the caller's progress function; SST_CANCELLED when it says so. */
sst_status sst_corpus_progress(sst_corpus *corpus, const char *stage, double fraction,
                               sst_error *error);
/* A warning to the caller's note function. */
void sst_corpus_warn(sst_corpus *corpus, const char *format, ...) SST_PRINTF(2, 3);

/* Reads the input once more and hands every line with its place to `take`, in input order; files that
 * are one raw page have no lines. */
sst_status sst_corpus_replay(sst_corpus *corpus, sst_line_taker take, void *context,
                             sst_error *error);

/* Who is handed the stories of the input once more, as records; `page` names the page of one, and is
 * empty for a story of its own. The record lives until the call returns. */
typedef struct sst_story_taker {
    bool (*wanted)(const void *context, size_t entry); /* NULL: all */
    sst_status (*take)(void *context, size_t entry, const sst_record *record, sst_slice page,
                       sst_error *error);
    void *context;
} sst_story_taker;

/* In the order of entries. SST_INPUT when the input is not what it was. */
sst_status sst_corpus_replay_stories(sst_corpus *corpus, const sst_story_taker *taker,
                                     sst_error *error);

#endif
