#include "server/page_breakdown.h"

#include <stdlib.h>
#include <string.h>

#define MAX_YEARS     40 /* the last so many */
#define MIN_YEARS     12 /* so that a column stays one */
#define COLUMN_WIDTH  10
#define COLUMN_HEIGHT 60

static int by_falling_number(const void *left, const void *right)
{
    const struct group *a = left, *b = right;
    if (a->totals.partnerships != b->totals.partnerships)
        return a->totals.partnerships > b->totals.partnerships ? -1 : 1;
    return (a->key[0] > b->key[0]) - (a->key[0] < b->key[0]);
}

/* What one group is called, and the term of the filter that chooses it. */
static void name_group(struct page_build *build, struct page_object *row,
                       const struct filter *filter, enum group_property property, uint32_t key)
{
    const struct edition *edition = build->edition;
    struct filter narrower = *filter;
    const char *name, *value, *label;
    enum filter_key term;
    if (property == GROUP_THEME) {
        const struct edition_theme *theme = &edition->themes[key];
        name = "theme", term = FILTER_THEME, value = theme->code;
        label = page_pick(build, theme->label_fr, theme->label_en);
    } else {
        const struct edition_territory *area = &edition->territories[key];
        bool country = property == GROUP_COUNTRY;
        name = country ? "country" : "french", term = country ? FILTER_COUNTRY : FILTER_FRENCH;
        value = country ? area->country_iso : area->code;
        label = page_pick(build, area->name_fr, area->name_en);
    }
    page_set_text(&build->values, row, "label", label);
    narrower.lists[term].n = 0;
    if (filter_add(&narrower, name, value, NULL) == ATLAS_OK)
        page_set_filter_url(build, row, "url", build->path.english ? "/en/" : "/", &narrower);
}

enum atlas_status page_add_breakdown(struct page_build *build, const char *key,
                                     const struct selection *selection, const struct filter *filter,
                                     enum group_property property, size_t most)
{
    struct groups groups = {0};
    enum atlas_status status = group_by_property(selection, property, NULL, &groups);
    if (status) return status;
    if (groups.n > 1) qsort(groups.groups, groups.n, sizeof *groups.groups, by_falling_number);
    uint64_t largest = 0;
    for (size_t i = 0, shown = 0; i < groups.n && shown < most; i++) {
        const struct group *group = &groups.groups[i];
        uint64_t n = group->totals.partnerships;
        if (group->key[0] == EDITION_NONE || n == 0) continue;
        if (largest == 0) largest = n;
        struct page_object *row = page_list_add(&build->values, build->root, key);
        name_group(build, row, filter, property, group->key[0]);
        page_set_number(&build->values, row, "partnerships", (int64_t)n);
        page_set_format(&build->values, row, "width", "%llu",
                        (unsigned long long)(100 * n / largest));
        shown++;
    }
    groups_close(&groups);
    return ATLAS_OK;
}

/* Partnerships of a year; groups are in the order of their years. */
static uint64_t number_of(const struct groups *groups, uint32_t year)
{
    for (size_t i = 0; i < groups->n; i++)
        if (groups->groups[i].key[0] == year) return groups->groups[i].totals.partnerships;
    return 0;
}

static void add_column(struct page_build *build, uint32_t year, size_t position, uint64_t n,
                       uint64_t largest)
{
    struct page_object *column = page_list_add(&build->values, build->root, "years");
    unsigned long long height = COLUMN_HEIGHT * n / largest;
    page_set_format(&build->values, column, "year", "%u", year);
    page_set_number(&build->values, column, "partnerships", (int64_t)n);
    page_set_format(&build->values, column, "x", "%zu", position * COLUMN_WIDTH);
    page_set_format(&build->values, column, "y", "%llu", COLUMN_HEIGHT - height);
    page_set_format(&build->values, column, "height", "%llu", height);
}

enum atlas_status page_add_year_columns(struct page_build *build, const struct selection *selection)
{
    struct groups groups = {0};
    enum atlas_status status = group_by_property(selection, GROUP_YEAR, NULL, &groups);
    if (status) return status;
    size_t n = groups.n;
    while (n > 0 && groups.groups[n - 1].key[0] == EDITION_NONE)
        n--;
    uint32_t last = n ? groups.groups[n - 1].key[0] : 0, first = n ? groups.groups[0].key[0] : 1;
    if (n && last - first >= MAX_YEARS) first = last - MAX_YEARS + 1;
    if (n && last - first < MIN_YEARS) first = last - MIN_YEARS + 1;
    uint64_t largest = 0;
    for (uint32_t year = first; year <= last; year++)
        if (number_of(&groups, year) > largest) largest = number_of(&groups, year);
    for (uint32_t year = first; largest && year <= last; year++)
        add_column(build, year, year - first, number_of(&groups, year), largest);
    if (largest) {
        page_set_format(&build->values, build->root, "years_width", "%u",
                        (last - first + 1) * COLUMN_WIDTH);
        page_set_format(&build->values, build->root, "years_from", "%u", first);
        page_set_format(&build->values, build->root, "years_to", "%u", last);
        page_set_number(&build->values, build->root, "years_most", (int64_t)largest);
    }
    groups_close(&groups);
    return ATLAS_OK;
}
