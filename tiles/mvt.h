/* Writing Mapbox Vector Tiles 2.1, one layer at a time, in one pass.
 *
 * A tile is a protocol buffer message: its layers, one after another, so that the layers of several
 * writers are one tile when their bytes follow one another. Bytes on the wire:
 *
 *   tile     { 3: layer }*
 *   layer    { 15: version = 2, 1: name, 2: feature*, 3: key*, 4: value*, 5: extent = 4096 }
 *   feature  { 1: id, 2: tags (key index, value index)*, 3: type, 4: geometry }
 *   geometry: commands (id | count << 3), MoveTo 1, LineTo 2, ClosePath 7, each followed by
 *             count zigzag pairs dx, dy from the point before
 *
 * Coordinates are tile units, 0..MVT_EXTENT from west to east and from north to south; what lies
 * outside belongs to the buffer. Keys are given once for the layer and named by position; only
 * those in use are written. Equal values are written once. Nothing is allocated per feature: the
 * writer's buffers grow and are kept from layer to layer.
 *
 *   struct mvt_writer writer;
 *   mvt_init(&writer);
 *   mvt_layer_begin(&writer, "places", keys, 2);
 *   mvt_feature_begin(&writer, MVT_POINT);
 *   mvt_points(&writer, &point, 1);
 *   mvt_tag_text(&writer, 0, "com:38185");
 *   mvt_tag_uint(&writer, 1, 12);
 *   mvt_feature_end(&writer);
 *   status = mvt_layer_end(&writer, &out);
 *   mvt_close(&writer);
 */
#ifndef TILES_MVT_H
#define TILES_MVT_H

#include "tiles/mvt_values.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MVT_EXTENT   4096
#define MVT_MAX_KEYS 32

enum mvt_geometry { MVT_POINT = 1, MVT_LINE = 2, MVT_POLYGON = 3 };

struct mvt_point {
    int32_t x, y;
};

/* Private; on the stack of whoever writes a tile. */
struct mvt_writer {
    struct bytes features, tags, geometry;
    struct mvt_values values;
    size_t n_features;
    const char *name;
    const char *const *keys;
    uint32_t key_index[MVT_MAX_KEYS]; /* 1 + position in the keys table; 0: not in use yet */
    const char *used_keys[MVT_MAX_KEYS];
    size_t n_keys, n_used_keys;
    enum mvt_geometry type;
    struct mvt_point cursor;
    uint64_t id;
    bool has_id, failed;
};

void mvt_init(struct mvt_writer *writer);
/* {0}, NULL and a second call are harmless. */
void mvt_close(struct mvt_writer *writer);

/* Begins a layer. name and keys are borrowed until mvt_layer_end(); n_keys <= MVT_MAX_KEYS. */
void mvt_layer_begin(struct mvt_writer *writer, const char *name, const char *const keys[],
                     size_t n_keys);

/* After it, before the first value: about how many different ones will be looked up. */
void mvt_layer_expect(struct mvt_writer *writer, size_t n_values);

/* Begins a feature; mvt_feature_id() gives it an id. */
void mvt_feature_begin(struct mvt_writer *writer, enum mvt_geometry type);
void mvt_feature_id(struct mvt_writer *writer, uint64_t id);

/* Adds geometry to the feature; several calls make a multi-geometry. Points that repeat the one
 * before are dropped. False, and nothing added, when nothing drawable stays: no point, a line of
 * fewer than 2 points, a ring of fewer than 3 or without an area. mvt_points() is called once.
 * A ring is given open or closed, in either direction, and written in the right one; holes follow
 * their exterior. */
bool mvt_points(struct mvt_writer *writer, const struct mvt_point *points, size_t n);
bool mvt_line(struct mvt_writer *writer, const struct mvt_point *points, size_t n);
bool mvt_ring(struct mvt_writer *writer, const struct mvt_point *points, size_t n, bool exterior);

/* Tags the feature. key: position in the layer's keys, each at most once per feature.
 * text: UTF-8; NULL is unknown, and gives no tag. */
void mvt_tag_text(struct mvt_writer *writer, size_t key, const char *text);
void mvt_tag_uint(struct mvt_writer *writer, size_t key, uint64_t number);
void mvt_tag_sint(struct mvt_writer *writer, size_t key, int64_t number);
/* NaN is unknown: no tag. */
void mvt_tag_double(struct mvt_writer *writer, size_t key, double number);
void mvt_tag_float(struct mvt_writer *writer, size_t key, float number);
/* A sum of money or the like, not negative: as a whole number where it is one, else a double. */
void mvt_tag_amount(struct mvt_writer *writer, size_t key, double amount);
void mvt_tag_bool(struct mvt_writer *writer, size_t key, bool value);

/* Enters a value in the layer's table ahead of its use, any time after mvt_layer_begin(), and gives
 * what mvt_tag_value() takes. Values alike compress better when they stand together, and are
 * looked up once for many features. 0, which gives no tag, for NULL and when out of memory. */
uint32_t mvt_value_text(struct mvt_writer *writer, const char *text);
uint32_t mvt_value_uint(struct mvt_writer *writer, uint64_t number);
uint32_t mvt_value_float(struct mvt_writer *writer, float number);
uint32_t mvt_value_amount(struct mvt_writer *writer, double amount); /* as mvt_tag_amount() */
/* The same without look-up, for what no other value of the layer is equal to, each entered once: a
 * text in parts, and a text that mvt_encode_text() encoded beforehand. Each part, and the text, is
 * read up to BLOCK_SLACK bytes beyond its end (tiles/block_copy). */
uint32_t mvt_value_new_text(struct mvt_writer *writer, const struct mvt_text_part *parts,
                            size_t n_parts);
uint32_t mvt_value_encoded(struct mvt_writer *writer, const uint8_t *encoded, size_t length);
/* Appends a text as a layer's table holds it; returns how many bytes that is, 0 when out of memory.
 * Its own bytes are the last. */
size_t mvt_encode_text(const char *text, struct bytes *out);
void mvt_tag_value(struct mvt_writer *writer, size_t key, uint32_t value);

/* The same geometry in many tiles: mvt_encode_line() appends what mvt_line() would write as the
 * first of a feature, and mvt_whole_feature() writes a feature of that geometry in one go, its tags
 * by the keys 0 .. n - 1: values[key], 0: no tag. The geometry is read up to BLOCK_SLACK bytes
 * beyond its end. */
bool mvt_encode_line(const struct mvt_point *points, size_t n, struct bytes *geometry);
void mvt_whole_feature(struct mvt_writer *writer, enum mvt_geometry type, const uint8_t *geometry,
                       size_t length, const uint32_t *values, size_t n);

/* Ends the feature: written if it has geometry, else dropped. True when written. */
bool mvt_feature_end(struct mvt_writer *writer);

/* Appends the layer to out, if it has a feature. ATLAS_NO_MEMORY. */
enum atlas_status mvt_layer_end(struct mvt_writer *writer, struct bytes *out) ATLAS_MUST_CHECK;

#endif
