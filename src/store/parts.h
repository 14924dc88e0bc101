/* The handle of the archive and what the files of store/ tell each other. */
#ifndef STORE_PARTS_H
#define STORE_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/slab.h"
#include "store/index.h"
#include "store/lock.h"
#include "store/store.h"

enum {
    SST_STORE_FORMAT = 3,              /* user_version of the file */
    SST_STORE_APPLICATION = 0x534d5354, /* application_id: "SMST" */
    SST_CARD_CHUNK = 2,                /* cards allocated at a time */
    SST_TAG_CHUNK = 1000,              /* tags of one row: it fills a page of the file */
    SST_FLAG_HEADLINE = 1,             /* of column `flags` */
    SST_CHECKPOINT_PAGES = 128,        /* WAL pages after which they are moved to the file, … */
    SST_CHECKPOINT_COMMITS = 3,        /* … but not before so many commits as large as the last */
};

typedef struct sst_card_chunk {
    _Atomic uint8_t state[SST_CARD_CHUNK]; /* 0 not read, 1 there, 2 no such story */
    sst_card cards[SST_CARD_CHUNK];
} sst_card_chunk;

typedef struct sst_tag_chunk {
    bool unsaved; /* its row is missing or not true any more */
    sst_tag tags[SST_TAG_CHUNK];
} sst_tag_chunk;

/* Counters of the archive, one row of table `state`. */
typedef struct sst_store_state {
    int64_t next_number, next_segment;
    int64_t generation; /* + 1 with every transaction that wrote */
    int64_t epoch;      /* + 1 with every one that changed or removed what was there */
    int64_t live;       /* stories that can be matched */
} sst_store_state;

struct sst_store {
    sst_sql sql;
    char *path;
    sst_lock lock;
    sst_store_options options;
    sst_store_settings settings;
    sst_lanes lanes;       /* while several threads search */
    pthread_mutex_t mutex; /* guards chunks of cards and tags meanwhile */
    sst_index *index;
    sst_store_state state, saved; /* now; as of the last transaction that ended well */
    bool loaded;                  /* the caches belong to `saved` */
    int wal_pages;                /* in the WAL, as of the last commit */
    bool writing, reading;
    int64_t changes;              /* rows that the connection had changed at begin */

    sst_slab *card_slab, *tag_slab; /* where chunks stand */
    _Atomic(sst_card_chunk *) *chunks; /* by number / SST_CARD_CHUNK */
    size_t chunk_capacity;
    _Atomic size_t chunk_count; /* allocated */
    _Atomic(sst_tag_chunk *) *tags; /* by number / SST_TAG_CHUNK */
    size_t tag_capacity;
    _Atomic size_t tag_chunks; /* allocated */
    _Atomic bool tags_unsaved; /* a chunk may be */
    struct sst_known_source *known_sources; /* group.c; NULL: none */
};

/* open.c */
sst_status sst_store_read_settings(sst_store *store, sst_error *error);

/* card.c */
/* Makes room for so many stories. */
sst_status sst_cards_prepare(sst_store *store, uint64_t stories, sst_error *error);
void sst_cards_forget(sst_store *store);
/* Frees chunks beyond the budget. */
void sst_cards_trim(sst_store *store);
void sst_cards_free(sst_store *store);
/* What was read of a story is not true any more. */
void sst_card_drop(sst_store *store, uint32_t number);

/* tag.c */
sst_status sst_tags_prepare(sst_store *store, uint64_t stories, sst_error *error);
/* Forgets what is known of stories from `from` on, and a few before. */
void sst_tags_forget(sst_store *store, uint32_t from);
/* Frees chunks beyond the budget, those of the oldest stories first. */
void sst_tags_trim(sst_store *store);
void sst_tags_free(sst_store *store);
sst_tag sst_tag_of_row(const sst_row *row);
void sst_tag_add(sst_store *store, const sst_row *row);
/* The story is gone or replaced. */
sst_status sst_tag_drop(sst_store *store, uint32_t number, sst_error *error);
/* Writes the chunks that are complete and not in the file. */
sst_status sst_tags_write(sst_store *store, sst_error *error);

/* group.c: numbers of sources that were given since may be undone. */
void sst_sources_forget(sst_store *store);

/* row.c: the columns of table stories at a statement's row. */
void sst_row_read(sqlite3_stmt *statement, sst_row *row);

#endif
