/* Which territories the base map names, from which zoom on. */
#ifndef TILES_LABELS_H
#define TILES_LABELS_H

#include "tiles/edition.h"
#include "tiles/tile_view.h"

/* From these zooms French régions and départements are named and outlined. */
enum { REGIONS_FROM_ZOOM = 4, DEPARTEMENTS_FROM_ZOOM = 6 };

struct label {
    struct fixed_point place;
    uint32_t territory;
};

struct label_list {
    struct label *labels;                      /* owned; by the zoom they are named from */
    uint32_t n_at_zoom[MERCATOR_MAX_ZOOM + 1]; /* how many of them a zoom names */
};

/* Free with label_list_close(). */
enum atlas_status label_list_build(const struct edition *edition,
                                   struct label_list *list) ATLAS_MUST_CHECK;
void label_list_close(struct label_list *list); /* NULL is harmless */

#endif
