#include "import/gazetteer_supplement.h"

#include "import/gazetteer_cities.h"
#include "import/gazetteer_csv.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct supplement {
    struct gazetteer *gazetteer;
    struct csv_file file;
    const char *path;
    struct atlas_error *error;
};

static enum atlas_status bad_row(const struct supplement *supplement, size_t row, const char *what)
{
    return atlas_fail(supplement->error, ATLAS_INVALID, "%s: line %zu (%s): %s", supplement->path,
                      supplement->file.rows[row].line,
                      csv_file_text(&supplement->file, row, "name"), what);
}

static const char *cell(const struct supplement *supplement, size_t row, const char *column)
{
    const char *text = csv_file_text(&supplement->file, row, column);
    return *text ? text : NULL;
}

static bool read_name_kind(const char *text, enum gazetteer_name_kind *kind)
{
    static const struct {
        const char *text;
        enum gazetteer_name_kind kind;
    } kinds[] = {{"alternate", NAME_ALTERNATE},
                 {"old", NAME_OLD},
                 {"short", NAME_SHORT},
                 {"french", NAME_FRENCH}};
    for (size_t i = 0; text && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].text, text) == 0) {
            *kind = kinds[i].kind;
            return true;
        }
    return false;
}

/* Calls for each part of a cell cut at ';'. False when `use` is. */
static bool each_part(const char *text, bool (*use)(void *context, const char *part), void *context)
{
    char part[300];
    while (text && *text) {
        size_t length = strcspn(text, ";");
        if (length >= sizeof part) return false;
        memcpy(part, text, length);
        part[length] = '\0';
        if (length && !use(context, part)) return false;
        text += length + (text[length] == ';');
    }
    return true;
}

struct name_use {
    struct gazetteer *gazetteer;
    size_t territory;
    enum gazetteer_name_kind kind;
};

static bool use_name(void *context, const char *name)
{
    const struct name_use *use = context;
    gazetteer_add_name(use->gazetteer, use->territory, name, NULL, use->kind);
    return true;
}

struct middle_use {
    const struct gazetteer *gazetteer;
    double lon, lat;
    size_t n;
};

static bool use_middle(void *context, const char *code)
{
    struct middle_use *use = context;
    size_t index = gazetteer_find(use->gazetteer, code);
    if (index == GAZETTEER_NONE || isnan(use->gazetteer->territories[index].lon_deg)) return false;
    use->lon += use->gazetteer->territories[index].lon_deg;
    use->lat += use->gazetteer->territories[index].lat_deg;
    use->n++;
    return true;
}

/* Sets the point that a row gives, if it gives one. */
static enum atlas_status set_place(struct supplement *supplement, size_t row,
                                   struct gazetteer_territory *territory)
{
    const char *at = cell(supplement, row, "at"), *precision = cell(supplement, row, "precision");
    double radius_km;
    bool radius = csv_file_degrees(&supplement->file, row, "radius_km", 3000, &radius_km);
    if (at) {
        struct middle_use use = {.gazetteer = supplement->gazetteer};
        if (!each_part(at, use_middle, &use) || !use.n)
            return bad_row(supplement, row, "\"at\" names a territory that is not there");
        territory->lon_deg = use.lon / (double)use.n;
        territory->lat_deg = use.lat / (double)use.n;
        territory->precision = PRECISION_AREA;
    } else if (cell(supplement, row, "lon")) {
        if (!csv_file_degrees(&supplement->file, row, "lon", 180, &territory->lon_deg) ||
            !csv_file_degrees(&supplement->file, row, "lat", 90, &territory->lat_deg))
            return bad_row(supplement, row, "lon and lat are not degrees");
        if (!precision_parse(precision, &territory->precision))
            return bad_row(supplement, row, "precision must be exact or area");
    } else {
        return ATLAS_OK;
    }
    if (territory->precision == PRECISION_AREA && !radius)
        return bad_row(supplement, row, "a place known as an area needs radius_km");
    territory->radius_km = radius_km;
    return ATLAS_OK;
}

