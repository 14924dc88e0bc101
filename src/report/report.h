/* The report: one HTML file that an editor opens, from a model that somebody else filled.
 *
 * The file asks for nothing: style and script stand inside and are allowed by their hashes
 * (Content-Security-Policy default-src 'none'), texts of stories are escaped or put in place as
 * text. Overview, tables and the largest clusters are plain HTML; everything else is drawn by the
 * script from one block: lines of base64, each a deflate stream (RFC 1951) of JSON. The first
 * line is the index, the others hold texts and are unpacked when they are asked for.
 *
 * The bytes of the file are a pure function of the model (and of the version of zlib).
 *
 *     page.html    the skeleton, with places like @@OVERVIEW@@
 *     page.c       fills the places          flow.c    who copies whom, table and graph
 *     overview.c   figures, tables           block.c   the embedded block
 *     clusters.c   the largest clusters      html.c    escaping
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/buffer.h"
#include "base/story.h"

/* A story that the report shows. Slices belong to the maker of the model. */
typedef struct sst_report_story {
    sst_slice id, title, url, lang;
    sst_slice text;       /* as it came; NULL bytes: not kept */
    int64_t published;    /* seconds, or SST_NO_TIME */
    uint32_t source;      /* in sources, UINT32_MAX: none */
    uint32_t set;         /* in sets */
    uint32_t tokens;      /* of the body */
    uint32_t to;          /* in a cluster: the story that the relation speaks of; itself for the
                             canonical story */
    sst_overlap overlap;  /* a: this story, b: story `to`; all 0 for the canonical story */
    uint8_t relation;     /* sst_relation to `to` */
    uint8_t rule;         /* in rules */
    bool right_to_left;   /* most letters are of Arabic, Hebrew or a related script */
    bool headline;        /* a title without text */
} sst_report_story;

/* Why a cluster's canonical story was chosen: the first of these that tells it apart. */
typedef enum sst_report_choice {
    SST_REPORT_CREDITED, /* other members name its source as theirs */
    SST_REPORT_CONTAINS, /* the others are excerpts of it */
    SST_REPORT_EARLIEST, /* published first */
    SST_REPORT_LONGEST,  /* the longest of those published first, or of all without dates */
    SST_REPORT_ORDER,    /* equal in all of that: order of content and id */
} sst_report_choice;

/* Stories [begin, begin + count), the canonical one first. */
typedef struct sst_report_cluster {
    sst_slice id;     /* the canonical story's, or an archive's own */
    uint32_t begin, count;
    uint32_t credits; /* members that credit the canonical story's source */
    sst_report_choice choice;
} sst_report_cluster;

/* Two stories to look at. */
typedef struct sst_report_pair {
    uint32_t a, b;
    sst_overlap overlap;
    uint8_t relation, rule;
} sst_report_pair;

/* Stories that share a formula or a block of furniture and were kept apart:
 * family_members [begin, begin + listed). */
typedef struct sst_report_family {
    uint32_t begin, listed;
    uint64_t count;   /* stories, also those that are not listed */
    uint8_t relation; /* SST_RELATION_TEMPLATE or SST_RELATION_FURNITURE */
    uint8_t rule;
} sst_report_family;

typedef struct sst_report_rule {
    const char *name, *sentence; /* "mostly-same", "one text is mostly the other" */
} sst_report_rule;

typedef struct sst_report_model {
    const char *title;
    int64_t now; /* the date that is printed; SST_NO_TIME: none */
    sst_summary summary;
    const sst_slice *sources, *sets; /* a set is a file's base name up to its first dot */
    uint32_t source_count, set_count;
    const sst_report_rule *rules;
    uint32_t rule_count;

    /* Stories of clusters in the order of clusters, then those that only pairs and families
     * speak of. Clusters: the largest first, then by id. */
    const sst_report_story *stories;
    uint32_t story_count;
    const sst_report_cluster *clusters;
    uint32_t cluster_count;
    const sst_report_pair *review; /* most doubtful first */
    const sst_report_pair *cut;    /* same-story pairs across clusters */
    uint32_t review_count, cut_count;
    uint64_t review_all, cut_all; /* also those that are not listed */
    const sst_report_family *families; /* the largest first */
    const uint32_t *family_members;
    uint32_t family_count;
    uint64_t family_all;
} sst_report_model;

/* How sure a same-story relation is, by overlap. Of judged pairs in four languages that the engine
 * called the same story, 127 of 130 were right at a larger containment of .65 or more, 22 of 24
 * below it. */
typedef enum sst_certainty {
    SST_CERTAIN, /* equal, or Jaccard of at least .90 */
    SST_SURE,    /* at least .65 of one story's shingles stand in the other */
    SST_CLOSE,   /* less: worth a look */
} sst_certainty;

enum { SST_REPORT_CERTAIN_JACCARD = 90, SST_REPORT_SURE_CONTAINED = 65 }; /* per cent */

sst_certainty sst_report_certainty(sst_relation relation, const sst_overlap *overlap);
/* "certain", "sure", "close call". */
const char *sst_certainty_name(sst_certainty certainty);

/* Writes the whole file. */
sst_status sst_report_write(const sst_report_model *model, sst_sink sink, sst_error *error);

#endif
