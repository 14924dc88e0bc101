#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/serve.h"

/* The protocol of sd_notify(3): one datagram to the socket that NOTIFY_SOCKET names; a leading
 * '@' is the abstract name space. */
void serve_notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t size = path == NULL ? 0 : strlen(path);
    if (size < 2 || size >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(address.sun_path, path, size);
    if (path[0] == '@')
        address.sun_path[0] = '\0';
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return;
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
    /* Whether systemd hears it is systemd's affair. Only readiness is worth a wait: while it
     * lasts nobody watches over the clients, and another sign of life follows. */
    int flags = MSG_NOSIGNAL;
    flags |= strcmp(state, "READY=1") == 0 ? 0 : MSG_DONTWAIT;
    (void)!sendto(descriptor, state, strlen(state), flags, (const struct sockaddr *)&address,
                  length);
    close(descriptor);
}

double serve_watchdog_seconds(void)
{
    const char *process = getenv("WATCHDOG_PID"), *period = getenv("WATCHDOG_USEC");
    if (period == NULL || (process != NULL && strtol(process, NULL, 10) != (long)getpid()))
        return 0;
    double microseconds = strtod(period, NULL);
    return microseconds > 0 ? microseconds / 2e6 : 0;
}
