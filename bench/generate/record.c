#include "generate/record.h"

#include <time.h>

void record_reset(gen_record *record)
{
    sst_buffer_reset(&record->before);
    sst_buffer_reset(&record->after);
    record->own_digits = false;
}

void record_free(gen_record *record)
{
    sst_buffer_free(&record->before);
    sst_buffer_free(&record->after);
}

static void render_name(const gen_lexicon *lexicon, random_source *random, sst_buffer *text)
{
    draft_item name = {lexicon_draw_name(random), ITEM_NAME, AFTER_SPACE};
    draft_render(lexicon, &name, 1, false, text);
}

void record_add_byline(gen_record *record, const gen_lexicon *lexicon, random_source *random)
{
    sst_buffer_text(&record->before, locale_of[lexicon_language(lexicon)].byline);
    render_name(lexicon, random, &record->before);
    sst_buffer_byte(&record->before, ' ');
    render_name(lexicon, random, &record->before);
    sst_buffer_byte(&record->before, '\n');
}

void record_add_dateline(gen_record *record, const gen_lexicon *lexicon, random_source *random)
{
    render_name(lexicon, random, &record->before);
    sst_buffer_text(&record->before, " (");
    render_name(lexicon, random, &record->before);
    sst_buffer_text(&record->before, ") - ");
}

void record_add_credit(gen_record *record, const gen_lexicon *lexicon, random_source *random)
{
    sst_buffer_byte(&record->after, '\n');
    sst_buffer_text(&record->after, locale_of[lexicon_language(lexicon)].credit);
    render_name(lexicon, random, &record->after);
}

/* Words that are a function of the site alone. */
static void render_site_words(const gen_record *record, const gen_lexicon *lexicon,
                              uint64_t seed, uint64_t purpose, size_t count, item_after after,
                              sst_buffer *text)
{
    random_source random =
        random_stream(seed ^ record->site, purpose, lexicon_language(lexicon));
    for (size_t i = 0; i < count; i++) {
        draft_item word = {lexicon_draw(lexicon, &random) + 200, ITEM_WORD, (uint8_t)after};
        if (word.value >= LEXICON_WORDS)
            word.value -= 200;
        draft_render(lexicon, &word, 1, false, text);
        sst_buffer_text(text, after == AFTER_PARAGRAPH ? "" : " ");
    }
}

void record_add_furniture(gen_record *record, const gen_lexicon *lexicon, uint64_t seed,
                          size_t notice)
{
    render_site_words(record, lexicon, seed, 'b', 9, AFTER_PARAGRAPH, &record->before);
    sst_buffer_byte(&record->after, '\n');
    render_site_words(record, lexicon, seed, 'n', notice, AFTER_SPACE, &record->after);
    sst_buffer_text(&record->after, "\n© 2026");
}

void record_add_teaser(gen_record *record, const gen_lexicon *lexicon, const gen_draft *other,
                       size_t words)
{
    const gen_locale *locale = &locale_of[lexicon_language(lexicon)];
    sst_buffer *text = &record->after;
    sst_buffer_byte(text, '\n');
    for (int copy = 0; copy < 2; copy++) {
        draft_render(lexicon, other->title, other->title_count, false, text);
        sst_buffer_byte(text, '\n');
    }
    draft_render(lexicon, other->items, words < other->count ? words : other->count, false,
                 text);
    sst_buffer_text(text, "\n");
    sst_buffer_text(text, locale->more);
}

static void write_time(int64_t seconds, sst_buffer *line)
{
    char text[32];
    time_t clock = (time_t)seconds;
    struct tm parts;
    gmtime_r(&clock, &parts);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    sst_buffer_text(line, text);
}

static void write_text(const gen_record *record, const gen_draft *draft,
                       const gen_lexicon *lexicon, sst_buffer *line)
{
    static _Thread_local sst_buffer text; /* kept for the next story */
    sst_buffer_reset(&text);
    sst_buffer_append(&text, record->before.bytes, record->before.size);
    draft_render(lexicon, draft->items, draft->count, record->own_digits, &text);
    sst_buffer_append(&text, record->after.bytes, record->after.size);
    sst_buffer_json_string(line, text.bytes ? text.bytes : "", text.size);
}

static void write_title(const gen_record *record, const gen_draft *draft,
                        const gen_lexicon *lexicon, sst_buffer *line)
{
    sst_buffer title = {0};
    draft_render(lexicon, draft->title, draft->title_count, record->own_digits, &title);
    sst_buffer_json_string(line, title.bytes ? title.bytes : "", title.size);
    sst_buffer_free(&title);
}

void record_write(const gen_record *record, const gen_draft *draft, const gen_lexicon *lexicon,
                  sst_buffer *line)
{
    const char *code = locale_of[lexicon_language(lexicon)].code;
    sst_buffer_format(line, "{\"id\":\"%s\",\"source\":\"%s%02u.example\",", record->id, code,
                      record->site);
    sst_buffer_format(line, "\"url\":\"https://www.%s%02u.example/news/%s\",\"title\":", code,
                      record->site, record->id);
    write_title(record, draft, lexicon, line);
    sst_buffer_text(line, ",\"text\":");
    write_text(record, draft, lexicon, line);
    sst_buffer_text(line, ",\"published\":\"");
    write_time(record->published, line);
    sst_buffer_format(line, "\",\"lang\":\"%s\",\"cluster\":\"%llu\"}\n", code,
                      (unsigned long long)record->cluster);
}
