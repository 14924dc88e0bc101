/* An inverted join: texts post hashes, equal hashes make posting lists, texts that stand in common
 * lists are counted. Lists of one text vanish before anything is sorted; the cost is that of the
 * meetings that really happen. */
#ifndef MATCH_JOIN_H
#define MATCH_JOIN_H

#include "match/days.h"
#include "match/matching.h"

typedef struct sst_join sst_join;

/* a and b < a stand together in lists. */
typedef struct sst_meeting {
    uint32_t a, b;
    uint32_t shared;  /* how many */
    uint32_t telling; /* those of them that are not common, or have few members */
    uint32_t capped;  /* lists of a that were too long to show all partners */
} sst_meeting;

struct sst_join {
    sst_matching *run;
    const char *stage;       /* for progress */
    uint64_t expected;       /* about how many postings; a function of the texts only */
    /* Counts lists of two or more texts and tells which group stands for a text; NULL: nothing is
     * counted, and each stands for itself. */
    sst_day_counter *days;
    /* A bit by group: a single telling list that it shares with another may do; NULL: so for
     * all. (Bits: nearly every partner is asked.) */
    const uint64_t *lone;
    const void *context;     /* of the two calls below */

    /* Writes the hashes that a text posts (room for its tokens; repeats are fine). */
    size_t (*post)(const sst_join *join, uint32_t text, const uint32_t *tokens, uint64_t *hashes);

    /* Takes the meetings of some groups `a`, those of one side by side (they may be overwritten). A
     * partner that shares a single list does not come when it is not telling, or neither of both is
     * a lone one. */
    sst_status (*meet)(const sst_join *join, unsigned thread, sst_meeting *meetings,
                       size_t count, sst_error *error);
    sst_candidates *candidates; /* per thread, where `meet` adds; owned by the join */
};

static inline bool sst_join_lone(const uint64_t *lone, uint32_t group)
{
    return (lone[group / 64] >> group % 64 & 1) != 0;
}

/* Runs the join; `all` gets the candidates, sorted, each once. */
sst_status sst_join_run(sst_join *join, sst_candidates *all, sst_error *error);

#endif
