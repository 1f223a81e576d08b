/* Workbooks (XLSX, ODS), GeoPackage and GeoJSON, read by GDAL. This runs in the dataset's child
 * process only, on bytes that are mapped, never by path, so that no driver looks beside the file.
 *
 * A workbook's first row that is not empty is the header; every cell is read as text, as it is
 * shown. Of layers with points the coordinates follow as two further columns, lon and lat.
 */
#include "import/dataset_tables.h"

#include "geo/bytes.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_vsi.h>
#include <errno.h>
#include <gdal.h>
#include <inttypes.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct format {
    const char *driver, *name;
    const char *path; /* in GDAL's memory: drivers go by the ending */
    bool workbook;
};

static const struct format formats[] = {
    [TABLES_XLSX] = {"XLSX", "XLSX", "/vsimem/input.xlsx", true},
    [TABLES_ODS] = {"ODS", "ODS", "/vsimem/input.ods", true},
    [TABLES_GEOPACKAGE] = {"GPKG", "GeoPackage", "/vsimem/input.gpkg", false},
    [TABLES_GEOJSON] = {"GeoJSON", "GeoJSON", "/vsimem/input.geojson", false},
};

struct reading {
    const struct format *format;
    const struct dataset_options *options;
    struct row_sink *sink;
    uint64_t file_size;
    OGRLayerH layer;
    bool points; /* two columns of coordinates follow */
    size_t n_cells;
    struct dataset_cell *cells; /* n_cells */
    struct bytes text;          /* of the row's cells, each with its NUL */
    size_t *starts;             /* of each cell in text */
    char (*names)[64];          /* of columns, for problems */
};

bool tables_format_of(const uint8_t *start, size_t length, enum tables_format *format)
{
    static const char ods[] = "application/vnd.oasis.opendocument.spreadsheet";
    size_t i = 0;
    if (length >= 4 && memcmp(start, "PK\3\4", 4) == 0) {
        *format = memmem(start, length, ods, strlen(ods)) ? TABLES_ODS : TABLES_XLSX;
        return true;
    }
    if (length >= 16 && memcmp(start, "SQLite format 3", 16) == 0) {
        *format = TABLES_GEOPACKAGE;
        return true;
    }
    if (length >= 3 && memcmp(start, "\xEF\xBB\xBF", 3) == 0) i = 3;
    while (i < length && strchr(" \t\r\n", start[i]) && start[i])
        i++;
    *format = TABLES_GEOJSON;
    return i < length && start[i] == '{' && memmem(start, length, "\"type\"", 6);
}

static void be_quiet(CPLErr class, CPLErrorNum number, const char *message)
{
    (void)class, (void)number, (void)message; /* CPLGetLastErrorMsg() keeps it */
}

static enum atlas_status open_layer(GDALDatasetH dataset, const struct dataset_options *options,
                                    OGRLayerH *layer, struct atlas_error *error)
{
    struct bytes names = {0};
    *layer = NULL;
    for (int i = 0; i < GDALDatasetGetLayerCount(dataset) && !*layer; i++) {
        OGRLayerH candidate = GDALDatasetGetLayer(dataset, i);
        const char *name = OGR_L_GetName(candidate);
        if (options->layer ? strcmp(name, options->layer) == 0
                           : OGR_L_GetFeatureCount(candidate, 1) > 0)
            *layer = candidate;
        if (i < 20) bytes_append_format(&names, "%s%s", i ? ", " : "", name);
    }
    bytes_append_byte(&names, 0);
    enum atlas_status status = ATLAS_OK;
    if (!*layer && options->layer)
        status =
            atlas_fail(error, ATLAS_NOT_FOUND, "there is no sheet or layer named %s; there are: %s",
                       options->layer, names.failed ? "" : (const char *)names.data);
    else if (!*layer)
        status = atlas_fail(error, ATLAS_INVALID, "no sheet or layer holds a row");
    bytes_close(&names);
    return status;
}

static void begin_row(struct reading *reading)
{
    bytes_clear(&reading->text);
}

static void append_list(struct bytes *out, char **items)
{
    for (int i = 0; items && items[i]; i++)
        bytes_append_format(out, "%s%s", i ? ";" : "", items[i]);
}

