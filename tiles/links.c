/* The tileset `links`: each drawn link an arc of its own. A tile shows at most LINKS_MAX of them,
 * and no more than it has room for: those of the smallest ids, and says so. */
#include "tiles/tile_build.h"

#include "geo/array.h"
#include "tiles/bitset.h"
#include "tiles/flow_choice.h"

#include <stdlib.h>

enum { LINKS_MAX = 4400 }; /* so many are some 480 KB at gzip 1, most often */

enum {
    LINK_ID,
    LINK_PARTNERSHIP,
    LINK_TITLE,
    LINK_FRENCH_CODE,
    LINK_FRENCH_NAME,
    LINK_FOREIGN_CODE,
    LINK_FOREIGN_NAME,
    LINK_COUNTRY,
    LINK_THEMES,
    LINK_KIND,
    LINK_STATUS,
    LINK_YEAR_START,
    LINK_YEAR_END,
    LINK_GENDER_MARKER,
    LINK_FRENCH_PRECISION,
    LINK_FOREIGN_PRECISION,
    LINK_URL
};

static const struct tileset_field link_fields[] = {
    [LINK_ID] = {"id", "Number"},
    [LINK_PARTNERSHIP] = {"partnership", "Number"},
    [LINK_TITLE] = {"title", "String"},
    [LINK_FRENCH_CODE] = {"french_code", "String"},
    [LINK_FRENCH_NAME] = {"french_name", "String"},
    [LINK_FOREIGN_CODE] = {"foreign_code", "String"},
    [LINK_FOREIGN_NAME] = {"foreign_name", "String"},
    [LINK_COUNTRY] = {"country", "String"},
    [LINK_THEMES] = {"themes", "String"},
    [LINK_KIND] = {"kind", "String"},
    [LINK_STATUS] = {"status", "String"},
    [LINK_YEAR_START] = {"year_start", "Number"},
    [LINK_YEAR_END] = {"year_end", "Number"},
    [LINK_GENDER_MARKER] = {"gender_marker", "Number"},
    [LINK_FRENCH_PRECISION] = {"french_precision", "String"},
    [LINK_FOREIGN_PRECISION] = {"foreign_precision", "String"},
    [LINK_URL] = {"url", "String"},
    {NULL, NULL},
};

static const struct tileset_field count_fields[] = {
    {"shown", "Number"}, {"total", "Number"}, {NULL, NULL}};

const struct tileset_layer links_layers[2] = {
    {"links", "Liens entre une collectivité française et son partenaire",
     "Links between a French authority and its partner", link_fields},
    {"links_meta", "Combien de liens la tuile montre, sur combien",
     "How many links the tile shows, of how many", count_fields},
};

/* A link to show. */
struct hit {
    uint32_t rank;  /* in the order of ids */
    uint32_t group; /* of the flow set: its arc */
};

struct hits {
    struct hit *hits;
    size_t n, room, total;
};

static bool add_hit(struct hits *hits, struct hit hit)
{
    if (!ARRAY_RESERVE(hits->hits, hits->n + 1, &hits->room)) return false;
    hits->hits[hits->n++] = hit;
    return true;
}

static int compare_hits(const void *a, const void *b)
{
    const struct hit *left = a, *right = b;
    return (left->rank > right->rank) - (left->rank < right->rank);
}

/* Keeps the first `most` in the order of ids, sorted; hits->total says how many there were. */
static enum atlas_status keep_first(struct hits *hits, size_t most, size_t n_links)
{
    size_t n = 0;
    hits->total = hits->n;
    if (hits->n > most) {
        uint64_t *ranks = calloc(bitset_words(n_links), sizeof *ranks);
        if (!ranks) return ATLAS_NO_MEMORY;
        for (size_t i = 0; i < hits->n; i++)
            bitset_add(ranks, hits->hits[i].rank);
        size_t rank = 0;
        for (size_t i = 0; i < most; i++)
            rank = bitset_next(ranks, rank, n_links) + 1;
        free(ranks);
        for (size_t i = 0; i < hits->n; i++)
            if (hits->hits[i].rank < rank) hits->hits[n++] = hits->hits[i];
        hits->n = n;
    }
    if (hits->n) qsort(hits->hits, hits->n, sizeof *hits->hits, compare_hits);
    return ATLAS_OK;
}

