/* A file of judged pairs: set TAB id_a TAB id_b TAB label TAB conf TAB why, with that header line.
 * Labels: copy, excerpt, update (the same story); partial (left out of scores); template,
 * furniture, event, different (not the same story). conf 1 is sure, 0 doubtful. */
#ifndef JOB_GOLD_H
#define JOB_GOLD_H

#include "base/buffer.h"
#include "base/story.h"

#define SST_LABEL_MAP(X)                                                                       \
    X(COPY, "copy")                                                                            \
    X(EXCERPT, "excerpt")                                                                      \
    X(UPDATE, "update")                                                                        \
    X(PARTIAL, "partial")                                                                      \
    X(TEMPLATE, "template")                                                                    \
    X(FURNITURE, "furniture")                                                                  \
    X(EVENT, "event")                                                                          \
    X(DIFFERENT, "different")

typedef enum sst_label {
#define SST_LABEL_ENUM(name, text) SST_LABEL_##name,
    SST_LABEL_MAP(SST_LABEL_ENUM)
#undef SST_LABEL_ENUM
        SST_LABEL_COUNT
} sst_label;

const char *sst_label_name(sst_label label);

typedef struct sst_gold_pair {
    sst_slice set, id_a, id_b, why; /* into the gold */
    uint64_t line;                  /* 1-based */
    sst_label label;
    bool sure;
} sst_gold_pair;

typedef struct sst_gold {
    sst_buffer bytes;
    sst_gold_pair *pairs;
    size_t count, capacity;
} sst_gold;

/* Fills a zeroed gold. SST_INPUT names the line that is no judged pair. */
sst_status sst_gold_read(const char *path, sst_gold *gold, sst_error *error);
void sst_gold_free(sst_gold *gold);

#endif
