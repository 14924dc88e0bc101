#include "page/scan.h"
#include "page/support.h"

#define SPAN(text) (text), (text) + strlen(text)

static void letters_in_any_script(void **state)
{
    (void)state;
    assert_int_equal(sst_scan_letters(SPAN("abc, 12!")), 5);
    assert_int_equal(sst_scan_letters(SPAN("The quick brown fox (1999) jumps")), 25);
    assert_int_equal(sst_scan_letters(SPAN("—“”… •")), 0);
    assert_int_equal(sst_scan_letters(SPAN("列车")), 4);
    assert_int_equal(sst_scan_letters(SPAN("নদী")), 3);
}

/* Eight bytes at a time or one by one: the same count. */
static void lanes_agree_with_bytes(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 256; c++) {
        char bytes[8] = {'a', '-', (char)c, 'Z', '9', '/', ':', '@'};
        uint64_t wide;
        uint64_t lanes = sst_scan_lanes(bytes, &wide);
        for (unsigned i = 0; i < 8; i++) {
            bool high = (unsigned char)bytes[i] >= 0x80;
            assert_int_equal(lanes >> (8 * i + 7) & 1,
                             high || sst_scan_weight[(unsigned char)bytes[i]] != 0);
            assert_int_equal(wide >> (8 * i + 7) & 1, high);
        }
    }
}

static bool ends_dateline(const char *at, const char *end)
{
    unsigned char c = (unsigned char)*at;
    bool danda = c == 0xE0 && end - at > 1 && (unsigned char)at[1] == 0xA5;
    return danda || c == '-' || c == ':' || c == 0xE2 || c == 0xE3 || c == 0xEF;
}

/* Blocks of bytes or single ones, wherever a piece begins: the same. */
static void blocks_agree_with_bytes(void **state)
{
    (void)state;
    char bytes[300];
    uint64_t seed = 1;
    for (size_t i = 0; i < sizeof bytes; i++) {
        uint64_t random = sst_mix64(seed++);
        bytes[i] = (char)(random % 4 == 0 ? i : random % 4 == 1 ? random >> 40 : 0xE0 - i % 2);
        if (random % 7 == 0)
            bytes[i] = (char)0xA5;
    }
    for (size_t begin = 0; begin < 40; begin++)
        for (size_t end = begin; end <= sizeof bytes; end++) {
            size_t letters = 0, first = begin;
            for (size_t i = begin; i < end; i++)
                letters += sst_scan_weight[(unsigned char)bytes[i]];
            assert_int_equal(sst_scan_letters(bytes + begin, bytes + end), letters);
            while (first < end && !ends_dateline(bytes + first, bytes + end))
                first++;
            assert_ptr_equal(sst_scan_dateline_end(bytes + begin, bytes + end), bytes + first);
        }
}

/* Each bit by its definition, wherever a piece begins and ends. */
static void bits_agree_with_bytes(void **state)
{
    (void)state;
    static const char pieces[][4] = {"a", "7", " ", ".", "!", "?", "<", "=", "[", "\n", "\x7f",
                                     "।", "؟", "۔", "。", "é", "د", "ক", "列", "…", "\xEE"};
    char bytes[300];
    size_t size = 0;
    for (uint64_t seed = 1; size < sizeof bytes - 4; seed++) {
        const char *piece = pieces[sst_mix64(seed) % (sizeof pieces / sizeof *pieces)];
        memcpy(bytes + size, piece, strlen(piece));
        size += strlen(piece);
    }
    for (size_t begin = 0; begin < 70; begin++)
        for (size_t end = begin + 1; end <= size && end < begin + 200; end++) {
            sst_scan_bits bits;
            sst_scan_bits_read(&bits, bytes + begin, bytes + end, bytes + size);
            assert_int_equal(bits.count, (end - begin + 63) / 64);
            for (size_t i = begin; i < end; i++) {
                unsigned char c = (unsigned char)bytes[i];
                unsigned weight = sst_scan_weight[c];
                bool wide = c >= 0x80, letter = wide || weight > 0;
                const sst_scan_word *word = &bits.words[(i - begin) / 64];
                unsigned bit = (i - begin) % 64;
                assert_int_equal(word->letters >> bit & 1, letter);
                assert_int_equal(word->wide >> bit & 1, wide);
                assert_int_equal(word->digits >> bit & 1, c >= '0' && c <= '9');
                assert_int_equal(word->signs >> bit & 1, !letter && c > ' ');
                assert_int_equal(word->marks >> bit & 1, c == '<' || c == '=' || c == '[');
                assert_int_equal(word->unspaced >> bit & 1, c >= 0xE3);
                assert_int_equal(word->counted >> bit & 1, wide && weight > 0);
                assert_int_equal(word->twice >> bit & 1, weight > 1);
                if (sst_scan_stop(bytes + i, bytes + end) > 0)
                    assert_int_equal(word->stops >> bit & 1, 1);
            }
        }
}

