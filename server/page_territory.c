/* The page of one territory: what it is, where it lies, and the partnerships of it and all within
 * it, by theme, by country or région, by year, and one by one. */
#include "server/page_breakdown.h"
#include "server/page_build.h"
#include "server/page_map.h"

#include "tiles/feature.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BARS         8
#define WITHIN_SHOWN 30

static void add_place(struct page_build *build, const char *key,
                      const struct edition_territory *area, int64_t partnerships)
{
    struct bytes url = {0};
    struct page_object *item = page_list_add(&build->values, build->root, key);
    page_set_text(&build->values, item, "name", page_pick(build, area->name_fr, area->name_en));
    if (partnerships) page_set_number(&build->values, item, "partnerships", partnerships);
    feature_territory_url(area, build->prefix, build->path.english, &url);
    page_set_bytes(build, item, "url", &url);
}

static void add_parents(struct page_build *build, uint32_t territory)
{
    const struct edition *edition = build->edition;
    uint32_t areas[EDITION_MAX_AREAS];
    size_t n = edition_areas_of(edition, territory, areas);
    for (size_t i = 0; i < n; i++) {
        const struct edition_territory *area = &edition->territories[areas[i]];
        if (areas[i] == territory || strcmp(area->code, "country:FR") == 0) continue;
        add_place(build, "parents", area, 0);
    }
}

const char *page_territory_filter(const struct edition_territory *territory, const char **value)
{
    *value = territory->code;
    if (territory->side == SIDE_FRENCH) return "french";
    if (territory->kind == KIND_COUNTRY && territory->country_iso[0]) {
        *value = territory->country_iso;
        return "country";
    }
    return "partner";
}

void page_set_territory_facts(struct page_build *build, const struct edition_territory *territory)
{
    struct page_values *values = &build->values;
    struct page_object *root = build->root;
    char key[64];
    snprintf(key, sizeof key, "territory.kind.%s",
             territory_kind_text((enum territory_kind)territory->kind));
    page_set_text(values, root, "name", page_pick(build, territory->name_fr, territory->name_en));
    page_set_text(values, root, "title", page_pick(build, territory->name_fr, territory->name_en));
    page_set_text(values, root, "kind_text",
                  territory->generic ? territory->generic : page_message(build, key));
    page_set_text(values, root, "code", territory->code);
    if (territory->population >= 0)
        page_set_number(values, root, "population", territory->population);
    page_set_flag(values, root, "precision_area",
                  territory->precision == PRECISION_AREA && isnan(territory->radius_km));
    if (territory->precision == PRECISION_AREA && !isnan(territory->radius_km))
        page_set_number(values, root, "radius", llroundf(fmaxf(territory->radius_km, 1.0F)));
    page_set_flag(values, root, "precision_none", territory->precision == PRECISION_NONE);
    page_set_flag(values, root, "precision_said",
                  territory->precision == PRECISION_AREA || territory->precision == PRECISION_NONE);
}

/* Its other names: old, delegated, alternate ones. */
static void set_other_names(struct page_build *build, uint32_t index)
{
    const struct edition *edition = build->edition;
    const struct edition_territory *territory = &edition->territories[index];
    struct bytes names = {0};
    size_t n = 0;
    for (size_t i = 0; i < edition->n_names && n < 12; i++) {
        const struct edition_name *name = &edition->names[i];
        if (name->territory != index || strcmp(name->name, territory->name_fr) == 0) continue;
        if (name->kind != NAME_OLD && name->kind != NAME_DELEGATED) continue;
        bytes_append_format(&names, "%s%s", n++ ? ", " : "", name->name);
    }
    page_set_bytes(build, build->root, "other_names", &names);
}

static int by_falling_number(const void *left, const void *right)
{
    const struct group *a = left, *b = right;
    if (a->totals.partnerships != b->totals.partnerships)
        return a->totals.partnerships > b->totals.partnerships ? -1 : 1;
    return (a->key[0] > b->key[0]) - (a->key[0] < b->key[0]);
}

