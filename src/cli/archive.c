#include "cli/archive.h"

#include "cli/message.h"

static void say_waiting(void *context, const char *message)
{
    (void)context;
    cli_say("%s", message);
}

sst_archive_options cli_archive_options(const cli_run *run, cli_access access)
{
    const cli_settings *settings = &run->settings;
    sst_archive_options options = settings->archive;
    options.create = access == CLI_CREATES;
    options.read_only = access == CLI_READS;
    options.threads = settings->job.threads;
    options.memory = settings->job.memory;
    if ((settings->given & CLI_SET(THRESHOLD)) != 0)
        options.threshold = settings->job.threshold;
    if ((settings->given & CLI_SET(RECALL)) != 0)
        options.recall = settings->job.recall;
    options.wait = (double)settings->wait;
    options.format = settings->job.format;
    options.preset = settings->job.preset;
    options.fields = settings->fields;
    options.field_count = settings->field_count;
    options.max_record = settings->job.max_record;
    options.cues = settings->job.cues;
    options.waiting = settings->quiet ? NULL : say_waiting;
    return options;
}

sst_status cli_archive_open(const cli_run *run, cli_access access, sst_archive **archive,
                            sst_error *error)
{
    const sst_archive_options options = cli_archive_options(run, access);
    if (run->settings.archive_path == NULL)
        return cli_refuse(error, "no archive is named; give --archive DB");
    return sst_archive_open(run->settings.archive_path, &options, archive, error);
}
