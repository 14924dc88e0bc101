/* Memory of index pages: what is taken is apart, what is given back is taken again. */
#include "cmocka_all.h"

#include <string.h>

#include "store/frames.h"

enum { FRAMES = 300, SMALL = 28000, LARGE = 200000 };

static size_t size_of(size_t i)
{
    return i % 7 == 0 ? LARGE : SMALL - i;
}

static void fill(sst_frames *frames, unsigned char *taken[FRAMES], size_t step)
{
    for (size_t i = 0; i < FRAMES; i += step) {
        taken[i] = sst_frame_take(frames, size_of(i), NULL);
        assert_non_null(taken[i]);
        memset(taken[i], (int)(i % 251), size_of(i));
    }
}

static void test_frames_are_apart(void **state)
{
    (void)state;
    sst_frames frames;
    unsigned char *taken[FRAMES];
    sst_frames_init(&frames);
    fill(&frames, taken, 1);
    for (size_t i = 0; i < FRAMES; i += 3)
        sst_frame_give(&frames, taken[i], size_of(i));
    size_t slabs = frames.count;
    fill(&frames, taken, 3);
    assert_int_equal(frames.count, slabs);
    for (size_t i = 0; i < FRAMES; i++) {
        assert_int_equal(taken[i][0], i % 251);
        assert_int_equal(taken[i][size_of(i) - 1], i % 251);
    }
    for (size_t i = 0; i < FRAMES; i++)
        sst_frame_give(&frames, taken[i], size_of(i));
    sst_frames_free(&frames);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_frames_are_apart)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
