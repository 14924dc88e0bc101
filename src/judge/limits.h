/* The numbers in the judge's rules. Shares are in per cent.
 *
 * Chosen on 301 judged pairs (Bengali, Arabic, English) and 764 weakly labelled ones (the same
 * title in another outlet within a day; four days apart and more), those of tables, forms and other
 * ways of writing on some 200 pairs of real corpora that were read: same-story F1 .97 on the first,
 * which is not a test; bench/accuracy/languages.py chooses them again without each language and
 * scores it with what the others say. Of 246 more pairs, drawn towards the borders and read
 * afterwards, F1 is .91, of the sure ones .95; what they showed of partial stories and short notices
 * is in the rules. */
#ifndef JUDGE_LIMITS_H
#define JUDGE_LIMITS_H

#define SST_LIMIT_MAP(X)                                                                       \
    /* Own text that must be shared; a reprint days later is rare, a formula is not. */        \
    X(own_share, 28)                                                                           \
    X(own_share_days, 50)                                                                      \
    X(own_share_week, 80)                                                                      \
    /* Where no figure changed, hardly any formula is shared and the own text is so long (in halves\
     * of shingles), a late reprint needs less. */                                             \
    X(late_share_days, 40)                                                                     \
    X(late_share_week, 60)                                                                     \
    X(late_formula, 13)                                                                        \
    X(late_own, 80)                                                                            \
    X(few_days, 2)                                                                             \
    X(many_days, 4)                                                                            \
    /* Figures replaced in place: so many different ones, and not fewer than agree; or more,   \
     * and not less than half of those that agree. */                                          \
    X(figures, 2)                                                                              \
    X(many_figures, 4)                                                                         \
    /* Where figures change in fewer of the gaps than this, so much shared own text outweighs   \
     * them: "2015" and "AD2015", "7" and "07" are other tokens, too. */                      \
    X(change_gaps, 50)                                                                         \
    X(figures_outweighed, 50)                                                                  \
    /* A table: so much of the text that agrees is figures, and so many of them are other ones;\
     * a bulletin, with fewer figures: so many different ones have changed, or any of them many\
     * days later. */                                                                          \
    X(table, 25)                                                                               \
    X(table_changed, 10)                                                                       \
    X(bulletin_figures, 8)                                                                     \
    X(bulletin, 10)                                                                            \
    /* A form filled in anew: at most so many figures agree for each one that changed, edits are\
     * so many of the gaps, titles are less alike than this, and so is own text. */            \
    X(form_figures, 2)                                                                         \
    X(form_edits, 75)                                                                          \
    X(form_titles, 33)                                                                         \
    X(form_own, 60)                                                                            \
    /* Names: so many title words replaced by the other's at so many places; no more words than\
     * that, in fewer of the gaps than change_gaps, are outweighed by so much shared own text: \
     * a name may be spelled in another way. */                                                \
    X(names, 2)                                                                                \
    X(name_places, 2)                                                                          \
    X(names_outweighed, 60)                                                                    \
    /* Subject words that both stories lack of the other, and the shared own text that         \
     * outweighs it: in runs under subject_run tokens, in longer ones. */                      \
    X(subject_lost, 30)                                                                        \
    X(subject_outweighed, 80)                                                                  \
    X(subject_outweighed_runs, 55)                                                             \
    X(subject_run, 12)                                                                         \
    /* So much shared own text outweighs a single lost word, but not in a notice. */           \
    X(subject_word_outweighed, 50)                                                             \
    /* So does half of it where so much of the shorter text, of so many tokens, is aligned and no\
     * figure or name has changed. */                                                          \
    X(retold_aligned, 75)                                                                      \
    X(retold_own, 50)                                                                          \
    X(retold_tokens, 100)                                                                      \
    /* So many subject words, where less than update_aligned of the shorter text is aligned: only \
     * subject_outweighed counts. */                                                           \
    X(subject_strong_lost, 40)                                                                 \
    /* The same of fewer words; titles as alike as this speak against it. */                   \
    X(subject_weak_lost, 20)                                                                   \
    X(subject_weak_outweighed, 50)                                                             \
    X(subject_weak_titles, 40)                                                                 \
    /* A short notice: less alike than this, not inside the other, and each title has so many   \
     * words of its own that the other story has nowhere. */                                   \
    X(notice_jaccard, 50)                                                                      \
    X(notice_inside, 80)                                                                       \
    X(notice_words, 2)                                                                         \
    /* A stub: so much shorter than the other; words of the longer one's title that it must    \
     * have, and those that it must have when not much of it is shared; furniture from         \
     * stub_inside on. */                                                                      \
    X(stub_ratio, 40)                                                                          \
    X(stub_covers, 20)                                                                         \
    X(stub_weak_covers, 50)                                                                    \
    X(stub_weak_own, 45)                                                                       \
    X(stub_inside, 80)                                                                         \
    /* Partial: less of the shorter text is aligned, and a lead of so many tokens is not, or less \
     * own text is shared and some of the subject is lost or titles are less alike. */         \
    X(partial_aligned, 62)                                                                     \
    X(partial_lead, 20)                                                                        \
    X(partial_own, 55)                                                                         \
    X(partial_titles, 50)                                                                      \
    /* Excerpt: at most so long against the longer text, and so much of it inside. */          \
    X(excerpt_ratio, 52)                                                                       \
    X(excerpt_aligned, 70)                                                                     \
    /* Update: a changed figure in so many aligned tokens; or less aligned than this. A text   \
     * under update_ratio of the other that is not inside it shares passages. */               \
    X(update_ratio, 60)                                                                        \
    X(update_tokens, 500)                                                                      \
    X(update_aligned, 72)                                                                      \
    /* What else is shared: formula when so much of it is; furniture when that stands in runs of\
     * so many shingles; partial from such a run on, or so many shared shingles. */            \
    X(formula_share, 50)                                                                       \
    X(furniture_run, 15)                                                                       \
    X(passage_run, 20)                                                                         \
    X(passages, 40)

typedef struct sst_limits {
#define SST_LIMIT_FIELD(name, value) unsigned name;
    SST_LIMIT_MAP(SST_LIMIT_FIELD)
#undef SST_LIMIT_FIELD
} sst_limits;

#endif
