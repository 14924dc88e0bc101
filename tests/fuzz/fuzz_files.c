/* The small files that a command is given beside stories: judged pairs (--gold), cue phrases
 * (--cues), credited names (--sources). Any bytes are read without harm; what was accepted is
 * what the file says, and what was refused is refused at a line of the file. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "job/gold.h"
#include "job/sources.h"
#include "page/cues.h"
#include "page/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ANY_CUE = (1u << SST_CUE_COUNT) - 1 };

static void check(bool fine)
{
    if (!fine)
        abort();
}

static bool inside(const char *text, size_t size, sst_slice part)
{
    return part.size <= size && part.bytes >= text && part.bytes + part.size <= text + size;
}

static void check_error(const char *text, size_t size, const sst_error *error)
{
    uint64_t lines = 1;
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    check(error->status == SST_INPUT && error->message[0] != '\0' && error->line <= lines);
}

static void try_gold(const char *path, const char *text, size_t size)
{
    sst_gold gold = {0};
    sst_error error = {0};
    if (sst_gold_read(path, &gold, &error) == SST_OK)
        for (size_t i = 0; i < gold.count; i++) {
            const sst_gold_pair *pair = &gold.pairs[i];
            check(pair->label < SST_LABEL_COUNT && pair->id_a.size > 0 && pair->id_b.size > 0);
            check(inside(gold.bytes.bytes, gold.bytes.size, pair->set) &&
                  inside(gold.bytes.bytes, gold.bytes.size, pair->id_a) &&
                  inside(gold.bytes.bytes, gold.bytes.size, pair->id_b) &&
                  inside(gold.bytes.bytes, gold.bytes.size, pair->why));
            check(i == 0 || pair->line > gold.pairs[i - 1].line);
        }
    else
        check_error(text, size, &error);
    sst_gold_free(&gold);
}

/* Calls `line` for each line. */
static void each_line(const char *text, size_t size, const void *context,
                      void (*line)(const void *context, sst_slice line))
{
    for (const char *at = text, *end = text + size; at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline == NULL ? end : newline;
        line(context, (sst_slice){at, (size_t)(stop - at)});
        at = newline == NULL ? end : newline + 1;
    }
}

/* What stands behind the first tab; empty in a comment and where there is none. */
static sst_slice behind_tab(sst_slice line)
{
    const char *tab = line.size == 0 ? NULL : memchr(line.bytes, '\t', line.size);
    if (tab == NULL || line.bytes[0] == '#')
        return (sst_slice){line.bytes, 0};
    return (sst_slice){tab + 1, (size_t)(line.bytes + line.size - tab - 1)};
}

/* A phrase of the file is found where it stands alone. */
static void check_phrase(const void *context, sst_slice line)
{
    unsigned kinds = 0;
    sst_slice phrase = sst_scan_trim(behind_tab(sst_scan_trim(line)));
    if (phrase.size == 0)
        return;
    check(sst_page_cues_match(context, phrase.bytes, phrase.bytes + phrase.size, ANY_CUE,
                              &kinds) == phrase.size);
    check((kinds & ~(unsigned)ANY_CUE) == 0 && kinds != 0);
}

static void try_cues(const char *path, const char *text, size_t size)
{
    sst_page_cues *cues = NULL;
    sst_error error = {0};
    if (sst_page_cues_create(path, &cues, &error) == SST_OK) {
        sst_scan_bits bits;
        each_line(text, size, cues, check_phrase);
        sst_scan_bits_read(&bits, text, text + size, text + size);
        (void)sst_page_cues_find(cues, text, text + size, &bits, ANY_CUE);
        check(sst_page_cues_match_more(cues, text, text + size) <= size);
    } else {
        check_error(text, size, &error);
    }
    sst_page_cues_free(cues);
}

/* A name of the file is somebody's credit. */
static void check_name(const void *context, sst_slice line)
{
    static sst_text *scratch;
    check(scratch != NULL || sst_text_create(&scratch, NULL) == SST_OK);
    sst_slice source = behind_tab(line);
    if (source.size == 0)
        return;
    uint64_t key = sst_name_key(scratch, line.bytes, (size_t)(source.bytes - line.bytes) - 1);
    if (key == 0)
        return;
    uint32_t number = sst_sources_credited(context, key);
    check(number != SST_NO_SOURCE && sst_sources_name(context, number).size > 0);
}

static void try_sources(const char *path, const char *text, size_t size)
{
    sst_sources *sources = NULL;
    sst_error error = {0};
    if (sst_sources_create(path, &sources, &error) == SST_OK)
        each_line(text, size, sources, check_name);
    else
        check_error(text, size, &error);
    sst_sources_free(sources);
}

/* The first byte says what the others are. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(const char *path, const char *text,
                                 size_t size) = {try_gold, try_cues, try_sources};
    static int file = -1;
    static char path[64];
    if (size == 0)
        return 0;
    if (file < 0) {
        file = memfd_create("fuzz", MFD_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    check(file >= 0 && ftruncate(file, 0) == 0 &&
          pwrite(file, data + 1, size - 1, 0) == (ssize_t)(size - 1));
    tries[data[0] % 3](path, (const char *)data + 1, size - 1);
    return 0;
}