/* Adds the chosen and drawable links of a group. */
static bool add_links_of(const struct tile_build *build, const struct link_table *table,
                         uint32_t group, const uint32_t *rank, struct hits *hits)
{
    const uint64_t *chosen = build->selection->links;
    for (uint32_t r = table->groups[group].first_run; r < table->groups[group + 1].first_run; r++)
        for (uint32_t link = table->runs[r].first; link < table->runs[r].end; link++)
            if (bitset_has(chosen, link) && build->edition->links[link].drawn &&
                !add_hit(hits, (struct hit){rank[link], group}))
                return false;
    return true;
}

static enum atlas_status crosses_tile(struct tile_build *build, const struct arcs *arcs,
                                      uint32_t flow, bool *crosses)
{
    clip_clear(&build->clipped);
    enum atlas_status status =
        arcs_clip(arcs, flow, &build->view, &build->scratch, &build->clipped);
    *crosses = build->clipped.n_runs > 0;
    return status;
}

static enum atlas_status find_hits(struct tile_build *build, const struct flow_set *flows,
                                   const struct arcs *arcs, const struct link_order *order,
                                   struct hits *hits)
{
    struct flow_choice all = {.flows = flows, .selection = build->selection};
    struct flow_list near;
    enum atlas_status status = flow_choice_near(&all, arcs, &build->view, &near);
    if (status) return status;
    for (size_t i = 0; i < near.n && status == ATLAS_OK; i++) {
        uint32_t flow = near.flows[i].flow;
        bool crosses = arcs_end_in(arcs, flow, &build->view);
        if (!crosses) status = crosses_tile(build, arcs, flow, &crosses);
        if (status == ATLAS_OK && crosses &&
            !add_links_of(build, &flows->table, flow, order->rank, hits))
            status = ATLAS_NO_MEMORY;
    }
    flow_list_close(&near);
    if (status) return status;
    size_t most = build->most < LINKS_MAX ? build->most : LINKS_MAX;
    status = keep_first(hits, most, build->edition->n_links);
    build->shown = hits->n;
    return status;
}

/* The codes of a partnership's themes, joined by ';'; NULL without any. */
static const char *themes_of(struct tile_build *build, const struct edition_partnership *p)
{
    if (p->n_themes == 0) return NULL;
    bytes_clear(&build->text);
    for (uint32_t i = 0; i < p->n_themes; i++) {
        uint32_t theme = build->edition->partnership_themes[p->first_theme + i];
        if (i) bytes_append_byte(&build->text, ';');
        bytes_append_text(&build->text, build->edition->themes[theme].code);
    }
    bytes_append_byte(&build->text, '\0');
    return build->text.failed ? NULL : (const char *)build->text.data;
}

static void tag_ends(struct tile_build *build, const struct edition_link *link)
{
    struct mvt_writer *writer = &build->writer;
    const struct edition_territory *french = &build->edition->territories[link->french];
    const struct edition_territory *foreign = &build->edition->territories[link->foreign];
    mvt_tag_text(writer, LINK_FRENCH_CODE, french->code);
    mvt_tag_text(writer, LINK_FRENCH_NAME, tile_name_of(build, link->french));
    mvt_tag_text(writer, LINK_FOREIGN_CODE, foreign->code);
    mvt_tag_text(writer, LINK_FOREIGN_NAME, tile_name_of(build, link->foreign));
    mvt_tag_text(writer, LINK_COUNTRY, foreign->country_iso[0] ? foreign->country_iso : NULL);
    mvt_tag_text(writer, LINK_FRENCH_PRECISION,
                 precision_text((enum precision)link->french_precision));
    mvt_tag_text(writer, LINK_FOREIGN_PRECISION,
                 precision_text((enum precision)link->foreign_precision));
}

