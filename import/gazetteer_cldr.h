/* Elements of the Unicode CLDR's XML files. */
#ifndef IMPORT_GAZETTEER_CLDR_H
#define IMPORT_GAZETTEER_CLDR_H

#include "geo/status.h"

/* One element: its attributes `type`, `alt` and `population` and its text, NULL where absent. */
typedef void (*cldr_reader)(void *context, const char *type, const char *alt,
                            const char *population, const char *text);

/* Calls reader for every element of this name in folder/name that has a `type`, in the order of
 * the file. ATLAS_NOT_FOUND, ATLAS_INVALID (not XML). */
enum atlas_status cldr_each(const char *folder, const char *name, const char *element,
                            cldr_reader reader, void *context,
                            struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
