/* Titles, links and texts: a corpus keeps tokens only, so the input is read once more. */
#include <string.h>

#include "job/pages.h"
#include "job/report.h"
#include "read/input.h"
#include "read/record.h"

/* A story and where its record stands; sorted. Page files are one record with line 0. */
typedef struct wanted {
    uint32_t file, line, story;
} wanted;

/* Where the strings of a story stand in draft.strings. */
typedef struct string_place {
    size_t at, size;
    bool present;
} string_place;

typedef struct story_places {
    string_place title, url, lang, text;
    bool right_to_left;
} story_places;

typedef struct fetching {
    sst_report_draft *d;
    wanted *wanted;
    size_t next; /* of wanted, while lines come in order */
    story_places *places;
    sst_parser *parser;
    sst_page_reader *pages;
    sst_buffer line;
    size_t begin, end; /* wanted stories of the current record */
} fetching;

/* ---- which texts ------------------------------------------------------------------------- */

typedef struct text_choice {
    sst_report_draft *d;
    uint64_t left; /* bytes of the budget */
} text_choice;

static void want_text(text_choice *choice, uint32_t story)
{
    sst_report_draft *d = choice->d;
    uint64_t size = d->corpus->entries[d->entry_of[story]].text_size;
    if (d->text_wanted[story] || size > choice->left)
        return;
    d->text_wanted[story] = true;
    choice->left -= size;
}

typedef struct dated_cluster {
    int32_t day; /* of its newest story */
    uint32_t number;
} dated_cluster;

