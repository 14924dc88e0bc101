/* What the nightly job keeps in the archive, beside its clusters.
 *
 * Tables, made by the first night:
 *   night_stories   number, bytes       a story ready to be compared (job/nightly.h)
 *   night_pairs     number, bytes       overlaps with stories of lower number that were counted:
 *                                       8 bytes each, number and shared shingles, little-endian
 *   night_clusters  cluster, canonical  id of the story a cluster was known by last night
 *   night_plan      steps that are decided but not done yet: a night that was killed is finished
 *                   by the next one, so what was decided is done once and whole
 *   nights          one row a night
 * Triggers remove what belongs to a story when it goes or is replaced, whoever does that.
 *
 * Every call stands inside a transaction of the caller's: begin, or begin_read where it says
 * "reads". Lists are read before `sst_night_create` was ever called as if they were empty. */
#ifndef STORE_NIGHT_H
#define STORE_NIGHT_H

#include "store/store.h"

/* Whether the tables are there; reads. */
sst_status sst_night_exists(sst_store *store, bool *exists, sst_error *error);
/* Makes the tables. */
sst_status sst_night_create(sst_store *store, sst_error *error);

/* ---- What is kept of stories ---- */

/* Appended to `bytes`, nothing when there is none; read. */
sst_status sst_night_story(sst_store *store, uint32_t number, sst_buffer *bytes,
                           sst_error *error);
sst_status sst_night_pairs(sst_store *store, uint32_t number, sst_buffer *bytes,
                           sst_error *error);
/* Id of the canonical story; nothing when the cluster is new; reads. */
sst_status sst_night_canonical(sst_store *store, uint32_t cluster, sst_buffer *id,
                               sst_error *error);

/* Replace what is there. A story that went meanwhile is left out. */
sst_status sst_night_story_write(sst_store *store, uint32_t number, sst_slice bytes,
                                 sst_error *error);
/* Adds to what is there. */
sst_status sst_night_pairs_add(sst_store *store, uint32_t number, sst_slice bytes,
                               sst_error *error);

/* ---- The plan ---- */

typedef enum sst_night_step_kind {
    SST_NIGHT_MOVE,      /* story `number` belongs to `cluster` */
    SST_NIGHT_ABSORB,    /* whatever is left in cluster `number` belongs to `cluster` */
    SST_NIGHT_CANONICAL, /* `cluster` is known by the story `other` */
    SST_NIGHT_SETTLE,    /* `cluster` may be empty or a single story now */
    SST_NIGHT_RECORD,    /* a line of history: `what` happened to `id` with `other`, `why` */
} sst_night_step_kind;

typedef struct sst_night_step {
    sst_night_step_kind kind;
    uint32_t number, cluster;
    int64_t time;
    sst_slice what, id, other, why;
} sst_night_step;

sst_status sst_night_plan_add(sst_store *store, const sst_night_step *step, sst_error *error);
/* The plan is whole: from now on it is done, not made again. `moves` is kept with it. */
sst_status sst_night_plan_seal(sst_store *store, uint64_t moves, sst_error *error);
/* Whether there is a sealed plan, done or not; reads. */
sst_status sst_night_plan_sealed(sst_store *store, bool *sealed, uint64_t *moves,
                                 sst_error *error);
/* Does steps until sst_store_due and strikes them off; *more false: none are left. */
sst_status sst_night_plan_do(sst_store *store, bool *more, sst_error *error);
/* Whether there are steps; reads. */
sst_status sst_night_plan_any(sst_store *store, bool *any, sst_error *error);
/* Forgets the plan and its seal. */
sst_status sst_night_plan_clear(sst_store *store, sst_error *error);

/* ---- History and nights ---- */

typedef struct sst_night_event {
    int64_t sequence, time;
    sst_slice what, id, other, why; /* live until the callback returns */
} sst_night_event;

/* Events with a sequence above `after`, in order; reads. */
sst_status sst_night_events(sst_store *store, int64_t after,
                            sst_status (*take)(void *context, const sst_night_event *event,
                                               sst_error *error),
                            void *context, sst_error *error);

/* Sequence of the newest event, 0: none; reads. */
sst_status sst_night_last_event(sst_store *store, int64_t *sequence, sst_error *error);

typedef struct sst_night {
    int64_t night;        /* 1, 2 …; 0: none */
    int64_t time;         /* option `now` */
    int64_t history;      /* the last event that belongs to it */
    int64_t generation;   /* of the archive after it: equal means nobody wrote since */
    int64_t next;         /* first story number that came after it */
    int64_t stories;      /* rows it left, replaced versions included */
    sst_buffer summary;   /* JSON object; release with sst_buffer_free */
    sst_buffer effort;    /* JSON object of times: not a function of the stories */
} sst_night;

/* The newest night of a number not above `most`; night 0 when there is none; reads. */
sst_status sst_night_read(sst_store *store, int64_t most, sst_night *night, sst_error *error);
/* Adds a night; `generation` is that of the transaction's commit, whatever `night` says. */
sst_status sst_night_write(sst_store *store, const sst_night *night, sst_error *error);
/* The archive's generation as of this transaction; reads. */
int64_t sst_night_generation(const sst_store *store);
void sst_night_free(sst_night *night);

#endif
