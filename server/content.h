/* From a route and an edition to the bytes of an answer: the one place that calls what the other
 * rooms write. Knows no connection; runs on any thread.
 */
#ifndef SERVER_CONTENT_H
#define SERVER_CONTENT_H

#include "geo/bytes.h"
#include "server/answer.h"
#include "server/compress.h"
#include "server/pages.h"
#include "server/route.h"
#include "server/search.h"
#include "server/selections.h"
#include "server/site.h"
#include "tiles/edition.h"

#include <stdbool.h>

/* All borrowed. */
struct content_sources {
    const struct edition *edition;
    struct selections *selections;
    struct search *search;
    const struct pages *pages;
    const struct assets *assets;
    const struct site *site;
    const char *base_url; /* without a slash at its end */
    bool brotli, gzip;    /* what the client takes */
    bool only_cheap;      /* defer what would take more than LIMIT_LANE_WORK */
    struct bytes *room;   /* memory to build in, which goes over to the body; NULL: none */
};

struct content {
    struct answer_parts parts; /* encoding and etag are the caller's to add */
    struct bytes body;
    struct bytes location; /* terminated; parts.location points here */
    struct bytes shown;    /* terminated; parts.shown points here */
    enum compress_level level;
    bool keep;     /* worth keeping: a success */
    bool ready;    /* compressed, or not to be */
    bool streamed; /* too long to be held: stream it (the body is empty) */
    bool deferred; /* not cheap, and nothing else was wanted: nothing is built */
};

/* Builds what route asks for. On failure nothing is held, and *error says why: ATLAS_INVALID,
 * ATLAS_NOT_FOUND, ATLAS_GONE, ATLAS_NO_MEMORY … */
enum atlas_status content_build(const struct route *route, const struct content_sources *sources,
                                struct content *content,
                                struct atlas_error *error) ATLAS_MUST_CHECK;
void content_close(struct content *content);

/* True when the answer holds absolute addresses, and so depends on the base URL. */
bool content_uses_base_url(enum route_kind kind);

/* The file that a route of content_is_asset() sends; NULL where there is none. */
const struct asset *content_asset(const struct route *route, const struct assets *assets);

/* True for files of the assets, which were compressed when the pages were built. */
bool content_is_asset(enum route_kind kind);

/* True for pictures whose format is compressed: they are the same whatever the client takes. */
bool content_is_packed(enum route_kind kind, enum route_format format);

/* True when building may take many milliseconds. */
bool content_is_slow(const struct route *route);

/* True when building may be cheap: worth a try with only_cheap. */
bool content_may_be_cheap(const struct route *route);

#endif
