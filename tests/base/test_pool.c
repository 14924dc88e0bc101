#include "base/pool.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/parallel.h"
#include "cmocka_all.h"

enum { BLOCKS = 3000 };

/* Sizes from 0 to some 9 KB and now and then one larger than a segment. */
static size_t size_of(size_t i)
{
    return i % 1000 == 999 ? SST_POOL_SEGMENT + 123 : (size_t)(sst_mix64(i) % 9000);
}

static void fill_block(size_t i, unsigned char *bytes)
{
    for (size_t k = 0; k < size_of(i); k++)
        bytes[k] = (unsigned char)(i * 31 + k);
}

typedef struct store {
    sst_pool *pool;
    uint64_t offsets[BLOCKS];
} store;

static sst_status append_blocks(void *context, size_t begin, size_t end, unsigned thread,
                                sst_error *error)
{
    (void)thread;
    store *s = context;
    unsigned char *bytes = malloc(SST_POOL_SEGMENT + 1024);
    sst_status status = SST_OK;
    for (size_t i = begin; i < end && status == SST_OK; i++) {
        fill_block(i, bytes);
        status = sst_pool_append(s->pool, bytes, size_of(i), &s->offsets[i], error);
    }
    free(bytes);
    return status;
}

static sst_status check_blocks(void *context, size_t begin, size_t end, unsigned thread,
                               sst_error *error)
{
    (void)thread;
    store *s = context;
    unsigned char *wanted = malloc(SST_POOL_SEGMENT + 1024);
    unsigned char *scratch = malloc(SST_POOL_SEGMENT + 1024);
    sst_status status = SST_OK;
    for (size_t i = begin; i < end && status == SST_OK; i++) {
        const void *bytes = NULL;
        fill_block(i, wanted);
        status = sst_pool_read(s->pool, s->offsets[i], size_of(i), scratch, &bytes, error);
        if (status == SST_OK && memcmp(bytes, wanted, size_of(i)) != 0)
            status = sst_fail(error, SST_FORMAT, "block %zu differs", i);
    }
    free(wanted);
    free(scratch);
    return status;
}

static void holds_blocks(uint64_t budget, unsigned threads, bool spills)
{
    store *s = calloc(1, sizeof *s);
    sst_error error = {.status = SST_OK};
    assert_int_equal(sst_pool_create(budget, NULL, "the blocks", &s->pool, &error), SST_OK);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(sst_parallel(BLOCKS, 50, threads, append_blocks, s, &error), SST_OK);
        assert_int_equal(sst_pool_seal(s->pool, &error), SST_OK);
        assert_int_equal(sst_parallel(BLOCKS, 50, threads, check_blocks, s, &error), SST_OK);
        assert_int_equal(sst_pool_spilled(s->pool) != 0, spills);
        assert_true(sst_pool_resident(s->pool) <= budget + SST_POOL_SEGMENT);
        assert_int_equal(sst_pool_reset(s->pool, &error), SST_OK);
    }
    sst_pool_free(s->pool);
    free(s);
}

static void memory_and_file_read_the_same(void **state)
{
    (void)state;
    holds_blocks((uint64_t)1 << 30, 1, false);
    holds_blocks((uint64_t)1 << 30, 4, false);
    holds_blocks(2 * SST_POOL_SEGMENT, 1, true);
    holds_blocks(2 * SST_POOL_SEGMENT, 4, true);
    holds_blocks(0, 2, true);
}

static size_t names_in(const char *folder)
{
    DIR *listing = opendir(folder);
    size_t names = 0;
    assert_non_null(listing);
    while (readdir(listing) != NULL)
        names++;
    closedir(listing);
    return names;
}

/* What stands beyond the first 64 MB is asked for in larger pieces: all blocks of the last turn lie
 * there, or behind them in the file. */
static void large_pools_read_the_same(void **state)
{
    (void)state;
    enum { TURNS = 6, MEMORY = 120 << 20 };
    store *s = calloc(1, sizeof *s);
    sst_error error = {.status = SST_OK};
    for (uint64_t budget = MEMORY; budget <= 2 * MEMORY; budget += MEMORY) {
        assert_int_equal(sst_pool_create(budget, NULL, "the blocks", &s->pool, &error), SST_OK);
        for (int turn = 0; turn < TURNS; turn++)
            assert_int_equal(sst_parallel(BLOCKS, 50, 3, append_blocks, s, &error), SST_OK);
        assert_int_equal(sst_pool_seal(s->pool, &error), SST_OK);
        assert_int_equal(sst_parallel(BLOCKS, 50, 3, check_blocks, s, &error), SST_OK);
        assert_int_equal(sst_pool_spilled(s->pool) != 0, budget == MEMORY);
        assert_true(sst_pool_resident(s->pool) <= budget + SST_POOL_SEGMENT);
        sst_pool_free(s->pool);
    }
    free(s);
}

static void file_has_no_name(void **state)
{
    (void)state;
    char folder[] = "/tmp/samestory-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    size_t before = names_in(folder);
    sst_pool *pool;
    uint64_t offset;
    assert_int_equal(sst_pool_create(0, folder, "the blocks", &pool, NULL), SST_OK);
    assert_int_equal(sst_pool_append(pool, "news", 4, &offset, NULL), SST_OK);
    assert_int_equal(sst_pool_seal(pool, NULL), SST_OK);
    assert_int_equal(names_in(folder), before);
    sst_pool_free(pool);
    assert_int_equal(rmdir(folder), 0);
}

static void missing_folder_is_named(void **state)
{
    (void)state;
    sst_pool *pool;
    sst_error error = {.status = SST_OK};
    uint64_t offset;
    assert_int_equal(sst_pool_create(0, "/no/such/folder", "the tokens", &pool, NULL), SST_OK);
    assert_int_equal(sst_pool_append(pool, "x", 1, &offset, &error), SST_IO);
    assert_string_equal(error.file, "/no/such/folder");
    assert_non_null(strstr(error.message, "cannot create the temporary file for the tokens: no "));
    assert_non_null(strstr(error.message, "--tmp"));
    sst_pool_free(pool);
}

/* A limit of the file size stands for a full disk: both end as SST_FULL. */
static void full_disk_is_told(void **state)
{
    (void)state;
    static unsigned char block[1 << 16];
    struct rlimit old, low = {.rlim_cur = 1 << 20};
    sst_error error = {.status = SST_OK};
    sst_pool *pool;
    uint64_t offset;
    sst_status status = SST_OK;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    low.rlim_max = old.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
    assert_int_equal(sst_pool_create(0, NULL, "the tokens", &pool, NULL), SST_OK);
    for (int i = 0; i < 64 && status == SST_OK; i++)
        status = sst_pool_append(pool, block, sizeof block, &offset, &error);
    sst_pool_free(pool);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(status, SST_FULL);
    assert_non_null(strstr(error.message, "cannot write the temporary file for the tokens"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_and_file_read_the_same),
        cmocka_unit_test(large_pools_read_the_same),
        cmocka_unit_test(file_has_no_name),
        cmocka_unit_test(missing_folder_is_named),
        cmocka_unit_test(full_disk_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
