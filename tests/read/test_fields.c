#include "read/fields.h"

#include <string.h>

#include "cmocka_all.h"

static int find(const sst_fields *fields, const char *outer, const char *inner)
{
    int node = sst_fields_child(fields, 0, outer, strlen(outer));
    return node < 0 || inner == NULL ? node
                                     : sst_fields_child(fields, node, inner, strlen(inner));
}

static void defaults_are_the_own_names(void **state)
{
    (void)state;
    sst_fields fields;
    assert_int_equal(sst_fields_init(&fields, NULL, NULL, 0, NULL), SST_OK);
    for (unsigned i = 0; i < SST_WANTED_COUNT; i++) {
        int node = find(&fields, sst_wanted_name((sst_wanted)i), NULL);
        assert_true(node > 0);
        assert_int_equal(fields.nodes[node].fields, 1u << i);
        assert_false(fields.nodes[node].inner);
    }
    assert_int_equal(find(&fields, "tex", NULL), -1);
    assert_int_equal(find(&fields, "", NULL), -1);
    assert_int_equal(fields.mapped, 0);
}

static void paths_descend_and_override(void **state)
{
    (void)state;
    static const sst_field mapped[] = {{"title", "meta.head"}, {"url", "meta.link"},
                                       {"text", "content"}, {"lang", "content"}};
    sst_fields fields;
    assert_int_equal(sst_fields_init(&fields, "newsapi", mapped, 4, NULL), SST_OK);
    int source = find(&fields, "source", NULL);
    assert_true(fields.nodes[source].inner);
    assert_int_equal(fields.nodes[source].fields, 0);
    assert_int_equal(fields.nodes[find(&fields, "source", "name")].fields, 1u << SST_WANTED_SOURCE);
    assert_int_equal(fields.nodes[find(&fields, "meta", "head")].fields, 1u << SST_WANTED_TITLE);
    assert_int_equal(fields.nodes[find(&fields, "meta", "link")].fields, 1u << SST_WANTED_URL);
    assert_int_equal(fields.nodes[find(&fields, "content", NULL)].fields,
                     1u << SST_WANTED_TEXT | 1u << SST_WANTED_LANG);
    assert_int_equal(find(&fields, "title", NULL), -1);
    assert_int_equal(fields.mapped, 1u << SST_WANTED_TITLE | 1u << SST_WANTED_URL |
                                        1u << SST_WANTED_TEXT | 1u << SST_WANTED_LANG);
}

static void every_preset_is_known(void **state)
{
    (void)state;
    const char *const *names = sst_preset_names();
    size_t count = 0;
    for (; names[count] != NULL; count++) {
        sst_fields fields;
        assert_int_equal(sst_fields_init(&fields, names[count], NULL, 0, NULL), SST_OK);
        assert_string_not_equal(fields.paths[SST_WANTED_PUBLISHED], "published");
    }
    assert_int_equal(count, 6);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    static const struct {
        sst_field field;
        const char *message;
    } cases[] = {
        {{"body", "x"}, "unknown field 'body'"},
        {{NULL, "x"}, "unknown field"},
        {{"text", ""}, "empty name"},
        {{"text", NULL}, "empty name"},
        {{"text", "a..b"}, "empty name"},
        {{"text", ".a"}, "empty name"},
        {{"text", "a."}, "empty name"},
        {{"text", "a.b.c.d.e.f.g.h.i"}, "too long"},
    };
    sst_fields fields;
    sst_error error;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(sst_fields_init(&fields, NULL, &cases[i].field, 1, &error),
                         SST_ARGUMENT);
        assert_non_null(strstr(error.message, cases[i].message));
    }
    static const sst_field twice[] = {{"text", "a"}, {"text", "b"}};
    assert_int_equal(sst_fields_init(&fields, NULL, twice, 2, &error), SST_ARGUMENT);
    assert_non_null(strstr(error.message, "given twice"));
    assert_int_equal(sst_fields_init(&fields, "newspaper", NULL, 0, &error), SST_ARGUMENT);
    assert_non_null(strstr(error.message, "'newspaper'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_the_own_names),
        cmocka_unit_test(paths_descend_and_override), cmocka_unit_test(every_preset_is_known),
        cmocka_unit_test(mistakes_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
