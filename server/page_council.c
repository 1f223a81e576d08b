/* The mayor's office: find one's commune by any of its names; then one sheet for the council: our
 * partnerships, who around us works with this country or theme, and what can be joined. */
#include "server/page_build.h"
#include "server/page_options.h"

#include "geo/name.h"
#include "tiles/bitset.h"
#include "tiles/edition_index.h"
#include "tiles/feature.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOUND_SHOWN  20 /* communes for what was typed */
#define OWN_SHOWN    12
#define CIRCLE_SHOWN 4
#define NAMES_SHOWN  10
#define JOIN_SHOWN   8

/* Lower bounds of the classes of communes by inhabitants. */
static const int64_t size_bounds[] = {0, 2000, 10000, 50000, 100000};
enum { N_SIZES = sizeof size_bounds / sizeof *size_bounds };

static int size_of(const struct edition_territory *territory)
{
    int size = -1;
    for (int i = 0; i < N_SIZES; i++)
        if (territory->kind == KIND_COMMUNE && territory->population >= size_bounds[i]) size = i;
    return size;
}

/* ---- finding one's own ---- */

struct found {
    uint32_t territory;
    const char *via; /* the other name that matched, or NULL */
    bool whole;      /* the name is what was typed, not only its beginning */
};

static int by_fit(const void *left, const void *right, void *context)
{
    const struct edition_territory *territories = ((struct edition *)context)->territories;
    const struct found *a = left, *b = right;
    int64_t one = territories[a->territory].population, two = territories[b->territory].population;
    if (a->whole != b->whole) return a->whole ? -1 : 1;
    if (one != two) return one > two ? -1 : 1;
    return (a->territory > b->territory) - (a->territory < b->territory);
}

static void add_found(const struct edition *edition, const struct edition_name *name, bool whole,
                      struct found *found, size_t *n, size_t room)
{
    const struct edition_territory *territory = &edition->territories[name->territory];
    bool today = strcmp(name->name, territory->name_fr) == 0;
    if (territory->side != SIDE_FRENCH || territory->kind == KIND_OTHER) return;
    for (size_t i = 0; i < *n; i++) {
        if (found[i].territory != name->territory) continue;
        if (today) found[i].via = NULL;
        found[i].whole = found[i].whole || whole;
        return;
    }
    if (*n < room)
        found[(*n)++] = (struct found){name->territory, today ? NULL : name->name, whole};
}

/* The names are sorted by their folded text: those that begin as typed lie together. */
static size_t find_names(const struct edition *edition, const char *folded, struct found *found,
                         size_t room)
{
    size_t length = strlen(folded), n = 0;
    for (size_t i = edition_name_position(edition, folded); i < edition->n_names; i++) {
        const struct edition_name *name = &edition->names[i];
        if (strncmp(name->folded, folded, length) != 0) break;
        add_found(edition, name, name->folded[length] == '\0', found, &n, room);
    }
    return n;
}

static void add_result(struct page_build *build, const struct found *found)
{
    const struct edition *edition = build->edition;
    const struct edition_territory *territory = &edition->territories[found->territory];
    struct page_object *item = page_list_add(&build->values, build->root, "found");
    char key[64];
    snprintf(key, sizeof key, "territory.kind.%s",
             territory_kind_text((enum territory_kind)territory->kind));
    page_set_text(&build->values, item, "name", territory->name_fr);
    page_set_text(&build->values, item, "kind_text", page_message(build, key));
    page_set_text(&build->values, item, "via", found->via);
    if (territory->parent != EDITION_NONE)
        page_set_text(&build->values, item, "parent",
                      edition->territories[territory->parent].name_fr);
    page_set_format(&build->values, item, "url", "%s%s/conseil/%s", build->prefix,
                    build->path.english ? "/en" : "", territory->code);
}

enum atlas_status page_build_commune(struct page_build *build)
{
    struct found found[256];
    const char *typed = page_parameter(build->request, "q");
    char folded[200];
    size_t n = 0;
    page_set_common(build, "/ma-commune");
    page_set_flag(&build->values, build->root, "is_commune", true);
    page_set_text(&build->values, build->root, "title", page_message(build, "council.find"));
    page_set_format(&build->values, build->root, "form_url", "%s%s/ma-commune", build->prefix,
                    build->path.english ? "/en" : "");
    page_set_text(&build->values, build->root, "q", typed);
    if (!typed || name_fold(typed, folded, sizeof folded) >= sizeof folded || !folded[0])
        return page_values_status(&build->values);
    n = find_names(build->edition, folded, found, sizeof found / sizeof *found);
    union {
        const struct edition *in;
        void *out;
    } context = {.in = build->edition};
    if (n > 1) qsort_r(found, n, sizeof *found, by_fit, context.out);
    page_set_flag(&build->values, build->root, "nothing", n == 0);
    for (size_t i = 0; i < n && i < FOUND_SHOWN; i++)
        add_result(build, &found[i]);
    return page_values_status(&build->values);
}

