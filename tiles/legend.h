/* Legends: what the classes and colours of a map stand for, how much of the selection it shows and
 * what it leaves out, and of which edition. One for maps of vector tiles (as JSON), pictures and
 * print, so they agree.
 */
#ifndef TILES_LEGEND_H
#define TILES_LEGEND_H

#include "tiles/json.h"
#include "tiles/scale.h"
#include "tiles/tileset.h"

#include <cairo.h>

/* The number that a choropleth shows; everything else shows links. */
enum legend_value { LEGEND_LINKS, LEGEND_PARTNERSHIPS, LEGEND_PER_MILLION };

/* What an address asks of a legend, beside tileset, filter and display. All zero: quantiles, 5
 * classes, by number of links. */
struct legend_request {
    enum tileset tileset;
    struct tile_display display;
    uint8_t zoom;
    enum legend_value value;
    enum scale_method method;
    size_t n_classes;     /* 0: 5 */
    const double *breaks; /* n_classes lower bounds, for SCALE_BREAKS */
    bool dark;
    /* Another selection of the same edition whose scale is taken, so that two maps compare; NULL:
     * the selection's own. */
    const struct selection *scale_of;
};

struct legend {
    struct legend_request request;
    const struct edition *edition; /* borrowed */
    struct scale scale;            /* n_classes 0: no classes (links, base) */
    double bandwidth_km, peak;     /* heat; else 0 */
    double n_most;                 /* largest n of a flow or place; else 0 */
    uint64_t total, shown;         /* links of the selection; those that the map shows */
    uint64_t undated_left_out;     /* links that the year filter could not judge */
    uint32_t not_published;        /* partnerships */
};

/* Computes a legend. ATLAS_INVALID: classes or breaks out of range, or a request that fits no
 * scale; ATLAS_NO_MEMORY. Nothing to free. */
enum atlas_status legend_make(const struct selection *selection,
                              const struct legend_request *request, struct legend *legend,
                              struct atlas_error *error) ATLAS_MUST_CHECK;

/* The property of a tile's features that holds the legend's number: "n", "partnerships" or
 * "per_million". Static. */
const char *legend_property(const struct legend *legend);

/* Title and unit in the request's language. Static. */
const char *legend_title(const struct legend *legend);
const char *legend_unit(const struct legend *legend);

/* What a class is called, e.g. "4 – 10" or "> 100", French or English numbers. */
void legend_class_label(const struct legend *legend, size_t class_index, char *label, size_t size);

/* Writes one object. */
void legend_write_json(const struct legend *legend, struct json *json);

/* Draws it with its north-west corner at 0, 0 of the context and gives its size in user units. */
void legend_draw(const struct legend *legend, cairo_t *context, double *width, double *height);

/* Appends a PNG of the legend alone, `scale` pixels per unit (1 or 2). */
enum atlas_status legend_png(const struct legend *legend, unsigned scale,
                             struct bytes *out) ATLAS_MUST_CHECK;

#endif
