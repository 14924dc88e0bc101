/* What the signs say of facts that changed in place: figures and names. A reprint has few of them,
 * and most of its gaps are other edits; a formula with other facts has little else. */
#ifndef JUDGE_FACTS_H
#define JUDGE_FACTS_H

#include "judge/limits.h"
#include "judge/signs.h"

/* Most figures are other ones. */
bool sst_figures_changed(const sst_signs *signs, const sst_limits *limits);

/* The closing prices, the stand of the table, the bulletin of another day: most of it stays. */
bool sst_is_other_issue(const sst_signs *signs, const sst_limits *limits, uint64_t days_apart);

/* A form filled in anew: hardly a figure agrees, words stand for words all over, and the titles
 * differ. */
bool sst_is_other_form(const sst_signs *signs, const sst_limits *limits);

/* Words of each title are replaced by words of the other's. */
bool sst_names_changed(const sst_signs *signs, const sst_limits *limits);

/* Much else was edited: the figures may be written, the names be spelled in another way. */
bool sst_figures_are_few(const sst_signs *signs, const sst_limits *limits);
bool sst_names_are_few(const sst_signs *signs, const sst_limits *limits);

#endif
