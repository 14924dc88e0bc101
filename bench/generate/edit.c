#include "generate/edit.h"

#include <string.h>

void edit_words(gen_draft *draft, const gen_lexicon *lexicon, random_source *random,
                double rate)
{
    static _Thread_local draft_item edited[DRAFT_ITEMS];
    size_t count = 0;
    for (size_t i = 0; i < draft->count && count + 2 < DRAFT_ITEMS; i++) {
        draft_item item = draft->items[i];
        if (!random_chance(random, rate)) {
            edited[count++] = item;
            continue;
        }
        uint32_t dice = random_below(random, 5);
        draft_item other = {lexicon_draw(lexicon, random), ITEM_WORD, item.after};
        if (dice == 3) { /* left out, with its punctuation handed back */
            if (count > 0)
                edited[count - 1].after = item.after;
            continue;
        }
        if (dice == 4) {
            edited[count] = item;
            edited[count++].after = AFTER_SPACE;
        }
        edited[count++] = other;
    }
    memcpy(draft->items, edited, count * sizeof *edited);
    draft->count = count;
}

void edit_cut(gen_draft *draft, size_t tokens)
{
    if (tokens >= draft->count || tokens == 0)
        return;
    draft->count = tokens;
    draft->items[tokens - 1].after = AFTER_PARAGRAPH;
}

/* The place behind the sentence end nearest to the middle from the left; 0 when there is none.
 */
static size_t middle_break(const gen_draft *draft)
{
    size_t at = draft->count / 2;
    while (at > 0 && draft->items[at - 1].after < AFTER_SENTENCE)
        at--;
    return at;
}

void edit_insert_paragraph(gen_draft *story, const gen_lexicon *lexicon, random_source *random,
                           size_t tokens)
{
    static _Thread_local draft_item tail[DRAFT_ITEMS];
    size_t at = middle_break(story), rest = story->count - at;
    if (story->count + tokens + 40 > DRAFT_ITEMS)
        return;
    memcpy(tail, story->items + at, rest * sizeof *tail);
    story->count = at;
    draft_write_paragraph(story, lexicon, random, tokens);
    memcpy(story->items + story->count, tail, rest * sizeof *tail);
    story->count += rest;
}

static void change_one(gen_draft *draft, random_source *random, item_kind kind, uint32_t value)
{
    size_t start = random_below(random, (uint32_t)draft->count);
    for (size_t i = 0; i < draft->count; i++) {
        draft_item *item = &draft->items[(start + i) % draft->count];
        if (item->kind == kind) {
            item->value = value;
            return;
        }
    }
    draft->items[start].value = lexicon_draw_name(random);
    draft->items[start].kind = ITEM_NAME;
}

void edit_one_fact(gen_draft *draft, random_source *random)
{
    change_one(draft, random, ITEM_NUMBER, random_between(random, 2, 999));
    change_one(draft, random, ITEM_NAME, lexicon_draw_name(random));
}

void edit_all_facts(gen_draft *draft, const gen_lexicon *lexicon, random_source *random,
                    double rate)
{
    uint32_t names[DRAFT_NAMES];
    for (size_t i = 0; i < DRAFT_NAMES; i++)
        names[i] = lexicon_draw_name(random);
    for (size_t i = 0; i < draft->count; i++) {
        draft_item *item = &draft->items[i];
        if (item->kind == ITEM_NUMBER)
            item->value = random_between(random, 2, 9999);
        for (size_t k = 0; item->kind == ITEM_NAME && k < DRAFT_NAMES; k++) {
            if (item->value == draft->names[k]) {
                item->value = names[k];
                break;
            }
        }
    }
    memcpy(draft->names, names, sizeof names);
    edit_words(draft, lexicon, random, rate);
    draft_write_title(draft, random);
}
