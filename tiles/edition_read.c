/* The small tables of an edition: head, themes, outlines, attribution, names to search. */
#include "geo/geometry_blob.h"
#include "geo/name.h"
#include "tiles/edition_build.h"

#include <stdlib.h>
#include <string.h>

static enum atlas_status visit_edition(struct snapshot_row *row, void *context)
{
    struct edition_reading *reading = context;
    struct edition *edition = &reading->owner->edition;
    bool failed = false;
    edition->number = (uint32_t)snapshot_integer(row, 0, 1, UINT32_MAX, 0);
    const char *date = snapshot_required_text(row, 1), *hash = snapshot_required_text(row, 2);
    if (strlen(date) != 10 || strspn(date, "0123456789-") != 10)
        return snapshot_refuse(row, "has a date that is not YYYY-MM-DD");
    if (strlen(hash) != 64 || strspn(hash, "0123456789abcdef") != 64)
        return snapshot_refuse(row, "has a content hash that is no SHA-256");
    edition->date = edition_keep(&reading->owner->texts, date, &failed);
    edition->content_hash = edition_keep(&reading->owner->texts, hash, &failed);
    return failed ? ATLAS_NO_MEMORY : ATLAS_OK;
}

static enum atlas_status visit_made(struct snapshot_row *row, void *context)
{
    struct edition_reading *reading = context;
    reading->owner->edition.made = snapshot_integer(row, 0, 0, 1, 0) == 1;
    return ATLAS_OK;
}

static enum atlas_status visit_retired(struct snapshot_row *row, void *context)
{
    struct edition_reading *reading = context;
    struct retired_id *retired = rows_add(&reading->owner->retired, sizeof *retired);
    if (!retired) return ATLAS_NO_MEMORY;
    retired->id = (uint64_t)snapshot_integer(row, 0, 1, INT64_MAX, 0);
    retired->merged_into = (uint64_t)snapshot_integer(row, 1, 1, INT64_MAX, 0);
    return ATLAS_OK;
}

static enum atlas_status visit_unpublished(struct snapshot_row *row, void *context)
{
    struct edition_reading *reading = context;
    reading->owner->edition.not_published++;
    int64_t *id = rows_add(&reading->unpublished, sizeof *id);
    if (!id) return ATLAS_NO_MEMORY;
    *id = snapshot_integer(row, 0, INT64_MIN, INT64_MAX, 0);
    const char *publication = snapshot_required_text(row, 1);
    /* What waits for review was perhaps never shown: its id is not known to anybody. */
    if (strcmp(publication, "withheld") != 0) return ATLAS_OK;
    struct retired_id *retired = rows_add(&reading->owner->retired, sizeof *retired);
    if (!retired) return ATLAS_NO_MEMORY;
    retired->id = (uint64_t)snapshot_integer(row, 0, 1, INT64_MAX, 0);
    return ATLAS_OK;
}

static int compare_retired(const void *a, const void *b)
{
    uint64_t left = ((const struct retired_id *)a)->id, right = ((const struct retired_id *)b)->id;
    return (left > right) - (left < right);
}

static enum atlas_status visit_attribution(struct snapshot_row *row, void *context)
{
    struct edition_reading *reading = context;
    struct edition_attribution *it = rows_add(&reading->owner->attributions, sizeof *it);
    if (!it) return ATLAS_NO_MEMORY;
    bool failed = false;
    it->source = edition_keep(&reading->owner->texts, snapshot_required_text(row, 0), &failed);
    it->text = edition_keep(&reading->owner->texts, snapshot_required_text(row, 1), &failed);
    it->licence = edition_keep(&reading->owner->texts, snapshot_required_text(row, 2), &failed);
    it->url = edition_keep(&reading->owner->texts, snapshot_text(row, 3), &failed);
    return failed ? ATLAS_NO_MEMORY : ATLAS_OK;
}

enum atlas_status edition_read_head(struct edition_reading *reading)
{
    static const struct {
        const char *what, *sql;
        snapshot_visit *visit;
    } tables[] = {
        {"edition", "SELECT number, date, content_hash FROM edition ORDER BY number",
         visit_edition},
        {"source", "SELECT EXISTS(SELECT 1 FROM source WHERE made = 1)", visit_made},
        {"retired id", "SELECT id, merged_into FROM retired ORDER BY id", visit_retired},
        {"partnership",
         "SELECT id, publication FROM partnership WHERE publication <> 'published'"
         " ORDER BY id",
         visit_unpublished},
        {"attribution", "SELECT source, text, licence, url FROM attribution ORDER BY position",
         visit_attribution},
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        enum atlas_status status = snapshot_each(reading->snapshot, tables[i].what, tables[i].sql,
                                                 tables[i].visit, reading, reading->error);
        if (status) return status;
    }
    if (reading->owner->edition.number == 0)
        return atlas_fail(reading->error, ATLAS_CORRUPT,
                          "the database holds no edition; import a file into it first");
    struct rows *retired = &reading->owner->retired;
    if (retired->n) qsort(retired->data, retired->n, sizeof(struct retired_id), compare_retired);
    return ATLAS_OK;
}

