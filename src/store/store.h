/* The archive: one SQLite file, its lock, its rows, its index, its caches.
 *
 *   open.c      opening, creating, settings, migrations       lock.c      one writer
 *   store.c     transactions, checkpoints                     index*.c    which stories have a key
 *   row.c       stories                                       postings.c  pages of the index
 *   card.c      what comparing needs of a story, cached       recent.c    the newest entries
 *   tag.c       whether it is worth a look, in memory
 *   group.c     clusters, sources, tombstones                 packed.c    compressed text
 *   expire.c    removal                                       check.c     verify, stats
 *   lane.c      connections for threads that search
 *
 * A story is a number, given in order of arrival and never used twice. Work is done in
 * transactions: sst_store_begin takes the lock and sees what other processes wrote,
 * sst_store_commit returns when the data is on disk. Between begin and commit the functions
 * marked "thread-safe" may be called from several threads; everything else is for one. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/buffer.h"
#include "base/story.h"

typedef struct sst_store sst_store;

enum { SST_STORE_SEGMENTS = 3 };
#define SST_STORE_SLICE 0.020 /* seconds of work in a transaction of a long job */

typedef struct sst_store_options {
    double threshold, recall; /* 0: as the archive has them; .5 and .98 for a new one */
    bool no_text;             /* a new archive keeps no text */
    bool create;              /* make the archive when there is none */
    bool read_only;           /* never writes, takes no lock */
    bool any_version;         /* do not refuse other sketches or Unicode: to derive again */
    uint64_t memory;          /* bytes for caches; at least 16 MiB are used */
    double wait;              /* seconds to wait for another writer */
    void (*waiting)(void *context, const char *file, long holder);
    void *context;
} sst_store_options;

/* SST_NOT_FOUND without `create`, SST_FORMAT for a file that is no archive or of a newer
 * version, SST_SETTINGS when an option differs from what the archive was made with. */
sst_status sst_store_open(const char *path, const sst_store_options *options, sst_store **store,
                          sst_error *error);
void sst_store_close(sst_store *store);

/* The file itself, symbolic links followed; lives as long as the store. */
const char *sst_store_path(const sst_store *store);

/* What the archive was made with. */
typedef struct sst_store_settings {
    double threshold, recall;
    sst_bands bands;
    bool texts;
    bool all_bands; /* every story has band keys, not only one of few samples */
} sst_store_settings;
const sst_store_settings *sst_store_settings_of(const sst_store *store);

/* ---- Transactions ---- */

/* To write. SST_BUSY after the waiting time; SST_READ_ONLY once a failed fsync made the state of
 * the disk unknown, or on a read-only store. */
sst_status sst_store_begin(sst_store *store, sst_error *error);
/* To read a snapshot; end it with sst_store_rollback. */
sst_status sst_store_begin_read(sst_store *store, sst_error *error);
/* Durable on return, or undone. Also keeps the WAL short. */
sst_status sst_store_commit(sst_store *store, sst_error *error);
void sst_store_rollback(sst_store *store);
/* A job of many transactions ends each when this says so: others have waited SST_STORE_SLICE. */
bool sst_store_due(const sst_store *store);
/* Seconds that this handle held the lock at most. */
double sst_store_longest_lock(const sst_store *store);
/* Whether a failed fsync made the store refuse to write. */
bool sst_store_broken(const sst_store *store);

/* Lets `threads` threads read at a time, until sst_store_unshare or the end of the transaction. They
 * see the state that it began with: nothing is written meanwhile but new sources. */
void sst_store_share(sst_store *store, unsigned threads);
void sst_store_unshare(sst_store *store);

/* So many stories may be added before sst_store_card and sst_store_tag are asked again. */
sst_status sst_store_expect(sst_store *store, size_t stories, sst_error *error);

/* The number that the next story gets; all stories are below. */
uint32_t sst_store_next(const sst_store *store);
/* Stories that can be matched. */
uint64_t sst_store_live(const sst_store *store);

/* ---- Searching: thread-safe ---- */

