#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "generate/corpora.h"
#include "generate/edit.h"

enum { KINDS_PER_FAMILY = 3, TEMPLATE_MEMBERS = 8, ROUNDUP_SOURCES = 5, DAYS = 60 };

/* A written story, until all are there and can be put in order. */
typedef struct gen_entry {
    int64_t published;
    size_t begin, end; /* in `lines` */
} gen_entry;

typedef struct labelled {
    uint64_t families, seed, serial, clusters;
    gen_lexicon *lexicon; /* of the language at hand */
    random_source random; /* of the story at hand */
    gen_record record;
    gen_draft draft, other;
    sst_buffer lines;
    gen_entry *entries;
    size_t entry_count, entry_capacity;
    FILE *gold;
    bool failed;
} labelled;

typedef struct story_id {
    char text[RECORD_ID_SIZE];
} story_id;

/* ---- writing ---- */

/* Writes `draft` with what surrounds it in the record; ids say nothing about the kind. */
static story_id add_story(labelled *corpus, const gen_draft *draft)
{
    gen_record *record = &corpus->record;
    uint64_t number = sst_mix64(corpus->seed ^ ++corpus->serial << 20) & 0xffffffffffff;
    snprintf(record->id, sizeof record->id, "%s-%012" PRIx64,
             locale_of[lexicon_language(corpus->lexicon)].code, number);
    size_t begin = corpus->lines.size;
    record_write(record, draft, corpus->lexicon, &corpus->lines);
    if (SST_RESERVE(&corpus->entries, &corpus->entry_capacity, corpus->entry_count + 1,
                    "stories", NULL) != SST_OK)
        corpus->failed = true;
    else
        corpus->entries[corpus->entry_count++] =
            (gen_entry){record->published, begin, corpus->lines.size};
    story_id id;
    memcpy(id.text, record->id, sizeof id.text);
    record_reset(record);
    return id;
}

static void add_gold(labelled *corpus, story_id a, story_id b, const char *label,
                     const char *kind)
{
    if (fprintf(corpus->gold, "labelled\t%s\t%s\t%s\t1\t%s %s\n", a.text, b.text, label,
                locale_of[lexicon_language(corpus->lexicon)].code, kind) < 0)
        corpus->failed = true;
}

static void next_cluster(labelled *corpus)
{
    corpus->record.cluster = ++corpus->clusters;
}

static void move_to_other_site(labelled *corpus)
{
    corpus->record.site =
        (corpus->record.site + 1 + random_below(&corpus->random, SITE_COUNT - 1)) % SITE_COUNT;
}

/* A reprint follows within a day and a half. */
static void reprint_later(labelled *corpus, int64_t original)
{
    move_to_other_site(corpus);
    corpus->record.published = original + 600 + random_below(&corpus->random, 36 * 3600);
}

/* ---- originals ---- */

/* The original of a family, always the same. At least 60 tokens: it will be cut. */
static void make_original(labelled *corpus, uint64_t family, gen_draft *draft)
{
    gen_language language = lexicon_language(corpus->lexicon);
    random_source random = random_stream(corpus->seed, 'o' + ((uint64_t)language << 8), family);
    draft_write(draft, corpus->lexicon, &random, draft_length(language, &random, 60));
}

static void start_family(labelled *corpus, uint64_t purpose, uint64_t family)
{
    gen_language language = lexicon_language(corpus->lexicon);
    corpus->random = random_stream(corpus->seed, purpose + ((uint64_t)language << 8), family);
    record_reset(&corpus->record);
    next_cluster(corpus);
    corpus->record.site = random_below(&corpus->random, SITE_COUNT);
    corpus->record.published = RECORD_FIRST_SECOND +
                               (int64_t)(family * DAYS / corpus->families * 86400) +
                               random_below(&corpus->random, 86400);
}

/* ---- edits that keep the story ---- */

static void edit_nothing(labelled *corpus)
{
    (void)corpus;
}

