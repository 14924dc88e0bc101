#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/archive.h"
#include "cli/command_rows.h"
#include "cli/message.h"
#include "cli/signals.h"

static void print_summary(const sst_filter_summary *summary)
{
    fprintf(stderr, "records     %llu", (unsigned long long)summary->records);
    if (summary->bad > 0)
        fprintf(stderr, "; %llu bad", (unsigned long long)summary->bad);
    if (summary->known > 0)
        fprintf(stderr, "; %llu answered before", (unsigned long long)summary->known);
    fputs("\nverdicts   ", stderr);
    for (int answer = 0; answer < SST_ANSWER_COUNT; answer++)
        if (summary->answers[answer] > 0)
            fprintf(stderr, " %llu %s", (unsigned long long)summary->answers[answer],
                    sst_answer_name((sst_answer)answer));
    fprintf(stderr, "\nseconds     %.2f\n", summary->seconds);
}

/* True when a story was not new: what --check asks for. */
static bool found_copies(const sst_filter_summary *summary)
{
    for (int answer = 0; answer < SST_ANSWER_COUNT; answer++)
        if (answer != SST_ANSWER_NEW && answer != SST_ANSWER_REVISED &&
            summary->answers[answer] > 0)
            return true;
    return false;
}

static sst_status flush(void *output, sst_error *error)
{
    return cli_output_flush(output, error);
}

static sst_status filter(cli_job *job, sst_archive *archive, sst_filter_summary *summary,
                         sst_error *error)
{
    static const char *const standard_input[] = {"-"};
    const cli_run *run = job->run;
    const sst_filter_options options = {
        .only = run->settings.answers,
        .batch = run->settings.batch,
        .flush = flush,
        .dry_run = run->settings.dry_run,
        .rejects = job->options.rejects,
        .note = job->options.note,
        .progress = job->options.progress,
        .context = job->options.context,
    };
    const bool named = run->file_count > 0;
    return sst_archive_filter(archive, named ? run->files : standard_input,
                              named ? run->file_count : 1, &options,
                              cli_output_sink(&job->output), summary, error);
}

/* Before an archive is made for them. */
static sst_status check_files(const cli_run *run, sst_error *error)
{
    struct stat about;
    for (size_t i = 0; i < run->file_count; i++) {
        const char *path = run->files[i];
        bool named = strcmp(path, "-") != 0;
        int cause = named && (access(path, R_OK) != 0 || stat(path, &about) != 0) ? errno : 0;
        if (named && cause == 0 && S_ISDIR(about.st_mode))
            cause = EISDIR;
        if (cause != 0)
            return cli_fail_reading(path, cause, error);
    }
    return SST_OK;
}

/* ---- A dry run without an archive ---- */

static const char *const archive_files[] = {"", "-journal", "-wal", "-shm", "-lock"};
enum { ARCHIVE_FILES = sizeof archive_files / sizeof *archive_files };

/* It asks an empty one beside the name, so that the name stays free: what an archive is made with
 * stays with it. */
static sst_status lend_archive(cli_run *run, char lent[PATH_MAX], sst_error *error)
{
    const char *path = run->settings.archive_path;
    if (!run->settings.dry_run || path == NULL || access(path, F_OK) == 0)
        return SST_OK;
    char name[PATH_MAX + 16];
    int size = snprintf(lent, PATH_MAX, "%s.XXXXXX", path);
    int file = size < 0 || size >= PATH_MAX ? -1 : mkstemp(lent);
    if (file < 0) {
        lent[0] = '\0';
        *error = (sst_error){.status = SST_IO};
        snprintf(error->message, sizeof error->message,
                 "cannot make an archive for the dry run beside '%.200s'; check the folder", path);
        return SST_IO;
    }
    close(file);
    for (size_t i = 0; i < ARCHIVE_FILES; i++) {
        snprintf(name, sizeof name, "%s%s", lent, archive_files[i]);
        cli_signals_remove_later(name);
    }
    run->settings.archive_path = lent;
    return SST_OK;
}

static void take_back_archive(const char *lent)
{
    char name[PATH_MAX + 16];
    for (size_t i = 0; lent[0] != '\0' && i < ARCHIVE_FILES; i++) {
        snprintf(name, sizeof name, "%s%s", lent, archive_files[i]);
        unlink(name);
        cli_signals_forget(name);
    }
}

static cli_exit run_filter(const cli_run *given)
{
    cli_job job;
    cli_run asked = *given, *run = &asked;
    char lent[PATH_MAX] = "";
    sst_archive *archive = NULL;
    sst_filter_summary summary = {0};
    sst_error error = {0};
    sst_status status = cli_job_begin(&job, run, &error);
    if (status == SST_OK)
        status = check_files(run, &error);
    if (status == SST_OK)
        status = lend_archive(run, lent, &error);
    if (status == SST_OK)
        status = cli_archive_open(run, CLI_CREATES, &archive, &error);
    if (status == SST_OK)
        status = filter(&job, archive, &summary, &error);
    cli_exit result = cli_job_end(&job, status, &error);
    sst_archive_close(archive);
    take_back_archive(lent);
    if (status == SST_OK && !run->settings.quiet)
        print_summary(&summary);
    if (result == CLI_DONE && run->settings.check && found_copies(&summary))
        result = CLI_FOUND;
    return result;
}

const cli_command cli_command_filter = {
    .name = "filter",
    .arguments = "[FILE...]",
    .max_files = CLI_ANY,
    .options = CLI_ARCHIVE_OPTIONS | CLI_SET(OUTPUT) | CLI_SET(THREADS) | CLI_SET(THRESHOLD) |
               CLI_SET(RECALL) | CLI_SET(MEMORY) | CLI_SET(FIELD) | CLI_SET(PRESET) |
               CLI_SET(FORMAT) | CLI_SET(MAX_RECORD) | CLI_SET(REJECTS) | CLI_SET(CUES) | CLI_SET(ONLY) |
               CLI_SET(BATCH) | CLI_SET(DRY_RUN) | CLI_SET(NO_TEXT) | CLI_SET(NOW) |
               CLI_SET(WINDOW) | CLI_SET(CHECK),
    .run = run_filter,
    .summary = "say of each arriving story whether it is new",
    .description =
        "Reads JSON lines (standard input without a file) and writes the same lines with the "
        "member \"samestory\": the verdict (new, identical, copy, update, excerpt, revised), "
        "the "
        "earlier story it repeats, its cluster and the numbers. What is answered is in the "
        "archive, durably; a story that was answered before gets the same answer. A missing "
        "archive is made; the threshold and recall of an archive are those it was made with. With "
        "--format page the input are raw pages, a file each or the field page of JSON lines, and "
        "the answer is a line for each story in them: the main story under the page's name, then "
        "its teasers as PAGE#LINE, with role, title, text, credit and page.",
    .example = "samestory filter --archive news.db --only new <arrived.jsonl >new.jsonl",
};
