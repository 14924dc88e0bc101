/* The host of a URL. */
#ifndef READ_HOST_H
#define READ_HOST_H

#include "base/buffer.h"

/* Appends the host of "scheme://user@host:port/path" (or "//host/path") in lower case ASCII,
 * without user and port (RFC 3986, 3.2); nothing when there is none. "www." stays. */
void sst_host_append(sst_buffer *host, const char *url, size_t size);

#endif
