/* The parts of the page, each appended to `out` from the model. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "report/html.h"
#include "report/report.h"

enum {
    SST_REPORT_CLUSTERS = 500,   /* written as HTML; the script has all */
    SST_REPORT_MEMBERS = 10,     /* of such a cluster: what is parsed must stay small */
    SST_REPORT_TITLE_BYTES = 400,
    SST_REPORT_GRAPH = 12,       /* sources in the graph */
    SST_REPORT_FLOWS = 60,       /* rows of its table */
    SST_REPORT_PAIRS = 100,      /* rows of chains cut and of the review */
};

void sst_report_overview(sst_buffer *out, const sst_report_model *model);
void sst_report_clusters(sst_buffer *out, const sst_report_model *model);
void sst_report_families(sst_buffer *out, const sst_report_model *model);
void sst_report_cut(sst_buffer *out, const sst_report_model *model);
void sst_report_review(sst_buffer *out, const sst_report_model *model);
/* Without memory the buffer is marked as failed. */
void sst_report_flows(sst_buffer *out, const sst_report_model *model);

/* `<cite lang dir>title</cite>`, or the id of a story without one. */
void sst_report_title(sst_buffer *out, const sst_report_story *story);
/* The same as a link to the story's URL when it has one. */
void sst_report_linked_title(sst_buffer *out, const sst_report_story *story);
/* Whether a cluster has another id than its canonical story's: an archive keeps the id of the story
 * that founded it. */
bool sst_report_has_own_id(const sst_report_model *model, const sst_report_cluster *cluster);
/* `<bdi>name</bdi>`, or "no source". */
void sst_report_source(sst_buffer *out, const sst_report_model *model, uint32_t source);
/* `<span class="rel copy">copy</span>`. */
void sst_report_relation(sst_buffer *out, sst_relation relation);

#endif
