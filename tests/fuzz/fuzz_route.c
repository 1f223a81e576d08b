/* server/route: whatever stands in the request line is a route or a refusal with a sentence, and
 * the canonical text of a route depends on nothing but the route. */
#include "server/route.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

static void check_canonical(const struct route *route)
{
    static struct route again;
    struct bytes first = {0}, second = {0}, query = {0};
    route_canonical(route, &first);
    again = *route;
    route_canonical(&again, &second);
    route_query(route, &query);
    if (first.failed || first.length == 0 || first.length != second.length ||
        memcmp(first.data, second.data, first.length) != 0)
        abort();
    bytes_close(&first);
    bytes_close(&second);
    bytes_close(&query);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    static struct route route;
    static struct route_refusal refusal;
    char text[8192];
    if (length >= sizeof text) return 0;
    if (length > 0) memcpy(text, data, length);
    text[length] = '\0';
    memset(&refusal, 0, sizeof refusal);
    enum atlas_status status = route_parse(text, &route, &refusal);
    if (status == ATLAS_OK) {
        if (route.kind >= ROUTE_KIND_COUNT || route.n_tilesets > TILESET_COUNT) abort();
        if (route.kind == ROUTE_TILE && !tile_key_valid(route.key)) abort();
        check_canonical(&route);
    } else if (refusal.error.status != status || !refusal.error.message[0]) {
        abort();
    }
    return 0;
}
