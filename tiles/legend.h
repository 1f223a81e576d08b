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
enum legend_value {
    LEGEND_LINKS,
    LEGEND_PARTNERSHIPS,
    LEGEND_PARTNERS,
    LEGEND_AMOUNT, /* of the display's nature */
    LEGEND_PER_MILLION
};

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
    bool with_places; /* flows or links are drawn with the tileset places on them */
    /* Another selection of the same edition whose scale is taken, so that two maps compare; NULL:
     * the selection's own. */
    const struct selection *scale_of;
};

struct legend {
    struct legend_request request;
    const struct edition *edition; /* borrowed */
    struct scale scale;            /* n_classes 0: no classes (links, base) */
    bool scale_of_another;         /* the scale is another selection's; its first and last class are
                                      widened to what this selection has beyond them */
    double bandwidth_km, peak;     /* heat; else 0 */
    double cell_km2;               /* density: ground of every hexagon; else 0 */
    double n_most;                 /* largest n of a flow, or of a place of places; else 0 */
    double place_most;             /* largest n of a place that is drawn; else 0 */
    uint64_t total, shown;         /* links of the selection; those that the map shows; base: 0 */
    /* Why the others are not: their end (or one of them) has no place at all; is known too coarsely
     * for this map; or `top` and `min` hold them back. */
    uint64_t no_place, too_coarse, held_back;
    uint64_t undated_left_out; /* links that the year filter could not judge */
    uint32_t not_published;    /* partnerships */
    double amount_eur;         /* LEGEND_AMOUNT: all that is known in the areas shown; else 0 */
    uint64_t without_amount;   /* LEGEND_AMOUNT: links shown whose money is not known; else 0 */
};

/* Computes a legend. ATLAS_INVALID: classes or breaks out of range, or a request that fits no
 * scale; ATLAS_NO_MEMORY. Nothing to free. */
enum atlas_status legend_make(const struct selection *selection,
                              const struct legend_request *request, struct legend *legend,
                              struct atlas_error *error) ATLAS_MUST_CHECK;

/* The property of a tile's features that holds the legend's number: "n", "partnerships",
 * "partners", "amount_eur" or "per_million". Static. */
const char *legend_property(const struct legend *legend);

/* Title and unit in the request's language. Static. */
const char *legend_title(const struct legend *legend);
const char *legend_unit(const struct legend *legend);

/* A number as people read it: 12345 as "12 345" (narrow no-break space) or "12,345", 2.34 as "2,3"
 * or "2.3"; of small ones more decimals. */
void legend_number(double value, bool english, char *text, size_t size);

/* What a class is called, e.g. "4 – 10" or "> 100", French or English numbers. */
void legend_class_label(const struct legend *legend, size_t class_index, char *label, size_t size);

/* Writes one object. */
void legend_write_json(const struct legend *legend, struct json *json);

/* Draws it with its north-west corner at 0, 0 of the context and gives its size in user units. */
void legend_draw(const struct legend *legend, cairo_t *context, double *width, double *height);

#define LEGEND_MAX_SCALE 4

/* Appends a PNG of the legend alone, `scale` pixels per unit (1 .. LEGEND_MAX_SCALE). */
enum atlas_status legend_png(const struct legend *legend, unsigned scale,
                             struct bytes *out) ATLAS_MUST_CHECK;

#endif