static void append_field(struct reading *reading, OGRFeatureH feature, int field)
{
    if (!OGR_F_IsFieldSetAndNotNull(feature, field)) return;
    OGRFieldDefnH definition = OGR_F_GetFieldDefnRef(feature, field);
    if (OGR_Fld_GetType(definition) == OFTStringList)
        append_list(&reading->text, OGR_F_GetFieldAsStringList(feature, field));
    else
        bytes_append_text(&reading->text, OGR_F_GetFieldAsString(feature, field));
}

static void append_point(struct reading *reading, OGRFeatureH feature, bool latitude)
{
    OGRGeometryH geometry = OGR_F_GetGeometryRef(feature);
    if (!geometry || OGR_G_IsEmpty(geometry) ||
        wkbFlatten(OGR_G_GetGeometryType(geometry)) != wkbPoint)
        return;
    bytes_append_format(&reading->text, "%.7f",
                        latitude ? OGR_G_GetY(geometry, 0) : OGR_G_GetX(geometry, 0));
}

/* Fills cells with the feature's, and finds what makes the row unusable. */
static enum atlas_status fill_row(struct reading *reading, OGRFeatureH feature,
                                  struct dataset_row *row)
{
    size_t n_fields = reading->n_cells - (reading->points ? 2 : 0);
    begin_row(reading);
    for (size_t i = 0; i < reading->n_cells; i++) {
        reading->starts[i] = reading->text.length;
        if (i < n_fields)
            append_field(reading, feature, (int)i);
        else
            append_point(reading, feature, i == n_fields + 1);
        bytes_append_byte(&reading->text, 0);
    }
    if (bytes_status(&reading->text) != ATLAS_OK) return ATLAS_NO_MEMORY;
    *row = (struct dataset_row){.line = (uint64_t)OGR_F_GetFID(feature),
                                .n_cells = reading->n_cells,
                                .cells = reading->cells};
    for (size_t i = 0; i < reading->n_cells; i++) {
        const char *text = (const char *)reading->text.data + reading->starts[i];
        reading->cells[i] = (struct dataset_cell){text, strlen(text)};
        if (reading->cells[i].length <= reading->options->limits.cell_bytes) continue;
        row->problem = "a cell is longer than the limit (--max-cell BYTES)";
        row->column = reading->names[i];
        reading->cells[i] = (struct dataset_cell){"", 0};
    }
    return ATLAS_OK;
}

static bool is_empty(const struct dataset_row *row)
{
    for (size_t i = 0; i < row->n_cells; i++)
        if (row->cells[i].length > 0) return false;
    return !row->problem;
}

/* Keeps the header's names for problems. */
static void send_header(struct reading *reading, const struct dataset_row *header)
{
    for (size_t i = 0; i < header->n_cells; i++)
        snprintf(reading->names[i], sizeof *reading->names, "%s", header->cells[i].text);
    sink_header(reading->sink, header);
}

static void send_field_names(struct reading *reading)
{
    OGRFeatureDefnH definition = OGR_L_GetLayerDefn(reading->layer);
    size_t n_fields = reading->n_cells - (reading->points ? 2 : 0);
    for (size_t i = 0; i < reading->n_cells; i++) {
        const char *name = i < n_fields
                               ? OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(definition, (int)i))
                           : i == n_fields ? "lon"
                                           : "lat";
        reading->cells[i] = (struct dataset_cell){name, strlen(name)};
    }
    send_header(reading, &(struct dataset_row){
                             .line = 0, .n_cells = reading->n_cells, .cells = reading->cells});
}

static enum atlas_status send_rows(struct reading *reading, struct atlas_error *error)
{
    int64_t count = OGR_L_GetFeatureCount(reading->layer, 1), done = 0;
    bool header_due = reading->format->workbook;
    OGRFeatureH feature;
    OGR_L_ResetReading(reading->layer);
    CPLErrorReset();
    while ((feature = OGR_L_GetNextFeature(reading->layer))) {
        struct dataset_row row;
        enum atlas_status status = fill_row(reading, feature, &row);
        OGR_F_Destroy(feature);
        if (status != ATLAS_OK) return atlas_fail(error, status, "out of memory");
        done++;
        if (!reading->format->workbook)
            row.line = (uint64_t)done; /* ids may be anything; the order is the file's */
        if (is_empty(&row)) continue;
        if (header_due)
            send_header(reading, &row);
        else
            sink_row(reading->sink, &row);
        header_due = false;
        if (count > 0 && done % 256 == 0)
            sink_position(reading->sink, reading->file_size / (uint64_t)count * (uint64_t)done);
    }
    if (CPLGetLastErrorType() >= CE_Failure)
        return atlas_fail(error, ATLAS_INVALID, "reading stopped after row %" PRId64 ": %s", done,
                          CPLGetLastErrorMsg());
    return header_due ? atlas_fail(error, ATLAS_INVALID, "the sheet is empty") : ATLAS_OK;
}

