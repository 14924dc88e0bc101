#include <limits.h>
#include <stdio.h>

#include "cli/archive.h"
#include "cli/command_rows.h"
#include "cli/signals.h"

static void tell(const char *between, uint64_t number, const char *what)
{
    if (number > 0)
        fprintf(stderr, "%s%llu %s", between, (unsigned long long)number, what);
}

static void print_changes(const sst_nightly_summary *s)
{
    fprintf(stderr, "changes     %llu %s moved", (unsigned long long)s->moved,
            s->moved == 1 ? "story" : "stories");
    tell("; ", s->merged, s->merged == 1 ? "cluster merged" : "clusters merged");
    tell("; ", s->split, "split off");
    tell("; ", s->renamed,
         s->renamed == 1 ? "has another canonical story" : "have another canonical story");
    tell("; ", s->expired, "expired");
    fputc('\n', stderr);
}

static void print_times(const sst_nightly_summary *s)
{
    fprintf(stderr, "new work    read %.2f, compare %.2f, keep %.2f\n", s->seconds_prepare,
            s->seconds_verify, s->seconds_keep);
    fprintf(stderr, "the window  load %.2f, candidates %.2f, judge %.2f, cluster %.2f\n",
            s->seconds_load, s->seconds_candidates, s->seconds_judge, s->seconds_cluster);
    fprintf(stderr, "house       expire %.2f, plan %.2f, merge %.2f, check %.2f, write %.2f\n",
            s->seconds_expire, s->seconds_plan, s->seconds_merge, s->seconds_check,
            s->seconds_write);
    fprintf(stderr, "seconds     %.2f; others waited at most %.3f\n", s->seconds,
            s->longest_lock);
}

static void print_summary(const sst_nightly_summary *s)
{
    fprintf(stderr, "night       %lld%s\n", (long long)s->night,
            s->unchanged ? " again: nothing is new" : "");
    fprintf(stderr, "stories     %llu in the window", (unsigned long long)s->stories);
    tell("; ", s->arrived, "arrived");
    tell("; ", s->removed, "removed");
    fprintf(stderr, "\npairs       %llu proposed", (unsigned long long)s->candidates);
    tell(", ", s->counted, "of them new");
    tell("; ", s->verified, "judged");
    fprintf(stderr, "\nclusters    %llu", (unsigned long long)s->clusters);
    tell(" with ", s->clustered_stories, "stories");
    if (s->largest_cluster > 0)
        fprintf(stderr, "; the largest has %llu", (unsigned long long)s->largest_cluster);
    fputc('\n', stderr);
    print_changes(s);
    print_times(s);
}

/* The names of the night's files until they are complete. */
static void remove_parts_later(const char *folder)
{
    static const char *const names[] = {"clusters.jsonl", "changes.jsonl", "report.html"};
    char path[PATH_MAX];
    for (size_t i = 0; folder != NULL && i < sizeof names / sizeof *names; i++)
        if (snprintf(path, sizeof path, "%s/.%s.tmp", folder, names[i]) < (int)sizeof path)
            cli_signals_remove_later(path);
}

static sst_status nightly(const cli_job *job, sst_nightly_summary *summary, sst_error *error)
{
    sst_archive *archive = NULL;
    const cli_run *run = job->run;
    const sst_nightly_options options = {
        .out = run->settings.out,
        .window = run->settings.archive.window,
        .keep = run->settings.keep,
        .memory = run->settings.job.memory,
        .tmp = run->settings.job.tmp,
        .sources = run->settings.job.sources,
        .note = job->options.note,
        .progress = job->options.progress,
        .context = job->options.context,
    };
    sst_status status = cli_archive_open(run, CLI_WRITES, &archive, error);
    remove_parts_later(options.out);
    if (status == SST_OK)
        status = sst_archive_nightly(archive, &options, summary, error);
    sst_archive_close(archive);
    return status;
}

static cli_exit run_nightly(const cli_run *run)
{
    cli_job job;
    sst_nightly_summary summary = {0};
    sst_error error = {0};
    sst_status status = cli_job_begin(&job, run, &error);
    if (status == SST_OK)
        status = nightly(&job, &summary, &error);
    const cli_exit result = cli_job_end(&job, status, &error);
    if (status == SST_OK && !run->settings.quiet)
        print_summary(&summary);
    return result;
}

const cli_command cli_command_nightly = {
    .name = "nightly",
    .arguments = "",
    .options = CLI_ARCHIVE_OPTIONS | CLI_SET(OUT) | CLI_SET(WINDOW) | CLI_SET(KEEP) |
               CLI_SET(NOW) | CLI_SET(THREADS) | CLI_SET(MEMORY) | CLI_SET(TMP) |
               CLI_SET(SOURCES) | CLI_SET(CUES),
    .run = run_nightly,
    .summary = "put an archive in order",
    .description =
        "Clusters the stories of the window (all without --window) as 'cluster' would from "
        "scratch, under the archive's ids: clusters merge and split, a merge keeps the id that "
        "was founded first, and what only grew keeps its id. Texts are read and overlaps counted "
        "for new stories only. With --keep older stories are removed first. The archive is then "
        "checked.\n\n"
        "With --out writes clusters.jsonl, changes.jsonl (what merged, split, expired, or has "
        "another canonical story, since the last night, and why) and report.html; each appears "
        "only when complete. May run beside filters and servers: it locks the archive for 20 "
        "milliseconds of work and a sync of the disk at a time, below 0.1 s on a disk that is not "
        "overloaded; the longest is in the summary. May be killed: the next run finishes what was "
        "begun. A second nightly at the same time says who is at work and exits with status 4.",
    .example = "samestory nightly --archive news.db --out night --window 30d --keep 180d",
};
