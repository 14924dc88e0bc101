/* The archive's handle and the phases of one batch, in order:
 *
 *   item.c     lines -> stories with their keys, in parallel; ahead.c: while the batch before
 *              is answered
 *   ask.c      the batch: known, revised or new? numbers are given; the commit
 *   lookup.c   the questions of the batch to the index and to itself, in the order of the keys
 *   search*.c  candidates -> exact overlap -> relation, in parallel. A pure function of the
 *              stories with lower numbers: that is why a batch never changes an answer
 *   settle.c   clusters and rows, in order
 *   reply.c    answers as JSON, in parallel beside the commit
 *
 *   shelf.c    token streams of stories that were looked at lately
 *   filter.c   files -> batches -> lines          house.c   show, stats, verify, expiry
 *   rebuild.c  a new archive from the texts of an old one */
#ifndef JOB_ARCHIVE_H
#define JOB_ARCHIVE_H

#include "base/buffer.h"
#include "base/parallel.h"
#include "base/story.h"
#include "job/lookup.h"
#include "job/prepare.h"
#include "job/shelf.h"
#include "judge/judge.h"
#include "match/match.h"
#include "read/record.h"
#include "store/index.h"
#include "store/packed.h"
#include "store/store.h"

/* Index keys of one story, back to back in this order. */
typedef struct sst_item_keys {
    uint64_t *keys;
    const uint64_t *samples; /* the 4-shingles behind the sample keys, ascending */
    uint32_t text, sample, sample_count, brief, brief_count, band, band_count; /* positions */
    uint32_t count;          /* keys[0] is the id; a story without tokens has no other */
} sst_item_keys;

typedef enum sst_fate {
    SST_FATE_BAD,     /* a bad record, or taken down: the reply's status tells */
    SST_FATE_KNOWN,   /* answered before: row `previous` */
    SST_FATE_REPEAT,  /* the same as item `twin` of this batch */
    SST_FATE_NEW,     /* to be searched for */
    SST_FATE_REVISED, /* another version of row `previous`, or of item `twin` */
} sst_fate;

enum { SST_NO_ITEM = -1 };

/* What the search found. */
typedef struct sst_finding {
    bool same;            /* `of` is the same story */
    sst_relation relation;
    uint32_t of;          /* story number */
    sst_overlap overlap;  /* a: the arriving story */
    bool longer, estimated;
    bool near;            /* `near_of` is related otherwise */
    sst_relation near_relation;
    uint32_t near_of;
} sst_finding;

/* An id among the names of an item. */
typedef struct sst_name_cut {
    size_t begin, size;
    bool present;
} sst_name_cut;

/* One question on its way. */
typedef struct sst_item {
    const sst_question *question;
    sst_reply *reply;
    sst_fate fate;
    bool check;
    sst_story story;   /* its arrays are in `memory` */
    sst_slice id, source;
    sst_card card;     /* what others in the batch see of it */
    sst_item_keys keys;
    uint32_t asked;    /* its first question in the lookup: of its id, then of its text key */
    sst_buffer memory; /* keys, tokens, names */
    sst_buffer packed; /* compressed text */
    sst_buffer names;  /* ids that its row speaks of, one behind the other: */
    sst_name_cut of_name, near_name, cluster_name;
    sst_buffer line;   /* the reply */
    sst_buffer odd_date; /* `published` that was not understood; empty: none */
    uint32_t number;   /* its own, or for a check the one it would get */
    uint32_t previous; /* story number */
    ptrdiff_t twin;    /* index in the batch */
    ptrdiff_t older;   /* the item before it with an equal id hash, SST_NO_ITEM */
    ptrdiff_t retired_at; /* index of the item that replaced this one, SST_NO_ITEM */
    sst_finding finding;
    sst_buffer found_id; /* of the stored story `found_number`, when the search ended */
    uint32_t found_number;
} sst_item;

/* Scratch of one thread. */
typedef struct sst_worker {
    sst_parser *parser;
    sst_preparer *preparer;
    sst_packer *packer;
    sst_judge *judge;
    sst_overlap_table *overlap;
    sst_hits hits, more_hits, stored_hits;
    sst_buffer line, packed;
    struct sst_search *search; /* search.c */
    uint64_t *words, *scratch;
    size_t word_capacity, scratch_capacity;
} sst_worker;

/* A stored story that a version in the open batch replaced. */
typedef struct sst_retired {
    uint32_t number;
    ptrdiff_t at; /* item */
} sst_retired;

/* What threads need to read lines into items. */
typedef struct sst_reading {
    const sst_archive *archive;
    sst_worker *workers;
    sst_item *items;
    int64_t now; /* when the lines arrived */
} sst_reading;