static void edit_byline(labelled *corpus)
{
    record_add_byline(&corpus->record, corpus->lexicon, &corpus->random);
    record_add_dateline(&corpus->record, corpus->lexicon, &corpus->random);
    record_add_credit(&corpus->record, corpus->lexicon, &corpus->random);
}

static void edit_headline(labelled *corpus)
{
    draft_write_title(&corpus->draft, &corpus->random);
    edit_words(&corpus->draft, corpus->lexicon, &corpus->random, 0.01);
}

static void edit_some_words(labelled *corpus)
{
    edit_words(&corpus->draft, corpus->lexicon, &corpus->random,
               0.02 + 0.05 * random_unit(&corpus->random));
}

static void keep_share(labelled *corpus, double low, double high)
{
    double share = low + (high - low) * random_unit(&corpus->random);
    edit_cut(&corpus->draft, (size_t)(share * (double)corpus->draft.count));
}

static void edit_cut_tail(labelled *corpus)
{
    keep_share(corpus, 0.6, 0.9);
}

static void edit_excerpt(labelled *corpus)
{
    keep_share(corpus, 0.25, 0.45);
}

static void edit_inserted(labelled *corpus)
{
    gen_draft *draft = &corpus->draft;
    size_t tokens =
        draft->count / 10 + random_below(&corpus->random, (uint32_t)draft->count / 5);
    edit_insert_paragraph(draft, corpus->lexicon, &corpus->random, tokens < 15 ? 15 : tokens);
}

static void edit_updated(labelled *corpus)
{
    edit_one_fact(&corpus->draft, &corpus->random);
}

static void edit_furniture(labelled *corpus)
{
    record_add_furniture(&corpus->record, corpus->lexicon, corpus->seed, 50);
    for (int i = 0; i < 3; i++) {
        make_original(corpus, random_below(&corpus->random, (uint32_t)corpus->families),
                      &corpus->other);
        record_add_teaser(&corpus->record, corpus->lexicon, &corpus->other, 0);
    }
}

static void edit_digits(labelled *corpus)
{
    corpus->record.own_digits = true;
}

static const struct edit_kind {
    const char *name, *label;
    void (*edit)(labelled *corpus);
    bool both; /* the pair is two reprints, both edited */
} edit_kinds[] = {
    {"same", "copy", edit_nothing, false},
    {"byline", "copy", edit_byline, false},
    {"headline", "copy", edit_headline, false},
    {"words", "copy", edit_some_words, false},
    {"cut-tail", "copy", edit_cut_tail, false},
    {"excerpt", "excerpt", edit_excerpt, false},
    {"inserted", "update", edit_inserted, false},
    {"update", "update", edit_updated, false},
    {"furniture-one", "copy", edit_furniture, false},
    {"furniture-both", "copy", edit_furniture, true},
    {"digits", "copy", edit_digits, false},
};
enum { EDIT_KINDS = sizeof edit_kinds / sizeof *edit_kinds };

static story_id add_reprint(labelled *corpus, uint64_t family, int64_t published,
                            const struct edit_kind *kind)
{
    make_original(corpus, family, &corpus->draft);
    reprint_later(corpus, published);
    kind->edit(corpus);
    return add_story(corpus, &corpus->draft);
}

/* One original and its reprints, one for each of three kinds. */
static void add_family(labelled *corpus, uint64_t family)
{
    start_family(corpus, 'f', family);
    int64_t published = corpus->record.published;
    make_original(corpus, family, &corpus->draft);
    story_id original = add_story(corpus, &corpus->draft);
    for (uint64_t i = 0; i < KINDS_PER_FAMILY; i++) {
        const struct edit_kind *kind =
            &edit_kinds[(family * KINDS_PER_FAMILY + i) % EDIT_KINDS];
        if (kind->edit == edit_digits && lexicon_language(corpus->lexicon) == ENGLISH)
            continue; /* the script has no digits of its own */
        story_id reprint = add_reprint(corpus, family, published, kind);
        story_id partner = kind->both ? add_reprint(corpus, family, published, kind) : original;
        add_gold(corpus, partner, reprint, kind->label, kind->name);
    }
}

