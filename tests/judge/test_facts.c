/* Facts changed in place: known answers at the borders of the rules. */
#include "judge/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "judge/judge.h"

static void test_figures(void **state)
{
    (void)state;
    sst_limits l = sst_judge_limits();
    sst_signs s = {.aligned = 200, .figures_same = 2, .figures_changed = 2, .figure_edits = 2};
    assert_true(sst_figures_changed(&s, &l));
    s.figures_same = 3;
    assert_false(sst_figures_changed(&s, &l));
    s = (sst_signs){.aligned = 200, .figures_same = 8, .figures_changed = 4};
    assert_true(sst_figures_changed(&s, &l));
    s.figures_same = 9;
    assert_false(sst_figures_changed(&s, &l));

    s = (sst_signs){.figure_edits = 2, .edits = 3, .insertions = 2};
    assert_true(sst_figures_are_few(&s, &l));
    s.insertions = 1;
    assert_false(sst_figures_are_few(&s, &l));
}

static void test_issues(void **state)
{
    (void)state;
    sst_limits l = sst_judge_limits();
    sst_signs table = {.aligned = 60, .figures_same = 18, .figures_changed = 2};
    assert_true(sst_is_other_issue(&table, &l, 0));
    table.figures_same = 19; /* fewer than a tenth have changed */
    assert_false(sst_is_other_issue(&table, &l, 0));
    assert_true(sst_is_other_issue(&table, &l, l.many_days));
    table.figures_changed = 0;
    assert_false(sst_is_other_issue(&table, &l, l.many_days));

    sst_signs report = {.aligned = 300, .figures_same = 60, .figures_changed = 7};
    assert_false(sst_is_other_issue(&report, &l, 0));
    report.figures_changed = 8;
    assert_true(sst_is_other_issue(&report, &l, 0));
    report.aligned = 900; /* few of the words are figures */
    assert_false(sst_is_other_issue(&report, &l, l.many_days));
}

static void test_forms(void **state)
{
    (void)state;
    sst_limits l = sst_judge_limits();
    const sst_signs form = {.edits = 3, .insertions = 1, .figures_same = 2, .figures_changed = 1,
                            .title_a = 5, .title_b = 5, .title_shared = 1, .title_union = 9};
    assert_true(sst_is_other_form(&form, &l));
    sst_signs s = form;
    s.insertions = 2;
    assert_false(sst_is_other_form(&s, &l));
    s = form;
    s.figures_same = 3;
    assert_false(sst_is_other_form(&s, &l));
    s = form;
    s.stretches = 1;
    assert_false(sst_is_other_form(&s, &l));
    s = form;
    s.title_shared = 3;
    assert_false(sst_is_other_form(&s, &l));
    s = form;
    s.title_b = 0;
    assert_false(sst_is_other_form(&s, &l));
}

static void test_names(void **state)
{
    (void)state;
    sst_limits l = sst_judge_limits();
    sst_signs s = {.edits = 4, .renamed_places = 2, .renamed_words = 2};
    assert_true(sst_names_changed(&s, &l));
    assert_false(sst_names_are_few(&s, &l));
    s.insertions = 1;
    assert_true(sst_names_are_few(&s, &l));
    s.renamed_words = 3;
    assert_false(sst_names_are_few(&s, &l));
    s.renamed_places = 1;
    assert_false(sst_names_changed(&s, &l));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_issues),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