static enum atlas_status tag_link(struct tile_build *build, const struct edition_link *link)
{
    struct mvt_writer *writer = &build->writer;
    const struct edition_partnership *p = &build->edition->partnerships[link->partnership];
    mvt_tag_uint(writer, LINK_ID, link->id);
    mvt_tag_uint(writer, LINK_PARTNERSHIP, p->id);
    mvt_tag_text(writer, LINK_TITLE, p->title);
    tag_ends(build, link);
    mvt_tag_text(writer, LINK_THEMES, themes_of(build, p));
    mvt_tag_text(writer, LINK_KIND, p->kind);
    mvt_tag_text(writer, LINK_STATUS, p->status);
    if (p->year_start != EDITION_NO_YEAR) mvt_tag_sint(writer, LINK_YEAR_START, p->year_start);
    if (p->year_end != EDITION_NO_YEAR) mvt_tag_sint(writer, LINK_YEAR_END, p->year_end);
    if (p->gender_marker != EDITION_NO_MARKER)
        mvt_tag_uint(writer, LINK_GENDER_MARKER, p->gender_marker);
    /* Without the slug, which is decoration and would be a sixth of the tile. */
    bytes_clear(&build->text);
    bytes_append_format(&build->text, "%s/partenariat/%llu", build->display.english ? "/en" : "",
                        (unsigned long long)p->id);
    if (build->text.failed) return ATLAS_NO_MEMORY;
    mvt_tag_text(writer, LINK_URL, (const char *)build->text.data);
    return ATLAS_OK;
}

static enum atlas_status write_link(struct tile_build *build, const struct edition_link *link)
{
    struct mvt_writer *writer = &build->writer;
    mvt_feature_begin(writer, MVT_LINE);
    mvt_feature_id(writer, link->id);
    for (size_t r = 0; r < build->clipped.n_runs; r++) {
        const struct clip_run *run = &build->clipped.runs[r];
        mvt_line(writer, build->clipped.points + run->start, run->end - run->start);
    }
    enum atlas_status status = build->display.bare ? ATLAS_OK : tag_link(build, link);
    mvt_feature_end(writer);
    return status;
}

static enum atlas_status write_hits(struct tile_build *build, const struct arcs *arcs,
                                    const struct link_order *order, const struct hits *hits)
{
    if (hits->n == 0) return ATLAS_OK;
    tile_layer_begin(build, &links_layers[0]);
    for (size_t i = 0; i < hits->n; i++) {
        clip_clear(&build->clipped);
        enum atlas_status status =
            arcs_clip(arcs, hits->hits[i].group, &build->view, &build->scratch, &build->clipped);
        if (status) return status;
        status = write_link(build, &build->edition->links[order->by_id[hits->hits[i].rank]]);
        if (status) return status;
    }
    build->counts = (struct tile_counts){hits->n < hits->total, hits->n, hits->total};
    enum atlas_status status = mvt_layer_end(&build->writer, build->out);
    return status ? status : tile_write_counts(build, &links_layers[1], hits->n, hits->total);
}

enum atlas_status links_tile(struct tile_build *build)
{
    const struct flow_set *flows;
    const struct arcs *arcs;
    const struct link_order *order;
    enum atlas_status status =
        prepared_flows(build->edition, FRENCH_COMMUNE, FOREIGN_PLACE, &build->hold, &flows);
    if (status == ATLAS_OK)
        status = prepared_arcs(build->edition, FRENCH_COMMUNE, FOREIGN_PLACE, &build->hold, &arcs);
    if (status == ATLAS_OK) status = prepared_order(build->edition, &build->hold, &order);
    if (status) return status;
    struct hits hits = {0};
    status = find_hits(build, flows, arcs, order, &hits);
    if (status == ATLAS_OK) status = write_hits(build, arcs, order, &hits);
    free(hits.hits);
    return status;
}
