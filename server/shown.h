/* The header Passerelle-Shown: of which tilesets a tile holds links back, "flows=120/451,
 * links=4400/9120": links shown, of how many. */
#ifndef SERVER_SHOWN_H
#define SERVER_SHOWN_H

#include "geo/bytes.h"
#include "tiles/tileset.h"

/* Appends what a tileset says, if it says anything. */
void shown_add(struct bytes *text, enum tileset tileset, const struct tile_counts *counts);

#endif
