/* Which flows of a map are shown: all that have a chosen link, or the heaviest only. The choice
 * looks at the whole map, not at one tile, so that all tiles of a zoom agree and no line breaks off
 * at their borders. */
#ifndef TILES_FLOW_CHOICE_H
#define TILES_FLOW_CHOICE_H

#include "tiles/link_table.h"
#include "tiles/tileset.h"

/* More flows than this are not put on one map unless `top` asks for them: a tile that held them all
 * would be about 500 KB. */
#define FLOWS_MAX 16000

struct flow_choice {
    const struct link_table *flows;
    const uint64_t *links; /* those chosen by the selection */
    uint64_t *shown_flows; /* owned; a set of groups; NULL: all with a chosen link */
    uint64_t shown_links;  /* in them; only when shown_flows is there */
};

/* Makes the choice for a display's top and min. Free with flow_choice_close(). */
enum atlas_status flow_choice_make(const struct link_table *flows,
                                   const struct selection *selection,
                                   const struct tile_display *display,
                                   struct flow_choice *choice) ATLAS_MUST_CHECK;
void flow_choice_close(struct flow_choice *choice);

/* True when a flow has a chosen link and is not held back. */
bool flow_choice_shows(const struct flow_choice *choice, uint32_t flow);

/* The n of the lightest of the `top` heaviest flows that are shown; 0 when there are no more. */
enum atlas_status flow_choice_weight(const struct flow_choice *choice, size_t top,
                                     size_t *n) ATLAS_MUST_CHECK;

#endif
