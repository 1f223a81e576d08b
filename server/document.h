/* Chosen links, partnerships or territories as GeoJSON or CSV, block by block: one face over the
 * two writers, for whole answers and for streams. */
#ifndef SERVER_DOCUMENT_H
#define SERVER_DOCUMENT_H

#include "server/answer.h"
#include "server/route.h"
#include "server/selections.h"
#include "tiles/geojson.h"
#include "tiles/table.h"

struct document {
    bool csv;
    union {
        struct geojson geojson;
        struct table table;
    } writer;
    struct selections *selections;
    const struct selection *selection; /* held */
    struct bytes filter;               /* canonical, terminated */
};

/* Gets ready to write what route (ROUTE_LINKS, _PARTNERSHIPS or _TERRITORIES) asks for. base_url is
 * borrowed, edition too; both outlive the document. On failure nothing is held. */
enum atlas_status document_begin(struct document *document, const struct route *route,
                                 const struct edition *edition, struct selections *selections,
                                 const char *base_url, struct atlas_error *error) ATLAS_MUST_CHECK;

/* Appends at least 64 KB, or what is left; *more: whether anything is left. */
enum atlas_status document_next(struct document *document, struct bytes *out,
                                bool *more) ATLAS_MUST_CHECK;
void document_close(struct document *document);

/* Content-Type and file name of it. */
void document_describe(const struct route *route, struct answer_parts *parts);

#endif
