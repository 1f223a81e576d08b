#include "tiles/tile_order.h"

uint64_t tile_order_first(uint8_t zoom)
{
    return ((UINT64_C(1) << 2 * zoom) - 1) / 3;
}

/* One step of the Hilbert curve: the quadrant's coordinates seen from inside it. */
static void rotate(uint32_t side, uint32_t quadrant_x, uint32_t quadrant_y, uint32_t *x,
                   uint32_t *y)
{
    if (quadrant_y) return;
    if (quadrant_x) {
        *x = side - 1 - *x;
        *y = side - 1 - *y;
    }
    uint32_t swap = *x;
    *x = *y;
    *y = swap;
}

uint64_t tile_order_id(struct tile_key key)
{
    uint64_t distance = 0;
    uint32_t x = key.x, y = key.y;
    for (uint32_t side = key.z ? UINT32_C(1) << (key.z - 1) : 0; side > 0; side /= 2) {
        uint32_t quadrant_x = (x & side) != 0, quadrant_y = (y & side) != 0;
        distance += (uint64_t)side * side * ((3 * quadrant_x) ^ quadrant_y);
        x &= side - 1;
        y &= side - 1;
        rotate(side, quadrant_x, quadrant_y, &x, &y);
    }
    return tile_order_first(key.z) + distance;
}

struct tile_key tile_order_key(uint64_t id)
{
    struct tile_key key = {0};
    while (id >= tile_order_first(key.z + 1))
        key.z++;
    uint64_t rest = id - tile_order_first(key.z);
    for (uint32_t side = 1; side < UINT32_C(1) << key.z; side *= 2) {
        uint32_t quadrant_x = (uint32_t)(rest / 2 & 1);
        uint32_t quadrant_y = (uint32_t)((rest ^ quadrant_x) & 1);
        rotate(side, quadrant_x, quadrant_y, &key.x, &key.y);
        key.x += side * quadrant_x;
        key.y += side * quadrant_y;
        rest /= 4;
    }
    return key;
}