/* ---- the sheet ---- */

struct council {
    struct page_build *build;
    uint32_t own;                 /* the territory whose council it is */
    const struct selection *same; /* what the reader chose: a country, a theme, or all */
    uint64_t *mine;               /* partnerships of our own */
    uint32_t *counts, *last;      /* per territory, for add_names() */
};

/* One circle of neighbours: those in an area, or those of a size. */
struct circle {
    const char *label;
    uint32_t area; /* EDITION_NONE: by size */
    int size;
};

static bool is_in(const struct council *council, const struct circle *circle, uint32_t territory)
{
    const struct edition *edition = council->build->edition;
    if (territory == council->own) return false;
    if (circle->area != EDITION_NONE) return edition_lies_in(edition, territory, circle->area);
    return size_of(&edition->territories[territory]) == circle->size;
}

/* Partnerships of the chosen ones, not our own, with a French party in the circle; counts how many
 * each such party has. */
static uint64_t *keep_circle(struct council *council, const struct circle *circle)
{
    const struct edition *edition = council->build->edition;
    uint64_t *keep = calloc(bitset_words(edition->n_partnerships) + 1, sizeof *keep);
    memset(council->counts, 0, edition->n_territories * sizeof *council->counts);
    memset(council->last, 0xFF, edition->n_territories * sizeof *council->last);
    for (size_t i = 0; keep && i < edition->n_parties; i++) {
        const struct edition_party *party = &edition->parties[i];
        if (party->side != SIDE_FRENCH || party->territory == EDITION_NONE ||
            !selection_has_partnership(council->same, party->partnership) ||
            bitset_has(council->mine, party->partnership) ||
            !is_in(council, circle, party->territory))
            continue;
        bitset_add(keep, party->partnership);
        if (council->last[party->territory] == party->partnership) continue;
        council->last[party->territory] = party->partnership;
        council->counts[party->territory]++;
    }
    return keep;
}

/* The authorities of a circle, those with the most partnerships first. */
static void add_names(const struct council *council, struct page_object *item)
{
    struct page_build *build = council->build;
    const struct edition *edition = build->edition;
    for (size_t shown = 0; shown < NAMES_SHOWN; shown++) {
        uint32_t most = 0;
        for (uint32_t i = 1; i < edition->n_territories; i++)
            if (council->counts[i] > council->counts[most]) most = i;
        if (council->counts[most] == 0) return;
        const struct edition_territory *territory = &edition->territories[most];
        struct page_object *name = page_list_add(&build->values, item, "names");
        struct bytes url = {0};
        page_set_text(&build->values, name, "name",
                      page_pick(build, territory->name_fr, territory->name_en));
        page_set_number(&build->values, name, "n", council->counts[most]);
        feature_territory_url(territory, build->prefix, build->path.english, &url);
        page_set_bytes(build, name, "url", &url);
        council->counts[most] = 0;
    }
}

static enum atlas_status add_circle(struct council *council, const struct circle *circle)
{
    struct page_build *build = council->build;
    struct selection part = {0};
    uint64_t *keep = keep_circle(council, circle);
    enum atlas_status status =
        keep ? selection_narrow(council->same, keep, &part) : ATLAS_NO_MEMORY;
    free(keep);
    if (status) return status;
    struct page_object *item = page_list_add(&build->values, build->root, "circles");
    page_set_text(&build->values, item, "circle", page_message(build, circle->label));
    if (circle->area != EDITION_NONE)
        page_set_text(&build->values, item, "circle_name",
                      build->edition->territories[circle->area].name_fr);
    page_set_number(&build->values, item, "circle_n", (int64_t)part.n_partnerships);
    page_set_flag(&build->values, item, "circle_none", part.n_partnerships == 0);
    add_names(council, item);
    status = page_add_newest(build, item, &part, CIRCLE_SHOWN, EDITION_NONE);
    selection_close(&part);
    return status;
}

static enum atlas_status add_circles(struct council *council)
{
    struct page_build *build = council->build;
    const struct edition *edition = build->edition;
    const struct edition_territory *own = &edition->territories[council->own];
    uint32_t department = own->at_level[FRENCH_DEPARTEMENT];
    uint32_t region = own->at_level[FRENCH_REGION];
    struct circle circles[3];
    size_t n = 0;
    if (own->epci != EDITION_NONE) circles[n++] = (struct circle){"council.in_epci", own->epci, -1};
    if (department != EDITION_NONE && department != council->own)
        circles[n++] = (struct circle){"council.in_departement", department, -1};
    else if (region != EDITION_NONE && region != council->own)
        circles[n++] = (struct circle){"council.in_region", region, -1};
    int size = size_of(own);
    if (size >= 0) {
        static const char *const labels[N_SIZES] = {
            "council.size0", "council.size1", "council.size2", "council.size3", "council.size4"};
        circles[n++] = (struct circle){labels[size], EDITION_NONE, size};
    }
    page_set_flag(&build->values, build->root, "size_unknown",
                  size < 0 && own->kind == KIND_COMMUNE);
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; !status && i < n; i++)
        status = add_circle(council, &circles[i]);
    return status;
}

