#include "import/gazetteer_geonames.h"

#include "import/gazetteer_file.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Columns of a GeoNames dump. */
enum {
    COLUMN_ID,
    COLUMN_NAME,
    COLUMN_ASCII,
    COLUMN_ALTERNATES,
    COLUMN_LATITUDE,
    COLUMN_LONGITUDE,
    COLUMN_CLASS,
    COLUMN_FEATURE,
    COLUMN_COUNTRY,
    COLUMN_OTHER_COUNTRIES,
    COLUMN_ADMIN1,
    COLUMN_ADMIN2,
    COLUMN_ADMIN3,
    COLUMN_ADMIN4,
    COLUMN_POPULATION,
    COLUMN_COUNT = 19
};

static bool read_degrees(const char *text, double limit, double *degrees)
{
    char *end;
    *degrees = strtod(text, &end);
    return end != text && !*end && isfinite(*degrees) && fabs(*degrees) <= limit;
}

static bool read_city(char *line, struct geonames_city *city)
{
    char *fields[COLUMN_COUNT];
    if (gazetteer_split(line, '\t', fields, COLUMN_COUNT) != COLUMN_COUNT) return false;
    *city = (struct geonames_city){.id = fields[COLUMN_ID],
                                   .name = fields[COLUMN_NAME],
                                   .ascii = fields[COLUMN_ASCII],
                                   .alternates = fields[COLUMN_ALTERNATES],
                                   .feature = fields[COLUMN_FEATURE],
                                   .country = fields[COLUMN_COUNTRY],
                                   .admin1 = fields[COLUMN_ADMIN1],
                                   .admin2 = fields[COLUMN_ADMIN2],
                                   .admin3 = fields[COLUMN_ADMIN3],
                                   .admin4 = fields[COLUMN_ADMIN4],
                                   .population = strtoll(fields[COLUMN_POPULATION], NULL, 10)};
    if (strcmp(city->country, "IL") == 0 &&
        strcmp(city->admin1, &GEONAMES_WEST_BANK_SETTLEMENTS[3]) == 0)
        city->country = "PS";
    size_t digits = strspn(city->id, "0123456789");
    return digits > 0 && digits <= 12 && !city->id[digits] && *city->name &&
           strlen(city->country) == 2 && city->population >= 0 &&
           read_degrees(fields[COLUMN_LATITUDE], 90, &city->lat_deg) &&
           read_degrees(fields[COLUMN_LONGITUDE], 180, &city->lon_deg);
}

static size_t count_lines(const char *text)
{
    size_t n = 1;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

enum atlas_status geonames_open(const char *path, struct geonames_set *set,
                                struct atlas_error *error)
{
    struct geonames_set read = {0};
    size_t size;
    enum atlas_status status = gazetteer_file_read(path, &read.text, &size, error);
    if (status != ATLAS_OK) return status;
    read.cities = calloc(count_lines(read.text), sizeof *read.cities);
    if (!read.cities) status = atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory");
    char *text = read.text, *line;
    while (status == ATLAS_OK && (line = gazetteer_next_line(&text))) {
        if (read_city(line, &read.cities[read.n]))
            read.n++;
        else
            status = atlas_fail(error, ATLAS_INVALID,
                                "%s: line %zu is not of the form of a GeoNames dump "
                                "(19 columns with tabs between)",
                                path, read.n + 1);
    }
    if (status == ATLAS_OK)
        *set = read;
    else
        geonames_close(&read);
    return status;
}

void geonames_close(struct geonames_set *set)
{
    free(set->cities);
    free(set->text);
    *set = (struct geonames_set){0};
}
