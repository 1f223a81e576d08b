/* The territories at the ends of a set of flows with their codes and names as the values of a
 * vector tile, near each other in memory: a tile copies those of its flows and looks nothing up. */
#ifndef TILES_FLOW_ENDS_H
#define TILES_FLOW_ENDS_H

#include "tiles/edition.h"
#include "tiles/link_table.h"
#include "tiles/mvt.h"

struct flow_end {
    uint32_t start;                  /* in texts: code, French name, English name, encoded */
    uint32_t code, name_fr, name_en; /* bytes of each */
    uint32_t code_text;              /* of the code's, those that are its text, the last */
    uint32_t as_fr, as_en;           /* the first end that has the same name */
};

struct flow_ends {
    struct flow_end *ends;
    uint32_t (*of)[2]; /* per flow: its ends, French and foreign */
    struct bytes texts;
    size_t n;
};

/* The ends of all flows of a table, whose keys are territories. Free with flow_ends_close().
 * ATLAS_NO_MEMORY. */
enum atlas_status flow_ends_make(const struct edition *edition, const struct link_table *flows,
                                 struct flow_ends *ends) ATLAS_MUST_CHECK;
void flow_ends_close(struct flow_ends *ends); /* {0} and NULL are harmless */

/* Which ends are among the values of the layer at hand. Zeroed before first use, kept from tile to
 * tile; free with end_values_close(). */
struct end_values {
    struct end_value {
        uint32_t layer;      /* the one it was used in */
        uint32_t code, name; /* as mvt_tag_value() takes them; 0: not entered */
    } * values;
    size_t room;
    uint32_t layer;
};
void end_values_close(struct end_values *values);

/* Begins a layer; false when out of memory. */
bool end_values_begin(const struct flow_ends *ends, struct end_values *values);

/* What mvt_tag_value() takes; the value is entered when it is first asked for. */
uint32_t end_values_code(const struct flow_ends *ends, uint32_t end, struct end_values *values,
                         struct mvt_writer *writer);
uint32_t end_values_name(const struct flow_ends *ends, uint32_t end, bool english,
                         struct end_values *values, struct mvt_writer *writer);

/* The id of a flow, "reg:84>country:ML", which is to be entered once in a layer. */
uint32_t flow_ends_enter_id(const struct flow_ends *ends, uint32_t flow, struct mvt_writer *writer);

#endif
