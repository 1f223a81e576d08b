/* A page that shows an archive of tiles from plain web space, for who has no server: files to put
 * beside it, made by server/web/build.mjs into share/page. */
#ifndef TILES_STATIC_PAGE_H
#define TILES_STATIC_PAGE_H

#include "geo/status.h"

/* The archive that the page shows, in its folder. */
#define STATIC_PAGE_ARCHIVE "atlas.pmtiles"

/* Makes the folder if it is not there. ATLAS_IO with a sentence. */
enum atlas_status static_page_folder(const char *folder,
                                     struct atlas_error *error) ATLAS_MUST_CHECK;

/* Copies the page's files from the folder `from` (share/page) into an existing folder; files of the
 * same names are replaced, each at once. ATLAS_NOT_FOUND: there is no page in `from`; ATLAS_FULL,
 * ATLAS_IO. */
enum atlas_status static_page_write(const char *from, const char *folder,
                                    struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