static enum atlas_status visit_theme(struct snapshot_row *row, void *context)
{
    struct edition_reading *reading = context;
    struct edition_theme *theme = rows_add(&reading->owner->themes, sizeof *theme);
    const char **parent = rows_add(&reading->theme_parents, sizeof *parent);
    const char **also = rows_add(&reading->theme_also, sizeof *also);
    if (!theme || !parent || !also) return ATLAS_NO_MEMORY;
    bool failed = false;
    theme->code = edition_keep(&reading->owner->texts, snapshot_required_text(row, 0), &failed);
    *parent = edition_keep(&reading->owner->texts, snapshot_text(row, 1), &failed);
    *also = edition_keep(&reading->owner->texts, snapshot_text(row, 2), &failed);
    theme->label_fr = edition_keep(&reading->owner->texts, snapshot_required_text(row, 3), &failed);
    theme->label_en = edition_keep(&reading->owner->texts, snapshot_required_text(row, 4), &failed);
    if (failed) return ATLAS_NO_MEMORY;
    if (reading->owner->themes.n > EDITION_MOST_THEMES)
        return snapshot_refuse(row, "is one too many: over 4096");
    uint16_t *slots = reading->owner->theme_slots;
    size_t at = text_hash(theme->code) % EDITION_THEME_SLOTS;
    while (slots[at])
        at = (at + 1) % EDITION_THEME_SLOTS;
    slots[at] = (uint16_t)reading->owner->themes.n;
    return ATLAS_OK;
}

enum atlas_status edition_read_themes(struct edition_reading *reading)
{
    enum atlas_status status = snapshot_each(
        reading->snapshot, "theme",
        "SELECT code, parent, also, label_fr, label_en FROM theme ORDER BY position, code",
        visit_theme, reading, reading->error);
    if (status) return status;
    struct edition *edition = &reading->owner->edition;
    edition->themes = reading->owner->themes.data;
    edition->n_themes = reading->owner->themes.n;
    struct edition_theme *themes = reading->owner->themes.data;
    const char *const *parents = reading->theme_parents.data, *const *also =
                                                                  reading->theme_also.data;
    for (size_t i = 0; i < edition->n_themes; i++) {
        themes[i].parent = edition_find_theme(edition, parents[i]);
        themes[i].also = edition_find_theme(edition, also[i]);
        if ((parents[i] && themes[i].parent == EDITION_NONE) ||
            (also[i] && themes[i].also == EDITION_NONE))
            return atlas_fail(reading->error, ATLAS_CORRUPT,
                              "the database is damaged: theme %s has a parent that is no theme; "
                              "restore it or import it again",
                              themes[i].code);
    }
    return ATLAS_OK;
}

/* Reads a geometry of the row at hand and appends it with `add`. */
static enum atlas_status read_shape(struct edition_reading *reading, struct snapshot_row *row,
                                    int column, enum geometry_shape shape,
                                    enum atlas_status (*add)(struct shapes *shapes,
                                                             const uint8_t *wkb, size_t length))
{
    size_t size;
    const uint8_t *blob = snapshot_blob(row, column, &size);
    bytes_clear(&reading->wkb);
    enum atlas_status status = geometry_blob_to_wkb(blob, size, shape, &reading->wkb);
    if (status == ATLAS_CORRUPT) return snapshot_refuse(row, "has a damaged geometry");
    return status ? status : add(&reading->owner->shapes, reading->wkb.data, reading->wkb.length);
}

static enum atlas_status visit_area(struct snapshot_row *row, void *context)
{
    struct edition_reading *reading = context;
    struct edition_area *area = rows_add(&reading->owner->areas, sizeof *area);
    if (!area) return ATLAS_NO_MEMORY;
    bool failed = false;
    area->code =
        edition_keep(&reading->owner->partnership_texts, snapshot_required_text(row, 0), &failed);
    area->territory = edition_find_territory(&reading->owner->edition, area->code);
    if (failed) return ATLAS_NO_MEMORY;
    return read_shape(reading, row, 1, GEOMETRY_MULTI_POLYGON, shapes_read_area);
}

static enum atlas_status visit_border(struct snapshot_row *row, void *context)
{
    struct edition_reading *reading = context;
    struct edition_border *border = rows_add(&reading->owner->borders, sizeof *border);
    if (!border) return ATLAS_NO_MEMORY;
    bool failed = false;
    border->kind =
        edition_keep(&reading->owner->partnership_texts, snapshot_required_text(row, 0), &failed);
    if (failed) return ATLAS_NO_MEMORY;
    return read_shape(reading, row, 1, GEOMETRY_MULTI_LINE, shapes_read_border);
}

enum atlas_status edition_read_shapes(struct edition_reading *reading)
{
    enum atlas_status status =
        snapshot_each(reading->snapshot, "area", "SELECT code, geom FROM area ORDER BY code",
                      visit_area, reading, reading->error);
    return status ? status
                  : snapshot_each(reading->snapshot, "border",
                                  "SELECT kind, geom FROM border ORDER BY id", visit_border,
                                  reading, reading->error);
}

