#include "read/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "read/published.h"
#include "read/reference_json.h"

static const int64_t now = 1709251200; /* 2024-03-01 */

typedef struct fixture {
    sst_parser *parser;
    sst_record record;
    sst_error error;
    char *line; /* of the last run: the record may point into it */
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    sst_parser_options options = {.now = now};
    *state = f;
    return f == NULL || sst_parser_create(&options, &f->parser, &f->error) != SST_OK;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    sst_parser_free(f->parser);
    free(f->line);
    free(f);
    return 0;
}

static sst_status run_bytes(fixture *f, const char *line, size_t size)
{
    free(f->line);
    f->line = malloc(size + 64);
    memcpy(f->line, line, size);
    memset(f->line + size, ',', 64);
    return sst_parser_run(f->parser, f->line, size, &f->record, &f->error);
}

static sst_status run(fixture *f, const char *line)
{
    return run_bytes(f, line, strlen(line));
}

static void assert_slice(sst_slice slice, const char *wanted)
{
    if (wanted == NULL) {
        assert_null(slice.bytes);
        return;
    }
    assert_non_null(slice.bytes);
    assert_int_equal(slice.size, strlen(wanted));
    assert_memory_equal(slice.bytes, wanted, slice.size);
}

static void a_whole_record(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        run(f, "{\"id\":\"a-1\",\"text\":\"Rain\\nfell \\u0995\\\"\",\"title\":\"Rain\",\"x\":[1,"
               "{\"text\":2}],\"url\":\"https://u@News.Example:81/a\",\"lang\":\"en\","
               "\"published\":\"2024-02-29\",\"page\":\"<p>\",\"cluster\":7}"),
        SST_OK);
    assert_slice(f->record.id, "a-1");
    assert_slice(f->record.text, "Rain\nfell ক\"");
    assert_slice(f->record.title, "Rain");
    assert_slice(f->record.url, "https://u@News.Example:81/a");
    assert_slice(f->record.source, "news.example");
    assert_slice(f->record.published, "2024-02-29");
    assert_slice(f->record.lang, "en");
    assert_slice(f->record.page, "<p>");
    assert_slice(f->record.cluster, "7");
    assert_int_equal(f->record.time, 1709164800);
    assert_false(f->record.text_missing || f->record.published_odd);
}

static void defaults(void **state)
{
    fixture *f = *state;
    assert_int_equal(run(f, " {} "), SST_OK);
    assert_slice(f->record.id, NULL);
    assert_slice(f->record.text, NULL);
    assert_slice(f->record.source, NULL);
    assert_true(f->record.text_missing && f->record.time == SST_NO_TIME);
    assert_false(f->record.published_odd);

    assert_int_equal(run(f, "{\"id\":null,\"url\":\"http://a.b/\",\"source\":\"\",\"text\":null,"
                            "\"title\":null,\"published\":null,\"lang\":[1],\"page\":3,"
                            "\"cluster\":{}}"), SST_OK);
    assert_slice(f->record.id, "http://a.b/");
    assert_slice(f->record.source, "a.b");
    assert_slice(f->record.title, NULL);
    assert_slice(f->record.lang, NULL);
    assert_slice(f->record.page, NULL);
    assert_slice(f->record.cluster, NULL);
    assert_true(f->record.text_missing);

    assert_int_equal(run(f, "{\"id\":\"\",\"url\":\"\",\"text\":\"\"}"), SST_OK);
    assert_slice(f->record.id, NULL);
    assert_slice(f->record.url, NULL);
    assert_slice(f->record.text, "");
    assert_false(f->record.text_missing);

    assert_int_equal(run(f, "{\"id\":-12345678901234567890123,\"source\":\"AP\","
                            "\"url\":\"http://a.b/\"}"), SST_OK);
    assert_slice(f->record.id, "-12345678901234567890123");
    assert_slice(f->record.source, "AP");
}