/* ---- pairs that only look alike ---- */

/* A formula that comes back with other facts, half of the families daily, half weekly; one
 * instance of each is reprinted. */
static void add_template(labelled *corpus, uint64_t number)
{
    start_family(corpus, 't', number % corpus->families);
    int64_t first = corpus->record.published, step = (number % 2 ? 7 : 1) * 86400;
    size_t tokens = random_between(&corpus->random, 60, 160);
    draft_write(&corpus->draft, corpus->lexicon, &corpus->random, tokens);
    story_id previous = {""};
    for (int i = 0; i < TEMPLATE_MEMBERS; i++) {
        next_cluster(corpus);
        corpus->record.published = first + i * step;
        edit_all_facts(&corpus->draft, corpus->lexicon, &corpus->random, i ? 0.03 : 0);
        story_id member = add_story(corpus, &corpus->draft);
        if (i > 0)
            add_gold(corpus, previous, member, "template", "template");
        if (i == 3) {
            reprint_later(corpus, corpus->record.published);
            record_add_byline(&corpus->record, corpus->lexicon, &corpus->random);
            add_gold(corpus, member, add_story(corpus, &corpus->draft), "copy",
                     "template-reprint");
        }
        previous = member;
    }
}

/* Two briefs of one site whose pages say more about the site than about the news. */
static void add_furniture_pair(labelled *corpus, uint64_t number)
{
    start_family(corpus, 'u', number);
    story_id ids[2];
    for (int i = 0; i < 2; i++) {
        next_cluster(corpus);
        draft_write(&corpus->draft, corpus->lexicon, &corpus->random,
                    random_between(&corpus->random, 40, 80));
        record_add_furniture(&corpus->record, corpus->lexicon, corpus->seed, 80);
        ids[i] = add_story(corpus, &corpus->draft);
    }
    add_gold(corpus, ids[0], ids[1], "furniture", "furniture");
}

/* A story whose page teases another one, standfirst and all. */
static void add_teaser_pair(labelled *corpus, uint64_t number)
{
    start_family(corpus, 'e', number);
    draft_write(&corpus->other, corpus->lexicon, &corpus->random, 150);
    story_id teased = add_story(corpus, &corpus->other);
    next_cluster(corpus);
    corpus->record.published += 3600;
    draft_write(&corpus->draft, corpus->lexicon, &corpus->random, 180);
    record_add_teaser(&corpus->record, corpus->lexicon, &corpus->other, 30);
    add_gold(corpus, teased, add_story(corpus, &corpus->draft), "furniture", "teaser");
}

/* The first sentences of five stories in one: shares with each, makes none the same. */
static void add_roundup(labelled *corpus, uint64_t number)
{
    static gen_draft roundup;
    start_family(corpus, 'r', number);
    story_id sources[ROUNDUP_SOURCES];
    roundup.count = 0;
    for (int i = 0; i < ROUNDUP_SOURCES; i++) {
        next_cluster(corpus);
        move_to_other_site(corpus);
        draft_write(&corpus->draft, corpus->lexicon, &corpus->random,
                    random_between(&corpus->random, 150, 300));
        sources[i] = add_story(corpus, &corpus->draft);
        memcpy(roundup.items + roundup.count, corpus->draft.items, 45 * sizeof *roundup.items);
        roundup.count += 45;
        roundup.items[roundup.count - 1].after = AFTER_PARAGRAPH;
        memcpy(roundup.names, corpus->draft.names, sizeof roundup.names);
    }
    draft_write_title(&roundup, &corpus->random);
    next_cluster(corpus);
    corpus->record.published += 6 * 3600;
    story_id digest = add_story(corpus, &roundup);
    for (int i = 0; i < ROUNDUP_SOURCES; i++) {
        add_gold(corpus, digest, sources[i], "partial", "roundup");
        if (i > 0)
            add_gold(corpus, sources[i - 1], sources[i], "different", "roundup-sources");
    }
}

