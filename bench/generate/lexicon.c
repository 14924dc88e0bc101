#include "generate/lexicon.h"

#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 64, SYLLABLE_MAX = 24, PHRASES = 50000 };

/* Fitted so that an English line has 3.2 KB and 470 tokens in the mean, a Bengali one 180
 * tokens: median = mean / exp(sigma^2 / 2). */
const gen_locale locale_of[LANGUAGE_COUNT] = {
    [ENGLISH] = {"en",
                 " ",
                 ", ",
                 ". ",
                 {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
                 "By ",
                 "Source: ",
                 "Read more",
                 "Related news",
                 341,
                 10,
                 32},
    [BENGALI] = {"bn",
                 " ",
                 ", ",
                 "। ",
                 {"০", "১", "২", "৩", "৪", "৫", "৬", "৭", "৮", "৯"},
                 "প্রতিবেদক: ",
                 "সূত্র: ",
                 "আরও পড়ুন",
                 "সম্পর্কিত খবর",
                 131,
                 7,
                 20},
    [ARABIC] = {"ar",
                " ",
                "، ",
                ". ",
                {"٠", "١", "٢", "٣", "٤", "٥", "٦", "٧", "٨", "٩"},
                "كتب ",
                "المصدر: ",
                "اقرأ المزيد",
                "أخبار ذات صلة",
                208,
                12,
                40},
    [THAI] = {"th",
              "",
              " ",
              " ",
              {"๐", "๑", "๒", "๓", "๔", "๕", "๖", "๗", "๘", "๙"},
              "โดย ",
              "ที่มา: ",
              "อ่านต่อ",
              "ข่าวที่เกี่ยวข้อง",
              240,
              8,
              24},
    [CHINESE] = {"zh",
                 "",
                 "，",
                 "。",
                 {"０", "１", "２", "３", "４", "５", "６", "７", "８", "９"},
                 "记者 ",
                 "来源：",
                 "阅读更多",
                 "相关新闻",
                 220,
                 8,
                 22},
};

struct gen_lexicon {
    gen_language language;
    uint64_t seed;
    char *bytes; /* all words, one after the other */
    uint32_t offset[LEXICON_WORDS + 1];
    /* Alias method (Walker 1977; Vose 1991): keep `i` when the fraction is below keep[i]. */
    double keep[LEXICON_WORDS];
    uint32_t alias[LEXICON_WORDS];
};

static size_t put_codepoint(char *out, uint32_t code)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    out[0] = (char)(0xe0 | code >> 12);
    out[1] = (char)(0x80 | (code >> 6 & 0x3f));
    out[2] = (char)(0x80 | (code & 0x3f));
    return 3;
}

/* One of the UTF-8 characters in `list`, all of which have the same size. */
static size_t put_one_of(char *out, random_source *random, const char *list, size_t size)
{
    uint32_t count = (uint32_t)(strlen(list) / size);
    memcpy(out, list + size * random_below(random, count), size);
    return size;
}

static size_t put_english(char *out, random_source *random)
{
    size_t n = put_one_of(out, random, "bcdfghjklmnprstvwyz", 1);
    n += put_one_of(out + n, random, "aaeeiioouy", 1);
    if (random_chance(random, 0.4))
        n += put_one_of(out + n, random, "nrstldmk", 1);
    return n;
}

static size_t put_bengali(char *out, random_source *random)
{
    static const char *consonants = "কখগঘচছজঝটঠডঢণতথদধনপফবভমযরলশষসহ";
    size_t n = put_one_of(out, random, consonants, 3);
    if (random_chance(random, 0.2)) { /* a conjunct */
        n += put_codepoint(out + n, 0x09cd);
        n += put_one_of(out + n, random, "রযতনবম", 3);
    }
    if (random_chance(random, 0.75))
        n += put_one_of(out + n, random, "ািীুূেো", 3);
    if (random_chance(random, 0.05)) { /* the letters that have two encodings */
        n += put_codepoint(out + n, random_chance(random, 0.5) ? 0x09df : 0x09dc);
    }
    return n;
}

