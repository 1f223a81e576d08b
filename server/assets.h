/* The files that pages load (styles, modules, fonts): read once at start, named with a hash of
 * their content, compressed when the project was built (server/web/build.mjs).
 */
#ifndef SERVER_ASSETS_H
#define SERVER_ASSETS_H

#include "geo/status.h"

#include <stddef.h>
#include <stdint.h>

struct asset_content {
    const uint8_t *data; /* NULL where this form was not made */
    size_t length;
};

struct asset {
    const char *name; /* in the address, with its hash: "main.1f3a…d2.mjs" */
    const char *mime; /* with charset where it has one */
    /* Of plain, the data is NULL where there is gzip: who takes no gzip is rare, unpack it then. */
    struct asset_content plain, gzip, brotli;
};

struct assets;

/* Reads share/web/assets. Fails with a sentence: ATLAS_NOT_FOUND (no such folder: which one, and
 * that --share names it), ATLAS_IO, ATLAS_INVALID, ATLAS_NO_MEMORY. */
enum atlas_status assets_open(const char *share, struct assets **assets,
                              struct atlas_error *error) ATLAS_MUST_CHECK;
/* NULL is harmless. */
void assets_close(struct assets *assets);

/* The file behind /assets/{name}, or NULL. The name carries the content's hash, so answer with
 * `Cache-Control: public, max-age=31536000, immutable`; the name serves as ETag. */
const struct asset *assets_find(const struct assets *assets, const char *name);

/* The file that sources call "main.mjs", or NULL. */
const struct asset *assets_find_source(const struct assets *assets, const char *source);

#endif
