/* Pages of five invented sites in three languages: the stories that the sites share cluster across
 * them, teasers attach to their stories, furniture joins nothing; together, and one after the
 * other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "samestory.h"

enum {
    PAGES = 20,
    NAME = 64,
    PATH = 1024,
    ROUNDS = 3,   /* of all pages: each site has then sent more than its warm-up takes */
    TEASERS = 42, /* headlines, each standing twice, whose story has a page of its own */
};

typedef struct fixture {
    char page[NAME], site[NAME], story[NAME];
    char path[PATH];
} fixture;

static void read_fixtures(fixture fixtures[PAGES])
{
    char path[PATH], line[1024];
    snprintf(path, sizeof path, "%s/page/fixtures/expected.tsv", TEST_SOURCE_DIR);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t count = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        fixture *f = &fixtures[count++];
        assert_true(count <= PAGES);
        assert_int_equal(sscanf(line, "%63s %63s %63s", f->page, f->site, f->story), 3);
        snprintf(f->path, sizeof f->path, "%s/page/fixtures/%s.txt", TEST_SOURCE_DIR, f->page);
    }
    fclose(file);
    assert_int_equal(count, PAGES);
}

static sst_status append(void *context, const char *bytes, size_t size, sst_error *error)
{
    sst_buffer_append(context, bytes, size);
    return sst_buffer_status(context, "test output", error);
}

/* The clusters, and the pairs of the same story, of all pages. */
static void match_pages(const fixture fixtures[PAGES], sst_buffer *clusters, sst_buffer *pairs)
{
    const char *files[PAGES];
    for (size_t i = 0; i < PAGES; i++)
        files[i] = fixtures[i].path;
    sst_options options = sst_options_default();
    options.format = SST_FORMAT_PAGE;
    options.threads = 2;
    sst_corpus *corpus = NULL;
    sst_error error;
    unsigned same = 0;
    for (unsigned r = 0; r < SST_RELATION_COUNT; r++)
        same |= sst_relation_same_story((sst_relation)r) ? 1u << r : 0;
    assert_int_equal(sst_corpus_create(&options, &corpus, &error), SST_OK);
    assert_int_equal(sst_corpus_read(corpus, files, PAGES, &error), SST_OK);
    assert_int_equal(sst_corpus_match(corpus, &error), SST_OK);
    assert_int_equal(sst_corpus_write_clusters(corpus, false, (sst_sink){append, clusters}, &error),
                     SST_OK);
    assert_int_equal(sst_corpus_write_pairs(corpus, same, (sst_sink){append, pairs}, &error),
                     SST_OK);
    sst_corpus_free(corpus);
    sst_buffer_byte(clusters, '\0');
    sst_buffer_byte(pairs, '\0');
}

/* The line of the cluster that holds the page's own story; NULL when it stands alone. */
static char *cluster_of(const char *clusters, const char *path)
{
    char id[PATH + 16];
    snprintf(id, sizeof id, "\"id\":\"%s\"", path);
    const char *at = strstr(clusters, id);
    if (at == NULL)
        return NULL;
    const char *begin = at, *end = strchr(at, '\n');
    while (begin > clusters && begin[-1] != '\n')
        begin--;
    return strndup(begin, (size_t)(end - begin));
}

static bool holds_page(const char *cluster, const fixture *f)
{
    char id[PATH + 16];
    snprintf(id, sizeof id, "\"id\":\"%s\"", f->path);
    return strstr(cluster, id) != NULL;
}

/* Two pages are in one cluster exactly when they carry the same story. */
static void stories_cluster_across_sites(void **state)
{
    (void)state;
    static fixture fixtures[PAGES];
    sst_buffer clusters = {0}, pairs = {0};
    read_fixtures(fixtures);
    match_pages(fixtures, &clusters, &pairs);
    size_t shared = 0;
    for (size_t i = 0; i < PAGES; i++) {
        char *cluster = cluster_of(clusters.bytes, fixtures[i].path);
        for (size_t k = 0; k < PAGES; k++) {
            bool together = cluster != NULL && holds_page(cluster, &fixtures[k]);
            bool same = strcmp(fixtures[i].story, fixtures[k].story) == 0;
            if (i != k && together != same)
                fail_msg("%s and %s: together %d", fixtures[i].page, fixtures[k].page, together);
            shared += i < k && together;
        }
        free(cluster);
    }
    print_message("%zu pairs of pages share their story\n", shared);
    assert_true(shared >= 7);
    sst_buffer_free(&clusters);
    sst_buffer_free(&pairs);
}

/* Between the stories of one site no pair is the same story. */
static void furniture_joins_nothing(void **state)
{
    (void)state;
    static fixture fixtures[PAGES];
    sst_buffer clusters = {0}, pairs = {0};
    read_fixtures(fixtures);
    match_pages(fixtures, &clusters, &pairs);
    for (size_t i = 0; i < PAGES; i++)
        for (size_t k = 0; k < PAGES; k++) {
            char pair[2 * PATH + 32];
            snprintf(pair, sizeof pair, "{\"a\":\"%s\",\"b\":\"%s\"", fixtures[i].path,
                     fixtures[k].path);
            if (strcmp(fixtures[i].site, fixtures[k].site) == 0)
                assert_null(strstr(pairs.bytes, pair));
        }
    sst_buffer_free(&clusters);
    sst_buffer_free(&pairs);
}

