/* The tilesets one by one, and what they share: private to tiles/tileset.c and them. */
#ifndef TILES_TILE_BUILD_H
#define TILES_TILE_BUILD_H

#include "tiles/fragments.h"
#include "tiles/mvt.h"
#include "tiles/prepared.h"
#include "tiles/tileset.h"

/* One tile being built, with memory that its layers share. */
struct tile_build {
    const struct edition *edition;
    const struct selection *selection; /* NULL for the base map only */
    struct tile_key key;
    struct tile_view view;
    struct tile_display display;
    struct mvt_writer writer;
    struct clip_result clipped;
    struct clip_scratch scratch;
    struct fragments fragments;
    struct link_counter counter;
    struct end_values ends;
    struct bytes text;              /* for a value put together */
    const char *keys[MVT_MAX_KEYS]; /* of the layer being written */
    struct tile_counts counts;      /* set by the tilesets that hold back */
    size_t most;                    /* flows, links, places: no more than so many ... */
    size_t shown;                   /* ... of these, set by the tilesets that can hold back */
    struct bytes *out;
    struct piece_hold hold; /* of what is prepared, until the tile is built */
};

/* Begins a layer with the keys of its description, in that order. */
void tile_layer_begin(struct tile_build *build, const struct tileset_layer *layer);

/* Writes a layer of one point in the middle of the tile that says how many of the tile's features
 * another layer shows: `shown` of `total`. */
enum atlas_status tile_write_counts(struct tile_build *build, const struct tileset_layer *layer,
                                    uint64_t shown, uint64_t total) ATLAS_MUST_CHECK;

/* The name to show. */
const char *tile_name_of(const struct tile_build *build, uint32_t territory);

/* The level of one side: as the display asks, else as the zoom has it (see tileset.h). */
enum french_level tile_french_level(const struct tile_build *build);
enum foreign_level tile_foreign_level(const struct tile_build *build);

enum atlas_status links_tile(struct tile_build *build) ATLAS_MUST_CHECK;
enum atlas_status places_tile(struct tile_build *build) ATLAS_MUST_CHECK;
enum atlas_status density_tile(struct tile_build *build) ATLAS_MUST_CHECK;
enum atlas_status base_tile(struct tile_build *build) ATLAS_MUST_CHECK;
enum atlas_status flows_tile(struct tile_build *build) ATLAS_MUST_CHECK;
enum atlas_status choropleth_tile(struct tile_build *build) ATLAS_MUST_CHECK;

/* Their layers, as tileset_layers() gives them. */
extern const struct tileset_layer links_layers[2], places_layers[2], density_layers[1],
    base_layers[3], flows_layers[3], choropleth_layers[1];

#endif
