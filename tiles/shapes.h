/* Outlines of areas and borders, projected while they are read and kept so, in a third of the
 * memory that their WKB would take; to be cut to tiles: for the base map and for choropleths. */
#ifndef TILES_SHAPES_H
#define TILES_SHAPES_H

#include "tiles/clip.h"
#include "tiles/mvt.h"
#include "tiles/tile_view.h"

/* In fixed units (tiles/tile_view.h). */
struct shape_vertex {
    int32_t x, y;
};

struct shape_part {      /* a ring, or a line of a border */
    uint32_t first, end; /* vertices[first .. end); a ring's last vertex is not its first again */
    struct fixed_box box;
    bool exterior; /* begins a polygon; false: a hole of the one before */
};

struct shape {
    uint32_t first_part, end_part;
    struct fixed_box box; /* of all parts */
};

struct shapes {
    struct shape_vertex *vertices; /* owned, as is all below */
    struct shape_part *parts;
    struct shape *areas, *borders;
    size_t n_vertices, n_parts, n_areas, n_borders;
    size_t vertices_room, parts_room, areas_room, borders_room;
};

/* Appends an area (MULTIPOLYGON) or a border (MULTILINESTRING) to shapes, zeroed before first use,
 * from its WKB in EPSG:4326, little endian. WKB that is cut, of another type or byte order, or
 * holds a coordinate that is none, gives a shape without parts. Free with shapes_close(). */
enum atlas_status shapes_read_area(struct shapes *shapes, const uint8_t *wkb,
                                   size_t length) ATLAS_MUST_CHECK;
enum atlas_status shapes_read_border(struct shapes *shapes, const uint8_t *wkb,
                                     size_t length) ATLAS_MUST_CHECK;
/* Gives unused memory back, once all is read. */
void shapes_trim(struct shapes *shapes);
void shapes_close(struct shapes *shapes);

/* Adds the rings of an area inside a tile and its buffer to the writer's polygon at hand, on both
 * sides of the antimeridian; scratch and clipped are memory to use. Up to SHAPES_COARSE_ZOOM, where
 * outlines have more points than pixels, they are rounded to half pixels of 512 first, the same for
 * neighbours, and islands smaller than a pixel are left out unless they are all of the area; in a
 * fine view to tile units, and no island is left out. Where
 * only the map is cut, at the antimeridian and the ends of the world, no edge is inside a tile: a
 * ring runs on there to the end of the buffer. */
#define SHAPES_COARSE_ZOOM 3
enum atlas_status shapes_add_area(const struct shapes *shapes, const struct shape *area,
                                  const struct tile_view *view, struct clip_scratch *scratch,
                                  struct clip_result *clipped,
                                  struct mvt_writer *writer) ATLAS_MUST_CHECK;

/* Adds a square of a pixel of 512 to the writer's polygon at hand where the area's largest island
 * is too small to be drawn and has its middle in the tile: so that what is counted there is on the
 * map. For an area of which shapes_add_area() added nothing; false when nothing is added here
 * either. */
bool shapes_add_mark(const struct shapes *shapes, const struct shape *area,
                     const struct tile_view *view, struct mvt_writer *writer);

/* As shapes_add_area() for lines: those of a border or, with outlines, the rings of an area. */
enum atlas_status shapes_add_lines(const struct shapes *shapes, const struct shape *shape,
                                   bool outlines, const struct tile_view *view,
                                   struct clip_scratch *scratch, struct clip_result *clipped,
                                   struct mvt_writer *writer) ATLAS_MUST_CHECK;

#endif
