#include "job/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *test_file(const char *suffix, const char *text)
{
    char name[64];
    snprintf(name, sizeof name, "/tmp/samestory-test-XXXXXX%s", suffix);
    int file = mkstemps(name, (int)strlen(suffix));
    size_t size = strlen(text);
    if (file < 0 || write(file, text, size) != (ssize_t)size || close(file) != 0)
        abort();
    return strdup(name);
}

static sst_status append(void *context, const char *bytes, size_t size, sst_error *error)
{
    sst_buffer *buffer = context;
    sst_buffer_append(buffer, bytes, size);
    return sst_buffer_status(buffer, "test output", error);
}

sst_sink test_sink(sst_buffer *buffer)
{
    return (sst_sink){.write = append, .context = buffer};
}

static void note(void *context, sst_note_kind kind, const sst_error *error)
{
    test_run *run = context;
    char text[1024];
    sst_error_format(error, text, sizeof text);
    sst_buffer_text(&run->notes, kind == SST_NOTE_BAD_RECORD ? "bad: " : "warning: ");
    sst_buffer_text(&run->notes, text);
    sst_buffer_byte(&run->notes, '\n');
}

test_run test_run_default(void)
{
    test_run run = {.options = sst_options_default()};
    run.options.threads = 2;
    run.options.keep_input = true;
    return run;
}

static sst_status write_output(sst_corpus *corpus, enum test_output output, sst_sink sink,
                               sst_error *error)
{
    unsigned same = 1u << SST_RELATION_IDENTICAL | 1u << SST_RELATION_COPY |
                    1u << SST_RELATION_UPDATE | 1u << SST_RELATION_EXCERPT;
    switch (output) {
    case TEST_CLUSTERS:
        return sst_corpus_write_clusters(corpus, false, sink, error);
    case TEST_ALL_CLUSTERS:
        return sst_corpus_write_clusters(corpus, true, sink, error);
    case TEST_PAIRS:
        return sst_corpus_write_pairs(corpus, same, sink, error);
    case TEST_ALL_PAIRS:
        return sst_corpus_write_pairs(corpus, (1u << SST_RELATION_DISTINCT) - 1, sink, error);
    case TEST_UNIQUE:
        return sst_corpus_write_unique(corpus, same, sink, error);
    case TEST_TOKENS:
        return sst_corpus_write_tokens(corpus, 0, sink, error);
    case TEST_SHINGLES:
        return sst_corpus_write_tokens(corpus, SST_SHINGLE_WIDTH, sink, error);
    }
    return SST_ARGUMENT;
}

void test_job(test_run *run, const char *lines, enum test_output output)
{
    char *file = test_file(".jsonl", lines);
    const char *files[] = {file};
    sst_corpus *corpus = NULL;
    run->options.rejects = test_sink(&run->rejects);
    run->options.note = note;
    run->options.context = run;
    run->status = sst_corpus_create(&run->options, &corpus, &run->error);
    if (run->status == SST_OK)
        run->status = sst_corpus_read(corpus, files, 1, &run->error);
    if (run->status == SST_OK)
        run->status = sst_corpus_match(corpus, &run->error);
    if (run->status == SST_OK)
        run->status = write_output(corpus, output, test_sink(&run->out), &run->error);
    if (corpus != NULL)
        sst_corpus_summary(corpus, &run->summary);
    sst_corpus_free(corpus);
    unlink(file);
    free(file);
    sst_buffer_byte(&run->out, '\0');
    sst_buffer_byte(&run->rejects, '\0');
    sst_buffer_byte(&run->notes, '\0');
}

void test_run_free(test_run *run)
{
    sst_buffer_free(&run->out);
    sst_buffer_free(&run->rejects);
    sst_buffer_free(&run->notes);
}
