/* Listening sockets: "host:port" to a bound socket, with a sentence when that fails. */
#ifndef SERVER_LISTENER_H
#define SERVER_LISTENER_H

#include "geo/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of one server. */
enum { LISTENERS_MAX = 8 };

struct listener {
    int fd;        /* non-blocking, listening; -1 when closed */
    uint16_t port; /* the real one, when 0 was asked for */
    char host[64]; /* numeric, IPv6 without brackets */
    bool ipv6, wildcard, loopback;
};

/* Opens "127.0.0.1:8080", "[::1]:8080", "localhost:8080" (127.0.0.1), "0.0.0.0:80" or port 0 for
 * any free one. backlog > 0. ATLAS_INVALID: not such an address; ATLAS_BUSY: the port is in use;
 * ATLAS_IO: anything else. */
enum atlas_status listener_open(const char *address, int backlog, struct listener *listener,
                                struct atlas_error *error) ATLAS_MUST_CHECK;

/* Closing a closed one is harmless. */
void listener_close(struct listener *listener);

/* "http://127.0.0.1:8080" (a wildcard address shows as loopback). */
void listener_url(const struct listener *listener, char *url, size_t size);

/* True when host ("localhost:8080", as a Host header has it) names this listener: its address,
 * loopback by any name when it listens there, an address of this machine when it listens on all.
 * A port of 80 may be left out. NULL is false. */
bool listener_is_named(const struct listener *listener, const char *host);

#endif
