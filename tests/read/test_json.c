#include "read/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "cmocka_all.h"

/* Writes what the walk tells: keys as "k:", scalars as they stand, brackets. */
static bool on_key(void *context, const char *bytes)
{
    size_t size = 0;
    while (bytes[size] != '"')
        size++;
    sst_buffer_append(context, bytes, size);
    sst_buffer_byte(context, ':');
    return true;
}

static bool on_open(void *context, const char *token)
{
    sst_buffer_byte(context, *token);
    return true;
}

static bool on_close(void *context)
{
    sst_buffer_byte(context, ')');
    return true;
}

static bool on_scalar(void *context, const char *token, size_t size)
{
    sst_buffer_append(context, token, size);
    sst_buffer_byte(context, ' ');
    return true;
}

static bool stop(void *context, const char *token, size_t size)
{
    (void)context;
    (void)token;
    (void)size;
    return false;
}

static const sst_json_events trace = {on_key, on_open, on_close, on_scalar};

/* Walks a copy with `behind` for the bytes after it, which must not matter. */
static sst_json_fault walk(const char *line, char behind, const sst_json_events *events,
                           sst_buffer *out, size_t *offset)
{
    size_t size = strlen(line);
    char *copy = malloc(size + 64);
    sst_json *json = sst_json_create();
    memcpy(copy, line, size);
    memset(copy + size, behind, 64);
    sst_buffer_reset(out);
    sst_json_fault fault = sst_json_walk(json, copy, size, events, out, offset);
    sst_json_free(json);
    free(copy);
    return fault;
}

static void tokens_come_in_order(void **state)
{
    (void)state;
    static const struct {
        const char *line, *told;
    } cases[] = {
        {"{}", "{)"},
        {" { \"a\" : 1 , \"b\":[true,null, \"x y\" ],\"c\":{\"d\":{}}} ",
         "{a:1 b:[true null \"x y\" )c:{d:{)))"},
        {"{\"a\":[[],[[1]]]}", "{a:[[)[[1 ))))"},
        {"{\"a\":\"b\\\"c\"}", "{a:\"b\\\"c\" )"},
        {"{\"a\":tru, \"b\":1x}", "{a:tru b:1x )"}, /* scalars are the receiver's to check */
    };
    sst_buffer out = {0};
    size_t offset;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(walk(cases[i].line, ' ', &trace, &out, &offset), SST_JSON_FINE);
        assert_int_equal(out.size, strlen(cases[i].told));
        assert_memory_equal(out.bytes, cases[i].told, out.size);
    }
    sst_buffer_free(&out);
}

/* The byte behind the line is the trap of On-Demand: it must not complete a broken object. */
static void faults_whatever_follows(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",  " ",  "x", "1", "\"a\"", "[]", "[{}]", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1",
        "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}", "{\"a\":{\"b\":1}", "{\"a\":[1}", "{\"a\":[1]",
        "{\"a\":[1,]}", "{\"a\":[,1]}", "{\"a\":[1 2]}", "{\"a\":\"b\":1}", "{\"a\":1:2}", "{a:1}",
        "{1:2}", "{\"a\":\"b}", "{\"a\":\"\n\"}", "{} x", "{}{}", "{},", "{}}", "{\"a\":1}]",
        "{\"a\":\"\xff\"}", "{\"a\":]}", "{\"a\":{}", "{\"a\":[{}", "{\"a\":[{]}", "\xef\xbb\xbf{}",
        "{\"a\":[}", "{[", "{\"a\":{\"b\":[1,2}}",
    };
    static const sst_json_events checking = {on_key, on_open, on_close, on_scalar};
    sst_buffer out = {0};
    size_t offset;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        for (const char *behind = " }]{[,:\"1\n"; *behind != '\0'; behind++)
            if (walk(lines[i], *behind, &checking, &out, &offset) == SST_JSON_FINE &&
                memchr(out.bytes, ',', out.size) == NULL &&
                memchr(out.bytes, ']', out.size) == NULL)
                fail_msg("'%s' passes before '%c'", lines[i], *behind);
    sst_buffer_free(&out);
}

static void kinds_of_faults(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        sst_json_fault fault;
        size_t offset;
    } cases[] = {
        {"{\"a\":\"\xff\"}", SST_JSON_UTF8, SIZE_MAX},
        {"{\"a\":\"b}", SST_JSON_STRING, SIZE_MAX},
        {"{\"a\":\"\t\"}", SST_JSON_STRING, SIZE_MAX},
        {"[]", SST_JSON_NOT_OBJECT, SIZE_MAX},
        {"  ", SST_JSON_NOT_OBJECT, SIZE_MAX},
        {"{\"a\":1", SST_JSON_NOT_CLOSED, SIZE_MAX},
        {"{\"a\" 1}", SST_JSON_SYNTAX, 5},
        {"{\"a\":1 2}", SST_JSON_SYNTAX, 7},
        {"{} {}", SST_JSON_TRAILING, 3},
    };
    sst_buffer out = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t offset;
        assert_int_equal(walk(cases[i].line, '\0', &trace, &out, &offset), cases[i].fault);
        assert_int_equal(offset, cases[i].offset);
    }
    static const sst_json_events stopping = {on_key, on_open, on_close, stop};
    size_t offset;
    assert_int_equal(walk("{\"a\":1}", '\0', &stopping, &out, &offset), SST_JSON_STOPPED);
    sst_buffer_free(&out);
}

/* One walker, long and short lines, faults between: nothing stays behind. */
static void reuse(void **state)
{
    (void)state;
    sst_json *json = sst_json_create();
    sst_buffer out = {0};
    for (size_t i = 0; i < 200; i++) {
        size_t digits = i * 997 % 5000 + 1, offset;
        char *line = calloc(digits + 6 + 64, 1);
        memset(line, '1', digits + 6);
        memcpy(line, "{\"a\":", 5);
        line[digits + 5] = i % 3 == 0 ? ']' : '}';
        sst_json_fault fault = sst_json_walk(json, line, digits + 6, &trace, &out, &offset);
        assert_int_equal(fault, i % 3 == 0 ? SST_JSON_NOT_CLOSED : SST_JSON_FINE);
        free(line);
    }
    sst_buffer_free(&out);
    sst_json_free(json);
    sst_json_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_come_in_order), cmocka_unit_test(faults_whatever_follows),
        cmocka_unit_test(kinds_of_faults), cmocka_unit_test(reuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
