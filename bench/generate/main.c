/* bench_generate: writes the corpora of bench/ to standard output. See usage below. */
#include <stdlib.h>
#include <string.h>

#include "generate/corpora.h"

static const char usage[] =
    "usage: bench_generate [--seed N] CORPUS COUNT [ARGUMENT] > stories.jsonl\n"
    "\n"
    "  speed N [en|bn|en,bn]  N stories of real length, 35 % in clusters of 2 to 20\n"
    "  identical N            N equal stories\n"
    "  paragraph N            N stories that share one paragraph of 60 words\n"
    "  chain N                each story differs from the next by one sentence\n"
    "  unrelated N            N stories as long as the chain's that share nothing\n"
    "  labelled N GOLD.tsv    N originals a language (en bn ar th zh) with the edits of\n"
    "                         syndication, and the judged pairs\n";

static bool write_labelled(uint64_t count, uint64_t seed, const char *path)
{
    FILE *gold = path ? fopen(path, "w") : NULL;
    if (!gold) {
        fprintf(stderr, "bench_generate: cannot write '%s'; name the file of judged pairs\n",
                path ? path : "");
        return false;
    }
    bool good = corpus_write_labelled(count, seed, stdout, gold);
    return fclose(gold) == 0 && good;
}

static bool write_corpus(const char *name, uint64_t count, uint64_t seed, const char *argument)
{
    if (strcmp(name, "speed") == 0)
        return corpus_write_speed(count, seed, argument ? argument : "en,bn", stdout);
    if (strcmp(name, "identical") == 0)
        return corpus_write_identical(count, seed, stdout);
    if (strcmp(name, "paragraph") == 0)
        return corpus_write_paragraph(count, seed, stdout);
    if (strcmp(name, "chain") == 0)
        return corpus_write_chain(count, seed, stdout);
    if (strcmp(name, "unrelated") == 0)
        return corpus_write_unrelated(count, seed, stdout);
    if (strcmp(name, "labelled") == 0)
        return write_labelled(count, seed, argument);
    fputs(usage, stderr);
    return false;
}

int main(int count, char **arguments)
{
    uint64_t seed = 1;
    int at = 1;
    if (at + 1 < count && strcmp(arguments[at], "--seed") == 0) {
        seed = strtoull(arguments[at + 1], NULL, 10);
        at += 2;
    }
    if (count - at < 2) {
        fputs(usage, stderr);
        return 2;
    }
    static char room[1 << 20];
    setvbuf(stdout, room, _IOFBF, sizeof room);
    bool good = write_corpus(arguments[at], strtoull(arguments[at + 1], NULL, 10), seed,
                             count - at > 2 ? arguments[at + 2] : NULL);
    if (fflush(stdout) != 0 || !good) {
        fprintf(stderr, "bench_generate: '%s' is not complete\n", arguments[at]);
        return 1;
    }
    return 0;
}