static enum edition_name_kind name_kind(const char *text)
{
    return strcmp(text, "official") == 0    ? NAME_OFFICIAL
           : strcmp(text, "old") == 0       ? NAME_OLD
           : strcmp(text, "delegated") == 0 ? NAME_DELEGATED
                                            : NAME_OTHER;
}

static enum atlas_status visit_name(struct snapshot_row *row, void *context)
{
    struct edition_reading *reading = context;
    int64_t id = snapshot_integer(row, 0, INT64_MIN, INT64_MAX, 0);
    uint32_t territory = edition_territory_of_id(reading->owner, id);
    if (territory == EDITION_NONE)
        return edition_is_hidden(reading, id) ? ATLAS_OK
                                              : snapshot_refuse(row, "belongs to no territory");
    struct edition_name *name = rows_add(&reading->owner->names, sizeof *name);
    if (!name) return ATLAS_NO_MEMORY;
    bool failed = false;
    name->territory = territory;
    name->folded =
        edition_keep_own(&reading->owner->texts, snapshot_required_text(row, 1), &failed);
    name->name = edition_keep_own(&reading->owner->texts, snapshot_required_text(row, 2), &failed);
    name->kind = (uint8_t)name_kind(snapshot_required_text(row, 3));
    return failed ? ATLAS_NO_MEMORY : ATLAS_OK;
}

/* A territory is also found by the names it is shown with. */
static enum atlas_status add_shown_name(struct edition_owner *owner, uint32_t territory,
                                        const char *text)
{
    char folded[400];
    if (name_fold(text, folded, sizeof folded) == 0) return ATLAS_OK;
    struct edition_name *name = rows_add(&owner->names, sizeof *name);
    if (!name) return ATLAS_NO_MEMORY;
    bool failed = false;
    *name = (struct edition_name){edition_keep_own(&owner->texts, folded, &failed), text, territory,
                                  NAME_OFFICIAL};
    return failed ? ATLAS_NO_MEMORY : ATLAS_OK;
}

/* Of equal names the official one comes first, and stays when repeats are dropped. */
static int compare_names(const void *a, const void *b)
{
    const struct edition_name *left = a, *right = b;
    int order = strcmp(left->folded, right->folded);
    if (order) return order;
    if (left->territory != right->territory) return left->territory < right->territory ? -1 : 1;
    if (left->kind != right->kind) return left->kind < right->kind ? -1 : 1;
    return strcmp(left->name, right->name);
}

/* What names are sorted by at first: their first eight bytes as a number, which settles most
 * comparisons without a look at the text. */
struct name_order {
    uint64_t start;
    const struct edition_name *name;
};

static int compare_name_order(const void *a, const void *b)
{
    const struct name_order *left = a, *right = b;
    if (left->start != right->start) return left->start < right->start ? -1 : 1;
    return compare_names(left->name, right->name);
}

static uint64_t start_of(const char *text)
{
    uint64_t start = 0;
    for (int i = 0; i < 8; i++) {
        start = start << 8 | (uint8_t)*text;
        text += *text != '\0';
    }
    return start;
}

static enum atlas_status sort_names(struct rows *rows)
{
    const struct edition_name *names = rows->data;
    size_t n = rows->n;
    struct name_order *order = malloc((n + 1) * sizeof *order);
    struct edition_name *sorted = malloc((n + 1) * sizeof *sorted);
    if (!order || !sorted) {
        free(order);
        free(sorted);
        return ATLAS_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++)
        order[i] = (struct name_order){start_of(names[i].folded), &names[i]};
    qsort(order, n, sizeof *order, compare_name_order);
    for (size_t i = 0; i < n; i++)
        sorted[i] = *order[i].name;
    free(order);
    free(rows->data);
    *rows = (struct rows){sorted, n, n + 1};
    return ATLAS_OK;
}

/* Drops what repeats the folded text of the same territory. */
static void drop_repeats(struct rows *rows)
{
    struct edition_name *names = rows->data;
    size_t kept = 0;
    for (size_t i = 0; i < rows->n; i++) {
        bool repeat = kept > 0 && names[kept - 1].territory == names[i].territory &&
                      strcmp(names[kept - 1].folded, names[i].folded) == 0;
        if (!repeat) names[kept++] = names[i];
    }
    rows->n = kept;
}

enum atlas_status edition_read_names(struct edition_reading *reading)
{
    struct edition_owner *owner = reading->owner;
    enum atlas_status status = snapshot_each(reading->snapshot, "name",
                                             "SELECT territory_id, folded, name, kind FROM name",
                                             visit_name, reading, reading->error);
    const struct edition_territory *territories = owner->territories.data;
    for (uint32_t i = 0; status == ATLAS_OK && i < owner->n_file_territories; i++) {
        status = add_shown_name(owner, i, territories[i].name_fr);
        if (status == ATLAS_OK && strcmp(territories[i].name_fr, territories[i].name_en) != 0)
            status = add_shown_name(owner, i, territories[i].name_en);
    }
    if (status) return status;
    status = sort_names(&owner->names);
    if (status == ATLAS_OK) drop_repeats(&owner->names);
    return status;
}
