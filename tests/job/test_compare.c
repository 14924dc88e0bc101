/* Two texts side by side: passages cover both, in order; swapping mirrors the answer. */
#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "job/support.h"

#define HEAD                                                                                   \
    "The harbour town of Eastmere opened its new tidal gate on Monday after nine years of "    \
    "work by four hundred builders who raised the sea wall by two metres along the old quay. "
#define TAIL                                                                                   \
    "The fish market has stood there since the first lighthouse was lit by the widow Hale, "   \
    "and its keepers will move back into the renewed halls before the herring fleet returns."

static sst_comparison *compare(const char *a, const char *b)
{
    sst_comparison *c;
    sst_error error;
    sst_status status = sst_compare_texts("a", a, strlen(a), "b", b, strlen(b), &c, &error);
    if (status != SST_OK)
        fail_msg("%s", error.message);
    return c;
}

/* Both texts are covered without gap or overlap; equal kinds say equal things. */
static void check_cover(const sst_comparison *c)
{
    uint32_t a = 0, b = 0;
    for (size_t i = 0; i < c->passage_count; i++) {
        const sst_passage *p = &c->passages[i];
        assert_int_equal(p->a_begin, a);
        assert_int_equal(p->b_begin, b);
        assert_true(p->a_end >= p->a_begin && p->b_end >= p->b_begin);
        assert_true(p->a_end > p->a_begin || p->b_end > p->b_begin);
        a = p->a_end;
        b = p->b_end;
    }
    assert_int_equal(a, c->size_a);
    assert_int_equal(b, c->size_b);
}

static const sst_passage *find(const sst_comparison *c, sst_passage_kind kind)
{
    for (size_t i = 0; i < c->passage_count; i++)
        if (c->passages[i].kind == kind)
            return &c->passages[i];
    return NULL;
}

static void equal_texts_are_one_passage(void **state)
{
    (void)state;
    sst_comparison *c = compare(HEAD TAIL, HEAD TAIL);
    assert_int_equal(c->relation, SST_RELATION_IDENTICAL);
    assert_int_equal(c->passage_count, 1);
    assert_int_equal(c->passages[0].kind, SST_PASSAGE_SHARED);
    check_cover(c);
    assert_non_null(c->stage);
    sst_comparison_free(c);
}

static void changed_word_stands_between_shared_text(void **state)
{
    (void)state;
    sst_comparison *c = compare(HEAD TAIL, "The harbour town of Eastmere opened its new tidal "
                                           "gate on Tuesday after nine years of work by four "
                                           "hundred builders who raised the sea wall by two "
                                           "metres along the old quay. " TAIL);
    check_cover(c);
    const sst_passage *changed = find(c, SST_PASSAGE_CHANGED);
    assert_non_null(changed);
    assert_int_equal(strncmp(c->text_a + changed->a_begin, "Monday ", 7), 0);
    assert_int_equal(strncmp(c->text_b + changed->b_begin, "Tuesday ", 8), 0);
    assert_int_equal(changed->a_end - changed->a_begin, 7);
    sst_comparison_free(c);
}

static void cut_tail_is_left_only(void **state)
{
    (void)state;
    sst_comparison *c = compare(HEAD TAIL, HEAD);
    check_cover(c);
    const sst_passage *left = find(c, SST_PASSAGE_LEFT);
    assert_non_null(left);
    assert_int_equal(strncmp(c->text_a + left->a_begin, "The fish", 8), 0);
    assert_null(find(c, SST_PASSAGE_RIGHT));
    sst_comparison_free(c);
}

static void swapping_mirrors(void **state)
{
    (void)state;
    sst_comparison *c = compare(HEAD TAIL, TAIL " And more was said there about it.");
    sst_comparison *d = compare(TAIL " And more was said there about it.", HEAD TAIL);
    assert_int_equal(c->relation, d->relation);
    assert_string_equal(c->rule, d->rule);
    assert_int_equal(c->shared, d->shared);
    assert_int_equal(c->shingles_a, d->shingles_b);
    assert_int_equal(c->shingles_b, d->shingles_a);
    check_cover(c);
    check_cover(d);
    sst_comparison_free(c);
    sst_comparison_free(d);
}

