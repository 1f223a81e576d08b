/* Rings that cross the antimeridian, cut so that nothing does. */
#ifndef IMPORT_GAZETTEER_ANTIMERIDIAN_H
#define IMPORT_GAZETTEER_ANTIMERIDIAN_H

#include "import/gazetteer_outline.h"

#include <stdbool.h>
#include <stddef.h>

/* Like outline_add_ring(), for a ring whose neighbours may lie on both sides of the antimeridian
 * (a step of more than 180 degrees of longitude is one across it): its pieces are added, each on
 * its own side. A ring around a pole is closed along the antimeridian and the pole. Pieces of one
 * part may come in any order: outline_dissolve() puts them right. False without memory. */
bool outline_add_ring_cut(struct outline *outline, const struct outline_point *points, size_t n,
                          size_t part, bool hole);

#endif
