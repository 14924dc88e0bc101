/* The edits of real syndication, on drafts. Each changes the draft in place. */
#ifndef BENCH_GENERATE_EDIT_H
#define BENCH_GENERATE_EDIT_H

#include "generate/draft.h"

/* Changes about `rate` of the words: three fifths replaced, one fifth left out, one added. */
void edit_words(gen_draft *draft, const gen_lexicon *lexicon, random_source *random,
                double rate);
/* Keeps the first `tokens`, and ends the last sentence there. */
void edit_cut(gen_draft *draft, size_t tokens);
/* Puts a new paragraph of `tokens` words at a sentence's end in the middle. */
void edit_insert_paragraph(gen_draft *draft, const gen_lexicon *lexicon, random_source *random,
                           size_t tokens);
/* Changes one number (or, without one, one word) and one mention of a name. */
void edit_one_fact(gen_draft *draft, random_source *random);
/* Changes every number, every name and `rate` of the words, as the next instance of a formula
 * does. */
void edit_all_facts(gen_draft *draft, const gen_lexicon *lexicon, random_source *random,
                    double rate);

#endif
