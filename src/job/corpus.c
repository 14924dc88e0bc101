/* The handle: options, phases in order, what the summary says. */
#include "job/corpus.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/parallel.h"
#include "job/clock.h"
#include "job/sources.h"
#include "job/spool.h"
#include "read/record.h"

static uint64_t half_of_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    if (pages <= 0 || size <= 0)
        return UINT64_C(2) << 30;
    return (uint64_t)pages * (uint64_t)size / 2;
}

sst_options sst_options_default(void)
{
    return (sst_options){
        .threshold = 0.5,
        .recall = 0.98,
        .memory = half_of_memory(),
        .max_record = UINT64_C(64) << 20,
        .now = SST_NO_TIME,
    };
}

/* ---- create and free ------------------------------------------------------------------------- */

enum { LEAST_MEMORY = 64 << 20 }; /* buffers of reading and sorting */

static sst_status check_options(const sst_options *options, sst_error *error)
{
    sst_bands bands;
    if (options->memory != 0 && options->memory < LEAST_MEMORY)
        return sst_fail(error, SST_ARGUMENT,
                        "memory of %llu bytes is too little; give at least 64M",
                        (unsigned long long)options->memory);
    if (options->threads > 256)
        return sst_fail(error, SST_ARGUMENT, "%u threads are too many; give 1 to 256, or 0",
                        options->threads);
    if (options->tmp != NULL && access(options->tmp, W_OK | X_OK) != 0)
        return sst_fail_system(error, errno, options->tmp, "cannot keep data in this folder",
                               "check --tmp"); /* now, not after an hour */
    if (options->format != SST_FORMAT_JSONL && options->format != SST_FORMAT_PAGE)
        return sst_fail(error, SST_ARGUMENT, "there is no input format %d; give one of sst_format",
                        (int)options->format);
    const sst_parser_options parsing = {.preset = options->preset,
                                        .fields = options->fields,
                                        .field_count = options->field_count};
    sst_parser *parser = NULL;
    sst_status status = sst_parser_create(&parsing, &parser, error);
    sst_parser_free(parser);
    return status == SST_OK
               ? sst_bands_choose(options->threshold, options->recall, &bands, error)
               : status;
}

/* Half of the memory for tokens, which are most of it and are read again by every stage; matching
 * has what these leave. */
static sst_status create_pools(sst_corpus *c, sst_error *error)
{
    uint64_t memory = c->options.memory;
    sst_status status = sst_pool_create(memory / 2, c->options.tmp, "the tokens", &c->tokens,
                                        error);
    if (status == SST_OK)
        status = sst_pool_create(memory / 8, c->options.tmp, "the sketches", &c->sketches, error);
    if (status == SST_OK && (c->options.keep_input || c->options.rejects.write != NULL))
        status = sst_spool_create(memory / 8, c->options.tmp, &c->spool, error);
    return status;
}

sst_status sst_corpus_create(const sst_options *options, sst_corpus **corpus, sst_error *error)
{
    sst_options settled = options == NULL ? sst_options_default() : *options;
    if (settled.memory == 0)
        settled.memory = half_of_memory();
    if (settled.max_record == 0)
        settled.max_record = sst_options_default().max_record;
    if (settled.now == SST_NO_TIME)
        settled.now = (int64_t)time(NULL);
    *corpus = NULL;
    sst_status status = check_options(&settled, error);
    if (status != SST_OK)
        return status;
    sst_corpus *c = sst_allocate_zeroed(1, sizeof *c, "the corpus", error);
    if (c == NULL)
        return SST_MEMORY;
    c->options = settled;
    status = create_pools(c, error);
    if (status == SST_OK)
        status = sst_sources_create(settled.sources, &c->sources, error);
    if (status == SST_OK)
        status = sst_page_cues_create(settled.cues, &c->cues, error);
    if (status != SST_OK) {
        sst_corpus_free(c);
        return status;
    }
    *corpus = c;
    return SST_OK;
}

static void free_match(sst_corpus *c)
{
    free(c->rank);
    free(c->text_of);
    free(c->text_begin);
    free(c->text_member);
    free(c->text_kind);
    free(c->pairs);
    sst_match_days_free(c->days);
    free(c->unit_of);
    free(c->unit_head);
    free(c->unit_credits);
    free(c->edges);
    free(c->members);
}

void sst_corpus_free(sst_corpus *corpus)
{
    if (corpus == NULL)
        return;
    free_match(corpus);
    for (size_t i = 0; i < corpus->file_count; i++)
        free(corpus->files[i]);
    free(corpus->files);
    sst_sources_free(corpus->sources);
    sst_page_cues_free(corpus->cues);
    free(corpus->entries);
    free(corpus->labels);
    free(corpus->ids);
    sst_pool_free(corpus->tokens);
    sst_pool_free(corpus->sketches);
    sst_spool_free(corpus->spool);
    free(corpus);
}

/* ---- phases -------------------------------------------------------------------------------------- */

