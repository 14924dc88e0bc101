/* Pieces of one size. */
#include "cmocka_all.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/slab.h"

/* A block of 8 MB has some 240 of the large ones: all sizes fill several. */
static const size_t sizes[] = {1, 64, 708, 8008, 33000, 100000};
enum { SIZES = sizeof sizes / sizeof *sizes, PIECES = 1000, THREADS = 4, ROUNDS = 20000 };

static sst_slab *make_slab(size_t size)
{
    sst_slab *slab;
    sst_error error;
    assert_int_equal(sst_slab_create(size, "pieces", &slab, &error), SST_OK);
    return slab;
}

static void *take(sst_slab *slab)
{
    sst_error error;
    void *piece = sst_slab_take(slab, &error);
    assert_non_null(piece);
    assert_int_equal((uintptr_t)piece % 64, 0);
    return piece;
}

static void test_pieces_do_not_touch(void **state)
{
    (void)state;
    for (size_t s = 0; s < SIZES; s++) {
        sst_slab *slab = make_slab(sizes[s]);
        unsigned char *pieces[PIECES];
        assert_in_range(sst_slab_piece(slab), sizes[s], sizes[s] + 63);
        for (size_t i = 0; i < PIECES; i++)
            memset(pieces[i] = take(slab), (int)(i % 251), sizes[s]);
        for (size_t i = 0; i < PIECES; i++)
            for (size_t at = 0; at < sizes[s]; at++)
                if (pieces[i][at] != i % 251)
                    fail_msg("byte %zu of piece %zu of %zu bytes", at, i, sizes[s]);
        for (size_t i = 0; i < PIECES; i++)
            sst_slab_give(slab, pieces[i]);
        sst_slab_give(slab, NULL);
        sst_slab_free(slab);
    }
    sst_slab_free(NULL);
}

static int compare_pieces(const void *left, const void *right)
{
    uintptr_t a, b;
    memcpy(&a, left, sizeof a);
    memcpy(&b, right, sizeof b);
    return a < b ? -1 : a > b;
}

/* What was given back is taken again before anything new: half of the pieces leave and come back in
 * a block that is still in use. */
static void test_pieces_come_again(void **state)
{
    (void)state;
    sst_slab *slab = make_slab(33000);
    void *pieces[2][PIECES];
    for (size_t i = 0; i < PIECES; i++)
        pieces[0][i] = take(slab);
    memcpy(pieces[1], pieces[0], sizeof pieces[0]);
    for (size_t i = 0; i < PIECES; i += 2)
        sst_slab_give(slab, pieces[1][i]);
    for (size_t i = 0; i < PIECES; i += 2)
        pieces[1][i] = take(slab);
    qsort(pieces[0], PIECES, sizeof *pieces[0], compare_pieces);
    qsort(pieces[1], PIECES, sizeof *pieces[1], compare_pieces);
    assert_memory_equal(pieces[0], pieces[1], sizeof pieces[0]);
    sst_slab_free(slab); /* with all of them */
}

/* ---- Threads ---- */

/* Each holds some pieces full of its own mark, in an order of its own. */
static void *take_and_give(void *context)
{
    enum { HELD = 300, SIZE = 33000 };
    sst_slab *slab = context;
    unsigned char *held[HELD] = {NULL};
    uint64_t own = (uint64_t)(uintptr_t)held, wrong = 0;
    for (uint64_t i = 0; i < ROUNDS; i++) {
        size_t at = sst_mix64(own + i) % HELD;
        unsigned char mark = (unsigned char)sst_mix64(own);
        if (held[at] != NULL) {
            wrong += held[at][0] != mark || held[at][SIZE - 1] != mark;
            sst_slab_give(slab, held[at]);
            held[at] = NULL;
        } else if ((held[at] = sst_slab_take(slab, NULL)) != NULL) {
            held[at][0] = held[at][SIZE - 1] = mark;
        }
    }
    for (size_t i = 0; i < HELD; i++)
        sst_slab_give(slab, held[i]);
    return wrong == 0 ? context : NULL;
}

static void test_threads(void **state)
{
    (void)state;
    sst_slab *slab = make_slab(33000);
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_and_give, slab), 0);
    for (size_t i = 0; i < THREADS; i++) {
        void *good;
        pthread_join(threads[i], &good);
        assert_ptr_equal(good, slab);
    }
    sst_slab_free(slab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_do_not_touch),
        cmocka_unit_test(test_pieces_come_again),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
