#include "base/status.h"

#include <errno.h>
#include <string.h>

#include "cmocka_all.h"

static void names(void **state)
{
    (void)state;
    assert_string_equal(sst_status_name(SST_OK), "ok");
    assert_string_equal(sst_status_name(SST_CANCELLED), "cancelled");
    assert_string_equal(sst_status_name((sst_status)1000), "unknown status");
    assert_string_equal(sst_version(), SST_VERSION);
}

static void formatting(void **state)
{
    (void)state;
    sst_error error;
    char text[800];
    assert_int_equal(sst_fail_at(&error, SST_INPUT, "a.jsonl", 7, 3, "bad %s", "luck"),
                     SST_INPUT);
    assert_int_equal(sst_error_format(&error, text, sizeof text), 19);
    assert_string_equal(text, "a.jsonl:7: bad luck");
    assert_int_equal(error.offset, 3);
    sst_fail_at(&error, SST_INPUT, "a.jsonl", 0, 0, "bad");
    sst_error_format(&error, text, sizeof text);
    assert_string_equal(text, "a.jsonl: bad");
    sst_fail(&error, SST_ARGUMENT, "bad");
    sst_error_format(&error, text, sizeof text);
    assert_string_equal(text, "bad");
    assert_int_equal(sst_error_format(&error, text, 2), 3);
    assert_string_equal(text, "b");
    assert_int_equal(sst_fail(NULL, SST_LIMIT, "x"), SST_LIMIT);
}

/* Names and values in messages are strangers': none reaches the terminal as a command. */
static void formatted_is_one_harmless_line(void **state)
{
    (void)state;
    sst_error error;
    char text[800];
    sst_fail_at(&error, SST_INPUT, "a\x1b[31m\n.j", 7, 0, "bad \x7f\xc2\x9b|\xe2\x80\xae|");
    const int length = sst_error_format(&error, text, sizeof text);
    assert_int_equal(length, strlen(text));
    assert_string_equal(text, "a?[31m?.j:7: bad ???|???|");
    sst_fail(&error, SST_INPUT, "\xe2\x81\xa9|\xd8\x9c|\xe2\x80\x8f|\xff|caf\xc3\xa9|\xe2\x80\x93");
    sst_error_format(&error, text, sizeof text);
    assert_string_equal(text, "???|??|???|?|caf\xc3\xa9|\xe2\x80\x93");
    sst_error_format(&error, text, 3);
    assert_string_equal(text, "??");
    assert_int_equal(sst_error_format(&error, NULL, 0), strlen(error.message));
}

static void place_is_given_once(void **state)
{
    (void)state;
    sst_error error;
    sst_fail(&error, SST_INPUT, "bad");
    sst_error_locate(&error, "a", 4);
    sst_error_locate(&error, "b", 5);
    assert_string_equal(error.file, "a");
    assert_int_equal(error.line, 4);
    sst_error_locate(NULL, "a", 4);
}

static void long_names_are_cut_in_front(void **state)
{
    (void)state;
    char name[400];
    memset(name, 'd', sizeof name);
    strcpy(name + sizeof name - 6, "end.j");
    sst_error error;
    sst_fail_at(&error, SST_INPUT, name, 1, 0, "bad");
    assert_int_equal(strlen(error.file), SST_ERROR_FILE_SIZE - 1);
    assert_memory_equal(error.file, "...", 3);
    assert_string_equal(error.file + SST_ERROR_FILE_SIZE - 6, "end.j");
}

static void system_errors(void **state)
{
    (void)state;
    sst_error error;
    assert_int_equal(sst_fail_system(&error, EACCES, "a", "cannot open", "check its mode"),
                     SST_IO);
    assert_string_equal(error.message, "cannot open: permission denied; check its mode");
    assert_int_equal(sst_fail_system(&error, ENOSPC, "a", "cannot write", "x"), SST_FULL);
    assert_int_equal(sst_fail_system(&error, EDQUOT, "a", "cannot write", "x"), SST_FULL);
    assert_int_equal(sst_fail_system(&error, EFBIG, "a", "cannot write", "x"), SST_FULL);
    assert_int_equal(sst_fail_system(&error, ENOMEM, "a", "cannot map", "x"), SST_MEMORY);
    assert_int_equal(sst_fail_memory(&error, 12, "the list"), SST_MEMORY);
    assert_non_null(strstr(error.message, "12 bytes for the list"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names), cmocka_unit_test(formatting),
        cmocka_unit_test(formatted_is_one_harmless_line),
        cmocka_unit_test(place_is_given_once), cmocka_unit_test(long_names_are_cut_in_front),
        cmocka_unit_test(system_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
