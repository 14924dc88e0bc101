#include "cli/job.h"

#include <stdio.h>
#include <string.h>

#include "cli/message.h"

static sst_status open_rejects(cli_job *job, sst_error *error)
{
    const cli_settings *settings = &job->run->settings;
    if (settings->rejects == NULL)
        return SST_OK;
    if (strcmp(settings->rejects, "-") == 0 ||
        (settings->output != NULL && strcmp(settings->rejects, settings->output) == 0)) {
        *error = (sst_error){.status = SST_ARGUMENT};
        snprintf(
            error->message, sizeof error->message,
            "results and rejects both go to '%.200s'; give the rejects a file of their own",
            settings->rejects);
        return SST_ARGUMENT;
    }
    const sst_status status = cli_output_open(&job->rejects, settings->rejects, job->run->files,
                                              job->run->file_count, error);
    if (status == SST_OK)
        job->options.rejects = cli_output_sink(&job->rejects);
    return status;
}

sst_status cli_job_begin(cli_job *job, const cli_run *run, sst_error *error)
{
    *job = (cli_job){
        .run = run, .options = run->settings.job, .output.file = -1, .rejects.file = -1};
    job->options.fields = run->settings.fields;
    job->options.field_count = run->settings.field_count;
    cli_watch_begin(&job->watch, &run->settings);
    cli_watch_attach(&job->watch, &job->options);
    const sst_status status =
        cli_output_open(&job->output, run->settings.output, run->files, run->file_count, error);
    return status == SST_OK ? open_rejects(job, error) : status;
}

/* The rejects come first: results never stand there without them. */
static sst_status commit(cli_job *job, sst_error *error)
{
    sst_status status = SST_OK;
    if (job->options.rejects.write != NULL)
        status = cli_output_commit(&job->rejects, error);
    if (status == SST_OK)
        status = cli_output_commit(&job->output, error);
    return status;
}

cli_exit cli_job_end(cli_job *job, sst_status status, sst_error *error)
{
    if (status == SST_OK)
        status = commit(job, error);
    cli_watch_end(&job->watch);
    cli_output_abandon(&job->output);
    cli_output_abandon(&job->rejects);
    if (status != SST_OK)
        return cli_failed(error);
    return job->watch.notes[SST_NOTE_BAD_RECORD] > 0 ? CLI_SKIPPED : CLI_DONE;
}
