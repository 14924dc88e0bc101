#include "report/support.h"

#include "report/report.h"

static void check(sst_relation relation, uint32_t shared, uint32_t a, uint32_t b,
                  sst_certainty expected)
{
    sst_overlap overlap = {.shared = shared, .a_count = a, .b_count = b};
    assert_int_equal(sst_report_certainty(relation, &overlap), expected);
}

static void test_borders(void **state)
{
    (void)state;
    check(SST_RELATION_IDENTICAL, 0, 0, 0, SST_CERTAIN);
    check(SST_RELATION_COPY, 90, 100, 90, SST_CERTAIN);
    check(SST_RELATION_COPY, 89, 100, 89, SST_SURE);
    check(SST_RELATION_EXCERPT, 65, 100, 1000, SST_SURE);
    check(SST_RELATION_EXCERPT, 64, 100, 1000, SST_CLOSE);
    check(SST_RELATION_EXCERPT, 64, 1000, 100, SST_CLOSE);
}

static void test_counts_may_be_large(void **state)
{
    (void)state;
    check(SST_RELATION_COPY, UINT32_MAX, UINT32_MAX, UINT32_MAX, SST_CERTAIN);
    check(SST_RELATION_COPY, 1, UINT32_MAX, UINT32_MAX, SST_CLOSE);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(sst_certainty_name(SST_CLOSE), "close call");
    assert_string_equal(sst_certainty_name((sst_certainty)9), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_borders),
        cmocka_unit_test(test_counts_may_be_large),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