/* Every teaser whose story has a page stands in that story's cluster, as its excerpt. */
static void teasers_attach(void **state)
{
    (void)state;
    static fixture fixtures[PAGES];
    sst_buffer clusters = {0}, pairs = {0};
    read_fixtures(fixtures);
    match_pages(fixtures, &clusters, &pairs);
    size_t excerpts = 0;
    for (const char *at = clusters.bytes; (at = strstr(at, "\"relation\":\"excerpt\"")) != NULL;
         at++) {
        const char *id = at;
        while (*id != '{')
            id--;
        const char *target = strstr(at, "\"to\":\""), *end = strchr(at, '}');
        excerpts += memchr(id, '#', (size_t)(at - id)) != NULL;
        assert_null(memchr(target, '#', (size_t)(end - target)));
    }
    assert_int_equal(excerpts, TEASERS);
    sst_buffer_free(&clusters);
    sst_buffer_free(&pairs);
}

/* ---- as a stream ---------------------------------------------------------------------------- */

static void append_file(sst_buffer *out, const char *path)
{
    char room[4096];
    size_t size;
    FILE *file = fopen(path, "rb");
    sst_buffer text = {0};
    assert_non_null(file);
    while ((size = fread(room, 1, sizeof room, file)) > 0)
        sst_buffer_append(&text, room, size);
    fclose(file);
    sst_buffer_json_string(out, text.bytes, text.size);
    sst_buffer_free(&text);
}

/* Every page ROUNDS times as JSON lines, its site the source; the id is PAGE-ROUND. */
static void write_stream(const fixture fixtures[PAGES], const char *path)
{
    sst_buffer lines = {0};
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < PAGES; i++) {
            sst_buffer_format(&lines, "{\"id\":\"%s-%d\",\"source\":\"%s\",\"page\":",
                              fixtures[i].page, round, fixtures[i].site);
            append_file(&lines, fixtures[i].path);
            sst_buffer_text(&lines, "}\n");
        }
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(lines.bytes, 1, lines.size, file), lines.size);
    fclose(file);
    sst_buffer_free(&lines);
}

static void filter_stream(const char *folder, const fixture fixtures[PAGES], sst_buffer *answers)
{
    char input[PATH], archive_path[PATH];
    const char *files[] = {input};
    snprintf(input, sizeof input, "%s/pages.jsonl", folder);
    snprintf(archive_path, sizeof archive_path, "%s/pages.db", folder);
    write_stream(fixtures, input);
    sst_archive_options options = sst_archive_options_default();
    options.create = true;
    options.format = SST_FORMAT_PAGE;
    options.threads = 2;
    sst_archive *archive = NULL;
    sst_error error;
    sst_filter_options filter = {.batch = 0};
    sst_filter_summary summary;
    assert_int_equal(sst_archive_open(archive_path, &options, &archive, &error), SST_OK);
    assert_int_equal(sst_archive_filter(archive, files, 1, &filter, (sst_sink){append, answers},
                                        &summary, &error),
                     SST_OK);
    sst_archive_close(archive);
    unlink(input);
    unlink(archive_path);
    snprintf(archive_path, sizeof archive_path, "%s/pages.db-lock", folder);
    unlink(archive_path);
    snprintf(archive_path, sizeof archive_path, "%s/pages.db-shm", folder);
    unlink(archive_path);
    snprintf(archive_path, sizeof archive_path, "%s/pages.db-wal", folder);
    unlink(archive_path);
    sst_buffer_byte(answers, '\0');
}

/* The cluster that the stream's answer names for a page's own story. */
static void cluster_named(const char *answers, const char *page, int round, char cluster[NAME])
{
    char id[NAME + 16];
    snprintf(id, sizeof id, "{\"id\":\"%s-%d\"", page, round);
    const char *at = strstr(answers, id);
    assert_non_null(at);
    const char *verdict = strstr(at, "\"samestory\":"), *end = strchr(at, '\n');
    assert_true(verdict != NULL && verdict < end);
    assert_int_equal(sscanf(strstr(verdict, "\"cluster\":"), "\"cluster\":\"%63[^\"]", cluster), 1);
}

/* Stories of all rounds join exactly where they are the same, before the warm-up and after it. */
static void stories_join_in_a_stream(void **state)
{
    (void)state;
    static fixture fixtures[PAGES];
    static char clusters[ROUNDS * PAGES][NAME];
    char folder[] = "/tmp/samestory-sites-XXXXXX";
    sst_buffer answers = {0};
    read_fixtures(fixtures);
    assert_non_null(mkdtemp(folder));
    filter_stream(folder, fixtures, &answers);
    for (size_t i = 0; i < ROUNDS * PAGES; i++)
        cluster_named(answers.bytes, fixtures[i % PAGES].page, (int)(i / PAGES), clusters[i]);
    for (size_t i = 0; i < ROUNDS * PAGES; i++)
        for (size_t k = 0; k < i; k++) {
            const fixture *a = &fixtures[i % PAGES], *b = &fixtures[k % PAGES];
            bool together = strcmp(clusters[i], clusters[k]) == 0;
            if (together != (strcmp(a->story, b->story) == 0))
                fail_msg("%s and %s: together %d", a->page, b->page, together);
        }
    sst_buffer_free(&answers);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stories_cluster_across_sites),
        cmocka_unit_test(furniture_joins_nothing),
        cmocka_unit_test(teasers_attach),
        cmocka_unit_test(stories_join_in_a_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
