#include "server/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* Splits "host:port" or "[host]:port"; the port is optional when default_port > 0. */
static bool split(const char *text, int default_port, char host[64], int *port)
{
    bool bracketed = text[0] == '[';
    const char *start = text + bracketed;
    size_t length = strcspn(start, bracketed ? "]" : ":");
    if (length == 0 || length >= 64 || (bracketed && start[length] != ']')) return false;
    memcpy(host, start, length);
    host[length] = '\0';
    const char *rest = start + length + bracketed;
    *port = default_port;
    if (*rest == '\0') return default_port > 0;
    size_t digits = strspn(rest + 1, "0123456789");
    if (*rest != ':' || digits == 0 || digits > 5 || rest[1 + digits]) return false;
    *port = atoi(rest + 1);
    return *port <= 65535;
}

static bool read_address(const char *host, int port, union address *address, socklen_t *length)
{
    memset(address, 0, sizeof *address);
    if (strcasecmp(host, "localhost") == 0) host = "127.0.0.1";
    if (inet_pton(AF_INET, host, &address->v4.sin_addr) == 1) {
        address->v4.sin_family = AF_INET;
        address->v4.sin_port = htons((uint16_t)port);
        *length = sizeof address->v4;
        return true;
    }
    if (inet_pton(AF_INET6, host, &address->v6.sin6_addr) != 1) return false;
    address->v6.sin6_family = AF_INET6;
    address->v6.sin6_port = htons((uint16_t)port);
    *length = sizeof address->v6;
    return true;
}

static void describe(struct listener *listener, const union address *address)
{
    listener->ipv6 = address->any.sa_family == AF_INET6;
    if (listener->ipv6) {
        inet_ntop(AF_INET6, &address->v6.sin6_addr, listener->host, sizeof listener->host);
        listener->port = ntohs(address->v6.sin6_port);
        listener->wildcard = IN6_IS_ADDR_UNSPECIFIED(&address->v6.sin6_addr);
        listener->loopback = IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
    } else {
        inet_ntop(AF_INET, &address->v4.sin_addr, listener->host, sizeof listener->host);
        listener->port = ntohs(address->v4.sin_port);
        listener->wildcard = address->v4.sin_addr.s_addr == htonl(INADDR_ANY);
        listener->loopback = ntohl(address->v4.sin_addr.s_addr) >> 24 == 127;
    }
}

static enum atlas_status fail_to_bind(const char *text, struct atlas_error *error)
{
    if (errno == EADDRINUSE)
        return atlas_fail(error, ATLAS_BUSY,
                          "another programme already listens on %s; stop it or choose another "
                          "port with --listen",
                          text);
    if (errno == EACCES)
        return atlas_fail(error, ATLAS_IO,
                          "no right to listen on %s; ports below 1024 are for root: choose "
                          "another with --listen",
                          text);
    return atlas_fail(error, ATLAS_IO, "cannot listen on %s: %s", text, strerror(errno));
}

enum atlas_status listener_open(const char *text, int backlog, struct listener *listener,
                                struct atlas_error *error)
{
    char host[64];
    int port;
    union address address;
    socklen_t length;
    *listener = (struct listener){.fd = -1};
    if (!split(text, 0, host, &port) || !read_address(host, port, &address, &length))
        return atlas_fail(error, ATLAS_INVALID,
                          "'%s' is no address to listen on; write it as 127.0.0.1:8080, "
                          "[::1]:8080 or 0.0.0.0:8080",
                          text);
    int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return fail_to_bind(text, error);
    int yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (address.any.sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    if (bind(fd, &address.any, length) != 0 || listen(fd, backlog) != 0 ||
        getsockname(fd, &address.any, &length) != 0) {
        enum atlas_status status = fail_to_bind(text, error);
        close(fd);
        return status;
    }
    listener->fd = fd;
    describe(listener, &address);
    return ATLAS_OK;
}

void listener_close(struct listener *listener)
{
    if (listener->fd >= 0) close(listener->fd);
    listener->fd = -1;
}

void listener_url(const struct listener *listener, char *url, size_t size)
{
    const char *host = listener->host;
    if (listener->wildcard) host = listener->ipv6 ? "::1" : "127.0.0.1";
    snprintf(url, size, listener->ipv6 ? "http://[%s]:%u" : "http://%s:%u", host, listener->port);
}

static bool is_of_this_machine(const union address *address)
{
    struct ifaddrs *all, *one;
    if (getifaddrs(&all) != 0) return false;
    bool found = false;
    for (one = all; one && !found; one = one->ifa_next) {
        union address own;
        if (!one->ifa_addr || one->ifa_addr->sa_family != address->any.sa_family) continue;
        if (address->any.sa_family == AF_INET) {
            memcpy(&own.v4, one->ifa_addr, sizeof own.v4);
            found = own.v4.sin_addr.s_addr == address->v4.sin_addr.s_addr;
        } else {
            memcpy(&own.v6, one->ifa_addr, sizeof own.v6);
            found = memcmp(&own.v6.sin6_addr, &address->v6.sin6_addr, 16) == 0;
        }
    }
    freeifaddrs(all);
    return found;
}

bool listener_is_named(const struct listener *listener, const char *text)
{
    char host[64];
    int port;
    union address address;
    socklen_t length;
    if (!text || !split(text, 80, host, &port) || port != listener->port) return false;
    if (strcasecmp(host, "localhost") == 0) return listener->loopback || listener->wildcard;
    if (strcasecmp(host, listener->host) == 0) return !listener->wildcard;
    if (!listener->wildcard || !read_address(host, port, &address, &length)) return false;
    return is_of_this_machine(&address);
}