static void published_of_every_type(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *value;
        int64_t time;
        bool odd;
    } cases[] = {
        {"\"2024-02-29\"", 1709164800, false}, {"1709164800", 1709164800, false},
        {"1709164800123", 1709164800, false},  {"1709164800.5", 1709164800, false},
        {"0", 0, false},                       {"\"None\"", SST_NO_TIME, true},
        {"true", SST_NO_TIME, true},           {"{\"$date\":1}", SST_NO_TIME, true},
        {"[2024,2,29]", SST_NO_TIME, true},    {"1e9", SST_NO_TIME, true},
        {"null", SST_NO_TIME, false},          {"\"\"", SST_NO_TIME, false},
    };
    char line[128];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(line, sizeof line, "{\"text\":\"x\",\"published\":%s}", cases[i].value);
        assert_int_equal(run(f, line), SST_OK);
        assert_true(f->record.time == cases[i].time);
        assert_int_equal(f->record.published_odd, cases[i].odd);
    }
    snprintf(line, sizeof line, "{\"published\":%lld}", (long long)now + SST_PUBLISHED_AHEAD);
    run(f, line);
    assert_int_equal(f->record.time, now + SST_PUBLISHED_AHEAD);
    snprintf(line, sizeof line, "{\"published\":%lld}", (long long)now + SST_PUBLISHED_AHEAD + 1);
    run(f, line);
    assert_true(f->record.time == SST_NO_TIME && f->record.published_odd);
}

/* Message and place. `at` stands under the offending byte. */
static void bad_records(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *line, *at, *message;
    } cases[] = {
        {"hello",
         "^", "not JSON: unexpected 'h' at byte 0"},
        {"  [{}]",
         "  ^", "the line is an array"},
        {"   ",
         "^", "the line is blank"},
        {"\xef\xbb\xbf{}",
         "^", "byte order mark"},
        {"{\"a\":1",
         "      ^", "does not end with the line"},
        {"{\"a\" 1}",
         "     ^", "unexpected '1' at byte 5"},
        {"{\"a\":1,}",
         "       ^", "unexpected '}'"},
        {"{\"a\":,}",
         "     ^", "unexpected ','"},
        {"{\"a\":}",
         "     ^", "unexpected '}'"},
        {"{\"a\":\x01}",
         "     ^", "unexpected byte 0x01"},
        {"{\"a\":\"b\":1}",
         "        ^", "unexpected ':'"},
        {"{\"a\":{\"b\":1}",
         "            ^", "does not end with the line"},
        {"{\"a\":[1}",
         "       ^", "unexpected '}'"},
        {"{} {}",
         "   ^", "something follows the object at byte 3"},
        {"{\"a\":01}",
         "     ^", "unexpected '0'"},
        {"{\"a\":nil}",
         "     ^", "unexpected 'n'"},
        {"{\"a\":{\"b\":[truth]}}",
         "           ^", "unexpected 't'"},
        {"{\"a\":\"b}",
         "     ^", "the string that begins at byte 5 is not closed"},
        {"{\"a\":\"b\tc\"}",
         "       ^", "raw control character at byte 7"},
        {"{\"a\\q\":1}",
         "   ^", "unknown escape at byte 3"},
        {"{\"a\":\"x\\ud800\"}",
         "       ^", "lone surrogate at byte 7"},
        {"{\"x\":{\"y\":\"\\udead\"}}",
         "           ^", "lone surrogate"},
        {"{\"\\udc00\":1}",
         "  ^", "lone surrogate at byte 2"},
        {"{\"a\":\"caf\xe9\"}",
         "         ^", "broken UTF-8 at byte 9"},
        {"{\"a\":\"\xed\xa0\x80\"}",
         "      ^", "broken UTF-8 at byte 6"},
        {"{\"text\":\"a\",\"text\":\"a\"}",
         "                   ^", "field 'text' stands twice"},
        {"{\"text\":\"a\",\"te\\u0078t\":null}",
         "                        ^", "field 'text' stands twice"},
        {"{\"text\":5}",
         "        ^", "field 'text' is a number, not a string"},
        {"{\"text\":[\"a\"]}",
         "        ^", "field 'text' is an array"},
        {"{\"title\":true}",
         "         ^", "field 'title' is true or false"},
        {"{\"source\":{\"name\":\"x\"}}",
         "          ^", "--field source=source.NAME"},
        {"{\"url\":1.5}",
         "       ^", "field 'url' is a number"},
        {"{\"id\":1.5}",
         "      ^", "field 'id' is a number that is not whole"},
        {"{\"id\":\"a\\u0001\"}",
         "^", "the id in field 'id' holds a control character"},
        {"{\"id\":\"a\\u0085\"}",
         "^", "holds a control character"},
        {"{\"id\":\"a\\u007f\"}",
         "^", "holds a control character"},
        {"{\"url\":\"a\\nb\"}",
         "^", "the id in field 'url' holds a control character"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(run(f, cases[i].line), SST_INPUT);
        if (strstr(f->error.message, cases[i].message) == NULL)
            fail_msg("'%s': %s", cases[i].line, f->error.message);
        if (f->error.offset != strlen(cases[i].at) - 1)
            fail_msg("'%s': offset %d", cases[i].line, (int)f->error.offset);
        assert_non_null(strstr(f->error.message, "; "));
        assert_string_equal(f->error.file, "");
    }
    assert_int_equal(run(f, "{\"id\":\"fine\"}"), SST_OK);
}

