/* Token streams that were looked at lately. */
#include "cmocka_all.h"

#include <stdlib.h>

#include "base/hash.h"
#include "job/shelf.h"

/* Some 30 MB of tokens, and one story that is larger than a block of memory. */
enum { STORIES = 6000, LONG_STORY = 77, LONG_TOKENS = 3000000, TITLE = 5 };

static uint32_t tokens_of(uint32_t number)
{
    return number == LONG_STORY ? LONG_TOKENS : (uint32_t)(sst_mix64(number) % 2500);
}

static uint32_t token(uint32_t number, uint32_t at)
{
    return (uint32_t)sst_mix64((uint64_t)number << 32 | at);
}

static const sst_shelf_story *put(sst_shelf *shelf, uint32_t number)
{
    static uint32_t tokens[LONG_TOKENS + TITLE];
    uint32_t count = tokens_of(number);
    for (uint32_t i = 0; i < count + TITLE; i++)
        tokens[i] = token(number, i);
    const sst_story story = {.tokens = tokens, .token_count = count, .title = tokens + count,
                             .title_count = TITLE};
    const sst_shelf_story *kept;
    sst_error error;
    assert_int_equal(sst_shelf_put(shelf, number, &story, &kept, &error), SST_OK);
    return kept;
}

static void check_story(const sst_shelf_story *story, uint32_t number)
{
    assert_non_null(story);
    assert_int_equal(story->number, number);
    assert_int_equal(story->token_count, tokens_of(number));
    assert_int_equal(story->title_count, TITLE);
    for (uint32_t i = 0; i < story->token_count + TITLE; i++)
        if (story->tokens[i] != token(number, i))
            fail_msg("token %u of story %u", i, number);
}

static sst_shelf *make_shelf(uint64_t budget)
{
    sst_shelf *shelf;
    sst_error error;
    assert_int_equal(sst_shelf_create(budget, &shelf, &error), SST_OK);
    return shelf;
}

static void test_stories_stay_whole(void **state)
{
    (void)state;
    sst_shelf *shelf = make_shelf(UINT64_C(1) << 30);
    for (uint32_t number = 1; number <= STORIES; number++)
        check_story(put(shelf, number), number);
    assert_ptr_equal(put(shelf, 5), sst_shelf_find(shelf, 5)); /* it is there */
    sst_shelf_trim(shelf);
    for (uint32_t number = 1; number <= STORIES; number++)
        check_story(sst_shelf_find(shelf, number), number);
    assert_null(sst_shelf_find(shelf, STORIES + 1));
    sst_shelf_reset(shelf);
    assert_null(sst_shelf_find(shelf, 5));
    check_story(put(shelf, 5), 5);
    sst_shelf_free(shelf);
}

/* At half of the budget a generation becomes the old one, and goes when the next one has grown. */
static void test_old_ones_go(void **state)
{
    (void)state;
    sst_shelf *shelf = make_shelf(4 << 20);
    uint64_t bytes = 0;
    uint32_t number = 100, first = number, second = 0;
    for (; second == 0; number++) {
        put(shelf, number);
        bytes += sizeof(sst_shelf_story) + 4 * (tokens_of(number) + TITLE);
        sst_shelf_trim(shelf);
        check_story(sst_shelf_find(shelf, first), first);
        if (bytes >= 2 << 20)
            second = number + 1;
    }
    for (bytes = 0; bytes < 2 << 20; number++) {
        check_story(sst_shelf_find(shelf, first), first);
        put(shelf, number);
        bytes += sizeof(sst_shelf_story) + 4 * (tokens_of(number) + TITLE);
        sst_shelf_trim(shelf);
    }
    assert_null(sst_shelf_find(shelf, first));
    assert_null(sst_shelf_find(shelf, second - 1));
    check_story(sst_shelf_find(shelf, second), second);
    sst_shelf_free(shelf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stories_stay_whole),
        cmocka_unit_test(test_old_ones_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
