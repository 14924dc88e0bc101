/* What the files of the search tell each other (job/archive.h): search.c looks at stories and finds
 * equal texts, search_find.c candidates, search_days.c formula text, search_judge.c the verdict. */
#ifndef JOB_SEARCH_H
#define JOB_SEARCH_H

#include "job/archive.h"
#include "job/equal.h"
#include "sketch/sketch.h"

/* A story that shares keys with the arriving one. */
typedef struct sst_proposal {
    uint32_t number;
    uint32_t score; /* higher is more promising */
    double most;    /* Jaccard that sizes and sketches leave room for */
    const sst_card *card;
    sst_overlap overlap; /* nothing shared before it was compared */
    bool estimated;
} sst_proposal;

/* What is left to look at of a list that was cut: hits [at, end). */
typedef struct sst_cut_list {
    uint32_t at, end;
} sst_cut_list;

struct sst_search {
    sst_proposal *proposals;
    size_t count, capacity;
    sst_title_use *uses;
    size_t use_capacity;
    uint64_t *own_common, *other_common;
    size_t own_count, other_count, own_capacity, other_capacity;
    bool own_known;
    struct slot_list *slots; /* by key of the arriving story, from its samples on */
    sst_cut_list *cut;       /* of the samples whose list was cut */
    size_t slot_capacity, cut_count, cut_capacity;
};

/* The arriving story and where to look. */
typedef struct sst_view {
    sst_archive *archive;
    sst_worker *worker;
    sst_item *item;
    ptrdiff_t position;
    enum sst_text_kind kind; /* of the arriving story's text */
    bool settled;            /* the clusters of earlier stories are known */
    sst_error *error;
} sst_view;

/* The token stream of an earlier story; NULL in *body when its text is not kept. */
typedef struct sst_view_text {
    const uint32_t *body, *title;
    uint32_t body_count, title_count;
} sst_view_text;


/* ---- Looking: thread-safe; only stories with lower numbers, only what was not replaced ---- */

/* NULL in *card for a story that is gone or replaced. */
sst_status sst_view_card(sst_view *v, uint32_t number, const sst_card **card);
/* The same without its row; no tokens for a story that is gone or replaced. */
sst_status sst_view_tag(sst_view *v, uint32_t number, sst_tag *tag);
sst_status sst_view_tokens(sst_view *v, uint32_t number, sst_view_text *out);
/* Whether the arriving story may be the same story as another, going by its row. */
bool sst_view_may_match(const sst_view *v, const sst_card *card);
/* Who has these keys. */
sst_status sst_view_find(sst_view *v, const uint64_t *keys, size_t count, sst_hits *hits);
/* The answers to the arriving story's own keys [begin, begin + count). */
sst_status sst_view_answers(const sst_view *v, uint32_t begin, uint32_t count, sst_hits *hits);
/* Earlier by date, undated last, then by arrival. */
bool sst_view_is_earlier(const sst_card *a, const sst_card *b);
/* What the titles over one text say about it; `extra` is counted, too (may be NULL). */
sst_status sst_view_text_kind(sst_view *v, const sst_card *card, const sst_card *extra,
                              const sst_hits *hits, enum sst_text_kind *kind);

/* ---- The phases ---- */

/* The most promising candidates: v->worker->search. */
sst_status sst_view_propose(sst_view *v);
/* The exact overlap of one; the arriving story leads the overlap table. */
sst_status sst_view_compare(sst_view *v, sst_proposal *p);
/* The verdict: v->item->finding. Compares as many of the candidates as it needs. */
sst_status sst_view_judge(sst_view *v);

/* The common shingles (formula text, furniture) of the arriving story and of another one, among
 * their samples: own_common and other_common of the search. */
sst_status sst_common_own(sst_view *v);
sst_status sst_common_other(sst_view *v, const sst_view_text *tokens);

#endif
