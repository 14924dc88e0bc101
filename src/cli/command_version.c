#include "cli/command_rows.h"
#include "cli/job.h"

#include <stdio.h>

static cli_exit run_version(const cli_run *run)
{
    cli_job job;
    char line[128];
    sst_error error = {0};
    sst_status status = cli_job_begin(&job, run, &error);
    const sst_sink sink = cli_output_sink(&job.output);
    const int size = snprintf(line, sizeof line, "samestory %s (Unicode %s)\n", sst_version(),
                              sst_unicode_version());
    if (status == SST_OK)
        status = sink.write(sink.context, line, (size_t)size, &error);
    return cli_job_end(&job, status, &error);
}

const cli_command cli_command_version = {
    .name = "version",
    .arguments = "",
    .options = 0,
    .run = run_version,
    .summary = "print the version",
    .description = "Prints the version of the program and of the Unicode data that text is "
                   "normalised with.",
    .example = "samestory version",
};
