/* Judges only those verified pairs that decide about clusters.
 *
 * A canonical story takes every free story that it has a core relation to (cluster/cluster.h), so
 * what two stories are to each other of which one is taken already changes nothing. Pairs are
 * judged in the order in which clusters are cut: first those in which a credit may speak, then,
 * text by text in canonical order, those of a free text with free texts. Two things need all pairs
 * of a component: an excerpt, which depends on what else holds its ends together, and a text that
 * stands for several units. Clusters come out as if every pair had been judged. */
#ifndef JOB_PIVOTS_H
#define JOB_PIVOTS_H

#include "job/corpus.h"

/* How one pair is judged. */
typedef struct sst_pair_judge {
    /* Fills corpus->pairs[pair]. Called by several threads, once for a pair. */
    sst_status (*judge)(void *context, size_t pair, unsigned thread, sst_error *error);
    /* Sends for what judging a text will read. */
    void (*fetch)(void *context, uint32_t text);
    void *context;
} sst_pair_judge;

/* `pairs` are corpus->pair_count verified pairs (fewer than 2^32), sorted by (a, b), and
 * corpus->pairs has room for as many; afterwards it holds those that were judged, in order, and
 * corpus->pair_count is their number. */
sst_status sst_corpus_judge_decisive(sst_corpus *corpus, const sst_pair *pairs,
                                     const sst_pair_judge *judge, unsigned threads,
                                     sst_error *error);

#endif
