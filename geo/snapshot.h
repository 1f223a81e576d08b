/* Reads a published atlas database for serving: plain SQLite, read-only, and defensively, for the
 * file may be damaged or made by somebody else. Nothing of SpatiaLite is needed; geometries are
 * read from their blobs by geo/geometry_blob.
 *
 * Only what the caller's SELECT names is run: no trigger, no view of the file, no extension. A
 * damaged file gives ATLAS_CORRUPT with a sentence, never a crash.
 */
#ifndef GEO_SNAPSHOT_H
#define GEO_SNAPSHOT_H

#include "geo/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SNAPSHOT_MAX_TEXT (1 << 20)  /* bytes of one text */
#define SNAPSHOT_MAX_BLOB (64 << 20) /* bytes of one geometry */

struct snapshot;
struct snapshot_row; /* the row at hand, only within a visit */

/* Opens path and checks that it is a whole, quiet atlas database of this version: ATLAS_NOT_FOUND
 * (no such file), ATLAS_IO, ATLAS_WRONG_SCHEMA (something else, or another version),
 * ATLAS_LOCKED (a journal lies beside it, or it is in WAL mode: a writer is at work or was
 * killed), ATLAS_CORRUPT. One consistent state is read from then on, also if the file is replaced.
 * For one thread at a time. Free with snapshot_free() (NULL is harmless). */
enum atlas_status snapshot_open(const char *path, struct snapshot **snapshot,
                                struct atlas_error *error) ATLAS_MUST_CHECK;
void snapshot_free(struct snapshot *snapshot);

/* Called for each row; anything but ATLAS_OK stops the reading and is what snapshot_each()
 * returns. */
typedef enum atlas_status snapshot_visit(struct snapshot_row *row, void *context);

/* Runs one SELECT without parameters (a literal of ours) and visits its rows. `what` names the
 * rows in sentences, e.g. "link". ATLAS_CORRUPT where the file is damaged or a column held a value
 * that the accessors below refuse; ATLAS_NO_MEMORY; or what visit returned, which then filled
 * *error itself if it wished. */
enum atlas_status snapshot_each(struct snapshot *snapshot, const char *what, const char *sql,
                                snapshot_visit *visit, void *context,
                                struct atlas_error *error) ATLAS_MUST_CHECK;

/* Columns, from 0. Values of a wrong type or out of bounds are refused: the accessor returns its
 * value for NULL, and the row, once visited, makes snapshot_each() fail. Texts and blobs are
 * borrowed and valid until the visit returns. */
const char *snapshot_text(struct snapshot_row *row, int column);          /* NULL for NULL */
const char *snapshot_required_text(struct snapshot_row *row, int column); /* NULL refused: "" */
/* An integer in [low, high], or if_null for NULL. */
int64_t snapshot_integer(struct snapshot_row *row, int column, int64_t low, int64_t high,
                         int64_t if_null);
double snapshot_real(struct snapshot_row *row, int column); /* NaN for NULL; integers too */
const uint8_t *snapshot_blob(struct snapshot_row *row, int column, size_t *length);

/* Marks the row as breaking a rule, in words that follow its name: "has no such partnership".
 * Returns ATLAS_CORRUPT for the visit to return. */
enum atlas_status snapshot_refuse(struct snapshot_row *row, const char *why);

#endif
