#include "report/support.h"

#include <zlib.h>

#include "report/block.h"

static void check_base64(const char *bytes, const char *expected)
{
    sst_buffer out = {0};
    sst_report_base64(&out, (const unsigned char *)bytes, strlen(bytes));
    sst_buffer_byte(&out, '\0');
    assert_string_equal(out.bytes, expected);
    sst_buffer_free(&out);
}

/* The vectors of RFC 4648, section 10. */
static void test_base64(void **state)
{
    (void)state;
    check_base64("", "");
    check_base64("f", "Zg==");
    check_base64("fo", "Zm8=");
    check_base64("foo", "Zm9v");
    check_base64("foob", "Zm9vYg==");
    check_base64("fooba", "Zm9vYmE=");
    check_base64("foobar", "Zm9vYmFy");
    check_base64("\xff\xfe\xfb", "//77");
}

/* Undoes base64 by looking digits up; the vectors above hold the writer. */
static size_t undo_base64(const char *text, size_t size, unsigned char *bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t count = 0;
    uint32_t word = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < size && text[i] != '='; i++) {
        const char *digit = strchr(digits, text[i]);
        assert_non_null(digit);
        word = word << 6 | (uint32_t)(digit - digits);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes[count++] = (unsigned char)(word >> bits);
        }
    }
    return count;
}

static void check_round_trip(const char *bytes, size_t size)
{
    sst_buffer out = {0};
    sst_error error;
    assert_int_equal(sst_report_pack(&out, bytes, size, &error), SST_OK);
    unsigned char *packed = malloc(out.size + 1);
    char *back = malloc(size + 1);
    assert_non_null(packed);
    assert_non_null(back);
    z_stream stream = {.next_in = packed,
                       .avail_in = (uInt)undo_base64(out.bytes, out.size, packed),
                       .next_out = (Bytef *)back,
                       .avail_out = (uInt)size + 1};
    assert_int_equal(inflateInit2(&stream, -MAX_WBITS), Z_OK);
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(stream.total_out, size);
    assert_int_equal(stream.avail_in, 0);
    if (size > 0)
        assert_memory_equal(back, bytes, size);
    inflateEnd(&stream);
    free(packed);
    free(back);
    sst_buffer_free(&out);
}

static void test_pack_is_undone_by_inflate(void **state)
{
    (void)state;
    enum { LARGE = (2 << 20) + 3 };
    char *large = malloc(LARGE);
    uint64_t seed = 7;
    assert_non_null(large);
    for (size_t i = 0; i < LARGE; i++)
        large[i] = (char)(sst_mix64(seed + i) & (i < LARGE / 4 * 3 ? 0xff : 0x03));
    check_round_trip("", 0);
    check_round_trip("a", 1);
    check_round_trip(large, LARGE);
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_base64),
        cmocka_unit_test(test_pack_is_undone_by_inflate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
