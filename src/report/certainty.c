#include "report/report.h"

static uint64_t smaller_count(const sst_overlap *overlap)
{
    return overlap->a_count < overlap->b_count ? overlap->a_count : overlap->b_count;
}

sst_certainty sst_report_certainty(sst_relation relation, const sst_overlap *overlap)
{
    uint64_t shared = overlap->shared;
    uint64_t either = (uint64_t)overlap->a_count + overlap->b_count - shared;
    if (relation == SST_RELATION_IDENTICAL)
        return SST_CERTAIN;
    if (shared * 100 >= either * SST_REPORT_CERTAIN_JACCARD)
        return SST_CERTAIN;
    return shared * 100 >= smaller_count(overlap) * SST_REPORT_SURE_CONTAINED ? SST_SURE
                                                                               : SST_CLOSE;
}

const char *sst_certainty_name(sst_certainty certainty)
{
    static const char *const names[] = {"certain", "sure", "close call"};
    return (unsigned)certainty < sizeof names / sizeof *names ? names[certainty] : "unknown";
}
