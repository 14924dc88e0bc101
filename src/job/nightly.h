/* The nightly job: the archive's window, clustered as `cluster` would do it from scratch, under
 * the archive's own ids. Its phases, in order:
 *
 *     nightly.c        the phases, the lock, the summary
 *     night_load.c     rows -> a corpus (job/corpus.h); text work for new stories only
 *     night_counted.c  overlaps that earlier nights counted
 *                      (then the batch engine: rank.c to group.c)
 *     night_keep.c     what tonight learnt goes into the archive
 *     night_name.c     clusters -> archive ids, and what changed: the plan
 *                      (the archive does the plan: store/night.h)
 *     night_write.c    clusters.jsonl, changes.jsonl, report.html
 *     night_report.c   the report of an archive, by night or on request
 *
 * The lock of the archive is held in short transactions only, each ended when sst_store_due
 * says so. A night can be cut short at any moment: everything before the plan is
 * repeatable, a sealed plan is finished by the next run, and files get their names last. */
#ifndef JOB_NIGHTLY_H
#define JOB_NIGHTLY_H

#include "job/archive.h"
#include "job/corpus.h"
#include "store/lock.h"
#include "store/night.h"

enum {
    NIGHT_ROUND = 1024,      /* stories that are prepared at a time */
    NIGHT_PAIR_BYTES = 8,    /* stored: number of the other story, shared shingles */
};

/* Overlaps by pair of story numbers: open addressing. */
typedef struct sst_counted {
    uint64_t *keys;   /* lower number << 32 | higher number; 0: free */
    uint32_t *shared;
    size_t mask, count; /* slots - 1; in use. No slots while `keys` is NULL */
    uint64_t *fresh;  /* keys that were counted tonight */
    size_t fresh_count, fresh_capacity;
    uint64_t recalled;
} sst_counted;

sst_status sst_counted_put(sst_counted *counted, uint64_t key, uint32_t shared,
                           sst_error *error);
/* SST_MATCH_UNCOUNTED when it is not there. */
int64_t sst_counted_get(const sst_counted *counted, uint64_t key);
void sst_counted_free(sst_counted *counted);

/* A step of the plan; its slices have sizes, and begin here in night.strings. */
typedef struct sst_planned {
    sst_night_step step;
    size_t id_at, other_at, why_at;
} sst_planned;

/* What the archive knows of an entry of the corpus. Entries are in the order of numbers. */
typedef struct sst_night_entry {
    uint32_t number;
    uint32_t cluster; /* tonight, before the plan */
    bool prepared;    /* by an earlier night */
} sst_night_entry;

typedef struct sst_nightly {
    sst_archive *archive;
    const sst_nightly_options *options;
    sst_nightly_summary *summary;
    sst_lock lock;
    sst_night last;       /* the night before */
    sst_corpus *corpus;
    sst_night_entry *entries;
    size_t entry_capacity;
    sst_counted counted;
    sst_match_memory memory;
    uint32_t next;        /* stories numbered from here on came too late for tonight */
    int64_t rows;         /* of the archive, with replaced versions */
    int64_t generation;   /* of what was read */
    int64_t now;
    bool carried;         /* a sealed plan of an earlier run was found */
    int64_t events_after, events_upto; /* of history: what this night tells */
    uint64_t moves;       /* stories whose cluster changed */

    sst_slice *cluster_names; /* by unit; of those that are canonical in a cluster */
    sst_planned *steps;       /* the plan */
    size_t step_count, step_capacity;
    sst_buffer strings;
} sst_nightly;

/* Refuses what no night can be made of; sst_night_clear follows in any case. */
sst_status sst_night_init(sst_nightly *night, sst_archive *archive,
                          const sst_nightly_options *options, sst_nightly_summary *summary,
                          sst_error *error);
void sst_night_clear(sst_nightly *night);

/* Both read the archive only. */
sst_status sst_night_load(sst_nightly *night, sst_error *error);
sst_status sst_night_cluster(sst_nightly *night, sst_error *error);
/* Answers and learns for the match engine. */
void sst_night_remember(sst_nightly *night);
sst_status sst_night_keep(sst_nightly *night, sst_error *error);
sst_status sst_night_name(sst_nightly *night, sst_error *error);
/* Writes the files under temporary names and counts the events; sst_night_publish names them. */
sst_status sst_night_write_files(sst_nightly *night, sst_error *error);
sst_status sst_night_publish(const sst_nightly *night, sst_error *error);
/* The report of a clustered night. */
sst_status sst_night_report(sst_nightly *night, const sst_report_options *options, sst_sink sink,
                            sst_error *error);

/* Ends a write transaction: commits when `status` is SST_OK, otherwise undoes, and notes how long
 * the lock was held. */
sst_status sst_night_end(sst_nightly *night, sst_status status, sst_error *error);

/* The last nights as members of `stats`, with a comma before; nothing when there was none. */
sst_status sst_nightly_append_stats(sst_archive *archive, sst_buffer *line, sst_error *error);

#endif
