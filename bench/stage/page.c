/* Splitting raw pages against sketching them: microseconds a page and MB/s of CPU time, best of
 * several runs, and their ratio. A page is sketched as the text of a story is (job/prepare.c):
 * cleaned, tokenised, sketched. Usage: bench_page PAGE... */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buffer.h"
#include "page/page.h"
#include "read/input.h"
#include "sketch/sketch.h"
#include "text/shingle.h"
#include "text/text.h"

enum { RUNS = 15, REPEATS = 20, MAX_PAGE = 64 << 20 };

typedef struct bench {
    sst_buffer *pages;
    size_t count, bytes;
    sst_page_cues *cues;
    sst_page_splitter *splitter;
    sst_page_cleaner *cleaner;
    sst_text *text;
    uint64_t *shingles, *table;
} bench;

static double seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void split(bench *b, const sst_buffer *page)
{
    sst_page made;
    if (sst_page_split(b->splitter, page->bytes, page->size, b->cues, NULL, &made, NULL) != SST_OK)
        exit(1);
}

static sst_slice clean(bench *b, const sst_buffer *page)
{
    sst_page_cleaned made;
    if (sst_page_clean(b->cleaner, page->bytes, page->size, b->cues, &made, NULL) != SST_OK)
        exit(1);
    return made.text;
}

static void clean_only(bench *b, const sst_buffer *page) { clean(b, page); }

static void sketch(bench *b, const sst_buffer *page)
{
    struct sst_text_run run;
    uint16_t slots[SST_SKETCH_SLOTS];
    sst_slice body = clean(b, page);
    if (sst_text_tokens(b->text, body.bytes, body.size, &run, NULL) != SST_OK)
        exit(1);
    sst_text_key(&run);
    sst_sketch_tokens(run.tokens, run.count, b->shingles, b->table, slots);
}

static double best_of(bench *b, void (*stage)(bench *b, const sst_buffer *page))
{
    double best = 1e9;
    for (int run = 0; run < RUNS; run++) {
        double begin = seconds();
        for (int repeat = 0; repeat < REPEATS; repeat++)
            for (size_t i = 0; i < b->count; i++)
                stage(b, &b->pages[i]);
        double took = (seconds() - begin) / REPEATS;
        best = took < best ? took : best;
    }
    return best;
}

static void print(const bench *b, const char *name, double took)
{
    printf("%-7s %8.1f us a page %8.0f MB/s\n", name, took * 1e6 / (double)b->count,
           (double)b->bytes / took / 1e6);
}

static sst_status create(bench *b, char **files, size_t count, sst_error *error)
{
    size_t largest = 1;
    sst_status status = sst_page_cues_create(NULL, &b->cues, error);
    if (status == SST_OK)
        status = sst_page_splitter_create(&b->splitter, error);
    if (status == SST_OK)
        status = sst_page_cleaner_create(&b->cleaner, error);
    if (status == SST_OK)
        status = sst_text_create(&b->text, error);
    b->pages = calloc(count, sizeof *b->pages);
    for (size_t i = 0; i < count && status == SST_OK; i++) {
        status = sst_input_read_file(files[i], MAX_PAGE, &b->pages[i], error);
        b->bytes += b->pages[i].size;
        largest = b->pages[i].size > largest ? b->pages[i].size : largest;
    }
    b->count = count;
    b->shingles = malloc(largest * sizeof *b->shingles);
    b->table = malloc(sst_distinct_slots(largest) * sizeof *b->table);
    return status;
}

int main(int count, char **arguments)
{
    bench b = {0};
    sst_error error;
    if (count < 2) {
        fputs("usage: bench_page PAGE...\n", stderr);
        return 2;
    }
    if (create(&b, arguments + 1, (size_t)count - 1, &error) != SST_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    double splitting = best_of(&b, split), sketching = best_of(&b, sketch);
    print(&b, "split", splitting);
    print(&b, "clean", best_of(&b, clean_only));
    print(&b, "sketch", sketching);
    printf("ratio   %8.2f\n", splitting / sketching);
    return 0;
}
