/* The bounds that the server holds strangers to, in one place, and the count of connections per
 * client address. The table of limits in the documentation is this file.
 */
#ifndef SERVER_LIMITS_H
#define SERVER_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define LIMIT_PATH_BYTES         1024  /* of the request target before '?', as sent */
#define LIMIT_QUERY_BYTES        2048  /* after '?', as sent */
#define LIMIT_TARGET_BYTES       4096  /* of the whole request target, as sent */
#define LIMIT_ARGUMENTS          64    /* name=value pairs of a query */
#define LIMIT_SEGMENTS           8     /* parts of a path between slashes */
#define LIMIT_CONNECTION_BYTES   20480 /* memory of one connection: request line and headers */
#define LIMIT_ANSWER_BYTES       3072  /* of it, for the header lines of an answer */
#define LIMIT_CONNECTIONS        4096  /* at once, all clients */
#define LIMIT_CONNECTIONS_MAX    65536 /* that --max-connections may ask for */
#define LIMIT_PER_CLIENT         256   /* at once, one address; loopback (a proxy) is exempt */
#define LIMIT_HEADER_SECONDS     10    /* from the first byte of a request to its last header */
#define LIMIT_KEEPALIVE_SECONDS  30    /* between two requests of a connection */
#define LIMIT_SEND_SECONDS       20    /* to take an answer, and beyond that ... */
#define LIMIT_DRAIN_BYTES_SECOND 4096  /* ... one second for so many bytes */
#define LIMIT_STOP_SECONDS       5     /* to finish what is under way when asked to stop */
#define LIMIT_QUEUE              512   /* jobs waiting for a worker; beyond: 503 */
#define LIMIT_LANE_WORK          400 /* of a tile that an HTTP thread builds itself; tile_work() */
#define LIMIT_ROOM_BYTES         262144 /* of memory that a thread keeps to build answers in */
#define LIMIT_RETRY_SECONDS      2      /* said in Retry-After */

/* Connections per client address. Thread-safe. */
struct client_counts;

/* per_client: how many connections one address may hold. NULL when out of memory. */
struct client_counts *client_counts_new(size_t per_client);
void client_counts_free(struct client_counts *counts);

/* Counts one more connection of address; false when the address then holds too many. It is
 * counted in both cases: client_counts_leave() goes with every call. IPv6 clients are counted by
 * their /64, IPv4-mapped ones as IPv4; loopback and unknown families are never too many. */
bool client_counts_enter(struct client_counts *counts, const struct sockaddr *address);
void client_counts_leave(struct client_counts *counts, const struct sockaddr *address);

#endif
