/* Indexes of countries, read by a second thread before they are needed: a country of which several
 * names were asked will most likely need its index, and reading one takes longer than many answers.
 *
 * What is answered never depends on how far the thread has come: an index is taken at the moment
 * when it would be read otherwise, and waited for then. */
#ifndef GEO_GAZETTEER_LOADER_H
#define GEO_GAZETTEER_LOADER_H

#include "geo/gazetteer_index.h"

struct gazetteer_loader;

/* Reads the index of a country; runs in the second thread, one at a time. NULL when it can't. */
typedef struct gazetteer_index *gazetteer_load(void *context, const char *country_iso);

/* NULL when out of memory. context is borrowed. Free with gazetteer_loader_free() (NULL is
 * harmless), which waits for a reading under way. */
struct gazetteer_loader *gazetteer_loader_new(gazetteer_load *load, void *context);
void gazetteer_loader_free(struct gazetteer_loader *loader);

/* A name of this country was asked for. */
void gazetteer_loader_saw(struct gazetteer_loader *loader, const char *country_iso);

/* The country's index, the caller's from now on; NULL when it is to be read by the caller. To call
 * once for a country. */
struct gazetteer_index *gazetteer_loader_take(struct gazetteer_loader *loader,
                                              const char *country_iso);

/* Waits until the thread has ended: a process that forks should have one thread. */
void gazetteer_loader_settle(struct gazetteer_loader *loader);

#endif
