/* How a map is painted and explained: classes, colours, the size and view of a picture. What the
 * picture and legend addresses take beside filter and display. Part of server/route.
 */
#ifndef SERVER_LOOK_H
#define SERVER_LOOK_H

#include "geo/bytes.h"
#include "tiles/filter.h"
#include "tiles/legend.h"
#include "tiles/scale.h"
#include "tiles/tileset.h"

#include <stdbool.h>
#include <stdint.h>

#define LOOK_TITLE_BYTES 200

/* Grouped links that a whole map shows at once, the heaviest, where no `top` or `min` is asked:
 * more are a carpet, not a picture. */
#define LOOK_FLOWS_SHOWN 300

/* Limits a display to that number, unless it holds flows back itself. */
void look_limit_flows(struct tile_display *display);

struct look {
    enum scale_method method;
    uint32_t n_classes; /* 0: the default */
    double breaks[SCALE_MAX_CLASSES];
    bool has_classes, has_method, has_breaks, has_zoom; /* were given */
    bool dark;
    enum legend_value value;
    bool has_scale_of;
    struct filter scale_of; /* the filter whose scale is taken; set where has_scale_of */
    /* Legend and picture. */
    uint32_t size_px;             /* of a picture tile: 256 or 512; of a legend or picture: pixels
                                   of it per pixel of the design, 1 … 4 */
    uint32_t width_px, height_px; /* of a picture */
    double lon_deg, lat_deg, zoom;
    bool has_middle; /* lon or lat was given */
    uint32_t frame;  /* server/frame.h, 0: none; it says middle and zoom */
    char title[LOOK_TITLE_BYTES + 1];
};

void look_init(struct look *look);

/* Each reads the value of the parameter that it is named by; false: not allowed, and *look may be
 * half set. */
bool look_read_breaks(struct look *look, const char *value);   /* breaks=1,5,20 */
bool look_read_classes(struct look *look, const char *value);  /* classes=5 */
bool look_read_colours(struct look *look, const char *value);  /* colours=light|dark */
bool look_read_frame(struct look *look, const char *value);    /* frame=antilles */
bool look_read_height(struct look *look, const char *value);   /* height=800 */
bool look_read_lat(struct look *look, const char *value);      /* lat=25.5 */
bool look_read_lon(struct look *look, const char *value);      /* lon=-61 */
bool look_read_method(struct look *look, const char *value);   /* method=quantiles|jenks */
bool look_read_scale(struct look *look, const char *value);    /* scale=1 … 4 */
bool look_read_scale_of(struct look *look, const char *value); /* scale_of=theme=eau%26year=2015 */
bool look_read_title(struct look *look, const char *value);    /* title=… */
bool look_read_value(struct look *look, const char *value);    /* value=n|partnerships|… */
bool look_read_width(struct look *look, const char *value);    /* width=1200 */
bool look_read_zoom(struct look *look, const char *value);     /* zoom=2.5 */

/* False where breaks are given beside a number of classes or a method, which they decide. */
bool look_agrees(const struct look *look);

/* False where a frame is given beside a middle or zoom, which it decides. */
bool look_frame_agrees(const struct look *look);

/* False where a picture of that size and scale is none that can be made. */
bool look_fits(const struct look *look);

/* Where a picture looks: middle and zoom asked for, else those of the frame, else all of the world
 * at the zoom at which a picture of this width holds it once. */
void look_view(const struct look *look, double *lon_deg, double *lat_deg, double *zoom);

/* Appends "&name=value" for everything that is not at its default. */
void look_canonical(const struct look *look, struct bytes *out);

/* Appends text with what an address or the canonical text gives a meaning to escaped. */
void look_escape(const char *text, struct bytes *out);

#endif
