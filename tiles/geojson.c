#include "tiles/geojson.h"

#include "geo/geodesic.h"
#include "tiles/answer.h"
#include "tiles/bitset.h"

#include <math.h>
#include <string.h>

/* How far a drawn line may lie from the great circle: half a pixel of 512-pixel tiles at zoom 6. */
static const double tolerance_world = 0.5 / 512 / 64;

enum { DECIMALS = 6 };

enum atlas_status geojson_begin(struct geojson *geojson, const struct selection *selection,
                                enum feature_kind kind, const char *filter, const char *base_url,
                                bool english)
{
    *geojson = (struct geojson){.selection = selection,
                                .kind = kind,
                                .filter = filter,
                                .base_url = base_url,
                                .english = english};
    if (kind != FEATURE_TERRITORIES) return ATLAS_OK;
    return group_territories(selection, &geojson->territories);
}

void geojson_close(struct geojson *geojson)
{
    if (!geojson) return;
    feature_close(&geojson->feature);
    groups_close(&geojson->territories);
    bytes_close(&geojson->text);
}

static void write_head(struct geojson *geojson)
{
    struct json *json = &geojson->json;
    struct answer_totals totals =
        answer_totals(geojson->selection, geojson->kind, &geojson->territories);
    json_object_begin(json);
    json_key_text(json, "type", "FeatureCollection");
    json_key_integer(json, "total", (int64_t)totals.total);
    json_key_integer(json, "placed", (int64_t)totals.placed);
    json_key_integer(json, "undated_left_out", (int64_t)totals.undated_left_out);
    json_key_text(json, "filter", geojson->filter);
    answer_edition(json, geojson->selection->edition);
    json_key(json, "features");
    json_array_begin(json);
}

static void write_position(struct json *json, double lon_deg, double lat_deg)
{
    json_array_begin(json);
    json_number(json, lon_deg, DECIMALS);
    json_number(json, lat_deg, DECIMALS);
    json_array_end(json);
}

/* Writes the parts of one link's great circle into an open MultiLineString. */
static enum atlas_status write_arc(struct json *json, const struct edition *edition, uint32_t link)
{
    const struct edition_territory *from = &edition->territories[edition->links[link].french];
    const struct edition_territory *to = &edition->territories[edition->links[link].foreign];
    struct arc arc = {0};
    enum atlas_status status =
        arc_trace((struct lon_lat){from->lon_deg, from->lat_deg},
                  (struct lon_lat){to->lon_deg, to->lat_deg}, tolerance_world, &arc);
    if (status) return status;
    for (size_t part = 0; part < arc.n_parts; part++) {
        size_t end = part + 1 < arc.n_parts ? arc.part_starts[part + 1] : arc.n_points;
        json_array_begin(json);
        for (size_t i = arc.part_starts[part]; i < end; i++)
            write_position(json, arc.points[i].lon_deg, arc.points[i].lat_deg);
        json_array_end(json);
    }
    arc_close(&arc);
    return ATLAS_OK;
}

/* The geometry of some links; null where none of them is drawn. */
static enum atlas_status write_lines(struct geojson *geojson, const uint32_t *links, size_t n)
{
    const struct edition *edition = geojson->selection->edition;
    struct json *json = &geojson->json;
    enum atlas_status status = ATLAS_OK;
    bool drawn = false;
    json_key(json, "geometry");
    for (size_t i = 0; status == ATLAS_OK && i < n; i++) {
        if (!edition->links[links[i]].drawn || !selection_has_link(geojson->selection, links[i]))
            continue;
        if (!drawn) {
            json_object_begin(json);
            json_key_text(json, "type", "MultiLineString");
            json_key(json, "coordinates");
            json_array_begin(json);
        }
        drawn = true;
        status = write_arc(json, edition, links[i]);
    }
    if (!drawn) {
        json_none(json);
    } else {
        json_array_end(json);
        json_object_end(json);
    }
    return status;
}

