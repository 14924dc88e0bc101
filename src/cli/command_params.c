#include "cli/command_rows.h"
#include "cli/job.h"
#include "cli/message.h"

#include <stdio.h>

enum { LINE_SIZE = 128, CURVE_STEPS = 20 };

static sst_status write_line(sst_sink sink, const char *line, int size, sst_error *error)
{
    return sink.write(sink.context, line, (size_t)size, error);
}

/* The probability to propose a pair, by its similarity. */
static sst_status write_curve(sst_bands bands, sst_sink sink, sst_error *error)
{
    char line[LINE_SIZE];
    int size = snprintf(line, sizeof line, "bands\t%u\nrows\t%u\n\njaccard\tproposed\n",
                        bands.bands, bands.rows);
    sst_status status = write_line(sink, line, size, error);
    for (int step = 1; step <= CURVE_STEPS && status == SST_OK; step++) {
        const double jaccard = (double)step / CURVE_STEPS;
        size = snprintf(line, sizeof line, "%.2f\t%.4f\n", jaccard,
                        sst_bands_probability(bands, jaccard));
        status = write_line(sink, line, size, error);
    }
    return status;
}

static cli_exit run_params(const cli_run *run)
{
    cli_job job;
    sst_bands bands = {0};
    sst_error error = {0};
    sst_status status = cli_job_begin(&job, run, &error);
    if (status == SST_OK)
        status = sst_bands_choose(job.options.threshold, job.options.recall, &bands, &error);
    if (status == SST_OK)
        status = write_curve(bands, cli_output_sink(&job.output), &error);
    return cli_job_end(&job, status, &error);
}

const cli_command cli_command_params = {
    .name = "params",
    .arguments = "",
    .max_files = 0,
    .options = CLI_SET(OUTPUT) | CLI_SET(THRESHOLD) | CLI_SET(RECALL),
    .run = run_params,
    .summary = "show what a threshold and a recall mean",
    .description =
        "Prints the bands and rows that are chosen for --threshold and --recall, and the "
        "probability that the first channel proposes a pair, by its Jaccard similarity s: "
        "1 - (1 - s^rows)^bands. The second channel, which finds excerpts and cut copies, "
        "comes on top.",
    .example = "samestory params --threshold 0.6",
};
