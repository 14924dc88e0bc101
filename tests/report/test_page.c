#include "report/support.h"

#include "report/assets.h"
#include "report/report.h"

/* ---- a model by hand --------------------------------------------------------------------- */

#define BAD "<script>\"'&</script>"

static const sst_report_rule rules[] = {{"equal-text", "the texts are equal, word for word"},
                                        {"mostly-same", "one text is mostly the other"}};

typedef struct small_model {
    sst_slice sources[2], sets[1];
    sst_report_story stories[5];
    sst_report_cluster clusters[1];
    sst_report_pair review[1];
    sst_report_family families[1];
    uint32_t members[2];
    sst_report_model model;
} small_model;

static sst_report_story make_story(const char *id, const char *title, const char *lang, bool right)
{
    return (sst_report_story){
        .id = test_slice(id), .title = test_slice(title), .url = test_slice("https://x.example/"),
        .lang = test_slice(lang), .text = test_slice("one two three"), .published = 86400,
        .tokens = 3, .right_to_left = right};
}

static void fill(small_model *m)
{
    *m = (small_model){
        .sources = {test_slice(BAD "a"), test_slice(BAD "b")},
        .sets = {test_slice(BAD)},
        .stories = {make_story(BAD "1", BAD, "en", false), make_story("2", "খবর", "bn", false),
                    make_story("3", "خبر", "ar", true), make_story("4", "", BAD, false),
                    make_story("5", "five", "", false)},
        .clusters = {{.id = test_slice(BAD "1"), .begin = 0, .count = 3,
                      .choice = SST_REPORT_EARLIEST}},
        .review = {{.a = 3, .b = 4, .overlap = {6, 10, 12}, .relation = SST_RELATION_TEMPLATE}},
        .families = {{.begin = 0, .listed = 2, .count = 7, .relation = SST_RELATION_TEMPLATE}},
        .members = {3, 4},
    };
    m->stories[1].source = 1;
    m->stories[1].rule = 1;
    m->stories[1].relation = SST_RELATION_COPY;
    m->stories[1].overlap = (sst_overlap){8, 10, 10};
    m->stories[2].relation = SST_RELATION_IDENTICAL;
    m->stories[2].overlap = (sst_overlap){10, 10, 10};
    m->stories[3].source = UINT32_MAX;
    m->stories[3].published = SST_NO_TIME;
    m->stories[4].text = (sst_slice){NULL, 0};
    m->model = (sst_report_model){
        .title = "The & title", .now = SST_NO_TIME, .summary = {.stories = 12345},
        .sources = m->sources, .sets = m->sets, .source_count = 2, .set_count = 1,
        .rules = rules, .rule_count = 2, .stories = m->stories, .story_count = 5,
        .clusters = m->clusters, .cluster_count = 1, .review = m->review, .review_count = 1,
        .review_all = 1, .families = m->families, .family_members = m->members,
        .family_count = 1, .family_all = 1};
}

static sst_status append(void *context, const char *bytes, size_t size, sst_error *error)
{
    (void)error;
    sst_buffer_append(context, bytes, size);
    return SST_OK;
}

/* Terminated; sst_buffer_free it. */
static sst_buffer write_page(const sst_report_model *model)
{
    sst_buffer out = {0};
    sst_error error;
    assert_int_equal(sst_report_write(model, (sst_sink){append, &out}, &error), SST_OK);
    sst_buffer_byte(&out, '\0');
    return out;
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        count++;
    return count;
}

/* ---- tests ------------------------------------------------------------------------------- */

static void test_page_is_complete(void **state)
{
    (void)state;
    small_model m;
    fill(&m);
    sst_buffer page = write_page(&m.model);
    assert_ptr_equal(strstr(page.bytes, "<!doctype html>"), page.bytes);
    assert_string_equal(page.bytes + page.size - 1 - strlen("</html>\n"), "</html>\n");
    assert_non_null(strstr(page.bytes, "<title>The &amp; title</title>"));
    assert_non_null(strstr(page.bytes, "12,345 stories"));
    assert_non_null(strstr(page.bytes, "lang=\"bn\" dir=\"ltr\">খবর"));
    assert_non_null(strstr(page.bytes, "lang=\"ar\" dir=\"rtl\">خبر"));
    assert_null(strstr(page.bytes, "@@"));
    sst_buffer_free(&page);
}

/* An archive's cluster goes by the id of the story that founded it. */
static void test_own_cluster_id(void **state)
{
    (void)state;
    small_model m;
    fill(&m);
    sst_buffer page = write_page(&m.model);
    assert_null(strstr(page.bytes, "Cluster <bdi"));
    sst_buffer_free(&page);
    m.clusters[0].id = test_slice("2/ক");
    page = write_page(&m.model);
    assert_non_null(strstr(page.bytes, "Cluster <bdi class=\"id\">2/ক</bdi>. Canonical: "));
    assert_non_null(strstr(page.bytes, "#cluster=2%2F%E0%A6%95\""));
    sst_buffer_free(&page);
}