/* What the reader chose, without a word about modes, and open to others. */
static enum atlas_status add_projects(struct page_build *build)
{
    struct filter filter = build->filter;
    struct selection selection = {0};
    filter.lists[FILTER_MODE].n = filter.lists[FILTER_STATUS].n = 0;
    enum atlas_status status =
        filter_add(&filter, "mode", "a-rejoindre,cles-en-main", build->error);
    if (!status) status = filter_add(&filter, "status", "active,planned,none", build->error);
    if (!status) status = selection_make(build->edition, &filter, &selection, build->error);
    if (!status) {
        struct page_object *item = page_list_add(&build->values, build->root, "join");
        page_set_number(&build->values, item, "join_n", (int64_t)selection.n_partnerships);
        page_set_flag(&build->values, item, "join_none", selection.n_partnerships == 0);
        page_set_filter_url(build, item, "join_url", build->path.english ? "/en/" : "/", &filter);
        status = page_add_newest(build, item, &selection, JOIN_SHOWN, EDITION_NONE);
    }
    selection_close(&selection);
    return status;
}

static enum atlas_status add_own(struct council *council)
{
    struct page_build *build = council->build;
    struct filter filter;
    struct selection selection = {0};
    filter_init(&filter);
    enum atlas_status status = filter_add(
        &filter, "authority", build->edition->territories[council->own].code, build->error);
    if (!status) status = selection_make(build->edition, &filter, &selection, build->error);
    if (!status) {
        struct page_object *item = page_list_add(&build->values, build->root, "ours");
        page_set_number(&build->values, item, "own_n", (int64_t)selection.n_partnerships);
        page_set_flag(&build->values, item, "own_none", selection.n_partnerships == 0);
        memcpy(council->mine, selection.partnerships,
               bitset_words(build->edition->n_partnerships) * sizeof *council->mine);
        status = page_add_newest(build, item, &selection, OWN_SHOWN, EDITION_NONE);
    }
    selection_close(&selection);
    return status;
}

static void set_form(struct council *council)
{
    struct page_build *build = council->build;
    const struct edition *edition = build->edition;
    const struct filter_list *themes = &build->filter.lists[FILTER_THEME];
    for (size_t i = 0; i < edition->n_themes; i++) {
        const struct edition_theme *theme = &edition->themes[i];
        if (theme->parent != EDITION_NONE &&
            (themes->n == 0 || strcmp(themes->values[0], theme->code)))
            continue; /* the main ones, and the one that was chosen */
        page_add_option(build, "themes", theme->code,
                        page_pick(build, theme->label_fr, theme->label_en),
                        page_is_chosen(build, FILTER_THEME, theme->code));
    }
    page_set_format(&build->values, build->root, "form_url", "%s%s/conseil/%s", build->prefix,
                    build->path.english ? "/en" : "", edition->territories[council->own].code);
}

static enum atlas_status add_all(struct council *council)
{
    struct page_build *build = council->build;
    struct selection all = {0};
    struct filter everything;
    filter_init(&everything);
    enum atlas_status status = selection_make(build->edition, &everything, &all, build->error);
    if (!status) status = page_add_area_options(build, &all, GROUP_COUNTRY);
    selection_close(&all);
    if (!status) status = add_own(council);
    if (!status) status = add_circles(council);
    return status ? status : add_projects(build);
}

enum atlas_status page_build_council(struct page_build *build, uint32_t index)
{
    const struct edition *edition = build->edition;
    const struct edition_territory *territory = &edition->territories[index];
    struct selection same = {0};
    struct council council = {.build = build, .own = index, .same = &same};
    char path[96];
    snprintf(path, sizeof path, "/conseil/%.64s", territory->code);
    council.mine = calloc(bitset_words(edition->n_partnerships) + 1, sizeof *council.mine);
    council.counts = calloc(edition->n_territories + 1, sizeof *council.counts);
    council.last = calloc(edition->n_territories + 1, sizeof *council.last);
    enum atlas_status status =
        council.mine && council.counts && council.last ? ATLAS_OK : ATLAS_NO_MEMORY;
    if (!status) status = selection_make(edition, &build->filter, &same, build->error);
    if (!status) {
        page_set_common(build, path);
        page_set_territory_facts(build, territory);
        set_form(&council);
        status = add_all(&council);
    }
    selection_close(&same);
    free(council.mine);
    free(council.counts);
    free(council.last);
    return status ? status : page_values_status(&build->values);
}
