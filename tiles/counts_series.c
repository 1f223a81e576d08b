#include "tiles/counts_series.h"

#include "tiles/edition_index.h"
#include "tiles/group.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct top_theme {
    uint32_t theme;
    size_t partnerships;
};

static int by_falling_number(const void *left, const void *right)
{
    const struct top_theme *a = left, *b = right;
    if (a->partnerships != b->partnerships) return a->partnerships > b->partnerships ? -1 : 1;
    return (a->theme > b->theme) - (a->theme < b->theme);
}

static const uint64_t *partnerships_with(const struct edition *edition, uint32_t theme)
{
    const struct edition_plane *plane = &edition->index->partnerships;
    return plane->themes.bits + theme * plane->words;
}

static enum atlas_status write_years(const struct selection *selection, uint32_t theme,
                                     struct json *json)
{
    struct selection part;
    struct groups years = {0};
    const uint64_t *keep = partnerships_with(selection->edition, theme);
    enum atlas_status status = selection_narrow(selection, keep, &part);
    if (status) return status;
    status = group_by_property(&part, GROUP_YEAR, NULL, &years);
    selection_close(&part);
    json_key(json, "years");
    json_object_begin(json);
    for (size_t i = 0; i < years.n; i++) {
        char year[16];
        if (years.groups[i].key[0] == EDITION_NONE) continue;
        snprintf(year, sizeof year, "%u", years.groups[i].key[0]);
        json_key_integer(json, year, (int64_t)years.groups[i].totals.partnerships);
    }
    json_object_end(json);
    groups_close(&years);
    return status;
}

enum atlas_status counts_write_theme_years(const struct selection *selection, struct json *json)
{
    const struct edition *edition = selection->edition;
    struct top_theme *tops = calloc(edition->n_themes + 1, sizeof *tops);
    if (!tops) return ATLAS_NO_MEMORY;
    size_t n = 0;
    for (uint32_t theme = 0; theme < edition->n_themes; theme++) {
        if (edition->themes[theme].parent != EDITION_NONE) continue;
        tops[n] = (struct top_theme){
            theme, bitset_count_common(selection->partnerships, partnerships_with(edition, theme),
                                       edition->index->partnerships.words)};
        n += tops[n].partnerships > 0;
    }
    if (n) qsort(tops, n, sizeof *tops, by_falling_number);
    enum atlas_status status = ATLAS_OK;
    json_array_begin(json);
    for (size_t i = 0; i < n && !status; i++) {
        const struct edition_theme *theme = &edition->themes[tops[i].theme];
        json_object_begin(json);
        json_key_text(json, "key", theme->code);
        json_key_text(json, "label_fr", theme->label_fr);
        json_key_text(json, "label_en", theme->label_en);
        json_key_integer(json, "partnerships", (int64_t)tops[i].partnerships);
        status = write_years(selection, tops[i].theme, json);
        json_object_end(json);
    }
    json_array_end(json);
    free(tops);
    return status;
}

static bool is_of_side(const struct edition_territory *territory, enum side side)
{
    bool french = strcmp(territory->country_iso, "FR") == 0;
    return side == SIDE_FRENCH ? french : !french && territory->kind != KIND_COUNTRY;
}

static int by_falling_totals(const void *left, const void *right)
{
    const struct group *a = left, *b = right;
    if (a->totals.partnerships != b->totals.partnerships)
        return a->totals.partnerships > b->totals.partnerships ? -1 : 1;
    return (a->key[0] > b->key[0]) - (a->key[0] < b->key[0]);
}

enum atlas_status counts_write_top(const struct selection *selection, enum side side,
                                   struct json *json)
{
    const struct edition *edition = selection->edition;
    struct groups groups;
    enum atlas_status status = group_territories(selection, &groups);
    if (status) return status;
    if (groups.n) qsort(groups.groups, groups.n, sizeof *groups.groups, by_falling_totals);
    json_array_begin(json);
    for (size_t i = 0, shown = 0; i < groups.n && shown < COUNTS_SERIES_MOST; i++) {
        const struct group *group = &groups.groups[i];
        const struct edition_territory *territory = &edition->territories[group->key[0]];
        if (!is_of_side(territory, side)) continue;
        shown++;
        json_object_begin(json);
        json_key_text(json, "key", territory->code);
        json_key_text(json, "label_fr", territory->name_fr);
        json_key_text(json, "label_en", territory->name_en);
        json_key_text(json, "country", territory->country_iso);
        json_key_integer(json, "n", (int64_t)group->totals.n);
        json_key_integer(json, "partnerships", (int64_t)group->totals.partnerships);
        json_object_end(json);
    }
    json_array_end(json);
    groups_close(&groups);
    return status;
}
