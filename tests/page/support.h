/* What the tests of page/ share: handles made in one place, files of fixtures, slices compared. */
#ifndef TESTS_PAGE_SUPPORT_H
#define TESTS_PAGE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "page/page.h"

typedef struct page_kit {
    sst_page_cues *cues;
    sst_page_splitter *splitter;
    sst_page_cleaner *cleaner;
    sst_error error;
} page_kit;

static inline int kit_create(void **state)
{
    page_kit *made = calloc(1, sizeof *made);
    assert_non_null(made);
    assert_int_equal(sst_page_cues_create(NULL, &made->cues, &made->error), SST_OK);
    assert_int_equal(sst_page_splitter_create(&made->splitter, &made->error), SST_OK);
    assert_int_equal(sst_page_cleaner_create(&made->cleaner, &made->error), SST_OK);
    *state = made;
    return 0;
}

static inline int kit_free(void **state)
{
    page_kit *made = *state;
    sst_page_splitter_free(made->splitter);
    sst_page_cleaner_free(made->cleaner);
    sst_page_cues_free(made->cues);
    free(made);
    return 0;
}

/* A whole file, terminated; NULL when there is none. free(3) it. */
static inline char *read_file(const char *path, size_t *size)
{
    *size = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    fseek(file, 0, SEEK_END);
    long length = ftell(file);
    rewind(file);
    char *bytes = malloc((size_t)length + 1);
    assert_non_null(bytes);
    *size = fread(bytes, 1, (size_t)length, file);
    bytes[*size] = '\0';
    fclose(file);
    return bytes;
}

static inline char *read_fixture(const char *name, size_t *size)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/page/fixtures/%s.txt", TEST_SOURCE_DIR, name);
    char *bytes = read_file(path, size);
    if (bytes == NULL)
        fail_msg("no fixture %s", path);
    return bytes;
}

static inline void assert_slice(sst_slice slice, const char *expected)
{
    if (slice.size != strlen(expected) ||
        (slice.size > 0 && memcmp(slice.bytes, expected, slice.size) != 0))
        fail_msg("'%.*s' is not '%s'", (int)slice.size, slice.bytes ? slice.bytes : "", expected);
}

static inline bool slice_holds(sst_slice slice, const char *part)
{
    return slice.size > 0 && memmem(slice.bytes, slice.size, part, strlen(part)) != NULL;
}

static inline sst_page split(page_kit *kit, const char *text, size_t size)
{
    sst_page page;
    assert_int_equal(sst_page_split(kit->splitter, text, size, kit->cues, NULL, &page, &kit->error),
                     SST_OK);
    return page;
}

#endif
