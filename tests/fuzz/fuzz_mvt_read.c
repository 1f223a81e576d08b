/* tiles/mvt_read: any bytes are read to an end, inside their bounds. */
#include "tests/fuzz/fuzz.h"
#include "tiles/mvt_read.h"

#include <stdlib.h>

static void count(void *context, int32_t x, int32_t y)
{
    *(uint64_t *)context += (uint32_t)x ^ (uint32_t)y;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    uint64_t sum = 0;
    struct mvt_pen pen = {.context = &sum, .move_to = count, .line_to = count};
    struct mvt_layer layer = {0};
    for (const uint8_t *at = data; length && mvt_read_layer(&at, data + length, &layer);) {
        for (struct mvt_feature feature = {0}; mvt_read_feature(&layer, &feature);) {
            mvt_read_tag(&layer, &feature, "n");
            mvt_read_geometry(&feature, &pen);
        }
    }
    mvt_layer_close(&layer);
    return 0;
}
