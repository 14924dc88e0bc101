#include "cli/command_rows.h"
#include "cli/job.h"

static cli_exit run_split(const cli_run *run)
{
    cli_job job;
    sst_error error = {0};
    sst_status status = cli_job_begin(&job, run, &error);
    if (status == SST_OK)
        status = sst_split(&job.options, run->files, run->file_count, run->settings.explain,
                           cli_output_sink(&job.output), &error);
    return cli_job_end(&job, status, &error);
}

const cli_command cli_command_split = {
    .name = "split",
    .arguments = "PAGE...",
    .min_files = 1,
    .max_files = CLI_ANY,
    .options = CLI_READ_OPTIONS | CLI_SET(EXPLAIN),
    .run = run_split,
    .summary = "take the stories out of raw pages",
    .description =
        "Writes one line for each story of a page, the main one and its teasers, with title, "
        "text, credit and the line where it begins; a headline that is repeated in a box of "
        "teasers is one teaser. What does not begin with '{' is a page, else it is JSON lines with "
        "a field page. What recurs on the pages of a source is learned first, so files are read "
        "twice (standard input and pipes once). With --explain every line of the page is printed "
        "with its role and the reason.",
    .example = "samestory split --explain page.txt",
};
