#include "read/census.h"

#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"

static void add(sst_census *census, sst_parser *parser, const char *line)
{
    char padded[1024 + 64] = {0};
    size_t size = strlen(line);
    assert_true(size < 1024);
    memcpy(padded, line, size);
    assert_int_equal(sst_census_add(census, parser, padded, size, NULL), SST_OK);
}

static sst_parser *parser_with(const sst_field *fields, size_t count)
{
    sst_parser_options options = {.fields = fields, .field_count = count, .now = SST_NO_TIME};
    sst_parser *parser;
    assert_int_equal(sst_parser_create(&options, &parser, NULL), SST_OK);
    return parser;
}

static void a_missing_field_is_named(void **state)
{
    (void)state;
    sst_parser *parser = parser_with(NULL, 0);
    sst_census census = {0};
    sst_error error;
    assert_int_equal(sst_census_verdict(&census, parser, SST_WANTED_TEXT, &error), SST_OK);
    add(&census, parser, "{\"id\":1,\"body\":\"x\",\"in\":{\"text\":1}}");
    assert_int_equal(sst_census_verdict(&census, parser, SST_WANTED_TEXT, &error), SST_INPUT);
    assert_string_equal(error.message, "field 'text' is missing in the only record; seen: id, "
                                       "body, in; use --field text=NAME");
    add(&census, parser, "{\"id\":1,\"he\\nad\":\"x\"}");
    add(&census, parser, "not a record");
    assert_int_equal(sst_census_verdict(&census, parser, SST_WANTED_TEXT, &error), SST_INPUT);
    assert_string_equal(error.message, "field 'text' is missing in all 2 records; seen: id, body, "
                                       "in, he?ad; use --field text=NAME");
    for (int i = 0; i < 200; i++)
        add(&census, parser, "{\"id\":1}");
    sst_census_verdict(&census, parser, SST_WANTED_TEXT, &error);
    assert_non_null(strstr(error.message, "missing in the first 100 records"));
    add(&census, parser, "{\"text\":\"too late\"}");
    assert_int_equal(sst_census_verdict(&census, parser, SST_WANTED_TEXT, NULL), SST_INPUT);
    assert_int_equal(sst_census_verdict(&census, parser, SST_WANTED_ID, NULL), SST_OK);
    sst_census_free(&census);
    sst_parser_free(parser);
}

static void one_record_suffices(void **state)
{
    (void)state;
    sst_parser *parser = parser_with(NULL, 0);
    sst_census census = {0};
    for (int i = 0; i < 99; i++)
        add(&census, parser, "{\"id\":1}");
    add(&census, parser, "{\"text\":null}");
    assert_int_equal(sst_census_verdict(&census, parser, SST_WANTED_TEXT, NULL), SST_OK);
    sst_census_free(&census);
    sst_parser_free(parser);
}

static void mapped_fields_must_be_there(void **state)
{
    (void)state;
    static const sst_field fields[] = {{"text", "body"}, {"source", "site.name"}};
    sst_parser *parser = parser_with(fields, 2);
    sst_census census = {0};
    sst_error error;
    add(&census, parser, "{\"body\":\"x\",\"site\":{}}");
    assert_int_equal(sst_census_verdict(&census, parser, SST_WANTED_TEXT, &error), SST_INPUT);
    assert_non_null(strstr(error.message, "field 'site.name' is missing"));
    assert_non_null(strstr(error.message, "--field source=NAME"));
    add(&census, parser, "{\"site\":{\"name\":\"y\"}}");
    assert_int_equal(sst_census_verdict(&census, parser, SST_WANTED_TEXT, &error), SST_OK);
    sst_census_free(&census);
    sst_parser_free(parser);
}

/* Many and long names leave room for the remedy. */
static void names_are_bounded(void **state)
{
    (void)state;
    sst_parser *parser = parser_with(NULL, 0);
    sst_census census = {0};
    sst_error error;
    char line[256];
    for (int i = 0; i < 100; i++) {
        snprintf(line, sizeof line, "{\"k%d-ক%0*d\":1}", i, 100, 0);
        add(&census, parser, line);
    }
    assert_int_equal(census.count, SST_CENSUS_NAMES);
    sst_census_verdict(&census, parser, SST_WANTED_TEXT, &error);
    assert_non_null(strstr(error.message, "; use --field text=NAME"));
    assert_non_null(strstr(error.message, "..."));
    sst_census_free(&census);
    sst_parser_free(parser);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_field_is_named), cmocka_unit_test(one_record_suffices),
        cmocka_unit_test(mapped_fields_must_be_there), cmocka_unit_test(names_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
