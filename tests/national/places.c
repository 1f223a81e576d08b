#include "tests/national/places.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* Share of the links, in per mille, of the countries with the most French partnerships; all
 * others together have what is left. */
static const struct {
    const char *iso;
    double share;
} country_shares[] = {
    {"DE", 185}, {"GB", 80}, {"IT", 72}, {"ES", 54}, {"PL", 48}, {"BE", 34}, {"RO", 33}, {"SN", 32},
    {"ML", 28},  {"BF", 27}, {"PT", 26}, {"CA", 24}, {"MA", 24}, {"US", 20}, {"MG", 19}, {"CN", 18},
    {"BJ", 17},  {"TN", 15}, {"CM", 14}, {"HU", 13}, {"CZ", 12}, {"TG", 11}, {"CH", 10}, {"DZ", 10},
    {"RU", 9},   {"VN", 9},  {"NL", 9},  {"GN", 8},  {"JP", 8},  {"PS", 8},  {"IE", 8},  {"GR", 8},
    {"NE", 7},   {"HT", 7},  {"CI", 7},  {"LB", 7},  {"UA", 6},  {"BR", 6},  {"MR", 5},  {"AT", 5},
    {"AM", 5},   {"IL", 5},  {"SK", 4},  {"MX", 4},  {"IN", 4},  {"SE", 3},  {"DK", 3},  {"KH", 3},
    {"TD", 3},   {"BG", 3},  {"KM", 3},  {"CU", 3},  {"AR", 3},  {"TR", 3},  {"LA", 2},  {"NI", 2},
};

void give_up(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("make_national: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

void *need(void *memory)
{
    if (!memory) give_up("out of memory");
    return memory;
}

static char *column_text(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    return need(strdup(text ? (const char *)text : ""));
}

static struct place *places_add(struct places *places)
{
    if (places->count == places->capacity) {
        places->capacity = places->capacity ? 2 * places->capacity : 1024;
        places->items = need(
            realloc(places->items, places->capacity * sizeof *places->items)); /* exits if none */
    }
    return &places->items[places->count++];
}

static void place_clear(struct place *place)
{
    free(place->name);
    free(place->kind);
    free(place->hint);
    free(place->generic);
    free(place->country);
    free(place->iso);
}

void places_close(struct places *places)
{
    for (size_t i = 0; i < places->count; i++)
        place_clear(&places->items[i]);
    free(places->items);
    free(places->reach);
}

void place_locate(struct place *place, double lon, double lat)
{
    const double radian = 3.14159265358979323846 / 180;
    place->x = cos(lat * radian) * cos(lon * radian);
    place->y = cos(lat * radian) * sin(lon * radian);
    place->z = sin(lat * radian);
}

/* Appends the rows of a query: name, kind, hint, generic, country, iso, lon, lat, population. */
static void places_read(struct places *places, sqlite3 *database, const char *query)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(database, query, -1, &statement, NULL) != SQLITE_OK)
        give_up("this is no gazetteer of ours: %s; build one with ./dev build",
                sqlite3_errmsg(database));
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct place *place = places_add(places);
        *place = (struct place){
            .name = column_text(statement, 0),
            .kind = column_text(statement, 1),
            .hint = column_text(statement, 2),
            .generic = column_text(statement, 3),
            .country = column_text(statement, 4),
            .iso = column_text(statement, 5),
            .people = sqlite3_column_double(statement, 8),
        };
        if (sqlite3_column_type(statement, 6) != SQLITE_NULL)
            place_locate(place, sqlite3_column_double(statement, 6),
                         sqlite3_column_double(statement, 7));
    }
    if (code != SQLITE_DONE) give_up("cannot read the gazetteer: %s", sqlite3_errmsg(database));
    sqlite3_finalize(statement);
}

