/* Stories of a matched corpus as the judge sees them, for measuring. A failure ends the program. */
#ifndef BENCH_SIDES_H
#define BENCH_SIDES_H

#include "job/corpus.h"
#include "judge/judge.h"

/* Ends the program with the error's message. */
void sides_check(sst_status status, const sst_error *error);
/* Room for `count` things, or the end of the program. */
void *sides_allocate(size_t count, size_t size);
/* The first story that has the text. */
const sst_entry *sides_entry(const sst_corpus *corpus, uint32_t text);
/* A copy of one story; kept until the program ends. */
sst_judge_side sides_copy(const sst_corpus *corpus, const sst_entry *entry);

#endif
