/* The stories of the window become a corpus, entries in the order of their numbers. What an
 * earlier night prepared is read as it is; the texts of the others are read now. */
#include <string.h>

#include "base/parallel.h"
#include "job/clock.h"
#include "job/nightly.h"
#include "job/sources.h"

enum { HEAD = 12 }; /* bytes of a kept story before its tokens: credit key, title tokens */

/* A row with its strings copied, on its way into the corpus. */
typedef struct night_story {
    sst_row row;
    uint16_t sketch[SST_SKETCH_SLOTS];
    sst_buffer names;  /* id, then source */
    sst_buffer packed; /* text, when it is not prepared */
    sst_buffer bytes;  /* prepared: credit key, number of title tokens, title and body tokens */
    bool prepared;
} night_story;

typedef struct loading {
    sst_nightly *night;
    night_story *stories;
    size_t count;
    uint32_t from;     /* number to read next */
    int64_t oldest;    /* of the window */
    bool kept;         /* there was a night before */
    sst_buffer pairs;
} loading;

/* ---- Reading rows ---- */

static bool in_window(const loading *l, const sst_row *row)
{
    int64_t time = row->published == SST_NO_TIME ? row->first_seen : row->published;
    return !row->retired && row->sketch != NULL && time >= l->oldest;
}

static sst_status copy_row(night_story *story, const sst_row *row, sst_error *error)
{
    story->row = *row;
    memcpy(story->sketch, row->sketch, sizeof story->sketch);
    sst_buffer_reset(&story->names);
    sst_buffer_append(&story->names, row->id.bytes, row->id.size);
    sst_buffer_append(&story->names, row->source.bytes, row->source.size);
    sst_status status = sst_buffer_status(&story->names, "a story", error);
    story->row.id.bytes = story->names.bytes;
    story->row.source.bytes = row->source.size > 0 ? story->names.bytes + row->id.size : NULL;
    return status;
}

static bool is_whole(const night_story *story)
{
    if (story->bytes.size < HEAD)
        return false;
    uint64_t tokens = (uint64_t)sst_load32(story->bytes.bytes + 8) + story->row.token_count;
    return story->bytes.size == HEAD + tokens * sizeof(uint32_t);
}

static sst_status take_pairs(loading *l, uint32_t number, sst_error *error)
{
    sst_counted *counted = &l->night->counted;
    sst_buffer_reset(&l->pairs);
    sst_status status = sst_night_pairs(l->night->archive->store, number, &l->pairs, error);
    for (size_t at = 0; at + NIGHT_PAIR_BYTES <= l->pairs.size && status == SST_OK;
         at += NIGHT_PAIR_BYTES) {
        uint64_t lower = sst_load32(l->pairs.bytes + at);
        status = sst_counted_put(counted, lower << 32 | number,
                                 sst_load32(l->pairs.bytes + at + 4), error);
    }
    return status;
}

static sst_status fail_damaged(const loading *l, const night_story *story, sst_error *error)
{
    return sst_fail_at(error, SST_FORMAT, sst_store_path(l->night->archive->store), 0, 0,
                       "story %u does not agree with its text; run 'samestory verify'",
                       story->row.number);
}

/* A story has an id; every token begins at most one shingle, and the first one does. */
static bool is_sound(const sst_row *row)
{
    return row->id.size > 0 && row->shingle_count <= row->token_count &&
           (row->shingle_count > 0) == (row->token_count > 0);
}

static sst_status read_story(loading *l, night_story *story, sst_error *error)
{
    sst_store *store = l->night->archive->store;
    uint32_t number = story->row.number;
    sst_status status =
        is_sound(&story->row) ? SST_OK : fail_damaged(l, story, error);
    sst_buffer_reset(&story->bytes);
    sst_buffer_reset(&story->packed);
    if (status == SST_OK && l->kept)
        status = sst_night_story(store, number, &story->bytes, error);
    story->prepared = is_whole(story);
    if (status == SST_OK && story->prepared)
        return take_pairs(l, number, error);
    return status == SST_OK ? sst_store_text(store, number, &story->packed, error) : status;
}

static sst_status read_round(loading *l, sst_error *error)
{
    sst_status status = SST_OK;
    for (l->count = 0; l->count < NIGHT_ROUND && status == SST_OK;) {
        sst_row row;
        bool found;
        status = sst_store_row_next(l->night->archive->store, l->from, &row, &found, error);
        if (status != SST_OK || !found)
            break;
        l->from = row.number + 1;
        l->night->rows++;
        if (!in_window(l, &row))
            continue;
        night_story *story = &l->stories[l->count++];
        status = copy_row(story, &row, error);
        if (status == SST_OK)
            status = read_story(l, story, error);
    }
    return status;
}

