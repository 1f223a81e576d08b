/* The words of a place's name that say what kind of place it is ("Ville de", "CC du", "Gmina",
 * "Municipality", "cercle de"), French, English and local ones.
 *
 * All texts here are folds (geo/name): lower case, no marks, words parted by one space.
 */
#ifndef GEO_PLACE_TYPES_H
#define GEO_PLACE_TYPES_H

#include "geo/territory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A set of kinds: bits 1u << enum territory_kind. */
typedef uint32_t kind_set;
#define KIND_BIT(kind) ((kind_set)1 << (kind))

/* What type words say. */
struct place_type {
    kind_set french;  /* the kinds meant in France; 0: they say nothing about it */
    kind_set foreign; /* the kinds meant abroad */
    bool no_place;    /* a network, an association, an agency: never a place */
};

/* What a whole text says as a type: the content of a type column, or a hint that is only a local
 * word ("cercle"). Any wording of a kind, French, English or a local word. False, and *type
 * empty, when it says nothing known. */
bool place_type_parse(const char *folded, struct place_type *type);

/* Removes type words at both ends of a name, with the preposition that follows: "ville de la
 * rochelle" -> "la rochelle", "kayes cercle" -> "kayes". *type is what the removed words say.
 * False, with rest a copy, when there are none or nothing would remain. */
bool place_type_strip(const char *folded, char *rest, size_t size, struct place_type *type);

/* The type words, one after the other; NULL behind the last. */
const char *place_type_phrase(size_t i);

#endif
