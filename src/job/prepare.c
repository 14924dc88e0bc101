#include "job/prepare.h"

#include "base/memory.h"
#include "job/clock.h"
#include "job/sources.h"
#include "page/page.h"
#include "sketch/sketch.h"
#include "text/shingle.h"
#include "text/text.h"

struct sst_preparer {
    const sst_page_cues *cues;
    sst_page_cleaner *cleaner;
    sst_text *body, *title; /* one each: a run lives until the next of the same handle */
    uint64_t *shingles;
    size_t shingle_capacity;
    uint64_t *table; /* for counting distinct shingles */
    size_t table_capacity;
    sst_hash_state *content; /* for title, NUL, text */
    sst_prepare_times times;
    uint32_t stories;
    bool timed; /* the story at hand is measured */
};

sst_status sst_preparer_create(const sst_page_cues *cues, sst_preparer **preparer,
                               sst_error *error)
{
    *preparer = sst_allocate_zeroed(1, sizeof **preparer, "the story scratch", error);
    if (*preparer == NULL)
        return SST_MEMORY;
    (*preparer)->cues = cues;
    (*preparer)->content = sst_hash_state_create();
    sst_status status = (*preparer)->content == NULL
                            ? sst_fail_memory(error, sizeof **preparer, "the story scratch")
                            : sst_text_create(&(*preparer)->body, error);
    if (status == SST_OK)
        status = sst_page_cleaner_create(&(*preparer)->cleaner, error);
    if (status == SST_OK)
        status = sst_text_create(&(*preparer)->title, error);
    if (status != SST_OK) {
        sst_preparer_free(*preparer);
        *preparer = NULL;
    }
    return status;
}

void sst_preparer_free(sst_preparer *preparer)
{
    if (preparer == NULL)
        return;
    sst_page_cleaner_free(preparer->cleaner);
    sst_text_free(preparer->body);
    sst_text_free(preparer->title);
    free(preparer->shingles);
    free(preparer->table);
    sst_hash_state_free(preparer->content);
    free(preparer);
}

/* ---- measuring ---------------------------------------------------------------------------- */

static double now_if(bool timed)
{
    return timed ? sst_clock_seconds() : 0;
}

/* Adds the time since `start` to `total` and returns now. */
static double lap(bool timed, double start, double *total)
{
    double now = now_if(timed);
    *total += (now - start) * SST_TIMED_EVERY;
    return now;
}

sst_prepare_times sst_preparer_times(const sst_preparer *preparer)
{
    return preparer->times;
}

/* ---- one story ------------------------------------------------------------------------------ */

static bool has_bytes(sst_slice slice)
{
    return slice.bytes != NULL && slice.size != 0;
}

/* The text without what stands around the report; a headline stands as it is. */
static sst_status clean_body(sst_preparer *p, const sst_record *record, sst_page_cleaned *cleaned,
                             sst_error *error)
{
    if (has_bytes(record->text))
        return sst_page_clean(p->cleaner, record->text.bytes, record->text.size, p->cues, cleaned,
                              error);
    *cleaned = (sst_page_cleaned){.text = record->title};
    return SST_OK;
}

sst_status sst_prepare_body(sst_preparer *preparer, const sst_record *record, sst_slice *body,
                            sst_error *error)
{
    sst_page_cleaned cleaned;
    sst_status status = clean_body(preparer, record, &cleaned, error);
    *body = cleaned.text;
    return status;
}

static sst_status take_title(sst_preparer *p, sst_slice title, sst_story *story,
                             sst_error *error)
{
    struct sst_text_run run = {0};
    sst_status status = SST_OK;
    if (has_bytes(title))
        status = sst_text_tokens(p->title, title.bytes, title.size, &run, error);
    if (status != SST_OK)
        return status;
    story->title = run.tokens;
    story->title_count = (uint32_t)run.count;
    story->title_key = run.count == 0 ? (sst_hash128){0, 0} : sst_text_key(&run);
    return SST_OK;
}

static sst_status take_body(sst_preparer *p, sst_slice body, sst_story *story,
                            sst_error *error)
{
    struct sst_text_run run = {0};
    sst_status status = SST_OK;
    if (has_bytes(body))
        status = sst_text_tokens(p->body, body.bytes, body.size, &run, error);
    if (status != SST_OK)
        return status;
    story->tokens = run.tokens;
    story->token_count = (uint32_t)run.count;
    story->key = sst_text_key(&run);
    return SST_OK;
}

static sst_status sketch_body(sst_preparer *p, sst_story *story, double start, sst_error *error)
{
    size_t positions = sst_shingle_positions(story->token_count, SST_SHINGLE_WIDTH);
    sst_status status = SST_RESERVE(&p->shingles, &p->shingle_capacity, positions,
                                    "shingles", error);
    if (status == SST_OK)
        status = SST_RESERVE(&p->table, &p->table_capacity, sst_distinct_slots(positions),
                             "distinct shingles", error);
    if (status != SST_OK)
        return status;
    story->shingle_count = (uint32_t)sst_sketch_tokens(story->tokens, story->token_count,
                                                       p->shingles, p->table, story->sketch);
    lap(p->timed, start, &p->times.sketch);
    return SST_OK;
}

sst_status sst_prepare_tokens(sst_preparer *preparer, const sst_record *record,
                              sst_story *story, sst_error *error)
{
    sst_page_cleaned cleaned;
    sst_status status = clean_body(preparer, record, &cleaned, error);
    if (status == SST_OK)
        status = take_title(preparer, record->title, story, error);
    return status == SST_OK ? take_body(preparer, cleaned.text, story, error) : status;
}

sst_status sst_prepare(sst_preparer *preparer, const sst_record *record, sst_story *story,
                       sst_error *error)
{
    preparer->timed = preparer->stories++ % SST_TIMED_EVERY == 0;
    double start = now_if(preparer->timed);
    sst_page_cleaned cleaned;
    story->headline = !has_bytes(record->text) && has_bytes(record->title);
    story->content = sst_hash128_joined(preparer->content, record->title.bytes,
                                        record->title.size, record->text.bytes,
                                        record->text.size);
    sst_status status = clean_body(preparer, record, &cleaned, error);
    if (status != SST_OK)
        return status;
    sst_slice credit = has_bytes(record->credit) ? record->credit : cleaned.credit;
    story->credit_key = sst_name_key(preparer->title, credit.bytes, credit.size);
    start = lap(preparer->timed, start, &preparer->times.clean);
    status = take_title(preparer, record->title, story, error);
    if (status == SST_OK)
        status = take_body(preparer, cleaned.text, story, error);
    if (status != SST_OK)
        return status;
    start = lap(preparer->timed, start, &preparer->times.tokenise);
    return sketch_body(preparer, story, start, error);
}
