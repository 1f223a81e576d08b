/* The page of one territory: what it is and the partnerships of it and all within it. */
#include "server/page_build.h"

#include "tiles/feature.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void add_parents(struct page_build *build, uint32_t territory)
{
    const struct edition *edition = build->edition;
    uint32_t areas[EDITION_MAX_AREAS];
    size_t n = edition_areas_of(edition, territory, areas);
    for (size_t i = 0; i < n; i++) {
        const struct edition_territory *area = &edition->territories[areas[i]];
        if (areas[i] == territory || strcmp(area->code, "country:FR") == 0) continue;
        struct page_object *item = page_list_add(&build->values, build->root, "parents");
        page_set_text(&build->values, item, "name", page_pick(build, area->name_fr, area->name_en));
        page_set_format(&build->values, item, "url", "%s%s/territoire/%s", build->prefix,
                        build->path.english ? "/en" : "", area->code);
    }
}

/* The filter that chooses what lies in a territory: its parameter and value. */
static const char *filter_of(const struct edition_territory *territory, const char **value)
{
    *value = territory->code;
    if (territory->side == SIDE_FRENCH) return "french";
    if (territory->kind == KIND_COUNTRY && territory->country_iso[0]) {
        *value = territory->country_iso;
        return "country";
    }
    return "partner";
}

static void set_facts(struct page_build *build, const struct edition_territory *territory)
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
    if (territory->population >= 0)
        page_set_number(values, root, "population", territory->population);
    page_set_flag(values, root, "precision_area",
                  territory->precision == PRECISION_AREA && isnan(territory->radius_km));
    if (territory->precision == PRECISION_AREA && !isnan(territory->radius_km))
        page_set_number(values, root, "radius", llroundf(fmaxf(territory->radius_km, 1.0F)));
    page_set_flag(values, root, "precision_none", territory->precision == PRECISION_NONE);
}

enum atlas_status page_build_territory(struct page_build *build, uint32_t index)
{
    const struct edition_territory *territory = &build->edition->territories[index];
    const char *value, *name = filter_of(territory, &value);
    char path[128];
    struct filter filter;
    struct selection selection = {0};
    filter_init(&filter);
    enum atlas_status status = filter_add(&filter, name, value, build->error);
    if (status == ATLAS_OK)
        status = selection_make(build->edition, &filter, &selection, build->error);
    if (status == ATLAS_OK) {
        snprintf(path, sizeof path, "/territoire/%.100s", territory->code);
        page_set_common(build, path);
        set_facts(build, territory);
        add_parents(build, index);
        page_set_number(&build->values, build->root, "partnerships",
                        (int64_t)selection.n_partnerships);
        page_set_format(&build->values, build->root, "atlas_url", "%s%s?%s=%s", build->prefix,
                        build->path.english ? "/en/" : "/", name, value);
        status = page_add_list(build, &selection, path, "");
    }
    selection_close(&selection);
    return status;
}