/* ---- Preparing new stories ---- */

static void append_word(sst_buffer *bytes, uint64_t word, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        sst_buffer_byte(bytes, (char)(word >> 8 * i & 0xff));
}

static void append_tokens(sst_buffer *bytes, const uint32_t *tokens, size_t count)
{
    for (size_t i = 0; i < count; i++)
        append_word(bytes, tokens[i], 4);
}

static sst_status prepare(loading *l, sst_worker *worker, night_story *story, sst_error *error)
{
    sst_record record = {.time = SST_NO_TIME};
    sst_story made;
    sst_slice packed = {story->packed.bytes, story->packed.size};
    sst_status status = SST_OK;
    if (packed.size > 0)
        status = sst_unpack(worker->packer, packed, &record, error);
    if (status == SST_OK)
        status = sst_prepare(worker->preparer, &record, &made, error);
    if (status != SST_OK)
        return status;
    if (made.token_count != story->row.token_count)
        return fail_damaged(l, story, error);
    uint32_t titles = made.title_count < UINT16_MAX ? made.title_count : UINT16_MAX;
    sst_buffer_reset(&story->bytes);
    append_word(&story->bytes, made.credit_key, 8);
    append_word(&story->bytes, titles, 4);
    append_tokens(&story->bytes, made.title, titles);
    append_tokens(&story->bytes, made.tokens, made.token_count);
    return sst_buffer_status(&story->bytes, "a story", error);
}

static sst_status prepare_some(void *context, size_t begin, size_t end, unsigned thread,
                               sst_error *error)
{
    loading *l = context;
    sst_status status = SST_OK;
    for (size_t i = begin; i < end && status == SST_OK; i++)
        if (!l->stories[i].prepared)
            status = prepare(l, &l->night->archive->workers[thread], &l->stories[i], error);
    return status;
}

/* ---- Into the corpus ---- */

static sst_status append_id(sst_corpus *c, sst_slice id, sst_entry *entry, sst_error *error)
{
    sst_status status = SST_RESERVE(&c->ids, &c->ids_capacity, c->ids_size + id.size,
                                    "story ids", error);
    if (status != SST_OK)
        return status;
    memcpy(c->ids + c->ids_size, id.bytes, id.size);
    entry->id_at = c->ids_size;
    entry->id_size = (uint32_t)id.size;
    c->ids_size += id.size;
    return SST_OK;
}

static sst_status append_entry(sst_nightly *night, const night_story *story, sst_error *error)
{
    sst_corpus *c = night->corpus;
    const sst_row *row = &story->row;
    uint64_t sketch_at;
    sst_entry entry = {
        .key = row->key,
        .content = row->content.low,
        .title_key = row->title_key == 0 ? 0 : row->title_key | 1,
        .credit_key = sst_load64(story->bytes.bytes),
        .published = row->published,
        .token_count = row->token_count,
        .shingle_count = row->shingle_count,
        .title_count = (uint16_t)sst_load32(story->bytes.bytes + 8),
        .headline = row->headline,
        .text_size = (uint32_t)(row->token_count < UINT32_MAX / 8 ? row->token_count * 8
                                                                  : UINT32_MAX),
        .line = (uint32_t)c->entry_count + 1,
    };
    sst_status status = append_id(c, row->id, &entry, error);
    if (status == SST_OK)
        status = sst_sources_number(c->sources, row->source, &entry.source, error);
    if (status == SST_OK)
        status = sst_pool_append(c->tokens, story->bytes.bytes + HEAD, story->bytes.size - HEAD,
                                 &entry.tokens_at, error);
    if (status == SST_OK)
        status = sst_pool_append(c->sketches, story->sketch, sizeof story->sketch, &sketch_at,
                                 error);
    if (status != SST_OK)
        return status;
    entry.row = (uint32_t)(sketch_at / SST_SKETCH_BYTES);
    night->entries[c->entry_count] =
        (sst_night_entry){row->number, row->cluster, story->prepared};
    c->entries[c->entry_count++] = entry;
    return SST_OK;
}

static void count_story(sst_nightly *night, const night_story *story)
{
    sst_summary *s = &night->corpus->summary;
    s->stories++;
    s->records++;
    s->empty += story->row.token_count == 0;
    s->headlines += story->row.headline;
    s->undated += story->row.published == SST_NO_TIME;
    night->summary->stories++;
    night->summary->arrived += story->row.number >= (uint64_t)night->last.next;
    night->summary->prepared += !story->prepared;
}

