/* One line to an item: story, index keys, compressed text. */
#include <string.h>

#include "base/sort.h"
#include "job/archive.h"
#include "job/corpus.h"
#include "read/published.h"
#include "sketch/sketch.h"
#include "text/shingle.h"

void sst_item_free(sst_item *item)
{
    sst_buffer_free(&item->memory);
    sst_buffer_free(&item->names);
    sst_buffer_free(&item->found_id);
    sst_buffer_free(&item->packed);
    sst_buffer_free(&item->line);
    sst_buffer_free(&item->odd_date);
}

/* ---- Memory of an item: sized once, then filled ---- */

static size_t most_keys(const sst_archive *archive, const sst_story *story)
{
    size_t brief = story->shingle_count < SST_SHORT_SHINGLES ? story->token_count : 0;
    return 2 + story->token_count + brief + sst_store_settings_of(archive->store)->bands.bands;
}

static void *take(sst_buffer *memory, size_t size)
{
    void *at = memory->bytes + memory->size;
    memory->size += (size + 7) & ~(size_t)7;
    return at;
}

static sst_slice take_slice(sst_buffer *memory, sst_slice slice)
{
    if (slice.bytes == NULL)
        return slice;
    char *copy = take(memory, slice.size + 1);
    memcpy(copy, slice.bytes, slice.size);
    copy[slice.size] = '\0';
    return (sst_slice){copy, slice.size};
}

static const uint32_t *take_tokens(sst_buffer *memory, const uint32_t *tokens, size_t count)
{
    uint32_t *copy = take(memory, count * sizeof *copy);
    if (count > 0)
        memcpy(copy, tokens, count * sizeof *copy);
    return copy;
}

enum { HASH_ID_SIZE = 2 + 32 };

static sst_status copy_story(const sst_archive *archive, const sst_record *record,
                             sst_item *item, sst_error *error)
{
    sst_story *story = &item->story;
    size_t keys = most_keys(archive, story);
    size_t size = 2 * keys * sizeof(uint64_t) +
                  ((size_t)story->token_count + story->title_count) * sizeof(uint32_t) +
                  record->id.size + record->source.size + HASH_ID_SIZE + 128;
    sst_buffer_reset(&item->memory);
    if (!sst_buffer_reserve(&item->memory, size))
        return sst_fail_memory(error, size, "a story");
    item->keys = (sst_item_keys){.keys = take(&item->memory, keys * sizeof(uint64_t))};
    item->keys.samples = take(&item->memory, keys * sizeof(uint64_t));
    story->tokens = take_tokens(&item->memory, story->tokens, story->token_count);
    story->title = take_tokens(&item->memory, story->title, story->title_count);
    item->source = take_slice(&item->memory, record->source);
    item->id = take_slice(&item->memory, record->id);
    return SST_OK;
}

/* A story without id and url is called by its content. */
static void name_by_content(sst_item *item)
{
    static const char digits[] = "0123456789abcdef";
    char *name = take(&item->memory, HASH_ID_SIZE);
    memcpy(name, "x:", 2);
    for (unsigned i = 0; i < 32; i++) {
        uint64_t half = i < 16 ? item->story.content.high : item->story.content.low;
        name[2 + i] = digits[half >> (60 - 4 * (i % 16)) & 15];
    }
    item->id = (sst_slice){name, HASH_ID_SIZE};
}

/* ---- Keys ---- */

static sst_status add_samples(sst_worker *worker, sst_item *item, sst_error *error)
{
    const sst_story *story = &item->story;
    sst_status status = SST_RESERVE(&worker->words, &worker->word_capacity, story->token_count,
                                    "samples", error);
    if (status == SST_OK)
        status = SST_RESERVE(&worker->scratch, &worker->scratch_capacity, story->token_count,
                             "samples", error);
    if (status != SST_OK)
        return status;
    size_t count = sst_match_samples(story->tokens, story->token_count, worker->words);
    sst_sort_block(worker->words, worker->scratch, count);
    count = sst_sort_unique(worker->words, count);
    sst_item_keys *keys = &item->keys;
    keys->sample = keys->count;
    keys->sample_count = (uint32_t)count;
    if (count > 0)
        memcpy((uint64_t *)keys->samples, worker->words, count * sizeof *worker->words);
    for (size_t i = 0; i < count; i++)
        keys->keys[keys->count++] = sst_index_key(SST_KEY_SAMPLE, worker->words[i]);
    return SST_OK;
}

/* A story of few shingles is also found by any one of them. */
static void add_brief(sst_worker *worker, sst_item *item)
{
    const sst_story *story = &item->story;
    sst_item_keys *keys = &item->keys;
    keys->brief = keys->count;
    if (story->shingle_count >= SST_SHORT_SHINGLES)
        return;
    size_t count = sst_shingles(story->tokens, story->token_count, SST_SHINGLE_WIDTH,
                                worker->words);
    sst_sort_block(worker->words, worker->scratch, count);
    count = sst_sort_unique(worker->words, count);
    keys->brief_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++)
        keys->keys[keys->count++] = sst_index_key(SST_KEY_SHORT, worker->words[i]);
}

/* A text of many samples needs no bands: of two texts of Jaccard .4 one has half of the other's
 * 4-shingles at least, so 16 samples (of the class that every text samples) share 2 with more
 * certainty than bands give. Below that threshold bands are asked, too. */
