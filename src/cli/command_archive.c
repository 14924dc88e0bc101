/* The small commands of an archive: expire, stats, verify, show, rebuild. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/archive.h"
#include "cli/command_rows.h"
#include "cli/message.h"
#include "cli/signals.h"

/* Opens the archive, lets `work` write to the output, and closes everything. */
static cli_exit with_archive(const cli_run *run, cli_access access,
                             sst_status (*work)(const cli_run *run, sst_archive *archive,
                                                sst_sink sink, sst_error *error))
{
    cli_job job;
    sst_archive *archive = NULL;
    sst_error error = {0};
    sst_status status = cli_job_begin(&job, run, &error);
    if (status == SST_OK)
        status = cli_archive_open(run, access, &archive, &error);
    if (status == SST_OK)
        status = work(run, archive, cli_output_sink(&job.output), &error);
    sst_archive_close(archive);
    return cli_job_end(&job, status, &error);
}

static sst_status take_down(sst_archive *archive, const char *id, sst_error *error)
{
    return sst_archive_take_down(archive, id, strlen(id), error);
}

static sst_status expire(const cli_run *run, sst_archive *archive, sst_sink sink,
                         sst_error *error)
{
    const cli_settings *settings = &run->settings;
    const bool by_age = (settings->given & CLI_SET(OLDER_THAN)) != 0;
    uint64_t removed = 0;
    sst_status status = SST_OK;
    (void)sink;
    if (by_age == (settings->id_count > 0))
        return cli_refuse(error, "give either --older-than SPAN or --id ID");
    for (size_t i = 0; i < settings->id_count && status == SST_OK; i++)
        status = take_down(archive, settings->ids[i], error);
    if (by_age)
        status = sst_archive_expire(archive, settings->older_than, &removed, error);
    if (status == SST_OK && !settings->quiet)
        fprintf(stderr, by_age ? "removed     %llu\n" : "taken down  %llu\n",
                (unsigned long long)(removed + settings->id_count));
    return status;
}

static cli_exit run_expire(const cli_run *run)
{
    return with_archive(run, CLI_WRITES, expire);
}

static sst_status stats(const cli_run *run, sst_archive *archive, sst_sink sink,
                        sst_error *error)
{
    (void)run;
    return sst_archive_write_stats(archive, sink, error);
}

static cli_exit run_stats(const cli_run *run)
{
    return with_archive(run, CLI_READS, stats);
}

static void print_problem(void *context, const char *message)
{
    (void)context;
    cli_say("%s", message);
}

static sst_status verify(const cli_run *run, sst_archive *archive, sst_sink sink,
                         sst_error *error)
{
    uint64_t problems = 0;
    (void)sink;
    const sst_status status =
        sst_archive_verify(archive, print_problem, NULL, &problems, error);
    if (status != SST_OK || problems == 0) {
        if (status == SST_OK && !run->settings.quiet)
            fputs("verify      clean\n", stderr);
        return status;
    }
    *error = (sst_error){.status = SST_FORMAT};
    snprintf(error->message, sizeof error->message,
             "'%.200s' has %llu problem%s; make a new archive with samestory rebuild",
             run->settings.archive_path, (unsigned long long)problems, problems == 1 ? "" : "s");
    return SST_FORMAT;
}

static cli_exit run_verify(const cli_run *run)
{
    return with_archive(run, CLI_READS, verify);
}

static sst_status show(const cli_run *run, sst_archive *archive, sst_sink sink,
                       sst_error *error)
{
    const char *id = run->files[0];
    return sst_archive_write_story(archive, id, strlen(id), sink, error);
}

static cli_exit run_show(const cli_run *run)
{
    return with_archive(run, CLI_READS, show);
}

/* What a rebuild writes until NEW is complete. */
static void remove_parts_later(const char *path)
{
    static const char *const suffixes[] = {"", "-journal", "-wal", "-shm", "-lock",
                                           "-rebuild-lock"};
    char name[PATH_MAX];
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (snprintf(name, sizeof name, "%s.part%s", path, suffixes[i]) < (int)sizeof name)
            cli_signals_remove_later(name);
}

static cli_exit run_rebuild(const cli_run *run)
{
    const cli_settings *settings = &run->settings;
    const sst_archive_options options = cli_archive_options(run, CLI_CREATES);
    uint64_t stories = 0;
    sst_error error = {0};
    if (settings->archive_path == NULL || settings->output == NULL)
        return cli_usage("rebuild", "give --archive OLD and -o NEW");
    if (strcmp(settings->output, "-") == 0)
        return cli_usage("rebuild", "an archive cannot be written to standard output; name a file");
    remove_parts_later(settings->output);
    if (sst_archive_rebuild(settings->archive_path, settings->output, &options, &stories,
                            &error) != SST_OK)
        return cli_failed(&error);
    if (!settings->quiet)
        fprintf(stderr, "rebuilt     %llu %s\n", (unsigned long long)stories,
                stories == 1 ? "story" : "stories");
    return CLI_DONE;
}

const cli_command cli_command_expire = {
    .name = "expire",
    .arguments = "",
    .options = CLI_ARCHIVE_OPTIONS | CLI_SET(OLDER_THAN) | CLI_SET(ID) | CLI_SET(NOW),
    .run = run_expire,
    .summary = "remove old stories, or take one down",
    .description =
        "With --older-than removes the stories above that age: now minus published, or minus "
        "first seen where no date is usable. With --id takes a story down: its text and index "
        "entries go, and a tombstone keeps the id from being taken in again; once more changes "
        "nothing. Clusters keep their ids.",
    .example = "samestory expire --archive news.db --older-than 90d",
};

const cli_command cli_command_stats = {
    .name = "stats",
    .arguments = "",
    .options = CLI_ARCHIVE_READ_OPTIONS | CLI_SET(NOW),
    .run = run_stats,
    .summary = "count what an archive holds",
    .description = "Prints one JSON object: stories, clusters, and bytes by table.",
    .example = "samestory stats --archive news.db",
};

const cli_command cli_command_verify = {
    .name = "verify",
    .arguments = "",
    .options = CLI_ARCHIVE_OPTIONS,
    .run = run_verify,
    .summary = "check an archive",
    .description =
        "Checks the file and everything in it that can be derived again. Each problem "
        "is named on standard error; the exit status is then 4.",
    .example = "samestory verify --archive news.db",
};

const cli_command cli_command_show = {
    .name = "show",
    .arguments = "ID",
    .min_files = 1,
    .max_files = 1,
    .options = CLI_ARCHIVE_READ_OPTIONS,
    .run = run_show,
    .summary = "print a story of an archive",
    .description = "Prints one JSON object: the story, its verdict and its cluster.",
    .example = "samestory show --archive news.db en-rate-4",
};

const cli_command cli_command_rebuild = {
    .name = "rebuild",
    .arguments = "",
    .options = CLI_ARCHIVE_READ_OPTIONS | CLI_SET(THREADS) | CLI_SET(THRESHOLD) |
               CLI_SET(RECALL) | CLI_SET(MEMORY),
    .run = run_rebuild,
    .summary = "make a new archive from the texts of an old one",
    .description =
        "Derives sketches and index again, with another threshold or recall or after a change "
        "of the Unicode version. Ids, answers, clusters and times stay. The new file must not "
        "exist.",
    .example = "samestory rebuild --archive old.db -o new.db --threshold 0.6",
};