static size_t put_arabic(char *out, random_source *random)
{
    size_t n = put_one_of(out, random, "بتثجحخدرزسشصضطعغفقكلمنهوي", 2);
    if (random_chance(random, 0.35))
        n += put_one_of(out + n, random, "اويأة", 2);
    return n;
}

static size_t put_thai(char *out, random_source *random)
{
    size_t n = 0;
    bool leading = random_chance(random, 0.3);
    if (leading)
        n += put_one_of(out, random, "เแโไใ", 3);
    n += put_one_of(out + n, random, "กขคงจชซญดตถทธนบปผพฟภมยรลวศสหอ", 3);
    if (!leading)
        n += put_one_of(out + n, random, "ะาิีุูัึ", 3);
    if (random_chance(random, 0.3))
        n += put_one_of(out + n, random, "่้๊๋", 3);
    if (random_chance(random, 0.5))
        n += put_one_of(out + n, random, "กงดนบมยว", 3);
    return n;
}

/* A newspaper uses some 3,000 characters; these are spread over the first 20,000 ideographs. */
static size_t put_chinese(char *out, random_source *random)
{
    return put_codepoint(out, 0x4e00 + 7 * random_below(random, 2900));
}

static size_t put_syllable(char *out, random_source *random, gen_language language)
{
    switch (language) {
    case BENGALI:
        return put_bengali(out, random);
    case ARABIC:
        return put_arabic(out, random);
    case THAI:
        return put_thai(out, random);
    case CHINESE:
        return put_chinese(out, random);
    default:
        return put_english(out, random);
    }
}

/* Common words are short. */
static uint32_t syllables_of_rank(random_source *random, gen_language language, uint32_t rank)
{
    if (language == CHINESE)
        return rank < 500 ? 1 + random_below(random, 2) : 2 + (random_below(random, 5) == 0);
    if (language == THAI)
        return rank < 100 ? 1 : 1 + random_below(random, 3);
    uint32_t more = language == BENGALI ? 1 : language == ARABIC ? 2 : 0;
    if (rank < 60)
        return 1 + random_below(random, 1 + more);
    if (rank < 2000)
        return 1 + more / 2 + random_below(random, 3);
    return 2 + more / 2 + random_below(random, 3);
}

/* A set of words while they are made: open addressing over ranks, 0 is empty. */
typedef struct word_set {
    uint32_t slot[1u << 17]; /* rank + 1 */
} word_set;

/* True when the word was not there before. */
static bool word_set_add(word_set *set, const gen_lexicon *lexicon, uint32_t rank)
{
    const char *word = lexicon->bytes + lexicon->offset[rank];
    size_t size = lexicon->offset[rank + 1] - lexicon->offset[rank];
    uint64_t mask = sizeof set->slot / sizeof set->slot[0] - 1;
    for (uint64_t at = sst_hash64_bytes(word, size) & mask;; at = (at + 1) & mask) {
        uint32_t other = set->slot[at];
        if (other == 0) {
            set->slot[at] = rank + 1;
            return true;
        }
        size_t other_size = lexicon->offset[other] - lexicon->offset[other - 1];
        if (other_size == size &&
            memcmp(lexicon->bytes + lexicon->offset[other - 1], word, size) == 0)
            return false;
    }
}

static void make_words(gen_lexicon *lexicon, word_set *set)
{
    random_source random = random_stream(lexicon->seed, 'w', lexicon->language);
    for (uint32_t rank = 0; rank < LEXICON_WORDS; rank++) {
        uint32_t syllables = syllables_of_rank(&random, lexicon->language, rank);
        for (uint32_t tries = 0;; tries++) {
            char *out = lexicon->bytes + lexicon->offset[rank];
            size_t size = 0;
            uint32_t longer = syllables + tries / 16; /* short words run out */
            for (uint32_t i = 0; i < longer && size + SYLLABLE_MAX < WORD_MAX; i++)
                size += put_syllable(out + size, &random, lexicon->language);
            lexicon->offset[rank + 1] = lexicon->offset[rank] + (uint32_t)size;
            if (word_set_add(set, lexicon, rank))
                break;
        }
    }
}

