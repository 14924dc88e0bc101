/* Cluster scores against values worked out by hand. */
#include "cmocka_all.h"

#include "job/score.h"

static void assert_near(double got, double expected)
{
    if (got < expected - 1e-9 || got > expected + 1e-9)
        fail_msg("%.12f is not %.12f", got, expected);
}

static void equal_clusters_score_one(void **state)
{
    (void)state;
    sst_labelled items[] = {{1, 9}, {1, 9}, {2, 8}, {3, 7}};
    sst_cluster_scores s;
    sst_score_clusters(items, 4, &s);
    assert_near(s.pair_f1, 1);
    assert_near(s.cubed_f1, 1);
    assert_near(s.adjusted_rand, 1);
    assert_int_equal(s.largest_found, 2);
    assert_int_equal(s.largest_truth, 2);
}

/* Found {a b c}{d}, truth {a b}{c d}: pairs 1 of 3 right, 1 of 2 found; B-cubed precision
 * (2/3 + 2/3 + 1/3 + 1) / 4, recall (1 + 1 + 1/2 + 1/2) / 4; Rand: (1 - 3*2/6) / (2.5 - 1). */
static void known_confusion(void **state)
{
    (void)state;
    sst_labelled items[] = {{1, 1}, {1, 1}, {1, 2}, {2, 2}};
    sst_cluster_scores s;
    sst_score_clusters(items, 4, &s);
    assert_near(s.pair_precision, 1.0 / 3);
    assert_near(s.pair_recall, 1.0 / 2);
    assert_near(s.pair_f1, 0.4);
    assert_near(s.cubed_precision, 8.0 / 12);
    assert_near(s.cubed_recall, 0.75);
    assert_near(s.adjusted_rand, 0);
}

static void one_cluster_of_strangers_is_poor(void **state)
{
    (void)state;
    sst_labelled items[] = {{1, 1}, {1, 2}, {1, 3}, {1, 4}};
    sst_cluster_scores s;
    sst_score_clusters(items, 4, &s);
    assert_near(s.pair_precision, 0);
    assert_near(s.pair_recall, 1);
    assert_near(s.cubed_precision, 0.25);
    assert_int_equal(s.largest_found, 4);
}

static void nothing_scores_without_dividing(void **state)
{
    (void)state;
    sst_cluster_scores s;
    sst_score_clusters(NULL, 0, &s);
    assert_int_equal(s.items, 0);
    assert_near(sst_score_f1(0, 0), 0);
    assert_near(sst_score_f1(0.5, 1), 2.0 / 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_clusters_score_one),
        cmocka_unit_test(known_confusion),
        cmocka_unit_test(one_cluster_of_strangers_is_poor),
        cmocka_unit_test(nothing_scores_without_dividing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
