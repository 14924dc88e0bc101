#include "cmocka_all.h"

#include <string.h>
#include <zstd.h>

#include "store/packed.h"

static sst_slice slice(const char *text)
{
    return (sst_slice){text, strlen(text)};
}

static void assert_slice(sst_slice got, sst_slice wanted)
{
    assert_int_equal(got.size, wanted.size);
    if (wanted.size > 0)
        assert_memory_equal(got.bytes, wanted.bytes, wanted.size);
}

static void test_round_trip(void **state)
{
    (void)state;
    static char long_url[300], long_text[70000];
    memset(long_url, 'u', sizeof long_url - 1);
    memset(long_text, 't', sizeof long_text - 1);
    const char *const rows[][5] = {{"", "", "", "", ""},
                                   {"title", "", "", "", ""},
                                   {"", "", "", "", "text"},
                                   {"a", "https://a.example/1", "bn", "Agency", "b\nc"},
                                   {"a", long_url, "", "A", long_text}};
    sst_packer *packer;
    assert_int_equal(sst_packer_create(&packer, NULL), SST_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sst_buffer packed = {0};
        sst_record in = {.title = slice(rows[i][0]), .url = slice(rows[i][1]),
                         .lang = slice(rows[i][2]), .credit = slice(rows[i][3]),
                         .text = slice(rows[i][4])};
        sst_record out = {.id = slice("kept")};
        assert_int_equal(sst_pack(packer, &in, &packed, NULL), SST_OK);
        assert_int_equal(
            sst_unpack(packer, (sst_slice){packed.bytes, packed.size}, &out, NULL), SST_OK);
        assert_slice(out.title, in.title);
        assert_slice(out.url, in.url);
        assert_slice(out.lang, in.lang);
        assert_slice(out.credit, in.credit);
        assert_slice(out.text, in.text);
        assert_slice(out.id, slice("kept"));
        assert_true(in.url.size > 0 || out.url.bytes == NULL);
        sst_buffer_free(&packed);
    }
    sst_packer_free(packer);
}

/* A NUL in a title is a character like others. */
static void test_nul(void **state)
{
    (void)state;
    sst_packer *packer;
    sst_buffer packed = {0};
    sst_record in = {.title = {"one\0two", 7}, .text = {"\0three", 6}}, out = {.time = 0};
    assert_int_equal(sst_packer_create(&packer, NULL), SST_OK);
    assert_int_equal(sst_pack(packer, &in, &packed, NULL), SST_OK);
    assert_int_equal(sst_unpack(packer, (sst_slice){packed.bytes, packed.size}, &out, NULL),
                     SST_OK);
    assert_slice(out.title, in.title);
    assert_slice(out.text, in.text);
    sst_buffer_free(&packed);
    sst_packer_free(packer);
}

static sst_status unpack_plain(sst_packer *packer, const char *plain, size_t size,
                               sst_record *out)
{
    char frame[256];
    size_t packed = ZSTD_compress(frame, sizeof frame, plain, size, 1);
    assert_false(ZSTD_isError(packed));
    return sst_unpack(packer, (sst_slice){frame, packed}, out, NULL);
}

/* Frames of formats 1 and 2: title, NUL, text. */
static void test_first_layout(void **state)
{
    (void)state;
    sst_packer *packer;
    sst_record out = {.url = slice("old")};
    assert_int_equal(sst_packer_create(&packer, NULL), SST_OK);
    assert_int_equal(unpack_plain(packer, "title\0some text", 15, &out), SST_OK);
    assert_slice(out.title, slice("title"));
    assert_slice(out.text, slice("some text"));
    assert_null(out.url.bytes);
    sst_packer_free(packer);
}

static void test_damage(void **state)
{
    (void)state;
    sst_packer *packer;
    sst_record in = {.title = slice("title"), .text = slice("some text")}, out = {.time = 0};
    sst_buffer packed = {0};
    assert_int_equal(sst_packer_create(&packer, NULL), SST_OK);
    assert_int_equal(sst_pack(packer, &in, &packed, NULL), SST_OK);
    for (size_t size = 0; size < packed.size; size++)
        assert_int_equal(sst_unpack(packer, (sst_slice){packed.bytes, size}, &out, NULL),
                         SST_FORMAT);
    const char *const broken[] = {"no nul", "\xff", "\xff\1\1\1", "\xff\x09\1\1\1title",
                                  "\xff\x80\x80\x80\x80\x80\1", ""};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_int_equal(unpack_plain(packer, broken[i], strlen(broken[i]), &out), SST_FORMAT);
    sst_buffer_free(&packed);
    sst_packer_free(packer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_nul),
        cmocka_unit_test(test_first_layout),
        cmocka_unit_test(test_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
