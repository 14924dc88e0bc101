#include "base/parallel.h"

#include <stdlib.h>

#include "cmocka_all.h"

enum { COUNT = 10007 };

typedef struct marks {
    unsigned char seen[COUNT];
    unsigned threads;
    size_t fail_from; /* chunks that begin here or later fail */
} marks;

static sst_status mark(void *context, size_t begin, size_t end, unsigned thread, sst_error *error)
{
    marks *m = context;
    if (thread >= m->threads || begin >= end)
        return sst_fail(error, SST_LIMIT, "bad chunk");
    if (begin >= m->fail_from)
        return sst_fail(error, SST_CANCELLED, "stopped at %zu", begin);
    for (size_t i = begin; i < end; i++)
        m->seen[i]++;
    return SST_OK;
}

static void every_index_once(void **state)
{
    (void)state;
    static const size_t chunks[] = {0, 1, 64, COUNT, 2 * COUNT};
    for (unsigned threads = 1; threads <= 7; threads++)
        for (size_t c = 0; c < sizeof chunks / sizeof chunks[0]; c++) {
            marks *m = calloc(1, sizeof *m);
            m->threads = threads;
            m->fail_from = SIZE_MAX;
            assert_int_equal(sst_parallel(COUNT, chunks[c], threads, mark, m, NULL), SST_OK);
            for (size_t i = 0; i < COUNT; i++)
                assert_int_equal(m->seen[i], 1);
            free(m);
        }
}

static void nothing_to_do(void **state)
{
    (void)state;
    marks *m = calloc(1, sizeof *m);
    assert_int_equal(sst_parallel(0, 16, 4, mark, m, NULL), SST_OK);
    free(m);
}

static void failure_stops_and_is_told(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        marks *m = calloc(1, sizeof *m);
        sst_error error = {.status = SST_OK};
        m->threads = threads;
        m->fail_from = 1000;
        assert_int_equal(sst_parallel(COUNT, 10, threads, mark, m, &error), SST_CANCELLED);
        assert_int_equal(error.status, SST_CANCELLED);
        /* Chunks are begun in order: the first that fails has run. */
        assert_string_equal(error.message, "stopped at 1000");
        for (size_t i = 0; i < 1000; i++)
            assert_int_equal(m->seen[i], 1);
        for (size_t i = 1000; i < COUNT; i++)
            assert_int_equal(m->seen[i], 0);
        free(m);
    }
}

static void threads_are_bounded(void **state)
{
    (void)state;
    assert_int_equal(sst_parallel_threads(3), 3);
    assert_true(sst_parallel_threads(0) >= 1);
    assert_int_equal(sst_parallel_threads(1000000), 256);
}

/* The same beside the caller, with any number of helpers, round after round. */
static void beside_every_index_once(void **state)
{
    (void)state;
    for (unsigned helpers = 0; helpers <= 3; helpers++) {
        sst_beside *beside;
        marks *m = calloc(1, sizeof *m);
        m->threads = helpers + 1;
        m->fail_from = SIZE_MAX;
        assert_int_equal(sst_beside_create(helpers, &beside, NULL), SST_OK);
        for (unsigned char round = 1; round <= 20; round++) {
            sst_beside_begin(beside, COUNT, 1 + 97 * (round % 3u), mark, m);
            assert_int_equal(sst_beside_finish(beside, NULL), SST_OK);
            for (size_t i = 0; i < COUNT; i++)
                assert_int_equal(m->seen[i], round);
        }
        sst_beside_free(beside);
        free(m);
    }
}

static void beside_tells_failures(void **state)
{
    (void)state;
    sst_beside *beside;
    sst_error error = {.status = SST_OK};
    marks *m = calloc(1, sizeof *m);
    m->threads = 3;
    m->fail_from = 1000;
    assert_int_equal(sst_beside_create(2, &beside, NULL), SST_OK);
    sst_beside_begin(beside, COUNT, 10, mark, m);
    assert_int_equal(sst_beside_finish(beside, &error), SST_CANCELLED);
    assert_int_equal(error.status, SST_CANCELLED);
    m->fail_from = SIZE_MAX;
    sst_beside_begin(beside, COUNT, 10, mark, m); /* unfinished: freeing finishes it */
    sst_beside_free(beside);
    for (size_t i = 1000; i < COUNT; i++)
        assert_true(m->seen[i] > 0);
    sst_beside_free(NULL);
    free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_index_once),
        cmocka_unit_test(nothing_to_do),
        cmocka_unit_test(failure_stops_and_is_told),
        cmocka_unit_test(threads_are_bounded),
        cmocka_unit_test(beside_every_index_once),
        cmocka_unit_test(beside_tells_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
