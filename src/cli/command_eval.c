#include "cli/command_rows.h"
#include "cli/job.h"
#include "cli/message.h"

static cli_exit run_eval(const cli_run *run)
{
    cli_job job;
    sst_error error = {0};
    const cli_settings *settings = &run->settings;
    sst_status status = cli_job_begin(&job, run, &error);
    if (status == SST_OK && settings->gold == NULL)
        status = cli_refuse(&error, "no judged pairs are named; give --gold FILE");
    if (status == SST_OK)
        status = sst_eval(&job.options, settings->gold, run->files, run->file_count,
                          settings->wrong, cli_output_sink(&job.output), &error);
    return cli_job_end(&job, status, &error);
}

const cli_command cli_command_eval = {
    .name = "eval",
    .arguments = "FILE...",
    .min_files = 1,
    .max_files = CLI_ANY,
    .options = CLI_MATCH_OPTIONS | CLI_SET(GOLD) | CLI_SET(WRONG),
    .run = run_eval,
    .summary = "score the decisions on judged pairs",
    .description =
        "Reads judged pairs (set, id_a, id_b, label, conf, why, separated by tabs; the set is "
        "the "
        "base name of a file) and prints precision, recall and F1 of \"same story\" by set and "
        "over all, and labels against relations. With --wrong each pair that was decided "
        "wrongly "
        "is listed with the rule that decided.",
    .example = "samestory eval --gold gold.tsv --wrong news.jsonl",
};
