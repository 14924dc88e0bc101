#include "cli/corpus.h"

#include "cli/summary.h"

static sst_status read_and_match(const cli_job *job, const cli_corpus_task *task,
                                 sst_corpus **corpus, sst_error *error)
{
    sst_status status = sst_corpus_create(&job->options, corpus, error);
    if (status == SST_OK)
        status = sst_corpus_read(*corpus, job->run->files, job->run->file_count, error);
    if (status == SST_OK && !task->reads_only)
        status = sst_corpus_match(*corpus, error);
    return status;
}

cli_exit cli_corpus_run(const cli_run *run, const cli_corpus_task *task)
{
    cli_job job;
    sst_corpus *corpus = NULL;
    sst_summary summary = {0};
    sst_error error = {0};
    sst_status status = cli_job_begin(&job, run, &error);
    job.options.keep_input = task->keeps_input;
    job.options.clusters_only = task->clusters_only;
    if (status == SST_OK)
        status = read_and_match(&job, task, &corpus, &error);
    if (status == SST_OK)
        status = task->write(corpus, &run->settings, cli_output_sink(&job.output), &error);
    if (status == SST_OK)
        sst_corpus_summary(corpus, &summary);
    cli_exit result = cli_job_end(&job, status, &error);
    sst_corpus_free(corpus);
    if (result != CLI_FAILED && result != CLI_USAGE && !run->settings.quiet)
        cli_summary_print(&summary, !task->reads_only);
    if (result == CLI_DONE && run->settings.check && summary.same_story_pairs > 0)
        result = CLI_FOUND;
    return result;
}
