#include "server/document.h"

#define BLOCK_BYTES 65536

static enum feature_kind features_of(const struct route *route)
{
    return route->kind == ROUTE_LINKS          ? FEATURE_LINKS
           : route->kind == ROUTE_PARTNERSHIPS ? FEATURE_PARTNERSHIPS
                                               : FEATURE_TERRITORIES;
}

void document_describe(const struct route *route, struct answer_parts *parts)
{
    static const char *const file_names[] = {[FEATURE_LINKS] = "links.csv",
                                             [FEATURE_PARTNERSHIPS] = "partnerships.csv",
                                             [FEATURE_TERRITORIES] = "territories.csv"};
    parts->type = route->csv ? "text/csv; charset=utf-8; header=present"
                             : "application/geo+json; charset=utf-8";
    if (route->csv) parts->file_name = file_names[features_of(route)];
}

static enum atlas_status begin_writer(struct document *document, const struct route *route,
                                      const char *base_url)
{
    enum feature_kind kind = features_of(route);
    if (document->csv)
        return table_begin(&document->writer.table, document->selection, kind, base_url,
                           route->english);
    return geojson_begin(&document->writer.geojson, document->selection, kind,
                         (const char *)document->filter.data, base_url, route->english);
}

enum atlas_status document_begin(struct document *document, const struct route *route,
                                 const struct edition *edition, struct selections *selections,
                                 const char *base_url, struct atlas_error *error)
{
    *document = (struct document){.csv = route->csv, .selections = selections};
    enum atlas_status status =
        selections_get(selections, edition, &route->filter, &document->selection, error);
    if (status) return status;
    filter_canonical(&route->filter, &document->filter);
    bytes_append_byte(&document->filter, '\0');
    status = bytes_status(&document->filter);
    if (!status) status = begin_writer(document, route, base_url);
    if (!status) return ATLAS_OK;
    bytes_close(&document->filter);
    selections_release(selections, document->selection);
    return atlas_fail(error, status, "out of memory");
}

enum atlas_status document_next(struct document *document, struct bytes *out, bool *more)
{
    return document->csv ? table_next(&document->writer.table, BLOCK_BYTES, out, more)
                         : geojson_next(&document->writer.geojson, BLOCK_BYTES, out, more);
}

void document_close(struct document *document)
{
    if (document->csv)
        table_close(&document->writer.table);
    else
        geojson_close(&document->writer.geojson);
    bytes_close(&document->filter);
    selections_release(document->selections, document->selection);
}
