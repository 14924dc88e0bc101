#include "read/host.h"

#include <string.h>

/* Where the authority begins, or NULL. */
static const char *find_authority(const char *url, const char *end)
{
    for (const char *at = url; at + 1 < end; at++) {
        if (at[0] == '/')
            return at[1] == '/' && (at == url || at[-1] == ':') ? at + 2 : NULL;
        if (at[0] == '?' || at[0] == '#')
            return NULL;
    }
    return NULL;
}

static const char *find_authority_end(const char *at, const char *end)
{
    while (at < end && *at != '/' && *at != '?' && *at != '#' && *at != '\\')
        at++;
    return at;
}

/* Cuts ":8080", but nothing inside the brackets of an IPv6 address. */
static const char *cut_port(const char *begin, const char *end)
{
    const char *at = end;
    while (at > begin && at[-1] >= '0' && at[-1] <= '9')
        at--;
    return at > begin && at[-1] == ':' ? at - 1 : end;
}

void sst_host_append(sst_buffer *host, const char *url, size_t size)
{
    const char *begin = size == 0 ? NULL : find_authority(url, url + size);
    if (begin == NULL)
        return;
    const char *end = find_authority_end(begin, url + size);
    const char *user = memrchr(begin, '@', (size_t)(end - begin));
    if (user != NULL)
        begin = user + 1;
    end = cut_port(begin, end);
    if (!sst_buffer_reserve(host, (size_t)(end - begin)))
        return;
    for (const char *at = begin; at < end; at++)
        host->bytes[host->size++] = *at >= 'A' && *at <= 'Z' ? (char)(*at + 32) : *at;
}
