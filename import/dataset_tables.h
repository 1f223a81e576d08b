/* The reader of workbooks (XLSX, ODS), GeoPackage and GeoJSON for import/dataset; see
 * import/dataset_reader.h for what a reader does. */
#ifndef IMPORT_DATASET_TABLES_H
#define IMPORT_DATASET_TABLES_H

#include "import/dataset_reader.h"

enum tables_format { TABLES_XLSX, TABLES_ODS, TABLES_GEOPACKAGE, TABLES_GEOJSON };

/* Which of these formats a file is that begins with these bytes (a few hundred are enough). A
 * ZIP-based file is an ODS where it says so, else taken for an XLSX. False: none of them. */
bool tables_format_of(const uint8_t *start, size_t length, enum tables_format *format);

/* Reads the open file, for which import/container has found nothing against unpacking it. A row's
 * line is its row in the sheet, or its number in the layer from 1. ATLAS_INVALID: not readable as
 * that format, or empty; ATLAS_NOT_FOUND: no such sheet or layer; ATLAS_TOO_LARGE: too many
 * columns; ATLAS_IO; ATLAS_NO_MEMORY. */
enum atlas_status read_tables(int file, enum tables_format format,
                              const struct dataset_options *options, struct row_sink *sink,
                              struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