/* Runs one phase and adds its time to `seconds`. */
static sst_status run_phase(sst_corpus *c, sst_status (*phase)(sst_corpus *, sst_error *),
                            double *seconds, sst_error *error)
{
    double start = sst_clock_seconds();
    sst_status status = phase(c, error);
    *seconds += sst_clock_seconds() - start;
    return status;
}

static sst_status copy_files(sst_corpus *c, const char *const *files, size_t count,
                             sst_error *error)
{
    if (count == 0 || count > UINT16_MAX)
        return sst_fail(error, SST_ARGUMENT, "%zu files; give 1 to 65535", count);
    c->files = sst_allocate_zeroed(count, sizeof *c->files, "file names", error);
    if (c->files == NULL)
        return SST_MEMORY;
    for (; c->file_count < count; c->file_count++) {
        c->files[c->file_count] = strdup(files[c->file_count]);
        if (c->files[c->file_count] == NULL)
            return sst_fail_memory(error, strlen(files[c->file_count]), "file names");
    }
    return SST_OK;
}

static sst_status seal_pools(sst_corpus *c, sst_error *error)
{
    sst_status status = sst_pool_seal(c->tokens, error);
    if (status == SST_OK)
        status = sst_pool_seal(c->sketches, error);
    if (status == SST_OK && c->spool != NULL)
        status = sst_spool_seal(c->spool, error);
    c->summary.spilled_bytes = sst_pool_spilled(c->tokens) + sst_pool_spilled(c->sketches);
    return status;
}

sst_status sst_corpus_read(sst_corpus *corpus, const char *const *files, size_t count,
                           sst_error *error)
{
    if (corpus->phase != SST_CORPUS_MADE)
        return sst_fail(error, SST_ARGUMENT,
                        "the corpus was read already; create another for other files");
    corpus->phase = SST_CORPUS_READING;
    double *seconds = &corpus->summary.seconds_read;
    sst_status status = copy_files(corpus, files, count, error);
    if (status == SST_OK)
        status = run_phase(corpus, sst_corpus_ingest, seconds, error);
    if (status == SST_OK)
        status = run_phase(corpus, seal_pools, seconds, error);
    if (status == SST_OK)
        status = run_phase(corpus, sst_corpus_identify, seconds, error);
    if (status == SST_OK)
        status = run_phase(corpus, sst_corpus_write_superseded, seconds, error);
    if (status == SST_OK)
        corpus->phase = SST_CORPUS_READ;
    return status;
}

sst_status sst_corpus_match(sst_corpus *corpus, sst_error *error)
{
    if (corpus->phase != SST_CORPUS_READ)
        return sst_fail(error, SST_ARGUMENT, "match once, after reading");
    corpus->phase = SST_CORPUS_MATCHING;
    double other = 0;
    double *cluster = &corpus->summary.seconds_cluster;
    sst_status status = run_phase(corpus, sst_corpus_rank, cluster, error);
    if (status == SST_OK)
        status = run_phase(corpus, sst_corpus_join_equal, cluster, error);
    if (status == SST_OK)
        status = run_phase(corpus, sst_corpus_relate, &other, error);
    if (status == SST_OK)
        status = run_phase(corpus, sst_corpus_group, cluster, error);
    if (status == SST_OK)
        status = run_phase(corpus, sst_corpus_tally, cluster, error);
    if (status == SST_OK)
        corpus->phase = SST_CORPUS_MATCHED;
    return status;
}

sst_status sst_corpus_need(const sst_corpus *corpus, sst_corpus_phase phase, sst_error *error)
{
    if (corpus->phase >= phase)
        return SST_OK;
    return phase == SST_CORPUS_READ
               ? sst_fail(error, SST_ARGUMENT, "nothing was read; call sst_corpus_read first")
               : sst_fail(error, SST_ARGUMENT, "nothing was matched; call sst_corpus_match first");
}

void sst_corpus_summary(const sst_corpus *corpus, sst_summary *summary)
{
    *summary = corpus->summary;
}

/* ---- telling --------------------------------------------------------------------------------------- */

sst_status sst_corpus_progress(sst_corpus *corpus, const char *stage, double fraction,
                               sst_error *error)
{
    const sst_options *options = &corpus->options;
    sst_progress progress = {.stage = stage,
                             .stories = corpus->summary.stories,
                             .bytes = corpus->summary.bytes,
                             .total_bytes = corpus->summary.bytes,
                             .fraction = fraction};
    if (options->progress == NULL || options->progress(options->context, &progress))
        return SST_OK;
    return sst_fail(error, SST_CANCELLED, "cancelled during '%s'", stage);
}

void sst_corpus_warn(sst_corpus *corpus, const char *format, ...)
{
    if (corpus->options.note == NULL)
        return;
    sst_error note = {.status = SST_OK};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(note.message, sizeof note.message, format, arguments);
    va_end(arguments);
    corpus->options.note(corpus->options.context, SST_NOTE_WARNING, &note);
}
