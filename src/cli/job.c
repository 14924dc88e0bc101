#include "cli/job.h"

#include <stdio.h>
#include <string.h>

#include "cli/message.h"

static sst_status refuse(sst_error *error, const char *format, const char *path)
{
    char message[SST_ERROR_MESSAGE_SIZE];
    snprintf(message, sizeof message, format, path);
    return cli_refuse(error, message);
}

/* An output never takes the place of what the command works with. */
static sst_status check_output(const cli_settings *settings, const char *path, sst_error *error)
{
    const char *const used[] = {settings->archive_path, settings->job.sources,
                                settings->job.cues, settings->gold};
    for (size_t i = 0; path != NULL && i < sizeof used / sizeof *used; i++)
        if (used[i] != NULL && cli_same_file(path, used[i]))
            return refuse(error, "output '%.200s' is a file of this command; write to another file",
                          path);
    return SST_OK;
}

static sst_status open_rejects(cli_job *job, sst_error *error)
{
    const cli_settings *settings = &job->run->settings;
    if (settings->rejects == NULL)
        return SST_OK;
    if (strcmp(settings->rejects, "-") == 0 ||
        (settings->output != NULL && cli_same_file(settings->rejects, settings->output)))
        return refuse(
            error, "results and rejects both go to '%.200s'; give the rejects a file of their own",
            settings->rejects);
    sst_status status = check_output(settings, settings->rejects, error);
    if (status == SST_OK)
        status = cli_output_open(&job->rejects, settings->rejects, job->run->files,
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
    sst_status status = check_output(&run->settings, run->settings.output, error);
    if (status == SST_OK)
        status = cli_output_open(&job->output, run->settings.output, run->files,
                                 run->file_count, error);
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