/* What tells whether a story is worth a look: 8 bytes that are at hand for every story. */
enum { SST_TAG_MOST = 0x7fff };
#define SST_UNDATED INT32_MIN
typedef struct sst_tag {
    int32_t day;       /* of publication, days since 1970, or SST_UNDATED */
    uint16_t shingles; /* at most SST_TAG_MOST */
    uint16_t tokens;   /* at most SST_TAG_MOST; 0: no such story, or replaced by a newer version */
    bool headline;
} sst_tag;
sst_status sst_store_tag(sst_store *store, uint32_t number, sst_tag *tag, sst_error *error);
/* Asks the processor to fetch it; any number. */
void sst_store_tag_prefetch(const sst_store *store, uint32_t number);

/* What the comparison of candidates needs of a story. */
typedef struct sst_card {
    sst_hash128 key;
    uint64_t title_key;      /* low half; 0: no title */
    int64_t published;       /* or SST_NO_TIME */
    int64_t first_seen;
    uint64_t id_hash;
    uint32_t number, cluster, token_count, shingle_count, source;
    bool headline;
    bool longer;             /* it joined its cluster by containing an earlier excerpt of it */
    bool retired;            /* a newer version took its place */
    uint16_t sketch[SST_SKETCH_SLOTS];
} sst_card;

/* NULL in *card when there is no such story (expired, taken down). Cards live until the end of
 * the transaction. */
sst_status sst_store_card(sst_store *store, uint32_t number, const sst_card **card,
                          sst_error *error);

/* Keeps a card at hand of a story that was just appended; not thread-safe. */
void sst_store_keep_card(sst_store *store, const sst_card *card);

/* The stored text, packed (store/packed.h), appended to `bytes`; nothing when it is not kept. */
sst_status sst_store_text(sst_store *store, uint32_t number, sst_buffer *bytes,
                          sst_error *error);

/* The story's id, appended to `id`; nothing when there is no such story. */
sst_status sst_store_id(sst_store *store, uint32_t number, sst_buffer *id, sst_error *error);

struct sst_index;
struct sst_index *sst_store_index(sst_store *store);

/* ---- Rows ---- */

/* The verdict on an arriving story: what is stored and answered again. The numbers are part of
 * the file format. */
typedef enum sst_stored_verdict {
    SST_STORED_NEW = 0,
    SST_STORED_IDENTICAL = 1,
    SST_STORED_COPY = 2,
    SST_STORED_UPDATE = 3,
    SST_STORED_EXCERPT = 4,
    SST_STORED_REVISED = 5,
} sst_stored_verdict;

typedef struct sst_row {
    uint32_t number, cluster;
    sst_slice id, of, near; /* `of`, `near` absent: NULL */
    sst_slice source;       /* name, NULL: none */
    uint32_t source_number; /* 0: none */
    sst_hash128 content, key;
    uint64_t title_key;
    int64_t published, first_seen;
    uint32_t token_count, shingle_count;
    sst_stored_verdict verdict;
    sst_relation near_relation;
    uint32_t shared, of_shingles; /* overlap with `of` */
    bool headline, longer, estimated, retired;
    const uint16_t *sketch; /* NULL when retired */
} sst_row;

/* A row lives until the next call of a row function. Thread-safe: no. *found false: no story. */
sst_status sst_store_row(sst_store *store, uint32_t number, sst_row *row, bool *found,
                         sst_error *error);
/* The first story at or behind a number; SST_FORMAT for one with a number that none can have. */
sst_status sst_store_row_next(sst_store *store, uint32_t number, sst_row *row, bool *found,
                              sst_error *error);
/* Adds a story: its number is sst_store_next. `row->cluster` of a founder is its own number.
 * `text` is packed text. The keys must be in the index already (sst_index_add). */
sst_status sst_store_append(sst_store *store, const sst_row *row, sst_slice text,
                            sst_error *error);
/* A newer version of it came: text and sketch go, id, content and verdict stay. */
sst_status sst_store_retire(sst_store *store, uint32_t number, sst_error *error);

/* ---- Clusters, sources, tombstones ---- */

/* Id of the cluster that was founded by story `cluster`: a copy appended to `id`. */
sst_status sst_store_cluster_id(sst_store *store, uint32_t cluster, sst_buffer *id,
                                sst_error *error);
/* Story `number` joined the cluster of `cluster`. */
sst_status sst_store_join(sst_store *store, uint32_t cluster, uint32_t number,
                          sst_error *error);
