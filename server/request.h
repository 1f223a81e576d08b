/* One request from its address to its answer: parsed, compared by ETag, taken from the cache,
 * built here when that is cheap, else by a worker while the exchange waits.
 */
#ifndef SERVER_REQUEST_H
#define SERVER_REQUEST_H

#include "server/http.h"
#include "server/service.h"

/* Handlers for http_options; context is the struct service. */
struct http_handler request_handler(struct service *service);

/* A request that a lane kept; NULL is harmless. */
void request_free(struct request *request);

#endif
