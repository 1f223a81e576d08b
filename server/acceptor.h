/* Accepts connections at listening sockets, in a thread of its own. */
#ifndef SERVER_ACCEPTOR_H
#define SERVER_ACCEPTOR_H

#include "server/listener.h"

#include <sys/socket.h>

struct acceptor;

/* Takes a new connection, whose socket does not block, with the address of its client; called by
 * the acceptor's thread alone. */
typedef void (*acceptor_deal)(void *context, int fd, const struct sockaddr *address,
                              socklen_t length);

/* Starts to accept at n listeners (LISTENERS_MAX at most), which are borrowed until
 * acceptor_stop(). NULL, with errno, when there is no memory or no thread for it. */
struct acceptor *acceptor_start(struct listener *listeners, size_t n, acceptor_deal deal,
                                void *context);

/* Ends accepting, and closes the listeners: nobody is dealt once this returns. NULL is harmless. */
void acceptor_stop(struct acceptor *acceptor);

#endif
