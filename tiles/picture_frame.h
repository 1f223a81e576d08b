/* What stands around and on the map of a picture: title, legend, scale bar, and at the foot where
 * the data come from. Part of tiles/picture.
 *
 * It is laid out before it is painted, so that no name of the map is set under it.
 */
#ifndef TILES_PICTURE_FRAME_H
#define TILES_PICTURE_FRAME_H

#include "tiles/legend.h"

#define FRAME_MAX_LINES 6 /* of a text that is cut into lines */

struct frame_text { /* cut into lines that fit */
    struct bytes text;
    const char *lines[FRAME_MAX_LINES];
    size_t n;
};

struct frame_box {
    double left, top, width, height; /* in units of the picture */
};

struct picture_frame {
    const struct legend *legend;            /* borrowed */
    double width, height;                   /* of the picture */
    struct frame_text title, about, source; /* about: the subtitle */
    double legend_scale;                    /* less than 1 where the picture is low or narrow */
    double bar_m, bar_length;               /* of the scale bar: on the ground, and drawn */
    char bar_label[120];
    struct frame_box title_box, legend_box, bar_box, source_box;
};

/* Lays out a frame for a picture of width x height units. title: NULL or "" for the legend's;
 * about: NULL or "" for none. m_per_unit: on the ground at lat_deg, the middle of the map; wide:
 * the scale differs much over the map, so the bar says where it holds. context is measured with.
 * Free with frame_close() also after a failure. ATLAS_NO_MEMORY. */
enum atlas_status frame_lay(const struct legend *legend, double width, double height,
                            const char *title, const char *about, double m_per_unit, double lat_deg,
                            bool wide, cairo_t *context,
                            struct picture_frame *frame) ATLAS_MUST_CHECK;
void frame_close(struct picture_frame *frame); /* {0} is harmless */

void frame_paint(const struct picture_frame *frame, cairo_t *context);

#endif
