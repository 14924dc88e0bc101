/* Any bytes as a page, as a story's text, as furniture counts: no crash, slices inside what they
 * point into, and the same answer from a used splitter as from a fresh one. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "page/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_page(const sst_page *page, size_t size)
{
    uint32_t before = 0;
    for (size_t i = 0; i < page->line_count; i++) {
        const sst_page_line *line = &page->lines[i];
        require(line->number > before && (size_t)line->offset + line->size <= size);
        before = line->number;
    }
    for (size_t i = 0; i < page->teaser_count; i++) {
        const sst_page_teaser *teaser = &page->teasers[i];
        require(teaser->repeats > 0 && teaser->headline.size > 0);
        for (uint32_t k = 1; k < teaser->repeats; k++)
            require(teaser->lines[k] > teaser->lines[k - 1]);
    }
    require((page->story.size > 0) == (page->line > 0) || page->story.size == 0);
}

static void split_twice(const char *text, size_t size, const sst_page_cues *cues,
                        sst_page_splitter *used, const sst_furniture *learned)
{
    sst_page_splitter *fresh;
    sst_page first, second;
    require(sst_page_splitter_create(&fresh, NULL) == SST_OK);
    require(sst_page_split(used, text, size, cues, learned, &first, NULL) == SST_OK);
    require(sst_page_split(fresh, text, size, cues, learned, &second, NULL) == SST_OK);
    check_page(&first, size);
    require(first.story.size == second.story.size && first.line_count == second.line_count &&
            first.teaser_count == second.teaser_count);
    require(first.story.size == 0 ||
            memcmp(first.story.bytes, second.story.bytes, first.story.size) == 0);
    sst_page_splitter_free(fresh);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static sst_page_cues *cues;
    static sst_page_splitter *splitter;
    static sst_page_cleaner *cleaner;
    if (cues == NULL) {
        require(sst_page_cues_create(NULL, &cues, NULL) == SST_OK);
        require(sst_page_splitter_create(&splitter, NULL) == SST_OK);
        require(sst_page_cleaner_create(&cleaner, NULL) == SST_OK);
    }
    const char *text = (const char *)data;
    sst_furniture *furniture;
    require(sst_furniture_create(&furniture, NULL) == SST_OK);
    for (uint64_t story = 0; story < SST_FURNITURE_WARMUP; story++)
        sst_furniture_add(furniture, story, text, size);
    size_t all;
    require(sst_furniture_weigh(furniture, text, size, &all) <= all && all <= size);
    split_twice(text, size, cues, splitter, NULL);
    split_twice(text, size, cues, splitter, furniture);
    sst_page_cleaned cleaned;
    require(sst_page_clean(cleaner, text, size, cues, &cleaned, NULL) == SST_OK);
    require(cleaned.text.size <= size && (size == 0 || cleaned.credit.size <= size));
    sst_furniture_free(furniture);
    return 0;
}
