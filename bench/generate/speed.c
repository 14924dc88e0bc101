#include <stdlib.h>
#include <string.h>

#include "generate/corpora.h"
#include "generate/edit.h"

/* A block of 1,000 stories: 350 in clusters, 650 alone. Most clusters are small, as in wire
 * copy. */
enum { BLOCK_STORIES = 1000 };
static const struct {
    unsigned size, count;
} block_clusters[] = {{2, 50}, {3, 20}, {4, 10}, {5, 6}, {6, 4},
                      {8, 3},  {10, 2}, {12, 1}, {20, 2}};

/* Which cluster of its block a story belongs to, and as which member. */
typedef struct place {
    uint16_t cluster, member;
} place;

typedef struct speed_corpus {
    uint64_t stories, seed;
    gen_lexicon *lexicons[2];
    unsigned language_count;
    place places[BLOCK_STORIES];
    gen_draft draft;
    gen_record record;
    sst_buffer line;
} speed_corpus;

static void lay_out_block(place places[BLOCK_STORIES])
{
    size_t at = 0;
    uint16_t cluster = 0;
    for (size_t k = 0; k < sizeof block_clusters / sizeof *block_clusters; k++)
        for (unsigned i = 0; i < block_clusters[k].count; i++, cluster++)
            for (uint16_t member = 0; member < block_clusters[k].size; member++)
                places[at++] = (place){cluster, member};
    while (at < BLOCK_STORIES)
        places[at++] = (place){cluster++, 0};
}

/* A permutation of [0, count): four Feistel rounds over the next even number of bits, repeated
 * until the result is in range (cycle walking; Black and Rogaway 2002). It spreads the members
 * of a cluster without a list of all stories. */
static uint64_t permute(uint64_t at, uint64_t count, uint64_t seed)
{
    unsigned half = 1;
    while (half < 31 && (UINT64_C(1) << (2 * half)) < count)
        half++;
    uint64_t mask = (UINT64_C(1) << half) - 1;
    do {
        uint64_t left = at >> half, right = at & mask;
        for (uint64_t round = 0; round < 4; round++) {
            uint64_t next = left ^ (sst_mix64(seed ^ (round << 56) ^ right) & mask);
            left = right;
            right = next;
        }
        at = left << half | right;
    } while (at >= count);
    return at;
}

/* What another outlet does to agency copy. */
static void publish_copy(speed_corpus *corpus, const gen_lexicon *lexicon,
                         random_source *random)
{
    gen_draft *draft = &corpus->draft;
    edit_words(draft, lexicon, random, 0.04 * random_unit(random));
    if (random_chance(random, 0.3))
        edit_cut(draft,
                 draft->count - (size_t)(0.3 * random_unit(random) * (double)draft->count));
    if (random_chance(random, 0.5))
        draft_write_title(draft, random);
    if (random_chance(random, 0.4))
        record_add_byline(&corpus->record, lexicon, random);
    if (random_chance(random, 0.4))
        record_add_dateline(&corpus->record, lexicon, random);
    if (random_chance(random, 0.3))
        record_add_credit(&corpus->record, lexicon, random);
}

/* Makes the story again from its cluster's stream, then edits it by its own. */
static void write_story(speed_corpus *corpus, uint64_t index)
{
    gen_record *record = &corpus->record;
    place at = corpus->places[index % BLOCK_STORIES];
    record->cluster = index / BLOCK_STORIES * BLOCK_STORIES + at.cluster;
    const gen_lexicon *lexicon = corpus->lexicons[record->cluster % corpus->language_count];
    random_source story = random_stream(corpus->seed, 's', record->cluster);
    random_source copy = random_stream(corpus->seed, 'c', index);
    record_reset(record);
    snprintf(record->id, sizeof record->id, "s%llu", (unsigned long long)index);
    record->site = random_below(&copy, SITE_COUNT);
    record->published = RECORD_FIRST_SECOND + random_below(&story, 30 * 86400) +
                        (at.member ? random_below(&copy, 2 * 86400) : 0);
    draft_write(&corpus->draft, lexicon, &story,
                draft_length(lexicon_language(lexicon), &story, 30));
    if (at.member > 0)
        publish_copy(corpus, lexicon, &copy);
    sst_buffer_reset(&corpus->line);
    record_write(record, &corpus->draft, lexicon, &corpus->line);
}

static bool open_lexicons(speed_corpus *corpus, const char *languages)
{
    if (strstr(languages, "en"))
        corpus->lexicons[corpus->language_count++] = lexicon_create(ENGLISH, corpus->seed);
    if (strstr(languages, "bn"))
        corpus->lexicons[corpus->language_count++] = lexicon_create(BENGALI, corpus->seed);
    bool ready = corpus->language_count > 0;
    for (unsigned i = 0; i < corpus->language_count; i++)
        ready = ready && corpus->lexicons[i];
    return ready;
}

bool corpus_write_speed(uint64_t stories, uint64_t seed, const char *languages, FILE *out)
{
    speed_corpus *corpus = calloc(1, sizeof *corpus);
    if (!corpus)
        return false;
    corpus->stories = stories;
    corpus->seed = seed;
    lay_out_block(corpus->places);
    bool good = open_lexicons(corpus, languages);
    for (uint64_t i = 0; good && i < stories; i++) {
        write_story(corpus, permute(i, stories, seed));
        good = !corpus->line.failed &&
               fwrite(corpus->line.bytes, 1, corpus->line.size, out) == corpus->line.size;
    }
    for (unsigned i = 0; i < corpus->language_count; i++)
        lexicon_free(corpus->lexicons[i]);
    record_free(&corpus->record);
    sst_buffer_free(&corpus->line);
    free(corpus);
    return good;
}
