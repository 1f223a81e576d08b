#include "server/limits.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Open addressing, twice as many places as connections can exist: it is never full. */
#define PLACES (2 * LIMIT_CONNECTIONS_MAX)

struct place {
    uint64_t client; /* 0: free */
    uint32_t connections;
};

struct client_counts {
    pthread_mutex_t lock;
    size_t per_client;
    size_t used; /* places with a client */
    struct place places[PLACES];
};

struct client_counts *client_counts_new(size_t per_client)
{
    struct client_counts *counts = calloc(1, sizeof *counts);
    if (!counts) return NULL;
    pthread_mutex_init(&counts->lock, NULL);
    counts->per_client = per_client;
    return counts;
}

void client_counts_free(struct client_counts *counts)
{
    if (!counts) return;
    pthread_mutex_destroy(&counts->lock);
    free(counts);
}

static uint64_t ipv4_client(uint32_t address)
{
    return (address >> 24) == 127 ? 0 : UINT64_C(0xFFFF00000000) | address;
}

/* A number for the client, or 0 for one that is not counted. */
static uint64_t client_of(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        return ipv4_client(ntohl(v4.sin_addr.s_addr));
    }
    if (address->sa_family != AF_INET6) return 0;
    struct sockaddr_in6 v6;
    memcpy(&v6, address, sizeof v6);
    const uint8_t *b = v6.sin6_addr.s6_addr;
    if (IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr)) return 0;
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
        return ipv4_client((uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 | (uint32_t)b[14] << 8 |
                           b[15]);
    uint64_t prefix = 0;
    for (int i = 0; i < 8; i++)
        prefix = prefix << 8 | b[i];
    return prefix;
}

static size_t home_of(uint64_t client)
{
    return (size_t)((client * UINT64_C(0x9E3779B97F4A7C15)) >> 40) % PLACES;
}

/* The client's place, or the free one where it belongs. */
static size_t find(const struct client_counts *counts, uint64_t client)
{
    size_t at = home_of(client);
    while (counts->places[at].client && counts->places[at].client != client)
        at = (at + 1) % PLACES;
    return at;
}

/* Frees a place and moves later ones of its run back, so that no search ends too early. */
static void remove_place(struct client_counts *counts, size_t hole)
{
    counts->used--;
    for (size_t at = (hole + 1) % PLACES; counts->places[at].client; at = (at + 1) % PLACES) {
        size_t home = home_of(counts->places[at].client);
        bool stays = hole <= at ? hole < home && home <= at : hole < home || home <= at;
        if (stays) continue;
        counts->places[hole] = counts->places[at];
        hole = at;
    }
    counts->places[hole] = (struct place){0};
}

bool client_counts_enter(struct client_counts *counts, const struct sockaddr *address)
{
    uint64_t client = client_of(address);
    if (client == 0) return true;
    pthread_mutex_lock(&counts->lock);
    size_t at = find(counts, client);
    bool allowed = true;
    if (counts->places[at].client == 0 && counts->used >= PLACES - 1) {
        allowed = false; /* cannot be counted: refused */
    } else {
        counts->used += counts->places[at].client == 0;
        counts->places[at].client = client;
        allowed = ++counts->places[at].connections <= counts->per_client;
    }
    pthread_mutex_unlock(&counts->lock);
    return allowed;
}

void client_counts_leave(struct client_counts *counts, const struct sockaddr *address)
{
    uint64_t client = client_of(address);
    if (client == 0) return;
    pthread_mutex_lock(&counts->lock);
    size_t at = find(counts, client);
    if (counts->places[at].client && --counts->places[at].connections == 0)
        remove_place(counts, at);
    pthread_mutex_unlock(&counts->lock);
}