/* Numbers of the members, ascending, in a new array; a single story has itself. */
sst_status sst_store_members(sst_store *store, uint32_t cluster, uint32_t **numbers,
                             size_t *count, sst_error *error);
/* The cluster with an id; *found false: there is none. */
sst_status sst_store_find_cluster(sst_store *store, sst_slice id, uint32_t *cluster,
                                  bool *found, sst_error *error);
/* The number of a source name, made when new. */
sst_status sst_store_source(sst_store *store, sst_slice name, uint32_t *source,
                            sst_error *error);
/* The stories (versions) with an id, ascending: numbers, at most `room`. */
sst_status sst_store_find_id(sst_store *store, sst_slice id, uint32_t *numbers, size_t room,
                             size_t *count, sst_error *error);
/* Those of them that the index named for the id's key (store/index.h). */
struct sst_hits;
sst_status sst_store_match_id(sst_store *store, sst_slice id, const struct sst_hits *hits,
                              uint32_t *numbers, size_t room, size_t *count, sst_error *error);
/* Whether any id was taken down. */
sst_status sst_store_has_tombstones(sst_store *store, bool *any, sst_error *error);
/* When an id was taken down; SST_NO_TIME: it was not. */
sst_status sst_store_tombstone(sst_store *store, sst_slice id, int64_t *time, sst_error *error);

/* ---- Keeping house: each call is several transactions of its own ---- */

/* Derives the index keys of a story from its packed text: thread-bound, the arrays live until
 * the next call. */
typedef struct sst_store_deriver {
    sst_status (*keys_of)(void *context, const sst_row *row, sst_slice packed,
                          const uint64_t **keys, size_t *count, sst_error *error);
    /* Whether row and text agree: content, key, sketch, counts. */
    sst_status (*agrees)(void *context, const sst_row *row, sst_slice packed, bool *agrees,
                         sst_error *error);
    void *context;
} sst_store_deriver;

/* Takes one id down: every version's row, text and index entries; a tombstone stays. Deleted
 * bytes are overwritten in the file and the WAL is emptied. SST_NOT_FOUND when nothing has the
 * id, nor had; nothing changes where it was taken down before. `time` is when. Without a kept text
 * all pages of the index are searched. */
sst_status sst_store_take_down(sst_store *store, sst_slice id, int64_t time,
                               const sst_store_deriver *deriver, sst_error *error);

/* Makes one segment of the index when there are SST_STORE_SEGMENTS or more: filters look into
 * each. */
sst_status sst_store_merge(sst_store *store, sst_error *error);

/* Removes all stories older than `before` (published, else first seen). `now` is recorded. */
sst_status sst_store_expire(sst_store *store, int64_t before, int64_t now, uint64_t *removed,
                            sst_error *error);

/* Bytes of one table or index of the file. */
typedef struct sst_table_bytes {
    char name[32];
    uint64_t bytes, rows;
} sst_table_bytes;

typedef struct sst_store_counts {
    uint64_t stories, retired, texts, clusters, clustered, tombstones, sources;
    uint64_t file_bytes, free_bytes, wal_bytes;
    uint64_t segments, merging, entries, recent;
    uint64_t verdicts[6];
    int64_t oldest, newest; /* of published or first seen; SST_NO_TIME without stories */
    sst_table_bytes tables[16];
    size_t table_count;
} sst_store_counts;
sst_status sst_store_count(sst_store *store, sst_store_counts *counts, sst_error *error);

/* Clusters, members, history, sources, tombstones and the counter of numbers of another archive, as
 * the transaction that is open there sees them, into this one, which has the same stories. */
sst_status sst_store_copy_lists(sst_store *store, sst_store *from, sst_error *error);

/* SQLite's integrity check, then what only we know: rows, texts, index entries, clusters and
 * counters agree. `problem` is called for each disagreement. */
typedef struct sst_store_checker {
    void (*problem)(void *context, const char *message);
    void *context;
} sst_store_checker;
sst_status sst_store_check(sst_store *store, const sst_store_checker *checker,
                           const sst_store_deriver *deriver, uint64_t *problems,
                           sst_error *error);

#endif
