/* Small corpora for tests of the batch job: lines into a file, a job into a string. */
#ifndef TESTS_JOB_SUPPORT_H
#define TESTS_JOB_SUPPORT_H

#include "base/buffer.h"

/* Writes `text` to a new temporary file; unlink and free(3) the name. */
char *test_file(const char *suffix, const char *text);

/* A sink that appends to a buffer. */
sst_sink test_sink(sst_buffer *buffer);

/* What a job prints, and what it tells. */
typedef struct test_run {
    sst_options options;
    sst_buffer out, rejects, notes; /* notes: one formatted line each */
    sst_summary summary;
    sst_status status;
    sst_error error;
} test_run;

enum test_output { TEST_CLUSTERS, TEST_ALL_CLUSTERS, TEST_PAIRS, TEST_ALL_PAIRS, TEST_UNIQUE,
                   TEST_TOKENS, TEST_SHINGLES };

/* Runs a job over one file of `lines` with run->options; outputs are terminated strings. */
void test_job(test_run *run, const char *lines, enum test_output output);
void test_run_free(test_run *run);
test_run test_run_default(void);

#endif