static void read_french(struct places *places, sqlite3 *database)
{
    places_read(places, database,
                "SELECT t.name_fr, t.kind, CASE WHEN t.kind IN ('commune', 'epci')"
                "  THEN p.name_fr ELSE '' END, '', '', '', t.lon, t.lat, t.population"
                " FROM territory t LEFT JOIN territory p ON p.code = t.parent_code"
                " WHERE t.side = 'french' AND t.replaced_by IS NULL"
                "  AND t.code NOT BETWEEN 'com:13201' AND 'com:13216'" /* wards of Marseille, */
                "  AND t.code NOT BETWEEN 'com:69381' AND 'com:69389'" /* of Lyon */
                "  AND t.code NOT BETWEEN 'com:75101' AND 'com:75120'" /* and of Paris */
                "  AND t.code NOT IN ('dep:984', 'dep:989')"           /* nobody lives there */
                "  AND t.kind IN ('commune', 'epci', 'departement', 'region',"
                "                 'collectivite-unique', 'syndicat')"
                " ORDER BY t.code");
}

/* Names that two places of one kind and country share are left out: nobody could tell which one
 * a row means. */
static void read_foreign(struct places *places, sqlite3 *database)
{
    places_read(places, database,
                "SELECT t.name_fr, t.kind, '', coalesce(t.generic, ''), c.name_fr, t.country_iso,"
                "  t.lon, t.lat, t.population"
                " FROM territory t JOIN territory c ON c.code = 'country:' || t.country_iso"
                " WHERE t.side = 'foreign' AND t.replaced_by IS NULL"
                "  AND t.kind IN ('city', 'admin1', 'admin2', 'country')"
                " GROUP BY t.country_iso, t.kind, t.name_fr HAVING count(*) = 1"
                " ORDER BY t.country_iso, t.kind, t.name_fr");
}

double place_chord(const struct place *a, const struct place *b)
{
    double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
    return sqrt(dx * dx + dy * dy + dz * dz);
}

static double country_share(const char *iso, double rest)
{
    for (size_t i = 0; i < COUNT(country_shares); i++) {
        if (strcmp(iso, country_shares[i].iso) == 0) return country_shares[i].share;
    }
    return rest;
}

struct country {
    size_t first, end;    /* its places */
    double people, crowd; /* sum of people; of their square roots */
    bool listed;
};

static int by_listed_then_people(const void *left, const void *right)
{
    const struct country *a = left, *b = right;
    if (a->listed != b->listed) return a->listed ? -1 : 1;
    if (a->people != b->people) return a->people > b->people ? -1 : 1;
    return a->first < b->first ? -1 : a->first > b->first;
}

static double kind_factor(const char *kind)
{
    return strcmp(kind, "admin1") == 0    ? 12
           : strcmp(kind, "country") == 0 ? 6
           : strcmp(kind, "admin2") == 0  ? 1.5
                                          : 1;
}

static double crowd_of(const struct place *place)
{
    double people = place->people > 0 ? place->people : 500;
    bool city = strcmp(place->kind, "city") == 0;
    return (city ? sqrt(people) : 200) * kind_factor(place->kind);
}

/* Gives each partner its weight: the share of its country, divided by size within it. */
static void weigh_partners(struct places *places, size_t country_limit)
{
    struct country *countries = need(calloc(places->count + 1, sizeof *countries));
    size_t count = 0;
    for (size_t i = 0; i < places->count; i++) {
        const struct place *place = &places->items[i];
        if (i == 0 || strcmp(place->iso, places->items[i - 1].iso) != 0)
            countries[count++] =
                (struct country){.first = i, .listed = country_share(place->iso, 0) > 0};
        countries[count - 1].end = i + 1;
        countries[count - 1].people += strcmp(place->kind, "city") == 0 ? place->people : 0;
        countries[count - 1].crowd += crowd_of(place);
    }
    qsort(countries, count, sizeof *countries, by_listed_then_people);
    for (size_t c = 0; c < count; c++) {
        const struct country *country = &countries[c];
        double share = c < country_limit ? country_share(places->items[country->first].iso, 1) : 0;
        for (size_t i = country->first; i < country->end; i++)
            places->items[i].weight = share * crowd_of(&places->items[i]) / country->crowd;
    }
    free(countries);
}