/* The two script elements are ours; nothing of the stories opens an element or an attribute. */
static void test_hostile_strings_stay_text(void **state)
{
    (void)state;
    small_model m;
    fill(&m);
    sst_buffer page = write_page(&m.model);
    assert_int_equal(count_of(page.bytes, "<script"), 2);
    assert_int_equal(count_of(page.bytes, "</script>"), 2);
    assert_null(strstr(page.bytes, BAD));
    assert_non_null(strstr(page.bytes, "&lt;script&gt;&quot;&#39;&amp;&lt;/script&gt;"));
    sst_buffer_free(&page);
}

/* Nothing but links names another address, and those are not fetched. */
static void test_page_asks_for_nothing(void **state)
{
    (void)state;
    small_model m;
    fill(&m);
    sst_buffer page = write_page(&m.model);
    char *block = strstr(page.bytes, "id=\"block\"");
    assert_non_null(block);
    assert_non_null(strstr(page.bytes, "default-src 'none'"));
    assert_null(strstr(page.bytes, "unsafe-"));
    assert_null(strstr(page.bytes, "@import"));
    assert_null(strstr(page.bytes, " src="));
    assert_null(strstr(page.bytes, " style="));
    assert_int_equal(count_of(page.bytes, "url("), count_of(page.bytes, "url(#head)"));
    assert_int_equal(count_of(page.bytes, "<link"), 1);
    assert_non_null(strstr(page.bytes, "<link rel=\"icon\" href=\"data:,\">"));
    sst_buffer_free(&page);
}

/* What the policy allows is exactly what stands in the elements. */
static void test_assets_stand_unchanged(void **state)
{
    (void)state;
    small_model m;
    fill(&m);
    sst_buffer page = write_page(&m.model);
    const sst_asset *assets[] = {&sst_asset_style, &sst_asset_script};
    const char *opens[] = {"<style>", "<script>"}, *closes[] = {"</style>", "</script>"};
    for (int i = 0; i < 2; i++) {
        char *at = strstr(page.bytes, opens[i]);
        assert_non_null(at);
        at += strlen(opens[i]);
        assert_memory_equal(at, assets[i]->bytes, assets[i]->size);
        assert_memory_equal(at + assets[i]->size, closes[i], strlen(closes[i]));
    }
    sst_buffer_free(&page);
}

static void test_same_model_same_bytes(void **state)
{
    (void)state;
    small_model m;
    fill(&m);
    sst_buffer first = write_page(&m.model), second = write_page(&m.model);
    assert_int_equal(first.size, second.size);
    assert_memory_equal(first.bytes, second.bytes, first.size);
    sst_buffer_free(&first);
    sst_buffer_free(&second);
}

static void test_date_is_printed_when_given(void **state)
{
    (void)state;
    small_model m;
    fill(&m);
    sst_buffer page = write_page(&m.model);
    assert_null(strstr(page.bytes, "as of"));
    sst_buffer_free(&page);
    m.model.now = 951782400;
    page = write_page(&m.model);
    assert_non_null(strstr(page.bytes, "as of <time datetime=\"2000-02-29T00:00Z\">"));
    sst_buffer_free(&page);
}

static void test_empty_model(void **state)
{
    (void)state;
    sst_report_model empty = {.title = "none", .now = SST_NO_TIME, .rules = rules,
                              .rule_count = 2};
    sst_buffer page = write_page(&empty);
    assert_non_null(strstr(page.bytes, "No story was told twice"));
    assert_non_null(strstr(page.bytes, "No source repeats another one"));
    assert_non_null(strstr(page.bytes, "Nothing is doubtful"));
    sst_buffer_free(&page);
}

static sst_status refuse(void *context, const char *bytes, size_t size, sst_error *error)
{
    size_t *left = context;
    (void)bytes;
    (void)size;
    if ((*left)-- == 0)
        return error->status = SST_FULL;
    return SST_OK;
}

/* A sink that fails at any of its calls ends the page with its own status. */
static void test_sink_failures_are_passed_on(void **state)
{
    (void)state;
    small_model m;
    fill(&m);
    size_t failed = 0;
    for (size_t call = 0; call < 100; call++) {
        size_t left = call;
        sst_error error;
        sst_status status = sst_report_write(&m.model, (sst_sink){refuse, &left}, &error);
        if (status == SST_OK)
            break;
        assert_int_equal(status, SST_FULL);
        failed++;
    }
    assert_in_range(failed, 5, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_page_is_complete),
        cmocka_unit_test(test_own_cluster_id),
        cmocka_unit_test(test_hostile_strings_stay_text),
        cmocka_unit_test(test_page_asks_for_nothing),
        cmocka_unit_test(test_assets_stand_unchanged),
        cmocka_unit_test(test_same_model_same_bytes),
        cmocka_unit_test(test_date_is_printed_when_given),
        cmocka_unit_test(test_empty_model),
        cmocka_unit_test(test_sink_failures_are_passed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