static void unspaced_scripts_are_covered(void **state)
{
    (void)state;
    sst_comparison *c = compare("东湾市的新潮汐闸门在经过九年的施工之后于星期一正式启用，渔市将搬回旧码头。",
                                "东湾市的新潮汐闸门在经过九年的施工之后于星期三正式启用，渔市将搬回旧码头。");
    check_cover(c);
    assert_true(c->shared > 0);
    const sst_passage *changed = find(c, SST_PASSAGE_CHANGED);
    assert_non_null(changed);
    assert_memory_equal(c->text_a + changed->a_begin, "一", changed->a_end - changed->a_begin);
    assert_memory_equal(c->text_b + changed->b_begin, "三", changed->b_end - changed->b_begin);
    sst_comparison_free(c);
}

static void unspaced_insertion_is_right_only(void **state)
{
    (void)state;
    sst_comparison *c = compare("东湾市的新潮汐闸门在经过九年的施工之后于星期一启用渔市将搬回旧码头",
                                "东湾市的新潮汐闸门在经过九年的施工之后于星期一正式启用渔市将搬回旧码头");
    check_cover(c);
    const sst_passage *added = find(c, SST_PASSAGE_RIGHT);
    assert_non_null(added);
    assert_memory_equal(c->text_b + added->b_begin, "正式", added->b_end - added->b_begin);
    assert_null(find(c, SST_PASSAGE_CHANGED));
    sst_comparison_free(c);
}

static void empty_text_is_right_only(void **state)
{
    (void)state;
    sst_comparison *c = compare("", HEAD);
    check_cover(c);
    assert_int_equal(c->passage_count, 1);
    assert_int_equal(c->passages[0].kind, SST_PASSAGE_RIGHT);
    sst_comparison_free(c);
}

static void written_as_one_line(void **state)
{
    (void)state;
    sst_buffer out = {0};
    sst_error error;
    sst_comparison *c = compare(HEAD, HEAD "\"quoted\" words stand behind it.");
    assert_int_equal(sst_comparison_write(c, test_sink(&out), &error), SST_OK);
    sst_buffer_byte(&out, '\0');
    static const char begin[] = "{\"a\":\"a\",\"b\":\"b\",\"relation\":\"";
    assert_memory_equal(out.bytes, begin, sizeof begin - 1);
    assert_ptr_equal(strchr(out.bytes, '\n'), out.bytes + out.size - 2);
    assert_non_null(strstr(out.bytes, "quoted\\\" words"));
    sst_buffer_free(&out);
    sst_comparison_free(c);
}

/* In a corpus: the decision of the corpus, or the stage that stopped the pair. */
static void corpus_says_what_it_decided(void **state)
{
    (void)state;
    char *file = test_file(".jsonl", "{\"id\":\"a\",\"text\":\"" HEAD TAIL "\"}\n"
                                     "{\"id\":\"b\",\"text\":\"" HEAD TAIL " indeed\"}\n"
                                     "{\"id\":\"c\",\"text\":\"Beekeepers count swarms.\"}\n");
    const char *files[] = {file};
    sst_options options = sst_options_default();
    sst_corpus *corpus;
    sst_comparison *c;
    sst_error error;
    assert_int_equal(sst_corpus_create(&options, &corpus, &error), SST_OK);
    assert_int_equal(sst_corpus_read(corpus, files, 1, &error), SST_OK);
    assert_int_equal(sst_corpus_match(corpus, &error), SST_OK);
    assert_int_equal(sst_corpus_compare(corpus, "a", "b", &c, &error), SST_OK);
    assert_int_equal(c->relation, SST_RELATION_COPY);
    assert_null(c->stage);
    sst_comparison_free(c);
    assert_int_equal(sst_corpus_compare(corpus, "a", "c", &c, &error), SST_OK);
    assert_non_null(c->stage);
    sst_comparison_free(c);
    assert_int_equal(sst_corpus_compare(corpus, "a", "zz", &c, &error), SST_NOT_FOUND);
    assert_non_null(strstr(error.message, "'zz'"));
    sst_corpus_free(corpus);
    unlink(file);
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_texts_are_one_passage),
        cmocka_unit_test(changed_word_stands_between_shared_text),
        cmocka_unit_test(cut_tail_is_left_only),
        cmocka_unit_test(swapping_mirrors),
        cmocka_unit_test(unspaced_scripts_are_covered),
        cmocka_unit_test(unspaced_insertion_is_right_only),
        cmocka_unit_test(empty_text_is_right_only),
        cmocka_unit_test(written_as_one_line),
        cmocka_unit_test(corpus_says_what_it_decided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
