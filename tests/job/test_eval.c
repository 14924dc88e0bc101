/* Judged pairs: the file, a known confusion, ids that are not there. */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "job/gold.h"
#include "job/support.h"

#define STORY                                                                                  \
    "The harbour town of Eastmere opened its new tidal gate on Monday after nine years of "    \
    "work by four hundred builders who raised the sea wall by two metres along the old quay "  \
    "where the fish market has stood since the first lighthouse was lit by the widow Hale"
#define OTHER                                                                                  \
    "A committee of beekeepers from the northern valleys asked the ministry to count wild "    \
    "swarms before the winter since three cold springs in a row have emptied most of the "     \
    "hives that the cooperative had lent to schools and small orchards around Lake Torren"
#define CORPUS                                                                                 \
    "{\"id\":\"a\",\"cluster\":\"one\",\"text\":\"" STORY "\"}\n"                              \
    "{\"id\":\"b\",\"cluster\":\"one\",\"text\":\"" STORY " indeed\"}\n"                        \
    "{\"id\":\"c\",\"cluster\":\"two\",\"text\":\"" OTHER "\"}\n"
#define HEADER "set\tid_a\tid_b\tlabel\tconf\twhy\n"

/* Runs eval over CORPUS; in `gold`, SET stands for the name of the corpus file. */
static sst_status eval(const char *gold, bool wrong, sst_buffer *out, sst_error *error)
{
    sst_options options = sst_options_default();
    sst_buffer named = {0};
    char *corpus = test_file(".jsonl", CORPUS);
    const char *name = strrchr(corpus, '/') + 1;
    for (const char *at = gold, *set; *at != '\0'; at = set + 3) {
        set = strstr(at, "SET");
        if (set == NULL) {
            sst_buffer_text(&named, at);
            break;
        }
        sst_buffer_append(&named, at, (size_t)(set - at));
        sst_buffer_append(&named, name, strcspn(name, "."));
    }
    sst_buffer_byte(&named, '\0');
    char *gold_file = test_file(".tsv", named.bytes);
    const char *files[] = {corpus};
    sst_status status =
        sst_eval(&options, gold_file, files, 1, wrong, test_sink(out), error);
    sst_buffer_byte(out, '\0');
    unlink(corpus);
    unlink(gold_file);
    free(corpus);
    free(gold_file);
    sst_buffer_free(&named);
    return status;
}

/* The line of the table that begins with `name`, its numbers after the name. */
static void read_scores(const char *out, const char *name, double numbers[6])
{
    const char *line = out;
    while (line != NULL && strncmp(line, name, strlen(name)) != 0) {
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    assert_non_null(line);
    assert_int_equal(sscanf(line + strlen(name), "%lf %lf %lf %lf %lf %lf", &numbers[0],
                            &numbers[1], &numbers[2], &numbers[3], &numbers[4], &numbers[5]),
                     6);
}

static void counts_right_wrong_and_missed(void **state)
{
    (void)state;
    sst_buffer out = {0};
    sst_error error;
    double n[6];
    assert_int_equal(eval(HEADER "SET\ta\tb\tcopy\t1\tright\n"
                                 "SET\tb\ta\ttemplate\t0\twrong\n"
                                 "SET\ta\tc\texcerpt\t1\tmissed\n"
                                 "SET\tb\tc\tdifferent\t1\tright\n"
                                 "SET\tc\tb\tpartial\t1\tleft out\n"
                                 "elsewhere\tx\ty\tcopy\t1\tno file\n",
                          true, &out, &error),
                     SST_OK);
    read_scores(out.bytes, "all ", n);
    assert_true(n[0] == 4 && n[1] == 0.5 && n[2] == 0.5 && n[3] == 0.5 && n[4] == 1 && n[5] == 1);
    read_scores(out.bytes, "all, sure", n);
    assert_true(n[0] == 3 && n[1] == 1 && n[2] == 0.5 && n[4] == 0 && n[5] == 1);
    assert_non_null(strstr(out.bytes, "1 pair is of sets that were not given"));
    assert_non_null(strstr(out.bytes, "\texcerpt\t1\tnone\tnot-proposed\t0.000\tmissed\n"));
    assert_non_null(strstr(out.bytes, "\ttemplate\t0\tcopy\t"));
    assert_null(strstr(out.bytes, "left out"));
    sst_buffer_free(&out);
}

static void labelled_clusters_are_scored(void **state)
{
    (void)state;
    sst_buffer out = {0};
    sst_error error;
    assert_int_equal(eval(HEADER, false, &out, &error), SST_OK);
    assert_non_null(strstr(out.bytes, "3 labelled stories; pairs P 1.000 R 1.000 F1 1.000; "
                                      "B-cubed P 1.000 R 1.000 F1 1.000; adjusted Rand 1.000; "
                                      "largest 2 of 2"));
    sst_buffer_free(&out);
}

static void missing_ids_are_named(void **state)
{
    (void)state;
    sst_buffer out = {0};
    sst_error error;
    assert_int_equal(eval(HEADER "SET\ta\tnobody\tcopy\t1\t\n", false, &out, &error),
                     SST_NOT_FOUND);
    assert_non_null(strstr(error.message, "'nobody'"));
    sst_buffer_free(&out);
}

static void bad_lines_are_refused_with_their_number(void **state)
{
    (void)state;
    static const char *const bad[] = {"SET\ta\tb\tcopied\t1\t\n", "SET\ta\n",
                                      "SET\ta\t\tcopy\t1\t\n", "SET\ta\tb\tcopy\t2\t\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sst_buffer out = {0};
        sst_error error;
        char gold[256];
        snprintf(gold, sizeof gold, HEADER "SET\ta\tb\tcopy\t1\tfine\n%s", bad[i]);
        assert_int_equal(eval(gold, false, &out, &error), SST_INPUT);
        assert_int_equal(error.line, 3);
        sst_buffer_free(&out);
    }
}

static void gold_reads_optional_columns(void **state)
{
    (void)state;
    sst_gold gold = {0};
    sst_error error;
    char *file = test_file(".tsv", "s\ta\tb\tcopy\r\ns\ta\tb\tevent\t0\twhy\twith a tab\n\n");
    assert_int_equal(sst_gold_read(file, &gold, &error), SST_OK);
    assert_int_equal(gold.count, 2);
    assert_true(gold.pairs[0].sure);
    assert_int_equal(gold.pairs[0].label, SST_LABEL_COPY);
    assert_false(gold.pairs[1].sure);
    assert_int_equal(gold.pairs[1].why.size, strlen("why\twith a tab"));
    sst_gold_free(&gold);
    unlink(file);
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_right_wrong_and_missed),
        cmocka_unit_test(labelled_clusters_are_scored),
        cmocka_unit_test(missing_ids_are_named),
        cmocka_unit_test(bad_lines_are_refused_with_their_number),
        cmocka_unit_test(gold_reads_optional_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