static enum atlas_status read_layer(struct reading *reading, struct atlas_error *error)
{
    OGRFeatureDefnH definition = OGR_L_GetLayerDefn(reading->layer);
    reading->points =
        !reading->format->workbook && wkbFlatten(OGR_L_GetGeomType(reading->layer)) == wkbPoint;
    reading->n_cells = (size_t)OGR_FD_GetFieldCount(definition) + (reading->points ? 2 : 0);
    if (reading->n_cells > reading->options->limits.columns)
        return atlas_fail(error, ATLAS_TOO_LARGE,
                          "there are %zu columns, more than the limit of %zu (--max-columns N)",
                          reading->n_cells, reading->options->limits.columns);
    reading->cells = calloc(reading->n_cells + 1, sizeof *reading->cells);
    reading->starts = calloc(reading->n_cells + 1, sizeof *reading->starts);
    reading->names = calloc(reading->n_cells + 1, sizeof *reading->names);
    enum atlas_status status = ATLAS_NO_MEMORY;
    if (reading->cells && reading->starts && reading->names) {
        char format[200];
        snprintf(format, sizeof format, "%s, %s \"%s\"", reading->format->name,
                 reading->format->workbook ? "sheet" : "layer", OGR_L_GetName(reading->layer));
        sink_format(reading->sink, format);
        if (!reading->format->workbook) send_field_names(reading);
        status = send_rows(reading, error);
    } else {
        atlas_fail(error, status, "out of memory");
    }
    free(reading->cells);
    free(reading->starts);
    free(reading->names);
    bytes_close(&reading->text);
    return status;
}

static void prepare_gdal(void)
{
    static const char *const options[][2] = {
        {"OGR_XLSX_HEADERS", "DISABLE"},      {"OGR_XLSX_FIELD_TYPES", "STRING"},
        {"OGR_ODS_HEADERS", "DISABLE"},       {"OGR_ODS_FIELD_TYPES", "STRING"},
        {"OGR_SQLITE_LOAD_EXTENSIONS", "NO"}, {"GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR"},
        {"OGR_GEOJSON_MAX_OBJ_SIZE", "20"}, /* MB of one feature */
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        CPLSetConfigOption(options[i][0], options[i][1]);
    CPLSetErrorHandler(be_quiet);
    GDALAllRegister();
}

static enum atlas_status read_mapped(struct reading *reading, void *data, struct atlas_error *error)
{
    const struct format *format = reading->format;
    const char *const drivers[] = {format->driver, NULL};
    prepare_gdal();
    VSILFILE *memory = VSIFileFromMemBuffer(format->path, data, reading->file_size, 0);
    if (memory) VSIFCloseL(memory);
    GDALDatasetH dataset =
        memory ? GDALOpenEx(format->path, GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers, NULL, NULL)
               : NULL;
    if (!dataset)
        return atlas_fail(error, ATLAS_INVALID, "this is no %s that can be read%s%s", format->name,
                          *CPLGetLastErrorMsg() ? ": " : "", CPLGetLastErrorMsg());
    enum atlas_status status = open_layer(dataset, reading->options, &reading->layer, error);
    if (status == ATLAS_OK) status = read_layer(reading, error);
    GDALClose(dataset);
    return status;
}

enum atlas_status read_tables(int file, enum tables_format format,
                              const struct dataset_options *options, struct row_sink *sink,
                              struct atlas_error *error)
{
    struct stat about;
    if (fstat(file, &about) != 0 || about.st_size <= 0)
        return atlas_fail(error, ATLAS_INVALID, "the file is empty");
    struct reading reading = {.format = &formats[format],
                              .options = options,
                              .sink = sink,
                              .file_size = (uint64_t)about.st_size};
    /* Private and writable: GDAL takes a buffer that it could change. */
    void *data = mmap(NULL, reading.file_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    if (data == MAP_FAILED)
        return atlas_fail(error, ATLAS_IO, "cannot map the file: %s", strerror(errno));
    enum atlas_status status = read_mapped(&reading, data, error);
    munmap(data, reading.file_size);
    return status;
}