static void a_nul_byte(void **state)
{
    fixture *f = *state;
    assert_int_equal(run_bytes(f, "{\"a\":\"b\0c\"}", 12), SST_INPUT);
    assert_int_equal(f->error.offset, 7);
    assert_int_equal(run_bytes(f, "{\"a\":\0}", 7), SST_INPUT);
    assert_int_equal(run_bytes(f, "{}\0", 3), SST_INPUT);
    assert_int_equal(run(f, "{\"text\":\"b\\u0000c\"}"), SST_OK);
    assert_int_equal(f->record.text.size, 3);
}

static void limits_of_ids(void **state)
{
    fixture *f = *state;
    static const char *const keys[] = {"id", "url"};
    for (size_t i = 0; i < 2; i++) {
        for (size_t size = SST_ID_SIZE; size <= 1000000; size += 1000000 - SST_ID_SIZE) {
            char *line = malloc(size + 32);
            size_t begin = (size_t)sprintf(line, "{\"%s\":\"", keys[i]);
            memset(line + begin, 'x', size);
            strcpy(line + begin + size, "\"}");
            bool fits = size == SST_ID_SIZE;
            assert_int_equal(run(f, line), fits ? SST_OK : SST_INPUT);
            if (!fits)
                assert_non_null(strstr(f->error.message, "has 1000000 bytes; at most 4096"));
            free(line);
        }
    }
}

/* Levels are counted with the record; deeper is refused before the stack is in danger. */
static void depth(void **state)
{
    fixture *f = *state;
    static const struct {
        size_t levels;
        sst_status status;
    } cases[] = {{SST_RECORD_DEPTH - 1, SST_OK}, {SST_RECORD_DEPTH, SST_INPUT},
                 {100000, SST_INPUT}};
    for (size_t i = 0; i < 3; i++) {
        for (int kind = 0; kind < 2; kind++) {
            const char *open = kind == 0 ? "[" : "{\"a\":", *close = kind == 0 ? "]" : "}";
            sst_buffer line = {0};
            sst_buffer_text(&line, "{\"a\":");
            for (size_t level = 0; level < cases[i].levels; level++)
                sst_buffer_text(&line, open);
            sst_buffer_byte(&line, '1');
            for (size_t level = 0; level <= cases[i].levels; level++)
                sst_buffer_text(&line, level < cases[i].levels ? close : "}");
            assert_int_equal(run_bytes(f, line.bytes, line.size), cases[i].status);
            if (cases[i].status != SST_OK)
                assert_non_null(strstr(f->error.message, "nested deeper than 1024"));
            sst_buffer_free(&line);
        }
    }
    sst_buffer brackets = {0};
    for (int i = 0; i < 100000; i++)
        sst_buffer_byte(&brackets, '[');
    assert_int_equal(run_bytes(f, brackets.bytes, brackets.size), SST_INPUT);
    sst_buffer_free(&brackets);
}

static void mapped_fields(void **state)
{
    fixture *f = *state;
    static const sst_field fields[] = {{"title", "a.b.c"}, {"lang", "a.b"}, {"cluster", "id"}};
    sst_parser_options options = {.preset = "newsapi", .fields = fields, .field_count = 3,
                                  .now = SST_NO_TIME};
    sst_parser_free(f->parser);
    assert_int_equal(sst_parser_create(&options, &f->parser, &f->error), SST_OK);
    assert_int_equal(
        run(f, "{\"name\":\"no\",\"source\":{\"id\":null,\"name\":\"The Paper\"},\"content\":"
               "\"Body\",\"publishedAt\":\"2999-01-01\",\"a\":{\"c\":\"no\",\"b\":{\"c\":\"Yes\","
               "\"d\":{\"c\":\"no\"}},\"x\":[{\"b\":{\"c\":\"no\"}}]},\"id\":5,\"text\":7}"),
        SST_OK);
    assert_slice(f->record.source, "The Paper");
    assert_slice(f->record.text, "Body");
    assert_slice(f->record.title, "Yes");
    assert_slice(f->record.id, "5");
    assert_slice(f->record.cluster, "5");
    assert_slice(f->record.lang, NULL);
    assert_true(f->record.time != SST_NO_TIME);
    assert_int_equal(sst_parser_present(f->parser),
                     1 << SST_WANTED_SOURCE | 1 << SST_WANTED_TEXT | 1 << SST_WANTED_TITLE |
                         1 << SST_WANTED_ID | 1 << SST_WANTED_CLUSTER | 1 << SST_WANTED_LANG |
                         1 << SST_WANTED_PUBLISHED);
    assert_int_equal(run(f, "{\"a\":{\"b\":{\"c\":1}}}"), SST_INPUT);
    assert_non_null(strstr(f->error.message, "field 'a.b.c' is a number"));
    assert_int_equal(run(f, "{\"source\":{\"name\":\"x\",\"name\":\"y\"}}"), SST_INPUT);
}

