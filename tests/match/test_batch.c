#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "match/batch.h"
#include "match/match.h"
#include "text/shingle.h"

enum { TEXTS = 40, MOST = 600 };

typedef struct text {
    uint32_t tokens[MOST];
    size_t count;
} text;

/* Few words make many repeats; copied runs make what is followed. */
static void draw(text *made, const text *from, uint64_t seed)
{
    made->count = (size_t)(sst_mix64(seed) % MOST);
    if (seed % 9 == 0)
        made->count %= 5;
    uint32_t words = 1 + (uint32_t)(sst_mix64(seed + 1) % (seed % 3 == 0 ? 6 : 3000));
    for (size_t i = 0; i < made->count; i++) {
        uint64_t random = sst_mix64(seed * 1000 + i);
        made->tokens[i] = (uint32_t)sst_mix64(random % words);
        if (from != NULL && from->count > 40 && random % 40 != 0 && seed % 4 != 0)
            made->tokens[i] = from->tokens[(i + seed % 30) % from->count];
    }
}

static uint32_t wanted_overlap(sst_overlap_table *table, const text *a, const text *b)
{
    sst_overlap overlap;
    assert_int_equal(sst_match_overlap(table, a->tokens, a->count, b->tokens, b->count, &overlap,
                                       NULL),
                     SST_OK);
    return overlap.shared;
}

/* All pairs of texts of which the first was entered. */
static void overlaps_as_one_by_one(void **state)
{
    (void)state;
    static text texts[TEXTS];
    uint32_t members[TEXTS];
    sst_overlap_table *table;
    sst_batch *batch;
    assert_int_equal(sst_overlap_table_create(&table, NULL), SST_OK);
    assert_int_equal(sst_batch_create(&batch, NULL), SST_OK);
    for (uint64_t seed = 1; seed < 40; seed++) {
        sst_batch_reset(batch);
        for (uint32_t t = 0; t < TEXTS; t++) {
            bool enter = sst_mix64(seed * 100 + t) % 3 != 0;
            draw(&texts[t], t == 0 ? NULL : &texts[sst_mix64(t + seed) % t], seed * TEXTS + t);
            assert_int_equal(sst_batch_find(batch, t), SST_BATCH_ABSENT);
            assert_int_equal(sst_batch_add(batch, t, texts[t].tokens, texts[t].count, enter,
                                           &members[t], NULL),
                             SST_OK);
            assert_int_equal(sst_batch_find(batch, t), members[t]);
            assert_int_equal(sst_batch_is_entered(batch, members[t]), enter);
            for (uint32_t a = 0; a < t; a++)
                if (sst_batch_is_entered(batch, members[a]))
                    assert_int_equal(sst_batch_shared(batch, members[a], members[t]),
                                     wanted_overlap(table, &texts[a], &texts[t]));
        }
    }
    sst_batch_free(batch);
    sst_overlap_table_free(table);
}

static void fills_and_begins_again(void **state)
{
    (void)state;
    static text made;
    uint32_t member, added = 0;
    sst_batch *batch;
    assert_int_equal(sst_batch_create(&batch, NULL), SST_OK);
    assert_false(sst_batch_is_full(batch));
    for (; !sst_batch_is_full(batch); added++) {
        draw(&made, NULL, 9 * added + 1);
        assert_int_equal(sst_batch_add(batch, 7, made.tokens, made.count, true, &member, NULL),
                         SST_OK);
        assert_int_equal(member, added);
    }
    assert_int_equal(sst_batch_find(batch, 7), member); /* the last one */
    sst_batch_reset(batch);
    assert_false(sst_batch_is_full(batch));
    assert_int_equal(sst_batch_find(batch, 7), SST_BATCH_ABSENT);
    sst_batch_free(batch);
}

static void texts_below_the_width(void **state)
{
    (void)state;
    const uint32_t tokens[] = {8, 10, 12};
    uint32_t member[6];
    sst_batch *batch;
    assert_int_equal(sst_batch_create(&batch, NULL), SST_OK);
    for (uint32_t t = 0; t < 6; t++)
        assert_int_equal(sst_batch_add(batch, t, t == 0 ? NULL : tokens, t % 4, true, &member[t],
                                       NULL),
                         SST_OK);
    for (uint32_t a = 0; a < 6; a++)
        for (uint32_t b = a; b < 6; b++)
            assert_int_equal(sst_batch_shared(batch, member[a], member[b]),
                             a % 4 == b % 4 && a % 4 != 0);
    sst_batch_free(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overlaps_as_one_by_one),
        cmocka_unit_test(fills_and_begins_again),
        cmocka_unit_test(texts_below_the_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
