/* Which flows of a map are shown: all that have a chosen link, or the heaviest only. The choice
 * looks at the whole map, not at one tile, so that all tiles of a zoom agree and no line breaks off
 * at their borders. */
#ifndef TILES_FLOW_CHOICE_H
#define TILES_FLOW_CHOICE_H

#include "tiles/prepared.h"
#include "tiles/tileset.h"

/* More flows than this are not put on one map of zooms 0 to 8: a tile that held them all would be
 * about 500 KB. From zoom 9 it is twice as many with each zoom, for a tile holds ever fewer. A map
 * that has more shows the heaviest half as many, unless `top` asks for up to all of them: its
 * densest tiles are then half as heavy, and more to the eye. */
#define FLOWS_MAX 14000
size_t flow_choice_most(unsigned zoom);

/* A flow, and how many links of a selection it has. */
struct weighed_flow {
    uint32_t flow, n; /* n > 0 */
};

struct flow_list {
    struct weighed_flow *flows; /* owned; each once */
    size_t n, room;
};

/* Lists the flows that have a chosen link, in the time that their links take, however many other
 * flows there are. Free with flow_list_close(). */
enum atlas_status flow_list_make(const struct flow_set *flows, const struct selection *selection,
                                 struct flow_list *list) ATLAS_MUST_CHECK;
/* {0} is harmless. */
void flow_list_close(struct flow_list *list);

struct flow_choice {
    const struct flow_set *flows;
    const struct selection *selection;
    bool listed;           /* false: all with a chosen link, and the list is empty */
    struct flow_list list; /* those shown */
    uint64_t shown_links;  /* in them, when listed */
    bool held_back;        /* some that have a chosen link are not shown */
};

/* Makes the choice for a display's top and min on a map of a zoom; most: show no more than so many,
 * whatever is asked. What is given is borrowed. Free with
 * flow_choice_close(). */
enum atlas_status flow_choice_make(const struct flow_set *flows, const struct selection *selection,
                                   const struct tile_display *display, unsigned zoom, size_t most,
                                   struct flow_choice *choice) ATLAS_MUST_CHECK;
/* How many flows it shows, or a little more. */
size_t flow_choice_size(const struct flow_choice *choice);
void flow_choice_close(struct flow_choice *choice);

/* Lists the flows of the choice that may cross a tile, each once, in the time that the fewest take:
 * those of the choice, the chosen links, or what lies near. arcs: of the same flows. Free with
 * flow_list_close(). */
enum atlas_status flow_choice_near(const struct flow_choice *choice, const struct arcs *arcs,
                                   const struct tile_view *view,
                                   struct flow_list *list) ATLAS_MUST_CHECK;

/* The flows of the choice, each once, ascending, if listing them takes less than looking at n flows
 * one by one: *shown is the choice's own list or few, which is made then; else *shown is NULL. Free
 * few with flow_list_close(). */
enum atlas_status flow_choice_list(const struct flow_choice *choice, size_t n,
                                   struct flow_list *few,
                                   const struct flow_list **shown) ATLAS_MUST_CHECK;

/* The n of the lightest of the `top` heaviest flows that are shown; 0 when there are no more. */
enum atlas_status flow_choice_weight(const struct flow_choice *choice, size_t top,
                                     size_t *n) ATLAS_MUST_CHECK;

#endif