static void presets(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *preset, *line;
    } cases[] = {
        {"news-please", "{\"maintext\":\"T\",\"title\":\"H\",\"url\":\"http://s/1\",\"source_domain\":"
                        "\"S\",\"date_publish\":\"2024-02-29 00:00:00\",\"language\":\"en\"}"},
        {"trafilatura", "{\"text\":\"T\",\"title\":\"H\",\"source\":\"http://s/1\",\"hostname\":\"S\","
                        "\"date\":\"2024-02-29\",\"language\":\"en\",\"id\":null}"},
        {"datatrove", "{\"text\":\"T\",\"id\":\"http://s/1\",\"metadata\":{\"url\":\"http://s/1\","
                      "\"title\":\"H\",\"source\":\"S\",\"date\":\"2024-02-29\",\"language\":\"en\"}}"},
        {"passim", "{\"id\":\"http://s/1\",\"url\":\"http://s/1\",\"text\":\"T\",\"title\":\"H\","
                   "\"series\":\"S\",\"date\":\"2024-02-29\",\"lang\":\"en\"}"},
        {"mediacloud", "{\"id\":\"http://s/1\",\"url\":\"http://s/1\",\"text\":\"T\",\"title\":\"H\","
                       "\"media_name\":\"S\",\"publish_date\":\"2024-02-29\",\"language\":\"en\"}"},
        {"newsapi", "{\"source\":{\"id\":null,\"name\":\"S\"},\"title\":\"H\",\"url\":\"http://s/1\","
                    "\"publishedAt\":\"2024-02-29T00:00:00Z\",\"content\":\"T\",\"lang\":\"en\"}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sst_parser_options options = {.preset = cases[i].preset, .now = now};
        sst_parser_free(f->parser);
        assert_int_equal(sst_parser_create(&options, &f->parser, &f->error), SST_OK);
        assert_int_equal(run(f, cases[i].line), SST_OK);
        assert_slice(f->record.id, "http://s/1");
        assert_slice(f->record.url, "http://s/1");
        assert_slice(f->record.text, "T");
        assert_slice(f->record.title, "H");
        assert_slice(f->record.source, "S");
        assert_slice(f->record.lang, "en");
        assert_int_equal(f->record.time, 1709164800);
    }
}

/* ---- random records against what was meant, and broken ones against the plain grammar ---------- */

static uint64_t seed = 20240229;

static unsigned draw(unsigned below)
{
    seed = sst_mix64(seed + 0x9e3779b97f4a7c15u);
    return (unsigned)(seed >> 33) % below;
}

/* A random string, as JSON to `json` and as it is to `plain`. */
static void random_string(sst_buffer *json, sst_buffer *plain)
{
    static const char *const pieces[] = {"a", "Rain ", "ক", "é", "\xf0\x9f\x98\x80", "{}[],:", "u0041"};
    sst_buffer_byte(json, '"');
    for (unsigned left = draw(60); left > 0; left--) {
        unsigned kind = draw(12);
        if (kind < 7) {
            sst_buffer_text(json, pieces[kind]);
            sst_buffer_text(plain, pieces[kind]);
        } else if (kind < 9) {
            static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
            unsigned one = draw(8);
            sst_buffer_byte(json, '\\');
            sst_buffer_byte(json, letters[one]);
            sst_buffer_byte(plain, bytes[one]);
        } else {
            uint32_t code = 1 + draw(kind == 9 ? 0x10fffe : 0xfffe);
            if (code >= 0xd800 && code <= 0xdfff)
                code = 0x995;
            char utf8[4];
            sst_buffer_append(plain, utf8, sst_utf8_encode(code, utf8));
            if (code < 0x10000)
                sst_buffer_format(json, draw(2) ? "\\u%04x" : "\\u%04X", code);
            else
                sst_buffer_format(json, "\\u%04x\\u%04x", 0xd800 + ((code - 0x10000) >> 10),
                                  0xdc00 + (code & 0x3ff));
        }
    }
    sst_buffer_byte(json, '"');
}