static bool needs_bands(const sst_store_settings *settings, const sst_item_keys *keys)
{
    enum { SAMPLES_ENOUGH = 16 };
    uint32_t sampled = 0;
    for (uint32_t i = 0; i < keys->sample_count; i++)
        sampled += sst_match_sampled(keys->samples[i]);
    return settings->all_bands || settings->threshold < .4 || sampled < SAMPLES_ENOUGH;
}

static void add_bands(const sst_archive *archive, sst_item *item)
{
    const sst_store_settings *settings = sst_store_settings_of(archive->store);
    sst_bands bands = settings->bands;
    uint32_t values[SST_SKETCH_SLOTS];
    sst_item_keys *keys = &item->keys;
    keys->band = keys->count;
    if (!needs_bands(settings, keys))
        return;
    keys->band_count = bands.bands;
    sst_band_keys(item->story.sketch, bands, values);
    for (unsigned band = 0; band < bands.bands; band++)
        keys->keys[keys->count++] = sst_index_key(SST_KEY_BAND + band, values[band]);
}

static sst_status derive_keys(const sst_archive *archive, sst_worker *worker, sst_item *item,
                              sst_error *error)
{
    sst_item_keys *keys = &item->keys;
    keys->keys[keys->count++] =
        sst_index_key(SST_KEY_ID, sst_hash64_bytes(item->id.bytes, item->id.size));
    if (item->story.token_count == 0)
        return SST_OK;
    keys->text = keys->count;
    keys->keys[keys->count++] = sst_index_key(SST_KEY_TEXT, item->story.key.low);
    sst_status status = add_samples(worker, item, error);
    if (status != SST_OK)
        return status;
    add_brief(worker, item);
    add_bands(archive, item);
    return SST_OK;
}

/* Later dates are no dates. */
static bool is_ahead(const sst_record *record, int64_t now)
{
    return record->time != SST_NO_TIME && record->time > now + SST_PUBLISHED_AHEAD;
}

static void make_card(const sst_record *record, int64_t now, sst_item *item)
{
    const sst_story *story = &item->story;
    item->card = (sst_card){
        .key = story->key,
        .title_key = story->title_key.low,
        .published = is_ahead(record, now) ? SST_NO_TIME : record->time,
        .first_seen = now,
        .id_hash = sst_hash64_bytes(item->id.bytes, item->id.size),
        .token_count = story->token_count,
        .shingle_count = story->shingle_count,
        .headline = story->headline,
    };
    memcpy(item->card.sketch, story->sketch, sizeof item->card.sketch);
}

sst_status sst_item_take(const sst_archive *archive, sst_worker *worker,
                         const sst_record *record, int64_t now, bool pack, sst_item *item,
                         sst_error *error)
{
    sst_buffer_reset(&item->packed);
    sst_status status = sst_prepare(worker->preparer, record, &item->story, error);
    if (status == SST_OK)
        status = copy_story(archive, record, item, error);
    if (status != SST_OK)
        return status;
    if (item->id.bytes == NULL)
        name_by_content(item);
    status = derive_keys(archive, worker, item, error);
    if (status != SST_OK)
        return status;
    make_card(record, now, item);
    if (!pack)
        return SST_OK;
    sst_record kept = *record;
    if (!sst_store_settings_of(archive->store)->texts)
        kept.text = (sst_slice){"", 0};
    return sst_pack(worker->packer, &kept, &item->packed, error);
}

/* ---- Lines ---- */

static void mark_bad(sst_item *item, sst_status status)
{
    item->fate = SST_FATE_BAD;
    item->reply->status = status;
}

static sst_status read_line(const sst_archive *archive, sst_worker *worker, sst_item *item,
                            sst_record *record, sst_error *error)
{
    const sst_question *question = item->question;
    if (question->size > archive->options.max_record)
        return sst_fail(error, SST_LIMIT,
                        "the record has %zu bytes and %llu are allowed; raise --max-record",
                        question->size, (unsigned long long)archive->options.max_record);
    sst_buffer_reset(&worker->line);
    if (!sst_buffer_reserve(&worker->line, question->size + 64))
        return sst_fail_memory(error, question->size, "a line");
    sst_buffer_append(&worker->line, question->line, question->size);
    memset(worker->line.bytes + worker->line.size, 0, 64);
    return sst_parser_run(worker->parser, worker->line.bytes, question->size, record, error);
}

sst_status sst_item_read(const sst_archive *archive, sst_worker *worker, int64_t now,
                         sst_item *item, sst_error *error)
{
    sst_record record;
    sst_error *why = &item->reply->error;
    sst_status status = read_line(archive, worker, item, &record, why);
    sst_buffer_reset(&item->odd_date);
    if (status == SST_OK && (record.published_odd || is_ahead(&record, now)))
        sst_buffer_append(&item->odd_date, record.published.bytes, record.published.size);
    if (status == SST_OK)
        status = sst_item_take(archive, worker, &record, now, !item->check, item, why);
    if (status == SST_MEMORY) {
        if (error != NULL)
            *error = *why;
        return status;
    }
    if (status != SST_OK)
        mark_bad(item, status);
    else
        item->fate = SST_FATE_NEW;
    return SST_OK;
}
