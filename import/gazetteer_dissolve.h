/* Joins polygons that belong together and simplifies all outlines so that neighbours still meet.
 *
 * Edges that two polygons of one group share fall away. What is left is cut where three or more
 * lines meet; each piece is simplified by itself and the same way from both sides, so that two
 * neighbours keep one common line. That needs sources whose neighbours share their vertices, as
 * Natural Earth's and TopoJSON's do; where they do not, both lines simply stay.
 */
#ifndef IMPORT_GAZETTEER_DISSOLVE_H
#define IMPORT_GAZETTEER_DISSOLVE_H

#include "geo/status.h"
#include "import/gazetteer_outline.h"

#include <stddef.h>
#include <stdint.h>

#define DISSOLVE_LEAVE_OUT UINT32_MAX /* a group: this outline takes no part */

/* outlines[i] (of n) belongs to groups[i], below n_groups. Writes the outline of each group into
 * results[0 .. n_groups), which the caller has zeroed and closes, also after a failure.
 * tolerance_deg: how far a line may move, in degrees of longitude as a Mercator map shows them; 0
 * keeps every vertex. Islands and holes smaller than a square of that side fall away, except a
 * group's largest. Coordinates are rounded to 1e-6 degrees. ATLAS_NO_MEMORY. */
enum atlas_status outline_dissolve(const struct outline *const *outlines, const uint32_t *groups,
                                   size_t n, double tolerance_deg, struct outline *results,
                                   size_t n_groups, struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
