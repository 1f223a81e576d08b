#include "server/page_options.h"

#include "tiles/edition_index.h"

#include <stdlib.h>
#include <string.h>

void page_add_option(struct page_build *build, const char *list, const char *value,
                     const char *label, bool chosen)
{
    struct page_object *option = page_list_add(&build->values, build->root, list);
    page_set_text(&build->values, option, "value", value);
    page_set_text(&build->values, option, "label", label);
    page_set_flag(&build->values, option, "chosen", chosen);
}

bool page_is_chosen(const struct page_build *build, enum filter_key key, const char *value)
{
    const struct filter_list *list = &build->filter.lists[key];
    return list->n == 1 && strcmp(list->values[0], value) == 0;
}

static int by_rank(const void *left, const void *right, void *edition)
{
    const uint32_t *rank = ((const struct edition *)edition)->index->territory_rank;
    uint32_t a = rank[*(const uint32_t *)left], b = rank[*(const uint32_t *)right];
    return (a > b) - (a < b);
}

enum atlas_status page_add_area_options(struct page_build *build, const struct selection *all,
                                        enum group_property property)
{
    const struct edition *edition = build->edition;
    bool countries = property == GROUP_COUNTRY;
    struct groups groups = {0};
    enum atlas_status status = group_by_property(all, property, NULL, &groups);
    uint32_t *areas = status ? NULL : malloc((groups.n + 1) * sizeof *areas);
    size_t n = 0;
    if (!status && !areas) status = ATLAS_NO_MEMORY;
    for (size_t i = 0; !status && i < groups.n; i++)
        if (groups.groups[i].key[0] != EDITION_NONE) areas[n++] = groups.groups[i].key[0];
    union {
        const struct edition *in;
        void *out;
    } order = {.in = edition};
    if (n > 1) qsort_r(areas, n, sizeof *areas, by_rank, order.out);
    for (size_t i = 0; i < n; i++) {
        const struct edition_territory *area = &edition->territories[areas[i]];
        const char *value = countries ? area->country_iso : area->code;
        page_add_option(build, countries ? "countries" : "regions", value,
                        page_pick(build, area->name_fr, area->name_en),
                        page_is_chosen(build, countries ? FILTER_COUNTRY : FILTER_FRENCH, value));
    }
    free(areas);
    groups_close(&groups);
    return status;
}
