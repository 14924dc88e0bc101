#include "job/report.h"

#include <string.h>

#include "job/clock.h"
#include "job/sources.h"
#include "job/write.h"
#include "judge/judge.h"

sst_report_options sst_report_options_default(void)
{
    return (sst_report_options){
        .title = "The same stories", .now = SST_NO_TIME, .text_bytes = 20u << 20};
}

sst_status sst_report_add_story(sst_report_draft *d, uint32_t entry, uint32_t *story,
                                sst_error *error)
{
    const sst_corpus *c = d->corpus;
    const sst_entry *e = &c->entries[entry];
    *story = d->story_of[entry];
    if (*story != UINT32_MAX)
        return SST_OK;
    sst_status status =
        SST_RESERVE(&d->stories, &d->story_capacity, d->story_count + 1, "stories", error);
    if (status == SST_OK)
        status = SST_RESERVE(&d->entry_of, &d->entry_capacity, d->story_count + 1, "stories",
                             error);
    if (status != SST_OK)
        return status;
    *story = (uint32_t)d->story_count++;
    d->story_of[entry] = *story;
    d->entry_of[*story] = entry;
    d->stories[*story] = (sst_report_story){
        .id = {sst_entry_id(c, e), e->id_size},
        .published = e->published,
        .source = e->source,
        .set = e->file,
        .tokens = e->token_count,
        .to = *story,
        .headline = e->headline,
    };
    return SST_OK;
}

/* ---- sources and sets by name ------------------------------------------------------------ */

/* The corpus numbers sources as they come; the report must not depend on that. */
typedef struct named {
    sst_slice name;
    uint32_t number;
} named;

static int compare_slices(sst_slice a, sst_slice b)
{
    size_t smaller = a.size < b.size ? a.size : b.size;
    int order = smaller == 0 ? 0 : memcmp(a.bytes, b.bytes, smaller);
    return order != 0 ? order : a.size < b.size ? -1 : a.size > b.size;
}

static int compare_named(const void *left, const void *right)
{
    return compare_slices(((const named *)left)->name, ((const named *)right)->name);
}

/* Gives every name its place in the order of names; equal names share one. `place` by number. */
static sst_slice *order_names(named *names, uint32_t count, uint32_t *place,
                              uint32_t *name_count, sst_error *error)
{
    sst_slice *ordered = sst_allocate(count, sizeof *ordered, "names", error);
    *name_count = 0;
    if (ordered == NULL)
        return NULL;
    if (count > 0)
        qsort(names, count, sizeof *names, compare_named);
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || compare_slices(names[i - 1].name, names[i].name) != 0)
            ordered[(*name_count)++] = names[i].name;
        place[names[i].number] = *name_count - 1;
    }
    return ordered;
}

static uint32_t largest_source(const sst_report_draft *d)
{
    uint32_t largest = 0;
    for (size_t i = 0; i < d->story_count; i++)
        if (d->stories[i].source != UINT32_MAX && d->stories[i].source >= largest)
            largest = d->stories[i].source + 1;
    return largest;
}

static sst_status name_sources(sst_report_draft *d, sst_error *error)
{
    uint32_t numbers = largest_source(d), count = 0;
    uint32_t *place = sst_allocate(numbers, sizeof *place, "sources", error);
    named *names = sst_allocate(numbers, sizeof *names, "sources", error);
    bool complete = place != NULL && names != NULL;
    if (complete)
        memset(place, 0xff, numbers * sizeof *place);
    for (size_t i = 0; complete && i < d->story_count; i++) {
        uint32_t source = d->stories[i].source;
        if (source == UINT32_MAX || place[source] != UINT32_MAX)
            continue;
        place[source] = 0;
        names[count++] = (named){sst_sources_name(d->corpus->sources, source), source};
    }
    if (complete)
        d->sources = order_names(names, count, place, &d->source_count, error);
    for (size_t i = 0; d->sources != NULL && i < d->story_count; i++)
        if (d->stories[i].source != UINT32_MAX)
            d->stories[i].source = place[d->stories[i].source];
    free(place);
    free(names);
    return d->sources == NULL ? SST_MEMORY : SST_OK;
}

