#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/command_rows.h"
#include "cli/job.h"
#include "cli/message.h"
#include "cli/view.h"

enum { COLUMNS_DEFAULT = 100, TEXT_LIMIT = 1 << 30 };

/* A whole file in memory. */
typedef struct text_file {
    char *bytes;
    size_t size;
} text_file;

/* Reads a file whole; `bytes` is released with free() also on failure. */
static sst_status read_text(const char *path, text_file *text, sst_error *error)
{
    size_t capacity = 0, count = 0;
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (file == NULL)
        return cli_fail_reading(path, errno, error);
    do {
        if (text->size == capacity) {
            capacity = capacity == 0 ? 1 << 16 : capacity * 2;
            char *larger = capacity > TEXT_LIMIT ? NULL : realloc(text->bytes, capacity);
            if (larger == NULL) {
                fclose(file);
                return cli_fail_reading(path, capacity > TEXT_LIMIT ? EFBIG : ENOMEM, error);
            }
            text->bytes = larger;
        }
        count = fread(text->bytes + text->size, 1, capacity - text->size, file);
        text->size += count;
    } while (count > 0);
    const int failed = ferror(file) != 0 ? errno : 0;
    fclose(file);
    return failed != 0 ? cli_fail_reading(path, failed, error) : SST_OK;
}

static sst_status compare_files(const cli_job *job, sst_comparison **comparison,
                                sst_error *error)
{
    const char *const *files = job->run->files;
    text_file a = {0}, b = {0};
    sst_status status = read_text(files[0], &a, error);
    if (status == SST_OK)
        status = read_text(files[1], &b, error);
    if (status == SST_OK)
        status = sst_compare_texts(files[0], a.bytes, a.size, files[1], b.bytes, b.size,
                                   comparison, error);
    free(a.bytes);
    free(b.bytes);
    return status;
}

static sst_status compare_stories(cli_job *job, sst_comparison **comparison, sst_error *error)
{
    const char *const *ids = job->run->settings.ids;
    sst_corpus *corpus = NULL;
    job->options.keep_input = true;
    sst_status status = sst_corpus_create(&job->options, &corpus, error);
    if (status == SST_OK)
        status = sst_corpus_read(corpus, job->run->files, job->run->file_count, error);
    if (status == SST_OK)
        status = sst_corpus_match(corpus, error);
    if (status == SST_OK)
        status = sst_corpus_compare(corpus, ids[0], ids[1], comparison, error);
    sst_corpus_free(corpus);
    return status;
}

static unsigned terminal_columns(void)
{
    struct winsize size = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return COLUMNS_DEFAULT;
    return size.ws_col;
}

static sst_status write_comparison(cli_job *job, const sst_comparison *comparison,
                                   sst_error *error)
{
    const sst_sink sink = cli_output_sink(&job->output);
    const bool coloured = job->run->settings.output == NULL && isatty(STDOUT_FILENO) == 1;
    if (job->run->settings.json)
        return sst_comparison_write(comparison, sink, error);
    return cli_view_write(comparison, terminal_columns(), coloured, sink, error);
}

static cli_exit run_compare(const cli_run *run)
{
    cli_job job;
    sst_comparison *comparison = NULL;
    sst_error error = {0};
    const size_t ids = run->settings.id_count;
    sst_status status = cli_job_begin(&job, run, &error);
    if (status == SST_OK && (ids == 1 || (ids == 0 && run->file_count != 2)))
        status = cli_refuse(&error, "give two texts, or --id ID --id ID and the files");
    if (status == SST_OK)
        status = ids == 0 ? compare_files(&job, &comparison, &error)
                          : compare_stories(&job, &comparison, &error);
    if (status == SST_OK)
        status = write_comparison(&job, comparison, &error);
    sst_comparison_free(comparison);
    return cli_job_end(&job, status, &error);
}

const cli_command cli_command_compare = {
    .name = "compare",
    .arguments = "A.txt B.txt | --id A --id B FILE...",
    .min_files = 1,
    .max_files = CLI_ANY,
    .options = CLI_MATCH_OPTIONS | CLI_SET(ID) | CLI_SET(JSON),
    .run = run_compare,
    .summary = "explain what two stories are to each other",
    .description =
        "Prints the relation, the rule that decided and its numbers, and both texts side by "
        "side: shared, changed, moved, only left, only right. With --id the stories are looked "
        "up in the files and judged as 'cluster' would judge them there; for a pair that was "
        "not proposed the stage that stopped it is named. Two plain texts are compared by "
        "their structure alone: no dates, no titles, no formula text is known.",
    .example = "samestory compare --id en-rate-1 --id en-rate-4 news.jsonl",
};