static void stops(void **state)
{
    (void)state;
    static const char *const yes[] = {".", "!", "?", "।", "॥", "。", "！", "？", "؟", "۔", "…", "።"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_int_equal(sst_scan_stop(SPAN(yes[i])), strlen(yes[i]));
    static const char *const no[] = {",", "a", "ক", "ी", "、", "\xE0", "\xE0\xA5", "\xFF", ":"};
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_int_equal(sst_scan_stop(SPAN(no[i])), 0);
}

static void last_sentences(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t at; /* SIZE_MAX: none */
    } cases[] = {
        {"One. Two", 4},      {"One.", 4},           {"He said “no.” Then", 17},
        {"example.com", SIZE_MAX}, {"3.14", SIZE_MAX}, {"কমেছে।এমআর", sizeof "কমেছে।" - 1},
        {"", SIZE_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = cases[i].text, *end = text + strlen(text);
        const char *found = sst_scan_last_sentence(text, end, 100);
        assert_ptr_equal(found, cases[i].at == SIZE_MAX ? NULL : text + cases[i].at);
    }
}

/* A line ends with a sentence where its last sentence ends, seen from its last 16 bytes. */
static void sentence_lines(void **state)
{
    (void)state;
    static const char pieces[][4] = {"a", " ", ".", "!", "\"", ")", "”", "»", "’", "।",
                                     "…", "？", "۔", "ক", "列", "é", "*", "」", "5"};
    for (uint64_t seed = 1; seed < 20000; seed++) {
        char line[40];
        size_t size = 0, count = sst_mix64(seed) % 9;
        for (size_t i = 0; i < count; i++) {
            const char *piece =
                pieces[sst_mix64(seed * 31 + i) % (sizeof pieces / sizeof *pieces)];
            memcpy(line + size, piece, strlen(piece));
            size += strlen(piece);
        }
        bool ends = sst_scan_last_sentence(line, line + size, 16) == line + size;
        assert_int_equal(sst_scan_is_sentence((sst_slice){line, size}), ends);
    }
}

static void bullets(void **state)
{
    (void)state;
    assert_int_equal(sst_scan_bullet(SPAN("• News")), 4);
    assert_int_equal(sst_scan_bullet(SPAN("12. News")), 4);
    assert_int_equal(sst_scan_bullet(SPAN("- News")), 2);
    assert_int_equal(sst_scan_bullet(SPAN("•")), 3);
    assert_int_equal(sst_scan_bullet(SPAN("-5 degrees")), 0);
    assert_int_equal(sst_scan_bullet(SPAN("12.5 percent")), 0);
    assert_int_equal(sst_scan_bullet(SPAN("2024. News")), 0);
}

static void lines(void **state)
{
    (void)state;
    static const char text[] = "a\r\n\nb";
    const char *end, *limit = text + 5;
    const char *at = sst_scan_line(text, limit, &end);
    assert_int_equal(end - text, 1);
    at = sst_scan_line(at, limit, &end);
    assert_int_equal(end - text, 3);
    at = sst_scan_line(at, limit, &end);
    assert_ptr_equal(at, limit);
    assert_ptr_equal(end, limit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_in_any_script),   cmocka_unit_test(lanes_agree_with_bytes),
        cmocka_unit_test(blocks_agree_with_bytes), cmocka_unit_test(bits_agree_with_bytes),
        cmocka_unit_test(stops),
        cmocka_unit_test(last_sentences),          cmocka_unit_test(bullets),
        cmocka_unit_test(lines),                   cmocka_unit_test(sentence_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
