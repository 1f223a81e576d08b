/* Compiled message catalogues (GNU .mo): libgeonames-common and iso-codes keep their French names
 * in them. */
#ifndef IMPORT_GAZETTEER_MO_H
#define IMPORT_GAZETTEER_MO_H

#include "geo/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mo_catalogue {
    char *data; /* the whole file, and a NUL */
    size_t size;
    uint32_t n;                       /* messages */
    uint32_t originals, translations; /* offsets of the two tables */
};

/* Reads a catalogue in this machine's or the other byte order. Close with mo_close(). On failure
 * nothing is to be closed. ATLAS_NOT_FOUND, ATLAS_IO, ATLAS_INVALID (not a catalogue, cut short,
 * texts outside the file), ATLAS_NO_MEMORY. */
enum atlas_status mo_open(const char *path, struct mo_catalogue *catalogue,
                          struct atlas_error *error) ATLAS_MUST_CHECK;
void mo_close(struct mo_catalogue *catalogue);

/* The translation of message (looked up exactly), or NULL. Borrowed from the catalogue. */
const char *mo_find(const struct mo_catalogue *catalogue, const char *message);

#endif
