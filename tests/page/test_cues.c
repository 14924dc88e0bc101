#include <unistd.h>

#include "page/support.h"

static unsigned find(const sst_page_cues *cues, const char *at, const char *end, unsigned kinds)
{
    sst_scan_bits bits;
    sst_scan_bits_read(&bits, at, end, end);
    return sst_page_cues_find(cues, at, end, &bits, kinds);
}

static size_t match(page_kit *kit, const char *text, unsigned kinds)
{
    return sst_page_cues_match(kit->cues, text, text + strlen(text), kinds, NULL);
}

static void phrases_end_at_words(void **state)
{
    unsigned credit = 1u << SST_CUE_CREDIT;
    assert_int_equal(match(*state, "Source: X", credit), 6);
    assert_int_equal(match(*state, "SOURCES", credit), 7);
    assert_int_equal(match(*state, "sourced", credit), 0);
    assert_int_equal(match(*state, "sourcé", credit), 0);
    assert_int_equal(match(*state, "Источник: X", credit), strlen("Источник"));
    assert_int_equal(match(*state, "ИСТОЧНИК", credit), strlen("Источник"));
    assert_int_equal(match(*state, "সূত্রঃ বাসস", credit), strlen("সূত্র"));
    assert_int_equal(match(*state, "সূত্রে", credit), 0);
    assert_int_equal(match(*state, "来源新华", credit), strlen("来源"));
    assert_int_equal(match(*state, "source", 1u << SST_CUE_SHARE), 0);
    assert_int_equal(match(*state, "ap", 1u << SST_CUE_AGENCY), 2);
    assert_int_equal(match(*state, "a", 1u << SST_CUE_AGENCY), 0);
    assert_int_equal(match(*state, "", ~0u), 0);
    assert_int_equal(match(*state, "read more", ~0u), 9);
}

static void longest_phrase_wins(void **state)
{
    assert_int_equal(match(*state, "Read also the", ~0u), 9);
    assert_int_equal(match(*state, "à lire aussi", ~0u), strlen("à lire aussi"));
    assert_int_equal(match(*state, "À LIRE AUSSI", ~0u), strlen("à lire aussi"));
}

static void found_inside(void **state)
{
    page_kit *kit = *state;
    static const char text[] = "12 Comments | Share on Facebook";
    unsigned found = find(kit->cues, text, text + strlen(text), ~0u);
    assert_int_equal(found, 1u << SST_CUE_COMMENT | 1u << SST_CUE_SHARE);
    static const char none[] = "Becommented overshare";
    assert_int_equal(find(kit->cues, none, none + strlen(none), ~0u), 0);
    static const char wide[] = "本网相关新闻";
    assert_int_equal(find(kit->cues, wide, wide + strlen(wide), ~0u),
                     1u << SST_CUE_RELATED);
    static const char bengali[] = "এই বিষয়ে সম্পর্কিত সংবাদ";
    assert_int_equal(find(kit->cues, bengali, bengali + strlen(bengali), ~0u),
                     1u << SST_CUE_RELATED);
}

/* Word positions do not depend on where the eight-byte steps fall. */
static void found_at_any_offset(void **state)
{
    page_kit *kit = *state;
    for (int pad = 0; pad < 24; pad++) {
        char text[64];
        int size = snprintf(text, sizeof text, "%.*s subscribe now", pad,
                            "xxxxxxxxxxxxxxxxxxxxxxxx");
        assert_int_equal(find(kit->cues, text, text + size, ~0u),
                         1u << SST_CUE_SUBSCRIBE);
    }
}

static void read_more_at_the_end(void **state)
{
    page_kit *kit = *state;
    static const char text[] = "A house on the hill READ MORE";
    assert_int_equal(sst_page_cues_match_more(kit->cues, text, text + strlen(text)), 9);
    static const char inside[] = "A house thread more";
    assert_int_equal(sst_page_cues_match_more(kit->cues, inside, inside + strlen(inside)), 0);
    static const char bengali[] = "নদীর পানি কমেছে বিস্তারিত";
    assert_int_equal(sst_page_cues_match_more(kit->cues, bengali, bengali + strlen(bengali)),
                     strlen("বিস্তারিত"));
    assert_int_equal(sst_page_cues_match_more(kit->cues, text, text), 0);
}

static void write_file(char *path, const char *content)
{
    strcpy(path, "/tmp/samestory-cues-XXXXXX");
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, content, strlen(content)), strlen(content));
    close(descriptor);
}

static void file_extends_the_table(void **state)
{
    page_kit *kit = *state;
    char path[64];
    sst_page_cues *cues;
    write_file(path, "# Welsh\ncredit\tFfynhonnell\r\n\nmore\tdarllen mwy\nshare\tsource\n");
    assert_int_equal(sst_page_cues_create(path, &cues, &kit->error), SST_OK);
    static const char text[] = "ffynhonnell: Y Llan";
    assert_int_equal(sst_page_cues_match(cues, text, text + strlen(text),
                                         1u << SST_CUE_CREDIT, NULL),
                     11);
    static const char more[] = "Mae hi yn Darllen mwy";
    assert_int_equal(sst_page_cues_match_more(cues, more, more + strlen(more)), 11);
    unsigned kinds = 0;
    static const char source[] = "source";
    assert_int_equal(sst_page_cues_match(cues, source, source + strlen(source), ~0u, &kinds), 6);
    assert_int_equal(kinds, 1u << SST_CUE_CREDIT | 1u << SST_CUE_SHARE);
    sst_page_cues_free(cues);
    unlink(path);
}

static void bad_files_are_named(void **state)
{
    page_kit *kit = *state;
    static const struct {
        const char *content;
        uint64_t line;
    } files[] = {{"# ok\nsauce\tX\n", 2},
                 {"credit X\n", 1},
                 {"credit\tx\n", 1},
                 {"\n\nmore\t\n", 3}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[64];
        sst_page_cues *cues = NULL;
        write_file(path, files[i].content);
        assert_int_equal(sst_page_cues_create(path, &cues, &kit->error), SST_INPUT);
        assert_null(cues);
        assert_int_equal(kit->error.line, files[i].line);
        assert_string_equal(kit->error.file, path);
        unlink(path);
    }
    sst_page_cues *cues;
    assert_int_equal(sst_page_cues_create("/nowhere/cues.tsv", &cues, &kit->error), SST_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phrases_end_at_words),   cmocka_unit_test(longest_phrase_wins),
        cmocka_unit_test(found_inside),           cmocka_unit_test(found_at_any_offset),
        cmocka_unit_test(read_more_at_the_end),   cmocka_unit_test(file_extends_the_table),
        cmocka_unit_test(bad_files_are_named),
    };
    return cmocka_run_group_tests(tests, kit_create, kit_free);
}
