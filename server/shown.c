#include "server/shown.h"

void shown_add(struct bytes *text, enum tileset tileset, const struct tile_counts *counts)
{
    if (!counts->said) return;
    bytes_append_format(text, "%s%s=%llu/%llu", text->length ? ", " : "", tileset_name(tileset),
                        (unsigned long long)counts->shown, (unsigned long long)counts->total);
}