static enum atlas_status add_to_known(struct supplement *supplement, size_t row, size_t index)
{
    struct name_use use = {.gazetteer = supplement->gazetteer, .territory = index};
    if (!read_name_kind(cell(supplement, row, "kind"), &use.kind))
        return bad_row(supplement, row,
                       "kind must be alternate, old, short or french for a known territory");
    const char *parent = cell(supplement, row, "parent");
    if (parent && gazetteer_find(supplement->gazetteer, parent) == GAZETTEER_NONE)
        return bad_row(supplement, row, "the parent is not there");
    if (parent) { /* of the past, and so is its local word */
        struct gazetteer_territory *unit = &supplement->gazetteer->territories[index];
        unit->parent_code = gazetteer_text(supplement->gazetteer, parent);
        unit->generic = gazetteer_text(supplement->gazetteer, cell(supplement, row, "generic"));
    }
    if (!each_part(cell(supplement, row, "other_names"), use_name, &use))
        return bad_row(supplement, row, "a name is longer than 300 bytes");
    return set_place(supplement, row, &supplement->gazetteer->territories[index]);
}

static enum atlas_status add_new(struct supplement *supplement, size_t row)
{
    struct gazetteer *gazetteer = supplement->gazetteer;
    struct gazetteer_territory territory;
    const char *name = cell(supplement, row, "name"), *kind = cell(supplement, row, "kind");
    const char *country = cell(supplement, row, "country"), *code = cell(supplement, row, "code");
    enum territory_kind parsed;
    char folded[GAZETTEER_FOLD];
    if (!territory_kind_parse(kind, &parsed))
        return bad_row(supplement, row, "kind is not a kind of territory");
    if (!name || !gazetteer_fold(name, folded) ||
        gazetteer_find_parts(gazetteer, "country:", country) == GAZETTEER_NONE)
        return bad_row(supplement, row, "a new territory needs a name and a country");
    gazetteer_territory_init(&territory, strcmp(country, "FR") == 0 ? SIDE_FRENCH : SIDE_FOREIGN,
                             parsed);
    enum atlas_status status = set_place(supplement, row, &territory);
    if (status != ATLAS_OK) return status;
    const char *key =
        gazetteer_text_format(gazetteer, "%s|supplement|%s|%s", country, kind, folded);
    /* Who has partners is the seat of a municipality: before a mere village of the same name. */
    if (parsed == KIND_CITY) territory.bonus = gazetteer_feature_bonus("PPLA3");
    territory.code = code ? code
                          : gazetteer_text_format(gazetteer, "local:%016" PRIx64,
                                                  gazetteer_hash(GAZETTEER_HASH, key));
    territory.name_fr = name;
    territory.country_iso = country;
    territory.generic = cell(supplement, row, "generic");
    territory.parent_code = cell(supplement, row, "parent");
    if (!territory.parent_code)
        territory.parent_code = gazetteer_text_format(gazetteer, "country:%s", country);
    struct name_use use = {.gazetteer = gazetteer,
                           .territory = gazetteer_add(gazetteer, &territory),
                           .kind = NAME_ALTERNATE};
    gazetteer_add_name(gazetteer, use.territory, name, NULL, NAME_OFFICIAL);
    if (!each_part(cell(supplement, row, "other_names"), use_name, &use))
        return bad_row(supplement, row, "a name is longer than 300 bytes");
    return gazetteer_status(gazetteer, supplement->error);
}

static enum atlas_status add_row(struct supplement *supplement, size_t row)
{
    if (!cell(supplement, row, "source")) return bad_row(supplement, row, "no source is named");
    size_t index = gazetteer_find(supplement->gazetteer, cell(supplement, row, "code"));
    return index == GAZETTEER_NONE ? add_new(supplement, row)
                                   : add_to_known(supplement, row, index);
}

enum atlas_status gazetteer_add_supplement(struct gazetteer *gazetteer, const char *path,
                                           struct atlas_error *error)
{
    static const char *const needed[] = {
        "code", "kind", "name", "other_names", "generic",   "country", "parent",
        "at",   "lon",  "lat",  "radius_km",   "precision", "source"};
    struct supplement supplement = {.gazetteer = gazetteer, .path = path, .error = error};
    enum atlas_status status =
        csv_file_open(path, needed, sizeof needed / sizeof *needed, &supplement.file, error);
    if (status != ATLAS_OK) return status;
    for (size_t row = 0; status == ATLAS_OK && row < supplement.file.n_rows; row++)
        status = add_row(&supplement, row);
    csv_file_close(&supplement.file);
    return status;
}