static sst_status append_round(loading *l, sst_error *error)
{
    sst_nightly *night = l->night;
    sst_corpus *c = night->corpus;
    size_t needed = c->entry_count + l->count;
    if (needed > SST_MAX_STORIES)
        return sst_fail(error, SST_LIMIT, "more than %u stories; give a --window",
                        SST_MAX_STORIES);
    sst_status status =
        SST_RESERVE(&c->entries, &c->entry_capacity, needed, "stories", error);
    if (status == SST_OK)
        status = SST_RESERVE(&night->entries, &night->entry_capacity, needed, "stories", error);
    for (size_t i = 0; i < l->count && status == SST_OK; i++) {
        status = append_entry(night, &l->stories[i], error);
        count_story(night, &l->stories[i]);
    }
    return status;
}

static sst_status load_rounds(loading *l, sst_error *error)
{
    sst_nightly *night = l->night;
    sst_status status = SST_OK;
    do {
        double start = sst_clock_seconds();
        status = read_round(l, error);
        double middle = sst_clock_seconds();
        if (status == SST_OK)
            status = sst_parallel(l->count, 16, night->archive->threads, prepare_some, l, error);
        double end = sst_clock_seconds();
        if (status == SST_OK)
            status = append_round(l, error);
        night->summary->seconds_prepare += end - middle;
        night->summary->seconds_load += middle - start + sst_clock_seconds() - end;
        if (status == SST_OK)
            status = sst_corpus_progress(night->corpus, "read", -1, error);
    } while (status == SST_OK && l->count > 0);
    return status;
}

static sst_status create_corpus(sst_nightly *night, sst_error *error)
{
    const sst_store_settings *settings = sst_store_settings_of(night->archive->store);
    sst_options options = sst_options_default();
    options.threshold = settings->threshold;
    options.recall = settings->recall;
    options.threads = night->archive->options.threads;
    options.memory = night->options->memory;
    options.tmp = night->options->tmp;
    options.now = night->now;
    options.sources = night->options->sources;
    options.note = night->options->note;
    options.progress = night->options->progress;
    options.context = night->options->context;
    sst_status status = sst_corpus_create(&options, &night->corpus, error);
    if (status != SST_OK)
        return status;
    sst_corpus *c = night->corpus;
    const char *path = sst_store_path(night->archive->store);
    c->files = sst_allocate_zeroed(1, sizeof *c->files, "a file name", error);
    if (c->files == NULL || (c->files[0] = strdup(path)) == NULL)
        return sst_fail_memory(error, strlen(path), "a file name");
    c->file_count = 1;
    return SST_OK;
}

/* A snapshot: what others write meanwhile is for the next night. */
static sst_status load_snapshot(loading *l, sst_error *error)
{
    sst_nightly *night = l->night;
    sst_store *store = night->archive->store;
    sst_status status = sst_store_begin_read(store, error);
    if (status != SST_OK)
        return status;
    night->next = sst_store_next(store);
    night->generation = sst_night_generation(store);
    status = sst_night_exists(store, &l->kept, error);
    if (status == SST_OK)
        status = sst_night_read(store, INT64_MAX, &night->last, error);
    if (night->last.night == 0)
        night->last.next = 1; /* no story came before */
    if (status == SST_OK)
        status = load_rounds(l, error);
    sst_store_rollback(store);
    return status;
}

sst_status sst_night_load(sst_nightly *night, sst_error *error)
{
    loading l = {.night = night, .oldest = INT64_MIN};
    if (night->options->window > 0)
        l.oldest = night->now - night->options->window;
    l.stories = sst_allocate_zeroed(NIGHT_ROUND, sizeof *l.stories, "stories", error);
    sst_status status = l.stories == NULL ? SST_MEMORY : create_corpus(night, error);
    if (status == SST_OK)
        status = load_snapshot(&l, error);
    if (status == SST_OK)
        status = sst_pool_seal(night->corpus->tokens, error);
    if (status == SST_OK)
        status = sst_pool_seal(night->corpus->sketches, error);
    for (size_t i = 0; l.stories != NULL && i < NIGHT_ROUND; i++) {
        sst_buffer_free(&l.stories[i].names);
        sst_buffer_free(&l.stories[i].packed);
        sst_buffer_free(&l.stories[i].bytes);
    }
    free(l.stories);
    sst_buffer_free(&l.pairs);
    if (status == SST_OK)
        night->corpus->phase = SST_CORPUS_READ;
    return status;
}
