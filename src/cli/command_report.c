#include <stdio.h>

#include "cli/archive.h"
#include "cli/command_rows.h"
#include "cli/corpus.h"
#include "cli/message.h"

static sst_report_options report_options(const cli_settings *settings)
{
    sst_report_options options = sst_report_options_default();
    options.now = settings->archive.now;
    options.text_bytes = settings->report_text;
    return options;
}

/* ---- From files ---- */

static sst_status write_report(sst_corpus *corpus, const cli_settings *settings, sst_sink sink,
                               sst_error *error)
{
    const sst_report_options options = report_options(settings);
    return sst_corpus_report(corpus, &options, sink, error);
}

static cli_exit report_files(const cli_run *run)
{
    static const cli_corpus_task task = {.write = write_report, .keeps_input = true};
    cli_run dated = *run;
    dated.settings.job.now = run->settings.archive.now;
    return cli_corpus_run(&dated, &task);
}

/* ---- From an archive ---- */

/* Options of reading and matching files: an archive was made with its own. */
#define FILE_OPTIONS                                                                           \
    (CLI_MATCH_OPTIONS &                                                                       \
     ~(CLI_SET(OUTPUT) | CLI_SET(THREADS) | CLI_SET(MEMORY) | CLI_SET(TMP) | CLI_SET(SOURCES)))
#define ONLY_ARCHIVE_OPTIONS (CLI_ARCHIVE_OPTIONS | CLI_SET(WINDOW))

static sst_status write_archive(cli_job *job, sst_nightly_summary *summary,
                                sst_error *error)
{
    const cli_settings *settings = &job->run->settings;
    const sst_report_options options = report_options(settings);
    const sst_nightly_options window = {
        .window = settings->archive.window,
        .memory = settings->job.memory,
        .tmp = settings->job.tmp,
        .sources = settings->job.sources,
        .note = job->options.note,
        .progress = job->options.progress,
        .context = job->options.context,
    };
    sst_archive *archive = NULL;
    sst_status status = cli_archive_open(job->run, CLI_READS, &archive, error);
    if (status == SST_OK)
        status = sst_archive_report(archive, &window, &options, cli_output_sink(&job->output),
                                    summary, error);
    sst_archive_close(archive);
    return status;
}

static cli_exit report_archive(const cli_run *run)
{
    cli_job job;
    sst_nightly_summary summary = {0};
    sst_error error = {0};
    sst_status status = cli_job_begin(&job, run, &error);
    if (status == SST_OK)
        status = write_archive(&job, &summary, &error);
    const cli_exit result = cli_job_end(&job, status, &error);
    if (status == SST_OK && !run->settings.quiet)
        fprintf(stderr, "stories     %llu in the window\nclusters    %llu with %llu stories\n"
                        "seconds     %.2f\n",
                (unsigned long long)summary.stories, (unsigned long long)summary.clusters,
                (unsigned long long)summary.clustered_stories, summary.seconds);
    return result;
}

static cli_exit run_report(const cli_run *run)
{
    const cli_settings *settings = &run->settings;
    if ((settings->archive_path != NULL) == (run->file_count > 0))
        return cli_usage("report", "give either --archive DB or FILE...");
    if (settings->archive_path != NULL && (settings->given & FILE_OPTIONS) != 0)
        return cli_usage("report", "an archive is reported as it was filled; options of reading "
                                   "and matching belong to files");
    if (settings->archive_path == NULL && (settings->given & ONLY_ARCHIVE_OPTIONS) != 0)
        return cli_usage("report", "--window and --wait belong to --archive");
    return settings->archive_path != NULL ? report_archive(run) : report_files(run);
}

const cli_command cli_command_report = {
    .name = "report",
    .arguments = "(--archive DB | FILE...)",
    .max_files = CLI_ANY,
    .options = CLI_MATCH_OPTIONS | CLI_SET(NOW) | CLI_SET(REPORT_TEXT) | CLI_ARCHIVE_OPTIONS |
               CLI_SET(WINDOW),
    .run = run_report,
    .summary = "write a report for an editor as one HTML file",
    .description =
        "Reads JSON lines, or the stories of an archive (those of the window with --window), "
        "finds the same stories and writes one HTML file that works offline: how many stories "
        "repeat others, from whom and how sure that is; the clusters with search, filters and "
        "their members side by side; who copies whom; templates and page furniture that were "
        "kept apart; chains that were cut; and decisions close to the border, whose marks can be "
        "saved as a gold file for 'samestory eval'.\n\n"
        "The file loads nothing and sends nothing. Overview, tables and the 500 largest clusters "
        "are plain HTML; the rest needs JavaScript. The same stories and options give the same "
        "bytes; a date is printed with --now only. An archive is only read, beside whoever "
        "writes.",
    .example = "samestory report -o report.html news-*.jsonl.zst",
};
