#include "samestory.h"

#include <string.h>

#include "cmocka_all.h"

static void names_round_trip(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SST_RELATION_COUNT; i++) {
        const char *name = sst_relation_name((sst_relation)i);
        sst_relation relation;
        assert_true(sst_relation_parse(name, strlen(name), &relation));
        assert_int_equal(relation, i);
        assert_false(sst_relation_parse(name, strlen(name) - 1, &relation));
    }
    assert_string_equal(sst_relation_name((sst_relation)99), "unknown");
    assert_string_equal(sst_relation_name(SST_RELATION_FURNITURE), "furniture");
}

static void same_story_is_the_first_four(void **state)
{
    (void)state;
    static const bool same[SST_RELATION_COUNT] = {
        [SST_RELATION_IDENTICAL] = true, [SST_RELATION_COPY] = true,
        [SST_RELATION_UPDATE] = true, [SST_RELATION_EXCERPT] = true};
    for (unsigned i = 0; i < SST_RELATION_COUNT; i++)
        assert_int_equal(sst_relation_same_story((sst_relation)i), same[i]);
    assert_false(sst_relation_same_story((sst_relation)99));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_round_trip), cmocka_unit_test(same_story_is_the_first_four),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