static void make_alias_table(gen_lexicon *lexicon, double *weight, uint32_t *work)
{
    double sum = 0;
    for (uint32_t i = 0; i < LEXICON_WORDS; i++)
        sum += 1.0 / (i + 2.7);
    size_t small = 0, large = LEXICON_WORDS; /* two stacks from both ends of `work` */
    for (uint32_t i = 0; i < LEXICON_WORDS; i++) {
        weight[i] = LEXICON_WORDS / sum / (i + 2.7);
        lexicon->keep[i] = 1;
        lexicon->alias[i] = i;
        if (weight[i] < 1)
            work[small++] = i;
        else
            work[--large] = i;
    }
    while (small > 0 && large < LEXICON_WORDS) {
        uint32_t low = work[--small], high = work[large];
        lexicon->keep[low] = weight[low];
        lexicon->alias[low] = high;
        weight[high] -= 1 - weight[low];
        if (weight[high] < 1) {
            large++;
            work[small++] = high;
        }
    }
}

gen_lexicon *lexicon_create(gen_language language, uint64_t seed)
{
    gen_lexicon *lexicon = calloc(1, sizeof *lexicon);
    word_set *set = calloc(1, sizeof *set);
    double *weight = malloc(LEXICON_WORDS * sizeof *weight);
    uint32_t *work = malloc(LEXICON_WORDS * sizeof *work);
    char *bytes = malloc((size_t)LEXICON_WORDS * WORD_MAX);
    bool ready = lexicon && set && weight && work && bytes;
    if (ready) {
        lexicon->language = language;
        lexicon->seed = seed;
        lexicon->bytes = bytes;
        make_words(lexicon, set);
        make_alias_table(lexicon, weight, work);
    } else {
        free(lexicon);
        free(bytes);
        lexicon = NULL;
    }
    free(set);
    free(weight);
    free(work);
    return lexicon;
}

void lexicon_free(gen_lexicon *lexicon)
{
    if (lexicon)
        free(lexicon->bytes);
    free(lexicon);
}

gen_language lexicon_language(const gen_lexicon *lexicon)
{
    return lexicon->language;
}

const char *lexicon_word(const gen_lexicon *lexicon, uint32_t rank, size_t *size)
{
    *size = lexicon->offset[rank + 1] - lexicon->offset[rank];
    return lexicon->bytes + lexicon->offset[rank];
}

uint32_t lexicon_draw(const gen_lexicon *lexicon, random_source *random)
{
    uint64_t bits = random_next(random);
    uint32_t i = (uint32_t)(((bits >> 32) * LEXICON_WORDS) >> 32);
    double fraction = (double)(bits & 0xffffffff) * 0x1p-32;
    return fraction < lexicon->keep[i] ? i : lexicon->alias[i];
}

uint32_t lexicon_draw_name(random_source *random)
{
    return LEXICON_FIRST_NAME + random_below(random, LEXICON_WORDS - LEXICON_FIRST_NAME);
}

size_t lexicon_draw_phrase(const gen_lexicon *lexicon, random_source *random, uint32_t ranks[7])
{
    /* Rank r with frequency 1 / (r + 300): the commonest stands in about one story in a
     * hundred. */
    uint64_t rank = (uint64_t)(300 * pow(PHRASES / 300.0 + 1, random_unit(random))) - 300;
    random_source phrase = random_stream(lexicon->seed, 'p', rank);
    size_t count = random_between(&phrase, 4, 7);
    for (size_t i = 0; i < count; i++)
        ranks[i] = lexicon_draw(lexicon, &phrase);
    return count;
}