/* The batch behind the open one, whose lines are read while the open one is answered. */
typedef struct sst_ahead {
    sst_beside *beside; /* NULL until first used */
    unsigned worker_count;
    size_t item_capacity;
    const sst_question *questions; /* NULL: nothing is being read */
    size_t waiting;                /* lines whose reading has not begun */
    sst_reading reading; /* workers: of the threads beside, and one for whoever waits for them */
} sst_ahead;

struct sst_archive {
    sst_store *store;
    sst_archive_options options;
    sst_page_cues *cues;
    sst_shelf *shelf;
    sst_lookup *lookup;
    sst_worker *workers;
    unsigned threads;
    sst_beside *loops; /* threads that take part in the loops of a batch */
    unsigned floor; /* fewest agreeing slots of a candidate */

    /* The open batch. */
    sst_item *items;
    size_t item_count, item_capacity;
    uint32_t base;      /* number of the first story it adds */
    size_t *added;      /* items by number - base */
    size_t added_count, added_capacity;
    uint32_t *by_id;    /* hash table: 1 + newest item with that id */
    size_t by_id_capacity;
    sst_retired *retired; /* by number, once all are identified */
    size_t retired_count, retired_capacity;
    int64_t now;
    bool tombstones; /* there are any */
    bool open;       /* a dry run's transaction is open */
    sst_ahead ahead;
};

/* sst_archive_ask in two steps. First the lines are read into the archive's items, unless that was
 * done ahead; `questions`, `replies` and the lines stay as they are until the answer. */
sst_status sst_archive_read(sst_archive *archive, const sst_question *questions, size_t count,
                            sst_reply *replies, sst_error *error);
sst_status sst_archive_answer(sst_archive *archive, sst_error *error);

/* Names the batch behind the one that was read: sst_archive_answer reads it beside its work on that
 * one. The next sst_archive_read must be of the same batch, or sst_ahead_free comes first. */
sst_status sst_archive_read_ahead(sst_archive *archive, const sst_question *questions,
                                  size_t count, sst_reply *replies, sst_error *error);
/* Begins to read the batch that was named, unless that was done. */
void sst_ahead_begin(sst_ahead *ahead);
/* Waits for what is being read, and frees it. */
void sst_ahead_free(sst_ahead *ahead);

sst_status sst_worker_create(sst_archive *archive, sst_worker *worker, sst_error *error);
void sst_worker_free(sst_worker *worker);

/* Reads the question's line: story, keys, compressed text. `now` is when it arrives. A bad record
 * sets fate and reply and is SST_OK. */
sst_status sst_item_read(const sst_archive *archive, sst_worker *worker, int64_t now,
                         sst_item *item, sst_error *error);
/* The same from a record that was parsed already. `pack` compresses its text. */
sst_status sst_item_take(const sst_archive *archive, sst_worker *worker,
                         const sst_record *record, int64_t now, bool pack, sst_item *item,
                         sst_error *error);
void sst_item_free(sst_item *item);

/* Fills item->finding. `position` is the item's index. */
sst_status sst_search_run(sst_archive *archive, sst_worker *worker, size_t position,
                          sst_error *error);
/* Whether the finding holds only where the cluster of the found story agrees: settle it. */
bool sst_search_is_loose(const sst_finding *finding);
/* The search once more, by one thread, when all earlier stories have their clusters: a story that
 * is the same as a member but not as the founder of its cluster does not join it. */
sst_status sst_search_settle(sst_archive *archive, sst_worker *worker, size_t position,
                             sst_error *error);
void sst_search_free(struct sst_search *search);

/* Reads what settling will need of the story that was found. Thread-safe, of different items. */
sst_status sst_settle_prepare(const sst_archive *archive, sst_item *item, sst_error *error);
/* Gives every item of the batch its cluster and its row, in order; known stories are answered. */
sst_status sst_settle(sst_archive *archive, sst_error *error);
/* Replies to a settled story that is new or revised; the others have their replies. Thread-safe, of
 * different items. */
sst_status sst_settle_reply(sst_item *item, sst_error *error);

/* The batch's item with a story number; NULL for a stored one. */
sst_item *sst_archive_item(const sst_archive *archive, uint32_t number);

/* Fills the reply with the question's object and the answer that `row` tells. */
sst_status sst_reply_write(sst_item *item, const sst_row *row, sst_slice cluster,
                           sst_error *error);
/* Appends the members of an answer: "verdict":… without braces. */
void sst_answer_write(sst_buffer *buffer, const sst_row *row, sst_slice cluster);
/* Appends the JSON object `line` without its member "samestory", then an open place for one: the
 * caller appends `"samestory":{…}` and sst_line_close. */
void sst_line_open(sst_buffer *buffer, const char *line, size_t size);
void sst_line_close(sst_buffer *buffer);

/* Grow the tables of a batch, and a table of items; new ones are zeroed. */
sst_status sst_archive_reserve(sst_archive *archive, size_t count, sst_error *error);
sst_status sst_items_reserve(sst_item **items, size_t *capacity, size_t count, sst_error *error);

#endif
