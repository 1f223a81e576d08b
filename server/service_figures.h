/* What the service itself tells in the metrics, beside the counts of answers. */
#ifndef SERVER_SERVICE_FIGURES_H
#define SERVER_SERVICE_FIGURES_H

#include "geo/bytes.h"

/* context: a struct service. Appends everything that /metrics shows. */
void service_figures(void *context, struct bytes *out);

#endif
