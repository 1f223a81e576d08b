#include "tiles/feature.h"

#include "geo/array.h"
#include "geo/name.h"
#include "geo/territory.h"

#include <stdlib.h>
#include <string.h>

void feature_close(struct feature *feature)
{
    if (!feature) return;
    free(feature->ends[0]);
    free(feature->ends[1]);
    *feature = (struct feature){0};
}

static struct feature_end *add_end(struct feature *feature, enum side side)
{
    if (!ARRAY_RESERVE(feature->ends[side], feature->n_ends[side] + 1, &feature->capacity[side]))
        return NULL;
    return &feature->ends[side][feature->n_ends[side]++];
}

static enum atlas_status add_territory(struct feature *feature, enum side side, uint32_t territory,
                                       uint8_t precision, bool english)
{
    const struct edition_territory *t = &feature->edition->territories[territory];
    for (size_t i = 0; i < feature->n_ends[side]; i++)
        if (feature->ends[side][i].territory == territory) return ATLAS_OK;
    struct feature_end *end = add_end(feature, side);
    if (!end) return ATLAS_NO_MEMORY;
    *end = (struct feature_end){territory, t->country, t->code, english ? t->name_en : t->name_fr,
                                precision};
    return ATLAS_OK;
}

static void restart(struct feature *feature, const struct edition *edition, uint64_t id,
                    uint32_t partnership)
{
    feature->edition = edition;
    feature->id = id;
    feature->partnership = partnership;
    feature->n_ends[0] = feature->n_ends[1] = 0;
}

static enum atlas_status add_link_ends(struct feature *feature, uint32_t position, bool english)
{
    const struct edition_link *link = &feature->edition->links[position];
    enum atlas_status status =
        add_territory(feature, SIDE_FRENCH, link->french, link->french_precision, english);
    if (status) return status;
    return add_territory(feature, SIDE_FOREIGN, link->foreign, link->foreign_precision, english);
}

enum atlas_status feature_of_link(const struct edition *edition, uint32_t link, bool english,
                                  struct feature *feature)
{
    restart(feature, edition, edition->links[link].id, edition->links[link].partnership);
    return add_link_ends(feature, link, english);
}

static enum atlas_status add_party(struct feature *feature, const struct edition_party *party,
                                   uint8_t published_precision, bool english)
{
    enum side side = (enum side)party->side;
    if (party->territory != EDITION_NONE) {
        uint8_t precision = feature->edition->territories[party->territory].precision;
        if (side == SIDE_FOREIGN && precision < published_precision)
            precision = published_precision;
        return add_territory(feature, side, party->territory, precision, english);
    }
    struct feature_end *end = add_end(feature, side);
    if (!end) return ATLAS_NO_MEMORY;
    *end = (struct feature_end){EDITION_NONE, party->country, NULL,
                                *party->as_written ? party->as_written : NULL, PRECISION_NONE};
    return ATLAS_OK;
}

/* The chosen parties of a side as ends: those that lead or take part, or else all. */
static enum atlas_status add_parties(const struct selection *selection, struct feature *feature,
                                     enum side side, bool english)
{
    const struct edition *edition = selection->edition;
    const struct edition_partnership *p = &edition->partnerships[feature->partnership];
    for (int all = 0; all < 2 && feature->n_ends[side] == 0; all++)
        for (size_t i = p->first_party; i < p->first_party + p->n_parties; i++) {
            const struct edition_party *party = &edition->parties[i];
            if (party->side != side || (!all && !party->takes_part)) continue;
            if (!selection_has_party(selection, i)) continue;
            enum atlas_status status = add_party(feature, party, p->published_precision, english);
            if (status) return status;
        }
    return ATLAS_OK;
}

enum atlas_status feature_of_partnership(const struct selection *selection, uint32_t partnership,
                                         bool english, struct feature *feature)
{
    const struct edition *edition = selection->edition;
    const struct edition_partnership *p = &edition->partnerships[partnership];
    restart(feature, edition, p->id, partnership);
    enum atlas_status status = ATLAS_OK;
    for (size_t l = 0; status == ATLAS_OK && l < p->n_links; l++) {
        uint32_t link = edition->links_of[p->first_link + l];
        if (selection_has_link(selection, link)) status = add_link_ends(feature, link, english);
    }
    for (int side = 0; status == ATLAS_OK && side < 2; side++)
        status = add_parties(selection, feature, (enum side)side, english);
    return status;
}

static const char *end_text(const struct feature *feature, const struct feature_end *end,
                            enum feature_text which)
{
    switch (which) {
    case FEATURE_CODE:
        return end->code;
    case FEATURE_NAME:
        return end->name;
    case FEATURE_COUNTRY:
        return end->country == EDITION_NONE
                   ? NULL
                   : feature->edition->territories[end->country].country_iso;
    case FEATURE_PRECISION:
        return precision_text((enum precision)end->precision);
    }
    return NULL;
}

/* A country that an earlier end has already named. */
static bool repeats(const struct feature *feature, enum side side, size_t at,
                    enum feature_text which)
{
    if (which != FEATURE_COUNTRY) return false;
    for (size_t i = 0; i < at; i++)
        if (feature->ends[side][i].country == feature->ends[side][at].country) return true;
    return false;
}

bool feature_text(const struct feature *feature, enum side side, enum feature_text which,
                  struct bytes *out)
{
    size_t before = out->length;
    for (size_t i = 0; i < feature->n_ends[side]; i++) {
        const char *text = end_text(feature, &feature->ends[side][i], which);
        if (!text || repeats(feature, side, i, which)) continue;
        if (out->length > before) bytes_append_byte(out, ';');
        bytes_append_text(out, text);
    }
    if (out->length == before) return false;
    bytes_append_byte(out, '\0');
    return true;
}

void feature_partnership_url(const struct edition_partnership *partnership, const char *base_url,
                             bool english, struct bytes *out)
{
    bytes_append_format(out, "%s%s/partenariat/%llu", base_url, english ? "/en" : "",
                        (unsigned long long)partnership->id);
    if (*partnership->slug) bytes_append_format(out, "-%s", partnership->slug);
}

void feature_territory_url(const struct edition_territory *territory, const char *base_url,
                           bool english, struct bytes *out)
{
    bytes_append_format(out, "%s%s/territoire/%s", base_url, english ? "/en" : "", territory->code);
    char slug[TERRITORY_SLUG_BYTES];
    if (name_slug(territory->name_fr, slug, sizeof slug) > 0) bytes_append_format(out, "/%s", slug);
}
