#include "import/gazetteer_known_names.h"

#include "geo/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    const struct known_name *x = a, *y = b;
    int order = strcmp(x->country, y->country);
    if (!order) order = strcmp(x->folded, y->folded);
    if (order) return order;
    return x->territory < y->territory ? -1 : x->territory > y->territory;
}

bool known_names_open(const struct gazetteer *gazetteer, struct known_names *names)
{
    names->n = 0;
    names->entries = calloc(gazetteer->n_names + 1, sizeof *names->entries);
    for (size_t i = 0; names->entries && i < gazetteer->n_names; i++) {
        const struct gazetteer_name *name = &gazetteer->names[i];
        const struct gazetteer_territory *city = &gazetteer->territories[name->territory];
        if ((city->kind != KIND_CITY && city->kind != KIND_DISTRICT) || !city->country_iso)
            continue;
        struct known_name *entry = &names->entries[names->n++];
        memcpy(entry->country, city->country_iso, 3);
        entry->folded = name->folded;
        entry->territory = name->territory;
    }
    if (names->entries) qsort(names->entries, names->n, sizeof *names->entries, compare);
    return names->entries != NULL;
}

void known_names_close(struct known_names *names)
{
    free(names->entries);
    *names = (struct known_names){0};
}

double known_names_km(double lon1_deg, double lat1_deg, double lon2_deg, double lat2_deg)
{
    double x = (lon2_deg - lon1_deg) * cos(lat1_deg * M_PI / 180), y = lat2_deg - lat1_deg;
    return hypot(x, y) * 111.2;
}

bool known_names_near(const struct gazetteer *gazetteer, const struct known_names *names,
                      const char *country, const char *folded, double lon_deg, double lat_deg,
                      double within_km)
{
    struct known_name wanted = {.folded = folded, .territory = 0};
    memcpy(wanted.country, country, 3);
    for (size_t i = array_lower_bound(names->entries, names->n, sizeof wanted, compare, &wanted);
         i < names->n; i++) {
        const struct known_name *entry = &names->entries[i];
        if (strcmp(entry->country, country) != 0 || strcmp(entry->folded, folded) != 0) break;
        const struct gazetteer_territory *city = &gazetteer->territories[entry->territory];
        if (known_names_km(lon_deg, lat_deg, city->lon_deg, city->lat_deg) <= within_km)
            return true;
    }
    return false;
}
