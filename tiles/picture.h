/* A whole map as one picture, good enough to print in a report: title, map with names, legend,
 * scale bar, source, edition and date. PNG for pages and mail, SVG and PDF for print.
 *
 * The map is painted from the tiles that cover it, the same bytes that vector clients get.
 */
#ifndef TILES_PICTURE_H
#define TILES_PICTURE_H

#include "tiles/legend.h"

enum picture_format { PICTURE_PNG, PICTURE_SVG, PICTURE_PDF };

#define PICTURE_MIN_PX     64
#define PICTURE_MAX_PIXELS 4194304 /* width x height */
#define PICTURE_MAX_SCALE  4

struct picture_request {
    enum picture_format format;
    uint32_t width_px, height_px; /* of PDF: points */
    uint32_t scale; /* 1 .. PICTURE_MAX_SCALE: pixels to one of the picture's design, for print or
                       fine screens: all is drawn that much larger, the map with its lines and
                       names too, on as many pixels */
    double lon_deg, lat_deg; /* middle of the map; lat within the Mercator square */
    double zoom;             /* as web maps count: the world is 512 pixels x scale wide at 0; 0 ..
                                MERCATOR_MAX_ZOOM; in             between two zooms the lower one's tiles */
    enum tileset tilesets[TILESET_COUNT]; /* painted over the base map, areas first, dots last */
    size_t n_tilesets;                    /* without TILESET_BASE */
    struct tile_display display;
    bool dark;
    const char *title;    /* NULL or "": the legend's */
    const char *subtitle; /* e.g. the filter in words; NULL for none */
};

/* legend: of the tileset that the picture is about; it also gives scale and widths.
 * ATLAS_INVALID: a size, view or tileset out of range, said in *error; ATLAS_NO_MEMORY. */
enum atlas_status picture_make(const struct selection *selection, const struct legend *legend,
                               const struct picture_request *request, struct bytes *out,
                               struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
