/* The parameters that addresses document beside the filter: which address takes which, and how each
 * is read into a route. Part of server/route.
 */
#ifndef SERVER_PARAMETERS_H
#define SERVER_PARAMETERS_H

#include "server/route.h"

/* Reads all arguments of route->target into the rest of *route, by what route->kind allows:
 * the filter, if it takes one, and its own parameters. A repeated parameter that is no list must
 * have the same value each time. ATLAS_INVALID names the parameter and what is allowed. */
enum atlas_status parameters_read(struct route *route,
                                  struct route_refusal *refusal) ATLAS_MUST_CHECK;

/* Appends "name=value" joined by '&' for every display parameter that is not at its default, in
 * the order of the table; `v` never. Begins with '&' when something is appended. */
void parameters_canonical(const struct route *route, struct bytes *out);

#endif