/* Newest first, then the largest (clusters are numbered by size). */
static int compare_dated(const void *left, const void *right)
{
    const dated_cluster *a = left, *b = right;
    if (a->day != b->day)
        return a->day > b->day ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

static dated_cluster date_cluster(const sst_report_draft *d, uint32_t number)
{
    const sst_report_cluster *cluster = &d->clusters[number];
    dated_cluster dated = {.day = INT32_MIN, .number = number};
    for (uint32_t i = 0; i < cluster->count; i++) {
        int64_t published = d->stories[cluster->begin + i].published;
        if (published != SST_NO_TIME && sst_day_of(published) > dated.day)
            dated.day = sst_day_of(published);
    }
    return dated;
}

/* The review cannot do without texts; then clusters; then whatever else is shown. */
static sst_status choose_texts(sst_report_draft *d, sst_error *error)
{
    text_choice choice = {.d = d, .left = d->options->text_bytes};
    dated_cluster *dated = sst_allocate(d->cluster_count, sizeof *dated, "clusters", error);
    d->text_wanted = sst_allocate_zeroed(d->story_count, sizeof *d->text_wanted, "texts", error);
    if (dated == NULL || d->text_wanted == NULL) {
        free(dated);
        return SST_MEMORY;
    }
    for (size_t i = 0; i < d->review_count; i++) {
        want_text(&choice, d->review[i].a);
        want_text(&choice, d->review[i].b);
    }
    for (uint32_t i = 0; i < d->cluster_count; i++)
        dated[i] = date_cluster(d, i);
    qsort(dated, d->cluster_count, sizeof *dated, compare_dated);
    for (size_t i = 0; i < d->cluster_count; i++) {
        const sst_report_cluster *cluster = &d->clusters[dated[i].number];
        for (uint32_t member = 0; member < cluster->count; member++)
            want_text(&choice, cluster->begin + member);
    }
    for (uint32_t story = d->cluster_stories; story < d->story_count; story++)
        want_text(&choice, story);
    free(dated);
    return SST_OK;
}

/* ---- direction of writing ---------------------------------------------------------------- */

enum { DIRECTION_BYTES = 2000 }; /* of a text that are looked at */

/* Letters of right-to-left scripts (Unicode blocks 0590 to 08FF and the presentation forms),
 * against letters of all others, roughly. */
static int64_t count_direction(sst_slice text)
{
    int64_t right = 0;
    size_t size = text.size < DIRECTION_BYTES ? text.size : DIRECTION_BYTES;
    for (size_t i = 0; i + 1 < size; i++) {
        unsigned char first = (unsigned char)text.bytes[i];
        unsigned char second = (unsigned char)text.bytes[i + 1];
        unsigned char third = i + 2 < size ? (unsigned char)text.bytes[i + 2] : 0;
        bool presentation = first == 0xef && ((second == 0xac && third >= 0x9d) ||
                                              (second >= 0xad && second <= 0xb7) ||
                                              (second >= 0xb9 && second <= 0xbb));
        bool arabic = (first >= 0xd6 && first <= 0xdf) || (first == 0xe0 && second < 0xa4);
        bool latin = (first | 0x20) >= 'a' && (first | 0x20) <= 'z';
        right += presentation || arabic ? 1 : latin || (first >= 0xc3 && first != 0xe2) ? -1 : 0;
    }
    return right;
}

/* ---- reading ----------------------------------------------------------------------------- */

static string_place keep(sst_buffer *strings, sst_slice text)
{
    string_place place = {.at = strings->size, .size = text.size,
                          .present = text.bytes != NULL};
    sst_buffer_append(strings, text.bytes, text.size);
    return place;
}

static void take_strings(fetching *f, uint32_t story, const sst_record *record)
{
    sst_report_draft *d = f->d;
    story_places *places = &f->places[story];
    sst_slice text = record->text;
    if (text.bytes == NULL)
        text = (sst_slice){"", 0};
    places->title = keep(&d->strings, record->title);
    places->url = keep(&d->strings, record->url);
    places->lang = keep(&d->strings, record->lang);
    places->right_to_left = count_direction(record->title) + count_direction(record->text) > 0;
    if (d->text_wanted[story])
        places->text = keep(&d->strings, text);
}

/* The stories of a page by their ids. */
static sst_status take_page_story(void *context, const sst_record *record, sst_error *error)
{
    fetching *f = context;
    sst_report_draft *d = f->d;
    (void)error;
    for (size_t i = f->begin; i < f->end; i++) {
        uint32_t story = f->wanted[i].story;
        const sst_entry *entry = &d->corpus->entries[d->entry_of[story]];
        if (entry->id_size == record->id.size &&
            memcmp(sst_entry_id(d->corpus, entry), record->id.bytes, record->id.size) == 0 &&
            !f->places[story].title.present && !f->places[story].text.present)
            take_strings(f, story, record);
    }
    return SST_OK;
}

static sst_status take_record(fetching *f, uint32_t file, sst_record *record, sst_error *error)
{
    const sst_corpus *c = f->d->corpus;
    char id[SST_ID_SIZE];
    if (c->options.format != SST_FORMAT_PAGE || record->page.bytes == NULL) {
        for (size_t i = f->begin; i < f->end; i++)
            take_strings(f, f->wanted[i].story, record);
        return SST_OK;
    }
    if (record->id.size == 0)
        record->id = sst_page_default_id(c->files[file], f->wanted[f->begin].line, id, sizeof id);
    sst_status status = SST_OK;
    if (f->pages == NULL)
        status = sst_page_reader_create(c->cues, &f->pages, error);
    return status == SST_OK ? sst_page_stories(f->pages, record, take_page_story, f, error)
                            : status;
}

/* A line of a file; wanted lines come in order. What was good the first time is good again, or
 * the input has changed: then the story stays without title and text. */
static sst_status take_line(void *context, uint32_t file, uint64_t line, const char *bytes,
                            size_t size, sst_error *error)
{
    fetching *f = context;
    const wanted *w = f->wanted;
    size_t count = f->d->story_count;
    sst_record record;
    sst_error ignored;
    while (f->next < count &&
           (w[f->next].file < file || (w[f->next].file == file && w[f->next].line < line)))
        f->next++;
    f->begin = f->next;
    while (f->next < count && w[f->next].file == file && w[f->next].line == line)
        f->next++;
    f->end = f->next;
    if (f->begin == f->end)
        return SST_OK;
    sst_buffer_reset(&f->line);
    sst_buffer_append(&f->line, bytes, size);
    if (!sst_buffer_reserve(&f->line, SST_CHUNK_PADDING))
        return sst_fail_memory(error, size, "a record");
    memset(f->line.bytes + size, 0, SST_CHUNK_PADDING);
    sst_status status = sst_parser_run(f->parser, f->line.bytes, size, &record, &ignored);
    if (status == SST_INPUT || status == SST_LIMIT)
        return SST_OK;
    return status == SST_OK ? take_record(f, file, &record, error)
                            : sst_fail_memory(error, size, "a record");
}

/* Page files are read whole, by the stories that stand at their line 0. */
static sst_status take_page_files(fetching *f, sst_error *error)
{
    const sst_corpus *c = f->d->corpus;
    sst_status status = SST_OK;
    for (size_t i = 0; i < f->d->story_count && status == SST_OK; i = f->end) {
        const char *path = c->files[f->wanted[i].file];
        f->begin = i;
        f->end = i + 1;
        while (f->end < f->d->story_count && f->wanted[f->end].file == f->wanted[i].file &&
               f->wanted[f->end].line == f->wanted[i].line)
            f->end++;
        if (f->wanted[i].line != 0)
            continue;
        sst_buffer_reset(&f->line);
        status = sst_input_read_file(path, c->options.max_record, &f->line, error);
        sst_record record = {.id = {path, strlen(path)},
                             .page = {f->line.bytes, f->line.size},
                             .time = SST_NO_TIME};
        if (status == SST_OK)
            status = take_record(f, f->wanted[i].file, &record, error);
    }
    return status;
}

static int compare_wanted(const void *left, const void *right)
{
    const wanted *a = left, *b = right;
    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return a->story < b->story ? -1 : a->story > b->story;
}

static sst_status list_wanted(fetching *f, sst_error *error)
{
    const sst_report_draft *d = f->d;
    f->wanted = sst_allocate(d->story_count, sizeof *f->wanted, "stories", error);
    f->places = sst_allocate_zeroed(d->story_count, sizeof *f->places, "stories", error);
    if (f->wanted == NULL || f->places == NULL)
        return SST_MEMORY;
    for (uint32_t i = 0; i < d->story_count; i++) {
        const sst_entry *entry = &d->corpus->entries[d->entry_of[i]];
        f->wanted[i] = (wanted){.file = entry->file, .line = entry->line, .story = i};
    }
    qsort(f->wanted, d->story_count, sizeof *f->wanted, compare_wanted);
    return SST_OK;
}

/* ---- the strings in place ---------------------------------------------------------------- */

static sst_slice slice_of(const sst_buffer *strings, const string_place *place)
{
    if (!place->present)
        return (sst_slice){NULL, 0};
    return (sst_slice){place->size == 0 ? "" : strings->bytes + place->at, place->size};
}

static void point_to_strings(const fetching *f)
{
    sst_report_draft *d = f->d;
    for (size_t i = 0; i < d->story_count; i++) {
        const story_places *places = &f->places[i];
        sst_report_story *story = &d->stories[i];
        story->title = slice_of(&d->strings, &places->title);
        story->url = slice_of(&d->strings, &places->url);
        story->lang = slice_of(&d->strings, &places->lang);
        story->text = slice_of(&d->strings, &places->text);
        story->right_to_left = places->right_to_left;
    }
}

sst_status sst_report_draft_texts(sst_report_draft *d, sst_error *error)
{
    fetching f = {.d = d};
    const sst_options *o = &d->corpus->options;
    sst_parser_options parsing = {.preset = o->preset, .fields = o->fields,
                                  .field_count = o->field_count, .now = o->now};
    sst_status status = choose_texts(d, error);
    if (status == SST_OK)
        status = list_wanted(&f, error);
    if (status == SST_OK)
        status = sst_parser_create(&parsing, &f.parser, error);
    if (status == SST_OK)
        status = take_page_files(&f, error);
    if (status == SST_OK)
        status = sst_corpus_replay(d->corpus, take_line, &f, error);
    if (status == SST_OK)
        status = sst_buffer_status(&d->strings, "texts of the report", error);
    if (status == SST_OK)
        point_to_strings(&f);
    sst_page_reader_free(f.pages);
    sst_parser_free(f.parser);
    sst_buffer_free(&f.line);
    free(f.wanted);
    free(f.places);
    return status;
}
