/* bench_whole: one batch job through the public library, with the seconds of every stage.
 *
 *     bench_whole [--threads N] [--memory BYTES] [--tmp DIR] [--no-samples] [--read-only]
 *                 [-o CLUSTERS.jsonl] FILE...
 *
 * prints one JSON object: the fields of sst_summary, wall seconds, peak memory in bytes. With
 * --read-only the job stops behind the sketches. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "samestory.h"

typedef struct whole_run {
    sst_options options;
    bool read_only;
    const char *out_path;
    FILE *out;
    const char **files;
    size_t file_count;
} whole_run;

static bool parse_flag(whole_run *whole, const char *argument)
{
    if (strcmp(argument, "--no-samples") == 0)
        whole->options.no_samples = true;
    else if (strcmp(argument, "--read-only") == 0)
        whole->read_only = true;
    else
        return false;
    return true;
}

static bool parse_value(whole_run *whole, const char *argument, const char *value)
{
    if (strcmp(argument, "--threads") == 0)
        whole->options.threads = (unsigned)strtoul(value, NULL, 10);
    else if (strcmp(argument, "--memory") == 0)
        whole->options.memory = strtoull(value, NULL, 10);
    else if (strcmp(argument, "--tmp") == 0)
        whole->options.tmp = value;
    else if (strcmp(argument, "-o") == 0)
        whole->out_path = value;
    else
        return false;
    return true;
}

static bool parse_arguments(whole_run *whole, int count, char **arguments)
{
    for (int i = 1; i < count; i++) {
        if (parse_flag(whole, arguments[i]))
            continue;
        if (arguments[i][0] != '-')
            whole->files[whole->file_count++] = arguments[i];
        else if (i + 1 == count || !parse_value(whole, arguments[i], arguments[i + 1]))
            return false;
        else
            i++;
    }
    return whole->file_count > 0;
}

static sst_status write_bytes(void *context, const char *bytes, size_t size, sst_error *error)
{
    (void)error;
    FILE *out = context;
    return !out || fwrite(bytes, 1, size, out) == size ? SST_OK : SST_IO;
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static uint64_t peak_bytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)usage.ru_maxrss * 1024;
}

static sst_status run_job(const whole_run *whole, sst_corpus *corpus, sst_error *error)
{
    sst_status status = sst_corpus_read(corpus, whole->files, whole->file_count, error);
    if (status != SST_OK || whole->read_only)
        return status;
    status = sst_corpus_match(corpus, error);
    if (status != SST_OK)
        return status;
    sst_sink sink = {write_bytes, whole->out};
    return sst_corpus_write_clusters(corpus, false, sink, error);
}

static void print_counts(const sst_summary *s)
{
#define COUNT(name) printf("\"%s\":%llu,", #name, (unsigned long long)s->name)
    COUNT(bytes);
    COUNT(records);
    COUNT(stories);
    COUNT(bad);
    COUNT(repeated);
    COUNT(superseded);
    COUNT(empty);
    COUNT(distinct_texts);
    COUNT(candidates);
    COUNT(sampled_candidates);
    COUNT(verified);
    COUNT(aligned);
    COUNT(same_story_pairs);
    COUNT(clusters);
    COUNT(clustered_stories);
    COUNT(largest_cluster);
    COUNT(capped_buckets);
    COUNT(largest_bucket);
    COUNT(spilled_bytes);
#undef COUNT
    for (int i = 0; i < SST_RELATION_COUNT; i++)
        printf("\"pairs_%s\":%llu,", sst_relation_name((sst_relation)i),
               (unsigned long long)s->pairs[i]);
}

static void print_seconds(const sst_summary *s)
{
#define SECONDS(name) printf("\"%s\":%.6f,", #name, s->name)
    SECONDS(cpu_parse);
    SECONDS(cpu_clean);
    SECONDS(cpu_tokenise);
    SECONDS(cpu_sketch);
    SECONDS(seconds_read);
    SECONDS(seconds_bands);
    SECONDS(seconds_samples);
    SECONDS(seconds_verify);
    SECONDS(seconds_judge);
    SECONDS(seconds_cluster);
    SECONDS(seconds_write);
#undef SECONDS
}

static bool open_out(whole_run *whole)
{
    whole->out = whole->out_path ? fopen(whole->out_path, "w") : NULL;
    return !whole->out_path || whole->out;
}

static int measure(whole_run *whole)
{
    sst_error error = {0};
    sst_corpus *corpus = NULL;
    double begin = seconds_now();
    sst_status status = sst_corpus_create(&whole->options, &corpus, &error);
    if (status == SST_OK)
        status = run_job(whole, corpus, &error);
    if (whole->out && fclose(whole->out) != 0 && status == SST_OK)
        status = SST_IO;
    if (status == SST_OK) {
        sst_summary summary;
        sst_corpus_summary(corpus, &summary);
        printf("{");
        print_counts(&summary);
        print_seconds(&summary);
        printf("\"wall\":%.6f,\"peak\":%llu}\n", seconds_now() - begin,
               (unsigned long long)peak_bytes());
    } else {
        char text[1024];
        sst_error_format(&error, text, sizeof text);
        fprintf(stderr, "bench_whole: %s: %s\n", sst_status_name(status), text);
    }
    sst_corpus_free(corpus);
    return status == SST_OK ? 0 : 1;
}

int main(int count, char **arguments)
{
    whole_run whole = {.options = sst_options_default()};
    whole.options.clusters_only = true; /* as the command does */
    whole.files = calloc((size_t)count, sizeof *whole.files);
    if (!whole.files || !parse_arguments(&whole, count, arguments) || !open_out(&whole)) {
        fputs("usage: bench_whole [--threads N] [--memory BYTES] [--tmp DIR] [--no-samples]\n"
              "                   [--read-only] [-o CLUSTERS.jsonl] FILE...\n",
              stderr);
        free(whole.files);
        return 2;
    }
    int exit_status = measure(&whole);
    free(whole.files);
    return exit_status;
}
