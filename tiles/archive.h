/* A whole pyramid of vector tiles in one file, for who has no server: PMTiles or MBTiles. Each tile
 * holds what the server answers for the same edition, filter and tilesets.
 *
 * The walk (tiles/archive.c) builds the tiles of all zooms in PMTiles order on several threads; a
 * writer (tiles/pmtiles.c, tiles/mbtiles.c) takes them one by one, in that order, so the same
 * content gives the same bytes however many threads there are.
 */
#ifndef TILES_ARCHIVE_H
#define TILES_ARCHIVE_H

#include "tiles/tileset.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#define ARCHIVE_MAX_ZOOM 14

struct archive_plan {
    const struct edition *edition; /* borrowed, as is all below */
    const struct selection *selection;
    const char *filter; /* canonical text, for the archive's description */
    enum tileset tilesets[TILESET_COUNT];
    size_t n_tilesets; /* each once; none of them heat */
    struct tile_display display;
    uint8_t min_zoom, max_zoom; /* min <= max <= ARCHIVE_MAX_ZOOM */
    unsigned threads;           /* at least 1 */
    const char *output;         /* path ending in .pmtiles or .mbtiles */
    bool overwrite;             /* false: an existing output is an error */
    FILE *progress;             /* where to tell, or NULL */
    const atomic_bool *stop;    /* once true, the work is given up; NULL: never */
};

struct archive_result {
    uint64_t addressed; /* tiles that are not empty */
    uint64_t contents;  /* different ones among them */
    uint64_t bytes;     /* of the file */
};

/* Writes the archive beside its name and renames it at the end: what stands at plan->output is
 * always whole, and untouched when this fails; nothing is left beside it. Killed, it leaves
 * OUTPUT.part, which the next one replaces. ATLAS_INVALID: the plan breaks a rule above, or the
 * output is a folder; ATLAS_LOCKED: the output exists, or another process is writing it;
 * ATLAS_FULL, ATLAS_IO: it cannot be written; ATLAS_CANCELLED: *stop; ATLAS_NO_MEMORY. */
enum atlas_status archive_write(const struct archive_plan *plan, struct archive_result *result,
                                struct atlas_error *error) ATLAS_MUST_CHECK;

/* What a format must do. The walk calls begin once, add for each tile that is not empty in order
 * of its id, then finish, or abort after a failure of its own or of add. */
struct archive_writer {
    /* path: an empty file. */
    enum atlas_status (*begin)(const struct archive_plan *plan, const char *path, void **writer,
                               struct atlas_error *error);
    enum atlas_status (*add)(void *writer, uint64_t id, const uint8_t *gzip, size_t length,
                             struct atlas_error *error);
    enum atlas_status (*finish)(void *writer, struct archive_result *result,
                                struct atlas_error *error); /* frees the writer, also on failure */
    void (*abort)(void *writer);                            /* frees it */
};

extern const struct archive_writer pmtiles_writer, mbtiles_writer;

/* The archive's vector_layers as a JSON array, for both formats' metadata. */
struct json;
void archive_write_layers(const struct archive_plan *plan, struct json *json);

/* A sentence for a failed write to path, from errno: ATLAS_FULL or ATLAS_IO. */
enum atlas_status archive_write_failed(const char *path, struct atlas_error *error);

#endif