/* Two reporters at one event: the same names and one quotation. */
static void add_event_pair(labelled *corpus, uint64_t number)
{
    static gen_draft other;
    start_family(corpus, 'v', number);
    draft_write(&corpus->draft, corpus->lexicon, &corpus->random, 200);
    story_id first = add_story(corpus, &corpus->draft);
    other.count = 0;
    memcpy(other.names, corpus->draft.names, sizeof other.names);
    draft_write_paragraph(&other, corpus->lexicon, &corpus->random, 60);
    memcpy(other.items + other.count, corpus->draft.items + 50, 15 * sizeof *other.items);
    other.count += 15;
    other.items[other.count - 1].after = AFTER_SENTENCE;
    draft_write_paragraph(&other, corpus->lexicon, &corpus->random, 120);
    draft_write_title(&other, &corpus->random);
    next_cluster(corpus);
    move_to_other_site(corpus);
    add_gold(corpus, first, add_story(corpus, &other), "event", "event");
}

static void add_unrelated_pair(labelled *corpus, uint64_t number)
{
    start_family(corpus, 'd', number);
    story_id ids[2];
    for (int i = 0; i < 2; i++) {
        next_cluster(corpus);
        gen_language language = lexicon_language(corpus->lexicon);
        draft_write(&corpus->draft, corpus->lexicon, &corpus->random,
                    draft_length(language, &corpus->random, 30));
        ids[i] = add_story(corpus, &corpus->draft);
    }
    add_gold(corpus, ids[0], ids[1], "different", "unrelated");
}

/* ---- the whole ---- */

static void add_language(labelled *corpus)
{
    uint64_t families = corpus->families;
    for (uint64_t i = 0; i < families; i++)
        add_family(corpus, i);
    for (uint64_t i = 0; i < families / 16; i++)
        add_template(corpus, i);
    for (uint64_t i = 0; i < families / 5; i++) {
        add_furniture_pair(corpus, i);
        add_teaser_pair(corpus, i);
        add_event_pair(corpus, i);
        add_unrelated_pair(corpus, i);
    }
    for (uint64_t i = 0; i < families / 10; i++)
        add_roundup(corpus, i);
}

static int compare_entries(const void *left, const void *right)
{
    const gen_entry *a = left, *b = right;
    if (a->published != b->published)
        return a->published < b->published ? -1 : 1;
    return a->begin < b->begin ? -1 : 1;
}

static bool write_in_order(labelled *corpus, FILE *out)
{
    if (corpus->entry_count > 0)
        qsort(corpus->entries, corpus->entry_count, sizeof *corpus->entries, compare_entries);
    for (size_t i = 0; i < corpus->entry_count; i++) {
        const gen_entry *entry = &corpus->entries[i];
        size_t size = entry->end - entry->begin;
        if (fwrite(corpus->lines.bytes + entry->begin, 1, size, out) != size)
            return false;
    }
    return true;
}

bool corpus_write_labelled(uint64_t families, uint64_t seed, FILE *out, FILE *gold)
{
    labelled *corpus = calloc(1, sizeof *corpus);
    if (!corpus)
        return false;
    corpus->families = families;
    corpus->seed = seed;
    corpus->gold = gold;
    bool good = fputs("set\tid_a\tid_b\tlabel\tconf\twhy\n", gold) >= 0;
    for (int language = 0; good && language < LANGUAGE_COUNT; language++) {
        corpus->lexicon = lexicon_create((gen_language)language, seed);
        good = corpus->lexicon;
        if (good)
            add_language(corpus);
        lexicon_free(corpus->lexicon);
    }
    good = good && !corpus->failed && !corpus->lines.failed && write_in_order(corpus, out);
    record_free(&corpus->record);
    sst_buffer_free(&corpus->lines);
    free(corpus->entries);
    free(corpus);
    return good;
}
