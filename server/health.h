/* /healthz: which edition is served, since when, and whether a newer file was refused. */
#ifndef SERVER_HEALTH_H
#define SERVER_HEALTH_H

#include "server/answer.h"
#include "server/current.h"

/* NULL when out of memory. */
struct answer *health_answer(struct current *current);

#endif
