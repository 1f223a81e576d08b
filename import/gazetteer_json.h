/* The JSON files that the gazetteer is built from, read with errors that name file and entry. */
#ifndef IMPORT_GAZETTEER_JSON_H
#define IMPORT_GAZETTEER_JSON_H

#include "geo/status.h"

#include <jansson.h>
#include <stdint.h>

/* Reads folder/name, whose top must be of the given type. Free with json_decref(). ATLAS_NOT_FOUND
 * (no such file), ATLAS_IO, ATLAS_INVALID (not JSON: line and column are said), ATLAS_NO_MEMORY. */
enum atlas_status gazetteer_json_load(const char *folder, const char *name, json_type type,
                                      json_t **json, struct atlas_error *error) ATLAS_MUST_CHECK;

/* A member's text or whole number, or NULL and fallback where it is absent, null or of another
 * type. Borrowed. */
const char *gazetteer_json_text(const json_t *object, const char *key);
int64_t gazetteer_json_integer(const json_t *object, const char *key, int64_t fallback);

/* Like gazetteer_json_text(), but a member that must be there: ATLAS_INVALID names the file, the
 * number of the entry (from 1) and the key. */
enum atlas_status gazetteer_json_need(const json_t *object, const char *key, const char *file,
                                      size_t entry, const char **text,
                                      struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
