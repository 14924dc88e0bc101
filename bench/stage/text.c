/* Tokens and shingles of synthetic stories of about 3 KB: microseconds a story and MB/s for each
 * script and path, best and median of several runs, in CPU time. Usage: bench_text [RUNS] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "text/shingle.h"
#include "text/text.h"

enum { STORIES = 2000, STORY_SIZE = 3000, WORDS = 4000, WORD_SIZE = 64, RUNS_MOST = 101 };

/* Letters are drawn from [first, first + count), with `marks` now and then behind them. */
struct script {
    const char *name;
    uint32_t first, count;
    const char *const *marks; /* NULL-terminated */
    unsigned letters_least, letters_most;
    const char *space, *stop;
};

static const char *const no_marks[] = {NULL};
static const char *const bengali_marks[] = {"া", "ি", "ে", "্র", "্য", "ো", "\u09df", "ু", NULL};
static const char *const hindi_marks[] = {"ा", "ि", "े", "्र", "ो", "़ा", "ँ", NULL};
static const char *const thai_marks[] = {"ั", "ิ", "่", "้", "า", "ำ", NULL};

static const struct script scripts[] = {
    {"English", 'a', 26, no_marks, 2, 9, " ", ", "},
    {"German", 'a', 26, (const char *const[]){"ä", "ü", "ö", "ß", NULL}, 3, 12, " ", ". "},
    {"Bengali", 0x995, 20, bengali_marks, 2, 4, " ", "। "},
    {"Hindi", 0x915, 20, hindi_marks, 2, 4, " ", "। "},
    {"Arabic", 0x62b, 16, no_marks, 3, 8, " ", "، "},
    {"Russian", 0x430, 32, no_marks, 3, 11, " ", ", "},
    {"Chinese", 0x4e00, 3000, no_marks, 8, 20, "，", "。"},
    {"Thai", 0xe01, 40, thai_marks, 15, 40, " ", " "},
    {"Vietnamese", 'a', 26, (const char *const[]){"ế", "ơ", "đ", "ạ", "ư", NULL}, 2, 5, " ", ". "},
};

static uint64_t seed = 7;

static uint32_t draw(uint32_t below)
{
    seed += 0x9e3779b97f4a7c15u;
    return (uint32_t)(sst_mix64(seed) % below);
}

static size_t make_word(const struct script *script, char *word)
{
    size_t size = 0;
    unsigned letters = script->letters_least + draw(script->letters_most - script->letters_least);
    unsigned marks = 0;
    while (script->marks[marks] != NULL)
        marks++;
    for (unsigned i = 0; i < letters && size + 12 < 4 * WORD_SIZE; i++) {
        size += sst_utf8_encode(script->first + draw(script->count), word + size);
        if (marks != 0 && draw(2) == 0) {
            const char *mark = script->marks[draw(marks)];
            memcpy(word + size, mark, strlen(mark));
            size += strlen(mark);
        }
    }
    if (script->first == 'a' && draw(8) == 0)
        word[0] = (char)(word[0] - ('a' - 'A'));
    return size;
}

static size_t add_text(char *story, size_t at, const char *text)
{
    memcpy(story + at, text, strlen(text));
    return at + strlen(text);
}

static size_t make_story(const struct script *script, char words[][4 * WORD_SIZE],
                         const size_t *sizes, char *story)
{
    size_t size = 0;
    while (size < STORY_SIZE - 4 * WORD_SIZE) {
        uint32_t rank = draw(WORDS);
        size_t word = rank * (size_t)draw(WORDS) / WORDS; /* common words are more common */
        memcpy(story + size, words[word], sizes[word]);
        size = add_text(story, size + sizes[word], draw(12) == 0 ? script->stop : script->space);
    }
    return size;
}

static char words[WORDS][4 * WORD_SIZE];
static size_t word_sizes[WORDS];
static char stories[STORIES][STORY_SIZE];
static size_t story_sizes[STORIES];

static void make_stories(const struct script *script)
{
    for (size_t i = 0; i < WORDS; i++)
        word_sizes[i] = make_word(script, words[i]);
    for (size_t i = 0; i < STORIES; i++)
        story_sizes[i] = make_story(script, words, word_sizes, stories[i]);
}

static double seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Seconds of one run over all stories, with their shingles when `shingles` is given. */
static double run_once(sst_text *text, sst_text_path path, uint64_t *shingles, size_t *tokens)
{
    double begin = seconds();
    *tokens = 0;
    for (size_t i = 0; i < STORIES; i++) {
        struct sst_text_run run;
        if (sst_text_tokens_by(text, path, stories[i], story_sizes[i], &run, NULL) != SST_OK)
            exit(1);
        *tokens += run.count;
        if (shingles != NULL)
            sst_shingles(run.tokens, run.count, 3, shingles);
    }
    return seconds() - begin;
}

static void measure(sst_text *text, const struct script *script, const char *name,
                    sst_text_path path, uint64_t *shingles, int runs)
{
    double times[RUNS_MOST];
    size_t tokens = 0, bytes = 0;
    for (size_t i = 0; i < STORIES; i++)
        bytes += story_sizes[i];
    for (int i = 0; i < runs; i++)
        times[i] = run_once(text, path, shingles, &tokens);
    qsort(times, (size_t)runs, sizeof *times, compare_doubles);
    double best = times[0], median = times[runs / 2];
    printf("%-10s %-12s %8.2f %8.2f %8.0f %8.0f %8zu\n", script->name, name,
           best / STORIES * 1e6, median / STORIES * 1e6, (double)bytes / median / 1e6,
           (double)bytes / STORIES, tokens / STORIES);
}

int main(int argc, char **argv)
{
    int runs = argc > 1 ? atoi(argv[1]) : 11;
    if (runs < 1 || runs > RUNS_MOST)
        runs = 11;
    sst_text *text;
    uint64_t *shingles = malloc(STORY_SIZE * sizeof *shingles);
    if (shingles == NULL || sst_text_create(&text, NULL) != SST_OK)
        return 1;
    printf("%-10s %-12s %8s %8s %8s %8s %8s\n", "script", "path", "best us", "median", "MB/s",
           "bytes", "tokens");
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        make_stories(&scripts[i]);
        measure(text, &scripts[i], "blocks", SST_TEXT_BLOCKS, NULL, runs);
        measure(text, &scripts[i], "blocks of 16", SST_TEXT_BLOCKS_16, NULL, runs);
        measure(text, &scripts[i], "code points", SST_TEXT_CODE_POINTS, NULL, runs);
        measure(text, &scripts[i], "definition", SST_TEXT_DEFINITION, NULL, runs);
        measure(text, &scripts[i], "+ shingles", SST_TEXT_BLOCKS, shingles, runs);
    }
    sst_text_free(text);
    free(shingles);
    return 0;
}