/* "dir/bbc.jsonl.zst" is the set "bbc": the base name up to its first dot, as in a gold file. */
static sst_slice set_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    return (sst_slice){.bytes = name, .size = strcspn(name, ".")};
}

static sst_status name_sets(sst_report_draft *d, sst_error *error)
{
    uint32_t count = (uint32_t)d->corpus->file_count;
    uint32_t *place = sst_allocate(count, sizeof *place, "file names", error);
    named *names = sst_allocate(count, sizeof *names, "file names", error);
    for (uint32_t i = 0; names != NULL && i < count; i++)
        names[i] = (named){set_of(d->corpus->files[i]), i};
    if (place != NULL && names != NULL)
        d->sets = order_names(names, count, place, &d->set_count, error);
    for (size_t i = 0; d->sets != NULL && i < d->story_count; i++)
        d->stories[i].set = place[d->stories[i].set];
    free(place);
    free(names);
    return d->sets == NULL ? SST_MEMORY : SST_OK;
}

/* ---- the phases -------------------------------------------------------------------------- */

static sst_status write_model(const sst_report_draft *d, sst_sink sink, sst_error *error)
{
    sst_report_rule rules[SST_RULE_COUNT];
    for (unsigned i = 0; i < SST_RULE_COUNT; i++)
        rules[i] = (sst_report_rule){sst_rule_name((sst_rule)i), sst_rule_sentence((sst_rule)i)};
    sst_report_model model = {
        .title = d->options->title,
        .now = d->options->now,
        .summary = d->corpus->summary,
        .sources = d->sources,
        .sets = d->sets,
        .source_count = d->source_count,
        .set_count = d->set_count,
        .rules = rules,
        .rule_count = SST_RULE_COUNT,
        .stories = d->stories,
        .story_count = (uint32_t)d->story_count,
        .clusters = d->clusters,
        .cluster_count = (uint32_t)d->cluster_count,
        .review = d->review,
        .cut = d->cut,
        .review_count = (uint32_t)d->review_count,
        .cut_count = (uint32_t)d->cut_count,
        .review_all = d->review_all,
        .cut_all = d->cut_all,
        .families = d->families,
        .family_members = d->family_members,
        .family_count = (uint32_t)d->family_count,
        .family_all = d->family_all,
    };
    return sst_report_write(&model, sink, error);
}

static sst_status begin_draft(sst_report_draft *d, sst_error *error)
{
    size_t count = d->corpus->entry_count;
    d->order = sst_write_id_order(d->corpus, error);
    d->story_of = sst_allocate(count, sizeof *d->story_of, "stories", error);
    if (d->order == NULL || d->story_of == NULL)
        return SST_MEMORY;
    memset(d->story_of, 0xff, count * sizeof *d->story_of);
    return SST_OK;
}

static void free_draft(sst_report_draft *d)
{
    free((void *)(uintptr_t)d->order);
    free(d->story_of);
    free(d->entry_of);
    free(d->stories);
    free(d->clusters);
    free(d->review);
    free(d->cut);
    free(d->families);
    free(d->family_members);
    free(d->sources);
    free(d->sets);
    free(d->text_wanted);
    sst_buffer_free(&d->strings);
}

sst_status sst_corpus_report(sst_corpus *corpus, const sst_report_options *options,
                             sst_sink sink, sst_error *error)
{
    static sst_status (*const phases[])(sst_report_draft *, sst_error *) = {
        begin_draft, sst_report_draft_clusters, sst_report_draft_pairs,
        sst_report_draft_families, sst_report_draft_texts, name_sources, name_sets,
    };
    sst_report_options defaults = sst_report_options_default();
    sst_report_draft draft = {.corpus = corpus,
                              .options = options == NULL ? &defaults : options};
    double start = sst_clock_seconds();
    sst_status status = sst_corpus_need(corpus, SST_CORPUS_MATCHED, error);
    for (size_t i = 0; i < sizeof phases / sizeof *phases && status == SST_OK; i++)
        status = phases[i](&draft, error);
    if (status == SST_OK)
        status = write_model(&draft, sink, error);
    free_draft(&draft);
    corpus->summary.seconds_write += sst_clock_seconds() - start;
    return status;
}
