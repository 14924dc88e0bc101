/* The corpora that bench/ measures on. Each writes JSON lines to `out`, a pure function of its
 * arguments, and returns false when it could not write or had no memory. */
#ifndef BENCH_GENERATE_CORPORA_H
#define BENCH_GENERATE_CORPORA_H

#include "generate/record.h"

/* `languages`: "en", "bn" or "en,bn" (one story in two each). 35 % of the stories stand in
 * clusters of 2 to 20, spread over the whole corpus; copies differ by 0 to 4 % of their words
 * and, by chance, headline, byline, dateline, credit and a cut tail. Memory does not grow with
 * `stories`. */
bool corpus_write_speed(uint64_t stories, uint64_t seed, const char *languages, FILE *out);

/* The buckets that break an engine: everything equal; one shared paragraph of 60 words and
 * nothing else; a chain in which each story differs from the next by one sentence; nothing
 * shared at all. English words, drawn evenly so that nothing is shared by chance. */
bool corpus_write_identical(uint64_t stories, uint64_t seed, FILE *out);
bool corpus_write_paragraph(uint64_t stories, uint64_t seed, FILE *out);
bool corpus_write_chain(uint64_t stories, uint64_t seed, FILE *out);
bool corpus_write_unrelated(uint64_t stories, uint64_t seed, FILE *out);

/* The labelled corpus: `families` originals a language with the edits of real syndication, in
 * five languages; judged pairs to `gold` as tab-separated lines `set id_a id_b label conf why`
 * with why = "LANGUAGE KIND". Stories are ordered by time of publication. */
bool corpus_write_labelled(uint64_t families, uint64_t seed, FILE *out, FILE *gold);

#endif