static void write_text(struct geojson *geojson, const char *key, enum side side,
                       enum feature_text which)
{
    bytes_clear(&geojson->text);
    bool known = feature_text(&geojson->feature, side, which, &geojson->text);
    if (geojson->text.failed) geojson->json.out->failed = true;
    known = known && !geojson->text.failed;
    json_key_text(&geojson->json, key, known ? (const char *)geojson->text.data : NULL);
}

static void write_properties(struct geojson *geojson)
{
    const struct edition *edition = geojson->selection->edition;
    const struct edition_partnership *p = &edition->partnerships[geojson->feature.partnership];
    struct json *json = &geojson->json;
    json_key(json, "properties");
    json_object_begin(json);
    json_key_integer(json, "id", (int64_t)geojson->feature.id);
    json_key_integer(json, "partnership", (int64_t)p->id);
    json_key_text(json, "title", p->title);
    write_text(geojson, "french_code", SIDE_FRENCH, FEATURE_CODE);
    write_text(geojson, "french_name", SIDE_FRENCH, FEATURE_NAME);
    write_text(geojson, "foreign_code", SIDE_FOREIGN, FEATURE_CODE);
    write_text(geojson, "foreign_name", SIDE_FOREIGN, FEATURE_NAME);
    write_text(geojson, "country", SIDE_FOREIGN, FEATURE_COUNTRY);
    answer_themes(json, edition, p);
    json_key_text(json, "kind", p->kind);
    json_key_text(json, "status", p->status);
    answer_year(json, "year_start", p->year_start);
    answer_year(json, "year_end", p->year_end);
    answer_marker(json, p->gender_marker);
    write_text(geojson, "french_precision", SIDE_FRENCH, FEATURE_PRECISION);
    write_text(geojson, "foreign_precision", SIDE_FOREIGN, FEATURE_PRECISION);
    bytes_clear(&geojson->text);
    feature_partnership_url(p, geojson->base_url, geojson->english, &geojson->text);
    answer_key_bytes(json, "url", &geojson->text);
    json_object_end(json);
}

static void begin_feature(struct geojson *geojson)
{
    bytes_append_byte(geojson->json.out, '\n'); /* one feature a line: kind to readers and diffs */
    json_object_begin(&geojson->json);
    json_key_text(&geojson->json, "type", "Feature");
}

static enum atlas_status write_partnership(struct geojson *geojson, uint32_t partnership)
{
    const struct edition *edition = geojson->selection->edition;
    const struct edition_partnership *p = &edition->partnerships[partnership];
    enum atlas_status status = feature_of_partnership(geojson->selection, partnership,
                                                      geojson->english, &geojson->feature);
    if (status) return status;
    begin_feature(geojson);
    json_key_integer(&geojson->json, "id", (int64_t)p->id);
    status = write_lines(geojson, edition->links_of + p->first_link, p->n_links);
    write_properties(geojson);
    json_object_end(&geojson->json);
    return status;
}

static enum atlas_status write_link(struct geojson *geojson, uint32_t link)
{
    enum atlas_status status =
        feature_of_link(geojson->selection->edition, link, geojson->english, &geojson->feature);
    if (status) return status;
    begin_feature(geojson);
    json_key_integer(&geojson->json, "id", (int64_t)geojson->feature.id);
    status = write_lines(geojson, &link, 1);
    write_properties(geojson);
    json_object_end(&geojson->json);
    return status;
}

