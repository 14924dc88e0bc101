/* How well clusters agree with labels: four figures of the field, from counts alone. */
#ifndef JOB_SCORE_H
#define JOB_SCORE_H

#include "base/status.h"

/* One item: what it was put into, what it belongs to. */
typedef struct sst_labelled {
    uint64_t found, truth;
} sst_labelled;

typedef struct sst_cluster_scores {
    uint64_t items, largest_found, largest_truth;
    double pair_precision, pair_recall, pair_f1;    /* over pairs of items */
    double cubed_precision, cubed_recall, cubed_f1; /* B-cubed (Bagga, Baldwin 1998) */
    double adjusted_rand;                           /* Hubert, Arabie 1985 */
} sst_cluster_scores;

/* Sorts `items` on the way. No pair found or expected gives precision or recall 1. */
void sst_score_clusters(sst_labelled *items, size_t count, sst_cluster_scores *scores);

/* 2pr / (p + r), 0 when both are 0. */
double sst_score_f1(double precision, double recall);

#endif
