#include "import/gazetteer_natural_earth.h"

#include "geo/array.h"

#include <cpl_error.h>
#include <errno.h>
#include <gdal.h>
#include <ogr_api.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Fields that hold names, the one to show first. `several`: cut at "|". */
static const struct {
    const char *field, *lang;
    bool several;
} name_fields[] = {
    {"name", "", false},      {"name_fr", "fr", false}, {"name_en", "en", false},
    {"name_alt", "", true},   {"gn_name", "", false},   {"woe_name", "", false},
    {"gns_name", "", false},  {"name_de", "de", false}, {"name_es", "es", false},
    {"name_it", "it", false}, {"name_pt", "pt", false}, {"name_pl", "pl", false},
    {"name_nl", "nl", false}, {"name_ru", "ru", false}, {"name_ar", "ar", false},
    {"name_vi", "vi", false}, {"name_tr", "tr", false},
};

static bool add_name(struct natural_earth_feature *feature, const char *name, size_t length,
                     const char *lang)
{
    if (!length || feature->n_names == NATURAL_EARTH_NAMES) return true;
    struct natural_earth_name *added = &feature->names[feature->n_names];
    added->name = strndup(name, length);
    if (!added->name) return false;
    memcpy(added->lang, lang, strlen(lang) + 1);
    feature->n_names++;
    return true;
}

/* A field's text, or "" where the file has no such field or it is null. */
static const char *field_text(OGRFeatureH row, const char *field)
{
    int index = OGR_F_GetFieldIndex(row, field);
    return index >= 0 && OGR_F_IsFieldSetAndNotNull(row, index) ? OGR_F_GetFieldAsString(row, index)
                                                                : "";
}

static bool read_names(struct natural_earth_feature *feature, OGRFeatureH row)
{
    for (size_t i = 0; i < sizeof name_fields / sizeof *name_fields; i++) {
        const char *text = field_text(row, name_fields[i].field);
        for (size_t length; *text; text += length + (text[length] == '|')) {
            length = name_fields[i].several ? strcspn(text, "|") : strlen(text);
            if (!add_name(feature, text, length, name_fields[i].lang)) return false;
        }
    }
    const char *type = field_text(row, "type_en");
    feature->type = *type ? strdup(type) : NULL;
    return true;
}

static bool read_polygon(struct outline *outline, OGRGeometryH polygon, size_t part)
{
    for (int r = 0; r < OGR_G_GetGeometryCount(polygon); r++) {
        OGRGeometryH ring = OGR_G_GetGeometryRef(polygon, r);
        int n = OGR_G_GetPointCount(ring);
        if (n < 4) continue;
        struct outline_point *points = calloc((size_t)n, sizeof *points);
        if (!points) return false;
        OGR_G_GetPoints(ring, &points->lon_deg, sizeof *points, &points->lat_deg, sizeof *points,
                        NULL, 0);
        bool added = outline_add_ring(outline, points, (size_t)n, part, r > 0);
        free(points);
        if (!added) return false;
    }
    return true;
}

static bool read_geometry(struct outline *outline, OGRGeometryH geometry)
{
    if (!geometry) return true;
    OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(geometry));
    if (type == wkbPolygon) return read_polygon(outline, geometry, 0);
    if (type != wkbMultiPolygon) return true;
    for (int part = 0; part < OGR_G_GetGeometryCount(geometry); part++)
        if (!read_polygon(outline, OGR_G_GetGeometryRef(geometry, part), (size_t)part))
            return false;
    return true;
}

static void copy_code(char *to, size_t size, const char *text)
{
    size_t length = strlen(text);
    if (length >= size) length = 0; /* no code that we know is as long */
    memcpy(to, text, length);
    to[length] = '\0';
}

static bool read_feature(struct natural_earth *set, OGRFeatureH row)
{
    if (!ARRAY_RESERVE(set->features, set->n + 1, &set->capacity)) return false;
    struct natural_earth_feature *feature = &set->features[set->n++];
    *feature = (struct natural_earth_feature){0};
    copy_code(feature->code, sizeof feature->code, field_text(row, "iso_3166_2"));
    copy_code(feature->country, sizeof feature->country, field_text(row, "iso_a2"));
    return read_names(feature, row) && read_geometry(&feature->outline, OGR_F_GetGeometryRef(row));
}

static enum atlas_status read_layer(GDALDatasetH file, const char *path, struct natural_earth *set,
                                    struct atlas_error *error)
{
    OGRLayerH layer = GDALDatasetGetLayer(file, 0);
    if (!layer || OGR_FD_GetFieldIndex(OGR_L_GetLayerDefn(layer), "iso_3166_2") < 0 ||
        OGR_FD_GetFieldIndex(OGR_L_GetLayerDefn(layer), "name") < 0)
        return atlas_fail(error, ATLAS_INVALID,
                          "%s has not the fields iso_3166_2 and name of Natural Earth", path);
    for (OGRFeatureH row; (row = OGR_L_GetNextFeature(layer));) {
        bool read = read_feature(set, row);
        OGR_F_Destroy(row);
        if (!read) return atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory to read %s", path);
    }
    return ATLAS_OK;
}

enum atlas_status natural_earth_open(const char *path, struct natural_earth *set,
                                     struct atlas_error *error)
{
    static const char *const drivers[] = {"GeoJSON", NULL};
    if (access(path, R_OK) != 0)
        return atlas_fail(error, errno == ENOENT ? ATLAS_NOT_FOUND : ATLAS_IO, "cannot read %s: %s",
                          path, strerror(errno));
    GDALAllRegister();
    CPLPushErrorHandler(CPLQuietErrorHandler);
    GDALDatasetH file = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers, NULL, NULL);
    struct natural_earth read = {0};
    enum atlas_status status =
        file ? read_layer(file, path, &read, error)
             : atlas_fail(error, ATLAS_INVALID, "%s cannot be read as GeoJSON: %s", path,
                          CPLGetLastErrorMsg());
    if (file) GDALClose(file);
    CPLPopErrorHandler();
    if (status == ATLAS_OK)
        *set = read;
    else
        natural_earth_close(&read);
    return status;
}

void natural_earth_close(struct natural_earth *set)
{
    for (size_t i = 0; i < set->n; i++) {
        struct natural_earth_feature *feature = &set->features[i];
        for (size_t k = 0; k < feature->n_names; k++)
            free(feature->names[k].name);
        free(feature->type);
        outline_close(&feature->outline);
    }
    free(set->features);
    *set = (struct natural_earth){0};
}