/* The territories that lie within it and have partnerships. */
static enum atlas_status add_within(struct page_build *build, const struct selection *selection,
                                    uint32_t index)
{
    const struct edition *edition = build->edition;
    struct groups groups = {0};
    size_t shown = 0;
    enum atlas_status status = group_territories(selection, &groups);
    if (status) return status;
    if (groups.n > 1) qsort(groups.groups, groups.n, sizeof *groups.groups, by_falling_number);
    for (size_t i = 0; i < groups.n && shown < WITHIN_SHOWN; i++) {
        const struct group *group = &groups.groups[i];
        if (group->key[0] == index || !edition_lies_in(edition, group->key[0], index)) continue;
        add_place(build, "within", &edition->territories[group->key[0]],
                  (int64_t)group->totals.partnerships);
        shown++;
    }
    groups_close(&groups);
    return ATLAS_OK;
}

/* All ends of its links, as far as they fit; few of them make a closer view. */
static void set_small_map(struct page_build *build, const struct selection *selection,
                          const struct filter *filter, const char *title)
{
    const struct edition *edition = build->edition;
    struct page_view view = {0};
    if (selection->n_placed_links == 0) return;
    for (size_t i = 0; i < edition->n_links; i++) {
        if (!selection_has_link(selection, i)) continue;
        page_view_add(&view, &edition->territories[edition->links[i].french]);
        page_view_add(&view, &edition->territories[edition->links[i].foreign]);
    }
    if (selection->n_links > sizeof view.points / sizeof view.points[0] / 2) view.n = 0;
    page_set_map(build, filter, &view, title);
}

static enum atlas_status add_numbers(struct page_build *build, uint32_t index,
                                     const struct selection *selection, const struct filter *filter)
{
    const struct edition_territory *territory = &build->edition->territories[index];
    bool french = territory->side == SIDE_FRENCH;
    struct distinct distinct;
    enum atlas_status status = group_distinct(selection, &distinct);
    if (status) return status;
    page_set_number(&build->values, build->root, "partnerships",
                    (int64_t)selection->n_partnerships);
    page_set_number(&build->values, build->root, "placed",
                    (int64_t)selection->n_placed_partnerships);
    page_set_number(&build->values, build->root, "authorities", (int64_t)distinct.authorities);
    page_set_number(&build->values, build->root, "partners", (int64_t)distinct.partners);
    page_set_number(&build->values, build->root, "countries", (int64_t)distinct.countries);
    status = page_add_breakdown(build, "themes", selection, filter, GROUP_THEME, BARS);
    if (!status && french)
        status = page_add_breakdown(build, "countries_by", selection, filter, GROUP_COUNTRY, BARS);
    if (!status && !french)
        status = page_add_breakdown(build, "regions_by", selection, filter, GROUP_REGION, BARS);
    if (!status) status = page_add_year_columns(build, selection);
    if (!status) status = add_within(build, selection, index);
    return status;
}

enum atlas_status page_build_territory(struct page_build *build, uint32_t index)
{
    const struct edition_territory *territory = &build->edition->territories[index];
    const char *value, *name = page_territory_filter(territory, &value);
    struct bytes path = {0};
    struct filter filter;
    struct selection selection = {0};
    filter_init(&filter);
    feature_territory_url(territory, "", false, &path);
    bytes_append_byte(&path, 0);
    enum atlas_status status = bytes_status(&path);
    if (!status) status = filter_add(&filter, name, value, build->error);
    if (!status) status = selection_make(build->edition, &filter, &selection, build->error);
    if (!status) {
        page_set_common(build, (const char *)path.data);
        page_set_territory_facts(build, territory);
        set_other_names(build, index);
        add_parents(build, index);
        set_small_map(build, &selection, &filter,
                      page_pick(build, territory->name_fr, territory->name_en));
        page_set_filter_url(build, build->root, "atlas_url", build->path.english ? "/en/" : "/",
                            &filter);
        page_set_filter_url(build, build->root, "csv_url", "/partnerships.csv", &filter);
        if (territory->side == SIDE_FRENCH)
            page_set_format(&build->values, build->root, "council_url", "%s%s/conseil/%s",
                            build->prefix, build->path.english ? "/en" : "", territory->code);
        status = add_numbers(build, index, &selection, &filter);
    }
    if (!status) status = page_add_list(build, &selection, (const char *)path.data, "");
    bytes_close(&path);
    selection_close(&selection);
    return status;
}
