/* Reading, stage by stage, from memory: lines to records, and files to lines.
 *
 *     read [RECORDS [BYTES]]
 *
 * Three generated buffers of records of about BYTES (3,000) of text: plain English with an
 * escape every hundred bytes, Bengali in UTF-8, and Bengali escaped throughout as \uXXXX. The
 * median of 9 runs is printed; one warm-up run before. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "read/input.h"
#include "read/record.h"

enum { RUNS = 9 };

static const char *const english[] = {
    "the",   "minister", "said",   "prices", "of",     "onions",   "rose",  "sharply", "after",
    "flood", "in",       "three",  "river",  "towns",  "while",    "rice",  "and",     "fuel",
    "were",  "steady",   "on",     "Monday", "market", "\\n\\nA",
};
static const char *const bengali[] = {
    "বন্যার", "পর", "পেঁয়াজের", "দাম", "হঠাৎ", "বেড়েছে", "বলে", "মন্ত্রী", "জানান", "আজ", "ঢাকায়", "।\\n",
};
static const char *const escaped[] = {
    "\\u09ac\\u09a8\\u09cd\\u09af\\u09be\\u09b0", "\\u09aa\\u09b0",
    "\\u09a6\\u09be\\u09ae", "\\u0986\\u099c",
};

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void append_record(sst_buffer *out, size_t number, const char *const *words,
                          size_t count, size_t bytes)
{
    sst_buffer_format(out,
                      "{\"id\": \"s-%zu\", \"source\": \"Daily Example\", \"url\": "
                      "\"https://example.org/news/%zu\", \"title\": \"Story %zu\", \"text\": \"",
                      number, number, number);
    uint64_t state = number;
    for (size_t begin = out->size; out->size - begin < bytes;) {
        state = sst_mix64(state + 0x9e3779b97f4a7c15u);
        sst_buffer_text(out, words[state % count]);
        sst_buffer_byte(out, ' ');
    }
    sst_buffer_text(out, "\", \"published\": \"2024-02-29T12:30:00Z\", \"lang\": \"xx\"}\n");
}

/* Parses every line once; the sum keeps the work. */
static size_t parse_all(sst_parser *parser, const sst_chunk *chunk)
{
    size_t sum = 0;
    sst_record record;
    sst_error error;
    for (sst_line line = {0}; sst_chunk_line(chunk, &line);) {
        if (sst_parser_run(parser, line.bytes, line.size, &record, &error) != SST_OK) {
            fprintf(stderr, "read: %s\n", error.message);
            exit(1);
        }
        sum += record.text.size;
    }
    return sum;
}

static void report(const char *name, double *times, size_t records, size_t bytes)
{
    qsort(times, RUNS, sizeof *times, compare);
    printf("%-24s %8.3f us/record %10.0f MB/s\n", name, times[RUNS / 2] / (double)records * 1e6,
           (double)bytes / times[RUNS / 2] / 1e6);
}

static void bench_parse(const char *name, const char *const *words, size_t count,
                        size_t records, size_t bytes)
{
    sst_buffer out = {0};
    for (size_t i = 0; i < records; i++)
        append_record(&out, i, words, count, bytes);
    sst_chunk chunk = {.bytes = out.bytes, .size = out.size, .first_line = 1};
    sst_parser *parser;
    if (!sst_buffer_reserve(&out, SST_CHUNK_PADDING) ||
        sst_parser_create(NULL, &parser, NULL) != SST_OK)
        exit(1);
    chunk.bytes = out.bytes;
    double times[RUNS];
    size_t sum = parse_all(parser, &chunk);
    for (int run = 0; run < RUNS; run++) {
        double begin = seconds();
        sum += parse_all(parser, &chunk);
        times[run] = seconds() - begin;
    }
    report(name, times, records, sum == 0 ? 0 : chunk.size);
    sst_parser_free(parser);
    sst_buffer_free(&out);
}

/* File to chunks, from the page cache. */
static void bench_input(size_t records, size_t bytes)
{
    char path[] = "/tmp/samestory-bench-XXXXXX";
    sst_buffer out = {0};
    for (size_t i = 0; i < records; i++)
        append_record(&out, i, english, sizeof english / sizeof *english, bytes);
    int file = mkstemp(path);
    if (file < 0 || write(file, out.bytes, out.size) != (ssize_t)out.size)
        exit(1);
    const char *files[] = {path};
    double times[RUNS];
    sst_chunk chunk = {0};
    for (int run = 0; run < RUNS; run++) {
        sst_input *input;
        double begin = seconds();
        if (sst_input_open(files, 1, NULL, &input, NULL) != SST_OK)
            exit(1);
        for (bool more = true; more;)
            if (sst_input_next(input, &chunk, &more, NULL) != SST_OK)
                exit(1);
        times[run] = seconds() - begin;
        sst_input_close(input);
    }
    report("file to chunks", times, records, out.size);
    sst_chunk_free(&chunk);
    sst_buffer_free(&out);
    close(file);
    unlink(path);
}

int main(int argc, char **argv)
{
    size_t records = argc > 1 ? strtoull(argv[1], NULL, 10) : 20000;
    size_t bytes = argc > 2 ? strtoull(argv[2], NULL, 10) : 3000;
    bench_parse("parse English", english, sizeof english / sizeof *english, records, bytes);
    bench_parse("parse Bengali", bengali, sizeof bengali / sizeof *bengali, records, bytes);
    bench_parse("parse Bengali \\u", escaped, sizeof escaped / sizeof *escaped, records, bytes);
    bench_input(records, bytes);
    return 0;
}