static void random_value(sst_buffer *json, unsigned levels)
{
    static const char *const scalars[] = {"true", "false", "null", "0", "-1.5e+10", "12345678901234567890"};
    sst_buffer ignored = {0};
    unsigned kind = draw(levels == 0 ? 7 : 9);
    if (kind < 6)
        sst_buffer_text(json, scalars[kind]);
    else if (kind == 6)
        random_string(json, &ignored);
    else {
        sst_buffer_byte(json, kind == 7 ? '[' : '{');
        for (unsigned i = 0, count = draw(4); i < count; i++) {
            if (i > 0)
                sst_buffer_text(json, draw(2) ? "," : " , ");
            if (kind == 8) {
                random_string(json, &ignored);
                sst_buffer_text(json, draw(2) ? ":" : " : ");
            }
            random_value(json, levels - 1);
        }
        sst_buffer_byte(json, kind == 7 ? ']' : '}');
    }
    sst_buffer_free(&ignored);
}

static void random_record(sst_buffer *json, sst_buffer *text, sst_buffer *title)
{
    sst_buffer_text(json, "{\"x\":");
    random_value(json, 4);
    sst_buffer_text(json, draw(2) ? ",\"text\":" : " , \"te\\u0078t\" : ");
    random_string(json, text);
    sst_buffer_text(json, ",\"y\":");
    random_value(json, 4);
    sst_buffer_text(json, ",\"title\":");
    random_string(json, title);
    sst_buffer_byte(json, '}');
}

static void random_records_come_back(void **state)
{
    fixture *f = *state;
    sst_buffer json = {0}, text = {0}, title = {0};
    for (int i = 0; i < 3000; i++) {
        sst_buffer_reset(&json);
        sst_buffer_reset(&text);
        sst_buffer_reset(&title);
        random_record(&json, &text, &title);
        if (run_bytes(f, json.bytes, json.size) != SST_OK)
            fail_msg("%d: %s: %.*s", i, f->error.message, (int)json.size, json.bytes);
        assert_int_equal(f->record.text.size, text.size);
        assert_int_equal(f->record.title.size, title.size);
        if (text.size != 0)
            assert_memory_equal(f->record.text.bytes, text.bytes, text.size);
        if (title.size != 0)
            assert_memory_equal(f->record.title.bytes, title.bytes, title.size);
    }
    sst_buffer_free(&json);
    sst_buffer_free(&text);
    sst_buffer_free(&title);
}

/* One byte changed, lost or doubled: bad exactly when the grammar says so. Only the wanted keys
 * have rules of their own, so they are left out here. */
static void broken_records_are_found(void **state)
{
    fixture *f = *state;
    static const char bytes[] = "{}[],:\"\\u0e-. ntf\x01\xc3\xff";
    sst_buffer json = {0};
    unsigned bad = 0;
    for (int i = 0; i < 20000; i++) {
        sst_buffer_reset(&json);
        sst_buffer_text(&json, "{\"x\":");
        random_value(&json, 3);
        sst_buffer_byte(&json, '}');
        size_t at = draw((unsigned)json.size);
        if (draw(3) == 0)
            memmove(json.bytes + at, json.bytes + at + 1, --json.size - at);
        else
            json.bytes[at] = bytes[draw(sizeof bytes - 1)];
        bool good = reference_object(json.bytes, json.size, SST_RECORD_DEPTH);
        bad += !good;
        if ((run_bytes(f, json.bytes, json.size) == SST_OK) != good)
            fail_msg("%d: %s: %.*s", i, good ? f->error.message : "passed", (int)json.size,
                     json.bytes);
    }
    assert_in_range(bad, 3000, 19000);
    sst_buffer_free(&json);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_whole_record), TEST(defaults), TEST(published_of_every_type), TEST(bad_records),
        TEST(a_nul_byte), TEST(limits_of_ids), TEST(depth), TEST(mapped_fields), TEST(presets),
        TEST(random_records_come_back), TEST(broken_records_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
