#include "generate/draft.h"

#include <string.h>

static const double NUMBER_RATE = 0.03, NAME_RATE = 0.06, COMMA_RATE = 0.06;
/* Of sentences that hold a stock phrase: gives 4 to 7 % of 4-word runs that stand in two of
 * 1,000 unrelated stories, as real collections have. */
static const double PHRASE_RATE = 0.6;

size_t draft_length(gen_language language, random_source *random, size_t low)
{
    double tokens =
        random_lognormal(random, locale_of[language].median_tokens, LOCALE_LENGTH_SIGMA);
    size_t high = DRAFT_ITEMS - 64;
    return tokens < (double)low ? low : tokens > (double)high ? high : (size_t)tokens;
}

static void put_item(gen_draft *draft, item_kind kind, uint32_t value)
{
    if (draft->count < DRAFT_ITEMS)
        draft->items[draft->count++] = (draft_item){value, (uint8_t)kind, AFTER_SPACE};
}

static void put_any(gen_draft *draft, const gen_lexicon *lexicon, random_source *random)
{
    double dice = random_unit(random);
    if (dice < NUMBER_RATE)
        put_item(draft, ITEM_NUMBER,
                 random_between(random, 2, random_chance(random, 0.7) ? 99 : 99999));
    else if (dice < NUMBER_RATE + NAME_RATE)
        put_item(draft, ITEM_NAME, draft->names[random_below(random, DRAFT_NAMES)]);
    else
        put_item(draft, ITEM_WORD, lexicon_draw(lexicon, random));
}

static void put_phrase(gen_draft *draft, const gen_lexicon *lexicon, random_source *random)
{
    uint32_t ranks[7];
    size_t count = lexicon_draw_phrase(lexicon, random, ranks);
    for (size_t i = 0; i < count; i++)
        put_item(draft, ITEM_WORD, ranks[i]);
}

static void put_sentence(gen_draft *draft, const gen_lexicon *lexicon, random_source *random,
                         size_t most)
{
    const gen_locale *locale = &locale_of[lexicon_language(lexicon)];
    size_t words = random_between(random, locale->sentence_low, locale->sentence_high);
    size_t phrase_at =
        random_chance(random, PHRASE_RATE) ? random_below(random, (uint32_t)words) : words;
    if (words > most)
        words = most;
    for (size_t i = 0; i < words; i++) {
        if (i == phrase_at) {
            put_phrase(draft, lexicon, random);
            i += 5;
        } else {
            put_any(draft, lexicon, random);
        }
        if (random_chance(random, COMMA_RATE))
            draft->items[draft->count - 1].after = AFTER_COMMA;
    }
    draft->items[draft->count - 1].after = AFTER_SENTENCE;
}

void draft_write_paragraph(gen_draft *draft, const gen_lexicon *lexicon, random_source *random,
                           size_t tokens)
{
    size_t end = draft->count + tokens;
    while (draft->count < end && draft->count < DRAFT_ITEMS)
        put_sentence(draft, lexicon, random, end - draft->count);
    draft->items[draft->count - 1].after = AFTER_PARAGRAPH;
}

void draft_write_title(gen_draft *draft, random_source *random)
{
    size_t first_lines = draft->count < 60 ? draft->count : 60;
    size_t words = random_between(random, 6, 10);
    draft->title_count = 0;
    draft->title[draft->title_count++] =
        (draft_item){draft->names[random_below(random, DRAFT_NAMES)], ITEM_NAME, AFTER_SPACE};
    while (draft->title_count < words) {
        draft_item item = draft->items[random_below(random, (uint32_t)first_lines)];
        item.after = AFTER_SPACE;
        draft->title[draft->title_count++] = item;
    }
}

void draft_write(gen_draft *draft, const gen_lexicon *lexicon, random_source *random,
                 size_t tokens)
{
    draft->count = 0;
    for (size_t i = 0; i < DRAFT_NAMES; i++)
        draft->names[i] = lexicon_draw_name(random);
    while (draft->count < tokens) {
        size_t left = tokens - draft->count;
        size_t paragraph = random_between(random, 30, 90);
        draft_write_paragraph(draft, lexicon, random, paragraph < left ? paragraph : left);
    }
    draft_write_title(draft, random);
}

static void render_number(uint32_t number, const gen_locale *locale, bool own_digits,
                          sst_buffer *text)
{
    if (!own_digits) {
        sst_buffer_unsigned(text, number);
        return;
    }
    uint32_t power = 1;
    while (number / power >= 10)
        power *= 10;
    for (; power > 0; power /= 10)
        sst_buffer_text(text, locale->digits[number / power % 10]);
}

static void render_word(const gen_lexicon *lexicon, draft_item item, bool capital,
                        sst_buffer *text)
{
    size_t size;
    const char *word = lexicon_word(lexicon, item.value, &size);
    if (lexicon_language(lexicon) == ENGLISH && (capital || item.kind == ITEM_NAME)) {
        sst_buffer_byte(text, (char)(word[0] - 'a' + 'A'));
        word++;
        size--;
    }
    sst_buffer_append(text, word, size);
}

void draft_render(const gen_lexicon *lexicon, const draft_item *items, size_t count,
                  bool own_digits, sst_buffer *text)
{
    const gen_locale *locale = &locale_of[lexicon_language(lexicon)];
    const char *after[] = {locale->space, locale->comma, locale->stop, locale->stop};
    bool capital = true;
    for (size_t i = 0; i < count; i++) {
        if (items[i].kind == ITEM_NUMBER)
            render_number(items[i].value, locale, own_digits, text);
        else
            render_word(lexicon, items[i], capital, text);
        if (i + 1 < count || items[i].after >= AFTER_SENTENCE)
            sst_buffer_text(text, after[items[i].after]);
        if (items[i].after == AFTER_PARAGRAPH)
            sst_buffer_byte(text, '\n');
        capital = items[i].after >= AFTER_SENTENCE;
    }
}
