/* The handle of the archive and what the files of store/ tell each other. */
#ifndef STORE_PARTS_H
#define STORE_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/index.h"
#include "store/lock.h"
#include "store/store.h"

enum {
    SST_STORE_FORMAT = 1,              /* user_version of the file */
    SST_STORE_APPLICATION = 0x534d5354, /* application_id: "SMST" */
    SST_CARD_CHUNK = 256,              /* cards allocated at a time */
    SST_CHECKPOINT_PAGES = 1000,       /* WAL pages after which they are moved to the file */
};

typedef struct sst_card_chunk {
    _Atomic uint8_t state[SST_CARD_CHUNK]; /* 0 not read, 1 there, 2 no such story */
    sst_card cards[SST_CARD_CHUNK];
} sst_card_chunk;

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
    pthread_mutex_t mutex; /* guards sql while several threads search */
    sst_index *index;
    sst_store_state state, saved; /* now; as of the last transaction that ended well */
    bool loaded;                  /* the caches belong to `saved` */
    bool writing, reading;
    int64_t changes;              /* rows that the connection had changed at begin */

    _Atomic(sst_card_chunk *) *chunks; /* by number / SST_CARD_CHUNK */
    size_t chunk_capacity;
    _Atomic size_t chunk_count; /* allocated */
    sst_buffer scratch;
};

/* open.c */
sst_status sst_store_read_settings(sst_store *store, sst_error *error);

/* card.c */
sst_status sst_cards_prepare(sst_store *store, sst_error *error);
void sst_cards_forget(sst_store *store);
/* Frees chunks beyond the budget. */
void sst_cards_trim(sst_store *store);
void sst_cards_free(sst_store *store);
/* What was read of a story is not true any more. */
void sst_card_drop(sst_store *store, uint32_t number);

/* row.c: the columns of table stories at a statement's row. */
void sst_row_read(sqlite3_stmt *statement, sst_row *row);

#endif
