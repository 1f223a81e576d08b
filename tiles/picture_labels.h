/* Names on a picture: taken from the base map's layer `labels`, set where they do not cover each
 * other, the larger places first. */
#ifndef TILES_PICTURE_LABELS_H
#define TILES_PICTURE_LABELS_H

#include "geo/status.h"

#include <cairo.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct labels;

enum atlas_status labels_new(double width_px, double height_px,
                             struct labels **labels) ATLAS_MUST_CHECK;
void labels_free(struct labels *labels); /* NULL is harmless */

/* Adds the labels of an uncompressed tile drawn at x_px, y_px and tile_px wide. */
enum atlas_status labels_take(struct labels *labels, const uint8_t *tile, size_t length,
                              double x_px, double y_px, double tile_px) ATLAS_MUST_CHECK;

/* Keeps names away from a rectangle. */
enum atlas_status labels_keep_clear(struct labels *labels, double left, double top, double width,
                                    double height) ATLAS_MUST_CHECK;

/* Draws as many as find room, each raise_px above its point: 0, or more where dots stand there. */
void labels_draw(struct labels *labels, cairo_t *context, bool dark, double raise_px);

#endif
