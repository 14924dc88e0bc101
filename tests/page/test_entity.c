#include "page/entity.h"
#include "page/support.h"

static void decodes(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"a &amp; b", "a & b"},
        {"&lt;p&gt;", "<p>"},
        {"&#8217;&#x2019;&rsquo;", "’’’"},
        {"caf&eacute; &Uuml;ber &yuml;", "café Über ÿ"},
        {"&amp;nbsp;|&amp;amp;quot;", "\xC2\xA0|\""},
        {"&#2453;", "ক"},
        {"&#10;", " "},
        {"AT&T &; &#; &#x; &bogus; &amp", "AT&T &; &#; &#x; &bogus; &amp"},
        {"&#55296; &#x110000; &#1; &#99999999;", "&#55296; &#x110000; &#1; &#99999999;"},
        {"&", "&"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        sst_buffer buffer = {0};
        const char *text = pairs[i][0];
        sst_entity_append(&buffer, text, text + strlen(text));
        assert_slice((sst_slice){buffer.bytes, buffer.size}, pairs[i][1]);
        sst_buffer_free(&buffer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(decodes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
