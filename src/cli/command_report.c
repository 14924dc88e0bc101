#include "cli/command_rows.h"
#include "cli/corpus.h"

static sst_status write_report(sst_corpus *corpus, const cli_settings *settings, sst_sink sink,
                               sst_error *error)
{
    sst_report_options options = sst_report_options_default();
    options.now = settings->archive.now;
    options.text_bytes = settings->report_text;
    return sst_corpus_report(corpus, &options, sink, error);
}

static cli_exit run_report(const cli_run *run)
{
    static const cli_corpus_task task = {.write = write_report, .keeps_input = true};
    cli_run dated = *run;
    dated.settings.job.now = run->settings.archive.now;
    return cli_corpus_run(&dated, &task);
}

const cli_command cli_command_report = {
    .name = "report",
    .arguments = "FILE...",
    .min_files = 1,
    .max_files = CLI_ANY,
    .options = CLI_MATCH_OPTIONS | CLI_SET(NOW) | CLI_SET(REPORT_TEXT),
    .run = run_report,
    .summary = "write a report for an editor as one HTML file",
    .description =
        "Reads JSON lines, finds the same stories and writes one HTML file that works offline: how "
        "many stories repeat others, from whom and how sure that is; the clusters with search, "
        "filters and their members side by side; who copies whom; templates and page furniture "
        "that were kept apart; chains that were cut; and decisions close to the border, whose "
        "marks can be saved as a gold file for 'samestory eval'.\n\n"
        "The file loads nothing and sends nothing. Overview, tables and the 500 largest clusters "
        "are plain HTML; the rest needs JavaScript. The same stories and options give the same "
        "bytes; a date is printed with --now only.",
    .example = "samestory report -o report.html news-*.jsonl.zst",
};
