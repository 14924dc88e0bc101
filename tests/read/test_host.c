#include "read/host.h"

#include <string.h>

#include "cmocka_all.h"

static void known_answers(void **state)
{
    (void)state;
    static const struct {
        const char *url, *host;
    } cases[] = {
        {"https://www.Example.ORG/a/b?c#d", "www.example.org"},
        {"http://user:p@ss@example.org:8080/", "example.org"},
        {"//cdn.example.org/x", "cdn.example.org"},
        {"http://[2001:DB8::1]:80/", "[2001:db8::1]"},
        {"http://[2001:db8::12]", "[2001:db8::12]"},
        {"https://example.org?x=//y", "example.org"},
        {"https://example.org#f", "example.org"},
        {"http://example.org:", "example.org"},
        {"https://উদাহরণ.বাংলা/x", "উদাহরণ.বাংলা"},
        {"http://", ""},
        {"http:///x", ""},
        {"", ""},
        {"/", ""},
        {"example.org/a//b", ""},
        {"mailto:a@b.org", ""},
        {"?u=http://x", ""},
    };
    sst_buffer host = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sst_buffer_reset(&host);
        sst_host_append(&host, cases[i].url, strlen(cases[i].url));
        assert_int_equal(host.size, strlen(cases[i].host));
        if (host.size != 0)
            assert_memory_equal(host.bytes, cases[i].host, host.size);
    }
    sst_host_append(&host, NULL, 0);
    sst_buffer_free(&host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_answers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