static void write_territory_properties(struct geojson *geojson, const struct group *row)
{
    const struct edition *edition = geojson->selection->edition;
    const struct edition_territory *t = &edition->territories[row->key[0]];
    struct json *json = &geojson->json;
    json_key(json, "properties");
    json_object_begin(json);
    json_key_text(json, "code", t->code);
    json_key_text(json, "name", geojson->english ? t->name_en : t->name_fr);
    json_key_text(json, "side", t->side == SIDE_FRENCH ? "french" : "foreign");
    json_key_text(json, "kind", territory_kind_text((enum territory_kind)t->kind));
    json_key_text(json, "generic", t->generic);
    json_key_text(json, "country", *t->country_iso ? t->country_iso : NULL);
    json_key_text(json, "parent",
                  t->parent == EDITION_NONE ? NULL : edition->territories[t->parent].code);
    json_key_text(json, "precision", precision_text((enum precision)t->precision));
    json_key(json, "radius_km");
    json_number(json, t->radius_km, 1);
    json_key(json, "population");
    if (t->population < 0)
        json_none(json);
    else
        json_int(json, t->population);
    json_key_integer(json, "n", (int64_t)row->totals.n);
    json_key_integer(json, "partnerships", (int64_t)row->totals.partnerships);
    bytes_clear(&geojson->text);
    feature_territory_url(t, geojson->base_url, geojson->english, &geojson->text);
    answer_key_bytes(json, "url", &geojson->text);
    json_object_end(json);
}

static void write_territory(struct geojson *geojson, const struct group *row)
{
    const struct edition_territory *t = &geojson->selection->edition->territories[row->key[0]];
    struct json *json = &geojson->json;
    begin_feature(geojson);
    json_key_text(json, "id", t->code);
    json_key(json, "geometry");
    if (isnan(t->lon_deg)) {
        json_none(json);
    } else {
        json_object_begin(json);
        json_key_text(json, "type", "Point");
        json_key(json, "coordinates");
        write_position(json, t->lon_deg, t->lat_deg);
        json_object_end(json);
    }
    write_territory_properties(geojson, row);
    json_object_end(json);
}

/* The next link at or behind where the writing stands, by partnership and id. */
static bool find_link(struct geojson *geojson, uint32_t *found)
{
    const struct edition *edition = geojson->selection->edition;
    for (; geojson->link < edition->n_links; geojson->link++) {
        *found = edition->links_of[geojson->link];
        if (!selection_has_link(geojson->selection, *found)) continue;
        geojson->link++;
        return true;
    }
    return false;
}

/* Writes one feature; *wrote is false when none is left. */
static enum atlas_status write_one(struct geojson *geojson, bool *wrote)
{
    const struct selection *selection = geojson->selection;
    size_t n = selection->edition->n_partnerships;
    uint32_t link;
    *wrote = true;
    switch (geojson->kind) {
    case FEATURE_LINKS:
        if (find_link(geojson, &link)) return write_link(geojson, link);
        break;
    case FEATURE_PARTNERSHIPS:
        geojson->partnership = bitset_next(selection->partnerships, geojson->partnership, n);
        if (geojson->partnership == n) break;
        return write_partnership(geojson, (uint32_t)geojson->partnership++);
    case FEATURE_TERRITORIES:
        if (geojson->row == geojson->territories.n) break;
        write_territory(geojson, &geojson->territories.groups[geojson->row++]);
        return ATLAS_OK;
    }
    *wrote = false;
    return ATLAS_OK;
}

enum atlas_status geojson_next(struct geojson *geojson, size_t block, struct bytes *out, bool *more)
{
    size_t before = out->length;
    enum atlas_status status = ATLAS_OK;
    bool wrote = true;
    if (!geojson->begun) {
        json_init(&geojson->json, out);
        write_head(geojson);
        geojson->begun = true;
    }
    geojson->json.out = out;
    while (status == ATLAS_OK && wrote && !geojson->ended && out->length - before < block)
        status = write_one(geojson, &wrote);
    if (status) return status;
    if (!wrote && !geojson->ended) {
        json_array_end(&geojson->json);
        json_object_end(&geojson->json);
        bytes_append_byte(out, '\n');
        geojson->ended = true;
    }
    *more = !geojson->ended;
    return bytes_status(out);
}