/* Share of the links by kind of authority, and how many of them at most take part in 4,756. */
static const struct {
    const char *kind;
    double share;
    double most;
} authority_kinds[] = {{"region", 110, 18},  {"departement", 110, 100},
                       {"epci", 120, 420},   {"collectivite-unique", 25, 12},
                       {"syndicat", 15, 60}, {"commune", 620, 1e9}};

static void weigh_authorities(struct places *places)
{
    for (size_t k = 0; k < COUNT(authority_kinds); k++) {
        double crowd = 0;
        for (int pass = 0; pass < 2; pass++) {
            for (size_t i = 0; i < places->count; i++) {
                struct place *place = &places->items[i];
                if (strcmp(place->kind, authority_kinds[k].kind) != 0) continue;
                double size = pow(place->people > 0 ? place->people : 300, 0.7);
                if (pass == 0)
                    crowd += size;
                else
                    place->weight = authority_kinds[k].share * size / crowd;
            }
        }
    }
}

struct ticket {
    double key;
    size_t place;
};

static int by_key(const void *left, const void *right)
{
    const struct ticket *a = left, *b = right;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

/* True while another place of this kind may take part; counts it. */
static bool kind_has_room(const char *kind, size_t *taken, double scale)
{
    for (size_t k = 0; k < COUNT(authority_kinds); k++) {
        if (strcmp(kind, authority_kinds[k].kind) == 0)
            return (double)taken[k]++ < authority_kinds[k].most * scale;
    }
    return true;
}

/* Keeps at most `limit` places, drawn without repeats by weight (each place's key is an
 * exponential waiting time); the rest are dropped. */
static void places_choose(struct places *places, size_t limit, struct chance *chance, double scale)
{
    struct ticket *tickets = need(calloc(places->count + 1, sizeof *tickets));
    size_t count = 0, kept = 0, taken[COUNT(authority_kinds)] = {0};
    for (size_t i = 0; i < places->count; i++) {
        double weight = places->items[i].weight, unit = chance_unit(chance);
        if (weight > 0) tickets[count++] = (struct ticket){-log(1 - unit) / weight, i};
    }
    qsort(tickets, count, sizeof *tickets, by_key);
    struct place *chosen = need(calloc(limit + 1, sizeof *chosen));
    for (size_t t = 0; t < count && kept < limit; t++) {
        struct place *place = &places->items[tickets[t].place];
        if (!kind_has_room(place->kind, taken, scale)) continue;
        chosen[kept++] = *place;
        *place = (struct place){0};
    }
    free(tickets);
    places_close(places);
    *places = (struct places){.items = chosen, .count = kept, .capacity = limit + 1};
    places->reach = need(calloc(kept + 1, sizeof *places->reach));
    double sum = 0;
    for (size_t i = 0; i < kept; i++)
        places->reach[i] = sum += places->items[i].weight;
    if (kept == 0)
        give_up("the gazetteer holds no place that fits; build a whole one with ./dev build");
}

size_t places_draw(const struct places *places, struct chance *chance)
{
    double point = chance_unit(chance) * places->reach[places->count - 1];
    size_t low = 0, high = places->count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (places->reach[middle] <= point)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void places_open_french(struct places *places, sqlite3 *gazetteer, size_t limit, double scale,
                        struct chance *chance)
{
    read_french(places, gazetteer);
    weigh_authorities(places);
    places_choose(places, limit, chance, scale);
}

void places_open_foreign(struct places *places, sqlite3 *gazetteer, size_t limit,
                         size_t country_limit, struct chance *chance)
{
    read_foreign(places, gazetteer);
    weigh_partners(places, country_limit);
    places_choose(places, limit, chance, 1);
}
