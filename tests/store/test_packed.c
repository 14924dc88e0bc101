#include "cmocka_all.h"

#include <string.h>

#include "store/packed.h"

static sst_slice slice(const char *text)
{
    return (sst_slice){text, strlen(text)};
}

static void test_round_trip(void **state)
{
    (void)state;
    sst_packer *packer;
    assert_int_equal(sst_packer_create(&packer, NULL), SST_OK);
    const char *const texts[][2] = {{"", ""}, {"title", ""}, {"", "text"}, {"a", "b\nc"}};
    for (size_t i = 0; i < 4; i++) {
        sst_buffer packed = {0};
        sst_slice title, text;
        assert_int_equal(sst_pack(packer, slice(texts[i][0]), slice(texts[i][1]), &packed, NULL),
                         SST_OK);
        assert_int_equal(sst_unpack(packer, (sst_slice){packed.bytes, packed.size}, &title,
                                    &text, NULL),
                         SST_OK);
        assert_int_equal(title.size, strlen(texts[i][0]));
        assert_memory_equal(title.bytes, texts[i][0], title.size);
        assert_int_equal(text.size, strlen(texts[i][1]));
        assert_memory_equal(text.bytes, texts[i][1], text.size);
        sst_buffer_free(&packed);
    }
    sst_packer_free(packer);
}

static void test_damage(void **state)
{
    (void)state;
    sst_packer *packer;
    sst_slice title, text;
    sst_buffer packed = {0};
    assert_int_equal(sst_packer_create(&packer, NULL), SST_OK);
    assert_int_equal(sst_pack(packer, slice("title"), slice("some text"), &packed, NULL), SST_OK);
    for (size_t size = 0; size < packed.size; size++)
        assert_int_equal(
            sst_unpack(packer, (sst_slice){packed.bytes, size}, &title, &text, NULL),
            SST_FORMAT);
    sst_buffer_free(&packed);
    sst_packer_free(packer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
