/* A matched corpus on its way into the report's model (report/report.h):
 *
 *     report.c           the phases, the model
 *     report_clusters.c  clusters and their members, the largest first
 *     report_pairs.c     pairs to review, chains cut
 *     report_families.c  what was kept apart: templates and furniture
 *     report_texts.c     titles, links and texts from the input, read once more */
#ifndef JOB_REPORT_H
#define JOB_REPORT_H

#include "job/corpus.h"
#include "report/report.h"

enum {
    SST_REVIEW_PAIRS = 1000,   /* listed */
    SST_REVIEW_OF_STORY = 3,   /* pairs of one story in the review */
    SST_REVIEW_APART = 50,     /* per cent of the shorter one shared: kept apart, but doubtful */
    SST_CUT_PAIRS = 1000,
    SST_FAMILIES = 200,
    SST_FAMILY_STORIES = 40,   /* listed of one family */
};

typedef struct sst_report_draft {
    sst_corpus *corpus;
    const sst_report_options *options;
    const uint32_t *order; /* entry -> place in the order of ids */

    uint32_t *story_of; /* entry -> story of the model, UINT32_MAX: none */
    uint32_t *entry_of; /* story -> entry */
    size_t entry_capacity;
    sst_report_story *stories;
    size_t story_count, story_capacity;
    uint32_t cluster_stories; /* the first ones, in clusters */

    sst_report_cluster *clusters;
    size_t cluster_count, cluster_capacity;
    sst_report_pair *review, *cut; /* of entries until they are listed, then of stories */
    size_t review_count, review_capacity, cut_count, cut_capacity;
    uint64_t review_all, cut_all;
    sst_report_family *families;
    size_t family_count, family_capacity;
    uint32_t *family_members;
    size_t member_count, member_capacity;
    uint64_t family_all;

    sst_slice *sources, *sets; /* used ones, sorted */
    uint32_t source_count, set_count;
    bool *text_wanted; /* by story */
    sst_buffer strings; /* titles, links, languages, texts */
} sst_report_draft;

/* The story of an entry; adds it behind the others when it is new. */
sst_status sst_report_add_story(sst_report_draft *draft, uint32_t entry, uint32_t *story,
                                sst_error *error);

/* The phases, in order. */
sst_status sst_report_draft_clusters(sst_report_draft *draft, sst_error *error);
sst_status sst_report_draft_pairs(sst_report_draft *draft, sst_error *error);
sst_status sst_report_draft_families(sst_report_draft *draft, sst_error *error);
sst_status sst_report_draft_texts(sst_report_draft *draft, sst_error *error);

#endif
