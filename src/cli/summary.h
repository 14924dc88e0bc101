/* The closing lines of a job on standard error. */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include "samestory.h"

/* `matched` is false when stories were only read. */
void cli_summary_print(const sst_summary *summary, bool matched);

#endif
